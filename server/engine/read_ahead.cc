#include "server/engine/read_ahead.h"

#include <utility>

namespace samsyn::engine {

ReadAhead::ReadAhead(journal::Journal& journal, journal::Revision after, size_t batch)
    : journal_(journal), thread_([this, after, batch] { Run(after, batch); }) {}

ReadAhead::~ReadAhead() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    changed_.SignalAll();
  }
  thread_.join();
}

absl::StatusOr<ReadAhead::Entries> ReadAhead::Next(Entries used) {
  MutexLock lock(mutex_);
  while (!read_.has_value()) changed_.Wait(mutex_);
  absl::StatusOr<Entries> next = *std::move(read_);
  read_.reset();
  std::swap(used_, used);
  changed_.SignalAll();
  return next;
}

void ReadAhead::Run(journal::Revision after, size_t batch) {
  for (bool more = true; more;) {
    absl::StatusOr<Entries> entries = journal_.Read(after, batch);
    more = entries.ok() && entries->size() == batch;
    if (more) after += static_cast<journal::Revision>(batch);
    Entries used;
    MutexLock lock(mutex_);
    while (read_.has_value() && !stopped_) changed_.Wait(mutex_);
    if (stopped_) return;
    read_ = std::move(entries);
    std::swap(used_, used);
    changed_.SignalAll();
  }
}

}  // namespace samsyn::engine
