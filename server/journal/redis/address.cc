// How the place of a Redis server is written, and read.
#include <absl/strings/ascii.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>
#include <sys/un.h>

#include <algorithm>

#include "server/journal/redis/connection.h"

namespace samsyn::journal {
namespace {

constexpr char kForms[] = "unix:/path, host:port, or sentinel:MASTER@host:port,host:port,…";
constexpr int kPortMost = 65535;

absl::Status Fault(absl::string_view text, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\": ", what));
}

bool IsNameCharacter(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; }

bool IsHostCharacter(char c) { return absl::ascii_isgraph(c) && c != '/' && c != '@' && c != '='; }

absl::StatusOr<RedisEndpoint> ParseSocket(absl::string_view path) {
  if (path.empty() || path[0] != '/') return Fault(path, "the path of a socket begins with /");
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Fault(path, "the path of a socket is at most 107 bytes");
  }
  RedisEndpoint endpoint;
  endpoint.socket = std::string(path);
  return endpoint;
}

absl::StatusOr<RedisEndpoint> ParseHostAndPort(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return Fault(text, "the port is missing: host:port");
  absl::string_view host = text.substr(0, colon);
  const absl::string_view digits = text.substr(colon + 1);
  RedisEndpoint endpoint;
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(digits, &endpoint.port) || endpoint.port < 1 || endpoint.port > kPortMost) {
    return Fault(text, "a port is a number from 1 to 65535");
  }
  const bool in_brackets = absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  if (!in_brackets && host.find(':') != absl::string_view::npos) {
    return Fault(text, "an IPv6 address stands in brackets: [::1]:6379");
  }
  if (host.empty() || !std::all_of(host.begin(), host.end(), IsHostCharacter)) {
    return Fault(text, "no name or address of a host before the port");
  }
  endpoint.host = std::string(host);
  return endpoint;
}

absl::Status ParseGroup(absl::string_view text, RedisAddress& address) {
  const size_t at = text.find('@');
  if (at == absl::string_view::npos || at == 0) {
    return Fault(text, "a group is written sentinel:MASTER@host:port,host:port,…");
  }
  address.master = std::string(text.substr(0, at));
  for (const absl::string_view each : absl::StrSplit(text.substr(at + 1), ',')) {
    auto sentinel = ParseHostAndPort(each);
    if (!sentinel.ok()) return sentinel.status();
    address.sentinels.push_back(*std::move(sentinel));
  }
  return absl::OkStatus();
}

}  // namespace

std::string RedisEndpoint::Text() const {
  if (!socket.empty()) return absl::StrCat("unix:", socket);
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

absl::StatusOr<RedisAddress> RedisAddress::Parse(absl::string_view text) {
  RedisAddress address;
  address.name = "main";
  absl::string_view rest = text;
  // A path may have a = of its own; what stands before a name's = has no colon.
  const size_t equals = text.find_first_of("=:");
  if (equals != absl::string_view::npos && text[equals] == '=') {
    const absl::string_view name = text.substr(0, equals);
    if (name.empty() || !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
      return Fault(text, "a server's name is of letters, digits, - and _");
    }
    address.name = std::string(name);
    rest.remove_prefix(equals + 1);
  }
  if (rest.empty()) return Fault(text, absl::StrCat("no address: ", kForms));
  if (absl::ConsumePrefix(&rest, "sentinel:")) {
    if (absl::Status status = ParseGroup(rest, address); !status.ok()) return status;
    return address;
  }
  auto server = absl::ConsumePrefix(&rest, "unix:") ? ParseSocket(rest) : ParseHostAndPort(rest);
  if (!server.ok()) return server.status();
  address.server = *std::move(server);
  return address;
}

}  // namespace samsyn::journal
