// How long a write may take, and that each call ends once: by its answer or by its limit.
#ifndef SAMSYN_SERVER_SERVICE_TIME_LIMITS_H_
#define SAMSYN_SERVER_SERVICE_TIME_LIMITS_H_

#include <absl/container/btree_map.h>
#include <absl/functional/function_ref.h>
#include <absl/status/status.h>
#include <absl/time/time.h>
#include <grpcpp/server_context.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace samsyn::service {

// Thread-safe.
class CallEnd {
 public:
  // True once: whoever gets it ends the call.
  bool Claim();
  // Runs `decide` while the call cannot end, so that its request is still there; once it has ended:
  // OUTCOME_UNKNOWN, and nothing is run.
  absl::Status UnlessEnded(absl::FunctionRef<absl::Status()> decide);

 private:
  Mutex mutex_;  // taken alone, or under a feed's lock
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

// "It is not known whether this was saved": OUTCOME_UNKNOWN. What a call gets at its limit.
absl::Status TookTooLong();

// Ends calls at `kDeadlineMost` after their start, whatever deadline their callers set; a shorter
// one ends them by itself. Thread-safe; has a thread, which sleeps while no call has a limit.
class TimeLimits {
 public:
  // The clock must outlive it.
  explicit TimeLimits(const Clock& clock);
  ~TimeLimits();
  TimeLimits(const TimeLimits&) = delete;
  TimeLimits& operator=(const TimeLimits&) = delete;

  // The limit of one call; goes with it. The limits must outlive it.
  class Limit {
   public:
    Limit(TimeLimits& owner, std::pair<absl::Time, uint64_t> key) : owner_(owner), key_(key) {}
    ~Limit() { owner_.Remove(key_); }
    Limit(const Limit&) = delete;
    Limit& operator=(const Limit&) = delete;

   private:
    TimeLimits& owner_;
    const std::pair<absl::Time, uint64_t> key_;
  };

  // Calls `late` from its thread when the call has lasted too long, unless the limit is gone then;
  // it may still be running when the limit goes. Null: the caller's own deadline comes first.
  std::unique_ptr<Limit> Start(const grpc::ServerContextBase& context, std::function<void()> late);

 private:
  void Remove(const std::pair<absl::Time, uint64_t>& key);
  void Run();

  const Clock& clock_;
  Mutex mutex_;  // taken alone
  CondVar changed_;
  absl::btree_map<std::pair<absl::Time, uint64_t>, std::function<void()>> due_
      ABSL_GUARDED_BY(mutex_);
  uint64_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  bool asleep_ ABSL_GUARDED_BY(mutex_) = false;  // the thread, until it is woken
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_TIME_LIMITS_H_
