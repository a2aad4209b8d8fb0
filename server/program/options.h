// What samsynd is told: flags, a TOML file, the environment (SAMSYN_DATA, SAMSYN_LISTEN …), in this
// order of precedence.
#ifndef SAMSYN_SERVER_PROGRAM_OPTIONS_H_
#define SAMSYN_SERVER_PROGRAM_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "server/journal/redis/store.h"
#include "server/service/server.h"
#include "server/web/door.h"

namespace samsyn::program {

// Redis, as it is written.
struct RedisOptions {
  std::vector<std::string> servers;  // none: the journals are the data directory's own
  std::vector<std::string> places;   // "01=north"
  journal::RedisCredentials credentials;
  int replicas = 0;
};

// What the journals on Redis are opened with; InvalidArgument says what is wrong.
absl::StatusOr<journal::RedisStoreOptions> RedisOptionsOf(const RedisOptions& options);

// Adds the options of Redis alone.
void AddRedisOptions(CLI::App& app, RedisOptions& options);

struct Options {
  Options() { server.call_limits = service::kUsualCallLimits; }

  std::string data;
  std::string create;  // code of a municipality to make
  std::string name;    // of that municipality; empty: as the country's list has it
  std::string county;
  std::string demo;
  std::string log_level = "info";
  bool check_config = false;
  service::ServerOptions server;
  web::DoorOptions web;
  bool no_push = false;
  std::vector<std::string> push_hosts;  // beside those of the browsers
  std::string push_contact = "mailto:samsyn@example.org";
  std::string push_key;  // file; empty: push.key in the data directory
  RedisOptions redis;
};

// Adds all options to `app`, to be parsed into `options`.
void AddOptions(CLI::App& app, Options& options);

}  // namespace samsyn::program

#endif  // SAMSYN_SERVER_PROGRAM_OPTIONS_H_
