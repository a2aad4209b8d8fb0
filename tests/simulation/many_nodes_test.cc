// Several nodes on one journal in memory, used by many at once: whatever happens beside them, the
// history checker (history_checker.h) finds nothing wrong.
#include "tests/simulation/many_nodes.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "server/domain/deployment_rules.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/domain/report_rules.h"
#include "server/journal/memory_journal.h"
#include "tests/simulation/many_clients.h"
#include "tests/simulation/many_conflicts.h"
#include "tests/simulation/many_tally.h"
#include "tests/testing/faulty_journal.h"

namespace samsyn::simulation {
namespace {

using testing::Fault;

// ThreadSanitizer, with which all takes ten times as long, finds nothing new in more.
#ifdef __SANITIZE_THREAD__
constexpr int kSteps = 50;
#else
constexpr int kSteps = 300;
#endif

// A store that is not the node's own.
class BorrowedStore : public journal::JournalStore {
 public:
  explicit BorrowedStore(journal::JournalStore& store) : store_(store) {}
  absl::StatusOr<std::vector<std::string>> Codes() override { return store_.Codes(); }
  absl::StatusOr<std::unique_ptr<journal::Journal>> Open(absl::string_view code) override {
    return store_.Open(code);
  }
  absl::Status Create(absl::string_view code) override { return store_.Create(code); }

 private:
  journal::JournalStore& store_;
};

class ManyNodesTest : public ::testing::Test {
 protected:
  ManyNodesTest() : seed_(absl::StrCat("SAMSYN_SEED=", Seed())), trace_(__FILE__, __LINE__, seed_) {
    for (int node = -1; node < 6; ++node) {
      faulty_[node] = std::make_unique<testing::FaultyJournalStore>(memory_);
    }
  }
  // Each node has faults of its own.
  StoreFactory Stores() {
    return [this](int node) { return std::make_unique<BorrowedStore>(*faulty_.at(node)); };
  }
  testing::Faults& FaultsOf(int node) { return *faulty_.at(node)->FaultsOf("0136"); }
  Plan PlanOf(int clients) {
    Plan plan;
    plan.seed = Seed();
    plan.clients = clients;
    plan.steps = kSteps;
    return plan;
  }
  // Whatever nodes are told, people were busy.
  void ExpectBusy(const Tally& tally) {
    EXPECT_GT(tally.acknowledged, kSteps / 2);
    EXPECT_GT(tally.repeats, 0);
    EXPECT_GT(tally.resets, 0);
    EXPECT_GT(tally.resumed, 0);
    for (const auto reason : {v1::ERROR_REASON_UNIT_TAKEN, v1::ERROR_REASON_WRONG_STATE}) {
      EXPECT_TRUE(tally.refused.contains(reason)) << v1::ErrorReason_Name(reason);
    }
  }

  const std::string seed_;
  const ::testing::ScopedTrace trace_;
  journal::MemoryJournalStore memory_;
  std::map<int, std::unique_ptr<testing::FaultyJournalStore>> faulty_;
};

// ---- Many at once.

TEST_F(ManyNodesTest, TwoNodesAreOne) {
  ManyNodes nodes(Stores(), 2, {"0136"});
  RunTogether(nodes, PlanOf(4));
  ExpectBusy(Tally(nodes.history()));
}

TEST_F(ManyNodesTest, ThreeNodesAreOneInEachOfThreeMunicipalities) {
  ManyNodes nodes(Stores(), 3, {"0136", "0192", "2480"});
  RunTogether(nodes, PlanOf(2));
  ExpectBusy(Tally(nodes.history()));
}

TEST_F(ManyNodesTest, OfAThousandConflictingDecisionsOnTwoNodesOneOfEachWins) {
  ManyNodes nodes(Stores(), 2, {"0136"});
  RunConflicts(nodes, Seed());
}

TEST_F(ManyNodesTest, OfAThousandConflictingDecisionsOnThreeNodesOneOfEachWins) {
  ManyNodes nodes(Stores(), 3, {"0136"});
  RunConflicts(nodes, Seed());
}

// ---- While something goes wrong.

TEST_F(ManyNodesTest, AStormOfConflictsAndUnknownOutcomesChangesNothing) {
  ManyNodes nodes(Stores(), 3, {"0136"});
  Plan plan = PlanOf(4);
  plan.beside = [this](Progress& progress) {
    constexpr Fault kFaults[] = {Fault::kAborted,     Fault::kUnknownBefore, Fault::kUnknownAfter,
                                 Fault::kUnavailable, Fault::kFull,          Fault::kNone};
    std::mt19937 random(Seed());
    for (int i = 0; i < 150; ++i) {
      progress.AwaitSteps(kSteps / 40);
      FaultsOf(static_cast<int>(random() % 3)).Next(kFaults[random() % 6], 1 + random() % 3);
    }
    for (int node = 0; node < 3; ++node) FaultsOf(node).Heal();
  };
  RunTogether(nodes, plan);
  const Tally tally(nodes.history());
  ExpectBusy(tally);
  EXPECT_TRUE(tally.refused.contains(v1::ERROR_REASON_JOURNAL_UNAVAILABLE));
  EXPECT_TRUE(tally.refused.contains(v1::ERROR_REASON_OUTCOME_UNKNOWN));
}

TEST_F(ManyNodesTest, ANodeThatCannotKnowWhatBecameOfItsAppendsSaysSoUntilItCan) {
  ManyNodes nodes(Stores(), 2, {"0136"});
  Plan plan = PlanOf(4);
  plan.beside = [this](Progress& progress) {
    for (int i = 0; i < 5; ++i) {
      FaultsOf(0).Next(i % 2 == 0 ? Fault::kUnknownAfter : Fault::kUnknownBefore);
      FaultsOf(0).Always(Fault::kUnavailable);
      progress.AwaitSteps(kSteps / 3);
      FaultsOf(0).Always(Fault::kNone);
      progress.AwaitAcknowledged(kSteps / 6);
    }
  };
  RunTogether(nodes, plan);
  ExpectBusy(Tally(nodes.history()));
}

TEST_F(ManyNodesTest, NodesComeAndGo) {
  ManyNodes nodes(Stores(), 2, {"0136"});
  Plan plan = PlanOf(4);
  plan.beside = [&nodes](Progress& progress) {
    std::mt19937 random(Seed());
    std::set<int> running = {0, 1};
    for (int i = 0; i < 24; ++i) {
      progress.AwaitSteps(kSteps / 6);
      const int node = static_cast<int>(random() % 4);  // 2 and 3 join
      if (running.erase(node) == 0) {
        nodes.Start(node);
        running.insert(node);
      } else {
        nodes.Stop(node);  // perhaps the last
      }
      if (running.empty()) {
        nodes.Start(node);
        running.insert(node);
      }
    }
    if (!running.contains(0)) nodes.Start(0);
  };
  RunTogether(nodes, plan);
  const Tally tally(nodes.history());
  ExpectBusy(tally);
}

// One mark for all nodes, which stands still while appends go on.
TEST_F(ManyNodesTest, NothingIsShownOrAnsweredBeforeTheCommitMark) {
  testing::FaultyJournalStore marked(memory_);
  ManyNodes nodes([&](int) { return std::make_unique<BorrowedStore>(marked); }, 2, {"0136"});
  Plan plan = PlanOf(3);
  plan.beside = [&](Progress& progress) {
    testing::Faults& faults = *marked.FaultsOf("0136");
    for (int i = 0; i < 10; ++i) {
      progress.AwaitSteps(kSteps / 4);
      faults.HoldMark();
      Write write;
      write.call = {"beside", 0, 0, Municipality("0136"), 0, kNever, {}, {}, "SubmitReport"};
      v1::SubmitReportRequest request;
      request.set_municipality(Municipality("0136"));
      request.set_request_id(domain::MadeId("beside", absl::StrCat(i), 0));
      request.mutable_report()->set_category(v1::CATEGORY_DISORDER);
      request.mutable_report()->set_text("Stökigt vid torget");
      write.command =
          CommandOf(In(Municipality("0136"), "members/reporter"), request, domain::SubmitReport);
      EXPECT_TRUE(nodes.Ask(i % 2, write, [](const Write&) {}));
      EXPECT_TRUE(faults.WaitForAppendsBehindMark(1));
      faults.ReleaseMark();
    }
  };
  RunTogether(nodes, plan);
  ExpectBusy(Tally(nodes.history()));
}

// ---- Timers.

TEST_F(ManyNodesTest, TimersThatAreDueOnAllNodesAtOnceTakeEffectOnce) {
  engine::EngineOptions options = ManyNodes::Options();
  options.run_timers = false;
  ManyNodes nodes(Stores(), 3, {"0136"}, options);
  RunConflicts(nodes, Seed());  // leaves assignments unanswered, and deployments that end
  const auto timers = [&] {
    size_t count = 0;
    for (const journal::Entry& entry : nodes.ReadJournal("0136")) {
      count += journal::MetadataOf(entry)->method() == "OnTimer" ? 1 : 0;
    }
    return count;
  };
  const auto due_by = [&](absl::Time time) {
    const auto feed = *nodes.Get(0)->engine.FeedOf(Municipality("0136"));
    return feed->Reading(
        [&](const domain::Picture& picture) { return picture.DueBy(time).size(); });
  };
  EXPECT_EQ(timers(), 0u);
  // Assignments unanswered; deployments over, three times; a new morning.
  for (const int minutes : {20, 160, 240, 300}) {
    const size_t before = timers();
    const size_t due = due_by(nodes.now() + absl::Minutes(minutes));
    EXPECT_GT(due, 0u);
    nodes.Advance(absl::Minutes(minutes));
    std::vector<std::thread> threads;
    for (const int node : nodes.Running()) {
      threads.emplace_back([&nodes, node] {
        const absl::Status fired = nodes.Get(node)->engine.RunDueTimers(Municipality("0136"));
        EXPECT_TRUE(fired.ok()) << fired;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(nodes.Settle());
    EXPECT_EQ(due_by(nodes.now()), 0u);
    EXPECT_EQ(timers(), before + due);
  }
  nodes.Judge();
}

}  // namespace
}  // namespace samsyn::simulation
