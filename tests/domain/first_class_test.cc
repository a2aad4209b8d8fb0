// R6: the class that texts begin with, and that nobody loosens another organisation's content:
// every command that writes content is tried.
#include "server/domain/first_class.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/domain/access_rules.h"
#include "server/domain/indicator_rules.h"
#include "server/domain/repair_rules.h"
#include "server/domain/report_rules.h"
#include "server/domain/setup_rules.h"
#include "tests/domain/sharing.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::MemberName;
using ::samsyn::testing::OrganisationName;
using ::samsyn::testing::UnitName;
using ::testing::IsEmpty;
constexpr auto kUnset = v1::RELEASE_CLASS_UNSPECIFIED;
constexpr auto kPublic = v1::RELEASE_CLASS_PUBLIC;
constexpr auto kPartner = v1::RELEASE_CLASS_PARTNER;
constexpr auto kAuthority = v1::RELEASE_CLASS_AUTHORITY;
constexpr auto kRestricted = v1::RELEASE_CLASS_RESTRICTED;
constexpr char kFeed[] = "https://polisen.se/api/events";

// The evening with social services (falt), and the feed of the police, which is trusted.
class FirstClassTest : public ::testing::Test {
 protected:
  FirstClassTest() {
    world_.AddOrganisation("soc", v1::ORGANISATION_KIND_SOCIAL_SERVICES, true);
    world_.AddMember("faltare", "soc", {v1::ROLE_REPORTER});
    world_.AddMember("samling", "kommun", {v1::ROLE_COORDINATOR, v1::ROLE_REPORTER});
    v1::Municipality municipality = world_.Now<v1::Municipality>(kMunicipality);
    municipality.add_trusted_sources()->set_source_uri(kFeed);
    world_.Put(municipality);
    for (const char* id : {"reporter", "landlord"}) {
      v1::Member member = world_.Now<v1::Member>(MemberName(id));
      member.add_source_uris(kFeed);
      member.add_source_uris("//annat.example");
      world_.Put(member);
    }
  }

  absl::Status Submit(absl::string_view member, v1::Category category, v1::ReleaseClass chosen,
                      absl::string_view source = "") {
    v1::SubmitReportRequest request;
    request.set_municipality(kMunicipality);
    request.mutable_report()->set_category(category);
    request.mutable_report()->set_text("Något hände");
    request.mutable_report()->set_area(AreaName("vega"));
    request.mutable_report()->mutable_release()->set_release_class(chosen);
    if (!source.empty()) {
      v1::Source& from = *request.mutable_report()->mutable_source();
      from.set_source_uri(std::string(source));
      from.set_source_id(absl::StrCat(++sources_));
      *from.mutable_source_version_time() = TimestampOf(world_.now());
    }
    return world_.Do(member, request, SubmitReport);
  }
  absl::Status State(absl::string_view member, v1::ReleaseClass chosen) {
    v1::CreateProblemRequest request;
    request.set_municipality(kMunicipality);
    request.mutable_problem()->set_statement("Buskörning");
    request.mutable_problem()->mutable_release()->set_release_class(chosen);
    return world_.Do(member, request, CreateProblem);
  }
  absl::Status Propose(absl::string_view member, const std::string& problem,
                       v1::Deployment::Kind kind, v1::ReleaseClass chosen) {
    v1::ProposeDeploymentRequest request;
    request.set_municipality(kMunicipality);
    request.mutable_deployment()->set_aim("Lugn kväll");
    request.mutable_deployment()->set_kind(kind);
    request.mutable_deployment()->set_problem(problem);
    *request.mutable_deployment()->mutable_window()->mutable_end_time() =
        TimestampOf(world_.now() + absl::Hours(3));
    request.mutable_deployment()->mutable_release()->set_release_class(chosen);
    return world_.Do(member, request, ProposeDeployment);
  }
  v1::ReleaseClass ClassOf(const std::string& name) {
    return ReleaseOf(*world_.picture().Find(name)).release_class();
  }
  v1::ReleaseClass ClassNow() { return ClassOf(world_.results().front()); }
  static std::string FieldOf(const absl::Status& status) {
    const Refusal refusal = RefusalOf(status);
    return refusal.violations.empty() ? std::string(status.message()) : refusal.violations[0].field;
  }
  std::string Named(absl::string_view member, v1::ReleaseClass chosen) {
    EXPECT_TRUE(State(member, chosen).ok());
    return world_.results().front();
  }

  Evening world_;
  int sources_ = 0;
};

TEST_F(FirstClassTest, SensitiveCategoriesStartRestricted) {
  for (const auto category : {v1::CATEGORY_YOUTH_CONCERN, v1::CATEGORY_EXTREMISM,
                              v1::CATEGORY_SEXUAL_OFFENCE, v1::CATEGORY_CLOSE_RELATION_VIOLENCE}) {
    for (const auto chosen : {kUnset, kRestricted}) {
      ASSERT_TRUE(Submit("police", category, chosen).ok()) << v1::Category_Name(category);
      EXPECT_EQ(ClassNow(), kRestricted);
    }
    for (const auto chosen : {kPublic, kPartner, kAuthority}) {
      const Revision revision = world_.revision();
      EXPECT_EQ(FieldOf(Submit("police", category, chosen)), "report.release.release_class");
      EXPECT_EQ(FieldOf(Submit("landlord", category, chosen, "//annat.example")),
                "report.release.release_class")
          << "nor from a source that nobody trusts";
      EXPECT_EQ(world_.revision(), revision);
    }
  }
}

TEST_F(FirstClassTest, WhatATrustedSourcePublishedStaysPublicAtTheMunicipality) {
  for (const auto category : {v1::CATEGORY_SEXUAL_OFFENCE, v1::CATEGORY_CLOSE_RELATION_VIOLENCE}) {
    ASSERT_TRUE(Submit("reporter", category, kPublic, kFeed).ok());
    EXPECT_EQ(ClassNow(), kPublic);
    EXPECT_EQ(world_.Result<v1::Report>().area(), "");
    for (const auto chosen : {kPartner, kAuthority}) {
      EXPECT_EQ(FieldOf(Submit("reporter", category, chosen, kFeed)),
                "report.release.release_class");
    }
  }
  EXPECT_EQ(FieldOf(Submit("reporter", v1::CATEGORY_YOUTH_CONCERN, kPublic, kFeed)),
            "report.release.release_class");
}

TEST_F(FirstClassTest, WhatSocialServicesEnterStartsRestricted) {
  ASSERT_TRUE(Submit("faltare", v1::CATEGORY_DRUGS, kUnset).ok());
  EXPECT_EQ(ClassNow(), kRestricted);
  EXPECT_EQ(FieldOf(Submit("faltare", v1::CATEGORY_DRUGS, kPartner)),
            "report.release.release_class");
  ASSERT_TRUE(State("faltare", kUnset).ok());
  EXPECT_EQ(ClassNow(), kRestricted);
  EXPECT_EQ(FieldOf(State("faltare", kPartner)), "problem.release.release_class");
  const auto kind = v1::Deployment::KIND_YOUTH_FIELD_WORK;
  ASSERT_TRUE(Propose("faltare", "", kind, kUnset).ok());
  EXPECT_EQ(ClassNow(), kRestricted);
  EXPECT_EQ(FieldOf(Propose("faltare", "", kind, kAuthority)), "deployment.release.release_class");
  v1::RecordIndicatorsRequest record;
  record.set_municipality(kMunicipality);
  v1::Indicator& indicator = *record.add_indicators();
  indicator.set_nature(v1::Indicator::NATURE_PERCEIVED);
  indicator.set_measure("Otrygga");
  indicator.set_text("Ungdomarna säger");
  *indicator.mutable_period_start_time() = TimestampOf(world_.now() - absl::Hours(24));
  *indicator.mutable_period_end_time() = TimestampOf(world_.now());
  indicator.mutable_release()->set_release_class(kPartner);
  EXPECT_EQ(FieldOf(world_.Do("faltare", record, RecordIndicators)),
            "indicators[0].release.release_class");
  indicator.mutable_release()->clear_release_class();
  ASSERT_TRUE(world_.Do("faltare", record, RecordIndicators).ok());
  EXPECT_EQ(ClassNow(), kRestricted);
}

TEST_F(FirstClassTest, WhatSocialServicesSayInTheRoundTheyChooseFor) {
  const std::string meeting = world_.Schedule();
  ASSERT_TRUE(world_.Open(meeting).ok());
  ASSERT_TRUE(world_.Join(meeting, "faltare").ok());
  v1::AddRoundEntryRequest said;
  said.set_name(meeting);
  said.mutable_entry()->set_kind(v1::RoundEntry::KIND_SAID);
  said.mutable_entry()->set_text("Oro på torget");
  ASSERT_TRUE(world_.Do("faltare", said, AddRoundEntry).ok());
  EXPECT_EQ(ClassNow(), kRestricted);
  EXPECT_FALSE(world_.Sees("reporter", world_.results().front()));
  said.set_on_behalf_of(OrganisationName("soc"));
  ASSERT_TRUE(world_.Do("secretary", said, AddRoundEntry).ok());
  EXPECT_EQ(ClassNow(), kRestricted) << "written down by another, too";
  said.clear_on_behalf_of();
  said.mutable_entry()->mutable_release()->set_release_class(kPartner);
  ASSERT_TRUE(world_.Do("faltare", said, AddRoundEntry).ok());
  EXPECT_EQ(ClassNow(), kPartner) << "said aloud to all";
  said.mutable_entry()->Clear();
  said.mutable_entry()->set_kind(v1::RoundEntry::KIND_NOTHING_TO_REPORT);
  ASSERT_TRUE(world_.Do("faltare", said, AddRoundEntry).ok());
  EXPECT_EQ(ClassNow(), kPartner) << "silence is for all to see";
}

// A deployment begins with the strictest of what is usual, what its kind asks for, and its
// problem's class.
TEST_F(FirstClassTest, DeploymentsAreAsStrictAsWhatTheyAreWrittenFrom) {
  struct Row {
    const char* writer;
    const char* problem_by;
    v1::ReleaseClass problem;
    v1::Deployment::Kind kind;
    v1::ReleaseClass chosen;
    v1::ReleaseClass becomes;  // kUnset: refused
  };
  const auto patrol = v1::Deployment::KIND_VISIBLE_PATROL;
  const auto camera = v1::Deployment::KIND_CAMERA;
  const Row table[] = {
      {"police", "landlord", kPartner, patrol, kUnset, kPartner},
      {"police", "landlord", kPublic, patrol, kUnset, kPartner},
      {"police", "landlord", kPartner, camera, kUnset, kAuthority},
      {"police", "landlord", kPartner, v1::Deployment::KIND_TRAFFIC_CONTROL, kUnset, kAuthority},
      {"police", "landlord", kPartner, v1::Deployment::KIND_LICENSING_INSPECTION, kUnset,
       kAuthority},
      {"landlord", "landlord", kPartner, camera, kUnset, kAuthority},
      {"police", "reporter", kAuthority, patrol, kUnset, kAuthority},
      {"chair", "reporter", kRestricted, patrol, kUnset, kRestricted},
      {"chair", "reporter", kRestricted, camera, kUnset, kRestricted},
      // Chosen: what is one's own, as one likes; what is another's, never looser.
      {"chair", "reporter", kRestricted, patrol, kPartner, kPartner},
      {"police", "police", kPartner, camera, kPartner, kPartner},
      {"police", "reporter", kAuthority, patrol, kPartner, kUnset},
      {"police", "reporter", kAuthority, patrol, kPublic, kUnset},
      {"police", "reporter", kAuthority, patrol, kRestricted, kRestricted},
  };
  for (const Row& row : table) {
    const std::string problem = Named(row.problem_by, row.problem);
    const absl::Status status = Propose(row.writer, problem, row.kind, row.chosen);
    if (row.becomes == kUnset) {
      EXPECT_EQ(FieldOf(status), "deployment.release.release_class") << &row - table;
    } else {
      ASSERT_TRUE(status.ok()) << &row - table << " " << status;
      EXPECT_EQ(ClassNow(), row.becomes) << &row - table;
      EXPECT_THAT(world_.Result<v1::Deployment>().release().organisations(), IsEmpty());
    }
  }
}

TEST_F(FirstClassTest, ADeploymentComesToAnswerNoStricterProblemOfAnother) {
  ASSERT_TRUE(Propose("police", "", v1::Deployment::KIND_VISIBLE_PATROL, kPartner).ok());
  const std::string deployment = world_.results().front();
  const auto answer = [&](const std::string& problem) {
    return world_.Revise("police", deployment,
                         [&](v1::Deployment& one) { one.set_problem(problem); });
  };
  EXPECT_EQ(FieldOf(answer(Named("reporter", kAuthority))), "deployment.problem");
  EXPECT_TRUE(answer(Named("police", kAuthority)).ok()) << "its own";
  EXPECT_EQ(ClassOf(deployment), kPartner);
}

TEST_F(FirstClassTest, AHeadlineIsAsStrictAsItsReport) {
  for (const auto release : {kPartner, kAuthority, kRestricted}) {
    ASSERT_TRUE(Submit("reporter", v1::CATEGORY_DRUGS, release).ok());
    const std::string report = world_.results().front();
    v1::ReviewReportRequest review;
    review.set_name(report);
    review.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
    review.set_no_personal_data(true);
    world_.AddMember("granskare", "kommun", {v1::ROLE_REVIEWER});
    ASSERT_TRUE(world_.Do("granskare", review, ReviewReport).ok());
    const std::string incident = world_.Now<v1::Report>(report).incident();
    EXPECT_EQ(ClassOf(incident), release);
    EXPECT_EQ(world_.Now<v1::Incident>(incident).headline(), "Något hände");
  }
}

TEST_F(FirstClassTest, AReasonKeepsItsClassUntilItsOwnerChoosesAnother) {
  const std::string meeting = world_.Schedule();
  ASSERT_TRUE(world_.Open(meeting).ok());
  v1::Meeting of_police = world_.Now<v1::Meeting>(meeting);
  const auto assess = [&](v1::ReleaseClass chosen) {
    v1::AssessAreasRequest request;
    request.set_name(meeting);
    auto& level = *request.add_levels();
    level.set_area(AreaName("vega"));
    level.set_level(v1::AREA_LEVEL_YELLOW);
    level.set_reason("Oroligt");
    level.set_reason_class(chosen);
    EXPECT_TRUE(world_.Do("chair", request, AssessAreas).ok());
    return ClassOf(absl::StrCat(meeting, "/assessments/vega"));
  };
  EXPECT_EQ(assess(kPublic), kPublic);
  EXPECT_EQ(assess(kAuthority), kAuthority);
  EXPECT_EQ(assess(kUnset), kAuthority) << "left out: it stays";
  EXPECT_EQ(assess(kPartner), kPartner) << "the owner chose";
  // Of another organisation's it stays.
  v1::AreaAssessment other =
      world_.Now<v1::AreaAssessment>(absl::StrCat(meeting, "/assessments/vega"));
  other.set_owner(OrganisationName("polisen"));
  other.mutable_release()->set_release_class(kAuthority);
  world_.Put(other);
  EXPECT_EQ(assess(kPartner), kAuthority);
}

// ---- Nobody loosens another organisation's content. Every command that writes content; the caller
// may do all that a coordinator and a chair may, and sees it.

TEST_F(FirstClassTest, R6SetClassLoosensForTheOwnerAlone) {
  const std::string problem = Named("police", kAuthority);
  v1::SetClassRequest request;
  request.set_name(problem);
  request.set_release_class(kPartner);
  request.set_reason("Behövs");
  EXPECT_EQ(ReasonOf(world_.Do("samling", request, SetClass)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  request.set_release_class(kRestricted);
  EXPECT_TRUE(world_.Do("samling", request, SetClass).ok()) << "who may edit it tightens";
}

TEST_F(FirstClassTest, R6ReleaseEntityIsForTheOwnerAlone) {
  const std::string report = Named("police", kAuthority);
  EXPECT_EQ(ReasonOf(::samsyn::testing::Share(world_, "samling", {report, {"soc"}})),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
}

TEST_F(FirstClassTest, R6AmendReportLoosensForNobody) {
  ASSERT_TRUE(Submit("reporter", v1::CATEGORY_DRUGS, kAuthority).ok());
  v1::AmendReportRequest amend;
  *amend.mutable_report() = world_.Result<v1::Report>();
  amend.mutable_report()->mutable_release()->set_release_class(kPartner);
  EXPECT_EQ(ReasonOf(world_.Do("police", amend, AmendReport)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  EXPECT_EQ(FieldOf(world_.Do("reporter", amend, AmendReport)), "report.release.release_class");
  EXPECT_EQ(ClassOf(amend.report().name()), kAuthority);
}

TEST_F(FirstClassTest, R6ANewVersionOfASourceLoosensNothing) {
  ASSERT_TRUE(Submit("reporter", v1::CATEGORY_DRUGS, kAuthority, kFeed).ok());
  const v1::Report report = world_.Result<v1::Report>();
  world_.Advance(absl::Minutes(1));
  v1::SubmitReportRequest again;
  again.set_municipality(kMunicipality);
  *again.mutable_report() = report;
  again.mutable_report()->set_text("Något annat hände");
  again.mutable_report()->mutable_release()->set_release_class(kPublic);
  *again.mutable_report()->mutable_source()->mutable_source_version_time() =
      TimestampOf(world_.now());
  ASSERT_TRUE(world_.Do("reporter", again, SubmitReport).ok());
  EXPECT_EQ(world_.Now<v1::Report>(report.name()).text(), "Något annat hände");
  EXPECT_EQ(ClassOf(report.name()), kAuthority);
  // What becomes sensitive tightens, whatever class came with it, unless it was published.
  again.mutable_report()->set_category(v1::CATEGORY_EXTREMISM);
  again.mutable_report()->mutable_source()->mutable_source_version_time()->set_seconds(
      again.report().source().source_version_time().seconds() + 1);
  ASSERT_TRUE(world_.Do("reporter", again, SubmitReport).ok());
  EXPECT_EQ(ClassOf(report.name()), kRestricted);
}

TEST_F(FirstClassTest, R6UpdateProblemKeepsTheClass) {
  v1::UpdateProblemRequest update;
  update.mutable_problem()->set_name(Named("police", kAuthority));
  update.mutable_problem()->set_statement("Annat");
  update.mutable_problem()->mutable_release()->set_release_class(kPublic);
  ASSERT_TRUE(world_.Do("samling", update, UpdateProblem).ok());
  EXPECT_EQ(ClassOf(update.problem().name()), kAuthority);
}

TEST_F(FirstClassTest, R6LinkIncidentsHidesWhatIsStricter) {
  ASSERT_TRUE(Submit("reporter", v1::CATEGORY_DRUGS, kAuthority, kFeed).ok());
  const std::string incident = world_.Result<v1::Report>().incident();
  ASSERT_NE(incident, "");
  const std::string problem = Named("landlord", kPartner);
  v1::LinkIncidentsRequest link;
  link.set_name(problem);
  link.add_add(incident);
  ASSERT_TRUE(world_.Do("samling", link, LinkIncidents).ok());
  EXPECT_EQ(ClassOf(problem), kPartner) << "its statement was written before";
  EXPECT_EQ(ClassOf(incident), kAuthority);
  EXPECT_THAT(world_.ShownTo("landlord", problem)->problem().incidents(), IsEmpty());
}

TEST_F(FirstClassTest, R6ReviseDeploymentKeepsTheClass) {
  ASSERT_TRUE(Propose("police", "", v1::Deployment::KIND_VISIBLE_PATROL, kAuthority).ok());
  const std::string deployment = world_.results().front();
  ASSERT_TRUE(world_
                  .Revise("chair", deployment,
                          [](v1::Deployment& one) {
                            one.set_aim("Annat");
                            one.mutable_release()->set_release_class(kPublic);
                          })
                  .ok());
  EXPECT_EQ(world_.Now<v1::Deployment>(deployment).aim(), "Annat");
  EXPECT_EQ(ClassOf(deployment), kAuthority);
}

TEST_F(FirstClassTest, R6RecordIndicatorsTouchesOnesOwnAlone) {
  v1::RecordIndicatorsRequest record;
  record.set_municipality(kMunicipality);
  v1::Indicator& indicator = *record.add_indicators();
  indicator.set_nature(v1::Indicator::NATURE_PERCEIVED);
  indicator.set_measure("Otrygga");
  indicator.set_text("Många");
  *indicator.mutable_period_start_time() = TimestampOf(world_.now() - absl::Hours(24));
  *indicator.mutable_period_end_time() = TimestampOf(world_.now());
  indicator.mutable_release()->set_release_class(kAuthority);
  ASSERT_TRUE(world_.Do("police", record, RecordIndicators).ok());
  const std::string first = world_.results().front();
  indicator.mutable_release()->set_release_class(kPublic);
  ASSERT_TRUE(world_.Do("samling", record, RecordIndicators).ok());
  EXPECT_NE(world_.results().front(), first) << "one of its own";
  ASSERT_TRUE(world_.Do("police", record, RecordIndicators).ok());
  EXPECT_EQ(world_.results().front(), first);
  EXPECT_EQ(ClassOf(first), kAuthority) << "not even its owner, without a decision";
}

TEST_F(FirstClassTest, R6UpdateRepairPassesNothingOn) {
  ASSERT_TRUE(Submit("police", v1::CATEGORY_UNSAFE_ENVIRONMENT, kAuthority).ok());
  v1::UpdateRepairRequest repair;
  repair.set_name(world_.results().front());
  repair.set_state(v1::Repair::STATE_ORDERED);
  repair.set_responsible_organisation(OrganisationName("bostader"));
  EXPECT_EQ(FieldOf(world_.Do("samling", repair, UpdateRepair)), "responsible_organisation");
  repair.clear_responsible_organisation();
  ASSERT_TRUE(world_.Do("samling", repair, UpdateRepair).ok());
  EXPECT_EQ(ClassOf(repair.name()), kAuthority);
}

TEST_F(FirstClassTest, R6ASetUpsDefaultIsForWhatComes) {
  ASSERT_TRUE(Submit("police", v1::CATEGORY_DRUGS, kAuthority).ok());
  const std::string report = world_.results().front();
  v1::GetSetupRequest get;
  get.set_municipality(kMunicipality);
  v1::GetSetupResponse response;
  ASSERT_TRUE(GetSetup(get, world_.picture(), world_.AudienceFor("coordinator"), &response).ok());
  v1::ApplySetupRequest apply;
  *apply.mutable_setup() = response.setup();
  for (v1::Organisation& one : *apply.mutable_setup()->mutable_organisations()) {
    if (one.name() == OrganisationName("polisen")) one.set_default_class(kPublic);
  }
  ASSERT_TRUE(world_.Do("coordinator", apply, ApplySetup).ok());
  EXPECT_EQ(ClassOf(report), kAuthority);
}

TEST_F(FirstClassTest, R6ARoundEntryIsItsOrganisations) {
  const std::string meeting = world_.Schedule();
  ASSERT_TRUE(world_.Open(meeting).ok());
  ASSERT_TRUE(world_.Join(meeting, "police").ok());
  v1::AddRoundEntryRequest said;
  said.set_name(meeting);
  said.mutable_entry()->set_kind(v1::RoundEntry::KIND_SAID);
  said.mutable_entry()->set_text("Spaning i kväll");
  said.mutable_entry()->mutable_release()->set_release_class(kAuthority);
  ASSERT_TRUE(world_.Do("police", said, AddRoundEntry).ok());
  v1::SetClassRequest loosen;
  loosen.set_name(world_.results().front());
  loosen.set_release_class(kPartner);
  loosen.set_reason("Behövs");
  EXPECT_EQ(ReasonOf(world_.Do("samling", loosen, SetClass)), v1::ERROR_REASON_INVALID_FIELDS);
}

}  // namespace
}  // namespace samsyn::domain
