#include "server/program/options.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>

#include "server/domain/names.h"

namespace samsyn::program {
namespace {

std::string CheckCode(const std::string& code) {
  return code.size() == 4 && code.find_first_not_of("0123456789") == std::string::npos
             ? std::string()
             : "is no municipality's code: four digits, as 0136";
}

std::string CheckNetwork(const std::string& text) {
  const auto network = service::Network::Parse(text);
  return network.ok() ? std::string() : std::string(network.status().message());
}

// It stands in JSON, unescaped.
std::string CheckContact(const std::string& contact) {
  const bool plain = contact.find_first_of("\"\\ \t\r\n") == std::string::npos;
  return plain && (contact.rfind("mailto:", 0) == 0 || contact.rfind("https://", 0) == 0)
             ? std::string()
             : "is no contact: mailto:… or https://…";
}

}  // namespace

void AddRedisOptions(CLI::App& app, RedisOptions& options) {
  auto* const redis =
      app.add_option("--redis", options.servers,
                     "share the journals with other nodes on this Redis: unix:/path, host:port, or "
                     "sentinel:MASTER@host:port,host:port; NAME=… gives it a name where there are "
                     "several; may be repeated. --data then holds this node's copies")
          ->envname("SAMSYN_REDIS")
          ->allow_extra_args(false);
  app.add_option(
         "--redis-place", options.places,
         "BEGINNING=NAME: municipalities whose code begins so are made on the Redis of that "
         "name, others on the first; may be repeated")
      ->envname("SAMSYN_REDIS_PLACE")
      ->allow_extra_args(false)
      ->needs(redis);
  app.add_option("--redis-replicas", options.replicas,
                 "how many replicas must have a write before it is acknowledged")
      ->envname("SAMSYN_REDIS_REPLICAS")
      ->check(CLI::Range(0, 10))
      ->capture_default_str();
  journal::RedisCredentials& credentials = options.credentials;
  app.add_option("--redis-user", credentials.user, "user of Redis; none: the default user")
      ->envname("SAMSYN_REDIS_USER");
  app.add_option("--redis-password-file", credentials.password_file, "file with its password")
      ->envname("SAMSYN_REDIS_PASSWORD_FILE");
  app.add_flag("--redis-tls", credentials.tls, "TLS to Redis and the sentinels")
      ->envname("SAMSYN_REDIS_TLS");
  app.add_option("--redis-tls-ca", credentials.tls_authorities,
                 "authorities of their certificates (PEM)")
      ->envname("SAMSYN_REDIS_TLS_CA");
  app.add_option("--redis-tls-cert", credentials.tls_certificate,
                 "this node's certificate for them (PEM)")
      ->envname("SAMSYN_REDIS_TLS_CERT");
  app.add_option("--redis-tls-key", credentials.tls_key, "its private key (PEM)")
      ->envname("SAMSYN_REDIS_TLS_KEY");
  if (app.get_parent() == nullptr) return;
  // What stands in the file is the node's, and holds for its subcommands.
  for (CLI::Option* const option : app.get_options()) option->configurable(false);
}

absl::StatusOr<journal::RedisStoreOptions> RedisOptionsOf(const RedisOptions& options) {
  journal::RedisStoreOptions redis;
  redis.credentials = options.credentials;
  redis.server.replicas = options.replicas;
  const auto named = [&redis](absl::string_view name) {
    return std::any_of(redis.servers.begin(), redis.servers.end(),
                       [&](const journal::RedisAddress& server) { return server.name == name; });
  };
  for (const std::string& text : options.servers) {
    auto address = journal::RedisAddress::Parse(text);
    if (!address.ok()) return address.status();
    if (named(address->name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("two --redis are named ", address->name, ": NAME=ADDRESS names them"));
    }
    redis.servers.push_back(*std::move(address));
  }
  for (const std::string& text : options.places) {
    const std::pair<std::string, std::string> place = absl::StrSplit(text, absl::MaxSplits('=', 1));
    if (!named(place.second)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--redis-place ", text, ": no --redis is named ", place.second));
    }
    redis.places.push_back(place);
  }
  return redis;
}

void AddOptions(CLI::App& app, Options& options) {
  service::ServerOptions& server = options.server;
  app.set_config("--config", "", "TOML file with any of these options");
  app.add_option("--data", options.data, "directory of the journals; made if there is none")
      ->envname("SAMSYN_DATA");
  AddRedisOptions(app, options.redis);
  app.add_option("--listen", server.listen, "address for gRPC; off loopback it needs mutual TLS")
      ->envname("SAMSYN_LISTEN")
      ->capture_default_str();
  app.add_option("--tls-cert", server.tls_certificate, "the server's certificate (PEM)")
      ->envname("SAMSYN_TLS_CERT");
  app.add_option("--tls-key", server.tls_key, "its private key (PEM)")->envname("SAMSYN_TLS_KEY");
  app.add_option("--tls-client-ca", server.tls_client_authorities,
                 "authorities of the clients' certificates (PEM); a certificate's O is the id of "
                 "the organisation that it admits")
      ->envname("SAMSYN_TLS_CLIENT_CA");
  app.add_option("--web", options.web.listen,
                 "address for browsers; off loopback it needs TLS; \"off\": none")
      ->envname("SAMSYN_WEB")
      ->capture_default_str();
  app.add_option("--web-tls-cert", options.web.http.tls_certificate,
                 "the page's certificate, with its chain (PEM)")
      ->envname("SAMSYN_WEB_TLS_CERT");
  app.add_option("--web-tls-key", options.web.http.tls_key, "its private key (PEM)")
      ->envname("SAMSYN_WEB_TLS_KEY");
  app.add_option(
         "--max-connections", server.connections.total,
         "connections at once; this machine's own and those of --exempt-network are not counted")
      ->envname("SAMSYN_MAX_CONNECTIONS")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--max-connections-per-address", server.connections.per_address, "the same of one")
      ->envname("SAMSYN_MAX_CONNECTIONS_PER_ADDRESS")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--exempt-network", server.exempt_networks,
                 "a network whose connections are not counted, as an office's: 192.0.2.0/24, "
                 "2001:db8::/32; may be repeated")
      ->envname("SAMSYN_EXEMPT_NETWORK")
      ->delimiter(',')
      ->check(CheckNetwork);
  app.add_option("--member-writes", server.call_limits.member_writes,
                 "writes a second of one member (reads: four times that; ten times for a "
                 "PARTNER_SYSTEM), and ten seconds' worth at once; 0: no limit")
      ->envname("SAMSYN_MEMBER_WRITES")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app.add_option("--organisation-writes", server.call_limits.organisation_writes,
                 "the same of all members of an organisation together; 0: no limit")
      ->envname("SAMSYN_ORGANISATION_WRITES")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  auto* const no_push = app.add_flag("--no-push", options.no_push,
                                     "wake no devices: assignments show where the page is open")
                            ->envname("SAMSYN_NO_PUSH");
  app.add_option("--push-host", options.push_hosts,
                 "another push service that devices may be woken through, as push.example.org; "
                 "may be repeated")
      ->allow_extra_args(false)
      ->excludes(no_push);
  app.add_option("--push-contact", options.push_contact,
                 "whom push services may write to about this server: mailto:… or https://…")
      ->envname("SAMSYN_PUSH_CONTACT")
      ->check(CheckContact)
      ->capture_default_str();
  app.add_option(
         "--push-key", options.push_key,
         "file with the key that browsers know this server by, made if there is none; nodes "
         "on one Redis have the same; DIR/push.key if it is not given")
      ->envname("SAMSYN_PUSH_KEY");
  app.add_flag("--reflection", server.reflection, "offer gRPC server reflection; on with --demo")
      ->envname("SAMSYN_REFLECTION");
  app.add_option("--log-level", options.log_level, "what is logged")
      ->envname("SAMSYN_LOG_LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  app.add_flag("--check-config", options.check_config, "print what is in force, check it, and end")
      ->configurable(false);
  app.add_option("--create", options.create,
                 "make an empty municipality, write DIR/tokens/CODE-coordinator, and end")
      ->check(CheckCode)
      ->configurable(false);
  app.add_option("--name", options.name, "with --create: its name, unless the list has it")
      ->configurable(false);
  app.add_option("--county", options.county, "with --create: its county, unless the list has it")
      ->configurable(false);
  app.add_option("--demo", options.demo, "make the demonstration where the directory is empty")
      ->check(CLI::IsMember({"haninge"}))
      ->configurable(false);
}

}  // namespace samsyn::program
