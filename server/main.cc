// samsynd: one process that serves municipalities from a data directory.
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/synchronization/mutex.h>
#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <pthread.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>

#include "clients/connectors/parse/embedded.h"
#include "clients/connectors/parse/municipalities.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/demo/demonstration.h"
#include "server/engine/engine.h"
#include "server/journal/files.h"
#include "server/journal/redis/store.h"
#include "server/journal/sqlite_store.h"
#include "server/program/journal_command.h"
#include "server/program/options.h"
#include "server/program/private_memory.h"
#include "server/program/tokens.h"
#include "server/push/pusher.h"
#include "server/push/vapid.h"
#include "server/service/server.h"
#include "server/web/door.h"
#include "server/web/metrics.h"

namespace samsyn::program {
namespace {

// With Redis a thread waits for each municipality that commits, and all of them share one round.
constexpr int kRedisThreads = 32;
constexpr absl::Duration kTokenLife = absl::Hours(24 * 729);  // a day less than a token may live

int Failed(const absl::Status& status) {
  std::cerr << "samsynd: " << status.message() << "\n";
  return 1;
}

std::string TokenPath(const Options& options, const std::string& name) {
  return absl::StrCat(options.data, "/tokens/", name);
}

// Makes an empty municipality and its coordinator's token.
absl::Status Create(const Options& options, journal::JournalStore& store) {
  std::string name = options.name, county = options.county;
  const connectors::Municipalities list(connectors::MunicipalitiesCsv());
  if (const auto* const row = list.ByCode(options.create)) {
    if (name.empty()) name = row->name;
    if (county.empty()) county = row->county;
  }
  if (name.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no municipality has the code ", options.create, ": give --name"));
  }
  engine::Engine engine(store, Clock::System());
  if (auto status = engine.Start(); !status.ok()) return status;
  absl::Status status = engine.CreateMunicipality(options.create, name, county);
  if (!status.ok()) return status;
  const std::string path = TokenPath(options, options.create + "-coordinator");
  status =
      WriteToken(engine, absl::StrCat("municipalities/", options.create, "/members/samordnare"),
                 absl::Now() + kTokenLife, path);
  if (status.ok()) std::cout << name << " is there; its coordinator's token: " << path << "\n";
  return status;
}

// Takes away what a demonstration left that did not get to its end: this file stands beside it.
absl::Status ClearUnfinished(const Options& options, const std::string& unfinished) {
  if (!journal::FileExists(unfinished)) return absl::OkStatus();
  const auto names = journal::NamesIn(options.data);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (!absl::StartsWith(name, absl::StrCat(demo::kHaninge, "."))) continue;
    const auto status = journal::RemoveFile(absl::StrCat(options.data, "/", name));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// Makes the demonstration, with its tokens, unless there are data.
absl::Status MakeDemonstration(const Options& options, journal::JournalStore& store) {
  const std::string unfinished = absl::StrCat(options.data, "/demonstration.unfinished");
  if (auto status = ClearUnfinished(options, unfinished); !status.ok()) return status;
  const auto codes = store.Codes();
  if (!codes.ok()) return codes.status();
  if (!codes->empty()) return absl::OkStatus();
  if (auto status = journal::TouchDurably(unfinished); !status.ok()) return status;
  const absl::Time now = absl::Now();
  ManualClock clock(now);
  engine::Engine engine(store, clock);
  if (auto status = engine.Start(); !status.ok()) return status;
  Log(LogLevel::kInfo, "making the demonstration", {{"municipality", demo::kHaninge}});
  absl::Status status = demo::MakeHaningeDemonstration(engine, clock, now);
  if (!status.ok()) return status;
  for (const auto& [name, member] : demo::TokenHolders()) {
    status = WriteToken(engine, member, now + kTokenLife, TokenPath(options, name));
    if (!status.ok()) return status;
  }
  return journal::RemoveFile(unfinished);
}

// Waits until somebody asks the program to end.
void AwaitSignal(const sigset_t& signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  Log(LogLevel::kInfo, "stopping", {{"signal", absl::StrCat(signal)}});
}

absl::StatusOr<push::PusherOptions> PushOptionsOf(const Options& options) {
  push::PusherOptions push;
  push.contact = options.push_contact;
  if (options.no_push) push.hosts = domain::PushHosts::None();
  for (const std::string& host : options.push_hosts) {
    if (auto status = push.hosts.Add(host); !status.ok()) return status;
  }
  return push;
}

int Serve(const Options& options, journal::JournalStore& store, const sigset_t& signals) {
  engine::EngineOptions engine_options;
  if (!options.redis.servers.empty()) engine_options.threads = kRedisThreads;
  engine::Engine engine(store, Clock::System(), engine_options);
  if (auto status = engine.Start(); !status.ok()) return Failed(status);
  web::Metrics metrics;
  service::ServerOptions server_options = options.server;
  auto push_key = push::VapidKey::LoadOrMake(
      options.push_key.empty() ? absl::StrCat(options.data, "/push.key") : options.push_key);
  if (!push_key.ok()) return Failed(push_key.status());
  auto push_options = PushOptionsOf(options);
  if (!push_options.ok()) return Failed(push_options.status());
  push_options->leads = [&store](absl::string_view code) { return store.LeadsSideWork(code); };
  server_options.push = {options.no_push ? "" : push_key->public_key(), push_options->hosts};
  // Also where nobody is woken: who has a device from before is said to be out of reach.
  const push::Pusher pusher(engine, Clock::System(), *push_key, *push_options);
  server_options.reflection |= !options.demo.empty();
  server_options.observe = metrics.CallObserver();
  auto server = service::Server::Start(engine, Clock::System(), server_options);
  if (!server.ok()) return Failed(server.status());
  web::DoorOptions web_options = options.web;
  web_options.http.connections = server_options.connections;
  web_options.page = web::PageFiles();
  auto door = web::Door::Start(engine, **server, metrics, web_options);
  if (!door.ok()) return Failed(door.status());
  AwaitSignal(signals);
  if (*door != nullptr) (*door)->Drain();
  (*server)->Shutdown();
  *door = nullptr;
  Log(LogLevel::kInfo, "stopped");
  return 0;
}

// The directory's own journals, or those that it shares on Redis.
absl::StatusOr<std::unique_ptr<journal::JournalStore>> OpenStore(const Options& options) {
  if (options.redis.servers.empty())
    return journal::SqliteJournalStore::OpenDirectory(options.data);
  auto redis = RedisOptionsOf(options.redis);
  if (!redis.ok()) return redis.status();
  return journal::RedisJournalStore::Open(options.data, Clock::System(), *std::move(redis));
}

int Run(const Options& options, const sigset_t& signals) {
  if (options.data.empty()) {
    std::cerr << "samsynd: say where the data are: --data DIR\n";
    return 2;
  }
  auto store = OpenStore(options);
  if (!store.ok()) return Failed(store.status());
  if (!options.create.empty()) {
    const absl::Status status = Create(options, **store);
    return status.ok() ? 0 : Failed(status);
  }
  if (!options.demo.empty()) {
    if (auto status = MakeDemonstration(options, **store); !status.ok()) return Failed(status);
  }
  return Serve(options, **store, signals);
}

LogLevel LevelOf(const std::string& name) {
  if (name == "debug") return LogLevel::kDebug;
  if (name == "warning") return LogLevel::kWarning;
  return name == "error" ? LogLevel::kError : LogLevel::kInfo;
}

// Signals that ask for the end are waited for, by whichever thread they reach.
sigset_t BlockSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// What libraries say goes into the log like everything else; they name fields and peers, never what
// stands in a field.
void TakeLibrariesLogs() {
  google::protobuf::SetLogHandler(
      [](google::protobuf::LogLevel, const char*, int, const std::string& message) {
        Log(LogLevel::kDebug, "protobuf", {{"message", message}});
      });
  gpr_set_log_function([](gpr_log_func_args* args) {
    const bool error = args->severity == GPR_LOG_SEVERITY_ERROR;
    Log(error ? LogLevel::kInfo : LogLevel::kDebug, "grpc", {{"message", args->message}});
  });
}

int Main(int argc, char** argv) {
  // Debian's Abseil looks for deadlocks at each of gRPC's locks unless it is told not to.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // Else gRPC 1.51 reads into 8 KiB whatever its arguments say (service/server.cc SetArguments).
  setenv("GRPC_EXPERIMENTS", "-tcp_read_chunks", /*overwrite=*/0);
  const bool memory_is_private = KeepMemoryPrivate();
  CLI::App app("Samsyn's server.", "samsynd");
  app.set_version_flag("--version", SAMSYN_VERSION);
  Options options;
  AddOptions(app, options);
  JournalArguments journal_arguments;
  std::function<int()> journal_command;
  AddJournalCommand(app, journal_arguments, journal_command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (journal_command != nullptr) {
    // As a node is configured, unless the command says otherwise.
    if (journal_arguments.redis.servers.empty()) journal_arguments.redis = options.redis;
    return journal_command();
  }
  SetLogLevel(LevelOf(options.log_level));
  TakeLibrariesLogs();
  if (!memory_is_private) Log(LogLevel::kWarning, "core dumps cannot be turned off", {});
  if (options.check_config) {
    std::cout << app.config_to_str(/*default_also=*/true);
    absl::Status status = service::CheckOptions(options.server);
    if (status.ok()) status = web::CheckOptions(options.web);
    if (status.ok()) status = RedisOptionsOf(options.redis).status();
    return status.ok() ? 0 : Failed(status);
  }
  return Run(options, BlockSignals());
}

}  // namespace
}  // namespace samsyn::program

int main(int argc, char** argv) { return samsyn::program::Main(argc, argv); }
