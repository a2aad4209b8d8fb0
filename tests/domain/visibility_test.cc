// R6: who may see what. Every class for every audience, what is withheld of what is seen, guards.
#include "server/domain/visibility.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "server/domain/policy.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using testing::UnitName;

std::string Named(absl::string_view kind) { return absl::StrCat(kMunicipality, "/", kind, "/x"); }

template <typename T>
T Owned(absl::string_view kind, absl::string_view owner, v1::ReleaseClass release_class,
        std::initializer_list<absl::string_view> named = {}) {
  T message;
  message.set_name(Named(kind));
  message.set_owner(OrganisationName(owner));
  message.mutable_release()->set_release_class(release_class);
  for (const absl::string_view id : named) {
    message.mutable_release()->add_organisations(OrganisationName(id));
  }
  return message;
}

void Meet(ContentWorld& world, std::initializer_list<absl::string_view> present) {
  v1::Meeting meeting = Owned<v1::Meeting>("meetings", "kommunen", v1::RELEASE_CLASS_PARTNER);
  *meeting.mutable_open_time() = TimestampOf(world.now());
  for (const absl::string_view id : present) {
    meeting.add_attending_organisations(OrganisationName(id));
  }
  world.Put(meeting);
}

TEST(R6, EveryClassForEveryAudience) {
  struct Row {
    const char* owner;
    v1::ReleaseClass release_class;
    std::initializer_list<absl::string_view> named;
    const char* seen_by;  // of: kommunen, polisen, bostader, soc
  };
  const Row table[] = {
      {"bostader", v1::RELEASE_CLASS_PUBLIC, {}, "kommunen polisen bostader soc "},
      {"bostader", v1::RELEASE_CLASS_PARTNER, {}, "kommunen polisen bostader soc "},
      {"bostader", v1::RELEASE_CLASS_AUTHORITY, {}, "kommunen polisen bostader soc "},
      {"polisen", v1::RELEASE_CLASS_AUTHORITY, {}, "kommunen polisen soc "},
      {"polisen", v1::RELEASE_CLASS_AUTHORITY, {"bostader"}, "kommunen polisen bostader soc "},
      {"polisen", v1::RELEASE_CLASS_RESTRICTED, {}, "polisen "},
      {"polisen", v1::RELEASE_CLASS_RESTRICTED, {"bostader"}, "polisen bostader "},
      {"soc", v1::RELEASE_CLASS_RESTRICTED, {"kommunen", "polisen"}, "kommunen polisen soc "},
      {"polisen", v1::RELEASE_CLASS_UNSPECIFIED, {}, "polisen "},
      {"polisen", static_cast<v1::ReleaseClass>(9), {}, "polisen "},
  };
  const std::pair<const char*, const char*> members[] = {
      {"kommunen", "rapportor"}, {"polisen", "polis"}, {"bostader", "vard"}, {"soc", "falt"}};
  for (const Row& row : table) {
    ContentWorld world;
    world.Put(Owned<v1::Problem>("problems", row.owner, row.release_class, row.named));
    std::string seen;
    for (const auto& [organisation, member] : members) {
      if (world.ShownTo(member, Named("problems"))) absl::StrAppend(&seen, organisation, " ");
    }
    EXPECT_EQ(seen, row.seen_by) << row.owner << " " << row.release_class;
    EXPECT_EQ(world.ShownTo("revisor", Named("problems")), nullptr) << "an auditor sees nothing";
  }
}

TEST(R6, TheDirectoryIsEverybodysAndTheMunicipalityEvenTheAuditors) {
  ContentWorld world;
  world.AddUnit("bil", "polisen");
  for (const std::string& name : {OrganisationName("soc"), MemberName("polis"), UnitName("bil"),
                                  testing::AreaName("handen"), std::string(kMunicipality)}) {
    EXPECT_NE(world.ShownTo("vard", name), nullptr) << name;
    EXPECT_EQ(world.ShownTo("revisor", name) != nullptr, name == kMunicipality) << name;
  }
}

TEST(R6, OtherMunicipalitiesAndUnknownKindsAreNobodys) {
  ContentWorld world;
  v1::Problem elsewhere = Owned<v1::Problem>("problems", "polisen", v1::RELEASE_CLASS_PUBLIC);
  elsewhere.set_name("municipalities/0192/problems/x");
  EXPECT_FALSE(CanSee(world.AudienceFor("polis"), Wrap(elsewhere)));
  EXPECT_FALSE(CanSee(world.AudienceFor("polis"), v1::Entity()));
  Audience everything;
  everything.everything = true;
  EXPECT_FALSE(CanSee(everything, v1::Entity()));
  EXPECT_TRUE(CanSee(everything, Wrap(elsewhere)));
}

TEST(R6, WhoWasRemovedSeesNothing) {
  ContentWorld world;
  v1::Member gone = world.Now<v1::Member>(MemberName("vard"));
  gone.set_removed(true);
  world.Put(gone);
  EXPECT_EQ(world.ShownTo("vard", OrganisationName("bostader")), nullptr);
  EXPECT_EQ(world.ShownTo("nobody", OrganisationName("bostader")), nullptr);
}

TEST(R6, NamesOfPeopleAreForTheirOwnAndCoordinators) {
  ContentWorld world;
  v1::Member member = world.Now<v1::Member>(MemberName("polis"));
  member.set_phone("070");
  member.set_function("yttre befäl");
  world.Put(member);
  const v1::Report report = world.Submit("polis");
  const std::map<std::string, bool> rows = {{"polis", true},
                                            {"samordnare", true},
                                            {"rapportor", false},
                                            {"vard", false},
                                            {"skarm", false}};
  for (const auto& [viewer, sees] : rows) {
    const EntityPtr shown = world.ShownTo(viewer, MemberName("polis"));
    ASSERT_NE(shown, nullptr);
    EXPECT_EQ(!shown->member().display_name().empty(), sees) << viewer;
    EXPECT_EQ(!shown->member().phone().empty(), sees) << viewer;
    EXPECT_EQ(shown->member().function(), "yttre befäl");
    EXPECT_EQ(!world.ShownTo(viewer, report.name())->report().reporter().empty(), sees) << viewer;
  }
}

TEST(R6, WithWhomSomethingIsSharedIsTheOwnersToKnow) {
  ContentWorld world;
  world.Put(
      Owned<v1::Problem>("problems", "soc", v1::RELEASE_CLASS_RESTRICTED, {"kommunen", "polisen"}));
  v1::Release release =
      Owned<v1::Release>("releases", "soc", v1::RELEASE_CLASS_RESTRICTED, {"kommunen", "polisen"});
  release.add_organisations(OrganisationName("kommunen"));
  release.add_organisations(OrganisationName("polisen"));
  release.set_decided_by(MemberName("granskare"));
  world.Put(release);
  EXPECT_EQ(world.ShownTo("falt", Named("problems"))->problem().release().organisations_size(), 2);
  EXPECT_EQ(world.ShownTo("polis", Named("problems"))->problem().release().organisations_size(), 0);
  EXPECT_EQ(world.ShownTo("falt", release.name())->release().organisations_size(), 2);
  const v1::Release shown = world.ShownTo("polis", release.name())->release();
  EXPECT_THAT(shown.organisations(), ElementsAre(OrganisationName("polisen")));
  EXPECT_THAT(shown.release().organisations(), IsEmpty());
  EXPECT_EQ(shown.decided_by(), "");
}

TEST(R6, WhatNeedsNoRedactionIsShownAsItIs) {
  ContentWorld world;
  world.Put(Owned<v1::Problem>("problems", "soc", v1::RELEASE_CLASS_PARTNER));
  EXPECT_EQ(world.ShownTo("vard", Named("problems")), world.picture().Find(Named("problems")));
}

TEST(R6, AScreenSeesWhatEveryOrganisationPresentSees) {
  ContentWorld world;
  v1::Problem partner = Owned<v1::Problem>("problems", "polisen", v1::RELEASE_CLASS_PARTNER);
  v1::Problem authority = Owned<v1::Problem>("problems", "polisen", v1::RELEASE_CLASS_AUTHORITY);
  authority.set_name(absl::StrCat(kMunicipality, "/problems/authority"));
  v1::Problem own = Owned<v1::Problem>("problems", "kommunen", v1::RELEASE_CLASS_RESTRICTED);
  own.set_name(absl::StrCat(kMunicipality, "/problems/own"));
  for (const auto& problem : {partner, authority, own}) world.Put(problem);
  const auto seen = [&] {
    std::string names;
    for (const auto& problem : {partner, authority, own}) {
      if (world.ShownTo("skarm", problem.name())) names += problem.name().back();
    }
    return names;
  };
  EXPECT_EQ(seen(), "x") << "before attendance: PARTNER, never its own organisation's";
  Meet(world, {"kommunen", "polisen"});
  EXPECT_EQ(seen(), "xy");
  Meet(world, {"kommunen", "polisen", "bostader"});
  EXPECT_EQ(seen(), "x") << "it narrows when somebody joins";
  Meet(world, {"kommunen"});
  EXPECT_EQ(seen(), "xyn");
}

TEST(R6, AssignmentsAreForTheirOrganisationTheChairAndTheNightLead) {
  ContentWorld world;
  v1::Member chair;
  world.AddMember("ledare", "bostader", {v1::ROLE_CHAIR});
  world.Put(Owned<v1::Assignment>("assignments", "polisen", v1::RELEASE_CLASS_RESTRICTED));
  const auto seen = [&](absl::string_view member) {
    return world.ShownTo(member, Named("assignments")) != nullptr;
  };
  EXPECT_TRUE(seen("polis"));
  EXPECT_TRUE(seen("samordnare")) << "leads the night while nobody is named";
  EXPECT_FALSE(seen("ledare"));
  EXPECT_FALSE(seen("skarm"));
  v1::Meeting meeting = Owned<v1::Meeting>("meetings", "kommunen", v1::RELEASE_CLASS_PARTNER);
  *meeting.mutable_open_time() = TimestampOf(world.now());
  meeting.set_chair(MemberName("ledare"));
  meeting.mutable_night_lead()->set_member(MemberName("falt"));
  world.Put(meeting);
  EXPECT_TRUE(seen("ledare"));
  EXPECT_TRUE(seen("falt"));
  EXPECT_FALSE(seen("samordnare"));
  EXPECT_FALSE(seen("granskare")) << "not for the night lead's whole organisation";
}

TEST(R6, OthersSeeThatAUnitIsConfirmedNotWhich) {
  ContentWorld world;
  v1::Deployment deployment =
      Owned<v1::Deployment>("deployments", "kommunen", v1::RELEASE_CLASS_PARTNER);
  v1::Commitment& commitment = *deployment.add_commitments();
  commitment.set_organisation(OrganisationName("polisen"));
  commitment.set_directed_by(OrganisationName("soc"));
  commitment.set_unit(UnitName("bil"));
  commitment.set_assignment(Named("assignments"));
  commitment.set_override_reason("hemligt");
  world.Put(deployment);
  for (const auto& [viewer, sees] : std::map<std::string, bool>{{"polis", true},
                                                                {"falt", true},
                                                                {"samordnare", true},
                                                                {"vard", false},
                                                                {"rapportor", false},
                                                                {"skarm", false}}) {
    const EntityPtr shown = world.ShownTo(viewer, deployment.name());
    ASSERT_NE(shown, nullptr) << viewer;
    const v1::Commitment& seen = shown->deployment().commitments(0);
    EXPECT_EQ(seen.organisation(), OrganisationName("polisen"));
    EXPECT_EQ(!seen.unit().empty(), sees) << viewer;
    EXPECT_EQ(!seen.assignment().empty(), sees) << viewer;
    EXPECT_EQ(!seen.override_reason().empty(), sees) << viewer;
  }
}

// One row a pair: whether everybody who sees the narrow one sees the wide one, whatever happens to
// flags.
TEST(R6, CoversOnlyWhatIsCertain) {
  struct Row {
    v1::ReleaseClass wide;
    const char* wide_owner;
    std::initializer_list<absl::string_view> wide_named;
    v1::ReleaseClass narrow;
    const char* narrow_owner;
    std::initializer_list<absl::string_view> narrow_named;
    bool covers;
  };
  const auto partner = v1::RELEASE_CLASS_PARTNER;
  const auto authority = v1::RELEASE_CLASS_AUTHORITY;
  const auto restricted = v1::RELEASE_CLASS_RESTRICTED;
  const Row table[] = {
      {partner, "a", {}, partner, "b", {}, true},
      {partner, "a", {}, restricted, "b", {"c"}, true},
      {authority, "a", {}, partner, "a", {}, false},
      {authority, "a", {}, authority, "a", {}, true},
      {authority, "a", {}, authority, "b", {}, false},
      {authority, "a", {}, restricted, "a", {}, true},
      {authority, "a", {"b"}, restricted, "a", {"b"}, true},
      {restricted, "a", {}, restricted, "a", {}, true},
      {restricted, "a", {"b"}, restricted, "a", {"b"}, true},
      {restricted, "a", {"b"}, restricted, "b", {}, true},
      {restricted, "a", {}, restricted, "a", {"b"}, false},
      {restricted, "a", {}, authority, "a", {}, false},
      {restricted, "a", {}, partner, "a", {}, false},
  };
  for (const Row& row : table) {
    const auto wide = Owned<v1::Problem>("problems", row.wide_owner, row.wide, row.wide_named);
    const auto narrow =
        Owned<v1::Problem>("problems", row.narrow_owner, row.narrow, row.narrow_named);
    EXPECT_EQ(Covers(wide.release(), wide.owner(), narrow.release(), narrow.owner()), row.covers)
        << &row - table;
  }
}

TEST(R6, GuardsHideNamesFromWhoMayNotSeeWhatTheyName) {
  ContentWorld world;
  v1::Problem secret = Owned<v1::Problem>("problems", "soc", v1::RELEASE_CLASS_RESTRICTED);
  world.Put(secret);
  v1::Deployment deployment =
      Owned<v1::Deployment>("deployments", "kommunen", v1::RELEASE_CLASS_PARTNER);
  deployment.set_problem(secret.name());
  SetGuards(world.picture(), deployment);
  world.Put(deployment);
  v1::Meeting meeting = Owned<v1::Meeting>("meetings", "kommunen", v1::RELEASE_CLASS_PARTNER);
  meeting.add_priorities(secret.name());
  SetGuards(world.picture(), meeting);
  world.Put(meeting);
  const auto names = [&](absl::string_view member) {
    const v1::Deployment shown = world.ShownTo(member, deployment.name())->deployment();
    const v1::Meeting held = world.ShownTo(member, meeting.name())->meeting();
    EXPECT_THAT(shown.guards(), IsEmpty());
    EXPECT_THAT(held.guards(), IsEmpty());
    EXPECT_EQ(!shown.problem().empty(), held.priorities_size() == 1);
    return !shown.problem().empty();
  };
  EXPECT_TRUE(names("falt"));
  EXPECT_FALSE(names("polis"));
  // The release of what is named widens: all that names it gets a new version with it.
  secret.mutable_release()->set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  Transaction transaction(world.picture(), kMunicipality, {"system", ""}, world.now(),
                          world.revision() + 1, "r");
  transaction.Put(secret);
  RefreshGuards(secret.name(), transaction);
  EXPECT_THAT(transaction.changed(),
              ::testing::UnorderedElementsAre(secret.name(), deployment.name(), meeting.name()));
  for (const std::string& name : transaction.changed()) {
    const EntityPtr version = transaction.Find(name);
    VisitEntity(*version, [&](const auto& message) { world.Put(message); });
  }
  EXPECT_TRUE(names("polis"));
  EXPECT_FALSE(names("vard"));
}

TEST(R6, ALeaderSeesAnAssignmentWithoutTheNameOfWhatItMayNotSee) {
  ContentWorld world;
  world.Put(Owned<v1::Deployment>("deployments", "polisen", v1::RELEASE_CLASS_RESTRICTED));
  v1::Assignment assignment =
      Owned<v1::Assignment>("assignments", "polisen", v1::RELEASE_CLASS_RESTRICTED);
  assignment.set_deployment(Named("deployments"));
  SetGuards(world.picture(), assignment);
  world.Put(assignment);
  EXPECT_EQ(world.ShownTo("polis", assignment.name())->assignment().deployment(),
            Named("deployments"));
  EXPECT_EQ(world.ShownTo("samordnare", assignment.name())->assignment().deployment(), "");
}

TEST(Audience, IsTheSameForWhoSeesTheSame) {
  ContentWorld world;
  world.AddMember("annan", "kommunen", {v1::ROLE_REPORTER});
  EXPECT_EQ(world.AudienceFor("annan"), world.AudienceFor("rapportor"));
  EXPECT_EQ(world.AudienceFor("annan").Key(), world.AudienceFor("rapportor").Key());
  for (const char* other : {"samordnare", "polis", "vard", "skarm", "revisor", "nobody"}) {
    EXPECT_NE(world.AudienceFor("annan").Key(), world.AudienceFor(other).Key()) << other;
  }
}

}  // namespace
}  // namespace samsyn::domain
