// A municipality is moved between Redis servers while nodes append to it: nothing is lost, whoever
// ends in between, and nodes find it by themselves.
#include "server/journal/redis/move.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <thread>

#include "server/journal/redis/functions.h"
#include "server/journal/redis/snapshot.h"
#include "server/journal/tools.h"
#include "tests/journal/redis/setting.h"
#include "tests/testing/entries.h"
#include "tests/testing/eventually.h"

namespace samsyn::journal {
namespace {

using testing::Eventually;
using ::testing::HasSubstr;
using testing::MakeChange;
using testing::MakeEntries;
using testing::MakeEntry;
using testing::RedisProcess;
using Step = RedisMoveStep;

constexpr char kCode[] = "0136";

RedisAddress Named(const RedisProcess& server, const std::string& name) {
  RedisAddress address = AddressOf(server.AtSocket());
  address.name = name;
  return address;
}

// Two servers, "north" where the municipality is made, and "south".
class RedisMoveTest : public ::testing::Test {
 protected:
  RedisMoveTest() {
    EXPECT_TRUE(north_.Start());
    EXPECT_TRUE(south_.Start());
    north_caller_ = std::make_unique<RedisCaller>(Named(north_, "north"), RedisCredentials(), 0);
    south_caller_ = std::make_unique<RedisCaller>(Named(south_, "south"), RedisCredentials(), 0);
  }
  RedisStoreOptions Options() {
    RedisStoreOptions options = StoreOptions(Named(north_, "north"));
    options.servers.push_back(Named(south_, "south"));
    options.journal.look_after = absl::Milliseconds(200);
    options.journal.trim_every = absl::Milliseconds(100);
    return options;
  }
  RedisMove MoveTo(RedisCaller& to, std::function<absl::Status(Step)> reached = {}) {
    return RedisMove(kCode, {north_caller_.get(), south_caller_.get()}, to, std::move(reached));
  }
  RedisCaller& north() { return *north_caller_; }
  RedisCaller& south() { return *south_caller_; }
  static std::string StateOf(const RedisProcess& server, const std::string& field) {
    return server.Command({"HGET", RedisKey(kCode, "state"), field}).text;
  }
  static bool HasKeys(const RedisProcess& server) {
    return !server.Command({"KEYS", absl::StrCat("samsyn:{", kCode, "}:*")}).list.empty();
  }

  RedisProcess north_, south_;
  std::unique_ptr<RedisCaller> north_caller_, south_caller_;
};

std::unique_ptr<Journal> OpenAt(RedisNode& node, bool create = false) {
  if (create) {
    const absl::Status made = node.store().Create(kCode);
    EXPECT_TRUE(made.ok()) << made;
  }
  auto journal = node.store().Open(kCode);
  EXPECT_TRUE(journal.ok()) << journal.status();
  return journal.ok() ? *std::move(journal) : nullptr;
}

bool AppendSomehow(Journal& journal, const std::string& name,
                   absl::Duration limit = absl::Seconds(20)) {
  return Eventually(
      [&] {
        const auto base = journal.CommittedHead();
        if (!base.ok()) return false;
        const Entry entry = MakeEntry(*base, {MakeChange(name, "x")});
        const auto appended = journal.Append(*base, {entry});
        if (appended.ok()) return true;
        // It may have happened: then it stands there.
        const auto there = journal.Read(base->revision, 1);
        return there.ok() && !there->empty() && there->front().digest == entry.digest;
      },
      limit);
}

std::vector<std::string> NamesIn(Journal& journal) {
  std::vector<std::string> names;
  const auto head = ReadAll(journal, [&](const Entry& entry) {
    for (const auto& change : entry.changes) names.push_back(change.name());
    return absl::OkStatus();
  });
  EXPECT_TRUE(head.ok()) << head.status();
  return names;
}

// A node's clients: appends until it is told to end, and keeps what was acknowledged.
class Writer {
 public:
  Writer(Journal& journal, std::string prefix)
      : journal_(journal), prefix_(std::move(prefix)), thread_([this] { Run(); }) {}
  ~Writer() { Finish(); }
  void Finish() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  size_t count() const { return count_; }
  const std::vector<std::string>& names() const { return names_; }
  int unavailable() const { return unavailable_; }
  absl::Duration longest() const { return longest_; }

 private:
  void Run() {
    while (!stopping_) {
      const std::string name = absl::StrCat(prefix_, names_.size());
      const absl::Time begin = absl::Now();
      while (!Append(name)) {
      }
      longest_ = std::max(longest_, absl::Now() - begin);
      names_.push_back(name);
      ++count_;
    }
  }
  bool Append(const std::string& name) {
    const auto base = journal_.CommittedHead();
    if (!base.ok()) return false;
    const auto appended = journal_.Append(*base, {MakeEntry(*base, {MakeChange(name, "x")})});
    unavailable_ += absl::IsUnavailable(appended.status()) ? 1 : 0;
    EXPECT_FALSE(absl::IsUnknown(appended.status())) << appended.status();
    return appended.ok();
  }

  Journal& journal_;
  const std::string prefix_;
  std::vector<std::string> names_;
  std::atomic<size_t> count_ = 0;
  int unavailable_ = 0;
  absl::Duration longest_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // last
};

TEST_F(RedisMoveTest, UnderLoadOfTwoNodesNothingIsLostAndNobodyIsRefused) {
  RedisNode one(Options()), two(Options());
  const auto first = OpenAt(one, /*create=*/true), second = OpenAt(two);
  ASSERT_TRUE(first->Append({}, MakeEntries({}, 3000, "before")).ok());
  Writer writer(*first, "one/"), other(*second, "two/");
  ASSERT_TRUE(Eventually([&] { return writer.count() > 100 && other.count() > 100; }));
  const auto moved = MoveTo(south()).Run();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->from, "north");
  const size_t at_one = writer.count(), at_two = other.count();
  EXPECT_TRUE(
      Eventually([&] { return writer.count() > at_one + 100 && other.count() > at_two + 100; }));
  writer.Finish();
  other.Finish();
  std::cout << "closed for " << moved->pause << "; longest append " << writer.longest() << ", "
            << other.longest() << "; " << writer.count() + other.count() << " appended\n";
  EXPECT_LT(moved->pause, absl::Seconds(2));
  EXPECT_EQ(writer.unavailable() + other.unavailable(), 0) << "they wait";

  std::vector<std::string> wanted = writer.names();
  wanted.insert(wanted.end(), other.names().begin(), other.names().end());
  for (Journal* const journal : {first.get(), second.get()}) {
    std::vector<std::string> names = NamesIn(*journal);
    names.erase(names.begin(), names.begin() + 3000);
    EXPECT_THAT(names, ::testing::UnorderedElementsAreArray(wanted));
  }
  EXPECT_EQ(*first->CommittedHead(), *second->CommittedHead());
  EXPECT_TRUE(north_.Command({"SMEMBERS", kCodesKey}).list.empty());
  EXPECT_EQ(south_.Command({"SMEMBERS", kCodesKey}).list.size(), 1u);
  EXPECT_EQ(StateOf(north_, "moved"), "south");
  EXPECT_TRUE(MoveTo(south()).Run()->was_there);
}

TEST_F(RedisMoveTest, WhoeverEndsInBetweenItIsRunAgain) {
  RedisNode node(Options());
  const auto journal = OpenAt(node, /*create=*/true);
  RedisCaller* from = &north();
  RedisCaller* to = &south();
  std::vector<std::string> wanted;
  for (const Step last :
       {Step::kAnnounced, Step::kCopied, Step::kClosed, Step::kBrought, Step::kOpened}) {
    const auto append = [&] {
      wanted.push_back(absl::StrCat("reports/", wanted.size()));
      return AppendSomehow(*journal, wanted.back());
    };
    ASSERT_TRUE(append());
    const auto ended = MoveTo(*to, [&](Step step) {
                         return step == last ? absl::CancelledError() : absl::OkStatus();
                       }).Run();
    ASSERT_TRUE(absl::IsCancelled(ended.status())) << ended.status();
    const bool closed = last == Step::kClosed || last == Step::kBrought;
    if (!closed) {
      ASSERT_TRUE(append());
    } else {
      const auto base = journal->CommittedHead();
      const auto refused = journal->Append(*base, MakeEntries(*base, 1));
      EXPECT_TRUE(absl::IsUnavailable(refused.status())) << refused.status();
      EXPECT_EQ(NamesIn(*journal), wanted) << "reads go on";
    }
    const auto moved = MoveTo(*to).Run();
    ASSERT_TRUE(moved.ok()) << moved.status();
    EXPECT_EQ(moved->was_there, last == Step::kOpened);
    ASSERT_TRUE(append());
    EXPECT_EQ(NamesIn(*journal), wanted);
    std::swap(from, to);  // and back, on what is still there from before
  }
}

TEST_F(RedisMoveTest, UntilItIsOpenedItCanBeGivenUp) {
  RedisNode node(Options());
  const auto journal = OpenAt(node, /*create=*/true);
  for (const Step last : {Step::kAnnounced, Step::kCopied, Step::kClosed, Step::kBrought}) {
    ASSERT_TRUE(AppendSomehow(*journal, "before"));
    const auto ended = MoveTo(south(), [&](Step step) {
                         return step == last ? absl::CancelledError() : absl::OkStatus();
                       }).Run();
    ASSERT_TRUE(absl::IsCancelled(ended.status()));
    EXPECT_TRUE(HasKeys(south_));
    // Who is still at it when it is given up does not open it.
    absl::Status given_up = absl::UnknownError("");
    const auto late = MoveTo(south(), [&](Step step) {
                        if (step == Step::kBrought) given_up = MoveTo(south()).GiveUp();
                        return absl::OkStatus();
                      }).Run();
    EXPECT_TRUE(given_up.ok()) << given_up;
    EXPECT_TRUE(absl::IsUnavailable(late.status())) << late.status();
    EXPECT_FALSE(HasKeys(south_));
    ASSERT_TRUE(AppendSomehow(*journal, "after"));
  }
  ASSERT_TRUE(MoveTo(south()).Run().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(MoveTo(south()).GiveUp()));
}

TEST_F(RedisMoveTest, WhatIsLeftIsRemovedOnlyWhereTheOtherHasItAll) {
  RedisNode node(Options());
  const auto journal = OpenAt(node, /*create=*/true);
  ASSERT_TRUE(AppendSomehow(*journal, "a"));
  EXPECT_TRUE(absl::IsFailedPrecondition(MoveTo(south()).Forget().status()));
  ASSERT_TRUE(MoveTo(south()).Run().ok());
  ASSERT_TRUE(AppendSomehow(*journal, "b"));
  EXPECT_TRUE(HasKeys(north_));
  // As if the other had lost it.
  const std::string digest = south_.Command({"XRANGE", RedisKey(kCode, "journal"), "1", "1"})
                                 .list.at(0)
                                 .list.at(1)
                                 .list.at(1)
                                 .text;
  south_.Command({"XDEL", RedisKey(kCode, "journal"), "1-0"});
  EXPECT_TRUE(absl::IsDataLoss(MoveTo(south()).Forget().status()));
  EXPECT_TRUE(HasKeys(north_));
  south_.Command({"HSET", RedisKey(kCode, "state"), "trimmed", "1", "trimmed_digest", digest});
  const auto forgotten = MoveTo(south()).Forget();
  ASSERT_TRUE(forgotten.ok()) << forgotten.status();
  EXPECT_EQ(*forgotten, std::vector<std::string>{"north"});
  EXPECT_FALSE(HasKeys(north_));
  ASSERT_TRUE(AppendSomehow(*journal, "c"));
}

TEST_F(RedisMoveTest, ATrimmedJournalIsMovedWithItsSnapshotAndTrimsGoOn) {
  RedisStoreOptions options = Options();
  options.journal.keep_entries = 5;
  RedisNode one(options), two(options);
  const auto first = OpenAt(one, /*create=*/true), second = OpenAt(two);
  const auto head = first->Append({}, MakeEntries({}, 50));
  ASSERT_TRUE(head.ok());
  ASSERT_TRUE(first->SaveSnapshot({*head, {"picture of 50"}}).ok());
  ASSERT_TRUE(Eventually([&] { return StateOf(north_, "trimmed") == "45"; }, absl::Seconds(30)));
  ASSERT_TRUE(MoveTo(south()).Run().ok());
  EXPECT_EQ(StateOf(south_, "trimmed"), "45");
  const auto snapshot = LoadSnapshotAt(south(), kCode);
  ASSERT_TRUE(snapshot.ok() && snapshot->has_value()) << snapshot.status();
  EXPECT_EQ((*snapshot)->head, *head);
  EXPECT_EQ((*snapshot)->chunks, std::vector<std::string>{"picture of 50"});
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(AppendSomehow(*second, "more"));
  ASSERT_TRUE(Eventually([&] { return NamesIn(*first).size() == 60; }));
  ASSERT_TRUE(first->SaveSnapshot({*first->CommittedHead(), {"picture of 60"}}).ok());
  ASSERT_TRUE(Eventually([&] { return StateOf(south_, "trimmed") == "55"; }, absl::Seconds(30)));
  // What stands on the old server ends before what the new one has begins.
  const auto back = MoveTo(north()).Run();
  EXPECT_THAT(std::string(back.status().message()), HasSubstr("--forget"));
  ASSERT_TRUE(MoveTo(south()).Forget().ok());
  const auto again = MoveTo(north()).Run();
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_TRUE(AppendSomehow(*first, "last"));
  EXPECT_EQ(NamesIn(*first).size(), 61u);
}

TEST_F(RedisMoveTest, ANodeThatWasDownFindsItWhereItWent) {
  RedisNode one(Options()), two(Options());
  auto first = OpenAt(one, /*create=*/true), second = OpenAt(two);
  ASSERT_TRUE(AppendSomehow(*second, "a"));
  second.reset();
  two.Stop();
  ASSERT_TRUE(MoveTo(south()).Run().ok());
  ASSERT_TRUE(AppendSomehow(*first, "b"));
  north_.Kill();
  two.Start();
  second = OpenAt(two);
  ASSERT_TRUE(AppendSomehow(*second, "c"));
  EXPECT_TRUE(Eventually([&] {
    return NamesIn(*first) == std::vector<std::string>{"a", "b", "c"};
  })) << "and is told of what others append";
}

TEST_F(RedisMoveTest, WithItsServerAwayItIsServedFromTheCopyAndFoundLater) {
  RedisNode node(Options());
  auto journal = OpenAt(node, /*create=*/true);
  ASSERT_TRUE(MoveTo(south()).Run().ok());
  ASSERT_TRUE(AppendSomehow(*journal, "a"));
  journal.reset();
  node.Stop();
  south_.Kill();
  node.Start();
  journal = OpenAt(node);
  ASSERT_NE(journal, nullptr);
  EXPECT_EQ(NamesIn(*journal), std::vector<std::string>{"a"});
  const auto head = journal->CommittedHead();
  ASSERT_TRUE(head.ok() || absl::IsUnavailable(head.status()));
  const auto refused = journal->Append(Head{1, (*journal->Read(0, 1)).front().digest}, {});
  EXPECT_TRUE(absl::IsUnavailable(refused.status())) << refused.status();
  EXPECT_TRUE(Eventually([&] { return journal->Stands().cut_off_since.has_value(); }));
  ASSERT_TRUE(south_.Start());
  ASSERT_TRUE(AppendSomehow(*journal, "b"));
  EXPECT_FALSE(journal->Stands().cut_off_since.has_value());
}

TEST_F(RedisMoveTest, WhatItsServerHasLostMeanwhileIsPutBackWhenItIsFound) {
  RedisNode node(Options());
  auto journal = OpenAt(node, /*create=*/true);
  ASSERT_TRUE(MoveTo(south()).Run().ok());
  for (const char* const name : {"a", "b", "c"}) ASSERT_TRUE(AppendSomehow(*journal, name));
  const Digest second = (*journal->Read(1, 1)).front().digest;
  journal.reset();
  node.Stop();
  // As a failover does that loses the newest.
  const std::string stream = RedisKey(kCode, "journal"), mark = RedisKey(kCode, "committed");
  south_.Command({"XDEL", stream, "3-0"});
  south_.Command({"XSETID", stream, "2-0"});
  south_.Command({"HDEL", RedisKey(kCode, "entries"), "3"});
  south_.Command({"DEL", mark});
  south_.Command({"XADD", mark, "2-0", "d", std::string(AsBytes(second))});
  south_.Kill();
  node.Start();
  journal = OpenAt(node);
  ASSERT_TRUE(south_.Start());
  ASSERT_TRUE(Eventually([&] { return south_.Command({"XLEN", stream}).integer == 3; }));
  ASSERT_TRUE(AppendSomehow(*journal, "d"));
  EXPECT_EQ(NamesIn(*journal), (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST_F(RedisMoveTest, AServerThatANodeDoesNotUseIsNoPlaceToGo) {
  RedisStoreOptions options = Options();
  options.servers.pop_back();
  RedisNode stranger(options);
  RedisNode node(Options());
  const auto journal = OpenAt(node, /*create=*/true);
  const auto refused = MoveTo(south()).Run();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr(stranger.store().node()));
  EXPECT_FALSE(HasKeys(south_));
}

TEST_F(RedisMoveTest, AForkedJournalStays) {
  RedisNode node(Options());
  const auto journal = OpenAt(node, /*create=*/true);
  north_.Command({"HSET", RedisKey(kCode, "state"), "fork", "somebody"});
  EXPECT_TRUE(absl::IsFailedPrecondition(MoveTo(south()).Run().status()));
}

}  // namespace
}  // namespace samsyn::journal
