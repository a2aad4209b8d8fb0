// Rules of assignments (R5): what the field answers, and how an assignment changes hands.
#ifndef SAMSYN_SERVER_DOMAIN_ASSIGNMENT_RULES_H_
#define SAMSYN_SERVER_DOMAIN_ASSIGNMENT_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/assignment.pb.h>

#include <vector>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// The field's own people answer for their unit; a dispatcher of its organisation may enter SEEN and
// later for them ("via telefon/radio"). Every answer goes into the field log under its
// `operation_id`; the same id again changes nothing and answers the same. Then, in this order:
// - The device had another `definition_version`: kept in the log (OUTDATED_STATE), the state does
//   not move, the command is committed and answers with the assignment in its new definition, and
//   `transaction.effect()` is v1::ERROR_REASON_DEFINITION_CHANGED. The service then answers
//   FAILED_PRECONDITION (`DefinitionChanged` makes the status), repeats too.
// - Somebody else moved the state after the `status_version` that the device had seen, or the
// device
//   sent a later update before this one: kept in the log (LATE_STATE), the state does not move, OK.
//   A device's receipt (DELIVERED) and the clock (EXPIRED) are nobody.
// - The state is there already: the same.
// - Forward, and from PAUSED back to ON_SCENE: moved; skipped states are marked not observed.
// - EXPIRED: accepted or later is a late answer, while R3 holds; `lateness` by the device's time.
// - Anything else: WRONG_STATE with the states that are allowed.
absl::Status ReportDelivery(const v1::ReportDeliveryRequest& request, Transaction& transaction);
absl::Status AcknowledgeAssignment(const v1::AcknowledgeAssignmentRequest& request,
                                   Transaction& transaction);
absl::Status UpdateAssignment(const v1::UpdateAssignmentRequest& request, Transaction& transaction);

// The refusal that an answer for another definition gets after it was kept.
absl::Status DefinitionChanged(const v1::Assignment& assignment);

// A note, minutes or a stop, in any state. Minutes while ON_SCENE are counted by the clock already.
// A stop that was made already: answers with the update that says so.
absl::Status AddFieldUpdate(const v1::AddFieldUpdateRequest& request, Transaction& transaction);

// The unit goes to another decided deployment; R3 holds there. Answers with the new assignment,
// then the old one.
absl::Status ReplaceAssignment(const v1::ReplaceAssignmentRequest& request,
                               Transaction& transaction);
// Another unit of the organisation takes over; it answers for itself. Answers as above.
absl::Status HandOverAssignment(const v1::HandOverAssignmentRequest& request,
                                Transaction& transaction);

// What may follow a state by an answer from the field.
std::vector<v1::Assignment::State> NextStates(v1::Assignment::State state);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_ASSIGNMENT_RULES_H_
