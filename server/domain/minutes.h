// Minutes of a meeting (minnesanteckningar), made for each reader from what it may see; for
// publication; and as a letter for those who were not there. Of a meeting that is not closed: a
// draft.
#ifndef SAMSYN_SERVER_DOMAIN_MINUTES_H_
#define SAMSYN_SERVER_DOMAIN_MINUTES_H_

#include <absl/status/status.h>
#include <samsyn/v1/meeting.pb.h>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

// Fills the response but for `revision`; NOT_FOUND when the meeting is not for the audience or has
// no such edition, WRONG_STATE for publishing what is not approved. Entries stand in order of time,
// assessments and deployments in order of name. Nothing in it tells of what the reader does not
// see, and it names organisations, no persons. Marked with the strictest class of what it holds;
// the name of a unit counts as RESTRICTED, for others are not told it. An approved edition whose
// parts are not those that were approved is not shown: DATA_LOSS.
absl::Status GetMinutes(const v1::GetMinutesRequest& request, const View& view,
                        const Audience& audience, v1::GetMinutesResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_MINUTES_H_
