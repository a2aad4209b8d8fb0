// What the rules of meetings share: the meeting that a command is about and who asks, what each
// needs, and how a meeting is planned and written.
#ifndef SAMSYN_SERVER_DOMAIN_MEETING_SITTING_H_
#define SAMSYN_SERVER_DOMAIN_MEETING_SITTING_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/meeting.pb.h>

#include <string>

#include "server/domain/policy.h"
#include "server/domain/refusal.h"
#include "server/domain/transaction.h"

namespace samsyn::domain {

// A meeting that a command is about, and who asks.
struct Sitting {
  Actor actor;
  v1::Meeting meeting;
};

const Words& MeetingSubject();

// NOT_FOUND for a meeting that the caller does not see, ETAG_MISMATCH for another version.
absl::StatusOr<Sitting> SittingOf(const Transaction& transaction, absl::string_view name,
                                  absl::string_view etag = "");

bool IsOpen(const v1::Meeting& meeting);
absl::Status RequireOpen(const v1::Meeting& meeting);
absl::Status RequireChair(const Sitting& sitting);
absl::Status RequireChairOrSecretary(const Sitting& sitting);

// Whether the deployment was decided while the meeting was open.
bool DecidedIn(const v1::Meeting& meeting, const v1::Deployment& deployment);

// The name of the level that a meeting gives an area.
std::string AssessmentName(absl::string_view meeting, absl::string_view area);

// Who sees what every organisation of a meeting's coordination may see, and nothing else.
Audience Everybody(const v1::Meeting& meeting);

// A meeting to be put: planned at a time, owned by the municipality's own organisation, whoever
// calls it (`caller` where there is none): so a private organisation never comes to own what is
// assessed in it for authorities.
v1::Meeting PlannedMeeting(const Transaction& transaction, absl::Time time,
                           const std::string& caller);

// Puts it with its guards, as the answer.
absl::Status PutAnswer(v1::Meeting meeting, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_MEETING_SITTING_H_
