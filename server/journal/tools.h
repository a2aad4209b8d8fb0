// What an operator does to journal files while no server uses them: verify, recover, export,
// import, restore.
//
// An export is a stream that needs no SQLite to read:
//
//   export  = "SAMSYNJ1" entry* end
//   entry   = varint length (> 0) | length bytes of samsyn.journal.v1.StoredEntry
//   end     = varint 0 | revision of the last entry, 8 bytes little-endian | its digest, 32 bytes
//
// A stream without its end was cut off.
#ifndef SAMSYN_SERVER_JOURNAL_TOOLS_H_
#define SAMSYN_SERVER_JOURNAL_TOOLS_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <functional>
#include <optional>
#include <string>

#include "server/journal/files.h"
#include "server/journal/journal.h"

namespace samsyn::journal {

// Reads all committed entries of an open journal in order, checking the chain, and gives each to
// `each` (may be empty). Returns the head. DataLoss names the first revision that is wrong.
using EachEntry = std::function<absl::Status(const Entry&)>;
absl::StatusOr<Head> ReadAll(Journal& journal, const EachEntry& each);

// Checks the whole chain of a journal file, which is left as it is (a server may be using it).
// Returns the head; DataLoss names the first revision that is wrong.
absl::StatusOr<Head> Verify(const std::string& path);

struct RecoverOptions {
  // Where the chain breaks, keep what stands before. Without: DataLoss, and nothing is changed.
  // What came after was acknowledged to somebody and is lost, so this is a person's decision.
  bool drop_after_damage = false;
  // Keep no entry after this one.
  std::optional<Revision> keep = std::nullopt;
};
struct Recovery {
  Head head;
  std::string damaged_path;  // what stood there before
  absl::Status damage;       // what was dropped after, if anything
};
// Copies a journal to a new file, verifying the chain, syncs file and folder, puts it in place and
// keeps the old one beside it. The file must not be in use: who calls holds the directory's lock.
absl::StatusOr<Recovery> Recover(const std::string& path, const RecoverOptions& options);
// Ends a recovery whose copy was complete when the process ended. Fine if there is none.
absl::Status FinishRecovery(const std::string& path);

// Writes such a stream, entry after entry from the first one.
class ExportWriter {
 public:
  // The sink must outlive it.
  explicit ExportWriter(const ByteSink& sink) : sink_(sink) {}
  // DataLoss: it does not follow.
  absl::Status Add(const Entry& entry);
  absl::StatusOr<Head> End();

 private:
  absl::Status Begin();

  const ByteSink& sink_;
  bool begun_ = false;
  Head head_;
};

// Writes a journal file as the stream above. Returns the head.
absl::StatusOr<Head> Export(const std::string& path, const ByteSink& sink);
// The same of any open journal.
absl::StatusOr<Head> ExportJournal(Journal& journal, const ByteSink& sink);
// Reads such a stream, checking the chain and the end.
absl::StatusOr<Head> ReadExport(const ByteSource& source, const EachEntry& each);
// Makes the journal of a municipality in a data directory from such a stream; revisions and chain
// stay. AlreadyExists if there is one; FailedPrecondition if a server uses the directory.
absl::StatusOr<Head> Import(const std::string& directory, absl::string_view code,
                            const ByteSource& source);

// Makes the journal of a municipality in a data directory from the bytes of Journal::Backup, and
// verifies it. Errors as Import; DataLoss leaves nothing behind.
absl::StatusOr<Head> Restore(const std::string& directory, absl::string_view code,
                             const ByteSource& source);

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_TOOLS_H_
