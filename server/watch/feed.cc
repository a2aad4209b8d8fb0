#include "server/watch/feed.h"

#include <algorithm>
#include <utility>

#include "server/domain/entity.h"
#include "server/domain/names.h"
#include "server/watch/follower.h"
#include "server/watch/group.h"
#include "server/watch/resume_token.h"
#include "server/watch/ring.h"

namespace samsyn::watch {
Feed::Feed(absl::string_view municipality, const Clock& clock, FeedOptions options, Judge judge)
    : municipality_(municipality),
      clock_(clock),
      options_(options),
      judge_(std::move(judge)),
      picture_(std::make_unique<domain::Picture>()),
      ring_(std::make_unique<Ring>(options.ring_bytes)),
      groups_(std::make_unique<Groups>()) {}

Feed::~Feed() = default;

void Feed::Load(std::vector<domain::EntityPtr> entities,
                std::vector<std::pair<std::string, Digest>> credentials,
                std::vector<domain::AnsweredRequest> requests, domain::Revision revision,
                Digest digest, absl::Time time, const DeriveAll& derive_all) {
  auto picture = std::make_unique<domain::Picture>();
  for (domain::EntityPtr& entity : entities) {
    if (domain::KindOf(*entity) != v1::ENTITY_KIND_UNSPECIFIED) picture->Put(std::move(entity));
  }
  for (const auto& [token, secret] : credentials) picture->PutCredential(token, secret);
  for (domain::AnsweredRequest& request : requests) picture->PutRequest(std::move(request));
  if (derive_all) {
    for (auto& [name, version] : derive_all(*picture)) {
      version == nullptr ? picture->Remove(name) : picture->Put(std::move(version));
    }
  }
  std::function<void()> wake;
  {
    WriterLock lock(mutex_);
    std::swap(picture_, picture);
    revision_ = revision;
    digest_ = digest;
    time_ = time;
    ++audience_epoch_;
    ++verdict_epoch_;
    ring_->Restart(revision, digest);
    groups_->ForgetAll();
    wake = wake_;
  }
  if (wake) wake();
}

void Feed::Apply(std::vector<AppliedEntry> entries, const Derive& derive) {
  if (entries.empty()) return;
  std::function<void()> wake;
  {
    WriterLock lock(mutex_);
    std::vector<Seq> superseded;
    for (AppliedEntry& entry : entries) ApplyOne(std::move(entry), derive, superseded);
    std::erase_if(superseded, [&](Seq seq) { return seq <= ring_->floor().end; });
    groups_->Forget(*ring_, superseded);
    wake = wake_;
  }
  if (wake) wake();
}

void Feed::ApplyOne(AppliedEntry entry, const Derive& derive, std::vector<Seq>& superseded) {
  std::vector<Ring::Change> changes;
  std::vector<std::pair<domain::EntityPtr, domain::EntityPtr>> before_and_after;
  changes.reserve(entry.changes.size());
  before_and_after.reserve(entry.changes.size());
  for (auto& [name, version] : entry.changes) {
    // A kind of a later program: the journal keeps it, nobody here is shown it.
    if (version != nullptr && domain::KindOf(*version) == v1::ENTITY_KIND_UNSPECIFIED) continue;
    domain::EntityPtr before = version == nullptr ? picture_->Remove(name) : picture_->Put(version);
    if (before == nullptr && version == nullptr) continue;
    CountEpochs(name);
    before_and_after.emplace_back(before, version);
    changes.push_back({std::move(name), std::move(before), std::move(version)});
  }
  for (auto& [token, secret] : entry.credentials) picture_->PutCredential(token, secret);
  for (domain::AnsweredRequest& request : entry.requests) picture_->PutRequest(std::move(request));
  if (derive) {
    for (auto& [name, version] : derive(*picture_, before_and_after)) {
      domain::EntityPtr before =
          version == nullptr ? picture_->Remove(name) : picture_->Put(version);
      CountEpochs(name);
      changes.push_back({std::move(name), std::move(before), std::move(version)});
    }
  }
  ring_->Append(entry.revision, entry.digest, std::move(changes), &superseded);
  revision_ = entry.revision;
  digest_ = entry.digest;
  time_ = entry.time;
}

// Counts a change where audiences and identities follow from its kind, or verdicts.
void Feed::CountEpochs(absl::string_view changed) {
  switch (domain::KindOfName(changed)) {
    case v1::ENTITY_KIND_MEETING:
      ++verdict_epoch_;
      [[fallthrough]];
    case v1::ENTITY_KIND_MEMBER:
    case v1::ENTITY_KIND_ORGANISATION:
    case v1::ENTITY_KIND_TOKEN:
      ++audience_epoch_;
      break;
    case v1::ENTITY_KIND_SITUATION_CELL:
    case v1::ENTITY_KIND_AREA:
    case v1::ENTITY_KIND_MUNICIPALITY:
      ++verdict_epoch_;
      break;
    default:
      break;
  }
}

domain::Revision Feed::revision() const {
  ReaderLock lock(mutex_);
  return revision_;
}

Digest Feed::digest() const {
  ReaderLock lock(mutex_);
  return digest_;
}

absl::Time Feed::time() const {
  ReaderLock lock(mutex_);
  return time_;
}

absl::StatusOr<std::unique_ptr<Follower>> Feed::Follow(const domain::Caller& caller,
                                                       const v1::WatchRequest& request) {
  absl::optional<Position> position;
  if (!request.resume_token().empty()) {
    absl::StatusOr<Position> decoded = DecodeToken(request.resume_token());
    if (!decoded.ok()) return decoded.status();
    position = *std::move(decoded);
  }
  auto follower = std::make_unique<FeedFollower>(*this, caller, Filter(request));
  if (absl::Status status = follower->Start(position); !status.ok()) return status;
  return std::unique_ptr<Follower>(std::move(follower));
}

void Feed::SetWake(std::function<void()> wake) {
  WriterLock lock(mutex_);
  wake_ = std::move(wake);
}

void Feed::FollowersAt(domain::Revision revision) {
  {
    MutexLock lock(followers_mutex_);
    followers_at_ = revision;
    followers_moved_.SignalAll();
  }
  if (revision >= this->revision()) groups_->ForgetPieces();
}

void Feed::AwaitFollowers() {
  const domain::Revision wanted = revision();
  const absl::Time deadline = absl::Now() + options_.followers_wait;
  MutexLock lock(followers_mutex_);
  while (followers_at_ < wanted) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return;
    followers_moved_.WaitFor(followers_mutex_, left);
  }
}

bool Feed::VerdictsDue() const {
  if (!judge_.verdicts) return false;
  ReaderLock lock(mutex_);
  return groups_->VerdictsDue(PaceNow());
}

VerdictPace Feed::PaceNow() const {
  // The work of a second is bounded by this, and nobody waits a second.
  const double share = std::clamp(static_cast<double>(groups_->size()) / 5, 1.0, 3.0);
  return {verdict_epoch_, clock_.Now(), share * options_.verdicts_every};
}

}  // namespace samsyn::watch
