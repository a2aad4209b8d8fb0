// Replay of a long history. Of each entity only the last version counts, so only that one is
// decoded; what lies between is read, checked and forgotten.
#ifndef SAMSYN_SERVER_ENGINE_FOLD_H_
#define SAMSYN_SERVER_ENGINE_FOLD_H_

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <utility>
#include <vector>

#include "server/engine/codec.h"
#include "server/journal/journal.h"

namespace samsyn::engine {

// A snapshot, perhaps empty, and the entries after it, folded into what a snapshot at the last of
// them would hold. Not thread-safe.
class Fold {
 public:
  explicit Fold(SnapshotContent begin) : content_(std::move(begin)) {}

  // Adds the next entry, whose place in the chain has been checked. DataLoss if it cannot be read.
  // `time` is the entry's own. What it keeps it takes out of the entry, and leaves in it what that
  // replaces.
  absl::Status Add(journal::Entry& entry, absl::Time time);

  // The content after all that was added; the fold is empty then. DataLoss if an entity cannot be
  // read or is not of the municipality (`municipalities/0136`).
  absl::StatusOr<SnapshotContent> Take(absl::string_view municipality);

 private:
  SnapshotContent content_;  // as it began
  // By the entity's name, a tombstone included.
  absl::flat_hash_map<std::string, journal::v1::StoredChange> newest_;
  // The newest requests, a ring: metadata of the entry, as bytes, and digest.
  std::vector<std::pair<std::string, journal::v1::StoredChange>> requests_;
  size_t seen_requests_ = 0;
};

}  // namespace samsyn::engine

#endif  // SAMSYN_SERVER_ENGINE_FOLD_H_
