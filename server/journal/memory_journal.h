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
#include <utility>
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
  // The same, found to be a fork: what was there after `after` is the lost side, which `node` keeps
  // (a name of MemoryJournalStore), all journals serve the other, and nothing is appended until
  // `ResumeWrites`.
  absl::Status ForkAfter(Revision after, std::vector<Entry> entries, const std::string& node);

 private:
  friend class MemoryJournal;
  friend class MemoryJournalStore;

  // Whom to wake; `mutex` is held during the call.
  struct Waker {
    Mutex mutex;
    std::function<void()> wake ABSL_GUARDED_BY(mutex);
  };

  Head EndLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The digest at a revision; nullopt: trimmed, or not there.
  std::optional<Digest> DigestAtLocked(Revision revision) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What stood after `after` is given out in `replaced`.
  absl::Status ReplaceLocked(Revision after, std::vector<Entry> entries,
                             std::vector<Entry>& replaced) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // All but `except`. Not under the lock.
  void Wake(const Waker* except);

  Mutex mutex_;
  Head trimmed_ ABSL_GUARDED_BY(mutex_);  // the last entry that is no more
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::optional<Snapshot> snapshot_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Waker>> wakers_ ABSL_GUARDED_BY(mutex_);
  // The last fork, which is over when `stopped_` is not set.
  std::optional<Journal::LostSide> lost_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  int forks_ ABSL_GUARDED_BY(mutex_) = 0;
};

// One node, as far as it is in touch with the logs. Thread-safe.
struct MemoryNode {
  explicit MemoryNode(std::string given) : name(std::move(given)) {}

  const std::string name;
  Mutex mutex;  // taken alone
  std::optional<absl::Time> cut_off_since ABSL_GUARDED_BY(mutex);
  // Where the logs ended when it was cut off: what its copies hold.
  std::map<const SharedLog*, Revision> copied ABSL_GUARDED_BY(mutex);
};

// One node's journal on a shared log. Committed = in the log. DataLoss: the log no longer holds
// what this object has read or appended, or a fork has stopped writes. While its node is cut off it
// reads what was there before, and appends are Unavailable.
class MemoryJournal : public Journal {
 public:
  explicit MemoryJournal(std::shared_ptr<SharedLog> log,
                         std::shared_ptr<MemoryNode> node = std::make_shared<MemoryNode>("alone"));
  ~MemoryJournal() override;

  absl::StatusOr<Head> Append(Head base, absl::Span<const Entry> entries) override;
  absl::StatusOr<std::vector<Entry>> Read(Revision after, size_t max) override;
  absl::StatusOr<Head> CommittedHead() override;
  void SetWake(std::function<void()> wake) override;
  absl::Status SaveSnapshot(const Snapshot& snapshot) override;
  absl::StatusOr<std::optional<Snapshot>> LoadSnapshot() override;
  absl::StatusOr<Head> Backup(std::function<absl::Status(absl::string_view)> sink) override;
  Standing Stands() override;
  absl::StatusOr<LostSide> ReadLostSide() override;
  absl::StatusOr<bool> ResumeWrites() override;

 private:
  // The last revision of this node's copy while it is cut off; nullopt: it is in touch.
  std::optional<Revision> Copied() const;
  // DataLoss if the newest entry that this object knows is another one now, or gone, and no fork
  // says so.
  absl::Status CheckSeenLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(log_->mutex_);
  void SawLocked(const Head& head) ABSL_EXCLUSIVE_LOCKS_REQUIRED(log_->mutex_);

  const std::shared_ptr<SharedLog> log_;
  const std::shared_ptr<MemoryNode> node_;
  const std::shared_ptr<SharedLog::Waker> waker_;
  Head seen_ ABSL_GUARDED_BY(log_->mutex_);
  int forks_seen_ ABSL_GUARDED_BY(log_->mutex_) = 0;
};

// Journals in memory. Several engines may use one store at once, or each a store of its own on the
// same logs: then each can be cut off by itself, and is told of journals that another made.
class MemoryJournalStore : public JournalStore {
 public:
  explicit MemoryJournalStore(std::string node = "node-1");
  // Another node on the logs of `other`.
  MemoryJournalStore(const MemoryJournalStore& other, std::string node);
  ~MemoryJournalStore() override;
  MemoryJournalStore(const MemoryJournalStore&) = delete;
  MemoryJournalStore& operator=(const MemoryJournalStore&) = delete;

  absl::StatusOr<std::vector<std::string>> Codes() override;
  absl::StatusOr<std::unique_ptr<Journal>> Open(absl::string_view code) override;
  absl::Status Create(absl::string_view code) override;
  void SetMade(std::function<void()> made) override;

  // The log of a municipality; null if there is none.
  std::shared_ptr<SharedLog> Log(absl::string_view code);
  // This node is out of touch since then, or in touch again.
  void CutOff(std::optional<absl::Time> since);

 private:
  // Whom to tell; `mutex` is held during the call.
  struct Listener {
    Mutex mutex;
    std::function<void()> made ABSL_GUARDED_BY(mutex);
  };
  // What all nodes share. Lock order: its lock is taken alone.
  struct Logs {
    Mutex mutex;
    std::map<std::string, std::shared_ptr<SharedLog>, std::less<>> logs ABSL_GUARDED_BY(mutex);
    std::vector<std::shared_ptr<Listener>> listeners ABSL_GUARDED_BY(mutex);
  };

  const std::shared_ptr<Logs> shared_;
  const std::shared_ptr<MemoryNode> node_;
  const std::shared_ptr<Listener> listener_;
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_MEMORY_JOURNAL_H_
