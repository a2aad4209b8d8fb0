// Work that must stay off the hot path of appends, done by one thread at short intervals for all
// open journals: moving what is committed from the write-ahead logs into the files.
#ifndef SAMSYN_SERVER_JOURNAL_CHECKPOINTER_H_
#define SAMSYN_SERVER_JOURNAL_CHECKPOINTER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <thread>

#include "server/base/mutex.h"

namespace samsyn::journal {

// Thread-safe. Owns its thread; all tasks must be removed before it ends.
class Checkpointer {
 public:
  explicit Checkpointer(absl::Duration interval);
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // Calls `task` from the thread once an interval, one task at a time. A task may not call this
  // object.
  int64_t Add(std::function<void()> task);
  // Returns when the task is not running and will not be called again.
  void Remove(int64_t id);

 private:
  void Run();

  const absl::Duration interval_;
  Mutex mutex_;
  CondVar changed_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t running_ ABSL_GUARDED_BY(mutex_) = 0;  // 0: none
  std::map<int64_t, std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;  // last: begins when all else is there
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_CHECKPOINTER_H_
