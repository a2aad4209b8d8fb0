// The journal on Redis keeps the contract: on one server, and on a master with a replica that must
// have each write. The replica is frozen where the commit mark is to stand still.
#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "server/journal/redis/functions.h"
#include "tests/journal/journal_contract.h"
#include "tests/journal/redis/setting.h"
#include "tests/testing/eventually.h"

namespace samsyn::journal {
namespace {

class RedisSetting : public Setting {
 public:
  explicit RedisSetting(bool replicated)
      : master_(replicated ? MasterOptions() : testing::RedisOptions()) {
    EXPECT_TRUE(master_.Start());
    if (replicated) {
      EXPECT_TRUE(replica_.Start());
      EXPECT_TRUE(replica_.Follow(master_));
      // It takes writes once it has counted its replicas.
      EXPECT_TRUE(testing::Eventually([this] {
        return master_.Command({"SET", "ready", "1"}).kind != RedisReply::Kind::kError;
      }));
    }
    const RedisStoreOptions options =
        StoreOptions(AddressOf(master_.AtSocket()), replicated ? 1 : 0);
    one_ = std::make_unique<RedisNode>(options);
    two_ = std::make_unique<RedisNode>(options);
  }
  JournalStore& store() override { return one_->store(); }
  JournalStore& reading_store() override { return two_->store(); }
  bool shared() const override { return true; }
  void Restart() override {
    one_->Stop();
    two_->Stop();
    one_->Start();
    two_->Start();
  }
  void HoldMark() override { replica_.Freeze(); }
  bool WaitBehindMark() override {
    return testing::Eventually([this] { return End("journal") > End("committed"); });
  }
  void ReleaseMark() override { replica_.Thaw(); }

 private:
  Revision End(const std::string& stream) {
    const RedisReply last =
        master_.Command({"XREVRANGE", RedisKey("0136", stream), "+", "-", "COUNT", "1"});
    return last.list.empty() ? 0 : std::stoll(last.list[0].list[0].text);
  }

  testing::RedisProcess master_;
  testing::RedisProcess replica_;
  std::unique_ptr<RedisNode> one_;
  std::unique_ptr<RedisNode> two_;
};

const Adapter kRedis = {"Redis", [] { return std::make_unique<RedisSetting>(false); }};
const Adapter kReplicated = {"Replicated", [] { return std::make_unique<RedisSetting>(true); }};

INSTANTIATE_TEST_SUITE_P(Redis, JournalContract, ::testing::Values(kRedis, kReplicated),
                         AdapterName);
INSTANTIATE_TEST_SUITE_P(Redis, SharedJournalContract, ::testing::Values(kReplicated), AdapterName);

}  // namespace
}  // namespace samsyn::journal
