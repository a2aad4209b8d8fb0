// People of simulated municipalities, each with a connection of their own, as at a page or a phone:
// what they call, and what they are told. What all of them did and saw is counted together.
#ifndef SAMSYN_TESTS_BENCH_FRIDAY_TOWN_H_
#define SAMSYN_TESTS_BENCH_FRIDAY_TOWN_H_

#include <absl/time/clock.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/figures.h"
#include "tests/bench/watcher.h"

namespace samsyn::bench {

// What was done and seen since it was last asked. Thread-safe.
class Tally {
 public:
  void Call(const std::string& method, double ms, const grpc::Status& status);
  std::string Json();

  Times writes, reads, situations, deliveries, arrivals;
  std::atomic<int64_t> responses{0}, entities{0}, bytes{0}, reports{0}, missing{0};

 private:
  std::mutex mutex_;
  std::map<std::string, int64_t> calls_, refusals_;  // guarded by mutex_
};

// Reports know each other by a number in their text.
class Numbered {
 public:
  Numbered() : reports_(1 << 20) {}
  int Next() {
    const int number = next_++;
    reports_[number].sent_ns = absl::GetCurrentTimeNanos();
    return number;
  }
  void Acknowledged(int number) { reports_[number].acknowledged = true; }
  // Milliseconds since it was sent; 0: not one of ours.
  double Seen(const v1::Report& report);
  // How many were acknowledged that no watcher has seen, after waiting for what is on its way.
  int64_t AwaitMissing() const;

 private:
  struct One {
    std::atomic<int64_t> sent_ns{0};
    std::atomic<bool> acknowledged{false}, seen{false};
  };
  std::vector<One> reports_;
  std::atomic<int> next_{1};
};

// What all share. Outlives the people.
struct World {
  std::vector<std::string> addresses;
  double speed = 1;  // simulated seconds a second
  Tally tally;
  Numbered numbered;
  Later later;

  absl::Duration Scaled(double simulated_seconds) const {
    return absl::Seconds(simulated_seconds / speed);
  }
};

// Thread-safe.
class Person {
 public:
  Person(World& world, size_t node, std::string token, std::string member, std::string unit);

  // The client of the n-th node to go to.
  Client& At(size_t n);
  void Watch(std::function<void(const v1::WatchResponse&)> heard);
  void StopWatching() { watcher_.reset(); }
  bool IsCurrent() { return watcher_ == nullptr || watcher_->IsCurrent(); }

  // Calls without waiting; once more at the next node where one is away. `start` hands its
  // arguments to a method of an async stub; `then` gets the answer, if it is one.
  template <typename Request, typename Response, typename Start>
  void Begin(const std::string& method, Request request, Start start, Times& times,
             std::function<void(const Response&)> then = nullptr, size_t attempt = 0);

  const std::string& municipality() const { return municipality_; }
  std::string Name(const std::string& collection, const std::string& id) const {
    return municipality_ + "/" + collection + "/" + id;
  }
  const std::string& member() const { return member_; }
  const std::string& unit() const { return unit_; }
  World& world() { return world_; }

 private:
  World& world_;
  const size_t node_;
  const std::string token_, municipality_, member_, unit_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Client>> clients_;  // by node, made when needed; guarded by mutex_
  std::atomic<size_t> away_{0};                   // how many nodes it has gone on from
  std::unique_ptr<Watcher> watcher_;
};

template <typename Request, typename Response, typename Start>
void Person::Begin(const std::string& method, Request request, Start start, Times& times,
                   std::function<void(const Response&)> then, size_t attempt) {
  struct Call {
    grpc::ClientContext context;
    Request request;
    Response response;
    absl::Time begin = absl::Now();
  };
  const size_t node = away_;
  Client& client = At(node);
  auto call = std::make_shared<Call>();
  client.Prepare(call->context);
  call->context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
  call->request = std::move(request);
  start(client, &call->context, &call->request, &call->response,
        std::function<void(grpc::Status)>([=, this, &times](const grpc::Status& status) {
          if (status.error_code() == grpc::StatusCode::UNAVAILABLE && attempt < 10) {
            size_t expected = node;
            away_.compare_exchange_strong(expected, node + 1);
            world_.later.After(absl::Milliseconds(50), [=, this, &times] {
              Begin<Request, Response>(method, call->request, start, times, then, attempt + 1);
            });
            return;
          }
          const double ms = absl::ToDoubleMilliseconds(absl::Now() - call->begin);
          world_.tally.Call(method, ms, status);
          if (!status.ok()) return;
          times.Add(ms);
          if (then != nullptr) then(call->response);
        }));
}

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FRIDAY_TOWN_H_
