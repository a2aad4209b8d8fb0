#include "clients/cli/times.h"

#include <absl/strings/str_cat.h>
#include <absl/time/civil_time.h>

namespace samsyn::cli {
namespace {

bool AtWallTime(absl::CivilSecond wall, absl::Time* time, std::string* problem) {
  const absl::TimeZone::TimeInfo info = Stockholm().At(wall);
  if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) {
    *problem = absl::StrCat(absl::FormatCivilTime(wall),
                            " does not exist: clocks go forward then; write the time with its "
                            "offset");
    return false;
  }
  *time = info.pre;
  return true;
}

// "HH:MM" alone.
bool ReadTimeOfDay(absl::string_view text, int* hour, int* minute) {
  if (text.size() != 4 && text.size() != 5) return false;
  absl::CivilMinute read;
  if (!absl::ParseCivilTime(absl::StrCat("2000-01-01T", text.size() == 4 ? "0" : "", text),
                            &read)) {
    return false;
  }
  *hour = read.hour();
  *minute = read.minute();
  return true;
}

}  // namespace

absl::TimeZone Stockholm() {
  absl::TimeZone zone;
  absl::LoadTimeZone("Europe/Stockholm", &zone);
  return zone;
}

bool ReadTime(absl::string_view text, absl::Time now, Sense sense, absl::Time* time,
              std::string* problem) {
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, time, &error)) return true;
  int hour, minute;
  if (ReadTimeOfDay(text, &hour, &minute)) {
    const absl::CivilSecond here = absl::ToCivilSecond(now, Stockholm());
    const absl::CivilDay today(here);
    absl::CivilDay day = today;
    if (sense == Sense::kPlan && here.hour() >= 12 && hour < 6) day += 1;
    if (sense == Sense::kPast &&
        absl::CivilMinute(here) <
            absl::CivilMinute(today.year(), today.month(), today.day(), hour, minute)) {
      day -= 1;
    }
    return AtWallTime(absl::CivilSecond(day.year(), day.month(), day.day(), hour, minute), time,
                      problem);
  }
  std::string iso(text);
  if (iso.size() > 10 && iso[10] == ' ') iso[10] = 'T';
  absl::CivilMinute minutes;
  absl::CivilSecond seconds;
  if (iso.size() == 16 && absl::ParseCivilTime(iso, &minutes)) {
    return AtWallTime(absl::CivilSecond(minutes), time, problem);
  }
  if (iso.size() == 19 && absl::ParseCivilTime(iso, &seconds)) {
    return AtWallTime(seconds, time, problem);
  }
  *problem = absl::StrCat("\"", text,
                          "\" is no time; write 20:00, \"2026-11-27 20:00\" or "
                          "2026-11-27T20:00:00+01:00");
  return false;
}

std::string WriteTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M", time, Stockholm());
}

std::string WriteWindow(absl::Time start, absl::Time end) {
  const bool same_day =
      absl::ToCivilDay(start, Stockholm()) == absl::ToCivilDay(end - absl::Seconds(1), Stockholm());
  return absl::StrCat(WriteTime(start), "–",
                      absl::FormatTime(same_day ? "%H:%M" : "%Y-%m-%d %H:%M", end, Stockholm()));
}

std::string WriteClock(absl::Time time) { return absl::FormatTime("%H:%M:%S", time, Stockholm()); }

}  // namespace samsyn::cli
