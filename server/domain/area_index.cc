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
    areas_[{kind, std::string(area)}].emplace(NameOf(*entity), entity);
  }
}

void AreaIndex::Remove(const EntityPtr& entity) {
  const v1::EntityKind kind = KindOf(*entity);
  if (!Holds(kind)) return;
  for (const absl::string_view area : AreasOf(*entity)) {
    const auto found = areas_.find({kind, std::string(area)});
    if (found == areas_.end()) continue;
    found->second.erase(absl::string_view(NameOf(*entity)));
    if (found->second.empty()) areas_.erase(found);
  }
}

void AreaIndex::ForEach(v1::EntityKind kind, absl::Span<const std::string> areas,
                        absl::string_view after,
                        absl::FunctionRef<bool(const EntityPtr&)> visit) const {
  // Where each area is; the heap's first is the one whose next name comes first.
  std::vector<std::pair<ByName::const_iterator, ByName::const_iterator>> heads;
  for (const std::string& area : areas) {
    const auto found = areas_.find({kind, area});
    if (found == areas_.end()) continue;
    const ByName& here = found->second;
    const auto next = after.empty() ? here.begin() : here.upper_bound(after);
    if (next != here.end()) heads.emplace_back(next, here.end());
  }
  const auto later = [](const auto& a, const auto& b) { return a.first->first > b.first->first; };
  std::make_heap(heads.begin(), heads.end(), later);
  absl::string_view last;
  while (!heads.empty()) {
    std::pop_heap(heads.begin(), heads.end(), later);
    auto& [next, end] = heads.back();
    // What lies in two of the areas (an area and a place below it) comes twice.
    if (next->first != last && !visit(next->second)) return;
    last = next->first;
    if (++next == end) {
      heads.pop_back();
    } else {
      std::push_heap(heads.begin(), heads.end(), later);
    }
  }
}

}  // namespace samsyn::domain
