#include "server/domain/delivery.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/domain/assignment_life.h"
#include "server/domain/index_keys.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

using State = v1::Assignment::State;

constexpr absl::Duration kGap = absl::Hours(2);
constexpr int kAdvisedLeast = 10, kAdvisedMost = 16;  // minutes of a stop (R15)

bool WasTakenAway(const v1::Assignment& assignment) {
  return assignment.state() == v1::Assignment::STATE_CANCELLED ||
         assignment.state() == v1::Assignment::STATE_REPLACED;
}

absl::Time LastChangeOf(const v1::Assignment& assignment) {
  return assignment.history().empty()
             ? TimeOf(assignment.create_time())
             : TimeOf(assignment.history(assignment.history_size() - 1).time());
}

// Until when it was planned: taken away, until then.
absl::Time PlannedUntil(const v1::Assignment& assignment) {
  const absl::Time end = TimeOf(assignment.window().end_time());
  return WasTakenAway(assignment) ? std::min(end, LastChangeOf(assignment)) : end;
}

// Minutes since it last came on scene, if it is there; not beyond its window: who forgets to say
// that it is done is not there for ever.
int MinutesRunning(const v1::Assignment& assignment, absl::Time now) {
  if (assignment.state() != v1::Assignment::STATE_ON_SCENE) return 0;
  const absl::Time until = std::min(now, TimeOf(assignment.window().end_time()));
  const std::vector<Stay> stays = StaysOf(assignment, until);
  return stays.empty() ? 0
                       : static_cast<int>(std::max<int64_t>(
                             0, absl::ToInt64Minutes(stays.back().end - stays.back().start)));
}

v1::UnitDelivery DeliveryOf(const v1::Assignment& assignment, absl::Time now) {
  v1::UnitDelivery delivery;
  delivery.set_assignment(assignment.name());
  delivery.set_unit(assignment.unit());
  delivery.set_delivered_minutes(assignment.minutes_on_scene() + MinutesRunning(assignment, now));
  const absl::Time until = PlannedUntil(assignment);
  for (const v1::Stop& stop : assignment.stops()) {
    if (!stop.has_done_time() && TimeOf(stop.start_time()) >= until) continue;
    delivery.set_planned_stops(delivery.planned_stops() + 1);
    delivery.set_planned_minutes(delivery.planned_minutes() + stop.minutes());
    delivery.set_delivered_stops(delivery.delivered_stops() + (stop.has_done_time() ? 1 : 0));
  }
  if (!assignment.stops().empty()) return delivery;
  const absl::Time from =
      std::max(TimeOf(assignment.window().start_time()), TimeOf(assignment.create_time()));
  const int64_t minutes = absl::ToInt64Minutes(until - from);
  delivery.set_planned_minutes(static_cast<int>(std::max<int64_t>(0, minutes)));
  return delivery;
}

// When somebody was on place: stays, stops, and minutes that the field log says.
void AddPresence(const View& view, const Audience& audience, const v1::Assignment& assignment,
                 absl::Time now, std::vector<Stay>& present) {
  const std::vector<Stay> stays = StaysOf(assignment, now);
  present.insert(present.end(), stays.begin(), stays.end());
  for (const v1::Stop& stop : assignment.stops()) {
    if (!stop.has_done_time()) continue;
    const absl::Time done = TimeOf(stop.done_time());
    present.push_back({done - absl::Minutes(stop.delivered_minutes()), done});
  }
  for (const std::string& name : view.Lookup(UpdatesOfKey(assignment.name()))) {
    const EntityPtr entity = view.Find(name);
    if (entity == nullptr || !SeesWhole(audience, *entity)) continue;
    const v1::FieldUpdate& update = entity->field_update();
    if (update.kind() != v1::FieldUpdate::KIND_PRESENCE) continue;
    const absl::Time end = TimeOf(update.stamp().device_time());
    present.push_back({end - absl::Minutes(update.minutes_on_place()), end});
  }
}

void AddGap(absl::Time from, absl::Time to, v1::Delivery& delivery) {
  if (to - from <= kGap) return;
  v1::TimeWindow& gap = *delivery.add_gaps();
  *gap.mutable_start_time() = TimestampOf(from);
  *gap.mutable_end_time() = TimestampOf(to);
}

// `until`: the end of what is looked at.
void AddGaps(const v1::Deployment& deployment, absl::Time until, std::vector<Stay> present,
             v1::Delivery& delivery) {
  std::sort(present.begin(), present.end(),
            [](const Stay& a, const Stay& b) { return a.start < b.start; });
  absl::Time from = TimeOf(deployment.window().start_time());
  for (const Stay& stay : present) {
    AddGap(from, std::min(stay.start, until), delivery);
    from = std::max(from, stay.end);
  }
  AddGap(from, until, delivery);
}

// Gaps matter at hot spots, once it is decided.
bool CountsGaps(const v1::Deployment& deployment) {
  return (deployment.kind() == v1::Deployment::KIND_FOOT_STOP || !deployment.stops().empty()) &&
         (deployment.state() == v1::Deployment::STATE_DECIDED ||
          deployment.state() == v1::Deployment::STATE_ACTIVE ||
          deployment.state() == v1::Deployment::STATE_COMPLETED);
}

}  // namespace

v1::Delivery DeliveryOf(const View& view, const Audience& audience,
                        const v1::Deployment& deployment, absl::Time now) {
  v1::Delivery delivery;
  std::set<std::string> seen;
  std::vector<Stay> present;
  absl::Time last = TimeOf(deployment.window().start_time());
  for (const std::string& name : view.Lookup(AssignmentsOfKey(deployment.name()))) {
    const EntityPtr entity = view.Find(name);
    if (entity == nullptr || !SeesWhole(audience, *entity)) continue;
    const v1::Assignment& assignment = entity->assignment();
    seen.insert(name);
    last = std::max(last, LastChangeOf(assignment));
    const v1::UnitDelivery unit = DeliveryOf(assignment, now);
    delivery.set_planned_minutes(delivery.planned_minutes() + unit.planned_minutes());
    delivery.set_delivered_minutes(delivery.delivered_minutes() + unit.delivered_minutes());
    delivery.set_planned_stops(delivery.planned_stops() + unit.planned_stops());
    delivery.set_delivered_stops(delivery.delivered_stops() + unit.delivered_stops());
    for (const v1::Stop& stop : assignment.stops()) {
      const bool advised = stop.has_done_time() && stop.delivered_minutes() >= kAdvisedLeast &&
                           stop.delivered_minutes() <= kAdvisedMost;
      delivery.set_advised_stops(delivery.advised_stops() + (advised ? 1 : 0));
    }
    *delivery.add_units() = unit;
    AddPresence(view, audience, assignment, now, present);
  }
  const EntityPtr shown = Shown(audience, std::make_shared<const v1::Entity>(Wrap(deployment)));
  for (int i = 0; i < deployment.commitments_size(); ++i) {
    const bool told = shown != nullptr && !shown->deployment().commitments(i).unit().empty();
    if (!told && !seen.contains(deployment.commitments(i).assignment())) {
      delivery.set_withheld_units(delivery.withheld_units() + 1);
    }
  }
  if (!CountsGaps(deployment) || delivery.withheld_units() > 0) return delivery;
  absl::Time until = std::min(now, TimeOf(deployment.window().end_time()));
  if (!deployment.end_note().empty()) until = std::min(until, last);
  AddGaps(deployment, until, std::move(present), delivery);
  return delivery;
}

absl::Status GetDelivery(const v1::GetDeliveryRequest& request, const View& view,
                         const Audience& audience, absl::Time now,
                         v1::GetDeliveryResponse* response) {
  const Actor actor{std::make_shared<v1::Member>(), audience};
  const auto deployment = See<v1::Deployment>(view, actor, request.name());
  if (!deployment.ok()) return deployment.status();
  *response->mutable_delivery() = DeliveryOf(view, audience, **deployment, now);
  return absl::OkStatus();
}

void SetDelivery(const v1::Delivery& delivery, v1::FollowUp& follow_up) {
  if (follow_up.planned_minutes() == 0) follow_up.set_planned_minutes(delivery.planned_minutes());
  follow_up.set_delivered_minutes(delivery.delivered_minutes());
  follow_up.set_planned_stops(delivery.planned_stops());
  follow_up.set_delivered_stops(delivery.delivered_stops());
  follow_up.set_gaps(delivery.gaps_size());
}

}  // namespace samsyn::domain
