// A journal in one SQLite file: write-ahead log, every commit synced, never trimmed.
#ifndef SAMSYN_SERVER_JOURNAL_SQLITE_JOURNAL_H_
#define SAMSYN_SERVER_JOURNAL_SQLITE_JOURNAL_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <functional>
#include <memory>
#include <string>

#include "server/journal/checkpointer.h"
#include "server/journal/journal.h"

namespace samsyn::journal {

struct SqliteJournalOptions {
  std::string vfs;  // SQLite's layer to the system by name; empty: its own
  // Moves what is committed into the file, off the hot path; must outlive the journal. Null: that
  // is done when the journal is closed.
  Checkpointer* checkpointer = nullptr;
  // Only reads, and leaves the file and its write-ahead log as they are. Does not check the end, so
  // that a damaged file can be examined.
  bool read_only = false;
  // Called once, from an appending thread, when a commit's outcome is not known.
  std::function<void()> on_doubt;
  // Called when the file is closed.
  std::function<void()> on_close;
};

// Makes an empty journal file; it is complete or not there. AlreadyExists if there is one.
absl::Status CreateSqliteJournal(const std::string& path, const std::string& vfs = "");

// Opens a journal file that no other journal object holds. NotFound; DataLoss if it is no journal,
// or its last entry does not follow from the one before it; FailedPrecondition if a newer version
// of the program made it.
//
// ResourceExhausted from Append: the disk is full; rolled back, and goes on when there is room.
// Unknown from Append: a commit failed half-way; from then on this object refuses writes
// (Unavailable) and reads up to the last known commit, until the file is recovered (tools.h) and
// opened again. Rows read back after a failed sync may be in memory only: they prove nothing.
absl::StatusOr<std::unique_ptr<Journal>> OpenSqliteJournal(const std::string& path,
                                                           SqliteJournalOptions options = {});

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_SQLITE_JOURNAL_H_
