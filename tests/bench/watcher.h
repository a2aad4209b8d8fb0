// A follower of the picture that holds no thread: thousands of them fit in one load generator. When
// its stream breaks it goes on at the next node, from where it was.
#ifndef SAMSYN_TESTS_BENCH_WATCHER_H_
#define SAMSYN_TESTS_BENCH_WATCHER_H_

#include <absl/time/time.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "clients/cpp/client.h"

namespace samsyn::bench {

// A connection of its own; a node that is away is tried again quickly.
std::shared_ptr<grpc::Channel> NewChannel(const std::string& address);

// Calls functions when their time has come, on one thread of its own. Thread-safe.
class Later {
 public:
  Later() : thread_([this] { Run(); }) {}
  ~Later();  // what is not due yet is not called
  void At(absl::Time time, std::function<void()> call);
  void After(absl::Duration duration, std::function<void()> call) {
    At(absl::Now() + duration, std::move(call));
  }
  bool IsIdle();  // nothing is to come

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<absl::Time, std::function<void()>> calls_;  // guarded by mutex_
  bool stopping_ = false;                                   // guarded by mutex_
  std::thread thread_;                                      // last: begins when all else is there
};

// Thread-safe. The clients and `later` must outlive it.
class Watcher {
 public:
  // Each response, on a thread of gRPC, one at a time.
  using Heard = std::function<void(const v1::WatchResponse&)>;
  // `at` gives the client of the n-th node to go to, from 0 on; it goes round.
  using At = std::function<Client&(size_t)>;
  Watcher(At at, v1::WatchRequest filter, Later& later, Heard heard);
  ~Watcher();  // ends its stream and waits for that
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  bool IsCurrent();  // it has been live
  struct Counts {
    int64_t responses = 0, entities = 0, bytes = 0, breaks = 0, resets = 0;
    absl::Time current_time;  // when it was first live in its newest stream
  };
  Counts counts();

 private:
  class Stream;
  void Begin();
  void Take(const v1::WatchResponse& response);
  void Ended(bool heard);

  const At at_;
  Later& later_;
  const Heard heard_;

  std::mutex mutex_;
  std::condition_variable changed_;
  v1::WatchRequest request_;  // with the newest token; guarded by mutex_
  size_t node_ = 0;           // guarded by mutex_, as all below
  Counts counts_;
  bool current_ = false;  // in its newest stream
  bool stopping_ = false;
  bool running_ = false;  // a stream, or one to come
  Stream* stream_ = nullptr;
};

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_WATCHER_H_
