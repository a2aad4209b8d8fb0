// Who is an authority changes only when a second coordinator confirms it, and then all that
// follows.
#include "server/domain/authority_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/domain/access_rules.h"
#include "server/domain/directory_rules.h"
#include "server/domain/setup_rules.h"
#include "tests/domain/content_world.h"
#include "tests/domain/sharing.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using ::testing::ElementsAre;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
constexpr auto kAuthority = v1::RELEASE_CLASS_AUTHORITY;

class AuthorityRulesTest : public ::testing::Test {
 protected:
  AuthorityRulesTest() {
    world_.AddMember("andra", "kommunen", {v1::ROLE_COORDINATOR});
    world_.Advance(absl::Minutes(1));
  }

  v1::Organisation Organisation(absl::string_view id) {
    return world_.Now<v1::Organisation>(OrganisationName(id));
  }
  v1::Setup SetupNow() {
    v1::GetSetupRequest request;
    request.set_municipality(kMunicipality);
    v1::GetSetupResponse response;
    EXPECT_TRUE(
        GetSetup(request, world_.picture(), world_.AudienceFor("samordnare"), &response).ok());
    return response.setup();
  }
  v1::Setup WithFlag(absl::string_view id, bool authority) {
    v1::Setup setup = SetupNow();
    for (v1::Organisation& one : *setup.mutable_organisations()) {
      if (one.name() == OrganisationName(id)) one.set_authority(authority);
    }
    return setup;
  }
  absl::Status Apply(const v1::Setup& setup, absl::string_view member = "samordnare") {
    v1::ApplySetupRequest request;
    *request.mutable_setup() = setup;
    return world_.Do(member, request, ApplySetup);
  }
  std::vector<v1::SetupDifference> Differences(const v1::Setup& setup) {
    v1::ApplySetupRequest request;
    *request.mutable_setup() = setup;
    Actor actor;
    actor.member = world_.picture().Get<v1::Member>(MemberName("samordnare"));
    actor.audience = world_.AudienceFor("samordnare");
    const auto plan = PlanSetup(request, world_.picture(), actor);
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? plan->differences : std::vector<v1::SetupDifference>();
  }
  absl::Status Decide(absl::string_view member, absl::string_view id, bool confirmed) {
    v1::DecideAuthorityChangeRequest request;
    request.set_request_id(MadeId("decision", absl::StrCat(++decisions_), 0));
    request.set_name(OrganisationName(id));
    request.set_confirmed(confirmed);
    return world_.Do(member, request, DecideAuthorityChange, request.request_id());
  }
  std::string Field(const absl::Status& status) {
    const Refusal refusal = RefusalOf(status);
    return refusal.violations.empty() ? "" : refusal.violations[0].field;
  }

  ContentWorld world_;
  int decisions_ = 0;
};

TEST_F(AuthorityRulesTest, TheFirstSetUpIsAsGiven) {
  Picture empty;
  Transaction transaction(empty, kMunicipality, {"system", ""}, world_.now(), 1, "r");
  ASSERT_TRUE(CreateMunicipality("0136", "Haninge", "Stockholms län", transaction).ok());
  v1::ApplySetupRequest request;
  v1::Setup& setup = *request.mutable_setup();
  *setup.mutable_municipality() = *transaction.Get<v1::Municipality>(kMunicipality);
  *setup.add_organisations() = *transaction.Get<v1::Organisation>(OrganisationName("kommunen"));
  *setup.add_members() = *transaction.Get<v1::Member>(MemberName("samordnare"));
  v1::Organisation& police = *setup.add_organisations();
  police.set_name(OrganisationName("polisen"));
  police.set_display_name("Polisen");
  police.set_kind(v1::ORGANISATION_KIND_POLICE);
  police.set_authority(true);
  ASSERT_TRUE(ApplySetup(request, transaction).ok());
  const auto made = transaction.Get<v1::Organisation>(police.name());
  EXPECT_TRUE(made->authority());
  EXPECT_FALSE(made->has_authority_change());
  // From then on it is asked for, in the same file, too.
  setup.mutable_organisations(1)->set_authority(false);
  ASSERT_TRUE(ApplySetup(request, transaction).ok());
  EXPECT_TRUE(transaction.Get<v1::Organisation>(police.name())->authority());
  EXPECT_TRUE(transaction.Get<v1::Organisation>(police.name())->has_authority_change());
}

TEST_F(AuthorityRulesTest, AChangeWaitsAndTheSameFileNeitherDoublesNorConfirms) {
  const v1::Setup setup = WithFlag("polisen", false);
  const auto differences = Differences(setup);
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_TRUE(differences[0].awaits_confirmation());
  EXPECT_THAT(differences[0].fields(), ElementsAre("authority"));
  ASSERT_TRUE(Apply(setup).ok());
  const v1::Organisation asked = Organisation("polisen");
  EXPECT_TRUE(asked.authority()) << "in force as before";
  EXPECT_FALSE(asked.authority_change().authority());
  EXPECT_EQ(asked.authority_change().asked_by(), MemberName("samordnare"));
  EXPECT_EQ(TimeOf(asked.authority_change().ask_time()), world_.now());
  world_.Advance(absl::Minutes(1));
  for (const char* member : {"samordnare", "andra"}) {
    const Revision revision = world_.revision();
    ASSERT_TRUE(Apply(setup, member).ok());
    EXPECT_EQ(world_.revision(), revision) << member;
  }
  EXPECT_TRUE(Differences(setup).empty());
  const v1::Setup shown = SetupNow();
  EXPECT_EQ(shown.SerializeAsString(), WithFlag("polisen", true).SerializeAsString());
}

TEST_F(AuthorityRulesTest, TheOldValueTakesTheWishBack) {
  ASSERT_TRUE(Apply(WithFlag("polisen", false)).ok());
  const auto differences = Differences(WithFlag("polisen", true));
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_FALSE(differences[0].awaits_confirmation());
  EXPECT_THAT(differences[0].fields(), ElementsAre("authority"));
  ASSERT_TRUE(Apply(WithFlag("polisen", true)).ok());
  EXPECT_FALSE(Organisation("polisen").has_authority_change());
  EXPECT_EQ(ReasonOf(Decide("andra", "polisen", true)), v1::ERROR_REASON_WRONG_STATE);
}

TEST_F(AuthorityRulesTest, ANewOrganisationIsMadeWithoutTheFlag) {
  v1::Setup setup = SetupNow();
  v1::Organisation& region = *setup.add_organisations();
  region.set_name(OrganisationName("regionen"));
  region.set_display_name("Regionen");
  region.set_kind(v1::ORGANISATION_KIND_REGION);
  region.set_authority(true);
  EXPECT_TRUE(Differences(setup).at(0).awaits_confirmation());
  ASSERT_TRUE(Apply(setup).ok());
  EXPECT_FALSE(Organisation("regionen").authority());
  world_.Advance(absl::Minutes(1));
  ASSERT_TRUE(Decide("andra", "regionen", true).ok());
  EXPECT_TRUE(Organisation("regionen").authority());
  EXPECT_FALSE(Organisation("regionen").has_authority_change());
}

TEST_F(AuthorityRulesTest, WhoConfirms) {
  world_.AddMember("bytt", "kommunen", {v1::ROLE_COORDINATOR});
  world_.Advance(absl::Minutes(1));
  ASSERT_TRUE(Apply(WithFlag("polisen", false)).ok());
  world_.Advance(absl::Minutes(1));
  // Who asked could make the second person, or make somebody a coordinator.
  world_.AddMember("ny", "kommunen", {v1::ROLE_COORDINATOR});
  v1::UpdateMemberRequest promote;
  *promote.mutable_member() = world_.Now<v1::Member>(MemberName("rapportor"));
  promote.mutable_member()->add_roles(v1::ROLE_COORDINATOR);
  ASSERT_TRUE(world_.Do("samordnare", promote, UpdateMember).ok());
  *promote.mutable_member() = world_.Now<v1::Member>(MemberName("bytt"));
  promote.mutable_member()->set_phone("08-1");
  ASSERT_TRUE(world_.Do("samordnare", promote, UpdateMember).ok());
  for (const auto& [member, reason] :
       {std::pair{"samordnare", v1::ERROR_REASON_SECOND_PERSON_NEEDED},
        {"ny", v1::ERROR_REASON_SECOND_PERSON_NEEDED},
        {"rapportor", v1::ERROR_REASON_SECOND_PERSON_NEEDED},
        {"bytt", v1::ERROR_REASON_SECOND_PERSON_NEEDED},
        {"polis", v1::ERROR_REASON_ROLE_MISSING}}) {
    const Revision revision = world_.revision();
    EXPECT_EQ(ReasonOf(Decide(member, "polisen", true)), reason) << member;
    EXPECT_EQ(world_.revision(), revision);
  }
  EXPECT_EQ(ReasonOf(Decide("polis", "polisen", false)), v1::ERROR_REASON_ROLE_MISSING);
  EXPECT_EQ(ReasonOf(Decide("andra", "soc", true)), v1::ERROR_REASON_WRONG_STATE);
  EXPECT_EQ(ReasonOf(Decide("andra", "ingen", true)), v1::ERROR_REASON_NOT_FOUND);
  ASSERT_TRUE(Decide("andra", "polisen", true).ok());
  EXPECT_FALSE(Organisation("polisen").authority());
}

TEST_F(AuthorityRulesTest, AnyCoordinatorTurnsItDown) {
  for (const char* member : {"samordnare", "andra"}) {
    ASSERT_TRUE(Apply(WithFlag("polisen", false)).ok());
    ASSERT_TRUE(Decide(member, "polisen", false).ok());
    EXPECT_TRUE(Organisation("polisen").authority());
    EXPECT_FALSE(Organisation("polisen").has_authority_change());
  }
}

TEST_F(AuthorityRulesTest, AnotherVersionIsNotConfirmed) {
  ASSERT_TRUE(Apply(WithFlag("polisen", false)).ok());
  world_.Advance(absl::Minutes(1));
  v1::DecideAuthorityChangeRequest request;
  request.set_request_id("r");
  request.set_name(OrganisationName("polisen"));
  request.set_etag("\"1\"");
  request.set_confirmed(true);
  EXPECT_EQ(ReasonOf(world_.Do("andra", request, DecideAuthorityChange, "r")),
            v1::ERROR_REASON_ETAG_MISMATCH);
}

TEST_F(AuthorityRulesTest, PrivateKindsAreNeverFlagged) {
  for (const auto kind :
       {v1::ORGANISATION_KIND_PROPERTY_OWNER, v1::ORGANISATION_KIND_PLACE_COLLABORATION,
        v1::ORGANISATION_KIND_BUSINESS, v1::ORGANISATION_KIND_SECURITY_COMPANY,
        v1::ORGANISATION_KIND_ASSOCIATION}) {
    v1::Setup setup = SetupNow();
    v1::Organisation& one = *setup.add_organisations();
    one.set_name(OrganisationName("privat"));
    one.set_display_name("Privat");
    one.set_kind(kind);
    one.set_authority(true);
    EXPECT_EQ(Field(Apply(setup)), "setup.organisations[4].authority");
    // Nor does a flagged one become such, not even while it waits to be none.
    for (const bool flag : {true, false}) {
      setup = WithFlag("polisen", flag);
      for (v1::Organisation& each : *setup.mutable_organisations()) {
        if (each.name() == OrganisationName("polisen")) each.set_kind(kind);
      }
      EXPECT_EQ(Field(Apply(setup)),
                flag ? "setup.organisations[2].authority" : "setup.organisations[2].kind");
    }
  }
}

TEST_F(AuthorityRulesTest, R6WhatFollowsFromTheFlagFollowsAtOnce) {
  const std::string open = world_.Submit("samordnare").name();
  ASSERT_TRUE(testing::Share(world_, "samordnare", {open, {"polisen"}}).ok());
  const std::string decision = world_.results().front();
  v1::SetClassRequest tighten;
  tighten.set_name(open);
  tighten.set_release_class(kAuthority);
  ASSERT_TRUE(world_.Do("samordnare", tighten, SetClass).ok());
  const auto sees = [&] {
    return std::pair{world_.ShownTo("polis", open) != nullptr,
                     world_.ShownTo("polis", decision) != nullptr};
  };
  EXPECT_EQ(sees(), (std::pair{true, true}));
  const auto set = [&](bool flag) {
    EXPECT_TRUE(Apply(WithFlag("polisen", flag)).ok());
    world_.Advance(absl::Minutes(1));
    const Revision revision = world_.revision();
    EXPECT_TRUE(Decide("andra", "polisen", true).ok());
    EXPECT_EQ(world_.revision(), revision + 1);
  };
  set(false);
  EXPECT_EQ(sees(), (std::pair{false, false})) << "nor that there is a decision";
  EXPECT_FALSE(world_.AudienceFor("polis").authority);
  set(true);
  EXPECT_EQ(sees(), (std::pair{true, true}));
}

}  // namespace
}  // namespace samsyn::domain
