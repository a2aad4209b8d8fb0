// Signing in over a real socket: a login link opens once and nothing else, a session is let in as a
// token is, ends, and takes its streams with it.
#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <samsyn/v1/access.grpc.pb.h>
#include <samsyn/v1/watch.grpc.pb.h>

#include "server/domain/limits.h"
#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

using ::testing::HasSubstr;

class SessionTest : public ServerTestBase {
 protected:
  SessionTest() : access_(v1::AccessService::NewStub(channel_)), karin_(TokenOf("karin")) {}

  std::string LinkFor(const std::string& member) {
    v1::CreateLoginLinkRequest request;
    request.set_request_id(NewRequestId());
    request.set_member(Below("members/" + member));
    v1::CreateLoginLinkResponse response;
    const auto status = access_->CreateLoginLink(With(karin_).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.token().kind(), v1::Token::KIND_LOGIN_LINK);
    return response.secret();
  }
  grpc::Status Redeem(const std::string& link, v1::RedeemLoginLinkResponse* response,
                      const std::string& request_id = NewRequestId()) {
    v1::RedeemLoginLinkRequest request;
    request.set_request_id(request_id);
    request.set_device("Firefox, Android");
    return access_->RedeemLoginLink(With(link, "sv").get(), request, response);
  }
  v1::RedeemLoginLinkResponse SignIn(const std::string& member) {
    v1::RedeemLoginLinkResponse response;
    const auto status = Redeem(LinkFor(member), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  grpc::Status WhoAmI(const std::string& secret) {
    v1::WhoAmIResponse response;
    return access_->WhoAmI(With(secret).get(), {}, &response);
  }
  // A stream that is live.
  struct Stream {
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> reader;
  };
  Stream Watch(const std::string& secret) {
    Stream stream{With(secret), nullptr};
    v1::WatchRequest request;
    request.set_municipality(kMunicipality);
    stream.reader = v1::WatchService::NewStub(channel_)->Watch(stream.context.get(), request);
    v1::WatchResponse response;
    while (stream.reader->Read(&response) && !response.current()) {
    }
    EXPECT_TRUE(response.current());
    return stream;
  }
  static grpc::Status EndOf(Stream& stream) {
    v1::WatchResponse response;
    while (stream.reader->Read(&response)) {
    }
    return stream.reader->Finish();
  }

  std::unique_ptr<v1::AccessService::Stub> access_;
  const std::string karin_;
};

TEST_F(SessionTest, ALinkBecomesASessionOnce) {
  const std::string link = LinkFor("anna");
  v1::RedeemLoginLinkResponse session, again;
  const auto status = Redeem(link, &session);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(session.session().member(), Below("members/anna"));
  EXPECT_EQ(session.session().device(), "Firefox, Android");
  EXPECT_EQ(domain::TimeOf(session.expire_time()), clock_.Now() + absl::Hours(12));
  EXPECT_EQ(session.revision(), Revision());
  v1::WhoAmIResponse me;
  ASSERT_TRUE(access_->WhoAmI(With(session.secret()).get(), {}, &me).ok());
  EXPECT_EQ(me.token().name(), session.session().name());
  const auto second = Redeem(link, &again);
  EXPECT_EQ(second.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(second), "LINK_USED");
  EXPECT_EQ(second.error_message(),
            "Inloggningslänken är använd: den öppnar en gång. Be om en ny.");
  EXPECT_EQ(again.secret(), "");
}

// The answer may be lost on the way to a phone.
TEST_F(SessionTest, ARepeatOfTheRequestGetsTheSameSession) {
  const std::string link = LinkFor("anna"), id = NewRequestId();
  v1::RedeemLoginLinkResponse first, repeat, other;
  ASSERT_TRUE(Redeem(link, &first, id).ok());
  ASSERT_TRUE(Redeem(link, &repeat, id).ok());
  EXPECT_EQ(repeat.session().name(), first.session().name());
  EXPECT_EQ(repeat.secret(), first.secret());
  EXPECT_EQ(repeat.revision(), first.revision());
  EXPECT_TRUE(WhoAmI(repeat.secret()).ok());
  EXPECT_EQ(ReasonOf(Redeem(LinkFor("anna"), &other, id)), "REQUEST_ID_REUSED")
      << "another link of the same member does not show this session";
  EXPECT_EQ(other.secret(), "");
}

TEST_F(SessionTest, ALinkOpensNothingElse) {
  const std::string link = LinkFor("anna");
  const auto status = WhoAmI(link);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(status), "NO_IDENTITY");
  v1::CreateLoginLinkRequest more;
  more.set_request_id(NewRequestId());
  v1::CreateLoginLinkResponse made;
  EXPECT_EQ(ReasonOf(access_->CreateLoginLink(With(link).get(), more, &made)), "NO_IDENTITY");
  const auto context = With(link);
  v1::WatchRequest watch;
  watch.set_municipality(kMunicipality);
  auto reader = v1::WatchService::NewStub(channel_)->Watch(context.get(), watch);
  v1::WatchResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(ReasonOf(reader->Finish()), "NO_IDENTITY");
}

TEST_F(SessionTest, OnlyALinkIsRedeemed) {
  const std::string session = SignIn("anna").secret();
  std::string wrong = LinkFor("anna");
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  v1::RedeemLoginLinkResponse response;
  for (const std::string& text : {session, karin_, wrong, std::string("abc"), std::string()}) {
    EXPECT_EQ(ReasonOf(Redeem(text, &response)), "NO_IDENTITY") << text;
  }
  const std::string late = LinkFor("anna");
  clock_.Advance(absl::Minutes(16));
  EXPECT_EQ(ReasonOf(Redeem(late, &response)), "IDENTITY_ENDED");
}

TEST_F(SessionTest, LoggingOutEndsTheSessionAndItsStreamsAtOnce) {
  const auto session = SignIn("anna"), other = SignIn("anna");
  Stream stream = Watch(session.secret());
  v1::EndSessionRequest request;
  request.set_request_id(NewRequestId());
  v1::EndSessionResponse response;
  const auto status = access_->EndSession(With(session.secret()).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.session().name(), session.session().name());
  EXPECT_TRUE(response.session().has_revoke_time());
  EXPECT_EQ(ReasonOf(EndOf(stream)), "IDENTITY_ENDED");
  EXPECT_EQ(ReasonOf(WhoAmI(session.secret())), "IDENTITY_ENDED");
  EXPECT_TRUE(WhoAmI(other.secret()).ok());
  request.set_request_id(NewRequestId());
  EXPECT_EQ(ReasonOf(access_->EndSession(With(TokenOf("anna")).get(), request, &response)),
            "WRONG_STATE");
}

TEST_F(SessionTest, ACoordinatorEndsAnothersSession) {
  const auto session = SignIn("anna");
  Stream stream = Watch(session.secret());
  v1::ListSessionsRequest list;
  list.set_municipality(kMunicipality);
  v1::ListSessionsResponse listed;
  ASSERT_TRUE(access_->ListSessions(With(karin_).get(), list, &listed).ok());
  ASSERT_EQ(listed.sessions_size(), 1);
  v1::EndSessionRequest request;
  request.set_request_id(NewRequestId());
  request.set_name(listed.sessions(0).name());
  v1::EndSessionResponse response;
  ASSERT_TRUE(access_->EndSession(With(karin_).get(), request, &response).ok());
  EXPECT_EQ(ReasonOf(EndOf(stream)), "IDENTITY_ENDED");
  ASSERT_TRUE(access_->ListSessions(With(karin_).get(), list, &listed).ok());
  EXPECT_EQ(listed.sessions_size(), 0);
}

TEST_F(SessionTest, AStreamEndsWhenItsSessionExpires) {
  const auto session = SignIn("anna");
  Stream stream = Watch(session.secret());
  clock_.Advance(absl::Hours(12));
  EXPECT_EQ(ReasonOf(EndOf(stream)), "IDENTITY_ENDED");
  EXPECT_EQ(ReasonOf(WhoAmI(session.secret())), "IDENTITY_ENDED");
}

TEST_F(SessionTest, ASessionHasTheStreamsOfAToken) {
  const auto session = SignIn("anna");
  std::vector<Stream> streams;
  for (int i = 0; i < domain::kWatchesPerToken; ++i) streams.push_back(Watch(session.secret()));
  const auto context = With(session.secret());
  v1::WatchRequest request;
  request.set_municipality(kMunicipality);
  auto one_more = v1::WatchService::NewStub(channel_)->Watch(context.get(), request);
  v1::WatchResponse response;
  EXPECT_FALSE(one_more->Read(&response));
  EXPECT_EQ(ReasonOf(one_more->Finish()), "LIMIT_REACHED");
  for (Stream& stream : streams) stream.context->TryCancel();
  for (Stream& stream : streams) EndOf(stream);
}

TEST_F(SessionTest, ADeviceIsItsSessionsAndWhereItIsWokenIsToldToNobody) {
  v1::GetPushKeyResponse key;
  ASSERT_TRUE(access_->GetPushKey(With(karin_).get(), {}, &key).ok());
  EXPECT_EQ(key.key(), "the key");
  const auto session = SignIn("anna");
  v1::RegisterDeviceRequest request;
  request.set_request_id(NewRequestId());
  request.set_push_endpoint("https://fcm.googleapis.com/fcm/send/hemlig");
  v1::RegisterDeviceResponse registered;
  EXPECT_EQ(ReasonOf(access_->RegisterDevice(With(karin_).get(), request, &registered)),
            "WRONG_STATE");
  const auto status = access_->RegisterDevice(With(session.secret()).get(), request, &registered);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(registered.device().session(), session.session().name());
  EXPECT_EQ(registered.device().push_endpoint(), "");
  v1::ListDevicesRequest list;
  list.set_municipality(kMunicipality);
  v1::ListDevicesResponse listed;
  for (const std::string& who : {karin_, session.secret()}) {
    ASSERT_TRUE(access_->ListDevices(With(who).get(), list, &listed).ok());
    ASSERT_EQ(listed.devices_size(), 1);
    EXPECT_EQ(listed.devices(0).push_endpoint(), "");
  }
  request.set_request_id(NewRequestId());
  request.set_push_endpoint("https://evil.example/hemlig");
  const auto refused = access_->RegisterDevice(With(session.secret()).get(), request, &registered);
  EXPECT_EQ(ReasonOf(refused), "INVALID_FIELDS");
  EXPECT_EQ(refused.error_message().find("evil"), std::string::npos);
  v1::EndSessionRequest end;
  end.set_request_id(NewRequestId());
  v1::EndSessionResponse ended;
  ASSERT_TRUE(access_->EndSession(With(session.secret()).get(), end, &ended).ok());
  EXPECT_EQ(ended.session().name(), session.session().name());
  ASSERT_TRUE(access_->ListDevices(With(karin_).get(), list, &listed).ok());
  EXPECT_EQ(listed.devices_size(), 0) << "it ended with its session";
}

TEST_F(SessionTest, NoSecretStandsInTheJournal) {
  const std::string link = LinkFor("anna");
  v1::RedeemLoginLinkResponse session;
  ASSERT_TRUE(Redeem(link, &session).ok());
  auto journal = store_.Open("0136");
  ASSERT_TRUE(journal.ok());
  const auto entries = (*journal)->Read(0, 10'000);
  ASSERT_TRUE(entries.ok());
  std::string all;
  for (const journal::Entry& entry : *entries) {
    all += entry.metadata;
    for (const auto& change : entry.changes) all += change.SerializeAsString();
  }
  EXPECT_THAT(all, HasSubstr(session.session().name()));
  for (const std::string& text : {link, session.secret()}) {
    const std::string secret = text.substr(text.rfind('_') + 1);
    EXPECT_EQ(secret.size(), 64u);
    EXPECT_EQ(all.find(secret), std::string::npos);
    EXPECT_EQ(all.find(absl::HexStringToBytes(secret)), std::string::npos);
  }
}

}  // namespace
}  // namespace samsyn::service
