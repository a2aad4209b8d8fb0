// Which verdicts there can be: of each area of the directory, of what lies in none and of all
// together, by family and over all. Nobody's own: it tells of no incident.
#ifndef SAMSYN_SERVER_ANALYSIS_POSSIBLE_VERDICTS_H_
#define SAMSYN_SERVER_ANALYSIS_POSSIBLE_VERDICTS_H_

#include <samsyn/v1/situation.pb.h>

#include <vector>

#include "server/domain/picture.h"

namespace samsyn::analysis {

// Name, area and family of each, in order of name. Empty before there is a municipality.
std::vector<v1::SituationVerdict> PossibleVerdicts(const domain::View& view);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_POSSIBLE_VERDICTS_H_
