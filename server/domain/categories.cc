#include "server/domain/categories.h"

#include <algorithm>
#include <iterator>

namespace samsyn::domain {
namespace {

struct Row {
  v1::Category category;
  v1::Family family;
  v1::Report::Kind kind;
};

constexpr Row kRows[] = {
    {v1::CATEGORY_VIOLENCE, v1::FAMILY_VIOLENCE, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_ROBBERY, v1::FAMILY_VIOLENCE, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_CLOSE_RELATION_VIOLENCE, v1::FAMILY_VIOLENCE, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_SEXUAL_OFFENCE, v1::FAMILY_VIOLENCE, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_THREAT_TO_STAFF, v1::FAMILY_VIOLENCE, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_WEAPON_OR_EXPLOSION, v1::FAMILY_WEAPONS, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_DRUGS, v1::FAMILY_DRUGS_ALCOHOL, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_ALCOHOL, v1::FAMILY_DRUGS_ALCOHOL, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_THEFT, v1::FAMILY_THEFT, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_BURGLARY, v1::FAMILY_THEFT, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_FRAUD, v1::FAMILY_THEFT, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_VANDALISM, v1::FAMILY_DAMAGE_FIRE, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_FIRE, v1::FAMILY_DAMAGE_FIRE, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_RECKLESS_TRAFFIC, v1::FAMILY_TRAFFIC, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_TRAFFIC_ACCIDENT, v1::FAMILY_TRAFFIC, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_DISORDER, v1::FAMILY_DISORDER, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_UNSAFE_ENVIRONMENT, v1::FAMILY_UNSAFETY, v1::Report::KIND_PHYSICAL_DEFECT},
    {v1::CATEGORY_WORRY, v1::FAMILY_UNSAFETY, v1::Report::KIND_PERCEPTION},
    {v1::CATEGORY_YOUTH_CONCERN, v1::FAMILY_UNSAFETY, v1::Report::KIND_OBSERVATION},
    {v1::CATEGORY_EXTREMISM, v1::FAMILY_UNSAFETY, v1::Report::KIND_OBSERVATION},
    {v1::CATEGORY_ONLINE, v1::FAMILY_UNSAFETY, v1::Report::KIND_OBSERVATION},
    {v1::CATEGORY_MISSING_PERSON, v1::FAMILY_UNSPECIFIED, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_WELFARE, v1::FAMILY_UNSPECIFIED, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_WORKPLACE_ACCIDENT, v1::FAMILY_UNSPECIFIED, v1::Report::KIND_INCIDENT},
    {v1::CATEGORY_PLANNED_EVENT, v1::FAMILY_UNSPECIFIED, v1::Report::KIND_PLANNED_EVENT},
    {v1::CATEGORY_INFORMATION, v1::FAMILY_UNSPECIFIED, v1::Report::KIND_INFORMATION},
    {v1::CATEGORY_OTHER, v1::FAMILY_UNSPECIFIED, v1::Report::KIND_OBSERVATION},
};

// A category that this program does not know is OTHER.
const Row& RowOf(v1::Category category) {
  const auto* const found = std::find_if(std::begin(kRows), std::end(kRows),
                                         [&](const Row& row) { return row.category == category; });
  return found == std::end(kRows) ? *std::prev(std::end(kRows)) : *found;
}

}  // namespace

v1::Family FamilyOf(v1::Category category) { return RowOf(category).family; }

v1::Report::Kind KindFor(v1::Category category) { return RowOf(category).kind; }

bool IsAreaLevelOnly(v1::Category category) {
  return category == v1::CATEGORY_SEXUAL_OFFENCE ||
         category == v1::CATEGORY_CLOSE_RELATION_VIOLENCE;
}

bool StartsRestricted(v1::Category category) {
  return IsAreaLevelOnly(category) || IsForCoordinators(category);
}

bool IsForCoordinators(v1::Category category) {
  return category == v1::CATEGORY_YOUTH_CONCERN || category == v1::CATEGORY_EXTREMISM;
}

bool Counts(v1::Report::Kind kind, v1::Category category) {
  if (FamilyOf(category) == v1::FAMILY_UNSPECIFIED) return false;
  return kind == v1::Report::KIND_INCIDENT || kind == v1::Report::KIND_OBSERVATION ||
         kind == v1::Report::KIND_PHYSICAL_DEFECT || kind == v1::Report::KIND_PERCEPTION;
}

bool IsPerceived(v1::Report::Kind kind, v1::Category category) {
  return kind == v1::Report::KIND_PERCEPTION || category == v1::CATEGORY_WORRY;
}

}  // namespace samsyn::domain
