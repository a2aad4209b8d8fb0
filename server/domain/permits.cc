#include "server/domain/permits.h"

#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/time/civil_time.h>

#include <algorithm>
#include <map>
#include <utility>

#include "server/domain/geography.h"
#include "server/domain/places.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

// A half-open period.
struct Period {
  absl::Time start, end;
};

int IsoWeekday(absl::CivilDay day) { return static_cast<int>(absl::GetWeekday(day)) + 1; }

// When times of the week that begin on this day apply, on the wall clock (R14).
Period OnDay(const v1::PermitHours& hours, absl::CivilDay day, absl::TimeZone zone) {
  const int start = 60 * MinutesIntoDay(hours.start_wall_time());
  const int end = 60 * MinutesIntoDay(hours.end_wall_time());
  const absl::CivilDay last = end > start ? day : day + 1;
  const v1::TimeWindow window =
      WindowAt(absl::CivilSecond(day) + start, absl::CivilSecond(last) + end, zone);
  return {TimeOf(window.start_time()), TimeOf(window.end_time())};
}

// When a permit applies within a period; in no order, and they may overlap.
std::vector<Period> PeriodsOf(const v1::Permit& permit, Period within, absl::TimeZone zone) {
  if (permit.has_window()) {
    within.start = std::max(within.start, TimeOf(permit.window().start_time()));
    within.end = std::min(within.end, TimeOf(permit.window().end_time()));
  }
  if (within.start >= within.end) return {};
  if (permit.hours().empty()) return {within};
  std::vector<Period> periods;
  const absl::CivilDay last(absl::ToCivilDay(within.end, zone));
  for (absl::CivilDay day = absl::ToCivilDay(within.start, zone) - 1; day <= last; ++day) {
    for (const v1::PermitHours& hours : permit.hours()) {
      const auto& days = hours.iso_weekdays();
      if (std::find(days.begin(), days.end(), IsoWeekday(day)) == days.end()) continue;
      Period period = OnDay(hours, day, zone);
      period.start = std::max(period.start, within.start);
      period.end = std::min(period.end, within.end);
      if (period.start < period.end) periods.push_back(period);
    }
  }
  return periods;
}

// The borders within which permits apply.
std::vector<const v1::Polygon*> BordersOf(const View& view,
                                          const std::vector<const v1::Permit*>& permits) {
  std::vector<const v1::Polygon*> borders;
  for (const v1::Permit* const permit : permits) {
    if (permit->has_polygon()) borders.push_back(&permit->polygon());
    for (const std::string& name : permit->areas()) {
      const EntityPtr area = view.Find(name);  // the view keeps it while it is asked
      if (area != nullptr && area->has_area() && area->area().has_polygon()) {
        borders.push_back(&area->area().polygon());
      }
    }
  }
  return borders;
}

// Adds the areas that stick out of permits that apply at the same moment. An area without a border
// is where the nearest above it is: all of that inside, or all of it outside, settles it.
void AddAreasOutside(const View& view, const std::vector<const v1::Permit*>& permits,
                     const google::protobuf::RepeatedPtrField<std::string>& areas,
                     Shortfall& shortfall) {
  const std::vector<const v1::Polygon*> borders = BordersOf(view, permits);
  for (const std::string& name : areas) {
    const bool named = std::any_of(permits.begin(), permits.end(), [&](const v1::Permit* permit) {
      return LiesIn(view, name, permit->areas());
    });
    if (named) continue;
    const auto bordered = NearestWithBorder(view, name);
    const Lying lying =
        bordered == nullptr ? Lying::kPartly : LiesWithin(bordered->polygon(), borders);
    if (lying == Lying::kInside) continue;
    const bool known =
        lying == Lying::kOutside || (bordered != nullptr && bordered->name() == name);
    (known ? shortfall.outside : shortfall.borderless).insert(name);
  }
}

Words DayInWords(int iso_weekday) {
  static constexpr const char* kEnglish[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  if (iso_weekday < 1 || iso_weekday > 7) return {};
  return {kEnglish[iso_weekday - 1],
          std::string(SwedishDay(static_cast<absl::Weekday>(iso_weekday - 1)))};
}

// "fre–lör", "mån, ons": days that follow one another as a range.
Words DaysInWords(const v1::PermitHours& hours) {
  const std::set<int> days(hours.iso_weekdays().begin(), hours.iso_weekdays().end());
  std::vector<std::string> en, sv;
  for (auto first = days.begin(); first != days.end();) {
    auto last = first;
    while (std::next(last) != days.end() && *std::next(last) == *last + 1) ++last;
    const Words from = DayInWords(*first), to = DayInWords(*last);
    en.push_back(first == last ? from.en : absl::StrCat(from.en, "–", to.en));
    sv.push_back(first == last ? from.sv : absl::StrCat(from.sv, "–", to.sv));
    first = std::next(last);
  }
  return {absl::StrJoin(en, ", "), absl::StrJoin(sv, ", ")};
}

// "20" for "20:00".
std::string Hour(absl::string_view wall_time) {
  return std::string(absl::EndsWith(wall_time, ":00") ? wall_time.substr(0, 2) : wall_time);
}

void CheckHours(const v1::PermitHours& hours, absl::string_view path, Violations& violations) {
  for (const auto& [field, time] : {std::pair{"start_wall_time", &hours.start_wall_time()},
                                    {"end_wall_time", &hours.end_wall_time()}}) {
    if (IsWallTime(*time)) continue;
    violations.Add(absl::StrCat(path, ".", field), "A time of day looks like \"20:00\".",
                   "Ett klockslag ser ut som \"20:00\".");
  }
}

}  // namespace

Shortfall ShortfallOf(const View& view, const std::vector<v1::Permit>& permits,
                      const google::protobuf::RepeatedPtrField<std::string>& areas,
                      const v1::TimeWindow& window, absl::TimeZone zone) {
  const Period whole{TimeOf(window.start_time()), TimeOf(window.end_time())};
  std::vector<std::vector<Period>> periods;
  std::set<absl::Time> moments{whole.start};  // at which another set of permits may apply
  for (const v1::Permit& permit : permits) {
    periods.push_back(PeriodsOf(permit, whole, zone));
    for (const Period& period : periods.back()) {
      moments.insert(period.start);
      if (period.end < whole.end) moments.insert(period.end);
    }
  }
  Shortfall shortfall;
  std::set<std::vector<const v1::Permit*>> judged;
  for (const absl::Time moment : moments) {
    std::vector<const v1::Permit*> applying;
    for (size_t i = 0; i < permits.size(); ++i) {
      const bool applies = std::any_of(
          periods[i].begin(), periods[i].end(),
          [&](const Period& period) { return period.start <= moment && moment < period.end; });
      if (applies) applying.push_back(&permits[i]);
    }
    if (applying.empty()) {
      shortfall.uncovered = std::min(shortfall.uncovered, moment);
    } else if (judged.insert(applying).second) {
      AddAreasOutside(view, applying, areas, shortfall);
    }
  }
  return shortfall;
}

Words MomentInWords(absl::Time time, absl::TimeZone zone) {
  const Words day = DayInWords(IsoWeekday(absl::ToCivilDay(time, zone)));
  return {absl::StrCat(day.en, " ", absl::FormatTime("%H:%M", time, zone)), OnTheWall(time, zone)};
}

Words TimesInWords(const v1::Permit& permit, absl::TimeZone zone) {
  std::vector<std::string> en, sv;
  for (const v1::PermitHours& hours : permit.hours()) {
    const Words days = DaysInWords(hours);
    const std::string clock =
        absl::StrCat(" ", Hour(hours.start_wall_time()), "–", Hour(hours.end_wall_time()));
    en.push_back(days.en + clock);
    sv.push_back(days.sv + clock);
  }
  if (permit.has_window()) {
    const auto date_and_time = [&](const google::protobuf::Timestamp& time) {
      return absl::FormatTime("%Y-%m-%d %H:%M", TimeOf(time), zone);
    };
    const std::string from = date_and_time(permit.window().start_time());
    const std::string to = date_and_time(permit.window().end_time());
    en.push_back(absl::StrCat("from ", from, " to ", to));
    sv.push_back(absl::StrCat("från ", from, " till ", to));
  }
  if (en.empty()) return {"at all times", "alla tider"};
  return {absl::StrJoin(en, ", "), absl::StrJoin(sv, ", ")};
}

void CheckPermit(const v1::Permit& permit, absl::string_view path, Directory directory,
                 Violations& violations) {
  if (!permit.has_polygon() && permit.areas().empty()) {
    violations.Add(absl::StrCat(path, ".areas"), "Say where it applies: areas or a border.",
                   "Ange var det gäller: områden eller en gräns.");
  }
  if (permit.has_polygon()) {
    if (const auto wrong = WrongPolygon(permit.polygon())) {
      violations.Add(absl::StrCat(path, ".polygon"), wrong->en, wrong->sv);
    }
  }
  CheckAreasThere(permit.areas(), absl::StrCat(path, ".areas"), directory, violations);
  for (int i = 0; i < permit.hours_size(); ++i) {
    CheckHours(permit.hours(i), absl::StrCat(path, ".hours[", i, "]"), violations);
  }
}

void KeepTemporaryPermits(const v1::Unit* before, v1::Unit& asked) {
  v1::Unit kept;
  for (const v1::Permit& permit : asked.permits()) {
    if (permit.temporary()) continue;  // as it was read
    v1::Permit& one = *kept.add_permits();
    one = permit;
    one.clear_recorded_by();
    one.clear_record_time();
  }
  if (before != nullptr) {
    for (const v1::Permit& permit : before->permits()) {
      if (permit.temporary()) *kept.add_permits() = permit;
    }
  }
  asked.mutable_permits()->Swap(kept.mutable_permits());
}

}  // namespace samsyn::domain
