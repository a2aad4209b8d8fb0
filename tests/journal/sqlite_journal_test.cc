// What only a journal in files can suffer: full and failing disks, kills, damage, two processes.
#include "server/journal/sqlite_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "server/journal/files.h"
#include "server/journal/sqlite_store.h"
#include "server/journal/tools.h"
#include "tests/journal/fault_vfs.h"
#include "tests/journal/scratch_directory.h"
#include "tests/testing/entries.h"

namespace samsyn::journal {
namespace {

using ::testing::AnyOf;
using testing::MakeEntries;
using ::testing::SizeIs;

constexpr size_t kLargeBytes = 20 << 10;  // 40 of them do not fit into the page cache

class SqliteJournalTest : public ::testing::Test {
 protected:
  std::unique_ptr<Journal> OpenFile() {
    SqliteJournalOptions options;
    options.vfs = vfs_.name();
    auto journal = OpenSqliteJournal(path_, options);
    EXPECT_TRUE(journal.ok()) << journal.status();
    return journal.ok() ? *std::move(journal) : nullptr;
  }
  std::unique_ptr<SqliteJournalStore> OpenStore() {
    auto store = SqliteJournalStore::OpenDirectory(directory_.path(), vfs_.name());
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  // A file with so many entries, closed.
  Head MakeFile(int entries) {
    EXPECT_TRUE(CreateSqliteJournal(path_).ok());
    const auto head = OpenFile()->Append({}, MakeEntries({}, entries));
    EXPECT_TRUE(head.ok()) << head.status();
    return head.value_or(Head{});
  }
  // Does to the file what no journal does.
  void Damage(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }

  FaultVfs vfs_{"faulty"};
  ScratchDirectory directory_;
  const std::string path_ = directory_.File("0136.journal");
};

TEST_F(SqliteJournalTest, AFullDiskChangesNothingAndItGoesOnWhenThereIsRoom) {
  Head head = MakeFile(3);
  const std::unique_ptr<Journal> journal = OpenFile();
  int before = -1;
  // At the first write, the second, … until a batch needs no more writes than that.
  for (int writes = 0; vfs_.failed() != before; writes += 7) {
    before = vfs_.failed();
    const std::vector<Entry> entries = MakeEntries(head, 40, "reports", kLargeBytes);
    vfs_.Fail(DiskFault::kFull, writes);
    absl::StatusOr<Head> appended = journal->Append(head, entries);
    vfs_.Heal();
    if (vfs_.failed() != before) {
      EXPECT_TRUE(absl::IsResourceExhausted(appended.status())) << appended.status();
      EXPECT_EQ(*journal->CommittedHead(), head);
      appended = journal->Append(head, entries);
    }
    ASSERT_TRUE(appended.ok()) << appended.status();
    head = *appended;
  }
  EXPECT_GT(vfs_.failed(), 5);
  EXPECT_EQ(*ReadAll(*journal, nullptr), head);
}

TEST_F(SqliteJournalTest, AFullDiskKeepsTheOldSnapshot) {
  const Head head = MakeFile(3);
  const std::unique_ptr<Journal> journal = OpenFile();
  ASSERT_TRUE(journal->SaveSnapshot({head, {"old"}}).ok());
  const std::vector<std::string> pieces(20, std::string(100'000, 'x'));
  vfs_.Fail(DiskFault::kFull, 100);
  EXPECT_TRUE(absl::IsResourceExhausted(journal->SaveSnapshot({head, pieces})));
  vfs_.Heal();
  EXPECT_THAT((*journal->LoadSnapshot())->chunks, ::testing::ElementsAre("old"));
  ASSERT_TRUE(journal->SaveSnapshot({head, pieces}).ok());
  EXPECT_THAT((*journal->LoadSnapshot())->chunks, SizeIs(20));
}

TEST_F(SqliteJournalTest, AFailedSyncLeavesTheOutcomeUnknownUntilRecovered) {
  const std::unique_ptr<SqliteJournalStore> store = OpenStore();
  ASSERT_TRUE(store->Create("0136").ok());
  auto journal = store->Open("0136");
  ASSERT_TRUE(journal.ok());
  const auto head = (*journal)->Append({}, MakeEntries({}, 3));
  ASSERT_TRUE(head.ok());

  vfs_.Fail(DiskFault::kSyncError);
  EXPECT_TRUE(absl::IsUnknown((*journal)->Append(*head, MakeEntries(*head, 2)).status()));
  vfs_.Heal();
  EXPECT_TRUE(absl::IsUnavailable((*journal)->Append(*head, MakeEntries(*head, 2)).status()));
  EXPECT_TRUE(absl::IsUnavailable((*journal)->Append(*head, {}).status()));
  EXPECT_TRUE(absl::IsUnavailable((*journal)->SaveSnapshot({*head, {"x"}})));
  EXPECT_EQ(*(*journal)->CommittedHead(), *head);
  EXPECT_THAT(*(*journal)->Read(0, 100), SizeIs(3));
  EXPECT_TRUE(FileExists(path_ + ".doubt"));

  journal->reset();
  journal = store->Open("0136");
  ASSERT_TRUE(journal.ok()) << journal.status();
  const auto recovered = ReadAll(**journal, nullptr);
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_THAT(recovered->revision, AnyOf(3, 5));
  EXPECT_TRUE((*journal)->Append(*recovered, MakeEntries(*recovered, 1)).ok());
  EXPECT_FALSE(FileExists(path_ + ".doubt"));
  EXPECT_TRUE(FileExists(path_ + ".damaged-1"));
}

TEST_F(SqliteJournalTest, AFailedWriteIsEitherNothingOrUnknown) {
  Head head = MakeFile(3);
  int before = -1;
  for (int writes = 0; vfs_.failed() != before; writes += 11) {
    before = vfs_.failed();
    std::unique_ptr<Journal> journal = OpenFile();
    vfs_.Fail(DiskFault::kWriteError, writes);
    const auto appended = journal->Append(head, MakeEntries(head, 40, "reports", kLargeBytes));
    vfs_.Heal();
    if (vfs_.failed() != before) {
      EXPECT_TRUE(absl::IsUnknown(appended.status()) || absl::IsUnavailable(appended.status()))
          << appended.status();
      EXPECT_EQ(*journal->CommittedHead(), head);
    }
    journal.reset();
    const auto recovery = Recover(path_, {});
    ASSERT_TRUE(recovery.ok()) << recovery.status();
    const auto happened = recovery->head.revision - head.revision;
    EXPECT_TRUE(happened == 40 || (happened == 0 && !appended.ok())) << happened;
    head = recovery->head;
  }
  EXPECT_GT(vfs_.failed(), 3);
}

TEST_F(SqliteJournalTest, TheDoubtOutlivesTheProcess) {
  std::unique_ptr<SqliteJournalStore> store = OpenStore();
  ASSERT_TRUE(store->Create("0136").ok());
  auto journal = store->Open("0136");
  vfs_.Fail(DiskFault::kSyncError);
  EXPECT_TRUE(absl::IsUnknown((*journal)->Append({}, MakeEntries({}, 2)).status()));
  vfs_.Heal();
  journal->reset();
  store.reset();
  store = OpenStore();
  journal = store->Open("0136");
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_TRUE(FileExists(path_ + ".damaged-1"));
  EXPECT_TRUE(ReadAll(**journal, nullptr).ok());
}

TEST_F(SqliteJournalTest, ASecondStoreOnTheDirectoryIsRefused) {
  std::unique_ptr<SqliteJournalStore> store = OpenStore();
  const auto second = SqliteJournalStore::OpenDirectory(directory_.path());
  EXPECT_TRUE(absl::IsFailedPrecondition(second.status())) << second.status();
  EXPECT_THAT(std::string(second.status().message()), ::testing::HasSubstr(directory_.path()));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      Import(directory_.path(), "0136", [] { return std::string(); }).status()));
  store.reset();
  EXPECT_TRUE(SqliteJournalStore::OpenDirectory(directory_.path()).ok());
}

TEST_F(SqliteJournalTest, AJournalIsOpenedOnceAtATime) {
  const std::unique_ptr<SqliteJournalStore> store = OpenStore();
  ASSERT_TRUE(store->Create("0136").ok());
  auto journal = store->Open("0136");
  ASSERT_TRUE(journal.ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(store->Open("0136").status()));
  journal->reset();
  EXPECT_TRUE(store->Open("0136").ok());
}

TEST_F(SqliteJournalTest, ACodeIsNoPath) {
  const std::unique_ptr<SqliteJournalStore> store = OpenStore();
  for (const char* const code : {"", "../0136", "a/b", "Ä", "0136.journal"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(store->Create(code))) << code;
    EXPECT_TRUE(absl::IsInvalidArgument(store->Open(code).status())) << code;
  }
}

TEST_F(SqliteJournalTest, WhatIsCommittedMovesIntoTheFileByItself) {
  const std::unique_ptr<SqliteJournalStore> store = OpenStore();
  ASSERT_TRUE(store->Create("0136").ok());
  const auto journal = store->Open("0136");
  const auto empty = std::filesystem::file_size(path_);
  ASSERT_TRUE((*journal)->Append({}, MakeEntries({}, 50, "reports", kLargeBytes)).ok());
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (std::filesystem::file_size(path_) < empty + 50 * kLargeBytes) {
    ASSERT_LT(absl::Now(), deadline);
    std::this_thread::yield();
  }
}

// Appends until it is killed, and writes each acknowledged revision to `acknowledged`.
[[noreturn]] void AppendUntilKilled(const std::string& directory, int acknowledged) {
  auto store = SqliteJournalStore::OpenDirectory(directory);
  if (!store.ok()) _exit(1);
  auto journal = (*store)->Open("0136");
  if (!journal.ok()) _exit(2);
  Head head = *(*journal)->CommittedHead();
  while (true) {
    const auto next = (*journal)->Append(head, MakeEntries(head, 3));
    if (!next.ok()) _exit(3);
    head = *next;
    if (write(acknowledged, &head.revision, sizeof head.revision) < 0) _exit(4);
  }
}

TEST_F(SqliteJournalTest, NothingAcknowledgedIsLostByAKill) {
  ASSERT_TRUE(OpenStore()->Create("0136").ok());
  Revision acknowledged = 0;
  for (int round = 1; round <= 8; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) AppendUntilKilled(directory_.path(), ends[1]);
    close(ends[1]);
    const Revision enough = acknowledged + 3 * round * round;
    Revision revision = 0;
    while (acknowledged < enough && read(ends[0], &revision, sizeof revision) > 0) {
      acknowledged = revision;
    }
    kill(child, SIGKILL);
    while (read(ends[0], &revision, sizeof revision) > 0) acknowledged = revision;
    close(ends[0]);
    int how = 0;
    waitpid(child, &how, 0);
    ASSERT_TRUE(WIFSIGNALED(how)) << WEXITSTATUS(how);
    const auto head = Verify(path_);
    ASSERT_TRUE(head.ok()) << head.status();
    EXPECT_GE(head->revision, acknowledged);
    EXPECT_EQ(head->revision % 3, 0);  // whole batches
  }
}

TEST_F(SqliteJournalTest, ADamagedEndIsNotOpened) {
  MakeFile(5);
  Damage("UPDATE entry SET digest = zeroblob(32) WHERE revision = 5");
  EXPECT_TRUE(absl::IsDataLoss(OpenSqliteJournal(path_).status()));
}

TEST_F(SqliteJournalTest, VerifyNamesTheRevision) {
  MakeFile(300);
  Damage("UPDATE change SET content = x'00' WHERE id >> 16 = 123");
  EXPECT_TRUE(OpenSqliteJournal(path_).ok());  // only the end is looked at
  absl::Status status = Verify(path_).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("revision 123"));
  Damage("DELETE FROM entry WHERE revision = 77");
  status = Verify(path_).status();
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("revision 77"));
}

TEST_F(SqliteJournalTest, WhatIsNoJournalIsNotOpened) {
  EXPECT_TRUE(absl::IsNotFound(OpenSqliteJournal(path_).status()));
  bool given = false;
  ASSERT_TRUE(WriteFile(path_, [&given] {
                std::string piece = given ? "" : std::string(8192, 'x');
                given = true;
                return piece;
              }).ok());
  EXPECT_TRUE(absl::IsDataLoss(OpenSqliteJournal(path_).status()));
  ASSERT_TRUE(RemoveFile(path_).ok());
  MakeFile(1);
  Damage("PRAGMA user_version = 2");
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenSqliteJournal(path_).status()));
  Damage("PRAGMA application_id = 1");
  EXPECT_TRUE(absl::IsDataLoss(OpenSqliteJournal(path_).status()));
}

TEST_F(SqliteJournalTest, ADamagedSnapshotCountsAsNone) {
  const Head head = MakeFile(3);
  ASSERT_TRUE(OpenFile()->SaveSnapshot({head, {"one", "two"}}).ok());
  Damage("UPDATE snapshot_piece SET bytes = x'00' WHERE position = 1");
  const auto snapshot = OpenFile()->LoadSnapshot();
  ASSERT_TRUE(snapshot.ok());
  EXPECT_FALSE(snapshot->has_value());
}

TEST_F(SqliteJournalTest, ABackupWhileAppendingIsOneMoment) {
  const std::unique_ptr<SqliteJournalStore> store = OpenStore();
  ASSERT_TRUE(store->Create("0136").ok());
  const auto journal = store->Open("0136");
  std::atomic<bool> stop = false;
  std::atomic<Revision> appended = 0;
  std::thread appender([&] {
    Head head;
    while (!stop) {
      const auto next = (*journal)->Append(head, MakeEntries(head, 4, "reports", 2000));
      EXPECT_TRUE(next.ok()) << next.status();
      if (!next.ok()) return;
      head = *next;
      appended = head.revision;
    }
  });
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (appended < 40 && absl::Now() < deadline) std::this_thread::yield();
  for (int i = 0; i < 3; ++i) {
    const Revision before = appended;
    std::vector<std::string> pieces;
    const auto head = (*journal)->Backup([&pieces](absl::string_view piece) {
      pieces.emplace_back(piece);
      return absl::OkStatus();
    });
    EXPECT_TRUE(head.ok()) << head.status();
    if (!head.ok()) break;
    EXPECT_GE(head->revision, before);
    EXPECT_EQ(head->revision % 4, 0);
    size_t next = 0;
    const ScratchDirectory elsewhere;
    const auto restored = Restore(elsewhere.path(), "0136", [&pieces, &next] {
      return next < pieces.size() ? pieces[next++] : std::string();
    });
    EXPECT_TRUE(restored.ok() && *restored == *head) << restored.status();
  }
  stop = true;
  appender.join();
}

}  // namespace
}  // namespace samsyn::journal
