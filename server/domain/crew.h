// Who of a unit is out in a window, by its shifts. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_CREW_H_
#define SAMSYN_SERVER_DOMAIN_CREW_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/directory.pb.h>

#include <memory>
#include <vector>

#include "server/domain/visibility.h"

namespace samsyn::domain {

struct Crew {
  // HeldShifts.
  std::vector<std::shared_ptr<const v1::Shift>> shifts;
  // The first moment of the window without a shift; InfiniteFuture: there is none.
  absl::Time uncovered = absl::InfiniteFuture();
  // Fewest people at any moment of the window that has a shift; 0: none says how many.
  int fewest = 0;

  bool known() const { return fewest > 0; }
};

// The unit's shifts that are held and overlap a window, of what an audience sees; in order of time.
std::vector<std::shared_ptr<const v1::Shift>> HeldShifts(const View& view, const Audience& audience,
                                                         absl::string_view unit,
                                                         const v1::TimeWindow& window);

// From what an audience sees. Of shifts at the same time the largest counts: two may speak of the
// same people.
Crew CrewOf(const View& view, const Audience& audience, absl::string_view unit,
            const v1::TimeWindow& window);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_CREW_H_
