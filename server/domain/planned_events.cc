#include "server/domain/planned_events.h"

#include <absl/container/btree_map.h>

#include <iterator>
#include <string>
#include <tuple>
#include <utility>

#include "server/domain/limits.h"
#include "server/domain/recurrence.h"
#include "server/domain/refusal.h"
#include "server/domain/report_shelves.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

bool IsHeld(const v1::Report& report) {
  return report.state() == v1::Report::STATE_SUBMITTED ||
         report.state() == v1::Report::STATE_ACCEPTED || report.state() == v1::Report::STATE_MERGED;
}

constexpr size_t kAnswerBytes = 2 << 20;  // what a client takes without being told to: 4 MiB

// By start, end and name.
using Times = absl::btree_map<std::tuple<absl::Time, absl::Time, std::string>, EntityPtr>;

}  // namespace

absl::Status ListPlannedEvents(const v1::ListPlannedEventsRequest& request, const View& view,
                               const Audience& audience, v1::ListPlannedEventsResponse* response) {
  if (!audience.everything && request.municipality() != audience.municipality) {
    return NotFound(request.municipality());
  }
  const absl::TimeZone zone = ZoneOf(view, request.municipality());
  const absl::Time from = TimeOf(request.window().start_time());
  const absl::Time to = TimeOf(request.window().end_time());
  Times times;
  ForEachShelved(view, {v1::Report::KIND_PLANNED_EVENT}, "", [&](const EntityPtr& entity) {
    if (!IsHeld(entity->report()) || !SeesWhole(audience, *entity)) return true;
    for (const Occurrence& one : Occurrences(entity->report(), from, to, zone)) {
      times.emplace(std::tuple(one.start, one.end, entity->report().name()), entity);
      if (times.size() > kOccurrencesMost) times.erase(std::prev(times.end()));
    }
    return true;
  });
  size_t bytes = 0;
  for (const auto& [key, entity] : times) {
    const EntityPtr shown = Shown(audience, entity);
    bytes += shown->ByteSizeLong();
    if (bytes > kAnswerBytes) break;
    v1::PlannedOccurrence& occurrence = *response->add_occurrences();
    *occurrence.mutable_report() = shown->report();
    *occurrence.mutable_start_time() = TimestampOf(std::get<0>(key));
    *occurrence.mutable_end_time() = TimestampOf(std::get<1>(key));
  }
  return absl::OkStatus();
}

}  // namespace samsyn::domain
