// What a connection to Redis does when the way there is cut, slow or silent.
#include <gmock/gmock.h>

#include <thread>

#include "server/journal/redis/connection.h"
#include "tests/testing/eventually.h"
#include "tests/testing/redis_process.h"
#include "tests/testing/tcp_proxy.h"

namespace samsyn::journal {
namespace {

using ::samsyn::testing::Eventually;
using ::samsyn::testing::RedisProcess;
using ::samsyn::testing::TcpProxy;
using ::testing::HasSubstr;
using Way = TcpProxy::Way;

constexpr absl::Duration kPatience = absl::Seconds(30);
constexpr absl::Duration kShort = absl::Milliseconds(100);

class RedisStreamTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(redis_.Start()); }

  std::unique_ptr<RedisConnection> Connect() {
    auto connection = RedisConnection::Connect(proxy_.AtPort(), {}, kPatience);
    EXPECT_TRUE(connection.ok()) << connection.status();
    return connection.ok() ? *std::move(connection) : nullptr;
  }
  // Waits until a client of the server does nothing but wait for an element.
  void AwaitBlocked() {
    EXPECT_TRUE(Eventually([&] {
      return redis_.Command({"CLIENT", "LIST"}).text.find("cmd=blpop") != std::string::npos;
    }));
  }

  RedisProcess redis_;
  TcpProxy proxy_{redis_.AtSocket()};
};

TEST_F(RedisStreamTest, NobodyThereIsUnavailableAndNamed) {
  RedisProcess none;
  for (const RedisEndpoint& endpoint : {none.AtSocket(), none.AtPort()}) {
    const absl::Status status = RedisConnection::Connect(endpoint, {}, kPatience).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(status.message(), HasSubstr(endpoint.Text() + ": cannot connect"));
  }
}

TEST_F(RedisStreamTest, ANameWithoutAddressIsUnavailable) {
  RedisEndpoint nowhere;
  nowhere.host = "a..b";
  nowhere.port = 6379;
  const absl::Status status = RedisConnection::Connect(nowhere, {}, kPatience).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr("the name has no address"));
}

TEST_F(RedisStreamTest, AReplyThatDoesNotComeInTimeEndsTheConnection) {
  const auto connection = Connect();
  ASSERT_NE(connection, nullptr);
  proxy_.BlackHole();
  connection->Add({"INCR", "count"});
  ASSERT_EQ(connection->Flush(kPatience), absl::OkStatus());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(connection->Receive(kShort).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_GE(absl::FromChrono(std::chrono::steady_clock::now() - begin), kShort);
  EXPECT_EQ(connection->Receive(kPatience).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(connection->Call({"PING"}, kPatience).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(redis_.Command({"GET", "count"}).kind, RedisReply::Kind::kNil);
}

TEST_F(RedisStreamTest, WhatWasSentMayBeDoneThoughNoReplyComes) {
  const auto connection = Connect();
  ASSERT_NE(connection, nullptr);
  proxy_.BlackHole(Way::kToClient);
  EXPECT_EQ(connection->Call({"INCR", "count"}, kShort).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(Eventually([&] { return redis_.Command({"GET", "count"}).text == "1"; }));
}

TEST_F(RedisStreamTest, NobodyIsConnectedToABlackHole) {
  proxy_.BlackHole(Way::kToServer);
  const auto refused = RedisConnection::Connect(proxy_.AtPort(), {}, kShort);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable) << refused.status();
  proxy_.Heal();
  EXPECT_NE(Connect(), nullptr);
}

TEST_F(RedisStreamTest, AServerThatStandsStillIsUnavailable) {
  redis_.Freeze();
  for (const RedisEndpoint& endpoint : {redis_.AtSocket(), redis_.AtPort()}) {
    const auto refused = RedisConnection::Connect(endpoint, {}, kShort);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable) << refused.status();
  }
  redis_.Thaw();
  EXPECT_NE(Connect(), nullptr);
}

TEST_F(RedisStreamTest, AServerThatTakesNothingEndsTheConnection) {
  const auto connection = RedisConnection::Connect(redis_.AtSocket(), {}, kPatience);
  ASSERT_TRUE(connection.ok()) << connection.status();
  redis_.Freeze();
  const std::string large(16 << 20, 'x');  // more than a socket holds
  (*connection)->Add({"SET", "large", large});
  EXPECT_EQ((*connection)->Flush(kShort).code(), absl::StatusCode::kUnavailable);
  redis_.Thaw();
  EXPECT_EQ((*connection)->Flush(kPatience).code(), absl::StatusCode::kUnavailable);
}

TEST_F(RedisStreamTest, ASlowWayTakesItsTime) {
  const auto connection = Connect();
  ASSERT_NE(connection, nullptr);
  proxy_.Delay(kShort);
  const auto begin = std::chrono::steady_clock::now();
  const auto reply = connection->Call({"PING"}, kPatience);
  EXPECT_EQ(reply->text, "PONG");
  EXPECT_GE(absl::FromChrono(std::chrono::steady_clock::now() - begin), 2 * kShort);
}

TEST_F(RedisStreamTest, ACutEndsConnectionsAndTheNextIsMadeWhenItIsHealed) {
  const auto connection = Connect();
  ASSERT_NE(connection, nullptr);
  absl::Status ended;
  std::thread waiting([&] {
    ended = connection->Call({"BLPOP", "none", "0"}, kPatience).status();
  });
  AwaitBlocked();
  proxy_.Cut();
  waiting.join();
  EXPECT_EQ(ended.code(), absl::StatusCode::kUnavailable) << ended;
  EXPECT_EQ(proxy_.Connections(), 0u);
  EXPECT_THAT(RedisConnection::Connect(proxy_.AtPort(), {}, kPatience).status().message(),
              HasSubstr("cannot connect"));
  proxy_.Heal();
  EXPECT_NE(Connect(), nullptr);
}

TEST_F(RedisStreamTest, AConnectionThatLostSomethingDoesNotHeal) {
  const auto lossy = Connect();
  proxy_.BlackHole(Way::kToClient);
  EXPECT_FALSE(lossy->Call({"PING"}, kShort).ok());
  const auto idle = RedisConnection::Connect(redis_.AtSocket(), {}, kPatience);
  EXPECT_TRUE(Eventually([&] { return proxy_.Connections() == 1; }));
  proxy_.Heal();
  EXPECT_TRUE(Eventually([&] { return proxy_.Connections() == 0; }));
}

TEST_F(RedisStreamTest, ALargeValueGoesThrough) {
  const auto connection = Connect();
  ASSERT_NE(connection, nullptr);
  const std::string large(20 << 20, 'x');
  EXPECT_EQ(connection->Call({"SET", "large", large}, kPatience)->text, "OK");
  EXPECT_EQ(connection->Call({"GET", "large"}, kPatience)->text, large);
}

TEST_F(RedisStreamTest, TheServersEndEndsAWait) {
  const auto connection = RedisConnection::Connect(redis_.AtSocket(), {}, kPatience);
  ASSERT_TRUE(connection.ok()) << connection.status();
  absl::Status ended;
  std::thread waiting([&] {
    ended = (*connection)->Call({"BLPOP", "none", "0"}, kPatience).status();
  });
  AwaitBlocked();
  redis_.Kill();
  waiting.join();
  EXPECT_EQ(ended.code(), absl::StatusCode::kUnavailable) << ended;
}

TEST_F(RedisStreamTest, AnInterruptEndsAWaitAndTheConnection) {
  for (const RedisEndpoint& endpoint : {redis_.AtSocket(), redis_.AtPort()}) {
    const auto connection = RedisConnection::Connect(endpoint, {}, kPatience);
    ASSERT_TRUE(connection.ok()) << connection.status();
    absl::Status ended;
    std::thread waiting([&] {
      ended = (*connection)->Call({"BLPOP", "none", "0"}, kPatience).status();
    });
    AwaitBlocked();
    (*connection)->Interrupt();
    waiting.join();
    EXPECT_EQ(ended.code(), absl::StatusCode::kUnavailable) << ended;
    EXPECT_FALSE((*connection)->Call({"PING"}, kPatience).ok());
  }
}

TEST_F(RedisStreamTest, AnInterruptBeforeAWaitEndsItToo) {
  const auto connection = Connect();
  ASSERT_NE(connection, nullptr);
  connection->Interrupt();
  EXPECT_EQ(connection->Receive(kPatience).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace samsyn::journal
