// The period that the situation counts, and the earlier ones that it is compared with (R14: on the
// wall clock).
#include "server/analysis/period.h"

#include <gtest/gtest.h>

#include "server/domain/entity.h"
#include "tests/testing/world.h"

namespace samsyn::testing {
namespace {

using analysis::Period;
using analysis::PeriodOf;

absl::TimeZone Stockholm() {
  absl::TimeZone zone;
  absl::LoadTimeZone("Europe/Stockholm", &zone);
  return zone;
}

absl::Time Wall(int year, int month, int day, int hour, int minute = 0) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, 0), Stockholm());
}

class PeriodTest : public ::testing::Test {
 protected:
  void MoveTo(absl::Time situation_time) {
    v1::Municipality municipality;
    municipality.set_name(kMunicipality);
    municipality.set_time_zone("Europe/Stockholm");
    *municipality.mutable_situation_time() = domain::TimestampOf(situation_time);
    Put(municipality);
  }
  void Meeting(absl::string_view id, absl::Time open, absl::optional<absl::Time> close) {
    v1::Meeting meeting;
    meeting.set_name(absl::StrCat(kMunicipality, "/meetings/", id));
    *meeting.mutable_open_time() = domain::TimestampOf(open);
    if (close) *meeting.mutable_close_time() = domain::TimestampOf(*close);
    Put(meeting);
  }
  template <typename T>
  void Put(const T& message) {
    picture_.Put(std::make_shared<const v1::Entity>(domain::Wrap(message)));
  }
  domain::Picture picture_;
};

TEST_F(PeriodTest, WithoutAMeetingItIsTheLastSevenDays) {
  MoveTo(Wall(2026, 11, 20, 5));
  const Period period = PeriodOf(picture_);
  EXPECT_EQ(period.start, Wall(2026, 11, 13, 5));
  EXPECT_EQ(period.end, Wall(2026, 11, 21, 5));
  ASSERT_EQ(period.earlier.size(), 12u);
  EXPECT_EQ(period.earlier.back().first, Wall(2026, 11, 6, 5));
  EXPECT_EQ(period.earlier.front().first, Wall(2026, 8, 21, 5)) << "in summer time, at 05:00 too";
}

TEST_F(PeriodTest, AfterAMeetingItBeginsWithItsCloseAndEndsWithTheNextMorning) {
  MoveTo(Wall(2026, 11, 20, 5));
  Meeting("2026-11-20", Wall(2026, 11, 20, 18), Wall(2026, 11, 20, 19, 25));
  EXPECT_EQ(PeriodOf(picture_).start, Wall(2026, 11, 20, 19, 25));
  EXPECT_EQ(PeriodOf(picture_).end, Wall(2026, 11, 21, 5));
  MoveTo(Wall(2026, 11, 24, 5));
  EXPECT_EQ(PeriodOf(picture_).end, Wall(2026, 11, 25, 5));
}

TEST_F(PeriodTest, WhileAMeetingIsOpenItEndsWithTheOpening) {
  MoveTo(Wall(2026, 11, 27, 5));
  Meeting("2026-11-20", Wall(2026, 11, 20, 18), Wall(2026, 11, 20, 19, 25));
  Meeting("2026-11-27", Wall(2026, 11, 27, 18, 3), absl::nullopt);
  const Period period = PeriodOf(picture_);
  EXPECT_EQ(period.end, Wall(2026, 11, 27, 18, 3));
  ASSERT_EQ(period.earlier.size(), 12u);
  EXPECT_EQ(period.earlier.back(),
            std::make_pair(Wall(2026, 11, 13, 19, 25), Wall(2026, 11, 20, 18, 3)));
}

TEST_F(PeriodTest, EveryEarlierPeriodHasTheSameWallClockOnBothSidesOfAChangeOfClocks) {
  MoveTo(Wall(2026, 10, 30, 5));
  Meeting("2026-10-23", Wall(2026, 10, 23, 18), Wall(2026, 10, 23, 19));
  Meeting("2026-10-30", Wall(2026, 10, 30, 18), absl::nullopt);
  const Period period = PeriodOf(picture_);
  for (const auto& [from, to] : period.earlier) {
    EXPECT_EQ(absl::ToCivilHour(from, Stockholm()).hour(), 19);
    EXPECT_EQ(absl::ToCivilHour(to, Stockholm()).hour(), 18);
  }
}

TEST_F(PeriodTest, FortnightlyMeetingsHaveSixEarlierPeriodsThatDoNotLapOverOneAnother) {
  MoveTo(Wall(2026, 11, 27, 5));
  Meeting("2026-11-13", Wall(2026, 11, 13, 18), Wall(2026, 11, 13, 19));
  Meeting("2026-11-27", Wall(2026, 11, 27, 18), absl::nullopt);
  const Period period = PeriodOf(picture_);
  ASSERT_EQ(period.earlier.size(), 6u);
  for (size_t i = 1; i < period.earlier.size(); ++i) {
    EXPECT_LE(period.earlier[i - 1].second, period.earlier[i].first);
  }
  EXPECT_LE(period.earlier.back().second, period.start);
}

}  // namespace
}  // namespace samsyn::testing
