#include "server/analysis/coverage.h"

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/assignment_life.h"
#include "server/domain/crew.h"
#include "server/domain/index_keys.h"
#include "server/domain/refusal.h"
#include "server/domain/wall_clock.h"

namespace samsyn::analysis {
namespace {

using Power = v1::Unit::Power;

struct Span {
  absl::Time start, end;
  bool Meets(const Span& other) const { return start < other.end && other.start < end; }
};

Span SpanOf(const v1::TimeWindow& window) {
  return {domain::TimeOf(window.start_time()), domain::TimeOf(window.end_time())};
}

// A unit, or one that the audience is not told, on its way to places.
struct Going {
  std::vector<std::shared_ptr<const v1::Shift>> shifts;  // of a unit that is told
  Power power = v1::Unit::POWER_UNSPECIFIED;
  Span span;
  bool answered = false;
  std::vector<std::string> areas;
};

// Of one kind of power in an hour.
struct Tally {
  int units = 0;
  int answered = 0;
  int people = 0;
  int wanted = 0;
};
using Tallies = absl::btree_map<Power, Tally>;

// ---- Hours.

absl::Status CheckLength(const v1::TimeWindow& window, absl::TimeZone zone) {
  const Span span = SpanOf(window);
  const int64_t on_the_wall =
      absl::ToCivilSecond(span.end, zone) - absl::ToCivilSecond(span.start, zone);
  if (span.end - span.start <= absl::Hours(24) || on_the_wall <= 24 * 3600) {
    return absl::OkStatus();
  }
  return domain::RefuseFields({{"window", {"at most 24 hours", "högst 24 timmar"}}});
}

std::vector<Span> HoursOf(const Span& window, absl::TimeZone zone) {
  std::vector<Span> hours;
  const absl::CivilSecond civil = absl::ToCivilSecond(window.start, zone);
  absl::Time start = window.start - absl::Minutes(civil.minute()) - absl::Seconds(civil.second());
  start = absl::FromUnixSeconds(absl::ToUnixSeconds(start));
  for (; start < window.end; start += absl::Hours(1)) {
    hours.push_back({start, start + absl::Hours(1)});
  }
  return hours;
}

// ---- Who comes.

bool HasAnswered(v1::Assignment::State state) {
  return state >= v1::Assignment::STATE_ACCEPTED && state <= v1::Assignment::STATE_PAUSED;
}

// From when to when an assignment brings its unit; empty if it does not.
Span SpanOf(const v1::Assignment& assignment) {
  Span span = SpanOf(assignment.window());
  if (!domain::IsFinal(assignment.state())) return span;
  const bool was_there = domain::WasOnScene(assignment) && assignment.history_size() > 0;
  const absl::Time ended =
      was_there ? domain::HappenedAt(assignment.history(assignment.history_size() - 1))
                : span.start;
  span.end = std::min(span.end, ended);
  return span;
}

// Whether it still wants what it wanted: one that was ended before its time does not.
bool Wants(const v1::Deployment& deployment) {
  switch (deployment.state()) {
    case v1::Deployment::STATE_DECIDED:
    case v1::Deployment::STATE_ACTIVE:
      return true;
    case v1::Deployment::STATE_COMPLETED:
      return deployment.end_note().empty();
    default:
      return false;
  }
}

class Plan {
 public:
  Plan(const domain::View& view, const domain::Audience& audience, const v1::Deployment& whole,
       const v1::Deployment& shown)
      : view_(view), audience_(audience), whole_(whole), shown_(shown) {
    AddAssignments();
    if (Wants(whole_)) AddCommitments();
  }

  // Where anybody is wanted or goes.
  absl::btree_set<std::string> Areas() const {
    absl::btree_set<std::string> areas(shown_.areas().begin(), shown_.areas().end());
    for (const Going& going : going_) areas.insert(going.areas.begin(), going.areas.end());
    return areas;
  }

  Tallies InHour(const std::string& area, const Span& hour) const {
    Tallies tallies;
    for (const Going& going : going_) {
      const bool there =
          std::find(going.areas.begin(), going.areas.end(), area) != going.areas.end();
      if (!there || !going.span.Meets(hour)) continue;
      Tally& tally = tallies[going.power];
      ++tally.units;
      tally.answered += going.answered;
      tally.people += PeopleIn(going, hour);
    }
    const auto& areas = shown_.areas();
    const bool wanted_here = std::find(areas.begin(), areas.end(), area) != areas.end();
    if (wanted_here && Wants(whole_) && SpanOf(shown_.window()).Meets(hour)) Want(tallies);
    return tallies;
  }

 private:
  Power PowerOf(const std::string& unit) const {
    const auto found = domain::GetVisible<v1::Unit>(view_, audience_, unit);
    return found == nullptr ? v1::Unit::POWER_UNSPECIFIED : found->power();
  }

  void AddAssignments() {
    for (const std::string& name : view_.Lookup(domain::AssignmentsOfKey(whole_.name()))) {
      const domain::EntityPtr entity = view_.Find(name);
      if (!domain::SeesWhole(audience_, *entity)) continue;
      seen_.insert(name);
      const v1::Assignment& assignment = entity->assignment();
      const Span span = SpanOf(assignment);
      if (span.start >= span.end) continue;
      going_.push_back({ShiftsOf(assignment.unit(), assignment.window()),
                        PowerOf(assignment.unit()),
                        span,
                        domain::IsFinal(assignment.state()) || HasAnswered(assignment.state()),
                        {assignment.areas().begin(), assignment.areas().end()}});
    }
  }

  // Those whose assignment is not made yet, or not for the audience.
  void AddCommitments() {
    for (int i = 0; i < whole_.commitments_size(); ++i) {
      const std::string& assignment = whole_.commitments(i).assignment();
      if (seen_.contains(assignment)) continue;
      const std::string& unit = shown_.commitments(i).unit();
      going_.push_back({ShiftsOf(unit, shown_.window()),
                        unit.empty() ? v1::Unit::POWER_UNSPECIFIED : PowerOf(unit),
                        SpanOf(shown_.window()),
                        unit.empty() || !assignment.empty(),
                        {shown_.areas().begin(), shown_.areas().end()}});
    }
  }

  // Those in the whole hours of a window: an hour that it touches is shown whole.
  std::vector<std::shared_ptr<const v1::Shift>> ShiftsOf(const std::string& unit,
                                                         v1::TimeWindow window) const {
    if (unit.empty()) return {};
    const Span span = SpanOf(window);
    *window.mutable_start_time() = domain::TimestampOf(span.start - absl::Hours(1));
    *window.mutable_end_time() = domain::TimestampOf(span.end + absl::Hours(1));
    return domain::HeldShifts(view_, audience_, unit, window);
  }

  static int PeopleIn(const Going& going, const Span& hour) {
    int people = 0;
    for (const auto& shift : going.shifts) {
      if (SpanOf(shift->window()).Meets(hour)) people = std::max(people, shift->people());
    }
    return people;
  }

  // Counts each need in the row that meets it.
  void Want(Tallies& tallies) const {
    int any = shown_.needs().empty() ? 1 : 0;
    for (const v1::Need& need : shown_.needs()) {
      if (need.power() == v1::Unit::POWER_UNSPECIFIED) {
        any += need.units();
      } else {
        tallies[need.power()].wanted += need.units();
      }
    }
    const auto move = [](int& from, int& to, int most) {
      const int moved = std::clamp(most, 0, from);
      from -= moved;
      to += moved;
    };
    for (auto& [power, tally] : tallies) {
      if (power == v1::Unit::POWER_UNSPECIFIED) continue;
      move(any, tally.wanted, tally.units - tally.wanted);
    }
    Tally& untold = tallies[v1::Unit::POWER_UNSPECIFIED];
    untold.wanted = any;
    for (auto& [power, tally] : tallies) {
      if (power == v1::Unit::POWER_UNSPECIFIED) continue;
      move(tally.wanted, untold.wanted,
           std::min(tally.wanted - tally.units, untold.units - untold.wanted));
    }
  }

  const domain::View& view_;
  const domain::Audience& audience_;
  const v1::Deployment& whole_;
  const v1::Deployment& shown_;
  absl::btree_set<std::string> seen_;  // assignments
  std::vector<Going> going_;
};

// ---- Rows.

v1::CoverageHour::State StateOf(const Tally& tally) {
  if (tally.units == 0) {
    return tally.wanted > 0 ? v1::CoverageHour::STATE_EMPTY : v1::CoverageHour::STATE_UNSPECIFIED;
  }
  return tally.answered >= std::max(1, tally.wanted) ? v1::CoverageHour::STATE_COVERED
                                                     : v1::CoverageHour::STATE_THIN;
}

using Rows = absl::btree_map<std::pair<std::string, Power>, std::vector<Tally>>;

void AddPlan(const Plan& plan, const std::vector<Span>& hours, Rows& rows) {
  for (const std::string& area : plan.Areas()) {
    for (size_t i = 0; i < hours.size(); ++i) {
      for (const auto& [power, tally] : plan.InHour(area, hours[i])) {
        if (tally.units == 0 && tally.wanted == 0) continue;
        std::vector<Tally>& row = rows[{area, power}];
        row.resize(hours.size());
        row[i].units += tally.units;
        row[i].answered += tally.answered;
        row[i].people += tally.people;
        row[i].wanted += tally.wanted;
      }
    }
  }
}

}  // namespace

absl::Status GetCoverage(const v1::GetCoverageRequest& request, const domain::View& view,
                         const domain::Audience& audience, absl::Time now,
                         v1::GetCoverageResponse* response) {
  if (!audience.everything && request.municipality() != audience.municipality) {
    return domain::NotFound(request.municipality());
  }
  const absl::TimeZone zone = domain::ZoneOf(view, request.municipality());
  const v1::TimeWindow window =
      request.has_window() ? request.window() : domain::Tonight(now, zone);
  if (absl::Status good = CheckLength(window, zone); !good.ok()) return good;
  const std::vector<Span> hours = HoursOf(SpanOf(window), zone);
  const Span whole{hours.front().start, hours.back().end};
  Rows rows;
  view.ForEach(v1::ENTITY_KIND_DEPLOYMENT, "", [&](const domain::EntityPtr& entity) {
    const v1::Deployment& deployment = entity->deployment();
    if (deployment.state() == v1::Deployment::STATE_PROPOSED) return true;
    if (!SpanOf(deployment.window()).Meets(whole) || !domain::SeesWhole(audience, *entity)) {
      return true;
    }
    const domain::EntityPtr shown = domain::Shown(audience, entity);
    AddPlan(Plan(view, audience, deployment, shown->deployment()), hours, rows);
    return true;
  });
  for (const auto& [key, tallies] : rows) {
    v1::CoverageRow& row = *response->add_rows();
    row.set_area(key.first);
    row.set_power(key.second);
    for (size_t i = 0; i < hours.size(); ++i) {
      v1::CoverageHour& hour = *row.add_hours();
      *hour.mutable_start_time() = domain::TimestampOf(hours[i].start);
      hour.set_units(tallies[i].units);
      hour.set_answered(tallies[i].answered);
      hour.set_people(tallies[i].people);
      hour.set_wanted(tallies[i].wanted);
      hour.set_state(StateOf(tallies[i]));
    }
  }
  return absl::OkStatus();
}

}  // namespace samsyn::analysis
