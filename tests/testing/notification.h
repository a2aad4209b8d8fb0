// Something that happens once, on whichever thread, and that a test waits for. As
// absl::Notification, whose mutex, in Debian's package, ThreadSanitizer cannot see.
#ifndef SAMSYN_TESTS_TESTING_NOTIFICATION_H_
#define SAMSYN_TESTS_TESTING_NOTIFICATION_H_

#include <absl/time/clock.h>
#include <absl/time/time.h>

#include "server/base/mutex.h"

namespace samsyn::testing {

// Thread-safe.
class Notification {
 public:
  // At most once. What was written before is seen by who has waited.
  void Notify() {
    MutexLock lock(mutex_);
    happened_ = true;
    changed_.SignalAll();
  }
  bool HasBeenNotified() {
    MutexLock lock(mutex_);
    return happened_;
  }
  void WaitForNotification() {
    MutexLock lock(mutex_);
    while (!happened_) changed_.Wait(mutex_);
  }
  // Whether it has happened when it returns.
  bool WaitForNotificationWithTimeout(absl::Duration timeout) {
    const absl::Time deadline = absl::Now() + timeout;
    MutexLock lock(mutex_);
    while (!happened_ && absl::Now() < deadline) changed_.WaitFor(mutex_, deadline - absl::Now());
    return happened_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool happened_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_NOTIFICATION_H_
