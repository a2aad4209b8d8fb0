// The journal in SQLite files keeps the contract.
#include <gtest/gtest.h>

#include "server/journal/sqlite_store.h"
#include "tests/journal/journal_contract.h"
#include "tests/journal/scratch_directory.h"

namespace samsyn::journal {
namespace {

class SqliteSetting : public Setting {
 public:
  SqliteSetting() { Start(); }
  JournalStore& store() override { return *store_; }
  bool shared() const override { return false; }
  void Restart() override {
    store_.reset();
    Start();
  }

 private:
  void Start() {
    auto store = SqliteJournalStore::OpenDirectory(directory_.path());
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  ScratchDirectory directory_;
  std::unique_ptr<SqliteJournalStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, JournalContract,
                         ::testing::Values(Adapter{
                             "Sqlite", [] { return std::make_unique<SqliteSetting>(); }}),
                         AdapterName);

}  // namespace
}  // namespace samsyn::journal
