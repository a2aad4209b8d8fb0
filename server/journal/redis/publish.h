// Between Redis and exports: a journal is put on a server from an exported stream, and what a
// server has beyond a node's copy is exported with the copy.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_PUBLISH_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_PUBLISH_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <string>
#include <vector>

#include "server/journal/files.h"
#include "server/journal/journal.h"
#include "server/journal/redis/caller.h"

namespace samsyn::journal {

struct Published {
  Head head;         // of the export
  Head there;        // what the server had of it before
  bool made = true;  // false: it had the municipality already, and perhaps got the rest
};
// Puts an export on the server `to`, one of `servers`, all of which must answer. Interrupted, it is
// run again. Where one of them has the municipality already, what it has must be a beginning of the
// export; the rest then is appended in one step, or not at all if it is too much for one
// (FailedPrecondition). AlreadyExists: a server has another history, or a longer one. DataLoss: the
// stream is damaged; nothing is opened.
absl::StatusOr<Published> Publish(const std::string& code, const std::vector<RedisCaller*>& servers,
                                  RedisCaller& to, const std::string& file);

// Exports a copy, and after it what is committed on the server that has the municipality. The path
// is a file of SqliteJournalStore, which a node may be using. DataLoss: the copy is of another
// history; FailedPrecondition: the copy ends before what the server still has.
absl::StatusOr<Head> ExportWithServer(const std::string& path, const std::string& code,
                                      const std::vector<RedisCaller*>& servers,
                                      const ByteSink& sink);

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_PUBLISH_H_
