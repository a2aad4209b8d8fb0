// Person numbers at the doors, over a real socket: refused for people, masked for machines, and
// nowhere in the journal.
#include <gmock/gmock.h>
#include <samsyn/v1/directory.grpc.pb.h>
#include <samsyn/v1/problem.grpc.pb.h>
#include <samsyn/v1/report.grpc.pb.h>

#include <map>
#include <string>
#include <vector>

#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kNumber[] = "900118-9811";  // that nobody has
constexpr char kMasked[] = "Bråk, [personnr] var med.";
constexpr char kAlarms[] = "//bostader.example/larm";

std::map<std::string, std::string> FieldsOf(const google::rpc::Status& status) {
  std::map<std::string, std::string> fields;
  for (const auto& any : status.details()) {
    google::rpc::BadRequest bad;
    if (!any.UnpackTo(&bad)) continue;
    for (const auto& one : bad.field_violations()) fields[one.field()] = one.description();
  }
  return fields;
}

class PersonNumbersTest : public ServerTestBase {
 protected:
  PersonNumbersTest() {
    AddMember("larm", "polisen", {v1::ROLE_PARTNER_SYSTEM});
    AddMember("halvt", "polisen", {v1::ROLE_PARTNER_SYSTEM, v1::ROLE_REPORTER});
    for (const char* const id : {"larm", "halvt"}) {
      auto member = Get<v1::Member>(Below(absl::StrCat("members/", id)));
      member.add_source_uris(kAlarms);
      Put(member);
    }
    auto municipality = Get<v1::Municipality>(kMunicipality);
    municipality.add_trusted_sources()->set_source_uri(kAlarms);
    Put(municipality);
    reports_ = v1::ReportService::NewStub(channel_);
  }

  static v1::SubmitReportRequest AReport() {
    v1::SubmitReportRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    request.mutable_report()->set_category(v1::CATEGORY_DISORDER);
    request.mutable_report()->set_text(absl::StrCat("Bråk, ", kNumber, " var med."));
    return request;
  }
  v1::SubmitReportRequest AnAlarm(const std::string& id, absl::Duration version) {
    v1::SubmitReportRequest request = AReport();
    v1::Source& source = *request.mutable_report()->mutable_source();
    source.set_source_uri(kAlarms);
    source.set_source_id(id);
    *source.mutable_source_version_time() = domain::TimestampOf(clock_.Now() + version);
    *request.mutable_report()->mutable_occurred_time() = domain::TimestampOf(clock_.Now());
    return request;
  }
  grpc::Status Submit(absl::string_view member, const v1::SubmitReportRequest& request,
                      v1::Report* report = nullptr, const std::string& language = "en") {
    v1::SubmitReportResponse response;
    const auto status =
        reports_->SubmitReport(With(TokenOf(member), language).get(), request, &response);
    if (report != nullptr) *report = response.report();
    return status;
  }

  std::vector<journal::Entry> Entries() { return *(*store_.Open("0136"))->Read(0, 1000); }
  journal::v1::EntryMetadata LastMetadata() { return *journal::MetadataOf(Entries().back()); }
  // Everything that was ever kept.
  std::string Kept() {
    std::string bytes;
    for (const journal::Entry& entry : Entries()) {
      absl::StrAppend(&bytes, entry.metadata);
      for (const auto& change : entry.changes) absl::StrAppend(&bytes, change.content());
    }
    return bytes;
  }

  std::unique_ptr<v1::ReportService::Stub> reports_;
};

TEST_F(PersonNumbersTest, APersonsTextIsRefusedWithFieldAndPlaceAndChangesNothing) {
  v1::SubmitReportRequest request = AReport();
  request.mutable_report()->add_marks(kNumber);
  const std::string token = TokenOf("anna");
  const int64_t before = Revision();
  v1::SubmitReportResponse response;
  for (const std::string language : {"sv", "en"}) {
    const auto status = reports_->SubmitReport(With(token, language).get(), request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "PERSON_NUMBER");
    const auto fields = FieldsOf(DetailsOf(status));
    ASSERT_EQ(fields.size(), 2u);
    EXPECT_THAT(fields.at("report.text"), HasSubstr("7–17"));
    EXPECT_THAT(fields.at("report.marks[0]"), HasSubstr("1–11"));
    EXPECT_THAT(status.error_message() + status.error_details(), Not(HasSubstr("9811")));
  }
  EXPECT_EQ(Revision(), before);
}

TEST_F(PersonNumbersTest, WhatIsConfirmedPassesAndIsRecorded) {
  v1::SubmitReportRequest request = AReport();
  request.set_not_person_numbers(true);
  v1::Report report;
  ASSERT_TRUE(Submit("anna", request, &report).ok());
  EXPECT_THAT(report.text(), HasSubstr(kNumber));
  ASSERT_EQ(report.text_findings_size(), 1);
  EXPECT_EQ(report.text_findings(0).kind(), v1::TextFinding::KIND_CONFIRMED_NUMBER);
  EXPECT_EQ(report.text_findings(0).field(), "text");
  EXPECT_EQ(report.text_findings(0).position(), 7);
  EXPECT_EQ(report.text_findings(0).length(), 11);
  EXPECT_TRUE(LastMetadata().not_person_numbers());
  // What has no number has nothing to confirm.
  request = AReport();
  request.mutable_report()->set_text("Bråk.");
  request.set_not_person_numbers(true);
  ASSERT_TRUE(Submit("anna", request, &report).ok());
  EXPECT_FALSE(LastMetadata().not_person_numbers());
}

TEST_F(PersonNumbersTest, TheSameIsAskedAgainWithTheConfirmation) {
  v1::SubmitReportRequest request = AReport();
  EXPECT_EQ(ReasonOf(Submit("anna", request)), "PERSON_NUMBER");
  request.set_not_person_numbers(true);
  EXPECT_TRUE(Submit("anna", request).ok()) << "a refusal uses up no request id";
}

TEST_F(PersonNumbersTest, AMachinesReportIsMaskedBeforeItIsKeptAndWaitsForReview) {
  const std::string token = TokenOf("larm");
  const v1::SubmitReportRequest request = AnAlarm("a", absl::ZeroDuration());
  v1::SubmitReportResponse first, again;
  ASSERT_TRUE(reports_->SubmitReport(With(token).get(), request, &first).ok());
  EXPECT_EQ(first.report().text(), kMasked);
  EXPECT_EQ(first.report().state(), v1::Report::STATE_SUBMITTED) << "its source is trusted";
  ASSERT_EQ(first.report().text_findings_size(), 1);
  EXPECT_EQ(first.report().text_findings(0).kind(), v1::TextFinding::KIND_MASKED_PERSON_NUMBER);
  EXPECT_THAT(Kept(), Not(HasSubstr("9811")));
  // R7: the same again is the same; its digest is of what was kept.
  ASSERT_TRUE(reports_->SubmitReport(With(token).get(), request, &again).ok());
  EXPECT_EQ(again.revision(), first.revision());
  v1::SubmitReportRequest masked = request;
  masked.mutable_report()->set_text(kMasked);
  ASSERT_TRUE(reports_->SubmitReport(With(token).get(), masked, &again).ok());
  EXPECT_EQ(again.revision(), first.revision());
  // R8: an equal version under another request id changes nothing.
  v1::SubmitReportRequest equal = request;
  equal.set_request_id(NewRequestId());
  const int64_t before = Revision();
  ASSERT_TRUE(reports_->SubmitReport(With(token).get(), equal, &again).ok());
  EXPECT_EQ(Revision(), before);
}

TEST_F(PersonNumbersTest, AMachineConfirmsNothing) {
  v1::SubmitReportRequest request = AnAlarm("a", absl::ZeroDuration());
  request.set_not_person_numbers(true);
  v1::Report report;
  ASSERT_TRUE(Submit("larm", request, &report).ok());
  EXPECT_EQ(report.text(), kMasked);
  EXPECT_FALSE(LastMetadata().not_person_numbers());
}

TEST_F(PersonNumbersTest, WhoIsAPersonTooIsRefused) {
  EXPECT_EQ(ReasonOf(Submit("halvt", AnAlarm("a", absl::ZeroDuration()))), "PERSON_NUMBER");
}

TEST_F(PersonNumbersTest, AMachinesAmendmentIsMaskedToo) {
  v1::SubmitReportRequest request = AnAlarm("a", absl::ZeroDuration());
  request.mutable_report()->set_text("Bråk.");
  v1::Report report;
  ASSERT_TRUE(Submit("larm", request, &report).ok());
  EXPECT_EQ(report.state(), v1::Report::STATE_ACCEPTED);
  v1::AmendReportRequest amend;
  amend.set_request_id(NewRequestId());
  *amend.mutable_report() = report;
  amend.mutable_report()->set_text(absl::StrCat("Bråk, ", kNumber, " var med."));
  v1::AmendReportResponse amended;
  ASSERT_TRUE(reports_->AmendReport(With(TokenOf("larm")).get(), amend, &amended).ok());
  EXPECT_EQ(amended.report().text(), kMasked);
  EXPECT_EQ(amended.report().state(), v1::Report::STATE_SUBMITTED);
  EXPECT_THAT(Kept(), Not(HasSubstr("9811")));
}

TEST_F(PersonNumbersTest, AMachinesOtherWritesAreRefused) {
  v1::RetractReportRequest request;
  request.set_request_id(NewRequestId());
  request.set_name(Below("reports/x"));
  request.set_note(kNumber);
  v1::RetractReportResponse response;
  EXPECT_EQ(ReasonOf(reports_->RetractReport(With(TokenOf("larm")).get(), request, &response)),
            "PERSON_NUMBER");
}

TEST_F(PersonNumbersTest, InABatchEachReportHasItsOwnResult) {
  v1::SubmitReportsRequest batch;
  *batch.add_requests() = AReport();
  *batch.add_requests() = AReport();
  batch.mutable_requests(1)->set_not_person_numbers(true);
  *batch.add_requests() = AReport();
  batch.mutable_requests(2)->mutable_report()->set_text("Bråk.");
  v1::SubmitReportsResponse response;
  ASSERT_TRUE(reports_->SubmitReports(With(TokenOf("anna")).get(), batch, &response).ok());
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(0).status().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FieldsOf(response.results(0).status()).count("report.text"), 1u);
  EXPECT_EQ(response.results(1).status().code(), 0);
  EXPECT_EQ(response.results(2).status().code(), 0);
  ASSERT_TRUE(reports_->SubmitReports(With(TokenOf("larm")).get(), batch, &response).ok());
  for (const auto& result : response.results()) {
    EXPECT_EQ(result.status().code(), 0);
    EXPECT_THAT(Get<v1::Report>(result.name()).text(), Not(HasSubstr("9811")));
  }
}

TEST_F(PersonNumbersTest, WhatIsPushedIsMaskedOrRefusedAndTheStreamGoesOn) {
  for (const char* const member : {"anna", "larm"}) {
    const auto context = With(TokenOf(member));
    const auto stream = reports_->PushReports(context.get());
    v1::PushReportsRequest item;
    item.set_number(1);
    *item.mutable_request() = AReport();
    ASSERT_TRUE(stream->Write(item));
    item.set_number(2);
    *item.mutable_request() = AReport();
    item.mutable_request()->mutable_report()->set_text("Bråk.");
    ASSERT_TRUE(stream->Write(item));
    stream->WritesDone();
    v1::PushReportsResponse answer;
    std::vector<int64_t> refused;
    while (stream->Read(&answer)) {
      for (const auto& refusal : answer.refusals()) refused.push_back(refusal.number());
    }
    ASSERT_TRUE(stream->Finish().ok());
    EXPECT_EQ(answer.durable_number(), 2);
    if (std::string(member) == "anna") {
      EXPECT_THAT(refused, ElementsAre(1));
    } else {
      EXPECT_TRUE(refused.empty());
    }
  }
  EXPECT_THAT(Kept(), Not(HasSubstr("9811")));
}

TEST_F(PersonNumbersTest, ASetupIsSearchedAsAWhole) {
  v1::ApplySetupRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_setup()->mutable_municipality() = Get<v1::Municipality>(kMunicipality);
  for (const bool validate_only : {true, false}) {
    request.set_validate_only(validate_only);
    request.mutable_setup()->clear_areas();
    v1::Area& area = *request.mutable_setup()->add_areas();
    area.set_name(Below("areas/torget"));
    area.set_display_name("Torget");
    area.set_kind(v1::Area::KIND_SQUARE);
    area.add_aliases(kNumber);
    v1::ApplySetupResponse response;
    const auto status = v1::DirectoryService::NewStub(channel_)->ApplySetup(
        With(TokenOf("karin")).get(), request, &response);
    EXPECT_EQ(ReasonOf(status), "PERSON_NUMBER");
    EXPECT_EQ(FieldsOf(DetailsOf(status)).count("setup.areas[0].aliases[0]"), 1u);
  }
}

TEST_F(PersonNumbersTest, OtherWritesOfPeopleAreConfirmedAndRecordedToo) {
  v1::CreateProblemRequest request;
  request.set_request_id(NewRequestId());
  request.set_municipality(kMunicipality);
  request.mutable_problem()->set_statement(absl::StrCat("Ärende ", kNumber));
  v1::CreateProblemResponse response;
  const auto problems = v1::ProblemService::NewStub(channel_);
  EXPECT_EQ(ReasonOf(problems->CreateProblem(With(TokenOf("karin")).get(), request, &response)),
            "PERSON_NUMBER");
  request.set_not_person_numbers(true);
  const auto status = problems->CreateProblem(With(TokenOf("karin")).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(LastMetadata().not_person_numbers());
}

}  // namespace
}  // namespace samsyn::service
