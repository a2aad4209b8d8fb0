// Units of a deployment: committed and withdrawn (R1, R3, R4). The contract is in
// deployment_rules.h.
#include <algorithm>

#include "server/domain/assignment_life.h"
#include "server/domain/deployment_parts.h"
#include "server/domain/deployment_rules.h"
#include "server/domain/gate.h"

namespace samsyn::domain {
namespace {

constexpr int kCommitmentsMost = 100;

// Who commits or withdraws a unit (R1).
struct Hand {
  Speaker speaker;
  std::string directed_by;  // the directing organisation, if it is one
  bool own = false;         // the unit's own dispatcher, in person
};

absl::StatusOr<Hand> HandOn(const Transaction& transaction, const Plan& plan, const v1::Unit& unit,
                            absl::string_view on_behalf_of) {
  auto speaker = SpeakerOf(transaction, plan.actor, on_behalf_of, {v1::ROLE_DISPATCHER});
  if (!speaker.ok()) return speaker.status();
  Hand hand{*std::move(speaker), "", false};
  const std::string& organisation = hand.speaker.organisation;
  if (organisation == unit.organisation()) {
    hand.own = hand.speaker.recorded_by.empty();
    return hand;
  }
  if (!Directs(organisation, unit)) {
    return Refuse(
        v1::ERROR_REASON_NOT_YOUR_ORGANISATION,
        {absl::StrCat("Only its own organisation decides over ", unit.display_name(), "."),
         absl::StrCat("Bara den egna aktören bestämmer över ", unit.display_name(), ".")},
        {{"organisation", unit.organisation()}});
  }
  hand.directed_by = organisation;
  return hand;
}

// A deployment, the unit that is committed to it or withdrawn, and who does so.
struct Task {
  Plan plan;
  std::shared_ptr<const v1::Unit> unit;
  Hand hand;
};

template <typename Request>
absl::StatusOr<Task> TaskOf(const Transaction& transaction, const Request& request) {
  auto plan = PlanOf(transaction, request.name());
  if (!plan.ok()) return plan.status();
  auto unit = See<v1::Unit>(transaction, plan->actor, request.unit());
  if (!unit.ok()) return unit.status();
  auto hand = HandOn(transaction, *plan, **unit, request.on_behalf_of());
  if (!hand.ok()) return hand.status();
  return Task{*std::move(plan), *std::move(unit), *std::move(hand)};
}

// Who acts for another organisation tells it of the deployment: it must be able to see it.
absl::Status RequireTold(const View& view, const v1::Deployment& deployment, const v1::Unit& unit,
                         const Hand& hand) {
  if (hand.own) return absl::OkStatus();
  for (const std::string& organisation : {unit.organisation(), hand.speaker.organisation}) {
    absl::Status told = RequireFor(view, deployment, organisation);
    if (!told.ok()) return told;
  }
  return absl::OkStatus();
}

// Enters the commitment, and makes its assignment if the deployment is decided (R2, R3, R4).
absl::Status Take(const v1::CommitUnitRequest& request, const v1::Unit& unit, const Hand& hand,
                  Plan plan, Transaction& transaction) {
  v1::Deployment& deployment = plan.deployment;
  const bool overrides = hand.own && !request.override_reason().empty();
  v1::Commitment* commitment = FindCommitment(deployment, unit.name());
  if (commitment != nullptr && Stands(transaction, *commitment)) {
    if (overrides) commitment->set_override_reason(request.override_reason());
    return PutAnswer(std::move(deployment), transaction);
  }
  if (unit.retired()) {
    return Refuse(v1::ERROR_REASON_WRONG_STATE,
                  {absl::StrCat(unit.display_name(), " is no longer in use."),
                   absl::StrCat(unit.display_name(), " används inte längre.")},
                  {{"state", "RETIRED"}, {"allowed", "IN_USE"}});
  }
  if (!overrides) {
    const absl::Status free = RequireFree(
        transaction, plan.actor, {unit.name(), deployment.window(), deployment.name(), ""});
    if (!free.ok()) return free;
  }
  const auto warnings = PassGate(transaction, plan.actor, {unit, deployment, ""});
  if (!warnings.ok()) return warnings.status();
  if (commitment == nullptr) {
    if (deployment.commitments_size() >= kCommitmentsMost) {
      return Refuse(v1::ERROR_REASON_LIMIT_REACHED,
                    {"A deployment has 100 units at most.", "En insats har högst 100 enheter."},
                    {{"limit", "100"}});
    }
    commitment = deployment.add_commitments();
  }
  commitment->Clear();
  commitment->set_organisation(unit.organisation());
  commitment->set_unit(unit.name());
  commitment->set_recorded_by(hand.speaker.recorded_by);
  commitment->set_directed_by(hand.directed_by);
  if (overrides) commitment->set_override_reason(request.override_reason());
  *commitment->mutable_time() = TimestampOf(transaction.now());
  SetWarnings(*warnings, *commitment);
  if (OffersAtOnce(deployment)) {
    Offer(deployment, *commitment, 0, transaction);
    deployment.set_offered(true);
  }
  return PutAnswer(std::move(deployment), transaction);
}

}  // namespace

absl::Status CommitUnit(const v1::CommitUnitRequest& request, Transaction& transaction) {
  auto task = TaskOf(transaction, request);
  if (!task.ok()) return task.status();
  const v1::Deployment& deployment = task->plan.deployment;
  const absl::Status told = RequireTold(transaction, deployment, *task->unit, task->hand);
  if (!told.ok()) return told;
  if (absl::Status live = RequireNotFinal(deployment); !live.ok()) return live;
  if (absl::Status left = RequireTimeLeft(transaction, deployment); !left.ok()) return left;
  return Take(request, *task->unit, task->hand, std::move(task->plan), transaction);
}

absl::Status WithdrawUnit(const v1::WithdrawUnitRequest& request, Transaction& transaction) {
  auto task = TaskOf(transaction, request);
  if (!task.ok()) return task.status();
  v1::Deployment& deployment = task->plan.deployment;
  const v1::Unit& unit = *task->unit;
  const std::string& directed_by = task->hand.directed_by;
  if (absl::Status live = RequireNotFinal(deployment); !live.ok()) return live;
  const v1::Commitment* commitment = FindCommitment(deployment, unit.name());
  if (commitment == nullptr || (!directed_by.empty() && commitment->directed_by() != directed_by)) {
    return Refuse(v1::ERROR_REASON_WRONG_STATE,
                  {absl::StrCat(unit.display_name(), " is not committed by you."),
                   absl::StrCat(unit.display_name(), " är inte avdelad av er.")},
                  {{"state", "NOT_COMMITTED"}, {"allowed", "CommitUnit"}});
  }
  const auto assignment = transaction.Get<v1::Assignment>(commitment->assignment());
  if (assignment != nullptr && !IsFinal(assignment->state())) {
    End(*assignment, v1::Assignment::STATE_CANCELLED, request.reason(), transaction);
  }
  auto& commitments = *deployment.mutable_commitments();
  commitments.erase(
      std::remove_if(commitments.begin(), commitments.end(),
                     [&](const v1::Commitment& one) { return one.unit() == unit.name(); }),
      commitments.end());
  const std::string name = deployment.name();
  const absl::Status done = PutAnswer(std::move(deployment), transaction);
  FollowAssignments(name, transaction);
  return done;
}

}  // namespace samsyn::domain
