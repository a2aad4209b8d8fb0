// How a municipality was: its journal replayed up to a moment, beside the picture of now. Nothing
// of it is kept.
#ifndef SAMSYN_SERVER_ENGINE_PAST_H_
#define SAMSYN_SERVER_ENGINE_PAST_H_

#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <samsyn/journal/v1/journal.pb.h>

#include <functional>
#include <string>
#include <vector>

#include "server/domain/as_of.h"
#include "server/journal/journal.h"

namespace samsyn::engine {

// What is wanted of the past: less memory for less.
struct PastWish {
  domain::AsOf moment;
  std::vector<v1::EntityKind> kinds;
  // Which entities of these kinds; empty: all.
  std::function<bool(const v1::Entity&)> wanted;
};

struct Past {
  domain::Revision revision = 0;  // that the moment turned out to be
  std::vector<domain::EntityPtr> entities;
};

// Reads a journal up to a moment. Not thread-safe; of each entity the last version is kept, as
// bytes, and decoded in the end. So memory follows what there is of the kinds, but not what of it
// is not wanted.
class PastReader {
 public:
  // `municipality`: "municipalities/0136". Both must outlive it.
  PastReader(journal::Journal& journal, absl::string_view municipality)
      : journal_(journal), municipality_(municipality) {}

  // Once. Waits for the disk. DataLoss: the journal is damaged; ARCHIVED: it does not reach so far
  // back.
  absl::StatusOr<Past> Read(const PastWish& wish);

 private:
  absl::Status BeginWithSnapshot(const PastWish& wish);
  absl::Status Replay(const PastWish& wish);
  // Whether the moment is the one before this entry.
  absl::StatusOr<bool> IsAfter(const domain::AsOf& moment, const journal::Entry& entry) const;
  absl::Status Take(journal::v1::StoredChange& change, const PastWish& wish);
  absl::Status SweepIfMany(const PastWish& wish);

  journal::Journal& journal_;
  const absl::string_view municipality_;
  journal::Head head_;
  absl::flat_hash_map<std::string, journal::v1::StoredChange> newest_;  // by name
  size_t many_ = 64 << 10;  // so many of them are looked through
};

}  // namespace samsyn::engine

#endif  // SAMSYN_SERVER_ENGINE_PAST_H_
