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
  const domain::NearIncidents& index = picture.near_incidents();
  index.ForEachRepeat(from, [&](const domain::EntityPtr& incident) {
    if (repeats.size() >= most) return false;
    if (!sees(incident)) return true;
    const domain::EntityPtr earlier = index.LatestBefore(incident, sees);
    if (earlier != nullptr) repeats.push_back(RepeatOf(incident->incident(), earlier->incident()));
    return true;
  });
  return repeats;
}

}  // namespace samsyn::analysis
