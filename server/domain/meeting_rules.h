// Rules of meetings: planned, opened, led through their phases, closed; what was said, which
// levels, which order, who leads the night. A meeting is the coordination's (class PARTNER) and
// belongs to the organisation that scheduled it.
#ifndef SAMSYN_SERVER_DOMAIN_MEETING_RULES_H_
#define SAMSYN_SERVER_DOMAIN_MEETING_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/meeting.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// Its id is the local date on which it is held; a second one that day gets `-2`.
absl::Status ScheduleMeeting(const v1::ScheduleMeetingRequest& request, Transaction& transaction);
absl::Status CancelMeeting(const v1::CancelMeetingRequest& request, Transaction& transaction);
// The caller becomes chair, its organisation is present. One meeting is open at a time.
absl::Status OpenMeeting(const v1::OpenMeetingRequest& request, Transaction& transaction);
absl::Status AdvanceMeeting(const v1::AdvanceMeetingRequest& request, Transaction& transaction);
absl::Status TakeChair(const v1::TakeChairRequest& request, Transaction& transaction);
absl::Status JoinMeeting(const v1::JoinMeetingRequest& request, Transaction& transaction);
absl::Status LeaveMeeting(const v1::LeaveMeetingRequest& request, Transaction& transaction);
// Owned by the meeting's organisation at class PARTNER. What an organisation says at a stricter
// class is its own; what was written down for it is then also seen by the writer's organisation.
absl::Status AddRoundEntry(const v1::AddRoundEntryRequest& request, Transaction& transaction);
// Each area's assessment has the class of its reason. The level before is told only where everybody
// who sees the new assessment may see the old one. Answers with the meeting, then the assessments
// that changed.
absl::Status AssessAreas(const v1::AssessAreasRequest& request, Transaction& transaction);
// Problems that the caller may not see keep their place after those that it orders.
absl::Status SetPriorities(const v1::SetPrioritiesRequest& request, Transaction& transaction);
// Also after the meeting: the night may change hands.
absl::Status SetNightLead(const v1::SetNightLeadRequest& request, Transaction& transaction);
absl::Status CloseMeeting(const v1::CloseMeetingRequest& request, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_MEETING_RULES_H_
