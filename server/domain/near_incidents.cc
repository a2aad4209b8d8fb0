#include "server/domain/near_incidents.h"

#include <algorithm>
#include <cmath>

#include "server/domain/geography.h"

namespace samsyn::domain {
namespace {

// Squares of at least 100 m at any latitude of Sweden: what is near lies in one of nine.
constexpr double kNorthDeg = 0.0009;  // 100.08 m
constexpr double kEastDeg = 0.0026;   // 103 m at 69.1° north
constexpr int kAround[] = {-1, 0, 1};

bool MayRepeat(const v1::Incident& incident) {
  return (incident.category() == v1::CATEGORY_BURGLARY ||
          incident.category() == v1::CATEGORY_VANDALISM) &&
         incident.state() == v1::Incident::STATE_CURRENT && incident.has_point() &&
         incident.counted() && !incident.perceived();
}

absl::Time OccurredAt(const EntityPtr& incident) {
  return TimeOf(incident->incident().occurred_time());
}

bool Before(const EntityPtr& a, const EntityPtr& b) {
  const absl::Time left = OccurredAt(a), right = OccurredAt(b);
  return left != right ? left < right : a->incident().name() < b->incident().name();
}

bool IsNear(const EntityPtr& a, const EntityPtr& b) {
  return DistanceM(a->incident().point(), b->incident().point()) <= kRepeatNearM;
}

bool Anybody(const EntityPtr&) { return true; }

}  // namespace

NearIncidents::Square NearIncidents::SquareOf(const v1::Incident& incident, int north, int east) {
  return {incident.category(),
          static_cast<int64_t>(std::floor(incident.point().latitude_deg() / kNorthDeg)) + north,
          static_cast<int64_t>(std::floor(incident.point().longitude_deg() / kEastDeg)) + east};
}

void NearIncidents::Add(const EntityPtr& incident) {
  if (!MayRepeat(incident->incident())) return;
  InOrder& square = squares_[SquareOf(incident->incident())];
  square.insert(std::upper_bound(square.begin(), square.end(), incident, Before), incident);
  if (LatestBefore(incident, Anybody) != nullptr) repeats_.Add(incident);
  for (const EntityPtr& later : After(incident)) repeats_.Add(later);
}

void NearIncidents::Remove(const EntityPtr& incident) {
  if (!MayRepeat(incident->incident())) return;
  const auto found = squares_.find(SquareOf(incident->incident()));
  if (found == squares_.end()) return;
  InOrder& square = found->second;
  const auto [from, to] = std::equal_range(square.begin(), square.end(), incident, Before);
  square.erase(from, to);
  if (square.empty()) squares_.erase(found);
  repeats_.Remove(incident);
  for (const EntityPtr& later : After(incident)) {
    if (LatestBefore(later, Anybody) == nullptr) repeats_.Remove(later);
  }
}

EntityPtr NearIncidents::LatestBefore(const EntityPtr& incident, Sees sees) const {
  EntityPtr latest;
  for (const int north : kAround) {
    for (const int east : kAround) {
      const auto found = squares_.find(SquareOf(incident->incident(), north, east));
      if (found == squares_.end()) continue;
      const InOrder& square = found->second;
      auto one = std::lower_bound(square.begin(), square.end(), incident, Before);
      while (one != square.begin() && OccurredAt(incident) - OccurredAt(*--one) <= kRepeatWithin) {
        if (!IsNear(*one, incident) || !sees(*one)) continue;
        if (latest == nullptr || OccurredAt(*one) > OccurredAt(latest)) latest = *one;
        break;
      }
    }
  }
  return latest;
}

NearIncidents::InOrder NearIncidents::After(const EntityPtr& incident) const {
  InOrder after;
  for (const int north : kAround) {
    for (const int east : kAround) {
      const auto found = squares_.find(SquareOf(incident->incident(), north, east));
      if (found == squares_.end()) continue;
      const InOrder& square = found->second;
      for (auto one = std::upper_bound(square.begin(), square.end(), incident, Before);
           one != square.end() && OccurredAt(*one) - OccurredAt(incident) <= kRepeatWithin; ++one) {
        if (IsNear(*one, incident)) after.push_back(*one);
      }
    }
  }
  return after;
}

}  // namespace samsyn::domain
