// Watch over gRPC: what happens to a stream at each point of its life.
#include <samsyn/v1/access.grpc.pb.h>
#include <samsyn/v1/watch.grpc.pb.h>

#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

using ::samsyn::testing::Eventually;

ServerOptions Quick() {
  ServerOptions options;
  options.watch.tick = absl::Milliseconds(20);
  options.watch.progress_after = absl::Milliseconds(200);
  options.watch.write_limit = absl::Seconds(20);
  return options;
}

class WatchTest : public ServerTestBase {
 protected:
  explicit WatchTest(ServerOptions options = Quick(), engine::EngineOptions engine = {})
      : ServerTestBase(std::move(options), nullptr, std::move(engine)) {}

  // A stream and its end.
  struct Stream {
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<v1::WatchService::Stub> stub;
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> reader;

    // Reads until `current`; false if the stream ends before.
    bool ReadToCurrent() {
      v1::WatchResponse response;
      while (reader->Read(&response)) {
        if (response.current()) return true;
      }
      return false;
    }
    // Reads to the end.
    grpc::Status End() {
      v1::WatchResponse response;
      while (reader->Read(&response)) {
      }
      return reader->Finish();
    }
  };
  Stream Watch(const std::string& token, bool own_channel = false) {
    Stream stream;
    stream.channel = own_channel ? NewChannel() : channel_;
    stream.stub = v1::WatchService::NewStub(stream.channel);
    stream.context = With(token);
    v1::WatchRequest request;
    request.set_municipality(kMunicipality);
    stream.reader = stream.stub->Watch(stream.context.get(), request);
    return stream;
  }
  void AddReports(int count, size_t bytes) {
    for (int i = 0; i < count; ++i) {
      v1::Report report;
      report.set_name(Below(absl::StrCat("reports/", NewRequestId())));
      report.set_owner(Below("organisations/polisen"));
      report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
      report.set_text(std::string(bytes, 'x'));
      Put(report);
    }
  }
  int Watchers() { return server_->watches().Watchers(kMunicipality); }
  int Streams() { return server_->watches().Streams(); }
};

TEST_F(WatchTest, FirstLoadThenLive) {
  Stream stream = Watch(TokenOf("anna"));
  ASSERT_TRUE(stream.ReadToCurrent());
  EXPECT_EQ(Watchers(), 1);
  AddReports(1, 10);
  const int64_t revision = Revision();
  v1::WatchResponse response;
  bool seen = false;
  while (!seen && stream.reader->Read(&response)) {
    for (const auto& entity : response.upserted()) {
      seen |= entity.has_report() && response.revision() == revision;
    }
  }
  EXPECT_TRUE(seen);
}

TEST_F(WatchTest, AProgressMarkWhileIdle) {
  Stream stream = Watch(TokenOf("anna"));
  ASSERT_TRUE(stream.ReadToCurrent());
  v1::WatchResponse response;
  ASSERT_TRUE(stream.reader->Read(&response));
  EXPECT_EQ(response.upserted_size() + response.removed_size(), 0);
  EXPECT_EQ(response.revision(), Revision());
  EXPECT_FALSE(response.resume_token().empty());
}

// The clock stands still until the test moves it, so nothing else wakes them.
TEST_F(WatchTest, VerdictsThatHadToWaitComeWithoutAnotherCommit) {
  Stream stream = Watch(TokenOf("anna"));
  ASSERT_TRUE(stream.ReadToCurrent());
  v1::Incident incident;
  incident.set_name(Below("incidents/i"));
  incident.set_owner(Below("organisations/polisen"));
  incident.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  incident.set_category(v1::CATEGORY_THEFT);
  incident.set_family(v1::FAMILY_THEFT);
  incident.set_counted(true);
  incident.set_state(v1::Incident::STATE_CURRENT);
  *incident.mutable_occurred_time() = domain::TimestampOf(clock_.Now());
  Put(incident);
  const int64_t revision = Revision();
  v1::WatchResponse response;
  bool cell = false, verdict = false;
  const auto read_until = [&](const bool& seen) {
    while (!seen && stream.reader->Read(&response)) {
      for (const auto& entity : response.upserted()) {
        cell |= entity.has_situation_cell();
        verdict |=
            entity.situation_verdict().name() == Below("situations/verdicts/unlocated.theft");
      }
    }
  };
  read_until(cell);
  EXPECT_TRUE(cell);
  EXPECT_FALSE(verdict) << "so soon after the last";
  clock_.Advance(absl::Seconds(1));
  read_until(verdict);
  EXPECT_TRUE(verdict);
  EXPECT_EQ(response.revision(), revision);
  EXPECT_FALSE(response.resume_token().empty());
}

TEST_F(WatchTest, WhoIsRefused) {
  EXPECT_EQ(ReasonOf(Watch("").End()), "NO_IDENTITY");
  const std::string token = TokenOf("anna");
  const auto stub = v1::WatchService::NewStub(channel_);
  auto context = With(token);
  v1::WatchRequest request;
  v1::WatchResponse response;
  auto reader = stub->Watch(context.get(), request);
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(ReasonOf(reader->Finish()), "INVALID_FIELDS");
  request.set_municipality("municipalities/0192");
  context = With(token);
  reader = stub->Watch(context.get(), request);
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(ReasonOf(reader->Finish()), "NOT_FOUND");
  EXPECT_TRUE(Eventually([&] { return Streams() == 0; }));
}

TEST_F(WatchTest, TheQuotaOfATokenHolds) {
  const std::string token = TokenOf("anna", nullptr, 2);
  Stream first = Watch(token), second = Watch(token);
  ASSERT_TRUE(first.ReadToCurrent());
  ASSERT_TRUE(second.ReadToCurrent());
  const grpc::Status status = Watch(token).End();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "LIMIT_REACHED");
  first.context->TryCancel();
  first.End();
  EXPECT_TRUE(Eventually([&] { return Watchers() == 1; }));
  Stream again = Watch(token);
  EXPECT_TRUE(again.ReadToCurrent());
}

TEST_F(WatchTest, CancelWhileIdle) {
  Stream stream = Watch(TokenOf("anna"));
  ASSERT_TRUE(stream.ReadToCurrent());
  stream.context->TryCancel();
  EXPECT_EQ(stream.End().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(Eventually([&] { return Streams() == 0; }));
}

TEST_F(WatchTest, CancelDuringAWrite) {
  AddReports(100, 20'000);  // more than the windows of HTTP/2 take without a reader
  Stream stream = Watch(TokenOf("anna"), /*own_channel=*/true);
  ASSERT_TRUE(Eventually([&] { return Watchers() == 1; }));
  AddReports(1, 10);  // a wake while it writes
  stream.context->TryCancel();
  EXPECT_TRUE(Eventually([&] { return Streams() == 0; }));
  stream.End();
}

TEST_F(WatchTest, WakeAfterFinish) {
  {
    Stream stream = Watch(TokenOf("anna"));
    ASSERT_TRUE(stream.ReadToCurrent());
    stream.context->TryCancel();
    stream.End();
  }
  AddReports(20, 10);
  EXPECT_TRUE(Eventually([&] { return Streams() == 0; }));
  AddReports(20, 10);
  Stream stream = Watch(TokenOf("anna"));
  EXPECT_TRUE(stream.ReadToCurrent());
}

TEST_F(WatchTest, RevocationEndsALiveStream) {
  std::string name;
  const std::string token = TokenOf("anna", &name);
  Stream stream = Watch(token);
  ASSERT_TRUE(stream.ReadToCurrent());
  v1::RevokeTokenRequest request;
  request.set_request_id(NewRequestId());
  request.set_name(name);
  v1::RevokeTokenResponse response;
  ASSERT_TRUE(v1::AccessService::NewStub(channel_)
                  ->RevokeToken(With(TokenOf("karin")).get(), request, &response)
                  .ok());
  const grpc::Status status = stream.End();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(status), "IDENTITY_ENDED");
}

TEST_F(WatchTest, RevocationEndsAStreamThatNobodyReads) {
  AddReports(100, 20'000);
  std::string name;
  Stream stream = Watch(TokenOf("anna", &name), /*own_channel=*/true);
  ASSERT_TRUE(Eventually([&] { return Watchers() == 1; }));
  v1::Token token = Get<v1::Token>(name);
  *token.mutable_revoke_time() = domain::TimestampOf(clock_.Now());
  Put(token);
  EXPECT_TRUE(Eventually([&] { return Streams() == 0; }));
  stream.End();
}

TEST_F(WatchTest, ExpiryEndsALiveStream) {
  Stream stream = Watch(TokenOf("anna"));
  ASSERT_TRUE(stream.ReadToCurrent());
  clock_.Advance(absl::Hours(24 * 91));
  EXPECT_EQ(ReasonOf(stream.End()), "IDENTITY_ENDED");
}

TEST_F(WatchTest, RemovalOfTheMemberEndsALiveStream) {
  Stream stream = Watch(TokenOf("anna"));
  ASSERT_TRUE(stream.ReadToCurrent());
  v1::Member member = Get<v1::Member>(Below("members/anna"));
  member.set_removed(true);
  Put(member);
  EXPECT_EQ(ReasonOf(stream.End()), "IDENTITY_ENDED");
}

TEST_F(WatchTest, ServerShutdown) {
  Stream stream = Watch(TokenOf("anna"));
  ASSERT_TRUE(stream.ReadToCurrent());
  std::optional<grpc::Status> end;
  std::thread reading([&] { end = stream.End(); });
  const absl::Time begin = absl::Now();
  server_->Shutdown();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(6));
  reading.join();
  EXPECT_EQ(end->error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(*end), "SHUTTING_DOWN");
}

TEST_F(WatchTest, ServerShutdownWithAReaderThatDoesNotRead) {
  AddReports(100, 20'000);
  Stream stream = Watch(TokenOf("anna"), /*own_channel=*/true);
  ASSERT_TRUE(Eventually([&] { return Watchers() == 1; }));
  const absl::Time begin = absl::Now();
  server_->Shutdown();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(6));
  stream.End();
}

TEST_F(WatchTest, WritersGoOnBesideAReaderThatDoesNotRead) {
  Stream stream = Watch(TokenOf("anna"), /*own_channel=*/true);
  ASSERT_TRUE(stream.ReadToCurrent());
  const absl::Time begin = absl::Now();
  AddReports(2000, 20'000);  // more than sockets hold
  EXPECT_LT(absl::Now() - begin, absl::Seconds(60)) << "each batch waits for the reader";
  EXPECT_EQ(Watchers(), 1);
}

// Of readers that do not read; whoever waits for one waits for ever.
class PatientTest : public WatchTest {
 protected:
  static ServerOptions NobodyIsStuck() {
    ServerOptions options = Quick();
    options.watch.stuck_after = options.watch.write_limit = absl::InfiniteDuration();
    return options;
  }
  static engine::EngineOptions WritersWait() {
    engine::EngineOptions options;
    options.feed.followers_wait = absl::Hours(1);
    return options;
  }
  PatientTest() : WatchTest(NobodyIsStuck(), WritersWait()) {}
};

TEST_F(PatientTest, AWriterWaitsForAReaderThatDoesNotReadOnlyOnceItIsFarBehind) {
  const auto lag = options_.watch.lag;
  Stream reads = Watch(TokenOf("anna"), /*own_channel=*/true);
  Stream does_not = Watch(TokenOf("karin"), /*own_channel=*/true);
  ASSERT_TRUE(reads.ReadToCurrent());
  ASSERT_TRUE(does_not.ReadToCurrent());
  std::thread reading([&] { reads.End(); });
  AddReports(static_cast<int>(lag), 20'000);
  std::atomic<bool> written = false;
  std::thread writer([&] {
    AddReports(static_cast<int>(10 * lag), 20'000);  // more than connections hold
    written = true;
  });
  const auto stands_still = [&, at = int64_t{0}]() mutable {
    return std::exchange(at, Revision()) == Revision();
  };
  EXPECT_TRUE(Eventually(stands_still));
  EXPECT_FALSE(written);
  does_not.context->TryCancel();
  does_not.End();
  writer.join();
  EXPECT_TRUE(written);
  reads.context->TryCancel();
  reading.join();
}

class StalledTest : public WatchTest {
 protected:
  static ServerOptions Impatient() {
    ServerOptions options = Quick();
    options.watch.write_limit = absl::Milliseconds(200);
    return options;
  }
  StalledTest() : WatchTest(Impatient()) {}
};

TEST_F(StalledTest, AWriteOlderThanItsLimitIsCancelled) {
  AddReports(100, 20'000);
  Stream stream = Watch(TokenOf("anna"), /*own_channel=*/true);
  EXPECT_TRUE(Eventually([&] { return Watchers() == 1; }));
  EXPECT_TRUE(Eventually([&] { return Streams() == 0; }));
  stream.End();
}

}  // namespace
}  // namespace samsyn::service
