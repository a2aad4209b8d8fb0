// The chain of a journal: what every adapter and every reader checks alike.
#include "server/journal/journal.h"

#include <absl/strings/str_cat.h>

#include <utility>

namespace samsyn::journal {
namespace {

bool IsDestroyed(const v1::StoredChange& change) {
  return change.content_digest().size() == std::tuple_size_v<Digest> && change.salt().empty() &&
         change.content().empty();
}

}  // namespace

Digest ChainDigest(const Digest& before, const Entry& entry) {
  Sha256 chain;
  Sha256 content;
  chain.Update(before);
  chain.UpdateU32(static_cast<uint32_t>(entry.metadata.size())).Update(entry.metadata);
  chain.UpdateU32(static_cast<uint32_t>(entry.changes.size()));
  for (const v1::StoredChange& change : entry.changes) {
    chain.UpdateU32(static_cast<uint32_t>(change.name().size())).Update(change.name());
    chain.UpdateU32(change.kind());
    chain.Update(change.tombstone() ? absl::string_view("\1", 1) : absl::string_view("\0", 1));
    if (IsDestroyed(change)) {
      chain.Update(change.content_digest());
    } else {
      chain.Update(content.Update(change.salt()).Update(change.content()).Finish());
    }
  }
  return chain.Finish();
}

absl::StatusOr<v1::EntryMetadata> MetadataOf(const Entry& entry) {
  v1::EntryMetadata metadata;
  if (!metadata.ParseFromString(entry.metadata)) {
    return absl::DataLossError("an entry's metadata cannot be read");
  }
  return metadata;
}

absl::StatusOr<Head> HeadAfter(const Head& before, const Entry& entry) {
  const absl::StatusOr<v1::EntryMetadata> metadata = MetadataOf(entry);
  if (!metadata.ok()) {
    return absl::DataLossError(
        absl::StrCat("revision ", before.revision + 1, ": ", metadata.status().message()));
  }
  return HeadAfter(before, entry, *metadata);
}

absl::StatusOr<Head> HeadAfter(const Head& before, const Entry& entry,
                               const v1::EntryMetadata& metadata) {
  const Revision expected = before.revision + 1;
  if (metadata.revision() != expected) {
    return absl::DataLossError(absl::StrCat("revision ", expected, ": revision ",
                                            metadata.revision(), " stands in its place"));
  }
  if (ChainDigest(before.digest, entry) != entry.digest) {
    return absl::DataLossError(absl::StrCat("revision ", expected, ": the digest ",
                                            Hex(entry.digest), " does not follow from ",
                                            Hex(before.digest), " before it"));
  }
  return Head{expected, entry.digest};
}

absl::StatusOr<Head> HeadAfter(const Head& before, absl::Span<const Entry> entries) {
  Head head = before;
  for (const Entry& entry : entries) {
    const absl::StatusOr<Head> next = HeadAfter(head, entry);
    if (!next.ok()) return next.status();
    head = *next;
  }
  return head;
}

v1::StoredEntry StoredOf(Entry entry) {
  v1::StoredEntry stored;
  stored.set_metadata(std::move(entry.metadata));
  stored.mutable_changes()->Reserve(static_cast<int>(entry.changes.size()));
  for (v1::StoredChange& change : entry.changes) *stored.add_changes() = std::move(change);
  stored.set_digest(std::string(AsBytes(entry.digest)));
  return stored;
}

absl::StatusOr<Entry> EntryOf(v1::StoredEntry stored) {
  if (stored.digest().size() != std::tuple_size_v<Digest>) {
    return absl::DataLossError("an entry's digest is not 32 bytes");
  }
  Entry entry;
  entry.metadata = std::move(*stored.mutable_metadata());
  entry.changes.reserve(stored.changes_size());
  for (v1::StoredChange& change : *stored.mutable_changes()) {
    entry.changes.push_back(std::move(change));
  }
  entry.digest = DigestFrom(stored.digest());
  return entry;
}

}  // namespace samsyn::journal
