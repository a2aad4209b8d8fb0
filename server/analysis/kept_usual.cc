#include "server/analysis/kept_usual.h"

#include <absl/container/flat_hash_map.h>

#include <utility>

#include "server/analysis/usual.h"
#include "server/base/mutex.h"

namespace samsyn::analysis {
namespace {

constexpr size_t kYoungest = 8192;

using UsualPtr = std::shared_ptr<const v1::Usual>;
using Question = std::pair<int, std::vector<int>>;

// When the younger ones are many, they become the older ones, and who was not asked for goes.
class Answers {
 public:
  UsualPtr Find(const Question& question) {
    MutexLock lock(mutex_);
    if (const auto found = younger_.find(question); found != younger_.end()) return found->second;
    const auto found = older_.find(question);
    return found == older_.end() ? nullptr : Put(question, found->second);
  }

  void Keep(const Question& question, UsualPtr answer) {
    MutexLock lock(mutex_);
    Put(question, std::move(answer));
  }

 private:
  UsualPtr Put(const Question& question, UsualPtr answer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (younger_.size() == kYoungest) older_ = std::exchange(younger_, {});
    younger_.emplace(question, answer);
    return answer;
  }

  Mutex mutex_;
  absl::flat_hash_map<Question, UsualPtr> younger_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Question, UsualPtr> older_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

UsualPtr KeptUsualFor(int count, std::vector<int> earlier) {
  static auto* const answers = new Answers();
  const Question question(count, std::move(earlier));
  if (UsualPtr known = answers->Find(question)) return known;
  auto answer = std::make_shared<const v1::Usual>(UsualFor(question.first, question.second));
  answers->Keep(question, answer);
  return answer;
}

}  // namespace samsyn::analysis
