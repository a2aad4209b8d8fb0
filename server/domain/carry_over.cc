#include "server/domain/carry_over.h"

#include <absl/container/btree_map.h>
#include <absl/types/optional.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "server/domain/agenda.h"
#include "server/domain/index_keys.h"
#include "server/domain/meeting_sitting.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {
namespace {

constexpr size_t kLeftMost = 50;  // lines, so that the meeting stays an entity

absl::optional<v1::CarryOver::Reason> Left(const v1::Deployment& deployment, absl::Time until) {
  if (deployment.state() == v1::Deployment::STATE_PROPOSED) {
    return v1::CarryOver::REASON_NOT_DECIDED;
  }
  if (deployment.state() != v1::Deployment::STATE_COMPLETED || deployment.has_follow_up()) {
    return absl::nullopt;
  }
  if (FollowUpDue(deployment, until)) return v1::CarryOver::REASON_NOT_FOLLOWED_UP;
  if (deployment.commitments().empty()) return v1::CarryOver::REASON_NOT_CARRIED_OUT;
  return absl::nullopt;
}

bool IsUnanswered(const View& view, const v1::Problem& problem, const v1::Meeting& meeting) {
  if (problem.standing() || problem.state() != v1::Problem::STATE_OPEN) return false;
  for (const std::string& name : view.Lookup(LinksKey(problem.name()))) {
    const auto deployment = view.Get<v1::Deployment>(name);
    if (deployment != nullptr && Answers(*deployment, problem.name(), meeting) &&
        Covers(deployment->release(), deployment->owner(), problem.release(), problem.owner())) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool Answers(const v1::Deployment& deployment, absl::string_view problem,
             const v1::Meeting& meeting) {
  if (deployment.problem() != problem) return false;
  switch (deployment.state()) {
    case v1::Deployment::STATE_PROPOSED:
    case v1::Deployment::STATE_DECIDED:
    case v1::Deployment::STATE_ACTIVE:
      return true;
    case v1::Deployment::STATE_COMPLETED:
      return DecidedIn(meeting, deployment);
    default:
      return false;
  }
}

std::vector<v1::CarryOver> CarriedOver(const View& view, const v1::Meeting& meeting) {
  absl::btree_map<std::string, v1::CarryOver::Reason> left;
  const absl::Time until = FollowsUpUntil(view, meeting);
  view.ForEach(v1::ENTITY_KIND_DEPLOYMENT, "", [&](const EntityPtr& entity) {
    if (const auto reason = Left(entity->deployment(), until)) {
      left.emplace(entity->deployment().name(), *reason);
    }
    return true;
  });
  for (const std::string& name : meeting.priorities()) {
    const auto problem = view.Get<v1::Problem>(name);
    if (problem != nullptr && IsUnanswered(view, *problem, meeting)) {
      left.emplace(name, v1::CarryOver::REASON_PROBLEM_UNANSWERED);
    }
  }
  absl::btree_map<std::string, int> ages;
  if (const auto before = view.Get<v1::Meeting>(meeting.previous_meeting())) {
    for (const v1::CarryOver& one : before->carry_over()) ages[one.subject()] = one.age();
  }
  std::vector<v1::CarryOver> lines;
  for (const auto& [subject, reason] : left) {
    v1::CarryOver& line = lines.emplace_back();
    line.set_subject(subject);
    line.set_reason(reason);
    line.set_age(ages[subject] + 1);
    line.set_raised(line.age() >= kRaisedAtAge);
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.age() > b.age(); });
  if (lines.size() > kLeftMost) lines.resize(kLeftMost);
  return lines;
}

}  // namespace samsyn::domain
