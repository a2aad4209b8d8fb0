// What the table tests/scenario/R5.txt does not say: the field log, versions, every transition.
#include "server/domain/assignment_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::Evening;
using ::samsyn::testing::MemberName;
using ::samsyn::testing::UnitName;
using A = v1::Assignment;

class AssignmentRulesTest : public ::testing::Test {
 protected:
  AssignmentRulesTest() : name_(world_.Offered()) {}

  A Now() { return world_.Now<A>(name_); }
  v1::DeviceStamp Stamp(int operation) {
    v1::DeviceStamp stamp;
    stamp.set_operation_id(MadeId("test", absl::StrCat(operation), 0));
    *stamp.mutable_device_time() = TimestampOf(world_.now());
    stamp.set_definition_version(Now().definition_version());
    stamp.set_status_version(Now().status_version());
    return stamp;
  }
  // An answer that leads to a state.
  absl::Status Report(absl::string_view member, A::State state, const v1::DeviceStamp& stamp) {
    if (state == A::STATE_DELIVERED) {
      v1::ReportDeliveryRequest request;
      request.set_name(name_);
      *request.mutable_stamp() = stamp;
      return world_.Do(member, request, ReportDelivery);
    }
    v1::AcknowledgeAssignmentRequest request;
    request.set_name(name_);
    request.set_reason("skäl");
    *request.mutable_stamp() = stamp;
    using Request = v1::AcknowledgeAssignmentRequest;
    if (state == A::STATE_SEEN) request.set_answer(Request::ANSWER_SEEN);
    if (state == A::STATE_ACCEPTED) request.set_answer(Request::ANSWER_ACCEPTED);
    if (state == A::STATE_DECLINED) request.set_answer(Request::ANSWER_DECLINED);
    if (request.answer() != Request::ANSWER_UNSPECIFIED) {
      return world_.Do(member, request, AcknowledgeAssignment);
    }
    v1::UpdateAssignmentRequest update;
    update.set_name(name_);
    update.set_state(state);
    update.set_reason("skäl");
    *update.mutable_stamp() = stamp;
    return world_.Do(member, update, UpdateAssignment);
  }
  v1::FieldUpdate Kept(const v1::DeviceStamp& stamp) {
    return world_.Now<v1::FieldUpdate>(absl::StrCat(name_, "/updates/", stamp.operation_id()));
  }

  Evening world_;
  const std::string name_;
};

TEST_F(AssignmentRulesTest, R5TransitionsOnlyAsTheTable) {
  const A::State reports[] = {A::STATE_DELIVERED, A::STATE_SEEN,     A::STATE_ACCEPTED,
                              A::STATE_EN_ROUTE,  A::STATE_ON_SCENE, A::STATE_PAUSED,
                              A::STATE_DONE,      A::STATE_NOT_DONE, A::STATE_DECLINED};
  int operation = 0;
  for (int from = A::STATE_OFFERED; from <= A::STATE_REPLACED; ++from) {
    for (const A::State to : reports) {
      A assignment = Now();
      assignment.set_state(static_cast<A::State>(from));
      world_.Put(assignment);
      const absl::Status status = Report("anna", to, Stamp(++operation));
      const auto next = NextStates(static_cast<A::State>(from));
      const bool allowed = std::find(next.begin(), next.end(), to) != next.end();
      // What is there already, and a receipt of what was received, is kept and moves nothing.
      const bool kept = to == from || (to == A::STATE_DELIVERED && from != A::STATE_OFFERED);
      EXPECT_EQ(status.ok(), allowed || kept) << from << " to " << to << ": " << status;
      EXPECT_EQ(Now().state(), allowed ? to : from) << from << " to " << to;
      if (!status.ok()) {
        EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_WRONG_STATE);
      }
    }
  }
}

TEST_F(AssignmentRulesTest, R5ARefusalSaysWhichStateAndWhatMayFollow) {
  ASSERT_TRUE(Report("anna", A::STATE_ON_SCENE, Stamp(1)).ok());
  Refusal refusal = RefusalOf(Report("anna", A::STATE_EN_ROUTE, Stamp(2)));
  EXPECT_EQ(refusal.metadata["state"], "ON_SCENE");
  EXPECT_EQ(refusal.metadata["allowed"], "PAUSED,DONE,NOT_DONE");
  EXPECT_EQ(refusal.words.sv,
            "Uppdragets läge är ”på plats”; det som kan följa är ”paus”, ”klart”, ”ej utfört”.");
}

TEST_F(AssignmentRulesTest, R5AnOutdatedAnswerIsKeptAndAnsweredWithTheNewSheetAgainAndAgain) {
  const v1::DeviceStamp old = Stamp(1);
  ASSERT_TRUE(world_
                  .Revise("chair", Now().deployment(),
                          [](v1::Deployment& d) { d.set_instruction("Gå runt skolan"); })
                  .ok());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(Report("anna", A::STATE_ACCEPTED, old).ok());
    EXPECT_EQ(world_.effect(), v1::ERROR_REASON_DEFINITION_CHANGED);
    EXPECT_EQ(world_.Result<A>().instruction(), "Gå runt skolan");
    EXPECT_EQ(Now().state(), A::STATE_OFFERED);
  }
  EXPECT_EQ(Kept(old).kind(), v1::FieldUpdate::KIND_OUTDATED_STATE);
  EXPECT_EQ(ReasonOf(DefinitionChanged(Now())), v1::ERROR_REASON_DEFINITION_CHANGED);
}

TEST_F(AssignmentRulesTest, R5AnOperationIdIsOneOperation) {
  const v1::DeviceStamp stamp = Stamp(1);
  ASSERT_TRUE(Report("anna", A::STATE_ACCEPTED, stamp).ok());
  EXPECT_EQ(ReasonOf(Report("anna", A::STATE_DECLINED, stamp)), v1::ERROR_REASON_REQUEST_ID_REUSED);
  EXPECT_EQ(ReasonOf(Report("bo", A::STATE_ACCEPTED, stamp)), v1::ERROR_REASON_REQUEST_ID_REUSED);
  const int64_t version = Now().status_version();
  ASSERT_TRUE(Report("anna", A::STATE_ACCEPTED, stamp).ok());
  EXPECT_EQ(Now().status_version(), version);
}

TEST_F(AssignmentRulesTest, AVersionThatHasNeverBeenIsRefused) {
  v1::DeviceStamp stamp = Stamp(1);
  stamp.set_status_version(99);
  EXPECT_EQ(ReasonOf(Report("anna", A::STATE_ACCEPTED, stamp)), v1::ERROR_REASON_INVALID_FIELDS);
}

TEST_F(AssignmentRulesTest, R6TheFieldLogIsSeenByThoseWhoSeeTheAssignment) {
  const v1::DeviceStamp stamp = Stamp(1);
  ASSERT_TRUE(Report("anna", A::STATE_ACCEPTED, stamp).ok());
  const v1::FieldUpdate update = Kept(stamp);
  EXPECT_EQ(update.owner(), Now().owner());
  EXPECT_EQ(update.unit(), UnitName("vardar"));
  EXPECT_EQ(update.member(), MemberName("anna"));
  EXPECT_TRUE(world_.Sees("dispatcher", update.name()));
  EXPECT_FALSE(world_.Sees("landlord", update.name()));
}

TEST_F(AssignmentRulesTest, R5AChangeByTwoDevicesOfOnePersonIsByTwoDevices) {
  v1::DeviceStamp phone = Stamp(1), tablet = Stamp(2);
  phone.set_device_id("phone");
  tablet.set_device_id("tablet");
  ASSERT_TRUE(Report("anna", A::STATE_ACCEPTED, phone).ok());
  ASSERT_TRUE(Report("anna", A::STATE_EN_ROUTE, tablet).ok());
  EXPECT_EQ(Kept(tablet).kind(), v1::FieldUpdate::KIND_LATE_STATE);
  EXPECT_EQ(Now().state(), A::STATE_ACCEPTED);
}

TEST_F(AssignmentRulesTest, TheHistoryKeepsTheLastFifty) {
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(
        Report("anna", i % 2 == 0 ? A::STATE_ON_SCENE : A::STATE_PAUSED, Stamp(i + 1)).ok());
  }
  EXPECT_EQ(Now().history_size(), 50);
  EXPECT_EQ(Now().status_version(), 61);
  EXPECT_EQ(Now().history(49).state(), A::STATE_PAUSED);
}

TEST_F(AssignmentRulesTest, ANoteNeedsWordsOrMinutesAndIsKeptOnce) {
  v1::AddFieldUpdateRequest request;
  request.set_name(name_);
  *request.mutable_stamp() = Stamp(1);
  EXPECT_EQ(ReasonOf(world_.Do("anna", request, AddFieldUpdate)), v1::ERROR_REASON_INVALID_FIELDS);
  request.set_text("Lugnt");
  request.set_minutes_on_place(12);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(world_.Do("anna", request, AddFieldUpdate).ok());
    EXPECT_EQ(world_.Result<v1::FieldUpdate>().kind(), v1::FieldUpdate::KIND_PRESENCE);
  }
  EXPECT_EQ(Now().minutes_on_scene(), 12);
  EXPECT_EQ(ReasonOf(world_.Do("chair", request, AddFieldUpdate)), v1::ERROR_REASON_ROLE_MISSING);
}

}  // namespace
}  // namespace samsyn::domain
