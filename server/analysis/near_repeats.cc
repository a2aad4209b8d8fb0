#include "server/analysis/near_repeats.h"

#include "server/domain/geography.h"

namespace samsyn::analysis {
namespace {

v1::NearRepeat RepeatOf(const v1::Incident& incident, const v1::Incident& earlier) {
  v1::NearRepeat repeat;
  repeat.set_incident(incident.name());
  repeat.set_earlier(earlier.name());
  repeat.set_distance_m(domain::DistanceM(incident.point(), earlier.point()));
  repeat.set_days(absl::FDivDuration(
      domain::TimeOf(incident.occurred_time()) - domain::TimeOf(earlier.occurred_time()),
      absl::Hours(24)));
  return repeat;
}

}  // namespace

std::vector<v1::NearRepeat> NearRepeats(const domain::Picture& picture,
                                        const domain::Audience& audience, absl::Time from,
                                        size_t most) {
  std::vector<v1::NearRepeat> repeats;
  const auto sees = [&](const domain::EntityPtr& one) { return domain::SeesWhole(audience, *one); };
  if (most == 0) return repeats;
  picture.near_incidents().ForEachRepeat(
      from, sees, [&](const domain::EntityPtr& incident, const domain::EntityPtr& earlier) {
        repeats.push_back(RepeatOf(incident->incident(), earlier->incident()));
        return repeats.size() < most;
      });
  return repeats;
}

}  // namespace samsyn::analysis
