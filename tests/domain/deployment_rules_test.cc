// What the tables tests/scenario/R1.txt, R2.txt and R3.txt do not say: classes, fields, versions.
#include "server/domain/deployment_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/assignment_rules.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::Evening;
using ::samsyn::testing::MemberName;
using ::samsyn::testing::OrganisationName;
using ::samsyn::testing::UnitName;
using ::testing::ElementsAre;
using ::testing::EndsWith;

class DeploymentRulesTest : public ::testing::Test {
 protected:
  v1::Deployment Now(const std::string& name) { return world_.Now<v1::Deployment>(name); }

  Evening world_;
};

TEST_F(DeploymentRulesTest, R6TrafficControlInspectionAndCameraStartForAuthorities) {
  const std::string problem = world_.State("reporter");
  for (const auto kind : {v1::Deployment::KIND_TRAFFIC_CONTROL,
                          v1::Deployment::KIND_LICENSING_INSPECTION, v1::Deployment::KIND_CAMERA}) {
    const std::string name = world_.Propose("police", problem, kind);
    EXPECT_EQ(Now(name).release().release_class(), v1::RELEASE_CLASS_AUTHORITY);
    EXPECT_FALSE(world_.Sees("landlord", name));
  }
  const std::string patrol = world_.Propose("police", problem);
  EXPECT_EQ(Now(patrol).release().release_class(), v1::RELEASE_CLASS_PARTNER);
}

TEST_F(DeploymentRulesTest, R6OthersSeeThatAnOrganisationHasConfirmedButNotItsUnit) {
  const std::string name = world_.Propose("chair", world_.State("reporter"));
  ASSERT_TRUE(world_.Commit("dispatcher", name, "vardar").ok());
  ASSERT_TRUE(world_.Decide(name).ok());
  const std::string assignment = Now(name).commitments(0).assignment();
  const auto seen = world_.ShownTo("landlord", name)->deployment();
  EXPECT_EQ(seen.commitments(0).organisation(), OrganisationName("kommun"));
  EXPECT_EQ(seen.commitments(0).unit(), "");
  EXPECT_EQ(seen.commitments(0).assignment(), "");
  EXPECT_FALSE(world_.Sees("landlord", assignment));
  EXPECT_TRUE(world_.Sees("anna", assignment));
}

TEST_F(DeploymentRulesTest, R6ThoseWhoDirectAUnitSeeItsAssignment) {
  const std::string name = world_.Propose("chair", world_.State("reporter"));
  ASSERT_TRUE(world_.Commit("landlord", name, "ronden").ok());
  ASSERT_TRUE(world_.Decide(name).ok());
  const std::string assignment = Now(name).commitments(0).assignment();
  EXPECT_TRUE(world_.Sees("police", assignment));
  EXPECT_TRUE(world_.Sees("guard", assignment));
  EXPECT_FALSE(world_.Sees("reporter", assignment));
}

TEST_F(DeploymentRulesTest, AProblemThatIsNotForTheProposerIsNotFound) {
  const std::string hidden = world_.State("police", v1::RELEASE_CLASS_RESTRICTED);
  EXPECT_EQ(world_.Propose("landlord", hidden), "");
  EXPECT_NE(world_.Propose("police", hidden), "");
}

TEST_F(DeploymentRulesTest, R6AHiddenProblemStaysWhenSomebodyElseRevises) {
  const std::string hidden = world_.State("police", v1::RELEASE_CLASS_RESTRICTED);
  const std::string name = world_.Propose("police", "");
  const auto answer = [&](v1::Deployment& d) { d.set_problem(hidden); };
  ASSERT_TRUE(world_.Revise("police", name, answer).ok());
  EXPECT_EQ(world_.ShownTo("chair", name)->deployment().problem(), "");
  ASSERT_TRUE(world_.Revise("chair", name, [](v1::Deployment& d) { d.set_aim("Annat"); }).ok());
  EXPECT_EQ(Now(name).problem(), hidden);
}

TEST_F(DeploymentRulesTest, R2ADecisionSaysWhatIsMissing) {
  const std::string name = world_.Propose("chair", "");
  const absl::Status status = world_.Decide(name);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_DECISION_INCOMPLETE);
  EXPECT_EQ(RefusalOf(status).metadata["missing"], "problem");
  const auto clear = [](v1::Deployment& d) { d.clear_follow_up_due_time(); };
  ASSERT_TRUE(world_.Revise("chair", name, clear).ok());
  const auto said = RefusalOf(world_.Decide(name));
  EXPECT_EQ(said.metadata.at("missing"), "problem,follow_up_due_time");
  EXPECT_THAT(said.words.sv, EndsWith("saknas: problem, uppföljningstid."));
}

TEST_F(DeploymentRulesTest, R2InAnOpenMeetingOnlyItsOwnChairDecides) {
  const std::string name = world_.Propose("chair", world_.State("reporter"));
  const std::string meeting = world_.Schedule();
  ASSERT_TRUE(world_.Open(meeting).ok());
  v1::TakeChairRequest take;
  take.set_name(meeting);
  ASSERT_TRUE(world_.Do("coordinator", take, TakeChair).ok());
  EXPECT_EQ(ReasonOf(world_.Decide(name)), v1::ERROR_REASON_ROLE_MISSING);
}

TEST_F(DeploymentRulesTest, TheVersionThatWasReadDecides) {
  const std::string name = world_.Propose("chair", world_.State("reporter"));
  v1::DecideDeploymentRequest request;
  request.set_name(name);
  request.set_etag("\"1\"");
  EXPECT_EQ(ReasonOf(world_.Do("chair", request, DecideDeployment)),
            v1::ERROR_REASON_ETAG_MISMATCH);
}

TEST_F(DeploymentRulesTest, R5OnlyAChangeOfWhatIsToBeDoneIsAcceptedAgain) {
  const std::string assignment = world_.Offered();
  const std::string name = world_.Now<v1::Assignment>(assignment).deployment();
  ASSERT_TRUE(world_
                  .Revise("chair", name,
                          [](v1::Deployment& d) {
                            d.mutable_follow_up_due_time()->set_seconds(
                                d.follow_up_due_time().seconds() + 3600);
                          })
                  .ok());
  EXPECT_EQ(world_.Now<v1::Assignment>(assignment).definition_version(), 1);
  world_.Advance(absl::Minutes(10));
  ASSERT_TRUE(
      world_.Revise("chair", name, [](v1::Deployment& d) { d.set_instruction("Gå runt skolan"); })
          .ok());
  const auto sheet = world_.Now<v1::Assignment>(assignment);
  EXPECT_EQ(sheet.definition_version(), 2);
  EXPECT_EQ(sheet.instruction(), "Gå runt skolan");
  EXPECT_EQ(TimeOf(sheet.acknowledge_by_time()), world_.now() + absl::Minutes(15));
}

TEST_F(DeploymentRulesTest, TheNightLeadChangesARunningDeployment) {
  const std::string meeting = world_.Schedule();
  ASSERT_TRUE(world_.Open(meeting).ok());
  const std::string assignment = world_.Offered();
  const std::string name = world_.Now<v1::Assignment>(assignment).deployment();
  const auto change = [](v1::Deployment& d) { d.set_dose("två fotstopp i timmen"); };
  EXPECT_EQ(ReasonOf(world_.Revise("police", name, change)), v1::ERROR_REASON_ROLE_MISSING);
  v1::SetNightLeadRequest lead;
  lead.set_name(meeting);
  lead.mutable_night_lead()->set_member(MemberName("police"));
  *lead.mutable_night_lead()->mutable_window()->mutable_start_time() = TimestampOf(world_.now());
  *lead.mutable_night_lead()->mutable_window()->mutable_end_time() =
      TimestampOf(world_.now() + absl::Hours(2));
  ASSERT_TRUE(world_.Do("chair", lead, SetNightLead).ok());
  EXPECT_TRUE(world_.Revise("police", name, change).ok());
  EXPECT_TRUE(world_.Sees("police", assignment));
  world_.Advance(absl::Hours(2));
  EXPECT_FALSE(world_.Sees("police", assignment));
}

TEST_F(DeploymentRulesTest, AFollowUpCountsTheMinutesOnPlace) {
  const std::string assignment = world_.Offered();
  const std::string name = world_.Now<v1::Assignment>(assignment).deployment();
  v1::RecordFollowUpRequest request;
  request.set_name(name);
  request.mutable_follow_up()->set_outcome(v1::FollowUp::OUTCOME_CANNOT_TELL);
  EXPECT_EQ(ReasonOf(world_.Do("secretary", request, RecordFollowUp)),
            v1::ERROR_REASON_WRONG_STATE);
  v1::AddFieldUpdateRequest presence;
  presence.set_name(assignment);
  presence.set_minutes_on_place(25);
  presence.mutable_stamp()->set_operation_id("6f1d330c-8a52-4b7e-9c41-2f5bd0971ea8");
  ASSERT_TRUE(world_.Do("anna", presence, AddFieldUpdate).ok());
  world_.Advance(absl::Hours(3));
  EXPECT_EQ(ReasonOf(world_.Do("landlord", request, RecordFollowUp)),
            v1::ERROR_REASON_ROLE_MISSING);
  ASSERT_TRUE(world_.Do("secretary", request, RecordFollowUp).ok());
  EXPECT_EQ(Now(name).follow_up().delivered_minutes(), 25);
}

TEST_F(DeploymentRulesTest, R1OfSeveralUnitsTheOneThatIsMeantIsWithdrawn) {
  const std::string name = world_.Propose("chair", world_.State("reporter"));
  ASSERT_TRUE(world_.Commit("dispatcher", name, "vardar").ok());
  ASSERT_TRUE(world_.Commit("dispatcher", name, "falt").ok());
  ASSERT_TRUE(world_.Commit("police", name, "patrull").ok());
  v1::WithdrawUnitRequest request;
  request.set_name(name);
  request.set_unit(UnitName("falt"));
  ASSERT_TRUE(world_.Do("dispatcher", request, WithdrawUnit).ok());
  ASSERT_EQ(Now(name).commitments_size(), 2);
  EXPECT_EQ(Now(name).commitments(0).unit(), UnitName("vardar"));
  EXPECT_EQ(Now(name).commitments(1).unit(), UnitName("patrull"));
}

TEST_F(DeploymentRulesTest, AUnitOutOfUseIsNotCommitted) {
  auto unit = world_.Now<v1::Unit>(UnitName("vardar"));
  unit.set_retired(true);
  world_.Put(unit);
  const std::string name = world_.Propose("chair", world_.State("reporter"));
  EXPECT_EQ(ReasonOf(world_.Commit("dispatcher", name, "vardar")), v1::ERROR_REASON_WRONG_STATE);
}

}  // namespace
}  // namespace samsyn::domain
