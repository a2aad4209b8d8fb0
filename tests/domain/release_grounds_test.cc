// Grounds of decisions to share: the built-in table, a municipality's own, and what they refuse.
#include "server/domain/release_grounds.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "server/domain/names.h"
#include "server/domain/setup_rules.h"
#include "tests/domain/sharing.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using ::testing::HasSubstr;
using testing::kMunicipality;
using testing::Share;
using testing::Sharing;

std::string FieldOf(const absl::Status& status) {
  const Refusal refusal = RefusalOf(status);
  return refusal.violations.size() == 1 ? refusal.violations[0].field : "";
}

TEST(ReleaseGrounds, TheBuiltInTableIsSound) {
  ContentWorld world;
  v1::ListReleaseGroundsRequest request;
  request.set_municipality(kMunicipality);
  v1::ListReleaseGroundsResponse response;
  ASSERT_TRUE(
      ListReleaseGrounds(request, world.picture(), world.AudienceFor("vard"), &response).ok());
  std::set<std::string> ids;
  for (const v1::ReleaseGround& ground : response.grounds()) {
    EXPECT_TRUE(IsClientId(ground.ground_id())) << ground.ground_id();
    EXPECT_TRUE(ids.insert(ground.ground_id()).second) << ground.ground_id();
    EXPECT_NE(ground.display_name(), "");
  }
  EXPECT_TRUE(ids.contains("samtycke"));
  EXPECT_TRUE(ids.contains("annat"));
  Violations violations;
  CheckGrounds(response.grounds(), "grounds", violations);
  EXPECT_TRUE(std::move(violations).Result().ok());
  request.set_municipality("municipalities/0192");
  EXPECT_EQ(
      ReasonOf(ListReleaseGrounds(request, world.picture(), world.AudienceFor("vard"), &response)),
      v1::ERROR_REASON_NOT_FOUND);
}

TEST(ReleaseGrounds, ADecisionNamesOneOfThem) {
  ContentWorld world;
  const v1::Report report = world.Accepted("falt");
  Sharing sharing{report.name(), {"polisen"}};
  sharing.ground = "Samtycke";
  const absl::Status unknown = Share(world, "granskare", sharing);
  EXPECT_EQ(FieldOf(unknown), "release.ground");
  EXPECT_THAT(RefusalOf(unknown).violations[0].words.sv, HasSubstr("samtycke, nodvandigt"));
  sharing.ground = "annat";
  EXPECT_EQ(FieldOf(Share(world, "granskare", sharing)), "release.ground_note");
  EXPECT_EQ(world.ShownTo("polis", report.name()), nullptr) << "refused: nothing is shared";
  v1::ReleaseEntityRequest request;
  request.set_municipality(kMunicipality);
  request.mutable_release()->set_entity(report.name());
  request.mutable_release()->add_organisations(testing::OrganisationName("polisen"));
  request.mutable_release()->set_ground("annat");
  request.mutable_release()->set_ground_note("Överenskommelse 2026-03-01");
  ASSERT_TRUE(world.Do("granskare", request, ReleaseEntity).ok());
  EXPECT_EQ(world.Result<v1::Release>().ground_note(), "Överenskommelse 2026-03-01");
  request.mutable_release()->add_withheld(v1::WITHHELD_TEXT);
  request.mutable_release()->add_withheld(v1::WITHHELD_TEXT);
  EXPECT_EQ(FieldOf(world.Do("granskare", request, ReleaseEntity)), "release.withheld[1]");
}

TEST(ReleaseGrounds, AMunicipalityHasItsOwn) {
  ContentWorld world;
  const v1::Report report = world.Accepted("falt");
  v1::GetSetupRequest ask;
  ask.set_municipality(kMunicipality);
  v1::GetSetupResponse now;
  ASSERT_TRUE(GetSetup(ask, world.picture(), world.AudienceFor("samordnare"), &now).ok());
  v1::ApplySetupRequest apply;
  *apply.mutable_setup() = now.setup();
  const auto add = [&](absl::string_view id) {
    v1::ReleaseGround& ground =
        *apply.mutable_setup()->mutable_municipality()->add_release_grounds();
    ground.set_ground_id(std::string(id));
    ground.set_display_name("Avtalet");
  };
  add("avtalet");
  add("avtalet");
  EXPECT_EQ(FieldOf(world.Do("samordnare", apply, ApplySetup)),
            "setup.municipality.release_grounds[1].ground_id");
  apply.mutable_setup()->mutable_municipality()->mutable_release_grounds(1)->set_ground_id("Två");
  EXPECT_EQ(FieldOf(world.Do("samordnare", apply, ApplySetup)),
            "setup.municipality.release_grounds[1].ground_id");
  apply.mutable_setup()->mutable_municipality()->mutable_release_grounds()->RemoveLast();
  ASSERT_TRUE(world.Do("samordnare", apply, ApplySetup).ok());
  Sharing sharing{report.name(), {"polisen"}};
  EXPECT_EQ(FieldOf(Share(world, "granskare", sharing)), "release.ground");
  sharing.ground = "avtalet";
  EXPECT_TRUE(Share(world, "granskare", sharing).ok());
}

}  // namespace
}  // namespace samsyn::domain
