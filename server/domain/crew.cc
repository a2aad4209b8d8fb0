#include "server/domain/crew.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "server/domain/index_keys.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {

std::vector<std::shared_ptr<const v1::Shift>> HeldShifts(const View& view, const Audience& audience,
                                                         absl::string_view unit,
                                                         const v1::TimeWindow& window) {
  std::vector<std::shared_ptr<const v1::Shift>> shifts;
  for (const std::string& name : view.Lookup(ShiftsOfUnitKey(unit))) {
    const EntityPtr entity = view.Find(name);
    if (entity == nullptr || !entity->has_shift() || !SeesWhole(audience, *entity)) continue;
    const v1::Shift& shift = entity->shift();
    if (!shift.withdrawn() && Overlap(shift.window(), window)) shifts.emplace_back(entity, &shift);
  }
  std::stable_sort(shifts.begin(), shifts.end(), [](const auto& a, const auto& b) {
    return TimeOf(a->window().start_time()) < TimeOf(b->window().start_time());
  });
  return shifts;
}

Crew CrewOf(const View& view, const Audience& audience, absl::string_view unit,
            const v1::TimeWindow& window) {
  Crew crew;
  crew.shifts = HeldShifts(view, audience, unit, window);
  std::set<absl::Time> moments{TimeOf(window.start_time())};  // at which others may be out
  for (const auto& shift : crew.shifts) {
    for (const auto& end : {shift->window().start_time(), shift->window().end_time()}) {
      const absl::Time moment = TimeOf(end);
      if (moment > TimeOf(window.start_time()) && moment < TimeOf(window.end_time())) {
        moments.insert(moment);
      }
    }
  }
  for (const absl::Time moment : moments) {
    int people = 0;
    bool out = false;
    for (const auto& shift : crew.shifts) {
      if (moment < TimeOf(shift->window().start_time()) ||
          moment >= TimeOf(shift->window().end_time())) {
        continue;
      }
      out = true;
      people = std::max(people, shift->people());
    }
    if (!out) {
      crew.uncovered = std::min(crew.uncovered, moment);
    } else if (people > 0 && (crew.fewest == 0 || people < crew.fewest)) {
      crew.fewest = people;
    }
  }
  return crew;
}

}  // namespace samsyn::domain
