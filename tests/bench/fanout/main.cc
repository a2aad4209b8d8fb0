// Puts a load on a running message system and prints what came of it as JSON; tests/bench/fanout.py
// starts it and makes tables of it.
//
//   bench_fanout SYSTEM PORT PID WATCHERS [OPTION …] [PHASE …]
//
// SYSTEM: see SystemOf. PID: the server's. PHASE: saturate:SECONDS or pace:PER_SECOND:SECONDS.
// OPTION: --slow-tenths N: so many of ten watchers stop reading; of Samsyn --tokens FILE, a token a
// line, and --tls FOLDER, with ca.pem, client.pem and client.key.
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <sys/resource.h>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/fanout/client.h"
#include "tests/bench/fanout/process.h"
#include "tests/bench/fanout/systems.h"
#include "tests/bench/figures.h"

namespace samsyn::bench {
namespace {

struct Arguments {
  std::string system;
  ClientOptions client;
  int pid = 0, watchers = 0;
  std::string tls;
  std::vector<std::string> tokens;
  std::vector<std::vector<std::string>> phases;
};

std::optional<Arguments> Read(int argc, char** argv) {
  Arguments arguments;
  if (argc < 5 || !absl::SimpleAtoi(argv[2], &arguments.client.port) ||
      !absl::SimpleAtoi(argv[3], &arguments.pid) ||
      !absl::SimpleAtoi(argv[4], &arguments.watchers)) {
    return std::nullopt;
  }
  arguments.system = argv[1];
  for (int i = 5; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--slow-tenths" && i + 1 < argc) {
      if (!absl::SimpleAtoi(argv[++i], &arguments.client.slow_tenths)) return std::nullopt;
    } else if (word == "--tls" && i + 1 < argc) {
      arguments.tls = argv[++i];
    } else if (word == "--tokens" && i + 1 < argc) {
      arguments.tokens = absl::StrSplit(ReadProc(argv[++i]), '\n', absl::SkipEmpty());
    } else {
      arguments.phases.push_back(absl::StrSplit(word, ':'));
    }
  }
  return arguments;
}

std::optional<System> SystemOf(const Arguments& arguments) {
  const std::string& name = arguments.system;
  if (name == "redis_pubsub") return RedisPubSub();
  if (name == "redis_streams") return RedisStreams();
  if (name == "nats") return NatsCore();
  if (name == "jetstream_file") return JetStream(/*in_memory=*/false);
  if (name == "jetstream_memory") return JetStream(/*in_memory=*/true);
  if (name == "etcd") return Etcd();
  if (name == "mqtt0") return Mqtt(0);
  if (name == "mqtt1") return Mqtt(1);
  if (arguments.tokens.empty()) return std::nullopt;
  if (name == "samsyn_submit") return Samsyn(SamsynDoor::kSubmitReport, arguments.tokens);
  if (name == "samsyn_batch") return Samsyn(SamsynDoor::kSubmitReports, arguments.tokens);
  if (name == "samsyn_push") return Samsyn(SamsynDoor::kPushReports, arguments.tokens);
  return std::nullopt;
}

// Does a phase and says it in figures; CPU is what the phase alone has used.
absl::StatusOr<std::string> Run(Client& client, const std::vector<std::string>& phase, int pid) {
  const bool paced = phase[0] == "pace" && phase.size() == 3;
  double per_second = 0, seconds = 0;
  if ((!paced && (phase[0] != "saturate" || phase.size() != 2)) ||
      !absl::SimpleAtod(phase.back(), &seconds) ||
      (paced && !absl::SimpleAtod(phase[1], &per_second))) {
    return absl::InvalidArgumentError("no such phase");
  }
  const double all = CpuOfAll(), server = CpuOf(pid), self = CpuOf(getpid());
  auto figures = paced ? client.Pace(per_second, absl::Seconds(seconds))
                       : client.Saturate(absl::Seconds(seconds));
  if (!figures.ok()) return figures.status();
  const double server_cpu = CpuOf(pid) - server, client_cpu = CpuOf(getpid()) - self;
  const double other_cpu = CpuOfAll() - all - server_cpu - client_cpu;
  const double took = absl::ToDoubleSeconds(figures->all);
  const auto deliveries = static_cast<double>(figures->deliveries);
  std::string json = absl::StrFormat(
      R"({"phase": "%s", "published": %d, "deliveries": %d, "seconds": %.3f, )"
      R"("acked_per_s": %.0f, "deliveries_per_s": %.0f, "bytes_a_delivery": %.0f, )"
      R"("server_cpu_s": %.2f, "client_cpu_s": %.2f, "other_cpu_s": %.2f)",
      absl::StrJoin(phase, ":"), figures->published, figures->deliveries, took,
      static_cast<double>(figures->acked_in_time) / absl::ToDoubleSeconds(figures->publishing),
      deliveries / took, deliveries > 0 ? static_cast<double>(figures->bytes) / deliveries : 0,
      server_cpu, client_cpu, other_cpu);
  if (paced) {
    const double p50 = Quantile(figures->ms, 0.5), p99 = Quantile(figures->ms, 0.99);
    absl::StrAppendFormat(&json, R"(, "p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f)", p50, p99,
                          Quantile(figures->ms, 1));
  }
  return json + "}";
}

absl::Status Main(Arguments arguments) {
  auto system = SystemOf(arguments);
  if (!system) return absl::InvalidArgumentError("no such system, or no tokens");
  if (!arguments.tls.empty()) {
    auto files = TlsFiles::Open(arguments.tls + "/ca.pem", arguments.tls + "/client.pem",
                                arguments.tls + "/client.key");
    if (!files.ok()) return files.status();
    arguments.client.tls = *std::move(files);
  }
  Client client(*std::move(system), arguments.client);
  if (absl::Status status = client.OpenPublisher(); !status.ok()) return status;
  const double before = ResidentKib(arguments.pid);
  if (absl::Status status = client.OpenWatchers(arguments.watchers); !status.ok()) return status;
  const double with = ResidentKib(arguments.pid);
  std::vector<std::string> phases;
  for (const auto& phase : arguments.phases) {
    auto figures = Run(client, phase, arguments.pid);
    if (!figures.ok()) return figures.status();
    phases.push_back(*std::move(figures));
  }
  std::cout << absl::StrFormat(
                   R"({"watchers": %d, "resident_before_kib": %.0f, "resident_with_kib": %.0f, )"
                   R"("phases": [%s]})",
                   arguments.watchers, before, with, absl::StrJoin(phases, ", "))
            << std::endl;
  return absl::OkStatus();
}

}  // namespace
}  // namespace samsyn::bench

int main(int argc, char** argv) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const auto arguments = samsyn::bench::Read(argc, argv);
  if (!arguments) {
    std::cerr << "see the beginning of tests/bench/fanout/main.cc\n";
    return 2;
  }
  const absl::Status status = samsyn::bench::Main(*arguments);
  if (status.ok()) return 0;
  std::cerr << arguments->system << ": " << status.message() << "\n";
  return 1;
}
