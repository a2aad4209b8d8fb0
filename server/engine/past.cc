#include "server/engine/past.h"

#include <algorithm>
#include <utility>

#include "server/domain/refusal.h"
#include "server/engine/codec.h"
#include "server/engine/read_ahead.h"

namespace samsyn::engine {
namespace {

constexpr size_t kReadEntries = 256;  // entries a read

absl::Status Archived() {
  return domain::Refuse(v1::ERROR_REASON_ARCHIVED,
                        {"That is longer ago than this server keeps.",
                         "Det är längre sedan än vad den här servern har kvar."});
}

// Whether a change is the meeting's as it is once it was closed.
absl::StatusOr<bool> IsClosed(const journal::v1::StoredChange& change) {
  if (change.tombstone()) return false;
  const auto entity = DecodeEntity(change);
  if (!entity.ok()) return entity.status();
  return (*entity)->meeting().has_close_time();
}

}  // namespace

absl::StatusOr<Past> PastReader::Read(const PastWish& wish) {
  absl::Status status = BeginWithSnapshot(wish);
  if (status.ok()) status = Replay(wish);
  if (!status.ok()) return status;
  Past past;
  past.revision = head_.revision;
  for (auto& [name, change] : newest_) {
    if (change.tombstone()) continue;
    auto entity = DecodeEntity(change);
    if (!entity.ok()) return entity.status();
    change.Clear();  // so that it is not there twice
    if (!wish.wanted || wish.wanted(**entity)) past.entities.push_back(*std::move(entity));
  }
  return past;
}

// The kept snapshot, where it is of before the moment.
absl::Status PastReader::BeginWithSnapshot(const PastWish& wish) {
  auto snapshot = journal_.LoadSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const domain::AsOf& moment = wish.moment;
  if (!snapshot->has_value()) return absl::OkStatus();
  if (moment.closed_meeting.empty() && (*snapshot)->head.revision > moment.revision) {
    return absl::OkStatus();
  }
  for (const std::string& bytes : (*snapshot)->chunks) {
    journal::v1::SnapshotChunk chunk;
    if (!chunk.ParseFromString(bytes)) return absl::DataLossError("a piece of the snapshot");
    for (journal::v1::StoredChange& change : *chunk.mutable_changes()) {
      if (change.name() == moment.closed_meeting) {
        const auto closed = IsClosed(change);
        if (!closed.ok()) return closed.status();
        if (*closed) {  // it is of later
          newest_.clear();
          return absl::OkStatus();
        }
      }
      if (absl::Status status = Take(change, wish); !status.ok()) return status;
    }
  }
  head_ = (*snapshot)->head;
  return absl::OkStatus();
}

absl::Status PastReader::Replay(const PastWish& wish) {
  ReadAhead reader(journal_, head_.revision, kReadEntries);
  ReadAhead::Entries used;
  for (bool more = true; more;) {
    auto entries = reader.Next(std::exchange(used, {}));
    if (absl::IsOutOfRange(entries.status())) return Archived();
    if (!entries.ok()) return entries.status();
    more = entries->size() == kReadEntries;
    for (journal::Entry& entry : *entries) {
      const auto after = IsAfter(wish.moment, entry);
      if (!after.ok()) return after.status();
      if (*after) return absl::OkStatus();
      const auto head = journal::HeadAfter(head_, entry);
      if (!head.ok()) return head.status();
      head_ = *head;
      for (journal::v1::StoredChange& change : entry.changes) {
        if (absl::Status status = Take(change, wish); !status.ok()) return status;
      }
    }
    used = *std::move(entries);
    if (absl::Status status = SweepIfMany(wish); !status.ok()) return status;
  }
  const bool reached = wish.moment.closed_meeting.empty() && head_.revision == wish.moment.revision;
  return reached ? absl::OkStatus() : Archived();
}

absl::StatusOr<bool> PastReader::IsAfter(const domain::AsOf& moment,
                                         const journal::Entry& entry) const {
  if (moment.closed_meeting.empty()) return head_.revision >= moment.revision;
  for (const journal::v1::StoredChange& change : entry.changes) {
    if (change.name() != moment.closed_meeting) continue;
    if (absl::Status status = CheckReadable(change); !status.ok()) return status;
    const auto closed = IsClosed(change);
    if (!closed.ok() || *closed) return closed;
  }
  return false;
}

absl::Status PastReader::Take(journal::v1::StoredChange& change, const PastWish& wish) {
  const auto kind = static_cast<v1::EntityKind>(change.kind());
  if (std::find(wish.kinds.begin(), wish.kinds.end(), kind) == wish.kinds.end()) {
    return absl::OkStatus();
  }
  if (absl::Status status = CheckReadable(change); !status.ok()) return status;
  if (absl::Status status = CheckOurs(change.name(), municipality_); !status.ok()) return status;
  // What it replaces stays in the entry, to be freed where it was made.
  newest_[change.name()].Swap(&change);
  return absl::OkStatus();
}

// Forgets what would not be wanted as it stands, each time that there is twice as much.
absl::Status PastReader::SweepIfMany(const PastWish& wish) {
  if (!wish.wanted || newest_.size() < many_) return absl::OkStatus();
  for (auto it = newest_.begin(); it != newest_.end();) {
    const auto one = it++;
    bool wanted = false;
    if (!one->second.tombstone()) {
      const auto entity = DecodeEntity(one->second);
      if (!entity.ok()) return entity.status();
      wanted = wish.wanted(**entity);
    }
    if (!wanted) newest_.erase(one);
  }
  many_ = std::max(many_, 2 * newest_.size());
  return absl::OkStatus();
}

}  // namespace samsyn::engine
