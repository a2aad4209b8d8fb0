// How many calls a member and an organisation may make: the buckets by themselves, over the wire,
// and under a flood.
#include "server/service/call_limits.h"

#include <samsyn/v1/access.grpc.pb.h>
#include <samsyn/v1/admin.grpc.pb.h>
#include <samsyn/v1/report.grpc.pb.h>

#include <atomic>
#include <iostream>
#include <thread>

#include "server/domain/limits.h"
#include "server/domain/refusal.h"
#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

access::Identity Caller(const std::string& member, const std::string& organisation = "polisen",
                        bool partner_system = false) {
  access::Identity caller;
  caller.caller = {Below("members/" + member), Below("tokens/" + member)};
  caller.organisation = Below("organisations/" + organisation);
  caller.partner_system = partner_system;
  return caller;
}

// When a refused call would pass, by what the refusal says.
absl::Duration RetryIn(const google::rpc::Status& status) {
  for (const auto& any : status.details()) {
    if (google::rpc::RetryInfo info; any.UnpackTo(&info)) {
      return absl::Seconds(info.retry_delay().seconds()) +
             absl::Nanoseconds(info.retry_delay().nanos());
    }
  }
  return absl::ZeroDuration();
}

class CallLimitsTest : public ::testing::Test {
 protected:
  absl::Status Ask(const access::Identity& caller, CallKind kind = CallKind::kWrite, int cost = 1) {
    return limits_.Admit(caller, kind, cost);
  }
  void AskInVain(const access::Identity& caller, int times) {
    for (int i = 0; i < times; ++i) EXPECT_FALSE(Ask(caller).ok());
  }
  // How many calls pass one after the other before the first is refused.
  int Passing(const access::Identity& caller, CallKind kind = CallKind::kWrite) {
    int count = 0;
    while (Ask(caller, kind).ok()) ++count;
    return count;
  }
  static std::string LimitOf(const absl::Status& status) {
    return domain::RefusalOf(status).metadata["limit"];
  }

  ManualClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  CallLimits limits_{clock_, {5, 20}};
};

TEST_F(CallLimitsTest, ABucketHoldsTenSecondsAndFillsAgain) {
  EXPECT_EQ(Passing(Caller("anna")), 50);
  clock_.Advance(absl::Seconds(2));
  EXPECT_EQ(Passing(Caller("anna")), 10);
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(Passing(Caller("anna")), 50) << "more than it holds is not saved up";
  EXPECT_EQ(Passing(Caller("bengt")), 50) << "each has its own";
}

TEST_F(CallLimitsTest, TheRefusalSaysWhenItWouldPassAndThatIsTrue) {
  Passing(Caller("anna"));
  for (const int cost : {1, 7, 50, 1000}) {  // the last waits for a full bucket
    const absl::Status refused = Ask(Caller("anna"), CallKind::kWrite, cost);
    EXPECT_EQ(domain::ReasonOf(refused), v1::ERROR_REASON_TOO_MANY_CALLS);
    EXPECT_TRUE(absl::IsResourceExhausted(refused));
    EXPECT_EQ(LimitOf(refused), "member");
    const absl::Duration wait = RetryIn(ToRpcStatus(refused, Language::kSwedish));
    EXPECT_EQ(wait, absl::Milliseconds(200) * std::min(cost, 50));
    clock_.Advance(wait - absl::Milliseconds(1));
    EXPECT_FALSE(Ask(Caller("anna"), CallKind::kWrite, cost).ok());
    clock_.Advance(absl::Milliseconds(1));
    EXPECT_TRUE(Ask(Caller("anna"), CallKind::kWrite, cost).ok());
  }
}

TEST_F(CallLimitsTest, AnOrganisationHasALimitAcrossItsMembersAndOthersAreUntouched) {
  for (const char* member : {"a", "b", "c", "d"}) EXPECT_EQ(Passing(Caller(member)), 50);
  const absl::Status fifth = Ask(Caller("e"));
  EXPECT_EQ(LimitOf(fifth), "organisation");
  EXPECT_EQ(RetryIn(ToRpcStatus(fifth, Language::kEnglish)), absl::Milliseconds(50));
  EXPECT_EQ(Passing(Caller("f", "kommunen")), 50);
  // What is refused by one bucket is taken from none.
  clock_.Advance(absl::Milliseconds(50));
  EXPECT_TRUE(Ask(Caller("e")).ok());
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(Passing(Caller("e")), 50);
}

TEST_F(CallLimitsTest, APartnersSystemHasTenTimesAsMuchAndSoHasItsOrganisation) {
  EXPECT_EQ(Passing(Caller("person", "x")), 50);
  for (const char* system : {"a", "b", "c"}) {
    EXPECT_EQ(Passing(Caller(system, "x", true)), 500) << system;
  }
  EXPECT_EQ(Passing(Caller("d", "x", true)), 450) << "what the person took counts";
  EXPECT_EQ(LimitOf(Ask(Caller("d", "x", true))), "organisation");
}

TEST_F(CallLimitsTest, ReadsHaveBucketsOfTheirOwn) {
  Passing(Caller("anna"));
  EXPECT_EQ(Passing(Caller("anna"), CallKind::kRead), 200);
  EXPECT_FALSE(Ask(Caller("anna"), CallKind::kRead, kSlowReadCost).ok());
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(Ask(Caller("anna"), CallKind::kRead, kSlowReadCost).ok());
  EXPECT_FALSE(Ask(Caller("anna"), CallKind::kRead).ok());
}

TEST_F(CallLimitsTest, WhatEndsRightsIsLockedByNothingElse) {
  for (const char* member : {"a", "b", "c", "d", "e"}) {
    Passing(Caller(member));
    Passing(Caller(member), CallKind::kRead);
  }
  for (const char* method :
       {"EndSession", "RevokeToken", "RevokeRelease", "SetClass", "RemoveDevice", "RemoveMember",
        "SetPositionConsent", "RedeemLoginLink"}) {
    EXPECT_EQ(KindOf(method, CallKind::kWrite), CallKind::kEnding) << method;
    EXPECT_TRUE(Ask(Caller("a"), CallKind::kEnding).ok());
  }
  EXPECT_EQ(KindOf("IssueToken", CallKind::kWrite), CallKind::kWrite);
  // A stolen token that floods does not stop its owner from ending it with another.
  Passing(Caller("a"), CallKind::kEnding);
  access::Identity another = Caller("a");
  another.caller.token = Below("tokens/another");
  EXPECT_TRUE(Ask(another, CallKind::kEnding).ok());
  EXPECT_TRUE(Ask(Caller("a"), KindOf("WhoAmI", CallKind::kRead)).ok());
  EXPECT_TRUE(Ask(Caller("a"), KindOf("GetServerStatus", CallKind::kRead)).ok());
}

TEST_F(CallLimitsTest, WhatALargeRequestCosts) {
  EXPECT_EQ(CostOf(0), 1);
  EXPECT_EQ(CostOf(3000), 1);
  EXPECT_EQ(CostOf(domain::kRequestBytes), 17);
  EXPECT_EQ(CostOf(domain::kSetupRequestBytes), 513);
}

TEST_F(CallLimitsTest, NoLimitIsNone) {
  CallLimits none(clock_, {});
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(none.Admit(Caller("anna"), CallKind::kWrite, 1000).ok());
  }
  EXPECT_EQ(none.buckets(), 0u);
  CallLimits members(clock_, {5, 0});
  EXPECT_FALSE(members.Admit(Caller("a"), CallKind::kWrite, 50).ok() &&
               members.Admit(Caller("a"), CallKind::kWrite, 1).ok());
  EXPECT_TRUE(members.Admit(Caller("b"), CallKind::kWrite, 1).ok());
}

TEST_F(CallLimitsTest, IdleBucketsAreDropped) {
  for (int i = 0; i < 5000; ++i) {
    const std::string name = absl::StrCat("m", i);
    EXPECT_TRUE(Ask(Caller(name, name)).ok());
    clock_.Advance(absl::Milliseconds(200));  // after which its bucket is full again
  }
  EXPECT_LT(limits_.buckets(), 2100u);
  // Those that are not full are kept, whatever comes.
  Passing(Caller("anna", "x"));
  for (int i = 0; i < 5000; ++i) {
    EXPECT_TRUE(Ask(Caller(absl::StrCat("m", i), absl::StrCat("m", i))).ok());
  }
  EXPECT_FALSE(Ask(Caller("anna", "x")).ok());
}

TEST_F(CallLimitsTest, WhoWasHeldBackInTheLastHour) {
  Passing(Caller("anna"));  // one refused
  AskInVain(Caller("anna"), 2);
  Passing(Caller("bengt"));  // one
  const absl::Time last = clock_.Now();
  auto rows = limits_.HeldBackIn(kMunicipality);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].member(), Below("members/anna"));
  EXPECT_EQ(rows[0].organisation(), Below("organisations/polisen"));
  EXPECT_EQ(rows[0].refused(), 3);
  EXPECT_EQ(domain::TimeOf(rows[0].last_time()), last);
  EXPECT_EQ(rows[1].refused(), 1);
  EXPECT_TRUE(limits_.HeldBackIn("municipalities/0180").empty());
  EXPECT_EQ(limits_.TotalsOf(kMunicipality).member, 4);
  clock_.Advance(absl::Minutes(54));
  EXPECT_EQ(limits_.HeldBackIn(kMunicipality).size(), 2u);
  clock_.Advance(absl::Minutes(6));
  EXPECT_TRUE(limits_.HeldBackIn(kMunicipality).empty());
  EXPECT_EQ(limits_.TotalsOf(kMunicipality).member, 4);
}

TEST_F(CallLimitsTest, AnOrganisationThatWasHeldBackHasARowWithoutAMember) {
  for (const char* member : {"a", "b", "c", "d"}) Passing(Caller(member));
  AskInVain(Caller("e"), 9);
  const auto rows = limits_.HeldBackIn(kMunicipality);
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[0].member(), "");
  EXPECT_EQ(rows[0].organisation(), Below("organisations/polisen"));
  EXPECT_EQ(rows[0].refused(), 9);
  EXPECT_EQ(limits_.TotalsOf(kMunicipality).organisation, 9);
}

TEST_F(CallLimitsTest, AtMostFiftyRows) {
  CallLimits members(clock_, {1, 0});
  for (int i = 0; i < 60; ++i) {
    for (int k = 0; k <= 10 + i; ++k) {
      (void)members.Admit(Caller(absl::StrCat("m", i)), CallKind::kWrite, 1);
    }
  }
  const auto rows = members.HeldBackIn(kMunicipality);
  ASSERT_EQ(rows.size(), 50u);
  EXPECT_EQ(rows[0].refused(), 60);
  EXPECT_EQ(rows[49].refused(), 11);
}

// Over the wire.

ServerOptions Limited(int member, int organisation) {
  ServerOptions options;
  options.call_limits = {member, organisation};
  return options;
}

v1::SubmitReportRequest AReport() {
  v1::SubmitReportRequest request;
  request.set_request_id(NewRequestId());
  request.set_municipality(kMunicipality);
  request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
  request.mutable_report()->set_text("Klotter");
  return request;
}

class LimitedServer : public ServerTestBase {
 protected:
  explicit LimitedServer(ServerOptions options = Limited(5, 20), const Clock* time = nullptr)
      : ServerTestBase(std::move(options), time), reports_(v1::ReportService::NewStub(channel_)) {}

  grpc::Status Submit(const std::string& token, const v1::SubmitReportRequest& request) {
    v1::SubmitReportResponse response;
    return reports_->SubmitReport(With(token).get(), request, &response);
  }
  grpc::Status SubmitMany(const std::string& token, int count) {
    v1::SubmitReportsRequest batch;
    for (int i = 0; i < count; ++i) *batch.add_requests() = AReport();
    v1::SubmitReportsResponse results;
    return reports_->SubmitReports(With(token).get(), batch, &results);
  }
  v1::GetServerStatusResponse StatusFor(const std::string& token) {
    v1::GetServerStatusRequest request;
    request.set_municipality(kMunicipality);
    v1::GetServerStatusResponse response;
    const grpc::Status status =
        v1::AdminService::NewStub(channel_)->GetServerStatus(With(token).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  std::unique_ptr<v1::ReportService::Stub> reports_;
};

TEST_F(LimitedServer, OverItNothingIsChangedAndTheSameLaterPassesOnce) {
  const std::string anna = TokenOf("anna"), karin = TokenOf("karin");
  const v1::SubmitReportRequest first = AReport();
  ASSERT_TRUE(Submit(anna, first).ok());
  for (int i = 0; i < 49; ++i) ASSERT_TRUE(Submit(anna, AReport()).ok()) << i;
  const int64_t before = Revision();
  const v1::SubmitReportRequest late = AReport();
  const grpc::Status refused = Submit(anna, late);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(refused), "TOO_MANY_CALLS");
  EXPECT_EQ(RetryIn(DetailsOf(refused)), absl::Milliseconds(200));
  EXPECT_EQ(ReasonOf(Submit(anna, first)), "TOO_MANY_CALLS") << "a repeat costs what the first did";
  EXPECT_TRUE(Submit(karin, AReport()).ok()) << "others are not held back";
  EXPECT_EQ(Revision(), before + 1);
  clock_.Advance(absl::Milliseconds(400));
  EXPECT_TRUE(Submit(anna, late).ok());
  EXPECT_EQ(Revision(), before + 2);
  EXPECT_TRUE(Submit(anna, late).ok()) << "a repeat is answered as it was";
  EXPECT_EQ(Revision(), before + 2);
  const v1::GetServerStatusResponse status = StatusFor(karin);
  ASSERT_EQ(status.held_back_size(), 1);
  EXPECT_EQ(status.held_back(0).member(), Below("members/anna"));
  EXPECT_EQ(status.held_back(0).refused(), 2);
}

TEST_F(LimitedServer, ABatchCostsItsReports) {
  const std::string anna = TokenOf("anna");
  EXPECT_TRUE(SubmitMany(anna, 30).ok());
  const int64_t before = Revision();
  const grpc::Status refused = SubmitMany(anna, 30);
  EXPECT_EQ(ReasonOf(refused), "TOO_MANY_CALLS");
  EXPECT_EQ(RetryIn(DetailsOf(refused)), absl::Seconds(2));
  EXPECT_EQ(Revision(), before);
  EXPECT_TRUE(SubmitMany(anna, 20).ok());
  // One that is larger than the bucket waits for a full one.
  EXPECT_EQ(RetryIn(DetailsOf(SubmitMany(anna, 500))), absl::Seconds(10));
  clock_.Advance(absl::Seconds(10));
  EXPECT_TRUE(SubmitMany(anna, 500).ok());
}

TEST_F(LimitedServer, WhoIsLockedOutMayStillAskWhoTheyAreAndEndWhatTheyHave) {
  std::string name;
  const std::string karin = TokenOf("karin"), stolen = TokenOf("karin", &name);
  while (Submit(stolen, AReport()).ok()) {
  }
  EXPECT_EQ(ReasonOf(Submit(karin, AReport())), "TOO_MANY_CALLS");
  const auto access = v1::AccessService::NewStub(channel_);
  v1::WhoAmIResponse me;
  EXPECT_TRUE(access->WhoAmI(With(karin).get(), {}, &me).ok());
  v1::RevokeTokenRequest revoke;
  revoke.set_request_id(NewRequestId());
  revoke.set_name(name);
  v1::RevokeTokenResponse revoked;
  const grpc::Status status = access->RevokeToken(With(karin).get(), revoke, &revoked);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(ReasonOf(Submit(stolen, AReport())), "IDENTITY_ENDED");
}

TEST_F(LimitedServer, APushedReportWaitsAndIsNotRefused) {
  const auto context = With(TokenOf("anna"));
  const auto stream = reports_->PushReports(context.get());
  std::thread writing([&] {
    for (int64_t number = 1; number <= 60; ++number) {
      v1::PushReportsRequest item;
      item.set_number(number);
      *item.mutable_request() = AReport();
      stream->Write(item);
    }
    stream->WritesDone();
  });
  v1::PushReportsResponse last;
  const auto read_up_to = [&](int64_t number) {
    while (last.durable_number() < number && stream->Read(&last))
      EXPECT_EQ(last.refusals_size(), 0);
    return last.durable_number();
  };
  EXPECT_EQ(read_up_to(50), 50) << "what the bucket holds";
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(read_up_to(55), 55);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(read_up_to(60), 60);
  writing.join();
  while (stream->Read(&last)) {
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(last.created(), 60);
  const v1::GetServerStatusResponse status = StatusFor(TokenOf("karin"));
  ASSERT_EQ(status.held_back_size(), 1);
  EXPECT_EQ(status.held_back(0).member(), Below("members/anna"));
  EXPECT_EQ(status.held_back(0).refused(), 0);
  EXPECT_EQ(status.held_back(0).waited_ms(), 2000);
}

TEST_F(LimitedServer, AStreamThatWaitsEndsWithItsTokenAndWithTheServer) {
  std::string name;
  const auto context = With(TokenOf("anna", &name)), other = With(TokenOf("anna"));
  const auto stream = reports_->PushReports(context.get());
  const auto second = reports_->PushReports(other.get());
  for (int64_t number = 1; number <= 51; ++number) {
    v1::PushReportsRequest item;
    item.set_number(number);
    *item.mutable_request() = AReport();
    stream->Write(item);
    if (number == 1) second->Write(item);
  }
  v1::PushReportsResponse answer;
  while (answer.durable_number() < 49 && stream->Read(&answer)) {
  }
  v1::Token token = Get<v1::Token>(name);
  *token.mutable_revoke_time() = domain::TimestampOf(clock_.Now());
  Put(token);
  while (stream->Read(&answer)) {
  }
  EXPECT_EQ(ReasonOf(stream->Finish()), "IDENTITY_ENDED");
  const absl::Time begin = absl::Now();
  server_->Shutdown();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(6));
  while (second->Read(&answer)) {
  }
  EXPECT_FALSE(second->Finish().ok());
}

// A partner's system goes mad: threads that send as fast as they can, in batches and in streams.
class Flood {
 public:
  Flood(const std::string& address, const std::string& token) : address_(address), token_(token) {
    for (int i = 0; i < 6; ++i) threads_.emplace_back([this] { SendBatches(); });
    for (int i = 0; i < 2; ++i) {
      streams_.push_back(Context());
      threads_.emplace_back([this, context = streams_.back().get()] { Push(context); });
    }
  }
  ~Flood() {
    over_ = true;
    for (const auto& stream : streams_) stream->TryCancel();
    for (std::thread& thread : threads_) thread.join();
  }
  int64_t refused() const { return refused_; }

 private:
  std::unique_ptr<v1::ReportService::Stub> Connect() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return v1::ReportService::NewStub(
        grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments));
  }
  std::unique_ptr<grpc::ClientContext> Context() const {
    auto context = std::make_unique<grpc::ClientContext>();
    context->AddMetadata("authorization", absl::StrCat("Bearer ", token_));
    return context;
  }
  void SendBatches() {
    const auto stub = Connect();
    while (!over_) {
      v1::SubmitReportsRequest batch;
      for (int i = 0; i < 100; ++i) *batch.add_requests() = AReport();
      v1::SubmitReportsResponse results;
      if (!stub->SubmitReports(Context().get(), batch, &results).ok()) ++refused_;
    }
  }
  void Push(grpc::ClientContext* context) {
    const auto stream = Connect()->PushReports(context);
    std::thread reading([&] {
      v1::PushReportsResponse answer;
      while (stream->Read(&answer)) {
      }
    });
    v1::PushReportsRequest item;
    for (int64_t number = 1; number == 1 || stream->Write(item); ++number) {
      item.set_number(number);
      *item.mutable_request() = AReport();
    }
    reading.join();
    stream->Finish();
  }

  const std::string address_;
  const std::string token_;
  std::atomic<bool> over_{false};
  std::atomic<int64_t> refused_{0};
  std::vector<std::unique_ptr<grpc::ClientContext>> streams_;
  std::vector<std::thread> threads_;
};

class FloodedServer : public LimitedServer {
 protected:
  FloodedServer() : LimitedServer(Limited(50, 200), &Clock::System()) {
    AddMember("system", "polisen", {v1::ROLE_REPORTER, v1::ROLE_PARTNER_SYSTEM});
  }
};

TEST_F(FloodedServer, APartnerThatFloodsDoesNotStopAnothersWrites) {
  const std::string karin = TokenOf("karin"), system = TokenOf("system");
  const int64_t before = Revision();
  const absl::Time begin = absl::Now();
  absl::Duration slowest = absl::ZeroDuration();
  int written = 0;
  {
    const Flood flood(server_->address(), system);
    // From its first moment, and until it has long been over its limit.
    for (; written < 400 && (written < 100 || flood.refused() < 100); ++written) {
      const absl::Time asked = absl::Now();
      const grpc::Status status = Submit(karin, AReport());
      ASSERT_TRUE(status.ok()) << status.error_message();
      slowest = std::max(slowest, absl::Now() - asked);
    }
    EXPECT_GE(flood.refused(), 100);
  }
  const int64_t flooded = Revision() - before - written;
  EXPECT_GE(flooded, 5000);
  EXPECT_LE(flooded, 5000 + 500 * absl::ToDoubleSeconds(absl::Now() - begin) + 1);
  EXPECT_LT(slowest, absl::Seconds(5));
  std::cout << written << " writes beside " << flooded << ", the slowest in "
            << absl::FormatDuration(slowest) << "\n";
  const v1::GetServerStatusResponse status = StatusFor(karin);
  ASSERT_GE(status.held_back_size(), 1);
  EXPECT_EQ(status.held_back(0).member(), Below("members/system"));
}

}  // namespace
}  // namespace samsyn::service
