// The journals of a data directory: one SQLite file `<code>.journal` a municipality.
//
//   lock                          held by the one process that may use the directory
//   0136.journal (-wal, -shm)     the journal
//   0136.journal.doubt            a commit's outcome was not known: recovered when opened next
//   0136.journal.recovered        a finished recovery, not yet put in place
//   0136.journal.damaged-1 …      what stood there before a recovery; for the operator to remove
#ifndef SAMSYN_SERVER_JOURNAL_SQLITE_STORE_H_
#define SAMSYN_SERVER_JOURNAL_SQLITE_STORE_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/journal/checkpointer.h"
#include "server/journal/files.h"
#include "server/journal/journal.h"

namespace samsyn::journal {

// Thread-safe. Must outlive the journals that it opened.
class SqliteJournalStore : public JournalStore {
 public:
  // Takes the directory for this process (FailedPrecondition if another has it), makes it if there
  // is none, and ends what a crash interrupted. `vfs`: SQLite's layer to the system, by name.
  static absl::StatusOr<std::unique_ptr<SqliteJournalStore>> OpenDirectory(
      const std::string& directory, const std::string& vfs = "");

  absl::StatusOr<std::vector<std::string>> Codes() override;
  // Also FailedPrecondition: the journal is open already (each is opened once at a time);
  // InvalidArgument: no code. A journal in doubt is recovered first, which reads it all: close
  // the one that refuses writes and open it again.
  absl::StatusOr<std::unique_ptr<Journal>> Open(absl::string_view code) override;
  absl::Status Create(absl::string_view code) override;

 private:
  SqliteJournalStore(std::string directory, std::string vfs, std::unique_ptr<DirectoryLock> lock);
  absl::Status RecoverIfInDoubt(const std::string& path);
  void Doubt(const std::string& path);

  const std::string directory_;
  const std::string vfs_;
  const std::unique_ptr<DirectoryLock> lock_;
  Mutex mutex_;
  std::set<std::string> open_ ABSL_GUARDED_BY(mutex_);      // paths
  std::set<std::string> in_doubt_ ABSL_GUARDED_BY(mutex_);  // paths; also where no file can be made
  Checkpointer checkpointer_;
};

// The file of a municipality's journal. InvalidArgument if `code` is not 1 to 32 of a-z, 0-9, "-".
absl::StatusOr<std::string> JournalPath(absl::string_view directory, absl::string_view code);

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_SQLITE_STORE_H_
