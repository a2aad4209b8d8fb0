#include "tests/simulation/history.h"

#include <utility>

#include "server/domain/refusal.h"

namespace samsyn::simulation {

void Conclude(absl::StatusOr<engine::Answer> answer, Write& write) {
  if (answer.ok()) {
    write.outcome = Outcome::kAcknowledged;
    write.answer = *std::move(answer);
    return;
  }
  write.refusal = answer.status();
  switch (domain::ReasonOf(write.refusal)) {
    case v1::ERROR_REASON_OUTCOME_UNKNOWN:
    case v1::ERROR_REASON_JOURNAL_STOPPED:
    case v1::ERROR_REASON_INTERNAL:  // of whatever is no refusal of ours, too
      write.outcome = Outcome::kUnknown;
      break;
    default:
      write.outcome = Outcome::kRefused;
  }
}

bool IsOfTheRule(const absl::Status& refusal) {
  switch (domain::ReasonOf(refusal)) {
    case v1::ERROR_REASON_QUEUE_FULL:
    case v1::ERROR_REASON_TOO_MANY_CALLS:
    case v1::ERROR_REASON_JOURNAL_UNAVAILABLE:
    case v1::ERROR_REASON_SHUTTING_DOWN:
    case v1::ERROR_REASON_NODE_CUT_OFF:
      return false;
    default:
      return true;
  }
}

void History::Add(Write write) {
  MutexLock lock(mutex_);
  writes_.push_back(std::move(write));
}

void History::Add(Read read) {
  MutexLock lock(mutex_);
  reads_.push_back(std::move(read));
}

void History::Add(Watch watch) {
  MutexLock lock(mutex_);
  watches_.push_back(std::move(watch));
}

void History::AddTime(absl::Time time) {
  MutexLock lock(mutex_);
  times_.push_back(time);
}

}  // namespace samsyn::simulation
