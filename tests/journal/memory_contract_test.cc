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
  bool shared() const override { return true; }
  void Restart() override {}
  void HoldMark() override { faulty_.FaultsOf("0136")->HoldMark(); }
  bool WaitBehindMark() override { return faulty_.FaultsOf("0136")->WaitForAppendsBehindMark(1); }
  void ReleaseMark() override { faulty_.FaultsOf("0136")->ReleaseMark(); }

 private:
  MemoryJournalStore store_;
  testing::FaultyJournalStore faulty_{store_};
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

}  // namespace
}  // namespace samsyn::journal
