// Redis for the tests of the journal on it: a server, perhaps with a replica, and nodes' stores
// with a data directory each.
#ifndef SAMSYN_TESTS_JOURNAL_REDIS_SETTING_H_
#define SAMSYN_TESTS_JOURNAL_REDIS_SETTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server/journal/redis/store.h"
#include "tests/journal/scratch_directory.h"
#include "tests/testing/redis_process.h"

namespace samsyn::journal {

// A node: its directory stays when its store is closed and opened again.
class RedisNode {
 public:
  explicit RedisNode(RedisStoreOptions options, const Clock& clock = Clock::System())
      : options_(std::move(options)), clock_(clock) {
    Start();
  }
  void Start() {
    auto store = RedisJournalStore::Open(directory_.path(), clock_, options_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  void Stop() { store_.reset(); }
  RedisJournalStore& store() { return *store_; }
  const std::string& directory() const { return directory_.path(); }

 private:
  ScratchDirectory directory_;
  RedisStoreOptions options_;
  const Clock& clock_;
  std::unique_ptr<RedisJournalStore> store_;
};

inline RedisAddress AddressOf(const RedisEndpoint& endpoint) {
  RedisAddress address;
  address.name = "main";
  address.server = endpoint;
  return address;
}

// What stores are opened with for one server. Times are short, so that a test need not wait long.
inline RedisStoreOptions StoreOptions(const RedisAddress& address, int replicas = 0) {
  RedisStoreOptions options;
  options.servers = {address};
  options.server.replicas = replicas;
  options.server.grace = absl::Seconds(2);
  return options;
}

// The settings that a master must have where replicas must have each write.
inline testing::RedisOptions MasterOptions() {
  testing::RedisOptions options;
  options.lines = {"min-replicas-to-write 1", "min-replicas-max-lag 2",
                   "repl-diskless-sync-delay 0"};
  return options;
}

}  // namespace samsyn::journal

#endif  // SAMSYN_TESTS_JOURNAL_REDIS_SETTING_H_
