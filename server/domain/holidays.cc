#include "server/domain/holidays.h"

#include <absl/strings/str_join.h>

#include <vector>

namespace samsyn::domain {
namespace {

// Days that come at the same date every year. Holidays by lagen (1989:253) om allmänna helgdagar;
// the eves that the Annual Leave Act (1977:480, 3 a §) puts beside Sundays.
struct Fixed {
  int month;
  int day;
  const char* name;
};
constexpr Fixed kFixed[] = {
    {1, 1, "nyårsdagen"},     {1, 6, "trettondedag jul"}, {5, 1, "första maj"},
    {6, 6, "nationaldagen"},  {12, 24, "julafton"},       {12, 25, "juldagen"},
    {12, 26, "annandag jul"}, {12, 31, "nyårsafton"},
};

// Days that follow from Easter Sunday, by the same law; and Easter's eve, a Saturday.
struct Movable {
  int days;
  const char* name;
};
constexpr Movable kMovable[] = {
    {-2, "långfredagen"},           {-1, "påskafton"},   {0, "påskdagen"}, {1, "annandag påsk"},
    {39, "Kristi himmelsfärdsdag"}, {49, "pingstdagen"},
};

// The Saturday in the week that begins with a day.
absl::CivilDay SaturdayFrom(absl::CivilDay first) {
  return absl::NextWeekday(first - 1, absl::Weekday::saturday);
}

}  // namespace

// The Gregorian reckoning, after Meeus, Jones and Butcher.
absl::CivilDay EasterOf(absl::civil_year_t year) {
  const int64_t a = year % 19, b = year / 100, c = year % 100;
  const int64_t d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  const int64_t h = (19 * a + b - d - g + 15) % 30;
  const int64_t i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int64_t m = (a + 11 * h + 22 * l) / 451;
  const int64_t n = h + l - 7 * m + 114;
  return absl::CivilDay(year, n / 31, n % 31 + 1);
}

std::string HolidayOn(absl::CivilDay day) {
  std::vector<const char*> names;
  for (const Fixed& fixed : kFixed) {
    if (day.month() == fixed.month && day.day() == fixed.day) names.push_back(fixed.name);
  }
  const absl::CivilDay easter = EasterOf(day.year());
  for (const Movable& movable : kMovable) {
    if (day == easter + movable.days) names.push_back(movable.name);
  }
  const absl::CivilDay midsummer = SaturdayFrom(absl::CivilDay(day.year(), 6, 20));
  if (day == midsummer - 1) names.push_back("midsommarafton");
  if (day == midsummer) names.push_back("midsommardagen");
  if (day == SaturdayFrom(absl::CivilDay(day.year(), 10, 31))) names.push_back("alla helgons dag");
  return absl::StrJoin(names, ", ");
}

}  // namespace samsyn::domain
