// The time of day as something that a test or the demonstration can set.
#ifndef SAMSYN_SERVER_BASE_CLOCK_H_
#define SAMSYN_SERVER_BASE_CLOCK_H_

#include <absl/time/time.h>

#include <atomic>
#include <cstdint>

namespace samsyn {

// Tells the time, UTC. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
  // The machine's clock; lives as long as the program.
  static const Clock& System();
};

// A clock that stands still until it is set. Thread-safe.
class ManualClock : public Clock {
 public:
  explicit ManualClock(absl::Time now) { Set(now); }
  absl::Time Now() const override { return absl::FromUnixMicros(now_us_.load()); }
  void Set(absl::Time now) { now_us_.store(absl::ToUnixMicros(now)); }
  void Advance(absl::Duration by) { now_us_.fetch_add(absl::ToInt64Microseconds(by)); }

 private:
  std::atomic<int64_t> now_us_;
};

}  // namespace samsyn

#endif  // SAMSYN_SERVER_BASE_CLOCK_H_
