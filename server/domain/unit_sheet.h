// The card of a unit (insatskort): whom to call, its shift, and its assignments with aim,
// instruction and stops; to read on a phone or to print. Made for each reader from what it sees.
#ifndef SAMSYN_SERVER_DOMAIN_UNIT_SHEET_H_
#define SAMSYN_SERVER_DOMAIN_UNIT_SHEET_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <samsyn/v1/assignment.pb.h>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

// Fills the response but for `revision`; NOT_FOUND when the unit is not for the audience.
// Assignments that overlap the period, but those that are not to be carried out (DECLINED,
// CANCELLED, REPLACED), in order of time. Persons stand as function and organisation, whoever reads
// it: paper goes from hand to hand. Marked with the strictest class of what it holds; what a unit
// is to do counts as RESTRICTED.
absl::Status GetUnitSheet(const v1::GetUnitSheetRequest& request, const View& view,
                          const Audience& audience, absl::Time now,
                          v1::GetUnitSheetResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_UNIT_SHEET_H_
