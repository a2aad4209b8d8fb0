// Lists: pages, filters, and that nothing hidden shows in either.
#include "server/domain/lists.h"

#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::AreaName;
using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using ::testing::SizeIs;
using testing::UnitName;
using ::testing::UnorderedElementsAre;

v1::ListReportsRequest Reports(int page_size = 0) {
  v1::ListReportsRequest request;
  request.set_municipality(kMunicipality);
  request.set_page_size(page_size);
  return request;
}

std::vector<std::string> Names(const ContentWorld& world, absl::string_view member,
                               const v1::ListReportsRequest& request) {
  v1::ListReportsResponse response;
  EXPECT_TRUE(ListReports(request, world.picture(), world.AudienceFor(member), &response).ok());
  std::vector<std::string> names;
  for (const v1::Report& report : response.reports()) names.push_back(report.name());
  return names;
}

TEST(Lists, PagesTogetherNameEachOnceInOrder) {
  ContentWorld world;
  std::set<std::string> expected;
  for (int i = 0; i < 25; ++i) {
    expected.insert(world.Submit("vard").name());
    world.Submit("falt");  // RESTRICTED, in between
  }
  std::vector<std::string> all;
  v1::ListReportsRequest request = Reports(10);
  int pages = 0;
  do {
    v1::ListReportsResponse response;
    ASSERT_TRUE(ListReports(request, world.picture(), world.AudienceFor("polis"), &response).ok());
    EXPECT_LE(response.reports_size(), 10);
    for (const v1::Report& report : response.reports()) all.push_back(report.name());
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(all, ::testing::ElementsAreArray(expected));
}

TEST(Lists, TheLastPageSaysSoAndHiddenOnesDoNotShowInTheToken) {
  ContentWorld world;
  for (int i = 0; i < 3; ++i) world.Submit("vard");
  for (int i = 0; i < 20; ++i) world.Submit("falt");
  v1::ListReportsResponse response;
  ASSERT_TRUE(ListReports(Reports(3), world.picture(), world.AudienceFor("polis"), &response).ok());
  EXPECT_THAT(response.reports(), SizeIs(3));
  EXPECT_EQ(response.next_page_token(), "") << "nothing more that this audience sees";
  response.Clear();
  ASSERT_TRUE(ListReports(Reports(2), world.picture(), world.AudienceFor("polis"), &response).ok());
  std::string position;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(response.next_page_token(), &position));
  EXPECT_TRUE(absl::EndsWith(position, response.reports(1).name()));
}

TEST(Lists, MalformedTokensAndOtherMunicipalitiesAreRefused) {
  ContentWorld world;
  for (const std::string& token :
       {std::string("x"), std::string("!!"), absl::WebSafeBase64Escape("1:municipalities/0136"),
        absl::WebSafeBase64Escape("1:municipalities/0136/areas/a"), std::string(300, 'A')}) {
    v1::ListReportsRequest request = Reports();
    request.set_page_token(token);
    v1::ListReportsResponse response;
    EXPECT_EQ(
        ReasonOf(ListReports(request, world.picture(), world.AudienceFor("polis"), &response)),
        v1::ERROR_REASON_INVALID_FIELDS)
        << token;
  }
  v1::ListReportsRequest request = Reports();
  request.set_municipality("municipalities/0192");
  v1::ListReportsResponse response;
  EXPECT_EQ(ReasonOf(ListReports(request, world.picture(), world.AudienceFor("polis"), &response)),
            v1::ERROR_REASON_NOT_FOUND);
}

TEST(Lists, FilterReports) {
  ContentWorld world;
  v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_DRUGS, "ÖPPEN handel");
  request.mutable_report()->set_area(AreaName("handen"));
  request.mutable_report()->set_place_text("Åbyparken");
  const std::string drugs = world.Submit("vard", request).name();
  const std::string fire = world.Accepted("vard", v1::CATEGORY_FIRE).name();
  const std::string youth = world.Submit("vard", v1::CATEGORY_YOUTH_CONCERN).name();

  const auto with = [&](auto set) {
    v1::ListReportsRequest filtered = Reports();
    set(filtered);
    return Names(world, "polis", filtered);
  };
  EXPECT_THAT(with([](auto&) {}), UnorderedElementsAre(drugs, fire));
  EXPECT_THAT(with([](auto& r) { r.set_word("öppen"); }), ElementsAre(drugs));
  EXPECT_THAT(with([](auto& r) { r.set_word("åBY"); }), ElementsAre(drugs));
  EXPECT_THAT(with([](auto& r) { r.set_word("saknas"); }), IsEmpty());
  EXPECT_THAT(with([](auto& r) { r.add_categories(v1::CATEGORY_FIRE); }), ElementsAre(fire));
  EXPECT_THAT(with([](auto& r) { r.add_categories(v1::CATEGORY_YOUTH_CONCERN); }), IsEmpty());
  EXPECT_THAT(with([](auto& r) { r.add_states(v1::Report::STATE_ACCEPTED); }), ElementsAre(fire));
  EXPECT_THAT(with([](auto& r) { r.add_areas(AreaName("handen")); }), ElementsAre(drugs));
  EXPECT_THAT(with([](auto& r) { r.add_areas("unlocated"); }), ElementsAre(fire));
  const auto period = [&](absl::Duration from, absl::Duration to) {
    return with([&](auto& r) {
      *r.mutable_period()->mutable_start_time() = TimestampOf(world.now() + from);
      *r.mutable_period()->mutable_end_time() = TimestampOf(world.now() + to);
    });
  };
  EXPECT_THAT(period(absl::ZeroDuration(), absl::Seconds(1)), SizeIs(2));
  EXPECT_THAT(period(-absl::Hours(1), absl::ZeroDuration()), IsEmpty()) << "half-open";
}

TEST(Lists, FilterIncidentsByFamily) {
  ContentWorld world;
  world.Accepted("vard", v1::CATEGORY_FIRE);
  const std::string theft = world.Accepted("vard", v1::CATEGORY_BURGLARY).incident();
  v1::ListIncidentsRequest request;
  request.set_municipality(kMunicipality);
  request.add_families(v1::FAMILY_THEFT);
  v1::ListIncidentsResponse response;
  ASSERT_TRUE(ListIncidents(request, world.picture(), world.AudienceFor("polis"), &response).ok());
  ASSERT_THAT(response.incidents(), SizeIs(1));
  EXPECT_EQ(response.incidents(0).name(), theft);
}

TEST(Lists, WhatIsWithheldCannotBeSearchedFor) {
  ContentWorld world;
  world.AddUnit("v1", "kommunen");
  world.AddMember("ledare", "kommunen", {v1::ROLE_CHAIR});
  v1::Deployment deployment;
  deployment.set_name(absl::StrCat(kMunicipality, "/deployments/d"));
  deployment.set_owner(testing::OrganisationName("polisen"));
  deployment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  world.Put(deployment);
  v1::Assignment assignment;
  assignment.set_name(absl::StrCat(kMunicipality, "/assignments/a"));
  assignment.set_owner(testing::OrganisationName("kommunen"));
  assignment.set_deployment(deployment.name());
  assignment.set_unit(UnitName("v1"));
  assignment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  SetGuards(world.picture(), assignment);
  world.Put(assignment);

  v1::ListAssignmentsRequest request;
  request.set_municipality(kMunicipality);
  request.set_unit(UnitName("v1"));
  v1::ListAssignmentsResponse response;
  ASSERT_TRUE(
      ListAssignments(request, world.picture(), world.AudienceFor("rapportor"), &response).ok());
  ASSERT_THAT(response.assignments(), SizeIs(1));
  EXPECT_EQ(response.assignments(0).deployment(), "");
  request.set_deployment(deployment.name());
  response.Clear();
  ASSERT_TRUE(
      ListAssignments(request, world.picture(), world.AudienceFor("rapportor"), &response).ok());
  EXPECT_THAT(response.assignments(), IsEmpty());
}

TEST(Lists, FieldUpdatesNeedTheirAssignment) {
  ContentWorld world;
  v1::Assignment assignment;
  assignment.set_name(absl::StrCat(kMunicipality, "/assignments/a"));
  assignment.set_owner(testing::OrganisationName("kommunen"));
  assignment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  world.Put(assignment);
  for (const char* id : {"1", "2", "3"}) {
    v1::FieldUpdate update;
    update.set_name(absl::StrCat(assignment.name(), "/updates/", id));
    update.set_assignment(assignment.name());
    update.set_owner(assignment.owner());
    *update.mutable_release() = assignment.release();
    world.Put(update);
  }
  v1::ListFieldUpdatesRequest request;
  request.set_assignment(assignment.name());
  request.set_page_size(2);
  v1::ListFieldUpdatesResponse response;
  EXPECT_EQ(
      ReasonOf(ListFieldUpdates(request, world.picture(), world.AudienceFor("polis"), &response)),
      v1::ERROR_REASON_NOT_FOUND);
  const Audience own = world.AudienceFor("rapportor");
  ASSERT_TRUE(ListFieldUpdates(request, world.picture(), own, &response).ok());
  EXPECT_THAT(response.updates(), SizeIs(2));
  request.set_page_token(response.next_page_token());
  response.Clear();
  ASSERT_TRUE(ListFieldUpdates(request, world.picture(), own, &response).ok());
  EXPECT_THAT(response.updates(), SizeIs(1));
  EXPECT_EQ(response.next_page_token(), "");
}

TEST(Lists, TokensAreForCoordinatorsAndTheirOwnDispatchers) {
  ContentWorld world;
  for (const char* owner : {"kommunen", "bostader"}) {
    v1::Token token;
    token.set_name(absl::StrCat(kMunicipality, "/tokens/", owner));
    token.set_owner(testing::OrganisationName(owner));
    world.Put(token);
  }
  v1::ListTokensRequest request;
  request.set_municipality(kMunicipality);
  const auto count = [&](absl::string_view member) {
    v1::ListTokensResponse response;
    EXPECT_TRUE(ListTokens(request, world.picture(), world.AudienceFor(member), &response).ok());
    return response.tokens_size();
  };
  EXPECT_EQ(count("samordnare"), 2);
  EXPECT_EQ(count("vard"), 1);
  EXPECT_EQ(count("polis"), 0);
  EXPECT_EQ(count("rapportor"), 0);
  EXPECT_EQ(count("revisor"), 0);
}

TEST(Lists, PagesOfLargeEntitiesAreShorter) {
  ContentWorld world;
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "🙂";
  for (int i = 0; i < 150; ++i)
    world.Submit("vard", ContentWorld::ReportOf(v1::CATEGORY_FIRE, text));
  v1::ListReportsResponse response;
  ASSERT_TRUE(
      ListReports(Reports(1000), world.picture(), world.AudienceFor("polis"), &response).ok());
  EXPECT_LT(response.ByteSizeLong(), 3u << 20);
  EXPECT_NE(response.next_page_token(), "");
}

}  // namespace
}  // namespace samsyn::domain
