// What is usual for a count, kept for whoever asks the same again. A function of its arguments
// alone, so nothing kept goes out of date or tells of anybody; and of the sums of a situation, a
// report changes four. To judge all 127 anew was a third of GetSituation in a busy municipality.
#ifndef SAMSYN_SERVER_ANALYSIS_KEPT_USUAL_H_
#define SAMSYN_SERVER_ANALYSIS_KEPT_USUAL_H_

#include <samsyn/v1/situation.pb.h>

#include <memory>
#include <vector>

namespace samsyn::analysis {

// `UsualFor`. Thread-safe; keeps at least the 8,192 answers that were asked for last, at most twice
// as many, about 300 bytes each.
std::shared_ptr<const v1::Usual> KeptUsualFor(int count, std::vector<int> earlier);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_KEPT_USUAL_H_
