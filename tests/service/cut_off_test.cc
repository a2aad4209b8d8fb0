// A node that is out of touch with the shared journal: what it still answers, how that is marked,
// and what it refuses after half a minute.
#include <grpc/health/v1/health.grpc.pb.h>
#include <samsyn/v1/access.grpc.pb.h>
#include <samsyn/v1/admin.grpc.pb.h>
#include <samsyn/v1/audit.grpc.pb.h>
#include <samsyn/v1/report.grpc.pb.h>
#include <samsyn/v1/watch.grpc.pb.h>

#include <set>

#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

using ::samsyn::testing::Eventually;

ServerOptions Quick() {
  ServerOptions options;
  options.watch.tick = absl::Milliseconds(20);
  return options;
}

class CutOffTest : public ServerTestBase {
 protected:
  CutOffTest() : ServerTestBase(Quick()), anna_(TokenOf("anna")), karin_(TokenOf("karin")) {
    AddReport("for-all", v1::RELEASE_CLASS_PARTNER);
    AddReport("for-authorities", v1::RELEASE_CLASS_AUTHORITY);
    AddReport("our-own", v1::RELEASE_CLASS_RESTRICTED);
  }

  void AddReport(absl::string_view id, v1::ReleaseClass release_class) {
    v1::Report report;
    report.set_name(Below(absl::StrCat("reports/", id)));
    report.set_owner(Below("organisations/polisen"));
    report.mutable_release()->set_release_class(release_class);
    report.set_state(v1::Report::STATE_SUBMITTED);
    Put(report);
  }
  // Out of touch for so long already.
  void CutOff(absl::Duration since) {
    since_ = clock_.Now() - since;
    store_.CutOff(since_);
  }
  std::string GetReport(absl::string_view id, const std::string& token) {
    v1::GetReportRequest request;
    request.set_name(Below(absl::StrCat("reports/", id)));
    v1::GetReportResponse response;
    const grpc::Status status =
        v1::ReportService::NewStub(channel_)->GetReport(With(token).get(), request, &response);
    return status.ok() ? "OK" : ReasonOf(status);
  }
  std::set<std::string> ListReports(const std::string& token) {
    v1::ListReportsRequest request;
    request.set_municipality(kMunicipality);
    v1::ListReportsResponse response;
    EXPECT_TRUE(v1::ReportService::NewStub(channel_)
                    ->ListReports(With(token).get(), request, &response)
                    .ok());
    std::set<std::string> ids;
    for (const v1::Report& report : response.reports()) {
      ids.emplace(domain::IdOf(report.name()));
    }
    return ids;
  }
  // The mark of an ended call; empty if it has none.
  static std::string MarkOf(const grpc::ClientContext& context) {
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto found = trailers.find("samsyn-cut-off-since");
    return found == trailers.end() ? "" : std::string(found->second.data(), found->second.size());
  }
  std::string Mark() const {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", since_, absl::UTCTimeZone());
  }
  // A stream of changes, to its end.
  grpc::Status Watch(grpc::ClientContext* context, const std::function<void()>& once_current) {
    v1::WatchRequest request;
    request.set_municipality(kMunicipality);
    const auto stub = v1::WatchService::NewStub(channel_);
    const auto reader = stub->Watch(context, request);
    for (v1::WatchResponse response; reader->Read(&response);) {
      if (response.current()) once_current();
    }
    return reader->Finish();
  }

  absl::Time since_;
  const std::string anna_, karin_;
};

TEST_F(CutOffTest, R6_NothingAboveWhatAllSeeIsReadWhileRightsAreUnknown) {
  CutOff(absl::Seconds(29));
  for (const char* id : {"for-all", "for-authorities", "our-own"}) {
    EXPECT_EQ(GetReport(id, anna_), "OK") << id;
  }
  clock_.Advance(absl::Seconds(2));
  EXPECT_EQ(GetReport("for-all", anna_), "OK");
  EXPECT_EQ(GetReport("for-authorities", anna_), "NODE_CUT_OFF");
  EXPECT_EQ(GetReport("our-own", anna_), "NODE_CUT_OFF");
  EXPECT_EQ(GetReport("nothing", anna_), "NODE_CUT_OFF") << "it may be elsewhere";
  EXPECT_EQ(ListReports(anna_), std::set<std::string>{"for-all"});
  EXPECT_EQ(ListReports(karin_), std::set<std::string>{"for-all"});
  store_.CutOff(std::nullopt);
  EXPECT_EQ(ListReports(anna_).size(), 3u);
  EXPECT_EQ(GetReport("our-own", anna_), "OK");
  EXPECT_EQ(GetReport("nothing", anna_), "NOT_FOUND");
}

TEST_F(CutOffTest, StreamsOfChangesEndAfterHalfAMinuteAndNoneBegins) {
  const auto context = With(anna_);
  const grpc::Status ended = Watch(context.get(), [&] {
    CutOff(absl::Seconds(29));
    clock_.Advance(absl::Seconds(2));
  });
  EXPECT_EQ(ended.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(ended), "NODE_CUT_OFF");
  EXPECT_EQ(MarkOf(*context), Mark());
  EXPECT_EQ(ReasonOf(Watch(With(anna_).get(), [] { ADD_FAILURE() << "it began"; })),
            "NODE_CUT_OFF");
  store_.CutOff(std::nullopt);
  const auto again = With(anna_);
  EXPECT_EQ(Watch(again.get(), [&] { again->TryCancel(); }).error_code(),
            grpc::StatusCode::CANCELLED);
}

TEST_F(CutOffTest, EveryAnswerIsMarkedFromTheFirstSecondOn) {
  v1::WhoAmIRequest request;
  v1::WhoAmIResponse response;
  const auto access = v1::AccessService::NewStub(channel_);
  const auto before = With(anna_);
  ASSERT_TRUE(access->WhoAmI(before.get(), request, &response).ok());
  EXPECT_EQ(MarkOf(*before), "");
  CutOff(absl::ZeroDuration());
  const auto after = With(anna_);
  ASSERT_TRUE(access->WhoAmI(after.get(), request, &response).ok());
  EXPECT_EQ(MarkOf(*after), Mark());

  v1::SubmitReportRequest submit;
  submit.set_request_id(NewRequestId());
  submit.set_municipality(kMunicipality);
  submit.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
  submit.mutable_report()->set_text("Klotter");
  v1::SubmitReportResponse submitted;
  const auto refused = With(anna_);
  EXPECT_EQ(ReasonOf(v1::ReportService::NewStub(channel_)->SubmitReport(refused.get(), submit,
                                                                        &submitted)),
            "JOURNAL_UNAVAILABLE");
  EXPECT_EQ(MarkOf(*refused), Mark());
}

TEST_F(CutOffTest, WhoIsNotKnownHereMayBeKnownElsewhere) {
  const std::string unknown = access::FormatToken(
      Below(absl::StrCat("tokens/", domain::MadeId("nobody", "x", 0))), access::MakeSecret());
  EXPECT_EQ(GetReport("for-all", unknown), "NO_IDENTITY");
  CutOff(absl::Seconds(31));
  EXPECT_EQ(GetReport("for-all", unknown), "NODE_CUT_OFF");
  EXPECT_EQ(GetReport("for-all", "no token"), "NO_IDENTITY");
}

TEST_F(CutOffTest, TheServerSaysSoAndGivesNoCopyOfTheWhole) {
  CutOff(absl::Seconds(31));
  const auto stub = v1::AdminService::NewStub(channel_);
  v1::GetServerStatusRequest request;
  request.set_municipality(kMunicipality);
  v1::GetServerStatusResponse response;
  ASSERT_TRUE(stub->GetServerStatus(With(karin_).get(), request, &response).ok());
  EXPECT_EQ(response.cut_off_since().seconds(), absl::ToUnixSeconds(since_));
  EXPECT_FALSE(response.has_fork());
  grpc::health::v1::HealthCheckRequest check;
  check.set_service("samsyn.municipality.0136");
  grpc::health::v1::HealthCheckResponse health;
  ASSERT_TRUE(
      grpc::health::v1::Health::NewStub(channel_)->Check(With("").get(), check, &health).ok());
  EXPECT_EQ(health.status(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  v1::BackupRequest backup;
  backup.set_municipality(kMunicipality);
  const auto context = With(karin_);
  const auto reader = stub->Backup(context.get(), backup);
  v1::BackupResponse piece;
  EXPECT_FALSE(reader->Read(&piece));
  EXPECT_EQ(ReasonOf(reader->Finish()), "NODE_CUT_OFF");
  v1::VerifyJournalRequest verify;
  verify.set_municipality(kMunicipality);
  v1::VerifyJournalResponse verified;
  EXPECT_TRUE(v1::AuditService::NewStub(channel_)
                  ->VerifyJournal(With(karin_).get(), verify, &verified)
                  .ok())
      << "a digest tells of nothing";
  EXPECT_TRUE(verified.intact());
}

}  // namespace
}  // namespace samsyn::service
