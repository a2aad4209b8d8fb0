// R5: who is woken when a unit does not answer, cannot, or is out of reach; and that nobody learns
// by it of what he does not see.
#include "server/domain/alerts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/assignment_rules.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::testing::ElementsAre;
using testing::Evening;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using A = v1::Assignment;

class AlertsTest : public ::testing::Test {
 protected:
  // A device by which the unit is reached: nothing about that then.
  void GiveDevice(absl::string_view member) {
    v1::Device device;
    device.set_name(absl::StrCat(kMunicipality, "/devices/", member));
    device.set_owner(OrganisationName("kommun"));
    device.set_member(MemberName(member));
    *device.mutable_expire_time() = TimestampOf(world_.now() + absl::Hours(12));
    world_.Put(device);
  }
  std::vector<Alert> Alerts() { return AlertsIn(world_.picture(), world_.now()); }
  std::vector<std::string> Woken() {
    std::vector<std::string> woken;
    for (const Alert& alert : Alerts()) {
      for (const std::string& member : alert.members) woken.emplace_back(IdOf(member));
    }
    return woken;
  }
  void Decline(absl::string_view member, const std::string& name) {
    v1::AcknowledgeAssignmentRequest request;
    request.set_name(name);
    request.set_answer(v1::AcknowledgeAssignmentRequest::ANSWER_DECLINED);
    request.set_reason("Sjuk kollega");
    request.mutable_stamp()->set_operation_id(MadeId("decline", name, 0));
    *request.mutable_stamp()->mutable_device_time() = TimestampOf(world_.now());
    request.mutable_stamp()->set_definition_version(1);
    request.mutable_stamp()->set_status_version(1);
    ASSERT_TRUE(world_.Do(member, request, AcknowledgeAssignment).ok());
  }

  Evening world_;
};

TEST_F(AlertsTest, R5OfOneThatIsUnansweredItsDispatcherAndTheCoordinatorWhileNobodyLeads) {
  GiveDevice("anna");
  const std::string name = world_.Offered();
  EXPECT_THAT(Alerts(), IsEmpty());
  world_.Advance(absl::Minutes(15));
  ASSERT_EQ(world_.Now<A>(name).state(), A::STATE_EXPIRED);
  const auto alerts = Alerts();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_THAT(alerts[0].members, ElementsAre(MemberName("coordinator"), MemberName("dispatcher")));
  EXPECT_EQ(alerts[0].until, world_.now() + kAlertKept);
  world_.Advance(absl::Minutes(5));
  EXPECT_EQ(Alerts()[0].about, alerts[0].about) << "the same: nobody is woken again";
  world_.Advance(kAlertKept);
  EXPECT_THAT(Alerts(), IsEmpty());
}

TEST_F(AlertsTest, R5WhoIsNamedLeadsTheNightAndNoCoordinatorThen) {
  GiveDevice("anna");
  const std::string meeting = world_.Schedule();
  ASSERT_TRUE(world_.Open(meeting).ok());
  v1::SetNightLeadRequest lead;
  lead.set_name(meeting);
  lead.mutable_night_lead()->set_member(MemberName("secretary"));
  lead.mutable_night_lead()->set_phone("08-1");
  *lead.mutable_night_lead()->mutable_window()->mutable_start_time() = TimestampOf(world_.now());
  *lead.mutable_night_lead()->mutable_window()->mutable_end_time() =
      TimestampOf(world_.now() + absl::Hours(10));
  ASSERT_TRUE(world_.Do("chair", lead, SetNightLead).ok());
  world_.Offered();
  world_.Advance(absl::Minutes(15));
  EXPECT_THAT(Woken(), ElementsAre("dispatcher", "secretary"));
}

TEST_F(AlertsTest, R5ALateAnswerEndsIt) {
  GiveDevice("anna");
  const std::string name = world_.Offered();
  world_.Advance(absl::Minutes(16));
  ASSERT_THAT(Alerts(), ::testing::SizeIs(1));
  v1::AcknowledgeAssignmentRequest request;
  request.set_name(name);
  request.set_answer(v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED);
  request.mutable_stamp()->set_operation_id(MadeId("late", name, 0));
  *request.mutable_stamp()->mutable_device_time() = TimestampOf(world_.now());
  request.mutable_stamp()->set_definition_version(1);
  request.mutable_stamp()->set_status_version(2);
  ASSERT_TRUE(world_.Do("anna", request, AcknowledgeAssignment).ok());
  EXPECT_THAT(Alerts(), IsEmpty());
}

TEST_F(AlertsTest, R5WhatWasToBeAnsweredByTheSameTimeIsOneAlert) {
  GiveDevice("anna");
  GiveDevice("frida");
  const std::string deployment = world_.Propose("chair", world_.State("reporter"));
  for (const char* unit : {"vardar", "falt"}) {
    ASSERT_TRUE(world_.Commit("dispatcher", deployment, unit).ok());
  }
  ASSERT_TRUE(world_.Decide(deployment).ok());
  world_.Advance(absl::Minutes(15));
  const auto alerts = Alerts();
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[0].about, alerts[1].about);
}

TEST_F(AlertsTest, R5WhoSaysNoIsToldToTheOthers) {
  GiveDevice("anna");
  Decline("anna", world_.Offered());
  EXPECT_THAT(Woken(), ElementsAre("coordinator", "dispatcher"));
}

TEST_F(AlertsTest, R5WhoEntersTheNoByTelephoneKnowsIt) {
  GiveDevice("anna");
  Decline("dispatcher", world_.Offered());
  EXPECT_THAT(Woken(), ElementsAre("coordinator"));
}

TEST_F(AlertsTest, R5OfAnOfferThatReachesNobodyTheDispatcherAtOnce) {
  const std::string name = world_.Offered();
  ASSERT_EQ(world_.Now<A>(name).reach(), A::REACH_CALL);
  EXPECT_THAT(Woken(), ElementsAre("dispatcher"));
  EXPECT_EQ(Alerts()[0].until, TimeOf(world_.Now<A>(name).acknowledge_by_time()));
  world_.Advance(absl::Minutes(15));
  EXPECT_THAT(Woken(), ElementsAre("coordinator", "dispatcher"));
}

TEST_F(AlertsTest, NobodyWhoDoesNotTakePartOrWhoseWorkIsAnothersIsWoken) {
  GiveDevice("anna");
  v1::Member dispatcher = world_.Now<v1::Member>(MemberName("dispatcher"));
  dispatcher.set_removed(true);
  world_.Put(dispatcher);
  const std::string deployment = world_.Propose("police", world_.State("reporter"));
  ASSERT_TRUE(world_.Commit("police", deployment, "patrull").ok());
  ASSERT_TRUE(world_.Decide(deployment).ok());
  world_.Advance(absl::Minutes(15));
  EXPECT_THAT(Woken(), ElementsAre("coordinator", "police"));
}

TEST_F(AlertsTest, R6WhoLeadsAndDoesNotSeeItIsNotWoken) {
  GiveDevice("anna");
  const std::string meeting = world_.Schedule();
  ASSERT_TRUE(world_.Open(meeting).ok());
  v1::SetNightLeadRequest lead;
  lead.set_name(meeting);
  lead.mutable_night_lead()->set_member(MemberName("landlord"));
  lead.mutable_night_lead()->set_phone("08-1");
  *lead.mutable_night_lead()->mutable_window()->mutable_start_time() = TimestampOf(world_.now());
  *lead.mutable_night_lead()->mutable_window()->mutable_end_time() =
      TimestampOf(world_.now() + absl::Hours(10));
  ASSERT_TRUE(world_.Do("chair", lead, SetNightLead).ok());
  const std::string secret =
      world_.Propose("police", world_.State("reporter"), v1::Deployment::KIND_CAMERA);
  ASSERT_TRUE(world_.Commit("police", secret, "patrull").ok());
  ASSERT_TRUE(world_.Decide(secret).ok());
  world_.Advance(absl::Minutes(15));
  EXPECT_THAT(Woken(), ElementsAre("police"));
  world_.Offered();
  world_.Advance(absl::Minutes(15));
  EXPECT_THAT(Woken(), ::testing::Contains("landlord")) << "of the one that it sees";
}

}  // namespace
}  // namespace samsyn::domain
