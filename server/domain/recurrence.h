// How a planned event comes again (R14): the days on which it is held, by the municipality's wall
// clock, and whether what was asked makes sense. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_RECURRENCE_H_
#define SAMSYN_SERVER_DOMAIN_RECURRENCE_H_

#include <absl/time/time.h>
#include <samsyn/v1/report.pb.h>

#include <vector>

#include "server/domain/refusal.h"

namespace samsyn::domain {

// One time that an event is held; `end` is `start` where the end is not known.
struct Occurrence {
  absl::Time start, end;
  bool operator==(const Occurrence&) const = default;
};

// The times at which a planned event is held that overlap [from, to), in order; one that has no
// length belongs to the period in which it begins. The first time is that of the report, to the
// second; each later one begins and ends at the same wall clock times, on the days that the
// recurrence gives: where a clock is changed as wall_clock.h says. What lies years ahead costs no
// more than what lies near.
std::vector<Occurrence> Occurrences(const v1::Report& event, absl::Time from, absl::Time to,
                                    absl::TimeZone zone);

// What is wrong with a report's recurrence, by field: it is of no planned event, says days that are
// not of its frequency or not days, names a first time that the rule itself does not give, or ends
// before it begins. Ranges of single numbers are the request's shape.
std::vector<Violation> WrongRecurrence(const v1::Report& report, absl::TimeZone zone);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_RECURRENCE_H_
