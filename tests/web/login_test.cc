// Logging in and out at the HTTP door: a login link becomes a cookie, once; the cookie calls; to
// log out ends the session with its streams, and wipes.
#include <samsyn/v1/access.pb.h>

#include "tests/web/door_test_base.h"

namespace samsyn::web {
namespace {

class LoginTest : public DoorTestBase {
 protected:
  // A login link for a member, made through the door by the coordinator.
  std::string LinkFor(absl::string_view member) {
    v1::CreateLoginLinkRequest request;
    request.set_request_id(service::NewRequestId());
    request.set_member(service::Below(absl::StrCat("members/", member)));
    const Answer answer = Ask(
        "POST", "/samsyn.v1.AccessService/CreateLoginLink",
        absl::StrCat("Content-Type: application/grpc-web+proto\r\n", CookieOf(TokenOf("karin"))),
        Frame(request.SerializeAsString()));
    v1::CreateLoginLinkResponse response;
    if (answer.body.size() < 5) return "";
    size_t size = 0;
    for (int i = 1; i < 5; ++i) size = size << 8 | static_cast<unsigned char>(answer.body[i]);
    EXPECT_TRUE(response.ParseFromString(answer.body.substr(5, size))) << answer.body;
    return response.secret();
  }
  Answer LogIn(absl::string_view link, absl::string_view more = "") {
    return PostJson(
        "/session", "Accept-Language: sv\r\n",
        absl::StrCat("{\"link\":\"", link, "\",\"device\":\"Chrome, Android\"", more, "}"));
  }
  // "__Host-samsyn=…" of an answer that sets it.
  static std::string CookieIn(const std::string& text) {
    const std::string lower = absl::AsciiStrToLower(text);
    const size_t begin = lower.find("samsyn=", lower.find("set-cookie: "));
    EXPECT_NE(begin, std::string::npos) << text;
    return absl::StrCat("__Host-", text.substr(begin, text.find(';', begin) - begin));
  }
  // The same with the case that the answer had.
  std::string CookieFor(absl::string_view member) {
    RawSocket socket(port());
    const std::string body = absl::StrCat("{\"link\":\"", LinkFor(member), "\"}");
    socket.Send(RequestText("POST", "/session",
                            "Connection: close\r\nContent-Type: application/json\r\n", body));
    return absl::StrCat("Cookie: ", CookieIn(socket.ReadAll()), "\r\n");
  }
  int WhoAmI(absl::string_view headers) {
    return PostJson("/samsyn.v1.AccessService/WhoAmI", headers, "{}").status;
  }
};

TEST_F(LoginTest, ALinkBecomesACookieOnce) {
  const std::string link = LinkFor("anna");
  const Answer answer = LogIn(link);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body, "{}");
  EXPECT_TRUE(
      absl::StrContains(answer.head, "; path=/; secure; httponly; samesite=strict; max-age=43"))
      << answer.head;
  EXPECT_TRUE(absl::StrContains(answer.head, "cache-control: no-store"));
  EXPECT_EQ(WhoAmI(absl::StrCat("Cookie: ", CookieIn(answer.head), "\r\n")), 200);
  const Answer again = LogIn(link);
  EXPECT_EQ(again.status, 401);
  EXPECT_TRUE(absl::StrContains(again.body, "LINK_USED")) << again.body;
  EXPECT_FALSE(absl::StrContains(again.head, "set-cookie"));
}

TEST_F(LoginTest, AnAnswerThatWasLostIsGivenAgain) {
  const std::string link = LinkFor("anna");
  const std::string id = absl::StrCat(",\"request_id\":\"", service::NewRequestId(), "\"");
  const Answer first = LogIn(link, id), second = LogIn(link, id);
  EXPECT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(CookieIn(first.head), CookieIn(second.head));
}

TEST_F(LoginTest, WhatIsNoLinkOpensNothing) {
  EXPECT_EQ(LogIn("").status, 401);
  EXPECT_EQ(LogIn("samsyn_0136_a_b").status, 401);
  EXPECT_EQ(LogIn("\\u0000").status, 401);
  EXPECT_EQ(LogIn(TokenOf("anna")).status, 401);
  EXPECT_EQ(PostJson("/session", "", "[]").status, 400);
  EXPECT_EQ(PostJson("/session", "", "{\"link\":1}").status, 401);
  EXPECT_EQ(Ask("POST", "/session", "Content-Type: text/plain\r\n", "{}").status, 415);
  EXPECT_EQ(Ask("GET", "/session").status, 405);
  EXPECT_EQ(PostJson("/session", "Origin: http://evil.example\r\n",
                     absl::StrCat("{\"link\":\"", LinkFor("anna"), "\"}"))
                .status,
            403);
}

TEST_F(LoginTest, ALinkIsRedeemedNowhereElse) {
  const Answer answer =
      PostJson("/samsyn.v1.AccessService/RedeemLoginLink", CookieOf(LinkFor("anna")),
               absl::StrCat("{\"requestId\":\"", service::NewRequestId(), "\"}"));
  EXPECT_EQ(answer.status, 501);
  EXPECT_TRUE(absl::StrContains(answer.body, "POST /session")) << answer.body;
}

TEST_F(LoginTest, LoggingOutEndsTheSessionItsStreamAndWhatThePageKept) {
  const std::string cookie = CookieFor("anna");
  RawSocket watching(port());
  const std::string watch = WatchText("x");
  const size_t at = watch.find("Cookie: ");
  ASSERT_TRUE(
      watching.Send(watch.substr(0, at) + cookie + watch.substr(watch.find("\r\n", at) + 2)));
  ASSERT_TRUE(WatchersAre(1));
  const Answer out = Ask("DELETE", "/session", cookie);
  EXPECT_EQ(out.status, 200) << out.body;
  EXPECT_TRUE(absl::StrContains(out.head, "clear-site-data: \"cache\", \"storage\"\r\n"));
  EXPECT_TRUE(absl::StrContains(out.head,
                                "set-cookie: __host-samsyn=; path=/; secure; httponly; "
                                "samesite=strict; max-age=0\r\n"));
  EXPECT_TRUE(absl::StrContains(watching.ReadUntil("\r\n0\r\n\r\n"), "grpc-status: 16\r\n"));
  EXPECT_EQ(WhoAmI(cookie), 401);
  // Once more, or without any: the browser forgets all the same.
  for (const std::string& none : {cookie, std::string()}) {
    const Answer again = Ask("DELETE", "/session", none);
    EXPECT_EQ(again.status, 200) << again.body;
    EXPECT_TRUE(absl::StrContains(again.head, "max-age=0"));
  }
}

}  // namespace
}  // namespace samsyn::web
