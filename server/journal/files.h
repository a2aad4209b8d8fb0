// Files that must outlast a power cut: sync, rename, and the lock of a data directory.
#ifndef SAMSYN_SERVER_JOURNAL_FILES_H_
#define SAMSYN_SERVER_JOURNAL_FILES_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace samsyn::journal {

// Takes pieces in order; an error ends the giving and is handed on.
using ByteSink = std::function<absl::Status(absl::string_view)>;
// Gives the next piece; empty at the end.
using ByteSource = std::function<absl::StatusOr<std::string>()>;

// The system's words for what failed: NotFound for ENOENT, ResourceExhausted for a full disk or
// quota, else Unavailable.
absl::Status SystemError(absl::string_view what, int error_number);

bool FileExists(const std::string& path);
// The folder that a path stands in; "." if it names none.
std::string DirectoryOf(const std::string& path);
// Names in a folder, sorted, without "." and "..".
absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& directory);
// Makes the folder and those above it that are missing; the last readable by its owner only.
absl::Status MakeDirectory(const std::string& directory);

absl::Status SyncFile(const std::string& path);
absl::Status SyncDirectory(const std::string& directory);
// Renames within a folder and syncs the folder.
absl::Status RenameDurably(const std::string& from, const std::string& to);
// Fine if there is none.
absl::Status RemoveFile(const std::string& path);

// Makes an empty file if there is none, and syncs its folder.
absl::Status TouchDurably(const std::string& path);
// Writes a new file of what `source` gives and syncs it. An old one is overwritten.
absl::Status WriteFile(const std::string& path, const ByteSource& source);
// Gives a file to `sink` in pieces of at most 1 MiB.
absl::Status ReadFile(const std::string& path, const ByteSink& sink);
// The pieces of a file; the file is open as long as the function lives.
absl::StatusOr<ByteSource> FileSource(const std::string& path);

// Holds a data directory for one process; let go at the end, also at a crash.
class DirectoryLock {
 public:
  // FailedPrecondition if another holds it. Makes the directory if there is none.
  static absl::StatusOr<std::unique_ptr<DirectoryLock>> Take(const std::string& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_FILES_H_
