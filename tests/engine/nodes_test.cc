// Engines as nodes on one journal: municipalities that another made, out of touch, behind, forked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "server/base/log.h"
#include "server/engine/codec.h"
#include "server/engine/standing_watch.h"
#include "server/journal/memory_journal.h"
#include "tests/engine/commands.h"
#include "tests/testing/eventually.h"
#include "tests/testing/faulty_journal.h"

namespace samsyn::engine {
namespace {

using testing::Eventually;

constexpr char kCode[] = "0136";

class NodesTest : public ::testing::Test {
 protected:
  NodesTest() {
    first_ = Started(store_);
    second_ = Started(second_faulty_);
  }
  std::unique_ptr<Engine> Started(journal::JournalStore& store) {
    auto engine = std::make_unique<Engine>(store, clock_, ByHand());
    EXPECT_TRUE(engine->Start().ok());
    return engine;
  }
  void CreateHaninge() {
    ASSERT_TRUE(first_->CreateMunicipality(kCode, "Haninge", "Stockholms län").ok());
    ASSERT_TRUE(Eventually([&] { return Has(*second_, 1); }));
  }
  static bool Has(Engine& engine, domain::Revision revision) {
    const auto status = engine.StatusOf(kName);
    return status.ok() && status->head.revision >= revision;
  }
  absl::StatusOr<Answer> Make(Engine& engine, const std::string& id) {
    return engine.SubmitAndWait(kName, MakeProblem(id, id));
  }
  // The log loses what follows `after`, and another history is there.
  void Fork(domain::Revision after, const std::vector<journal::Entry>& kept) {
    ASSERT_TRUE(store_.Log(kCode)->ForkAfter(after, kept, "node-1").ok());
  }

  ManualClock clock_{absl::FromUnixSeconds(1795795200)};
  journal::MemoryJournalStore store_;
  journal::MemoryJournalStore second_store_{store_, "node-2"};
  testing::FaultyJournalStore second_faulty_{second_store_};
  std::unique_ptr<Engine> first_, second_;
};

TEST_F(NodesTest, WhatOneNodeMakesIsThereOnTheOther) {
  CreateHaninge();
  ASSERT_TRUE(Make(*second_, "a").ok());
  EXPECT_TRUE(Eventually([&] { return CountProblems(*first_) == 1; }));
}

TEST_F(NodesTest, OfTwoNodesThatMakeOneMunicipalityOneDoes) {
  absl::Status one, other;
  std::thread thread([&] { one = first_->CreateMunicipality(kCode, "Haninge", "Stockholm"); });
  other = second_->CreateMunicipality(kCode, "Haninge kommun", "Stockholm");
  thread.join();
  EXPECT_NE(one.ok(), other.ok()) << one << other;
  EXPECT_TRUE(absl::IsAlreadyExists(one.ok() ? other : one)) << one << other;
  EXPECT_TRUE(absl::IsAlreadyExists(first_->CreateMunicipality(kCode, "Haninge", "Stockholm")));
}

TEST_F(NodesTest, AnEmptyJournalThatANodeLeftBehindIsFinished) {
  ASSERT_TRUE(store_.Create(kCode).ok());
  ASSERT_TRUE(Eventually([&] { return second_->FeedOf(kName).ok(); }));
  EXPECT_TRUE(second_->CreateMunicipality(kCode, "Haninge", "Stockholm").ok());
  EXPECT_TRUE(Has(*second_, 1));
}

TEST_F(NodesTest, WhatCannotBeOpenedYetKeepsNothingElseFromStarting) {
  CreateHaninge();
  ASSERT_TRUE(store_.Create("0192").ok());
  second_.reset();
  second_faulty_.RefuseToOpen(kCode, absl::FailedPreconditionError("import an export first"));
  second_ = Started(second_faulty_);
  EXPECT_TRUE(second_->FeedOf("municipalities/0192").ok());
  EXPECT_TRUE(absl::IsNotFound(second_->FeedOf(kName).status()));
  second_faulty_.RefuseToOpen(kCode, absl::OkStatus());
  clock_.Advance(absl::Seconds(6));
  EXPECT_TRUE(Eventually([&] { return second_->FeedOf(kName).ok(); }));
}

TEST_F(NodesTest, AnotherErrorAtStartEndsIt) {
  CreateHaninge();
  second_.reset();
  second_faulty_.RefuseToOpen(kCode, absl::DataLossError("damaged"));
  Engine engine(second_faulty_, clock_, ByHand());
  EXPECT_TRUE(absl::IsDataLoss(engine.Start()));
}

TEST_F(NodesTest, ANodeOutOfTouchReadsAndTakesNothingAndComesBackByItself) {
  CreateHaninge();
  second_store_.CutOff(clock_.Now());
  EXPECT_TRUE(Eventually([&] { return !second_->StatusOf(kName)->writable; }))
      << "known before anybody has tried";
  EXPECT_EQ(second_->StandingOf(kName).cut_off_since, clock_.Now());
  EXPECT_EQ(domain::ReasonOf(Make(*second_, "a").status()), v1::ERROR_REASON_JOURNAL_UNAVAILABLE);
  ASSERT_TRUE(Make(*first_, "b").ok());
  EXPECT_EQ(CountProblems(*second_), 0u);
  second_store_.CutOff(std::nullopt);
  EXPECT_TRUE(Eventually([&] { return CountProblems(*second_) == 1; }));
  EXPECT_TRUE(Eventually([&] { return second_->StatusOf(kName)->writable; }));
}

TEST_F(NodesTest, HowFarANodeIsBehindIsTold) {
  CreateHaninge();
  const auto status = second_->StatusOf(kName);
  EXPECT_EQ(status->behind, 0);
  EXPECT_EQ(status->standing.committed, 1);
  EXPECT_EQ(Behind({std::nullopt, 7, std::nullopt}, 5), 2);
  EXPECT_EQ(Behind({std::nullopt, 0, std::nullopt}, 5), 0) << "shared with nobody";
}

TEST_F(NodesTest, AfterAForkBothNodesHaveTheKeptSideAndWritesStopUntilTheyAreResumed) {
  CreateHaninge();
  ASSERT_TRUE(Make(*first_, "kept").ok());
  journal::MemoryJournal reader(store_.Log(kCode));
  const auto kept = *reader.Read(1, 10);
  // As if it had not been: another takes its place.
  first_.reset();
  second_.reset();
  ASSERT_TRUE(store_.Log(kCode)->ReplaceAfter(1, {}).ok());
  first_ = Started(store_);
  second_ = Started(second_faulty_);
  ASSERT_TRUE(Make(*first_, "lost").ok());
  ASSERT_TRUE(Make(*first_, "lost too").ok());
  ASSERT_TRUE(Eventually([&] { return CountProblems(*second_) == 2; }));
  const journal::Head lost = first_->StatusOf(kName)->head;

  Fork(1, kept);
  for (Engine* const engine : {first_.get(), second_.get()}) {
    EXPECT_TRUE(Eventually([&] { return CountProblems(*engine) == 1; }));
    EXPECT_EQ(domain::ReasonOf(Make(*engine, "more").status()), v1::ERROR_REASON_JOURNAL_STOPPED);
    const auto status = engine->StatusOf(kName);
    EXPECT_FALSE(status->writable);
    ASSERT_TRUE(status->standing.fork.has_value());
    EXPECT_EQ(status->standing.fork->lost, lost);
    EXPECT_EQ(status->standing.fork->kept, status->head);
    EXPECT_TRUE(engine->Verify(kName).ok());
  }
  const auto side = first_->LostSideOf(kName);
  ASSERT_NE(side, nullptr);
  EXPECT_EQ(side->versions.size(), 2u);
  for (const auto& [name, version] : side->versions) {
    EXPECT_EQ(version.method, "CreateProblem");
    EXPECT_THAT(version.version->problem().statement(), ::testing::StartsWith("lost"));
  }
  EXPECT_EQ(second_->LostSideOf(kName), nullptr);

  const auto resumed = second_->ResumeWrites(kName);
  ASSERT_TRUE(resumed.ok()) << resumed.status();
  EXPECT_TRUE(*resumed);
  EXPECT_FALSE(*first_->ResumeWrites(kName));
  ASSERT_TRUE(Make(*first_, "lost").ok()) << "asked again, done again";
  ASSERT_TRUE(Eventually([&] { return CountProblems(*second_) == 2; }));
  EXPECT_NE(first_->LostSideOf(kName), nullptr);
  first_.reset();
  first_ = Started(store_);
  EXPECT_NE(first_->LostSideOf(kName), nullptr) << "a restart keeps it";
}

TEST_F(NodesTest, WhoFollowsIsGivenTheOtherHistoryWhole) {
  CreateHaninge();
  ASSERT_TRUE(Make(*first_, "lost").ok());
  v1::WatchRequest request;
  request.set_municipality(kName);
  const auto feed = *first_->FeedOf(kName);
  const auto follower = *feed->Follow({"system", ""}, request);
  while (*follower->Next() != nullptr) {
  }
  Fork(1, {});
  ASSERT_TRUE(Eventually([&] { return CountProblems(*first_) == 0; }));
  const auto frame = follower->Next();
  ASSERT_TRUE(frame.ok() && *frame != nullptr) << frame.status();
  v1::WatchResponse response;
  ASSERT_TRUE(response.ParseFromString(**frame));
  EXPECT_TRUE(response.reset());
  for (const v1::Entity& entity : response.upserted()) EXPECT_FALSE(entity.has_problem());
}

// What is written on standard error, where the log goes.
std::string LogOf(StandingWatch& watch, const journal::Standing& standing, journal::Revision head,
                  absl::Time now) {
  ::testing::internal::CaptureStderr();
  watch.Look(standing, head, now);
  return ::testing::internal::GetCapturedStderr();
}

TEST(StandingWatch, SaysOnceThatItIsBehindAndOnceThatItHasCaughtUp) {
  StandingWatch watch("0136");
  absl::Time now = absl::FromUnixSeconds(1795795200);
  const auto look = [&](journal::Revision committed, journal::Revision head) {
    return LogOf(watch, {std::nullopt, committed, std::nullopt}, head, now);
  };
  EXPECT_EQ(look(10, 10), "");
  EXPECT_EQ(look(900, 10), "") << "that happens";
  EXPECT_THAT(look(1011, 10), ::testing::HasSubstr("behind"));
  EXPECT_EQ(look(2000, 20), "");
  EXPECT_THAT(look(2000, 2000), ::testing::HasSubstr("caught up"));
  EXPECT_EQ(look(2000, 2000), "");
  EXPECT_EQ(look(2001, 2000), "");
  now += absl::Seconds(4);
  EXPECT_EQ(look(2002, 2000), "");
  now += absl::Seconds(2);
  EXPECT_THAT(look(2003, 2000), ::testing::HasSubstr("behind"));
  EXPECT_THAT(look(2003, 2003), ::testing::HasSubstr("caught up"));
}

TEST(StandingWatch, ABusyNodeThatKeepsUpIsNotBehind) {
  StandingWatch watch("0136");
  absl::Time now = absl::FromUnixSeconds(1795795200);
  for (journal::Revision head = 0; head < 100; ++head, now += absl::Seconds(1)) {
    EXPECT_EQ(LogOf(watch, {std::nullopt, head + 2, std::nullopt}, head, now), "");
  }
}

TEST(StandingWatch, SaysBothHeadsOfAForkAndWhenWritesGoOn) {
  StandingWatch watch("0136");
  const absl::Time now = absl::FromUnixSeconds(1795795200);
  journal::Standing standing;
  EXPECT_FALSE(watch.Look(standing, 0, now));
  standing.fork = journal::Fork{"node-7", 5, {8, Sha256Of("kept")}, {9, Sha256Of("lost")}};
  const std::string said = LogOf(watch, standing, 8, now);
  EXPECT_THAT(said, ::testing::HasSubstr("8 " + Hex(Sha256Of("kept"))));
  EXPECT_THAT(said, ::testing::HasSubstr("9 " + Hex(Sha256Of("lost"))));
  EXPECT_THAT(said, ::testing::HasSubstr("node-7"));
  EXPECT_EQ(LogOf(watch, standing, 8, now), "");
  EXPECT_THAT(LogOf(watch, {}, 8, now), ::testing::HasSubstr("resumed"));
}

}  // namespace
}  // namespace samsyn::engine
