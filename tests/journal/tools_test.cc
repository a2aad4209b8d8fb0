// What an operator does to journal files: recover, export, import, restore.
#include "server/journal/tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "server/journal/memory_journal.h"
#include "server/journal/sqlite_journal.h"
#include "server/journal/sqlite_store.h"
#include "tests/journal/scratch_directory.h"
#include "tests/testing/entries.h"

namespace samsyn::journal {
namespace {

using ::testing::HasSubstr;
using testing::MakeEntries;

// Gives `bytes` in pieces of `size`.
ByteSource SourceOf(std::string bytes, size_t size = 1 << 20) {
  return [bytes = std::move(bytes), size, at = size_t{0}]() mutable -> absl::StatusOr<std::string> {
    std::string piece = bytes.substr(std::min(at, bytes.size()), size);
    at += piece.size();
    return piece;
  };
}

class ToolsTest : public ::testing::Test {
 protected:
  Head MakeFile(int entries) {
    EXPECT_TRUE(CreateSqliteJournal(path_).ok());
    const auto journal = OpenSqliteJournal(path_);
    const auto head = (*journal)->Append({}, MakeEntries({}, entries));
    EXPECT_TRUE(head.ok()) << head.status();
    EXPECT_TRUE((*journal)->SaveSnapshot({*head, {"snapshot"}}).ok());
    return *head;
  }
  void Damage(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
  std::string Exported() {
    std::string bytes;
    const auto head = Export(path_, [&bytes](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
      return absl::OkStatus();
    });
    EXPECT_TRUE(head.ok()) << head.status();
    return bytes;
  }

  ScratchDirectory directory_;
  ScratchDirectory elsewhere_;
  const std::string path_ = directory_.File("0136.journal");
};

TEST_F(ToolsTest, RecoverKeepsAllAndTheOldFile) {
  const Head head = MakeFile(2500);
  for (int round = 1; round <= 2; ++round) {
    const auto recovery = Recover(path_, {});
    ASSERT_TRUE(recovery.ok()) << recovery.status();
    EXPECT_EQ(recovery->head, head);
    EXPECT_EQ(recovery->damaged_path, absl::StrCat(path_, ".damaged-", round));
    EXPECT_EQ(*Verify(recovery->damaged_path), head);
    EXPECT_EQ(*Verify(path_), head);
  }
  const auto journal = OpenSqliteJournal(path_);
  EXPECT_EQ((*(*journal)->LoadSnapshot())->head, head);
  EXPECT_TRUE((*journal)->Append(head, MakeEntries(head, 1)).ok());
}

TEST_F(ToolsTest, RecoverDropsOnlyWhenTold) {
  MakeFile(2500);
  Damage("UPDATE change SET content = x'00' WHERE id >> 16 = 2001");
  const auto refused = Recover(path_, {});
  EXPECT_TRUE(absl::IsDataLoss(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("revision 2001"));
  for (const char* const suffix : {".recovering", ".recovered", ".damaged-1"}) {
    EXPECT_FALSE(FileExists(path_ + suffix));
  }
  const auto recovery = Recover(path_, {.drop_after_damage = true});
  ASSERT_TRUE(recovery.ok()) << recovery.status();
  EXPECT_EQ(recovery->head.revision, 2000);
  EXPECT_TRUE(absl::IsDataLoss(recovery->damage));
  EXPECT_EQ(*Verify(path_), recovery->head);
  EXPECT_TRUE(FileExists(recovery->damaged_path));
}

// A recovery ends when the process does, after each step of putting the copy in place.
TEST_F(ToolsTest, AnInterruptedRecoveryIsEndedAtTheNextStart) {
  const Head head = MakeFile(10);
  for (const bool moved : {false, true}) {
    ASSERT_TRUE(Import(elsewhere_.path(), "0136", SourceOf(Exported())).ok());
    ASSERT_EQ(rename(elsewhere_.File("0136.journal").c_str(), (path_ + ".recovered").c_str()), 0);
    if (moved) {
      ASSERT_TRUE(RenameDurably(path_, path_ + ".damaged-2").ok());
    }
    ASSERT_TRUE(TouchDurably(path_ + "-wal").ok());
    const auto store = SqliteJournalStore::OpenDirectory(directory_.path());
    ASSERT_TRUE(store.ok()) << store.status();
    EXPECT_FALSE(FileExists(path_ + "-wal"));
    const auto journal = (*store)->Open("0136");
    ASSERT_TRUE(journal.ok()) << journal.status();
    EXPECT_EQ(*(*journal)->CommittedHead(), head);
    EXPECT_TRUE(FileExists(path_ + (moved ? ".damaged-2" : ".damaged-1")));
  }
}

TEST_F(ToolsTest, AnExportIsImportedWithItsRevisionsAndChain) {
  const Head head = MakeFile(2500);
  const std::string bytes = Exported();
  for (const size_t piece : {size_t{1000}, size_t{1} << 20}) {
    const ScratchDirectory target;
    const auto imported = Import(target.path(), "0192", SourceOf(bytes, piece));
    ASSERT_TRUE(imported.ok()) << imported.status();
    EXPECT_EQ(*imported, head);
    EXPECT_EQ(*Verify(target.File("0192.journal")), head);
  }
}

TEST_F(ToolsTest, AnEmptyJournalIsExportedToo) {
  ASSERT_TRUE(CreateSqliteJournal(path_).ok());
  EXPECT_EQ(*Import(elsewhere_.path(), "0136", SourceOf(Exported())), Head{});
}

TEST_F(ToolsTest, ACutOrChangedExportIsRefusedAndLeavesNothing) {
  MakeFile(20);
  const std::string bytes = Exported();
  std::string changed = bytes;
  changed[changed.size() / 2] ^= 1;
  std::string other_end = bytes;
  other_end.back() ^= 1;
  std::vector<std::string> wrong = {"", "SAMSYNJ2", changed, other_end};
  for (size_t kept = 0; kept < bytes.size(); kept += 509) wrong.push_back(bytes.substr(0, kept));
  for (const std::string& stream : wrong) {
    const auto imported = Import(elsewhere_.path(), "0136", SourceOf(stream));
    EXPECT_TRUE(absl::IsDataLoss(imported.status())) << imported.status();
  }
  EXPECT_EQ(*NamesIn(elsewhere_.path()), std::vector<std::string>{"lock"});
}

TEST_F(ToolsTest, ImportAndRestoreOverwriteNothing) {
  MakeFile(3);
  EXPECT_TRUE(
      absl::IsAlreadyExists(Import(directory_.path(), "0136", SourceOf(Exported())).status()));
  EXPECT_TRUE(absl::IsAlreadyExists(Restore(directory_.path(), "0136", SourceOf("x")).status()));
}

TEST_F(ToolsTest, ABackupIsRestoredWhole) {
  const Head head = MakeFile(50);
  std::string bytes;
  {
    const auto journal = OpenSqliteJournal(path_);
    const auto backed_up = (*journal)->Backup([&bytes](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
      return absl::OkStatus();
    });
    EXPECT_EQ(*backed_up, head);
  }
  EXPECT_EQ(*NamesIn(directory_.path()), std::vector<std::string>{"0136.journal"});
  const auto restored = Restore(elsewhere_.path(), "0136", SourceOf(bytes));
  ASSERT_TRUE(restored.ok()) << restored.status();
  const auto store = SqliteJournalStore::OpenDirectory(elsewhere_.path());
  const auto journal = (*store)->Open("0136");
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_EQ((*(*journal)->LoadSnapshot())->head, head);
  EXPECT_TRUE((*journal)->Append(head, MakeEntries(head, 1)).ok());
}

TEST_F(ToolsTest, ADamagedBackupIsRefusedAndLeavesNothing) {
  MakeFile(50);
  std::string bytes;
  ASSERT_TRUE(ReadFile(path_, [&bytes](absl::string_view piece) {
                bytes.append(piece.data(), piece.size());
                return absl::OkStatus();
              }).ok());
  for (const std::string& damaged :
       {std::string(), std::string("no journal at all"), bytes.substr(0, bytes.size() / 2)}) {
    const auto restored = Restore(elsewhere_.path(), "0136", SourceOf(damaged));
    EXPECT_TRUE(absl::IsDataLoss(restored.status())) << restored.status();
  }
  EXPECT_EQ(*NamesIn(elsewhere_.path()), std::vector<std::string>{"lock"});
}

TEST_F(ToolsTest, ASinkThatFailsEndsTheExport) {
  MakeFile(3);
  const auto head = Export(path_, [](absl::string_view) { return absl::CancelledError("full"); });
  EXPECT_TRUE(absl::IsCancelled(head.status()));
}

}  // namespace
}  // namespace samsyn::journal
