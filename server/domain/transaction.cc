#include "server/domain/transaction.h"

#include <algorithm>

#include "server/domain/names.h"

namespace samsyn::domain {

EntityPtr Overlay::Find(absl::string_view name) const {
  const auto found = versions_.find(name);
  return found == versions_.end() ? below_.Find(name) : found->second;
}

std::vector<std::string> Overlay::Lookup(absl::string_view key) const {
  std::vector<std::string> names = below_.Lookup(key);
  std::erase_if(names, [&](const std::string& name) { return versions_.contains(name); });
  const auto found = keys_.find(key);
  if (found != keys_.end()) {
    names.insert(names.end(), found->second.begin(), found->second.end());
    std::sort(names.begin(), names.end());
  }
  return names;
}

void Overlay::ForEach(v1::EntityKind kind, absl::string_view after,
                      absl::FunctionRef<bool(const EntityPtr&)> visit) const {
  // Changed ones of this kind, in order, to be merged into what lies below.
  std::vector<std::pair<absl::string_view, EntityPtr>> mine;
  for (const auto& [name, version] : versions_) {
    if (version != nullptr && KindOf(*version) == kind && name > after) {
      mine.emplace_back(name, version);
    }
  }
  std::sort(mine.begin(), mine.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  auto next = mine.begin();
  bool going = true;
  below_.ForEach(kind, after, [&](const EntityPtr& entity) {
    const std::string& name = NameOf(*entity);
    while (going && next != mine.end() && next->first < name) going = visit((next++)->second);
    if (going && !versions_.contains(name)) going = visit(entity);
    return going;
  });
  while (going && next != mine.end()) going = visit((next++)->second);
}

size_t Overlay::count(v1::EntityKind kind) const {
  const auto more = more_.find(kind);
  return below_.count(kind) + (more == more_.end() ? 0 : more->second);
}

std::optional<Digest> Overlay::FindCredential(absl::string_view token) const {
  for (const auto& [name, digest] : credentials_) {
    if (name == token) return digest;
  }
  return below_.FindCredential(token);
}

const AnsweredRequest* Overlay::FindRequest(absl::string_view principal,
                                            absl::string_view request_id) const {
  const auto found = requests_.find({std::string(principal), std::string(request_id)});
  return found == requests_.end() ? below_.FindRequest(principal, request_id) : &found->second;
}

void Overlay::Set(absl::string_view name, EntityPtr version) {
  const auto found = versions_.find(name);
  const bool was = (found == versions_.end() ? below_.Find(name) : found->second) != nullptr;
  if (was != (version != nullptr)) more_[KindOfName(name)] += was ? -1 : 1;
  if (found == versions_.end()) {
    changed_.emplace_back(name);
  } else if (found->second != nullptr) {
    for (const std::string& key : IndexKeysOf(*found->second)) keys_[key].erase(std::string(name));
  }
  if (version != nullptr) {
    for (const std::string& key : IndexKeysOf(*version)) keys_[key].emplace(name);
  }
  versions_[name] = std::move(version);
}

void Overlay::SetCredential(absl::string_view token, const Digest& digest) {
  credentials_.emplace_back(token, digest);
}

void Overlay::SetRequest(AnsweredRequest request) {
  std::pair<std::string, std::string> key{request.principal, request.request_id};
  requests_.insert_or_assign(std::move(key), std::move(request));
}

void Overlay::Absorb(const Overlay& upper) {
  for (const std::string& name : upper.changed_) Set(name, upper.versions_.at(name));
  for (const auto& [token, digest] : upper.credentials_) SetCredential(token, digest);
}

std::string Transaction::NewId(int index) const {
  return MadeId(caller_.member, request_id_, index);
}

}  // namespace samsyn::domain
