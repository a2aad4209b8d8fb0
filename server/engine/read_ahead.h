// Reading a long journal while what was read before is still being folded.
#ifndef SAMSYN_SERVER_ENGINE_READ_AHEAD_H_
#define SAMSYN_SERVER_ENGINE_READ_AHEAD_H_

#include <absl/status/statusor.h>

#include <cstddef>
#include <optional>
#include <thread>
#include <vector>

#include "server/base/mutex.h"
#include "server/journal/journal.h"

namespace samsyn::engine {

// Reads entries in order on one thread of its own, a batch ahead. Used by one thread.
class ReadAhead {
 public:
  using Entries = std::vector<journal::Entry>;

  // Begins at once with the entries after `after`, at most `batch` a read. The journal must outlive
  // it.
  ReadAhead(journal::Journal& journal, journal::Revision after, size_t batch);
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // The next entries; fewer than a batch: there are no more, and it is not called again. Errors as
  // of `Journal::Read`, likewise. `used`: entries that are done with; they are freed where they
  // were made, since handing memory from thread to thread costs more than reading it does.
  absl::StatusOr<Entries> Next(Entries used);

 private:
  void Run(journal::Revision after, size_t batch);

  journal::Journal& journal_;
  Mutex mutex_;  // taken alone
  CondVar changed_;
  std::optional<absl::StatusOr<Entries>> read_ ABSL_GUARDED_BY(mutex_);
  Entries used_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace samsyn::engine

#endif  // SAMSYN_SERVER_ENGINE_READ_AHEAD_H_
