#include "server/domain/debrief_rules.h"

#include <utility>

#include "server/domain/assignment_life.h"
#include "server/domain/assignment_parts.h"

namespace samsyn::domain {
namespace {

bool IsOver(const v1::Assignment& assignment, absl::Time now) {
  switch (assignment.state()) {
    case v1::Assignment::STATE_DONE:
    case v1::Assignment::STATE_NOT_DONE:
      return true;
    case v1::Assignment::STATE_CANCELLED:
      if (WasOnScene(assignment)) return true;
      break;
    default:
      break;
  }
  return TimeOf(assignment.window().end_time()) <= now;
}

bool SaysTheSame(const v1::Debrief& a, const v1::Debrief& b) {
  return a.result() == b.result() && a.mood() == b.mood() && a.text() == b.text() &&
         a.member() == b.member();
}

}  // namespace

absl::Status DebriefAssignment(const v1::DebriefAssignmentRequest& request,
                               Transaction& transaction) {
  auto task = TaskOf(transaction, request.name());
  if (!task.ok()) return task.status();
  if (absl::Status may = RequireAnswers(*task, false); !may.ok()) return may;
  v1::Assignment& assignment = task->assignment;
  if (!IsOver(assignment, transaction.now())) {
    return WrongState(AssignmentSubject(), assignment.state(),
                      {v1::Assignment::STATE_DONE, v1::Assignment::STATE_NOT_DONE});
  }
  v1::Debrief debrief;
  debrief.set_result(request.debrief().result());
  debrief.set_mood(request.debrief().mood());
  debrief.set_text(request.debrief().text());
  debrief.set_member(task->actor.member->name());
  transaction.Answer(assignment.name());
  if (SaysTheSame(assignment.debrief(), debrief)) return absl::OkStatus();
  *debrief.mutable_time() = TimestampOf(transaction.now());
  debrief.set_by_dispatcher(!task->field);
  *assignment.mutable_debrief() = std::move(debrief);
  PutAssignment(std::move(assignment), transaction);
  return absl::OkStatus();
}

}  // namespace samsyn::domain
