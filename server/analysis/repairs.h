// How the repair of physical defects goes, by area: what is open, and how long it takes. Pure, from
// what an audience may see.
#ifndef SAMSYN_SERVER_ANALYSIS_REPAIRS_H_
#define SAMSYN_SERVER_ANALYSIS_REPAIRS_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/situation.pb.h>

#include "server/domain/visibility.h"

namespace samsyn::analysis {

// Without `revision`. A row for every area in which something is open, or was fixed in the last 365
// days before the day that it is at `now`; unlocated last. `responsible`: only what this
// organisation answers for; empty: all.
v1::GetRepairsResponse GetRepairs(const domain::View& view, const domain::Audience& audience,
                                  absl::string_view responsible, absl::Time now);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_REPAIRS_H_
