// The journals of a data directory.
#include "server/journal/sqlite_store.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>

#include <algorithm>
#include <utility>

#include "server/base/log.h"
#include "server/journal/sqlite_journal.h"
#include "server/journal/tools.h"

namespace samsyn::journal {
namespace {

constexpr char kSuffix[] = ".journal";
constexpr size_t kCodeLengthMax = 32;
const absl::Duration kCheckpointInterval = absl::Milliseconds(500);

std::string DoubtMark(const std::string& path) { return path + ".doubt"; }

// Half-made files that a crash left.
bool IsLeftOver(absl::string_view name) {
  for (const char* const kind : {"new", "backup-", "recovering", "importing", "restoring"}) {
    if (absl::StrContains(name, absl::StrCat(kSuffix, ".", kind))) return true;
  }
  return false;
}

absl::Status TidyUp(const std::string& directory) {
  const absl::StatusOr<std::vector<std::string>> names = NamesIn(directory);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    const std::string path = absl::StrCat(directory, "/", name);
    absl::Status status;
    if (IsLeftOver(name)) status = RemoveFile(path);
    if (absl::EndsWith(name, ".journal.recovered")) {
      status = FinishRecovery(std::string(absl::StripSuffix(path, ".recovered")));
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> JournalPath(absl::string_view directory, absl::string_view code) {
  const bool fits = !code.empty() && code.size() <= kCodeLengthMax &&
                    std::all_of(code.begin(), code.end(), [](char c) {
                      return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
                    });
  if (!fits) return absl::InvalidArgumentError("not a municipality's code");
  return absl::StrCat(directory, "/", code, kSuffix);
}

absl::StatusOr<std::unique_ptr<SqliteJournalStore>> SqliteJournalStore::OpenDirectory(
    const std::string& directory, const std::string& vfs) {
  absl::StatusOr<std::unique_ptr<DirectoryLock>> lock = DirectoryLock::Take(directory);
  if (!lock.ok()) return lock.status();
  if (const absl::Status status = TidyUp(directory); !status.ok()) return status;
  return std::unique_ptr<SqliteJournalStore>(
      new SqliteJournalStore(directory, vfs, std::move(*lock)));
}

SqliteJournalStore::SqliteJournalStore(std::string directory, std::string vfs,
                                       std::unique_ptr<DirectoryLock> lock)
    : directory_(std::move(directory)),
      vfs_(std::move(vfs)),
      lock_(std::move(lock)),
      checkpointer_(kCheckpointInterval) {}

absl::StatusOr<std::vector<std::string>> SqliteJournalStore::Codes() {
  absl::StatusOr<std::vector<std::string>> names = NamesIn(directory_);
  if (!names.ok()) return names.status();
  std::vector<std::string> codes;
  for (absl::string_view name : *names) {
    if (absl::ConsumeSuffix(&name, kSuffix)) codes.emplace_back(name);
  }
  return codes;
}

absl::StatusOr<std::unique_ptr<Journal>> SqliteJournalStore::Open(absl::string_view code) {
  const absl::StatusOr<std::string> path = JournalPath(directory_, code);
  if (!path.ok()) return path.status();
  if (!FileExists(*path)) return absl::NotFoundError(absl::StrCat("no journal of ", code));
  {
    MutexLock lock(mutex_);
    if (!open_.insert(*path).second) {
      return absl::FailedPreconditionError(absl::StrCat("the journal of ", code, " is open"));
    }
  }
  const auto closed = [this, path = *path] {
    MutexLock lock(mutex_);
    open_.erase(path);
  };
  if (const absl::Status status = RecoverIfInDoubt(*path); !status.ok()) {
    closed();
    return status;
  }
  SqliteJournalOptions options;
  options.vfs = vfs_;
  options.checkpointer = &checkpointer_;
  options.on_doubt = [this, path = *path] { Doubt(path); };
  options.on_close = closed;
  return OpenSqliteJournal(*path, std::move(options));
}

absl::Status SqliteJournalStore::Create(absl::string_view code) {
  const absl::StatusOr<std::string> path = JournalPath(directory_, code);
  if (!path.ok()) return path.status();
  MutexLock lock(mutex_);  // two at once would share the half-made file
  return CreateSqliteJournal(*path, vfs_);
}

absl::Status SqliteJournalStore::RecoverIfInDoubt(const std::string& path) {
  {
    MutexLock lock(mutex_);
    if (!in_doubt_.contains(path) && !FileExists(DoubtMark(path))) return absl::OkStatus();
  }
  const absl::StatusOr<Recovery> recovery = Recover(path, {});
  if (!recovery.ok()) return recovery.status();
  Log(LogLevel::kWarning, "journal recovered",
      {{"file", path}, {"kept_beside", recovery->damaged_path}});
  if (const absl::Status status = RemoveFile(DoubtMark(path)); !status.ok()) return status;
  MutexLock lock(mutex_);
  in_doubt_.erase(path);
  return absl::OkStatus();
}

void SqliteJournalStore::Doubt(const std::string& path) {
  {
    MutexLock lock(mutex_);
    in_doubt_.insert(path);
  }
  // So that the next process knows too. On a disk that fails it may not come about.
  if (const absl::Status status = TouchDurably(DoubtMark(path)); !status.ok()) {
    Log(LogLevel::kError, "journal's doubt not kept", {{"why", std::string(status.message())}});
  }
}

}  // namespace samsyn::journal
