// Coverage: hours on the wall, units against needs, and that nobody is told of what it does not
// see.
#include "server/analysis/coverage.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/assignment_rules.h"
#include "server/domain/refusal.h"
#include "server/domain/wall_clock.h"
#include "tests/domain/sharing.h"
#include "tests/testing/evening.h"

namespace samsyn::analysis {
namespace {

using testing::AreaName;
using ::testing::ElementsAre;
using testing::Evening;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::UnitName;
using A = v1::Assignment;
using H = v1::CoverageHour;
using U = v1::Unit;

// "brandbergen FIELD_WORKER: 1 of 1, 1 answered, 2 people, COVERED"
std::string Said(const v1::CoverageRow& row, int hour) {
  const H& at = row.hours(hour);
  return absl::StrCat(domain::IdOf(row.area()), " ",
                      U::Power_Name(row.power()).substr(sizeof("POWER_") - 1), ": ", at.units(),
                      " of ", at.wanted(), ", ", at.answered(), " answered, ", at.people(),
                      " people, ", H::State_Name(at.state()).substr(sizeof("STATE_") - 1));
}

class CoverageTest : public ::testing::Test {
 protected:
  CoverageTest() {
    Power("patrull", U::POWER_POLICE);
    Power("ronden", U::POWER_GUARD);
  }
  void Power(absl::string_view unit, U::Power power) {
    U changed = world_.Now<U>(UnitName(unit));
    changed.set_power(power);
    world_.Put(changed);
  }
  v1::GetCoverageResponse Coverage(absl::string_view member,
                                   const v1::TimeWindow* window = nullptr) {
    v1::GetCoverageRequest request;
    request.set_municipality(kMunicipality);
    if (window != nullptr) *request.mutable_window() = *window;
    v1::GetCoverageResponse response;
    EXPECT_TRUE(
        GetCoverage(request, world_.picture(), world_.AudienceFor(member), world_.now(), &response)
            .ok());
    return response;
  }
  // What is said of an hour: "fre 18:00" is 1, the evening begins at 17.
  std::vector<std::string> At(int hour, absl::string_view member = "chair") {
    std::vector<std::string> said;
    const v1::GetCoverageResponse coverage = Coverage(member);
    for (const v1::CoverageRow& row : coverage.rows()) said.push_back(Said(row, hour));
    return said;
  }
  // From 18 to 20 at brandbergen, with these needs.
  std::string Propose(const std::vector<std::pair<U::Power, int>>& needs = {}) {
    const std::string name = world_.Propose("chair", world_.State("reporter"));
    EXPECT_TRUE(world_
                    .Revise("chair", name,
                            [&](v1::Deployment& deployment) {
                              for (const auto& [power, units] : needs) {
                                v1::Need& need = *deployment.add_needs();
                                need.set_function("närvaro");
                                need.set_power(power);
                                need.set_units(units);
                              }
                            })
                    .ok());
    return name;
  }
  std::string AssignmentOf(const std::string& deployment, int commitment = 0) {
    return world_.Now<v1::Deployment>(deployment).commitments(commitment).assignment();
  }
  void Answer(absl::string_view member, const std::string& name, A::State state) {
    const A assignment = world_.Now<A>(name);
    v1::DeviceStamp stamp;
    stamp.set_operation_id(domain::MadeId("coverage", absl::StrCat(world_.revision()), 0));
    *stamp.mutable_device_time() = domain::TimestampOf(world_.now());
    stamp.set_definition_version(assignment.definition_version());
    stamp.set_status_version(assignment.status_version());
    if (state > A::STATE_ACCEPTED && state <= A::STATE_NOT_DONE) {
      v1::UpdateAssignmentRequest request;
      request.set_name(name);
      request.set_state(state);
      *request.mutable_stamp() = stamp;
      ASSERT_TRUE(world_.Do(member, request, domain::UpdateAssignment).ok());
      return;
    }
    v1::AcknowledgeAssignmentRequest request;
    request.set_name(name);
    request.set_answer(state == A::STATE_ACCEPTED
                           ? v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED
                           : v1::AcknowledgeAssignmentRequest::ANSWER_DECLINED);
    request.set_reason("Sjuk kollega");
    *request.mutable_stamp() = stamp;
    ASSERT_TRUE(world_.Do(member, request, domain::AcknowledgeAssignment).ok());
  }
  // Windows half-open: from and to on a wall clock in October or March 2026.
  v1::TimeWindow Wall(absl::CivilSecond from, absl::CivilSecond to) {
    return domain::WindowAt(from, to, domain::SwedishZone());
  }

  Evening world_;
};

TEST_F(CoverageTest, NothingIsSaidOfWhatIsNotDecided) {
  Propose({{U::POWER_POLICE, 1}});
  EXPECT_THAT(Coverage("chair").rows(), IsEmpty());
}

TEST_F(CoverageTest, ThisNightFromSeventeenToFiveAndWhereSomethingIsWantedOnly) {
  ASSERT_TRUE(world_.Decide(Propose()).ok());
  const auto rows = Coverage("chair").rows();
  ASSERT_EQ(rows.size(), 1);
  ASSERT_EQ(rows[0].hours_size(), 12);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(absl::FormatTime("%H:%M", domain::TimeOf(rows[0].hours(i).start_time()),
                               domain::SwedishZone()),
              absl::StrCat(absl::Dec((17 + i) % 24, absl::kZeroPad2), ":00"));
    const bool wanted = i == 1 || i == 2;  // half-open: not at 20
    EXPECT_EQ(rows[0].hours(i).state(), wanted ? H::STATE_EMPTY : H::STATE_UNSPECIFIED) << i;
  }
  world_.Advance(absl::Hours(11));
  EXPECT_EQ(domain::TimeOf(Coverage("chair").rows(0).hours(0).start_time()),
            world_.now() - absl::Hours(11))
      << "at 04:00 it is this night still";
}

TEST_F(CoverageTest, SomebodyIsEnoughWhereNothingIsSaidAndWhoHasNotAnsweredIsThin) {
  const std::string name = Propose();
  ASSERT_TRUE(world_.Commit("dispatcher", name, "vardar").ok());
  ASSERT_TRUE(world_.Decide(name).ok());
  EXPECT_THAT(At(1), ElementsAre("brandbergen FIELD_WORKER: 1 of 1, 0 answered, 0 people, THIN"));
  world_.Advance(absl::Minutes(20));
  ASSERT_EQ(world_.Now<A>(AssignmentOf(name)).state(), A::STATE_EXPIRED);
  EXPECT_THAT(At(1), ElementsAre("brandbergen FIELD_WORKER: 1 of 1, 0 answered, 0 people, THIN"));
  Answer("anna", AssignmentOf(name), A::STATE_ACCEPTED);
  EXPECT_THAT(At(1),
              ElementsAre("brandbergen FIELD_WORKER: 1 of 1, 1 answered, 0 people, COVERED"));
}

TEST_F(CoverageTest, WhoSaysNoIsNotComing) {
  const std::string name = Propose();
  ASSERT_TRUE(world_.Commit("dispatcher", name, "vardar").ok());
  ASSERT_TRUE(world_.Decide(name).ok());
  Answer("anna", AssignmentOf(name), A::STATE_DECLINED);
  EXPECT_THAT(At(1), ElementsAre("brandbergen UNSPECIFIED: 0 of 1, 0 answered, 0 people, EMPTY"));
}

TEST_F(CoverageTest, NeedsOfAKindThenOfAnyKind) {
  const std::string name =
      Propose({{U::POWER_POLICE, 2}, {U::POWER_PUBLIC_ORDER_GUARD, 1}, {U::POWER_UNSPECIFIED, 2}});
  ASSERT_TRUE(world_.Commit("dispatcher", name, "vardar").ok());
  ASSERT_TRUE(world_.Commit("police", name, "patrull").ok());
  ASSERT_TRUE(world_.Decide(name).ok());
  Answer("anna", AssignmentOf(name, 0), A::STATE_ACCEPTED);
  Answer("officer", AssignmentOf(name, 1), A::STATE_ACCEPTED);
  EXPECT_THAT(At(2, "coordinator"),
              ElementsAre("brandbergen UNSPECIFIED: 0 of 1, 0 answered, 0 people, EMPTY",
                          "brandbergen POLICE: 1 of 2, 1 answered, 0 people, THIN",
                          "brandbergen PUBLIC_ORDER_GUARD: 0 of 1, 0 answered, 0 people, EMPTY",
                          "brandbergen FIELD_WORKER: 1 of 1, 1 answered, 0 people, COVERED"));
}

TEST_F(CoverageTest, PeopleAsFarAsShiftsSay) {
  const std::string name = Propose();
  ASSERT_TRUE(world_.Commit("dispatcher", name, "vardar").ok());
  ASSERT_TRUE(world_.Decide(name).ok());
  v1::Shift shift;
  shift.set_name(absl::StrCat(kMunicipality, "/shifts/pass"));
  shift.set_owner(testing::OrganisationName("kommun"));
  shift.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  shift.set_unit(UnitName("vardar"));
  shift.set_people(3);
  *shift.mutable_window()->mutable_start_time() =
      domain::TimestampOf(world_.now() + absl::Hours(2));
  *shift.mutable_window()->mutable_end_time() = domain::TimestampOf(world_.now() + absl::Hours(9));
  world_.Put(shift);
  EXPECT_EQ(Coverage("chair").rows(0).hours(1).people(), 0);
  EXPECT_EQ(Coverage("chair").rows(0).hours(2).people(), 3);
  shift.set_withdrawn(true);
  world_.Put(shift);
  EXPECT_EQ(Coverage("chair").rows(0).hours(2).people(), 0);
}

TEST_F(CoverageTest, WhoIsDoneCountsUntilThenAndWhatWasEndedWantsNothing) {
  const std::string name = Propose({{U::POWER_FIELD_WORKER, 1}});
  ASSERT_TRUE(world_.Commit("dispatcher", name, "vardar").ok());
  ASSERT_TRUE(world_.Decide(name).ok());
  world_.Advance(absl::Minutes(70));
  Answer("anna", AssignmentOf(name), A::STATE_ON_SCENE);
  world_.Advance(absl::Minutes(20));
  Answer("anna", AssignmentOf(name), A::STATE_DONE);
  EXPECT_THAT(At(1),
              ElementsAre("brandbergen FIELD_WORKER: 1 of 1, 1 answered, 0 people, COVERED"));
  EXPECT_THAT(At(2), ElementsAre("brandbergen FIELD_WORKER: 0 of 1, 0 answered, 0 people, EMPTY"));
  const std::string other = Propose({{U::POWER_POLICE, 1}});
  ASSERT_TRUE(world_.Decide(other).ok());
  EXPECT_EQ(At(2).size(), 2u);
  v1::StandDownRequest end;
  end.set_name(other);
  end.set_reason("Regn");
  ASSERT_TRUE(world_.Do("chair", end, domain::StandDown).ok());
  EXPECT_EQ(At(2).size(), 1u);
}

TEST_F(CoverageTest, WhoIsHeldBackForTheReadBackHasNotAnswered) {
  const std::string name = world_.Propose("chair", world_.State("reporter"));
  ASSERT_TRUE(
      world_
          .Revise("chair", name,
                  [](v1::Deployment& deployment) { deployment.set_offer_after_read_back(true); })
          .ok());
  ASSERT_TRUE(world_.Commit("dispatcher", name, "vardar").ok());
  ASSERT_TRUE(world_.Decide(name).ok());
  ASSERT_EQ(AssignmentOf(name), "");
  EXPECT_THAT(At(1), ElementsAre("brandbergen FIELD_WORKER: 1 of 1, 0 answered, 0 people, THIN"));
}

TEST_F(CoverageTest, R6OthersUnitsAreSomebodyOfAKindThatIsNotTold) {
  const std::string name = Propose({{U::POWER_FIELD_WORKER, 1}, {U::POWER_POLICE, 1}});
  ASSERT_TRUE(world_.Commit("dispatcher", name, "vardar").ok());
  ASSERT_TRUE(world_.Commit("police", name, "patrull").ok());
  ASSERT_TRUE(world_.Decide(name).ok());
  const std::vector<std::string> told = {
      "brandbergen UNSPECIFIED: 2 of 2, 2 answered, 0 people, COVERED"};
  EXPECT_EQ(At(1, "landlord"), told);
  Answer("anna", AssignmentOf(name), A::STATE_DECLINED);
  EXPECT_EQ(At(1, "landlord"), told) << "what the unit said is not for others";
  EXPECT_THAT(At(1, "police"),
              ElementsAre("brandbergen UNSPECIFIED: 1 of 1, 1 answered, 0 people, COVERED",
                          "brandbergen POLICE: 1 of 1, 0 answered, 0 people, THIN"));
  ASSERT_TRUE(testing::Share(world_, "police", {AssignmentOf(name, 1), {"bostader"}}).ok());
  EXPECT_THAT(At(1, "landlord"),
              ElementsAre("brandbergen UNSPECIFIED: 1 of 1, 1 answered, 0 people, COVERED",
                          "brandbergen POLICE: 1 of 1, 0 answered, 0 people, THIN"));
}

TEST_F(CoverageTest, R6WhatIsNotSeenWholeIsAsIfItWereNotThere) {
  const std::string secret =
      world_.Propose("police", world_.State("reporter"), v1::Deployment::KIND_CAMERA);
  ASSERT_TRUE(world_.Commit("police", secret, "patrull").ok());
  ASSERT_TRUE(world_.Decide(secret).ok());
  EXPECT_EQ(Coverage("chair").rows_size(), 1);
  EXPECT_EQ(Coverage("landlord").rows_size(), 0);
  v1::Deployment restricted = world_.Now<v1::Deployment>(secret);
  restricted.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  world_.Put(restricted);
  const absl::Status shared =
      testing::Share(world_, "police", {secret, {"bostader"}, {v1::WITHHELD_TIME}});
  ASSERT_TRUE(shared.ok()) << shared;
  EXPECT_EQ(Coverage("landlord").rows_size(), 0);
}

TEST_F(CoverageTest, R14HoursOfTheWallInTheNightsWhenTheClockIsChanged) {
  for (const auto& [day, hours] :
       {std::pair{absl::CivilDay(2026, 3, 28), 11}, std::pair{absl::CivilDay(2026, 10, 24), 13}}) {
    Evening world(absl::FromCivil(absl::CivilHour(day) + 16, domain::SwedishZone()));
    const std::string name = world.Propose("chair", world.State("reporter"));
    ASSERT_TRUE(world
                    .Revise("chair", name,
                            [&](v1::Deployment& deployment) {
                              *deployment.mutable_window() =
                                  Wall(absl::CivilHour(day) + 22, absl::CivilMinute(day + 1) + 210);
                            })
                    .ok());
    ASSERT_TRUE(world.Decide(name).ok());
    v1::GetCoverageRequest request;
    request.set_municipality(kMunicipality);
    v1::GetCoverageResponse response;
    ASSERT_TRUE(
        GetCoverage(request, world.picture(), world.AudienceFor("chair"), world.now(), &response)
            .ok());
    ASSERT_EQ(response.rows_size(), 1);
    const auto& row = response.rows(0);
    ASSERT_EQ(row.hours_size(), hours) << day;
    int wanted = 0;
    for (int i = 0; i < hours; ++i) {
      EXPECT_EQ(domain::TimeOf(row.hours(i).start_time()),
                domain::TimeOf(row.hours(0).start_time()) + absl::Hours(i));
      wanted += row.hours(i).wanted();
    }
    EXPECT_EQ(wanted, hours - 12 + 6) << "22 to 03:30 on the wall: 6 hours of an ordinary night";
    EXPECT_EQ(row.hours(5).wanted(), 1);
    EXPECT_EQ(row.hours(4).wanted(), 0);
  }
}

TEST_F(CoverageTest, APeriodThatIsAskedForBeginsWithAWholeHour) {
  ASSERT_TRUE(world_.Decide(Propose()).ok());
  v1::TimeWindow window =
      Wall(absl::CivilMinute(2026, 11, 27, 18, 30), absl::CivilMinute(2026, 11, 27, 20, 15));
  const auto response = Coverage("chair", &window);
  ASSERT_EQ(response.rows_size(), 1);
  ASSERT_EQ(response.rows(0).hours_size(), 3);
  EXPECT_EQ(domain::TimeOf(response.rows(0).hours(0).start_time()), world_.now() + absl::Hours(1));
  // A day of 25 hours is a day.
  const absl::Status day = [&](absl::CivilSecond from, absl::CivilSecond to) {
    v1::GetCoverageRequest request;
    request.set_municipality(kMunicipality);
    *request.mutable_window() = Wall(from, to);
    v1::GetCoverageResponse none;
    return GetCoverage(request, world_.picture(), world_.AudienceFor("chair"), world_.now(), &none);
  }(absl::CivilHour(2026, 10, 24, 12), absl::CivilHour(2026, 10, 25, 12));
  EXPECT_TRUE(day.ok());
  v1::GetCoverageRequest request;
  request.set_municipality(kMunicipality);
  *request.mutable_window() =
      Wall(absl::CivilHour(2026, 11, 27, 12), absl::CivilHour(2026, 11, 28, 13));
  v1::GetCoverageResponse none;
  EXPECT_EQ(domain::ReasonOf(GetCoverage(request, world_.picture(), world_.AudienceFor("chair"),
                                         world_.now(), &none)),
            v1::ERROR_REASON_INVALID_FIELDS);
  request.set_municipality("municipalities/0192");
  EXPECT_EQ(domain::ReasonOf(GetCoverage(request, world_.picture(), world_.AudienceFor("chair"),
                                         world_.now(), &none)),
            v1::ERROR_REASON_NOT_FOUND);
}

}  // namespace
}  // namespace samsyn::analysis
