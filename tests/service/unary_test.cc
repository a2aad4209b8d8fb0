// Unary calls over a real socket: who is let in, what refusals say, what is answered.
#include <gmock/gmock.h>
#include <samsyn/v1/access.grpc.pb.h>
#include <samsyn/v1/admin.grpc.pb.h>
#include <samsyn/v1/audit.grpc.pb.h>
#include <samsyn/v1/report.grpc.pb.h>
#include <samsyn/v1/situation.grpc.pb.h>

#include <atomic>
#include <thread>

#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

using ::testing::HasSubstr;

class UnaryTest : public ServerTestBase {
 protected:
  std::atomic<bool> waiting_{false};

  grpc::Status WhoAmI(const std::string& token) {
    v1::WhoAmIResponse response;
    return v1::AccessService::NewStub(channel_)->WhoAmI(With(token).get(), {}, &response);
  }
  static v1::SubmitReportRequest AReport(const std::string& text = "Klotter vid centrum") {
    v1::SubmitReportRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
    request.mutable_report()->set_text(text);
    return request;
  }
  grpc::Status Submit(const std::string& token, const v1::SubmitReportRequest& request,
                      v1::SubmitReportResponse* response, const std::string& language = "") {
    return v1::ReportService::NewStub(channel_)->SubmitReport(With(token, language).get(), request,
                                                              response);
  }
};

TEST_F(UnaryTest, WhoIsLetIn) {
  std::string name;
  const std::string good = TokenOf("anna", &name);
  std::string wrong_secret = good;
  wrong_secret.back() = wrong_secret.back() == '0' ? '1' : '0';
  std::string elsewhere = good;
  elsewhere.replace(7, 4, "0192");
  const struct {
    std::string what, token, reason;
  } rows[] = {
      {"a good token", good, ""},
      {"none", "", "NO_IDENTITY"},
      {"nonsense", "abc", "NO_IDENTITY"},
      {"another secret", wrong_secret, "NO_IDENTITY"},
      {"another municipality", elsewhere, "NO_IDENTITY"},
  };
  for (const auto& row : rows) {
    const grpc::Status status = WhoAmI(row.token);
    EXPECT_EQ(ReasonOf(status), row.reason) << row.what;
    EXPECT_EQ(status.error_code(),
              row.reason.empty() ? grpc::StatusCode::OK : grpc::StatusCode::UNAUTHENTICATED)
        << row.what;
  }
  // Expired, revoked, removed.
  auto token = Get<v1::Token>(name);
  const auto expires = token.expire_time();
  *token.mutable_expire_time() = domain::TimestampOf(clock_.Now());
  Put(token);
  EXPECT_EQ(ReasonOf(WhoAmI(good)), "IDENTITY_ENDED");
  *token.mutable_expire_time() = expires;
  Put(token);
  EXPECT_TRUE(WhoAmI(good).ok());
  v1::RevokeTokenRequest revoke;
  revoke.set_request_id(NewRequestId());
  revoke.set_name(name);
  v1::RevokeTokenResponse revoked;
  EXPECT_TRUE(
      v1::AccessService::NewStub(channel_)->RevokeToken(With(good).get(), revoke, &revoked).ok());
  EXPECT_EQ(ReasonOf(WhoAmI(good)), "IDENTITY_ENDED");
  const std::string another = TokenOf("anna");
  v1::Member member = Get<v1::Member>(Below("members/anna"));
  member.set_removed(true);
  Put(member);
  EXPECT_EQ(ReasonOf(WhoAmI(another)), "IDENTITY_ENDED");
}

TEST_F(UnaryTest, WhoAmISaysAll) {
  v1::WhoAmIResponse response;
  const auto status =
      v1::AccessService::NewStub(channel_)->WhoAmI(With(TokenOf("anna")).get(), {}, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.member().name(), Below("members/anna"));
  EXPECT_EQ(response.organisation().name(), Below("organisations/polisen"));
  EXPECT_EQ(response.municipality().display_name(), "Haninge");
  EXPECT_EQ(response.token().member(), Below("members/anna"));
  EXPECT_EQ(response.revision(), Revision());
}

TEST_F(UnaryTest, RefusalsComeInTheCallersLanguageWithAllViolations) {
  const std::string token = TokenOf("anna");
  v1::SubmitReportRequest request = AReport("");
  request.set_request_id("no uuid");
  v1::SubmitReportResponse response;
  for (const bool swedish : {false, true}) {
    const auto status = Submit(token, request, &response, swedish ? "sv-SE,sv;q=0.9" : "en");
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "INVALID_FIELDS");
    google::rpc::BadRequest fields;
    std::string locale;
    const google::rpc::Status details = DetailsOf(status);
    for (const auto& any : details.details()) {
      any.UnpackTo(&fields);
      if (google::rpc::LocalizedMessage message; any.UnpackTo(&message)) locale = message.locale();
    }
    EXPECT_EQ(locale, swedish ? "sv" : "en");
    EXPECT_GE(fields.field_violations_size(), 2) << "request_id and report.text, both at once";
  }
}

TEST_F(UnaryTest, AWriteAnswersWithTheEntityAndARepeatWithTheSame) {
  const std::string token = TokenOf("anna");
  const auto request = AReport();
  v1::SubmitReportResponse first, again;
  ASSERT_TRUE(Submit(token, request, &first).ok());
  EXPECT_EQ(first.report().text(), "Klotter vid centrum");
  EXPECT_EQ(first.revision(), Revision());
  ASSERT_TRUE(Submit(token, request, &again).ok());
  EXPECT_EQ(again.report().name(), first.report().name());
  EXPECT_EQ(again.revision(), first.revision());
  auto other = request;
  other.mutable_report()->set_text("Något annat");
  EXPECT_EQ(ReasonOf(Submit(token, other, &again)), "REQUEST_ID_REUSED");
}

TEST_F(UnaryTest, RepairsAndPlannedEventsAreServed) {
  const std::string police = TokenOf("anna"), coordinator = TokenOf("karin");
  auto defect = AReport("Trasig lampa"), event = AReport("Disko");
  defect.mutable_report()->set_category(v1::CATEGORY_UNSAFE_ENVIRONMENT);
  event.mutable_report()->set_category(v1::CATEGORY_PLANNED_EVENT);
  event.mutable_report()->mutable_recurrence()->set_frequency(v1::Recurrence::FREQUENCY_WEEKLY);
  v1::SubmitReportResponse submitted;
  ASSERT_TRUE(Submit(police, event, &submitted).ok());
  ASSERT_TRUE(Submit(police, defect, &submitted).ok());
  const auto reports = v1::ReportService::NewStub(channel_);
  v1::UpdateRepairRequest repair;
  repair.set_request_id(NewRequestId());
  repair.set_name(submitted.report().name());
  repair.set_state(v1::Repair::STATE_ORDERED);
  v1::UpdateRepairResponse repaired;
  EXPECT_EQ(ReasonOf(reports->UpdateRepair(With(police).get(), repair, &repaired)), "ROLE_MISSING");
  ASSERT_TRUE(reports->UpdateRepair(With(coordinator).get(), repair, &repaired).ok());
  EXPECT_EQ(repaired.report().repair().state(), v1::Repair::STATE_ORDERED);
  v1::GetRepairsRequest get;
  get.set_municipality(kMunicipality);
  get.set_min_revision(repaired.revision());
  v1::GetRepairsResponse rows;
  const auto situation = v1::SituationService::NewStub(channel_);
  ASSERT_TRUE(situation->GetRepairs(With(police).get(), get, &rows).ok());
  ASSERT_EQ(rows.rows_size(), 1);
  EXPECT_EQ(rows.rows(0).ordered(), 1);
  EXPECT_EQ(rows.revision(), repaired.revision());
  v1::ListPlannedEventsRequest list;
  list.set_municipality(kMunicipality);
  *list.mutable_window()->mutable_start_time() =
      domain::TimestampOf(clock_.Now() + absl::Hours(24));
  *list.mutable_window()->mutable_end_time() =
      domain::TimestampOf(clock_.Now() + absl::Hours(24 * 15));
  v1::ListPlannedEventsResponse planned;
  ASSERT_TRUE(reports->ListPlannedEvents(With(police).get(), list, &planned).ok());
  EXPECT_EQ(planned.occurrences_size(), 2);
  list.mutable_window()->clear_end_time();
  EXPECT_EQ(ReasonOf(reports->ListPlannedEvents(With(police).get(), list, &planned)),
            "INVALID_FIELDS");
}

TEST_F(UnaryTest, ReadsWaitForTheRevisionAskedFor) {
  const std::string token = TokenOf("anna");
  v1::SubmitReportResponse submitted;
  ASSERT_TRUE(Submit(token, AReport(), &submitted).ok());
  v1::GetReportRequest get;
  get.set_name(submitted.report().name());
  get.set_min_revision(submitted.revision());
  v1::GetReportResponse got;
  const auto stub = v1::ReportService::NewStub(channel_);
  ASSERT_TRUE(stub->GetReport(With(token).get(), get, &got).ok());
  EXPECT_EQ(got.report().name(), submitted.report().name());
  EXPECT_GE(got.revision(), submitted.revision());
  get.set_name(Below("reports/00000000-0000-4000-8000-000000000000"));
  EXPECT_EQ(ReasonOf(stub->GetReport(With(token).get(), get, &got)), "NOT_FOUND");
  get.set_name("municipalities/0192/reports/x");
  EXPECT_EQ(ReasonOf(stub->GetReport(With(token).get(), get, &got)), "NOT_FOUND");
}

TEST_F(UnaryTest, AReadThatWaitsEndsWithItsDeadlineOrTheServer) {
  const std::string token = TokenOf("anna");
  const auto stub = v1::ReportService::NewStub(channel_);
  v1::ListReportsRequest list;
  list.set_municipality(kMunicipality);
  list.set_min_revision(Revision() + 1000);
  v1::ListReportsResponse listed;
  std::thread stopping([&] {
    ASSERT_TRUE(samsyn::testing::Eventually([&] { return waiting_.load(); }));
    server_->Shutdown();
  });
  waiting_ = true;
  const absl::Time begin = absl::Now();
  EXPECT_FALSE(stub->ListReports(With(token).get(), list, &listed).ok());
  stopping.join();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(8));
}

TEST_F(UnaryTest, ABatchHasAResultEach) {
  const std::string token = TokenOf("anna");
  v1::SubmitReportsRequest request;
  *request.add_requests() = AReport("Ett");
  *request.add_requests() = AReport("");
  *request.add_requests() = AReport("Tre");
  v1::SubmitReportsResponse response;
  const auto stub = v1::ReportService::NewStub(channel_);
  ASSERT_TRUE(stub->SubmitReports(With(token).get(), request, &response).ok());
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(0).effect(), v1::SubmitReportsResult::EFFECT_CREATED);
  EXPECT_EQ(response.results(1).status().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(response.results(2).revision(), response.revision());
  EXPECT_EQ(ReasonOf(stub->SubmitReports(With(token).get(), {}, &response)), "INVALID_FIELDS");
}

TEST_F(UnaryTest, ATokenIsShownOnce) {
  const std::string token = TokenOf("samordnare");
  v1::IssueTokenRequest request;
  request.set_request_id(NewRequestId());
  request.set_member(Below("members/anna"));
  v1::IssueTokenResponse issued, repeated;
  const auto stub = v1::AccessService::NewStub(channel_);
  const auto status = stub->IssueToken(With(token).get(), request, &issued);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(WhoAmI(issued.secret()).ok());
  ASSERT_TRUE(stub->IssueToken(With(token).get(), request, &repeated).ok());
  EXPECT_EQ(repeated.token().name(), issued.token().name());
  EXPECT_EQ(repeated.secret(), "");
  EXPECT_TRUE(WhoAmI(issued.secret()).ok());
}

TEST_F(UnaryTest, TooLargeIsRefusedWithAReason) {
  v1::SubmitReportResponse response;
  const auto status = Submit(TokenOf("anna"), AReport(std::string(300 << 10, 'x')), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "LIMIT_REACHED");
}

TEST_F(UnaryTest, TheJournalIsVerifiedForWhoMayAsk) {
  const auto stub = v1::AuditService::NewStub(channel_);
  v1::VerifyJournalRequest request;
  request.set_municipality(kMunicipality);
  v1::VerifyJournalResponse response;
  EXPECT_EQ(ReasonOf(stub->VerifyJournal(With(TokenOf("anna")).get(), request, &response)),
            "ROLE_MISSING");
  const std::string coordinator = TokenOf("karin");
  ASSERT_TRUE(stub->VerifyJournal(With(coordinator).get(), request, &response).ok());
  EXPECT_TRUE(response.intact());
  EXPECT_EQ(response.revision(), Revision());
  EXPECT_EQ(response.digest().size(), 32u);
}

TEST_F(UnaryTest, TheServerSaysHowItIs) {
  v1::GetServerStatusRequest request;
  request.set_municipality(kMunicipality);
  v1::GetServerStatusResponse response;
  const auto stub = v1::AdminService::NewStub(channel_);
  ASSERT_TRUE(stub->GetServerStatus(With(TokenOf("karin")).get(), request, &response).ok());
  EXPECT_TRUE(response.writable());
  EXPECT_EQ(response.revision(), Revision());
  EXPECT_GT(response.entities(), 0);
  EXPECT_EQ(ReasonOf(stub->GetServerStatus(With(TokenOf("anna")).get(), request, &response)),
            "ROLE_MISSING");
}

}  // namespace
}  // namespace samsyn::service
