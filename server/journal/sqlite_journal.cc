// A journal in one SQLite file. This file alone knows SQLite's C interface.
//
//   entry           revision (the key) | digest | metadata
//   change          id = revision · 65536 + position (the key) | name | kind | tombstone | salt |
//                   content | content_digest
//   snapshot        id | revision | digest | pieces_digest (SHA-256 over the pieces)
//   snapshot_piece  (snapshot, position) | bytes
//
// Both keys are row ids, so appending writes at the end of two trees and reading is two ordered
// scans side by side. A snapshot counts when its row in `snapshot` is there, which is written last.
//
// Three connections: one writes, one reads beside it, and each checkpoint and backup has its own
// for a while. Lock order: snapshot, then writer or reader (never both), then head.
#include "server/journal/sqlite_journal.h"

#include <absl/cleanup/cleanup.h>
#include <absl/strings/str_cat.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <limits>
#include <utility>

#include "server/base/log.h"
#include "server/base/mutex.h"
#include "server/journal/files.h"

namespace samsyn::journal {
namespace {

constexpr int64_t kPositions = 1 << 16;     // changes an entry may have
constexpr int kApplicationId = 0x53414d4a;  // "SAMJ"
constexpr int kVersion = 1;                 // of the tables
constexpr int kBusyTimeoutMs = 10'000;
constexpr int kCheckpointPages = 1000;   // of 4 KiB: sooner than when it falls idle
constexpr int kLogPagesMax = 16 * 1024;  // from here on writers wait for the checkpoint

constexpr char kTables[] = R"(
  CREATE TABLE entry (
    revision INTEGER PRIMARY KEY, digest BLOB NOT NULL, metadata BLOB NOT NULL) STRICT;
  CREATE TABLE change (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind INTEGER NOT NULL, tombstone INTEGER NOT NULL,
    salt BLOB NOT NULL, content BLOB NOT NULL, content_digest BLOB NOT NULL) STRICT;
  CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, digest BLOB NOT NULL,
    pieces_digest BLOB NOT NULL) STRICT;
  CREATE TABLE snapshot_piece (
    snapshot INTEGER NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (snapshot, position)) STRICT;
)";

// One connection with its statements. Not thread-safe.
class Connection {
 public:
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path,
                                                          const std::string& vfs, int flags) {
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX,
                                     vfs.empty() ? nullptr : vfs.c_str());
    std::unique_ptr<Connection> connection(new Connection(database, path));
    if (code != SQLITE_OK) return connection->Error(code);
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, kBusyTimeoutMs);
    return connection;
  }
  ~Connection() { sqlite3_close_v2(database_); }

  sqlite3* get() const { return database_; }
  bool InTransaction() const { return sqlite3_get_autocommit(database_) == 0; }
  int Try(const char* sql) { return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr); }
  absl::Status Run(const std::string& sql) {
    const int code = Try(sql.c_str());
    return code == SQLITE_OK ? absl::OkStatus() : Error(code);
  }
  absl::Status Error(int code) const {
    const std::string message =
        absl::StrCat(path_, ": ", sqlite3_errmsg(database_), " (SQLite ", code, ")");
    switch (code & 0xff) {
      case SQLITE_FULL:
        return absl::ResourceExhaustedError(message);
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
      case SQLITE_ERROR:  // our own statements fail only on tables that are not ours
        return absl::DataLossError(message);
      default:
        return absl::UnavailableError(message);
    }
  }

 private:
  Connection(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}
  sqlite3* const database_;
  const std::string path_;
};

// A prepared statement. Columns are valid until the next Step or Reset.
class Statement {
 public:
  Statement(Connection& connection, const char* sql) : connection_(connection) {
    code_ = sqlite3_prepare_v3(connection.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_,
                               nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& Bind(int index, int64_t value) {
    sqlite3_bind_int64(statement_, index, value);
    return *this;
  }
  // The bytes must live until Reset.
  Statement& BindBytes(int index, absl::string_view bytes) {
    sqlite3_bind_blob64(statement_, index, bytes.empty() ? "" : bytes.data(), bytes.size(),
                        SQLITE_STATIC);
    return *this;
  }
  Statement& BindText(int index, absl::string_view text) {
    sqlite3_bind_text64(statement_, index, text.empty() ? "" : text.data(), text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
    return *this;
  }
  // True: there is a row. False: the end; or an error, see `status`.
  bool Step() {
    if (statement_ == nullptr) return false;  // could not be prepared
    code_ = sqlite3_step(statement_);
    return code_ == SQLITE_ROW;
  }
  void Reset() { sqlite3_reset(statement_); }
  absl::Status status() const {
    return code_ == SQLITE_OK || code_ == SQLITE_ROW || code_ == SQLITE_DONE
               ? absl::OkStatus()
               : connection_.Error(code_);
  }
  // For statements without rows: runs and resets.
  absl::Status Run() {
    Step();
    const absl::Status result = status();
    Reset();
    return result;
  }
  int64_t Int(int column) { return sqlite3_column_int64(statement_, column); }
  absl::string_view Bytes(int column) {
    const void* const bytes = sqlite3_column_blob(statement_, column);
    return {static_cast<const char*>(bytes),
            static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
};

// Appends entries and snapshots; the caller begins and ends transactions.
class Writer {
 public:
  explicit Writer(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)),
        begin_(*connection_, "BEGIN IMMEDIATE"),
        commit_(*connection_, "COMMIT"),
        entry_(*connection_, "INSERT INTO entry VALUES (?1, ?2, ?3)"),
        change_(*connection_, "INSERT INTO change VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)") {}

  Connection& connection() { return *connection_; }
  absl::Status Begin() { return begin_.Run(); }
  absl::Status Commit() { return commit_.Run(); }
  // False: the transaction could not be undone.
  bool RollBack() {
    if (connection_->InTransaction()) connection_->Try("ROLLBACK");
    return !connection_->InTransaction();
  }

  absl::Status Insert(Revision revision, const Entry& entry) {
    absl::Status status = entry_.Bind(1, revision)
                              .BindBytes(2, AsBytes(entry.digest))
                              .BindBytes(3, entry.metadata)
                              .Run();
    int64_t id = revision * kPositions;
    for (const v1::StoredChange& change : entry.changes) {
      if (!status.ok()) break;
      status = change_.Bind(1, id++)
                   .BindText(2, change.name())
                   .Bind(3, change.kind())
                   .Bind(4, change.tombstone() ? 1 : 0)
                   .BindBytes(5, change.salt())
                   .BindBytes(6, change.content())
                   .BindBytes(7, change.content_digest())
                   .Run();
    }
    return status;
  }

 private:
  const std::unique_ptr<Connection> connection_;
  Statement begin_;
  Statement commit_;
  Statement entry_;
  Statement change_;
};

// Reads entries and snapshots.
class Reader {
 public:
  explicit Reader(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)),
        entries_(*connection_,
                 "SELECT revision, digest, metadata FROM entry"
                 " WHERE revision > ?1 AND revision <= ?2 ORDER BY revision"),
        changes_(*connection_,
                 "SELECT id, name, kind, tombstone, salt, content, content_digest FROM change"
                 " WHERE id >= ?1 AND id < ?2 ORDER BY id") {}

  Connection& connection() { return *connection_; }

  // The entries after `after` up to and with `last`, all of which must be there.
  absl::StatusOr<std::vector<Entry>> Read(Revision after, Revision last) {
    const auto reset = absl::MakeCleanup([this] {
      entries_.Reset();
      changes_.Reset();
    });
    entries_.Bind(1, after).Bind(2, last);
    changes_.Bind(1, (after + 1) * kPositions).Bind(2, (last + 1) * kPositions);
    std::vector<Entry> entries;
    entries.reserve(static_cast<size_t>(last - after));
    bool more_changes = changes_.Step();
    while (entries_.Step()) {
      const Revision revision = after + static_cast<Revision>(entries.size()) + 1;
      if (entries_.Int(0) != revision || entries_.Bytes(1).size() != std::tuple_size_v<Digest>) {
        break;
      }
      Entry& entry = entries.emplace_back();
      entry.digest = DigestFrom(entries_.Bytes(1));
      entry.metadata = std::string(entries_.Bytes(2));
      while (more_changes && changes_.Int(0) / kPositions == revision) {
        entry.changes.push_back(ChangeHere());
        more_changes = changes_.Step();
      }
    }
    if (!entries_.status().ok()) return entries_.status();
    if (!changes_.status().ok()) return changes_.status();
    if (static_cast<Revision>(entries.size()) != last - after || more_changes) {
      return absl::DataLossError(absl::StrCat(
          "revision ", after + static_cast<Revision>(entries.size()) + 1, " cannot be read"));
    }
    return entries;
  }

  absl::StatusOr<Revision> LastRevision() {
    return Number("SELECT coalesce(max(revision), 0) FROM entry");
  }
  absl::StatusOr<int64_t> Number(const char* sql) {
    Statement statement(*connection_, sql);
    if (!statement.Step()) return statement.status();
    return statement.Int(0);
  }
  absl::StatusOr<Head> HeadAt(Revision revision) {
    if (revision == 0) return Head{};
    const absl::StatusOr<std::vector<Entry>> entries = Read(revision - 1, revision);
    if (!entries.ok()) return entries.status();
    return Head{revision, entries->front().digest};
  }

  // The newest snapshot that is whole.
  absl::StatusOr<std::optional<Snapshot>> ReadSnapshot() {
    Statement newest(*connection_,
                     "SELECT id, revision, digest, pieces_digest FROM snapshot"
                     " ORDER BY id DESC LIMIT 1");
    if (!newest.Step()) {
      if (!newest.status().ok()) return newest.status();
      return std::nullopt;
    }
    Snapshot snapshot;
    snapshot.head.revision = newest.Int(1);
    if (newest.Bytes(2).size() != std::tuple_size_v<Digest>) return std::nullopt;
    snapshot.head.digest = DigestFrom(newest.Bytes(2));
    Statement pieces(*connection_,
                     "SELECT bytes FROM snapshot_piece WHERE snapshot = ?1 ORDER BY position");
    pieces.Bind(1, newest.Int(0));
    Sha256 digest;
    while (pieces.Step()) {
      snapshot.chunks.emplace_back(pieces.Bytes(0));
      digest.Update(snapshot.chunks.back());
    }
    if (!pieces.status().ok()) return pieces.status();
    if (AsBytes(digest.Finish()) != newest.Bytes(3)) return std::nullopt;
    return snapshot;
  }

 private:
  v1::StoredChange ChangeHere() {
    v1::StoredChange change;
    const auto set = [this](std::string* field, int column) {
      const absl::string_view bytes = changes_.Bytes(column);
      field->assign(bytes.data(), bytes.size());
    };
    set(change.mutable_name(), 1);
    change.set_kind(static_cast<uint32_t>(changes_.Int(2)));
    change.set_tombstone(changes_.Int(3) != 0);
    set(change.mutable_salt(), 4);
    set(change.mutable_content(), 5);
    set(change.mutable_content_digest(), 6);
    return change;
  }

  const std::unique_ptr<Connection> connection_;
  Statement entries_;
  Statement changes_;
};

absl::StatusOr<std::unique_ptr<Connection>> Connect(const std::string& path,
                                                    const std::string& vfs) {
  auto connection = Connection::Open(path, vfs, SQLITE_OPEN_READWRITE);
  if (!connection.ok()) return connection;
  // secure_delete: what was destroyed is overwritten. cache_size: in KiB; hundreds of journals are
  // open at once.
  const absl::Status status = (*connection)
                                  ->Run(
                                      "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                                      "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -512;"
                                      "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;");
  if (!status.ok()) return status;
  return connection;
}

class SqliteJournal : public Journal {
 public:
  SqliteJournal(std::string path, SqliteJournalOptions options)
      : path_(std::move(path)), options_(std::move(options)) {}
  ~SqliteJournal() override {
    if (options_.checkpointer != nullptr && checkpoint_task_ != 0) {
      options_.checkpointer->Remove(checkpoint_task_);
    }
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
  absl::Status LoadReader(Reader& reader);
  absl::Status RefusalLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  // All that `write` does, or nothing; errors as of Append.
  absl::Status TransactLocked(const std::function<absl::Status()>& write)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status DoubtLocked(absl::string_view why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  absl::Status WriteSnapshotPiece(int64_t id, size_t position, const std::string& bytes);
  absl::Status KeepSnapshotOnly(int64_t id);
  absl::StatusOr<Head> CopyTo(const std::string& copy);
  void CheckpointIfDue();
  void Checkpoint();
  void Close();

  const std::string path_;
  const SqliteJournalOptions options_;
  int64_t checkpoint_task_ = 0;
  int log_pages_at_last_look_ = 0;      // of the checkpoint task only
  bool checkpoint_failing_ = false;     // of the checkpoint task only
  std::atomic<int> log_pages_ = 0;      // pages in the write-ahead log, as far as we wrote them
  std::atomic<bool> in_doubt_ = false;  // a commit's outcome is not known; set under writer_mutex_

  Mutex snapshot_mutex_;  // one snapshot is saved at a time
  Mutex writer_mutex_;
  std::unique_ptr<Writer> writer_ ABSL_GUARDED_BY(writer_mutex_);  // null: read only
  Mutex reader_mutex_;
  std::unique_ptr<Reader> reader_ ABSL_GUARDED_BY(reader_mutex_);
  Mutex head_mutex_;
  Head head_ ABSL_GUARDED_BY(head_mutex_);
};

absl::Status SqliteJournal::Load() {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(path_, options_.vfs);
  if (!connection.ok()) return connection.status();
  if (!options_.read_only) {
    // A restored copy comes without.
    const absl::Status status = (*connection)->Run("PRAGMA journal_mode = WAL");
    if (!status.ok()) return status;
  }
  {
    MutexLock lock(reader_mutex_);
    reader_ = std::make_unique<Reader>(std::move(*connection));
    if (options_.read_only) {
      sqlite3_db_config(reader_->connection().get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
    if (const absl::Status status = LoadReader(*reader_); !status.ok()) return status;
  }
  if (options_.read_only) return absl::OkStatus();
  connection = Connect(path_, options_.vfs);
  if (!connection.ok()) return connection.status();
  MutexLock lock(writer_mutex_);
  writer_ = std::make_unique<Writer>(std::move(*connection));
  sqlite3_wal_hook(
      writer_->connection().get(),
      [](void* journal, sqlite3*, const char*, int pages) {
        static_cast<SqliteJournal*>(journal)->log_pages_.store(pages);
        return SQLITE_OK;
      },
      this);
  if (options_.checkpointer != nullptr) {
    checkpoint_task_ = options_.checkpointer->Add([this] { CheckpointIfDue(); });
  }
  return absl::OkStatus();
}

absl::Status SqliteJournal::LoadReader(Reader& reader) {
  const absl::StatusOr<int64_t> application = reader.Number("PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (*application != kApplicationId) {
    return absl::DataLossError(absl::StrCat(path_, ": not a journal"));
  }
  const absl::StatusOr<int64_t> version = reader.Number("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version != kVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat(path_, ": made by another version of the program (", *version, ")"));
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

absl::Status SqliteJournal::TransactLocked(const std::function<absl::Status()>& write) {
  if (const absl::Status status = RefusalLocked(); !status.ok()) return status;
  if (const absl::Status status = writer_->Begin(); !status.ok()) return status;
  absl::Status status = write();
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
    if (entry.changes.size() >= kPositions) {
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
  const absl::Status status = TransactLocked([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Revision revision = base.revision;
    for (const Entry& entry : entries) {
      if (const absl::Status inserted = writer_->Insert(++revision, entry); !inserted.ok()) {
        return inserted;
      }
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
  int64_t id = 1;
  {
    MutexLock lock(reader_mutex_);
    const absl::StatusOr<Head> committed = CommittedHead();
    const absl::StatusOr<Head> there = snapshot.head.revision > committed->revision
                                           ? absl::StatusOr<Head>(Head{-1, {}})
                                           : reader_->HeadAt(snapshot.head.revision);
    if (!there.ok()) return there.status();
    if (*there != snapshot.head) {
      return absl::FailedPreconditionError(absl::StrCat("the journal has no revision ",
                                                        snapshot.head.revision, " with the digest ",
                                                        Hex(snapshot.head.digest)));
    }
    const absl::StatusOr<int64_t> newest = reader_->Number("SELECT max(id) FROM snapshot");
    if (!newest.ok()) return newest.status();
    id = *newest + 1;
  }
  // What an attempt that did not end has left. Then piece by piece, so that appends get in between.
  if (const absl::Status status = KeepSnapshotOnly(id - 1); !status.ok()) return status;
  Sha256 pieces;
  for (size_t i = 0; i < snapshot.chunks.size(); ++i) {
    pieces.Update(snapshot.chunks[i]);
    const absl::Status status = WriteSnapshotPiece(id, i, snapshot.chunks[i]);
    if (!status.ok()) return status;
  }
  {
    const Digest pieces_digest = pieces.Finish();
    MutexLock lock(writer_mutex_);
    const absl::Status status = TransactLocked([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return Statement(writer_->connection(), "INSERT INTO snapshot VALUES (?1, ?2, ?3, ?4)")
          .Bind(1, id)
          .Bind(2, snapshot.head.revision)
          .BindBytes(3, AsBytes(snapshot.head.digest))
          .BindBytes(4, AsBytes(pieces_digest))
          .Run();
    });
    if (!status.ok()) return status;
  }
  return KeepSnapshotOnly(id);
}

absl::Status SqliteJournal::WriteSnapshotPiece(int64_t id, size_t position,
                                               const std::string& bytes) {
  MutexLock lock(writer_mutex_);
  return TransactLocked([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    return Statement(writer_->connection(), "INSERT INTO snapshot_piece VALUES (?1, ?2, ?3)")
        .Bind(1, id)
        .Bind(2, static_cast<int64_t>(position))
        .BindBytes(3, bytes)
        .Run();
  });
}

// Leaves the snapshot `id` and nothing else of snapshots. Piece by piece, as they were written.
absl::Status SqliteJournal::KeepSnapshotOnly(int64_t id) {
  while (true) {
    MutexLock lock(writer_mutex_);
    bool done = false;
    const absl::Status status = TransactLocked([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      Connection& connection = writer_->connection();
      const absl::Status row =
          Statement(connection, "DELETE FROM snapshot WHERE id <> ?1").Bind(1, id).Run();
      if (!row.ok()) return row;
      const absl::Status piece =
          Statement(connection,
                    "DELETE FROM snapshot_piece WHERE rowid IN"
                    " (SELECT rowid FROM snapshot_piece WHERE snapshot <> ?1 LIMIT 1)")
              .Bind(1, id)
              .Run();
      done = sqlite3_changes(connection.get()) == 0;
      return piece;
    });
    if (!status.ok() || done) return status;
  }
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
  const absl::StatusOr<Head> head = CopyTo(copy);
  if (!head.ok()) return head;
  if (const absl::Status status = ReadFile(copy, sink); !status.ok()) return status;
  return head;
}

absl::StatusOr<Head> SqliteJournal::CopyTo(const std::string& copy) {
  const absl::StatusOr<std::unique_ptr<Connection>> from = Connect(path_, options_.vfs);
  if (!from.ok()) return from.status();
  sqlite3_db_config((*from)->get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  absl::StatusOr<std::unique_ptr<Connection>> to =
      Connection::Open(copy, "", SQLITE_OPEN_READWRITE);
  if (!to.ok()) return to.status();
  if (const absl::Status status = (*to)->Run("PRAGMA synchronous = OFF"); !status.ok()) {
    return status;
  }
  sqlite3_backup* const backup = sqlite3_backup_init((*to)->get(), "main", (*from)->get(), "main");
  if (backup == nullptr) return (*to)->Error(sqlite3_errcode((*to)->get()));
  // In one step: a reader of the write-ahead log stops no writer, and sees one moment.
  sqlite3_backup_step(backup, -1);
  const int code = sqlite3_backup_finish(backup);
  if (code != SQLITE_OK) return (*to)->Error(code);
  // One file without a log beside it.
  if (const absl::Status status = (*to)->Run("PRAGMA journal_mode = DELETE"); !status.ok()) {
    return status;
  }
  Reader reader(std::move(*to));
  const absl::StatusOr<Revision> last = reader.LastRevision();
  if (!last.ok()) return last.status();
  return reader.HeadAt(*last);
}

// When the log is long, or nothing was appended since the last look.
void SqliteJournal::CheckpointIfDue() {
  const int pages = log_pages_.load();
  const bool idle = pages == log_pages_at_last_look_;
  log_pages_at_last_look_ = pages;
  if (pages == 0 || in_doubt_ || (!idle && pages < kCheckpointPages)) return;
  Checkpoint();
}

void SqliteJournal::Checkpoint() {
  const int before = log_pages_.load();
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(path_, options_.vfs);
  absl::Status status = connection.status();
  if (status.ok()) {
    int pages = 0;
    int moved = 0;
    int code = sqlite3_wal_checkpoint_v2((*connection)->get(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                         &pages, &moved);
    if (code == SQLITE_OK && pages == moved) {
      int expected = before;
      log_pages_.compare_exchange_strong(expected, 0);
    } else if (code == SQLITE_OK && pages > kLogPagesMax) {
      code = sqlite3_wal_checkpoint_v2((*connection)->get(), nullptr, SQLITE_CHECKPOINT_RESTART,
                                       &pages, &moved);
    }
    if (code != SQLITE_OK && code != SQLITE_BUSY) status = (*connection)->Error(code);
  }
  // What is committed stays in the log; the next look tries again.
  if (!status.ok() && !checkpoint_failing_) {
    Log(LogLevel::kWarning, "checkpoint failed", {{"why", std::string(status.message())}});
  }
  checkpoint_failing_ = !status.ok();
}

void SqliteJournal::Close() {
  // After a failed commit the log stays as it is, for the recovery.
  const auto keep_log = [this](Connection& connection) {
    if (!in_doubt_) return;
    sqlite3_db_config(connection.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  };
  {
    MutexLock lock(writer_mutex_);
    if (writer_ != nullptr) keep_log(writer_->connection());
    writer_.reset();
  }
  MutexLock lock(reader_mutex_);
  if (reader_ != nullptr) keep_log(reader_->connection());
  reader_.reset();
}

absl::Status MakeTables(const std::string& path, const std::string& vfs) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Open(path, vfs, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!connection.ok()) return connection.status();
  return (*connection)
      ->Run(absl::StrCat("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                         "PRAGMA application_id = ",
                         kApplicationId, "; PRAGMA user_version = ", kVersion, "; BEGIN;", kTables,
                         "COMMIT;"));
}

}  // namespace

absl::Status CreateSqliteJournal(const std::string& path, const std::string& vfs) {
  if (FileExists(path)) return absl::AlreadyExistsError(absl::StrCat(path, ": is there already"));
  const std::string unfinished = path + ".new";
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    if (const absl::Status status = RemoveFile(unfinished + suffix); !status.ok()) return status;
  }
  absl::Status status = MakeTables(unfinished, vfs);
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
