// A connection to Redis: commands and replies, who is let in, and whom it does not work with.
#include "server/journal/redis/connection.h"

#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <thread>
#include <utility>

#include "tests/journal/scratch_directory.h"
#include "tests/testing/eventually.h"
#include "tests/testing/loopback_port.h"
#include "tests/testing/redis_process.h"

namespace samsyn::journal {
namespace {

using ::samsyn::testing::Eventually;
using ::samsyn::testing::LoopbackPort;
using ::samsyn::testing::RedisOptions;
using ::samsyn::testing::RedisProcess;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = RedisReply::Kind;

constexpr absl::Duration kPatience = absl::Seconds(30);
constexpr char kSecret[] = "hemligt-lösen";

absl::StatusOr<std::unique_ptr<RedisConnection>> Connect(const RedisEndpoint& endpoint,
                                                         const RedisCredentials& credentials = {}) {
  return RedisConnection::Connect(endpoint, credentials, kPatience);
}

TEST(RedisConnectionTest, CommandsGoOverAUnixSocketAndOverTcp) {
  RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  for (const RedisEndpoint& endpoint :
       {redis.AtSocket(), redis.AtPort(), redis.AtPort("localhost")}) {
    const auto connection = Connect(endpoint);
    ASSERT_TRUE(connection.ok()) << connection.status();
    EXPECT_EQ((*connection)->endpoint(), endpoint);
    EXPECT_EQ((*connection)->Call({"INCR", "count"})->kind, Kind::kInteger);
    EXPECT_EQ((*connection)->Call({"CLIENT", "GETNAME"})->text, "samsyn");
  }
  EXPECT_EQ(redis.Command({"GET", "count"}).text, "3");
}

TEST(RedisConnectionTest, RepliesOfAllKindsAreRead) {
  RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  const auto connection = Connect(redis.AtSocket());
  ASSERT_TRUE(connection.ok()) << connection.status();
  const auto call = [&](std::vector<absl::string_view> command) {
    const auto reply = (*connection)->Call(command, kPatience);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? *reply : RedisReply();
  };
  EXPECT_EQ(call({"GET", "none"}).kind, Kind::kNil);
  const std::string bytes("a\0b\r\n$1\r\n\xff", 10);
  EXPECT_EQ(call({"SET", bytes, bytes}).text, "OK");
  EXPECT_EQ(call({"GET", bytes}).kind, Kind::kText);
  EXPECT_EQ(call({"GET", bytes}).text, bytes);
  EXPECT_EQ(call({"SET", "empty", ""}).text, "OK");
  EXPECT_EQ(call({"GET", "empty"}).kind, Kind::kText);
  EXPECT_EQ(call({"DECR", "n"}).integer, -1);
  EXPECT_EQ(call({"INCRBY", "n", "9223372036854775807"}).integer, 9223372036854775806);
  EXPECT_EQ(call({"LRANGE", "none", "0", "-1"}).kind, Kind::kList);
  const RedisReply refused = call({"LPUSH", "n", "a"});
  EXPECT_EQ(refused.kind, Kind::kError);
  EXPECT_THAT(refused.text, ::testing::StartsWith("WRONGTYPE "));
  const RedisReply nested =
      call({"EVAL", "return {1, {'a', {2}}, false, redis.status_reply('S')}", "0"});
  ASSERT_EQ(nested.list.size(), 4u);
  EXPECT_EQ(nested.list[0].integer, 1);
  EXPECT_EQ(nested.list[1].list[0].text, "a");
  EXPECT_EQ(nested.list[1].list[1].list[0].integer, 2);
  EXPECT_EQ(nested.list[2].kind, Kind::kNil);
  EXPECT_EQ(nested.list[3].text, "S");
}

TEST(RedisConnectionTest, ManyCommandsGoBeforeTheFirstReplyIsRead) {
  RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  const auto connection = Connect(redis.AtSocket());
  ASSERT_TRUE(connection.ok()) << connection.status();
  constexpr int kMany = 20'000;
  for (int i = 1; i <= kMany; ++i) (*connection)->Add({"ECHO", absl::StrCat(i)});
  ASSERT_EQ((*connection)->Flush(kPatience), absl::OkStatus());
  for (int i = 1; i <= kMany; ++i) {
    const auto reply = (*connection)->Receive(kPatience);
    ASSERT_TRUE(reply.ok()) << reply.status();
    ASSERT_EQ(reply->text, absl::StrCat(i));
  }
}

TEST(RedisConnectionTest, TheProcessIsKnownFromAnotherAfterARestart) {
  RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  const auto first = Connect(redis.AtSocket());
  const auto second = Connect(redis.AtPort());
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ((*first)->run_id().size(), 40u);
  EXPECT_EQ((*first)->run_id(), (*second)->run_id());
  redis.Kill();
  ASSERT_TRUE(redis.Start());
  const auto third = Connect(redis.AtSocket());
  ASSERT_TRUE(third.ok()) << third.status();
  EXPECT_NE((*third)->run_id(), (*first)->run_id());
}

// A server with a user and a password, and the file that has it.
class RedisLoginTest : public ::testing::Test {
 protected:
  void Start(std::vector<std::string> lines) {
    RedisOptions options;
    options.lines = std::move(lines);
    redis_ = std::make_unique<RedisProcess>(options);
    ASSERT_TRUE(redis_->Start());
  }
  void WritePassword(const std::string& text) {
    credentials_.password_file = folder_.File("password");
    std::ofstream(credentials_.password_file, std::ios::binary) << text;
  }
  void Refused(const std::string& says) {
    const absl::Status status = Connect(redis_->AtSocket(), credentials_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
    EXPECT_THAT(status.message(), AllOf(HasSubstr(says), Not(HasSubstr(kSecret))));
    EXPECT_THAT(status.message(), HasSubstr(redis_->socket()));
  }
  absl::Status LetIn() { return Connect(redis_->AtSocket(), credentials_).status(); }

  ScratchDirectory folder_;
  std::unique_ptr<RedisProcess> redis_;
  RedisCredentials credentials_;
};

TEST_F(RedisLoginTest, AUserIsLetInByThePasswordInTheFile) {
  Start({absl::StrCat("user node on >", kSecret, " ~* +@all"), "user default off"});
  Refused("asks for a password");
  credentials_.user = "node";
  Refused("refuses the user node without a password (WRONGPASS)");
  for (const char* end : {"", "\n", "\r\n"}) {
    WritePassword(absl::StrCat(kSecret, end));
    EXPECT_EQ(LetIn(), absl::OkStatus());
  }
  WritePassword(absl::StrCat(kSecret, "\n\n"));
  Refused(absl::StrCat("refuses the user node with the password in ", credentials_.password_file));
}

TEST_F(RedisLoginTest, TheDefaultUserIsLetInByThePasswordInTheFile) {
  Start({absl::StrCat("requirepass ", kSecret)});
  Refused("asks for a password");
  WritePassword("wrong\n");
  Refused("refuses the default user with the password in");
  // Read anew at each connection.
  WritePassword(kSecret);
  EXPECT_EQ(LetIn(), absl::OkStatus());
}

TEST_F(RedisLoginTest, APasswordThatNobodyAsksForIsAFault) {
  Start({});
  WritePassword(kSecret);
  Refused("asks no password of the default user");
}

TEST_F(RedisLoginTest, APasswordThatCannotBeReadIsAFault) {
  Start({});
  credentials_.password_file = folder_.File("none");
  Refused(credentials_.password_file);
}

TEST_F(RedisLoginTest, AServerThatRepeatsWhatItWasSentDoesNotTellThePassword) {
  Start({"rename-command AUTH \"\""});
  WritePassword(kSecret);
  EXPECT_THAT(redis_->Command({"AUTH", kSecret}).text, HasSubstr(kSecret));
  Refused("(ERR)");
}

TEST_F(RedisLoginTest, WhatTheAclMustAllowIsSaid) {
  Start({absl::StrCat("user node on >", kSecret, " ~* +@all -info")});
  credentials_.user = "node";
  WritePassword(kSecret);
  Refused("lets the user node do too little: it needs +info");
  EXPECT_EQ(redis_->Command({"ACL", "SETUSER", "node", "+info", "-role"}).text, "OK");
  Refused("+role");
}

TEST(RedisConnectionTest, AReplicaIsUnavailableUntilItIsPromoted) {
  RedisProcess master, replica;
  ASSERT_TRUE(master.Start() && replica.Start());
  ASSERT_TRUE(replica.Follow(master));
  const auto refused = Connect(replica.AtSocket());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(refused.status().message(), HasSubstr("it is a replica"));
  ASSERT_TRUE(replica.Promote());
  EXPECT_EQ(Connect(replica.AtSocket()).status(), absl::OkStatus());
}

TEST(RedisConnectionTest, AClusterIsRefusedWithWhatToChange) {
  RedisOptions options;
  const LoopbackPort bus;
  options.lines = {"cluster-enabled yes", absl::StrCat("cluster-port ", bus.number())};
  RedisProcess redis(options);
  ASSERT_TRUE(redis.Start());
  const auto refused = Connect(redis.AtSocket());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.status().message(), HasSubstr("set cluster-enabled no"));
}

TEST(RedisConnectionTest, ASentinelIsNoServer) {
  RedisOptions options;
  options.sentinel = true;
  RedisProcess sentinel(options);
  ASSERT_TRUE(sentinel.Start());
  const auto refused = Connect(sentinel.AtPort());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.status().message(), HasSubstr("sentinel:MASTER@host:port"));
}

TEST(RedisConnectionTest, AServerThatIsLoadingIsUnavailable) {
  RedisOptions options;
  options.durable = false;
  options.lines = {"enable-debug-command yes", "rdbcompression no", "key-load-delay 20000",
                   "loading-process-events-interval-bytes 1024"};
  RedisProcess redis(options);
  ASSERT_TRUE(redis.Start());
  const std::string value(2048, 'x');
  for (int i = 0; i < 100; ++i) redis.Command({"SET", absl::StrCat("key", i), value});
  std::thread loading([&] { EXPECT_EQ(redis.Command({"DEBUG", "RELOAD"}).text, "OK"); });
  EXPECT_TRUE(Eventually([&] {
    const absl::Status status = Connect(redis.AtSocket()).status();
    return absl::IsUnavailable(status) && status.message().find("loading") != std::string::npos;
  }));
  EXPECT_EQ(redis.Command({"CONFIG", "SET", "key-load-delay", "0"}).text, "OK");
  loading.join();
  EXPECT_EQ(Connect(redis.AtSocket()).status(), absl::OkStatus());
}

TEST(RedisConnectionTest, AServerWithTooManyConnectionsIsUnavailable) {
  RedisOptions options;
  options.lines = {"maxclients 1"};
  RedisProcess redis(options);
  ASSERT_TRUE(redis.Start());
  absl::StatusOr<std::unique_ptr<RedisConnection>> first = absl::UnknownError("");
  EXPECT_TRUE(Eventually([&] { return (first = Connect(redis.AtSocket())).ok(); }));
  EXPECT_EQ(Connect(redis.AtSocket()).status().code(), absl::StatusCode::kUnavailable);
}

// What no redis-server of today says: gives one answer to each that it gets, then hangs up.
class Answers {
 public:
  explicit Answers(std::vector<std::string> answers) {
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port_.number()));
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    thread_ = std::thread([this, answers = std::move(answers)] {
      const int client = accept(listener_, nullptr, nullptr);
      char buffer[4096];
      for (const std::string& answer : answers) {
        if (recv(client, buffer, sizeof(buffer), 0) <= 0) break;
        if (send(client, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
      }
      close(client);
    });
  }
  ~Answers() {
    thread_.join();
    close(listener_);
  }

  RedisEndpoint AtPort() const {
    RedisEndpoint endpoint;
    endpoint.host = "127.0.0.1";
    endpoint.port = port_.number();
    return endpoint;
  }

 private:
  const LoopbackPort port_;
  const int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::thread thread_;
};

std::string Bulk(const std::string& text) {
  return absl::StrCat("$", text.size(), "\r\n", text, "\r\n");
}

const char kMaster[] = "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";

TEST(RedisConnectionTest, AnOldRedisIsRefusedWithItsVersion) {
  for (const auto& [info, says] : {std::pair("redis_version:6.2.14\r\n", "it is Redis 6.2.14: 7.0"),
                                   std::pair("redis_mode:standalone\r\n", "does not say which")}) {
    const Answers old({"+OK\r\n", kMaster, Bulk(info)});
    const auto refused = Connect(old.AtPort());
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(refused.status().message(), HasSubstr(says));
  }
}

TEST(RedisConnectionTest, ANewerRedisIsTaken) {
  const Answers newer({"+OK\r\n", kMaster, Bulk("redis_version:10.1.0\r\nrun_id:abc\r\n"),
                       Bulk("cluster_enabled:0\r\n"), Bulk("loading:0\r\n")});
  const auto connection = Connect(newer.AtPort());
  ASSERT_TRUE(connection.ok()) << connection.status();
  EXPECT_EQ((*connection)->run_id(), "abc");
}

TEST(RedisConnectionTest, WhoDoesNotSpeakAsRedisDoesIsUnavailable) {
  const Answers web({"HTTP/1.1 400 Bad Request\r\n\r\n"});
  const auto refused = Connect(web.AtPort());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(refused.status().message(), HasSubstr("does not speak as Redis does"));
}

TEST(RedisConnectionTest, AReplyThatIsCutOffEndsTheConnection) {
  const Answers broken({"+OK\r\n", "*3\r\n$6\r\nmas"});
  EXPECT_EQ(Connect(broken.AtPort()).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace samsyn::journal
