#include "server/domain/deployment_rules.h"

#include <absl/strings/str_join.h>

#include <algorithm>
#include <set>

#include "server/domain/assignment_life.h"
#include "server/domain/delivery.h"
#include "server/domain/deployment_parts.h"
#include "server/domain/first_class.h"
#include "server/domain/gate.h"
#include "server/domain/names.h"
#include "server/domain/rule_checks.h"
#include "server/domain/stops.h"
#include "server/domain/timers.h"

namespace samsyn::domain {
namespace {

v1::ReleaseClass DefaultClass(v1::Deployment::Kind kind) {
  switch (kind) {
    case v1::Deployment::KIND_TRAFFIC_CONTROL:
    case v1::Deployment::KIND_LICENSING_INSPECTION:
    case v1::Deployment::KIND_CAMERA:
      return v1::RELEASE_CLASS_AUTHORITY;
    default:
      return v1::RELEASE_CLASS_PARTNER;
  }
}

absl::Status RequireProposer(const Actor& actor) {
  return RequireRole(actor, {v1::ROLE_COORDINATOR, v1::ROLE_CHAIR, v1::ROLE_SECRETARY,
                             v1::ROLE_DISPATCHER, v1::ROLE_REPORTER});
}

// Its owner while PROPOSED; those who lead until it is final.
absl::Status RequireMayChange(const Plan& plan) {
  if (LeadsDeployments(plan.actor)) return absl::OkStatus();
  if (plan.deployment.owner() == plan.actor.organisation() &&
      plan.deployment.state() == v1::Deployment::STATE_PROPOSED) {
    return RequireProposer(plan.actor);
  }
  return RequireLead(plan.actor);
}

// Chair of the open meeting; outside one, CHAIR.
absl::Status RequireDecider(const View& view, const Actor& actor) {
  const auto meeting = OpenMeeting(view);
  if (meeting == nullptr) return RequireRole(actor, {v1::ROLE_CHAIR});
  if (IsChairOf(actor, *meeting)) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_ROLE_MISSING,
                {"While a meeting is open, only its chair decides.",
                 "Medan ett möte är öppet är det bara dess mötesledare som bekräftar."},
                {{"role", "CHAIR"}});
}

// New words are written from the problem that they come to answer: only its owner puts them in a
// looser deployment.
absl::Status RequireNotLooser(const View& view, const Plan& plan, const std::string& problem) {
  const v1::Deployment& deployment = plan.deployment;
  const auto answered = view.Get<v1::Problem>(problem);
  if (answered == nullptr || problem == deployment.problem()) return absl::OkStatus();
  return RequireNotLooser(plan.actor, deployment.release().release_class(), *answered,
                          "deployment.problem");
}

absl::Status CheckContent(const Transaction& transaction, const Actor& actor,
                          const v1::Deployment& content) {
  if (absl::Status there = RequireAreas(transaction, content.areas()); !there.ok()) return there;
  if (absl::Status stops = CheckStops(content); !stops.ok()) return stops;
  if (!content.responsible_organisation().empty()) {
    const absl::Status there = RequireOrganisation(transaction, content.responsible_organisation());
    if (!there.ok()) return there;
  }
  if (content.problem().empty()) return absl::OkStatus();
  return GetVisible<v1::Problem>(transaction, actor.audience, content.problem()) == nullptr
             ? NotFound(content.problem())
             : absl::OkStatus();
}

void CopyContent(const v1::Deployment& from, v1::Deployment& to) {
  to.set_problem(from.problem());
  to.set_aim(from.aim());
  to.set_kind(from.kind());
  to.set_prevention(from.prevention());
  *to.mutable_areas() = from.areas();
  *to.mutable_window() = from.window();
  to.set_responsible_organisation(from.responsible_organisation());
  to.clear_follow_up_due_time();
  if (from.has_follow_up_due_time()) {
    *to.mutable_follow_up_due_time() = from.follow_up_due_time();
  }
  to.set_instruction(from.instruction());
  *to.mutable_needs() = from.needs();
  to.set_dose(from.dose());
  to.set_acknowledge_minutes(from.acknowledge_minutes());
  *to.mutable_stops() = from.stops();
  SortStops(to);
}

// What the units are to do, as one text to compare.
std::string DefinitionOf(const v1::Deployment& deployment) {
  v1::Deployment definition;
  definition.set_aim(deployment.aim());
  definition.set_kind(deployment.kind());
  *definition.mutable_areas() = deployment.areas();
  *definition.mutable_window() = deployment.window();
  definition.set_instruction(deployment.instruction());
  definition.set_dose(deployment.dose());
  *definition.mutable_stops() = deployment.stops();
  return definition.SerializeAsString();
}

// Makes all that are not made yet; `index` counts them within the transaction.
void OfferAll(v1::Deployment& deployment, int& index, Transaction& transaction) {
  for (v1::Commitment& commitment : *deployment.mutable_commitments()) {
    if (commitment.assignment().empty()) Offer(deployment, commitment, index++, transaction);
  }
  deployment.set_offered(true);
}

Words CalledInDecision(absl::string_view field) {
  if (field == "responsible_organisation") return {"responsible organisation", "ansvarig"};
  if (field == "follow_up_due_time") return {"follow-up time", "uppföljningstid"};
  return {"problem", "problem"};
}

absl::Status RequireComplete(const v1::Deployment& deployment) {
  const std::vector<absl::string_view> fields = MissingForDecision(deployment);
  if (fields.empty()) return absl::OkStatus();
  std::vector<std::string> en, sv;
  for (const absl::string_view field : fields) {
    const Words called = CalledInDecision(field);
    en.push_back(called.en);
    sv.push_back(called.sv);
  }
  return Refuse(v1::ERROR_REASON_DECISION_INCOMPLETE,
                {absl::StrCat("A decision names problem, responsible organisation and follow-up "
                              "time; missing: ",
                              absl::StrJoin(en, ", "), "."),
                 absl::StrCat("Ett beslut anger problem, ansvarig och uppföljningstid; saknas: ",
                              absl::StrJoin(sv, ", "), ".")},
                {{"missing", absl::StrJoin(fields, ",")}});
}

// Organisations that object and whose units are committed.
std::set<std::string> ObjectorsNeeded(const v1::Deployment& deployment) {
  std::set<std::string> objectors;
  for (const v1::Position& position : deployment.positions()) {
    if (position.stance() != v1::Position::STANCE_OBJECT) continue;
    for (const v1::Commitment& commitment : deployment.commitments()) {
      if (commitment.organisation() == position.organisation()) {
        objectors.insert(position.organisation());
      }
    }
  }
  return objectors;
}

absl::Status SettleObjections(bool without_objectors, v1::Deployment& deployment) {
  const std::set<std::string> objectors = ObjectorsNeeded(deployment);
  if (objectors.empty()) return absl::OkStatus();
  if (!without_objectors) {
    const std::string names = absl::StrJoin(objectors, ", ");
    return Refuse(v1::ERROR_REASON_OBJECTION_STANDS,
                  {absl::StrCat(names, " objects; the chair may decide without their units."),
                   absl::StrCat(names, " invänder; mötesledaren får bekräfta utan deras enheter.")},
                  {{"organisations", absl::StrJoin(objectors, ",")}});
  }
  auto& commitments = *deployment.mutable_commitments();
  commitments.erase(
      std::remove_if(commitments.begin(), commitments.end(),
                     [&](const v1::Commitment& c) { return objectors.contains(c.organisation()); }),
      commitments.end());
  return absl::OkStatus();
}

// R3 and R4 for all units committed to a deployment.
absl::Status RequireUnitsReady(const View& view, const Actor& actor,
                               const v1::Deployment& deployment) {
  for (const v1::Commitment& commitment : deployment.commitments()) {
    if (!commitment.override_reason().empty() || !Stands(view, commitment)) continue;
    const absl::Status free =
        RequireFree(view, actor, {commitment.unit(), deployment.window(), deployment.name(), ""});
    if (!free.ok()) return free;
  }
  return RequireGatesPassed(view, actor, deployment);
}

// The assignments carry the deployment's words to the units.
absl::Status RequireForUnits(const View& view, const v1::Deployment& deployment) {
  for (const v1::Commitment& commitment : deployment.commitments()) {
    absl::Status told = RequireFor(view, deployment, commitment.organisation());
    if (!told.ok()) return told;
  }
  return absl::OkStatus();
}

// What the units are to do became another: a person accepts again. Units for whose organisation the
// deployment no longer is go on with what they were told.
void OfferAgain(const v1::Deployment& deployment, Transaction& transaction) {
  for (v1::Assignment& assignment : AssignmentsOf(transaction, deployment)) {
    if (IsFinal(assignment.state())) continue;
    if (!RequireFor(transaction, deployment, assignment.organisation()).ok()) continue;
    *assignment.mutable_areas() = deployment.areas();
    *assignment.mutable_window() = deployment.window();
    assignment.set_instruction(deployment.instruction());
    assignment.set_aim(deployment.aim());
    PlanStops(deployment, absl::InfinitePast(), assignment);
    assignment.set_definition_version(deployment.definition_version());
    assignment.clear_lateness();
    *assignment.mutable_acknowledge_by_time() = TimestampOf(AcknowledgeBy(transaction, deployment));
    Move(ChangeTo(transaction, v1::Assignment::STATE_OFFERED), assignment);
    PutAssignment(std::move(assignment), transaction);
  }
}

}  // namespace

absl::Status ProposeDeployment(const v1::ProposeDeploymentRequest& request,
                               Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (absl::Status may = RequireProposer(*actor); !may.ok()) return may;
  const v1::Deployment& wanted = request.deployment();
  if (absl::Status good = CheckContent(transaction, *actor, wanted); !good.ok()) return good;
  v1::Deployment deployment;
  deployment.set_name(
      NameOf(transaction.municipality(), v1::ENTITY_KIND_DEPLOYMENT, transaction.NewId()));
  if (transaction.Find(deployment.name()) != nullptr) {  // a repeat that comes very late
    transaction.Answer(deployment.name());
    return absl::OkStatus();
  }
  deployment.set_owner(actor->organisation());
  const auto first = FirstClass(
      transaction, *actor, wanted.release().release_class(), DefaultClass(wanted.kind()),
      transaction.Get<v1::Problem>(wanted.problem()).get(), "deployment.release.release_class");
  if (!first.ok()) return first.status();
  deployment.mutable_release()->set_release_class(*first);
  CopyContent(wanted, deployment);
  deployment.set_offer_after_read_back(wanted.offer_after_read_back());
  deployment.set_state(v1::Deployment::STATE_PROPOSED);
  deployment.set_definition_version(1);
  if (const auto meeting = OpenMeeting(transaction)) deployment.set_meeting(meeting->name());
  return PutAnswer(std::move(deployment), transaction);
}

absl::Status TakePosition(const v1::TakePositionRequest& request, Transaction& transaction) {
  auto plan = PlanOf(transaction, request.name());
  if (!plan.ok()) return plan.status();
  v1::Deployment& deployment = plan->deployment;
  const auto speaker = SpeakerOf(transaction, plan->actor, request.on_behalf_of(),
                                 {v1::ROLE_DISPATCHER, v1::ROLE_COORDINATOR});
  if (!speaker.ok()) return speaker.status();
  if (absl::Status proposed =
          RequireState(DeploymentSubject(), deployment.state(), {v1::Deployment::STATE_PROPOSED});
      !proposed.ok()) {
    return proposed;
  }
  if (request.stance() == v1::Position::STANCE_OBJECT && request.reason().empty()) {
    return RefuseFields({{"reason", {"say why you object", "skriv varför ni invänder"}}});
  }
  v1::Position* position = nullptr;
  for (v1::Position& one : *deployment.mutable_positions()) {
    if (one.organisation() == speaker->organisation) position = &one;
  }
  if (position == nullptr) position = deployment.add_positions();
  position->set_organisation(speaker->organisation);
  position->set_stance(request.stance());
  position->set_reason(request.reason());
  position->set_recorded_by(speaker->recorded_by);
  *position->mutable_time() = TimestampOf(transaction.now());
  return PutAnswer(std::move(deployment), transaction);
}

absl::Status DecideDeployment(const v1::DecideDeploymentRequest& request,
                              Transaction& transaction) {
  auto plan = PlanOf(transaction, request.name(), request.etag());
  if (!plan.ok()) return plan.status();
  v1::Deployment& deployment = plan->deployment;
  if (absl::Status may = RequireDecider(transaction, plan->actor); !may.ok()) return may;
  if (absl::Status proposed =
          RequireState(DeploymentSubject(), deployment.state(), {v1::Deployment::STATE_PROPOSED});
      !proposed.ok()) {
    return proposed;
  }
  if (absl::Status complete = RequireComplete(deployment); !complete.ok()) return complete;
  if (absl::Status left = RequireTimeLeft(transaction, deployment); !left.ok()) return left;
  if (absl::Status settled = SettleObjections(request.without_objectors(), deployment);
      !settled.ok()) {
    return settled;
  }
  if (absl::Status told = RequireForUnits(transaction, deployment); !told.ok()) return told;
  if (absl::Status ready = RequireUnitsReady(transaction, plan->actor, deployment); !ready.ok()) {
    return ready;
  }
  deployment.set_state(v1::Deployment::STATE_DECIDED);
  *deployment.mutable_decide_time() = TimestampOf(transaction.now());
  deployment.set_decided_by(transaction.caller().member);
  int index = 0;
  if (OffersAtOnce(deployment)) OfferAll(deployment, index, transaction);
  return PutAnswer(std::move(deployment), transaction);
}

absl::Status OfferAssignments(const v1::OfferAssignmentsRequest& request,
                              Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (absl::Status may = RequireDecider(transaction, *actor); !may.ok()) return may;
  std::set<std::string> names(request.deployments().begin(), request.deployments().end());
  for (const std::string& name : names) {
    const auto named = See<v1::Deployment>(transaction, *actor, name);
    if (!named.ok()) return named.status();
    if (IsHeldBack(**named)) continue;
    return Refuse(v1::ERROR_REASON_WRONG_STATE,
                  {absl::StrCat("The deployment ", name, " holds nothing back."),
                   absl::StrCat("Insatsen ", name, " väntar inte på uppläsning.")},
                  {{"state", IdOf((*named)->state())}, {"allowed", "DECIDED"}});
  }
  if (names.empty()) {
    for (const auto& deployment : transaction.All<v1::Deployment>()) {
      if (IsHeldBack(*deployment) && SeesWhole(actor->audience, Wrap(*deployment))) {
        names.insert(deployment->name());
      }
    }
  }
  int index = 0;
  for (const std::string& name : names) {
    v1::Deployment deployment = *transaction.Get<v1::Deployment>(name);
    if (absl::Status told = RequireForUnits(transaction, deployment); !told.ok()) return told;
    const absl::Status passed = RequireGatesPassed(transaction, *actor, deployment);
    if (!passed.ok()) return passed;
    OfferAll(deployment, index, transaction);
    if (absl::Status done = PutAnswer(std::move(deployment), transaction); !done.ok()) return done;
  }
  return absl::OkStatus();
}

absl::Status ReviseDeployment(const v1::ReviseDeploymentRequest& request,
                              Transaction& transaction) {
  auto plan = PlanOf(transaction, request.deployment().name(), request.etag());
  if (!plan.ok()) return plan.status();
  v1::Deployment& deployment = plan->deployment;
  if (absl::Status may = RequireMayChange(*plan); !may.ok()) return may;
  if (absl::Status live = RequireNotFinal(deployment); !live.ok()) return live;
  const v1::Deployment& wanted = request.deployment();
  if (absl::Status good = CheckContent(transaction, plan->actor, wanted); !good.ok()) return good;
  const std::string before = DefinitionOf(deployment);
  const std::string problem = deployment.problem();
  if (absl::Status kept = RequireNotLooser(transaction, *plan, wanted.problem()); !kept.ok()) {
    return kept;
  }
  CopyContent(wanted, deployment);
  if (wanted.problem().empty() && !problem.empty() &&
      FindVisible(transaction, plan->actor.audience, problem) == nullptr) {
    deployment.set_problem(problem);
  }
  const bool changed = DefinitionOf(deployment) != before;
  if (changed) deployment.set_definition_version(deployment.definition_version() + 1);
  if (deployment.state() == v1::Deployment::STATE_PROPOSED) {
    deployment.set_offer_after_read_back(wanted.offer_after_read_back());
    return PutAnswer(std::move(deployment), transaction);
  }
  if (absl::Status complete = RequireComplete(deployment); !complete.ok()) return complete;
  if (absl::Status left = RequireTimeLeft(transaction, deployment); !left.ok()) return left;
  if (changed) {
    const absl::Status ready = RequireUnitsReady(transaction, plan->actor, deployment);
    if (!ready.ok()) return ready;
    OfferAgain(deployment, transaction);
  }
  return PutAnswer(std::move(deployment), transaction);
}

absl::Status CancelDeployment(const v1::CancelDeploymentRequest& request,
                              Transaction& transaction) {
  auto plan = PlanOf(transaction, request.name(), request.etag());
  if (!plan.ok()) return plan.status();
  v1::Deployment& deployment = plan->deployment;
  if (absl::Status may = RequireMayChange(*plan); !may.ok()) return may;
  if (absl::Status live = RequireNotFinal(deployment); !live.ok()) return live;
  CancelAssignments(deployment, request.reason(), transaction);
  deployment.set_state(v1::Deployment::STATE_CANCELLED);
  deployment.set_end_note(request.reason());
  return PutAnswer(std::move(deployment), transaction);
}

absl::Status RecordFollowUp(const v1::RecordFollowUpRequest& request, Transaction& transaction) {
  auto plan = PlanOf(transaction, request.name(), request.etag());
  if (!plan.ok()) return plan.status();
  v1::Deployment& deployment = plan->deployment;
  const bool responsible = deployment.responsible_organisation() == plan->actor.organisation();
  if (absl::Status may =
          responsible ? RequireProposer(plan->actor)
                      : RequireRole(plan->actor,
                                    {v1::ROLE_COORDINATOR, v1::ROLE_CHAIR, v1::ROLE_SECRETARY});
      !may.ok()) {
    return may;
  }
  if (absl::Status over =
          RequireState(DeploymentSubject(), deployment.state(), {v1::Deployment::STATE_COMPLETED});
      !over.ok()) {
    return over;
  }
  v1::FollowUp& follow_up = *deployment.mutable_follow_up();
  follow_up = request.follow_up();
  Audience everybody;
  everybody.everything = true;
  SetDelivery(DeliveryOf(transaction, everybody, deployment, transaction.now()), follow_up);
  *follow_up.mutable_time() = TimestampOf(transaction.now());
  follow_up.set_recorded_by(transaction.caller().member);
  return PutAnswer(std::move(deployment), transaction);
}

// The window is over.
absl::Status OnDeploymentDue(const v1::Deployment& due, Transaction& transaction) {
  v1::Deployment deployment = due;
  deployment.set_state(v1::Deployment::STATE_COMPLETED);
  PutDeployment(std::move(deployment), transaction);
  return absl::OkStatus();
}

}  // namespace samsyn::domain
