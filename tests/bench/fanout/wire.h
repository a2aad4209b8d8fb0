// What a message system sounds like on one connection, so that the load generator speaks all of
// them the same way: raw codecs, no client library whose speed would be measured too.
#ifndef SAMSYN_TESTS_BENCH_FANOUT_WIRE_H_
#define SAMSYN_TESTS_BENCH_FANOUT_WIRE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace samsyn::bench {

// What a connection tells of. Does not call the wire.
class Listener {
 public:
  virtual ~Listener() = default;
  // It may publish, or what is published from now on comes to it.
  virtual void Ready() = 0;
  // The system says that it has so many more of what was published on this connection, in order.
  virtual void Acked(int64_t count) = 0;
  // A message came. It is valid during the call.
  virtual void Delivered(absl::string_view message) = 0;
};

// One connection's protocol; no I/O. Not thread-safe. What is to be sent is appended to `out`.
class Wire {
 public:
  virtual ~Wire() = default;
  // Connected: says hello, subscribes.
  virtual void Start(std::string& out) = 0;
  // Takes what came; says how many bytes of it are used up. The rest is given again, with more.
  virtual absl::StatusOr<size_t> Take(absl::string_view in, std::string& out,
                                      Listener& listener) = 0;
  // Publishes a message. Of publishers only, once they are ready.
  virtual void Publish(absl::string_view, std::string&) {}
  // There is no more to publish just now: what waits for more of its kind goes.
  virtual void Flush(std::string&) {}
};

// How connections to a system are made.
struct System {
  std::function<std::unique_ptr<Wire>()> publisher;  // opened first, and ready before any watcher
  std::function<std::unique_ptr<Wire>()> watcher;
  // What is published in an order is taken in it. Not so where each is a call of its own.
  bool in_order = true;
};

// Faults of all systems are of this kind: what came, in words.
inline absl::Status Fault(absl::string_view what) { return absl::UnavailableError(what); }

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FANOUT_WIRE_H_
