// How a municipality comes from its journal: at start, and again when another history has taken the
// place of the one that it had.
#include <absl/strings/str_cat.h>

#include <deque>
#include <iterator>
#include <utility>

#include "server/base/log.h"
#include "server/engine/municipality.h"
#include "server/engine/read_ahead.h"

namespace samsyn::engine {
namespace {

constexpr size_t kReadEntries = 256;  // entries a read

}  // namespace

absl::Status Municipality::Load() {
  head_ = {};
  last_time_ = absl::UnixEpoch();
  idle_timers_.clear();
  unsettled_.reset();
  {
    MutexLock lock(mutex_);
    unknown_.clear();
    snapshot_revision_ = 0;
  }
  TakeLostSide();
  auto snapshot = journal_->LoadSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  SnapshotContent content;
  if (snapshot->has_value()) {
    auto decoded = DecodeSnapshot((*snapshot)->chunks);
    if (!decoded.ok()) return decoded.status();
    content = *std::move(decoded);
    head_ = (*snapshot)->head;
    MutexLock lock(mutex_);
    snapshot_revision_ = head_.revision;
  }
  Fold fold(std::move(content));
  const auto newest = Replay(fold);
  if (!newest.ok()) return newest.status();
  if (head_.revision > 0 || feed_->revision() > 0) {
    auto folded = fold.Take(name_);
    if (!folded.ok()) return folded.status();
    LoadFeed(*std::move(folded));
  }
  if (absl::Status status = ApplyEntries(*newest); !status.ok()) return status;
  return CatchUp();
}

absl::StatusOr<std::vector<journal::Entry>> Municipality::Replay(Fold& fold) {
  std::deque<journal::Entry> newest;
  std::vector<journal::Entry> folded;
  ReadAhead reader(*journal_, head_.revision, kReadEntries);
  for (bool more = true; more;) {
    auto entries = reader.Next(std::exchange(folded, {}));
    if (entries.status().code() == absl::StatusCode::kDataLoss) return entries.status();
    if (!entries.ok()) break;  // what is there is served; `CatchUp` tries again
    more = entries->size() == kReadEntries;
    for (journal::Entry& entry : *entries) newest.push_back(std::move(entry));
    for (; newest.size() > options_.applied_at_start; newest.pop_front()) {
      const auto metadata = Advance(newest.front());
      if (!metadata.ok()) return metadata.status();
      absl::Status status = fold.Add(newest.front(), last_time_);
      if (!status.ok()) return status;
      folded.push_back(std::move(newest.front()));
    }
  }
  return std::vector<journal::Entry>(std::make_move_iterator(newest.begin()),
                                     std::make_move_iterator(newest.end()));
}

void Municipality::LoadFeed(SnapshotContent content) {
  last_time_ = content.time;
  {
    MutexLock lock(mutex_);
    unknown_.insert(content.unknown.begin(), content.unknown.end());
  }
  feed_->Load(std::move(content.entities), std::move(content.credentials),
              std::move(content.requests), head_.revision, head_.digest, content.time,
              [this](const domain::Picture& picture) { return situation_.Rebuild(picture); });
}

// Moves the head to an entry that follows it, and gives its metadata.
absl::StatusOr<journal::v1::EntryMetadata> Municipality::Advance(const journal::Entry& entry) {
  auto metadata = journal::MetadataOf(entry);
  if (!metadata.ok()) return metadata;
  const auto head = journal::HeadAfter(head_, entry, *metadata);
  if (!head.ok()) return head.status();
  head_ = *head;
  last_time_ = absl::FromUnixMicros(metadata->time_us());
  return metadata;
}

// A fork has given the journal another history than the one that may stand here: that is read, as
// at start, and whoever follows gets the whole picture again.
absl::Status Municipality::FollowFork() {
  const std::optional<journal::Fork> fork = journal_->Stands().fork;
  if (!fork.has_value()) return absl::OkStatus();
  if (LostSideNow() == nullptr || LostSideNow()->fork.lost != fork->lost) TakeLostSide();
  if (head_.revision <= fork->common || fork->lost.digest == followed_fork_) {
    return absl::OkStatus();
  }
  const auto newest = journal_->Read(head_.revision - 1, 1);
  if (!newest.ok() && !absl::IsDataLoss(newest.status()) && !absl::IsOutOfRange(newest.status())) {
    return absl::OkStatus();  // It cannot be known now.
  }
  const bool ours = newest.ok() && !newest->empty() && newest->front().digest == head_.digest;
  if (!ours) {
    Log(LogLevel::kError, "read again after a fork",
        {{"municipality", code_}, {"revision", absl::StrCat(head_.revision)}});
    if (absl::Status status = Load(); !status.ok()) return status;
  }
  followed_fork_ = fork->lost.digest;
  return absl::OkStatus();
}

// Keeps in memory what a person may want back of the last fork.
void Municipality::TakeLostSide() {
  const auto side = journal_->ReadLostSide();
  if (absl::IsNotFound(side.status())) return;
  auto decoded = side.ok() ? DecodeLostSide(*side, name_) : side.status();
  if (!decoded.ok()) {
    Log(LogLevel::kError, "the lost side of a fork cannot be read",
        {{"municipality", code_}, {"why", std::string(decoded.status().message())}});
    return;
  }
  auto taken = std::make_shared<const LostSide>(*std::move(decoded));
  MutexLock lock(mutex_);
  lost_side_ = std::move(taken);
}

std::shared_ptr<const LostSide> Municipality::LostSideNow() const {
  MutexLock lock(mutex_);
  return lost_side_;
}

}  // namespace samsyn::engine
