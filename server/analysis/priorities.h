// In which order problems might be taken, and why: every factor is shown, and people order. From
// what the audience may see, and nothing else: a linked incident that it may not see is as if it
// were not linked.
//
// The score is the product of four weights.
//   severity     the highest severity, 1 to 5, of the linked incidents of the last 12 weeks; 1
//   where
//                none says one
//   recency      2^(-days since the newest linked incident / 14): 1 today, a half after two weeks;
//                at least 1/64, which is twelve weeks ago, so that a problem whose incidents are
//                older, or that has none, comes late and is not lost
//   unusualness  2 where a cell of the problem's areas and the linked incidents' families is more
//                than usual, else 1
//   sources      1 + log2 of the independent sources of the last 12 weeks, of none as of one: 1
//   more
//                for each doubling
// Only incidents that count as CURRENT; one that was merged stands for the one that it is part of
// now.
#ifndef SAMSYN_SERVER_ANALYSIS_PRIORITIES_H_
#define SAMSYN_SERVER_ANALYSIS_PRIORITIES_H_

#include <absl/time/time.h>
#include <absl/types/span.h>
#include <samsyn/v1/problem.pb.h>
#include <samsyn/v1/situation.pb.h>

#include <vector>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::analysis {

// The open and monitored problems: highest score first, then those that more meetings have seen,
// then by name; at most 100. `verdicts`: the audience's own.
std::vector<v1::SuggestedPriority> SuggestPriorities(
    const domain::View& view, const domain::Audience& audience,
    absl::Span<const v1::SituationVerdict> verdicts, absl::Time now);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_PRIORITIES_H_
