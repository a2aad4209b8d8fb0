#include "server/service/time_limits.h"

#include <vector>

#include "server/domain/limits.h"
#include "server/domain/refusal.h"

namespace samsyn::service {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(100);  // how exactly limits are kept

}  // namespace

bool CallEnd::Claim() {
  MutexLock lock(mutex_);
  return !std::exchange(ended_, true);
}

absl::Status CallEnd::UnlessEnded(absl::FunctionRef<absl::Status()> decide) {
  MutexLock lock(mutex_);
  return ended_ ? TookTooLong() : decide();
}

absl::Status TookTooLong() {
  return domain::Refuse(
      v1::ERROR_REASON_OUTCOME_UNKNOWN,
      {"This took too long, and it is not known whether it was saved. Repeat it as it is.",
       "Det här tog för lång tid, och det är okänt om det sparades. Upprepa det precis som det "
       "är."});
}

TimeLimits::TimeLimits(const Clock& clock) : clock_(clock), thread_([this] { Run(); }) {}

TimeLimits::~TimeLimits() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    changed_.SignalAll();
  }
  thread_.join();
}

std::unique_ptr<TimeLimits::Limit> TimeLimits::Start(const grpc::ServerContextBase& context,
                                                     std::function<void()> late) {
  if (absl::FromChrono(context.deadline()) - absl::Now() <= domain::kDeadlineMost) return nullptr;
  MutexLock lock(mutex_);
  const std::pair key{clock_.Now() + domain::kDeadlineMost, next_++};
  // A thread that looks again soon is left alone: else every call would cost a switch to it.
  if (std::exchange(asleep_, false)) changed_.SignalAll();
  due_.emplace(key, std::move(late));
  return std::make_unique<Limit>(*this, key);
}

void TimeLimits::Remove(const std::pair<absl::Time, uint64_t>& key) {
  std::function<void()> late;  // goes after the lock: it may hold what has a limit itself
  MutexLock lock(mutex_);
  const auto found = due_.find(key);
  if (found == due_.end()) return;
  late = std::move(found->second);
  due_.erase(found);
}

void TimeLimits::Run() {
  while (true) {
    std::vector<std::function<void()>> late;
    {
      MutexLock lock(mutex_);
      if (stopped_) return;
      if (due_.empty()) {
        asleep_ = true;
        changed_.Wait(mutex_);
      } else if (due_.begin()->first.first > clock_.Now()) {
        changed_.WaitFor(mutex_, kTick);
      }
      const absl::Time now = clock_.Now();
      while (!due_.empty() && due_.begin()->first.first <= now) {
        late.push_back(std::move(due_.begin()->second));
        due_.erase(due_.begin());
      }
    }
    for (const auto& end : late) end();
  }
}

}  // namespace samsyn::service
