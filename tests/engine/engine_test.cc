// The engine: decided once, appended once, applied, answered; repeats, conflicts, unknown outcomes.
#include "server/engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <thread>

#include "server/journal/memory_journal.h"
#include "tests/engine/commands.h"
#include "tests/testing/notification.h"

namespace samsyn::engine {
namespace {

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() { MakeEngine(); }

  void MakeEngine() {
    engine_ = std::make_unique<Engine>(store_, clock_, ByHand());
    ASSERT_TRUE(engine_->Start().ok());
  }
  void CreateHaninge() {
    ASSERT_TRUE(engine_->CreateMunicipality("0136", "Haninge", "Stockholms län").ok());
  }

  ManualClock clock_{absl::FromUnixSeconds(1795795200)};
  journal::MemoryJournalStore store_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineTest, AnswersAfterTheCommitWithRevisionAndEntity) {
  CreateHaninge();
  const auto answer = engine_->SubmitAndWait(kName, MakeProblem("a", "mörkt vid stationen"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->results.size(), 1u);
  EXPECT_EQ(StatementOf(*engine_, answer->results[0]), "mörkt vid stationen");
  EXPECT_EQ(engine_->StatusOf(kName)->head.revision, answer->revision);
}

TEST_F(EngineTest, R7_ARepeatGetsTheFirstAnswerAndChangesNothing) {
  CreateHaninge();
  const auto first = engine_->SubmitAndWait(kName, MakeProblem("a", "x"));
  const auto again = engine_->SubmitAndWait(kName, MakeProblem("a", "x"));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->repeat);
  EXPECT_EQ(again->revision, first->revision);
  EXPECT_EQ(again->results, first->results);
  EXPECT_EQ(CountProblems(*engine_), 1u);
}

TEST_F(EngineTest, R7_TheSameRequestIdWithAnotherBodyIsRefused) {
  CreateHaninge();
  ASSERT_TRUE(engine_->SubmitAndWait(kName, MakeProblem("a", "x")).ok());
  const auto other = engine_->SubmitAndWait(kName, MakeProblem("a", "y"));
  EXPECT_EQ(domain::ReasonOf(other.status()), v1::ERROR_REASON_REQUEST_ID_REUSED);
}

TEST_F(EngineTest, R7_RepeatsSurviveARestart) {
  CreateHaninge();
  const auto first = engine_->SubmitAndWait(kName, MakeProblem("a", "x"));
  engine_.reset();
  MakeEngine();
  const auto again = engine_->SubmitAndWait(kName, MakeProblem("a", "x"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->repeat);
  EXPECT_EQ(again->revision, first->revision);
}

TEST_F(EngineTest, RefusalsChangeNothingAndAreNotKept) {
  CreateHaninge();
  const auto head = engine_->StatusOf(kName)->head;
  Command refused = MakeProblem("a", "x");
  refused.decide = [](domain::Transaction& transaction) {
    v1::Problem problem;
    problem.set_name(domain::NameOf(kName, v1::ENTITY_KIND_PROBLEM, "half"));
    transaction.Put(std::move(problem));
    return domain::Refuse(v1::ERROR_REASON_WRONG_STATE, {"No.", "Nej."});
  };
  EXPECT_FALSE(engine_->SubmitAndWait(kName, refused).ok());
  EXPECT_EQ(engine_->StatusOf(kName)->head, head);
  EXPECT_TRUE(engine_->SubmitAndWait(kName, MakeProblem("a", "x")).ok());
}

TEST_F(EngineTest, AnUnknownMunicipalityIsNotFound) {
  EXPECT_EQ(engine_->SubmitAndWait("municipalities/0192", MakeProblem("a", "x")).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(EngineTest, WhatAllSayAtOnceIsAllThereAndInDenseRevisions) {
  CreateHaninge();
  constexpr int kThreads = 4, kEach = 100;
  std::vector<std::thread> threads;
  std::vector<std::vector<domain::Revision>> revisions(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto answer =
            engine_->SubmitAndWait(kName, MakeProblem(absl::StrCat(t, ".", i), "x"));
        if (answer.ok()) revisions[t].push_back(answer->revision);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<domain::Revision> all;
  for (const auto& some : revisions) all.insert(some.begin(), some.end());
  EXPECT_EQ(all.size(), size_t{kThreads * kEach});
  EXPECT_EQ(*all.rbegin() - *all.begin() + 1, kThreads * kEach);
  EXPECT_TRUE(engine_->Verify(kName).ok());
}

TEST_F(EngineTest, TwoEnginesOnOneJournalDecideOneSeatOnce) {
  CreateHaninge();
  Engine second(store_, clock_, ByHand());
  ASSERT_TRUE(second.Start().ok());
  int winners = 0;
  for (int round = 0; round < 20; ++round) {
    absl::StatusOr<Answer> a, b;
    std::thread one([&] { a = engine_->SubmitAndWait(kName, TakeSeat(absl::StrCat("a", round))); });
    std::thread two([&] { b = second.SubmitAndWait(kName, TakeSeat(absl::StrCat("b", round))); });
    one.join();
    two.join();
    winners += (a.ok() ? 1 : 0) + (b.ok() ? 1 : 0);
  }
  EXPECT_EQ(winners, 1);
}

TEST_F(EngineTest, ASecondEngineSeesWhatTheFirstCommitted) {
  CreateHaninge();
  Engine second(store_, clock_, ByHand());
  ASSERT_TRUE(second.Start().ok());
  const auto answer = engine_->SubmitAndWait(kName, MakeProblem("a", "x"));
  testing::Notification reached;
  absl::Status status;
  second.WhenReached(kName, answer->revision, absl::InfiniteFuture(), [&](absl::Status given) {
    status = given;
    reached.Notify();
  });
  reached.WaitForNotification();
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(StatementOf(second, answer->results[0]), "x");
}

TEST_F(EngineTest, AWaitForARevisionEndsAtItsDeadline) {
  CreateHaninge();
  testing::Notification told;
  absl::Status status;
  engine_->WhenReached(kName, 1'000'000, clock_.Now() + absl::Seconds(5), [&](absl::Status given) {
    status = given;
    told.Notify();
  });
  clock_.Advance(absl::Seconds(6));
  told.WaitForNotification();
  EXPECT_EQ(domain::ReasonOf(status), v1::ERROR_REASON_REVISION_NOT_REACHED);
}

TEST_F(EngineTest, AStoppedEngineRefusesWithShuttingDown) {
  CreateHaninge();
  engine_->Stop();
  EXPECT_EQ(domain::ReasonOf(engine_->SubmitAndWait(kName, MakeProblem("a", "x")).status()),
            v1::ERROR_REASON_SHUTTING_DOWN);
}

TEST_F(EngineTest, AStartFromASnapshotGivesTheSamePicture) {
  CreateHaninge();
  engine_.reset();
  {
    EngineOptions options = ByHand();
    options.snapshot_every = 10;
    engine_ = std::make_unique<Engine>(store_, clock_, options);
    ASSERT_TRUE(engine_->Start().ok());
  }
  std::vector<std::string> names;
  for (int i = 0; i < 35; ++i) {
    names.push_back(
        engine_->SubmitAndWait(kName, MakeProblem(absl::StrCat(i), absl::StrCat("p", i)))
            ->results[0]);
  }
  engine_.reset();
  const auto journal = store_.Open("0136");
  ASSERT_TRUE((*journal)->LoadSnapshot()->has_value());
  MakeEngine();
  for (int i = 0; i < 35; ++i) EXPECT_EQ(StatementOf(*engine_, names[i]), absl::StrCat("p", i));
  EXPECT_TRUE(engine_->SubmitAndWait(kName, MakeProblem("3", "p3"))->repeat);
}

// Everything in a picture, cells included, as bytes by name.
std::map<std::string, std::string> ContentOf(Engine& engine) {
  std::map<std::string, std::string> content;
  (*engine.FeedOf(kName))->Reading([&](const domain::Picture& picture) {
    for (int kind = v1::EntityKind_MIN + 1; kind <= v1::EntityKind_MAX; ++kind) {
      picture.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const domain::EntityPtr& one) {
        content[domain::NameOf(*one)] = one->SerializeAsString();
        return true;
      });
    }
    for (const auto& [token, digest] : picture.credentials()) content[token] += Hex(digest);
    for (const auto& request : picture.requests()) content[request->request_id] = "answered";
  });
  return content;
}

// Makes and changes problems, and incidents that come and go in the situation's cells.
Command ChangeAtRandom(std::mt19937& random, int step) {
  const auto pick = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const std::string problem =
      domain::NameOf(kName, v1::ENTITY_KIND_PROBLEM, absl::StrCat("p", pick(5)));
  const std::string incident =
      domain::NameOf(kName, v1::ENTITY_KIND_INCIDENT, absl::StrCat("i", pick(5)));
  const bool counts = pick(3) > 0;
  const auto family = static_cast<v1::Family>(1 + pick(3));
  Command command;
  command.caller.member = "system";
  command.method = "CreateProblem";
  command.request_id = domain::MadeId("test", absl::StrCat(step), 0);
  command.decide = [=](domain::Transaction& transaction) {
    v1::Problem made;
    made.set_name(problem);
    made.set_statement(absl::StrCat("step ", step));
    transaction.Put(std::move(made));
    v1::Incident seen;
    seen.set_name(incident);
    seen.set_state(v1::Incident::STATE_CURRENT);
    seen.set_counted(counts);
    seen.set_family(family);
    seen.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    *seen.mutable_occurred_time() = domain::TimestampOf(transaction.now());
    transaction.Put(std::move(seen));
    return absl::OkStatus();
  };
  return command;
}

TEST_F(EngineTest, HoweverAHistoryIsReadAtStartThePictureIsTheSame) {
  CreateHaninge();
  std::mt19937 random(7);
  for (int step = 0; step < 200; ++step) {
    ASSERT_TRUE(engine_->SubmitAndWait(kName, ChangeAtRandom(random, step)).ok());
    if (step % 40 != 39) continue;
    const auto content = ContentOf(*engine_);
    const journal::Head head = engine_->StatusOf(kName)->head;
    for (const size_t applied : {size_t{0}, size_t{1}, size_t{17}, size_t{100000}}) {
      for (const int64_t snapshots : {1, 1000000}) {
        engine_.reset();
        EngineOptions options = ByHand();
        options.applied_at_start = applied;
        options.snapshot_every = snapshots;
        engine_ = std::make_unique<Engine>(store_, clock_, options);
        ASSERT_TRUE(engine_->Start().ok());
        EXPECT_EQ(ContentOf(*engine_), content) << applied << " applied after step " << step;
        EXPECT_EQ(engine_->StatusOf(kName)->head, head);
      }
    }
  }
}

// The picture of a node once it has what the other wrote.
std::map<std::string, std::string> ContentAt(Engine& engine, domain::Revision revision) {
  testing::Notification reached;
  engine.WhenReached(kName, revision, absl::InfiniteFuture(),
                     [&](const absl::Status&) { reached.Notify(); });
  reached.WaitForNotification();
  return ContentOf(engine);
}

TEST_F(EngineTest, TwoNodesHaveTheSameSituationWhoeverWroteIt) {
  CreateHaninge();
  Engine second(store_, clock_, ByHand());
  ASSERT_TRUE(second.Start().ok());
  std::mt19937 random(11);
  for (int step = 0; step < 100; ++step) {
    Engine& writer = step % 3 == 0 ? second : *engine_;
    const auto answer = writer.SubmitAndWait(kName, ChangeAtRandom(random, step));
    ASSERT_TRUE(answer.ok()) << answer.status();
    ASSERT_EQ(ContentAt(*engine_, answer->revision), ContentAt(second, answer->revision));
  }
}

}  // namespace
}  // namespace samsyn::engine
