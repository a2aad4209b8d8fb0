// What the rules of deployments and those of the units committed to them share.
#ifndef SAMSYN_SERVER_DOMAIN_DEPLOYMENT_PARTS_H_
#define SAMSYN_SERVER_DOMAIN_DEPLOYMENT_PARTS_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/deployment.pb.h>

#include <string>
#include <vector>

#include "server/domain/rule_checks.h"
#include "server/domain/transaction.h"

namespace samsyn::domain {

// "The deployment", "Insatsens", for `RequireState`.
const Words& DeploymentSubject();

// A deployment that a command is about, and who asks.
struct Plan {
  Actor actor;
  v1::Deployment deployment;
};
// Refusals: NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<Plan> PlanOf(const Transaction& transaction, absl::string_view name,
                            absl::string_view etag = "");

// CHAIR, COORDINATOR, the night lead: they change what is decided, and end it. ROLE_MISSING for
// others.
bool LeadsDeployments(const Actor& actor);
absl::Status RequireLead(const Actor& actor);

// WRONG_STATE once it is COMPLETED or CANCELLED, or its window is over.
absl::Status RequireNotFinal(const v1::Deployment& deployment);
absl::Status RequireTimeLeft(const Transaction& transaction, const v1::Deployment& deployment);

// NOT_FOUND, metadata `organisation`, unless an organisation's members may see the deployment: what
// tells an organisation of it, or carries its words to a unit of it, asks this.
absl::Status RequireFor(const View& view, const v1::Deployment& deployment,
                        absl::string_view organisation);

// Whether a commitment stands: its assignment is still to be made, or not final.
bool Stands(const View& view, const v1::Commitment& commitment);
// Whether a commitment to it becomes an assignment at once.
bool OffersAtOnce(const v1::Deployment& deployment);
// Whether its assignments wait for the read-back.
bool IsHeldBack(const v1::Deployment& deployment);
// The fields that a decision must have (R2, R10) and this does not, by name.
std::vector<absl::string_view> MissingForDecision(const v1::Deployment& deployment);
// Makes the assignment of a commitment; `index` counts what this command makes.
void Offer(const v1::Deployment& deployment, v1::Commitment& commitment, int index,
           Transaction& transaction);

// All its assignments, as they are; and those that are not final, CANCELLED.
std::vector<v1::Assignment> AssignmentsOf(const View& view, const v1::Deployment& deployment);
void CancelAssignments(const v1::Deployment& deployment, const std::string& reason,
                       Transaction& transaction);

// Puts the deployment, and answers with it.
absl::Status PutAnswer(v1::Deployment deployment, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_DEPLOYMENT_PARTS_H_
