// Work that must stay off the hot path of appends.
#include "server/journal/checkpointer.h"

#include <utility>

namespace samsyn::journal {

Checkpointer::Checkpointer(absl::Duration interval)
    : interval_(interval), thread_([this] { Run(); }) {}

Checkpointer::~Checkpointer() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.SignalAll();
  thread_.join();
}

int64_t Checkpointer::Add(std::function<void()> task) {
  MutexLock lock(mutex_);
  tasks_.emplace(++last_id_, std::move(task));
  return last_id_;
}

void Checkpointer::Remove(int64_t id) {
  MutexLock lock(mutex_);
  while (running_ == id) changed_.Wait(mutex_);
  tasks_.erase(id);
}

void Checkpointer::Run() {
  mutex_.Lock();
  while (!stop_) {
    changed_.WaitFor(mutex_, interval_);
    int64_t last = 0;
    for (auto next = tasks_.begin(); next != tasks_.end() && !stop_;
         next = tasks_.upper_bound(last)) {
      last = running_ = next->first;
      const std::function<void()>& task = next->second;  // stays: Remove waits while it runs
      mutex_.Unlock();
      task();
      mutex_.Lock();
      running_ = 0;
      changed_.SignalAll();
    }
  }
  mutex_.Unlock();
}

}  // namespace samsyn::journal
