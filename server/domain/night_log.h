// The log of a night (Logg): what was proposed, agreed, offered, answered, done and said, in order
// of time. Made for each reader from the versions of now, of what it sees; what lies in a version
// whose times are withheld from it is left out, for the log is of times.
#ifndef SAMSYN_SERVER_DOMAIN_NIGHT_LOG_H_
#define SAMSYN_SERVER_DOMAIN_NIGHT_LOG_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <samsyn/v1/deployment.pb.h>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

// Fills the response but for `revision`. Entries lie in the period by when they happened, as the
// device says if one does; of reports, the accepted ones. The last 2,000, fewer where they are
// long. With a deployment: what belongs to it alone; NOT_FOUND when it is not for the audience, or
// for another municipality. Persons are not named; who did something stands as its organisation.
// Marked with the strictest class of what it holds; what names a unit in a deployment counts as
// RESTRICTED.
absl::Status GetLog(const v1::GetLogRequest& request, const View& view, const Audience& audience,
                    absl::Time now, v1::GetLogResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_NIGHT_LOG_H_
