// Deployments that are ended before their time: one, or all that run. The contract is in
// deployment_rules.h.
#include <string>
#include <utility>
#include <vector>

#include "server/domain/deployment_parts.h"
#include "server/domain/deployment_rules.h"

namespace samsyn::domain {
namespace {

bool Runs(const v1::Deployment& deployment) {
  return deployment.state() == v1::Deployment::STATE_DECIDED ||
         deployment.state() == v1::Deployment::STATE_ACTIVE;
}

// Began, it is completed; else it was called off.
absl::Status End(v1::Deployment deployment, const std::string& reason, Transaction& transaction) {
  CancelAssignments(deployment, reason, transaction);
  const bool began = deployment.state() == v1::Deployment::STATE_ACTIVE;
  deployment.set_state(began ? v1::Deployment::STATE_COMPLETED : v1::Deployment::STATE_CANCELLED);
  deployment.set_end_note(reason);
  return PutAnswer(std::move(deployment), transaction);
}

}  // namespace

absl::Status StandDown(const v1::StandDownRequest& request, Transaction& transaction) {
  auto plan = PlanOf(transaction, request.name(), request.etag());
  if (!plan.ok()) return plan.status();
  if (absl::Status may = RequireLead(plan->actor); !may.ok()) return may;
  if (absl::Status live =
          RequireState(DeploymentSubject(), plan->deployment.state(),
                       {v1::Deployment::STATE_DECIDED, v1::Deployment::STATE_ACTIVE});
      !live.ok()) {
    return live;
  }
  return End(std::move(plan->deployment), request.reason(), transaction);
}

absl::Status StandDownAll(const v1::StandDownAllRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (absl::Status may = RequireLead(*actor); !may.ok()) return may;
  std::vector<v1::Deployment> running;
  transaction.ForEach(v1::ENTITY_KIND_DEPLOYMENT, "", [&](const EntityPtr& entity) {
    if (Runs(entity->deployment()) && SeesWhole(actor->audience, *entity)) {
      running.push_back(entity->deployment());
    }
    return true;
  });
  if (running.empty()) {
    return Refuse(v1::ERROR_REASON_WRONG_STATE,
                  {"Nothing is decided or running.", "Inget är överenskommet eller pågår."},
                  {{"state", "NONE"}, {"allowed", "DECIDED,ACTIVE"}});
  }
  for (v1::Deployment& deployment : running) {
    absl::Status ended = End(std::move(deployment), request.reason(), transaction);
    if (!ended.ok()) return ended;
  }
  return absl::OkStatus();
}

}  // namespace samsyn::domain
