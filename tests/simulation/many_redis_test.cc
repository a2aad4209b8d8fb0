// Several nodes on real Redis servers, used by many at once while servers, nodes and the ways
// between them fail: the history checker (history_checker.h) finds nothing wrong. Where something
// acknowledged can be lost, it says so.
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "server/domain/names.h"
#include "server/domain/report_rules.h"
#include "server/journal/redis/functions.h"
#include "server/journal/redis/move.h"
#include "tests/journal/redis/setting.h"
#include "tests/simulation/history_checker.h"
#include "tests/simulation/many_clients.h"
#include "tests/simulation/many_conflicts.h"
#include "tests/simulation/many_nodes.h"
#include "tests/simulation/many_tally.h"
#include "tests/testing/eventually.h"
#include "tests/testing/redis_process.h"
#include "tests/testing/tcp_proxy.h"

namespace samsyn::simulation {
namespace {

using testing::Eventually;
using testing::RedisProcess;
using testing::TcpProxy;
using Way = TcpProxy::Way;

// ThreadSanitizer, with which all takes ten times as long, finds nothing new in more.
#ifdef __SANITIZE_THREAD__
constexpr int kSteps = 25;
#else
constexpr int kSteps = 60;
#endif
constexpr char kCode[] = "0136";
constexpr char kName[] = "municipalities/0136";

// A node's directory, and its way to the server: over a proxy, and a link that points to a server.
struct Link {
  explicit Link(const RedisProcess& server) : path(directory.File("redis")), proxy({path, "", 0}) {
    Point(server);
  }
  void Point(const RedisProcess& server) {
    std::filesystem::remove(path);
    std::filesystem::create_symlink(server.socket(), path);
  }

  journal::ScratchDirectory directory;
  const std::string path;
  TcpProxy proxy;
};

class ManyRedisTest : public ::testing::Test {
 protected:
  ManyRedisTest()
      : seed_(absl::StrCat("SAMSYN_SEED=", Seed())), trace_(__FILE__, __LINE__, seed_) {}

  // `replicas`: that must have each write; `follows`: there is one, whether it must or not.
  void Begin(int nodes, int replicas = 0, bool follows = false) {
    const auto options = replicas > 0 ? journal::MasterOptions() : testing::RedisOptions();
    master_ = std::make_unique<RedisProcess>(options);
    ASSERT_TRUE(master_->Start());
    if (replicas > 0 || follows) {
      replica_ = std::make_unique<RedisProcess>(options);
      ASSERT_TRUE(replica_->Start());
      ASSERT_TRUE(replica_->Follow(*master_));
    }
    ASSERT_TRUE(Eventually([this] {
      return master_->Command({"SET", "ready", "1"}).kind != journal::RedisReply::Kind::kError;
    }));
    for (int node = -1; node < nodes; ++node) links_[node] = std::make_unique<Link>(*master_);
    nodes_ =
        std::make_unique<ManyNodes>([this, replicas](int node) { return Store(node, replicas); },
                                    nodes, std::vector<std::string>{kCode});
  }
  std::unique_ptr<journal::JournalStore> Store(int node, int replicas) {
    journal::RedisStoreOptions options =
        journal::StoreOptions(journal::AddressOf(links_[node]->proxy.AtPort()), replicas);
    options.server.grace = absl::Seconds(1);
    options.journal.settle = absl::Milliseconds(300);
    options.journal.look_after = absl::Milliseconds(100);
    auto store = journal::RedisJournalStore::Open(links_[node]->directory.File("data"),
                                                  Clock::System(), options);
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }
  TcpProxy& ProxyOf(int node) { return links_[node]->proxy; }

  // ---- What goes wrong.

  // As a crash: what it has under way is answered to nobody.
  void KillNode(int node) {
    ProxyOf(node).Cut();
    nodes_->Stop(node);
    ProxyOf(node).Heal();
  }
  void PointAll(const RedisProcess& server) {
    for (auto& [node, link] : links_) link->Point(server);
  }
  // The replica hears nothing more of the master.
  void CutReplica() { replica_->Command({"REPLICAOF", "127.0.0.1", "1"}); }
  void Disconnect() { master_->Command({"CLIENT", "KILL", "TYPE", "normal"}); }

  Tally Run(std::function<void(Progress&)> beside) {
    Plan plan;
    plan.seed = Seed();
    plan.clients = 3;
    plan.steps = kSteps;
    plan.beside = std::move(beside);
    RunTogether(*nodes_, plan);
    Tally tally(nodes_->history());
    EXPECT_GT(tally.acknowledged, kSteps / 2);
    return tally;
  }

  // The way of one of two nodes is silent until somebody has asked it in vain.
  void RunWithSilence(Way way) {
    Begin(2);
    Run([&](Progress& progress) {
      progress.AwaitAcknowledged(10);
      ProxyOf(0).BlackHole(way);
      const auto asked = nodes_->AskAndWait(0, ReportOf("in vain"));
      EXPECT_NE(asked->outcome, Outcome::kAcknowledged);
      ProxyOf(0).Heal();
      progress.AwaitAcknowledged(10);
    });
  }

  // ---- One thing at a time.

  Write ReportOf(const std::string& id) {
    v1::SubmitReportRequest request;
    request.set_municipality(kName);
    request.set_request_id(domain::MadeId("test", id, 0));
    request.mutable_report()->set_category(v1::CATEGORY_DISORDER);
    request.mutable_report()->set_text("Stökigt vid torget");
    Write write;
    write.call.client = "tester";
    write.call.municipality = kName;
    write.call.about = id;
    write.command = CommandOf(In(kName, "members/reporter"), request, domain::SubmitReport);
    return write;
  }
  // Asks until it is acknowledged.
  domain::Revision Acknowledge(int node, const std::string& id) {
    std::optional<Write> done;
    EXPECT_TRUE(Eventually([&] {
      done = nodes_->AskAndWait(node, ReportOf(id));
      return done && done->outcome == Outcome::kAcknowledged;
    })) << id
        << ": " << done->refusal;
    return done->answer.revision;
  }
  bool Has(int node, domain::Revision revision) {
    return nodes_->Get(node)->engine.StatusOf(kName)->head.revision >= revision;
  }
  domain::Revision EndOf(const RedisProcess& server, absl::string_view stream) {
    const auto last =
        server.Command({"XREVRANGE", journal::RedisKey(kCode, stream), "+", "-", "COUNT", "1"});
    return last.list.empty() ? 0 : std::stoll(last.list[0].list[0].text);
  }

  const std::string seed_;
  const ::testing::ScopedTrace trace_;
  std::unique_ptr<RedisProcess> master_, replica_;
  std::map<int, std::unique_ptr<Link>> links_;
  std::unique_ptr<ManyNodes> nodes_;
};

// ---- All is well.

TEST_F(ManyRedisTest, ThreeNodesAreOne) {
  Begin(3);
  const Tally tally = Run(nullptr);
  EXPECT_GT(tally.repeats, 0);
  EXPECT_GT(tally.resumed, 0);
  EXPECT_TRUE(tally.refused.contains(v1::ERROR_REASON_WRONG_STATE));
}

TEST_F(ManyRedisTest, OfAThousandConflictingDecisionsOnTwoNodesOneOfEachWins) {
  Begin(2);
  RunConflicts(*nodes_, Seed());
}

TEST_F(ManyRedisTest, OfAThousandConflictingDecisionsOnThreeNodesOneOfEachWins) {
  Begin(3, /*replicas=*/1);
  RunConflicts(*nodes_, Seed());
}

// ---- Something fails.

TEST_F(ManyRedisTest, NodesAreKilledAndComeBack) {
  Begin(3);
  Run([this](Progress& progress) {
    for (int i = 0; i < 6; ++i) {
      progress.AwaitAcknowledged(10);
      KillNode(i % 3);
      progress.AwaitAcknowledged(10);
      nodes_->Start(i % 3);
    }
  });
}

TEST_F(ManyRedisTest, RedisIsKilledAndComesBack) {
  Begin(2);
  Run([this](Progress& progress) {
    for (int i = 0; i < 3; ++i) {
      progress.AwaitAcknowledged(20);
      master_->Kill();
      progress.AwaitSteps(5);
      ASSERT_TRUE(master_->Start());
    }
    progress.AwaitAcknowledged(20);
  });
}

TEST_F(ManyRedisTest, WaysAreSlowAndCut) {
  Begin(2);
  Run([this](Progress& progress) {
    progress.AwaitAcknowledged(10);
    ProxyOf(0).Delay(absl::Milliseconds(15));
    progress.AwaitAcknowledged(20);
    ProxyOf(1).Cut();
    progress.AwaitSteps(5);
    ProxyOf(1).Heal();
    ProxyOf(0).Heal();
    progress.AwaitAcknowledged(10);
  });
}

TEST_F(ManyRedisTest, AWayIsSilent) { RunWithSilence(Way::kBoth); }

TEST_F(ManyRedisTest, WhatANodeSendsArrivesAndItHearsNothing) { RunWithSilence(Way::kToClient); }

TEST_F(ManyRedisTest, AFullRedisRefusesAndGoesOnWhenThereIsRoom) {
  Begin(2);
  const Tally tally = Run([this](Progress& progress) {
    progress.AwaitAcknowledged(20);
    master_->Command({"CONFIG", "SET", "maxmemory", "1"});
    progress.AwaitSteps(10);
    master_->Command({"CONFIG", "SET", "maxmemory", "0"});
    progress.AwaitAcknowledged(20);
  });
  EXPECT_TRUE(tally.refused.contains(v1::ERROR_REASON_JOURNAL_UNAVAILABLE));
}

TEST_F(ManyRedisTest, AnAppenderKilledBeforeTheMarkHasAppendedOnce) {
  Begin(2, /*replicas=*/1);
  const domain::Revision before = Acknowledge(0, "before");
  ASSERT_TRUE(Eventually([&] { return Has(1, before); }));
  replica_->Freeze();  // so that it is appended and waits
  std::atomic<bool> told{false};
  ASSERT_TRUE(nodes_->Ask(0, ReportOf("unmarked"), [&](const Write&) { told = true; }));
  ASSERT_TRUE(Eventually([&] { return EndOf(*master_, "journal") == before + 1; }));
  EXPECT_EQ(EndOf(*master_, "committed"), before);
  KillNode(0);
  EXPECT_TRUE(told);  // that it is not known
  EXPECT_FALSE(Has(1, before + 1));
  replica_->Thaw();
  // The other shows it once it has proved it.
  EXPECT_TRUE(Eventually([&] { return Has(1, before + 1); }));
  EXPECT_EQ(EndOf(*master_, "committed"), before + 1);
  EXPECT_EQ(Acknowledge(1, "unmarked"), before + 1);
  EXPECT_EQ(Acknowledge(1, "after"), before + 2);
  nodes_->Start(0);
  nodes_->Judge();
}

TEST_F(ManyRedisTest, AReplicaThatLostTheTailGetsItBackFromTheNodes) {
  Begin(3, /*replicas=*/0, /*follows=*/true);
  Run([this](Progress& progress) {
    // The first of all may be late: a master sends a new replica nothing before that has spoken.
    ASSERT_TRUE(Eventually([this] { return EndOf(*replica_, "journal") > 10; }));
    CutReplica();
    progress.AwaitAcknowledged(40);
    EXPECT_LT(EndOf(*replica_, "journal"), EndOf(*master_, "journal"));
    master_->Kill();
    ASSERT_TRUE(replica_->Promote());
    PointAll(*replica_);
    progress.AwaitAcknowledged(40);
  });
}

TEST_F(ManyRedisTest, OfAMasterAndItsSuccessorOnlyOneAcknowledges) {
  RedisProcess second(journal::MasterOptions());
  Begin(3, /*replicas=*/1);
  ASSERT_TRUE(second.Start());
  Run([&](Progress& progress) {
    progress.AwaitAcknowledged(20);
    // Node 0 stays with the old master, the others and the replica go on without it.
    ASSERT_TRUE(replica_->Promote());
    ASSERT_TRUE(second.Follow(*replica_));
    for (const int node : {-1, 1, 2}) links_[node]->Point(*replica_);
    Disconnect();
    progress.AwaitAcknowledged(30);
    links_[0]->Point(*replica_);
    Disconnect();
    progress.AwaitAcknowledged(30);
  });
}

// ---- More than one server.

TEST_F(ManyRedisTest, AMunicipalityIsMovedBackAndForthBetweenServersWhileItIsUsed) {
  RedisProcess north, south;
  ASSERT_TRUE(north.Start() && south.Start());
  journal::RedisStoreOptions options = journal::StoreOptions(journal::AddressOf(north.AtSocket()));
  options.servers[0].name = "north";
  options.servers.push_back(journal::AddressOf(south.AtSocket()));
  options.servers[1].name = "south";
  std::map<int, journal::ScratchDirectory> directories;
  for (int node = -1; node < 2; ++node) directories[node];
  nodes_ = std::make_unique<ManyNodes>(
      [&](int node) -> std::unique_ptr<journal::JournalStore> {
        auto store =
            journal::RedisJournalStore::Open(directories[node].path(), Clock::System(), options);
        EXPECT_TRUE(store.ok()) << store.status();
        return *std::move(store);
      },
      2, std::vector<std::string>{kCode});
  journal::RedisCaller to_north(options.servers[0], {}, 0), to_south(options.servers[1], {}, 0);
  Run([&](Progress& progress) {
    for (journal::RedisCaller* to : {&to_south, &to_north}) {
      progress.AwaitAcknowledged(20);
      const auto moved = journal::RedisMove(kCode, {&to_north, &to_south}, *to).Run();
      EXPECT_TRUE(moved.ok()) << moved.status();
    }
    progress.AwaitAcknowledged(20);
  });
  nodes_.reset();  // before what it is made of
}

// ---- When the last writes can still be lost, and when not.

// The master is lost with its tail, and so is the one node that has it.
class ManyRedisLoss : public ManyRedisTest {
 protected:
  // Leaves node 0, gone for good, with the last write.
  void LoseMasterAndNode(int replicas) {
    Begin(2, replicas, /*follows=*/true);
    const domain::Revision kept = Acknowledge(0, "kept");
    ASSERT_TRUE(Eventually([&] { return Has(1, kept) && EndOf(*replica_, "journal") == kept; }));
    CutReplica();
    ProxyOf(1).Cut();
    last_ = nodes_->AskAndWait(0, ReportOf("last"));
    KillNode(0);
    master_->Kill();
    ASSERT_TRUE(replica_->Promote());
    replica_->Command({"CONFIG", "SET", "min-replicas-to-write", "0"});
    PointAll(*replica_);
    ProxyOf(1).Heal();
  }
  std::vector<Violation> Check() {
    EXPECT_TRUE(nodes_->Settle());
    return CheckHistory(nodes_->history(), kName, nodes_->ReadJournal(kCode), 2);
  }
  std::optional<Write> last_;
};

TEST_F(ManyRedisLoss, WithoutReplicasThatMustHaveItTheLastWriteIsLost) {
  LoseMasterAndNode(0);
  ASSERT_EQ(last_->outcome, Outcome::kAcknowledged);
  Acknowledge(1, "after");
  const auto found = Check();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, Rule::kLost) << found[0];
  EXPECT_THAT(found[0].text, ::testing::HasSubstr("last by tester"));
}

TEST_F(ManyRedisLoss, WithAReplicaThatMustHaveItNothingAcknowledgedIsLost) {
  LoseMasterAndNode(1);
  EXPECT_NE(last_->outcome, Outcome::kAcknowledged);
}

}  // namespace
}  // namespace samsyn::simulation
