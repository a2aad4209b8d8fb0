// All that runs, ended in one action.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/assignment_rules.h"
#include "server/domain/deployment_rules.h"
#include "tests/domain/sharing.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::testing::ElementsAre;
using testing::Evening;
using testing::kMunicipality;
using testing::MemberName;
using ::testing::UnorderedElementsAre;
using A = v1::Assignment;
using D = v1::Deployment;

class StandDownTest : public ::testing::Test {
 protected:
  std::string Decided(absl::string_view proposer, absl::string_view dispatcher,
                      absl::string_view unit, D::Kind kind = D::KIND_VISIBLE_PATROL) {
    const std::string name = world_.Propose(proposer, world_.State("reporter"), kind);
    if (!unit.empty()) {
      EXPECT_TRUE(world_.Commit(dispatcher, name, unit).ok());
    }
    EXPECT_TRUE(world_.Decide(name).ok());
    return name;
  }
  D Now(const std::string& name) { return world_.Now<D>(name); }
  A AssignmentOf(const std::string& name) {
    return world_.Now<A>(Now(name).commitments(0).assignment());
  }
  void ArriveAt(const std::string& deployment, absl::string_view member) {
    const A assignment = AssignmentOf(deployment);
    v1::UpdateAssignmentRequest request;
    request.set_name(assignment.name());
    request.set_state(A::STATE_ON_SCENE);
    request.mutable_stamp()->set_operation_id(MadeId("arrive", assignment.name(), 0));
    *request.mutable_stamp()->mutable_device_time() = TimestampOf(world_.now());
    request.mutable_stamp()->set_definition_version(assignment.definition_version());
    request.mutable_stamp()->set_status_version(assignment.status_version());
    ASSERT_TRUE(world_.Do(member, request, UpdateAssignment).ok());
  }
  absl::Status StandDownAll(absl::string_view member) {
    v1::StandDownAllRequest request;
    request.set_municipality(kMunicipality);
    request.set_reason("Regnet tömde gatorna");
    return world_.Do(member, request, domain::StandDownAll);
  }

  Evening world_;
};

TEST_F(StandDownTest, EndsAllThatIsDecidedOrRunsInOneAction) {
  const std::string running = Decided("chair", "dispatcher", "vardar");
  const std::string decided = Decided("police", "police", "patrull");
  const std::string proposed = world_.Propose("chair", world_.State("reporter"));
  ArriveAt(running, "anna");
  const Revision before = world_.revision();
  ASSERT_TRUE(StandDownAll("chair").ok());
  EXPECT_EQ(world_.revision(), before + 1);
  EXPECT_THAT(world_.results(), UnorderedElementsAre(running, decided));
  EXPECT_EQ(Now(running).state(), D::STATE_COMPLETED);
  EXPECT_EQ(Now(decided).state(), D::STATE_CANCELLED);
  EXPECT_EQ(Now(proposed).state(), D::STATE_PROPOSED);
  for (const std::string& name : {running, decided}) {
    EXPECT_EQ(Now(name).end_note(), "Regnet tömde gatorna");
    EXPECT_EQ(AssignmentOf(name).state(), A::STATE_CANCELLED);
    EXPECT_EQ(AssignmentOf(name).reason(), "Regnet tömde gatorna");
  }
  EXPECT_EQ(ReasonOf(StandDownAll("chair")), v1::ERROR_REASON_WRONG_STATE) << "nothing runs";
}

TEST_F(StandDownTest, OnlyWhoLeadsMay) {
  Decided("chair", "dispatcher", "vardar");
  for (const char* member : {"dispatcher", "police", "anna", "secretary", "screen"}) {
    EXPECT_EQ(ReasonOf(StandDownAll(member)), v1::ERROR_REASON_ROLE_MISSING) << member;
  }
  EXPECT_TRUE(StandDownAll("coordinator").ok());
}

TEST_F(StandDownTest, R6WhatIsNotSeenWholeGoesOnAndNothingTellsOfIt) {
  const std::string open = Decided("chair", "dispatcher", "vardar");
  const std::string secret = Decided("police", "police", "patrull", D::KIND_CAMERA);
  v1::Member landlord = world_.Now<v1::Member>(MemberName("landlord"));
  landlord.add_roles(v1::ROLE_CHAIR);
  world_.Put(landlord);
  D restricted = Now(secret);
  restricted.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  world_.Put(restricted);
  ASSERT_TRUE(testing::Share(world_, "police", {secret, {"bostader"}, {v1::WITHHELD_PLACE}}).ok());
  ASSERT_TRUE(StandDownAll("landlord").ok());
  EXPECT_THAT(world_.results(), ElementsAre(open));
  EXPECT_EQ(Now(secret).state(), D::STATE_DECIDED);
  EXPECT_EQ(ReasonOf(StandDownAll("landlord")), v1::ERROR_REASON_WRONG_STATE);
}

// A night of a big town: as many as this fit in one transaction (limits.h).
TEST_F(StandDownTest, HundredsOfAssignmentsAtOnce) {
  for (int i = 0; i < 100; ++i) {
    D deployment = Now(Decided("chair", "", ""));
    for (int j = 0; j < 4; ++j) {
      A assignment;
      assignment.set_name(
          absl::StrCat(kMunicipality, "/assignments/", MadeId("many", absl::StrCat(i, " ", j), 0)));
      assignment.set_owner(deployment.owner());
      assignment.set_organisation(deployment.owner());
      assignment.set_deployment(deployment.name());
      assignment.set_unit(testing::UnitName("vardar"));
      assignment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
      assignment.set_state(A::STATE_ACCEPTED);
      *assignment.mutable_window() = deployment.window();
      world_.Put(assignment);
    }
  }
  ASSERT_TRUE(StandDownAll("chair").ok());
  EXPECT_EQ(world_.results().size(), 100u);
  for (const auto& assignment : world_.picture().All<A>()) {
    EXPECT_EQ(assignment->state(), A::STATE_CANCELLED);
  }
}

}  // namespace
}  // namespace samsyn::domain
