// Who gets in at the HTTP door, as whom, from which page; and what every answer carries.
#include <google/protobuf/util/time_util.h>
#include <samsyn/v1/report.pb.h>

#include "tests/web/door_test_base.h"

namespace samsyn::web {
namespace {

constexpr absl::string_view kWhoAmI = "/samsyn.v1.AccessService/WhoAmI";

class DoorTest : public DoorTestBase {
 protected:
  int WhoAmI(absl::string_view headers) { return PostJson(kWhoAmI, headers, "{}").status; }
  bool Has(const Answer& answer, absl::string_view header) {
    return absl::StrContains(answer.head, absl::StrCat("\r\n", header, "\r\n"));
  }
};

TEST_F(DoorTest, EveryAnswerSaysWhatABrowserMayDoWithIt) {
  std::vector<Answer> answers = {
      Ask("GET", "/"),
      Ask("GET", "/nothing"),
      Ask("PUT", "/"),
      Ask("GET", "/healthz"),
      PostJson(kWhoAmI, "", "{}"),
      Ask("GET", "/", absl::StrCat("A: ", std::string(20'000, 'a'), "\r\n"))};
  EXPECT_EQ(answers.back().status, 431);
  for (const Answer& answer : answers) {
    EXPECT_TRUE(
        Has(answer,
            "content-security-policy: default-src 'none'; script-src 'self'; connect-src "
            "'self'; style-src 'self'; img-src 'self' data:; manifest-src 'self'; "
            "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types svelte-trusted-html samsyn-worker"))
        << answer.head;
    for (const char* header :
         {"x-content-type-options: nosniff", "referrer-policy: no-referrer",
          "cross-origin-opener-policy: same-origin", "cross-origin-resource-policy: same-origin"}) {
      EXPECT_TRUE(Has(answer, header)) << header << "\n" << answer.head;
    }
    EXPECT_TRUE(absl::StrContains(answer.head, "permissions-policy: geolocation=(self)"));
    EXPECT_TRUE(absl::StrContains(answer.head, "\r\ndate: "));
    EXPECT_FALSE(absl::StrContains(answer.head, "strict-transport-security"));
    EXPECT_FALSE(absl::StrContains(answer.head, "access-control-"));
    EXPECT_FALSE(absl::StrContains(answer.head, "\r\nserver:"));
  }
  EXPECT_TRUE(Has(answers[0], "cache-control: no-cache"));
  EXPECT_TRUE(Has(answers[3], "cache-control: no-store"));
  EXPECT_TRUE(Has(answers[4], "cache-control: no-store"));
}

TEST_F(DoorTest, OverTlsBrowsersAreToldToStayThere) {
  EXPECT_TRUE(absl::StrContains(Ask("GET", "/", "X-Forwarded-Proto: https\r\n").head,
                                "strict-transport-security: max-age=31536000\r\n"));
}

TEST_F(DoorTest, ThePageIsServedCompressedAndNotTwice) {
  const Answer page = Ask("GET", "/?from=qr");
  EXPECT_EQ(page.body, "<title>Samsyn</title>");
  EXPECT_TRUE(Has(page, "etag: \"11aa\""));
  const Answer script = Ask("GET", "/assets/index-22bb.js", "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(script.body, "brotli");
  EXPECT_TRUE(Has(script, "content-encoding: br"));
  EXPECT_TRUE(Has(script, "cache-control: public, max-age=31536000, immutable"));
  const Answer known = Ask("GET", "/", "If-None-Match: \"11aa\"\r\n");
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.body, "");
  EXPECT_FALSE(absl::StrContains(known.head, "content-length"));
  const Answer head = Ask("HEAD", "/");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_TRUE(Has(head, "content-length: 21"));
}

TEST_F(DoorTest, OnlyTheCookieSaysWhoCalls) {
  const std::string token = TokenOf("anna");
  EXPECT_EQ(WhoAmI(CookieOf(token)), 200);
  EXPECT_EQ(WhoAmI(""), 401);
  EXPECT_EQ(WhoAmI(absl::StrCat("Authorization: Bearer ", token, "\r\n")), 401);
  EXPECT_EQ(WhoAmI(absl::StrCat("Authorization: Bearer ", TokenOf("karin"), "\r\n",
                                "samsyn-member: karin\r\n", CookieOf(token))),
            200);
  const Answer who = PostJson(
      kWhoAmI, absl::StrCat("Authorization: Bearer ", TokenOf("karin"), "\r\n", CookieOf(token)),
      "{}");
  EXPECT_TRUE(absl::StrContains(who.body, "Person anna")) << who.body;
  for (const std::string& bad : {std::string("nonsense"), token + "x", token.substr(1),
                                 std::string("samsyn_0136_a_\xf6"), std::string()}) {
    EXPECT_EQ(WhoAmI(CookieOf(bad)), 401) << bad;
  }
  EXPECT_EQ(WhoAmI(absl::StrCat("Cookie: a=b; __Host-samsyn=", token, "; c=d\r\n")), 200);
  EXPECT_EQ(WhoAmI(absl::StrCat("Cookie: samsyn=", token, "; x__Host-samsyn=", token, "\r\n")),
            401);
}

TEST_F(DoorTest, HeadersThatGrpcWouldNotTakeDoNoHarm) {
  EXPECT_EQ(WhoAmI(absl::StrCat(CookieOf(TokenOf("anna")), "Accept-Language: s\xf6v\r\n")), 200);
}

TEST_F(DoorTest, AnotherPageIsRefused) {
  const std::string cookie = CookieOf(TokenOf("anna"));
  const auto from = [&](absl::string_view origin) {
    return WhoAmI(absl::StrCat(cookie, "Origin: ", origin, "\r\n"));
  };
  EXPECT_EQ(from(absl::StrCat("http://", Host())), 200);
  EXPECT_EQ(from(absl::StrCat("https://", Host())), 403);
  EXPECT_EQ(from("http://evil.example"), 403);
  EXPECT_EQ(from("null"), 403);
  EXPECT_EQ(from(""), 403);
  EXPECT_EQ(from(absl::StrCat("http://", Host(), ".evil.example")), 403);
  EXPECT_EQ(WhoAmI(absl::StrCat(cookie, "Sec-Fetch-Site: same-origin\r\n")), 200);
  EXPECT_EQ(WhoAmI(absl::StrCat(cookie, "Sec-Fetch-Site: cross-site\r\n")), 403);
  EXPECT_EQ(WhoAmI(absl::StrCat(cookie, "Sec-Fetch-Site: same-site\r\n")), 403);
  EXPECT_EQ(Ask("DELETE", "/session", "Origin: http://evil.example\r\n").status, 403);
  const Answer refused = PostJson(
      kWhoAmI, absl::StrCat(cookie, "Origin: http://evil.example\r\nAccept-Language: sv\r\n"),
      "{}");
  EXPECT_TRUE(absl::StrContains(refused.body, "en annan sida")) << refused.body;
}

TEST_F(DoorTest, AProxyOnThisMachineSaysWhatTheBrowserAskedFor) {
  const std::string proxied =
      absl::StrCat(CookieOf(TokenOf("anna")),
                   "X-Forwarded-Host: samsyn.example\r\nX-Forwarded-Proto: https\r\n");
  EXPECT_EQ(WhoAmI(absl::StrCat(proxied, "Origin: https://samsyn.example\r\n")), 200);
  EXPECT_EQ(WhoAmI(absl::StrCat(proxied, "Origin: https://samsyn.example:443\r\n")), 200);
  EXPECT_EQ(WhoAmI(absl::StrCat(proxied, "Origin: http://samsyn.example\r\n")), 403);
  EXPECT_EQ(WhoAmI(absl::StrCat(proxied, "Origin: http://", Host(), "\r\n")), 403);
}

TEST_F(DoorTest, FiguresAreForThisMachineOnly) {
  EXPECT_EQ(WhoAmI(CookieOf(TokenOf("anna"))), 200);
  EXPECT_EQ(PostJson("/samsyn.v1.ReportService/ListReports", CookieOf(TokenOf("anna")),
                     R"({"municipality": "municipalities/0136"})")
                .status,
            200);
  const Answer figures = Ask("GET", "/metrics");
  EXPECT_EQ(figures.status, 200);
  for (const char* line :
       {"samsyn_calls_total{code=\"OK\",door=\"web\",method=\"samsyn.v1.AccessService/WhoAmI\"} "
        "1\n",
        "samsyn_http_answers_total{kind=\"call\",status=\"200\"} 2\n",
        "samsyn_call_seconds_count{door=\"web\",method=\"samsyn.v1.AccessService/WhoAmI\"} 1\n",
        // A routed one.
        "samsyn_call_seconds_count{door=\"web\",method=\"samsyn.v1.ReportService/ListReports\"} "
        "1\n",
        "samsyn_writable{municipality=\"0136\"} 1\n", "samsyn_queue{municipality=\"0136\"} 0\n",
        "samsyn_calls_held_back_total{municipality=\"0136\",limit=\"member\"} 0\n",
        "samsyn_push_waited_seconds_total{municipality=\"0136\"} 0\n", "samsyn_watchers 0\n",
        "samsyn_http_connections 1\n"}) {
    EXPECT_TRUE(absl::StrContains(figures.body, line)) << line << "\n" << figures.body;
  }
  EXPECT_FALSE(absl::StrContains(figures.body, "anna"));
  for (const char* header : {"X-Forwarded-For: 10.0.0.1", "Forwarded: for=10.0.0.1",
                             "X-Forwarded-Proto: https", "X-Real-IP: 10.0.0.1"}) {
    EXPECT_EQ(Ask("GET", "/metrics", absl::StrCat(header, "\r\n")).status, 404) << header;
  }
  RawSocket socket(port());
  socket.Send("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(Parsed(socket.ReadAll()).status, 404);
}

TEST_F(DoorTest, MethodsThatABrowserCannotCall) {
  const Answer push = PostJson("/samsyn.v1.ReportService/PushReports", "", "{}");
  EXPECT_EQ(push.status, 501);
  EXPECT_TRUE(absl::StrContains(push.body, "use gRPC")) << push.body;
  EXPECT_EQ(PostJson("/samsyn.v1.WatchService/Watch", "", "{}").status, 501);
  EXPECT_EQ(PostJson("/samsyn.v1.WatchService/Nothing", "", "{}").status, 501);
  EXPECT_EQ(PostJson("/samsyn.v1.Nothing/Watch", "", "{}").status, 501);
  EXPECT_EQ(PostJson("/samsyn.v1.WatchService", "", "{}").status, 501);
  EXPECT_EQ(PostJson("/samsyn.journal.v1.Anything/Watch", "", "{}").status, 404);
  EXPECT_EQ(
      PostJson("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "", "{}").status,
      404);
  EXPECT_EQ(PostJson("/grpc.health.v1.Health/Check", "", "{}").body, "{\"status\":\"SERVING\"}");
}

TEST_F(DoorTest, ContentsThatAreNotTaken) {
  for (const char* type : {"text/plain", "application/grpc-web-text", "application/grpc",
                           "application/x-www-form-urlencoded", "application/connect+json"}) {
    const Answer answer = Ask("POST", kWhoAmI, absl::StrCat("Content-Type: ", type, "\r\n"), "{}");
    EXPECT_EQ(answer.status, 415) << type;
    EXPECT_TRUE(absl::StrContains(answer.head, "accept-post: ")) << answer.head;
  }
  EXPECT_EQ(PostJson(kWhoAmI, "Content-Encoding: gzip\r\n", "{}").status, 415);
  EXPECT_EQ(PostJson(kWhoAmI, CookieOf(TokenOf("anna")), "{\"nothing\": 1}").status, 400);
  EXPECT_EQ(PostJson(kWhoAmI, CookieOf(TokenOf("anna")), std::string(5000, '[')).status, 400);
  EXPECT_EQ(PostJson(kWhoAmI, "Connect-Timeout-Ms: soon\r\n", "{}").status, 400);
}

TEST_F(DoorTest, ADeadlineGoesOn) {
  v1::GetReportRequest late;
  late.set_name(service::Below("reports/none"));
  late.set_min_revision(1'000'000);
  const std::string cookie = CookieOf(TokenOf("anna"));
  const absl::Time begin = absl::Now();
  const Answer json = PostJson("/samsyn.v1.ReportService/GetReport",
                               absl::StrCat(cookie, "Connect-Timeout-Ms: 200\r\n"),
                               absl::StrCat("{\"name\":\"", late.name(), "\",\"minRevision\":\"",
                                            late.min_revision(), "\"}"));
  EXPECT_EQ(json.status, 504) << json.body;
  const Answer web = Ask("POST", "/samsyn.v1.ReportService/GetReport",
                         absl::StrCat(cookie, "Content-Type: application/grpc-web+proto\r\n",
                                      "grpc-timeout: 200m\r\n"),
                         Frame(late.SerializeAsString()));
  EXPECT_TRUE(absl::StrContains(web.body, "grpc-status: 4\r\n")) << web.body;
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
}

TEST_F(DoorTest, WhenTheServerStopsStreamsAreToldAndHealthSaysSo) {
  RawSocket watching(port()), waiting(port());
  ASSERT_TRUE(watching.Send(WatchText(TokenOf("anna"))));
  ASSERT_TRUE(WatchersAre(1));
  door_->Drain();
  EXPECT_EQ(Ask("GET", "/healthz").status, 503);
  const Answer refused = PostJson(kWhoAmI, "", "{}");
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(absl::StrContains(refused.body, "SHUTTING_DOWN")) << refused.body;
  server_->Shutdown();
  const std::string told = watching.ReadAll();
  EXPECT_TRUE(watching.closed());
  EXPECT_TRUE(absl::StrContains(told, "grpc-status: 14\r\n"));
  EXPECT_TRUE(absl::EndsWith(told, "\r\n0\r\n\r\n"));
  door_ = nullptr;
}

TEST_F(DoorTest, AnEndedTokenEndsItsStream) {
  std::string name;
  const std::string token = TokenOf("anna", &name);
  RawSocket socket(port());
  ASSERT_TRUE(socket.Send(WatchText(token)));
  ASSERT_TRUE(WatchersAre(1));
  auto ended = Get<v1::Token>(name);
  *ended.mutable_revoke_time() =
      google::protobuf::util::TimeUtil::SecondsToTimestamp(absl::ToUnixSeconds(absl::Now()));
  Put(ended);
  EXPECT_TRUE(absl::StrContains(socket.ReadUntil("0\r\n\r\n"), "grpc-status: 16\r\n"));
}

TEST_F(DoorTest, TheMarkOfANodeOutOfTouchReachesTheBrowser) {
  const std::string cookie = CookieOf(TokenOf("anna"));
  const auto by_grpc_web = [&] {
    return Ask("POST", kWhoAmI,
               absl::StrCat("Content-Type: application/grpc-web+proto\r\n", cookie), Frame(""));
  };
  EXPECT_FALSE(absl::StrContains(PostJson(kWhoAmI, cookie, "{}").head, "cut-off"));
  EXPECT_FALSE(absl::StrContains(by_grpc_web().body, "cut-off"));
  store_.CutOff(absl::FromUnixSeconds(1795795200));
  const Answer answer = PostJson(kWhoAmI, cookie, "{}");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(
      absl::StrContains(answer.head, "trailer-samsyn-cut-off-since: 2026-11-27t16:00:00.000z\r\n"))
      << answer.head;
  EXPECT_TRUE(
      absl::StrContains(by_grpc_web().body, "samsyn-cut-off-since: 2026-11-27T16:00:00.000Z\r\n"));
  const Answer figures = Ask("GET", "/metrics");
  EXPECT_TRUE(absl::StrContains(figures.body, "samsyn_forked{municipality=\"0136\"} 0\n"));
  EXPECT_TRUE(
      absl::StrContains(figures.body, "samsyn_revisions_behind{municipality=\"0136\"} 0\n"));
  EXPECT_TRUE(absl::StrContains(figures.body, "samsyn_cut_off_seconds{municipality=\"0136\"} "));
}

TEST(DoorStart, OffLoopbackItNeedsTlsAndSaysSo) {
  journal::MemoryJournalStore store;
  engine::Engine engine(store, Clock::System());
  ASSERT_TRUE(engine.Start().ok());
  service::ServerOptions options;
  options.listen = "127.0.0.1:0";
  auto server = service::Server::Start(engine, Clock::System(), options);
  ASSERT_TRUE(server.ok());
  Metrics metrics;
  DoorOptions door;
  door.listen = "0.0.0.0:0";
  const auto open = Door::Start(engine, **server, metrics, door);
  EXPECT_TRUE(absl::IsFailedPrecondition(open.status())) << open.status();
  EXPECT_TRUE(absl::StrContains(open.status().message(), "--web-tls-cert"));
  door.listen = "127.0.0.1:0";
  door.http.tls_certificate = "/nothing/here";
  EXPECT_FALSE(Door::Start(engine, **server, metrics, door).ok());
  door.http.tls_key = "/nothing/there";
  EXPECT_FALSE(CheckOptions(door).ok());
  for (const char* off : {"", "off"}) {
    door.listen = off;
    const auto none = Door::Start(engine, **server, metrics, door);
    EXPECT_TRUE(none.ok() && *none == nullptr);
  }
}

}  // namespace
}  // namespace samsyn::web
