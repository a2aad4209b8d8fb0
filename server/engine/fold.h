// Replay of a long history. Of each entity only the last version counts, so only that one is
// decoded; what lies between is read, checked and forgotten.
#ifndef SAMSYN_SERVER_ENGINE_FOLD_H_
#define SAMSYN_SERVER_ENGINE_FOLD_H_

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <deque>
#include <string>

#include "server/engine/codec.h"
#include "server/journal/journal.h"

namespace samsyn::engine {

// A snapshot, perhaps empty, and the entries after it, folded into what a snapshot at the last of
// them would hold. Not thread-safe.
class Fold {
 public:
  explicit Fold(SnapshotContent begin) : content_(std::move(begin)) {}

  // Adds the next entry, whose place in the chain has been checked. DataLoss if it cannot be read.
  absl::Status Add(journal::Entry entry, const journal::v1::EntryMetadata& metadata);

  // The content after all that was added; the fold is empty then. DataLoss if an entity cannot be
  // read or is not of the municipality (`municipalities/0136`).
  absl::StatusOr<SnapshotContent> Take(absl::string_view municipality);

 private:
  SnapshotContent content_;  // as it began
  // By the entity's name, a tombstone included.
  absl::flat_hash_map<std::string, journal::v1::StoredChange> newest_;
  std::deque<domain::AnsweredRequest> requests_;
};

}  // namespace samsyn::engine

#endif  // SAMSYN_SERVER_ENGINE_FOLD_H_
