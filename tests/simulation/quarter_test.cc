// A quarter of Fridays, twice from the same seed: the journals are equal to the byte, and what the
// rules promise holds at its end. Spring has the clock change of 29 March 2026 in it, on the days
// on which the police published; autumn that of 25 October, with those events moved.
#include "tests/simulation/quarter.h"

#include <absl/strings/match.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "server/domain/names.h"
#include "server/domain/wall_clock.h"

namespace samsyn::simulation {
namespace {

const QuarterOptions kSpring{11, absl::CivilDay(2026, 3, 6), 0};
const QuarterOptions kAutumn{12, absl::CivilDay(2026, 8, 14), 23};

class QuarterTest : public ::testing::TestWithParam<QuarterOptions> {};

TEST_P(QuarterTest, TheSameSeedGivesTheSameJournal) {
  Quarter first(GetParam());
  Quarter second(GetParam());
  EXPECT_EQ(first.Transactions(), second.Transactions());
  EXPECT_EQ(first.JournalDigest(), second.JournalDigest());
  QuarterOptions other = GetParam();
  ++other.seed;
  EXPECT_NE(Quarter(other).JournalDigest(), first.JournalDigest()) << "chance decides nothing";
  const auto [played, replayed] = first.PicturesAfterRestart();
  EXPECT_EQ(played, replayed) << "the journal tells another picture";
  EXPECT_GT(first.police_events(), 10);
  RecordProperty("transactions", static_cast<int>(first.Transactions()));
}

// R10: every meeting follows the one before, and what was left comes back older.
TEST_P(QuarterTest, R10_WhatIsLeftGoesOnFromMeetingToMeeting) {
  Quarter quarter(GetParam());
  std::vector<v1::Meeting> held;
  for (v1::Meeting& meeting : quarter.All<v1::Meeting>()) {
    if (meeting.has_close_time()) held.push_back(std::move(meeting));
  }
  ASSERT_EQ(held.size(), static_cast<size_t>(kFridays));
  int left = 0, raised = 0;
  for (size_t i = 1; i < held.size(); ++i) {
    EXPECT_EQ(held[i].previous_meeting(), held[i - 1].name());
    std::map<std::string, int> before;
    for (const v1::CarryOver& one : held[i - 1].carry_over()) before[one.subject()] = one.age();
    for (const v1::CarryOver& one : held[i].carry_over()) {
      EXPECT_EQ(one.age(), before[one.subject()] + 1) << held[i].name() << " " << one.subject();
      EXPECT_EQ(one.raised(), one.age() >= 3);
      ++left;
      raised += one.raised() ? 1 : 0;
    }
  }
  EXPECT_GT(left, kFridays) << "nothing was ever left: the play shows nothing";
  EXPECT_GT(raised, 0);
}

// R11: what was approved reads the same at the end of the quarter, whatever came after.
TEST_P(QuarterTest, R11_ApprovedMinutesStayAsTheyWere) {
  Quarter quarter(GetParam());
  ASSERT_EQ(quarter.approved().size(), static_cast<size_t>(kFridays));
  std::set<std::string> digests;
  for (const Quarter::Approved& one : quarter.approved()) {
    EXPECT_EQ(quarter.MinutesFor("polis", one.meeting).digest(), one.for_police) << one.meeting;
    EXPECT_EQ(quarter.MinutesFor("forvaltare", one.meeting).digest(), one.for_landlord)
        << one.meeting;
    digests.insert(one.for_police);
  }
  EXPECT_EQ(digests.size(), static_cast<size_t>(kFridays));
  const std::string& corrected = quarter.approved()[4].meeting;
  EXPECT_EQ(quarter.MinutesFor("polis", corrected).edition(), 2);
  EXPECT_NE(quarter.MinutesFor("polis", corrected, 1).digest(),
            quarter.MinutesFor("polis", corrected, 2).digest());
}

// R3: at no moment had a unit two live assignments in overlapping windows.
TEST_P(QuarterTest, R3_NoUnitIsInTwoPlaces) {
  Quarter quarter(GetParam());
  std::map<std::string, std::vector<v1::Assignment>> by_unit;
  for (v1::Assignment& assignment : quarter.All<v1::Assignment>()) {
    by_unit[assignment.unit()].push_back(std::move(assignment));
  }
  EXPECT_GT(by_unit.size(), 3u);
  for (const auto& [unit, assignments] : by_unit) {
    for (size_t i = 0; i < assignments.size(); ++i) {
      for (size_t j = i + 1; j < assignments.size(); ++j) {
        EXPECT_FALSE(domain::Overlap(assignments[i].window(), assignments[j].window()))
            << assignments[i].name() << " " << assignments[j].name();
      }
    }
  }
}

// R14: the Saturday shift begins at 22:00 and ends at 03:30 on the wall, also in the night in which
// the clock is changed: then it is an hour shorter, or longer.
TEST_P(QuarterTest, R14_TheSaturdayShiftKeepsItsWallClockEnds) {
  Quarter quarter(GetParam());
  std::map<absl::Duration, int> lengths;
  for (const v1::TimeWindow& window : quarter.saturdays()) {
    const absl::Time start = domain::TimeOf(window.start_time());
    const absl::Time end = domain::TimeOf(window.end_time());
    EXPECT_EQ(absl::FormatTime("%a %H:%M", start, domain::SwedishZone()), "Sat 22:00");
    EXPECT_EQ(absl::FormatTime("%a %H:%M", end, domain::SwedishZone()), "Sun 03:30");
    ++lengths[end - start];
  }
  const bool spring = GetParam().first_friday.month() == 3;
  const absl::Duration changed = spring ? absl::Minutes(270) : absl::Minutes(390);
  EXPECT_EQ(lengths[changed], 1);
  EXPECT_EQ(lengths[absl::Minutes(330)], kFridays - 1);
}

INSTANTIATE_TEST_SUITE_P(Of2026, QuarterTest, ::testing::Values(kSpring, kAutumn),
                         [](const auto& quarter) {
                           return quarter.param.first_friday.month() == 3 ? "Spring" : "Autumn";
                         });

}  // namespace
}  // namespace samsyn::simulation
