// What the engine does when its journal fails: conflicts, unknown outcomes, full disks, a mark that
// does not come, a fork. Nothing acknowledged is lost, nothing is done twice, nobody is told a
// guess.
#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "server/journal/memory_journal.h"
#include "tests/engine/commands.h"
#include "tests/testing/faulty_journal.h"
#include "tests/testing/notification.h"

namespace samsyn::engine {
namespace {

using testing::Fault;

class FailingJournalTest : public ::testing::Test {
 protected:
  FailingJournalTest() {
    MakeEngine();
    EXPECT_TRUE(engine_->CreateMunicipality("0136", "Haninge", "Stockholms län").ok());
  }
  void MakeEngine(const EngineOptions& options = ByHand()) {
    engine_ = std::make_unique<Engine>(store_, clock_, options);
    ASSERT_TRUE(engine_->Start().ok());
  }
  absl::StatusOr<Answer> Make(const std::string& id) {
    return engine_->SubmitAndWait(kName, MakeProblem(id, id));
  }

  ManualClock clock_{absl::FromUnixSeconds(1795795200)};
  journal::MemoryJournalStore memory_;
  testing::FaultyJournalStore store_{memory_};
  std::shared_ptr<testing::Faults> faults_ = store_.FaultsOf("0136");
  std::unique_ptr<Engine> engine_;
};

TEST_F(FailingJournalTest, AbortedMeansDecidedAgain) {
  faults_->Next(Fault::kAborted, 2);
  const auto answer = Make("a");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(CountProblems(*engine_), 1u);
}

TEST_F(FailingJournalTest, AnUnknownAppendThatHappenedIsAnsweredOnceAndNotDoneTwice) {
  faults_->Next(Fault::kUnknownAfter);
  const auto answer = Make("a");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(CountProblems(*engine_), 1u);
  EXPECT_TRUE(engine_->Verify(kName).ok());
}

TEST_F(FailingJournalTest, AnUnknownAppendThatDidNotHappenIsAppendedAgain) {
  faults_->Next(Fault::kUnknownBefore);
  const auto answer = Make("a");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(CountProblems(*engine_), 1u);
}

TEST_F(FailingJournalTest, WhatCannotBeSettledIsUnknownUntilTheJournalIsBack) {
  faults_->Next(Fault::kUnknownBefore);
  faults_->Always(Fault::kUnavailable);
  EXPECT_EQ(domain::ReasonOf(Make("a").status()), v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_EQ(domain::ReasonOf(Make("a").status()), v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_FALSE(engine_->StatusOf(kName)->writable);
  EXPECT_EQ(CountProblems(*engine_), 0u) << "reads go on";
  faults_->Always(Fault::kNone);
  EXPECT_TRUE(Make("a").ok());
  EXPECT_TRUE(engine_->StatusOf(kName)->writable);
  EXPECT_EQ(CountProblems(*engine_), 1u);
}

TEST_F(FailingJournalTest, NobodyIsToldThatNothingWasChangedWhileAnOutcomeIsUnknown) {
  faults_->HoldMark();  // it happens, and cannot be read yet
  faults_->Next(Fault::kUnknownAfter);
  for (const Fault fault : {Fault::kUnavailable, Fault::kFull, Fault::kAborted}) {
    faults_->Always(fault);
    EXPECT_EQ(domain::ReasonOf(Make("a").status()), v1::ERROR_REASON_OUTCOME_UNKNOWN);
  }
  faults_->Always(Fault::kNone);
  faults_->ReleaseMark();
  const auto answer = Make("a");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(answer->repeat);
  EXPECT_EQ(CountProblems(*engine_), 1u);
}

// As on a server whose replicas have not said yet that they have it.
TEST_F(FailingJournalTest, WhatIsAppendedAndNotKnownToBeKeptIsUnknownUntilItIs) {
  faults_->Next(Fault::kUnknownHeld);
  EXPECT_EQ(domain::ReasonOf(Make("a").status()), v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_EQ(domain::ReasonOf(Make("a").status()), v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_EQ(domain::ReasonOf(Make("b").status()), v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_EQ(domain::ReasonOf(engine_->SubmitAndWait(kName, TakeSeat("c")).status()),
            v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_EQ(CountProblems(*engine_), 0u);
  faults_->ReleaseMark();
  const auto first = Make("a");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(first->repeat);
  const auto second = Make("b");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_FALSE(second->repeat);
  EXPECT_EQ(CountProblems(*engine_), 2u);
  EXPECT_TRUE(engine_->Verify(kName).ok());
}

// Another gained: what was unknown here can never come to be, and is decided anew.
TEST_F(FailingJournalTest, AnOutcomeIsKnownOnceAnotherEntryStandsInItsPlace) {
  Engine other(memory_, clock_, ByHand());
  ASSERT_TRUE(other.Start().ok());
  faults_->Next(Fault::kUnknownBefore);
  faults_->Next(Fault::kUnavailable);  // so it cannot be settled
  EXPECT_EQ(domain::ReasonOf(Make("a").status()), v1::ERROR_REASON_OUTCOME_UNKNOWN);
  ASSERT_TRUE(other.SubmitAndWait(kName, MakeProblem("b", "b")).ok());
  faults_->Next(Fault::kFull);
  EXPECT_EQ(domain::ReasonOf(Make("a").status()), v1::ERROR_REASON_JOURNAL_UNAVAILABLE);
  EXPECT_FALSE(Make("a")->repeat);
  EXPECT_EQ(CountProblems(*engine_), 2u);
}

TEST_F(FailingJournalTest, AFullDiskRefusesWithoutAnyChangeAndGoesOnWhenThereIsRoom) {
  const auto before = engine_->StatusOf(kName)->head;
  faults_->Next(Fault::kFull);
  EXPECT_EQ(domain::ReasonOf(Make("a").status()), v1::ERROR_REASON_JOURNAL_UNAVAILABLE);
  EXPECT_EQ(engine_->StatusOf(kName)->head, before);
  EXPECT_TRUE(Make("a").ok());
}

TEST_F(FailingJournalTest, RefusalsToo_AreAnsweredOnlyWhenTheHeadIsConfirmed) {
  ASSERT_TRUE(engine_->SubmitAndWait(kName, TakeSeat("a")).ok());
  faults_->Next(Fault::kUnavailable);
  EXPECT_EQ(domain::ReasonOf(engine_->SubmitAndWait(kName, TakeSeat("b")).status()),
            v1::ERROR_REASON_JOURNAL_UNAVAILABLE);
  EXPECT_EQ(domain::ReasonOf(engine_->SubmitAndWait(kName, TakeSeat("b")).status()),
            v1::ERROR_REASON_WRONG_STATE);
}

TEST_F(FailingJournalTest, NothingIsAnsweredOrShownBeforeTheCommitMark) {
  faults_->HoldMark();
  testing::Notification answered;
  absl::StatusOr<Answer> answer;
  engine_->Submit(kName, MakeProblem("a", "a"), [&](absl::StatusOr<Answer> given) {
    answer = std::move(given);
    answered.Notify();
  });
  ASSERT_TRUE(faults_->WaitForAppendsBehindMark(1));
  EXPECT_FALSE(answered.HasBeenNotified());
  EXPECT_EQ(CountProblems(*engine_), 0u);
  faults_->ReleaseMark();
  answered.WaitForNotification();
  EXPECT_TRUE(answer.ok());
  EXPECT_EQ(CountProblems(*engine_), 1u);
}

// Of a large picture it takes seconds.
TEST_F(FailingJournalTest, WritesGoOnWhileASnapshotIsSaved) {
  EngineOptions options = ByHand();
  options.snapshot_every = 10;
  engine_.reset();
  MakeEngine(options);
  faults_->HoldSnapshots();
  std::vector<std::unique_ptr<testing::Notification>> answered;
  for (int i = 0; i < 15; ++i) {
    answered.push_back(std::make_unique<testing::Notification>());
    engine_->Submit(kName, MakeProblem(absl::StrCat(i), "x"),
                    [told = answered.back().get()](const absl::StatusOr<Answer>& answer) {
                      EXPECT_TRUE(answer.ok());
                      told->Notify();
                    });
    EXPECT_TRUE(answered.back()->WaitForNotificationWithTimeout(absl::Seconds(10))) << i;
  }
  EXPECT_TRUE(faults_->WaitForSnapshot());
  EXPECT_EQ(CountProblems(*engine_), 15u);
  faults_->ReleaseSnapshots();
  engine_.reset();
  EXPECT_TRUE((*store_.Open("0136"))->LoadSnapshot()->has_value());
}

TEST_F(FailingJournalTest, AForkStopsTheMunicipalityWithAClearReason) {
  ASSERT_TRUE(Make("a").ok());
  faults_->Next(Fault::kFork);
  EXPECT_EQ(domain::ReasonOf(Make("b").status()), v1::ERROR_REASON_JOURNAL_STOPPED);
  EXPECT_EQ(domain::ReasonOf(Make("c").status()), v1::ERROR_REASON_JOURNAL_STOPPED);
  EXPECT_EQ(CountProblems(*engine_), 1u) << "reads go on";
}

}  // namespace
}  // namespace samsyn::engine
