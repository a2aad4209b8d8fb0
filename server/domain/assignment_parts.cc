#include "server/domain/assignment_parts.h"

#include <algorithm>
#include <utility>

namespace samsyn::domain {

const Words& AssignmentSubject() {
  static const auto* const kSubject = new Words{"The assignment", "Uppdragets"};
  return *kSubject;
}

absl::StatusOr<Task> TaskOf(const Transaction& transaction, absl::string_view name) {
  auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto assignment = See<v1::Assignment>(transaction, *actor, name);
  if (!assignment.ok()) return assignment.status();
  const auto& units = actor->member->units();
  const bool of_unit = std::find(units.begin(), units.end(), (*assignment)->unit()) != units.end();
  const bool field = actor->Has(v1::ROLE_FIELD) && of_unit;
  const bool dispatcher =
      actor->Has(v1::ROLE_DISPATCHER) && actor->organisation() == (*assignment)->organisation();
  return Task{*std::move(actor), **assignment, field, dispatcher};
}

absl::Status RequireAnswers(const Task& task, bool device_only) {
  if (task.field || (task.dispatcher && !device_only)) return absl::OkStatus();
  if (device_only) {
    return Refuse(v1::ERROR_REASON_ROLE_MISSING,
                  {"Only a device of the unit's field staff says that it has the assignment.",
                   "Bara en enhet hos fältpersonalen säger att den har tagit emot uppdraget."},
                  {{"role", "FIELD"}});
  }
  return Refuse(
      v1::ERROR_REASON_ROLE_MISSING,
      {"Only the unit's field staff, or a dispatcher of its organisation, answers for it.",
       "Bara enhetens fältpersonal, eller dess enhetsansvarige, svarar för den."},
      {{"role", "FIELD,DISPATCHER"}});
}

}  // namespace samsyn::domain
