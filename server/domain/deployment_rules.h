// Rules of deployments (R1, R2, R3): proposed, discussed, decided, changed and ended; and of the
// units that organisations commit to them. Each organisation decides over its own units.
#ifndef SAMSYN_SERVER_DOMAIN_DEPLOYMENT_RULES_H_
#define SAMSYN_SERVER_DOMAIN_DEPLOYMENT_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/deployment.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// PROPOSED. Class unless chosen: the strictest of PARTNER, of AUTHORITY for traffic control,
// licensing inspection and camera, and of its problem's; RESTRICTED, it is its owner's alone until
// that shares it, whomever the problem names.
absl::Status ProposeDeployment(const v1::ProposeDeploymentRequest& request,
                               Transaction& transaction);
// One position an organisation, the latest; of a proposed deployment only.
absl::Status TakePosition(const v1::TakePositionRequest& request, Transaction& transaction);

// R1: a dispatcher of the unit's organisation, or of one that directs it, or on behalf of either in
// the open meeting. Whoever commits for another than its own organisation: the unit's organisation
// must be able to see the deployment. R3: a clash is refused unless the unit's own dispatcher gives
// a reason, which is recorded. A unit that is committed already stays so; with a reason, the reason
// is recorded. Of a decided deployment the assignment comes into being at once, unless it is held
// back for the read-back.
absl::Status CommitUnit(const v1::CommitUnitRequest& request, Transaction& transaction);
// The same people; a directing organisation withdraws only what it committed itself. The
// assignment, unless final, is CANCELLED.
absl::Status WithdrawUnit(const v1::WithdrawUnitRequest& request, Transaction& transaction);

// R2. Refusals: DECISION_INCOMPLETE (metadata `missing`), OBJECTION_STANDS (metadata
// `organisations`), UNIT_TAKEN; NOT_FOUND (metadata `organisation`) when the organisation of a unit
// may no longer see the deployment.
absl::Status DecideDeployment(const v1::DecideDeploymentRequest& request, Transaction& transaction);
// Makes the assignments of decided deployments that were held back: those named, or all that the
// caller sees.
absl::Status OfferAssignments(const v1::OfferAssignmentsRequest& request, Transaction& transaction);
// Content fields are replaced whole; a problem that the caller may not see stays. Where what the
// units are to do changes, `definition_version` grows, and the assignments of a decided deployment
// that are not final are OFFERED again, to be accepted again. "Skicka efter uppläsning" can be
// changed while PROPOSED only.
absl::Status ReviseDeployment(const v1::ReviseDeploymentRequest& request, Transaction& transaction);
absl::Status CancelDeployment(const v1::CancelDeploymentRequest& request, Transaction& transaction);
// A running one is COMPLETED, one that never began CANCELLED; its assignments are CANCELLED.
absl::Status StandDown(const v1::StandDownRequest& request, Transaction& transaction);
// The same of all that are decided or running and that the caller sees whole, in order of name.
// WRONG_STATE when there is none; more than a transaction holds (limits.h): LIMIT_REACHED.
absl::Status StandDownAll(const v1::StandDownAllRequest& request, Transaction& transaction);
// Of a completed deployment; recorded again, the latest holds.
absl::Status RecordFollowUp(const v1::RecordFollowUpRequest& request, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_DEPLOYMENT_RULES_H_
