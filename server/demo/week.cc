#include "server/demo/week.h"

namespace samsyn::demo {

Week::Week(absl::Time now) : now_(now) {
  if (!absl::LoadTimeZone("Europe/Stockholm", &zone_)) zone_ = absl::FixedTimeZone(3600);
  const absl::CivilDay today = absl::ToCivilDay(now, zone_);
  next_friday_ = absl::GetWeekday(today) == absl::Weekday::friday
                     ? today
                     : absl::NextWeekday(today, absl::Weekday::friday);
}

absl::Time Week::At(absl::CivilDay day, int hour, int minute) const {
  return absl::FromCivil(absl::CivilMinute(day.year(), day.month(), day.day(), hour, minute),
                         zone_);
}

absl::Time Week::Later(absl::Time time, int64_t weeks) const {
  const absl::CivilSecond civil = absl::ToCivilSecond(time, zone_);
  const absl::CivilDay day = absl::CivilDay(civil) + 7 * weeks;
  return absl::FromCivil(absl::CivilSecond(day.year(), day.month(), day.day(), civil.hour(),
                                           civil.minute(), civil.second()),
                         zone_);
}

}  // namespace samsyn::demo
