// Rules of reports and of the incidents that follow them; R7 and R8 by name.
#include "server/domain/report_rules.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/domain/access_rules.h"
#include "server/domain/categories.h"
#include "server/domain/limits.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::AreaName;
using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kAlarms;
using testing::kFeed;
using testing::OrganisationName;

v1::Incident IncidentOf(const ContentWorld& world, const v1::Report& report) {
  return world.Now<v1::Incident>(world.Now<v1::Report>(report.name()).incident());
}

v1::SubmitReportRequest FromFeed(const char* id, absl::Time version, absl::string_view text) {
  v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_FIRE, text);
  request.mutable_report()->mutable_release()->set_release_class(v1::RELEASE_CLASS_PUBLIC);
  *request.mutable_report()->mutable_occurred_time() =
      TimestampOf(absl::FromUnixSeconds(1795780000));
  v1::Source& source = *request.mutable_report()->mutable_source();
  source.set_source_uri(kFeed);
  source.set_source_id(id);
  source.set_source_type("Brand");
  *source.mutable_source_version_time() = TimestampOf(version);
  return request;
}

TEST(SubmitReport, WaitsForReviewAndHasNoIncident) {
  ContentWorld world;
  const v1::Report report = world.Submit("vard");
  EXPECT_EQ(report.state(), v1::Report::STATE_SUBMITTED);
  EXPECT_EQ(report.owner(), OrganisationName("bostader"));
  EXPECT_EQ(report.reporter(), testing::MemberName("vard"));
  EXPECT_EQ(report.kind(), v1::Report::KIND_INCIDENT);
  EXPECT_EQ(TimeOf(report.occurred_time()), world.now());
  EXPECT_EQ(report.incident(), "");
  EXPECT_EQ(world.effect(), v1::SubmitReportsResult::EFFECT_CREATED);
}

TEST(SubmitReport, NeedsARoleAndItsOwnMunicipality) {
  ContentWorld world;
  v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_DRUGS, "x");
  EXPECT_EQ(ReasonOf(world.Do("granskare", request, SubmitReport)), v1::ERROR_REASON_ROLE_MISSING);
  request.set_municipality("municipalities/0192");
  EXPECT_EQ(ReasonOf(world.Do("vard", request, SubmitReport)), v1::ERROR_REASON_NOT_FOUND);
}

TEST(SubmitReport, DefaultClassesFollowCategoryAndOrganisation) {
  ContentWorld world;
  v1::Organisation police = world.Now<v1::Organisation>(OrganisationName("polisen"));
  police.set_default_class(v1::RELEASE_CLASS_AUTHORITY);
  world.Put(police);
  struct Row {
    const char* member;
    v1::Category category;
    v1::ReleaseClass chosen;
    v1::ReleaseClass becomes;
  };
  const Row table[] = {
      {"vard", v1::CATEGORY_DRUGS, v1::RELEASE_CLASS_UNSPECIFIED, v1::RELEASE_CLASS_PARTNER},
      {"polis", v1::CATEGORY_DRUGS, v1::RELEASE_CLASS_UNSPECIFIED, v1::RELEASE_CLASS_AUTHORITY},
      {"polis", v1::CATEGORY_DRUGS, v1::RELEASE_CLASS_PARTNER, v1::RELEASE_CLASS_PARTNER},
      {"falt", v1::CATEGORY_DRUGS, v1::RELEASE_CLASS_UNSPECIFIED, v1::RELEASE_CLASS_RESTRICTED},
      {"vard", v1::CATEGORY_YOUTH_CONCERN, v1::RELEASE_CLASS_UNSPECIFIED,
       v1::RELEASE_CLASS_RESTRICTED},
      {"vard", v1::CATEGORY_EXTREMISM, v1::RELEASE_CLASS_UNSPECIFIED, v1::RELEASE_CLASS_RESTRICTED},
      {"vard", v1::CATEGORY_SEXUAL_OFFENCE, v1::RELEASE_CLASS_UNSPECIFIED,
       v1::RELEASE_CLASS_RESTRICTED},
      {"vard", v1::CATEGORY_CLOSE_RELATION_VIOLENCE, v1::RELEASE_CLASS_UNSPECIFIED,
       v1::RELEASE_CLASS_RESTRICTED},
  };
  for (const Row& row : table) {
    EXPECT_EQ(world.Submit(row.member, row.category, row.chosen).release().release_class(),
              row.becomes)
        << row.member << " " << v1::Category_Name(row.category);
  }
}

TEST(SubmitReport, YouthConcernIsForOwnerAndCoordinators) {
  ContentWorld world;
  const v1::Report report = world.Submit("vard", v1::CATEGORY_YOUTH_CONCERN);
  EXPECT_THAT(report.release().organisations(), ElementsAre(OrganisationName("kommunen")));
  EXPECT_NE(world.ShownTo("samordnare", report.name()), nullptr);
  EXPECT_EQ(world.ShownTo("polis", report.name()), nullptr);
  const v1::Report own = world.Submit("samordnare", v1::CATEGORY_EXTREMISM);
  EXPECT_THAT(own.release().organisations(), IsEmpty());
}

TEST(SubmitReport, APointGivesTheSmallestArea) {
  ContentWorld world;
  v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_DRUGS, "x");
  v1::LatLng& point = *request.mutable_report()->mutable_point();
  point.set_latitude_deg(59.165);
  point.set_longitude_deg(18.14);
  EXPECT_EQ(world.Submit("vard", request).area(), AreaName("torget"));
  point.set_latitude_deg(59.12);
  EXPECT_EQ(world.Submit("vard", request).area(), AreaName("handen"));
  point.set_latitude_deg(58.9);
  EXPECT_EQ(world.Submit("vard", request).area(), "");
  request.mutable_report()->set_area(AreaName("brandbergen"));
  EXPECT_EQ(world.Submit("vard", request).area(), AreaName("brandbergen"));
  request.mutable_report()->set_area(AreaName("nowhere"));
  EXPECT_EQ(ReasonOf(world.Do("vard", request, SubmitReport)), v1::ERROR_REASON_NOT_FOUND);
}

TEST(SubmitReport, RefusesAllThatIsWrongWithTheContent) {
  ContentWorld world;
  v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_SEXUAL_OFFENCE, "x");
  v1::Report& report = *request.mutable_report();
  report.mutable_point()->set_latitude_deg(59.165);
  report.mutable_point()->set_longitude_deg(18.14);
  report.set_admiralty_code("G1");
  *report.mutable_occurred_time() = TimestampOf(world.now() + absl::Hours(25));
  *report.mutable_occurred_end_time() = TimestampOf(world.now());
  const absl::Status status = world.Do("vard", request, SubmitReport);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_INVALID_FIELDS);
  std::vector<std::string> fields;
  for (const Violation& violation : RefusalOf(status).violations) fields.push_back(violation.field);
  EXPECT_THAT(fields,
              ::testing::UnorderedElementsAre("report.point", "report.admiralty_code",
                                              "report.occurred_time", "report.occurred_end_time"));
}

TEST(SubmitReport, TimesLieWithinTheirLimits) {
  ContentWorld world;
  struct Row {
    v1::Category category;
    absl::Duration ahead;
    bool good;
  };
  for (const Row& row : {Row{v1::CATEGORY_DRUGS, absl::Hours(24), true},
                         {v1::CATEGORY_DRUGS, absl::Hours(25), false},
                         {v1::CATEGORY_PLANNED_EVENT, absl::Hours(24 * 700), true},
                         {v1::CATEGORY_PLANNED_EVENT, absl::Hours(24 * 800), false},
                         {v1::CATEGORY_DRUGS, -absl::Hours(24 * 3600), true},
                         {v1::CATEGORY_DRUGS, -absl::Hours(24 * 3700), false}}) {
    v1::SubmitReportRequest request = ContentWorld::ReportOf(row.category, "x");
    *request.mutable_report()->mutable_occurred_time() = TimestampOf(world.now() + row.ahead);
    EXPECT_EQ(world.Do("vard", request, SubmitReport).ok(), row.good)
        << v1::Category_Name(row.category) << " " << row.ahead;
  }
}

TEST(R7, AMemberWritesOnlyTheSourcesThatItLists) {
  ContentWorld world;
  v1::SubmitReportRequest request = FromFeed("1", world.now(), "Brand i sopkärl");
  EXPECT_EQ(ReasonOf(world.Do("larm", request, SubmitReport)), v1::ERROR_REASON_SOURCE_NOT_YOURS);
  EXPECT_TRUE(world.Do("samordnare", request, SubmitReport).ok());
  EXPECT_EQ(ReasonOf(world.Do("larm", request, SubmitReport)), v1::ERROR_REASON_SOURCE_NOT_YOURS);
}

TEST(R7, ALateRepeatMeetsWhatItMade) {
  ContentWorld world;
  const v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_DRUGS, "x");
  const std::string id = "2f1b3c9e-8d4a-4f6b-9c1d-7e5a3b2c1d0f";
  ASSERT_TRUE(world.Do("vard", request, SubmitReport, id).ok());
  const std::vector<std::string> first = world.results();
  const Revision revision = world.revision();
  ASSERT_TRUE(world.Do("vard", request, SubmitReport, id).ok());
  EXPECT_EQ(world.results(), first);
  EXPECT_EQ(world.effect(), v1::SubmitReportsResult::EFFECT_UNCHANGED);
  EXPECT_EQ(world.revision(), revision);
  ASSERT_TRUE(world.Do("polis", request, SubmitReport, id).ok());
  EXPECT_NE(world.results(), first) << "the id is another principal's";
}

TEST(R8, ATrustedSourceIsAcceptedAndFoundsAnIncident) {
  ContentWorld world;
  const v1::Report report = world.Submit("samordnare", FromFeed("1", world.now(), "Brand"));
  EXPECT_EQ(report.state(), v1::Report::STATE_ACCEPTED);
  const v1::Incident incident = IncidentOf(world, report);
  EXPECT_EQ(incident.state(), v1::Incident::STATE_CURRENT);
  EXPECT_EQ(incident.family(), v1::FAMILY_DAMAGE_FIRE);
  EXPECT_TRUE(incident.counted());
  EXPECT_FALSE(incident.perceived());
  EXPECT_EQ(incident.independent_sources(), 1);
  EXPECT_EQ(incident.release().release_class(), v1::RELEASE_CLASS_PUBLIC);
  EXPECT_THAT(incident.reports(), ElementsAre(report.name()));
}

TEST(R8, ANewerVersionAmendsOlderAndEqualOnesDoNot) {
  ContentWorld world;
  const absl::Time first = world.now() - absl::Hours(3);
  struct Row {
    const char* what;
    int minutes;
    const char* text;
    int effect;
    const char* now;
    int earlier;
  };
  const Row table[] = {
      {"new", 0, "Brand", v1::SubmitReportsResult::EFFECT_CREATED, "Brand", 0},
      {"the same", 0, "Brand", v1::SubmitReportsResult::EFFECT_UNCHANGED, "Brand", 0},
      {"newer, equal", 5, "Brand", v1::SubmitReportsResult::EFFECT_UNCHANGED, "Brand", 0},
      {"newer", 10, "Mordbrand", v1::SubmitReportsResult::EFFECT_AMENDED, "Mordbrand", 1},
      {"older", 5, "Eldning", v1::SubmitReportsResult::EFFECT_UNCHANGED, "Mordbrand", 1},
      {"newer again", 20, "Brand", v1::SubmitReportsResult::EFFECT_AMENDED, "Brand", 2},
      {"replay of the first", 0, "Brand", v1::SubmitReportsResult::EFFECT_UNCHANGED, "Brand", 2},
      {"replay of the second", 10, "Mordbrand", v1::SubmitReportsResult::EFFECT_UNCHANGED, "Brand",
       2},
  };
  std::string name;
  for (const Row& row : table) {
    const v1::Report report =
        world.Submit("samordnare", FromFeed("7", first + absl::Minutes(row.minutes), row.text));
    EXPECT_EQ(world.effect(), row.effect) << row.what;
    if (name.empty()) name = report.name();
    EXPECT_EQ(report.name(), name) << row.what;
    EXPECT_EQ(report.text(), row.now) << row.what;
    EXPECT_EQ(report.earlier_versions_size(), row.earlier) << row.what;
    EXPECT_EQ(IncidentOf(world, report).headline(), row.now) << row.what;
  }
}

TEST(R8, TwoTextsOfOneTimeDoNotTakeTurns) {
  ContentWorld world;
  const absl::Time version = world.now() - absl::Hours(3);
  world.Submit("samordnare", FromFeed("7", version, "Brand"));
  world.Submit("samordnare", FromFeed("7", version, "Mordbrand"));
  EXPECT_EQ(world.effect(), v1::SubmitReportsResult::EFFECT_AMENDED);
  EXPECT_EQ(world.Submit("samordnare", FromFeed("7", version, "Brand")).text(), "Mordbrand");
  EXPECT_EQ(world.effect(), v1::SubmitReportsResult::EFFECT_UNCHANGED);
}

TEST(R8, KeepsTheLastTwentyVersionsAndStaysSmall) {
  ContentWorld world;
  v1::Report report;
  for (int i = 0; i < 30; ++i) {
    report = world.Submit(
        "samordnare", FromFeed("7", world.now() - absl::Hours(40 - i), absl::StrCat("Brand ", i)));
  }
  EXPECT_EQ(report.earlier_versions_size(), 20);
  EXPECT_EQ(report.earlier_versions(19).text(), "Brand 28");
  std::string huge;
  for (int i = 0; i < 4000; ++i) huge += "🙂";
  for (int i = 0; i < 3; ++i) {
    report = world.Submit("samordnare",
                          FromFeed("7", world.now() + absl::Hours(i), absl::StrCat(i, huge)));
  }
  EXPECT_LE(world.picture().Find(report.name())->ByteSizeLong(), kEntityBytes);
}

TEST(R8, TheReleaseAndTheReviewStay) {
  ContentWorld world;
  v1::Report report = world.Submit("samordnare", FromFeed("7", world.now(), "Brand"));
  report.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  report.set_state(v1::Report::STATE_REJECTED);
  world.Put(report);
  report = world.Submit("samordnare", FromFeed("7", world.now() + absl::Hours(1), "Mordbrand"));
  EXPECT_EQ(report.text(), "Mordbrand");
  EXPECT_EQ(report.release().release_class(), v1::RELEASE_CLASS_RESTRICTED);
  EXPECT_EQ(report.state(), v1::Report::STATE_REJECTED);
  EXPECT_EQ(IncidentOf(world, report).state(), v1::Incident::STATE_WITHDRAWN);
}

TEST(R8, WhatTheCallerMayNotSeeIsNotSpokenOf) {
  ContentWorld world;
  v1::SubmitReportRequest request = FromFeed("7", world.now(), "hemlig uppgift");
  request.mutable_report()->mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  const v1::Report theirs = world.Submit("samordnare", request);
  world.List("larm", kFeed);
  const v1::Report ours = world.Submit("larm", FromFeed("7", world.now(), "Brand"));
  EXPECT_NE(ours.name(), theirs.name());
  EXPECT_EQ(world.effect(), v1::SubmitReportsResult::EFFECT_CREATED);
  EXPECT_EQ(ours.owner(), OrganisationName("bostader"));
}

TEST(R8, ACorrectionByAPersonOutlivesTheSameVersion) {
  ContentWorld world;
  v1::Report report = world.Submit("samordnare", FromFeed("7", world.now(), "Brand"));
  v1::AmendReportRequest amend;
  *amend.mutable_report() = report;
  amend.mutable_report()->set_text("Brand i sopkärl, släckt");
  ASSERT_TRUE(world.Do("samordnare", amend, AmendReport).ok());
  report = world.Submit("samordnare", FromFeed("7", world.now() + absl::Hours(1), "Brand"));
  EXPECT_EQ(report.text(), "Brand i sopkärl, släckt");
  EXPECT_EQ(world.effect(), v1::SubmitReportsResult::EFFECT_UNCHANGED);
  report = world.Submit("samordnare", FromFeed("7", world.now() + absl::Hours(2), "Mordbrand"));
  EXPECT_EQ(report.text(), "Mordbrand");
}

TEST(R8, WhatThePoliceDoNotCountIsNotCounted) {
  ContentWorld world;
  v1::SubmitReportRequest request = FromFeed("7", world.now(), "Sammanfattning natt");
  request.mutable_report()->set_not_counted(true);
  EXPECT_FALSE(IncidentOf(world, world.Submit("samordnare", request)).counted());
}

TEST(R8, PublishedSexualOffencesAreKeptAtTheMunicipality) {
  ContentWorld world;
  v1::SubmitReportRequest request = FromFeed("7", world.now(), "Våldtäkt");
  request.mutable_report()->set_category(v1::CATEGORY_SEXUAL_OFFENCE);
  request.mutable_report()->set_area(AreaName("handen"));
  const v1::Report report = world.Submit("samordnare", request);
  EXPECT_EQ(report.area(), "");
  EXPECT_EQ(report.release().release_class(), v1::RELEASE_CLASS_PUBLIC);
}

TEST(R8, WhatIsPublishedStaysPublicWhenItsTypeIsCorrected) {
  ContentWorld world;
  world.Submit("samordnare", FromFeed("7", world.now(), "Misshandel"));
  v1::SubmitReportRequest request =
      FromFeed("7", world.now() + absl::Minutes(5), "Nu rubricerat som våldtäkt");
  request.mutable_report()->set_category(v1::CATEGORY_SEXUAL_OFFENCE);
  const v1::Report report = world.Submit("samordnare", request);
  EXPECT_EQ(world.effect(), v1::SubmitReportsResult::EFFECT_AMENDED);
  EXPECT_EQ(report.release().release_class(), v1::RELEASE_CLASS_PUBLIC);
  request.mutable_report()->mutable_release()->clear_release_class();
  request.mutable_report()->set_category(v1::CATEGORY_CLOSE_RELATION_VIOLENCE);
  *request.mutable_report()->mutable_source()->mutable_source_version_time() =
      TimestampOf(world.now() + absl::Minutes(10));
  EXPECT_EQ(world.Submit("samordnare", request).release().release_class(),
            v1::RELEASE_CLASS_RESTRICTED);
}

TEST(ReviewReport, AcceptFoundsTheIncidentInTheSameTransaction) {
  ContentWorld world;
  v1::SubmitReportRequest request =
      ContentWorld::ReportOf(v1::CATEGORY_WORRY, std::string(200, 'x'));
  request.mutable_report()->set_area(AreaName("handen"));
  const v1::Report report = world.Submit("vard", request);
  const Revision before = world.revision();
  ASSERT_TRUE(world.Review("polis", report.name(), v1::ReviewReportRequest::VERDICT_ACCEPT).ok());
  EXPECT_EQ(world.revision(), before + 1);
  const v1::Incident incident = IncidentOf(world, report);
  EXPECT_EQ(incident.owner(), OrganisationName("bostader"));
  EXPECT_EQ(incident.area(), AreaName("handen"));
  EXPECT_EQ(incident.headline(), std::string(119, 'x') + "…");
  EXPECT_TRUE(incident.counted());
  EXPECT_TRUE(incident.perceived());
}

TEST(ReviewReport, RefusesWhoMayNotAndWhatIsNotThere) {
  ContentWorld world;
  const v1::Report open = world.Submit("vard");
  const v1::Report hidden = world.Submit("falt");
  using Request = v1::ReviewReportRequest;
  EXPECT_EQ(ReasonOf(world.Review("vard", open.name(), Request::VERDICT_ACCEPT)),
            v1::ERROR_REASON_ROLE_MISSING);
  EXPECT_EQ(ReasonOf(world.Review("polis", hidden.name(), Request::VERDICT_ACCEPT)),
            v1::ERROR_REASON_NOT_FOUND);
  v1::ReviewReportRequest request;
  request.set_name(open.name());
  request.set_verdict(Request::VERDICT_ACCEPT);
  EXPECT_EQ(RefusalOf(world.Do("polis", request, ReviewReport)).violations[0].field,
            "no_personal_data");
  request.set_verdict(Request::VERDICT_REJECT);
  EXPECT_EQ(RefusalOf(world.Do("polis", request, ReviewReport)).violations[0].field, "note");
  request.set_note("Nej");
  request.set_etag("\"1\"");
  EXPECT_EQ(ReasonOf(world.Do("polis", request, ReviewReport)), v1::ERROR_REASON_ETAG_MISMATCH);
}

// One row an attempt: from a state, what is asked, what comes of it.
TEST(ReviewReport, MovesStates) {
  using Request = v1::ReviewReportRequest;
  struct Row {
    v1::Report::State from;
    Request::Verdict verdict;
    v1::Report::State to;  // UNSPECIFIED: refused
  };
  const Row table[] = {
      {v1::Report::STATE_SUBMITTED, Request::VERDICT_ACCEPT, v1::Report::STATE_ACCEPTED},
      {v1::Report::STATE_SUBMITTED, Request::VERDICT_RETURN, v1::Report::STATE_RETURNED},
      {v1::Report::STATE_SUBMITTED, Request::VERDICT_REJECT, v1::Report::STATE_REJECTED},
      {v1::Report::STATE_RETURNED, Request::VERDICT_ACCEPT, v1::Report::STATE_ACCEPTED},
      {v1::Report::STATE_RETURNED, Request::VERDICT_RETURN, v1::Report::STATE_UNSPECIFIED},
      {v1::Report::STATE_ACCEPTED, Request::VERDICT_ACCEPT, v1::Report::STATE_UNSPECIFIED},
      {v1::Report::STATE_ACCEPTED, Request::VERDICT_REJECT, v1::Report::STATE_REJECTED},
      {v1::Report::STATE_ACCEPTED, Request::VERDICT_RETURN, v1::Report::STATE_RETURNED},
      {v1::Report::STATE_REJECTED, Request::VERDICT_ACCEPT, v1::Report::STATE_UNSPECIFIED},
      {v1::Report::STATE_RETRACTED, Request::VERDICT_ACCEPT, v1::Report::STATE_UNSPECIFIED},
  };
  for (const Row& row : table) {
    ContentWorld world;
    v1::Report report = world.Submit("vard");
    report.set_state(row.from);
    world.Put(report);
    const absl::Status status = world.Review("polis", report.name(), row.verdict);
    if (row.to == v1::Report::STATE_UNSPECIFIED) {
      EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_WRONG_STATE);
      EXPECT_FALSE(RefusalOf(status).metadata["allowed"].empty());
    } else {
      EXPECT_EQ(world.Now<v1::Report>(report.name()).state(), row.to) << status;
    }
  }
}

TEST(ReviewReport, RejectingAnAcceptedOneWithdrawsItsIncident) {
  ContentWorld world;
  const v1::Report report = world.Accepted("vard");
  ASSERT_TRUE(world.Review("polis", report.name(), v1::ReviewReportRequest::VERDICT_REJECT).ok());
  EXPECT_EQ(IncidentOf(world, report).state(), v1::Incident::STATE_WITHDRAWN);
  EXPECT_FALSE(IncidentOf(world, report).counted());
}

TEST(AmendReport, ReplacesTheContentAndTheIncidentFollows) {
  ContentWorld world;
  const v1::Report report = world.Accepted("vard");
  v1::AmendReportRequest amend;
  amend.mutable_report()->set_name(report.name());
  amend.mutable_report()->set_category(v1::CATEGORY_DRUGS);
  amend.mutable_report()->set_text("Öppen handel");
  amend.mutable_report()->set_severity(4);
  amend.set_etag(report.etag());
  ASSERT_TRUE(world.Do("vard", amend, AmendReport).ok());
  const v1::Incident incident = IncidentOf(world, report);
  EXPECT_EQ(incident.category(), v1::CATEGORY_DRUGS);
  EXPECT_EQ(incident.family(), v1::FAMILY_DRUGS_ALCOHOL);
  EXPECT_EQ(incident.headline(), "Öppen handel");
  EXPECT_EQ(incident.severity(), 4);
  EXPECT_EQ(TimeOf(incident.occurred_time()), TimeOf(report.occurred_time()));
  EXPECT_EQ(world.Now<v1::Report>(report.name()).state(), v1::Report::STATE_ACCEPTED);
  EXPECT_EQ(ReasonOf(world.Do("vard", amend, AmendReport)), v1::ERROR_REASON_ETAG_MISMATCH);
}

TEST(AmendReport, AReturnedOneIsSubmittedAgain) {
  ContentWorld world;
  const v1::Report report = world.Submit("vard");
  ASSERT_TRUE(world.Review("polis", report.name(), v1::ReviewReportRequest::VERDICT_RETURN).ok());
  v1::AmendReportRequest amend;
  *amend.mutable_report() = report;
  amend.mutable_report()->set_text("Det var i går");
  ASSERT_TRUE(world.Do("vard", amend, AmendReport).ok());
  EXPECT_EQ(world.Now<v1::Report>(report.name()).state(), v1::Report::STATE_SUBMITTED);
  EXPECT_EQ(world.Now<v1::Report>(report.name()).review_note(), "Var det i går?");
}

TEST(AmendReport, IsForTheReporterAndItsOrganisationsReviewers) {
  ContentWorld world;
  const v1::Report report = world.Submit("rapportor");
  v1::AmendReportRequest amend;
  *amend.mutable_report() = report;
  EXPECT_EQ(ReasonOf(world.Do("polis", amend, AmendReport)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  world.AddMember("annan", "kommunen", {v1::ROLE_REPORTER});
  EXPECT_EQ(ReasonOf(world.Do("annan", amend, AmendReport)), v1::ERROR_REASON_ROLE_MISSING);
  EXPECT_TRUE(world.Do("samordnare", amend, AmendReport).ok());
}

TEST(AmendReport, TightensButDoesNotLoosen) {
  ContentWorld world;
  const v1::Report report = world.Accepted("vard");
  v1::AmendReportRequest amend;
  *amend.mutable_report() = report;
  amend.mutable_report()->mutable_release()->set_release_class(v1::RELEASE_CLASS_PUBLIC);
  EXPECT_EQ(RefusalOf(world.Do("vard", amend, AmendReport)).violations[0].field,
            "report.release.release_class");
  amend.mutable_report()->mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  ASSERT_TRUE(world.Do("vard", amend, AmendReport).ok());
  EXPECT_EQ(IncidentOf(world, report).release().release_class(), v1::RELEASE_CLASS_RESTRICTED);
}

TEST(AmendReport, TighteningForAuthoritiesEndsWhatAPrivateOrganisationSawByARelease) {
  ContentWorld world;
  const v1::Report report = world.Accepted("polis");
  v1::ReleaseEntityRequest share;
  share.set_municipality(testing::kMunicipality);
  share.mutable_release()->set_entity(report.name());
  share.mutable_release()->add_organisations(OrganisationName("bostader"));
  share.mutable_release()->set_ground("samtycke");
  ASSERT_TRUE(world.Do("polis", share, ReleaseEntity).ok());
  const std::string decision = world.results().front();
  v1::AmendReportRequest amend;
  *amend.mutable_report() = report;
  amend.mutable_report()->mutable_release()->set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  ASSERT_TRUE(world.Do("polis", amend, AmendReport).ok());
  for (const std::string& name : {report.name(), report.incident(), decision}) {
    EXPECT_EQ(world.ShownTo("vard", name), nullptr) << name;
  }
}

TEST(AmendReport, BecomingAYouthConcernRestrictsReportAndIncident) {
  ContentWorld world;
  const v1::Report report = world.Accepted("vard");
  ASSERT_NE(world.ShownTo("polis", report.incident()), nullptr);
  v1::AmendReportRequest amend;
  *amend.mutable_report() = report;
  amend.mutable_report()->set_category(v1::CATEGORY_YOUTH_CONCERN);
  ASSERT_TRUE(world.Do("vard", amend, AmendReport).ok());
  for (const std::string& name : {report.name(), report.incident()}) {
    EXPECT_EQ(world.ShownTo("polis", name), nullptr);
    EXPECT_NE(world.ShownTo("samordnare", name), nullptr);
    EXPECT_NE(world.ShownTo("vard", name), nullptr);
  }
}

TEST(RetractReport, WithdrawsTheIncidentAndIsFinal) {
  ContentWorld world;
  const v1::Report report = world.Accepted("vard");
  v1::RetractReportRequest retract;
  retract.set_name(report.name());
  EXPECT_EQ(ReasonOf(world.Do("polis", retract, RetractReport)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  retract.set_note("Fel plats");
  ASSERT_TRUE(world.Do("vard", retract, RetractReport).ok());
  EXPECT_EQ(world.Now<v1::Report>(report.name()).state(), v1::Report::STATE_RETRACTED);
  EXPECT_EQ(IncidentOf(world, report).state(), v1::Incident::STATE_WITHDRAWN);
  EXPECT_EQ(ReasonOf(world.Do("vard", retract, RetractReport)), v1::ERROR_REASON_WRONG_STATE);
}

TEST(Categories, EveryOneHasItsRow) {
  for (int number = 1; number <= v1::Category_MAX; ++number) {
    const auto category = static_cast<v1::Category>(number);
    EXPECT_NE(KindFor(category), v1::Report::KIND_UNSPECIFIED) << number;
    if (category != v1::CATEGORY_OTHER) {
      const bool outside = FamilyOf(category) == v1::FAMILY_UNSPECIFIED;
      EXPECT_EQ(Counts(KindFor(category), category), !outside) << v1::Category_Name(category);
    }
  }
  EXPECT_EQ(FamilyOf(static_cast<v1::Category>(99)), v1::FAMILY_UNSPECIFIED);
  EXPECT_FALSE(Counts(v1::Report::KIND_INFORMATION, v1::CATEGORY_FIRE));
}

}  // namespace
}  // namespace samsyn::domain
