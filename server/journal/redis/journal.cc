// A journal on a Redis server that several nodes share: appending, reading, snapshots. What it does
// by itself, and after a failover, stands in journal_care.cc.
#include "server/journal/redis/journal.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "server/base/log.h"
#include "server/journal/redis/fork.h"
#include "server/journal/redis/functions.h"
#include "server/journal/redis/snapshot.h"
#include "server/journal/redis/state.h"

namespace samsyn::journal {
namespace {

constexpr size_t kChangesMax = 65'535;  // of an entry
constexpr size_t kReadBytes = 4 << 20;  // of one answer, about
constexpr int kEpochAttempts = 5;
constexpr absl::Duration kBetweenFences = absl::Milliseconds(50);

using Outcome = RedisAppender::Outcome;

Head HeadOf(const RedisReply& revision, const RedisReply& digest) {
  Head head;
  head.revision = revision.integer;
  if (digest.text.size() == std::tuple_size_v<Digest>) head.digest = DigestFrom(digest.text);
  return head;
}

bool IsGone(const Outcome& outcome) {
  return outcome.kind == Outcome::Kind::kMoved || outcome.kind == Outcome::Kind::kMissing;
}

std::string WhereItIs(absl::string_view moved) {
  if (moved.empty()) return "Redis knows no such municipality; this node has a copy of it";
  return absl::StrCat("moved to the Redis ", moved, ", which does not have it yet or is not ",
                      "reached by this node (--redis)");
}

}  // namespace

RedisJournal::RedisJournal(std::string code, RedisSeeker& seeker, RedisServer& server, bool found,
                           std::unique_ptr<NodeCopy> copy, RedisJournalOptions options,
                           ForkKeeper& keeper)
    : code_(std::move(code)),
      seeker_(seeker),
      copy_(std::move(copy)),
      options_(options),
      keeper_(keeper),
      server_(&server) {
  server.Add(code_, this);
  seeker_.Add(code_, this);
  if (!found) Seek(server, "no Redis that can be reached has this municipality");
}

RedisJournal::~RedisJournal() {
  seeker_.Remove(code_);  // first: nobody gives it another server any more
  server().Remove(code_);
  if (!server().CutOffSince().has_value()) FillCopy().IgnoreError();
  if (const absl::Status status = copy_->Flush(); !status.ok()) {
    Log(LogLevel::kWarning, "the copy lacks the newest entries",
        {{"municipality", code_}, {"why", std::string(status.message())}});
  }
}

// Why nothing may be appended just now.
absl::Status RedisJournal::Refusal() {
  {
    MutexLock lock(mutex_);
    if (fork_.has_value()) return absl::DataLossError(Describe(*fork_));
    if (seeks_since_.has_value()) return absl::UnavailableError(seeks_why_);
  }
  return server().MayAppend();
}

absl::StatusOr<Head> RedisJournal::Append(Head base, absl::Span<const Entry> entries) {
  const absl::StatusOr<Head> next = HeadAfter(base, entries);
  if (!next.ok()) return absl::InvalidArgumentError(next.status().message());
  for (const Entry& entry : entries) {
    if (entry.changes.size() > kChangesMax) {
      return absl::InvalidArgumentError("an entry has more than 65,535 changes");
    }
  }
  MutexLock lock(append_mutex_);
  AwaitServer();
  absl::Status refusal = Refusal();
  if (doubt_.has_value()) {
    // Until it is known what became of the last append, "nothing happened" may not be said.
    if (!refusal.ok()) return absl::UnknownError(refusal.message());
    const absl::Status settled = Settle(doubt_->first, doubt_->second);
    if (absl::IsUnknown(settled)) return settled;
    doubt_.reset();
  }
  if (!refusal.ok()) return refusal;
  if (copy_->End().revision > base.revision) {
    return absl::AbortedError(absl::StrCat("the journal goes on after revision ", base.revision));
  }
  return AppendLocked(base, entries, *next);
}

absl::StatusOr<Head> RedisJournal::AppendLocked(const Head& base, absl::Span<const Entry> entries,
                                                const Head& next) {
  for (int attempt = 0; attempt < kEpochAttempts; ++attempt) {
    int64_t epoch;
    {
      MutexLock lock(mutex_);
      epoch = epoch_;
    }
    RedisServer& asked = server();
    const Outcome outcome = asked.appender().Append(code_, epoch, base, entries);
    if (IsGone(outcome)) {
      Seek(asked, WhereItIs(outcome.text));
      AwaitServer();
      if (absl::Status refusal = Refusal(); !refusal.ok()) return refusal;
      continue;
    }
    if (outcome.kind != Outcome::Kind::kEpoch) return Answer(asked, outcome, base, entries, next);
    MutexLock lock(mutex_);
    epoch_ = outcome.epoch;
  }
  return absl::UnavailableError("others fence or move this journal all the time");
}

absl::StatusOr<Head> RedisJournal::Answer(RedisServer& asked, const Outcome& outcome,
                                          const Head& base, absl::Span<const Entry> entries,
                                          const Head& next) {
  absl::Status status;
  switch (outcome.kind) {
    case Outcome::Kind::kDone:
      break;
    case Outcome::Kind::kOther: {
      LearnMark(outcome.mark);
      MutexLock lock(mutex_);
      if (outcome.end.revision > outcome.mark.revision && !unmarked_since_.has_value()) {
        unmarked_since_ = absl::Now();
      }
      return absl::AbortedError(absl::StrCat("the journal ends at revision ", outcome.end.revision,
                                             " ", Hex(outcome.end.digest), ", not at ",
                                             base.revision, " ", Hex(base.digest)));
    }
    case Outcome::Kind::kClosed:
      asked.NotOpen();
      return absl::UnavailableError("Redis has changed and is being opened");
    case Outcome::Kind::kForked: {
      MutexLock lock(mutex_);
      fork_ = ReadFork(outcome.text);
      return absl::DataLossError(fork_ ? Describe(*fork_) : "the history has forked");
    }
    case Outcome::Kind::kMoved:
    case Outcome::Kind::kMissing:
    case Outcome::Kind::kNothing:
    case Outcome::Kind::kEpoch:
      return absl::IsResourceExhausted(outcome.status)
                 ? outcome.status
                 : absl::UnavailableError(outcome.status.message());
    case Outcome::Kind::kUnknown:
      if (entries.empty()) return absl::UnavailableError(outcome.status.message());
      doubt_.emplace(base, next);
      status = Settle(base, next);
      if (absl::IsUnknown(status)) return status;
      doubt_.reset();
      if (!status.ok()) return status;
  }
  Appended(next);
  if (status = copy_->Add(base, entries); !status.ok()) return status;
  return next;
}

absl::Status RedisJournal::Settle(const Head& base, const Head& next) {
  const absl::Time deadline = absl::Now() + options_.settle;
  absl::Status status;
  do {
    RedisServer& asked = server();
    const Outcome outcome = asked.appender().Fence(code_);
    if (outcome.kind == Outcome::Kind::kDone) {
      LearnMark(outcome.end);
      {
        MutexLock lock(mutex_);
        epoch_ = outcome.epoch;
        unmarked_since_.reset();
      }
      status = FateOf(base, next, outcome.end);
      if (!absl::IsUnknown(status)) return status;
    } else {
      status = outcome.status;
    }
    if (outcome.kind == Outcome::Kind::kClosed) asked.NotOpen();
    // Where it went it stands, if it was appended, and the fence there tells.
    if (IsGone(outcome)) Seek(asked, WhereItIs(outcome.text));
    absl::SleepFor(kBetweenFences);
  } while (absl::Now() < deadline);
  return absl::UnknownError(absl::StrCat("not known whether it was appended: ", status.message()));
}

absl::Status RedisJournal::FateOf(const Head& base, const Head& next, const Head& end) {
  if (end == next) return absl::OkStatus();
  if (end == base) return absl::UnavailableError("it was not appended");
  if (end.revision >= next.revision) {  // others may have appended on top of it
    const auto there = Read(next.revision - 1, 1);
    if (!there.ok()) return absl::UnknownError(there.status().message());
    if (there->empty()) return absl::UnknownError("Redis is away");
    if (there->front().digest == next.digest) return absl::OkStatus();
  }
  return absl::AbortedError("others appended");
}

absl::StatusOr<RedisJournal::View> RedisJournal::Ask(Revision after, size_t max) {
  RedisServer& asked = server();
  const std::vector<std::string> command = ReadCommand(code_, after, max, kReadBytes);
  const auto reply =
      asked.caller().Call(std::vector<absl::string_view>(command.begin(), command.end()));
  if (!reply.ok()) return reply.status();
  const std::vector<RedisReply>& list = reply->list;
  if (!list.empty() && list[0].text == "missing") {
    Seek(asked, WhereItIs(""));
    return absl::UnavailableError(WhereItIs(""));
  }
  auto entries = EntriesIn(*reply);
  if (!entries.ok()) return entries.status();
  if (!list[7].text.empty()) Seek(asked, WhereItIs(list[7].text));
  View view;
  view.epoch = list[1].integer;
  view.mark = HeadOf(list[2], list[3]);
  view.end = HeadOf(list[4], list[5]);
  view.trimmed = list[6].integer;
  view.fork = list[8].text;
  view.entries = *std::move(entries);
  return view;
}

absl::Status RedisJournal::Learn(const View& view) {
  LearnMark(view.mark);
  {
    MutexLock lock(mutex_);
    epoch_ = std::max(epoch_, view.epoch);
    if (!unfollowed_) fork_ = ReadFork(view.fork);
    if (view.end.revision <= view.mark.revision) {
      unmarked_since_.reset();
    } else if (!unmarked_since_.has_value()) {
      unmarked_since_ = absl::Now();
    }
  }
  const Head here = copy_->End();
  const bool other_end = view.mark.revision == here.revision && view.mark != here;
  return other_end ? CheckFork() : absl::OkStatus();
}

void RedisJournal::LearnMark(const Head& mark) {
  {
    MutexLock lock(mutex_);
    if (mark.revision <= mark_.revision) return;
    mark_ = mark;
  }
  MutexLock lock(wake_mutex_);
  if (wake_) wake_();
}

// Of what this node has appended nobody need be woken here.
void RedisJournal::Appended(const Head& end) {
  MutexLock lock(mutex_);
  if (end.revision > mark_.revision) mark_ = end;
}

absl::StatusOr<std::vector<Entry>> RedisJournal::Read(Revision after, size_t max) {
  after = std::max<Revision>(after, 0);
  std::vector<Entry> entries;
  while (entries.size() < max) {
    auto piece = ReadPiece(after + static_cast<Revision>(entries.size()), max - entries.size());
    if (!piece.ok()) {
      if (entries.empty() || absl::IsDataLoss(piece.status())) return piece;
      return entries;
    }
    if (piece->empty()) return entries;
    std::move(piece->begin(), piece->end(), std::back_inserter(entries));
  }
  return entries;
}

// From the copy, or what the copy has not, from the server; nothing more while that is away.
absl::StatusOr<std::vector<Entry>> RedisJournal::ReadPiece(Revision after, size_t max) {
  {
    MutexLock lock(mutex_);
    if (fork_.has_value() && after <= fork_->common) unfollowed_ = false;
  }
  auto here = copy_->Read(after, max);
  if (!here.ok() || !here->empty()) return here;
  if (server().CutOffSince().has_value()) return std::vector<Entry>();
  auto view = Ask(after, max);
  if (!view.ok()) return view.status();
  if (absl::Status status = Learn(*view); !status.ok()) return status;
  if (after < view->trimmed) {
    return absl::OutOfRangeError(
        absl::StrCat("Redis has the entries after revision ", view->trimmed,
                     " only: put another node's export in place of this node's copy"));
  }
  const Head end = copy_->End();
  if (end.revision == after && !view->entries.empty()) {
    if (!HeadAfter(end, view->entries).ok()) {
      const absl::Status status = CheckFork();
      return status.ok() ? absl::UnavailableError("what was read does not follow") : status;
    }
    if (absl::Status status = copy_->Add(end, view->entries); !status.ok()) return status;
  }
  return std::move(view->entries);
}

absl::StatusOr<Head> RedisJournal::CommittedHead() {
  const Head here = copy_->End();
  if (server().CutOffSince().has_value()) return here;
  const auto view = Ask(here.revision, 0);
  if (!view.ok()) return view.status();
  if (absl::Status status = Learn(*view); !status.ok()) return status;
  return view->mark.revision > here.revision ? view->mark : here;
}

void RedisJournal::SetWake(std::function<void()> wake) {
  MutexLock lock(wake_mutex_);
  wake_ = std::move(wake);
}

void RedisJournal::Marked(const Head& mark) { LearnMark(mark); }

absl::Status RedisJournal::SaveSnapshot(const Snapshot& snapshot) {
  if (absl::Status status = copy_->Flush(); !status.ok()) return status;
  if (snapshot.head.revision <= copy_->EndInFile().revision) {
    const absl::Status status = copy_->SaveSnapshot(snapshot);
    if (!status.ok()) return status;
  }
  RedisServer& at = server();
  if (at.CutOffSince().has_value()) return absl::OkStatus();
  return SaveSnapshotAt(at.caller(), code_, snapshot);
}

// The newer of the copy's and the server's.
absl::StatusOr<std::optional<Snapshot>> RedisJournal::LoadSnapshot() {
  auto here = copy_->LoadSnapshot();
  RedisServer& at = server();
  if (!here.ok() || at.CutOffSince().has_value()) return here;
  auto there = LoadSnapshotAt(at.caller(), code_);
  if (!there.ok()) {
    Log(LogLevel::kWarning, "the shared snapshot cannot be used",
        {{"municipality", code_}, {"why", std::string(there.status().message())}});
    return here;
  }
  const bool newer = there->has_value() &&
                     (!here->has_value() || (*there)->head.revision > (*here)->head.revision);
  return newer ? there : here;
}

absl::StatusOr<Head> RedisJournal::Backup(std::function<absl::Status(absl::string_view)> sink) {
  if (absl::Status status = FillCopy(); !status.ok()) return status;
  return copy_->Backup(std::move(sink));
}

Standing RedisJournal::Stands() {
  Standing standing;
  standing.cut_off_since = server().CutOffSince();
  const Revision here = copy_->End().revision;
  MutexLock lock(mutex_);
  if (!standing.cut_off_since.has_value() && seeks_since_.has_value() &&
      absl::Now() - *seeks_since_ > options_.settle) {
    standing.cut_off_since = seeks_since_;
  }
  standing.committed = std::max(here, mark_.revision);
  standing.fork = fork_;
  return standing;
}

absl::StatusOr<bool> RedisJournal::ResumeWrites() {
  const auto reply =
      server().caller().Call({"FCALL", "samsyn_1_resume", "1", RedisKey(code_, "state")});
  if (!reply.ok()) return reply.status();
  MutexLock lock(mutex_);
  fork_.reset();
  return reply->integer == 1;
}

}  // namespace samsyn::journal
