#include "server/web/metrics.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>
#include <dirent.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "server/base/mutex.h"

namespace samsyn::web {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr const char* kCodes[] = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};
constexpr int kCodeCount = 17;

const prometheus::Histogram::BucketBoundaries& Seconds() {
  static const auto* const bounds = new prometheus::Histogram::BucketBoundaries{
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};
  return *bounds;
}

// One figure that is read when it is asked for.
MetricFamily Gauge(const char* name, const char* help, double value) {
  ClientMetric metric;
  metric.gauge.value = value;
  return {name, help, MetricType::Gauge, {metric}};
}

MetricFamily Counter(const char* name, const char* help,
                     std::initializer_list<std::pair<const char*, int64_t>> by_door) {
  MetricFamily family{name, help, MetricType::Counter, {}};
  for (const auto& [door, value] : by_door) {
    ClientMetric metric;
    metric.label = {{"door", door}};
    metric.counter.value = static_cast<double>(value);
    family.metric.push_back(std::move(metric));
  }
  return family;
}

// How full and how long each municipality is: totals, the same for every viewer.
void AddMunicipalities(engine::Engine& engine, std::vector<MetricFamily>& families) {
  MetricFamily all[] = {
      {"samsyn_revision", "Entries in the journal.", MetricType::Gauge, {}},
      {"samsyn_entities", "Entities in the picture.", MetricType::Gauge, {}},
      {"samsyn_queue", "Requests that wait to be decided.", MetricType::Gauge, {}},
      {"samsyn_writable", "1: it takes writes.", MetricType::Gauge, {}},
      {"samsyn_revisions_behind",
       "Entries that other nodes have committed and this one has not taken in.",
       MetricType::Gauge,
       {}},
      {"samsyn_cut_off_seconds",
       "How long it has been out of touch with the shared journal; 0: it is in touch.",
       MetricType::Gauge,
       {}},
      {"samsyn_forked", "1: two histories are known.", MetricType::Gauge, {}}};
  for (const std::string& name : engine.Names()) {
    const auto status = engine.StatusOf(name);
    if (!status.ok()) continue;
    const journal::Standing& standing = status->standing;
    const absl::Duration cut_off = standing.cut_off_since.has_value()
                                       ? absl::Now() - *standing.cut_off_since
                                       : absl::ZeroDuration();
    const double values[] = {
        static_cast<double>(status->head.revision), static_cast<double>(status->entities),
        static_cast<double>(status->waiting),       status->writable ? 1.0 : 0.0,
        static_cast<double>(status->behind),        absl::ToDoubleSeconds(cut_off),
        standing.fork.has_value() ? 1.0 : 0.0};
    for (size_t i = 0; i < std::size(all); ++i) {
      ClientMetric metric;
      metric.label = {{"municipality", std::string(absl::StripPrefix(name, "municipalities/"))}};
      metric.gauge.value = values[i];
      all[i].metric.push_back(std::move(metric));
    }
  }
  families.insert(families.end(), std::begin(all), std::end(all));
}

// What the limits on calls have held back: totals, whoever it was.
void AddHeldBack(engine::Engine& engine, const service::CallLimits& limits,
                 std::vector<MetricFamily>& families) {
  MetricFamily refused{"samsyn_calls_held_back_total",
                       "Calls refused by a limit of a member or an organisation.",
                       MetricType::Counter,
                       {}};
  MetricFamily waited{"samsyn_push_waited_seconds_total",
                      "How long streams of reports were made to wait by the same limits.",
                      MetricType::Counter,
                      {}};
  const auto add = [](MetricFamily& family, const std::string& code, const char* limit,
                      double value) {
    ClientMetric metric;
    metric.label = {{"municipality", code}};
    if (limit != nullptr) metric.label.push_back({"limit", limit});
    metric.counter.value = value;
    family.metric.push_back(std::move(metric));
  };
  for (const std::string& name : engine.Names()) {
    const std::string code(absl::StripPrefix(name, "municipalities/"));
    const service::HeldBackTotals totals = limits.TotalsOf(name);
    add(refused, code, "member", static_cast<double>(totals.member));
    add(refused, code, "organisation", static_cast<double>(totals.organisation));
    add(waited, code, nullptr, absl::ToDoubleSeconds(totals.waited));
  }
  families.push_back(std::move(refused));
  families.push_back(std::move(waited));
}

double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double OpenDescriptors() {
  DIR* const directory = opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  double count = -3;  // ".", "..", and the directory itself
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

}  // namespace

struct Metrics::Families {
  // The figures of one method at one door; made when it is first called.
  struct Method {
    std::array<std::atomic<prometheus::Counter*>, kCodeCount> calls{};
    prometheus::Histogram* seconds = nullptr;  // of unary calls
  };

  Method& Of(absl::string_view method, bool in_process, bool streams) {
    MutexLock lock(mutex);
    auto& place = methods[std::make_pair(std::string(method), in_process)];
    if (place == nullptr) {
      place = std::make_unique<Method>();
      if (!streams) place->seconds = &seconds.Add(Labels(method, in_process), Seconds());
    }
    return *place;
  }

  static prometheus::Labels Labels(absl::string_view method, bool in_process) {
    return {{"door", in_process ? "web" : "grpc"},
            {"method", std::string(absl::StripPrefix(method, "/"))}};
  }

  void Count(const service::EndedCall& call) {
    Method& method = Of(call.method, call.in_process, call.streams);
    const int code = std::min<int>(static_cast<int>(call.code), kCodeCount - 1);
    prometheus::Counter* counter = method.calls[code].load();
    if (counter == nullptr) {
      auto labels = Labels(call.method, call.in_process);
      labels["code"] = kCodes[code];
      counter = &calls.Add(labels);  // the same one, if another thread was first
      method.calls[code].store(counter);
    }
    counter->Increment();
    if (method.seconds != nullptr) method.seconds->Observe(absl::ToDoubleSeconds(call.took));
  }

  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& calls =
      prometheus::BuildCounter()
          .Name("samsyn_calls_total")
          .Help("Calls that ended, by door, method and gRPC code.")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("samsyn_call_seconds")
          .Help("How long unary calls took in the server.")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& answers =
      prometheus::BuildCounter()
          .Name("samsyn_http_answers_total")
          .Help("Answers of the HTTP door, by kind and status.")
          .Register(registry);

  Mutex mutex;  // taken alone
  absl::flat_hash_map<std::pair<std::string, bool>, std::unique_ptr<Method>> methods
      ABSL_GUARDED_BY(mutex);
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

service::CallObserver Metrics::CallObserver() {
  return [this](const service::EndedCall& call) { families_->Count(call); };
}

void Metrics::CountAnswer(absl::string_view kind, int status) {
  families_->answers.Add({{"kind", std::string(kind)}, {"status", absl::StrCat(status)}})
      .Increment();
}

std::string Metrics::Text(const Sources& sources) {
  std::vector<MetricFamily> families = families_->registry.Collect();
  AddMunicipalities(*sources.engine, families);
  AddHeldBack(*sources.engine, sources.server->call_limits(), families);
  families.push_back(Gauge("samsyn_watchers", "Streams of changes that are open.",
                           sources.server->watches().Streams()));
  families.push_back(
      Gauge("samsyn_http_connections", "Connections of the HTTP door.", sources.connections()));
  const auto& grpc = sources.server->accept_loop();
  families.push_back(Counter("samsyn_connections_refused_total", "Connections beyond a cap.",
                             {{"grpc", grpc.refused()}, {"web", sources.refused()}}));
  families.push_back(Counter("samsyn_accept_starved_total",
                             "How often there was no descriptor for a connection.",
                             {{"grpc", grpc.starved()}, {"web", sources.starved()}}));
  families.push_back(
      Gauge("process_resident_memory_bytes", "Memory of the process.", ResidentBytes()));
  families.push_back(Gauge("process_open_fds", "Descriptors that are open.", OpenDescriptors()));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace samsyn::web
