// R10: when a meeting may close, what goes on to the next one, and how old it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/access_rules.h"
#include "server/domain/agenda.h"
#include "server/domain/minutes_rules.h"
#include "tests/testing/cells.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::samsyn::testing::Happened;
using ::samsyn::testing::kMunicipality;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MeetingClosingTest : public ::testing::Test {
 protected:
  std::string OpenOne() {
    world_.Advance(absl::Minutes(1));
    const std::string meeting = world_.Schedule();
    EXPECT_TRUE(world_.Open(meeting).ok());
    return meeting;
  }
  void Assess(const std::string& meeting, absl::string_view area, v1::AreaLevel level,
              v1::ReleaseClass release = v1::RELEASE_CLASS_UNSPECIFIED) {
    v1::AssessAreasRequest request;
    request.set_name(meeting);
    auto* one = request.add_levels();
    one->set_area(AreaName(area));
    one->set_level(level);
    one->set_reason("Lugnare");
    one->set_reason_class(release);
    EXPECT_TRUE(world_.Do("chair", request, AssessAreas).ok());
  }
  void Order(const std::string& meeting, const std::vector<std::string>& problems) {
    v1::SetPrioritiesRequest request;
    request.set_name(meeting);
    for (const std::string& problem : problems) request.add_problems(problem);
    EXPECT_TRUE(world_.Do("chair", request, SetPriorities).ok());
  }
  absl::Status CloseBecause(const std::string& meeting, const std::string& reason) {
    v1::CloseMeetingRequest request;
    request.set_name(meeting);
    request.set_override_reason(reason);
    return world_.Do("chair", request, CloseMeeting);
  }
  // "NOT_DECIDED 2 raised" of each line that the member gets.
  std::vector<std::string> LeftBy(const std::string& meeting, absl::string_view member) {
    std::vector<std::string> lines;
    const auto shown = world_.ShownTo(member, meeting);
    for (const v1::CarryOver& left : shown->meeting().carry_over()) {
      lines.push_back(absl::StrCat(v1::CarryOver::Reason_Name(left.reason()).substr(7), " ",
                                   left.age(), left.raised() ? " raised" : ""));
    }
    return lines;
  }
  // Another meeting a week later, closed.
  std::string NextMeeting() {
    world_.Advance(absl::Hours(24 * 7));
    const std::string meeting = OpenOne();
    EXPECT_TRUE(world_.Close(meeting).ok());
    return meeting;
  }

  Evening world_;
};

TEST_F(MeetingClosingTest, R10EveryAreaOfTheAgendaHasALevelOrUnknown) {
  Happened(world_, "brandbergen", 2);
  Happened(world_, "vega", 0);
  const std::string meeting = OpenOne();
  const absl::Status refused = world_.Close(meeting);
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_MEETING_UNFINISHED);
  EXPECT_EQ(RefusalOf(refused).metadata.at("open"), "1");
  EXPECT_THAT(RefusalOf(refused).words.sv, HasSubstr("område ej bedömt (1)"));
  EXPECT_EQ(world_.Now<v1::Meeting>(meeting).phase(), v1::Meeting::PHASE_FOLLOW_UP);
  Assess(meeting, "brandbergen", v1::AREA_LEVEL_UNKNOWN);
  EXPECT_TRUE(world_.Close(meeting).ok());
}

TEST_F(MeetingClosingTest, R10AnAreaThatWasNotNormalIsAssessedAgain) {
  const std::string first = OpenOne();
  Assess(first, "vega", v1::AREA_LEVEL_YELLOW);
  Assess(first, "jordbro", v1::AREA_LEVEL_GREEN);
  ASSERT_TRUE(world_.Close(first).ok());
  const std::string second = OpenOne();
  EXPECT_EQ(ReasonOf(world_.Close(second)), v1::ERROR_REASON_MEETING_UNFINISHED);
  Assess(second, "vega", v1::AREA_LEVEL_GREEN);
  ASSERT_TRUE(world_.Close(second).ok());
  EXPECT_TRUE(world_.Close(OpenOne()).ok());
}

TEST_F(MeetingClosingTest, R10WhatIsOpenAndWithoutOwnerBlocksUnlessWithAReason) {
  const std::string meeting = OpenOne();
  const std::string deployment = world_.Propose("chair", world_.State("reporter"));
  ASSERT_TRUE(world_
                  .Revise("chair", deployment,
                          [](v1::Deployment& one) { one.clear_responsible_organisation(); })
                  .ok());
  EXPECT_EQ(ReasonOf(world_.Close(meeting)), v1::ERROR_REASON_MEETING_UNFINISHED);
  ASSERT_TRUE(CloseBecause(meeting, "Polisen utser ansvarig på måndag").ok());
  const auto closed = world_.Now<v1::Meeting>(meeting);
  EXPECT_EQ(closed.close_override_reason(), "Polisen utser ansvarig på måndag");
  ASSERT_THAT(closed.open_points(), SizeIs(1));
  EXPECT_EQ(closed.open_points(0).kind(), v1::OpenPoint::KIND_PROPOSAL_WITHOUT_OWNER);
  EXPECT_EQ(closed.open_points(0).subject(), deployment);
}

TEST_F(MeetingClosingTest, R10AssignmentsThatWaitForTheReadBackBlock) {
  const std::string meeting = OpenOne();
  const std::string deployment = world_.Propose("chair", world_.State("reporter"));
  ASSERT_TRUE(world_
                  .Revise("chair", deployment,
                          [](v1::Deployment& one) { one.set_offer_after_read_back(true); })
                  .ok());
  ASSERT_TRUE(world_.Commit("dispatcher", deployment, "vardar").ok());
  ASSERT_TRUE(world_.Decide(deployment).ok());
  EXPECT_EQ(ReasonOf(world_.Close(meeting)), v1::ERROR_REASON_MEETING_UNFINISHED);
  ASSERT_TRUE(world_.Do("chair", v1::OfferAssignmentsRequest(), OfferAssignments).ok());
  EXPECT_TRUE(world_.Close(meeting).ok());
}

TEST_F(MeetingClosingTest, R10AMissingNightLeadIsARemarkAlone) {
  const std::string meeting = OpenOne();
  const auto points =
      OpenPointsOf(world_.picture(), world_.AudienceFor("chair"), world_.Now<v1::Meeting>(meeting));
  std::vector<v1::OpenPoint::Kind> kinds;
  for (const v1::OpenPoint& point : points) {
    kinds.push_back(point.kind());
    EXPECT_FALSE(point.blocks());
  }
  EXPECT_THAT(kinds, ElementsAre(v1::OpenPoint::KIND_NO_NIGHT_LEAD, v1::OpenPoint::KIND_SILENT));
  EXPECT_TRUE(world_.Close(meeting).ok());
}

TEST_F(MeetingClosingTest, R10WhatIsLeftGoesOnWithItsAgeAndIsRaisedAtThree) {
  const std::string problem = world_.State("landlord");
  const std::string proposal = world_.Propose("landlord", problem);
  const std::string first = OpenOne();
  ASSERT_TRUE(world_.Close(first).ok());
  EXPECT_THAT(LeftBy(first, "landlord"), ElementsAre("NOT_DECIDED 1"));
  EXPECT_THAT(LeftBy(NextMeeting(), "police"), ElementsAre("NOT_DECIDED 2"));
  EXPECT_THAT(LeftBy(NextMeeting(), "police"), ElementsAre("NOT_DECIDED 3 raised"));
  v1::CancelDeploymentRequest cancel;
  cancel.set_name(proposal);
  cancel.set_reason("Inte längre");
  ASSERT_TRUE(world_.Do("chair", cancel, CancelDeployment).ok());
  EXPECT_THAT(LeftBy(NextMeeting(), "police"), IsEmpty());
}

TEST_F(MeetingClosingTest, R10ADeploymentThatIsOverGoesOnUntilItIsFollowedUp) {
  const std::string first = OpenOne();
  const std::string deployment = world_.Propose("chair", world_.State("reporter"));
  ASSERT_TRUE(world_.Decide(deployment).ok());
  ASSERT_TRUE(world_.Close(first).ok());
  EXPECT_THAT(LeftBy(first, "chair"), IsEmpty());
  // Nobody was committed to it, and a week later its follow-up is due.
  EXPECT_THAT(LeftBy(NextMeeting(), "chair"), ElementsAre("NOT_FOLLOWED_UP 1"));
  v1::RecordFollowUpRequest follow_up;
  follow_up.set_name(deployment);
  follow_up.mutable_follow_up()->set_outcome(v1::FollowUp::OUTCOME_CANNOT_TELL);
  ASSERT_TRUE(world_.Do("chair", follow_up, RecordFollowUp).ok());
  EXPECT_THAT(LeftBy(NextMeeting(), "chair"), IsEmpty());
}

TEST_F(MeetingClosingTest, R10AProblemThatNothingAnswersGoesOnButStandingWorkDoesNot) {
  const std::string meeting = OpenOne();
  const std::string answered = world_.State("reporter"), open = world_.State("reporter");
  const std::string standing = world_.State("reporter");
  v1::UpdateProblemRequest update;
  *update.mutable_problem() = world_.Now<v1::Problem>(standing);
  update.mutable_problem()->set_standing(true);
  ASSERT_TRUE(world_.Do("chair", update, UpdateProblem).ok());
  ASSERT_TRUE(world_.Decide(world_.Propose("chair", answered)).ok());
  Order(meeting, {answered, open, standing});
  ASSERT_TRUE(world_.Close(meeting).ok());
  const auto closed = world_.Now<v1::Meeting>(meeting);
  ASSERT_THAT(closed.carry_over(), SizeIs(1));
  EXPECT_EQ(closed.carry_over(0).subject(), open);
  EXPECT_EQ(closed.carry_over(0).reason(), v1::CarryOver::REASON_PROBLEM_UNANSWERED);
}

TEST_F(MeetingClosingTest, R6WhatIsHiddenIsNeitherNamedNorTold) {
  const std::string meeting = OpenOne();
  const std::string secret = world_.State("police", v1::RELEASE_CLASS_AUTHORITY);
  const std::string seen = world_.State("landlord");
  const std::string camera = world_.Propose("police", secret, v1::Deployment::KIND_CAMERA);
  // Only authorities see what answers the problem that everybody sees: for nobody is it answered.
  const std::string hidden = world_.Propose("police", seen, v1::Deployment::KIND_CAMERA);
  ASSERT_TRUE(world_.Decide(hidden).ok());
  Order(meeting, {seen, secret});
  ASSERT_TRUE(world_.Close(meeting).ok());
  EXPECT_THAT(LeftBy(meeting, "landlord"), ElementsAre("PROBLEM_UNANSWERED 1"));
  EXPECT_THAT(LeftBy(meeting, "police"), SizeIs(2));
  const std::string whole = world_.ShownTo("landlord", meeting)->DebugString();
  EXPECT_THAT(whole, ::testing::Not(HasSubstr(secret)));
  EXPECT_THAT(whole, ::testing::Not(HasSubstr(camera)));
  EXPECT_THAT(whole, ::testing::Not(HasSubstr("guards")));
}

TEST_F(MeetingClosingTest, R6WhyAnAreaStoodOnTheAgendaIsNotTold) {
  Happened(world_, "brandbergen", 1, v1::RELEASE_CLASS_AUTHORITY);
  Happened(world_, "vega", 1);
  const std::string meeting = OpenOne();
  EXPECT_EQ(RefusalOf(world_.Close(meeting)).metadata.at("open"), "2");
  ASSERT_TRUE(CloseBecause(meeting, "Vi hann inte").ok());
  for (const char* member : {"police", "landlord"}) {
    const auto shown = world_.ShownTo(member, meeting);
    ASSERT_THAT(shown->meeting().open_points(), SizeIs(1)) << member;
    EXPECT_EQ(shown->meeting().open_points(0).subject(), AreaName("vega"));
  }
}

TEST_F(MeetingClosingTest, R6WhatIsTightenedLaterIsWithheldFromThenOn) {
  const std::string meeting = OpenOne();
  const std::string problem = world_.State("police");
  Order(meeting, {problem});
  ASSERT_TRUE(world_.Close(meeting).ok());
  EXPECT_THAT(LeftBy(meeting, "landlord"), SizeIs(1));
  v1::SetClassRequest request;
  request.set_name(problem);
  request.set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  request.set_reason("Känsligt");
  ASSERT_TRUE(world_.Do("police", request, SetClass).ok());
  EXPECT_THAT(LeftBy(meeting, "landlord"), IsEmpty());
  EXPECT_THAT(LeftBy(meeting, "reporter"), SizeIs(1));
}

TEST_F(MeetingClosingTest, TheNextMeetingIsPlannedByTheCadenceUnlessOneIs) {
  const auto planned = [&] {
    std::vector<std::string> names;
    for (const auto& meeting : world_.picture().All<v1::Meeting>()) {
      if (meeting->phase() == v1::Meeting::PHASE_PLANNED) {
        names.emplace_back(IdOf(meeting->name()));
      }
    }
    return names;
  };
  ASSERT_TRUE(world_.Close(OpenOne()).ok());
  EXPECT_THAT(planned(), IsEmpty());
  v1::Municipality municipality = world_.Now<v1::Municipality>(kMunicipality);
  municipality.mutable_cadence()->set_weeks(2);
  municipality.mutable_cadence()->set_wall_time("17:30");
  world_.Put(municipality);
  ASSERT_TRUE(world_.Close(OpenOne()).ok());
  EXPECT_THAT(planned(), ElementsAre("2026-12-11"));
  ASSERT_TRUE(world_.Close(OpenOne()).ok());
  EXPECT_THAT(planned(), ElementsAre("2026-12-11"));
}

}  // namespace
}  // namespace samsyn::domain
