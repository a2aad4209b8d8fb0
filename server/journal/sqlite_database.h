// A journal file as SQLite holds it: one connection, without threads or policy. Its .cc alone knows
// SQLite's C interface.
#ifndef SAMSYN_SERVER_JOURNAL_SQLITE_DATABASE_H_
#define SAMSYN_SERVER_JOURNAL_SQLITE_DATABASE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/journal/journal.h"

namespace samsyn::journal {

// Errors: ResourceExhausted: disk full; DataLoss: damaged, or not a journal; Unavailable: all else
// that SQLite reports. Not thread-safe; several on one file may be used at once.
class SqliteDatabase {
 public:
  // Makes a new file with the tables of a journal, complete when it returns.
  static absl::Status Make(const std::string& path, const std::string& vfs);
  // Opens a file that is there. `vfs`: SQLite's layer to the system by name; empty: its own.
  static absl::StatusOr<std::unique_ptr<SqliteDatabase>> Open(const std::string& path,
                                                              const std::string& vfs);
  ~SqliteDatabase();

  // DataLoss: not a journal; FailedPrecondition: made by another version of the program.
  absl::Status CheckFormat();
  // Turns on the write-ahead log, which a restored copy comes without.
  absl::Status UseLog();
  // Leaves the log as it is when the file's last connection closes.
  void KeepLogOnClose();

  // The entries after `after` up to and with `last`, all of which must be there.
  absl::StatusOr<std::vector<Entry>> Read(Revision after, Revision last);
  // 0: there is none.
  absl::StatusOr<Revision> LastRevision();
  absl::StatusOr<Head> HeadAt(Revision revision);
  // The newest snapshot that is whole.
  absl::StatusOr<std::optional<Snapshot>> ReadSnapshot();
  // 0: there is none.
  absl::StatusOr<int64_t> NewestSnapshotId();

  // What is written between Begin and Commit counts as one. Begin waits for other writers.
  absl::Status Begin();
  // After an error nothing was written, or nobody knows: see ResourceExhausted in sqlite_journal.
  absl::Status Commit();
  // False: the transaction could not be undone. Fine if there is none.
  bool RollBack();
  absl::Status InsertEntry(Revision revision, const Entry& entry);
  absl::Status InsertSnapshotPiece(int64_t id, size_t position, const std::string& bytes);
  // Makes the pieces written before count.
  absl::Status InsertSnapshot(int64_t id, const Head& head, const Digest& pieces_digest);
  // Forgets all snapshots but this, and one piece of theirs. False: there was no piece left.
  absl::StatusOr<bool> DeleteSnapshotPieceExcept(int64_t id);

  // Called after each commit of this connection with the pages (4 KiB) in the log.
  void OnCommit(std::function<void(int log_pages)> committed);
  struct Log {
    int pages = 0;  // in the log
    int moved = 0;  // of which stand in the file too
  };
  // Moves what is committed from the log into the file. With `restart`, writers wait until all is.
  absl::StatusOr<Log> Checkpoint(bool restart);
  // Copies all into another file, as of one moment, while others write; the copy has no log and is
  // not synced. Returns the head in the copy.
  absl::StatusOr<Head> CopyTo(const std::string& copy);

 private:
  struct Impl;
  explicit SqliteDatabase(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_SQLITE_DATABASE_H_
