// What this node has itself of a journal that it shares: a file with the committed entries, and
// before they are in it the newest ones in memory. It is the archive, what a node starts with when
// the server is away, and the proof of what was committed when a server has lost its end.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_NODE_COPY_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_NODE_COPY_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/types/span.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "server/base/mutex.h"
#include "server/journal/journal.h"

namespace samsyn::journal {

// Thread-safe.
class NodeCopy {
 public:
  // `file`: an adapter that only this node has, as a SQLite file.
  static absl::StatusOr<std::unique_ptr<NodeCopy>> Open(std::unique_ptr<Journal> file);

  Head End();        // of all that is here
  Head EndInFile();  // of what is in the file

  // Entries after a revision, as far as they are here.
  absl::StatusOr<std::vector<Entry>> Read(Revision after, size_t max);
  // NotFound: that revision is not here.
  absl::StatusOr<Digest> DigestAt(Revision revision);

  // Takes committed entries that follow from `base`. What is here already must be the same, or it
  // is DataLoss; what does not join its end is let be (it is read later). Not yet in the file.
  absl::Status Add(const Head& base, absl::Span<const Entry> entries);
  // Writes into the file what is in memory. Errors as of Journal::Append; nothing is lost.
  absl::Status Flush();

  // Of the file.
  absl::Status SaveSnapshot(const Snapshot& snapshot);
  absl::StatusOr<std::optional<Snapshot>> LoadSnapshot();
  absl::StatusOr<Head> Backup(std::function<absl::Status(absl::string_view)> sink);

  // Writes all into the file, closes it, and goes on with the one that `make` opens. After an error
  // every call fails.
  using MakeFile = std::function<absl::StatusOr<std::unique_ptr<Journal>>()>;
  absl::Status Replace(const MakeFile& make);

 private:
  NodeCopy(std::unique_ptr<Journal> file, const Head& end) : file_(std::move(file)), filed_(end) {}
  Head EndLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Status FlushLocked() ABSL_SHARED_LOCKS_REQUIRED(file_mutex_);

  SharedMutex file_mutex_;  // before the others; alone while the file is replaced
  std::unique_ptr<Journal> file_ ABSL_GUARDED_BY(file_mutex_);  // null: it could not be replaced
  Mutex flush_mutex_;                                           // one at a time; before mutex_
  Mutex mutex_;
  Head filed_ ABSL_GUARDED_BY(mutex_);
  std::deque<Entry> newest_ ABSL_GUARDED_BY(mutex_);  // after filed_
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;          // of newest_, about
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_NODE_COPY_H_
