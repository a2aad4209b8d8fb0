// The agenda of a meeting (R10), which makes itself: what is due, what was left, what happened,
// what is planned, what is proposed; and what is still open. As its reader sees it. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_AGENDA_H_
#define SAMSYN_SERVER_DOMAIN_AGENDA_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <samsyn/v1/meeting.pb.h>

#include <string>
#include <vector>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

// An area that the meeting gives a level: something counted since last time, or its level then was
// another than GREEN and UNKNOWN.
struct AreaTurn {
  std::string area;
  int actual = 0;
  int perceived = 0;
  v1::AreaLevel before = v1::AREA_LEVEL_UNKNOWN;
  bool assessed = false;  // in this meeting
};
// In order of name.
std::vector<AreaTurn> AgendaAreas(const View& view, const Audience& audience,
                                  const v1::Meeting& meeting);

// Up to when a follow-up must be due to be taken up: the end of the day on which it is held.
absl::Time FollowsUpUntil(const View& view, const v1::Meeting& meeting);

// Whether a deployment that was agreed is to be followed up by then.
bool FollowUpDue(const v1::Deployment& deployment, absl::Time until);

// What is open now; first what blocks.
std::vector<v1::OpenPoint> OpenPointsOf(const View& view, const Audience& audience,
                                        const v1::Meeting& meeting);

// Fills the response but for `revision`; NOT_FOUND when the meeting is not for the audience,
// WRONG_STATE when it is over. What the audience gets only a part of does not stand on it.
absl::Status GetAgenda(const v1::GetAgendaRequest& request, const View& view,
                       const Audience& audience, v1::GetAgendaResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_AGENDA_H_
