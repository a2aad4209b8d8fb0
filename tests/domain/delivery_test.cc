// What the table tests/scenario/R15.txt does not say: who is told what, and the follow-up.
#include "server/domain/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/assignment_rules.h"
#include "server/domain/redaction.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// From 18 to 20 on Friday with stops at 18 and 19; vardar and patrull are sent.
class DeliveryTest : public ::testing::Test {
 protected:
  DeliveryTest() {
    deployment_ = world_.Propose("chair", world_.State("reporter"));
    const auto plan = [&](v1::Deployment& one) {
      for (const int minutes : {60, 0}) {
        v1::PlannedStop& stop = *one.add_stops();
        stop.set_area(AreaName("brandbergen"));
        stop.set_minutes(15);
        *stop.mutable_start_time() =
            TimestampOf(TimeOf(one.window().start_time()) + absl::Minutes(minutes));
      }
    };
    EXPECT_TRUE(world_.Revise("chair", deployment_, plan).ok());
    EXPECT_TRUE(world_.Commit("dispatcher", deployment_, "vardar").ok());
    EXPECT_TRUE(world_.Commit("police", deployment_, "patrull").ok());
    EXPECT_TRUE(world_.Decide(deployment_).ok());
  }
  v1::Deployment Deployment() { return world_.Now<v1::Deployment>(deployment_); }
  std::string AssignmentOf(int commitment) {
    return Deployment().commitments(commitment).assignment();
  }
  absl::Status Stop(absl::string_view member, int commitment, int number, int minutes) {
    v1::AddFieldUpdateRequest request;
    request.set_name(AssignmentOf(commitment));
    request.set_stop(number);
    request.set_minutes_on_place(minutes);
    request.mutable_stamp()->set_operation_id(MadeId("test", absl::StrCat(++operations_), 0));
    *request.mutable_stamp()->mutable_device_time() = TimestampOf(world_.now());
    request.mutable_stamp()->set_definition_version(Deployment().definition_version());
    return world_.Do(member, request, AddFieldUpdate);
  }
  v1::Delivery For(absl::string_view member) {
    v1::GetDeliveryRequest request;
    request.set_name(deployment_);
    v1::GetDeliveryResponse response;
    const absl::Status status =
        GetDelivery(request, world_.picture(), world_.AudienceFor(member), world_.now(), &response);
    EXPECT_TRUE(status.ok()) << status;
    return response.delivery();
  }

  Evening world_;
  std::string deployment_;
  int operations_ = 0;
};

TEST_F(DeliveryTest, StopsAreSortedAndGoOut) {
  const auto assignment = world_.Now<v1::Assignment>(AssignmentOf(0));
  ASSERT_EQ(assignment.stops_size(), 2);
  EXPECT_LT(TimeOf(assignment.stops(0).start_time()), TimeOf(assignment.stops(1).start_time()));
  EXPECT_EQ(TimeOf(Deployment().stops(0).start_time()), TimeOf(Deployment().window().start_time()));
}

TEST_F(DeliveryTest, EachIsToldOfTheAssignmentsThatItSees) {
  world_.Advance(absl::Minutes(75));
  ASSERT_TRUE(Stop("anna", 0, 1, 12).ok());
  ASSERT_TRUE(Stop("officer", 1, 1, 20).ok());
  const v1::Delivery own = For("anna");
  EXPECT_EQ(own.planned_stops(), 2);
  EXPECT_EQ(own.delivered_stops(), 1);
  EXPECT_EQ(own.delivered_minutes(), 12);
  EXPECT_EQ(own.advised_stops(), 1);
  EXPECT_EQ(own.withheld_units(), 1);
  ASSERT_EQ(own.units_size(), 1);
  EXPECT_EQ(own.units(0).assignment(), AssignmentOf(0));
  const v1::Delivery police = For("police");
  EXPECT_EQ(police.delivered_minutes(), 20);
  EXPECT_EQ(police.advised_stops(), 0) << "20 minutes are more than is advised";
  const v1::Delivery landlord = For("landlord");
  EXPECT_EQ(landlord.planned_stops(), 0);
  EXPECT_EQ(landlord.delivered_minutes(), 0);
  EXPECT_EQ(landlord.withheld_units(), 2);
  EXPECT_THAT(landlord.units(), IsEmpty());
  const v1::Delivery lead = For("coordinator");  // leads the night while nobody is named
  EXPECT_EQ(lead.planned_stops(), 4);
  EXPECT_EQ(lead.delivered_stops(), 2);
  EXPECT_EQ(lead.delivered_minutes(), 32);
  EXPECT_EQ(lead.planned_minutes(), 60);
  EXPECT_EQ(lead.withheld_units(), 0);
  EXPECT_EQ(lead.units_size(), 2);
}

TEST_F(DeliveryTest, GapsAreForWhoSeesAllThatWereSent) {
  ASSERT_TRUE(world_
                  .Revise("chair", deployment_,
                          [](v1::Deployment& one) {
                            *one.mutable_window()->mutable_end_time() =
                                TimestampOf(TimeOf(one.window().start_time()) + absl::Hours(3));
                          })
                  .ok());
  world_.Advance(absl::Minutes(60 + 121));
  EXPECT_EQ(For("coordinator").gaps_size(), 1);
  EXPECT_THAT(For("anna").gaps(), IsEmpty()) << "patrull may have been there";
  EXPECT_THAT(For("landlord").gaps(), IsEmpty());
}

TEST_F(DeliveryTest, OfWhatIsNotForOneNothingIsTold) {
  v1::Deployment deployment = Deployment();
  deployment.mutable_release()->set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  world_.Put(deployment);
  v1::GetDeliveryRequest request;
  request.set_name(deployment_);
  v1::GetDeliveryResponse response;
  EXPECT_EQ(ReasonOf(GetDelivery(request, world_.picture(), world_.AudienceFor("landlord"),
                                 world_.now(), &response)),
            v1::ERROR_REASON_NOT_FOUND);
  deployment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  deployment.mutable_release()->add_organisations(testing::OrganisationName("bostader"));
  SetRedactions({{testing::OrganisationName("bostader"), {v1::WITHHELD_TIME}}},
                *deployment.mutable_release());
  world_.Put(deployment);
  EXPECT_EQ(ReasonOf(GetDelivery(request, world_.picture(), world_.AudienceFor("landlord"),
                                 world_.now(), &response)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION)
      << "gaps would tell of the time";
  EXPECT_EQ(response.ByteSizeLong(), 0u);
}

TEST_F(DeliveryTest, TheFollowUpTakesItsFiguresFromAll) {
  world_.Advance(absl::Minutes(75));
  ASSERT_TRUE(Stop("anna", 0, 1, 12).ok());
  ASSERT_TRUE(Stop("officer", 1, 1, 0).ok());
  world_.Advance(absl::Hours(3));
  ASSERT_EQ(Deployment().state(), v1::Deployment::STATE_COMPLETED);
  v1::RecordFollowUpRequest request;
  request.set_name(deployment_);
  request.mutable_follow_up()->set_outcome(v1::FollowUp::OUTCOME_PARTIAL);
  ASSERT_TRUE(world_.Do("secretary", request, RecordFollowUp).ok());
  const v1::FollowUp follow_up = Deployment().follow_up();
  EXPECT_EQ(follow_up.planned_minutes(), 60);
  EXPECT_EQ(follow_up.delivered_minutes(), 27);
  EXPECT_EQ(follow_up.planned_stops(), 4);
  EXPECT_EQ(follow_up.delivered_stops(), 2);
  EXPECT_EQ(follow_up.gaps(), 0);
  request.mutable_follow_up()->set_planned_minutes(90);
  ASSERT_TRUE(world_.Do("secretary", request, RecordFollowUp).ok());
  EXPECT_EQ(Deployment().follow_up().planned_minutes(), 90) << "what somebody says stays";
}

// Nobody said that the unit was done: it was not there for ever.
TEST_F(DeliveryTest, AStayEndsWithItsWindow) {
  world_.Advance(absl::Hours(1));
  v1::UpdateAssignmentRequest request;
  request.set_name(AssignmentOf(0));
  request.set_state(v1::Assignment::STATE_ON_SCENE);
  request.mutable_stamp()->set_operation_id(MadeId("test", "on scene", 0));
  *request.mutable_stamp()->mutable_device_time() = TimestampOf(world_.now());
  request.mutable_stamp()->set_definition_version(Deployment().definition_version());
  request.mutable_stamp()->set_status_version(
      world_.Now<v1::Assignment>(AssignmentOf(0)).status_version());
  ASSERT_TRUE(world_.Do("anna", request, UpdateAssignment).ok());
  world_.Advance(absl::Minutes(50));
  EXPECT_EQ(For("anna").delivered_minutes(), 50) << "up to now";
  world_.Advance(absl::Hours(9));
  EXPECT_EQ(For("anna").delivered_minutes(), 120);
}

TEST_F(DeliveryTest, WithoutThePlaceThereAreNoStops) {
  v1::Entity entity = Wrap(Deployment());
  entity.mutable_deployment()->mutable_commitments(0)->add_warnings(v1::Gate::CODE_TOO_FAR);
  LeaveOut({v1::WITHHELD_PLACE}, entity);
  EXPECT_THAT(entity.deployment().stops(), IsEmpty());
  EXPECT_THAT(entity.deployment().commitments(0).warnings(), IsEmpty());
}

}  // namespace
}  // namespace samsyn::domain
