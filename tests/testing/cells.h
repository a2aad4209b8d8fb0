// Cells of the situation for tests of rules, which have no engine that counts.
#ifndef SAMSYN_TESTS_TESTING_CELLS_H_
#define SAMSYN_TESTS_TESTING_CELLS_H_

#include <samsyn/v1/situation.pb.h>

#include <string>

#include "tests/testing/world.h"

namespace samsyn::testing {

// Something happened in an area since last time, told at a class.
inline void Happened(World& world, absl::string_view area, int actual,
                     v1::ReleaseClass release = v1::RELEASE_CLASS_PARTNER, int perceived = 0) {
  v1::SituationCell cell;
  cell.set_name(domain::NameOf(kMunicipality, v1::ENTITY_KIND_SITUATION_CELL,
                               absl::StrCat(area, ".traffic.", static_cast<int>(release))));
  cell.mutable_release()->set_release_class(release);
  cell.set_area(AreaName(area));
  cell.set_family(v1::FAMILY_TRAFFIC);
  cell.set_actual(actual);
  cell.set_perceived(perceived);
  world.Put(std::move(cell));
}

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_CELLS_H_
