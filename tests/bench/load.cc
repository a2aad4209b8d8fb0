// Puts a load on a running samsynd and prints what came of it, one JSON object a line;
// tests/bench/run starts it and makes tables of it.
//
//   bench_load ADDRESS TOKEN_FILE submit CALLERS SECONDS        single reports, so many in flight
//   bench_load ADDRESS TOKEN_FILE push COUNT SOURCES            one stream; ids from 1 to SOURCES
//   in turn bench_load ADDRESS TOKEN_FILE watch WATCHERS RATE SECONDS   reports at a rate, seen by
//   all watchers bench_load ADDRESS TOKEN_FILE idle WATCHERS                 holds streams until
//   its input ends
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/strip.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "clients/cpp/client.h"

namespace {

using samsyn::Client;
namespace v1 = samsyn::v1;

constexpr char kSource[] = "https://example.org/bench";

v1::SubmitReportRequest RequestFor(const Client& client, const std::string& text) {
  v1::SubmitReportRequest request;
  request.set_request_id(samsyn::NewUuid());
  request.set_municipality(client.municipality());
  v1::Report& report = *request.mutable_report();
  report.set_category(v1::CATEGORY_VANDALISM);
  report.set_area(absl::StrCat(client.municipality(), "/areas/centrum"));
  report.set_text(text);
  report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  return request;
}

double Quantile(std::vector<double>& values, double q) {
  if (values.empty()) return 0;
  const size_t at = std::min(values.size() - 1, static_cast<size_t>(q * values.size()));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[at];
}

std::string LatencyJson(std::vector<double> ms) {
  return absl::StrFormat(R"("p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f)", Quantile(ms, 0.5),
                         Quantile(ms, 0.99),
                         ms.empty() ? 0 : *std::max_element(ms.begin(), ms.end()));
}

// Callers that each have one report in flight, over and over until the time is up.
class Callers {
 public:
  Callers(Client& client, int count, absl::Duration time)
      : client_(client), end_(absl::Now() + time), running_(count) {
    for (int i = 0; i < count; ++i) Next();
  }
  // Waits for the last answer.
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
  }
  int64_t answered() const { return static_cast<int64_t>(ms_.size()); }
  int64_t refused() const { return refused_; }
  std::string Latency() const { return LatencyJson(ms_); }

 private:
  struct Call {
    grpc::ClientContext context;
    v1::SubmitReportRequest request;
    v1::SubmitReportResponse response;
    absl::Time begin;
  };

  void Next() {
    auto call = std::make_shared<Call>();
    client_.Prepare(call->context);
    call->request = RequestFor(client_, "Klotter på gångtunneln vid centrum");
    call->begin = absl::Now();
    client_.reports().async()->SubmitReport(
        &call->context, &call->request, &call->response,
        [this, call](const grpc::Status& status) { Answered(*call, status); });
  }
  void Answered(const Call& call, const grpc::Status& status) {
    const absl::Time now = absl::Now();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (status.ok()) {
        ms_.push_back(absl::ToDoubleMilliseconds(now - call.begin));
      } else {
        ++refused_;
      }
      if (now >= end_) {
        if (--running_ == 0) done_.notify_all();
        return;
      }
    }
    Next();
  }

  Client& client_;
  const absl::Time end_;
  std::mutex mutex_;
  std::condition_variable done_;
  int running_;
  int64_t refused_ = 0;
  std::vector<double> ms_;
};

int Submit(Client& client, int callers, int seconds) {
  const absl::Time begin = absl::Now();
  Callers load(client, callers, absl::Seconds(seconds));
  load.Wait();
  const double took = absl::ToDoubleSeconds(absl::Now() - begin);
  std::cout << absl::StrFormat(
                   R"({"callers": %d, "answered": %d, "refused": %d, "per_second": %.0f, %s})",
                   callers, load.answered(), load.refused(), load.answered() / took, load.Latency())
            << std::endl;
  return 0;
}

// One stream, with as much in flight as the server announces.
class Pusher {
 public:
  Pusher(Client& client, int64_t count, int64_t sources)
      : client_(client), count_(count), sources_(sources) {
    client_.Prepare(context_);
    stream_ = client_.reports().PushReports(&context_);
  }
  bool Run() {
    std::thread reader([this] { Read(); });
    bool written = true;
    for (int64_t number = 1; number <= count_ && written; ++number) {
      {
        std::unique_lock<std::mutex> lock(mutex_);
        room_.wait(lock, [&] { return ended_ || number <= durable_ + window_; });
        if (ended_) break;
      }
      written = stream_->Write(Item(number), grpc::WriteOptions().set_buffer_hint());
    }
    stream_->WritesDone();
    reader.join();
    const grpc::Status status = stream_->Finish();
    if (!status.ok()) std::cerr << samsyn::ErrorOf(status).ToString() << "\n";
    return status.ok() && durable_ == count_;
  }
  int64_t durable() const { return durable_; }
  int64_t refused() const { return refused_; }
  int64_t answers() const { return answers_; }

 private:
  v1::PushReportsRequest Item(int64_t number) const {
    v1::PushReportsRequest item;
    item.set_number(number);
    *item.mutable_request() =
        RequestFor(client_, absl::StrCat("Skadegörelse vid centrum, ", number));
    v1::Source& source = *item.mutable_request()->mutable_report()->mutable_source();
    source.set_source_uri(kSource);
    source.set_source_id(absl::StrCat(1 + (number - 1) % sources_));
    // Each version is newer than the one before.
    source.mutable_source_version_time()->set_seconds(absl::ToUnixSeconds(start_) - 3'000'000 +
                                                      number);
    return item;
  }
  void Read() {
    v1::PushReportsResponse answer;
    while (stream_->Read(&answer)) {
      std::lock_guard<std::mutex> lock(mutex_);
      durable_ = std::max<int64_t>(durable_, answer.durable_number());
      refused_ += answer.refusals_size();
      if (answer.window() > 0) window_ = answer.window();
      ++answers_;
      room_.notify_all();
    }
    std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    room_.notify_all();
  }

  Client& client_;
  const int64_t count_, sources_;
  const absl::Time start_ = absl::Now();
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::PushReportsRequest, v1::PushReportsResponse>>
      stream_;
  std::mutex mutex_;
  std::condition_variable room_;
  int64_t durable_ = 0, window_ = 0, refused_ = 0, answers_ = 0;
  bool ended_ = false;
};

int Push(Client& client, int64_t count, int64_t sources) {
  const absl::Time begin = absl::Now();
  Pusher pusher(client, count, sources);
  const bool ok = pusher.Run();
  const double took = absl::ToDoubleSeconds(absl::Now() - begin);
  std::cout
      << absl::StrFormat(
             R"({"pushed": %d, "refused": %d, "answers": %d, "seconds": %.2f, "per_second": %.0f})",
             pusher.durable(), pusher.refused(), pusher.answers(), took, pusher.durable() / took)
      << std::endl;
  return ok ? 0 : 1;
}

// Streams that are read as fast as they come, one thread each; twenty share a connection.
class Watchers {
 public:
  Watchers(const samsyn::ClientOptions& options, int count) : count_(count), sent_(1 << 20) {
    for (int i = 0; i < count; ++i) {
      if (i % 20 == 0) clients_.push_back(std::make_unique<Client>(options, NewChannel(options)));
      contexts_.push_back(std::make_unique<grpc::ClientContext>());
      clients_.back()->Prepare(*contexts_.back());
      threads_.emplace_back(
          [this, i, client = clients_.back().get()] { Read(*client, *contexts_[i]); });
    }
  }
  ~Watchers() {
    for (auto& context : contexts_) context->TryCancel();
    for (auto& thread : threads_) thread.join();
  }
  // Waits until all are live; false if some never were.
  bool AwaitLive() {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [this] { return live_ == count_; });
  }
  void Sent(int number) { sent_[number] = absl::GetCurrentTimeNanos(); }
  bool AwaitSeen(int64_t seen) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60),
                             [&] { return static_cast<int64_t>(ms_.size()) >= seen; });
  }
  std::string Latency() {
    std::lock_guard<std::mutex> lock(mutex_);
    return LatencyJson(ms_);
  }

 private:
  static std::shared_ptr<grpc::Channel> NewChannel(const samsyn::ClientOptions& options) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(16 << 20);
    return grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(),
                                     arguments);
  }
  void Read(Client& client, grpc::ClientContext& context) {
    v1::WatchRequest request;
    request.set_municipality(client.municipality());
    request.add_kinds(v1::ENTITY_KIND_REPORT);
    const auto stream = client.watch().Watch(&context, request);
    v1::WatchResponse response;
    while (stream->Read(&response)) {
      const int64_t now = absl::GetCurrentTimeNanos();
      std::lock_guard<std::mutex> lock(mutex_);
      if (response.current()) ++live_;
      for (const v1::Entity& entity : response.upserted()) Seen(entity.report().text(), now);
      changed_.notify_all();
    }
  }
  void Seen(const std::string& text, int64_t now) {
    absl::string_view rest = text;
    int number = 0;
    if (!absl::ConsumePrefix(&rest, "nummer ") || !absl::SimpleAtoi(rest, &number)) return;
    if (sent_[number] > 0) ms_.push_back((now - sent_[number]) / 1e6);
  }

  const int count_;
  std::vector<std::atomic<int64_t>> sent_;  // when each number was sent; 0: not by us
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int live_ = 0;
  std::vector<double> ms_;
  std::vector<std::thread> threads_;
};

int Watch(Client& client, int count, int rate, int seconds) {
  Watchers watchers(client.options(), count);
  if (!watchers.AwaitLive()) return 1;
  std::mutex mutex;
  std::condition_variable pace;
  const int sends = rate * seconds;
  const absl::Time begin = absl::Now();
  std::atomic<int> refused{0};
  std::vector<std::thread> calls;
  for (int number = 1; number <= sends; ++number) {
    // An open loop: what is late is not left out.
    std::unique_lock<std::mutex> lock(mutex);
    pace.wait_until(lock, absl::ToChronoTime(begin + number * absl::Seconds(1) / rate),
                    [] { return false; });
    calls.emplace_back([&, number] {
      v1::SubmitReportResponse response;
      watchers.Sent(number);
      if (!client
               .Call(client.reports(), &v1::ReportService::StubInterface::SubmitReport,
                     RequestFor(client, absl::StrCat("nummer ", number)), &response)
               .ok()) {
        ++refused;
      }
    });
  }
  for (std::thread& call : calls) call.join();
  const int64_t wanted = int64_t{count} * (sends - refused);
  const bool all = watchers.AwaitSeen(wanted);
  std::cout
      << absl::StrFormat(
             R"({"watchers": %d, "rate": %d, "deliveries": %d, "refused": %d, "all_seen": %s, %s})",
             count, rate, wanted, refused.load(), all ? "true" : "false", watchers.Latency())
      << std::endl;
  return all ? 0 : 1;
}

int Idle(Client& client, int count) {
  Watchers watchers(client.options(), count);
  if (!watchers.AwaitLive()) return 1;
  std::cout << absl::StrFormat(R"({"watchers": %d})", count) << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  return 0;
}

std::string TokenFrom(const char* path) {
  std::ifstream file(path);
  std::string token;
  std::getline(file, token);
  return token;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 3 ? argv[3] : "";
  std::vector<int64_t> numbers;
  for (int i = 4; i < argc; ++i) {
    int64_t number = 0;
    if (!absl::SimpleAtoi(argv[i], &number)) return 2;
    numbers.push_back(number);
  }
  if (argc < 4) return 2;
  Client client({.address = argv[1], .token = TokenFrom(argv[2]), .language = "en"});
  if (mode == "submit" && numbers.size() == 2) return Submit(client, numbers[0], numbers[1]);
  if (mode == "push" && numbers.size() == 2) return Push(client, numbers[0], numbers[1]);
  if (mode == "watch" && numbers.size() == 3)
    return Watch(client, numbers[0], numbers[1], numbers[2]);
  if (mode == "idle" && numbers.size() == 1) return Idle(client, numbers[0]);
  std::cerr << "see the beginning of tests/bench/load.cc\n";
  return 2;
}
