// A journal in memory that several nodes may share: what an adapter on a server does, without the
// server. Nothing outlives the process.
#ifndef SAMSYN_SERVER_JOURNAL_MEMORY_JOURNAL_H_
#define SAMSYN_SERVER_JOURNAL_MEMORY_JOURNAL_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/journal/journal.h"

namespace samsyn::journal {

// The log of one municipality; every MemoryJournal on it is one node's view. Thread-safe.
class SharedLog {
 public:
  // Forgets the entries up to `revision`, which readers then find out of range.
  void Trim(Revision revision);
  // Puts `entries` in place of all after `after`, as a server would after a failover that lost its
  // newest entries; they must follow from the entry there. Wakes all journals.
  absl::Status ReplaceAfter(Revision after, std::vector<Entry> entries);

 private:
  friend class MemoryJournal;

  // Whom to wake; `mutex` is held during the call.
  struct Waker {
    Mutex mutex;
    std::function<void()> wake ABSL_GUARDED_BY(mutex);
  };

  Head EndLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The digest at a revision; nullopt: trimmed, or not there.
  std::optional<Digest> DigestAtLocked(Revision revision) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // All but `except`. Not under the lock.
  void Wake(const Waker* except);

  Mutex mutex_;
  Head trimmed_ ABSL_GUARDED_BY(mutex_);  // the last entry that is no more
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::optional<Snapshot> snapshot_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Waker>> wakers_ ABSL_GUARDED_BY(mutex_);
};

// One node's journal on a shared log. Committed = in the log. DataLoss: the log no longer holds
// what this object has read or appended.
class MemoryJournal : public Journal {
 public:
  explicit MemoryJournal(std::shared_ptr<SharedLog> log);
  ~MemoryJournal() override;

  absl::StatusOr<Head> Append(Head base, absl::Span<const Entry> entries) override;
  absl::StatusOr<std::vector<Entry>> Read(Revision after, size_t max) override;
  absl::StatusOr<Head> CommittedHead() override;
  void SetWake(std::function<void()> wake) override;
  absl::Status SaveSnapshot(const Snapshot& snapshot) override;
  absl::StatusOr<std::optional<Snapshot>> LoadSnapshot() override;
  absl::StatusOr<Head> Backup(std::function<absl::Status(absl::string_view)> sink) override;

 private:
  // DataLoss if the newest entry that this object knows is another one now, or gone.
  absl::Status CheckSeenLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(log_->mutex_);
  void SawLocked(const Head& head) ABSL_EXCLUSIVE_LOCKS_REQUIRED(log_->mutex_);

  const std::shared_ptr<SharedLog> log_;
  const std::shared_ptr<SharedLog::Waker> waker_;
  Head seen_ ABSL_GUARDED_BY(log_->mutex_);
};

// Journals in memory. Several engines may use one store at once: each is a node on the same logs.
class MemoryJournalStore : public JournalStore {
 public:
  absl::StatusOr<std::vector<std::string>> Codes() override;
  absl::StatusOr<std::unique_ptr<Journal>> Open(absl::string_view code) override;
  absl::Status Create(absl::string_view code) override;

  // The log of a municipality; null if there is none.
  std::shared_ptr<SharedLog> Log(absl::string_view code);

 private:
  Mutex mutex_;
  std::map<std::string, std::shared_ptr<SharedLog>, std::less<>> logs_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_MEMORY_JOURNAL_H_
