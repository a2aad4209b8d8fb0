// Of several nodes on a Redis one does what one does for all; when it goes, another.
#include <gtest/gtest.h>

#include "server/journal/redis/functions.h"
#include "tests/journal/redis/setting.h"
#include "tests/testing/eventually.h"

namespace samsyn::journal {
namespace {

using testing::Eventually;

constexpr char kCode[] = "0136";

class RedisLeaderTest : public ::testing::Test {
 protected:
  RedisLeaderTest() { EXPECT_TRUE(redis_.Start()); }
  RedisStoreOptions Options() { return StoreOptions(AddressOf(redis_.AtSocket())); }
  static bool Leads(RedisNode& node) { return node.store().LeadsSideWork(kCode); }
  std::string Leader() { return redis_.Command({"GET", kLeaderKey}).text; }

  testing::RedisProcess redis_;
};

TEST_F(RedisLeaderTest, OneLeadsAndWhenItEndsTheOther) {
  RedisNode one(Options()), two(Options());
  ASSERT_TRUE(one.store().Create(kCode).ok());
  auto first = one.store().Open(kCode);
  auto second = two.store().Open(kCode);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(Leader(), "") << "nobody has asked";
  ASSERT_TRUE(Eventually([&] { return Leads(one); }));
  const std::string leader = Leader();
  EXPECT_EQ(leader, one.store().node());
  for (int i = 0; i < 3; ++i) {
    // It has greeted again, and the other too.
    const std::string seen = redis_.Command({"HGET", kNodesKey, two.store().node()}).text;
    ASSERT_TRUE(Eventually([&] {
      return redis_.Command({"HGET", kNodesKey, two.store().node()}).text != seen;
    }));
    EXPECT_FALSE(Leads(two));
    EXPECT_TRUE(Leads(one));
  }
  first->reset();
  one.Stop();
  EXPECT_TRUE(Eventually([&] { return Leads(two); }, absl::Seconds(3))) << "it has said good-bye";
  second->reset();
}

TEST_F(RedisLeaderTest, WhoDiedLeadsUntilItsTimeIsOver) {
  redis_.Command({"SET", kLeaderKey, "the dead", "PX", "1500"});
  RedisNode node(Options());
  ASSERT_TRUE(node.store().Create(kCode).ok());
  auto journal = node.store().Open(kCode);
  ASSERT_TRUE(journal.ok());
  EXPECT_FALSE(Leads(node));
  EXPECT_TRUE(Eventually([&] { return Leads(node); }));
  EXPECT_EQ(Leader(), node.store().node());
  journal->reset();
}

}  // namespace
}  // namespace samsyn::journal
