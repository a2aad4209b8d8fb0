// The two times of a police event: `datetime` and the time in the title. Pure.
#ifndef SAMSYN_CLIENTS_CONNECTORS_PARSE_POLISEN_TIME_H_
#define SAMSYN_CLIENTS_CONNECTORS_PARSE_POLISEN_TIME_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <absl/types/optional.h>

namespace samsyn::connectors {

// `YYYY-MM-DD H:MM:SS ±HH:MM`, the hour padded or not; nothing for anything else.
absl::optional<absl::Time> ReadPolisenDatetime(absl::string_view text);

// A title's beginning `D månad HH.MM` (`:` before October 2023; day padded or not) on the wall
// clock of `zone`. It names no year: that of `published`, or the year before when that lies more
// than a day after it. Nothing for anything else.
absl::optional<absl::Time> ReadPolisenTitleTime(absl::string_view text, absl::Time published,
                                                absl::TimeZone zone);

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_PARSE_POLISEN_TIME_H_
