// Rules of repairs: every report of a physical defect has one, from the time that it was reported
// until it is fixed or declined, and whoever answers for the place says how far it has come.
#ifndef SAMSYN_SERVER_DOMAIN_REPAIR_RULES_H_
#define SAMSYN_SERVER_DOMAIN_REPAIR_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/report.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// Gives a report of a physical defect its repair, and takes it from any other; a repair that nobody
// has begun goes on being answered for by the organisation responsible for the place. To be called
// before every `Put` of a report whose content may have changed.
void FollowContent(v1::Report& report, const Transaction& transaction);

// Whether a report's defect is there to be repaired: it is of that kind, and was neither sent back,
// rejected nor retracted.
bool IsDefect(const v1::Report& report);

// REPORTED ↔ ORDERED; open → FIXED or DECLINED; these → REPORTED, which opens it anew. A state
// again corrects time, reference or note. An organisation that is to answer for it must be able to
// see the report: it is shared first.
absl::Status UpdateRepair(const v1::UpdateRepairRequest& request, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_REPAIR_RULES_H_
