// Two histories of a municipality: who is shown both, how writes go on, what is taken over.
#include <grpc/health/v1/health.grpc.pb.h>
#include <samsyn/v1/admin.grpc.pb.h>
#include <samsyn/v1/report.grpc.pb.h>

#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

using ::samsyn::testing::Eventually;

class JournalForkTest : public ServerTestBase {
 protected:
  JournalForkTest() : anna_(TokenOf("anna")), karin_(TokenOf("karin")) {
    common_ = Revision();
    lost_ = SubmitReport("Klotter vid centrum");
    SubmitReport("Bara för oss", v1::RELEASE_CLASS_RESTRICTED);
    lost_head_ = Revision();
  }

  std::string SubmitReport(const std::string& text,
                           v1::ReleaseClass release_class = v1::RELEASE_CLASS_PARTNER) {
    v1::SubmitReportRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
    request.mutable_report()->set_text(text);
    request.mutable_report()->mutable_release()->set_release_class(release_class);
    v1::SubmitReportResponse response;
    reason_ = ReasonOf(
        v1::ReportService::NewStub(channel_)->SubmitReport(With(anna_).get(), request, &response));
    return response.report().name();
  }
  void Fork() {
    ASSERT_TRUE(store_.Log("0136")->ForkAfter(common_, {}, "node-1").ok());
    ASSERT_TRUE(Eventually([&] {
      const auto status = engine_.StatusOf(kMunicipality);
      return status->head.revision == common_ && !status->writable;
    }));
  }
  v1::GetJournalForkResponse Both() {
    v1::GetJournalForkRequest request;
    request.set_municipality(kMunicipality);
    v1::GetJournalForkResponse response;
    reason_ = ReasonOf(admin_->GetJournalFork(With(karin_).get(), request, &response));
    return response;
  }
  bool Resume() {
    v1::ResumeWritesRequest request;
    request.set_municipality(kMunicipality);
    v1::ResumeWritesResponse response;
    const grpc::Status status = admin_->ResumeWrites(With(karin_).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.was_stopped();
  }
  v1::TakeOverVersionResponse TakeOver(const std::string& version, const std::string& token) {
    v1::TakeOverVersionRequest request;
    request.set_municipality(kMunicipality);
    request.set_request_id(NewRequestId());
    request.set_version(version);
    v1::TakeOverVersionResponse response;
    reason_ = ReasonOf(admin_->TakeOverVersion(With(token).get(), request, &response));
    return response;
  }

  const std::unique_ptr<v1::AdminService::Stub> admin_ = v1::AdminService::NewStub(channel_);
  const std::string anna_, karin_;
  std::string lost_, reason_;
  int64_t common_ = 0, lost_head_ = 0;
};

TEST_F(JournalForkTest, WritesStopUntilAPersonHasLookedAndBothHeadsAreTold) {
  Fork();
  SubmitReport("x");
  EXPECT_EQ(reason_, "JOURNAL_STOPPED");
  v1::GetServerStatusRequest request;
  request.set_municipality(kMunicipality);
  v1::GetServerStatusResponse status;
  ASSERT_TRUE(admin_->GetServerStatus(With(karin_).get(), request, &status).ok());
  EXPECT_FALSE(status.writable());
  EXPECT_EQ(status.fork().common_revision(), common_);
  EXPECT_EQ(status.fork().kept_revision(), common_);
  EXPECT_EQ(status.fork().lost_revision(), lost_head_);
  EXPECT_EQ(status.fork().lost_digest().size(), 32u);
  EXPECT_EQ(status.fork().node(), "node-1");
  grpc::health::v1::HealthCheckRequest check;
  check.set_service("samsyn.municipality.0136");
  grpc::health::v1::HealthCheckResponse health;
  const auto stub = grpc::health::v1::Health::NewStub(channel_);
  ASSERT_TRUE(stub->Check(With("").get(), check, &health).ok());
  EXPECT_EQ(health.status(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  EXPECT_TRUE(Resume());
  EXPECT_FALSE(Resume()) << "fine, and nothing to do";
  ASSERT_TRUE(stub->Check(With("").get(), check, &health).ok());
  EXPECT_EQ(health.status(), grpc::health::v1::HealthCheckResponse::SERVING);
  EXPECT_NE(SubmitReport("x"), "");
}

TEST_F(JournalForkTest, R6_ACoordinatorSeesBothSidesAsItMaySeeThem) {
  EXPECT_FALSE(Both().has_fork());
  Fork();
  const v1::GetJournalForkResponse both = Both();
  EXPECT_TRUE(both.stopped());
  EXPECT_TRUE(both.here());
  EXPECT_EQ(both.revision(), common_);
  ASSERT_EQ(both.versions_size(), 1) << "the other is the police's own";
  EXPECT_EQ(both.versions(0).name(), lost_);
  EXPECT_EQ(both.versions(0).lost().report().text(), "Klotter vid centrum");
  EXPECT_FALSE(both.versions(0).has_kept());
  EXPECT_EQ(both.versions(0).lost_method(), "SubmitReport");
  EXPECT_EQ(both.versions(0).lost_member(), Below("members/anna"));
  v1::GetJournalForkRequest request;
  request.set_municipality(kMunicipality);
  v1::GetJournalForkResponse response;
  EXPECT_EQ(ReasonOf(admin_->GetJournalFork(With(anna_).get(), request, &response)),
            "ROLE_MISSING");
  EXPECT_EQ(response.versions_size(), 0);
  Resume();
  EXPECT_FALSE(Both().stopped());
  EXPECT_EQ(Both().versions_size(), 1) << "it can be taken over after that, too";
}

TEST_F(JournalForkTest, ALosingVersionIsTakenOverAsAnOrdinaryWriteOnceWritesGoOn) {
  TakeOver(lost_, karin_);
  EXPECT_EQ(reason_, "NOT_FOUND");
  Fork();
  TakeOver(lost_, karin_);
  EXPECT_EQ(reason_, "WRONG_STATE");
  TakeOver(lost_, anna_);
  EXPECT_EQ(reason_, "ROLE_MISSING");
  Resume();
  TakeOver(lost_, anna_);
  EXPECT_EQ(reason_, "ROLE_MISSING");
  const v1::TakeOverVersionResponse taken = TakeOver(lost_, karin_);
  EXPECT_EQ(reason_, "");
  EXPECT_EQ(taken.entity().report().text(), "Klotter vid centrum");
  EXPECT_EQ(taken.entity().report().revision(), Revision());
  EXPECT_EQ(Get<v1::Report>(lost_).text(), "Klotter vid centrum");
  EXPECT_EQ(Both().versions_size(), 0) << "both sides have it now";
  TakeOver(Below("reports/nothing"), karin_);
  EXPECT_EQ(reason_, "NOT_FOUND");
  TakeOver("nothing", karin_);
  EXPECT_EQ(reason_, "INVALID_FIELDS");
}

}  // namespace
}  // namespace samsyn::service
