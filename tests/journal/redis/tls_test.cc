// A connection to Redis over TLS: both sides trusted, and each way not to be.
#include <gmock/gmock.h>

#include <thread>

#include "server/journal/redis/connection.h"
#include "tests/testing/certificates.h"
#include "tests/testing/eventually.h"
#include "tests/testing/redis_process.h"

namespace samsyn::journal {
namespace {

using ::samsyn::testing::Certificates;
using ::samsyn::testing::Eventually;
using ::samsyn::testing::RedisOptions;
using ::samsyn::testing::RedisProcess;
using ::samsyn::testing::RedisTls;
using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(30);

class RedisTlsTest : public ::testing::Test {
 protected:
  RedisTlsTest() {
    files_.MakeAuthority("authority");
    files_.MakeAuthority("stranger");
    files_.Make("server", "authority", {}, "DNS:localhost,IP:127.0.0.1");
    files_.Make("client", "authority", {});
    credentials_.tls = true;
    credentials_.tls_authorities = files_.Path("authority.pem");
  }

  RedisOptions Server(const std::string& certificate, bool asks_clients = false) const {
    RedisOptions options;
    options.tls = RedisTls{files_.Path("authority.pem"), files_.Path(certificate + ".pem"),
                           files_.Path(certificate + ".key"), asks_clients};
    return options;
  }
  absl::Status Connect(const RedisEndpoint& endpoint) const {
    return RedisConnection::Connect(endpoint, credentials_, kPatience).status();
  }
  void Refused(const RedisEndpoint& endpoint, const std::string& says) const {
    const absl::Status status = Connect(endpoint);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_THAT(status.message(), HasSubstr(says));
    EXPECT_THAT(status.message(), HasSubstr(endpoint.Text()));
  }

  Certificates files_;
  RedisCredentials credentials_;
};

TEST_F(RedisTlsTest, CommandsGoToAServerKnownByNameOrAddress) {
  RedisProcess redis(Server("server"));
  ASSERT_TRUE(redis.Start());
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const auto connection = RedisConnection::Connect(redis.AtPort(host), credentials_, kPatience);
    ASSERT_TRUE(connection.ok()) << connection.status();
    const std::string large(3 << 20, 'x');  // of many records
    EXPECT_EQ((*connection)->Call({"SET", "large", large}, kPatience)->text, "OK");
    EXPECT_EQ((*connection)->Call({"GET", "large"}, kPatience)->text, large);
  }
}

TEST_F(RedisTlsTest, AServerOfAnotherAuthorityIsRefused) {
  RedisProcess redis(Server("server"));
  ASSERT_TRUE(redis.Start());
  credentials_.tls_authorities = files_.Path("stranger.pem");
  Refused(redis.AtPort(), "certificate is not trusted");
}

TEST_F(RedisTlsTest, AServerWithTheCertificateOfAnotherHostIsRefused) {
  files_.Make("elsewhere", "authority", {}, "DNS:elsewhere,IP:127.0.0.2");
  RedisProcess redis(Server("elsewhere"));
  ASSERT_TRUE(redis.Start());
  Refused(redis.AtPort("localhost"), "ostname mismatch");
  Refused(redis.AtPort("127.0.0.1"), "IP address mismatch");
}

TEST_F(RedisTlsTest, AServerThatAsksForACertificateTakesOnlyOneOfItsAuthority) {
  RedisProcess redis(Server("server", /*asks_clients=*/true));
  ASSERT_TRUE(redis.Start());
  Refused(redis.AtPort(), "refuses this side of TLS");
  files_.Make("foreign", "stranger", {});
  credentials_.tls_certificate = files_.Path("foreign.pem");
  credentials_.tls_key = files_.Path("foreign.key");
  Refused(redis.AtPort(), "refuses this side of TLS");
  credentials_.tls_certificate = files_.Path("client.pem");
  credentials_.tls_key = files_.Path("client.key");
  EXPECT_EQ(Connect(redis.AtPort()), absl::OkStatus());
}

TEST_F(RedisTlsTest, AFileThatCannotBeUsedIsNamed) {
  RedisProcess redis(Server("server"));
  ASSERT_TRUE(redis.Start());
  credentials_.tls_certificate = files_.Path("client.pem");
  credentials_.tls_key = files_.Path("server.key");  // of another certificate
  Refused(redis.AtPort(), files_.Path("server.key"));
  credentials_.tls_certificate = files_.Path("none.pem");
  Refused(redis.AtPort(), files_.Path("none.pem"));
  credentials_.tls_authorities = files_.Path("client.key");
  Refused(redis.AtPort(), files_.Path("client.key"));
  credentials_.tls_authorities = "";
  Refused(redis.AtPort(), "no authorities");
}

TEST_F(RedisTlsTest, OneSideWithoutTlsMakesNoConnection) {
  RedisProcess with(Server("server"));
  RedisProcess without;
  ASSERT_TRUE(with.Start() && without.Start());
  // A server without TLS waits for the end of what it takes for a line.
  const auto none = RedisConnection::Connect(without.AtPort(), credentials_, absl::Seconds(1));
  EXPECT_EQ(none.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(none.status().message(), HasSubstr("is this a port with TLS?"));
  credentials_.tls = false;
  EXPECT_EQ(Connect(with.AtPort()).code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(Connect(with.AtPort()).message(), HasSubstr("does it want TLS?"));
}

TEST_F(RedisTlsTest, AUnixSocketNeedsNone) {
  RedisProcess redis(Server("server"));
  ASSERT_TRUE(redis.Start());
  EXPECT_EQ(Connect(redis.AtSocket()), absl::OkStatus());
}

TEST_F(RedisTlsTest, AnInterruptEndsAWait) {
  RedisProcess redis(Server("server"));
  ASSERT_TRUE(redis.Start());
  const auto connection = RedisConnection::Connect(redis.AtPort(), credentials_, kPatience);
  ASSERT_TRUE(connection.ok()) << connection.status();
  absl::Status ended;
  std::thread waiting([&] {
    ended = (*connection)->Call({"BLPOP", "none", "0"}, kPatience).status();
  });
  EXPECT_TRUE(Eventually([&] {
    return redis.Command({"CLIENT", "LIST"}).text.find("cmd=blpop") != std::string::npos;
  }));
  (*connection)->Interrupt();
  waiting.join();
  EXPECT_EQ(ended.code(), absl::StatusCode::kUnavailable) << ended;
}

}  // namespace
}  // namespace samsyn::journal
