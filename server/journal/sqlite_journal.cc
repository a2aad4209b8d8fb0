// A journal in one SQLite file: who may write when, and what a failed commit means.
//
// Three connections: one writes, one reads beside it, and each checkpoint and backup has its own
// for a while. Lock order: snapshot, then writer or reader (never both), then head.
#include "server/journal/sqlite_journal.h"

#include <absl/cleanup/cleanup.h>
#include <absl/strings/str_cat.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <utility>

#include "server/base/log.h"
#include "server/base/mutex.h"
#include "server/journal/files.h"
#include "server/journal/sqlite_database.h"

namespace samsyn::journal {
namespace {

constexpr size_t kChangesMax = 65'535;   // of an entry
constexpr int kCheckpointPages = 1000;   // of 4 KiB: sooner than when it falls idle
constexpr int kLogPagesMax = 16 * 1024;  // from here on writers wait for the checkpoint

class SqliteJournal : public Journal {
 public:
  SqliteJournal(std::string path, SqliteJournalOptions options)
      : path_(std::move(path)), options_(std::move(options)) {}
  ~SqliteJournal() override {
    if (checkpoint_task_ != 0) options_.checkpointer->Remove(checkpoint_task_);
    Close();
    if (options_.on_close) options_.on_close();
  }

  absl::Status Load();
  absl::StatusOr<Head> Append(Head base, absl::Span<const Entry> entries) override;
  absl::StatusOr<std::vector<Entry>> Read(Revision after, size_t max) override;
  absl::StatusOr<Head> CommittedHead() override {
    MutexLock lock(head_mutex_);
    return head_;
  }
  // Nobody else appends to the file.
  void SetWake(std::function<void()>) override {}
  absl::Status SaveSnapshot(const Snapshot& snapshot) override;
  absl::StatusOr<std::optional<Snapshot>> LoadSnapshot() override;
  absl::StatusOr<Head> Backup(std::function<absl::Status(absl::string_view)> sink) override;

 private:
  absl::Status LoadHead(SqliteDatabase& reader);
  absl::Status RefusalLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  // All that `write` does, or nothing; errors as of Append.
  absl::Status TransactLocked(const std::function<absl::Status(SqliteDatabase&)>& write)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status DoubtLocked(absl::string_view why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::StatusOr<int64_t> NextSnapshotId(const Head& head);
  absl::Status KeepSnapshotOnly(int64_t id);
  void CheckpointIfDue();
  absl::Status Checkpoint();
  void Close();

  const std::string path_;
  const SqliteJournalOptions options_;
  int64_t checkpoint_task_ = 0;         // 0: none
  int log_pages_at_last_look_ = 0;      // of the checkpoint task only
  bool checkpoint_failing_ = false;     // of the checkpoint task only
  std::atomic<int> log_pages_ = 0;      // in the write-ahead log after the last commit
  std::atomic<bool> in_doubt_ = false;  // a commit's outcome is not known; set under writer_mutex_

  Mutex snapshot_mutex_;  // one snapshot is saved at a time
  Mutex writer_mutex_;
  std::unique_ptr<SqliteDatabase> writer_ ABSL_GUARDED_BY(writer_mutex_);  // null: read only
  Mutex reader_mutex_;
  std::unique_ptr<SqliteDatabase> reader_ ABSL_GUARDED_BY(reader_mutex_);
  Mutex head_mutex_;
  Head head_ ABSL_GUARDED_BY(head_mutex_);
};

absl::Status SqliteJournal::Load() {
  auto reader = SqliteDatabase::Open(path_, options_.vfs);
  if (!reader.ok()) return reader.status();
  if (options_.read_only) {
    (*reader)->KeepLogOnClose();
  } else if (const absl::Status status = (*reader)->UseLog(); !status.ok()) {
    return status;
  }
  if (const absl::Status status = LoadHead(**reader); !status.ok()) return status;
  {
    MutexLock lock(reader_mutex_);
    reader_ = *std::move(reader);
  }
  if (options_.read_only) return absl::OkStatus();
  auto writer = SqliteDatabase::Open(path_, options_.vfs);
  if (!writer.ok()) return writer.status();
  (*writer)->OnCommit([this](int log_pages) { log_pages_ = log_pages; });
  {
    MutexLock lock(writer_mutex_);
    writer_ = *std::move(writer);
  }
  if (options_.checkpointer != nullptr) {
    checkpoint_task_ = options_.checkpointer->Add([this] { CheckpointIfDue(); });
  }
  return absl::OkStatus();
}

absl::Status SqliteJournal::LoadHead(SqliteDatabase& reader) {
  if (const absl::Status status = reader.CheckFormat(); !status.ok()) {
    return absl::Status(status.code(), absl::StrCat(path_, ": ", status.message()));
  }
  const absl::StatusOr<Revision> last = reader.LastRevision();
  if (!last.ok()) return last.status();
  const absl::StatusOr<Head> head = reader.HeadAt(*last);
  // Who examines a damaged file wants the first damage named, not the last: Read will find it.
  if (!head.ok() && !options_.read_only) return head.status();
  {
    MutexLock lock(head_mutex_);
    head_ = head.ok() ? *head : Head{*last, {}};
  }
  if (options_.read_only || *last == 0) return absl::OkStatus();
  const absl::StatusOr<Head> before = reader.HeadAt(*last - 1);
  if (!before.ok()) return before.status();
  const absl::StatusOr<std::vector<Entry>> entry = reader.Read(*last - 1, *last);
  if (!entry.ok()) return entry.status();
  return HeadAfter(*before, *entry).status();
}

absl::Status SqliteJournal::RefusalLocked() const {
  if (writer_ == nullptr) return absl::UnavailableError(absl::StrCat(path_, ": only read"));
  if (in_doubt_) {
    return absl::UnavailableError(
        absl::StrCat(path_, ": a commit's outcome is not known; refuses writes until recovered"));
  }
  return absl::OkStatus();
}

absl::Status SqliteJournal::DoubtLocked(absl::string_view why) {
  in_doubt_ = true;
  Log(LogLevel::kError, "journal in doubt", {{"file", path_}, {"why", std::string(why)}});
  if (options_.on_doubt) options_.on_doubt();
  return absl::UnknownError(why);
}

absl::Status SqliteJournal::TransactLocked(
    const std::function<absl::Status(SqliteDatabase&)>& write) {
  if (const absl::Status status = RefusalLocked(); !status.ok()) return status;
  if (const absl::Status status = writer_->Begin(); !status.ok()) return status;
  absl::Status status = write(*writer_);
  if (status.ok()) {
    status = writer_->Commit();
    if (status.ok()) return status;
    // A full disk stops the log before its commit record; anything else may have come after it.
    if (!absl::IsResourceExhausted(status)) {
      writer_->RollBack();
      return DoubtLocked(status.message());
    }
  }
  if (!writer_->RollBack()) return DoubtLocked(status.message());
  return status;
}

absl::StatusOr<Head> SqliteJournal::Append(Head base, absl::Span<const Entry> entries) {
  const absl::StatusOr<Head> next = HeadAfter(base, entries);
  if (!next.ok()) return absl::InvalidArgumentError(next.status().message());
  for (const Entry& entry : entries) {
    if (entry.changes.size() > kChangesMax) {
      return absl::InvalidArgumentError("an entry has more than 65,535 changes");
    }
  }
  MutexLock lock(writer_mutex_);
  if (const absl::Status status = RefusalLocked(); !status.ok()) return status;
  {
    MutexLock head_lock(head_mutex_);
    if (head_ != base) {
      return absl::AbortedError(absl::StrCat("the journal ends at revision ", head_.revision, " ",
                                             Hex(head_.digest), ", not at ", base.revision, " ",
                                             Hex(base.digest)));
    }
  }
  if (entries.empty()) return base;
  const absl::Status status = TransactLocked([&](SqliteDatabase& writer) {
    Revision revision = base.revision;
    for (const Entry& entry : entries) {
      const absl::Status inserted = writer.InsertEntry(++revision, entry);
      if (!inserted.ok()) return inserted;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  MutexLock head_lock(head_mutex_);
  head_ = *next;
  return *next;
}

absl::StatusOr<std::vector<Entry>> SqliteJournal::Read(Revision after, size_t max) {
  Revision last;
  {
    MutexLock lock(head_mutex_);
    last = head_.revision;
  }
  after = std::max<Revision>(after, 0);
  if (after >= last || max == 0) return std::vector<Entry>();
  if (static_cast<uint64_t>(last - after) > max) last = after + static_cast<Revision>(max);
  MutexLock lock(reader_mutex_);
  return reader_->Read(after, last);
}

absl::Status SqliteJournal::SaveSnapshot(const Snapshot& snapshot) {
  MutexLock snapshot_lock(snapshot_mutex_);
  const absl::StatusOr<int64_t> id = NextSnapshotId(snapshot.head);
  if (!id.ok()) return id.status();
  // What an attempt that did not end has left. Then piece by piece, so that appends get in between.
  if (const absl::Status status = KeepSnapshotOnly(*id - 1); !status.ok()) return status;
  Sha256 pieces;
  size_t position = 0;
  for (const std::string& bytes : snapshot.chunks) {
    pieces.Update(bytes);
    MutexLock lock(writer_mutex_);
    const absl::Status status = TransactLocked(
        [&](SqliteDatabase& writer) { return writer.InsertSnapshotPiece(*id, position++, bytes); });
    if (!status.ok()) return status;
  }
  {
    MutexLock lock(writer_mutex_);
    const absl::Status status = TransactLocked([&](SqliteDatabase& writer) {
      return writer.InsertSnapshot(*id, snapshot.head, pieces.Finish());
    });
    if (!status.ok()) return status;
  }
  return KeepSnapshotOnly(*id);
}

absl::StatusOr<int64_t> SqliteJournal::NextSnapshotId(const Head& head) {
  const absl::StatusOr<Head> end = CommittedHead();
  MutexLock lock(reader_mutex_);
  const bool committed = head.revision >= 0 && head.revision <= end->revision;
  const absl::StatusOr<Head> there =
      committed ? reader_->HeadAt(head.revision) : absl::StatusOr<Head>(*end);
  if (!there.ok()) return there.status();
  if (*there != head) {
    return absl::FailedPreconditionError(absl::StrCat("the journal has no revision ", head.revision,
                                                      " with the digest ", Hex(head.digest)));
  }
  const absl::StatusOr<int64_t> newest = reader_->NewestSnapshotId();
  if (!newest.ok()) return newest.status();
  return *newest + 1;
}

// Leaves the snapshot `id` and nothing else of snapshots; piece by piece, as they were written.
absl::Status SqliteJournal::KeepSnapshotOnly(int64_t id) {
  bool more = true;
  while (more) {
    MutexLock lock(writer_mutex_);
    const absl::Status status = TransactLocked([&](SqliteDatabase& writer) {
      const absl::StatusOr<bool> deleted = writer.DeleteSnapshotPieceExcept(id);
      more = deleted.ok() && *deleted;
      return deleted.status();
    });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Snapshot>> SqliteJournal::LoadSnapshot() {
  MutexLock lock(reader_mutex_);
  absl::StatusOr<std::optional<Snapshot>> snapshot = reader_->ReadSnapshot();
  if (!snapshot.ok() || !snapshot->has_value()) return snapshot;
  const absl::StatusOr<Head> there = reader_->HeadAt((*snapshot)->head.revision);
  if (there.ok() && *there == (*snapshot)->head) return snapshot;
  // A snapshot only saves time: without it all entries are replayed.
  Log(LogLevel::kWarning, "snapshot does not belong to the journal", {{"file", path_}});
  return std::nullopt;
}

absl::StatusOr<Head> SqliteJournal::Backup(std::function<absl::Status(absl::string_view)> sink) {
  std::string copy = path_ + ".backup-XXXXXX";
  const int descriptor = mkstemp(copy.data());
  if (descriptor < 0) return SystemError(copy, errno);
  close(descriptor);
  const auto remove = absl::MakeCleanup([&copy] { RemoveFile(copy).IgnoreError(); });
  const auto from = SqliteDatabase::Open(path_, options_.vfs);
  if (!from.ok()) return from.status();
  (*from)->KeepLogOnClose();
  const absl::StatusOr<Head> head = (*from)->CopyTo(copy);
  if (!head.ok()) return head;
  if (const absl::Status status = ReadFile(copy, sink); !status.ok()) return status;
  return head;
}

// When the log is long, or nothing was appended since the last look.
void SqliteJournal::CheckpointIfDue() {
  const int pages = log_pages_;
  const bool idle = pages == log_pages_at_last_look_;
  log_pages_at_last_look_ = pages;
  if (pages == 0 || in_doubt_ || (!idle && pages < kCheckpointPages)) return;
  const absl::Status status = Checkpoint();
  // What is committed stays in the log; the next look tries again.
  if (!status.ok() && !checkpoint_failing_) {
    Log(LogLevel::kWarning, "checkpoint failed", {{"why", std::string(status.message())}});
  }
  checkpoint_failing_ = !status.ok();
}

absl::Status SqliteJournal::Checkpoint() {
  int before = log_pages_;
  const auto connection = SqliteDatabase::Open(path_, options_.vfs);
  if (!connection.ok()) return connection.status();
  const auto log = (*connection)->Checkpoint(/*restart=*/false);
  if (!log.ok()) return log.status();
  if (log->pages == log->moved) {
    log_pages_.compare_exchange_strong(before, 0);
    return absl::OkStatus();
  }
  if (log->pages < kLogPagesMax) return absl::OkStatus();
  return (*connection)->Checkpoint(/*restart=*/true).status();
}

void SqliteJournal::Close() {
  // After a failed commit the log stays as it is, for the recovery.
  {
    MutexLock lock(writer_mutex_);
    if (writer_ != nullptr && in_doubt_) writer_->KeepLogOnClose();
    writer_.reset();
  }
  MutexLock lock(reader_mutex_);
  if (reader_ != nullptr && in_doubt_) reader_->KeepLogOnClose();
  reader_.reset();
}

}  // namespace

absl::Status CreateSqliteJournal(const std::string& path, const std::string& vfs) {
  if (FileExists(path)) return absl::AlreadyExistsError(absl::StrCat(path, ": is there already"));
  const std::string unfinished = path + ".new";
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    if (const absl::Status status = RemoveFile(unfinished + suffix); !status.ok()) return status;
  }
  absl::Status status = SqliteDatabase::Make(unfinished, vfs);
  if (status.ok() && FileExists(unfinished + "-wal")) {
    status = absl::UnavailableError(absl::StrCat(unfinished, ": could not be completed"));
  }
  if (status.ok()) status = SyncFile(unfinished);
  if (!status.ok()) return status;
  return RenameDurably(unfinished, path);
}

absl::StatusOr<std::unique_ptr<Journal>> OpenSqliteJournal(const std::string& path,
                                                           SqliteJournalOptions options) {
  if (!FileExists(path)) return absl::NotFoundError(absl::StrCat(path, ": no such journal"));
  auto journal = std::make_unique<SqliteJournal>(path, std::move(options));
  if (const absl::Status status = journal->Load(); !status.ok()) return status;
  return journal;
}

}  // namespace samsyn::journal
