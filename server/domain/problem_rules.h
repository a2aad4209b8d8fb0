// Rules of problems: who states them, who changes them, what they are linked to.
#ifndef SAMSYN_SERVER_DOMAIN_PROBLEM_RULES_H_
#define SAMSYN_SERVER_DOMAIN_PROBLEM_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/problem.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// States a problem, OPEN; class PARTNER unless chosen. COORDINATOR, CHAIR, SECRETARY, REPORTER,
// DISPATCHER.
absl::Status CreateProblem(const v1::CreateProblemRequest& request, Transaction& transaction);

// The others: COORDINATOR, CHAIR, SECRETARY, or those of its owner who may state one. A closed
// problem is opened again before anything else (WRONG_STATE). Who may see it is changed by
// `SetClass` only.
absl::Status UpdateProblem(const v1::UpdateProblemRequest& request, Transaction& transaction);
// Only incidents that the caller sees are linked and unlinked; linking a linked one is no error.
absl::Status LinkIncidents(const v1::LinkIncidentsRequest& request, Transaction& transaction);
absl::Status CloseProblem(const v1::CloseProblemRequest& request, Transaction& transaction);
absl::Status ReopenProblem(const v1::ReopenProblemRequest& request, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_PROBLEM_RULES_H_
