// Puts a load on nodes that share their municipalities, and looks from another node than the one
// that was written to whether all that was acknowledged is there. tests/bench/nodes.py starts it.
//
//   bench_nodes TOKENS ADDRESS…       TOKENS: a file, a line a municipality
//
// Reads commands from its input, and answers each with one JSON object on a line:
//   submit CALLERS SECONDS            so many reports in flight, each on the next municipality
//   paced RATE SECONDS                so many a second, whether or not they are answered
//   push STREAMS SECONDS              streams of reports, each into one municipality over one node
//   probe SECONDS stay|move           one report after the other on every node, with what became of
//                                     each; "move": goes to the next node when one is away
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/strip.h>
#include <absl/time/clock.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/bench/figures.h"
#include "tests/bench/watcher.h"

namespace samsyn::bench {
namespace {

constexpr char kSource[] = "https://example.org/bench";
constexpr int kNumbersMost = 1 << 22;
constexpr absl::Duration kSeenLimit = absl::Seconds(30);
constexpr absl::Duration kProbePause = absl::Milliseconds(10);

// Every report has a number in its text, by which it is known again.
class Numbers {
 public:
  Numbers() : reports_(kNumbersMost) {}
  int Next(int node) {
    const int number = next_++;
    reports_[number].node = node;
    reports_[number].sent_ns = absl::GetCurrentTimeNanos();
    return number;
  }
  void Acknowledged(int number) {
    reports_[number].acknowledged = true;
    acknowledge_.Add((absl::GetCurrentTimeNanos() - reports_[number].sent_ns) / 1e6);
  }
  // On a node.
  void Seen(int number, int node, int nodes) {
    OneReport& report = reports_[number];
    if (report.sent_ns == 0 || report.seen.exchange(true)) return;
    if (nodes > 1 && report.node == node) return;
    elsewhere_.Add((absl::GetCurrentTimeNanos() - report.sent_ns) / 1e6);
  }
  int end() const { return next_; }
  // Of those from a number on: how many were acknowledged, and of these how many nobody has seen.
  // Waits for what is on its way to who watches.
  std::pair<int, int> AwaitSeen(int from) const {
    const absl::Time deadline = absl::Now() + kSeenLimit;
    int acknowledged = 0, missing = 0;
    do {
      acknowledged = missing = 0;
      for (int number = from; number < next_; ++number) {
        acknowledged += reports_[number].acknowledged ? 1 : 0;
        missing += reports_[number].acknowledged && !reports_[number].seen ? 1 : 0;
      }
      if (missing > 0) absl::SleepFor(absl::Milliseconds(20));
    } while (missing > 0 && absl::Now() < deadline);
    return {acknowledged, missing};
  }
  Times& acknowledge() { return acknowledge_; }
  Times& elsewhere() { return elsewhere_; }

 private:
  struct OneReport {
    std::atomic<int64_t> sent_ns{0};
    std::atomic<int> node{0};
    std::atomic<bool> acknowledged{false}, seen{false};
  };
  std::vector<OneReport> reports_;
  std::atomic<int> next_{1};
  Times acknowledge_, elsewhere_;
};

int NumberIn(const v1::Entity& entity) {
  absl::string_view text = entity.report().text();
  int number = 0;
  const bool ours = absl::ConsumePrefix(&text, "nummer ") && absl::SimpleAtoi(text, &number);
  return ours && 0 < number && number < kNumbersMost ? number : 0;
}

v1::SubmitReportRequest RequestFor(const Client& client, int number) {
  v1::SubmitReportRequest request;
  request.set_request_id(NewUuid());
  request.set_municipality(client.municipality());
  v1::Report& report = *request.mutable_report();
  report.set_category(v1::CATEGORY_VANDALISM);
  report.set_area(absl::StrCat(client.municipality(), "/areas/centrum"));
  report.set_text(absl::StrCat("nummer ", number));
  report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  return request;
}

// The nodes, a client for each municipality on each, and a watcher a municipality.
class Nodes {
 public:
  Nodes(const std::vector<std::string>& tokens, const std::vector<std::string>& addresses)
      : addresses_(addresses), tokens_(tokens) {
    std::vector<std::shared_ptr<grpc::Channel>> channels;
    for (const std::string& address : addresses) channels.push_back(NewChannel(address));
    for (size_t m = 0; m < tokens.size(); ++m) {
      for (size_t n = 0; n < addresses.size(); ++n) {
        clients_.push_back(std::make_unique<Client>(OptionsOf(m, n), channels[n]));
      }
    }
    for (size_t m = 0; m < tokens.size(); ++m) {
      // A connection of its own: what is sent at full speed does not stand before it.
      const size_t n = m % addresses.size();
      watching_.push_back(std::make_unique<Client>(OptionsOf(m, n), NewChannel(addresses[n])));
      watchers_.push_back(NewWatcher({watching_.back().get()}, [this, n](int number) {
        numbers_.Seen(number, static_cast<int>(n), static_cast<int>(nodes()));
      }));
    }
  }
  bool AwaitCurrent() {
    const absl::Time deadline = absl::Now() + absl::Minutes(2);
    for (const auto& watcher : watchers_) {
      while (!watcher->IsCurrent()) {
        if (absl::Now() > deadline) return false;
        absl::SleepFor(absl::Milliseconds(20));
      }
    }
    return true;
  }
  // Follows the reports of the municipality of the clients; is told of each that is ours.
  std::unique_ptr<Watcher> NewWatcher(const std::vector<Client*>& clients,
                                      std::function<void(int)> seen) {
    v1::WatchRequest filter;
    filter.set_municipality(clients.front()->municipality());
    filter.add_kinds(v1::ENTITY_KIND_REPORT);
    return std::make_unique<Watcher>(
        [clients](size_t n) -> Client& { return *clients[n % clients.size()]; }, filter, later_,
        [seen = std::move(seen)](const v1::WatchResponse& response) {
          for (const v1::Entity& entity : response.upserted()) {
            if (const int number = NumberIn(entity)) seen(number);
          }
        });
  }
  ClientOptions OptionsOf(size_t municipality, size_t node) const {
    return {.address = addresses_[node], .token = tokens_[municipality], .language = "en"};
  }
  // Both go round.
  Client& At(size_t municipality, size_t node) {
    return *clients_[(municipality % municipalities()) * nodes() + node % nodes()];
  }
  size_t municipalities() const { return tokens_.size(); }
  size_t nodes() const { return addresses_.size(); }
  const std::string& address(size_t node) const { return addresses_[node]; }
  Numbers& numbers() { return numbers_; }

 private:
  const std::vector<std::string> addresses_, tokens_;
  Numbers numbers_;
  Later later_;
  std::vector<std::unique_ptr<Client>> clients_;  // by municipality, then node
  std::vector<std::unique_ptr<Client>> watching_;
  std::vector<std::unique_ptr<Watcher>> watchers_;  // end before what they use
};

// Single reports on their way.
class Calls {
 public:
  explicit Calls(Nodes& nodes) : nodes_(nodes) {}
  // `answered` on a thread of gRPC.
  void Send(size_t municipality, size_t node, std::function<void()> answered) {
    Client& client = nodes_.At(municipality, node);
    const int number = nodes_.numbers().Next(static_cast<int>(node % nodes_.nodes()));
    auto call = std::make_shared<Call>();
    client.Prepare(call->context);
    call->context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    call->request = RequestFor(client, number);
    ++running_;
    client.reports().async()->SubmitReport(
        &call->context, &call->request, &call->response,
        [this, call, number, answered = std::move(answered)](const grpc::Status& status) {
          if (status.ok()) {
            nodes_.numbers().Acknowledged(number);
          } else {
            Refused(status);
          }
          if (answered != nullptr) answered();
          std::lock_guard<std::mutex> lock(mutex_);
          if (--running_ == 0) idle_.notify_all();
        });
  }
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    idle_.wait(lock, [this] { return running_ == 0; });
  }
  int64_t refused() {
    std::lock_guard<std::mutex> lock(mutex_);
    return refused_;
  }
  std::string why() {  // the last was refused
    std::lock_guard<std::mutex> lock(mutex_);
    return why_;
  }

 private:
  void Refused(const grpc::Status& status) {
    std::lock_guard<std::mutex> lock(mutex_);
    ++refused_;
    why_ = absl::StrReplaceAll(status.error_message(), {{"\"", "'"}, {"\n", " "}});
  }
  struct Call {
    grpc::ClientContext context;
    v1::SubmitReportRequest request;
    v1::SubmitReportResponse response;
  };
  Nodes& nodes_;
  std::atomic<int64_t> running_{0};
  std::mutex mutex_;
  std::condition_variable idle_;
  int64_t refused_ = 0;  // guarded by mutex_, as what follows
  std::string why_;
};

void Submit(Calls& calls, int callers, absl::Duration time) {
  const absl::Time end = absl::Now() + time;
  std::function<void(size_t, size_t)> next = [&](size_t caller, size_t turn) {
    if (absl::Now() >= end) return;
    calls.Send(caller + turn, caller, [&, caller, turn] { next(caller, turn + 1); });
  };
  for (int caller = 0; caller < callers; ++caller) next(caller, 0);
  calls.Wait();
}

void Paced(Nodes& nodes, Calls& calls, int rate, absl::Duration time) {
  const absl::Time begin = absl::Now();
  const int sends = static_cast<int>(rate * absl::ToDoubleSeconds(time));
  for (int i = 0; i < sends; ++i) {
    // An open loop: what is late is not left out. The node changes with each round.
    absl::SleepFor(begin + i * absl::Seconds(1) / rate - absl::Now());
    calls.Send(i, i / nodes.municipalities() + i % nodes.municipalities(), nullptr);
  }
  calls.Wait();
}

// One stream, with as much on its way as the node announces.
class Pusher {
 public:
  Pusher(Nodes& nodes, size_t municipality, size_t node, absl::Time end)
      : nodes_(nodes),
        client_(nodes.At(municipality, node)),
        node_(static_cast<int>(node % nodes.nodes())),
        end_(end),
        thread_([this] { Run(); }) {}
  ~Pusher() { thread_.join(); }

 private:
  void Run() {
    client_.Prepare(context_);
    stream_ = client_.reports().PushReports(&context_);
    std::thread reader([this] { Read(); });
    for (int64_t item = 1; absl::Now() < end_; ++item) {
      int number = 0;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        room_.wait(lock, [&] { return ended_ || item <= durable_ + window_; });
        if (ended_) break;
        numbers_.push_back(number = nodes_.numbers().Next(node_));
      }
      if (!stream_->Write(Item(item, number), grpc::WriteOptions().set_buffer_hint())) break;
    }
    stream_->WritesDone();
    reader.join();
    const grpc::Status status = stream_->Finish();
    if (!status.ok()) std::cerr << ErrorOf(status).ToString() << "\n";
  }
  v1::PushReportsRequest Item(int64_t item, int number) const {
    v1::PushReportsRequest request;
    request.set_number(item);
    *request.mutable_request() = RequestFor(client_, number);
    v1::Source& source = *request.mutable_request()->mutable_report()->mutable_source();
    source.set_source_uri(kSource);
    source.set_source_id(absl::StrCat("pushed ", number));
    source.mutable_source_version_time()->set_seconds(absl::ToUnixSeconds(absl::Now()));
    return request;
  }
  void Read() {
    v1::PushReportsResponse answer;
    while (stream_->Read(&answer)) {
      std::lock_guard<std::mutex> lock(mutex_);
      for (const auto& refusal : answer.refusals()) numbers_[refusal.number() - 1] = 0;
      for (; durable_ < answer.durable_number(); ++durable_) {
        if (numbers_[durable_] != 0) nodes_.numbers().Acknowledged(numbers_[durable_]);
      }
      if (answer.window() > 0) window_ = answer.window();
      room_.notify_all();
    }
    std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    room_.notify_all();
  }

  Nodes& nodes_;
  Client& client_;
  const int node_;
  const absl::Time end_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::PushReportsRequest, v1::PushReportsResponse>>
      stream_;
  std::mutex mutex_;  // of what follows
  std::condition_variable room_;
  std::vector<int> numbers_;  // of each item; 0: refused
  int64_t durable_ = 0, window_ = 0;
  bool ended_ = false;
  std::thread thread_;  // last: begins when all else is there
};

void Push(Nodes& nodes, int streams, absl::Duration time) {
  std::vector<std::unique_ptr<Pusher>> pushers;
  // Over another node than the one where the municipality's watcher is.
  for (int stream = 0; stream < streams; ++stream) {
    pushers.push_back(std::make_unique<Pusher>(nodes, stream, stream + 1, absl::Now() + time));
  }
}

// What clients of the first municipality live through on one node.
class Probe {
 public:
  Probe(Nodes& nodes, size_t node, bool moves, absl::Time end) : nodes_(nodes), end_(end) {
    for (size_t i = 0; i < (moves ? nodes.nodes() : 1); ++i) {
      const size_t at = (node + i) % nodes.nodes();
      const ClientOptions options = nodes.OptionsOf(0, at);
      clients_.push_back(std::make_unique<Client>(options, NewChannel(options.address)));
      watching_.push_back(std::make_unique<Client>(options, NewChannel(options.address)));
      followed_.push_back(watching_.back().get());
    }
    watcher_ = nodes.NewWatcher(followed_, [this](int number) {
      std::lock_guard<std::mutex> lock(mutex_);
      seen_.push_back(absl::StrFormat("[%d, %d]", number, absl::GetCurrentTimeNanos()));
    });
    thread_ = std::thread([this, node] { Run(static_cast<int>(node)); });
  }
  // Its calls, [number, sent, answered, code], and what its watcher saw, [number, time]; in ns.
  std::string Json() {
    thread_.join();
    watcher_.reset();
    return absl::StrFormat(R"({"calls": [%s], "seen": [%s]})", absl::StrJoin(calls_, ", "),
                           absl::StrJoin(seen_, ", "));
  }

 private:
  void Run(int node) {
    for (size_t client = 0; absl::Now() < end_;) {
      const int number = nodes_.numbers().Next(node);
      const int64_t sent = absl::GetCurrentTimeNanos();
      grpc::ClientContext context;
      clients_[client]->Prepare(context);
      context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
      v1::SubmitReportResponse response;
      const grpc::Status status = clients_[client]->reports().SubmitReport(
          &context, RequestFor(*clients_[client], number), &response);
      if (status.ok()) nodes_.numbers().Acknowledged(number);
      calls_.push_back(absl::StrFormat("[%d, %d, %d, %d]", number, sent,
                                       absl::GetCurrentTimeNanos(), status.error_code()));
      if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
        client = (client + 1) % clients_.size();
      }
      absl::SleepFor(kProbePause);
    }
  }

  Nodes& nodes_;
  const absl::Time end_;
  std::vector<std::unique_ptr<Client>> clients_, watching_;
  std::vector<Client*> followed_;
  std::mutex mutex_;
  std::vector<std::string> seen_;   // guarded by mutex_
  std::vector<std::string> calls_;  // of the thread
  std::unique_ptr<Watcher> watcher_;
  std::thread thread_;
};

std::string Probed(Nodes& nodes, absl::Duration time, bool moves) {
  std::vector<std::unique_ptr<Probe>> probes;
  for (size_t node = 0; node < nodes.nodes(); ++node) {
    probes.push_back(std::make_unique<Probe>(nodes, node, moves, absl::Now() + time));
  }
  std::vector<std::string> each;
  for (const auto& probe : probes) each.push_back(probe->Json());
  return absl::StrCat("[", absl::StrJoin(each, ", "), "]");
}

// Does what the command says, and gives what came of it.
std::string Do(Nodes& nodes, const std::string& command) {
  std::istringstream words(command);
  std::string what, how;
  double count = 0, seconds = 0;
  words >> what;
  if (what != "probe") words >> count;
  words >> seconds >> how;
  const absl::Duration time = absl::Seconds(seconds);
  const int first = nodes.numbers().end();
  const absl::Time begin = absl::Now();
  Calls calls(nodes);
  std::string probes = "[]";
  if (what == "submit") Submit(calls, static_cast<int>(count), time);
  if (what == "paced") Paced(nodes, calls, static_cast<int>(count), time);
  if (what == "push") Push(nodes, static_cast<int>(count), time);
  if (what == "probe") probes = Probed(nodes, time, how == "move");
  const double took = absl::ToDoubleSeconds(absl::Now() - begin);
  const auto [acknowledged, missing] = nodes.numbers().AwaitSeen(first);
  return absl::StrFormat(
      R"({"acknowledged": %d, "missing": %d, "refused": %d, "why": "%s", "seconds": %.3f, )"
      R"("acknowledge": %s, "elsewhere": %s, "probes": %s})",
      acknowledged, missing, calls.refused(), calls.why(), took,
      nodes.numbers().acknowledge().Json(), nodes.numbers().elsewhere().Json(), probes);
}

std::vector<std::string> LinesOf(const char* path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

int Main(int argc, char** argv) {
  const std::vector<std::string> tokens = argc > 2 ? LinesOf(argv[1]) : std::vector<std::string>();
  if (tokens.empty()) {
    std::cerr << "see the beginning of tests/bench/nodes.cc\n";
    return 2;
  }
  Nodes nodes(tokens, std::vector<std::string>(argv + 2, argv + argc));
  if (!nodes.AwaitCurrent()) return 1;
  std::cout << "{}" << std::endl;  // ready
  for (std::string command; std::getline(std::cin, command);) {
    std::cout << Do(nodes, command) << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace samsyn::bench

int main(int argc, char** argv) { return samsyn::bench::Main(argc, argv); }
