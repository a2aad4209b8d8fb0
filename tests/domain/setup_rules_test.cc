// Whole set-ups: what would change, in which steps, and what is refused before anything is written.
#include "server/domain/setup_rules.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/domain/limits.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::AreaName;
using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using ::testing::SizeIs;
using testing::UnitName;

v1::Setup SetupOf(const ContentWorld& world) {
  v1::GetSetupRequest request;
  request.set_municipality(kMunicipality);
  v1::GetSetupResponse response;
  EXPECT_TRUE(GetSetup(request, world.picture(), world.AudienceFor("samordnare"), &response).ok());
  return response.setup();
}

absl::StatusOr<SetupPlan> PlanOf(const ContentWorld& world, const v1::Setup& setup,
                                 absl::string_view member = "samordnare") {
  v1::ApplySetupRequest request;
  *request.mutable_setup() = setup;
  Actor actor;
  actor.member = world.picture().Get<v1::Member>(MemberName(member));
  actor.audience = world.AudienceFor(member);
  return PlanSetup(request, world.picture(), actor);
}

// Applies all steps; returns how many there were.
int Apply(ContentWorld& world, const v1::Setup& setup) {
  v1::ApplySetupRequest request;
  *request.mutable_setup() = setup;
  int steps = 0;
  do {
    const absl::Status status = world.Do("samordnare", request, ApplySetup);
    EXPECT_TRUE(status.ok()) << status;
    if (!status.ok()) return -1;
    ++steps;
  } while (world.effect() > 0);
  return steps;
}

TEST(GetSetup, IsTheFormThatApplySetupTakes) {
  ContentWorld world;
  const v1::Setup setup = SetupOf(world);
  EXPECT_EQ(setup.organisations_size(), 4);
  EXPECT_EQ(setup.areas_size(), 3);
  EXPECT_EQ(setup.organisations(0).etag(), "");
  EXPECT_FALSE(setup.municipality().has_situation_time());
  const auto plan = PlanOf(world, setup);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(plan->differences, IsEmpty());
  EXPECT_THAT(plan->steps, IsEmpty());
}

TEST(GetSetup, IsForCoordinators) {
  ContentWorld world;
  v1::GetSetupRequest request;
  request.set_municipality(kMunicipality);
  v1::GetSetupResponse response;
  EXPECT_EQ(ReasonOf(GetSetup(request, world.picture(), world.AudienceFor("polis"), &response)),
            v1::ERROR_REASON_ROLE_MISSING);
  EXPECT_FALSE(response.has_setup());
  EXPECT_EQ(ReasonOf(PlanOf(world, SetupOf(world), "polis").status()),
            v1::ERROR_REASON_ROLE_MISSING);
}

TEST(ApplySetup, SaysWhatChangesAndChangesIt) {
  ContentWorld world;
  world.AddUnit("gammal", "polisen");
  v1::Setup setup = SetupOf(world);
  setup.mutable_units()->DeleteSubrange(0, 1);
  setup.mutable_municipality()->mutable_cadence()->set_weeks(3);
  setup.mutable_organisations(0)->set_phone("08-2");
  auto& members = *setup.mutable_members();
  members.erase(std::remove_if(members.begin(), members.end(),
                               [](const auto& m) { return m.name() == MemberName("vard"); }),
                members.end());
  v1::Unit& unit = *setup.add_units();
  unit.set_name(UnitName("ny"));
  unit.set_display_name("Ny");
  unit.set_organisation(OrganisationName("soc"));
  unit.set_power(v1::Unit::POWER_FIELD_WORKER);

  const auto plan = PlanOf(world, setup);
  ASSERT_TRUE(plan.ok()) << plan.status();
  std::vector<std::string> said;
  for (const v1::SetupDifference& difference : plan->differences) {
    said.push_back(absl::StrCat(v1::SetupDifference::Action_Name(difference.action()).substr(7),
                                " ", difference.name().substr(difference.name().rfind('/') + 1),
                                " ", difference.fields().empty() ? "" : difference.fields(0)));
  }
  EXPECT_THAT(said, ::testing::UnorderedElementsAre("UPDATE 0136 cadence", "UPDATE bostader phone",
                                                    "CREATE ny organisation", "REMOVE vard ",
                                                    "REMOVE gammal "));
  EXPECT_EQ(Apply(world, setup), 1);
  EXPECT_TRUE(world.Now<v1::Member>(MemberName("vard")).removed());
  EXPECT_TRUE(world.Now<v1::Unit>(UnitName("gammal")).retired());
  EXPECT_EQ(world.Now<v1::Unit>(UnitName("ny")).owner(), OrganisationName("soc"));
  EXPECT_EQ(world.Now<v1::Municipality>(kMunicipality).cadence().weeks(), 3);
  const Revision revision = world.revision();
  EXPECT_EQ(Apply(world, setup), 1) << "a repeat changes nothing";
  EXPECT_EQ(world.revision(), revision);
}

TEST(ApplySetup, ValidateOnlyWritesNothing) {
  ContentWorld world;
  v1::ApplySetupRequest request;
  *request.mutable_setup() = SetupOf(world);
  request.mutable_setup()->mutable_organisations(0)->set_phone("08-2");
  request.set_validate_only(true);
  const Revision revision = world.revision();
  ASSERT_TRUE(world.Do("samordnare", request, ApplySetup).ok());
  EXPECT_EQ(world.revision(), revision);
}

TEST(ApplySetup, LargeOnesComeInConsistentSteps) {
  ContentWorld world;
  v1::Setup setup = SetupOf(world);
  for (int i = 0; i < 1500; ++i) {
    v1::Area& area = *setup.add_areas();  // children first: the plan turns them round
    area.set_name(AreaName(absl::StrCat("a", i)));
    area.set_display_name("Område");
    if (i < 1499) area.set_parent(AreaName(i % 50 == 49 ? "handen" : absl::StrCat("a", i + 1)));
  }
  v1::ApplySetupRequest request;
  *request.mutable_setup() = setup;
  int steps = 0;
  do {
    ASSERT_TRUE(world.Do("samordnare", request, ApplySetup).ok());
    ++steps;
    for (const auto& area : world.picture().All<v1::Area>()) {
      if (area->parent().empty()) continue;
      ASSERT_NE(world.picture().Find(area->parent()), nullptr) << "after step " << steps;
    }
  } while (world.effect() > 0);
  EXPECT_GE(steps, 2);
  EXPECT_EQ(world.picture().count(v1::ENTITY_KIND_AREA), 1503u);
}

TEST(ApplySetup, RefusesAllThatIsWrongBeforeAnythingIsWritten) {
  ContentWorld world;
  v1::Setup setup = SetupOf(world);
  setup.mutable_municipality()->set_time_zone("Mars/Olympus");
  setup.mutable_municipality()->set_county("Uppsala län");
  setup.mutable_municipality()->mutable_cadence()->set_wall_time("25:00");
  const auto org = [&](int i) { return setup.mutable_organisations(i); };
  for (int i = 0; i < 4; ++i) {
    if (org(i)->name() == OrganisationName("bostader")) org(i)->set_authority(true);
    if (org(i)->name() == OrganisationName("soc")) {
      org(i)->set_default_class(v1::RELEASE_CLASS_PARTNER);
    }
  }
  *setup.add_organisations() = setup.organisations(0);
  setup.mutable_members(0)->add_units(UnitName("nowhere"));
  setup.mutable_members(1)->set_organisation(OrganisationName("soc"));
  setup.mutable_areas(0)->set_parent(AreaName("torget"));
  setup.mutable_areas(2)->set_parent(setup.areas(0).name());
  const auto plan = PlanOf(world, setup);
  ASSERT_FALSE(plan.ok());
  std::vector<std::string> fields;
  for (const Violation& violation : RefusalOf(plan.status()).violations) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields,
              ::testing::IsSupersetOf(
                  {"setup.municipality.time_zone", "setup.municipality.county",
                   "setup.municipality.cadence.wall_time", "setup.organisations[4].name",
                   "setup.organisations[0].authority", "setup.organisations[3].default_class",
                   "setup.members[0].units[0]", "setup.areas[0].parent", "setup.areas[2].parent"}));
}

TEST(ApplySetup, SomebodyRemainsCoordinator) {
  ContentWorld world;
  v1::Setup setup = SetupOf(world);
  setup.clear_members();
  EXPECT_EQ(RefusalOf(PlanOf(world, setup).status()).violations[0].field, "setup.members");
}

TEST(ApplySetup, WhoSetsUpIsWrittenLast) {
  ContentWorld world;
  v1::Setup setup = SetupOf(world);
  for (v1::Member& member : *setup.mutable_members()) {
    if (member.name() == MemberName("samordnare")) member.clear_roles();
    if (member.name() == MemberName("samordnare")) member.add_roles(v1::ROLE_REPORTER);
    if (member.name() == MemberName("polis")) member.add_roles(v1::ROLE_COORDINATOR);
  }
  v1::Area& area = *setup.add_areas();
  area.set_name(AreaName("sist"));
  area.set_display_name("Sist");
  const auto plan = PlanOf(world, setup);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_THAT(plan->steps, SizeIs(1));
  EXPECT_EQ(NameOf(plan->steps[0].back()), MemberName("samordnare"));
}

TEST(ApplySetup, IsOfOneMunicipality) {
  ContentWorld world;
  v1::Setup setup = SetupOf(world);
  setup.mutable_municipality()->set_name("municipalities/0192");
  EXPECT_EQ(ReasonOf(PlanOf(world, setup).status()), v1::ERROR_REASON_NOT_FOUND);
}

}  // namespace
}  // namespace samsyn::domain
