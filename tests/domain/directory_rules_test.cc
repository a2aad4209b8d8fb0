// The directory: who sets up what, and what a municipality begins with.
#include "server/domain/directory_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/access_rules.h"
#include "server/domain/policy.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::AreaName;
using testing::ContentWorld;
using ::testing::ElementsAre;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using testing::UnitName;

v1::ErrorReason ReasonOrNone(const absl::Status& status) {
  return status.ok() ? v1::ERROR_REASON_UNSPECIFIED : ReasonOf(status);
}
absl::Status Issue(const v1::IssueTokenRequest& request, Transaction& transaction) {
  return IssueToken(request, Digest{1}, transaction);
}

TEST(CreateMunicipality, BeginsWithACoordinator) {
  Picture empty;
  const absl::Time now = absl::FromUnixSeconds(1795795200);
  Transaction transaction(empty, "municipalities/0192", {"system", ""}, now, 1, "r");
  ASSERT_TRUE(CreateMunicipality("0192", "Nynäshamn", "Stockholms län", transaction).ok());
  const auto municipality = transaction.Get<v1::Municipality>("municipalities/0192");
  ASSERT_NE(municipality, nullptr);
  EXPECT_EQ(municipality->display_name(), "Nynäshamn");
  EXPECT_TRUE(DueTimeOf(*transaction.Find("municipalities/0192")).has_value());
  const auto member = transaction.Get<v1::Member>("municipalities/0192/members/samordnare");
  ASSERT_NE(member, nullptr);
  EXPECT_TRUE(HasRole(*member, v1::ROLE_COORDINATOR));
  const auto organisation = transaction.Get<v1::Organisation>(member->organisation());
  ASSERT_NE(organisation, nullptr);
  EXPECT_TRUE(organisation->authority());
  EXPECT_EQ(ReasonOf(CreateMunicipality("0192", "Nynäshamn", "Stockholms län", transaction)),
            v1::ERROR_REASON_ID_TAKEN);
}

TEST(CreateMunicipality, RefusesWhatIsNoCode) {
  Picture empty;
  Transaction transaction(empty, "municipalities/0192", {"system", ""}, absl::UnixEpoch(), 1, "r");
  for (const char* code : {"", "19", "01922", "../x", "0a92"}) {
    EXPECT_EQ(ReasonOf(CreateMunicipality(code, "X", "Y", transaction)),
              v1::ERROR_REASON_INVALID_FIELDS)
        << code;
  }
  EXPECT_TRUE(transaction.empty());
}

v1::AddMemberRequest NewMember(absl::string_view organisation, v1::Role role) {
  v1::AddMemberRequest request;
  request.set_municipality(kMunicipality);
  request.mutable_member()->set_organisation(OrganisationName(organisation));
  request.mutable_member()->set_display_name("Ny");
  request.mutable_member()->add_roles(role);
  return request;
}

TEST(AddMember, DispatchersAddReportersAndFieldStaffOfTheirOwn) {
  struct Row {
    const char* who;
    const char* organisation;
    v1::Role role;
    v1::ErrorReason refused;
  };
  ContentWorld world;
  for (const Row& row :
       {Row{"samordnare", "polisen", v1::ROLE_CHAIR, v1::ERROR_REASON_UNSPECIFIED},
        {"vard", "bostader", v1::ROLE_FIELD, v1::ERROR_REASON_UNSPECIFIED},
        {"vard", "bostader", v1::ROLE_REPORTER, v1::ERROR_REASON_UNSPECIFIED},
        {"vard", "bostader", v1::ROLE_COORDINATOR, v1::ERROR_REASON_ROLE_MISSING},
        {"vard", "bostader", v1::ROLE_PARTNER_SYSTEM, v1::ERROR_REASON_ROLE_MISSING},
        {"vard", "polisen", v1::ROLE_FIELD, v1::ERROR_REASON_NOT_YOUR_ORGANISATION},
        {"rapportor", "kommunen", v1::ROLE_FIELD, v1::ERROR_REASON_ROLE_MISSING},
        {"samordnare", "nobody", v1::ROLE_FIELD, v1::ERROR_REASON_INVALID_FIELDS}}) {
    const absl::Status status = world.Do(row.who, NewMember(row.organisation, row.role), AddMember);
    EXPECT_EQ(ReasonOrNone(status), row.refused) << row.who << " " << v1::Role_Name(row.role);
  }
}

TEST(AddMember, DispatchersGiveNoRightToWriteSources) {
  ContentWorld world;
  v1::AddMemberRequest request = NewMember("bostader", v1::ROLE_REPORTER);
  request.mutable_member()->add_source_uris(testing::kFeed);
  EXPECT_EQ(ReasonOf(world.Do("vard", request, AddMember)), v1::ERROR_REASON_ROLE_MISSING);
}

TEST(AddMember, SomebodyHasANameOrAFunction) {
  ContentWorld world;
  v1::AddMemberRequest request = NewMember("polisen", v1::ROLE_FIELD);
  request.mutable_member()->clear_display_name();
  const absl::Status status = world.Do("samordnare", request, AddMember);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_INVALID_FIELDS);
  EXPECT_EQ(RefusalOf(status).violations.front().field, "member.display_name");
  request.mutable_member()->set_function("patrull");
  ASSERT_TRUE(world.Do("samordnare", request, AddMember).ok());
  v1::UpdateMemberRequest update;
  *update.mutable_member() = world.Result<v1::Member>();
  update.mutable_member()->clear_function();
  EXPECT_EQ(ReasonOf(world.Do("samordnare", update, UpdateMember)),
            v1::ERROR_REASON_INVALID_FIELDS);
}

TEST(AddMember, IdsAreChosenOnce) {
  ContentWorld world;
  v1::AddMemberRequest request = NewMember("polisen", v1::ROLE_FIELD);
  request.set_member_id("anna");
  ASSERT_TRUE(world.Do("samordnare", request, AddMember).ok());
  EXPECT_EQ(world.results().front(), MemberName("anna"));
  EXPECT_EQ(ReasonOf(world.Do("samordnare", request, AddMember)), v1::ERROR_REASON_ID_TAKEN);
  request.set_member_id("../x");
  EXPECT_EQ(ReasonOf(world.Do("samordnare", request, AddMember)), v1::ERROR_REASON_INVALID_FIELDS);
}

TEST(UpdateMember, ReplacesWhatMayChangeAndNothingElse) {
  ContentWorld world;
  v1::UpdateMemberRequest request;
  *request.mutable_member() = world.Now<v1::Member>(MemberName("rapportor"));
  request.mutable_member()->set_phone("08-1");
  request.mutable_member()->set_removed(true);
  ASSERT_TRUE(world.Do("samordnare", request, UpdateMember).ok());
  EXPECT_EQ(world.Result<v1::Member>().phone(), "08-1");
  EXPECT_FALSE(world.Result<v1::Member>().removed());
  EXPECT_EQ(ReasonOf(world.Do("vard", request, UpdateMember)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  request.mutable_member()->set_organisation(OrganisationName("polisen"));
  EXPECT_EQ(ReasonOf(world.Do("samordnare", request, UpdateMember)),
            v1::ERROR_REASON_INVALID_FIELDS);
}

TEST(UpdateMember, SomebodyRemainsCoordinator) {
  ContentWorld world;
  v1::UpdateMemberRequest request;
  *request.mutable_member() = world.Now<v1::Member>(MemberName("samordnare"));
  request.mutable_member()->clear_roles();
  request.mutable_member()->add_roles(v1::ROLE_REPORTER);
  EXPECT_EQ(ReasonOf(world.Do("samordnare", request, UpdateMember)), v1::ERROR_REASON_WRONG_STATE);
  world.AddMember("annan", "kommunen", {v1::ROLE_COORDINATOR});
  EXPECT_TRUE(world.Do("samordnare", request, UpdateMember).ok());
}

TEST(RemoveMember, VoidsItsTokensAndKeepsItsName) {
  ContentWorld world;
  v1::IssueTokenRequest issue;
  issue.set_member(MemberName("larm"));
  ASSERT_TRUE(world.Do("samordnare", issue, Issue).ok());
  const std::string token = world.results().front();
  v1::RemoveMemberRequest request;
  request.set_name(MemberName("larm"));
  ASSERT_TRUE(world.Do("samordnare", request, RemoveMember).ok());
  EXPECT_TRUE(world.Now<v1::Member>(MemberName("larm")).removed());
  EXPECT_TRUE(world.Now<v1::Token>(token).has_revoke_time());
  EXPECT_EQ(
      ReasonOf(world.Do("larm", ContentWorld::ReportOf(v1::CATEGORY_FIRE, "x"), SubmitReport)),
      v1::ERROR_REASON_IDENTITY_ENDED);
  request.set_name(MemberName("samordnare"));
  EXPECT_EQ(ReasonOf(world.Do("samordnare", request, RemoveMember)), v1::ERROR_REASON_WRONG_STATE);
}

TEST(UpsertUnit, IsItsOrganisations) {
  ContentWorld world;
  v1::UpsertUnitRequest request;
  v1::Unit& unit = *request.mutable_unit();
  unit.set_name(UnitName("vardar"));
  unit.set_organisation(OrganisationName("bostader"));
  unit.set_display_name("Värdar");
  unit.set_power(v1::Unit::POWER_HOST);
  EXPECT_EQ(ReasonOf(world.Do("polis", request, UpsertUnit)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  ASSERT_TRUE(world.Do("vard", request, UpsertUnit).ok());
  EXPECT_EQ(world.Result<v1::Unit>().owner(), OrganisationName("bostader"));
  unit.set_organisation(OrganisationName("polisen"));
  EXPECT_EQ(ReasonOf(world.Do("polis", request, UpsertUnit)), v1::ERROR_REASON_INVALID_FIELDS);
  unit.set_organisation(OrganisationName("bostader"));
  unit.add_directing_organisations(OrganisationName("nobody"));
  EXPECT_EQ(RefusalOf(world.Do("vard", request, UpsertUnit)).violations[0].field,
            "unit.directing_organisations[0]");
  unit.clear_directing_organisations();
  request.set_etag("\"1\"");
  EXPECT_EQ(ReasonOf(world.Do("vard", request, UpsertUnit)), v1::ERROR_REASON_ETAG_MISMATCH);
}

// One row an area: what is wrong with it, by the field that says so.
TEST(UpsertArea, ChecksNamesParentsAndBorders) {
  ContentWorld world;
  const auto ring = [](v1::Area& area, std::initializer_list<std::pair<double, double>> points) {
    for (const auto& [latitude, longitude] : points) {
      v1::LatLng& point = *area.mutable_polygon()->add_points();
      point.set_latitude_deg(latitude);
      point.set_longitude_deg(longitude);
    }
  };
  struct Row {
    const char* what;
    std::function<void(v1::Area&)> make;
    const char* field;
  };
  const Row table[] = {
      {"good", [](v1::Area&) {}, ""},
      {"a reserved word", [](v1::Area& a) { a.set_name(AreaName("unlocated")); }, "area.name"},
      {"capitals", [](v1::Area& a) { a.set_name(AreaName("Handen")); }, "area.name"},
      {"elsewhere", [](v1::Area& a) { a.set_name("municipalities/0192/areas/x"); }, "area.name"},
      {"in itself", [](v1::Area& a) { a.set_parent(a.name()); }, "area.parent"},
      {"in nothing", [](v1::Area& a) { a.set_parent(AreaName("nowhere")); }, "area.parent"},
      {"nobody's", [](v1::Area& a) { a.set_responsible_organisation(OrganisationName("nobody")); },
       "area.responsible_organisation"},
      {"three points",
       [&](v1::Area& a) {
         ring(a, {{59.1, 18.1}, {59.2, 18.1}, {59.1, 18.1}});
       },
       "area.polygon"},
      {"open",
       [&](v1::Area& a) {
         ring(a, {{59.1, 18.1}, {59.2, 18.1}, {59.2, 18.2}, {59.1, 18.2}});
       },
       "area.polygon"},
      {"swapped",
       [&](v1::Area& a) {
         ring(a, {{18.1, 59.1}, {18.1, 59.2}, {18.2, 59.2}, {18.1, 59.1}});
       },
       "area.polygon"},
      {"a bow tie",
       [&](v1::Area& a) {
         ring(a, {{59.1, 18.1}, {59.2, 18.2}, {59.1, 18.2}, {59.2, 18.1}, {59.1, 18.1}});
       },
       "area.polygon"},
      {"clockwise",
       [&](v1::Area& a) {
         ring(a, {{59.1, 18.1}, {59.2, 18.1}, {59.2, 18.2}, {59.1, 18.1}});
       },
       ""},
      {"digital with a border",
       [&](v1::Area& a) {
         a.set_kind(v1::Area::KIND_DIGITAL);
         ring(a, {{59.1, 18.1}, {59.2, 18.1}, {59.2, 18.2}, {59.1, 18.1}});
       },
       "area.polygon"},
  };
  for (const Row& row : table) {
    v1::UpsertAreaRequest request;
    request.mutable_area()->set_name(AreaName("nytt"));
    request.mutable_area()->set_display_name("Nytt");
    row.make(*request.mutable_area());
    const absl::Status status = world.Do("samordnare", request, UpsertArea);
    EXPECT_EQ(status.ok(), *row.field == '\0') << row.what << ": " << status;
    if (!status.ok() && *row.field != '\0') {
      EXPECT_EQ(RefusalOf(status).violations[0].field, row.field) << row.what;
    }
  }
  v1::UpsertAreaRequest request;
  request.mutable_area()->set_name(AreaName("handen"));
  EXPECT_EQ(ReasonOf(world.Do("polis", request, UpsertArea)), v1::ERROR_REASON_ROLE_MISSING);
}

TEST(RegisterShift, IsSaidByTheUnitsDispatcherAndSeenByAll) {
  ContentWorld world;
  world.AddUnit("bil", "polisen");
  v1::RegisterShiftRequest request;
  v1::Shift& shift = *request.mutable_shift();
  shift.set_unit(UnitName("bil"));
  shift.set_people(2);
  *shift.mutable_window()->mutable_start_time() = TimestampOf(world.now());
  *shift.mutable_window()->mutable_end_time() = TimestampOf(world.now() + absl::Hours(8));
  EXPECT_EQ(ReasonOf(world.Do("vard", request, RegisterShift)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  shift.add_areas(AreaName("nowhere"));
  EXPECT_EQ(ReasonOf(world.Do("polis", request, RegisterShift)), v1::ERROR_REASON_NOT_FOUND);
  shift.clear_areas();
  ASSERT_TRUE(world.Do("polis", request, RegisterShift).ok());
  const std::string name = world.results().front();
  EXPECT_NE(world.ShownTo("vard", name), nullptr);
  shift.set_name(name);
  shift.set_people(4);
  ASSERT_TRUE(world.Do("polis", request, RegisterShift).ok());
  EXPECT_EQ(world.results().front(), name);
  EXPECT_EQ(world.Now<v1::Shift>(name).people(), 4);
}

TEST(OnMunicipalityDue, MovesTheSituationsWindowAtFiveLocalTime) {
  ContentWorld world;  // Friday 27 November 2026, 17:00 in Stockholm
  world.Advance(absl::Hours(11));
  EXPECT_EQ(TimeOf(world.Now<v1::Municipality>(kMunicipality).situation_time()),
            world.now() - absl::Hours(11));
  world.Advance(absl::Hours(2));  // past 05:00 on Saturday
  EXPECT_EQ(TimeOf(world.Now<v1::Municipality>(kMunicipality).situation_time()),
            world.now() - absl::Hours(1));
  const Revision revision = world.revision();
  world.Advance(absl::Hours(22));
  EXPECT_EQ(world.revision(), revision);
}

// A person for tonight: who, on what number, in which unit, until when; then it is over by itself.
TEST(AddMember, ADispatcherAddsSomebodyForTheNight) {
  ContentWorld world;
  world.AddUnit("vardar", "bostader");
  v1::AddMemberRequest request = NewMember("bostader", v1::ROLE_FIELD);
  request.mutable_member()->set_phone("070-1");
  request.mutable_member()->add_units(UnitName("vardar"));
  *request.mutable_member()->mutable_expire_time() = TimestampOf(world.now() + absl::Hours(10));
  ASSERT_TRUE(world.Do("vard", request, AddMember).ok());
  const v1::Member member = world.Result<v1::Member>();
  EXPECT_EQ(world.ShownTo("vard", member.name())->member().phone(), "070-1");
  EXPECT_FALSE(world.ShownTo("polis", member.name())->member().has_expire_time());
  v1::IssueTokenRequest issue;
  issue.set_member(member.name());
  ASSERT_TRUE(world.Do("vard", issue, Issue).ok());
  const std::string token = world.results().front();
  world.Advance(absl::Hours(10));
  EXPECT_TRUE(world.Now<v1::Member>(member.name()).removed());
  EXPECT_TRUE(world.Now<v1::Token>(token).has_revoke_time());
  request.mutable_member()->clear_units();
  EXPECT_EQ(ReasonOrNone(world.Do("vard", request, AddMember)), v1::ERROR_REASON_INVALID_FIELDS)
      << "that time is over";
}

TEST(UpdateMember, SomebodyRemainsACoordinatorWithoutAnEnd) {
  ContentWorld world;
  v1::UpdateMemberRequest request;
  *request.mutable_member() = world.Now<v1::Member>(MemberName("samordnare"));
  *request.mutable_member()->mutable_expire_time() = TimestampOf(world.now() + absl::Hours(1));
  EXPECT_EQ(ReasonOrNone(world.Do("samordnare", request, UpdateMember)),
            v1::ERROR_REASON_WRONG_STATE);
  world.AddMember("annan", "kommunen", {v1::ROLE_COORDINATOR});
  ASSERT_TRUE(world.Do("samordnare", request, UpdateMember).ok());
  v1::RemoveMemberRequest remove;
  remove.set_name(MemberName("annan"));
  EXPECT_EQ(ReasonOrNone(world.Do("samordnare", remove, RemoveMember)),
            v1::ERROR_REASON_WRONG_STATE);
}

}  // namespace
}  // namespace samsyn::domain
