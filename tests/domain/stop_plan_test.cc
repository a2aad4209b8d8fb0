// Suggested stops after the advised dose (R15).
#include "server/domain/stop_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::AreaName;
using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;

class StopPlanTest : public ::testing::Test {
 protected:
  std::vector<v1::PlannedStop> Plan(std::vector<std::string> areas, absl::Duration length) {
    v1::SuggestStopsRequest request;
    request.set_municipality(kMunicipality);
    for (const std::string& area : areas) request.add_areas(AreaName(area));
    *request.mutable_window()->mutable_start_time() = TimestampOf(world_.now());
    *request.mutable_window()->mutable_end_time() = TimestampOf(world_.now() + length);
    v1::SuggestStopsResponse response;
    status_ = SuggestStops(request, world_.picture(), world_.AudienceFor("rapportor"), &response);
    return {response.stops().begin(), response.stops().end()};
  }
  // "handen 0": area and minutes from the start.
  std::vector<std::string> Told(std::vector<std::string> areas, absl::Duration length) {
    std::vector<std::string> told;
    for (const v1::PlannedStop& stop : Plan(std::move(areas), length)) {
      EXPECT_EQ(stop.minutes(), 15);
      told.push_back(absl::StrCat(IdOf(stop.area()), " ",
                                  absl::ToInt64Minutes(TimeOf(stop.start_time()) - world_.now())));
    }
    return told;
  }

  ContentWorld world_;
  absl::Status status_;
};

TEST_F(StopPlanTest, OnePlaceEverySecondHour) {
  EXPECT_THAT(Told({"handen"}, absl::Hours(5)),
              ElementsAre("handen 0", "handen 120", "handen 240"));
  EXPECT_THAT(Told({"handen"}, absl::Minutes(135)), ElementsAre("handen 0", "handen 120"));
  EXPECT_THAT(Told({"handen"}, absl::Minutes(134)), ElementsAre("handen 0"));
  EXPECT_THAT(Told({"handen", "handen"}, absl::Hours(2)), ElementsAre("handen 0"));
}

TEST_F(StopPlanTest, SeveralAreSpreadOverTwoHours) {
  world_.AddSquare("a", 59.100, 18.100, 59.101, 18.101);
  world_.AddSquare("b", 59.120, 18.100, 59.121, 18.101);  // 2.2 km: 6.7 minutes, so 10
  EXPECT_THAT(Told({"a", "b"}, absl::Hours(4)), ElementsAre("a 0", "b 60", "a 120", "b 180"));
}

TEST_F(StopPlanTest, TheNearestComesNext) {
  world_.AddSquare("a", 59.100, 18.100, 59.101, 18.101);
  world_.AddSquare("far", 59.160, 18.100, 59.161, 18.101);
  world_.AddSquare("near", 59.110, 18.100, 59.111, 18.101);
  EXPECT_THAT(Told({"a", "far", "near"}, absl::Minutes(119)),
              ElementsAre("a 0", "near 30", "far 75"));
}

// So far apart that the round takes more than two hours: as often as one unit can.
TEST_F(StopPlanTest, WhatOneUnitCannotDoInTwoHoursIsGoneWithoutRest) {
  world_.AddSquare("a", 59.10, 18.10, 59.11, 18.11);
  world_.AddSquare("b", 59.30, 18.10, 59.31, 18.11);  // 22.2 km: 66.7 minutes, so 70
  EXPECT_THAT(Told({"a", "b"}, absl::Hours(4)), ElementsAre("a 0", "b 85", "a 170"));
}

TEST_F(StopPlanTest, NoMoreThanADeploymentHolds) {
  EXPECT_EQ(Plan({"handen"}, absl::Hours(24 * 31)).size(), 48u);
  EXPECT_THAT(Plan({"handen"}, absl::Minutes(14)), IsEmpty());
}

TEST_F(StopPlanTest, NowhereIsNotFound) {
  EXPECT_THAT(Plan({"atlantis"}, absl::Hours(2)), IsEmpty());
  EXPECT_EQ(ReasonOf(status_), v1::ERROR_REASON_NOT_FOUND);
}

// Within the dose each place is visited at least every second hour, whatever the places are.
TEST_F(StopPlanTest, EachPlaceAtLeastEverySecondHourWhereOneUnitCan) {
  std::vector<std::string> areas;
  for (int i = 0; i < 6; ++i) {
    areas.push_back(absl::StrCat("p", i));
    world_.AddSquare(areas.back(), 59.100 + i * 0.002, 18.1, 59.101 + i * 0.002, 18.101);
    std::map<std::string, absl::Time> last;
    for (const v1::PlannedStop& stop : Plan(areas, absl::Hours(6))) {
      const absl::Time start = TimeOf(stop.start_time());
      if (last.contains(stop.area())) {
        EXPECT_LE(start - last[stop.area()], absl::Hours(2)) << i;
      }
      last[stop.area()] = start;
    }
    EXPECT_EQ(last.size(), areas.size());
  }
}

}  // namespace
}  // namespace samsyn::domain
