#include "server/watch/group.h"

#include <algorithm>
#include <utility>

#include "server/base/digest.h"

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
  return entity != nullptr && filter_.Passes(*entity) && domain::CanSee(audience_, *entity);
}

domain::EntityPtr Group::Show(const domain::EntityPtr& entity) const {
  if (entity == nullptr || !filter_.Passes(*entity)) return nullptr;
  return domain::Shown(audience_, entity);
}

absl::optional<Window> Group::Find(Seq from, Seq to) const {
  MutexLock lock(mutex_);
  for (const Window& window : windows_) {
    if (window.from == from && window.to == to) return window;
  }
  return absl::nullopt;
}

void Group::Keep(Window window) {
  MutexLock lock(mutex_);
  const auto same = [&](const Window& kept) {
    return kept.from == window.from && kept.to == window.to;
  };
  windows_.erase(std::remove_if(windows_.begin(), windows_.end(), same), windows_.end());
  windows_.push_front(std::move(window));
  if (windows_.size() > kWindowsKept) windows_.pop_back();
}

void Group::Forget() {
  MutexLock lock(mutex_);
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
  }
  return group;
}

void Groups::Forget() {
  MutexLock lock(mutex_);
  for (auto it = groups_.begin(); it != groups_.end();) {
    const std::shared_ptr<Group> group = it->second.lock();
    if (group == nullptr) {
      groups_.erase(it++);
      continue;
    }
    group->Forget();
    ++it;
  }
}

}  // namespace samsyn::watch
