#include "server/domain/recurrence.h"

#include <absl/strings/str_cat.h>
#include <absl/time/civil_time.h>

#include <algorithm>
#include <set>
#include <string>

#include "server/domain/entity.h"
#include "server/domain/limits.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

constexpr int kYearsMost = 10;  // that something comes again without saying until when

// 1 Monday to 7 Sunday.
int IsoWeekday(absl::CivilDay day) { return static_cast<int>(absl::GetWeekday(day)) + 1; }

// The first multiple of `step` that is at least `number` and not negative.
int64_t MultipleFrom(int64_t number, int64_t step) {
  return number <= 0 ? 0 : (number + step - 1) / step * step;
}

// A day of a month; in a shorter month its last.
absl::CivilDay DayIn(absl::CivilMonth month, int day) {
  const int last = (absl::CivilDay(month + 1) - 1).day();
  return absl::CivilDay(month.year(), month.month(), std::min(day, last));
}

absl::CivilDay BeforeWeekend(absl::CivilDay day) {
  return IsoWeekday(day) > 5 ? day - (IsoWeekday(day) - 5) : day;
}

// The days from `lo` to `hi` that a rule gives, in order, the first one's day and later. Steps over
// whole weeks, months or years, from `lo`.
class Days {
 public:
  Days(const v1::Recurrence& rule, absl::CivilDay first)
      : rule_(rule), first_(first), step_(std::max(rule.interval(), 1)) {}

  std::vector<absl::CivilDay> Between(absl::CivilDay lo, absl::CivilDay hi) const {
    std::vector<absl::CivilDay> days;
    lo = std::max(lo, first_);
    switch (lo <= hi ? rule_.frequency() : v1::Recurrence::FREQUENCY_UNSPECIFIED) {
      case v1::Recurrence::FREQUENCY_WEEKLY:
        Weekly(lo, hi, days);
        break;
      case v1::Recurrence::FREQUENCY_MONTHLY:
        Monthly(lo, hi, days);
        break;
      case v1::Recurrence::FREQUENCY_YEARLY:
        Yearly(lo, hi, days);
        break;
      default:
        break;
    }
    std::erase_if(days, [&](absl::CivilDay day) { return day < lo || day > hi; });
    return days;
  }

 private:
  // Weeks begin on Monday; every so many is counted from the first time's.
  void Weekly(absl::CivilDay lo, absl::CivilDay hi, std::vector<absl::CivilDay>& days) const {
    std::set<int> weekdays(rule_.iso_weekdays().begin(), rule_.iso_weekdays().end());
    if (weekdays.empty()) weekdays.insert(IsoWeekday(first_));
    const absl::CivilDay monday = first_ - (IsoWeekday(first_) - 1);
    for (int64_t week = MultipleFrom((lo - monday) / 7, step_); monday + 7 * week <= hi;
         week += step_) {
      for (const int weekday : weekdays) days.push_back(monday + 7 * week + (weekday - 1));
    }
  }

  void Monthly(absl::CivilDay lo, absl::CivilDay hi, std::vector<absl::CivilDay>& days) const {
    const absl::CivilMonth begin(first_);
    const int wanted = rule_.day_of_month() > 0 ? rule_.day_of_month() : first_.day();
    // The month after `hi` too: its first days may be moved before a weekend.
    const absl::CivilMonth end = absl::CivilMonth(hi) + 1;
    for (int64_t month = MultipleFrom(absl::CivilMonth(lo) - begin, step_); begin + month <= end;
         month += step_) {
      const absl::CivilDay day = DayIn(begin + month, wanted);
      days.push_back(rule_.before_weekend() ? BeforeWeekend(day) : day);
    }
  }

  void Yearly(absl::CivilDay lo, absl::CivilDay hi, std::vector<absl::CivilDay>& days) const {
    for (int64_t year = MultipleFrom(lo.year() - first_.year(), step_);
         first_.year() + year <= hi.year(); year += step_) {
      days.push_back(DayIn(absl::CivilMonth(first_.year() + year, first_.month()), first_.day()));
    }
  }

  const v1::Recurrence& rule_;
  const absl::CivilDay first_;
  const int64_t step_;
};

bool Overlaps(const Occurrence& one, absl::Time from, absl::Time to) {
  if (one.start >= to) return false;
  return one.end > one.start ? one.end > from : one.start >= from;
}

// The first time, as the report has it.
Occurrence FirstOf(const v1::Report& event) {
  const absl::Time start = TimeOf(event.occurred_time());
  return {start, event.has_occurred_end_time() ? TimeOf(event.occurred_end_time()) : start};
}

// The last instant at which it may begin.
absl::Time LastStart(const v1::Report& event, absl::TimeZone zone) {
  if (event.recurrence().has_until_time()) return TimeOf(event.recurrence().until_time());
  const absl::CivilSecond first = absl::ToCivilSecond(TimeOf(event.occurred_time()), zone);
  return absl::FromCivil(absl::CivilSecond(first.year() + kYearsMost, first.month(), first.day(),
                                           first.hour(), first.minute(), first.second()),
                         zone);
}

bool ReadDay(const std::string& text, absl::CivilDay* day) {
  return text.size() == 10 && absl::ParseCivilTime(text, day);
}

std::set<absl::CivilDay> Skipped(const v1::Recurrence& rule) {
  std::set<absl::CivilDay> days;
  for (const std::string& text : rule.skipped_dates()) {
    if (absl::CivilDay day; ReadDay(text, &day)) days.insert(day);
  }
  return days;
}

void CheckDays(const v1::Recurrence& rule, std::vector<Violation>& violations) {
  const bool weekly = rule.frequency() == v1::Recurrence::FREQUENCY_WEEKLY;
  const bool monthly = rule.frequency() == v1::Recurrence::FREQUENCY_MONTHLY;
  if (!weekly && !rule.iso_weekdays().empty()) {
    violations.push_back({"report.recurrence.iso_weekdays",
                          {"Only what comes every week has weekdays.",
                           "Bara det som återkommer varje vecka har veckodagar."}});
  }
  const std::set<int> weekdays(rule.iso_weekdays().begin(), rule.iso_weekdays().end());
  if (weekdays.size() < static_cast<size_t>(rule.iso_weekdays_size())) {
    violations.push_back({"report.recurrence.iso_weekdays",
                          {"A weekday stands twice.", "En veckodag står två gånger."}});
  }
  if (!monthly && (rule.day_of_month() > 0 || rule.before_weekend())) {
    violations.push_back({rule.day_of_month() > 0 ? "report.recurrence.day_of_month"
                                                  : "report.recurrence.before_weekend",
                          {"Only what comes every month has this.",
                           "Bara det som återkommer varje månad har detta."}});
  }
  for (int i = 0; i < rule.skipped_dates_size(); ++i) {
    if (absl::CivilDay day; ReadDay(rule.skipped_dates(i), &day)) continue;
    violations.push_back({absl::StrCat("report.recurrence.skipped_dates[", i, "]"),
                          {"A day is written as 2026-12-25.", "En dag skrivs som 2026-12-25."}});
  }
}

void CheckFirst(const v1::Report& report, absl::TimeZone zone, std::vector<Violation>& violations) {
  const Occurrence first = FirstOf(report);
  if (report.recurrence().has_until_time() &&
      TimeOf(report.recurrence().until_time()) < first.start) {
    violations.push_back(
        {"report.recurrence.until_time",
         {"It cannot end before its first time.", "Den kan inte sluta före sin första gång."}});
  }
  if (first.end - first.start > kWindowMost) {
    violations.push_back({"report.occurred_end_time",
                          {"What comes again lasts at most 31 days each time.",
                           "Det som återkommer varar högst 31 dagar varje gång."}});
  }
  const absl::CivilDay day = absl::ToCivilDay(first.start, zone);
  if (Days(report.recurrence(), day).Between(day, day).empty()) {
    violations.push_back({"report.occurred_time",
                          {"The first time must itself fall on one of the days named.",
                           "Den första gången måste själv infalla på en av de angivna dagarna."}});
  }
}

}  // namespace

std::vector<Occurrence> Occurrences(const v1::Report& event, absl::Time from, absl::Time to,
                                    absl::TimeZone zone) {
  std::vector<Occurrence> all;
  const Occurrence first = FirstOf(event);
  if (!event.has_recurrence()) {
    if (Overlaps(first, from, to)) all.push_back(first);
    return all;
  }
  const absl::CivilSecond begins = absl::ToCivilSecond(first.start, zone);
  const absl::CivilSecond ends = absl::ToCivilSecond(first.end, zone);
  const absl::CivilDay day(begins);
  // On the wall it may end before it began, where the clock was set back meanwhile.
  const int64_t length = std::max<int64_t>(ends - begins, 0);
  const std::set<absl::CivilDay> skipped = Skipped(event.recurrence());
  const absl::Time last = LastStart(event, zone);
  // Those that began before the period may last into it.
  const absl::CivilDay lo = absl::ToCivilDay(from, zone) - (absl::CivilDay(ends) - day) - 1;
  for (const absl::CivilDay on :
       Days(event.recurrence(), day).Between(lo, absl::ToCivilDay(to, zone))) {
    if (skipped.contains(on)) continue;
    Occurrence one = first;
    if (on != day) {
      const absl::CivilSecond start = begins + (on - day) * 86400;
      const v1::TimeWindow window = WindowAt(start, start + length, zone);
      one.start = TimeOf(window.start_time());
      one.end = first.end == first.start ? one.start : TimeOf(window.end_time());
    }
    if (one.start <= last && Overlaps(one, from, to)) all.push_back(one);
  }
  return all;
}

std::vector<Violation> WrongRecurrence(const v1::Report& report, absl::TimeZone zone) {
  std::vector<Violation> violations;
  if (!report.has_recurrence()) return violations;
  if (report.kind() != v1::Report::KIND_PLANNED_EVENT) {
    return {{"report.recurrence",
             {"Only a planned event comes again.", "Bara ett planerat evenemang återkommer."}}};
  }
  CheckDays(report.recurrence(), violations);
  if (violations.empty()) CheckFirst(report, zone, violations);
  return violations;
}

}  // namespace samsyn::domain
