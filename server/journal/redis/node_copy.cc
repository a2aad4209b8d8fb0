// What this node has itself of a journal that it shares.
#include "server/journal/redis/node_copy.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace samsyn::journal {
namespace {

constexpr size_t kMemoryMost = 64 << 20;  // bytes; beyond it entries are read again later
constexpr size_t kFlushEntries = 1024;

absl::Status NoFile() { return absl::UnavailableError("this node's copy could not be opened"); }

size_t SizeOf(const Entry& entry) {
  size_t bytes = entry.metadata.size() + sizeof(Entry);
  for (const v1::StoredChange& change : entry.changes) bytes += change.ByteSizeLong();
  return bytes;
}

}  // namespace

absl::StatusOr<std::unique_ptr<NodeCopy>> NodeCopy::Open(std::unique_ptr<Journal> file) {
  const absl::StatusOr<Head> end = file->CommittedHead();
  if (!end.ok()) return end.status();
  return std::unique_ptr<NodeCopy>(new NodeCopy(std::move(file), *end));
}

Head NodeCopy::EndLocked() const {
  if (newest_.empty()) return filed_;
  return {filed_.revision + static_cast<Revision>(newest_.size()), newest_.back().digest};
}

Head NodeCopy::End() {
  MutexLock lock(mutex_);
  return EndLocked();
}

Head NodeCopy::EndInFile() {
  MutexLock lock(mutex_);
  return filed_;
}

absl::StatusOr<std::vector<Entry>> NodeCopy::Read(Revision after, size_t max) {
  ReaderLock file_lock(file_mutex_);
  if (file_ == nullptr) return NoFile();
  std::vector<Entry> entries;
  if (after < EndInFile().revision) {
    auto filed = file_->Read(after, max);
    if (!filed.ok()) return filed;
    entries = *std::move(filed);
  }
  MutexLock lock(mutex_);
  const Revision next = after + static_cast<Revision>(entries.size());
  if (next < filed_.revision || next > EndLocked().revision) return entries;
  for (size_t i = static_cast<size_t>(next - filed_.revision);
       i < newest_.size() && entries.size() < max; ++i) {
    entries.push_back(newest_[i]);
  }
  return entries;
}

absl::StatusOr<Digest> NodeCopy::DigestAt(Revision revision) {
  if (revision == 0) return Digest{};
  const auto entries = Read(revision - 1, 1);
  if (!entries.ok()) return entries.status();
  if (entries->empty()) return absl::NotFoundError(absl::StrCat("no revision ", revision));
  return entries->front().digest;
}

absl::Status NodeCopy::Add(const Head& base, absl::Span<const Entry> entries) {
  const Head end = End();
  if (base.revision > end.revision || entries.empty()) return absl::OkStatus();
  // What overlaps must be what is here.
  const Revision last = base.revision + static_cast<Revision>(entries.size());
  const Revision overlap = std::min(end.revision, last);
  const absl::StatusOr<Digest> here = DigestAt(overlap);
  if (!here.ok()) return here.status();
  const Digest& given = overlap == base.revision
                            ? base.digest
                            : entries[static_cast<size_t>(overlap - base.revision - 1)].digest;
  if (*here != given) {
    return absl::DataLossError(absl::StrCat("revision ", overlap, ": here stands ", Hex(*here),
                                            ", elsewhere ", Hex(given)));
  }
  MutexLock lock(mutex_);
  for (Revision next = EndLocked().revision + 1; next <= last && bytes_ < kMemoryMost; ++next) {
    const Entry& entry = entries[static_cast<size_t>(next - base.revision - 1)];
    bytes_ += SizeOf(entry);
    newest_.push_back(entry);
  }
  return absl::OkStatus();
}

absl::Status NodeCopy::Flush() {
  ReaderLock file_lock(file_mutex_);
  return FlushLocked();
}

absl::Status NodeCopy::FlushLocked() {
  if (file_ == nullptr) return NoFile();
  MutexLock flush_lock(flush_mutex_);
  while (true) {
    Head base;
    std::vector<Entry> entries;
    {
      MutexLock lock(mutex_);
      base = filed_;
      const size_t count = std::min(newest_.size(), kFlushEntries);
      entries.assign(newest_.begin(), newest_.begin() + static_cast<ptrdiff_t>(count));
    }
    if (entries.empty()) return absl::OkStatus();
    const absl::StatusOr<Head> head = file_->Append(base, entries);
    if (!head.ok()) return head.status();
    MutexLock lock(mutex_);
    filed_ = *head;
    for (size_t i = 0; i < entries.size(); ++i) {
      bytes_ -= std::min(bytes_, SizeOf(newest_.front()));
      newest_.pop_front();
    }
  }
}

absl::Status NodeCopy::SaveSnapshot(const Snapshot& snapshot) {
  ReaderLock lock(file_mutex_);
  return file_ == nullptr ? NoFile() : file_->SaveSnapshot(snapshot);
}

absl::StatusOr<std::optional<Snapshot>> NodeCopy::LoadSnapshot() {
  ReaderLock lock(file_mutex_);
  if (file_ == nullptr) return NoFile();
  return file_->LoadSnapshot();
}

absl::StatusOr<Head> NodeCopy::Backup(std::function<absl::Status(absl::string_view)> sink) {
  ReaderLock lock(file_mutex_);
  if (file_ == nullptr) return NoFile();
  return file_->Backup(std::move(sink));
}

absl::Status NodeCopy::Replace(const MakeFile& make) {
  WriterLock file_lock(file_mutex_);
  if (absl::Status status = FlushLocked(); !status.ok()) return status;
  file_.reset();
  auto made = make();
  if (!made.ok()) return made.status();
  const absl::StatusOr<Head> end = (*made)->CommittedHead();
  if (!end.ok()) return end.status();
  file_ = *std::move(made);
  MutexLock lock(mutex_);
  filed_ = *end;
  newest_.clear();
  bytes_ = 0;
  return absl::OkStatus();
}

}  // namespace samsyn::journal
