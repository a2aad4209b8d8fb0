#include "server/analysis/families.h"

#include "server/domain/names.h"

namespace samsyn::analysis {

absl::string_view FamilyId(v1::Family family) {
  switch (family) {
    case v1::FAMILY_VIOLENCE:
      return "violence";
    case v1::FAMILY_WEAPONS:
      return "weapons";
    case v1::FAMILY_DRUGS_ALCOHOL:
      return "drugs-alcohol";
    case v1::FAMILY_THEFT:
      return "theft";
    case v1::FAMILY_DAMAGE_FIRE:
      return "damage-fire";
    case v1::FAMILY_TRAFFIC:
      return "traffic";
    case v1::FAMILY_DISORDER:
      return "disorder";
    case v1::FAMILY_UNSAFETY:
      return "unsafety";
    default:
      return {};
  }
}

absl::string_view AreaId(absl::string_view area) {
  return area.empty() ? absl::string_view("unlocated") : domain::IdOf(area);
}

}  // namespace samsyn::analysis
