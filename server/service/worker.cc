#include "server/service/worker.h"

#include <utility>

namespace samsyn::service {
namespace {

constexpr size_t kJobsMost = 16;

}  // namespace

bool Worker::Post(std::function<void()> job) {
  MutexLock lock(mutex_);
  if (stopped_ || jobs_.size() >= kJobsMost) return false;
  jobs_.push_back(std::move(job));
  changed_.SignalAll();
  return true;
}

void Worker::Stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

void Worker::Run() {
  while (true) {
    std::function<void()> job;
    {
      MutexLock lock(mutex_);
      while (jobs_.empty() && !stopped_) changed_.Wait(mutex_);
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace samsyn::service
