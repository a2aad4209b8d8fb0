// Whether a Redis server is set up to keep what it acknowledges.
#include <absl/strings/match.h>
#include <gmock/gmock.h>

#include <fstream>

#include "server/journal/redis/connection.h"
#include "tests/journal/scratch_directory.h"
#include "tests/testing/redis_process.h"

namespace samsyn::journal {
namespace {

using ::samsyn::testing::RedisOptions;
using ::samsyn::testing::RedisProcess;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

absl::Status Check(const RedisProcess& redis, int replicas) {
  const auto connection = RedisConnection::Connect(redis.AtSocket(), {}, absl::Seconds(30));
  if (!connection.ok()) return connection.status();
  return CheckRedisSettings(**connection, replicas);
}

void Set(const RedisProcess& redis, const std::string& setting, const std::string& value) {
  EXPECT_EQ(redis.Command({"CONFIG", "SET", setting, value}).text, "OK") << setting;
}

TEST(RedisSettingsTest, AServerThatKeepsWhatItAcknowledgesIsTaken) {
  RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  EXPECT_EQ(Check(redis, 0), absl::OkStatus());
}

TEST(RedisSettingsTest, EachWrongSettingIsNamedWithWhatItMustBe) {
  RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  Set(redis, "min-replicas-to-write", "1");
  Set(redis, "min-replicas-max-lag", "2");
  const struct {
    const char* setting;
    const char* right;
    const char* wrong;
    const char* says;
  } cases[] = {
      {"appendonly", "yes", "no", "appendonly is no and must be yes"},
      {"appendfsync", "always", "everysec", "appendfsync is everysec and must be always"},
      {"no-appendfsync-on-rewrite", "no", "yes", "no-appendfsync-on-rewrite is yes and must be no"},
      {"maxmemory-policy", "noeviction", "allkeys-lru",
       "maxmemory-policy is allkeys-lru and must be noeviction"},
      {"min-replicas-to-write", "1", "0", "min-replicas-to-write is 0 and must be 1 or more"},
      {"min-replicas-max-lag", "2", "10", "min-replicas-max-lag is 10 and must be 1 or 2"},
      {"min-replicas-max-lag", "1", "0", "min-replicas-max-lag is 0 and must be 1 or 2"},
  };
  for (const auto& each : cases) {
    Set(redis, each.setting, each.wrong);
    const absl::Status status = Check(redis, 1);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << each.setting;
    EXPECT_THAT(status.message(), AllOf(HasSubstr(each.says), Not(HasSubstr(";"))));
    EXPECT_THAT(status.message(), HasSubstr(redis.socket()));
    Set(redis, each.setting, each.right);
  }
  EXPECT_EQ(Check(redis, 1), absl::OkStatus());
}

TEST(RedisSettingsTest, AllWrongSettingsAreNamedAtOnce) {
  RedisOptions options;
  options.durable = false;
  options.lines = {"maxmemory-policy volatile-ttl"};
  RedisProcess redis(options);
  ASSERT_TRUE(redis.Start());
  const absl::Status status = Check(redis, 2);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  for (const char* setting : {"appendonly", "appendfsync", "maxmemory-policy",
                              "min-replicas-to-write", "min-replicas-max-lag"}) {
    EXPECT_THAT(status.message(), HasSubstr(std::string(setting) + " is "));
  }
}

TEST(RedisSettingsTest, ReplicasAreAskedForOnlyWhereTheyMustHaveAWrite) {
  RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  EXPECT_EQ(Check(redis, 0), absl::OkStatus());
  EXPECT_EQ(Check(redis, 1).code(), absl::StatusCode::kFailedPrecondition);
}

TEST(RedisSettingsTest, WhoMayNotSeeTheSettingsIsToldWhatToAllow) {
  RedisOptions options;
  options.auth = {"admin", "secret"};
  options.lines = {"user default on nopass ~* +@all -config|get", "user admin on >secret ~* +@all"};
  RedisProcess redis(options);
  ASSERT_TRUE(redis.Start());
  EXPECT_EQ(Check(redis, 0).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Check(redis, 0).message(), HasSubstr("+config|get"));
  ASSERT_EQ(redis.Command({"ACL", "SETUSER", "default", "+config|get"}).text, "OK");
  EXPECT_EQ(Check(redis, 0), absl::OkStatus());
}

// What Redis 7.0 does with the rights of the default user at its start is why they are asked for.
TEST(RedisSettingsTest, AServerThatWouldNotReadItsFileAgainIsRefused) {
  const ScratchDirectory folder;
  for (const bool may : {false, true}) {
    RedisOptions options;
    options.auth = {"admin", "secret"};
    options.lines = {may ? "user default off resetpass ~* &* +@all" : "user default off -@all",
                     "user admin on >secret ~* &* +@all"};
    RedisProcess redis(options);
    ASSERT_TRUE(redis.Start());
    ASSERT_EQ(
        redis.Command({"EVAL", "redis.call('SET', 'a', 1) return redis.call('SET', 'b', 2)", "0"})
            .text,
        "OK");
    redis.Kill();
    ASSERT_TRUE(redis.Start());
    EXPECT_EQ(redis.Command({"EXISTS", "a", "b"}).integer, may ? 2 : 0);

    RedisCredentials admin;
    admin.user = "admin";
    admin.password_file = folder.File("password");
    std::ofstream(admin.password_file) << "secret";
    const auto connection = RedisConnection::Connect(redis.AtSocket(), admin, absl::Seconds(30));
    ASSERT_TRUE(connection.ok()) << connection.status();
    const absl::Status status = CheckRedisSettings(**connection, 0);
    EXPECT_EQ(status.ok(), may) << status;
    EXPECT_EQ(absl::StrContains(status.message(), "user default off resetpass ~* &* +@all"), !may);
  }
}

}  // namespace
}  // namespace samsyn::journal
