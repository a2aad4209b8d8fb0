#include "server/domain/wall_clock.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

namespace samsyn::domain {
namespace {

absl::Time MorningOf(absl::CivilDay day, absl::TimeZone zone) {
  return absl::FromCivil(absl::CivilHour(day) + 5, zone);
}

}  // namespace

absl::TimeZone SwedishZone() {
  absl::TimeZone zone;
  return absl::LoadTimeZone("Europe/Stockholm", &zone) ? zone : absl::UTCTimeZone();
}

absl::TimeZone ZoneOf(const View& view, absl::string_view municipality) {
  const auto found = view.Get<v1::Municipality>(municipality);
  absl::TimeZone zone;
  if (found != nullptr && !found->time_zone().empty() &&
      absl::LoadTimeZone(found->time_zone(), &zone)) {
    return zone;
  }
  return SwedishZone();
}

v1::TimeWindow WindowAt(absl::CivilSecond from, absl::CivilSecond to, absl::TimeZone zone) {
  const auto resolve = [&](absl::CivilSecond when, bool end) {
    const absl::TimeZone::TimeInfo info = zone.At(when);
    switch (info.kind) {
      case absl::TimeZone::TimeInfo::SKIPPED:
        return info.trans;
      case absl::TimeZone::TimeInfo::REPEATED:
        return end ? info.post : info.pre;
      default:
        return info.pre;
    }
  };
  v1::TimeWindow window;
  *window.mutable_start_time() = TimestampOf(resolve(from, false));
  *window.mutable_end_time() = TimestampOf(resolve(to, true));
  return window;
}

std::string OnTheWall(absl::Time time, absl::TimeZone zone) {
  return absl::StrCat(SwedishDay(absl::GetWeekday(absl::ToCivilDay(time, zone))), " ",
                      absl::FormatTime("%H:%M", time, zone));
}

absl::string_view SwedishDay(absl::Weekday day) {
  static constexpr absl::string_view kDays[] = {"mån", "tis", "ons", "tor", "fre", "lör", "sön"};
  return kDays[static_cast<int>(day)];
}

int MinutesIntoDay(absl::string_view wall_time) {
  int hours = 0, minutes = 0;
  if (wall_time.size() != 5 || !absl::SimpleAtoi(wall_time.substr(0, 2), &hours) ||
      !absl::SimpleAtoi(wall_time.substr(3), &minutes)) {
    return 0;
  }
  return hours * 60 + minutes;
}

std::string DateOnTheWall(absl::Time time, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d", time, zone);
}

absl::Time LastMorning(absl::Time now, absl::TimeZone zone) {
  const absl::CivilDay today(absl::ToCivilDay(now, zone));
  const absl::Time morning = MorningOf(today, zone);
  return morning <= now ? morning : MorningOf(today - 1, zone);
}

absl::Time NextMorning(absl::Time after, absl::TimeZone zone) {
  const absl::CivilDay today(absl::ToCivilDay(after, zone));
  const absl::Time morning = MorningOf(today, zone);
  return morning > after ? morning : MorningOf(today + 1, zone);
}

v1::TimeWindow Tonight(absl::Time now, absl::TimeZone zone) {
  const absl::CivilHour morning(absl::ToCivilSecond(LastMorning(now, zone), zone));
  return WindowAt(absl::CivilSecond(morning + 12), absl::CivilSecond(morning + 24), zone);
}

v1::TimeWindow NoonToNoon(absl::Time now, absl::TimeZone zone) {
  const absl::CivilHour noon(absl::CivilDay(absl::ToCivilHour(now, zone) - 12));
  return WindowAt(absl::CivilSecond(noon + 12), absl::CivilSecond(noon + 36), zone);
}

bool Overlap(const v1::TimeWindow& a, const v1::TimeWindow& b) {
  return TimeOf(a.start_time()) < TimeOf(b.end_time()) &&
         TimeOf(b.start_time()) < TimeOf(a.end_time());
}

}  // namespace samsyn::domain
