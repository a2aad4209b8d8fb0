// What the journal on Redis does beyond the contract: its settings, its functions, a full server, a
// clock that is off, replicas that are slow, starting without it, trimming.
#include "server/journal/redis/journal.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "server/journal/redis/functions.h"
#include "server/journal/tools.h"
#include "tests/journal/redis/setting.h"
#include "tests/testing/entries.h"
#include "tests/testing/eventually.h"
#include "tests/testing/tcp_proxy.h"

namespace samsyn::journal {
namespace {

using testing::Eventually;
using ::testing::HasSubstr;
using testing::MakeChange;
using testing::MakeEntries;
using testing::MakeEntry;
using testing::RedisProcess;

constexpr char kCode[] = "0136";

RedisStoreOptions Quick(RedisStoreOptions options) {
  options.journal.settle = absl::Milliseconds(300);
  options.journal.look_after = absl::Milliseconds(200);
  options.journal.trim_every = absl::Milliseconds(100);
  return options;
}

std::unique_ptr<Journal> OpenAt(RedisNode& node, bool create = false) {
  if (create) {
    const absl::Status made = node.store().Create(kCode);
    EXPECT_TRUE(made.ok()) << made;
  }
  auto journal = node.store().Open(kCode);
  EXPECT_TRUE(journal.ok()) << journal.status();
  return journal.ok() ? *std::move(journal) : nullptr;
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

// Appends until it is there, as an engine does; the head then. Where it is not known whether it was
// appended, it is looked for before it is tried again.
Head AppendSomehow(Journal& journal, const std::string& name) {
  Head head;
  bool doubted = false;
  EXPECT_TRUE(Eventually([&] {
    const auto base = journal.CommittedHead();
    if (!base.ok()) return false;
    // An empty append is refused as long as that is not settled.
    if (doubted && !journal.Append(*base, {}).ok()) return false;
    if (std::exchange(doubted, false) && Count(journal, name) > 0) return true;
    const auto appended = journal.Append(*base, {MakeEntry(*base, {MakeChange(name, "x")})});
    if (appended.ok()) head = *appended;
    doubted = absl::IsUnknown(appended.status());
    return appended.ok();
  })) << name;
  return head;
}

class RedisJournalTest : public ::testing::Test {
 protected:
  RedisJournalTest() { EXPECT_TRUE(redis_.Start()); }
  RedisStoreOptions Options() { return Quick(StoreOptions(AddressOf(redis_.AtSocket()))); }
  RedisProcess redis_;
};

TEST_F(RedisJournalTest, FunctionsThatSomebodyRemovedAreLoadedAgain) {
  RedisNode node(Options());
  const auto journal = OpenAt(node, /*create=*/true);
  const Head head = AppendSomehow(*journal, "before");
  redis_.Command({"FUNCTION", "FLUSH", "SYNC"});
  AppendSomehow(*journal, "after");
  EXPECT_EQ(journal->Read(head.revision, 10)->size(), 1u);
}

TEST_F(RedisJournalTest, OurLibraryInAnotherVersionIsRefused) {
  redis_.Command({"FUNCTION", "LOAD",
                  "#!lua name=samsyn_1\nredis.register_function('other', function() end)"});
  const ScratchDirectory directory;
  const auto store = RedisJournalStore::Open(directory.path(), Clock::System(), Options());
  ASSERT_TRUE(absl::IsFailedPrecondition(store.status())) << store.status();
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("FUNCTION DELETE samsyn_1"));
}

TEST_F(RedisJournalTest, AFullServerTakesNothingAndGoesOnWhenThereIsRoom) {
  RedisNode node(Options());
  const auto journal = OpenAt(node, /*create=*/true);
  const Head head = AppendSomehow(*journal, "before");
  redis_.Command({"CONFIG", "SET", "maxmemory", "1"});
  const auto full = journal->Append(head, MakeEntries(head, 1));
  EXPECT_TRUE(absl::IsResourceExhausted(full.status())) << full.status();
  EXPECT_EQ(journal->Read(0, 10)->size(), 1u);
  EXPECT_FALSE(journal->Stands().cut_off_since.has_value());
  redis_.Command({"CONFIG", "SET", "maxmemory", "0"});
  const auto after = journal->Append(head, MakeEntries(head, 1));
  EXPECT_TRUE(after.ok()) << after.status();
}

TEST_F(RedisJournalTest, ANodeWhoseClockIsOffReadsAndDoesNotWrite) {
  ManualClock clock(absl::Now());
  RedisNode other(Options());
  RedisNode node(Options(), clock);
  const auto theirs = OpenAt(other, /*create=*/true);
  const auto journal = OpenAt(node);
  clock.Set(absl::Now() + absl::Seconds(5));
  absl::StatusOr<Head> head = Head{};
  EXPECT_TRUE(Eventually([&] {
    const auto base = journal->CommittedHead();
    clock.Set(absl::Now() + absl::Seconds(5));
    head = journal->Append(*base, MakeEntries(*base, 1));
    return !head.ok();
  }));
  EXPECT_TRUE(absl::IsUnavailable(head.status()));
  EXPECT_THAT(std::string(head.status().message()), HasSubstr("clock"));
  AppendSomehow(*theirs, "theirs");
  EXPECT_EQ(Count(*journal, "theirs"), 1);
  EXPECT_TRUE(Eventually([&] {
    clock.Set(absl::Now());
    const auto base = journal->CommittedHead();
    return journal->Append(*base, MakeEntries(*base, 1)).ok();
  }));
}

TEST_F(RedisJournalTest, EntriesThatNobodyMarkedAreMarkedByWhoSeesThem) {
  RedisNode node(Options());
  const auto journal = OpenAt(node, /*create=*/true);
  const Head head = AppendSomehow(*journal, "first");
  // As an appender does that ends before the mark.
  const Entry entry = MakeEntry(head, {MakeChange("unmarked", "x")});
  const std::string run_id = redis_.Command({"HGET", kServerKey, "opened"}).text;
  const std::string epoch = redis_.Command({"HGET", RedisKey(kCode, "state"), "epoch"}).text;
  const auto appended = redis_.Command(
      {"FCALL", "samsyn_1_append", "5", RedisKey(kCode, "state"), kServerKey,
       RedisKey(kCode, "journal"), RedisKey(kCode, "entries"), RedisKey(kCode, "committed"), run_id,
       epoch, "0", absl::StrCat(head.revision), std::string(AsBytes(head.digest)),
       std::string(AsBytes(entry.digest)), StoredOf(entry).SerializeAsString()});
  ASSERT_EQ(appended.list.at(0).text, "ok");
  EXPECT_TRUE(Eventually([&] { return journal->Read(head.revision, 10)->size() == 1; }));
  EXPECT_EQ(AppendSomehow(*journal, "next").revision, head.revision + 2);
}

TEST_F(RedisJournalTest, KilledAndStartedAgainItLosesNothing) {
  RedisNode one(Options()), two(Options());
  const auto a = OpenAt(one, /*create=*/true);
  const auto b = OpenAt(two);
  std::atomic<bool> stop = false;
  std::atomic<int> appended = 0;
  std::thread appender([&] {
    while (!stop) AppendSomehow(*a, absl::StrCat("a", appended++));
  });
  for (int i = 0; i < 3; ++i) {
    const int before = appended;
    EXPECT_TRUE(Eventually([&] { return appended > before + 5; }));
    redis_.Kill();
    EXPECT_TRUE(redis_.Start());
    AppendSomehow(*b, absl::StrCat("b", i));
  }
  stop = true;
  appender.join();
  for (int i = 0; i < appended; ++i) EXPECT_EQ(Count(*b, absl::StrCat("a", i)), 1) << i;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Count(*a, absl::StrCat("b", i)), 1) << i;
}

TEST_F(RedisJournalTest, AnAppendWhoseAnswerIsLostIsKnownAlsoBelowWhatOthersAppended) {
  testing::TcpProxy proxy(redis_.AtPort());
  RedisStoreOptions behind = Quick(StoreOptions(AddressOf(proxy.AtPort())));
  behind.journal.settle = absl::Seconds(10);
  RedisNode one(behind), two(Options());
  const auto a = OpenAt(one, /*create=*/true);
  const auto b = OpenAt(two);
  const Head base = AppendSomehow(*a, "before");
  const std::vector<Entry> entries = {MakeEntry(base, {MakeChange("doubted", "x")})};
  proxy.BlackHole(testing::TcpProxy::Way::kToClient);
  absl::StatusOr<Head> appended = Head{};
  std::thread appender([&] { appended = a->Append(base, entries); });
  EXPECT_TRUE(Eventually([&] { return Count(*b, "doubted") == 1; }));
  AppendSomehow(*b, "on top");
  proxy.Heal();
  appender.join();
  ASSERT_TRUE(appended.ok()) << appended.status();
  EXPECT_EQ(*appended, (Head{base.revision + 1, entries[0].digest}));
  EXPECT_EQ(AppendSomehow(*a, "next").revision, base.revision + 3);
}

TEST_F(RedisJournalTest, WithoutItANodeStartsFromItsCopyAndOnlyReads) {
  RedisNode node(Options());
  Head head;
  {
    const auto journal = OpenAt(node, /*create=*/true);
    for (int i = 0; i < 5; ++i) head = AppendSomehow(*journal, absl::StrCat(i));
  }
  node.Stop();
  redis_.Kill();
  node.Start();
  EXPECT_EQ(*node.store().Codes(), std::vector<std::string>{kCode});
  const auto journal = OpenAt(node);
  EXPECT_EQ(*ReadAll(*journal, nullptr), head);
  EXPECT_TRUE(journal->Stands().cut_off_since.has_value());
  EXPECT_TRUE(absl::IsUnavailable(journal->Append(head, MakeEntries(head, 1)).status()));
  ASSERT_TRUE(redis_.Start());
  EXPECT_TRUE(Eventually([&] { return journal->Append(head, MakeEntries(head, 1)).ok(); }));
  EXPECT_FALSE(journal->Stands().cut_off_since.has_value());
}

TEST_F(RedisJournalTest, ANewNodeBeginsWithTheSharedSnapshot) {
  RedisNode one(Options());
  const auto a = OpenAt(one, /*create=*/true);
  Head head;
  for (int i = 0; i < 3; ++i) head = AppendSomehow(*a, absl::StrCat(i));
  ASSERT_TRUE(a->SaveSnapshot({head, {"one", std::string(1 << 20, 'x')}}).ok());
  RedisNode two(Options());
  const auto b = OpenAt(two);
  const auto snapshot = b->LoadSnapshot();
  ASSERT_TRUE(snapshot.ok() && snapshot->has_value());
  EXPECT_EQ((*snapshot)->head, head);
  EXPECT_EQ((*snapshot)->chunks.size(), 2u);
  EXPECT_TRUE(b->Read(head.revision, 10)->empty());
}

TEST_F(RedisJournalTest, OnlyWhatASnapshotAndTwoCopiesHoldIsTrimmed) {
  RedisStoreOptions options = Options();
  options.journal.keep_entries = 2;
  RedisNode one(options), two(options);
  const auto a = OpenAt(one, /*create=*/true);
  auto b = OpenAt(two);
  Head head;
  for (int i = 0; i < 10; ++i) head = AppendSomehow(*a, absl::StrCat(i));
  const auto length = [&] { return redis_.Command({"XLEN", RedisKey(kCode, "journal")}).integer; };
  const auto copies = [&] {
    return redis_.Command({"HVALS", RedisKey(kCode, "copies")}).list.size() == 2;
  };
  EXPECT_TRUE(Eventually(copies));
  EXPECT_EQ(length(), 10);  // no snapshot yet
  ASSERT_TRUE(a->SaveSnapshot({head, {"all"}}).ok());
  EXPECT_TRUE(Eventually([&] { return length() == 2; }));
  EXPECT_EQ(Count(*a, "0"), 1);
  EXPECT_EQ(Count(*b, "0"), 1);

  RedisNode three(options);
  const auto refused = three.store().Open(kCode);
  ASSERT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("put another node's export in its place"));
  std::string exported;
  b.reset();
  two.Stop();
  ASSERT_TRUE(Export(two.directory() + "/0136.journal", [&](absl::string_view bytes) {
                absl::StrAppend(&exported, bytes);
                return absl::OkStatus();
              }).ok());
  three.Stop();
  const auto imported = Import(three.directory(), kCode, [&]() -> absl::StatusOr<std::string> {
    return std::exchange(exported, "");
  });
  ASSERT_TRUE(imported.ok()) << imported.status();
  three.Start();
  const auto c = OpenAt(three);
  EXPECT_EQ(Count(*c, "0"), 1);
  EXPECT_EQ(*ReadAll(*c, nullptr), *ReadAll(*a, nullptr));
}

// A master whose replica must have each write.
class ReplicatedTest : public ::testing::Test {
 protected:
  ReplicatedTest() : master_(MasterOptions()), replica_(MasterOptions()) {
    EXPECT_TRUE(master_.Start());
    EXPECT_TRUE(replica_.Start());
    EXPECT_TRUE(replica_.Follow(master_));
    EXPECT_TRUE(Eventually([this] {
      return master_.Command({"SET", "ready", "1"}).kind != RedisReply::Kind::kError;
    }));
  }
  RedisStoreOptions Options() { return Quick(StoreOptions(AddressOf(master_.AtSocket()), 1)); }
  RedisProcess master_, replica_;
};

TEST_F(ReplicatedTest, WhatTheReplicaHasNotIsNotAcknowledgedAndSettledLater) {
  RedisNode node(Options());
  const auto journal = OpenAt(node, /*create=*/true);
  const Head head = AppendSomehow(*journal, "before");
  replica_.Freeze();
  const std::vector<Entry> entries = {MakeEntry(head, {MakeChange("doubted", "x")})};
  const auto first = journal->Append(head, entries);
  EXPECT_TRUE(absl::IsUnknown(first.status())) << first.status();
  EXPECT_TRUE(journal->Read(head.revision, 10)->empty());
  // It is not said that nothing happened while it is not known.
  EXPECT_TRUE(absl::IsUnknown(journal->Append(head, {}).status()));
  replica_.Thaw();
  EXPECT_TRUE(Eventually([&] { return journal->Read(head.revision, 10)->size() == 1; }));
  AppendSomehow(*journal, "after");
  EXPECT_EQ(Count(*journal, "doubted"), 1);
}

TEST_F(ReplicatedTest, AMasterWithoutItsReplicaConfirmsNothing) {
  RedisNode node(Options());
  const auto journal = OpenAt(node, /*create=*/true);
  const Head head = AppendSomehow(*journal, "before");
  replica_.Kill();
  EXPECT_FALSE(journal->Append(head, {}).ok());
  EXPECT_TRUE(Eventually([&] { return journal->Stands().cut_off_since.has_value(); }));
  ASSERT_TRUE(replica_.Start());
  ASSERT_TRUE(replica_.Follow(master_));
  EXPECT_TRUE(Eventually([&] { return journal->Append(head, {}).ok(); }));
}

}  // namespace
}  // namespace samsyn::journal
