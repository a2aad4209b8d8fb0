// How places are covered tonight (täckning): for each area and kind of power, hour by hour on the
// wall clock, how many units are wanted and how many come. From the deployments and assignments
// that the audience sees whole, and nothing else: hours that are left out for it are not told here.
//
// A unit counts in every area and every hour that it is sent to: where it stands in between, nobody
// knows beforehand. One that is done, or was taken away, counts up to then if it was on place at
// all; whoever hands over and whoever takes over both count in that hour. A commitment whose
// assignment the audience does not see stands for a unit that has answered ("aktör, bekräftad"), of
// a kind that is not told if the unit is not.
//
// What is wanted: the needs of a deployment, in each of its areas; without needs, one unit of any
// kind. Deployment by deployment, needs of a kind are met by units of it, needs of any kind by who
// is left over, and what is then still open by units whose kind is not told; each need is counted
// in the row that meets it. A deployment that was ended before its time wants nothing any more.
#ifndef SAMSYN_SERVER_ANALYSIS_COVERAGE_H_
#define SAMSYN_SERVER_ANALYSIS_COVERAGE_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <samsyn/v1/deployment.pb.h>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::analysis {

// Fills the response but for `revision`. Hours are whole hours on the wall, also where the clock is
// changed in between: the first begins at or before the window, the last ends at or after it.
// Refusals: NOT_FOUND for another municipality, INVALID_FIELDS for a window of more than a day.
absl::Status GetCoverage(const v1::GetCoverageRequest& request, const domain::View& view,
                         const domain::Audience& audience, absl::Time now,
                         v1::GetCoverageResponse* response);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_COVERAGE_H_
