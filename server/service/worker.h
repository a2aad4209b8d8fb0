// One thread for what reads a whole journal, so that no gRPC thread waits for a disk.
#ifndef SAMSYN_SERVER_SERVICE_WORKER_H_
#define SAMSYN_SERVER_SERVICE_WORKER_H_

#include <deque>
#include <functional>
#include <thread>

#include "server/base/mutex.h"

namespace samsyn::service {

// Runs jobs one after the other. Thread-safe.
class Worker {
 public:
  Worker() : thread_([this] { Run(); }) {}
  ~Worker() { Stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // False, without running it, when 16 jobs wait already or the worker was stopped.
  bool Post(std::function<void()> job);
  // Runs what waits, then ends. Idempotent.
  void Stop();

 private:
  void Run();

  Mutex mutex_;  // taken alone
  CondVar changed_;
  std::deque<std::function<void()>> jobs_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_WORKER_H_
