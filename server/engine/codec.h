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
// in its metadata (InfiniteFuture: none), and `not_person_numbers`, that the writer confirmed it.
// LIMIT_REACHED when it is larger than limits.h allows.
absl::StatusOr<journal::Entry> EncodeEntry(const domain::Transaction& transaction,
                                           absl::string_view method, const Digest& request_digest,
                                           absl::Time next_due, bool not_person_numbers,
                                           const Digest& before);

// Whether a stored change is of an entity's kind that this program knows.
bool IsEntityKind(uint32_t kind);
// DataLoss if a stored change is damaged in a way that its kind shows, or was destroyed without an
// entry that says so.
absl::Status CheckReadable(const journal::v1::StoredChange& change);
// DataLoss unless an entity's name is of the municipality: a file may have been put back under
// another one's code.
absl::Status CheckOurs(absl::string_view name, absl::string_view municipality);
// The version that a change holds. DataLoss if it cannot be read.
absl::StatusOr<domain::EntityPtr> DecodeEntity(const journal::v1::StoredChange& change);
// The answered request of an entry, from its change of kind kRequestKind.
domain::AnsweredRequest RequestOf(const journal::v1::EntryMetadata& metadata,
                                  const journal::v1::StoredChange& change);

// A stored change of a kind that this program does not know; kept for snapshots.
using UnknownChange = std::pair<std::string, journal::v1::StoredChange>;

// What DecodeEntry gives of the entry that EncodeEntry made of a transaction, without reading it:
// as it is in memory.
watch::AppliedEntry AppliedOf(const domain::Transaction& transaction, const Digest& request_digest,
                              const journal::Entry& entry);

// What an entry changes. Changes of unknown kinds go to `unknown`. DataLoss if it cannot be read.
absl::StatusOr<watch::AppliedEntry> DecodeEntry(const journal::Entry& entry,
                                                const journal::v1::EntryMetadata& metadata,
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
