#include "server/watch/group.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "server/base/digest.h"
#include "server/domain/names.h"

namespace samsyn::watch {
namespace {

constexpr size_t kWindowsKept = 4;  // followers of a group seldom stand at more positions

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

Filter::Filter(const v1::WatchRequest& request) : unit_(request.unit()) {
  for (const int kind : request.kinds()) kinds_.push_back(static_cast<v1::EntityKind>(kind));
  for (const std::string& area : request.areas()) {
    areas_.push_back(area == "unlocated" ? "" : area);
  }
  SortUnique(kinds_);
  SortUnique(areas_);
}

bool Filter::PassesKind(v1::EntityKind kind) const {
  return kinds_.empty() || std::binary_search(kinds_.begin(), kinds_.end(), kind);
}

bool Filter::Passes(const v1::Entity& entity) const {
  if (!PassesKind(domain::KindOf(entity))) return false;
  if (!areas_.empty()) {
    const std::vector<absl::string_view> areas = domain::AreasOf(entity);
    const bool inside = std::any_of(areas.begin(), areas.end(), [&](absl::string_view area) {
      return std::binary_search(areas_.begin(), areas_.end(), area);
    });
    if (!areas.empty() && !inside) return false;
  }
  const bool of_a_unit = entity.has_assignment() || entity.has_field_update();
  return unit_.empty() || !of_a_unit || domain::UnitOf(entity) == unit_;
}

void Filter::ForEach(const domain::Picture& picture, v1::EntityKind kind, absl::string_view after,
                     absl::FunctionRef<bool(const domain::EntityPtr&)> visit) const {
  if (!PassesKind(kind)) return;
  if (!areas_.empty() && domain::AreaIndex::Holds(kind)) {
    picture.by_area().ForEach(kind, areas_, after, visit);
  } else {
    picture.ForEach(kind, after, visit);
  }
}

std::string Filter::Key() const {
  Sha256 hash;
  hash.UpdateU32(static_cast<uint32_t>(kinds_.size()));
  for (const v1::EntityKind kind : kinds_) hash.UpdateU32(static_cast<uint32_t>(kind));
  for (const std::string& area : areas_) hash.Update("\narea ").Update(area);
  hash.Update("\nunit ").Update(unit_);
  return std::string(AsBytes(hash.Finish()));
}

Group::Group(domain::Audience audience, Filter filter, std::string key)
    : audience_(std::move(audience)), filter_(std::move(filter)), key_(std::move(key)) {}

bool Group::Has(const domain::EntityPtr& entity) const {
  if (entity == nullptr || !domain::CanSee(audience_, *entity)) return false;
  // What is withheld passes no filter: of a place the follower gets the area alone.
  return filter_.Passes(domain::WithheldFrom(audience_, *entity).empty()
                            ? *entity
                            : *domain::Shown(audience_, entity));
}

domain::EntityPtr Group::Show(const domain::EntityPtr& entity) const {
  return Has(entity) ? domain::Shown(audience_, entity) : nullptr;
}

VerdictsPtr Group::Verdicts(const Judge& judge, const domain::Picture& picture,
                            const VerdictPace& pace) {
  if (!judge.verdicts) return NoVerdicts();
  MutexLock lock(mutex_);
  if (Due(pace)) {
    verdicts_ = ListOf(Passing(judge.verdicts(picture, audience_)), verdicts_);
    verdicts_epoch_ = pace.epoch;
    verdicts_time_ = pace.now;
  }
  return verdicts_;
}

bool Group::VerdictsDue(const VerdictPace& pace) const {
  MutexLock lock(mutex_);
  return verdicts_epoch_ && Due(pace);  // before the first time nobody waits for them
}

bool Group::Due(const VerdictPace& pace) const {
  if (!filter_.PassesKind(v1::ENTITY_KIND_SITUATION_VERDICT) || audience_.nothing) return false;
  if (!verdicts_epoch_) return true;
  // A clock that was put back is no reason to wait.
  return *verdicts_epoch_ != pace.epoch &&
         (pace.now - verdicts_time_ >= pace.every || pace.now < verdicts_time_);
}

VerdictsPtr Group::PossibleVerdicts(const Judge& judge, const domain::Picture& picture) const {
  if (!judge.possible || audience_.nothing) return NoVerdicts();
  return UnknownOf(Passing(judge.possible(picture)));
}

std::vector<domain::EntityPtr> Group::Passing(std::vector<domain::EntityPtr> verdicts) const {
  const auto stays_out = [this](const domain::EntityPtr& one) { return !filter_.Passes(*one); };
  verdicts.erase(std::remove_if(verdicts.begin(), verdicts.end(), stays_out), verdicts.end());
  return verdicts;
}

absl::optional<Window> Group::Find(const Span& span, domain::Revision least,
                                   absl::Time made_after) const {
  MutexLock lock(mutex_);
  const Window* found = nullptr;
  for (const Window& window : windows_) {
    const Span& kept = window.span;
    if (kept.from != span.from || kept.had != span.had || kept.now != span.now) continue;
    if (window.made < made_after) continue;
    const bool at_head = kept.to == span.to;
    if (!at_head && window.closes() && window.head.revision < least) continue;
    if (!at_head && window.reached == span.from) continue;  // leads nowhere any more
    if (found == nullptr || window.reached > found->reached) found = &window;
  }
  return found == nullptr ? absl::nullopt : absl::optional<Window>(*found);
}

void Group::Keep(Window window) {
  MutexLock lock(mutex_);
  const auto same = [&](const Window& kept) { return kept.span == window.span; };
  windows_.erase(std::remove_if(windows_.begin(), windows_.end(), same), windows_.end());
  windows_.push_front(std::move(window));
  if (windows_.size() > kWindowsKept) windows_.pop_back();
}

Piece Group::PieceOf(const Ring& ring, Seq seq) {
  {
    MutexLock lock(mutex_);
    if (const absl::optional<Piece> kept = pieces_.Find(seq)) return *kept;
  }
  const Item& item = ring.at(seq);
  Piece piece;
  if (const domain::EntityPtr shown = Show(item.after)) {
    piece = shown == item.after ? ring.PieceOf(item)
                                : std::make_shared<const std::string>(EncodePiece(*shown));
  }
  MutexLock lock(mutex_);
  pieces_.Keep(seq, piece);
  return piece;
}

void Group::Forget(const Ring& ring, const std::vector<Seq>& superseded) {
  MutexLock lock(mutex_);
  pieces_.ForgetUpTo(ring.floor().end);
  for (const Seq seq : superseded) pieces_.Forget(seq);
  std::vector<Seq> narrowed;
  std::copy_if(superseded.begin(), superseded.end(), std::back_inserter(narrowed), [&](Seq seq) {
    // A cell stands for one circle of viewers, so a newer version of it changes nothing for anyone
    // else; and each report brings one.
    const v1::EntityKind kind = domain::KindOfName(ring.at(seq).name);
    return kind != v1::ENTITY_KIND_SITUATION_CELL && filter_.PassesKind(kind);
  });
  std::erase_if(windows_, [&](const Window& window) {
    return std::any_of(narrowed.begin(), narrowed.end(),
                       [&](Seq seq) { return seq > window.span.from && seq <= window.reached; });
  });
}

void Group::ForgetPieces() {
  MutexLock lock(mutex_);
  pieces_.ForgetAll();
}

void Group::ForgetAll() {
  MutexLock lock(mutex_);
  pieces_.ForgetAll();
  windows_.clear();
}

std::shared_ptr<Group> Groups::Of(const domain::Audience& audience, const Filter& filter) {
  Sha256 hash;
  hash.Update(audience.Key()).Update(filter.Key());
  const std::string key(AsBytes(hash.Finish()));
  MutexLock lock(mutex_);
  std::weak_ptr<Group>& slot = groups_[key];
  std::shared_ptr<Group> group = slot.lock();
  if (group == nullptr) {
    group = std::make_shared<Group>(audience, filter, key);
    slot = group;
    size_ = groups_.size();
  }
  return group;
}

void Groups::Forget(const Ring& ring, const std::vector<Seq>& superseded) {
  ForEach([&](Group& group) { group.Forget(ring, superseded); });
}

void Groups::ForgetPieces() {
  ForEach([](Group& group) { group.ForgetPieces(); });
}

void Groups::ForgetAll() {
  ForEach([](Group& group) { group.ForgetAll(); });
}

void Groups::ForEach(absl::FunctionRef<void(Group&)> visit) {
  MutexLock lock(mutex_);
  for (auto it = groups_.begin(); it != groups_.end();) {
    const std::shared_ptr<Group> group = it->second.lock();
    if (group == nullptr) {
      groups_.erase(it++);
      continue;
    }
    visit(*group);
    ++it;
  }
  size_ = groups_.size();
}

bool Groups::VerdictsDue(const VerdictPace& pace) {
  MutexLock lock(mutex_);
  return std::any_of(groups_.begin(), groups_.end(), [&](const auto& slot) {
    const std::shared_ptr<Group> group = slot.second.lock();
    return group != nullptr && group->VerdictsDue(pace);
  });
}

}  // namespace samsyn::watch
