// Between the domain and the journal: a Transaction becomes an Entry, an Entry what is applied, the
// picture a Snapshot. The only place that knows how entities are stored.
#ifndef SAMSYN_SERVER_ENGINE_CODEC_H_
#define SAMSYN_SERVER_ENGINE_CODEC_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <string>
#include <utility>
#include <vector>

#include "server/domain/transaction.h"
#include "server/journal/journal.h"
#include "server/watch/feed.h"

namespace samsyn::engine {

// Kinds of stored changes that are no entities (journal.proto).
inline constexpr uint32_t kCredentialKind = 1000;
inline constexpr uint32_t kRequestKind = 1001;

// The transaction as the entry that follows `before`; salts are new random bytes. `next_due` stands
// in its metadata (InfiniteFuture: none). LIMIT_REACHED when it is larger than limits.h allows.
absl::StatusOr<journal::Entry> EncodeEntry(const domain::Transaction& transaction,
                                           absl::string_view method, const Digest& request_digest,
                                           absl::Time next_due, const Digest& before);

// A stored change of a kind that this program does not know; kept for snapshots.
using UnknownChange = std::pair<std::string, journal::v1::StoredChange>;

// What an entry changes. Changes of unknown kinds go to `unknown`. DataLoss if it cannot be read.
absl::StatusOr<watch::AppliedEntry> DecodeEntry(const journal::Entry& entry,
                                                std::vector<UnknownChange>& unknown);

// What a snapshot holds.
struct SnapshotContent {
  std::vector<domain::EntityPtr> entities;
  std::vector<std::pair<std::string, Digest>> credentials;
  std::vector<domain::AnsweredRequest> requests;
  std::vector<UnknownChange> unknown;
  absl::Time time = absl::UnixEpoch();
  absl::Time next_due = absl::InfiniteFuture();
};

std::vector<std::string> EncodeSnapshot(const SnapshotContent& content);
absl::StatusOr<SnapshotContent> DecodeSnapshot(const std::vector<std::string>& chunks);

}  // namespace samsyn::engine

#endif  // SAMSYN_SERVER_ENGINE_CODEC_H_
