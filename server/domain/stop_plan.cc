#include "server/domain/stop_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/geography.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

constexpr size_t kStopsMost = 48;
constexpr int kStopMinutes = 15;
constexpr int kRoundMinutes = 120;
constexpr int kGridMinutes = 5;  // what people can keep to

struct Place {
  std::string area;
  std::optional<v1::LatLng> centre;
};

double Metres(const Place& a, const Place& b) {
  return a.centre && b.centre ? DistanceM(*a.centre, *b.centre) : 0;
}

// Minutes on the way, in whole steps of the grid; nobody is anywhere else in no time.
int MinutesBetween(const Place& a, const Place& b) {
  if (a.area == b.area) return 0;
  const int steps = static_cast<int>(std::ceil(Metres(a, b) / kMetresAMinute / kGridMinutes));
  return std::max(1, steps) * kGridMinutes;
}

// The round: from the first always to the nearest that is left; those of which nobody knows where
// they lie come last, as they were named.
std::vector<Place> RoundOf(std::vector<Place> places) {
  for (size_t at = 0; at + 2 < places.size(); ++at) {
    size_t nearest = at + 1;
    double shortest = std::numeric_limits<double>::infinity();
    for (size_t i = at + 1; i < places.size(); ++i) {
      if (!places[at].centre || !places[i].centre) continue;
      const double metres = Metres(places[at], places[i]);
      if (metres >= shortest) continue;
      shortest = metres;
      nearest = i;
    }
    std::rotate(places.begin() + at + 1, places.begin() + nearest, places.begin() + nearest + 1);
  }
  return places;
}

// Minutes from the start of each stop of the round to that of the next. What is left of two hours
// is spread over it.
std::vector<int> StepsOf(const std::vector<Place>& round) {
  std::vector<int> steps;
  int all = 0;
  for (size_t i = 0; i < round.size(); ++i) {
    steps.push_back(kStopMinutes + MinutesBetween(round[i], round[(i + 1) % round.size()]));
    all += steps.back();
  }
  for (size_t i = 0; all + kGridMinutes <= kRoundMinutes; i = (i + 1) % steps.size()) {
    steps[i] += kGridMinutes;
    all += kGridMinutes;
  }
  return steps;
}

}  // namespace

absl::Status SuggestStops(const v1::SuggestStopsRequest& request, const View& view,
                          const Audience& audience, v1::SuggestStopsResponse* response) {
  if (!audience.everything && request.municipality() != audience.municipality) {
    return NotFound(request.municipality());
  }
  std::vector<Place> places;
  for (const std::string& area : request.areas()) {
    if (GetVisible<v1::Area>(view, audience, area) == nullptr) return NotFound(area);
    const bool again = std::any_of(places.begin(), places.end(),
                                   [&](const Place& one) { return one.area == area; });
    if (!again) places.push_back({area, CentreOf(view, area)});
  }
  const std::vector<Place> round = RoundOf(std::move(places));
  const std::vector<int> steps = StepsOf(round);
  const absl::Time end = TimeOf(request.window().end_time());
  absl::Time time = TimeOf(request.window().start_time());
  for (size_t i = 0; i < kStopsMost && time + absl::Minutes(kStopMinutes) <= end; ++i) {
    v1::PlannedStop& stop = *response->add_stops();
    stop.set_area(round[i % round.size()].area);
    stop.set_minutes(kStopMinutes);
    *stop.mutable_start_time() = TimestampOf(time);
    time += absl::Minutes(steps[i % steps.size()]);
  }
  return absl::OkStatus();
}

}  // namespace samsyn::domain
