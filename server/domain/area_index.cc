#include "server/domain/area_index.h"

#include <algorithm>
#include <vector>

namespace samsyn::domain {

bool AreaIndex::Holds(v1::EntityKind kind) {
  return kind == v1::ENTITY_KIND_REPORT || kind == v1::ENTITY_KIND_INCIDENT ||
         kind == v1::ENTITY_KIND_SITUATION_CELL;
}

void AreaIndex::Add(const EntityPtr& entity) {
  const v1::EntityKind kind = KindOf(*entity);
  if (!Holds(kind)) return;
  for (const absl::string_view area : AreasOf(*entity)) {
    areas_[{kind, std::string(area)}].Put(entity);
  }
}

void AreaIndex::Remove(const EntityPtr& entity) {
  const v1::EntityKind kind = KindOf(*entity);
  if (!Holds(kind)) return;
  for (const absl::string_view area : AreasOf(*entity)) {
    const auto found = areas_.find({kind, std::string(area)});
    if (found == areas_.end()) continue;
    found->second.Remove(NameOf(*entity));
    if (found->second.empty()) areas_.erase(found);
  }
}

void AreaIndex::ForEach(v1::EntityKind kind, absl::Span<const std::string> areas,
                        absl::string_view after,
                        absl::FunctionRef<bool(const EntityPtr&)> visit) const {
  // Where each area is; the heap's first is the one whose next name comes first.
  std::vector<std::pair<EntitiesByName::const_iterator, EntitiesByName::const_iterator>> heads;
  for (const std::string& area : areas) {
    const auto found = areas_.find({kind, area});
    if (found == areas_.end()) continue;
    const auto next = found->second.After(after);
    if (next != found->second.end()) heads.emplace_back(next, found->second.end());
  }
  const auto later = [](const auto& a, const auto& b) {
    return NameOf(*a.first->entity) > NameOf(*b.first->entity);
  };
  std::make_heap(heads.begin(), heads.end(), later);
  const v1::Entity* last = nullptr;
  while (!heads.empty()) {
    std::pop_heap(heads.begin(), heads.end(), later);
    auto& [next, end] = heads.back();
    // What lies in two of the areas (an area and a place below it) comes twice.
    if (next->entity.get() != last && !visit(next->entity)) return;
    last = next->entity.get();
    if (++next == end) {
      heads.pop_back();
    } else {
      std::push_heap(heads.begin(), heads.end(), later);
    }
  }
}

}  // namespace samsyn::domain
