#include "server/domain/assignment_rules.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <optional>

#include "server/domain/assignment_life.h"
#include "server/domain/assignment_parts.h"
#include "server/domain/deployment_parts.h"
#include "server/domain/gate.h"
#include "server/domain/index_keys.h"
#include "server/domain/names.h"
#include "server/domain/releases.h"
#include "server/domain/rule_checks.h"
#include "server/domain/stops.h"
#include "server/domain/timers.h"

namespace samsyn::domain {
namespace {

using State = v1::Assignment::State;

// ---- The field log.

// What the field says: one of the three requests.
struct Report {
  State state = v1::Assignment::STATE_UNSPECIFIED;
  v1::DeviceStamp stamp;
  std::string reason;
  std::string text;
  int minutes_on_place = 0;
};

std::string UpdateName(absl::string_view assignment, const v1::DeviceStamp& stamp) {
  return NameOf(assignment, v1::ENTITY_KIND_FIELD_UPDATE,
                absl::AsciiStrToLower(stamp.operation_id()));
}

v1::FieldUpdate NewUpdate(const Task& task, const v1::DeviceStamp& stamp,
                          v1::FieldUpdate::Kind kind) {
  v1::FieldUpdate update;
  update.set_name(UpdateName(task.assignment.name(), stamp));
  update.set_owner(task.assignment.owner());
  *update.mutable_release() = ViewersAlone(task.assignment.release());
  update.set_assignment(task.assignment.name());
  update.set_unit(task.assignment.unit());
  update.set_kind(kind);
  *update.mutable_stamp() = stamp;
  update.set_member(task.actor.member->name());
  return update;
}

void Keep(const Task& task, const Report& report, v1::FieldUpdate::Kind kind,
          Transaction& transaction) {
  v1::FieldUpdate update = NewUpdate(task, report.stamp, kind);
  update.set_state(report.state);
  update.set_text(report.text.empty() ? report.reason : report.text);
  update.set_minutes_on_place(report.minutes_on_place);
  transaction.Put(std::move(update));
}

bool SameDevice(const v1::FieldUpdate& update, const Task& task, const v1::DeviceStamp& stamp) {
  return update.member() == task.actor.member->name() &&
         update.stamp().device_id() == stamp.device_id();
}

// The applied changes of state that this device sent.
std::vector<std::shared_ptr<const v1::FieldUpdate>> Applied(const View& view, const Task& task,
                                                            const v1::DeviceStamp& stamp) {
  std::vector<std::shared_ptr<const v1::FieldUpdate>> applied;
  for (const std::string& name : view.Lookup(UpdatesOfKey(task.assignment.name()))) {
    auto update = view.Get<v1::FieldUpdate>(name);
    if (update != nullptr && update->kind() == v1::FieldUpdate::KIND_STATE &&
        SameDevice(*update, task, stamp)) {
      applied.push_back(std::move(update));
    }
  }
  return applied;
}

// The same operation again: answers as it did. nullopt: it is new.
std::optional<absl::Status> Repeated(const Task& task, const v1::DeviceStamp& stamp,
                                     std::optional<State> state, Transaction& transaction) {
  const auto kept = transaction.Get<v1::FieldUpdate>(UpdateName(task.assignment.name(), stamp));
  if (kept == nullptr) return std::nullopt;
  if (kept->member() != task.actor.member->name() || (state && kept->state() != *state)) {
    return Refuse(v1::ERROR_REASON_REQUEST_ID_REUSED,
                  {"This operation id was used for something else.",
                   "Det här operations-id:t har använts till något annat."});
  }
  transaction.Answer(state ? task.assignment.name() : kept->name());
  if (kept->kind() == v1::FieldUpdate::KIND_OUTDATED_STATE) {
    transaction.SetEffect(v1::ERROR_REASON_DEFINITION_CHANGED);
  }
  return absl::OkStatus();
}

// ---- Late: somebody else was quicker, or this device itself.

bool Overtaken(const View& view, const Task& task, const v1::DeviceStamp& stamp) {
  const auto own = Applied(view, task, stamp);
  for (const auto& update : own) {
    if (stamp.sequence() > 0 && update->stamp().sequence() > stamp.sequence()) return true;
  }
  const v1::Assignment& assignment = task.assignment;
  const int64_t since = assignment.status_version() - stamp.status_version();
  if (since > assignment.history_size()) return true;  // longer ago than is kept
  for (int64_t i = assignment.history_size() - since; i < assignment.history_size(); ++i) {
    const v1::StateChange& change = assignment.history(static_cast<int>(i));
    if (change.state() == v1::Assignment::STATE_DELIVERED ||
        change.state() == v1::Assignment::STATE_EXPIRED) {
      continue;
    }
    const bool mine = std::any_of(own.begin(), own.end(), [&](const auto& update) {
      return update->state() == change.state() &&
             TimeOf(update->create_time()) == TimeOf(change.time()) &&
             update->member() == change.member();
    });
    if (!mine) return true;
  }
  return false;
}

// ---- Transitions.

// The way of an assignment; PAUSED stands beside ON_SCENE.
constexpr State kWay[] = {v1::Assignment::STATE_OFFERED,  v1::Assignment::STATE_DELIVERED,
                          v1::Assignment::STATE_SEEN,     v1::Assignment::STATE_ACCEPTED,
                          v1::Assignment::STATE_EN_ROUTE, v1::Assignment::STATE_ON_SCENE};

// The state that counts for what was skipped: of an unanswered one the state before.
State Reached(const v1::Assignment& assignment) {
  for (int i = assignment.history_size() - 1; i >= 0; --i) {
    const State state = assignment.history(i).state();
    if (state != v1::Assignment::STATE_EXPIRED) return state;
  }
  return assignment.state();
}

// How far on its way a unit must have come that reports this.
State Implied(State state) {
  switch (state) {
    case v1::Assignment::STATE_DECLINED:
      return v1::Assignment::STATE_ACCEPTED;  // exclusive: it has seen it
    case v1::Assignment::STATE_NOT_DONE:
      return v1::Assignment::STATE_EN_ROUTE;  // exclusive: it had accepted it
    case v1::Assignment::STATE_PAUSED:
    case v1::Assignment::STATE_DONE:
      return v1::Assignment::STATE_PAUSED;  // exclusive: it was on scene
    default:
      return state;
  }
}

void MarkSkipped(const v1::Assignment& assignment, v1::StateChange& change) {
  const State from = Reached(assignment);
  const State to = Implied(change.state());
  for (const State state : kWay) {
    if (state > from && state < to) change.add_not_observed(state);
  }
}

absl::Status NotFromHere(const v1::Assignment& assignment) {
  std::vector<std::string> en, sv, ids;
  for (const State state : NextStates(assignment.state())) {
    en.push_back(WordsOf(state).en);
    sv.push_back(absl::StrCat("”", WordsOf(state).sv, "”"));
    ids.push_back(IdOf(state));
  }
  const Words now = WordsOf(assignment.state());
  Words words{absl::StrCat("The assignment is ", now.en, "; "),
              absl::StrCat("Uppdragets läge är ”", now.sv, "”; ")};
  absl::StrAppend(&words.en,
                  en.empty() ? "nothing can follow."
                             : absl::StrCat("what can follow is ", absl::StrJoin(en, ", "), "."));
  absl::StrAppend(&words.sv,
                  sv.empty() ? "inget kan följa."
                             : absl::StrCat("det som kan följa är ", absl::StrJoin(sv, ", "), "."));
  return Refuse(v1::ERROR_REASON_WRONG_STATE, std::move(words),
                {{"state", IdOf(assignment.state())}, {"allowed", absl::StrJoin(ids, ",")}});
}

absl::Time ExpiredAt(const v1::Assignment& assignment) {
  for (int i = assignment.history_size() - 1; i >= 0; --i) {
    const v1::StateChange& change = assignment.history(i);
    if (change.state() == v1::Assignment::STATE_EXPIRED) return TimeOf(change.time());
  }
  return absl::InfinitePast();
}

// A person's answer after EXPIRED: late, unless R3 forbids it now. A dispatcher who decided
// otherwise decided over what the unit had while this assignment held it, not over what it was
// given since.
absl::Status AnswerLate(const Transaction& transaction, const Task& task,
                        const v1::DeviceStamp& stamp, v1::Assignment& assignment) {
  const auto deployment = transaction.Get<v1::Deployment>(assignment.deployment());
  const v1::Commitment* commitment =
      deployment == nullptr ? nullptr : FindCommitment(*deployment, assignment.unit());
  const bool overridden = commitment != nullptr && !commitment->override_reason().empty();
  const absl::Status free =
      RequireFree(transaction, task.actor,
                  {assignment.unit(), assignment.window(), "", assignment.name(),
                   overridden ? ExpiredAt(assignment) : absl::InfinitePast()});
  if (!free.ok()) return free;
  const bool in_time = TimeOf(stamp.device_time()) <= TimeOf(assignment.acknowledge_by_time());
  assignment.set_lateness(in_time ? v1::Assignment::LATENESS_REACHED_US_LATE
                                  : v1::Assignment::LATENESS_ANSWERED_LATE);
  return absl::OkStatus();
}

absl::Status Apply(const Task& task, const Report& report, Transaction& transaction) {
  v1::Assignment assignment = task.assignment;
  const std::vector<State> next = NextStates(assignment.state());
  if (std::find(next.begin(), next.end(), report.state) == next.end()) {
    return NotFromHere(assignment);
  }
  if (assignment.state() == v1::Assignment::STATE_EXPIRED) {
    const absl::Status late = AnswerLate(transaction, task, report.stamp, assignment);
    if (!late.ok()) return late;
  }
  v1::StateChange change = ChangeTo(transaction, report.state);
  *change.mutable_device_time() = report.stamp.device_time();
  change.set_by_dispatcher(!task.field);
  MarkSkipped(assignment, change);
  Move(change, assignment);
  if (!report.reason.empty()) assignment.set_reason(report.reason);
  assignment.set_minutes_on_scene(std::max(assignment.minutes_on_scene(), report.minutes_on_place));
  Keep(task, report, v1::FieldUpdate::KIND_STATE, transaction);
  PutAssignment(std::move(assignment), transaction);
  FollowAssignments(task.assignment.deployment(), transaction);
  return absl::OkStatus();
}

absl::Status RequireKnownVersions(const v1::Assignment& assignment, const v1::DeviceStamp& stamp) {
  if (stamp.definition_version() <= assignment.definition_version() &&
      stamp.status_version() <= assignment.status_version()) {
    return absl::OkStatus();
  }
  return RefuseFields(
      {{"stamp", {"a version that there has never been", "en version som aldrig har funnits"}}});
}

// The one way of every answer from the field.
absl::Status Answer(absl::string_view name, const Report& report, Transaction& transaction) {
  const auto task = TaskOf(transaction, name);
  if (!task.ok()) return task.status();
  const bool receipt = report.state == v1::Assignment::STATE_DELIVERED;
  if (absl::Status may = RequireAnswers(*task, receipt); !may.ok()) return may;
  if (auto repeated = Repeated(*task, report.stamp, report.state, transaction)) return *repeated;
  const v1::Assignment& assignment = task->assignment;
  if (absl::Status known = RequireKnownVersions(assignment, report.stamp); !known.ok()) {
    return known;
  }
  transaction.Answer(assignment.name());
  if (report.stamp.definition_version() != assignment.definition_version()) {
    Keep(*task, report, v1::FieldUpdate::KIND_OUTDATED_STATE, transaction);
    transaction.SetEffect(v1::ERROR_REASON_DEFINITION_CHANGED);
    return absl::OkStatus();
  }
  const bool nothing_new = report.state == assignment.state() ||
                           (receipt && assignment.state() != v1::Assignment::STATE_OFFERED);
  if (nothing_new || Overtaken(transaction, *task, report.stamp)) {
    Keep(*task, report, v1::FieldUpdate::KIND_LATE_STATE, transaction);
    return absl::OkStatus();
  }
  return Apply(*task, report, transaction);
}

// ---- Stops.

absl::Status AddStop(const Task& task, const v1::AddFieldUpdateRequest& request,
                     Transaction& transaction) {
  v1::Assignment assignment = task.assignment;
  const int number = request.stop();
  const absl::Status there = RequireStop(number, request.stamp().definition_version(), assignment);
  if (!there.ok()) return there;
  if (assignment.stops(number - 1).has_done_time()) {
    transaction.Answer(UpdateOfStop(transaction, assignment, number));
    return absl::OkStatus();
  }
  MakeStop(number, request.minutes_on_place(), TimeOf(request.stamp().device_time()), assignment);
  v1::FieldUpdate update = NewUpdate(task, request.stamp(), v1::FieldUpdate::KIND_STOP);
  update.set_stop(number);
  update.set_text(request.text());
  update.set_minutes_on_place(assignment.stops(number - 1).delivered_minutes());
  transaction.Answer(update.name());
  transaction.Put(std::move(update));
  PutAssignment(std::move(assignment), transaction);
  return absl::OkStatus();
}

// ---- Changing hands.

absl::Status RequireNotFinal(const v1::Assignment& assignment) {
  if (!IsFinal(assignment.state())) return absl::OkStatus();
  return WrongState(AssignmentSubject(), assignment.state(),
                    {v1::Assignment::STATE_OFFERED, v1::Assignment::STATE_DELIVERED,
                     v1::Assignment::STATE_SEEN, v1::Assignment::STATE_ACCEPTED,
                     v1::Assignment::STATE_EN_ROUTE, v1::Assignment::STATE_ON_SCENE,
                     v1::Assignment::STATE_PAUSED, v1::Assignment::STATE_EXPIRED});
}

// DISPATCHER of the unit's organisation, or where that is enough, of one that directs the unit.
absl::Status RequireDirects(const Task& task, const v1::Unit& unit, bool directing) {
  if (absl::Status may = RequireRole(task.actor, {v1::ROLE_DISPATCHER}); !may.ok()) return may;
  if (task.dispatcher) return absl::OkStatus();
  if (directing && Directs(task.actor.organisation(), unit)) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_NOT_YOUR_ORGANISATION,
                {absl::StrCat("Only its own organisation decides over ", unit.display_name(), "."),
                 absl::StrCat("Bara den egna aktören bestämmer över ", unit.display_name(), ".")},
                {{"organisation", unit.organisation()}});
}

// The old assignment gives way to the new one.
void GiveWay(v1::Assignment old, v1::Assignment made, absl::string_view reason,
             Transaction& transaction) {
  old.set_replaced_by(made.name());
  transaction.Answer(made.name());
  transaction.Answer(old.name());
  const std::string deployment = old.deployment();
  PutAssignment(std::move(made), transaction);
  End(std::move(old), v1::Assignment::STATE_REPLACED, reason, transaction);
  FollowAssignments(deployment, transaction);
}

// The deployment that a unit is sent to instead must be on, and not wait for the read-back.
absl::Status RequireTakesUnits(const Transaction& transaction, const v1::Deployment& deployment) {
  if (absl::Status on = RequireState({"The deployment", "Insatsens"}, deployment.state(),
                                     {v1::Deployment::STATE_DECIDED, v1::Deployment::STATE_ACTIVE});
      !on.ok()) {
    return on;
  }
  if (OffersAtOnce(deployment) && TimeOf(deployment.window().end_time()) > transaction.now())
    return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_WRONG_STATE,
                {"That deployment waits for the read-back, or its window is over.",
                 "Den insatsen väntar på uppläsningen, eller så har dess tid gått."},
                {{"state", IdOf(deployment.state())}, {"allowed", "OfferAssignments"}});
}

// Commits the unit to a deployment that it is sent to; `made` is its assignment there.
void CommitInstead(const Task& task, v1::Deployment deployment, const v1::Assignment& made,
                   const std::vector<v1::Gate::Code>& warnings, Transaction& transaction) {
  v1::Commitment* commitment = FindCommitment(deployment, made.unit());
  if (commitment == nullptr) commitment = deployment.add_commitments();
  commitment->Clear();
  commitment->set_organisation(made.organisation());
  commitment->set_unit(made.unit());
  commitment->set_assignment(made.name());
  *commitment->mutable_time() = TimestampOf(transaction.now());
  if (!task.dispatcher) commitment->set_directed_by(task.actor.organisation());
  SetWarnings(warnings, *commitment);
  deployment.set_offered(true);
  PutDeployment(std::move(deployment), transaction);
}

}  // namespace

std::vector<State> NextStates(State state) {
  using A = v1::Assignment;
  switch (state) {
    case A::STATE_OFFERED:
      return {A::STATE_DELIVERED, A::STATE_SEEN,     A::STATE_ACCEPTED,
              A::STATE_EN_ROUTE,  A::STATE_ON_SCENE, A::STATE_PAUSED,
              A::STATE_DONE,      A::STATE_NOT_DONE, A::STATE_DECLINED};
    case A::STATE_DELIVERED:
      return {A::STATE_SEEN,   A::STATE_ACCEPTED, A::STATE_EN_ROUTE, A::STATE_ON_SCENE,
              A::STATE_PAUSED, A::STATE_DONE,     A::STATE_NOT_DONE, A::STATE_DECLINED};
    case A::STATE_SEEN:
      return {A::STATE_ACCEPTED, A::STATE_EN_ROUTE, A::STATE_ON_SCENE, A::STATE_PAUSED,
              A::STATE_DONE,     A::STATE_NOT_DONE, A::STATE_DECLINED};
    case A::STATE_EXPIRED:
      return {A::STATE_ACCEPTED, A::STATE_EN_ROUTE, A::STATE_ON_SCENE,
              A::STATE_PAUSED,   A::STATE_DONE,     A::STATE_NOT_DONE};
    case A::STATE_ACCEPTED:
      return {A::STATE_EN_ROUTE, A::STATE_ON_SCENE, A::STATE_PAUSED, A::STATE_DONE,
              A::STATE_NOT_DONE};
    case A::STATE_EN_ROUTE:
      return {A::STATE_ON_SCENE, A::STATE_PAUSED, A::STATE_DONE, A::STATE_NOT_DONE};
    case A::STATE_ON_SCENE:
      return {A::STATE_PAUSED, A::STATE_DONE, A::STATE_NOT_DONE};
    case A::STATE_PAUSED:
      return {A::STATE_ON_SCENE, A::STATE_DONE, A::STATE_NOT_DONE};
    default:
      return {};
  }
}

absl::Status ReportDelivery(const v1::ReportDeliveryRequest& request, Transaction& transaction) {
  return Answer(request.name(), {v1::Assignment::STATE_DELIVERED, request.stamp(), "", "", 0},
                transaction);
}

absl::Status AcknowledgeAssignment(const v1::AcknowledgeAssignmentRequest& request,
                                   Transaction& transaction) {
  Report report{v1::Assignment::STATE_SEEN, request.stamp(), request.reason(), "", 0};
  if (request.answer() == v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED) {
    report.state = v1::Assignment::STATE_ACCEPTED;
  } else if (request.answer() == v1::AcknowledgeAssignmentRequest::ANSWER_DECLINED) {
    report.state = v1::Assignment::STATE_DECLINED;
    if (request.reason().empty()) {
      return RefuseFields({{"reason", {"say why you cannot", "skriv varför ni inte kan"}}});
    }
  }
  return Answer(request.name(), report, transaction);
}

absl::Status UpdateAssignment(const v1::UpdateAssignmentRequest& request,
                              Transaction& transaction) {
  if ((request.state() < v1::Assignment::STATE_EN_ROUTE ||
       request.state() > v1::Assignment::STATE_NOT_DONE)) {
    return RefuseFields({{"state",
                          {"one of EN_ROUTE, ON_SCENE, PAUSED, DONE, NOT_DONE",
                           "någon av på väg, på plats, paus, klart, ej utfört"}}});
  }
  if (request.state() == v1::Assignment::STATE_NOT_DONE && request.reason().empty()) {
    return RefuseFields({{"reason", {"say why it was not done", "skriv varför det inte blev av"}}});
  }
  return Answer(request.name(),
                {request.state(), request.stamp(), request.reason(), request.text(),
                 request.minutes_on_place()},
                transaction);
}

absl::Status DefinitionChanged(const v1::Assignment& assignment) {
  return Refuse(
      v1::ERROR_REASON_DEFINITION_CHANGED,
      {"The assignment was changed since your device read it. Read it again, then answer again; "
       "what you sent is kept in the field log.",
       "Uppdraget har ändrats sedan din enhet läste det. Läs om det och svara igen; det du "
       "skickade "
       "finns kvar i fältloggen."},
      {{"definition_version", absl::StrCat(assignment.definition_version())}});
}

absl::Status AddFieldUpdate(const v1::AddFieldUpdateRequest& request, Transaction& transaction) {
  const auto task = TaskOf(transaction, request.name());
  if (!task.ok()) return task.status();
  if (absl::Status may = RequireAnswers(*task, false); !may.ok()) return may;
  if (auto repeated = Repeated(*task, request.stamp(), std::nullopt, transaction)) {
    return *repeated;
  }
  if (request.stop() > 0) return AddStop(*task, request, transaction);
  if (request.text().empty() && request.minutes_on_place() == 0) {
    return RefuseFields(
        {{"text", {"give words, minutes or a stop", "ange text, minuter eller ett stopp"}}});
  }
  v1::FieldUpdate update = NewUpdate(
      *task, request.stamp(),
      request.minutes_on_place() > 0 ? v1::FieldUpdate::KIND_PRESENCE : v1::FieldUpdate::KIND_NOTE);
  update.set_text(request.text());
  update.set_minutes_on_place(request.minutes_on_place());
  transaction.Answer(update.name());
  transaction.Put(std::move(update));
  if (request.minutes_on_place() > 0 &&
      task->assignment.state() != v1::Assignment::STATE_ON_SCENE) {
    v1::Assignment assignment = task->assignment;
    assignment.set_minutes_on_scene(assignment.minutes_on_scene() + request.minutes_on_place());
    PutAssignment(std::move(assignment), transaction);
  }
  return absl::OkStatus();
}

absl::Status ReplaceAssignment(const v1::ReplaceAssignmentRequest& request,
                               Transaction& transaction) {
  const auto task = TaskOf(transaction, request.name());
  if (!task.ok()) return task.status();
  const v1::Assignment& old = task->assignment;
  const auto unit = transaction.Get<v1::Unit>(old.unit());
  if (unit == nullptr) return NotFound(old.unit());
  if (absl::Status may = RequireDirects(*task, *unit, true); !may.ok()) return may;
  if (absl::Status same = RequireEtag(request.etag(), old.etag()); !same.ok()) return same;
  if (absl::Status live = RequireNotFinal(old); !live.ok()) return live;
  const auto to = See<v1::Deployment>(transaction, task->actor, request.deployment());
  if (!to.ok()) return to.status();
  if (!OrganisationMaySee(transaction, unit->organisation(), Wrap(**to))) {
    return NotFound(request.deployment());
  }
  if (absl::Status on = RequireTakesUnits(transaction, **to); !on.ok()) return on;
  const absl::Status free =
      RequireFree(transaction, task->actor, {unit->name(), (*to)->window(), "", old.name()});
  if (!free.ok()) return free;
  const auto warnings = PassGate(transaction, task->actor, {*unit, **to, old.name()});
  if (!warnings.ok()) return warnings.status();
  v1::Assignment made = NewAssignment(transaction, **to, *unit, 0);
  CommitInstead(*task, **to, made, *warnings, transaction);
  GiveWay(old, std::move(made), request.reason(), transaction);
  return absl::OkStatus();
}

absl::Status HandOverAssignment(const v1::HandOverAssignmentRequest& request,
                                Transaction& transaction) {
  const auto task = TaskOf(transaction, request.name());
  if (!task.ok()) return task.status();
  const v1::Assignment& old = task->assignment;
  const auto unit = See<v1::Unit>(transaction, task->actor, request.unit());
  if (!unit.ok()) return unit.status();
  if (absl::Status may = RequireDirects(*task, **unit, false); !may.ok()) return may;
  if (absl::Status same = RequireEtag(request.etag(), old.etag()); !same.ok()) return same;
  if (absl::Status live = RequireNotFinal(old); !live.ok()) return live;
  if ((*unit)->organisation() != old.organisation() || (*unit)->name() == old.unit() ||
      (*unit)->retired()) {
    return RefuseFields({{"unit",
                          {"another unit in use of the same organisation",
                           "en annan enhet hos samma aktör, som är i bruk"}}});
  }
  if (request.override_reason().empty()) {
    const absl::Status free =
        RequireFree(transaction, task->actor, {(*unit)->name(), old.window(), "", old.name()});
    if (!free.ok()) return free;
  }
  const auto deployment = transaction.Get<v1::Deployment>(old.deployment());
  if (deployment == nullptr) return NotFound(old.deployment());
  absl::Status told = RequireFor(transaction, *deployment, (*unit)->organisation());
  if (!told.ok()) return told;
  const auto warnings = PassGate(transaction, task->actor, {**unit, *deployment, old.name()});
  if (!warnings.ok()) return warnings.status();
  v1::Assignment made = NewAssignment(transaction, *deployment, **unit, 0);
  v1::Assignment left = old;
  HandOverStops(left, made);
  made.set_handed_over_from(old.unit());
  v1::Deployment changed = *deployment;
  if (v1::Commitment* commitment = FindCommitment(changed, old.unit())) {
    commitment->set_unit(made.unit());
    commitment->set_assignment(made.name());
    commitment->set_override_reason(request.override_reason());
    SetWarnings(*warnings, *commitment);
    *commitment->mutable_time() = TimestampOf(transaction.now());
    PutDeployment(std::move(changed), transaction);
  }
  GiveWay(std::move(left), std::move(made), request.reason(), transaction);
  return absl::OkStatus();
}

// Nobody answered in time.
absl::Status OnAssignmentDue(const v1::Assignment& due, Transaction& transaction) {
  v1::Assignment assignment = due;
  Move(ChangeTo(transaction, v1::Assignment::STATE_EXPIRED), assignment);
  PutAssignment(std::move(assignment), transaction);
  return absl::OkStatus();
}

}  // namespace samsyn::domain
