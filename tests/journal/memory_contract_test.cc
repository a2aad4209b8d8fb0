// The journal in memory keeps the contract: alone, and as two nodes on one log with a commit mark.
#include <gtest/gtest.h>

#include "server/journal/memory_journal.h"
#include "tests/journal/journal_contract.h"
#include "tests/testing/entries.h"
#include "tests/testing/faulty_journal.h"

namespace samsyn::journal {
namespace {

class MemorySetting : public Setting {
 public:
  JournalStore& store() override { return store_; }
  bool shared() const override { return false; }
  void Restart() override {}  // the logs live as long as their store

 private:
  MemoryJournalStore store_;
};

class SharedMemorySetting : public Setting {
 public:
  JournalStore& store() override { return faulty_; }
  JournalStore& reading_store() override { return reading_; }
  bool shared() const override { return true; }
  void Restart() override {}
  void HoldMark() override { faulty_.FaultsOf("0136")->HoldMark(); }
  bool WaitBehindMark() override { return faulty_.FaultsOf("0136")->WaitForAppendsBehindMark(1); }
  void ReleaseMark() override { faulty_.FaultsOf("0136")->ReleaseMark(); }

 private:
  MemoryJournalStore store_;
  testing::FaultyJournalStore faulty_{store_};
  MemoryJournalStore other_{store_, "node-2"};
  testing::FaultyJournalStore reading_{other_, faulty_};
};

const Adapter kMemory = {"Memory", [] { return std::make_unique<MemorySetting>(); }};
const Adapter kSharedMemory = {"SharedMemory",
                               [] { return std::make_unique<SharedMemorySetting>(); }};

INSTANTIATE_TEST_SUITE_P(Memory, JournalContract, ::testing::Values(kMemory, kSharedMemory),
                         AdapterName);
INSTANTIATE_TEST_SUITE_P(Memory, SharedJournalContract, ::testing::Values(kSharedMemory),
                         AdapterName);

TEST(MemoryJournal, AReaderBehindTheTrimIsOutOfRange) {
  auto log = std::make_shared<SharedLog>();
  MemoryJournal journal(log);
  const auto head = journal.Append({}, testing::MakeEntries({}, 5));
  ASSERT_TRUE(head.ok());
  log->Trim(3);
  EXPECT_TRUE(absl::IsOutOfRange(journal.Read(2, 10).status()));
  EXPECT_EQ(journal.Read(3, 10)->size(), 2u);
  EXPECT_EQ(*journal.CommittedHead(), *head);
  log->Trim(99);
  EXPECT_EQ(*journal.CommittedHead(), *head);
  EXPECT_TRUE(journal.Append(*head, testing::MakeEntries(*head, 1)).ok());
}

TEST(MemoryJournal, AForkIsFound) {
  auto log = std::make_shared<SharedLog>();
  MemoryJournal journal(log);
  const auto base = journal.Append({}, testing::MakeEntries({}, 2));
  const auto head = journal.Append(*base, testing::MakeEntries(*base, 1));
  ASSERT_TRUE(head.ok());
  ASSERT_TRUE(log->ReplaceAfter(2, testing::MakeEntries(*base, 1, "another")).ok());
  EXPECT_TRUE(absl::IsAborted(journal.Append(*head, {}).status()));
  EXPECT_TRUE(absl::IsDataLoss(journal.Read(3, 10).status()));
  MemoryJournal fresh(log);
  EXPECT_EQ(fresh.Read(0, 10)->size(), 3u);
}

TEST(MemoryJournal, ALostTailIsFound) {
  auto log = std::make_shared<SharedLog>();
  MemoryJournal journal(log);
  ASSERT_TRUE(journal.Append({}, testing::MakeEntries({}, 3)).ok());
  ASSERT_TRUE(log->ReplaceAfter(1, {}).ok());
  EXPECT_TRUE(absl::IsDataLoss(journal.Read(3, 10).status()));
}

TEST(MemoryJournal, AForkIsServedFromTheKeptSideAndStopsWritesUntilTheyAreResumed) {
  MemoryJournalStore store;
  MemoryJournalStore other(store, "node-2");
  ASSERT_TRUE(store.Create("0136").ok());
  const auto journal = *store.Open("0136");
  const auto elsewhere = *other.Open("0136");
  const Head base = *journal->Append({}, testing::MakeEntries({}, 2));
  const std::vector<Entry> lost = testing::MakeEntries(base, 2, "lost");
  const Head lost_end = *journal->Append(base, lost);
  ASSERT_TRUE(
      store.Log("0136")->ForkAfter(2, testing::MakeEntries(base, 1, "kept"), "node-1").ok());
  const Head kept = *journal->CommittedHead();
  EXPECT_EQ(kept.revision, 3);
  EXPECT_EQ(journal->Read(2, 10)->size(), 1u);
  EXPECT_TRUE(absl::IsDataLoss(journal->Append(kept, {}).status()));
  for (Journal* const one : {journal.get(), elsewhere.get()}) {
    const std::optional<Fork> fork = one->Stands().fork;
    ASSERT_TRUE(fork.has_value());
    EXPECT_EQ(fork->node, "node-1");
    EXPECT_EQ(fork->common, 2);
    EXPECT_EQ(fork->kept, kept);
    EXPECT_EQ(fork->lost, lost_end);
  }
  const auto side = journal->ReadLostSide();
  ASSERT_TRUE(side.ok()) << side.status();
  ASSERT_EQ(side->entries.size(), 2u);
  EXPECT_EQ(testing::BytesOf(side->entries[1]), testing::BytesOf(lost[1]));
  EXPECT_TRUE(absl::IsNotFound(elsewhere->ReadLostSide().status()));
  EXPECT_TRUE(*elsewhere->ResumeWrites());
  EXPECT_FALSE(*journal->ResumeWrites());
  EXPECT_FALSE(journal->Stands().fork.has_value());
  EXPECT_TRUE(journal->ReadLostSide().ok()) << "it stays";
  EXPECT_TRUE(journal->Append(kept, testing::MakeEntries(kept, 1)).ok());
}

TEST(MemoryJournal, ANodeThatIsCutOffReadsWhatItHadAndTakesNothing) {
  MemoryJournalStore store;
  MemoryJournalStore other(store, "node-2");
  ASSERT_TRUE(store.Create("0136").ok());
  const auto journal = *store.Open("0136");
  const auto elsewhere = *other.Open("0136");
  const Head base = *journal->Append({}, testing::MakeEntries({}, 2));
  const absl::Time since = absl::FromUnixSeconds(1795795200);
  other.CutOff(since);
  const Head next = *journal->Append(base, testing::MakeEntries(base, 1));
  EXPECT_EQ(elsewhere->Read(0, 10)->size(), 2u);
  EXPECT_EQ(*elsewhere->CommittedHead(), base);
  EXPECT_EQ(elsewhere->Stands().cut_off_since, since);
  EXPECT_EQ(elsewhere->Stands().committed, 2);
  EXPECT_TRUE(absl::IsUnavailable(elsewhere->Append(base, {}).status()));
  EXPECT_FALSE(journal->Stands().cut_off_since.has_value());
  other.CutOff(std::nullopt);
  EXPECT_EQ(*elsewhere->CommittedHead(), next);
  EXPECT_TRUE(elsewhere->Append(next, {}).ok());
}

}  // namespace
}  // namespace samsyn::journal
