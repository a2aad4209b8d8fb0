// The holidays of years whose almanac is known.
#include "server/domain/holidays.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace samsyn::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(HolidaysTest, EasterIsWhereTheAlmanacHasIt) {
  for (const absl::CivilDay easter :
       {absl::CivilDay(1818, 3, 22), absl::CivilDay(2000, 4, 23), absl::CivilDay(2008, 3, 23),
        absl::CivilDay(2019, 4, 21), absl::CivilDay(2024, 3, 31), absl::CivilDay(2025, 4, 20),
        absl::CivilDay(2026, 4, 5), absl::CivilDay(2027, 3, 28), absl::CivilDay(2030, 4, 21),
        absl::CivilDay(2038, 4, 25), absl::CivilDay(2049, 4, 18)}) {
    EXPECT_EQ(EasterOf(easter.year()), easter);
  }
}

TEST(HolidaysTest, TheWholeOf2026) {
  std::vector<std::string> days;
  for (absl::CivilDay day(2026, 1, 1); day.year() == 2026; ++day) {
    const std::string name = HolidayOn(day);
    if (!name.empty()) days.push_back(absl::StrCat(day.month(), "-", day.day(), " ", name));
  }
  EXPECT_THAT(days, ElementsAre("1-1 nyårsdagen", "1-6 trettondedag jul", "4-3 långfredagen",
                                "4-4 påskafton", "4-5 påskdagen", "4-6 annandag påsk",
                                "5-1 första maj", "5-14 Kristi himmelsfärdsdag", "5-24 pingstdagen",
                                "6-6 nationaldagen", "6-19 midsommarafton", "6-20 midsommardagen",
                                "10-31 alla helgons dag", "12-24 julafton", "12-25 juldagen",
                                "12-26 annandag jul", "12-31 nyårsafton"));
}

TEST(HolidaysTest, TheSaturdaysStayWithinTheirWeeks) {
  EXPECT_EQ(HolidayOn(absl::CivilDay(2027, 6, 26)), "midsommardagen");
  EXPECT_EQ(HolidayOn(absl::CivilDay(2027, 11, 6)), "alla helgons dag");
  EXPECT_THAT(HolidayOn(absl::CivilDay(2027, 10, 30)), IsEmpty());
}

TEST(HolidaysTest, TwoThatFallTogetherAreBothNamed) {
  EXPECT_EQ(HolidayOn(absl::CivilDay(2008, 5, 1)), "första maj, Kristi himmelsfärdsdag");
}

}  // namespace
}  // namespace samsyn::domain
