// Positions: by consent alone, only while on an assignment, rounded, seen as the assignment is, and
// gone as soon as any of this ends.
#include "server/domain/position_rules.h"

#include <absl/strings/match.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "server/domain/access_rules.h"
#include "server/domain/assignment_rules.h"
#include "server/domain/directory_rules.h"
#include "server/domain/setup_rules.h"
#include "tests/domain/sharing.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::Evening;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::MemberName;
using ::samsyn::testing::OrganisationName;
using ::samsyn::testing::UnitName;
using A = v1::Assignment;

class PositionRulesTest : public ::testing::Test {
 protected:
  PositionRulesTest() : name_(world_.Offered()) {}

  absl::Status Consent(absl::string_view member, bool consents = true) {
    v1::SetPositionConsentRequest request;
    request.set_consents(consents);
    return world_.Do(member, request, SetPositionConsent);
  }
  absl::Status Report(absl::string_view member, double latitude = 59.16874,
                      double longitude = 18.13751, double precision = 0) {
    v1::ReportPositionRequest request;
    request.set_name(name_);
    request.mutable_point()->set_latitude_deg(latitude);
    request.mutable_point()->set_longitude_deg(longitude);
    request.set_point_precision_m(precision);
    return world_.Do(member, request, ReportPosition);
  }
  absl::Status Move(A::State state, absl::string_view member = "anna") {
    v1::UpdateAssignmentRequest request;
    request.set_name(name_);
    request.set_state(state);
    request.set_reason("skäl");
    const A now = world_.Now<A>(name_);
    v1::DeviceStamp& stamp = *request.mutable_stamp();
    stamp.set_operation_id(MadeId("test", absl::StrCat(++operations_), 0));
    *stamp.mutable_device_time() = TimestampOf(world_.now());
    stamp.set_definition_version(now.definition_version());
    stamp.set_status_version(now.status_version());
    return world_.Do(member, request, UpdateAssignment);
  }
  // Anna and Bo have consented and are on scene; Anna's position is there.
  void ShowAnna() {
    for (const char* member : {"anna", "bo"}) ASSERT_TRUE(Consent(member).ok());
    ASSERT_TRUE(Move(A::STATE_ON_SCENE).ok());
    ASSERT_TRUE(Report("anna").ok());
    ASSERT_EQ(Positions().size(), 1u);
  }
  std::vector<v1::UnitPosition> Positions() {
    std::vector<v1::UnitPosition> all;
    for (const auto& one : world_.picture().All<v1::UnitPosition>()) all.push_back(*one);
    return all;
  }
  v1::Member Member(absl::string_view id) { return world_.Now<v1::Member>(MemberName(id)); }

  Evening world_;
  const std::string name_;
  int operations_ = 0;
};

TEST_F(PositionRulesTest, NeedConsentTheUnitAndBeingOut) {
  const auto state_of = [](const absl::Status& status) {
    return RefusalOf(status).metadata.count("state") > 0 ? RefusalOf(status).metadata.at("state")
                                                         : "";
  };
  EXPECT_EQ(state_of(Report("anna")), "NO_CONSENT");
  ASSERT_TRUE(Consent("anna").ok());
  EXPECT_EQ(state_of(Report("anna")), "OFFERED");
  EXPECT_EQ(ReasonOf(Report("frida")), v1::ERROR_REASON_ROLE_MISSING) << "of another unit";
  EXPECT_EQ(ReasonOf(Report("dispatcher")), v1::ERROR_REASON_ROLE_MISSING);
  EXPECT_EQ(ReasonOf(Report("officer")), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_TRUE(Positions().empty());
  ASSERT_TRUE(Move(A::STATE_EN_ROUTE).ok());
  EXPECT_TRUE(Report("anna").ok());
  EXPECT_EQ(state_of(Report("bo")), "NO_CONSENT") << "consent is a person's own";
}

TEST_F(PositionRulesTest, AreRoundedAndDoNotTellWhoseTheyAre) {
  ShowAnna();
  const v1::UnitPosition position = Positions()[0];
  EXPECT_EQ(position.point().latitude_deg(), 59.169);
  EXPECT_EQ(position.point().longitude_deg(), 18.138);
  EXPECT_EQ(position.point_precision_m(), 100);
  EXPECT_EQ(position.unit(), UnitName("vardar"));
  EXPECT_TRUE(absl::StartsWith(position.name(), name_ + "/positions/"));
  EXPECT_FALSE(absl::StrContains(position.DebugString(), "anna"));
  // Not even for whoever knows every member's name.
  for (const auto& member : world_.picture().All<v1::Member>()) {
    EXPECT_FALSE(absl::StrContains(position.name(), MadeId(member->name(), name_, 0)));
  }
  world_.Advance(absl::Seconds(20));
  ASSERT_TRUE(Report("anna", 59.2, 18.2, 400).ok());
  EXPECT_EQ(Positions()[0].point_precision_m(), 485);
}

TEST_F(PositionRulesTest, TheNewestReplacesAndTooOftenWritesNothing) {
  ShowAnna();
  const v1::UnitPosition first = Positions()[0];
  world_.Advance(absl::Seconds(19));
  const Revision revision = world_.revision();
  ASSERT_TRUE(Report("anna", 59.3, 18.3).ok());
  EXPECT_EQ(world_.revision(), revision);
  EXPECT_EQ(world_.Result<v1::UnitPosition>().SerializeAsString(), first.SerializeAsString());
  ASSERT_TRUE(Report("bo").ok()) << "another's do not count against one";
  EXPECT_EQ(Positions().size(), 2u);
  world_.Advance(absl::Seconds(1));
  ASSERT_TRUE(Report("anna", 59.3, 18.3).ok());
  EXPECT_EQ(Positions().size(), 2u);
  const auto moved = world_.Now<v1::UnitPosition>(first.name());
  EXPECT_NEAR(moved.point().latitude_deg(), 59.3, 1e-9);
  EXPECT_EQ(TimeOf(moved.create_time()), TimeOf(first.create_time()));
  EXPECT_EQ(TimeOf(moved.position_time()), world_.now());
}

TEST_F(PositionRulesTest, R6AreSeenAsFieldUpdatesAre) {
  ShowAnna();
  const std::string position = Positions()[0].name();
  const auto sees = [&](absl::string_view member) { return world_.Sees(member, position); };
  for (const char* member : {"anna", "frida", "dispatcher", "coordinator"}) {
    EXPECT_TRUE(sees(member)) << member;
  }
  for (const char* member : {"police", "landlord", "screen"}) EXPECT_FALSE(sees(member)) << member;
  ASSERT_TRUE(::samsyn::testing::Share(world_, "dispatcher", {name_, {"polisen"}}).ok());
  const std::string decision = world_.results().front();
  EXPECT_TRUE(sees("police"));
  v1::RevokeReleaseRequest revoke;
  revoke.set_name(decision);
  ASSERT_TRUE(world_.Do("dispatcher", revoke, RevokeRelease).ok());
  EXPECT_FALSE(sees("police"));
}

// Whatever ends the assignment, pauses it or offers it anew.
TEST_F(PositionRulesTest, EndWithTheAssignment) {
  struct Row {
    const char* what;
    std::function<absl::Status()> end;
  };
  const std::string deployment = world_.Now<A>(name_).deployment();
  const auto hand_over = [&] {
    v1::HandOverAssignmentRequest request;
    request.set_name(name_);
    request.set_unit(UnitName("falt"));
    return world_.Do("dispatcher", request, HandOverAssignment);
  };
  const auto withdraw = [&] {
    v1::WithdrawUnitRequest request;
    request.set_name(deployment);
    request.set_unit(UnitName("vardar"));
    return world_.Do("dispatcher", request, WithdrawUnit);
  };
  const auto stand_down = [&] {
    v1::StandDownRequest request;
    request.set_name(deployment);
    request.set_reason("skäl");
    return world_.Do("coordinator", request, StandDown);
  };
  const auto revise = [&] {
    return world_.Revise("coordinator", deployment,
                         [](v1::Deployment& one) { one.set_aim("Något annat"); });
  };
  const Row table[] = {{"paused", [&] { return Move(A::STATE_PAUSED); }},
                       {"done", [&] { return Move(A::STATE_DONE); }},
                       {"not done", [&] { return Move(A::STATE_NOT_DONE); }},
                       {"handed over", hand_over},
                       {"withdrawn", withdraw},
                       {"stood down", stand_down},
                       {"revised", revise}};
  ShowAnna();
  // Each from the same evening.
  const A on_scene = world_.Now<A>(name_);
  const v1::Deployment active = world_.Now<v1::Deployment>(deployment);
  for (const Row& row : table) {
    world_.Put(active);
    world_.Put(on_scene);
    world_.Advance(absl::Seconds(20));
    ASSERT_TRUE(Report("anna").ok()) << row.what;
    ASSERT_EQ(Positions().size(), 1u) << row.what;
    const absl::Status ended = row.end();
    ASSERT_TRUE(ended.ok()) << row.what << " " << ended;
    EXPECT_TRUE(Positions().empty()) << row.what;
  }
}

TEST_F(PositionRulesTest, EndWithTheConsentAndWithTheMember) {
  ShowAnna();
  ASSERT_TRUE(Report("bo").ok());
  ASSERT_EQ(Positions().size(), 2u);
  ASSERT_TRUE(Consent("anna", false).ok());
  EXPECT_EQ(Positions().size(), 1u) << "hers alone";
  EXPECT_FALSE(Member("anna").has_position_consent_time());
  EXPECT_EQ(RefusalOf(Report("anna")).metadata.at("state"), "NO_CONSENT");

  v1::UpdateMemberRequest leave;
  *leave.mutable_member() = Member("bo");
  leave.mutable_member()->clear_units();
  ASSERT_TRUE(world_.Do("dispatcher", leave, UpdateMember).ok());
  EXPECT_TRUE(Positions().empty()) << "he left the unit";

  ASSERT_TRUE(Consent("anna").ok());
  ASSERT_TRUE(Report("anna").ok());
  v1::RemoveMemberRequest remove;
  remove.set_name(MemberName("anna"));
  ASSERT_TRUE(world_.Do("dispatcher", remove, RemoveMember).ok());
  EXPECT_TRUE(Positions().empty());
  EXPECT_FALSE(Member("anna").has_position_consent_time()) << "who returns agrees anew";
}

TEST_F(PositionRulesTest, EndWithWhatASetUpTakesAway) {
  ShowAnna();
  v1::ApplySetupRequest apply;
  v1::GetSetupRequest get;
  get.set_municipality(kMunicipality);
  v1::GetSetupResponse response;
  ASSERT_TRUE(GetSetup(get, world_.picture(), world_.AudienceFor("coordinator"), &response).ok());
  *apply.mutable_setup() = response.setup();
  auto& members = *apply.mutable_setup()->mutable_members();
  const auto anna = std::find_if(members.begin(), members.end(),
                                 [](const auto& one) { return one.name() == MemberName("anna"); });
  EXPECT_FALSE(anna->has_position_consent_time()) << "not in the file";
  anna->set_phone("08-1");
  ASSERT_TRUE(world_.Do("coordinator", apply, ApplySetup).ok());
  EXPECT_TRUE(Member("anna").has_position_consent_time()) << "nor taken by it";
  EXPECT_EQ(Positions().size(), 1u);
  anna->clear_units();
  ASSERT_TRUE(world_.Do("coordinator", apply, ApplySetup).ok());
  EXPECT_TRUE(Positions().empty());
  anna->add_units(UnitName("vardar"));
  ASSERT_TRUE(world_.Do("coordinator", apply, ApplySetup).ok());
  ASSERT_TRUE(Report("anna").ok());
  members.erase(anna);
  ASSERT_TRUE(world_.Do("coordinator", apply, ApplySetup).ok());
  EXPECT_TRUE(Positions().empty());
}

TEST_F(PositionRulesTest, EndAfterAnHour) {
  ShowAnna();
  world_.Advance(absl::Minutes(59));
  EXPECT_EQ(Positions().size(), 1u);
  world_.Advance(absl::Minutes(1));
  EXPECT_TRUE(Positions().empty());
}

TEST_F(PositionRulesTest, AgainIsTheSame) {
  ASSERT_TRUE(Consent("anna").ok());
  const v1::Member agreed = Member("anna");
  world_.Advance(absl::Minutes(1));
  const Revision revision = world_.revision();
  ASSERT_TRUE(Consent("anna").ok());
  EXPECT_EQ(world_.revision(), revision);
  EXPECT_EQ(Member("anna").SerializeAsString(), agreed.SerializeAsString());
  ASSERT_TRUE(Consent("bo", false).ok());
  EXPECT_EQ(world_.revision(), revision);
}

TEST_F(PositionRulesTest, R6ConsentIsForItsOwnOrganisationAndCoordinators) {
  ASSERT_TRUE(Consent("guard").ok());
  const auto shows = [&](absl::string_view member) {
    return world_.ShownTo(member, MemberName("guard"))->member().has_position_consent_time();
  };
  for (const char* member : {"guard", "landlord", "coordinator"}) EXPECT_TRUE(shows(member));
  for (const char* member : {"police", "chair", "screen"}) EXPECT_FALSE(shows(member));
  v1::UpdateMemberRequest update;
  *update.mutable_member() = Member("guard");
  update.mutable_member()->clear_position_consent_time();
  update.mutable_member()->set_phone("08-1");
  ASSERT_TRUE(world_.Do("landlord", update, UpdateMember).ok());
  EXPECT_TRUE(shows("guard")) << "nobody else takes it or gives it";
}

}  // namespace
}  // namespace samsyn::domain
