// Burglaries and vandalism by where and when they occurred, and which of them came shortly after
// another one nearby (near repeats); kept beside the picture, so that what is asked of a busy week
// walks over what was found and not over the week.
#ifndef SAMSYN_SERVER_DOMAIN_NEAR_INCIDENTS_H_
#define SAMSYN_SERVER_DOMAIN_NEAR_INCIDENTS_H_

#include <absl/container/flat_hash_map.h>
#include <absl/functional/function_ref.h>
#include <absl/time/time.h>

#include <cstdint>
#include <tuple>
#include <vector>

#include "server/domain/entity.h"
#include "server/domain/incident_times.h"

namespace samsyn::domain {

inline constexpr absl::Duration kRepeatWithin = absl::Hours(24 * 14);
inline constexpr double kRepeatNearM = 100;

// Who sees what is no matter of this index: it holds pairs that some viewer may not see, and leaves
// it to `sees`. Not thread-safe.
class NearIncidents {
 public:
  using Sees = absl::FunctionRef<bool(const EntityPtr&)>;

  // An incident; left out if it cannot repeat another: if it is not CURRENT and counted, has no
  // point, is perceived, or of another category.
  void Add(const EntityPtr& incident);
  void Remove(const EntityPtr& incident);

  // Those that occurred at or after `from` and have an earlier one within reach, the newest first,
  // until `visit` returns false.
  void ForEachRepeat(absl::Time from, absl::FunctionRef<bool(const EntityPtr&)> visit) const {
    repeats_.ForEachNewestFirst(from, visit);
  }
  // The latest within reach (of the category, within 100 m, in the 14 days) before an incident that
  // is here, of those that `sees` lets through; null: none.
  EntityPtr LatestBefore(const EntityPtr& incident, Sees sees) const;

 private:
  using Square = std::tuple<v1::Category, int64_t, int64_t>;
  using InOrder = std::vector<EntityPtr>;  // of time, then of name

  static Square SquareOf(const v1::Incident& incident, int north = 0, int east = 0);
  // Those within reach after an incident.
  InOrder After(const EntityPtr& incident) const;

  absl::flat_hash_map<Square, InOrder> squares_;
  IncidentTimes repeats_;
};

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_NEAR_INCIDENTS_H_
