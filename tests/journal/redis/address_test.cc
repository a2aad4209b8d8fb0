// How the place of a Redis server is written.
#include <gmock/gmock.h>

#include "server/journal/redis/connection.h"

namespace samsyn::journal {
namespace {

using ::testing::HasSubstr;

RedisAddress Read(const std::string& text) {
  const auto address = RedisAddress::Parse(text);
  EXPECT_TRUE(address.ok()) << address.status();
  return address.ok() ? *address : RedisAddress();
}

TEST(RedisAddressTest, AServerStandsAtASocketOrAHostAndPort) {
  EXPECT_EQ(Read("unix:/run/redis/redis.sock").server.socket, "/run/redis/redis.sock");
  EXPECT_EQ(Read("redis.kommun.se:6379").server.host, "redis.kommun.se");
  EXPECT_EQ(Read("redis.kommun.se:6379").server.port, 6379);
  EXPECT_EQ(Read("10.0.0.5:1").server.host, "10.0.0.5");
  EXPECT_EQ(Read("[::1]:65535").server.host, "::1");
  EXPECT_EQ(Read("[fe80::1%eth0]:6379").server.host, "fe80::1%eth0");
  EXPECT_EQ(Read("10.0.0.5:1").master, "");
}

TEST(RedisAddressTest, AnEndpointIsWrittenAsItIsRead) {
  for (const char* text : {"unix:/run/redis.sock", "10.0.0.5:6379", "[::1]:6379", "redis:1"}) {
    EXPECT_EQ(Read(text).server.Text(), text);
  }
}

TEST(RedisAddressTest, AServerHasANameMainIfNoneIsGiven) {
  EXPECT_EQ(Read("10.0.0.5:6379").name, "main");
  EXPECT_EQ(Read("north=10.0.0.5:6379").name, "north");
  EXPECT_EQ(Read("north=10.0.0.5:6379").server.host, "10.0.0.5");
  EXPECT_EQ(Read("norr-2_b=unix:/a").name, "norr-2_b");
  EXPECT_EQ(Read("unix:/a=b").name, "main");
  EXPECT_EQ(Read("unix:/a=b").server.socket, "/a=b");
  EXPECT_EQ(Read("south=unix:/a=b").server.socket, "/a=b");
}

TEST(RedisAddressTest, AGroupHasAMasterAndSentinels) {
  const RedisAddress group = Read("north=sentinel:samsyn@10.0.0.1:26379,[::1]:2,c:3");
  EXPECT_EQ(group.name, "north");
  EXPECT_EQ(group.master, "samsyn");
  ASSERT_EQ(group.sentinels.size(), 3u);
  EXPECT_EQ(group.sentinels[0].Text(), "10.0.0.1:26379");
  EXPECT_EQ(group.sentinels[1].Text(), "[::1]:2");
  EXPECT_EQ(group.sentinels[2].Text(), "c:3");
}

TEST(RedisAddressTest, AFaultyAddressIsRefusedWithWhatIsWrong) {
  const std::string too_long = "unix:/" + std::string(107, 'a');
  const struct {
    std::string text;
    const char* says;
  } cases[] = {
      {"", "no address"},
      {"north=", "no address"},
      {"=10.0.0.5:6379", "name is of letters"},
      {"two words=10.0.0.5:6379", "name is of letters"},
      {"unix:", "begins with /"},
      {"unix:redis.sock", "begins with /"},
      {too_long, "at most 107 bytes"},
      {"redis", "port is missing"},
      {"redis:", "from 1 to 65535"},
      {"redis:0", "from 1 to 65535"},
      {"redis:65536", "from 1 to 65535"},
      {"redis:99999999999", "from 1 to 65535"},
      {"redis:+1", "from 1 to 65535"},
      {"redis: 1", "from 1 to 65535"},
      {"redis:6379x", "from 1 to 65535"},
      {":6379", "no name or address"},
      {"[]:6379", "no name or address"},
      {"a b:6379", "no name or address"},
      {"redis://redis:6379", "IPv6 address stands in brackets"},
      {"::1:6379", "IPv6 address stands in brackets"},
      {"[::1:6379", "IPv6 address stands in brackets"},
      {"sentinel:10.0.0.1:26379", "sentinel:MASTER@"},
      {"sentinel:@10.0.0.1:26379", "sentinel:MASTER@"},
      {"sentinel:samsyn@", "port is missing"},
      {"sentinel:samsyn@10.0.0.1:26379,", "port is missing"},
      {"sentinel:samsyn@unix:/run/sentinel.sock", "from 1 to 65535"},
  };
  for (const auto& each : cases) {
    const auto address = RedisAddress::Parse(each.text);
    EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument) << each.text;
    EXPECT_THAT(address.status().message(), HasSubstr(each.says)) << each.text;
  }
}

}  // namespace
}  // namespace samsyn::journal
