#include "server/domain/near_incidents.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "server/domain/geography.h"

namespace samsyn::domain {
namespace {

// Squares of at least 100 m at any latitude of Sweden: what is near lies in one of nine.
constexpr double kNorthDeg = 0.0009;  // 100.08 m
constexpr double kEastDeg = 0.0026;   // 103 m at 69.1° north
constexpr int kAround[] = {-1, 0, 1};
const int64_t kWithinNs = absl::ToInt64Nanoseconds(kRepeatWithin);

bool MayRepeat(const v1::Incident& incident) {
  return (incident.category() == v1::CATEGORY_BURGLARY ||
          incident.category() == v1::CATEGORY_VANDALISM) &&
         incident.state() == v1::Incident::STATE_CURRENT && incident.has_point() &&
         incident.counted() && !incident.perceived();
}

bool AreNear(const EntityPtr& a, const EntityPtr& b) {
  return DistanceM(a->incident().point(), b->incident().point()) <= kRepeatNearM;
}

bool Anybody(const EntityPtr&) { return true; }

}  // namespace

bool NearIncidents::Earlier::operator()(const Entry& a, const Entry& b) const {
  if (a.time_ns != b.time_ns) return a.time_ns < b.time_ns;
  if (a.incident == nullptr || b.incident == nullptr) {
    return a.incident == nullptr && b.incident != nullptr;
  }
  return a.incident->incident().name() < b.incident->incident().name();
}

NearIncidents::Entry NearIncidents::EntryOf(const EntityPtr& incident) {
  return {absl::ToUnixNanos(TimeOf(incident->incident().occurred_time())), incident};
}

NearIncidents::Square NearIncidents::SquareOf(const v1::Incident& incident, int north, int east) {
  return {incident.category(),
          static_cast<int64_t>(std::floor(incident.point().latitude_deg() / kNorthDeg)) + north,
          static_cast<int64_t>(std::floor(incident.point().longitude_deg() / kEastDeg)) + east};
}

void NearIncidents::Add(const EntityPtr& incident) {
  if (!MayRepeat(incident->incident())) return;
  const Entry entry = EntryOf(incident);
  std::vector<Entry>& square = squares_[SquareOf(incident->incident())];
  square.insert(std::upper_bound(square.begin(), square.end(), entry, Earlier()), entry);
  Entry before = LatestBefore(entry, Anybody);
  if (before.incident != nullptr) repeats_.emplace(entry, std::move(before));
  for (const Entry& later : After(entry)) {
    const auto [known, is_new] = repeats_.emplace(later, entry);
    if (!is_new && Earlier()(known->second, entry)) known->second = entry;
  }
}

void NearIncidents::Remove(const EntityPtr& incident) {
  if (!MayRepeat(incident->incident())) return;
  const Entry entry = EntryOf(incident);
  const auto found = squares_.find(SquareOf(incident->incident()));
  if (found == squares_.end()) return;
  std::vector<Entry>& square = found->second;
  const auto [from, to] = std::equal_range(square.begin(), square.end(), entry, Earlier());
  square.erase(from, to);
  if (square.empty()) squares_.erase(found);
  repeats_.erase(entry);
  for (const Entry& later : After(entry)) {
    const auto known = repeats_.find(later);
    if (known == repeats_.end() || known->second.incident != incident) continue;
    known->second = LatestBefore(later, Anybody);
    if (known->second.incident == nullptr) repeats_.erase(known);
  }
}

void NearIncidents::ForEachRepeat(absl::Time from, Sees sees, Visit visit) const {
  const auto first = repeats_.lower_bound({absl::ToUnixNanos(from), nullptr});
  for (auto it = repeats_.end(); it != first;) {
    const auto& [entry, before] = *--it;
    if (!sees(entry.incident)) continue;
    // Mostly who sees one of them sees the other.
    const EntityPtr earlier =
        sees(before.incident) ? before.incident : LatestBefore(entry, sees).incident;
    if (earlier != nullptr && !visit(entry.incident, earlier)) return;
  }
}

void NearIncidents::ForEachSquareAround(
    const Entry& entry, absl::FunctionRef<void(const std::vector<Entry>&)> visit) const {
  for (const int north : kAround) {
    for (const int east : kAround) {
      const auto found = squares_.find(SquareOf(entry.incident->incident(), north, east));
      if (found != squares_.end()) visit(found->second);
    }
  }
}

NearIncidents::Entry NearIncidents::LatestBefore(const Entry& entry, Sees sees) const {
  Entry latest{0, nullptr};
  ForEachSquareAround(entry, [&](const std::vector<Entry>& square) {
    auto one = std::lower_bound(square.begin(), square.end(), entry, Earlier());
    while (one != square.begin() && entry.time_ns - (--one)->time_ns <= kWithinNs) {
      if (latest.incident != nullptr && Earlier()(*one, latest)) return;
      if (!AreNear(one->incident, entry.incident) || !sees(one->incident)) continue;
      latest = *one;
      return;
    }
  });
  return latest;
}

std::vector<NearIncidents::Entry> NearIncidents::After(const Entry& entry) const {
  std::vector<Entry> after;
  ForEachSquareAround(entry, [&](const std::vector<Entry>& square) {
    for (auto one = std::upper_bound(square.begin(), square.end(), entry, Earlier());
         one != square.end() && one->time_ns - entry.time_ns <= kWithinNs; ++one) {
      if (AreNear(one->incident, entry.incident)) after.push_back(*one);
    }
  });
  return after;
}

}  // namespace samsyn::domain
