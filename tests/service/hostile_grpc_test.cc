// What sockets may do to the gRPC door that no client of ours does: crowds, silence, half requests.
// What they say goes frame by frame in tests/fault/doors.py.
#include <samsyn/v1/access.grpc.pb.h>

#include "tests/service/server_test_base.h"
#include "tests/web/raw_socket.h"

namespace samsyn::service {
namespace {

using ::samsyn::testing::Eventually;
using ::samsyn::web::RawSocket;

ServerOptions Small() {
  ServerOptions options;
  options.handshake = absl::Milliseconds(300);
  // Here this machine is nobody special, so that a crowd can be made on it.
  options.connections = {.total = 12, .per_address = 5, .exempt = {}};
  return options;
}

class HostileGrpc : public ServerTestBase {
 protected:
  HostileGrpc() : ServerTestBase(Small()) {}

  // Beginnings of HTTP/2: the preface and empty settings.
  static std::string Preface() {
    return std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") + std::string("\0\0\0\4\0\0\0\0\0", 9);
  }
  // Somebody who behaves is served.
  void ExpectAlive() {
    const std::string token = TokenOf("anna");
    EXPECT_TRUE(Eventually([&] {
      const auto channel = NewChannel();
      v1::WhoAmIResponse response;
      return v1::AccessService::NewStub(channel)
          ->WhoAmI(With(token).get(), v1::WhoAmIRequest(), &response)
          .ok();
    }));
  }
};

TEST_F(HostileGrpc, WhoSaysNothingIsCutOff) {
  RawSocket silent(server_->port());
  const absl::Time begin = absl::Now();
  silent.ReadAll();
  EXPECT_TRUE(silent.closed());
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
  ExpectAlive();
}

TEST_F(HostileGrpc, WhoSpeaksByteByByteGetsNoMoreTime) {
  RawSocket slow(server_->port());
  const std::string preface = Preface();
  size_t sent = 0;
  const absl::Time begin = absl::Now();
  while (!slow.closed() && absl::Now() - begin < absl::Seconds(20)) {
    // Never the last one, which would make it a connection.
    if (sent + 1 < preface.size() && !slow.Send(preface.substr(sent++, 1))) break;
    slow.ReadUntil("never", absl::Milliseconds(50));
  }
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
  ExpectAlive();
}

TEST_F(HostileGrpc, WhatIsNoHttp2IsCutOff) {
  for (const char* said :
       {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01"}) {
    RawSocket other(server_->port());
    other.Send(std::string(said) + std::string(100, '\0'));
    other.ReadAll();
    EXPECT_TRUE(other.closed());
  }
  ExpectAlive();
}

TEST_F(HostileGrpc, ACrowdFromOneAddressIsCapped) {
  std::vector<std::unique_ptr<RawSocket>> crowd;
  for (int i = 0; i < 100; ++i) {
    crowd.push_back(std::make_unique<RawSocket>(server_->port(), 0, "127.0.0.9"));
    crowd.back()->Send(Preface());
  }
  EXPECT_TRUE(Eventually([&] { return server_->accept_loop().refused() >= 95; }));
  ExpectAlive();
  EXPECT_EQ(server_->accept_loop().refused(), 95);
  // When the crowd has gone its address is served again.
  crowd.clear();
  EXPECT_TRUE(Eventually([&] {
    const int64_t refused = server_->accept_loop().refused();
    RawSocket again(server_->port(), 0, "127.0.0.9");
    again.Send(Preface());
    return !again.ReadUntil(std::string("\0\4\0\0\0\0\0", 7), absl::Seconds(1)).empty() &&
           server_->accept_loop().refused() == refused;
  }));
}

TEST_F(HostileGrpc, ACrowdFromEverywhereIsCapped) {
  std::vector<std::unique_ptr<RawSocket>> crowd;
  for (int i = 0; i < 60; ++i) {
    crowd.push_back(
        std::make_unique<RawSocket>(server_->port(), 0, absl::StrCat("127.0.1.", i + 1)));
    crowd.back()->Send(Preface());
  }
  EXPECT_TRUE(Eventually([&] { return server_->accept_loop().refused() >= 48; }));
  crowd.clear();
  ExpectAlive();
}

}  // namespace
}  // namespace samsyn::service
