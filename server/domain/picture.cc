#include "server/domain/picture.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/timers.h"

namespace samsyn::domain {
namespace {

std::string RequestKey(absl::string_view principal, absl::string_view request_id) {
  return absl::StrCat(principal, "\n", request_id);
}

}  // namespace

EntityPtr Picture::Find(absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

std::vector<std::string> Picture::Lookup(absl::string_view key) const {
  const auto found = index_.find(key);
  if (found == index_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

void Picture::ForEach(v1::EntityKind kind, absl::string_view after,
                      absl::FunctionRef<bool(const EntityPtr&)> visit) const {
  const EntitiesByName& entities = entities_[kind];
  for (auto it = entities.After(after); it != entities.end(); ++it) {
    if (!visit(it->entity)) return;
  }
}

std::optional<Digest> Picture::FindCredential(absl::string_view token) const {
  const auto found = credentials_.find(token);
  if (found == credentials_.end()) return std::nullopt;
  return found->second;
}

const AnsweredRequest* Picture::FindRequest(absl::string_view principal,
                                            absl::string_view request_id) const {
  const auto found = request_by_key_.find(RequestKey(principal, request_id));
  return found == request_by_key_.end() ? nullptr : found->second.get();
}

EntityPtr Picture::Put(EntityPtr entity) {
  const std::string& name = NameOf(*entity);
  EntityPtr before = entities_[KindOfName(name)].Put(entity);
  if (before == nullptr) {
    ++size_;
  } else {
    Unindex(before);
    by_name_.erase(NameOf(*before));
  }
  Index(entity);
  by_name_.emplace(name, std::move(entity));
  return before;
}

EntityPtr Picture::Remove(absl::string_view name) {
  EntityPtr before = entities_[KindOfName(name)].Remove(name);
  if (before == nullptr) return nullptr;
  by_name_.erase(NameOf(*before));
  Unindex(before);
  --size_;
  return before;
}

void Picture::PutCredential(absl::string_view token, const Digest& digest) {
  credentials_.insert_or_assign(std::string(token), digest);
}

void Picture::PutRequest(AnsweredRequest request) {
  const absl::Time horizon = request.time - kRequestKeep;
  auto kept = std::make_shared<const AnsweredRequest>(std::move(request));
  request_by_key_[RequestKey(kept->principal, kept->request_id)] = kept;
  requests_.push_back(std::move(kept));
  while (requests_.size() > kRequestsKept || requests_.front()->time < horizon) {
    const AnsweredRequest& oldest = *requests_.front();
    const auto found = request_by_key_.find(RequestKey(oldest.principal, oldest.request_id));
    if (found != request_by_key_.end() && found->second == requests_.front()) {
      request_by_key_.erase(found);
    }
    requests_.pop_front();
  }
}

std::optional<std::pair<absl::Time, std::string>> Picture::NextDue() const {
  if (due_.empty()) return std::nullopt;
  return *due_.begin();
}

std::vector<std::string> Picture::DueBy(absl::Time time) const {
  std::vector<std::string> names;
  for (const auto& [due, name] : due_) {
    if (due > time) break;
    names.push_back(name);
  }
  return names;
}

size_t Picture::count(v1::EntityKind kind) const { return entities_[kind].size(); }

void Picture::Index(const EntityPtr& entity) {
  const std::string& name = NameOf(*entity);
  for (const std::string& key : IndexKeysOf(*entity)) {
    Names& names = index_[key];
    const auto place = std::lower_bound(names.begin(), names.end(), name);
    if (place == names.end() || *place != name) names.insert(place, name);
  }
  if (const auto due = DueTimeOf(*entity)) due_.insert({*due, name});
  if (entity->has_report()) report_tallies_.Add(entity->report());
  if (entity->has_incident()) {
    incident_times_.Add(entity);
    near_incidents_.Add(entity);
  }
  by_area_.Add(entity);
  if (entity->has_situation_cell()) situation_sums_.Add(entity);
}

void Picture::Unindex(const EntityPtr& entity) {
  const std::string& name = NameOf(*entity);
  for (const std::string& key : IndexKeysOf(*entity)) {
    const auto found = index_.find(key);
    if (found == index_.end()) continue;
    Names& names = found->second;
    const auto place = std::lower_bound(names.begin(), names.end(), name);
    if (place != names.end() && *place == name) names.erase(place);
    if (names.empty()) index_.erase(found);
  }
  if (const auto due = DueTimeOf(*entity)) due_.erase({*due, name});
  if (entity->has_report()) report_tallies_.Remove(entity->report());
  if (entity->has_incident()) {
    incident_times_.Remove(entity);
    near_incidents_.Remove(entity);
  }
  by_area_.Remove(entity);
  if (entity->has_situation_cell()) situation_sums_.Remove(entity);
}

}  // namespace samsyn::domain
