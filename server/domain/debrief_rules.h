// What a unit says when it is done (avrapportering): two taps and a sentence. A part of the
// assignment, seen as that is; the sentence is left out wherever its words are.
#ifndef SAMSYN_SERVER_DOMAIN_DEBRIEF_RULES_H_
#define SAMSYN_SERVER_DOMAIN_DEBRIEF_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/assignment.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// Of the unit's field staff, or of a dispatcher of its organisation for them ("via telefon/radio").
// The latest holds; the same words of the same member again change nothing, however late a phone
// sends them. It moves no state. WRONG_STATE before there is anything to say: it is to be DONE,
// NOT_DONE, CANCELLED after somebody was on place, or its window over.
absl::Status DebriefAssignment(const v1::DebriefAssignmentRequest& request,
                               Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_DEBRIEF_RULES_H_
