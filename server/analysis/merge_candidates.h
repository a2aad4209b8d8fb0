// Incidents that may be the same thing (R9): of one release, one family, near in place and time,
// with the reasons for each pair. A suggestion alone: a person merges them (domain/merge_rules.h).
#ifndef SAMSYN_SERVER_ANALYSIS_MERGE_CANDIDATES_H_
#define SAMSYN_SERVER_ANALYSIS_MERGE_CANDIDATES_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <samsyn/v1/incident.pb.h>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::analysis {

inline constexpr absl::Duration kCandidatesApart = absl::Hours(2);  // at most
inline constexpr double kCandidatesNearM = 300;                     // at most, both with a point

// One page, the newest first, of the pairs of which the audience sees both. Only counted incidents:
// what the source itself calls no event is none of two reports of one. Without a period: where the
// later occurred in the 31 days before `now` or since, or where `incident` was. Walks over the
// period alone. INVALID_FIELDS for a malformed token, NOT_FOUND for an incident that the audience
// does not see and for another municipality than its own.
absl::Status ListMergeCandidates(const v1::ListMergeCandidatesRequest& request,
                                 const domain::Picture& picture, const domain::Audience& audience,
                                 absl::Time now, v1::ListMergeCandidatesResponse* response);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_MERGE_CANDIDATES_H_
