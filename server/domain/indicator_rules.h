// Rules of indicators: who records them, when one replaces another, and which values a unit allows.
#ifndef SAMSYN_SERVER_DOMAIN_INDICATOR_RULES_H_
#define SAMSYN_SERVER_DOMAIN_INDICATOR_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/indicator.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// All or none; refused with everything that is wrong with any of them (INVALID_FIELDS). What is
// sent as it stands there changes nothing; a class asked for may tighten what is there, never
// loosen it. Where a series breaks is worked out anew in the same transaction. The effect says how
// many were made and changed.
absl::Status RecordIndicators(const v1::RecordIndicatorsRequest& request, Transaction& transaction);

// The two numbers in the effect of a RecordIndicators.
int CreatedIn(int effect);
int AmendedIn(int effect);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_INDICATOR_RULES_H_
