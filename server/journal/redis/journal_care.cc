// What a shared journal does by itself: keeps the copy, marks what others left unmarked, trims; and
// after a restart or a failover puts back what the server has lost, or finds the fork.
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "server/base/log.h"
#include "server/journal/redis/fork.h"
#include "server/journal/redis/functions.h"
#include "server/journal/redis/journal.h"

namespace samsyn::journal {
namespace {

constexpr size_t kFillEntries = 1024;    // a read
constexpr int kFillReads = 16;           // in one go, so that other journals have their turn
constexpr size_t kPutBackEntries = 256;  // a call
constexpr absl::Duration kBetweenReports = absl::Seconds(5);
constexpr char kTrimMost[] = "1000";     // entries a call, so that the server is not held up
constexpr char kLatelyMs[] = "3600000";  // a node that was not here for an hour has no copy

using Outcome = RedisAppender::Outcome;

}  // namespace

absl::Status RedisJournal::Begin() {
  RedisServer& at = server();
  // Else it is done when the server is opened, or found.
  if (Seeks() || at.CutOffSince().has_value()) return absl::OkStatus();
  return PutBack(at.caller().run_id());
}

RedisServer& RedisJournal::server() {
  MutexLock lock(mutex_);
  return *server_;
}

void RedisJournal::Seek(RedisServer& asked, absl::string_view why) {
  {
    MutexLock lock(mutex_);
    if (server_ != &asked) return;  // it has been found meanwhile
    seeks_why_ = std::string(why);
    if (seeks_since_.has_value()) return;
    seeks_since_ = absl::Now();
  }
  Log(LogLevel::kWarning, "a municipality is sought on the redis servers",
      {{"municipality", code_}, {"server", asked.name()}, {"why", std::string(why)}});
  seeker_.Hurry();
}

bool RedisJournal::Seeks() {
  MutexLock lock(mutex_);
  return seeks_since_.has_value();
}

bool RedisJournal::AwaitServer() {
  MutexLock lock(mutex_);
  while (seeks_since_.has_value()) {
    const absl::Duration left = *seeks_since_ + options_.settle - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    found_.WaitFor(mutex_, left);
  }
  return true;
}

// No append waits for it before what the copy has beyond the server's journal is put back.
void RedisJournal::GoOnAt(RedisServer& to) {
  RedisServer& from = server();
  if (&from != &to) {
    from.Remove(code_);  // nobody but this thread uses what is of the server's thread
    looked_ = reported_ = trimmed_ = absl::InfinitePast();
    reported_revision_ = -1;
    {
      MutexLock lock(mutex_);
      server_ = &to;
      epoch_ = 0;
      unmarked_since_.reset();
    }
    to.Add(code_, this);
  }
  if (!PutBack(to.caller().run_id()).ok()) return;  // it is tried again
  MutexLock lock(mutex_);
  Log(LogLevel::kInfo, "a municipality goes on at a redis server",
      {{"municipality", code_}, {"server", to.name()}});
  seeks_since_.reset();
  found_.SignalAll();
}

void RedisJournal::Keep() {
  bool look = false, fence = false;
  {
    MutexLock lock(mutex_);
    const absl::Time now = absl::Now();
    fence = unmarked_since_.has_value() && now - *unmarked_since_ >= options_.unmarked;
    look = fence || mark_.revision > copy_->End().revision || now - looked_ >= options_.look_after;
  }
  if (fence) Fence();
  if (look) {
    looked_ = absl::Now();
    FillCopy().IgnoreError();  // it is tried again
  } else {
    FlushCopy().IgnoreError();
  }
  if (Seeks()) return;
  ReportCopy();
  Trim();
}

// Marks what others have appended and not marked, by a write and a WAIT of our own.
void RedisJournal::Fence() {
  RedisServer& asked = server();
  const Outcome outcome = asked.appender().Fence(code_);
  if (outcome.kind == Outcome::Kind::kClosed) asked.NotOpen();
  if (outcome.kind != Outcome::Kind::kDone) return;
  LearnMark(outcome.end);
  MutexLock lock(mutex_);
  epoch_ = outcome.epoch;
  unmarked_since_.reset();
}

// Reads into the copy what is committed and not in it.
absl::Status RedisJournal::FillCopy() {
  for (int i = 0; i < kFillReads; ++i) {
    const Head before = copy_->End();
    const auto piece = ReadPiece(before.revision, kFillEntries);
    if (!piece.ok()) return piece.status();
    if (piece->empty()) break;
    if (absl::Status status = FlushCopy(); !status.ok()) return status;
  }
  return FlushCopy();
}

absl::Status RedisJournal::FlushCopy() {
  const absl::Status status = copy_->Flush();
  if (!status.ok() && !flush_failing_) {
    Log(LogLevel::kError, "the copy cannot be written",
        {{"municipality", code_}, {"why", std::string(status.message())}});
  }
  flush_failing_ = !status.ok();
  return status;
}

// Tells what this node's copy holds, which others count before the journal is trimmed.
void RedisJournal::ReportCopy() {
  const Revision held = copy_->EndInFile().revision;
  if (held == reported_revision_ || absl::Now() - reported_ < kBetweenReports) return;
  reported_ = absl::Now();
  const auto reply = server().caller().Call(
      {"HSET", RedisKey(code_, "copies"), server().node(), absl::StrCat(held)});
  if (reply.ok()) reported_revision_ = held;
}

void RedisJournal::Trim() {
  if (absl::Now() - trimmed_ < options_.trim_every) return;
  trimmed_ = absl::Now();
  const auto reply = server().caller().Call(
      {"FCALL", "samsyn_1_trim", "7", RedisKey(code_, "state"), RedisKey(code_, "journal"),
       RedisKey(code_, "entries"), RedisKey(code_, "committed"), RedisKey(code_, "snapshot"),
       RedisKey(code_, "copies"), kNodesKey, absl::StrCat(options_.keep_entries), kTrimMost,
       kLatelyMs});
  if (!reply.ok()) {
    Log(LogLevel::kWarning, "the journal cannot be trimmed",
        {{"municipality", code_}, {"why", std::string(reply.status().message())}});
  }
}

absl::Status RedisJournal::PutBack(const std::string& run_id) {
  {
    // What this server's predecessor had marked and nobody here has read may be gone with it.
    const Head here = copy_->End();
    MutexLock lock(mutex_);
    if (mark_.revision > here.revision) mark_ = here;
  }
  // Another node puts back at the same time: who finds the end elsewhere looks again.
  for (bool again = true; again;) {
    const Head here = copy_->End();
    RedisServer& asked = server();
    const auto there = LookUp(asked, code_, here.revision);
    if (absl::IsNotFound(there.status())) {
      Seek(asked, there.status().message());
      return absl::OkStatus();
    }
    if (!there.ok()) return there.status();
    // A fork is said; the other journals go on.
    const absl::Status fork = CheckFork();
    if (absl::IsDataLoss(fork)) return absl::OkStatus();
    if (!fork.ok()) return fork;
    if (there->end.revision >= here.revision) return absl::OkStatus();
    const auto more = PutBackSome(run_id, there->end);
    if (!more.ok()) return more.status();
    again = *more;
  }
  return absl::OkStatus();
}

// Puts back the entries after the server's end, at most so many; whether to look again.
absl::StatusOr<bool> RedisJournal::PutBackSome(const std::string& run_id, const Head& end) {
  const auto entries = copy_->Read(end.revision, kPutBackEntries);
  if (!entries.ok()) return entries.status();
  std::vector<std::string> command = {"FCALL",
                                      "samsyn_1_repair",
                                      "4",
                                      RedisKey(code_, "state"),
                                      kServerKey,
                                      RedisKey(code_, "journal"),
                                      RedisKey(code_, "entries"),
                                      run_id,
                                      absl::StrCat(end.revision),
                                      std::string(AsBytes(end.digest))};
  for (const Entry& entry : *entries) {
    command.emplace_back(AsBytes(entry.digest));
    command.push_back(StoredOf(entry).SerializeAsString());
  }
  const auto reply =
      server().caller().Call(std::vector<absl::string_view>(command.begin(), command.end()));
  if (!reply.ok()) return reply.status();
  const std::string word = reply->list.empty() ? std::string() : reply->list[0].text;
  if (word == "ok") {
    Log(LogLevel::kWarning, "put back what redis had lost",
        {{"municipality", code_},
         {"after", absl::StrCat(end.revision)},
         {"entries", absl::StrCat(entries->size())}});
    MutexLock lock(mutex_);
    unmarked_since_ = absl::InfinitePast();  // marked as soon as the server is open
    return true;
  }
  if (word == "other") return true;
  // Opened without this node, which came late. If nobody has appended since, what it has still
  // follows, as any append does; if somebody has, the next look finds the fork.
  if (word == "open") return PutBackLate(end, *entries);
  return absl::UnavailableError(absl::StrCat("Redis will not have it back: ", word));
}

absl::StatusOr<bool> RedisJournal::PutBackLate(const Head& end, const std::vector<Entry>& entries) {
  int64_t epoch;
  {
    MutexLock lock(mutex_);
    epoch = epoch_;
  }
  const Outcome outcome = server().appender().Append(code_, epoch, end, entries);
  MutexLock lock(mutex_);
  if (outcome.kind == Outcome::Kind::kEpoch) epoch_ = outcome.epoch;
  if (outcome.kind == Outcome::Kind::kDone || outcome.kind == Outcome::Kind::kEpoch ||
      outcome.kind == Outcome::Kind::kOther) {
    return true;
  }
  return absl::UnavailableError("what Redis has lost cannot be put back yet");
}

absl::Status RedisJournal::CheckFork() {
  MutexLock one_at_a_time(fork_mutex_);
  const auto found = FindFork(server(), code_, *copy_);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return absl::OkStatus();
  const Fork fork = **found;
  Log(LogLevel::kError, "the history has forked",
      {{"municipality", code_}, {"what", Describe(fork)}});
  const absl::Status set_aside = copy_->Replace([&] { return keeper_.SetAside(code_, fork); });
  if (!set_aside.ok()) {
    Log(LogLevel::kError, "the lost side of a fork cannot be set aside",
        {{"municipality", code_}, {"why", std::string(set_aside.message())}});
  }
  {
    MutexLock lock(mutex_);
    fork_ = fork;
    unfollowed_ = true;
    mark_ = {};
  }
  LearnMark(fork.kept);  // which wakes whoever reads
  return absl::DataLossError(Describe(fork));
}

}  // namespace samsyn::journal
