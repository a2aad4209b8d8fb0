// Reports, incidents and cells of the situation by the areas and places that they lie in, kept
// beside the picture so that who follows one area walks over that area alone. Of the first two a
// municipality has a million, of cells some six hundred; of other kinds there are so few that
// walking over all of them costs less than to keep them here.
#ifndef SAMSYN_SERVER_DOMAIN_AREA_INDEX_H_
#define SAMSYN_SERVER_DOMAIN_AREA_INDEX_H_

#include <absl/container/flat_hash_map.h>
#include <absl/functional/function_ref.h>
#include <absl/strings/string_view.h>
#include <absl/types/span.h>

#include <string>
#include <utility>

#include "server/domain/entities_by_name.h"
#include "server/domain/entity.h"

namespace samsyn::domain {

// Not thread-safe.
class AreaIndex {
 public:
  // Whether entities of a kind stand here.
  static bool Holds(v1::EntityKind kind);

  // A version that stands in the picture from now on, or no longer; of another kind: nothing.
  void Add(const EntityPtr& entity);
  void Remove(const EntityPtr& entity);

  // Calls `visit` with those of a kind that `AreasOf` places in one of the areas (the empty one:
  // in none), each once, in order of name, after the name `after` only, until it returns false.
  void ForEach(v1::EntityKind kind, absl::Span<const std::string> areas, absl::string_view after,
               absl::FunctionRef<bool(const EntityPtr&)> visit) const;

 private:
  absl::flat_hash_map<std::pair<v1::EntityKind, std::string>, EntitiesByName> areas_;
};

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_AREA_INDEX_H_
