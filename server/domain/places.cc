#include "server/domain/places.h"

#include <absl/functional/function_ref.h>

#include <algorithm>
#include <memory>

namespace samsyn::domain {
namespace {

constexpr int kDeepest = 100;  // no area lies deeper: `LiesInItself` refuses it

// The first of an area and what lies above it, from below, that is wanted; null if none is.
std::shared_ptr<const v1::Area> FirstAbove(const View& view, absl::string_view name,
                                           absl::FunctionRef<bool(const v1::Area&)> wanted) {
  auto area = view.Get<v1::Area>(name);
  for (int depth = 0; area != nullptr && depth < kDeepest; ++depth) {
    if (wanted(*area)) return area;
    area = view.Get<v1::Area>(area->parent());
  }
  return nullptr;
}

}  // namespace

bool IsPlace(v1::Area::Kind kind) {
  return kind == v1::Area::KIND_PROPERTY || kind == v1::Area::KIND_ADDRESS ||
         kind == v1::Area::KIND_ENTRANCE;
}

bool MayLieIn(v1::Area::Kind kind, v1::Area::Kind parent) {
  switch (kind) {
    case v1::Area::KIND_ENTRANCE:
      return parent == v1::Area::KIND_ADDRESS || parent == v1::Area::KIND_PROPERTY;
    case v1::Area::KIND_ADDRESS:
      return parent == v1::Area::KIND_PROPERTY || !IsPlace(parent);
    default:
      return !IsPlace(parent);
  }
}

std::string CountedArea(const View& view, absl::string_view area) {
  const auto counted =
      FirstAbove(view, area, [](const v1::Area& one) { return !IsPlace(one.kind()); });
  return counted == nullptr ? "" : counted->name();
}

std::string ResponsibleFor(const View& view, absl::string_view area) {
  const auto found = FirstAbove(
      view, area, [](const v1::Area& one) { return !one.responsible_organisation().empty(); });
  return found == nullptr ? "" : found->responsible_organisation();
}

bool LiesIn(const View& view, absl::string_view area,
            const google::protobuf::RepeatedPtrField<std::string>& named) {
  return FirstAbove(view, area, [&](const v1::Area& one) {
           return std::find(named.begin(), named.end(), one.name()) != named.end();
         }) != nullptr;
}

std::shared_ptr<const v1::Area> NearestWithBorder(const View& view, absl::string_view area) {
  return FirstAbove(view, area, [](const v1::Area& one) { return one.has_polygon(); });
}

absl::flat_hash_set<std::string> WithWhatLiesBelow(
    const View& view, const google::protobuf::RepeatedPtrField<std::string>& areas) {
  absl::flat_hash_set<std::string> all(areas.begin(), areas.end());
  if (areas.empty()) return all;
  const absl::flat_hash_set<std::string> named = all;
  view.ForEach(v1::ENTITY_KIND_AREA, "", [&](const EntityPtr& entity) {
    const std::string& name = entity->area().name();
    const auto above =
        FirstAbove(view, name, [&](const v1::Area& one) { return named.contains(one.name()); });
    if (above != nullptr) all.insert(name);
    return true;
  });
  return all;
}

}  // namespace samsyn::domain
