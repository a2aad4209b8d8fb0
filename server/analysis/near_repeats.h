// Near repeats: burglaries and vandalism near an earlier one in place and time.
#ifndef SAMSYN_SERVER_ANALYSIS_NEAR_REPEATS_H_
#define SAMSYN_SERVER_ANALYSIS_NEAR_REPEATS_H_

#include <absl/time/time.h>
#include <samsyn/v1/situation.pb.h>

#include <cstddef>
#include <vector>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::analysis {

// The counted burglaries and vandalism with a point that occurred at or after `from` and have an
// earlier one of the same category within 100 m and 14 days, with the latest such: the newest
// first, at most `most`. Only what the audience sees is looked at. Walks over the pairs found.
std::vector<v1::NearRepeat> NearRepeats(const domain::Picture& picture,
                                        const domain::Audience& audience, absl::Time from,
                                        size_t most);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_NEAR_REPEATS_H_
