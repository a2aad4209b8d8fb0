#include "server/domain/entities_by_name.h"

namespace samsyn::domain {
namespace {

constexpr int kSegments = 3;  // municipalities/0136/reports/

uint64_t HeadOf(absl::string_view name) {
  for (int i = 0; i < kSegments; ++i) {
    const size_t slash = name.find('/');
    if (slash == absl::string_view::npos) break;
    name.remove_prefix(slash + 1);
  }
  uint64_t head = 0;
  for (size_t i = 0; i < sizeof head; ++i) {
    head = head << 8 | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0);
  }
  return head;
}

}  // namespace

EntitiesByName::Name::Name(absl::string_view name) : head(HeadOf(name)), full(name) {}

EntityPtr EntitiesByName::Put(EntityPtr entity) {
  const Name name(NameOf(*entity));
  const auto place = entries_.lower_bound(name);
  if (place != entries_.end() && place->head == name.head && NameOf(*place->entity) == name.full) {
    return std::exchange(place->entity, std::move(entity));
  }
  entries_.insert(place, Entry{name.head, std::move(entity)});
  return nullptr;
}

EntityPtr EntitiesByName::Remove(absl::string_view name) {
  const auto found = entries_.find(Name(name));
  if (found == entries_.end()) return nullptr;
  EntityPtr before = std::move(found->entity);
  entries_.erase(found);
  return before;
}

EntitiesByName::const_iterator EntitiesByName::After(absl::string_view name) const {
  return name.empty() ? entries_.begin() : entries_.upper_bound(Name(name));
}

}  // namespace samsyn::domain
