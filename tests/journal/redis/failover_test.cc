// A replica takes the master's place without the newest entries: nodes put back what their copies
// hold, once, before anybody appends on the shorter history; where two histories came about, writes
// stop until a person has looked. Nodes find their server through a link that the test points
// elsewhere, each its own.
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "server/journal/redis/functions.h"
#include "server/journal/redis/journal.h"
#include "server/journal/tools.h"
#include "tests/journal/redis/setting.h"
#include "tests/testing/entries.h"
#include "tests/testing/eventually.h"

namespace samsyn::journal {
namespace {

using testing::Eventually;
using ::testing::HasSubstr;
using testing::MakeChange;
using testing::MakeEntry;
using testing::RedisProcess;

constexpr char kCode[] = "0136";

absl::StatusOr<Head> AppendOne(Journal& journal, const std::string& name) {
  const auto base = journal.CommittedHead();
  if (!base.ok()) return base;
  return journal.Append(*base, {MakeEntry(*base, {MakeChange(name, "x")})});
}

// Appends until it is done; the head then.
Head AppendSomehow(Journal& journal, const std::string& name) {
  absl::StatusOr<Head> head;
  EXPECT_TRUE(Eventually([&] {
    head = AppendOne(journal, name);
    return head.ok();
  })) << name
      << ": " << head.status();
  return head.value_or(Head{});
}

int Count(Journal& journal, const std::string& name) {
  int count = 0;
  const auto head = ReadAll(journal, [&](const Entry& entry) {
    for (const auto& change : entry.changes) count += change.name() == name ? 1 : 0;
    return absl::OkStatus();
  });
  EXPECT_TRUE(head.ok()) << head.status();
  return count;
}

// A node with its way to the server.
struct Node {
  explicit Node(const RedisProcess& server, int replicas = 0) : way(directory.File("redis")) {
    Point(server);
    RedisEndpoint endpoint;
    endpoint.socket = way;
    RedisStoreOptions options = StoreOptions(AddressOf(endpoint), replicas);
    options.server.grace = absl::Seconds(1);
    options.journal.settle = absl::Milliseconds(300);
    options.journal.look_after = absl::Milliseconds(100);
    node = std::make_unique<RedisNode>(options);
  }
  void Point(const RedisProcess& server) {
    std::filesystem::remove(way);
    std::filesystem::create_symlink(server.socket(), way);
  }
  void Open(bool create = false) {
    if (create) {
      ASSERT_TRUE(node->store().Create(kCode).ok());
    }
    auto opened = node->store().Open(kCode);
    ASSERT_TRUE(opened.ok()) << opened.status();
    journal = *std::move(opened);
  }
  void Stop() {
    journal.reset();
    node->Stop();
  }
  void Start() {
    node->Start();
    Open();
  }

  ScratchDirectory directory;
  std::string way;
  std::unique_ptr<RedisNode> node;
  std::unique_ptr<Journal> journal;
};

class RedisFailover : public ::testing::Test {
 protected:
  RedisFailover() {
    EXPECT_TRUE(master_.Start());
    EXPECT_TRUE(replica_.Start());
    EXPECT_TRUE(replica_.Follow(master_));
  }
  // The replica hears nothing more from the master.
  void CutReplica() { replica_.Command({"REPLICAOF", "127.0.0.1", "1"}); }
  // Everybody goes the way that their link points now.
  void Disconnect() { master_.Command({"CLIENT", "KILL", "TYPE", "normal"}); }
  void Promote() {
    master_.Kill();
    EXPECT_TRUE(replica_.Promote());
  }
  RedisProcess master_, replica_;
};

TEST_F(RedisFailover, ALostTailIsPutBackOnceThoughAllNodesTry) {
  Node one(master_), two(master_), three(master_);
  one.Open(/*create=*/true);
  two.Open();
  three.Open();
  AppendSomehow(*one.journal, "kept");
  ASSERT_TRUE(Eventually([&] {
    return replica_.Command({"XLEN", RedisKey(kCode, "journal")}).integer == 1;
  }));
  CutReplica();
  Head head;
  for (int i = 0; i < 600; ++i) head = AppendSomehow(*one.journal, absl::StrCat("lost", i));
  for (Node* node : {&two, &three}) {
    ASSERT_TRUE(Eventually([&] { return node->journal->Stands().committed == head.revision; }));
    EXPECT_EQ(*ReadAll(*node->journal, nullptr), head);
  }
  Promote();
  for (Node* node : {&one, &two, &three}) node->Point(replica_);
  std::vector<std::thread> appenders;
  for (Node* node : {&one, &two, &three}) {
    appenders.emplace_back([node] { AppendSomehow(*node->journal, "after"); });
  }
  for (std::thread& appender : appenders) appender.join();
  for (Node* node : {&one, &two, &three}) {
    ASSERT_TRUE(Eventually([&] { return node->journal->Stands().committed == head.revision + 3; }));
    EXPECT_EQ(Count(*node->journal, "after"), 3);
    EXPECT_EQ(Count(*node->journal, "lost0"), 1);
    EXPECT_EQ(Count(*node->journal, "lost599"), 1);
    EXPECT_FALSE(node->journal->Stands().fork.has_value());
  }
  EXPECT_EQ(replica_.Command({"XLEN", RedisKey(kCode, "journal")}).integer, head.revision + 3);
}

TEST_F(RedisFailover, NobodyAppendsOnTheShorterHistoryBeforeAllThatLiveHaveShownTheirCopies) {
  Node one(master_), two(master_);
  one.Open(/*create=*/true);
  two.Open();
  AppendSomehow(*one.journal, "kept");
  ASSERT_TRUE(Eventually([&] {
    return replica_.Command({"XLEN", RedisKey(kCode, "journal")}).integer == 1;
  }));
  CutReplica();
  // Node two alone has it: node one hears of nothing any more.
  RedisProcess nowhere;
  one.Point(nowhere);
  Disconnect();
  ASSERT_TRUE(Eventually([&] {
    return AppendOne(*two.journal, "lost").ok() && one.journal->Stands().cut_off_since.has_value();
  }));
  const Head head = *ReadAll(*two.journal, nullptr);
  Promote();
  one.Point(replica_);
  // It is in touch, and waits for node two, which was there lately.
  ASSERT_TRUE(Eventually([&] { return !one.journal->Stands().cut_off_since.has_value(); }));
  EXPECT_FALSE(AppendOne(*one.journal, "too early").ok());
  two.Point(replica_);
  AppendSomehow(*one.journal, "after");
  EXPECT_EQ(Count(*one.journal, "after"), 1);
  EXPECT_EQ(Count(*one.journal, "too early"), 0);
  const auto there = one.journal->Read(head.revision - 1, 1);
  ASSERT_TRUE(there.ok() && there->size() == 1u);
  EXPECT_EQ(there->front().digest, head.digest);
}

TEST_F(RedisFailover, ANodeThatStartsHasShownNothingBeforeItsCopiesAreOpen) {
  Node one(master_), two(master_);
  one.Open(/*create=*/true);
  two.Open();
  AppendSomehow(*one.journal, "kept");
  ASSERT_TRUE(Eventually([&] {
    return replica_.Command({"XLEN", RedisKey(kCode, "journal")}).integer == 1;
  }));
  CutReplica();
  const Head head = AppendSomehow(*two.journal, "lost");
  ASSERT_TRUE(Eventually([&] { return one.journal->Stands().committed == head.revision; }));
  one.Stop();
  two.Stop();
  Promote();
  one.Point(replica_);
  two.Point(replica_);
  // In touch, its copy not open: the server is opened by nobody.
  const std::string opened = replica_.Command({"HGET", kServerKey, "opened"}).text;
  one.node->Start();
  EXPECT_EQ(replica_.Command({"HGET", kServerKey, "opened"}).text, opened);
  one.Open();
  two.Start();
  AppendSomehow(*two.journal, "after");
  EXPECT_EQ(Count(*one.journal, "lost"), 1);
  EXPECT_FALSE(two.journal->Stands().fork.has_value());
}

TEST_F(RedisFailover, ANodeThatComesLatePutsBackWhatNobodyHasAppendedAfter) {
  Node one(master_), two(master_);
  one.Open(/*create=*/true);
  two.Open();
  AppendSomehow(*one.journal, "kept");
  ASSERT_TRUE(Eventually([&] {
    return replica_.Command({"XLEN", RedisKey(kCode, "journal")}).integer == 1;
  }));
  CutReplica();
  one.Stop();
  const Head head = AppendSomehow(*two.journal, "lost");
  two.Stop();
  Promote();
  one.Point(replica_);
  two.Point(replica_);
  one.Start();
  EXPECT_TRUE(
      Eventually([&] { return one.journal->Append(*one.journal->CommittedHead(), {}).ok(); }));
  two.Start();
  EXPECT_TRUE(Eventually([&] { return one.journal->Stands().committed == head.revision; }));
  EXPECT_EQ(*ReadAll(*one.journal, nullptr), head);
}

// Leaves node one with a history that goes on after a lost tail, and node two, stopped, with that
// tail in its copy.
class RedisFork : public RedisFailover {
 protected:
  RedisFork() : one_(master_), two_(master_) {
    one_.Open(/*create=*/true);
    two_.Open();
    common_ = AppendSomehow(*one_.journal, "kept");
    EXPECT_TRUE(Eventually([&] {
      return two_.journal->Stands().committed == 1 &&
             replica_.Command({"XLEN", RedisKey(kCode, "journal")}).integer == 1;
    }));
    CutReplica();
    one_.Stop();
    AppendSomehow(*two_.journal, "lost 1");
    lost_ = AppendSomehow(*two_.journal, "lost 2");
  }
  void Part() {
    Promote();
    one_.Point(replica_);
    one_.Start();
    kept_ = AppendSomehow(*one_.journal, "won");
  }
  Node one_, two_;
  Head common_, lost_, kept_;
};

TEST_F(RedisFork, StopsWritesNamesBothHeadsAndKeepsTheLostSide) {
  two_.Stop();
  Part();
  two_.Point(replica_);
  two_.Start();
  ASSERT_TRUE(Eventually([&] { return one_.journal->Stands().fork.has_value(); }));
  const Fork fork = *one_.journal->Stands().fork;
  EXPECT_EQ(fork.node, two_.node->store().node());
  EXPECT_EQ(fork.common, common_.revision);
  EXPECT_EQ(fork.kept, kept_);
  EXPECT_EQ(fork.lost, lost_);
  for (Node* node : {&one_, &two_}) {
    const auto refused = AppendOne(*node->journal, "no");
    EXPECT_TRUE(absl::IsDataLoss(refused.status())) << refused.status();
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr(Hex(lost_.digest)));
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr(Hex(kept_.digest)));
    // Everybody reads the history that goes on.
    EXPECT_EQ(*ReadAll(*node->journal, nullptr), kept_);
  }
  EXPECT_TRUE(absl::IsNotFound(one_.journal->ReadLostSide().status()));
  const auto lost = two_.journal->ReadLostSide();
  ASSERT_TRUE(lost.ok()) << lost.status();
  ASSERT_EQ(lost->entries.size(), 2u);
  EXPECT_EQ(lost->entries[0].changes[0].name(), "lost 1");
  EXPECT_EQ(lost->fork.common, common_.revision);

  EXPECT_TRUE(*one_.journal->ResumeWrites());
  EXPECT_FALSE(*two_.journal->ResumeWrites());
  AppendSomehow(*two_.journal, "goes on");
  AppendSomehow(*one_.journal, "goes on");
  EXPECT_TRUE(two_.journal->ReadLostSide().ok());
  // Nor does it stop again when the node starts once more.
  two_.Stop();
  two_.Start();
  AppendSomehow(*two_.journal, "goes on");
  EXPECT_EQ(Count(*one_.journal, "goes on"), 3);
}

TEST_F(RedisFork, IsFoundByANodeThatWasOnlyCutOff) {
  RedisProcess nowhere;
  two_.Point(nowhere);
  // It had been gone for long when the master was lost.
  master_.Kill();
  ASSERT_TRUE(Eventually([&] { return two_.journal->Stands().cut_off_since.has_value(); }));
  Part();
  two_.Point(replica_);
  EXPECT_TRUE(Eventually([&] { return two_.journal->Stands().fork.has_value(); }));
  EXPECT_TRUE(absl::IsDataLoss(AppendOne(*two_.journal, "no").status()));
  EXPECT_TRUE(Eventually([&] { return one_.journal->Stands().fork.has_value(); }));
  // From now on it reads the history that goes on; who has read the other is told until it does.
  EXPECT_TRUE(Eventually([&] { return *ReadAll(*two_.journal, nullptr) == kept_; }));
  EXPECT_EQ(two_.journal->ReadLostSide()->entries.size(), 2u);
  EXPECT_TRUE(*one_.journal->ResumeWrites());
  AppendSomehow(*two_.journal, "goes on");
}

TEST_F(RedisFailover, AMasterThatIsCutOffFromItsReplicaAcknowledgesNothing) {
  for (RedisProcess* server : {&master_, &replica_}) {
    server->Command({"CONFIG", "SET", "min-replicas-to-write", "1"});
    server->Command({"CONFIG", "SET", "min-replicas-max-lag", "1"});
  }
  ASSERT_TRUE(Eventually([this] {
    return master_.Command({"SET", "ready", "1"}).kind != RedisReply::Kind::kError;
  }));
  Node one(master_, /*replicas=*/1), two(master_, /*replicas=*/1);
  one.Open(/*create=*/true);
  two.Open();
  AppendSomehow(*one.journal, "kept");
  // The replica is another's master now, with a replica of its own; node one stays with the old.
  RedisProcess second(MasterOptions());
  ASSERT_TRUE(second.Start());
  EXPECT_TRUE(replica_.Promote());
  ASSERT_TRUE(second.Follow(replica_));
  const auto doubted = AppendOne(*one.journal, "cut off");
  EXPECT_FALSE(doubted.ok());
  two.Point(replica_);
  Disconnect();
  // Node one is waited for, for it was there lately; then not any more.
  AppendSomehow(*two.journal, "won");
  EXPECT_FALSE(AppendOne(*one.journal, "cut off").ok());
  one.Point(replica_);
  Disconnect();
  AppendSomehow(*one.journal, "again");
  EXPECT_EQ(Count(*one.journal, "cut off"), 0);
  EXPECT_EQ(Count(*one.journal, "won"), 1);
  EXPECT_EQ(Count(*two.journal, "again"), 1);
  EXPECT_FALSE(one.journal->Stands().fork.has_value());
}

// A master with two replicas and a sentinel, which chooses another while two nodes append; twice,
// so that the first master, back as a replica, may be master again.
TEST(RedisSentinelFailover, NothingAcknowledgedIsLostAndTheOldMasterComesBackAsAReplica) {
  constexpr char kMaster[] = "samsyn";
  std::vector<std::unique_ptr<RedisProcess>> servers;
  for (int i = 0; i < 3; ++i) {
    servers.push_back(std::make_unique<RedisProcess>(MasterOptions()));
    ASSERT_TRUE(servers.back()->Start());
    if (i > 0) {
      ASSERT_TRUE(servers.back()->Follow(*servers.front()));
    }
  }
  RedisProcess sentinel(RedisProcess::SentinelOf(kMaster, *servers.front()));
  ASSERT_TRUE(sentinel.Start());
  ASSERT_TRUE(sentinel.AwaitReplicas(kMaster, 2));
  RedisAddress group;
  group.name = "main";
  group.master = kMaster;
  group.sentinels = {sentinel.AtPort()};
  RedisStoreOptions options = StoreOptions(group, /*replicas=*/1);
  options.journal.settle = absl::Milliseconds(500);
  RedisNode one(options), two(options);
  ASSERT_TRUE(Eventually([&] { return one.store().Create(kCode).ok(); }));
  std::vector<std::unique_ptr<Journal>> journals;
  for (RedisNode* node : {&one, &two}) {
    auto opened = node->store().Open(kCode);
    ASSERT_TRUE(opened.ok()) << opened.status();
    journals.push_back(*std::move(opened));
  }
  const auto master = [&] {
    const RedisReply at = sentinel.Command({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", kMaster});
    const std::string port = at.list.size() == 2 ? at.list[1].text : std::string();
    for (const auto& server : servers) {
      if (absl::StrCat(server->port()) == port) return server.get();
    }
    return servers.front().get();
  };
  std::atomic<bool> stop = false;
  std::vector<std::vector<Head>> acknowledged(journals.size());
  std::vector<std::thread> appenders;
  for (size_t i = 0; i < journals.size(); ++i) {
    appenders.emplace_back([&, i] {
      for (int n = 0; !stop; ++n) {
        const auto head = AppendOne(*journals[i], absl::StrCat(i, "/", n));
        if (head.ok()) acknowledged[i].push_back(*head);
      }
    });
  }
  for (int i = 0; i < 2; ++i) {
    RedisProcess* const lost = master();
    const Revision before = journals[0]->Stands().committed;
    EXPECT_TRUE(Eventually([&] { return journals[0]->Stands().committed > before + 20; }));
    lost->Kill();
    EXPECT_TRUE(Eventually([&] { return master() != lost; }, absl::Seconds(60)));
    const Revision after = journals[0]->Stands().committed;
    EXPECT_TRUE(Eventually([&] { return journals[0]->Stands().committed > after + 20; },
                           absl::Seconds(60)));
    ASSERT_TRUE(lost->Start());
    EXPECT_TRUE(Eventually(
        [&] {
          const RedisReply role = lost->Command({"ROLE"});
          return !role.list.empty() && role.list[0].text == "slave" &&
                 sentinel.AwaitReplicas(kMaster, 2);
        },
        absl::Seconds(60)));
  }
  stop = true;
  for (std::thread& appender : appenders) appender.join();
  const auto all = journals[1]->Read(0, 1'000'000);
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_TRUE(HeadAfter(Head(), *all).ok());
  for (const auto& heads : acknowledged) {
    for (const Head& head : heads) {
      ASSERT_LE(head.revision, static_cast<Revision>(all->size()));
      EXPECT_EQ((*all)[static_cast<size_t>(head.revision - 1)].digest, head.digest);
    }
  }
  EXPECT_FALSE(journals[0]->Stands().fork.has_value());
}

}  // namespace
}  // namespace samsyn::journal
