// The load generator: one thread, one publisher's connection, one connection a watcher. It checks
// that every watcher gets every message, in order.
#ifndef SAMSYN_TESTS_BENCH_FANOUT_CLIENT_H_
#define SAMSYN_TESTS_BENCH_FANOUT_CLIENT_H_

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/fanout/socket.h"
#include "tests/bench/fanout/wire.h"

namespace samsyn::bench {

struct ClientOptions {
  int port = 0;                   // on 127.0.0.1
  std::shared_ptr<TlsFiles> tls;  // null: plain text
  int window = 64;                // publishes that may be unacknowledged
  int slow_tenths = 0;            // so many of ten watchers stop reading once they are ready
  absl::Duration patience = absl::Seconds(20);  // with nothing new before the rest is a fault
};

// What a phase made.
struct PhaseFigures {
  int64_t published = 0, acked_in_time = 0, deliveries = 0, bytes = 0;
  absl::Duration publishing;  // until the last publish
  absl::Duration all;         // until the last delivery
  std::vector<double> ms;     // of a paced phase: from when a message was due to each delivery
};

// Not thread-safe.
class Client {
 public:
  Client(System system, ClientOptions options);
  ~Client();

  // Connects the publisher, then watchers until there are so many; returns when all are ready.
  absl::Status OpenPublisher();
  absl::Status OpenWatchers(int count);

  // Publishes for so long: as fast as the window allows, or so many a second whether or not they
  // are acknowledged. Returns when all of it was acknowledged and every watcher has it.
  absl::StatusOr<PhaseFigures> Saturate(absl::Duration length);
  absl::StatusOr<PhaseFigures> Pace(double per_second, absl::Duration length);

 private:
  class Connection;

  absl::Status Connect(std::unique_ptr<Wire> wire, bool publishes);
  // Handles what is there until `done`; `timeout` limits a single wait, `patience` all of them
  // without anything new.
  absl::Status RunUntil(const std::function<bool()>& done);
  absl::Status Poll(int timeout_ms);
  void PublishOne(int64_t due_ns);
  bool AllSeen() const;
  // Whether this is what comes `at` (from 0) for everybody.
  bool IsNext(int64_t at, uint64_t number);
  absl::Status Rest(PhaseFigures& figures, int64_t begin_ns);

  System system_;
  const ClientOptions options_;
  int epoll_ = -1;
  std::unique_ptr<Connection> publisher_;
  std::vector<std::unique_ptr<Connection>> watchers_;
  std::string message_;
  std::string read_;  // buffer shared by all
  int ready_ = 0;
  int64_t published_ = 0, acked_ = 0;
  std::vector<uint64_t> order_;  // numbers as the first watcher got them that came so far
  std::vector<bool> came_;       // by number
  // Of this phase.
  int64_t deliveries_ = 0, bytes_ = 0, last_ns_ = 0;
  std::vector<double>* ms_ = nullptr;
};

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FANOUT_CLIENT_H_
