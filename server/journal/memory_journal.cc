// A journal in memory that several nodes may share.
#include "server/journal/memory_journal.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
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

absl::Status SharedLog::ReplaceAfter(Revision after, std::vector<Entry> entries) {
  {
    MutexLock lock(mutex_);
    const std::optional<Digest> digest = DigestAtLocked(after);
    if (!digest) return absl::OutOfRangeError(absl::StrCat("no revision ", after));
    const absl::StatusOr<Head> head = HeadAfter({after, *digest}, entries);
    if (!head.ok()) return absl::InvalidArgumentError(head.status().message());
    entries_.resize(static_cast<size_t>(after - trimmed_.revision));
    for (Entry& entry : entries) entries_.push_back(std::move(entry));
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

MemoryJournal::MemoryJournal(std::shared_ptr<SharedLog> log)
    : log_(std::move(log)), waker_(std::make_shared<SharedLog::Waker>()) {
  MutexLock lock(log_->mutex_);
  log_->wakers_.push_back(waker_);
}

MemoryJournal::~MemoryJournal() {
  SetWake(nullptr);
  MutexLock lock(log_->mutex_);
  std::erase(log_->wakers_, waker_);
}

absl::Status MemoryJournal::CheckSeenLocked() const {
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
  {
    MutexLock lock(log_->mutex_);
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
  MutexLock lock(log_->mutex_);
  return log_->EndLocked();
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

absl::StatusOr<std::vector<std::string>> MemoryJournalStore::Codes() {
  MutexLock lock(mutex_);
  std::vector<std::string> codes;
  for (const auto& [code, log] : logs_) codes.push_back(code);
  return codes;
}

absl::StatusOr<std::unique_ptr<Journal>> MemoryJournalStore::Open(absl::string_view code) {
  std::shared_ptr<SharedLog> log = Log(code);
  if (log == nullptr) return absl::NotFoundError(absl::StrCat("no journal of ", code));
  return std::make_unique<MemoryJournal>(std::move(log));
}

absl::Status MemoryJournalStore::Create(absl::string_view code) {
  MutexLock lock(mutex_);
  if (!logs_.try_emplace(std::string(code), std::make_shared<SharedLog>()).second) {
    return absl::AlreadyExistsError(absl::StrCat("there is a journal of ", code));
  }
  return absl::OkStatus();
}

std::shared_ptr<SharedLog> MemoryJournalStore::Log(absl::string_view code) {
  MutexLock lock(mutex_);
  const auto found = logs_.find(std::string(code));
  return found == logs_.end() ? nullptr : found->second;
}

}  // namespace samsyn::journal
