#include "server/analysis/near_repeats.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

#include "server/domain/geography.h"

namespace samsyn::analysis {
namespace {

// Squares of at least 100 m at any latitude of Sweden: what is near lies in one of nine.
constexpr double kNorthDeg = 0.0009;  // 100.08 m
constexpr double kEastDeg = 0.0026;   // 103 m at 69.1° north
using Square = std::tuple<v1::Category, int64_t, int64_t>;

Square SquareOf(const v1::Incident& incident, int north = 0, int east = 0) {
  return {incident.category(),
          static_cast<int64_t>(std::floor(incident.point().latitude_deg() / kNorthDeg)) + north,
          static_cast<int64_t>(std::floor(incident.point().longitude_deg() / kEastDeg)) + east};
}

bool MayRepeat(const v1::Incident& incident) {
  return (incident.category() == v1::CATEGORY_BURGLARY ||
          incident.category() == v1::CATEGORY_VANDALISM) &&
         incident.has_point() && incident.counted() && !incident.perceived();
}

absl::Time OccurredAt(const v1::Incident& incident) {
  return domain::TimeOf(incident.occurred_time());
}

// Those seen so far, the oldest of a square first.
class Seen {
 public:
  void Add(const v1::Incident& incident) { squares_[SquareOf(incident)].push_back(&incident); }

  // The latest within reach, if there is one.
  std::optional<v1::NearRepeat> LatestNear(const v1::Incident& incident) const {
    const v1::Incident* latest = nullptr;
    for (const int north : {-1, 0, 1}) {
      for (const int east : {-1, 0, 1}) {
        const auto found = squares_.find(SquareOf(incident, north, east));
        if (found == squares_.end()) continue;
        const v1::Incident* const one = LatestOf(found->second, incident);
        if (one != nullptr && (latest == nullptr || OccurredAt(*one) > OccurredAt(*latest))) {
          latest = one;
        }
      }
    }
    if (latest == nullptr) return std::nullopt;
    v1::NearRepeat repeat;
    repeat.set_incident(incident.name());
    repeat.set_earlier(latest->name());
    repeat.set_distance_m(domain::DistanceM(incident.point(), latest->point()));
    repeat.set_days(
        absl::FDivDuration(OccurredAt(incident) - OccurredAt(*latest), absl::Hours(24)));
    return repeat;
  }

 private:
  static const v1::Incident* LatestOf(const std::vector<const v1::Incident*>& square,
                                      const v1::Incident& incident) {
    for (auto one = square.rbegin(); one != square.rend(); ++one) {
      if (OccurredAt(incident) - OccurredAt(**one) > kRepeatWithin) return nullptr;
      if (domain::DistanceM((*one)->point(), incident.point()) <= kRepeatNearM) return *one;
    }
    return nullptr;
  }

  absl::flat_hash_map<Square, std::vector<const v1::Incident*>> squares_;
};

}  // namespace

std::vector<v1::NearRepeat> NearRepeats(const domain::Picture& picture,
                                        const domain::Audience& audience, absl::Time from,
                                        size_t most) {
  std::vector<v1::NearRepeat> repeats;
  Seen seen;
  picture.incident_times().ForEach(
      from - kRepeatWithin, absl::InfiniteFuture(), [&](const domain::EntityPtr& entity) {
        const v1::Incident& incident = entity->incident();
        if (!MayRepeat(incident) || !domain::SeesWhole(audience, *entity)) return;
        if (OccurredAt(incident) >= from) {
          if (auto repeat = seen.LatestNear(incident)) repeats.push_back(*std::move(repeat));
        }
        seen.Add(incident);
      });
  std::reverse(repeats.begin(), repeats.end());
  if (repeats.size() > most) repeats.resize(most);
  return repeats;
}

}  // namespace samsyn::analysis
