// A journal in memory that several nodes may share.
#include "server/journal/memory_journal.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace samsyn::journal {

Head SharedLog::EndLocked() const {
  return {trimmed_.revision + static_cast<Revision>(entries_.size()),
          entries_.empty() ? trimmed_.digest : entries_.back().digest};
}

std::optional<Digest> SharedLog::DigestAtLocked(Revision revision) const {
  if (revision == trimmed_.revision) return trimmed_.digest;
  if (revision < trimmed_.revision || revision > EndLocked().revision) return std::nullopt;
  return entries_[static_cast<size_t>(revision - trimmed_.revision - 1)].digest;
}

void SharedLog::Trim(Revision revision) {
  MutexLock lock(mutex_);
  while (!entries_.empty() && trimmed_.revision < revision) {
    trimmed_ = {trimmed_.revision + 1, entries_.front().digest};
    entries_.pop_front();
  }
}

absl::Status SharedLog::ReplaceLocked(Revision after, std::vector<Entry> entries,
                                      std::vector<Entry>& replaced) {
  const std::optional<Digest> digest = DigestAtLocked(after);
  if (!digest) return absl::OutOfRangeError(absl::StrCat("no revision ", after));
  const absl::StatusOr<Head> head = HeadAfter({after, *digest}, entries);
  if (!head.ok()) return absl::InvalidArgumentError(head.status().message());
  const auto first = entries_.begin() + static_cast<ptrdiff_t>(after - trimmed_.revision);
  replaced.assign(std::make_move_iterator(first), std::make_move_iterator(entries_.end()));
  entries_.erase(first, entries_.end());
  for (Entry& entry : entries) entries_.push_back(std::move(entry));
  return absl::OkStatus();
}

absl::Status SharedLog::ReplaceAfter(Revision after, std::vector<Entry> entries) {
  {
    MutexLock lock(mutex_);
    std::vector<Entry> replaced;
    const absl::Status status = ReplaceLocked(after, std::move(entries), replaced);
    if (!status.ok()) return status;
  }
  Wake(nullptr);
  return absl::OkStatus();
}

absl::Status SharedLog::ForkAfter(Revision after, std::vector<Entry> entries,
                                  const std::string& node) {
  {
    MutexLock lock(mutex_);
    Journal::LostSide lost;
    lost.fork.node = node;
    lost.fork.common = after;
    lost.fork.lost = EndLocked();
    const absl::Status status = ReplaceLocked(after, std::move(entries), lost.entries);
    if (!status.ok()) return status;
    lost.fork.kept = EndLocked();
    if (snapshot_.has_value() && snapshot_->head.revision > after) snapshot_.reset();
    lost_ = std::move(lost);
    stopped_ = true;
    ++forks_;
  }
  Wake(nullptr);
  return absl::OkStatus();
}

void SharedLog::Wake(const Waker* except) {
  std::vector<std::shared_ptr<Waker>> wakers;
  {
    MutexLock lock(mutex_);
    wakers = wakers_;
  }
  for (const std::shared_ptr<Waker>& waker : wakers) {
    if (waker.get() == except) continue;
    MutexLock lock(waker->mutex);
    if (waker->wake) waker->wake();
  }
}

MemoryJournal::MemoryJournal(std::shared_ptr<SharedLog> log, std::shared_ptr<MemoryNode> node)
    : log_(std::move(log)), node_(std::move(node)), waker_(std::make_shared<SharedLog::Waker>()) {
  MutexLock lock(log_->mutex_);
  log_->wakers_.push_back(waker_);
  forks_seen_ = log_->forks_;
}

MemoryJournal::~MemoryJournal() {
  SetWake(nullptr);
  MutexLock lock(log_->mutex_);
  std::erase(log_->wakers_, waker_);
}

std::optional<Revision> MemoryJournal::Copied() const {
  MutexLock lock(node_->mutex);
  if (!node_->cut_off_since.has_value()) return std::nullopt;
  const auto found = node_->copied.find(log_.get());
  return found == node_->copied.end() ? 0 : found->second;
}

absl::Status MemoryJournal::CheckSeenLocked() {
  if (forks_seen_ != log_->forks_) {  // From now on the other side.
    forks_seen_ = log_->forks_;
    seen_ = {};
  }
  if (seen_.revision < log_->trimmed_.revision) return absl::OkStatus();
  const std::optional<Digest> digest = log_->DigestAtLocked(seen_.revision);
  if (digest == seen_.digest) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("forked at revision ", seen_.revision, ": here ",
                                          Hex(seen_.digest), ", in the log ",
                                          digest ? Hex(*digest) : "nothing"));
}

void MemoryJournal::SawLocked(const Head& head) {
  if (head.revision > seen_.revision) seen_ = head;
}

absl::StatusOr<Head> MemoryJournal::Append(Head base, absl::Span<const Entry> entries) {
  const absl::StatusOr<Head> head = HeadAfter(base, entries);
  if (!head.ok()) return absl::InvalidArgumentError(head.status().message());
  for (const Entry& entry : entries) {
    if (entry.changes.size() > std::numeric_limits<uint16_t>::max()) {
      return absl::InvalidArgumentError("an entry has more than 65,535 changes");
    }
  }
  if (Copied().has_value()) return absl::UnavailableError("this node is cut off");
  {
    MutexLock lock(log_->mutex_);
    if (log_->stopped_) {
      return absl::DataLossError(absl::StrCat("forked after revision ", log_->lost_->fork.common));
    }
    if (log_->EndLocked() != base) {
      return absl::AbortedError(absl::StrCat("the journal ends at revision ",
                                             log_->EndLocked().revision, ", not at ", base.revision,
                                             " ", Hex(base.digest)));
    }
    log_->entries_.insert(log_->entries_.end(), entries.begin(), entries.end());
    SawLocked(*head);
  }
  if (!entries.empty()) log_->Wake(waker_.get());
  return *head;
}

absl::StatusOr<std::vector<Entry>> MemoryJournal::Read(Revision after, size_t max) {
  if (const std::optional<Revision> copied = Copied()) {
    max = std::min(max, static_cast<size_t>(std::max<Revision>(*copied - after, 0)));
  }
  MutexLock lock(log_->mutex_);
  if (const absl::Status status = CheckSeenLocked(); !status.ok()) return status;
  if (after < log_->trimmed_.revision) {
    return absl::OutOfRangeError(
        absl::StrCat("entries up to revision ", log_->trimmed_.revision, " are trimmed"));
  }
  const auto begin =
      static_cast<size_t>(std::min(after, log_->EndLocked().revision) - log_->trimmed_.revision);
  const size_t count = std::min(max, log_->entries_.size() - begin);
  const auto first = log_->entries_.begin() + static_cast<ptrdiff_t>(begin);
  std::vector<Entry> entries(first, first + static_cast<ptrdiff_t>(count));
  if (!entries.empty()) {
    SawLocked({after + static_cast<Revision>(count), entries.back().digest});
  }
  return entries;
}

absl::StatusOr<Head> MemoryJournal::CommittedHead() {
  const std::optional<Revision> copied = Copied();
  MutexLock lock(log_->mutex_);
  const Head end = log_->EndLocked();
  if (!copied.has_value() || *copied >= end.revision) return end;
  return Head{*copied, log_->DigestAtLocked(*copied).value_or(Digest{})};
}

Standing MemoryJournal::Stands() {
  Standing standing;
  const std::optional<Revision> copied = Copied();
  {
    MutexLock lock(node_->mutex);
    standing.cut_off_since = node_->cut_off_since;
  }
  MutexLock lock(log_->mutex_);
  standing.committed = copied.value_or(log_->EndLocked().revision);
  if (log_->stopped_) standing.fork = log_->lost_->fork;
  return standing;
}

absl::StatusOr<Journal::LostSide> MemoryJournal::ReadLostSide() {
  MutexLock lock(log_->mutex_);
  if (!log_->lost_.has_value() || log_->lost_->fork.node != node_->name) {
    return absl::NotFoundError("no fork is kept here");
  }
  return *log_->lost_;
}

absl::StatusOr<bool> MemoryJournal::ResumeWrites() {
  if (Copied().has_value()) return absl::UnavailableError("this node is cut off");
  bool was_stopped = false;
  {
    MutexLock lock(log_->mutex_);
    was_stopped = std::exchange(log_->stopped_, false);
  }
  log_->Wake(nullptr);
  return was_stopped;
}

void MemoryJournal::SetWake(std::function<void()> wake) {
  MutexLock lock(waker_->mutex);
  waker_->wake = std::move(wake);
}

absl::Status MemoryJournal::SaveSnapshot(const Snapshot& snapshot) {
  MutexLock lock(log_->mutex_);
  if (log_->DigestAtLocked(snapshot.head.revision) != snapshot.head.digest) {
    return absl::FailedPreconditionError(absl::StrCat("the journal has no revision ",
                                                      snapshot.head.revision, " with the digest ",
                                                      Hex(snapshot.head.digest)));
  }
  log_->snapshot_ = snapshot;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Snapshot>> MemoryJournal::LoadSnapshot() {
  MutexLock lock(log_->mutex_);
  return log_->snapshot_;
}

absl::StatusOr<Head> MemoryJournal::Backup(std::function<absl::Status(absl::string_view)>) {
  return absl::UnimplementedError("a journal in memory is not a file");
}

MemoryJournalStore::MemoryJournalStore(std::string node)
    : shared_(std::make_shared<Logs>()),
      node_(std::make_shared<MemoryNode>(std::move(node))),
      listener_(std::make_shared<Listener>()) {
  MutexLock lock(shared_->mutex);
  shared_->listeners.push_back(listener_);
}

MemoryJournalStore::MemoryJournalStore(const MemoryJournalStore& other, std::string node)
    : shared_(other.shared_),
      node_(std::make_shared<MemoryNode>(std::move(node))),
      listener_(std::make_shared<Listener>()) {
  MutexLock lock(shared_->mutex);
  shared_->listeners.push_back(listener_);
}

MemoryJournalStore::~MemoryJournalStore() {
  MutexLock lock(shared_->mutex);
  std::erase(shared_->listeners, listener_);
}

absl::StatusOr<std::vector<std::string>> MemoryJournalStore::Codes() {
  MutexLock lock(shared_->mutex);
  std::vector<std::string> codes;
  for (const auto& [code, log] : shared_->logs) codes.push_back(code);
  return codes;
}

absl::StatusOr<std::unique_ptr<Journal>> MemoryJournalStore::Open(absl::string_view code) {
  std::shared_ptr<SharedLog> log = Log(code);
  if (log == nullptr) return absl::NotFoundError(absl::StrCat("no journal of ", code));
  return std::make_unique<MemoryJournal>(std::move(log), node_);
}

absl::Status MemoryJournalStore::Create(absl::string_view code) {
  std::vector<std::shared_ptr<Listener>> listeners;
  {
    MutexLock lock(shared_->mutex);
    if (!shared_->logs.try_emplace(std::string(code), std::make_shared<SharedLog>()).second) {
      return absl::AlreadyExistsError(absl::StrCat("there is a journal of ", code));
    }
    listeners = shared_->listeners;
  }
  for (const std::shared_ptr<Listener>& listener : listeners) {
    if (listener == listener_) continue;
    MutexLock lock(listener->mutex);
    if (listener->made) listener->made();
  }
  return absl::OkStatus();
}

void MemoryJournalStore::SetMade(std::function<void()> made) {
  MutexLock lock(listener_->mutex);
  listener_->made = std::move(made);
}

std::shared_ptr<SharedLog> MemoryJournalStore::Log(absl::string_view code) {
  MutexLock lock(shared_->mutex);
  const auto found = shared_->logs.find(code);
  return found == shared_->logs.end() ? nullptr : found->second;
}

void MemoryJournalStore::CutOff(std::optional<absl::Time> since) {
  std::map<const SharedLog*, Revision> copied;
  std::vector<std::shared_ptr<SharedLog>> logs;
  {
    MutexLock lock(shared_->mutex);
    for (const auto& [code, log] : shared_->logs) logs.push_back(log);
  }
  for (const std::shared_ptr<SharedLog>& log : logs) {
    MutexLock lock(log->mutex_);
    copied[log.get()] = log->EndLocked().revision;
  }
  {
    MutexLock lock(node_->mutex);
    node_->cut_off_since = since;
    node_->copied = std::move(copied);
  }
  if (since.has_value()) return;
  for (const std::shared_ptr<SharedLog>& log : logs) log->Wake(nullptr);
}

}  // namespace samsyn::journal
