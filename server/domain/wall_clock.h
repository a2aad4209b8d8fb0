// Wall clock of plans (R14): storage is UTC, people say "22:00–03:30" and mean the clock on the
// wall, also in the two nights a year when it is changed.
#ifndef SAMSYN_SERVER_DOMAIN_WALL_CLOCK_H_
#define SAMSYN_SERVER_DOMAIN_WALL_CLOCK_H_

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <samsyn/v1/common.pb.h>

#include <string>

#include "server/domain/picture.h"

namespace samsyn::domain {

// Europe/Stockholm.
absl::TimeZone SwedishZone();
// Time zone of the municipality that a view is of; the Swedish one unless it says another.
absl::TimeZone ZoneOf(const View& view, absl::string_view municipality);

// From one wall clock time to another. A time that is absent (02:30 in March) is the instant at
// which the clock is moved; of one that comes twice (02:30 in October) a window begins at the first
// and ends at the second, so that nobody goes home an hour early.
v1::TimeWindow WindowAt(absl::CivilSecond from, absl::CivilSecond to, absl::TimeZone zone);

// "fre 20:00": weekday and time on the wall, in Swedish.
std::string OnTheWall(absl::Time time, absl::TimeZone zone);
// "fre".
absl::string_view SwedishDay(absl::Weekday day);
// Minutes into the day of a good time of day, "20:30"; 0 for anything else.
int MinutesIntoDay(absl::string_view wall_time);
// "2026-11-27" on the wall.
std::string DateOnTheWall(absl::Time time, absl::TimeZone zone);

// 05:00 on the wall, when the municipality's day begins: the last one that has come, at `now` or
// before; the first one after a time.
absl::Time LastMorning(absl::Time now, absl::TimeZone zone);
absl::Time NextMorning(absl::Time after, absl::TimeZone zone);

// From 17:00 to 05:00 on the wall: of this night before 05:00, then of the next one.
v1::TimeWindow Tonight(absl::Time now, absl::TimeZone zone);
// From noon to noon on the wall, with `now` in it.
v1::TimeWindow NoonToNoon(absl::Time now, absl::TimeZone zone);

// Half-open: 20–22 and 22–24 do not overlap.
bool Overlap(const v1::TimeWindow& a, const v1::TimeWindow& b);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_WALL_CLOCK_H_
