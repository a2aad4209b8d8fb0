// Many followers on their own threads while the picture is applied to: for ThreadSanitizer, and
// for the end state.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "server/base/mutex.h"
#include "tests/watch/town.h"

namespace samsyn::testing {
namespace {

// Lets followers wait for the next wake-up.
class Bell {
 public:
  void Ring() {
    MutexLock lock(mutex_);
    ++rung_;
    changed_.SignalAll();
  }
  // Returns the number of rings, as soon as it is not `seen`; false after a minute.
  bool Wait(int64_t& seen) {
    MutexLock lock(mutex_);
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    while (rung_ == seen && absl::Now() < deadline) changed_.WaitFor(mutex_, absl::Seconds(1));
    return std::exchange(seen, rung_) != seen;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int64_t rung_ ABSL_GUARDED_BY(mutex_) = 0;
};

void FollowTo(watch::Feed& feed, const domain::Caller& caller, domain::Revision end, Bell& bell,
              std::map<std::string, v1::Entity>& result) {
  v1::WatchRequest request;
  auto follower = feed.Follow(caller, request);
  ASSERT_TRUE(follower.ok());
  ModelClient client;
  int64_t seen = 0;
  bool done = false;
  while (!done) {
    done = feed.revision() >= end;
    for (;;) {
      const auto frame = (*follower)->Next();
      ASSERT_TRUE(frame.ok());
      if (*frame == nullptr) break;
      v1::WatchResponse response;
      ASSERT_TRUE(response.ParseFromString(**frame));
      client.Take(response);
    }
    const bool woken = done || bell.Wait(seen);
    ASSERT_TRUE(woken);
  }
  result = client.entities();
}

TEST(ConcurrencyTest, ManyFollowersBesideTheWriterEndWithWhatTheyMaySee) {
  watch::FeedOptions options;
  options.frame_changes = 16;
  options.ring_bytes = 256 << 10;
  Town town(options);
  const domain::Revision end = town.feed().revision() + 400;
  Bell bell;
  town.feed().SetWake([&] { bell.Ring(); });
  const char* const members[] = {"anna", "paul", "bo", "bo", "screen", "bo"};
  std::vector<std::map<std::string, v1::Entity>> results(std::size(members));
  std::vector<std::thread> threads;
  for (size_t i = 0; i < std::size(members); ++i) {
    threads.emplace_back([&, i] {
      FollowTo(town.feed(), {MemberName(members[i]), ""}, end, bell, results[i]);
    });
  }
  for (int i = 0; town.feed().revision() < end; ++i) {
    town.Commit([&](domain::Transaction& transaction) {
      for (int j = 0; j < 1 + i % 7; ++j) {
        const auto release_class = static_cast<v1::ReleaseClass>(1 + (i + j) % 4);
        transaction.Put(Town::MakeReport(absl::StrCat("r", (i * 7 + j) % 90), "polisen",
                                         Release(release_class)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < std::size(members); ++i) {
    std::map<std::string, std::string> have;
    for (const auto& [name, entity] : results[i]) have[name] = entity.SerializeAsString();
    EXPECT_EQ(have, town.Visible({MemberName(members[i]), ""}, [](const v1::Entity&) {
      return true;
    })) << members[i];
  }
}

}  // namespace
}  // namespace samsyn::testing
