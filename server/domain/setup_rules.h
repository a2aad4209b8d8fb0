// Setting a municipality up, whole and declaratively: what would change, and the consecutive
// transactions that change it, each consistent by itself: the municipality and its organisations,
// units, members, areas, parents before what lies in them.
//
// How a service applies a set-up: `PlanSetup` on what is committed gives the differences (for
// `validate_only` that is the answer) and the number of steps n. Then n commands `ApplySetup` with
// the same request, each of which plans anew against what is and writes the first step; the first
// n - 1 under request ids derived from the request's own, the last under the request's own, so that
// a repeat after a break writes what is missing and is answered once all is written.
//
// Whether an organisation is an authority is as given only in the first set-up, which finds no
// organisation but the municipality's own; after that it is asked for (authority_rules.h). All
// organisations of a set-up are in the first step.
#ifndef SAMSYN_SERVER_DOMAIN_SETUP_RULES_H_
#define SAMSYN_SERVER_DOMAIN_SETUP_RULES_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <samsyn/v1/directory.pb.h>

#include <vector>

#include "server/domain/policy.h"
#include "server/domain/transaction.h"

namespace samsyn::domain {

struct SetupPlan {
  std::vector<v1::SetupDifference> differences;
  // What each transaction writes; none if nothing changes.
  std::vector<std::vector<v1::Entity>> steps;
};

// COORDINATOR. INVALID_FIELDS with all that is wrong anywhere in the set-up, before anything is
// written.
absl::StatusOr<SetupPlan> PlanSetup(const v1::ApplySetupRequest& request, const View& view,
                                    const Actor& actor);

// Writes the first step of the plan against what is now; the effect is the number of steps that
// remain. Writes nothing for `validate_only`. Answers with the municipality.
absl::Status ApplySetup(const v1::ApplySetupRequest& request, Transaction& transaction);

// The set-up as it is, in the form that ApplySetup takes; COORDINATOR, else ROLE_MISSING. Removed
// members are left out.
absl::Status GetSetup(const v1::GetSetupRequest& request, const View& view,
                      const Audience& audience, v1::GetSetupResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_SETUP_RULES_H_
