// When meetings are held (R14): every so many weeks on a weekday, at a time on the wall, but for
// the dates that are otherwise. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_MEETING_CADENCE_H_
#define SAMSYN_SERVER_DOMAIN_MEETING_CADENCE_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <absl/types/optional.h>
#include <samsyn/v1/meeting.pb.h>

#include <string>
#include <vector>

#include "server/domain/picture.h"
#include "server/domain/rule_checks.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

// One date of a cadence.
struct CadenceDate {
  absl::CivilDay date;                 // by the cadence
  absl::optional<absl::CivilDay> day;  // on which it is held; none: called off
  absl::optional<absl::Time> time;     // when
  std::string note;
};

// The first dates whose day, or whose date if it is called off, is `from` or later; in order of
// that. `anchor`: a day from whose week the weeks are counted.
std::vector<CadenceDate> CadenceDates(const v1::MeetingCadence& cadence, absl::CivilDay anchor,
                                      absl::CivilDay from, int count, absl::TimeZone zone);

// When the next meeting is held by the municipality's cadence, at or after a time; nullopt without
// a cadence.
absl::optional<absl::Time> NextByCadence(const View& view, absl::string_view municipality,
                                         absl::Time after);

// What is wrong with the dates of a cadence: days that are none, a date that stands twice, one that
// is moved more than 31 days.
void CheckCadence(const v1::MeetingCadence& cadence, absl::string_view path,
                  Violations& violations);

// Fills the response but for `revision`; NOT_FOUND for another municipality than the audience's.
absl::Status ListMeetingDates(const v1::ListMeetingDatesRequest& request, const View& view,
                              const Audience& audience, absl::Time now,
                              v1::ListMeetingDatesResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_MEETING_CADENCE_H_
