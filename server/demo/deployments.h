// The two deployments of last Friday: proposed, agreed, offered, answered from the field, done, and
// followed up.
#ifndef SAMSYN_SERVER_DEMO_DEPLOYMENTS_H_
#define SAMSYN_SERVER_DEMO_DEPLOYMENTS_H_

#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/deployment.pb.h>

#include <memory>
#include <string>
#include <vector>

#include "server/demo/director.h"
#include "server/demo/week.h"

namespace samsyn::demo {

class EveningOfLastFriday {
 public:
  EveningOfLastFriday(Director& director, const Week& week) : director_(director), week_(week) {}

  // Adds the steps of the evening and the follow-ups. `keep` is kept by the steps: it owns this.
  void Play(std::shared_ptr<const void> keep);

  // In the meeting: both are proposed, discussed and decided; one for each problem.
  absl::Status Agree(const std::vector<std::string>& problems);
  // At the read-back: the assignments that were held back.
  absl::Status Offer();

 private:
  absl::Status Commit(absl::string_view member, const std::string& deployment,
                      absl::string_view unit);
  absl::Status TakePosition(absl::string_view member, const std::string& deployment,
                            v1::Position::Stance stance);
  absl::Status Decide(const std::string& deployment);
  // The assignment of a unit.
  v1::Assignment AssignmentOf(absl::string_view unit) const;
  v1::DeviceStamp StampFor(const v1::Assignment& assignment, absl::string_view member);
  absl::Status Deliver(absl::string_view member, absl::string_view unit);
  absl::Status Acknowledge(absl::string_view member, absl::string_view unit,
                           v1::AcknowledgeAssignmentRequest::Answer answer);
  absl::Status Update(absl::string_view member, absl::string_view unit, v1::Assignment::State state,
                      absl::string_view text);
  absl::Status Note(absl::string_view member, absl::string_view unit, absl::string_view text);
  absl::Status Debrief(absl::string_view member, absl::string_view unit, v1::Debrief::Result result,
                       v1::Debrief::Mood mood, absl::string_view text);
  absl::Status MakeStop(absl::string_view member, absl::string_view unit, int number, int minutes);
  absl::Status FollowUp(size_t which);

  Director& director_;
  const Week& week_;
  std::vector<std::string> deployments_;
};

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_DEPLOYMENTS_H_
