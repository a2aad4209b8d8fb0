// When meetings are held: weeks, weekdays, exceptions; R14 by name.
#include "server/domain/meeting_cadence.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/wall_clock.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::Evening;
using ::samsyn::testing::kMunicipality;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using Day = absl::CivilDay;

v1::MeetingCadence Cadence(int weeks, int weekday, const std::string& time = "18:00") {
  v1::MeetingCadence cadence;
  cadence.set_weeks(weeks);
  cadence.set_iso_weekday(weekday);
  cadence.set_wall_time(time);
  return cadence;
}

v1::CadenceException& Except(v1::MeetingCadence& cadence, const std::string& date,
                             const std::string& moved_to = "") {
  v1::CadenceException& one = *cadence.add_exceptions();
  one.set_date(date);
  one.set_moved_to_date(moved_to);
  return one;
}

// "12-25 called off", "12-23 18:00 for 12-25".
std::vector<std::string> Dates(const v1::MeetingCadence& cadence, absl::CivilDay anchor,
                               absl::CivilDay from, int count) {
  std::vector<std::string> dates;
  for (const CadenceDate& one : CadenceDates(cadence, anchor, from, count, SwedishZone())) {
    const std::string date = absl::FormatCivilTime(one.date).substr(5);
    if (!one.time) {
      dates.push_back(date + " called off");
      continue;
    }
    const std::string held = absl::FormatTime("%m-%d %H:%M", *one.time, SwedishZone());
    dates.push_back(*one.day == one.date ? held : absl::StrCat(held, " for ", date));
  }
  return dates;
}

TEST(MeetingCadenceTest, EveryFridayIsWhatIsUsual) {
  const absl::CivilDay today(2026, 11, 25);
  EXPECT_THAT(Dates({}, today, today, 3), ElementsAre("11-27 18:00", "12-04 18:00", "12-11 18:00"));
  EXPECT_THAT(Dates({}, today, Day(2026, 11, 27), 1), ElementsAre("11-27 18:00"));
}

TEST(MeetingCadenceTest, TheWeeksAreCountedFromTheWeekOfTheAnchor) {
  const v1::MeetingCadence cadence = Cadence(3, 4, "13:00");
  for (const absl::CivilDay anchor :
       {Day(2026, 11, 26), Day(2026, 11, 23), Day(2026, 10, 15), Day(2027, 1, 8)}) {
    EXPECT_THAT(Dates(cadence, anchor, Day(2026, 11, 24), 3),
                ElementsAre("11-26 13:00", "12-17 13:00", "01-07 13:00"))
        << anchor;
  }
}

TEST(MeetingCadenceTest, DatesAreCalledOffAndMovedBothWays) {
  v1::MeetingCadence cadence = Cadence(1, 5);
  Except(cadence, "2026-12-25", "2026-12-22");
  Except(cadence, "2027-01-01");
  Except(cadence, "2026-12-04", "2026-12-12");
  EXPECT_THAT(Dates(cadence, Day(2026, 11, 27), Day(2026, 12, 1), 6),
              ElementsAre("12-11 18:00", "12-12 18:00 for 12-04", "12-18 18:00",
                          "12-22 18:00 for 12-25", "01-01 called off", "01-08 18:00"));
  // Of what was moved counts the day on which it is held.
  EXPECT_THAT(Dates(cadence, Day(2026, 11, 27), Day(2026, 12, 12), 1),
              ElementsAre("12-12 18:00 for 12-04"));
  EXPECT_THAT(Dates(cadence, Day(2026, 11, 27), Day(2026, 12, 23), 1),
              ElementsAre("01-01 called off"));
}

TEST(MeetingCadenceTest, R14TheClockOnTheWallHoldsOverBothChangesOf2026) {
  std::vector<std::string> utc;
  for (const absl::CivilDay from : {Day(2026, 3, 27), Day(2026, 10, 23)}) {
    for (const CadenceDate& one : CadenceDates(Cadence(1, 5), from, from, 2, SwedishZone())) {
      utc.push_back(absl::FormatTime("%m-%d %H:%M", *one.time, absl::UTCTimeZone()));
    }
  }
  EXPECT_THAT(utc, ElementsAre("03-27 17:00", "04-03 16:00", "10-23 16:00", "10-30 17:00"));
  // On the Sundays themselves: 02:30 is absent, and comes twice.
  const auto sunday = [](absl::CivilDay day) {
    const auto dates = CadenceDates(Cadence(1, 7, "02:30"), day, day, 1, SwedishZone());
    return absl::FormatTime("%m-%d %H:%M", *dates[0].time, absl::UTCTimeZone());
  };
  EXPECT_EQ(sunday(Day(2026, 3, 29)), "03-29 01:00");
  EXPECT_EQ(sunday(Day(2026, 10, 25)), "10-25 00:30");
}

class MeetingDatesTest : public ::testing::Test {
 protected:
  void Set(const v1::MeetingCadence& cadence) {
    v1::Municipality municipality = world_.Now<v1::Municipality>(kMunicipality);
    *municipality.mutable_cadence() = cadence;
    world_.Put(std::move(municipality));
  }
  v1::ListMeetingDatesResponse List(int count) {
    v1::ListMeetingDatesRequest request;
    request.set_municipality(kMunicipality);
    request.set_count(count);
    v1::ListMeetingDatesResponse response;
    EXPECT_TRUE(ListMeetingDates(request, world_.picture(), world_.AudienceFor("landlord"),
                                 world_.now(), &response)
                    .ok());
    return response;
  }

  Evening world_;
};

TEST_F(MeetingDatesTest, TheyTellOfHolidaysAndOfMeetingsThatThereAre) {
  v1::MeetingCadence cadence = Cadence(1, 5);
  Except(cadence, "2026-12-25").set_note("Julledigt");
  Set(cadence);
  const std::string meeting = world_.Schedule();
  const auto dates = List(6).dates();
  ASSERT_THAT(dates, SizeIs(6));
  EXPECT_EQ(dates[0].date(), "2026-11-27");
  EXPECT_EQ(dates[0].meeting(), meeting);
  EXPECT_EQ(dates[4].date(), "2026-12-25");
  EXPECT_EQ(dates[4].holiday(), "juldagen");
  EXPECT_EQ(dates[4].note(), "Julledigt");
  EXPECT_FALSE(dates[4].has_scheduled_time());
  EXPECT_EQ(dates[5].holiday(), "nyårsdagen");
  EXPECT_TRUE(dates[5].has_scheduled_time());
  EXPECT_THAT(List(0).dates(), SizeIs(8));
}

TEST_F(MeetingDatesTest, WithoutAnAnchorTheWeeksAreCountedFromTheMeetingClosedLast) {
  Set(Cadence(2, 5));
  world_.Advance(absl::Hours(24 * 7));
  const std::string meeting = world_.Schedule();
  ASSERT_TRUE(world_.Open(meeting).ok());
  ASSERT_TRUE(world_.Close(meeting).ok());
  world_.Advance(absl::Hours(24));
  EXPECT_EQ(List(1).dates(0).date(), "2026-12-18");
}

TEST(MeetingCadenceTest, DaysAreDays) {
  v1::MeetingCadence cadence = Cadence(1, 5);
  cadence.set_anchor_date("2026-02-30");
  Except(cadence, "25/12 2026");
  Except(cadence, "2026-12-25", "2026-13-01");
  Except(cadence, "2026-12-25");
  Except(cadence, "2027-01-01", "2027-02-05");
  Violations violations;
  CheckCadence(cadence, "cadence", violations);
  std::vector<std::string> faults;
  for (const Violation& one : RefusalOf(std::move(violations).Result()).violations) {
    faults.push_back(one.field);
  }
  EXPECT_THAT(faults,
              ElementsAre("cadence.anchor_date", "cadence.exceptions[0].date",
                          "cadence.exceptions[1].moved_to_date", "cadence.exceptions[2].date",
                          "cadence.exceptions[3].moved_to_date"));
}

}  // namespace
}  // namespace samsyn::domain
