// The master of a group, as its sentinels say.
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <gmock/gmock.h>

#include <fstream>

#include "server/journal/redis/connection.h"
#include "tests/journal/scratch_directory.h"
#include "tests/testing/certificates.h"
#include "tests/testing/eventually.h"
#include "tests/testing/redis_process.h"
#include "tests/testing/tcp_proxy.h"

namespace samsyn::journal {
namespace {

using ::samsyn::testing::Certificates;
using ::samsyn::testing::Eventually;
using ::samsyn::testing::RedisOptions;
using ::samsyn::testing::RedisProcess;
using ::samsyn::testing::RedisTls;
using ::samsyn::testing::TcpProxy;
using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr char kMaster[] = "samsyn";

RedisAddress Group(std::vector<RedisEndpoint> sentinels) {
  RedisAddress address;
  address.master = kMaster;
  address.sentinels = std::move(sentinels);
  return address;
}

absl::StatusOr<RedisEndpoint> Master(const RedisAddress& address,
                                     const RedisCredentials& credentials = {},
                                     absl::Duration timeout = kPatience) {
  const auto connection = RedisConnection::ConnectToMaster(address, credentials, timeout);
  if (!connection.ok()) return connection.status();
  return (*connection)->endpoint();
}

TEST(RedisSentinelTest, TheMasterIsFoundAlsoAfterAFailover) {
  RedisProcess first, second;
  ASSERT_TRUE(first.Start() && second.Start());
  ASSERT_TRUE(second.Follow(first));
  RedisProcess sentinel(RedisProcess::SentinelOf(kMaster, first));
  ASSERT_TRUE(sentinel.Start());
  ASSERT_TRUE(sentinel.AwaitReplicas(kMaster, 1));
  const RedisAddress group = Group({sentinel.AtPort()});
  const auto before = Master(group);
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_EQ(*before, first.AtPort());

  first.Kill();
  absl::StatusOr<RedisEndpoint> after = absl::UnknownError("not asked");
  EXPECT_TRUE(Eventually([&] { return (after = Master(group)).ok(); }, kPatience))
      << after.status();
  EXPECT_EQ(*after, second.AtPort());

  // The old master comes back, and is none any more as soon as the sentinel has seen it.
  ASSERT_TRUE(first.Start());
  EXPECT_TRUE(Eventually(
      [&] {
        const RedisReply role = first.Command({"ROLE"});
        return !role.list.empty() && role.list[0].text == "slave";
      },
      kPatience));
  const auto still = Master(group);
  ASSERT_TRUE(still.ok()) << still.status();
  EXPECT_EQ(*still, second.AtPort());
}

TEST(RedisSentinelTest, ASentinelThatDoesNotAnswerLeavesItToTheNext) {
  RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  RedisProcess sentinel(RedisProcess::SentinelOf(kMaster, redis));
  RedisProcess other_group, none;
  ASSERT_TRUE(sentinel.Start() && other_group.Start());
  TcpProxy silent(sentinel.AtPort());
  silent.BlackHole();
  const auto found =
      Master(Group({silent.AtPort(), none.AtPort(), other_group.AtPort(), sentinel.AtPort()}), {},
             absl::Seconds(6));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, redis.AtPort());
}

TEST(RedisSentinelTest, ASentinelThatStillNamesTheOldMasterLeavesItToTheNext) {
  RedisProcess replica, master;
  ASSERT_TRUE(master.Start() && replica.Start());
  // It takes the other for the master, and does nothing about it for ten minutes.
  ASSERT_TRUE(replica.Follow(master));
  RedisOptions options = RedisProcess::SentinelOf(kMaster, replica);
  options.lines.push_back(absl::StrCat("sentinel down-after-milliseconds ", kMaster, " 600000"));
  RedisProcess stale(options), sentinel(RedisProcess::SentinelOf(kMaster, master));
  ASSERT_TRUE(stale.Start() && sentinel.Start());
  const absl::Status alone = Master(Group({stale.AtPort()})).status();
  EXPECT_EQ(alone.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(alone.message(), HasSubstr("it is a replica"));
  const auto found = Master(Group({stale.AtPort(), sentinel.AtPort()}));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, master.AtPort());
}

TEST(RedisSentinelTest, AllSentinelsAreNamedIfNoneLeadsToTheMaster) {
  RedisProcess redis, none;
  ASSERT_TRUE(redis.Start());
  RedisProcess sentinel(RedisProcess::SentinelOf("another", redis));
  ASSERT_TRUE(sentinel.Start());
  const absl::Status status = Master(Group({none.AtPort(), sentinel.AtPort()})).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr(none.AtPort().Text() + ": cannot connect"));
  EXPECT_THAT(status.message(), HasSubstr(sentinel.AtPort().Text()));
  EXPECT_THAT(status.message(), HasSubstr("knows no master called samsyn"));
}

TEST(RedisSentinelTest, ASentinelAndItsServersMayAskForAPassword) {
  RedisOptions with_password;
  with_password.auth = {"hemligt"};
  with_password.lines = {"requirepass hemligt"};
  RedisProcess redis(with_password);
  ASSERT_TRUE(redis.Start());
  RedisOptions options = RedisProcess::SentinelOf(kMaster, redis);
  options.auth = {"hemligt"};
  options.lines.push_back("requirepass hemligt");
  options.lines.push_back(absl::StrCat("sentinel auth-pass ", kMaster, " hemligt"));
  RedisProcess closed(options);
  // The password is not told to a sentinel that does not ask for it.
  options.auth = {};
  options.lines = RedisProcess::SentinelOf(kMaster, redis).lines;
  RedisProcess open(options);
  ASSERT_TRUE(closed.Start() && open.Start());
  const ScratchDirectory folder;
  RedisCredentials credentials;
  for (const RedisProcess* sentinel : {&closed, &open}) {
    const RedisAddress group = Group({sentinel->AtPort()});
    credentials.password_file = "";
    EXPECT_EQ(Master(group, credentials).status().code(), absl::StatusCode::kPermissionDenied);
    credentials.password_file = folder.File("password");
    std::ofstream(credentials.password_file) << "hemligt\n";
    EXPECT_EQ(Master(group, credentials).status(), absl::OkStatus());
  }
}

TEST(RedisSentinelTest, AllOfItGoesOverTls) {
  Certificates files;
  files.MakeAuthority("authority");
  files.Make("server", "authority", {}, "IP:127.0.0.1");
  const RedisTls tls = {files.Path("authority.pem"), files.Path("server.pem"),
                        files.Path("server.key"), /*asks_clients=*/true};
  RedisOptions options;
  options.tls = tls;
  RedisProcess first(options), second(options);
  ASSERT_TRUE(first.Start() && second.Start());
  ASSERT_TRUE(second.Follow(first));
  RedisOptions watching = RedisProcess::SentinelOf(kMaster, first);
  watching.tls = tls;
  RedisProcess sentinel(watching);
  ASSERT_TRUE(sentinel.Start());
  ASSERT_TRUE(sentinel.AwaitReplicas(kMaster, 1));
  RedisCredentials credentials;
  credentials.tls = true;
  credentials.tls_authorities = tls.authorities;
  const RedisAddress group = Group({sentinel.AtPort()});
  EXPECT_EQ(Master(group, credentials).status().code(), absl::StatusCode::kFailedPrecondition);
  credentials.tls_certificate = tls.certificate;
  credentials.tls_key = tls.key;
  const auto found = Master(group, credentials);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, first.AtPort());
}

}  // namespace
}  // namespace samsyn::journal
