#include "server/domain/stops.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "server/domain/assignment_life.h"
#include "server/domain/index_keys.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

absl::Time EndOf(const v1::PlannedStop& stop) {
  return TimeOf(stop.start_time()) + absl::Minutes(stop.minutes());
}

bool Is(const v1::Stop& stop, const v1::PlannedStop& planned) {
  return stop.area() == planned.area() && TimeOf(stop.start_time()) == TimeOf(planned.start_time());
}

// Takes the stops that were made, or those that were not, out of a list.
google::protobuf::RepeatedPtrField<v1::Stop> Taken(
    const google::protobuf::RepeatedPtrField<v1::Stop>& stops, bool made) {
  google::protobuf::RepeatedPtrField<v1::Stop> taken;
  for (const v1::Stop& stop : stops) {
    if (stop.has_done_time() == made) *taken.Add() = stop;
  }
  return taken;
}

}  // namespace

absl::Status CheckStops(const v1::Deployment& deployment) {
  Violations violations;
  const auto& areas = deployment.areas();
  for (int i = 0; i < deployment.stops_size(); ++i) {
    const v1::PlannedStop& stop = deployment.stops(i);
    const std::string path = absl::StrCat("deployment.stops[", i, "]");
    if (std::find(areas.begin(), areas.end(), stop.area()) == areas.end()) {
      violations.Add(absl::StrCat(path, ".area"), "This is none of the deployment's areas.",
                     "Detta är inget av insatsens områden.");
    }
    if (TimeOf(stop.start_time()) < TimeOf(deployment.window().start_time()) ||
        EndOf(stop) > TimeOf(deployment.window().end_time())) {
      violations.Add(absl::StrCat(path, ".start_time"), "The stop lies outside the window.",
                     "Stoppet ligger utanför insatsens tid.");
    }
  }
  return std::move(violations).Result();
}

void SortStops(v1::Deployment& deployment) {
  std::stable_sort(deployment.mutable_stops()->begin(), deployment.mutable_stops()->end(),
                   [](const v1::PlannedStop& a, const v1::PlannedStop& b) {
                     return TimeOf(a.start_time()) < TimeOf(b.start_time());
                   });
}

void PlanStops(const v1::Deployment& deployment, absl::Time over, v1::Assignment& assignment) {
  auto made = Taken(assignment.stops(), true);
  assignment.clear_stops();
  for (const v1::PlannedStop& planned : deployment.stops()) {
    if (EndOf(planned) <= over) continue;
    v1::Stop& stop = *assignment.add_stops();
    const auto found = std::find_if(made.begin(), made.end(),
                                    [&](const v1::Stop& one) { return Is(one, planned); });
    if (found != made.end()) {
      stop = *found;
      made.erase(found);
    }
    stop.set_area(planned.area());
    stop.set_minutes(planned.minutes());
    *stop.mutable_start_time() = planned.start_time();
  }
  for (const v1::Stop& stop : made) *assignment.add_stops() = stop;
  std::stable_sort(assignment.mutable_stops()->begin(), assignment.mutable_stops()->end(),
                   [](const v1::Stop& a, const v1::Stop& b) {
                     return TimeOf(a.start_time()) < TimeOf(b.start_time());
                   });
}

void HandOverStops(v1::Assignment& old, v1::Assignment& made) {
  *made.mutable_stops() = Taken(old.stops(), false);
  *old.mutable_stops() = Taken(old.stops(), true);
}

absl::Status RequireStop(int number, int64_t definition_version, const v1::Assignment& assignment) {
  if (definition_version != assignment.definition_version()) {
    return Refuse(
        v1::ERROR_REASON_DEFINITION_CHANGED,
        {"The assignment was changed since your device read it. Read it again, then mark "
         "the stop again.",
         "Uppdraget har ändrats sedan din enhet läste det. Läs om det och markera stoppet "
         "igen."},
        {{"definition_version", absl::StrCat(assignment.definition_version())}});
  }
  if (number <= assignment.stops_size()) return absl::OkStatus();
  return RefuseFields({{"stop", {"there is no such stop", "det finns inget sådant stopp"}}});
}

void MakeStop(int number, int minutes, absl::Time time, v1::Assignment& assignment) {
  v1::Stop& stop = *assignment.mutable_stops(number - 1);
  if (stop.has_done_time()) return;
  if (minutes == 0) minutes = stop.minutes();
  *stop.mutable_done_time() = TimestampOf(time);
  stop.set_delivered_minutes(minutes);
  const std::vector<Stay> stays = StaysOf(assignment, time);
  const bool by_the_clock = std::any_of(stays.begin(), stays.end(), [&](const Stay& stay) {
    return stay.start < time && time <= stay.end;
  });
  if (by_the_clock) return;
  assignment.set_minutes_on_scene(assignment.minutes_on_scene() + minutes);
}

std::string UpdateOfStop(const View& view, const v1::Assignment& assignment, int number) {
  const absl::Time done = TimeOf(assignment.stops(number - 1).done_time());
  for (const std::string& name : view.Lookup(UpdatesOfKey(assignment.name()))) {
    const auto update = view.Get<v1::FieldUpdate>(name);
    if (update != nullptr && update->kind() == v1::FieldUpdate::KIND_STOP &&
        TimeOf(update->stamp().device_time()) == done) {
      return name;
    }
  }
  return "";
}

}  // namespace samsyn::domain
