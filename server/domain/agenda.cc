#include "server/domain/agenda.h"

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <set>
#include <utility>

#include "server/domain/carry_over.h"
#include "server/domain/deployment_parts.h"
#include "server/domain/index_keys.h"
#include "server/domain/meeting_sitting.h"
#include "server/domain/names.h"
#include "server/domain/places.h"
#include "server/domain/planned_events.h"
#include "server/domain/rule_checks.h"
#include "server/domain/wall_clock.h"
#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

using Item = v1::AgendaItem;
using Point = v1::OpenPoint;

// When it is held: opened, or to be.
absl::Time HeldAt(const v1::Meeting& meeting) {
  return TimeOf(meeting.has_open_time() ? meeting.open_time() : meeting.scheduled_time());
}

// The meeting before, as the audience sees it; null if there is none.
std::shared_ptr<const v1::Meeting> Before(const View& view, const Audience& audience,
                                          const v1::Meeting& meeting) {
  const auto before = meeting.previous_meeting().empty()
                          ? LastClosedMeeting(view)
                          : view.Get<v1::Meeting>(meeting.previous_meeting());
  if (before == nullptr) return nullptr;
  const EntityPtr shown = Shown(audience, view.Find(before->name()));
  if (shown == nullptr) return nullptr;
  return std::shared_ptr<const v1::Meeting>(shown, &shown->meeting());
}

// An entity of a kind that the audience gets the whole of; null otherwise.
template <typename T>
std::shared_ptr<const T> Whole(const View& view, const Audience& audience, absl::string_view name) {
  const auto found = GetVisible<T>(view, audience, name);
  const EntityPtr entity = view.Find(name);
  return found != nullptr && SeesWhole(audience, *entity) ? found : nullptr;
}

template <typename T, typename Visit>
void ForEachWhole(const View& view, const Audience& audience, Visit visit) {
  view.ForEach(EntityField<T>::kKind, "", [&](const EntityPtr& entity) {
    if (SeesWhole(audience, *entity)) visit(As<T>(*entity));
    return true;
  });
}

bool IsProposed(const v1::Deployment& deployment) {
  return deployment.state() == v1::Deployment::STATE_PROPOSED;
}

// What is open about one deployment.
std::vector<Point> PointsOf(const v1::Deployment& deployment, const v1::Meeting& meeting,
                            absl::Time until) {
  std::vector<Point> points;
  const auto add = [&](Point::Kind kind, bool blocks) -> Point& {
    Point& point = points.emplace_back();
    point.set_kind(kind);
    point.set_subject(deployment.name());
    point.set_blocks(blocks);
    return point;
  };
  if (IsProposed(deployment)) {
    const bool owned = !deployment.responsible_organisation().empty();
    add(owned ? Point::KIND_PROPOSAL_NOT_DECIDED : Point::KIND_PROPOSAL_WITHOUT_OWNER, !owned);
    return points;
  }
  if (DecidedIn(meeting, deployment)) {
    const std::vector<absl::string_view> missing = MissingForDecision(deployment);
    if (!missing.empty()) {
      Point& point = add(Point::KIND_DECISION_INCOMPLETE, true);
      for (const absl::string_view field : missing) point.add_missing(std::string(field));
    }
    if (deployment.state() == v1::Deployment::STATE_DECIDED && deployment.commitments().empty()) {
      add(Point::KIND_NO_UNITS, false);
    }
  }
  if (IsHeldBack(deployment) && !deployment.commitments().empty()) {
    add(Point::KIND_ASSIGNMENTS_HELD_BACK, true);
  }
  if (FollowUpDue(deployment, until)) add(Point::KIND_NOT_FOLLOWED_UP, false);
  return points;
}

// The organisations that have said something in the round, as far as the audience sees.
absl::flat_hash_set<std::string> Spoken(const View& view, const Audience& audience,
                                        const v1::Meeting& meeting) {
  absl::flat_hash_set<std::string> spoken;
  for (const std::string& name : view.Lookup(BelowMeetingKey(meeting.name()))) {
    const auto entry = GetVisible<v1::RoundEntry>(view, audience, name);
    if (entry != nullptr) spoken.insert(entry->organisation());
  }
  return spoken;
}

// What is open, of the areas that it gives a level and of all else; first what blocks.
std::vector<Point> OpenPointsWith(const std::vector<AreaTurn>& turns, const View& view,
                                  const Audience& audience, const v1::Meeting& meeting) {
  std::vector<Point> points;
  const auto add = [&](Point::Kind kind, const std::string& subject, bool blocks) {
    Point& point = points.emplace_back();
    point.set_kind(kind);
    point.set_subject(subject);
    point.set_blocks(blocks);
  };
  for (const AreaTurn& turn : turns) {
    if (!turn.assessed) add(Point::KIND_AREA_NOT_ASSESSED, turn.area, true);
  }
  const absl::Time until = FollowsUpUntil(view, meeting);
  ForEachWhole<v1::Deployment>(view, audience, [&](const v1::Deployment& deployment) {
    for (Point& point : PointsOf(deployment, meeting, until)) points.push_back(std::move(point));
  });
  if (!meeting.has_night_lead()) add(Point::KIND_NO_NIGHT_LEAD, "", false);
  const auto spoken = Spoken(view, audience, meeting);
  for (const std::string& organisation : meeting.attending_organisations()) {
    if (!spoken.contains(organisation)) add(Point::KIND_SILENT, organisation, false);
  }
  std::stable_sort(points.begin(), points.end(),
                   [](const Point& a, const Point& b) { return a.kind() < b.kind(); });
  return points;
}

// Makes the agenda of one reader.
class Agenda {
 public:
  Agenda(const View& view, const Audience& audience, const v1::Meeting& meeting,
         v1::GetAgendaResponse* response)
      : view_(view),
        audience_(audience),
        meeting_(meeting),
        until_(FollowsUpUntil(view, meeting)),
        response_(response) {}

  void Make() {
    Left();
    FollowUps();
    const std::vector<AreaTurn> turns = AgendaAreas(view_, audience_, meeting_);
    Areas(turns);
    Events();
    Problems();
    Proposals();
    for (Point& point : OpenPointsWith(turns, view_, audience_, meeting_)) {
      *response_->add_open_points() = std::move(point);
    }
  }

 private:
  Item& Add(Item::Kind kind, v1::Meeting::Phase phase, const std::string& subject, bool settled) {
    Item& item = *response_->add_items();
    item.set_kind(kind);
    item.set_phase(phase);
    item.set_subject(subject);
    item.set_settled(settled);
    return item;
  }

  // Whether a deployment that the reader sees answers the problem.
  bool IsAnswered(const std::string& problem) const {
    for (const std::string& name : view_.Lookup(LinksKey(problem))) {
      const auto deployment = Whole<v1::Deployment>(view_, audience_, name);
      if (deployment != nullptr && Answers(*deployment, problem, meeting_)) return true;
    }
    return false;
  }

  // Whether what was left still is; nullopt when the reader does not get the whole of it.
  absl::optional<bool> IsSettled(const v1::CarryOver& left) const {
    if (const auto problem = Whole<v1::Problem>(view_, audience_, left.subject())) {
      return problem->state() == v1::Problem::STATE_CLOSED || IsAnswered(problem->name());
    }
    const auto deployment = Whole<v1::Deployment>(view_, audience_, left.subject());
    if (deployment == nullptr) return absl::nullopt;
    if (deployment->state() == v1::Deployment::STATE_CANCELLED) return true;
    return left.reason() == v1::CarryOver::REASON_NOT_DECIDED ? !IsProposed(*deployment)
                                                              : deployment->has_follow_up();
  }

  void Left() {
    const auto before = Before(view_, audience_, meeting_);
    if (before == nullptr) return;
    for (const v1::CarryOver& left : before->carry_over()) {
      const absl::optional<bool> settled = IsSettled(left);
      if (!settled) continue;
      Item& item =
          Add(Item::KIND_CARRY_OVER, v1::Meeting::PHASE_FOLLOW_UP, left.subject(), *settled);
      *item.mutable_carry_over() = left;
      if (left.reason() == v1::CarryOver::REASON_NOT_FOLLOWED_UP) {
        left_to_follow_up_.insert(left.subject());
      }
    }
  }

  // Followed up in this meeting, it stays on the agenda.
  bool FollowedUpHere(const v1::Deployment& deployment) const {
    return deployment.has_follow_up() && meeting_.has_open_time() &&
           TimeOf(deployment.follow_up().time()) >= TimeOf(meeting_.open_time());
  }

  void FollowUps() {
    ForEachWhole<v1::Deployment>(view_, audience_, [&](const v1::Deployment& deployment) {
      const bool here = FollowedUpHere(deployment);
      if (!here && !FollowUpDue(deployment, until_)) return;
      if (left_to_follow_up_.contains(deployment.name())) return;
      Item& item = Add(Item::KIND_FOLLOW_UP, v1::Meeting::PHASE_FOLLOW_UP, deployment.name(), here);
      *item.mutable_time() = deployment.follow_up_due_time();
    });
  }

  void Areas(const std::vector<AreaTurn>& turns) {
    for (const AreaTurn& turn : turns) {
      Item& item = Add(Item::KIND_AREA, v1::Meeting::PHASE_LEVELS, turn.area, turn.assessed);
      item.set_actual(turn.actual);
      item.set_perceived(turn.perceived);
      item.set_previous_level(turn.before);
    }
  }

  // Tonight and in the days to come: three days from the morning of the day on which it is held,
  // so of a Friday to Monday morning.
  void Events() {
    const absl::TimeZone zone = ZoneOf(view_, MunicipalityOf(meeting_.name()));
    absl::Time to = LastMorning(HeldAt(meeting_), zone);
    v1::ListPlannedEventsRequest request;
    request.set_municipality(std::string(MunicipalityOf(meeting_.name())));
    *request.mutable_window()->mutable_start_time() = TimestampOf(to);
    for (int day = 0; day < 3; ++day) to = NextMorning(to, zone);
    *request.mutable_window()->mutable_end_time() = TimestampOf(to);
    v1::ListPlannedEventsResponse events;
    if (!ListPlannedEvents(request, view_, audience_, &events).ok()) return;
    for (const v1::PlannedOccurrence& event : events.occurrences()) {
      Item& item = Add(Item::KIND_PLANNED_EVENT, v1::Meeting::PHASE_LEVELS, event.report().name(),
                       meeting_.phase() > v1::Meeting::PHASE_LEVELS);
      *item.mutable_time() = event.start_time();
    }
  }

  // In the order that the meeting gives them, the rest by name.
  void Problems() {
    std::set<std::string> ordered;
    for (const std::string& name : meeting_.priorities()) {
      if (Whole<v1::Problem>(view_, audience_, name) == nullptr) continue;
      ordered.insert(name);
      Add(Item::KIND_PROBLEM, v1::Meeting::PHASE_PRIORITIES, name, true);
    }
    ForEachWhole<v1::Problem>(view_, audience_, [&](const v1::Problem& problem) {
      if (problem.state() != v1::Problem::STATE_OPEN || ordered.contains(problem.name())) return;
      Add(Item::KIND_PROBLEM, v1::Meeting::PHASE_PRIORITIES, problem.name(), false);
    });
  }

  void Proposals() {
    ForEachWhole<v1::Deployment>(view_, audience_, [&](const v1::Deployment& deployment) {
      const bool decided = DecidedIn(meeting_, deployment);
      if (!decided && !IsProposed(deployment)) return;
      Add(Item::KIND_PROPOSAL, v1::Meeting::PHASE_DECISIONS, deployment.name(), decided);
    });
  }

  const View& view_;
  const Audience& audience_;
  const v1::Meeting& meeting_;
  const absl::Time until_;
  v1::GetAgendaResponse* const response_;
  std::set<std::string> left_to_follow_up_;
};

}  // namespace

std::vector<AreaTurn> AgendaAreas(const View& view, const Audience& audience,
                                  const v1::Meeting& meeting) {
  absl::btree_map<std::string, AreaTurn> turns;
  ForEachWhole<v1::SituationCell>(view, audience, [&](const v1::SituationCell& cell) {
    if (cell.actual() + cell.perceived() == 0) return;
    turns[cell.area()].actual += cell.actual();
    turns[cell.area()].perceived += cell.perceived();
  });
  const auto before = Before(view, audience, meeting);
  std::vector<AreaTurn> agenda;
  ForEachWhole<v1::Area>(view, audience, [&](const v1::Area& area) {
    if (IsPlace(area.kind())) return;
    AreaTurn turn = turns[area.name()];
    turn.area = area.name();
    if (before != nullptr) {
      const auto level =
          Whole<v1::AreaAssessment>(view, audience, AssessmentName(before->name(), area.name()));
      if (level != nullptr) turn.before = level->level();
    }
    const bool worries =
        turn.before != v1::AREA_LEVEL_GREEN && turn.before != v1::AREA_LEVEL_UNKNOWN;
    if (turn.actual + turn.perceived == 0 && !worries) return;
    turn.assessed =
        FindVisible(view, audience, AssessmentName(meeting.name(), area.name())) != nullptr;
    agenda.push_back(std::move(turn));
  });
  return agenda;
}

absl::Time FollowsUpUntil(const View& view, const v1::Meeting& meeting) {
  const absl::TimeZone zone = ZoneOf(view, MunicipalityOf(meeting.name()));
  return absl::FromCivil(absl::ToCivilDay(HeldAt(meeting), zone) + 1, zone);
}

bool FollowUpDue(const v1::Deployment& deployment, absl::Time until) {
  const bool agreed = deployment.state() == v1::Deployment::STATE_DECIDED ||
                      deployment.state() == v1::Deployment::STATE_ACTIVE ||
                      deployment.state() == v1::Deployment::STATE_COMPLETED;
  return agreed && !deployment.has_follow_up() && deployment.has_follow_up_due_time() &&
         TimeOf(deployment.follow_up_due_time()) < until;
}

std::vector<v1::OpenPoint> OpenPointsOf(const View& view, const Audience& audience,
                                        const v1::Meeting& meeting) {
  return OpenPointsWith(AgendaAreas(view, audience, meeting), view, audience, meeting);
}

absl::Status GetAgenda(const v1::GetAgendaRequest& request, const View& view,
                       const Audience& audience, v1::GetAgendaResponse* response) {
  const EntityPtr shown = Shown(audience, view.Find(request.name()));
  if (shown == nullptr || !shown->has_meeting()) return NotFound(request.name());
  const v1::Meeting& meeting = shown->meeting();
  if (absl::Status ahead = RequireState(
          MeetingSubject(), meeting.phase(),
          {v1::Meeting::PHASE_PLANNED, v1::Meeting::PHASE_FOLLOW_UP, v1::Meeting::PHASE_ROUND,
           v1::Meeting::PHASE_LEVELS, v1::Meeting::PHASE_PRIORITIES, v1::Meeting::PHASE_DECISIONS});
      !ahead.ok()) {
    return ahead;
  }
  Agenda(view, audience, meeting, response).Make();
  return absl::OkStatus();
}

}  // namespace samsyn::domain
