// Times as people write and read them, on the wall clock of Europe/Stockholm. Pure but for the
// zone's own table.
#ifndef SAMSYN_CLIENTS_CLI_TIMES_H_
#define SAMSYN_CLIENTS_CLI_TIMES_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <string>

namespace samsyn::cli {

// What a bare time of day means.
enum class Sense {
  kPlan,  // today; small hours said after noon are the coming night's
  kPast,  // the last such time: 23:40 said at 00:30 was yesterday
};

absl::TimeZone Stockholm();

// Reads "2026-11-27T20:00:00+01:00" (RFC 3339), "2026-11-27 20:00", or "20:00". False with
// `problem` (a sentence) when it is none of these or a wall time that the change to summer time
// leaves out. A wall time that comes twice in autumn means the first.
bool ReadTime(absl::string_view text, absl::Time now, Sense sense, absl::Time* time,
              std::string* problem);

// "2026-11-27 20:00".
std::string WriteTime(absl::Time time);
// "2026-11-27 20:00–23:30"; with the second date if it is another one.
std::string WriteWindow(absl::Time start, absl::Time end);
// "20:00:07".
std::string WriteClock(absl::Time time);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_TIMES_H_
