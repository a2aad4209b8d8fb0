// What the rules of the field's answers and those of what is said afterwards share: an assignment,
// and who speaks for its unit.
#ifndef SAMSYN_SERVER_DOMAIN_ASSIGNMENT_PARTS_H_
#define SAMSYN_SERVER_DOMAIN_ASSIGNMENT_PARTS_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/assignment.pb.h>

#include "server/domain/rule_checks.h"
#include "server/domain/transaction.h"

namespace samsyn::domain {

// "The assignment", "Uppdragets", for `RequireState`.
const Words& AssignmentSubject();

// An assignment that a command is about, and who asks.
struct Task {
  Actor actor;
  v1::Assignment assignment;
  bool field = false;       // of its unit
  bool dispatcher = false;  // of its organisation
};
// Refusals: NOT_FOUND, NOT_YOUR_ORGANISATION for whoever gets only a part of it.
absl::StatusOr<Task> TaskOf(const Transaction& transaction, absl::string_view name);

// ROLE_MISSING unless it is the unit's own field staff, or, unless only a device may, a dispatcher
// of its organisation.
absl::Status RequireAnswers(const Task& task, bool device_only);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_ASSIGNMENT_PARTS_H_
