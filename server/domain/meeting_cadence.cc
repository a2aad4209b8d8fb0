#include "server/domain/meeting_cadence.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>
#include <set>

#include "server/domain/holidays.h"
#include "server/domain/policy.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

constexpr int kMovedMost = 31;  // days
constexpr int kDatesDefault = 8;
constexpr int kFriday = 5;
constexpr int kUsualHour = 18;

bool ReadDay(const std::string& text, absl::CivilDay* day) {
  return text.size() == 10 && absl::ParseCivilTime(text, day);
}

// Of the day; the usual time where it is left out.
int MinutesOf(const std::string& wall_time) {
  return wall_time.empty() ? kUsualHour * 60 : MinutesIntoDay(wall_time);
}

absl::CivilDay MondayOf(absl::CivilDay day) {
  return day - static_cast<int>(absl::GetWeekday(day));  // 0 is Monday
}

// The first multiple of `step` that is `at` or more.
int64_t MultipleFrom(int64_t at, int64_t step) {
  const int64_t rest = ((at % step) + step) % step;
  return rest == 0 ? at : at + step - rest;
}

std::map<absl::CivilDay, const v1::CadenceException*> ExceptionsOf(
    const v1::MeetingCadence& cadence) {
  std::map<absl::CivilDay, const v1::CadenceException*> exceptions;
  for (const v1::CadenceException& one : cadence.exceptions()) {
    if (absl::CivilDay day; ReadDay(one.date(), &day)) exceptions.emplace(day, &one);
  }
  return exceptions;
}

absl::Time TimeOn(absl::CivilDay day, const v1::MeetingCadence& cadence, absl::TimeZone zone) {
  const absl::CivilSecond on_the_wall =
      absl::CivilSecond(day) + MinutesOf(cadence.wall_time()) * 60;
  return TimeOf(WindowAt(on_the_wall, on_the_wall, zone).start_time());
}

CadenceDate DateOf(absl::CivilDay date, const v1::CadenceException* exception,
                   const v1::MeetingCadence& cadence, absl::TimeZone zone) {
  CadenceDate one{date, date, absl::nullopt, ""};
  if (exception != nullptr) {
    one.note = exception->note();
    absl::CivilDay moved;
    one.day =
        ReadDay(exception->moved_to_date(), &moved) ? absl::make_optional(moved) : absl::nullopt;
  }
  if (one.day) one.time = TimeOn(*one.day, cadence, zone);
  return one;
}

absl::CivilDay DayToSortBy(const CadenceDate& one) { return one.day.value_or(one.date); }

// From which week the weeks are counted: as the cadence says, else the meeting closed last.
absl::CivilDay AnchorOf(const View& view, const v1::MeetingCadence& cadence, absl::CivilDay today,
                        absl::TimeZone zone) {
  if (absl::CivilDay day; ReadDay(cadence.anchor_date(), &day)) return day;
  const auto last = LastClosedMeeting(view);
  return last == nullptr ? today : absl::ToCivilDay(TimeOf(last->scheduled_time()), zone);
}

}  // namespace

std::vector<CadenceDate> CadenceDates(const v1::MeetingCadence& cadence, absl::CivilDay anchor,
                                      absl::CivilDay from, int count, absl::TimeZone zone) {
  const int weeks = std::max(cadence.weeks(), 1);
  const int weekday = cadence.iso_weekday() == 0 ? kFriday : cadence.iso_weekday();
  const auto exceptions = ExceptionsOf(cadence);
  const absl::CivilDay first = MondayOf(anchor);
  std::vector<CadenceDate> dates;
  // Dates before may be moved to a day after, and dates after to a day before those.
  int64_t week = MultipleFrom((MondayOf(from - kMovedMost) - first) / 7, weeks);
  for (absl::CivilDay date; static_cast<int>(dates.size()) < count + 2 * kMovedMost / 7 + 2;
       week += weeks) {
    date = first + 7 * week + (weekday - 1);
    const auto found = exceptions.find(date);
    CadenceDate one =
        DateOf(date, found == exceptions.end() ? nullptr : found->second, cadence, zone);
    if (DayToSortBy(one) >= from) dates.push_back(std::move(one));
  }
  std::stable_sort(dates.begin(), dates.end(),
                   [](const auto& a, const auto& b) { return DayToSortBy(a) < DayToSortBy(b); });
  dates.resize(count);
  return dates;
}

absl::optional<absl::Time> NextByCadence(const View& view, absl::string_view municipality,
                                         absl::Time after) {
  const auto found = view.Get<v1::Municipality>(municipality);
  if (found == nullptr || !found->has_cadence()) return absl::nullopt;
  const absl::TimeZone zone = ZoneOf(view, municipality);
  const absl::CivilDay today = absl::ToCivilDay(after, zone);
  constexpr int kExceptionsMost = 100;
  for (const CadenceDate& one :
       CadenceDates(found->cadence(), AnchorOf(view, found->cadence(), today, zone), today,
                    kExceptionsMost + 2, zone)) {
    if (one.time && *one.time >= after) return one.time;
  }
  return absl::nullopt;
}

void CheckCadence(const v1::MeetingCadence& cadence, absl::string_view path,
                  Violations& violations) {
  const auto check_day = [&](const std::string& text, const std::string& field,
                             absl::CivilDay* day) {
    if (ReadDay(text, day)) return true;
    violations.Add(absl::StrCat(path, ".", field), "A day is written as 2026-12-25.",
                   "En dag skrivs som 2026-12-25.");
    return false;
  };
  absl::CivilDay day, moved;
  if (!cadence.anchor_date().empty()) check_day(cadence.anchor_date(), "anchor_date", &day);
  std::set<absl::CivilDay> seen;
  for (int i = 0; i < cadence.exceptions_size(); ++i) {
    const v1::CadenceException& one = cadence.exceptions(i);
    const std::string at = absl::StrCat("exceptions[", i, "]");
    if (!check_day(one.date(), absl::StrCat(at, ".date"), &day)) continue;
    if (!seen.insert(day).second) {
      violations.Add(absl::StrCat(path, ".", at, ".date"), "This date stands twice.",
                     "Detta datum står två gånger.");
    }
    if (one.moved_to_date().empty()) continue;
    if (!check_day(one.moved_to_date(), absl::StrCat(at, ".moved_to_date"), &moved)) continue;
    if (std::abs(moved - day) > kMovedMost) {
      violations.Add(absl::StrCat(path, ".", at, ".moved_to_date"),
                     "A meeting is moved by at most 31 days.", "Ett möte flyttas högst 31 dagar.");
    }
  }
}

absl::Status ListMeetingDates(const v1::ListMeetingDatesRequest& request, const View& view,
                              const Audience& audience, absl::Time now,
                              v1::ListMeetingDatesResponse* response) {
  if (!audience.everything && request.municipality() != audience.municipality) {
    return NotFound(request.municipality());
  }
  const auto municipality = view.Get<v1::Municipality>(request.municipality());
  if (municipality == nullptr) return NotFound(request.municipality());
  if (!municipality->has_cadence()) return absl::OkStatus();
  const v1::MeetingCadence& cadence = municipality->cadence();
  const absl::TimeZone zone = ZoneOf(view, request.municipality());
  std::map<absl::CivilDay, std::string> meetings;
  view.ForEach(v1::ENTITY_KIND_MEETING, "", [&](const EntityPtr& entity) {
    const v1::Meeting& meeting = entity->meeting();
    if (meeting.phase() != v1::Meeting::PHASE_CANCELLED && CanSee(audience, *entity)) {
      meetings.emplace(absl::ToCivilDay(TimeOf(meeting.scheduled_time()), zone), meeting.name());
    }
    return true;
  });
  const absl::CivilDay today = absl::ToCivilDay(now, zone);
  const int count = request.count() == 0 ? kDatesDefault : request.count();
  for (const CadenceDate& one :
       CadenceDates(cadence, AnchorOf(view, cadence, today, zone), today, count, zone)) {
    v1::MeetingDate& date = *response->add_dates();
    date.set_date(absl::FormatCivilTime(one.date));
    if (one.time) *date.mutable_scheduled_time() = TimestampOf(*one.time);
    const absl::CivilDay day = one.day.value_or(one.date);
    date.set_holiday(HolidayOn(day));
    date.set_note(one.note);
    if (const auto held = meetings.find(day); one.day && held != meetings.end()) {
      date.set_meeting(held->second);
    }
  }
  return absl::OkStatus();
}

}  // namespace samsyn::domain
