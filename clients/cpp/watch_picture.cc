#include "clients/cpp/watch_picture.h"

#include <utility>

namespace samsyn {

const std::string& NameOf(const v1::Entity& entity) {
  static const std::string none;
  const auto* reflection = entity.GetReflection();
  const auto* field =
      reflection->GetOneofFieldDescriptor(entity, v1::Entity::descriptor()->oneof_decl(0));
  if (field == nullptr) return none;
  const auto& message = reflection->GetMessage(entity, field);
  const auto* name = message.GetDescriptor()->FindFieldByName("name");
  std::string unused;
  return message.GetReflection()->GetStringReference(message, name, &unused);
}

std::optional<ChangeSet> WatchPicture::Take(v1::WatchResponse frame) {
  const bool more = frame.more();
  waiting_.push_back(std::move(frame));
  if (more) return std::nullopt;
  ChangeSet set;
  for (v1::WatchResponse& part : waiting_) Apply(part, set);
  waiting_.clear();
  return set;
}

void WatchPicture::Apply(v1::WatchResponse& frame, ChangeSet& set) {
  if (frame.reset()) {
    loading_ = true;
    resume_token_.clear();
    marked_.clear();
    for (const auto& [name, entity] : entities_) marked_.insert(name);
  }
  for (v1::Entity& entity : *frame.mutable_upserted()) Put(std::move(entity), set);
  for (const std::string& name : frame.removed()) Remove(name, set);
  if (frame.current()) {
    for (const std::string& name : std::exchange(marked_, {})) Remove(name, set);
    loading_ = false;
    set.current = true;
  }
  if (!frame.resume_token().empty()) resume_token_ = frame.resume_token();
  set.revision = frame.revision();
  if (frame.has_server_time()) {
    set.server_time = absl::FromUnixSeconds(frame.server_time().seconds()) +
                      absl::Nanoseconds(frame.server_time().nanos());
  }
}

void WatchPicture::Put(v1::Entity entity, ChangeSet& set) {
  const std::string name = NameOf(entity);
  if (name.empty()) return;
  marked_.erase(name);
  EntityPtr& place = entities_[name];
  // A whole picture repeats what is known already, and so do verdicts after a break: no change for
  // whoever listens.
  if (place != nullptr && place->SerializeAsString() == entity.SerializeAsString()) return;
  EntityPtr after = std::make_shared<const v1::Entity>(std::move(entity));
  set.changes.push_back({name, std::exchange(place, after), after});
}

void WatchPicture::Remove(const std::string& name, ChangeSet& set) {
  marked_.erase(name);
  auto found = entities_.find(name);
  if (found == entities_.end()) return;
  set.changes.push_back({name, std::move(found->second), nullptr});
  entities_.erase(found);
}

void WatchPicture::Break() {
  waiting_.clear();
  marked_.clear();
  loading_ = false;
}

}  // namespace samsyn
