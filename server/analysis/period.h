// The period that the situation counts, and the earlier ones that it is compared with. A function
// of what the journal holds, never of the clock.
#ifndef SAMSYN_SERVER_ANALYSIS_PERIOD_H_
#define SAMSYN_SERVER_ANALYSIS_PERIOD_H_

#include <absl/time/time.h>

#include <utility>
#include <vector>

#include "server/domain/picture.h"

namespace samsyn::analysis {

inline constexpr int kWeeksCompared = 12;

struct Period {
  // First instant that counts: the last meeting's close; without one, seven days before the
  // municipality's `situation_time`. What occurred later counts, without end.
  absl::Time start = absl::UnixEpoch();
  // Where comparing ends: the opening of the open meeting, else the next 05:00 on the wall after
  // `situation_time`, which a journalled command moves.
  absl::Time end = absl::UnixEpoch();
  // As long, and at the same place in the week on the wall clock, within the twelve weeks before;
  // oldest first. Twelve where meetings are weekly, six where they are fortnightly. Half-open; the
  // last day of one may be the first of the next.
  std::vector<std::pair<absl::Time, absl::Time>> earlier;

  bool operator==(const Period&) const = default;
};

Period PeriodOf(const domain::View& view);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_PERIOD_H_
