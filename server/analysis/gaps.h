// Gaps: areas where what people feel and what happened point in different directions. Each is a
// finding of its own: the two are set side by side and never added up. Computed from the indicators
// and cells that the audience may see, and nothing else.
//
// What is felt: the area's newest perceived share in percent with a direction, a number of answers,
// and a reference: the same owner's value of the same measure, version and period for the whole
// municipality. Of several, the one that most people answered. It is worse or better than the
// municipality where the 95 % interval of the difference leaves zero out, else the same. The
// interval is Newcombe's, from the two Wilson intervals (Newcombe, R. G., "Interval estimation for
// the difference between independent proportions: comparison of eleven methods", Statistics in
// Medicine 17 (1998) 873-890, method 10): with shares p1, p2 and their Wilson limits l1, u1, l2,
// u2,
//   p1 - p2 - sqrt((p1 - l1)^2 + (u2 - p2)^2)  to  p1 - p2 + sqrt((u1 - p1)^2 + (p2 - l2)^2).
// The area's answers are among the municipality's, which the formula does not know: so it says "the
// same" rather too often than too seldom. Without a number of answers nothing is said, nor of
// means, whose spread is not recorded.
//
// What happened: incidents counted as actual in the situation's period and in the twelve earlier
// ones that its cells keep, against the other areas that have an indicator or an incident. Worse:
// above their upper quartile, and at least five; better: at or below their lower quartile, and
// below their median. These are counts, not rates: how many live, work or pass in an area is not
// known here. Of fewer than four areas nothing is said.
#ifndef SAMSYN_SERVER_ANALYSIS_GAPS_H_
#define SAMSYN_SERVER_ANALYSIS_GAPS_H_

#include <samsyn/v1/situation.pb.h>

#include <utility>
#include <vector>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::analysis {

// In order of area. Only where one is worse and the other is not.
std::vector<v1::Gap> Gaps(const domain::Picture& picture, const domain::Audience& audience);

// Wilson's 95 % interval of a share 0 to 1 of `n` answers, n > 0.
std::pair<double, double> WilsonInterval(double share, int n);
// Newcombe's 95 % interval of the first share less the second.
std::pair<double, double> DifferenceInterval(double share, int n, double other, int other_n);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_GAPS_H_
