// What ends a call that its caller would let go on, and what every call leaves in the log.
#include <absl/strings/match.h>
#include <absl/strings/str_split.h>
#include <samsyn/v1/admin.grpc.pb.h>
#include <samsyn/v1/directory.grpc.pb.h>
#include <samsyn/v1/report.grpc.pb.h>
#include <samsyn/v1/watch.grpc.pb.h>

#include <future>
#include <thread>

#include "server/base/log.h"
#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

using ::samsyn::testing::Eventually;

class LimitsTest : public ServerTestBase {
 protected:
  static v1::SubmitReportRequest AReport() {
    v1::SubmitReportRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
    request.mutable_report()->set_text("kanariefågel");
    return request;
  }
  // What happened: the revision says more, for timers fire while the minutes pass.
  size_t Reports() {
    return (*engine_.FeedOf(kMunicipality))->Reading([](const domain::Picture& picture) {
      return picture.count(v1::ENTITY_KIND_REPORT);
    });
  }
  // As With, with a deadline later than any that the server takes, or none.
  static std::unique_ptr<grpc::ClientContext> Patient(const std::string& token, bool no_deadline) {
    auto context = std::make_unique<grpc::ClientContext>();
    context->AddMetadata("authorization", absl::StrCat("Bearer ", token));
    if (!no_deadline) {
      context->set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(10));
    }
    return context;
  }
  // Makes a call while the engine is held up, and lets minutes pass until it has ended.
  template <typename Call>
  grpc::Status WhileNothingIsDecided(Call call) {
    std::promise<void> held, go;
    engine_.Submit(kMunicipality,
                   {{"system", ""},
                    "Test",
                    NewRequestId(),
                    Digest{},
                    [&](domain::Transaction&) {
                      held.set_value();
                      go.get_future().wait();
                      return absl::OkStatus();
                    }},
                   [](const absl::StatusOr<engine::Answer>&) {});
    held.get_future().wait();
    std::future<grpc::Status> ended = std::async(std::launch::async, call);
    EXPECT_TRUE(Eventually([&] {
      clock_.Advance(absl::Seconds(61));
      return ended.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready;
    }));
    go.set_value();
    return ended.get();
  }
};

TEST_F(LimitsTest, AWriteEndsAfterAMinuteWhateverItsDeadline) {
  const std::string token = TokenOf("anna");
  const auto stub = v1::ReportService::NewStub(channel_);
  for (const bool no_deadline : {true, false}) {
    const v1::SubmitReportRequest request = AReport();
    v1::SubmitReportResponse response;
    const size_t before = Reports();
    const grpc::Status late = WhileNothingIsDecided(
        [&] { return stub->SubmitReport(Patient(token, no_deadline).get(), request, &response); });
    EXPECT_EQ(late.error_code(), grpc::StatusCode::UNAVAILABLE) << late.error_message();
    EXPECT_EQ(ReasonOf(late), "OUTCOME_UNKNOWN");
    // Repeated as it is, it happens once.
    ASSERT_TRUE(stub->SubmitReport(With(token).get(), request, &response).ok());
    EXPECT_EQ(Reports(), before + 1);
  }
}

TEST_F(LimitsTest, ABatchAnswersWhatIsNotDecidedAfterAMinute) {
  const std::string token = TokenOf("anna");
  const auto stub = v1::ReportService::NewStub(channel_);
  v1::SubmitReportsRequest request;
  *request.add_requests() = AReport();
  *request.add_requests() = AReport();
  request.mutable_requests(1)->mutable_report()->clear_text();
  v1::SubmitReportsResponse response;
  const grpc::Status late = WhileNothingIsDecided(
      [&] { return stub->SubmitReports(Patient(token, true).get(), request, &response); });
  ASSERT_TRUE(late.ok()) << late.error_message();
  ASSERT_EQ(response.results_size(), 2);
  EXPECT_EQ(response.results(0).status().code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(response.results(1).status().code(), grpc::StatusCode::INVALID_ARGUMENT);
  const size_t before = Reports();
  ASSERT_TRUE(stub->SubmitReports(With(token).get(), request, &response).ok());
  EXPECT_EQ(response.results(0).effect(), v1::SubmitReportsResult::EFFECT_CREATED);
  EXPECT_EQ(Reports(), before + 1);
}

TEST_F(LimitsTest, ASetUpEndsAfterAMinute) {
  const std::string token = TokenOf("karin");
  const auto stub = v1::DirectoryService::NewStub(channel_);
  v1::GetSetupRequest get;
  get.set_municipality(kMunicipality);
  v1::GetSetupResponse now;
  ASSERT_TRUE(stub->GetSetup(With(token).get(), get, &now).ok());
  v1::ApplySetupRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_setup() = now.setup();
  v1::ApplySetupResponse response;
  const grpc::Status late = WhileNothingIsDecided(
      [&] { return stub->ApplySetup(Patient(token, true).get(), request, &response); });
  EXPECT_EQ(ReasonOf(late), "OUTCOME_UNKNOWN") << late.error_message();
  EXPECT_TRUE(stub->ApplySetup(With(token).get(), request, &response).ok());
}

// What is written to the log while it lives.
class Logged {
 public:
  Logged() {
    SetLogLevel(LogLevel::kDebug);
    ::testing::internal::CaptureStderr();
  }
  ~Logged() { SetLogLevel(LogLevel::kInfo); }
  std::string Take() { return ::testing::internal::GetCapturedStderr(); }
};

// The lines that hold all of these.
std::vector<std::string> LinesWith(const std::string& log, const std::vector<std::string>& parts) {
  std::vector<std::string> found;
  for (const absl::string_view line : absl::StrSplit(log, '\n')) {
    bool all = true;
    for (const std::string& part : parts) all = all && absl::StrContains(line, part);
    if (all) found.emplace_back(line);
  }
  return found;
}

class LogTest : public LimitsTest {
 protected:
  void Push(const std::string& token) {
    const auto context = With(token);
    const auto stream = v1::ReportService::NewStub(channel_)->PushReports(context.get());
    for (int64_t number = 1; number <= 3; ++number) {
      v1::PushReportsRequest item;
      item.set_number(number);
      *item.mutable_request() = AReport();
      if (number == 3) item.mutable_request()->mutable_report()->clear_text();
      stream->Write(item);
    }
    stream->WritesDone();
    v1::PushReportsResponse answer;
    while (stream->Read(&answer)) {
    }
    EXPECT_TRUE(stream->Finish().ok());
  }
  void Watch(const std::string& token) {
    const auto context = With(token);
    v1::WatchRequest request;
    request.set_municipality(kMunicipality);
    const auto stream = v1::WatchService::NewStub(channel_)->Watch(context.get(), request);
    v1::WatchResponse response;
    EXPECT_TRUE(stream->Read(&response));
    context->TryCancel();
    while (stream->Read(&response)) {
    }
    EXPECT_FALSE(stream->Finish().ok());
  }
  void Backup(const std::string& token) {
    const auto context = With(token);
    v1::BackupRequest request;
    request.set_municipality(kMunicipality);
    const auto stream = v1::AdminService::NewStub(channel_)->Backup(context.get(), request);
    v1::BackupResponse piece;
    while (stream->Read(&piece)) {
    }
    stream->Finish();
  }
};

TEST_F(LogTest, EveryCallLeavesOneLineWithoutTexts) {
  const std::string anna = TokenOf("anna"), karin = TokenOf("karin");
  Logged logged;
  v1::SubmitReportsRequest batch;
  *batch.add_requests() = AReport();
  *batch.add_requests() = AReport();
  batch.mutable_requests(1)->mutable_report()->clear_text();
  v1::SubmitReportsResponse results;
  const auto reports = v1::ReportService::NewStub(channel_);
  EXPECT_TRUE(reports->SubmitReports(With(anna).get(), batch, &results).ok());
  EXPECT_FALSE(reports->SubmitReports(With("").get(), batch, &results).ok());
  v1::ApplySetupRequest setup;
  v1::ApplySetupResponse applied;
  v1::DirectoryService::NewStub(channel_)->ApplySetup(With(karin).get(), setup, &applied);
  Push(anna);
  Watch(anna);
  Backup(karin);
  server_->Shutdown();  // what ends beside its answer has ended too
  const std::string log = logged.Take();

  const std::string by_anna = absl::StrCat("\"member\":\"", Below("members/anna"), "\"");
  const std::string by_karin = absl::StrCat("\"member\":\"", Below("members/karin"), "\"");
  const auto lines = [&](const std::string& method, std::vector<std::string> parts) {
    parts.push_back(absl::StrCat("\"event\":\"call\",\"method\":\"", method, "\""));
    return LinesWith(log, parts).size();
  };
  EXPECT_EQ(lines("SubmitReports",
                  {by_anna, "\"code\":\"OK\"", "\"reports\":\"2\"", "\"refused\":\"1\""}),
            1u);
  EXPECT_EQ(lines("SubmitReports", {"\"member\":\"\"", "\"code\":\"UNAUTHENTICATED\""}), 1u);
  EXPECT_EQ(lines("ApplySetup", {by_karin, "\"code\":\"INVALID_ARGUMENT\""}), 1u);
  EXPECT_EQ(lines("PushReports", {by_anna, "\"code\":\"OK\"", "\"reports\":\"3\"",
                                  "\"created\":\"2\"", "\"refused\":\"1\""}),
            1u);
  EXPECT_EQ(LinesWith(log, {"\"event\":\"watch open\"", by_anna, "\"resumed\":\"no\""}).size(), 1u);
  EXPECT_EQ(lines("Watch", {by_anna, "\"responses\":\""}), 1u);
  EXPECT_EQ(lines("Backup", {by_karin, "\"bytes\":\""}), 1u);
  EXPECT_FALSE(absl::StrContains(log, "kanarie")) << log;
}

}  // namespace
}  // namespace samsyn::service
