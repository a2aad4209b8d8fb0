// What a shared journal does by itself: keeps the copy, marks what others left unmarked, trims; and
// after a restart or a failover puts back what the server has lost, or finds the fork.
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "server/base/log.h"
#include "server/journal/redis_fork.h"
#include "server/journal/redis_functions.h"
#include "server/journal/redis_journal.h"

namespace samsyn::journal {
namespace {

constexpr size_t kFillEntries = 1024;    // a read
constexpr int kFillReads = 16;           // in one go, so that other journals have their turn
constexpr size_t kPutBackEntries = 256;  // a call
constexpr absl::Duration kBetweenReports = absl::Seconds(5);
constexpr char kTrimMost[] = "1000";     // entries a call, so that the server is not held up
constexpr char kLatelyMs[] = "3600000";  // a node that was not here for an hour has no copy

using Outcome = RedisAppender::Outcome;

absl::Status NotReadable() { return absl::UnavailableError("Redis: a reply cannot be read"); }

}  // namespace

void RedisJournal::Keep() {
  bool look = false, fence = false;
  {
    MutexLock lock(mutex_);
    if (!diverged_.ok()) return;
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
  ReportCopy();
  Trim();
}

// Marks what others have appended and not marked, by a write and a WAIT of our own.
void RedisJournal::Fence() {
  const Outcome outcome = server_.appender().Fence(code_);
  if (outcome.kind == Outcome::Kind::kClosed) server_.NotOpen();
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
  const auto reply = server_.caller().Call(
      {"HSET", RedisKey(code_, "copies"), server_.node(), absl::StrCat(held)});
  if (reply.ok()) reported_revision_ = held;
}

void RedisJournal::Trim() {
  if (absl::Now() - trimmed_ < options_.trim_every) return;
  trimmed_ = absl::Now();
  const auto reply = server_.caller().Call(
      {"FCALL", "samsyn_1_trim", "7", RedisKey(code_, "state"), RedisKey(code_, "journal"),
       RedisKey(code_, "entries"), RedisKey(code_, "committed"), RedisKey(code_, "snapshot"),
       RedisKey(code_, "copies"), kNodesKey, absl::StrCat(options_.keep_entries), kTrimMost,
       kLatelyMs});
  if (!reply.ok()) {
    Log(LogLevel::kWarning, "the journal cannot be trimmed",
        {{"municipality", code_}, {"why", std::string(reply.status().message())}});
  }
}

absl::StatusOr<RedisJournal::Lookup> RedisJournal::LookUp(Revision revision) {
  const auto reply =
      server_.caller().Call({"FCALL_RO", "samsyn_1_lookup", "2", RedisKey(code_, "state"),
                             RedisKey(code_, "journal"), absl::StrCat(revision)});
  if (!reply.ok()) return reply.status();
  if (reply->list.size() == 1 && reply->list[0].text == "missing") {
    return absl::NotFoundError("Redis knows no such municipality");
  }
  if (reply->list.size() != 4 || reply->list[3].text.size() != std::tuple_size_v<Digest>) {
    return NotReadable();
  }
  Lookup lookup;
  if (reply->list[1].text.size() == std::tuple_size_v<Digest>) {
    lookup.digest = DigestFrom(reply->list[1].text);
  }
  lookup.end = {reply->list[2].integer, DigestFrom(reply->list[3].text)};
  return lookup;
}

absl::Status RedisJournal::PutBack(const std::string& run_id) {
  // Another node puts back at the same time: who finds the end elsewhere looks again.
  for (bool again = true; again;) {
    const Head here = copy_->End();
    const auto there = LookUp(here.revision);
    if (absl::IsNotFound(there.status())) {
      MutexLock lock(mutex_);
      if (!missing_)
        Log(LogLevel::kError, "redis has lost a municipality", {{"municipality", code_}});
      missing_ = true;
      return absl::OkStatus();
    }
    if (!there.ok()) return there.status();
    if (there->end.revision >= here.revision) {
      const bool other = there->digest.has_value() && *there->digest != here.digest;
      if (other) FoundFork(there->end).IgnoreError();  // said; the other journals go on
      return absl::OkStatus();
    }
    const auto digest = copy_->DigestAt(there->end.revision);
    if (!digest.ok()) return digest.status();
    if (*digest != there->end.digest) {
      FoundFork(there->end).IgnoreError();
      return absl::OkStatus();
    }
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
      server_.caller().Call(std::vector<absl::string_view>(command.begin(), command.end()));
  if (!reply.ok()) return reply.status();
  const std::string word = reply->list.empty() ? std::string() : reply->list[0].text;
  if (word == "ok") {
    Log(LogLevel::kWarning, "put back what redis had lost",
        {{"municipality", code_},
         {"after", absl::StrCat(end.revision)},
         {"entries", absl::StrCat(entries->size())}});
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
  const Outcome outcome = server_.appender().Append(code_, epoch, end, entries);
  MutexLock lock(mutex_);
  if (outcome.kind == Outcome::Kind::kEpoch) epoch_ = outcome.epoch;
  if (outcome.kind == Outcome::Kind::kDone || outcome.kind == Outcome::Kind::kEpoch ||
      outcome.kind == Outcome::Kind::kOther) {
    return true;
  }
  return absl::UnavailableError("what Redis has lost cannot be put back yet");
}

// The last revision that both histories have; they part somewhere up to `most`.
absl::StatusOr<Revision> RedisJournal::LastCommon(Revision most) {
  Revision same = 0, other = most + 1;
  while (other - same > 1) {
    const Revision middle = same + (other - same) / 2;
    const auto there = LookUp(middle);
    if (!there.ok()) return there.status();
    const auto here = copy_->DigestAt(middle);
    if (!here.ok()) return here.status();
    // What is trimmed was in two copies and stands for both.
    (!there->digest.has_value() || *there->digest == *here ? same : other) = middle;
  }
  return same;
}

absl::Status RedisJournal::FoundFork(const Head& end) {
  const Head here = copy_->End();
  const auto common = LastCommon(std::min(here.revision, end.revision));
  if (!common.ok()) return common.status();
  if (*common == here.revision) return absl::UnavailableError("no fork");  // it was a passing sight
  const Fork fork{server_.node(), *common, end, here};
  const auto told = server_.caller().Call(
      {"FCALL", "samsyn_1_fork", "1", RedisKey(code_, "state"), TextOfFork(fork)});
  if (!told.ok()) return told.status();
  MutexLock lock(mutex_);
  fork_ = fork;
  diverged_ = absl::DataLossError(Describe(fork));
  Log(LogLevel::kError, "the history has forked",
      {{"municipality", code_}, {"what", Describe(fork)}});
  return diverged_;
}

}  // namespace samsyn::journal
