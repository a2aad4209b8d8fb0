// PushReports: numbers, windows, cumulative answers.
#include <samsyn/v1/report.grpc.pb.h>

#include <thread>

#include "server/domain/limits.h"
#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

class PushTest : public ServerTestBase {
 protected:
  PushTest() : stub_(v1::ReportService::NewStub(channel_)) {}

  void Open(const std::string& token) {
    context_ = With(token);
    stream_ = stub_->PushReports(context_.get());
  }
  static v1::PushReportsRequest Item(int64_t number, const std::string& text = "Klotter") {
    v1::PushReportsRequest item;
    item.set_number(number);
    v1::SubmitReportRequest& request = *item.mutable_request();
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
    request.mutable_report()->set_text(text);
    return item;
  }
  // Reads until all up to `number` is covered; false if the stream ends before.
  bool ReadUpTo(int64_t number) {
    while (last_.durable_number() < number) {
      v1::PushReportsResponse answer;
      if (!stream_->Read(&answer)) return false;
      EXPECT_EQ(answer.window(), domain::kPushWindow);
      EXPECT_GE(answer.durable_number(), last_.durable_number());
      for (const auto& refusal : answer.refusals()) refused_.push_back(refusal);
      last_ = answer;
      ++answers_;
    }
    return true;
  }

  std::unique_ptr<v1::ReportService::Stub> stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::PushReportsRequest, v1::PushReportsResponse>>
      stream_;
  v1::PushReportsResponse last_;
  std::vector<v1::PushRefusal> refused_;
  int answers_ = 0;
};

TEST_F(PushTest, TheWindowIsAnnouncedBeforeAnyItem) {
  Open(TokenOf("anna"));
  v1::PushReportsResponse first;
  ASSERT_TRUE(stream_->Read(&first));
  EXPECT_EQ(first.window(), domain::kPushWindow);
  EXPECT_EQ(first.durable_number(), 0);
  stream_->WritesDone();
  EXPECT_TRUE(stream_->Finish().ok());
}

TEST_F(PushTest, AnswersAreCumulativeAndNameTheRefused) {
  Open(TokenOf("anna"));
  for (int64_t number = 1; number <= 200; ++number) {
    ASSERT_TRUE(stream_->Write(Item(number, number % 50 == 0 ? "" : "Klotter")));
  }
  ASSERT_TRUE(ReadUpTo(200));
  EXPECT_LT(answers_, 200) << "one answer covers many items";
  EXPECT_EQ(last_.created(), 196);
  ASSERT_EQ(refused_.size(), 4u);
  EXPECT_EQ(refused_[0].number(), 50);
  EXPECT_EQ(refused_[0].status().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(last_.revision(), Revision());
  stream_->WritesDone();
  EXPECT_TRUE(stream_->Finish().ok());
}

TEST_F(PushTest, ARepeatIsUnchanged) {
  Open(TokenOf("anna"));
  v1::PushReportsRequest item = Item(1);
  ASSERT_TRUE(stream_->Write(item));
  item.set_number(2);
  ASSERT_TRUE(stream_->Write(item));
  ASSERT_TRUE(ReadUpTo(2));
  EXPECT_EQ(last_.created(), 1);
  EXPECT_EQ(last_.unchanged(), 1);
}

TEST_F(PushTest, AGapEndsTheStreamAfterWhatWasDecided) {
  Open(TokenOf("anna"));
  ASSERT_TRUE(stream_->Write(Item(1)));
  ASSERT_TRUE(ReadUpTo(1));
  ASSERT_TRUE(stream_->Write(Item(3)));
  v1::PushReportsResponse answer;
  while (stream_->Read(&answer)) {
  }
  const grpc::Status status = stream_->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELDS");
}

TEST_F(PushTest, MoreThanTheWindowInFlightIsOnlySlowedDown) {
  Open(TokenOf("anna"));
  constexpr int64_t kItems = 3 * domain::kPushWindow;
  std::thread writing([&] {
    for (int64_t number = 1; number <= kItems; ++number) stream_->Write(Item(number));
    stream_->WritesDone();
  });
  EXPECT_TRUE(ReadUpTo(kItems));
  writing.join();
  EXPECT_EQ(last_.created(), kItems);
  EXPECT_TRUE(stream_->Finish().ok());
}

TEST_F(PushTest, AnEndedTokenEndsTheStream) {
  std::string name;
  Open(TokenOf("anna", &name));
  ASSERT_TRUE(stream_->Write(Item(1)));
  ASSERT_TRUE(ReadUpTo(1));
  v1::Token token = Get<v1::Token>(name);
  *token.mutable_revoke_time() = domain::TimestampOf(clock_.Now());
  Put(token);
  const int64_t revision = Revision();
  stream_->Write(Item(2));
  v1::PushReportsResponse answer;
  while (stream_->Read(&answer)) {
  }
  EXPECT_EQ(ReasonOf(stream_->Finish()), "IDENTITY_ENDED");
  EXPECT_EQ(Revision(), revision);
}

TEST_F(PushTest, ARevokedTokenEndsAnIdleStream) {
  std::string name;
  Open(TokenOf("anna", &name));
  v1::PushReportsResponse answer;
  ASSERT_TRUE(stream_->Read(&answer));
  v1::Token token = Get<v1::Token>(name);
  *token.mutable_revoke_time() = domain::TimestampOf(clock_.Now());
  Put(token);
  EXPECT_FALSE(stream_->Read(&answer));
  EXPECT_EQ(ReasonOf(stream_->Finish()), "IDENTITY_ENDED");
}

TEST_F(PushTest, ATokenThatExpiresEndsAnIdleStream) {
  std::string name;
  Open(TokenOf("anna", &name));
  ASSERT_TRUE(stream_->Write(Item(1)));
  ASSERT_TRUE(ReadUpTo(1));
  clock_.Set(domain::TimeOf(Get<v1::Token>(name).expire_time()));
  v1::PushReportsResponse answer;
  EXPECT_FALSE(stream_->Read(&answer));
  EXPECT_EQ(ReasonOf(stream_->Finish()), "IDENTITY_ENDED");
}

TEST_F(PushTest, NobodyIsRefused) {
  Open("");
  v1::PushReportsResponse answer;
  EXPECT_FALSE(stream_->Read(&answer));
  EXPECT_EQ(ReasonOf(stream_->Finish()), "NO_IDENTITY");
}

TEST_F(PushTest, ShutdownEndsTheStream) {
  Open(TokenOf("anna"));
  ASSERT_TRUE(stream_->Write(Item(1)));
  ASSERT_TRUE(ReadUpTo(1));
  const absl::Time begin = absl::Now();
  server_->Shutdown();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(6));
  v1::PushReportsResponse answer;
  while (stream_->Read(&answer)) {
  }
  EXPECT_FALSE(stream_->Finish().ok());
}

}  // namespace
}  // namespace samsyn::service
