// A connection to Redis, against real redis-servers.
#include "server/journal/redis_connection.h"

#include <gmock/gmock.h>

#include "tests/testing/redis_process.h"

namespace samsyn::journal {
namespace {

using ::samsyn::testing::RedisProcess;

TEST(RedisConnectionTest, CommandsGoOverAUnixSocketAndOverTcp) {
  RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  for (const RedisEndpoint& endpoint : {redis.AtSocket(), redis.AtPort()}) {
    const auto connection = RedisConnection::Connect(endpoint, {});
    ASSERT_TRUE(connection.ok()) << connection.status();
    EXPECT_EQ((*connection)->endpoint(), endpoint);
    const auto reply = (*connection)->Call({"INCR", "count"});
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->kind, RedisReply::Kind::kInteger);
  }
  EXPECT_EQ(redis.Command({"GET", "count"}).text, "2");
}

}  // namespace
}  // namespace samsyn::journal
