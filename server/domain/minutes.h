// Minutes of a meeting (minnesanteckningar), made for each reader from what it may see. Of a
// meeting that is not closed: a draft.
#ifndef SAMSYN_SERVER_DOMAIN_MINUTES_H_
#define SAMSYN_SERVER_DOMAIN_MINUTES_H_

#include <absl/status/status.h>
#include <samsyn/v1/meeting.pb.h>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

// Fills the response but for `revision`; NOT_FOUND when the meeting is not for the audience.
// Entries stand in order of time, assessments and deployments in order of name; deployments are
// those that were decided while the meeting was open. Nothing in it tells of what the audience does
// not see. Marked with the strictest class of what it holds; the name of a unit counts as
// RESTRICTED, for others are not told it.
absl::Status GetMinutes(const v1::GetMinutesRequest& request, const View& view,
                        const Audience& audience, v1::GetMinutesResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_MINUTES_H_
