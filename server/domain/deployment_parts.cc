#include "server/domain/deployment_parts.h"

#include "server/domain/assignment_life.h"
#include "server/domain/index_keys.h"

namespace samsyn::domain {

const Words& DeploymentSubject() {
  static const auto* const kSubject = new Words{"The deployment", "Insatsens"};
  return *kSubject;
}

absl::StatusOr<Plan> PlanOf(const Transaction& transaction, absl::string_view name,
                            absl::string_view etag) {
  auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto deployment = See<v1::Deployment>(transaction, *actor, name);
  if (!deployment.ok()) return deployment.status();
  if (absl::Status same = RequireEtag(etag, (*deployment)->etag()); !same.ok()) return same;
  return Plan{*std::move(actor), **deployment};
}

bool LeadsDeployments(const Actor& actor) {
  return actor.HasAny({v1::ROLE_CHAIR, v1::ROLE_COORDINATOR}) || actor.audience.night_lead;
}

absl::Status RequireLead(const Actor& actor) {
  if (LeadsDeployments(actor)) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_ROLE_MISSING,
                {"Only the chair, a coordinator or the night lead may do this.",
                 "Det får bara mötesledaren, en samordnare eller den kvällsansvarige göra."},
                {{"role", "CHAIR,COORDINATOR,NIGHT_LEAD"}});
}

absl::Status RequireNotFinal(const v1::Deployment& deployment) {
  return RequireState(DeploymentSubject(), deployment.state(),
                      {v1::Deployment::STATE_PROPOSED, v1::Deployment::STATE_DECIDED,
                       v1::Deployment::STATE_ACTIVE});
}

absl::Status RequireTimeLeft(const Transaction& transaction, const v1::Deployment& deployment) {
  if (TimeOf(deployment.window().end_time()) > transaction.now()) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_WRONG_STATE,
                {"The deployment's window is over; revise it first.",
                 "Insatsens tid har gått; ändra den först."},
                {{"state", IdOf(deployment.state())}, {"allowed", "ReviseDeployment"}});
}

absl::Status RequireFor(const View& view, const v1::Deployment& deployment,
                        absl::string_view organisation) {
  if (OrganisationMaySee(view, organisation, Wrap(deployment))) return absl::OkStatus();
  return Refuse(
      v1::ERROR_REASON_NOT_FOUND,
      {absl::StrCat("This deployment is not for ", organisation, ": share it with them first."),
       absl::StrCat("Den här insatsen är inte för ", organisation, ": dela den med dem först.")},
      {{"organisation", std::string(organisation)}});
}

absl::Status PutAnswer(v1::Deployment deployment, Transaction& transaction) {
  transaction.Answer(deployment.name());
  PutDeployment(std::move(deployment), transaction);
  return absl::OkStatus();
}

void Offer(const v1::Deployment& deployment, v1::Commitment& commitment, int index,
           Transaction& transaction) {
  const auto unit = transaction.Get<v1::Unit>(commitment.unit());
  if (unit == nullptr) return;
  v1::Assignment assignment = NewAssignment(transaction, deployment, *unit, index);
  commitment.set_assignment(assignment.name());
  PutAssignment(std::move(assignment), transaction);
}

std::vector<v1::Assignment> AssignmentsOf(const View& view, const v1::Deployment& deployment) {
  std::vector<v1::Assignment> assignments;
  for (const std::string& name : view.Lookup(AssignmentsOfKey(deployment.name()))) {
    if (const auto assignment = view.Get<v1::Assignment>(name)) assignments.push_back(*assignment);
  }
  return assignments;
}

void CancelAssignments(const v1::Deployment& deployment, const std::string& reason,
                       Transaction& transaction) {
  for (v1::Assignment& assignment : AssignmentsOf(transaction, deployment)) {
    if (IsFinal(assignment.state())) continue;
    End(std::move(assignment), v1::Assignment::STATE_CANCELLED, reason, transaction);
  }
}

bool OffersAtOnce(const v1::Deployment& deployment) {
  return deployment.state() != v1::Deployment::STATE_PROPOSED &&
         (deployment.offered() || !deployment.offer_after_read_back());
}

bool IsHeldBack(const v1::Deployment& deployment) {
  return deployment.state() == v1::Deployment::STATE_DECIDED && !OffersAtOnce(deployment);
}

std::vector<absl::string_view> MissingForDecision(const v1::Deployment& deployment) {
  std::vector<absl::string_view> missing;
  if (deployment.problem().empty()) missing.push_back("problem");
  if (deployment.responsible_organisation().empty()) missing.push_back("responsible_organisation");
  if (!deployment.has_follow_up_due_time()) missing.push_back("follow_up_due_time");
  return missing;
}

bool Stands(const View& view, const v1::Commitment& commitment) {
  const auto assignment = view.Get<v1::Assignment>(commitment.assignment());
  return assignment == nullptr || !IsFinal(assignment->state());
}

}  // namespace samsyn::domain
