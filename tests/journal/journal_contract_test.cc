// The contract that every journal adapter keeps.
#include "tests/journal/journal_contract.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "server/journal/tools.h"
#include "tests/testing/entries.h"
#include "tests/testing/faulty_journal.h"

namespace samsyn::journal {
namespace {

using testing::BytesOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::MakeChange;
using testing::MakeEntries;
using testing::MakeEntry;
using ::testing::SizeIs;

constexpr char kCode[] = "0136";

Head EndOf(Journal& journal) {
  const absl::StatusOr<Head> head = journal.CommittedHead();
  EXPECT_TRUE(head.ok()) << head.status();
  return head.value_or(Head{-1, {}});
}

std::vector<Entry> ReadFrom(Journal& journal, Revision after, size_t max = 1'000'000) {
  absl::StatusOr<std::vector<Entry>> entries = journal.Read(after, max);
  EXPECT_TRUE(entries.ok()) << entries.status();
  return entries.ok() ? *std::move(entries) : std::vector<Entry>();
}

// Appends one entry by reading and trying until it gains, as an engine does.
void AppendSomehow(Journal& journal, const std::string& name) {
  while (true) {
    const Head base = EndOf(journal);
    const std::vector<Entry> entries = {MakeEntry(base, {MakeChange(name, "x")})};
    const absl::StatusOr<Head> head = journal.Append(base, entries);
    if (head.ok()) return;
    ASSERT_TRUE(absl::IsAborted(head.status())) << head.status();
  }
}

}  // namespace

JournalContract::JournalContract() : setting_(GetParam().make()) {
  EXPECT_TRUE(setting_->store().Create(kCode).ok());
  Open();
}

void JournalContract::Open() {
  absl::StatusOr<std::unique_ptr<Journal>> journal = setting_->store().Open(kCode);
  ASSERT_TRUE(journal.ok()) << journal.status();
  writer_ = *std::move(journal);
  if (!setting_->shared()) return;
  journal = setting_->reading_store().Open(kCode);
  ASSERT_TRUE(journal.ok()) << journal.status();
  reader_ = *std::move(journal);
}

void JournalContract::Close() {
  writer_.reset();
  reader_.reset();
}

Head JournalContract::AppendMany(int count, size_t content_bytes) {
  const Head base = EndOf(writer());
  const absl::StatusOr<Head> head =
      writer().Append(base, MakeEntries(base, count, "reports", content_bytes));
  EXPECT_TRUE(head.ok()) << head.status();
  return head.value_or(Head{});
}

namespace {

TEST_P(JournalContract, ANewJournalIsEmpty) {
  EXPECT_EQ(EndOf(reader()), Head{});
  EXPECT_THAT(ReadFrom(reader(), 0), IsEmpty());
  const auto snapshot = reader().LoadSnapshot();
  ASSERT_TRUE(snapshot.ok());
  EXPECT_FALSE(snapshot->has_value());
}

TEST_P(JournalContract, AStoreKnowsItsJournals) {
  JournalStore& store = setting_->store();
  EXPECT_TRUE(absl::IsAlreadyExists(store.Create(kCode)));
  EXPECT_TRUE(absl::IsNotFound(store.Open("0192").status()));
  ASSERT_TRUE(store.Create("0115").ok());
  const auto codes = setting_->reading_store().Codes();
  ASSERT_TRUE(codes.ok());
  EXPECT_THAT(*codes, ElementsAre("0115", "0136"));
}

TEST_P(JournalContract, JournalsOfTwoMunicipalitiesShareNothing) {
  AppendMany(3);
  ASSERT_TRUE(setting_->store().Create("0192").ok());
  const auto other = setting_->store().Open("0192");
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(EndOf(**other), Head{});
}

TEST_P(JournalContract, WhatIsAppendedIsReadByteForByte) {
  std::vector<v1::StoredChange> changes = {
      MakeChange("municipalities/0136/reports/å ä ö", std::string("\0\xff\x00z", 4)),
      MakeChange("municipalities/0136/reports/gone", "", /*tombstone=*/true), MakeChange("", "")};
  changes[0].set_kind(0xffffffff);
  std::vector<Entry> entries = {MakeEntry({}, changes)};
  entries.push_back(MakeEntry({1, entries[0].digest}, {}));
  const absl::StatusOr<Head> head = writer().Append({}, entries);
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(*head, (Head{2, entries[1].digest}));
  EXPECT_EQ(EndOf(reader()), *head);
  const std::vector<Entry> read = ReadFrom(reader(), 0);
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(BytesOf(read[0]), BytesOf(entries[0]));
  EXPECT_EQ(BytesOf(read[1]), BytesOf(entries[1]));
}

TEST_P(JournalContract, ReadGoesOnWhereItWas) {
  const Head head = AppendMany(10);
  EXPECT_THAT(ReadFrom(reader(), 0, 4), SizeIs(4));
  EXPECT_THAT(ReadFrom(reader(), 4, 4), SizeIs(4));
  const std::vector<Entry> rest = ReadFrom(reader(), 8, 4);
  ASSERT_THAT(rest, SizeIs(2));
  EXPECT_EQ(rest.back().digest, head.digest);
  EXPECT_THAT(ReadFrom(reader(), 10), IsEmpty());
  EXPECT_THAT(ReadFrom(reader(), 99), IsEmpty());
  EXPECT_THAT(ReadFrom(reader(), 0, 0), IsEmpty());
}

TEST_P(JournalContract, ALargeBatchIsOneChain) {
  const Head head = AppendMany(300, 32 << 10);
  const absl::StatusOr<Head> verified = ReadAll(reader(), nullptr);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(*verified, head);
  EXPECT_EQ(head.revision, 300);
}

TEST_P(JournalContract, AnEmptyAppendConfirmsTheHead) {
  EXPECT_EQ(*writer().Append({}, {}), Head{});
  const Head head = AppendMany(2);
  EXPECT_EQ(*writer().Append(head, {}), head);
  EXPECT_TRUE(absl::IsAborted(writer().Append({}, {}).status()));
  EXPECT_TRUE(absl::IsAborted(writer().Append({2, Digest{}}, {}).status()));
}

TEST_P(JournalContract, AnAppendBesideTheEndIsAborted) {
  const Head head = AppendMany(3);
  EXPECT_TRUE(absl::IsAborted(writer().Append({}, MakeEntries({}, 1)).status()));
  const Head ahead = {head.revision + 1, head.digest};
  EXPECT_TRUE(absl::IsAborted(writer().Append(ahead, MakeEntries(ahead, 1)).status()));
  const Head fork = {head.revision, Sha256Of("another history")};
  EXPECT_TRUE(absl::IsAborted(writer().Append(fork, MakeEntries(fork, 1)).status()));
  EXPECT_EQ(EndOf(reader()), head);
}

TEST_P(JournalContract, AGapARepeatAndAWrongDigestAreRefusedWhole) {
  const Head head = AppendMany(1);
  std::vector<Entry> gap = MakeEntries(head, 3);
  gap.erase(gap.begin() + 1);
  std::vector<Entry> repeat = MakeEntries(head, 2);
  repeat.push_back(repeat.back());
  std::vector<Entry> wrong = MakeEntries(head, 3);
  wrong[1].digest[0] ^= 1;
  std::vector<Entry> changed = MakeEntries(head, 3);
  changed[2].changes[0].set_content("another");
  std::vector<Entry> unreadable = MakeEntries(head, 1);
  unreadable[0].metadata = "\xff\xff";
  for (const auto& entries : {gap, repeat, wrong, changed, unreadable}) {
    EXPECT_TRUE(absl::IsInvalidArgument(writer().Append(head, entries).status()));
  }
  EXPECT_EQ(EndOf(reader()), head);
  EXPECT_THAT(ReadFrom(reader(), 0), SizeIs(1));
}

TEST_P(JournalContract, OfTwoAppendersOneGains) {
  const Head head = AppendMany(1);
  std::atomic<int> gained = 0;
  std::atomic<int> aborted = 0;
  std::vector<std::thread> threads;
  for (Journal* const journal : {&writer(), &reader()}) {
    threads.emplace_back([&, journal] {
      const auto result = journal->Append(head, MakeEntries(head, 1));
      ++(result.ok() ? gained : aborted);
      EXPECT_TRUE(result.ok() || absl::IsAborted(result.status())) << result.status();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(gained, 1);
  EXPECT_EQ(aborted, 1);
  EXPECT_EQ(EndOf(reader()).revision, 2);
}

TEST_P(JournalContract, ManyAppendersMakeOneChain) {
  constexpr int kThreads = 4;
  constexpr int kEach = 12;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      for (int j = 0; j < kEach; ++j) {
        AppendSomehow(i % 2 == 0 ? writer() : reader(), absl::StrCat(i, "/", j));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::map<std::string, int> seen;
  const auto head = ReadAll(reader(), [&seen](const Entry& entry) {
    ++seen[entry.changes.front().name()];
    return absl::OkStatus();
  });
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->revision, kThreads * kEach);
  EXPECT_THAT(seen, SizeIs(kThreads * kEach));
}

TEST_P(JournalContract, AReaderBesideAnAppenderSeesWholeBatches) {
  constexpr int kBatch = 5;
  constexpr int kBatches = 20;
  std::thread appender([this] {
    for (int i = 0; i < kBatches; ++i) AppendMany(kBatch);
  });
  Head head;
  while (head.revision < kBatch * kBatches) {
    const Head end = EndOf(reader());
    EXPECT_EQ(end.revision % kBatch, 0);
    const auto next = HeadAfter(head, ReadFrom(reader(), head.revision));
    ASSERT_TRUE(next.ok()) << next.status();
    EXPECT_GE(next->revision, end.revision);
    head = *next;
  }
  appender.join();
}

TEST_P(JournalContract, ADestroyedChangeStillVerifies) {
  const std::vector<Entry> original = {
      MakeEntry({}, {MakeChange("a", "who said what"), MakeChange("b", "stays")})};
  Entry destroyed = original[0];
  testing::Destroy(destroyed.changes[0]);
  EXPECT_EQ(ChainDigest({}, destroyed), original[0].digest);
  const auto head = writer().Append({}, {destroyed});
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->digest, original[0].digest);
  AppendMany(1);
  const std::vector<Entry> read = ReadFrom(reader(), 0);
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(BytesOf(read[0]), BytesOf(destroyed));
  EXPECT_TRUE(ReadAll(reader(), nullptr).ok());
}

TEST_P(JournalContract, UnknownIsSettledByReading) {
  const Head head = AppendMany(1);
  auto faults = std::make_shared<testing::Faults>();
  Close();
  auto inner = setting_->store().Open(kCode);
  ASSERT_TRUE(inner.ok());
  testing::FaultyJournal journal(*std::move(inner), faults);
  const std::vector<Entry> entries = MakeEntries(head, 2);

  faults->Next(testing::Fault::kUnknownBefore);
  EXPECT_TRUE(absl::IsUnknown(journal.Append(head, entries).status()));
  EXPECT_THAT(ReadFrom(journal, 1), IsEmpty());

  faults->Next(testing::Fault::kUnknownAfter);
  EXPECT_TRUE(absl::IsUnknown(journal.Append(head, entries).status()));
  const std::vector<Entry> read = ReadFrom(journal, 1);
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(BytesOf(read[1]), BytesOf(entries[1]));
  EXPECT_TRUE(absl::IsAborted(journal.Append(head, entries).status()));
}

TEST_P(JournalContract, ASnapshotIsKeptInPlaceOfTheOneBefore) {
  const Head first = AppendMany(3);
  ASSERT_TRUE(writer().SaveSnapshot({first, {"one", "two", std::string(1 << 20, 'x')}}).ok());
  const Head second = AppendMany(3);
  ASSERT_TRUE(writer().SaveSnapshot({second, {std::string("\0three", 6)}}).ok());
  const auto loaded = reader().LoadSnapshot();
  ASSERT_TRUE(loaded.ok() && loaded->has_value()) << loaded.status();
  EXPECT_EQ((*loaded)->head, second);
  EXPECT_THAT((*loaded)->chunks, ElementsAre(std::string("\0three", 6)));
  ASSERT_TRUE(writer().SaveSnapshot({first, {}}).ok());
  EXPECT_THAT((*reader().LoadSnapshot())->chunks, IsEmpty());
}

TEST_P(JournalContract, ASnapshotOfAnotherHistoryIsRefused) {
  const Head head = AppendMany(3);
  EXPECT_TRUE(
      absl::IsFailedPrecondition(writer().SaveSnapshot({{head.revision + 1, head.digest}, {"x"}})));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(writer().SaveSnapshot({{head.revision, Digest{}}, {"x"}})));
  EXPECT_FALSE(reader().LoadSnapshot()->has_value());
}

TEST_P(JournalContract, ARestartKeepsAll) {
  const Head head = AppendMany(20);
  ASSERT_TRUE(writer().SaveSnapshot({head, {"piece"}}).ok());
  const Head end = AppendMany(2);
  const std::string last = BytesOf(ReadFrom(reader(), 21).back());
  Close();
  setting_->Restart();
  Open();
  EXPECT_EQ(EndOf(reader()), end);
  EXPECT_EQ(*ReadAll(reader(), nullptr), end);
  EXPECT_EQ(BytesOf(ReadFrom(reader(), 21).back()), last);
  EXPECT_EQ((*reader().LoadSnapshot())->head, head);
  EXPECT_EQ(AppendMany(1).revision, 23);
}

TEST_P(SharedJournalContract, WhatOneAppendsTheOtherReads) {
  const Head head = AppendMany(3);
  EXPECT_EQ(EndOf(*reader_), head);
  const auto next = reader_->Append(head, MakeEntries(head, 1));
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(EndOf(*writer_), *next);
}

TEST_P(SharedJournalContract, WhoWasOvertakenReadsAndGoesOn) {
  const Head mine = AppendMany(1);
  const auto theirs = reader_->Append(mine, MakeEntries(mine, 2, "theirs"));
  ASSERT_TRUE(theirs.ok());
  EXPECT_TRUE(absl::IsAborted(writer_->Append(mine, MakeEntries(mine, 1)).status()));
  EXPECT_TRUE(absl::IsAborted(writer_->Append(mine, {}).status()));
  const auto caught_up = HeadAfter(mine, ReadFrom(*writer_, mine.revision));
  ASSERT_TRUE(caught_up.ok());
  EXPECT_EQ(*caught_up, *theirs);
  EXPECT_TRUE(writer_->Append(*caught_up, MakeEntries(*caught_up, 1)).ok());
}

// Counts wake-ups and waits for them.
class Bell {
 public:
  std::function<void()> Wake() {
    return [this] {
      {
        MutexLock lock(mutex_);
        ++rung_;
      }
      changed_.SignalAll();
    };
  }
  bool WaitFor(int rung) {
    const absl::Time deadline = absl::Now() + absl::Seconds(10);
    MutexLock lock(mutex_);
    while (rung_ < rung && absl::Now() < deadline) {
      changed_.WaitFor(mutex_, absl::Milliseconds(50));
    }
    return rung_ >= rung;
  }
  int rung() {
    MutexLock lock(mutex_);
    return rung_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int rung_ ABSL_GUARDED_BY(mutex_) = 0;
};

TEST_P(SharedJournalContract, TheOthersAreWoken) {
  Bell bell;
  reader_->SetWake(bell.Wake());
  AppendMany(1);
  EXPECT_TRUE(bell.WaitFor(1));
  EXPECT_THAT(ReadFrom(*reader_, 0), SizeIs(1));
  reader_->SetWake(nullptr);
  const int before = bell.rung();
  AppendMany(1);
  EXPECT_EQ(bell.rung(), before);
}

TEST_P(SharedJournalContract, AJournalThatAnotherNodeMadeIsToldOf) {
  Bell bell;
  JournalStore& listening = setting_->reading_store();
  listening.SetMade(bell.Wake());
  ASSERT_TRUE(setting_->store().Create("0192").ok());
  EXPECT_TRUE(bell.WaitFor(1));
  EXPECT_THAT(*listening.Codes(), ElementsAre("0136", "0192"));
  EXPECT_TRUE(listening.Open("0192").ok());
  EXPECT_TRUE(absl::IsAlreadyExists(listening.Create("0192")));
  listening.SetMade(nullptr);
  const int before = bell.rung();
  ASSERT_TRUE(setting_->store().Create("0115").ok());
  EXPECT_EQ(bell.rung(), before);
}

TEST_P(SharedJournalContract, HowAJournalStandsIsKnownOnBothNodes) {
  const Head head = AppendMany(3);
  EXPECT_THAT(ReadFrom(*reader_, 0), SizeIs(3));
  for (Journal* const journal : {writer_.get(), reader_.get()}) {
    const Standing standing = journal->Stands();
    EXPECT_EQ(standing.committed, head.revision);
    EXPECT_FALSE(standing.cut_off_since.has_value());
    EXPECT_FALSE(standing.fork.has_value());
    EXPECT_TRUE(absl::IsNotFound(journal->ReadLostSide().status()));
    const auto resumed = journal->ResumeWrites();
    ASSERT_TRUE(resumed.ok()) << resumed.status();
    EXPECT_FALSE(*resumed);
  }
}

TEST_P(SharedJournalContract, ReadersStopAtTheCommitMark) {
  const Head before = AppendMany(2);
  Bell bell;
  setting_->HoldMark();
  std::atomic<bool> answered = false;
  std::thread appender([&] {
    AppendMany(3);
    answered = true;
  });
  EXPECT_TRUE(setting_->WaitBehindMark());
  EXPECT_FALSE(answered);
  for (Journal* const journal : {writer_.get(), reader_.get()}) {
    EXPECT_EQ(EndOf(*journal), before);
    EXPECT_THAT(ReadFrom(*journal, 0), SizeIs(2));
    EXPECT_THAT(ReadFrom(*journal, 2), IsEmpty());
  }
  // What is not committed is in the way all the same.
  EXPECT_TRUE(absl::IsAborted(reader_->Append(before, MakeEntries(before, 1)).status()));
  reader_->SetWake(bell.Wake());
  setting_->ReleaseMark();
  appender.join();
  EXPECT_TRUE(bell.WaitFor(1));
  EXPECT_EQ(EndOf(*reader_).revision, 5);
  EXPECT_THAT(ReadFrom(*reader_, 2), SizeIs(3));
  reader_->SetWake(nullptr);
}

}  // namespace
}  // namespace samsyn::journal
