// A journal file as SQLite holds it. This file alone knows SQLite's C interface.
//
//   entry           revision (the key) | digest | metadata
//   change          id = revision · 65536 + position (the key) | name | kind | tombstone | salt |
//                   content | content_digest
//   snapshot        id | revision | digest | pieces_digest (SHA-256 over the pieces)
//   snapshot_piece  (snapshot, position) | bytes
//
// Both keys are row ids, so appending writes at the end of two trees and reading is two ordered
// scans side by side. A snapshot counts when its row in `snapshot` is there, which is written last.
#include "server/journal/sqlite_database.h"

#include <absl/cleanup/cleanup.h>
#include <absl/strings/str_cat.h>
#include <sqlite3.h>

#include <utility>

namespace samsyn::journal {
namespace {

constexpr int64_t kPositions = 1 << 16;     // changes an entry may have
constexpr int kApplicationId = 0x53414d4a;  // "SAMJ"
constexpr int kVersion = 1;                 // of the tables
constexpr int kBusyTimeoutMs = 10'000;

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

// secure_delete: what was destroyed is overwritten. cache_size in KiB: hundreds of journals are
// open at once. wal_autocheckpoint: never inside a commit.
constexpr char kSettings[] =
    "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA cache_size = -512; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;";

class Connection {
 public:
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path,
                                                          const std::string& vfs, int flags = 0) {
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &database,
                                     flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                     vfs.empty() ? nullptr : vfs.c_str());
    std::unique_ptr<Connection> connection(new Connection(database, path));
    if (code != SQLITE_OK) return connection->Error(code);
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, kBusyTimeoutMs);
    return connection;
  }
  ~Connection() { sqlite3_close_v2(database_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* get() const { return database_; }
  bool InTransaction() const { return sqlite3_get_autocommit(database_) == 0; }
  absl::Status Run(const std::string& sql) {
    const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
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

// A prepared statement, prepared when first used. Columns are valid until the next Step or Reset.
class Statement {
 public:
  Statement(Connection& connection, const char* sql) : connection_(connection), sql_(sql) {}
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& Bind(int index, int64_t value) {
    if (Prepare()) sqlite3_bind_int64(statement_, index, value);
    return *this;
  }
  // The bytes must live until Reset.
  Statement& BindBytes(int index, absl::string_view bytes) {
    if (!Prepare()) return *this;
    sqlite3_bind_blob64(statement_, index, bytes.empty() ? "" : bytes.data(), bytes.size(),
                        SQLITE_STATIC);
    return *this;
  }
  Statement& BindText(int index, absl::string_view text) {
    if (!Prepare()) return *this;
    sqlite3_bind_text64(statement_, index, text.empty() ? "" : text.data(), text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
    return *this;
  }
  // True: there is a row. False: the end; or an error, see `status`.
  bool Step() {
    if (!Prepare()) return false;
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
    absl::Status result = status();
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
  bool Prepare() {
    if (statement_ != nullptr) return true;
    code_ = sqlite3_prepare_v3(connection_.get(), sql_, -1, SQLITE_PREPARE_PERSISTENT, &statement_,
                               nullptr);
    return code_ == SQLITE_OK;
  }

  Connection& connection_;
  const char* const sql_;
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
};

absl::StatusOr<int64_t> Number(Connection& connection, const char* sql) {
  Statement statement(connection, sql);
  if (!statement.Step()) return statement.status();
  return statement.Int(0);
}

bool HoldsDigest(Statement& row, int column) {
  return row.Bytes(column).size() == std::tuple_size_v<Digest>;
}

v1::StoredChange ChangeOf(Statement& row) {
  v1::StoredChange change;
  const auto set = [&row](std::string* field, int column) {
    const absl::string_view bytes = row.Bytes(column);
    field->assign(bytes.data(), bytes.size());
  };
  set(change.mutable_name(), 1);
  change.set_kind(static_cast<uint32_t>(row.Int(2)));
  change.set_tombstone(row.Int(3) != 0);
  set(change.mutable_salt(), 4);
  set(change.mutable_content(), 5);
  set(change.mutable_content_digest(), 6);
  return change;
}

}  // namespace

// The statements that are used again and again.
struct SqliteDatabase::Impl {
  explicit Impl(std::unique_ptr<Connection> opened) : connection(std::move(opened)) {}

  const std::unique_ptr<Connection> connection;
  std::function<void(int)> committed;
  Statement entries{*connection,
                    "SELECT revision, digest, metadata FROM entry"
                    " WHERE revision > ?1 AND revision <= ?2 ORDER BY revision"};
  Statement changes{*connection,
                    "SELECT id, name, kind, tombstone, salt, content, content_digest FROM change"
                    " WHERE id >= ?1 AND id < ?2 ORDER BY id"};
  Statement begin{*connection, "BEGIN IMMEDIATE"};
  Statement commit{*connection, "COMMIT"};
  Statement insert_entry{*connection, "INSERT INTO entry VALUES (?1, ?2, ?3)"};
  Statement insert_change{*connection, "INSERT INTO change VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
};

SqliteDatabase::SqliteDatabase(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteDatabase::~SqliteDatabase() = default;

absl::Status SqliteDatabase::Make(const std::string& path, const std::string& vfs) {
  const auto connection = Connection::Open(path, vfs, SQLITE_OPEN_CREATE);
  if (!connection.ok()) return connection.status();
  return (*connection)
      ->Run(absl::StrCat("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                         "PRAGMA application_id = ",
                         kApplicationId, "; PRAGMA user_version = ", kVersion, "; BEGIN;", kTables,
                         "COMMIT;"));
}

absl::StatusOr<std::unique_ptr<SqliteDatabase>> SqliteDatabase::Open(const std::string& path,
                                                                     const std::string& vfs) {
  auto connection = Connection::Open(path, vfs);
  if (!connection.ok()) return connection.status();
  if (const absl::Status status = (*connection)->Run(kSettings); !status.ok()) return status;
  return std::unique_ptr<SqliteDatabase>(
      new SqliteDatabase(std::make_unique<Impl>(*std::move(connection))));
}

absl::Status SqliteDatabase::CheckFormat() {
  const auto application = Number(*impl_->connection, "PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (*application != kApplicationId) return absl::DataLossError("not a journal");
  const auto version = Number(*impl_->connection, "PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version != kVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("the journal was made by another version of the program (", *version, ")"));
  }
  return absl::OkStatus();
}

absl::Status SqliteDatabase::UseLog() {
  return impl_->connection->Run("PRAGMA journal_mode = WAL");
}

void SqliteDatabase::KeepLogOnClose() {
  sqlite3_db_config(impl_->connection->get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

absl::StatusOr<std::vector<Entry>> SqliteDatabase::Read(Revision after, Revision last) {
  Statement& rows = impl_->entries;
  Statement& changes = impl_->changes;
  const auto reset = absl::MakeCleanup([&rows, &changes] {
    rows.Reset();
    changes.Reset();
  });
  rows.Bind(1, after).Bind(2, last);
  changes.Bind(1, (after + 1) * kPositions).Bind(2, (last + 1) * kPositions);
  std::vector<Entry> entries;
  entries.reserve(static_cast<size_t>(last - after));
  bool more_changes = changes.Step();
  while (rows.Step()) {
    const Revision revision = after + static_cast<Revision>(entries.size()) + 1;
    if (rows.Int(0) != revision || !HoldsDigest(rows, 1)) break;
    Entry& entry = entries.emplace_back();
    entry.digest = DigestFrom(rows.Bytes(1));
    entry.metadata = std::string(rows.Bytes(2));
    while (more_changes && changes.Int(0) / kPositions == revision) {
      entry.changes.push_back(ChangeOf(changes));
      more_changes = changes.Step();
    }
  }
  if (!rows.status().ok()) return rows.status();
  if (!changes.status().ok()) return changes.status();
  if (static_cast<Revision>(entries.size()) != last - after || more_changes) {
    return absl::DataLossError(absl::StrCat(
        "revision ", after + static_cast<Revision>(entries.size()) + 1, " cannot be read"));
  }
  return entries;
}

absl::StatusOr<Revision> SqliteDatabase::LastRevision() {
  return Number(*impl_->connection, "SELECT max(revision) FROM entry");
}

absl::StatusOr<Head> SqliteDatabase::HeadAt(Revision revision) {
  if (revision == 0) return Head{};
  Statement row(*impl_->connection, "SELECT digest FROM entry WHERE revision = ?1");
  if (row.Bind(1, revision).Step() && HoldsDigest(row, 0)) {
    return Head{revision, DigestFrom(row.Bytes(0))};
  }
  if (!row.status().ok()) return row.status();
  return absl::DataLossError(absl::StrCat("revision ", revision, " cannot be read"));
}

absl::StatusOr<std::optional<Snapshot>> SqliteDatabase::ReadSnapshot() {
  Statement newest(*impl_->connection,
                   "SELECT id, revision, digest, pieces_digest FROM snapshot"
                   " ORDER BY id DESC LIMIT 1");
  if (!newest.Step()) {
    if (!newest.status().ok()) return newest.status();
    return std::nullopt;
  }
  if (!HoldsDigest(newest, 2)) return std::nullopt;
  Snapshot snapshot;
  snapshot.head = {newest.Int(1), DigestFrom(newest.Bytes(2))};
  Statement pieces(*impl_->connection,
                   "SELECT bytes FROM snapshot_piece WHERE snapshot = ?1 ORDER BY position");
  pieces.Bind(1, newest.Int(0));
  Sha256 digest;
  while (pieces.Step()) {
    snapshot.chunks.emplace_back(pieces.Bytes(0));
    digest.Update(snapshot.chunks.back());
  }
  if (!pieces.status().ok()) return pieces.status();
  const Digest pieces_digest = digest.Finish();
  if (AsBytes(pieces_digest) != newest.Bytes(3)) return std::nullopt;
  return snapshot;
}

absl::StatusOr<int64_t> SqliteDatabase::NewestSnapshotId() {
  return Number(*impl_->connection, "SELECT max(id) FROM snapshot");
}

absl::Status SqliteDatabase::Begin() { return impl_->begin.Run(); }
absl::Status SqliteDatabase::Commit() { return impl_->commit.Run(); }

bool SqliteDatabase::RollBack() {
  if (!impl_->connection->InTransaction()) return true;
  impl_->connection->Run("ROLLBACK").IgnoreError();
  return !impl_->connection->InTransaction();
}

absl::Status SqliteDatabase::InsertEntry(Revision revision, const Entry& entry) {
  absl::Status status = impl_->insert_entry.Bind(1, revision)
                            .BindBytes(2, AsBytes(entry.digest))
                            .BindBytes(3, entry.metadata)
                            .Run();
  int64_t id = revision * kPositions;
  for (const v1::StoredChange& change : entry.changes) {
    if (!status.ok()) break;
    status = impl_->insert_change.Bind(1, id++)
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

absl::Status SqliteDatabase::InsertSnapshotPiece(int64_t id, size_t position,
                                                 const std::string& bytes) {
  return Statement(*impl_->connection, "INSERT INTO snapshot_piece VALUES (?1, ?2, ?3)")
      .Bind(1, id)
      .Bind(2, static_cast<int64_t>(position))
      .BindBytes(3, bytes)
      .Run();
}

absl::Status SqliteDatabase::InsertSnapshot(int64_t id, const Head& head,
                                            const Digest& pieces_digest) {
  return Statement(*impl_->connection, "INSERT INTO snapshot VALUES (?1, ?2, ?3, ?4)")
      .Bind(1, id)
      .Bind(2, head.revision)
      .BindBytes(3, AsBytes(head.digest))
      .BindBytes(4, AsBytes(pieces_digest))
      .Run();
}

absl::StatusOr<bool> SqliteDatabase::DeleteSnapshotPieceExcept(int64_t id) {
  Connection& connection = *impl_->connection;
  absl::Status status =
      Statement(connection, "DELETE FROM snapshot WHERE id <> ?1").Bind(1, id).Run();
  if (!status.ok()) return status;
  status = Statement(connection,
                     "DELETE FROM snapshot_piece WHERE rowid IN"
                     " (SELECT rowid FROM snapshot_piece WHERE snapshot <> ?1 LIMIT 1)")
               .Bind(1, id)
               .Run();
  if (!status.ok()) return status;
  return sqlite3_changes(connection.get()) > 0;
}

void SqliteDatabase::OnCommit(std::function<void(int log_pages)> committed) {
  impl_->committed = std::move(committed);
  sqlite3_wal_hook(
      impl_->connection->get(),
      [](void* impl, sqlite3*, const char*, int pages) {
        static_cast<Impl*>(impl)->committed(pages);
        return SQLITE_OK;
      },
      impl_.get());
}

absl::StatusOr<SqliteDatabase::Log> SqliteDatabase::Checkpoint(bool restart) {
  Log log;
  const int code = sqlite3_wal_checkpoint_v2(
      impl_->connection->get(), nullptr,
      restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, &log.pages, &log.moved);
  if (code != SQLITE_OK && code != SQLITE_BUSY) return impl_->connection->Error(code);
  return log;
}

absl::StatusOr<Head> SqliteDatabase::CopyTo(const std::string& copy) {
  auto to = Connection::Open(copy, "");
  if (!to.ok()) return to.status();
  if (const absl::Status status = (*to)->Run("PRAGMA synchronous = OFF"); !status.ok()) {
    return status;
  }
  sqlite3_backup* const backup =
      sqlite3_backup_init((*to)->get(), "main", impl_->connection->get(), "main");
  if (backup == nullptr) return (*to)->Error(sqlite3_errcode((*to)->get()));
  // In one step: a reader of the log stops no writer, and sees one moment.
  sqlite3_backup_step(backup, -1);
  const int code = sqlite3_backup_finish(backup);
  if (code != SQLITE_OK) return (*to)->Error(code);
  if (const absl::Status status = (*to)->Run("PRAGMA journal_mode = DELETE"); !status.ok()) {
    return status;
  }
  SqliteDatabase copied(std::make_unique<Impl>(*std::move(to)));
  const absl::StatusOr<Revision> last = copied.LastRevision();
  if (!last.ok()) return last.status();
  return copied.HeadAt(*last);
}

}  // namespace samsyn::journal
