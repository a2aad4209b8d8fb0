// What came of a report: the way from it to the outcome, and where it ends for whom.
#include "server/analysis/feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "server/domain/deployment_rules.h"
#include "server/domain/merge_rules.h"
#include "server/domain/problem_rules.h"
#include "server/domain/refusal.h"
#include "tests/domain/sharing.h"

namespace samsyn::analysis {
namespace {

using testing::AreaName;
using testing::ContentWorld;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using testing::Share;
using D = v1::Deployment;

class FeedbackTest : public ::testing::Test {
 protected:
  FeedbackTest() {
    v1::Member chair = world_.Now<v1::Member>(MemberName("samordnare"));
    chair.add_roles(v1::ROLE_CHAIR);
    world_.Put(chair);
  }
  v1::GetReportFeedbackResponse For(absl::string_view member, const std::string& report) {
    v1::GetReportFeedbackRequest request;
    request.set_name(report);
    v1::GetReportFeedbackResponse response;
    EXPECT_TRUE(
        GetReportFeedback(request, world_.picture(), world_.AudienceFor(member), &response).ok());
    return response;
  }
  std::string Problem(absl::string_view member, const std::string& incident,
                      v1::ReleaseClass release = v1::RELEASE_CLASS_PARTNER) {
    v1::CreateProblemRequest request;
    request.mutable_problem()->set_statement("Krossade rutor");
    request.mutable_problem()->mutable_release()->set_release_class(release);
    EXPECT_TRUE(world_.Do(member, request, domain::CreateProblem).ok());
    const std::string name = world_.results().front();
    v1::LinkIncidentsRequest link;
    link.set_name(name);
    link.add_add(incident);
    EXPECT_TRUE(world_.Do(member, link, domain::LinkIncidents).ok());
    return name;
  }
  // Decided, over and followed up.
  std::string Answered(const std::string& problem, D::Kind kind = D::KIND_VISIBLE_PATROL) {
    v1::ProposeDeploymentRequest request;
    D& deployment = *request.mutable_deployment();
    deployment.set_kind(kind);
    deployment.set_problem(problem);
    deployment.add_areas(AreaName("torget"));
    deployment.set_responsible_organisation(OrganisationName("kommunen"));
    *deployment.mutable_follow_up_due_time() = domain::TimestampOf(world_.now() + absl::Hours(99));
    *deployment.mutable_window()->mutable_start_time() = domain::TimestampOf(world_.now());
    *deployment.mutable_window()->mutable_end_time() =
        domain::TimestampOf(world_.now() + absl::Hours(1));
    EXPECT_TRUE(world_.Do("samordnare", request, domain::ProposeDeployment).ok());
    const std::string name = world_.results().front();
    v1::DecideDeploymentRequest decide;
    decide.set_name(name);
    EXPECT_TRUE(world_.Do("samordnare", decide, domain::DecideDeployment).ok());
    world_.Advance(absl::Hours(2));
    v1::RecordFollowUpRequest follow;
    follow.set_name(name);
    follow.mutable_follow_up()->set_outcome(v1::FollowUp::OUTCOME_PARTIAL);
    EXPECT_TRUE(world_.Do("samordnare", follow, domain::RecordFollowUp).ok());
    return name;
  }

  ContentWorld world_;
};

TEST_F(FeedbackTest, FromTheReportToTheOutcome) {
  const v1::Report report = world_.Accepted("vard");
  EXPECT_THAT(For("vard", report.name()).problems(), IsEmpty());
  const std::string problem = Problem("samordnare", report.incident());
  const std::string first = Answered(problem);
  const std::string second = Answered(problem);
  const auto told = For("vard", report.name());
  EXPECT_EQ(told.report().name(), report.name());
  EXPECT_EQ(told.incident(), report.incident());
  EXPECT_EQ(told.independent_sources(), 1);
  ASSERT_EQ(told.problems_size(), 1);
  EXPECT_EQ(told.problems(0).name(), problem);
  ASSERT_EQ(told.deployments_size(), 2);
  EXPECT_EQ(told.deployments(0).deployment(), second) << "the newest first";
  const v1::FeedbackDeployment& answer = told.deployments(1);
  EXPECT_EQ(answer.deployment(), first);
  EXPECT_EQ(answer.problem(), problem);
  EXPECT_EQ(answer.kind(), D::KIND_VISIBLE_PATROL);
  EXPECT_EQ(answer.state(), D::STATE_COMPLETED);
  EXPECT_EQ(answer.outcome(), v1::FollowUp::OUTCOME_PARTIAL);
  EXPECT_EQ(answer.areas(0), AreaName("torget"));
  EXPECT_TRUE(answer.has_window());
}

TEST_F(FeedbackTest, OneThatIsNotAcceptedLeadsNowhereYet) {
  const v1::Report report = world_.Submit("vard");
  const auto told = For("vard", report.name());
  EXPECT_EQ(told.report().state(), v1::Report::STATE_SUBMITTED);
  EXPECT_EQ(told.incident(), "");
}

TEST_F(FeedbackTest, WhatWasMergedIsOfTheProblemsOfEither) {
  const v1::Report one = world_.Accepted("vard");
  const v1::Report two = world_.Accepted("vard");
  const std::string linked = Problem("samordnare", one.incident());
  v1::MergeReportsRequest merge;
  merge.set_incident(two.incident());
  merge.add_reports(one.name());
  merge.set_reason("Samma sak");
  ASSERT_TRUE(world_.Do("forvaltare", merge, domain::MergeReports).ok());
  for (const v1::Report& report : {one, two}) {
    const auto told = For("vard", report.name());
    EXPECT_EQ(told.incident(), two.incident());
    ASSERT_EQ(told.problems_size(), 1);
    EXPECT_EQ(told.problems(0).name(), linked);
  }
}

TEST_F(FeedbackTest, R6EveryStepOnlyForWhomSeesItByItself) {
  const v1::Report report = world_.Accepted("vard");
  const std::string open = Problem("samordnare", report.incident());
  const std::string hidden = Problem("samordnare", report.incident(), v1::RELEASE_CLASS_AUTHORITY);
  const std::string seen = Answered(open);
  Answered(open, D::KIND_CAMERA);
  Answered(hidden);
  EXPECT_EQ(For("polis", report.name()).problems_size(), 2);
  EXPECT_EQ(For("polis", report.name()).deployments_size(), 3);
  const auto told = For("vard", report.name());
  ASSERT_EQ(told.problems_size(), 1);
  EXPECT_EQ(told.problems(0).name(), open);
  ASSERT_EQ(told.deployments_size(), 1);
  EXPECT_EQ(told.deployments(0).deployment(), seen);
}

TEST_F(FeedbackTest, R6OfAPartOfAReportNothingFollows) {
  const v1::Report report = world_.Accepted("falt", v1::CATEGORY_WORRY);
  ASSERT_EQ(report.release().release_class(), v1::RELEASE_CLASS_RESTRICTED);
  v1::GetReportFeedbackRequest request;
  request.set_name(report.name());
  v1::GetReportFeedbackResponse none;
  EXPECT_EQ(domain::ReasonOf(
                GetReportFeedback(request, world_.picture(), world_.AudienceFor("vard"), &none)),
            v1::ERROR_REASON_NOT_FOUND);
  ASSERT_TRUE(Share(world_, "granskare", {report.name(), {"kommunen"}}).ok());
  Problem("samordnare", report.incident());
  EXPECT_EQ(For("samordnare", report.name()).problems_size(), 1);
  ASSERT_TRUE(Share(world_, "granskare", {report.name(), {"bostader"}, {v1::WITHHELD_TEXT}}).ok());
  const auto told = For("vard", report.name());
  EXPECT_EQ(told.report().name(), report.name());
  EXPECT_EQ(told.report().text(), "");
  EXPECT_EQ(told.incident(), "");
  EXPECT_EQ(told.independent_sources(), 0);
  EXPECT_THAT(told.problems(), IsEmpty());
}

}  // namespace
}  // namespace samsyn::analysis
