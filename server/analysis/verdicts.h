// The situation for an audience: the cells that it may see, added up to rows and totals, each with
// what is usual for it. Nobody's rows, ranges or verdicts tell of cells that they may not see.
#ifndef SAMSYN_SERVER_ANALYSIS_VERDICTS_H_
#define SAMSYN_SERVER_ANALYSIS_VERDICTS_H_

#include <samsyn/v1/situation.pb.h>

#include <vector>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::analysis {

// The situation, without `revision`.
v1::GetSituationResponse GetSituation(const domain::Picture& picture,
                                      const domain::Audience& audience);

// What the same rows are to be thought of, in order of name: as `Watch` sends them, without counts
// of the running period, so that one changes only when its word does or the period moves.
std::vector<v1::SituationVerdict> Verdicts(const domain::Picture& picture,
                                           const domain::Audience& audience);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_VERDICTS_H_
