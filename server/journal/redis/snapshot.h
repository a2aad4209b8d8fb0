// The snapshot of a journal as it stands on a Redis server: its pieces in a list of their own,
// which one step puts in place of the one before.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_SNAPSHOT_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_SNAPSHOT_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <optional>

#include "server/journal/journal.h"
#include "server/journal/redis/caller.h"

namespace samsyn::journal {

// FailedPrecondition: its head is not one that the journal there has committed.
absl::Status SaveSnapshotAt(RedisCaller& caller, absl::string_view code, const Snapshot& snapshot);
// nullopt: there is none.
absl::StatusOr<std::optional<Snapshot>> LoadSnapshotAt(RedisCaller& caller, absl::string_view code);

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_SNAPSHOT_H_
