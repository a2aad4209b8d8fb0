#include "server/domain/gate.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "server/domain/assignment_life.h"
#include "server/domain/crew.h"
#include "server/domain/deployment_parts.h"
#include "server/domain/geography.h"
#include "server/domain/index_keys.h"
#include "server/domain/names.h"
#include "server/domain/permits.h"
#include "server/domain/places.h"
#include "server/domain/wall_clock.h"
#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

using Gate = v1::Gate;

constexpr int kVolunteersFewest = 2;
constexpr int kVolunteersAdvised = 3;

// Gathers reasons; the strictest is the verdict.
class Judge {
 public:
  void Block(Gate::Code code, Words words) { Add(code, Gate::VERDICT_BLOCK, std::move(words)); }
  void Warn(Gate::Code code, Words words) { Add(code, Gate::VERDICT_WARN, std::move(words)); }

  Gate Result() && {
    std::stable_sort(
        gate_.mutable_reasons()->begin(), gate_.mutable_reasons()->end(),
        [](const Gate::Reason& a, const Gate::Reason& b) { return a.verdict() > b.verdict(); });
    gate_.set_verdict(gate_.reasons().empty() ? Gate::VERDICT_ALLOW : gate_.reasons(0).verdict());
    return std::move(gate_);
  }

 private:
  void Add(Gate::Code code, Gate::Verdict verdict, Words words) {
    Gate::Reason& reason = *gate_.add_reasons();
    reason.set_code(code);
    reason.set_verdict(verdict);
    reason.set_text_en(std::move(words.en));
    reason.set_text_sv(std::move(words.sv));
  }

  Gate gate_;
};

std::string NameOfArea(const View& view, const std::string& name) {
  const auto area = view.Get<v1::Area>(name);
  return area == nullptr || area->display_name().empty() ? std::string(IdOf(name))
                                                         : area->display_name();
}

// ---- Ordningsvakt.

// "tillståndet A123 gäller fre–lör 20–03; …"
Words PermitsInWords(const std::vector<v1::Permit>& permits, absl::TimeZone zone) {
  std::vector<std::string> en, sv;
  for (const v1::Permit& permit : permits) {
    const Words times = TimesInWords(permit, zone);
    en.push_back(absl::StrCat("permit ", permit.number(), " applies ", times.en));
    sv.push_back(absl::StrCat("tillståndet ", permit.number(), " gäller ", times.sv));
  }
  return {absl::StrJoin(en, "; "), absl::StrJoin(sv, "; ")};
}

void BlockByPermits(const View& view, const std::vector<v1::Permit>& permits,
                    const v1::Deployment& deployment, const Shortfall& shortfall,
                    absl::TimeZone zone, Judge& judge) {
  if (shortfall.uncovered != absl::InfiniteFuture()) {
    const Words permit = PermitsInWords(permits, zone);
    const Words moment = MomentInWords(shortfall.uncovered, zone);
    const bool begins = shortfall.uncovered == TimeOf(deployment.window().start_time());
    judge.Block(Gate::CODE_OUTSIDE_PERMIT_TIME,
                {absl::StrCat("Ordningsvakt: ", permit.en, ", the deployment ",
                              begins ? "begins " : "goes on at ", moment.en),
                 absl::StrCat("Ordningsvakt: ", permit.sv, ", insatsen ",
                              begins ? "börjar " : "pågår ", moment.sv)});
  }
  std::vector<std::string> numbers;
  for (const v1::Permit& permit : permits) numbers.push_back(permit.number());
  const std::string all = absl::StrJoin(numbers, ", ");
  for (const std::string& area : shortfall.outside) {
    const std::string name = NameOfArea(view, area);
    judge.Block(Gate::CODE_OUTSIDE_PERMIT_AREA,
                {absl::StrCat("Ordningsvakt: ", name, " does not lie within permit ", all),
                 absl::StrCat("Ordningsvakt: ", name, " ligger inte inom tillståndet ", all)});
  }
}

void JudgeOrderGuard(const View& view, const Outing& outing, absl::TimeZone zone, Judge& judge) {
  const v1::Deployment& deployment = outing.deployment;
  const std::vector<v1::Permit> all(outing.unit.permits().begin(), outing.unit.permits().end());
  std::vector<v1::Permit> standing, temporary;
  for (const v1::Permit& permit : all) {
    (permit.temporary() ? temporary : standing).push_back(permit);
  }
  if (all.empty()) {
    judge.Block(
        Gate::CODE_NO_PERMIT,
        {"Ordningsvakt: no permit is entered; a coordinator enters it, the police a temporary one",
         "Ordningsvakt: inget tillstånd är inlagt; en samordnare lägger in det, polisen ett "
         "tillfälligt"});
    return;
  }
  Shortfall shortfall = ShortfallOf(view, standing, deployment.areas(), deployment.window(), zone);
  if (shortfall.blocks() && !temporary.empty()) {
    shortfall = ShortfallOf(view, all, deployment.areas(), deployment.window(), zone);
    if (!shortfall.blocks()) {
      const Words permit = PermitsInWords(temporary, zone);
      judge.Warn(Gate::CODE_TEMPORARY_PERMIT,
                 {absl::StrCat("Ordningsvakt: by temporary permit: ", permit.en),
                  absl::StrCat("Ordningsvakt: med tillfälligt tillstånd: ", permit.sv)});
    }
  }
  BlockByPermits(view, all, deployment, shortfall, zone, judge);
  for (const std::string& area : shortfall.borderless) {
    const std::string name = NameOfArea(view, area);
    judge.Warn(Gate::CODE_AREA_WITHOUT_BORDER,
               {absl::StrCat("Ordningsvakt: ", name, " has no border to hold against the permit"),
                absl::StrCat("Ordningsvakt: ", name, " saknar gräns att pröva tillståndet mot")});
  }
}

// ---- Väktare.

void JudgeGuard(const View& view, const Outing& outing, Judge& judge) {
  for (const std::string& area : outing.deployment.areas()) {
    if (LiesIn(view, area, outing.unit.objects())) continue;
    const std::string name = NameOfArea(view, area);
    const bool none = outing.unit.objects().empty();
    judge.Block(Gate::CODE_OUTSIDE_OBJECT,
                {absl::StrCat("Väktare: ", name,
                              none ? ": no objects of the client are entered"
                                   : " is none of the client's objects"),
                 absl::StrCat("Väktare: ", name,
                              none ? ": inga objekt för uppdragsgivaren är inlagda"
                                   : " är inget av uppdragsgivarens objekt")});
  }
}

// ---- Volunteers.

// They are seen, watch, talk and call; they do not step in, check, guard or repair. What is left is
// to be there and to talk: patrols and stops on foot, adults among the young, stewards who show the
// way, telling people things. Youth field work is a profession's; rounds, access control and all
// works need keys, powers or a trade; "other" may be anything.
bool IsForVolunteers(v1::Deployment::Kind kind) {
  switch (kind) {
    case v1::Deployment::KIND_VISIBLE_PATROL:
    case v1::Deployment::KIND_FOOT_STOP:
    case v1::Deployment::KIND_ADULT_PRESENCE:
    case v1::Deployment::KIND_EVENT_STEWARDING:
    case v1::Deployment::KIND_COMMUNICATION:
    case v1::Deployment::KIND_OUTREACH:
      return true;
    default:
      return false;
  }
}

void JudgeVolunteers(const Outing& outing, const Crew& crew, Judge& judge) {
  if (!IsForVolunteers(outing.deployment.kind())) {
    const Words kind = WordsOf(outing.deployment.kind());
    judge.Block(
        Gate::CODE_NOT_FOR_VOLUNTEERS,
        {absl::StrCat("Volunteers watch and call, they do not step in: not for ", kind.en),
         absl::StrCat("Frivilliga iakttar och ringer, de ingriper inte: inte för ", kind.sv)});
  }
  if (crew.fewest < kVolunteersFewest) {
    judge.Block(Gate::CODE_TOO_FEW_VOLUNTEERS,
                crew.known()
                    ? Words{absl::StrCat("Volunteers: at least two, the shift has ", crew.fewest),
                            absl::StrCat("Frivilliga: minst två, passet har ", crew.fewest)}
                    : Words{"Volunteers: at least two, no shift says how many",
                            "Frivilliga: minst två, inget pass säger hur många"});
  } else if (crew.fewest < kVolunteersAdvised) {
    judge.Warn(Gate::CODE_FEW_VOLUNTEERS,
               {"Volunteers: two; three are advised", "Frivilliga: två; tre rekommenderas"});
  }
}

// ---- Anybody.

void JudgeCrew(const Outing& outing, const Crew& crew, absl::TimeZone zone, Judge& judge) {
  const int minimum = outing.unit.minimum_crew();
  if (crew.shifts.empty()) {
    judge.Warn(Gate::CODE_NO_SHIFT,
               {"No shift is registered for that time", "Inget pass är anmält för tiden"});
  } else if (crew.uncovered != absl::InfiniteFuture()) {
    const Words moment = MomentInWords(crew.uncovered, zone);
    judge.Warn(Gate::CODE_SHIFT_TOO_SHORT,
               {absl::StrCat("The shift does not cover the whole time: nobody ", moment.en),
                absl::StrCat("Passet täcker inte hela tiden: ingen ", moment.sv)});
  }
  if (minimum == 0) return;
  if (!crew.known()) {
    judge.Warn(Gate::CODE_CREW_UNKNOWN,
               {absl::StrCat("At least ", minimum, " are to go out; no shift says how many do"),
                absl::StrCat("Minst ", minimum, " ska gå ut; inget pass säger hur många")});
  } else if (crew.fewest < minimum) {
    judge.Warn(Gate::CODE_BELOW_MINIMUM_CREW,
               {absl::StrCat("At least ", minimum, " are to go out; the shift has ", crew.fewest),
                absl::StrCat("Minst ", minimum, " ska gå ut; passet har ", crew.fewest)});
  }
}

// The shortest way in metres between two of the areas; nullopt: not known of any.
std::optional<double> DistanceBetween(const View& view,
                                      const google::protobuf::RepeatedPtrField<std::string>& a,
                                      const google::protobuf::RepeatedPtrField<std::string>& b) {
  std::optional<double> shortest;
  for (const std::string& from : a) {
    const auto start = CentreOf(view, from);
    if (!start) continue;
    for (const std::string& to : b) {
      const auto end = CentreOf(view, to);
      if (!end) continue;
      const double metres = DistanceM(*start, *end);
      if (!shortest || metres < *shortest) shortest = metres;
    }
  }
  return shortest;
}

// The time between two windows; nullopt: they overlap (R3).
std::optional<absl::Duration> Between(const v1::TimeWindow& a, const v1::TimeWindow& b) {
  if (TimeOf(a.end_time()) <= TimeOf(b.start_time())) {
    return TimeOf(b.start_time()) - TimeOf(a.end_time());
  }
  if (TimeOf(b.end_time()) <= TimeOf(a.start_time())) {
    return TimeOf(a.start_time()) - TimeOf(b.end_time());
  }
  return std::nullopt;
}

void JudgeWay(const View& view, const Audience& audience, const Outing& outing, Judge& judge) {
  const v1::Deployment& deployment = outing.deployment;
  for (const std::string& name : view.Lookup(AssignmentsOfUnitKey(outing.unit.name()))) {
    const EntityPtr entity = view.Find(name);
    if (entity == nullptr || name == outing.leaves || !SeesWhole(audience, *entity)) continue;
    const v1::Assignment& other = entity->assignment();
    if (!IsLive(other.state()) || other.deployment() == deployment.name()) continue;
    const auto time = Between(other.window(), deployment.window());
    const auto metres = DistanceBetween(view, other.areas(), deployment.areas());
    if (!time || !metres || *metres <= absl::ToDoubleMinutes(*time) * kMetresAMinute) continue;
    const std::string where = NameOfArea(view, other.areas(0));
    const double km = std::round(*metres / 100) / 10;
    const int64_t minutes = absl::ToInt64Minutes(*time);
    judge.Warn(Gate::CODE_TOO_FAR,
               {absl::StrCat(km, " km in ", minutes, " min, to or from its assignment at ", where),
                absl::StrCat(km, " km på ", minutes, " min, till eller från uppdraget i ", where)});
    return;  // one is enough for a hint
  }
}

// Whether an actor may know that the unit is committed, or speaks of it itself.
bool MayKnow(const Actor& actor, const Outing& outing) {
  if (FindCommitment(outing.deployment, outing.unit.name()) == nullptr) return true;
  const EntityPtr shown =
      Shown(actor.audience, std::make_shared<const v1::Entity>(Wrap(outing.deployment)));
  return shown != nullptr && FindCommitment(shown->deployment(), outing.unit.name()) != nullptr;
}

absl::Status Blocked(const v1::Unit& unit, const Gate& gate, bool may_know) {
  if (!may_know) {
    return Refuse(
        v1::ERROR_REASON_GATE_BLOCKED,
        {absl::StrCat("A unit of ", unit.organisation(), " may not be sent on this; they see why."),
         absl::StrCat("En enhet hos ", unit.organisation(),
                      " får inte skickas på detta; de ser varför.")},
        {{"organisation", unit.organisation()}});
  }
  std::vector<std::string> codes, en, sv;
  for (const Gate::Reason& reason : gate.reasons()) {
    if (reason.verdict() != Gate::VERDICT_BLOCK) continue;
    codes.push_back(Gate::Code_Name(reason.code()).substr(absl::string_view("CODE_").size()));
    en.push_back(reason.text_en());
    sv.push_back(reason.text_sv());
  }
  return Refuse(
      v1::ERROR_REASON_GATE_BLOCKED,
      {absl::StrCat(unit.display_name(), " may not be sent. ", absl::StrJoin(en, ". "), "."),
       absl::StrCat(unit.display_name(), " får inte skickas. ", absl::StrJoin(sv, ". "), ".")},
      {{"unit", unit.name()}, {"reasons", absl::StrJoin(codes, ",")}});
}

}  // namespace

bool IsBound(v1::Unit::Power power) {
  return power == v1::Unit::POWER_PUBLIC_ORDER_GUARD || power == v1::Unit::POWER_GUARD ||
         power == v1::Unit::POWER_VOLUNTEER;
}

v1::Gate GateOf(const View& view, const Audience& audience, const Outing& outing) {
  const absl::TimeZone zone = ZoneOf(view, MunicipalityOf(outing.unit.name()));
  const Crew crew = CrewOf(view, audience, outing.unit.name(), outing.deployment.window());
  Judge judge;
  switch (outing.unit.power()) {
    case v1::Unit::POWER_PUBLIC_ORDER_GUARD:
      JudgeOrderGuard(view, outing, zone, judge);
      break;
    case v1::Unit::POWER_GUARD:
      JudgeGuard(view, outing, judge);
      break;
    case v1::Unit::POWER_VOLUNTEER:
      JudgeVolunteers(outing, crew, judge);
      break;
    default:
      break;
  }
  JudgeCrew(outing, crew, zone, judge);
  JudgeWay(view, audience, outing, judge);
  return std::move(judge).Result();
}

absl::StatusOr<std::vector<v1::Gate::Code>> PassGate(const View& view, const Actor& actor,
                                                     const Outing& outing) {
  const v1::Gate gate = GateOf(view, actor.audience, outing);
  if (gate.verdict() == Gate::VERDICT_BLOCK) {
    return Blocked(outing.unit, gate, MayKnow(actor, outing));
  }
  std::vector<v1::Gate::Code> warnings;
  for (const Gate::Reason& reason : gate.reasons()) {
    if (std::find(warnings.begin(), warnings.end(), reason.code()) == warnings.end()) {
      warnings.push_back(reason.code());
    }
  }
  return warnings;
}

absl::Status RequireGatesPassed(const View& view, const Actor& actor,
                                const v1::Deployment& deployment) {
  for (const v1::Commitment& commitment : deployment.commitments()) {
    const auto unit = view.Get<v1::Unit>(commitment.unit());
    if (unit == nullptr || !Stands(view, commitment)) continue;
    const auto passed = PassGate(view, actor, {*unit, deployment, ""});
    if (!passed.ok()) return passed.status();
  }
  return absl::OkStatus();
}

void SetWarnings(const std::vector<v1::Gate::Code>& warnings, v1::Commitment& commitment) {
  commitment.clear_warnings();
  for (const v1::Gate::Code code : warnings) commitment.add_warnings(code);
}

}  // namespace samsyn::domain
