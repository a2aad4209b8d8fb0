// Waiting for a condition with a deadline, in place of sleeping.
#ifndef SAMSYN_TESTS_TESTING_EVENTUALLY_H_
#define SAMSYN_TESTS_TESTING_EVENTUALLY_H_

#include <absl/time/clock.h>
#include <absl/time/time.h>

#include "server/base/mutex.h"

namespace samsyn::testing {

// Asks again and again until the condition holds; false if it does not within `limit`.
template <typename Condition>
bool Eventually(Condition condition, absl::Duration limit = absl::Seconds(20)) {
  Mutex mutex;
  CondVar never;
  const absl::Time deadline = absl::Now() + limit;
  MutexLock lock(mutex);
  while (!condition()) {
    if (absl::Now() >= deadline) return false;
    never.WaitFor(mutex, absl::Milliseconds(5));
  }
  return true;
}

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_EVENTUALLY_H_
