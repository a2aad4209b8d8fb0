#include "server/engine/lost_side.h"

#include <utility>

#include "server/engine/codec.h"

namespace samsyn::engine {

absl::StatusOr<LostSide> DecodeLostSide(const journal::Journal::LostSide& side,
                                        absl::string_view municipality) {
  LostSide decoded;
  decoded.fork = side.fork;
  for (const journal::Entry& entry : side.entries) {
    const auto metadata = journal::MetadataOf(entry);
    if (!metadata.ok()) return metadata.status();
    for (const journal::v1::StoredChange& change : entry.changes) {
      if (!IsEntityKind(change.kind())) continue;
      absl::Status status = CheckReadable(change);
      if (status.ok()) status = CheckOurs(change.name(), municipality);
      if (!status.ok()) return status;
      domain::LostVersion lost;
      lost.name = change.name();
      if (!change.tombstone()) {
        auto version = DecodeEntity(change);
        if (!version.ok()) return version.status();
        lost.version = *std::move(version);
      }
      lost.revision = metadata->revision();
      lost.time = absl::FromUnixMicros(metadata->time_us());
      lost.member = metadata->principal();
      lost.method = metadata->method();
      decoded.versions.insert_or_assign(change.name(), std::move(lost));
    }
  }
  return decoded;
}

}  // namespace samsyn::engine
