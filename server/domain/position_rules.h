// Where field staff are, by their own consent alone, and only while they are on an assignment: one
// position a member and assignment, the newest, seen as the assignment's field updates are. It ends
// with the assignment, with a pause, with the consent, when the member leaves the unit or the work,
// and an hour after it was made. Its id does not tell whose it is.
#ifndef SAMSYN_SERVER_DOMAIN_POSITION_RULES_H_
#define SAMSYN_SERVER_DOMAIN_POSITION_RULES_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/access.pb.h>
#include <samsyn/v1/assignment.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

inline constexpr absl::Duration kPositionKept = absl::Hours(1);
// A position that comes sooner after the one before is answered with that one.
inline constexpr absl::Duration kPositionEvery = absl::Seconds(20);

// Everybody, for itself. Without consent, what it has shown is taken away.
absl::Status SetPositionConsent(const v1::SetPositionConsentRequest& request,
                                Transaction& transaction);

// A member of the assignment's unit. WRONG_STATE, metadata `state`: NO_CONSENT, or that of the
// assignment when it is neither EN_ROUTE nor ON_SCENE.
absl::Status ReportPosition(const v1::ReportPositionRequest& request, Transaction& transaction);

// To be called when an assignment is put: takes its positions away unless somebody is on it.
void DropPositionsUnlessOut(const v1::Assignment& assignment, Transaction& transaction);

// To be called after a member was put: takes away what it shows no longer.
void DropPositionsOf(const v1::Member& before, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_POSITION_RULES_H_
