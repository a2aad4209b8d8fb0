// What a socket may do to the HTTP door that no browser does.
#include "tests/testing/certificates.h"
#include "tests/web/door_test_base.h"

namespace samsyn::web {
namespace {

class HostileHttp : public DoorTestBase {
 protected:
  // What the door says to bytes as they are, until it closes.
  std::string AnswerTo(absl::string_view bytes) {
    RawSocket socket(port());
    socket.Send(bytes);
    const std::string answer = socket.ReadAll();
    EXPECT_TRUE(socket.closed());
    return answer;
  }
  void ExpectRefused(absl::string_view bytes, int status) {
    EXPECT_EQ(Parsed(AnswerTo(bytes)).status, status) << bytes.substr(0, 200);
    ExpectAlive();
  }
  // The door serves others as before.
  void ExpectAlive() { EXPECT_EQ(Ask("GET", "/healthz").status, 200); }
  // A call by gRPC-Web of a unary method with a body as it is: its trailers.
  std::string CallWith(absl::string_view body) {
    return Ask("POST", "/samsyn.v1.AccessService/WhoAmI",
               "Content-Type: application/grpc-web+proto\r\n", body)
        .body;
  }
};

TEST_F(HostileHttp, NothingAtAllIsClosed) { EXPECT_EQ(AnswerTo(""), ""); }

TEST_F(HostileHttp, HalfAHeaderIsToldAndClosed) {
  ExpectRefused("GET / HTTP/1.1\r\nHost: x\r\nA", 408);
}

TEST_F(HostileHttp, AHeaderByteByByteGetsNoMoreTimeThanOneAtOnce) {
  RawSocket socket(port());
  const absl::Time begin = absl::Now();
  std::string answer;
  socket.Send("GET / HTTP/1.1\r\n");
  while (answer.empty() && absl::Now() - begin < absl::Seconds(20)) {
    socket.Send("a");
    answer = socket.ReadUntil("\r\n\r\n", absl::Milliseconds(50));
  }
  EXPECT_EQ(Parsed(answer).status, 408);
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
}

TEST_F(HostileHttp, ABodyThatDoesNotComeIsToldAndClosed) {
  ExpectRefused(
      "POST /samsyn.v1.AccessService/WhoAmI HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
      408);
}

TEST_F(HostileHttp, LargeHeaders) {
  ExpectRefused(
      absl::StrCat("GET / HTTP/1.1\r\nHost: x\r\nA: ", std::string(17 << 10, 'a'), "\r\n\r\n"),
      431);
  ExpectRefused(absl::StrCat("GET /", std::string(64 << 10, 'a')), 431);
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&many, "A", i, ": b\r\n");
  ExpectRefused(many, 431);
}

TEST_F(HostileHttp, HeadersWithoutEndAreNotReadWithoutEnd) {
  std::string lines;
  while (lines.size() < 128 << 10) absl::StrAppend(&lines, "A: ", std::string(100, 'b'), "\r\n");
  // As a request's headers, and as the trailers of its chunks: refused long before their end.
  const struct {
    const char* begin;
    int status;
  } rows[] = {
      {"GET / HTTP/1.1\r\nHost: x\r\n", 431},
      {"POST /session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", 400}};
  for (const auto& row : rows) {
    RawSocket socket(port());
    socket.Send(absl::StrCat(row.begin, lines));
    EXPECT_EQ(Parsed(socket.ReadUntil("\r\n\r\n")).status, row.status);
    // What still comes is thrown away for a moment, then the connection is closed.
    while (socket.Send(lines)) {
    }
    ExpectAlive();
  }
}

TEST_F(HostileHttp, CrowdsAreCapped) {
  door_ = nullptr;
  // Here this machine is nobody special.
  door_options_.http.connections = {.total = 12, .per_address = 5, .exempt = {}};
  door_options_.http.limits.header = absl::Seconds(30);
  StartDoor();
  RawSocket figures(port());
  const auto refused = [&] {
    figures.Send(RequestText("GET", "/metrics"));
    const std::string text = figures.ReadUntil("\nprocess_open_fds ");
    constexpr absl::string_view kName = "samsyn_connections_refused_total{door=\"web\"} ";
    const size_t at = text.find(std::string(kName));
    return at == std::string::npos ? -1 : std::stoi(text.substr(at + kName.size()));
  };
  EXPECT_EQ(refused(), 0);
  std::vector<std::unique_ptr<RawSocket>> crowd;
  const auto come = [&](const std::string& from) {
    crowd.push_back(std::make_unique<RawSocket>(port(), 0, from));
    crowd.back()->Send("GET / HTTP/1.1\r\n");
  };
  // Of a crowd at one address all but 5 are closed, and others are served.
  for (int i = 0; i < 100; ++i) come("127.0.0.9");
  EXPECT_TRUE(Eventually([&] { return refused() >= 95; }));
  ExpectAlive();
  // In all there are 12.
  for (int i = 0; i < 60; ++i) come(absl::StrCat("127.0.1.", i + 1));
  EXPECT_TRUE(Eventually([&] { return refused() >= 95 + 53; }));
  crowd.clear();
  EXPECT_TRUE(Eventually([&] { return Ask("GET", "/healthz").status == 200; }));
}

TEST_F(HostileHttp, AHandshakeThatDoesNotComeIsCutOff) {
  testing::Certificates files;
  files.MakeAuthority("ca");
  files.Make("server", "ca", {});
  door_ = nullptr;
  door_options_.http.tls_certificate = files.Path("server.pem");
  door_options_.http.tls_key = files.Path("server.key");
  StartDoor();
  // Nothing; the beginning of a ClientHello; what is none.
  for (const absl::string_view said :
       {absl::string_view(), absl::string_view("\x16\x03\x01\x02", 4),
        absl::string_view("GET / HTTP/1.1\r\n\r\n")}) {
    RawSocket silent(port());
    ASSERT_TRUE(silent.connected());
    silent.Send(said);
    silent.ReadAll(absl::Seconds(10));
    EXPECT_TRUE(silent.closed()) << said;
  }
}

TEST_F(HostileHttp, LargeBodies) {
  constexpr absl::string_view kCall =
      "POST /samsyn.v1.AccessService/WhoAmI HTTP/1.1\r\nHost: x\r\n"
      "Content-Type: application/json\r\n";
  ExpectRefused(absl::StrCat(kCall, "Content-Length: 1048577\r\n\r\n"), 413);
  ExpectRefused(absl::StrCat(kCall, "Content-Length: 99999999999999999999\r\n\r\n"), 400);
  ExpectRefused(absl::StrCat(kCall, "Transfer-Encoding: chunked\r\n\r\n100001\r\n",
                             std::string(0x100001, ' ')),
                413);
  ExpectRefused("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n", 413);
  // A set-up may be larger.
  const Answer setup = PostJson("/samsyn.v1.DirectoryService/ApplySetup", "",
                                absl::StrCat("{}", std::string(3 << 20, ' ')));
  EXPECT_EQ(setup.status, 401) << setup.body;
}

TEST_F(HostileHttp, AChunkWithoutEnd) {
  ExpectRefused(absl::StrCat("POST /session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                             "\r\n1;",
                             std::string(40 << 10, 'a')),
                400);
}

TEST_F(HostileHttp, ManyLargeBodiesAtOnceAreRefusedBeforeMemoryIsFull) {
  door_ = nullptr;
  door_options_.bodies_most = 1 << 20;
  door_options_.http.limits.body = absl::Seconds(30);
  StartDoor();
  const std::string large = absl::StrCat(
      "POST /samsyn.v1.AccessService/WhoAmI HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n",
      std::string(900 << 10, 'a'));
  RawSocket one(port()), other(port());
  ASSERT_TRUE(one.Send(large));
  ASSERT_TRUE(other.Send(large));
  // The one that goes over the limit, whichever is read last, is refused.
  const auto refused = [](RawSocket& socket) {
    return Parsed(socket.ReadUntil("\r\n\r\n", absl::Milliseconds(50))).status == 503;
  };
  EXPECT_TRUE(Eventually([&] { return refused(one) || refused(other); }));
  one.Close();
  other.Close();
  EXPECT_TRUE(Eventually([&] {
    return PostJson("/samsyn.v1.AccessService/WhoAmI", "", std::string(900 << 10, ' ')).status ==
           400;
  }));
}

TEST_F(HostileHttp, FramesThatAreNone) {
  for (const std::string& body : {std::string("\0\xff\xff\xff\xff", 5), std::string("\0\0\0", 3),
                                  std::string(), Frame("abc").substr(0, 6), Frame("") + "x",
                                  Frame("") + Frame(""), Frame("", '\x80'), Frame("", 1)}) {
    const std::string answer = CallWith(body);
    EXPECT_TRUE(absl::StrContains(answer, "grpc-status: 3\r\n")) << answer;
    EXPECT_TRUE(absl::StrContains(answer, "grpc-message: ")) << answer;
  }
  // Bytes that are no message of the kind, in a frame that is one.
  EXPECT_TRUE(absl::StrContains(CallWith(Frame("\xff\xff")), "grpc-status: 3\r\n"));
}

TEST_F(HostileHttp, WhatIsNoRequest) {
  ExpectRefused("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400);  // TLS to plain text
  ExpectRefused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400);
  ExpectRefused("GET /\r\n\r\n", 400);
  ExpectRefused("GET / HTTP/1.1\r\n\r\n", 400);
  ExpectRefused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
  ExpectRefused("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400);
  ExpectRefused("CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400);
  ExpectRefused("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400);
}

TEST_F(HostileHttp, TwoLengthsAreNone) {
  constexpr absl::string_view kPost = "POST /session HTTP/1.1\r\nHost: x\r\n";
  ExpectRefused(absl::StrCat(kPost, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
                400);
  ExpectRefused(absl::StrCat(kPost, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
                400);
  ExpectRefused(absl::StrCat(kPost, "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"), 400);
  ExpectRefused(absl::StrCat(kPost, "Transfer-Encoding: gzip\r\n\r\n"), 501);
}

TEST_F(HostileHttp, MethodsThatAreNotForThatAddress) {
  for (const char* method : {"PUT", "PATCH", "OPTIONS", "TRACE", "BREW"}) {
    const Answer answer = Ask(method, "/");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_TRUE(absl::StrContains(answer.head, "allow: get, head\r\n")) << answer.head;
  }
  EXPECT_EQ(Ask("GET", "/samsyn.v1.AccessService/WhoAmI").status, 405);
  EXPECT_EQ(Ask("OPTIONS", "/samsyn.v1.AccessService/WhoAmI").status, 405);
  EXPECT_EQ(Ask("GET", "/nothing/here").status, 404);
  EXPECT_EQ(Ask("GET", "/assets/../").status, 404);
}

TEST_F(HostileHttp, PipelinedRequestsAreAnsweredInOrder) {
  RawSocket socket(port());
  const std::string who = RequestText("POST", "/samsyn.v1.AccessService/WhoAmI",
                                      "Content-Type: application/json\r\n", "{}");
  std::string all;
  for (int i = 0; i < 40; ++i) absl::StrAppend(&all, RequestText("GET", "/healthz"), who);
  ASSERT_TRUE(socket.Send(all));
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(Parsed(socket.ReadUntil("ok\n")).status, 200) << i;
    EXPECT_EQ(Parsed(socket.ReadUntil("}]}")).status, 401) << i;
  }
}

TEST_F(HostileHttp, WhatIsPipelinedBehindAStreamIsNotTakenWithoutBound) {
  RawSocket socket(port());
  ASSERT_TRUE(socket.Send(WatchText(TokenOf("anna"))));
  ASSERT_TRUE(WatchersAre(1));
  // What does not fit into the sockets between is for the sender to keep.
  const std::string more(64 << 20, 'a');
  EXPECT_LT(socket.SendWhatFits(more), more.size());
  ExpectAlive();
  socket.Reset();
  EXPECT_TRUE(WatchersAre(0));
}

TEST_F(HostileHttp, ABrowserThatGoesEndsItsStream) {
  for (const int way : {0, 1, 2}) {
    RawSocket socket(port());
    ASSERT_TRUE(socket.Send(WatchText(TokenOf("anna"))));
    ASSERT_TRUE(absl::StrContains(socket.ReadUntil("\r\n\r\n"), "200 OK"));
    ASSERT_TRUE(WatchersAre(1));
    if (way == 0) socket.Close();
    if (way == 1) socket.Reset();
    if (way == 2) socket.EndSending();
    EXPECT_TRUE(WatchersAre(0)) << way;
  }
}

TEST_F(HostileHttp, AReaderThatStopsIsCutOffAndCostsNoMemory) {
  RawSocket socket(port(), /*receive_bytes=*/4 << 10);
  ASSERT_TRUE(socket.Send(WatchText(TokenOf("karin"))));
  ASSERT_TRUE(WatchersAre(1));
  // Far more than the sockets between take.
  bool gone = false;
  for (int i = 0; i < 400 && !gone; ++i) {
    v1::Organisation organisation;
    organisation.set_name(service::Below(absl::StrCat("organisations/o", i)));
    organisation.set_owner(organisation.name());
    organisation.set_display_name(std::string(30'000, 'a'));
    Put(organisation);
    gone = server_->watches().Streams() == 0;
  }
  EXPECT_TRUE(WatchersAre(0));
  ExpectAlive();
}

TEST_F(HostileHttp, HttpOneZeroGetsAStreamThatEndsWithTheConnection) {
  RawSocket socket(port());
  std::string request = WatchText(TokenOf("anna"));
  request.replace(request.find("HTTP/1.1"), 8, "HTTP/1.0");
  ASSERT_TRUE(socket.Send(request));
  const std::string head = socket.ReadUntil("\r\n\r\n");
  EXPECT_TRUE(absl::StrContains(head, "connection: close")) << head;
  EXPECT_FALSE(absl::StrContains(head, "chunked")) << head;
}

TEST_F(HostileHttp, WhoAsksWhetherToSendIsTold) {
  RawSocket socket(port());
  socket.Send(absl::StrCat("POST /samsyn.v1.AccessService/WhoAmI HTTP/1.1\r\nHost: ", Host(),
                           "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
                           "Content-Length: 2\r\n\r\n"));
  EXPECT_EQ(socket.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.Send("{}");
  EXPECT_EQ(Parsed(socket.ReadUntil("}]}")).status, 401);
}

TEST_F(HostileHttp, AnIdleConnectionIsClosed) {
  door_ = nullptr;
  door_options_.http.limits.idle = absl::Milliseconds(200);
  StartDoor();
  RawSocket socket(port());
  socket.Send(RequestText("GET", "/healthz"));
  EXPECT_EQ(Parsed(socket.ReadAll()).body, "ok\n");
  EXPECT_TRUE(socket.closed());
}

}  // namespace
}  // namespace samsyn::web
