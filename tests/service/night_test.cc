// The methods of the night over a real socket: they are there, answer at a revision, and repeat.
#include <gmock/gmock.h>
#include <samsyn/v1/assignment.grpc.pb.h>
#include <samsyn/v1/deployment.grpc.pb.h>
#include <samsyn/v1/report.grpc.pb.h>

#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

using ::testing::HasSubstr;

class NightTest : public ServerTestBase {
 protected:
  NightTest() {
    AddMember("vakt", "polisen", {v1::ROLE_FIELD});
    v1::Member guard = Get<v1::Member>(Below("members/vakt"));
    guard.add_units(Below("units/patrull"));
    Put(guard);
    v1::Area area;
    area.set_name(Below("areas/torget"));
    area.set_display_name("Torget");
    Put(area);
    v1::Unit unit;
    unit.set_name(Below("units/patrull"));
    unit.set_display_name("Patrullen");
    unit.set_organisation(Below("organisations/polisen"));
    unit.set_power(v1::Unit::POWER_POLICE);
    Put(unit);
    Put(Deployment());
    v1::Assignment assignment;
    assignment.set_name(Below("assignments/a"));
    assignment.set_owner(Below("organisations/polisen"));
    assignment.set_organisation(assignment.owner());
    assignment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
    assignment.set_deployment(Deployment().name());
    assignment.set_unit(Below("units/patrull"));
    assignment.set_state(v1::Assignment::STATE_DONE);
    assignment.add_areas(Below("areas/torget"));
    *assignment.mutable_window() = Deployment().window();
    Put(assignment);
  }
  // Runs from now for an hour.
  v1::Deployment Deployment() const {
    v1::Deployment deployment;
    deployment.set_name(Below("deployments/d"));
    deployment.set_owner(Below("organisations/kommunen"));
    deployment.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    deployment.set_state(v1::Deployment::STATE_ACTIVE);
    deployment.set_kind(v1::Deployment::KIND_VISIBLE_PATROL);
    deployment.add_areas(Below("areas/torget"));
    *deployment.mutable_window()->mutable_start_time() = domain::TimestampOf(clock_.Now());
    *deployment.mutable_window()->mutable_end_time() =
        domain::TimestampOf(clock_.Now() + absl::Hours(1));
    return deployment;
  }
  // What a call answers; the test fails when it is refused.
  template <typename Stub, typename Request, typename Response>
  void Call(absl::string_view member, Stub& stub,
            grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
            const Request& request, Response* response) {
    const grpc::Status status = (stub.*method)(With(TokenOf(member)).get(), request, response);
    EXPECT_TRUE(status.ok()) << status.error_message() << " " << ReasonOf(status);
    EXPECT_GT(response->revision(), 0);
  }

  std::unique_ptr<v1::DeploymentService::Stub> deployments_ =
      v1::DeploymentService::NewStub(channel_);
  std::unique_ptr<v1::AssignmentService::Stub> assignments_ =
      v1::AssignmentService::NewStub(channel_);
};

TEST_F(NightTest, IsReadAndPrinted) {
  v1::GetCoverageRequest coverage;
  coverage.set_municipality(kMunicipality);
  *coverage.mutable_window() = Deployment().window();
  v1::GetCoverageResponse covered;
  Call("karin", *deployments_, &v1::DeploymentService::Stub::GetCoverage, coverage, &covered);
  ASSERT_EQ(covered.rows_size(), 1);
  EXPECT_EQ(covered.rows(0).hours(0).state(), v1::CoverageHour::STATE_EMPTY);

  v1::GetLogRequest log;
  log.set_municipality(kMunicipality);
  v1::GetLogResponse logged;
  Call("karin", *deployments_, &v1::DeploymentService::Stub::GetLog, log, &logged);
  EXPECT_THAT(logged.markdown(), HasSubstr("Insats föreslagen: synlig närvaro, Torget"));
  EXPECT_THAT(logged.html(), HasSubstr("<!DOCTYPE html>"));

  v1::GetUnitSheetRequest sheet;
  sheet.set_unit(Below("units/patrull"));
  *sheet.mutable_window() = Deployment().window();
  v1::GetUnitSheetResponse card;
  Call("vakt", *assignments_, &v1::AssignmentService::Stub::GetUnitSheet, sheet, &card);
  EXPECT_EQ(card.assignments_size(), 1);
  EXPECT_THAT(card.markdown(), HasSubstr("Insatskort: Patrullen"));
}

TEST_F(NightTest, ADebriefThatIsSentAgainIsTheSame) {
  v1::DebriefAssignmentRequest request;
  request.set_request_id(NewRequestId());
  request.set_name(Below("assignments/a"));
  request.mutable_debrief()->set_result(v1::Debrief::RESULT_AS_PLANNED);
  request.mutable_debrief()->set_mood(v1::Debrief::MOOD_NOBODY);
  v1::DebriefAssignmentResponse first, again;
  const auto method = &v1::AssignmentService::Stub::DebriefAssignment;
  Call("vakt", *assignments_, method, request, &first);
  clock_.Advance(absl::Minutes(1));
  const int64_t revision = Revision();
  Call("vakt", *assignments_, method, request, &again);
  EXPECT_EQ(Revision(), revision + 1) << "the token's own";
  EXPECT_EQ(again.assignment().debrief().time().seconds(),
            first.assignment().debrief().time().seconds());
  request.mutable_debrief()->set_text("Talade med 19121212-1212");
  request.set_request_id(NewRequestId());
  const grpc::Status status =
      assignments_->DebriefAssignment(With(TokenOf("vakt")).get(), request, &again);
  EXPECT_EQ(ReasonOf(status), "PERSON_NUMBER");
}

TEST_F(NightTest, AllIsEndedOnce) {
  v1::StandDownAllRequest request;
  request.set_request_id(NewRequestId());
  request.set_municipality(kMunicipality);
  request.set_reason("Regn");
  v1::StandDownAllResponse first, again;
  const auto method = &v1::DeploymentService::Stub::StandDownAll;
  Call("karin", *deployments_, method, request, &first);
  ASSERT_EQ(first.deployments_size(), 1);
  EXPECT_EQ(first.deployments(0).state(), v1::Deployment::STATE_COMPLETED);
  Call("karin", *deployments_, method, request, &again);
  EXPECT_EQ(again.deployments_size(), 1) << "a repeat answers as it did";
  request.set_request_id(NewRequestId());
  EXPECT_EQ(ReasonOf(deployments_->StandDownAll(With(TokenOf("karin")).get(), request, &again)),
            "WRONG_STATE");
  request.clear_reason();
  EXPECT_EQ(ReasonOf(deployments_->StandDownAll(With(TokenOf("karin")).get(), request, &again)),
            "INVALID_FIELDS");
}

TEST_F(NightTest, WhoReportedIsToldWhatCameOfIt) {
  v1::Report report;
  report.set_name(Below("reports/r"));
  report.set_owner(Below("organisations/polisen"));
  report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  Put(report);
  v1::GetReportFeedbackRequest request;
  request.set_name(report.name());
  v1::GetReportFeedbackResponse told;
  Call("anna", *v1::ReportService::NewStub(channel_), &v1::ReportService::Stub::GetReportFeedback,
       request, &told);
  EXPECT_EQ(told.report().name(), report.name());
}

}  // namespace
}  // namespace samsyn::service
