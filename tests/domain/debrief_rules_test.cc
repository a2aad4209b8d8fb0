// What a unit says when it is done: who may, when, and who reads it.
#include "server/domain/debrief_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/assignment_rules.h"
#include "server/domain/request_shape.h"
#include "server/domain/request_words.h"
#include "tests/domain/sharing.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using testing::Evening;
using testing::MemberName;
using testing::Share;
using A = v1::Assignment;

class DebriefRulesTest : public ::testing::Test {
 protected:
  DebriefRulesTest() : name_(world_.Offered()) {}

  A Now() { return world_.Now<A>(name_); }
  void Report(absl::string_view member, A::State state) {
    v1::UpdateAssignmentRequest request;
    request.set_name(name_);
    request.set_state(state);
    request.set_reason("Bilen står still");
    request.mutable_stamp()->set_operation_id(
        MadeId("debrief", absl::StrCat(world_.revision()), 0));
    *request.mutable_stamp()->mutable_device_time() = TimestampOf(world_.now());
    request.mutable_stamp()->set_definition_version(Now().definition_version());
    request.mutable_stamp()->set_status_version(Now().status_version());
    ASSERT_TRUE(world_.Do(member, request, UpdateAssignment).ok());
  }
  v1::DebriefAssignmentRequest Request(absl::string_view text = "Tomt från klockan tio") const {
    v1::DebriefAssignmentRequest request;
    request.set_request_id(MadeId("debrief", "request", 0));
    request.set_name(name_);
    request.mutable_debrief()->set_result(v1::Debrief::RESULT_PARTLY);
    request.mutable_debrief()->set_mood(v1::Debrief::MOOD_CALM);
    request.mutable_debrief()->set_text(std::string(text));
    return request;
  }
  absl::Status Say(absl::string_view member, absl::string_view text = "Tomt från klockan tio") {
    return world_.Do(member, Request(text), DebriefAssignment);
  }

  Evening world_;
  const std::string name_;
};

TEST_F(DebriefRulesTest, IsSaidWhenTheUnitIsDoneAndMovesNoState) {
  EXPECT_EQ(ReasonOf(Say("anna")), v1::ERROR_REASON_WRONG_STATE);
  Report("anna", A::STATE_ON_SCENE);
  EXPECT_EQ(ReasonOf(Say("anna")), v1::ERROR_REASON_WRONG_STATE);
  Report("anna", A::STATE_DONE);
  const A before = Now();
  ASSERT_TRUE(Say("anna").ok());
  EXPECT_EQ(world_.results().front(), name_);
  const v1::Debrief said = Now().debrief();
  EXPECT_EQ(said.result(), v1::Debrief::RESULT_PARTLY);
  EXPECT_EQ(said.mood(), v1::Debrief::MOOD_CALM);
  EXPECT_EQ(said.text(), "Tomt från klockan tio");
  EXPECT_EQ(said.member(), MemberName("anna"));
  EXPECT_EQ(TimeOf(said.time()), world_.now());
  EXPECT_FALSE(said.by_dispatcher());
  EXPECT_EQ(Now().state(), before.state());
  EXPECT_EQ(Now().status_version(), before.status_version());
}

TEST_F(DebriefRulesTest, WhatIsOutputOnlyIsNotTakenFromTheCaller) {
  Report("anna", A::STATE_NOT_DONE);
  v1::DebriefAssignmentRequest request = Request();
  request.mutable_debrief()->set_member(MemberName("chair"));
  request.mutable_debrief()->set_by_dispatcher(true);
  ASSERT_TRUE(world_.Do("anna", request, DebriefAssignment).ok());
  EXPECT_EQ(Now().debrief().member(), MemberName("anna"));
  EXPECT_FALSE(Now().debrief().by_dispatcher());
}

TEST_F(DebriefRulesTest, R5ADispatcherEntersItByTelephoneAndNobodyElseDoes) {
  Report("anna", A::STATE_DONE);
  for (const char* member : {"chair", "frida"}) {
    EXPECT_EQ(ReasonOf(Say(member)), v1::ERROR_REASON_ROLE_MISSING) << member;
  }
  EXPECT_EQ(ReasonOf(Say("police")), v1::ERROR_REASON_NOT_FOUND);
  ASSERT_TRUE(Say("dispatcher").ok());
  EXPECT_TRUE(Now().debrief().by_dispatcher());
}

TEST_F(DebriefRulesTest, TheLatestHoldsAndTheSameAgainChangesNothing) {
  Report("anna", A::STATE_DONE);
  ASSERT_TRUE(Say("anna").ok());
  const Revision once = world_.revision();
  world_.Advance(absl::Minutes(5));
  const Revision then = world_.revision();
  ASSERT_TRUE(Say("anna").ok());
  EXPECT_EQ(world_.revision(), then) << "said at " << once;
  EXPECT_EQ(world_.results().front(), name_) << "it answers all the same";
  ASSERT_TRUE(Say("bo", "Två sällskap, lugnt").ok());
  EXPECT_EQ(Now().debrief().text(), "Två sällskap, lugnt");
  EXPECT_EQ(Now().debrief().member(), MemberName("bo"));
}

TEST_F(DebriefRulesTest, OfOneThatWasCalledBackOnlyIfSomebodyWasThere) {
  const std::string deployment = Now().deployment();
  v1::StandDownRequest end;
  end.set_name(deployment);
  end.set_reason("Regn");
  ASSERT_TRUE(world_.Do("chair", end, StandDown).ok());
  ASSERT_EQ(Now().state(), A::STATE_CANCELLED);
  EXPECT_EQ(ReasonOf(Say("anna")), v1::ERROR_REASON_WRONG_STATE);
  world_.Advance(TimeOf(Now().window().end_time()) - world_.now());
  EXPECT_TRUE(Say("anna").ok()) << "its window is over";
}

TEST_F(DebriefRulesTest, WhoWasThereSaysItThoughItWasCalledBack) {
  Report("anna", A::STATE_ON_SCENE);
  v1::StandDownRequest end;
  end.set_name(Now().deployment());
  end.set_reason("Regn");
  ASSERT_TRUE(world_.Do("chair", end, StandDown).ok());
  EXPECT_TRUE(Say("anna").ok());
}

TEST_F(DebriefRulesTest, PersonNumbersAreFoundInItAndItIsShort) {
  v1::DebriefAssignmentRequest request = Request("Talade med 19121212-1212");
  ASSERT_EQ(PersonNumberViolations(request, world_.now()).size(), 1u);
  EXPECT_EQ(PersonNumberViolations(request, world_.now())[0].field, "debrief.text");
  request = Request(std::string(501, 'a'));
  ASSERT_EQ(ShapeViolations(request).size(), 1u);
  EXPECT_EQ(ShapeViolations(request)[0].field, "debrief.text");
  request = Request();
  request.mutable_debrief()->clear_mood();
  request.mutable_debrief()->clear_result();
  EXPECT_EQ(ShapeViolations(request).size(), 2u);
  EXPECT_TRUE(ShapeViolations(Request("")).empty()) << "two taps are enough";
}

TEST_F(DebriefRulesTest, R6IsSeenAsTheAssignmentIsAndItsWordsAsItsWords) {
  Report("anna", A::STATE_DONE);
  ASSERT_TRUE(Say("anna").ok());
  EXPECT_EQ(world_.ShownTo("police", name_), nullptr);
  ASSERT_TRUE(Share(world_, "dispatcher", {name_, {"polisen"}, {v1::WITHHELD_TEXT}}).ok());
  const EntityPtr part = world_.ShownTo("police", name_);
  ASSERT_NE(part, nullptr);
  EXPECT_EQ(part->assignment().debrief().text(), "");
  EXPECT_EQ(part->assignment().debrief().mood(), v1::Debrief::MOOD_CALM);
  EXPECT_EQ(world_.ShownTo("anna", name_)->assignment().debrief().text(), "Tomt från klockan tio");
}

TEST_F(DebriefRulesTest, R6WhoIsNoAuthorityAndLeadsDoesNotReadTheFieldsWords) {
  Report("anna", A::STATE_DONE);
  ASSERT_TRUE(Say("anna").ok());
  EXPECT_EQ(world_.ShownTo("landlord", name_), nullptr);
  v1::Member landlord = world_.Now<v1::Member>(MemberName("landlord"));
  landlord.add_roles(v1::ROLE_CHAIR);
  world_.Put(landlord);
  const std::string meeting = world_.Schedule();
  v1::OpenMeetingRequest open;
  open.set_name(meeting);
  ASSERT_TRUE(world_.Do("landlord", open, OpenMeeting).ok());
  const EntityPtr led = world_.ShownTo("landlord", name_);
  ASSERT_NE(led, nullptr);
  EXPECT_EQ(led->assignment().debrief().text(), "");
  EXPECT_EQ(led->assignment().debrief().result(), v1::Debrief::RESULT_PARTLY);
  ASSERT_TRUE(Share(world_, "dispatcher", {name_, {"bostader"}}).ok());
  EXPECT_EQ(world_.ShownTo("landlord", name_)->assignment().debrief().text(),
            "Tomt från klockan tio");
}

}  // namespace
}  // namespace samsyn::domain
