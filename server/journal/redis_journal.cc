// A journal on a Redis server that several nodes share: appending, reading, snapshots. What it does
// by itself, and after a failover, stands in redis_journal_care.cc.
#include "server/journal/redis_journal.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "server/base/log.h"
#include "server/journal/redis_fork.h"
#include "server/journal/redis_functions.h"

namespace samsyn::journal {
namespace {

constexpr size_t kChangesMax = 65'535;  // of an entry
constexpr size_t kReadBytes = 4 << 20;  // of one answer, about
constexpr int kEpochAttempts = 5;
constexpr absl::Duration kBetweenFences = absl::Milliseconds(50);
constexpr char kPiecesSeconds[] = "600";  // pieces of a snapshot that was not finished live so long

using Outcome = RedisAppender::Outcome;

Head HeadOf(const RedisReply& revision, const RedisReply& digest) {
  Head head;
  head.revision = revision.integer;
  if (digest.text.size() == std::tuple_size_v<Digest>) head.digest = DigestFrom(digest.text);
  return head;
}

absl::Status ReplyUnreadable() { return absl::UnavailableError("Redis: a reply cannot be read"); }

}  // namespace

RedisJournal::RedisJournal(std::string code, RedisServer& server, std::unique_ptr<NodeCopy> copy,
                           RedisJournalOptions options, ForkKeeper& keeper)
    : code_(std::move(code)),
      server_(server),
      copy_(std::move(copy)),
      options_(options),
      keeper_(keeper) {
  server_.Add(code_, this);
}

RedisJournal::~RedisJournal() {
  server_.Remove(code_);
  if (!server_.CutOffSince().has_value()) FillCopy().IgnoreError();
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
    if (missing_) {
      return absl::UnavailableError(
          absl::StrCat("Redis knows no municipality ", code_, "; this node has a copy of it"));
    }
  }
  return server_.MayAppend();
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
    const Outcome outcome = server_.appender().Append(code_, epoch, base, entries);
    if (outcome.kind != Outcome::Kind::kEpoch) return Answer(outcome, base, entries, next);
    MutexLock lock(mutex_);
    epoch_ = outcome.epoch;
  }
  return absl::UnavailableError("others fence this journal all the time");
}

absl::StatusOr<Head> RedisJournal::Answer(const Outcome& outcome, const Head& base,
                                          absl::Span<const Entry> entries, const Head& next) {
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
      server_.NotOpen();
      return absl::UnavailableError("Redis has changed and is being opened");
    case Outcome::Kind::kForked: {
      MutexLock lock(mutex_);
      fork_ = ReadFork(outcome.text);
      return absl::DataLossError(fork_ ? Describe(*fork_) : "the history has forked");
    }
    case Outcome::Kind::kMoved:
      return absl::UnavailableError(absl::StrCat("moved to the server ", outcome.text));
    case Outcome::Kind::kMissing: {
      MutexLock lock(mutex_);
      missing_ = true;
      return absl::UnavailableError("Redis knows no such municipality");
    }
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
    const Outcome outcome = server_.appender().Fence(code_);
    if (outcome.kind == Outcome::Kind::kDone) {
      LearnMark(outcome.end);
      MutexLock lock(mutex_);
      epoch_ = outcome.epoch;
      unmarked_since_.reset();
      if (outcome.end == next) return absl::OkStatus();
      if (outcome.end == base) return absl::UnavailableError("it was not appended");
      return absl::AbortedError("others appended");
    }
    if (outcome.kind == Outcome::Kind::kClosed) server_.NotOpen();
    status = outcome.status;
    absl::SleepFor(kBetweenFences);
  } while (absl::Now() < deadline);
  return absl::UnknownError(absl::StrCat("not known whether it was appended: ", status.message()));
}

absl::StatusOr<RedisJournal::View> RedisJournal::Ask(Revision after, size_t max) {
  const std::string state = RedisKey(code_, "state"), journal = RedisKey(code_, "journal");
  const std::string stored = RedisKey(code_, "entries"), mark = RedisKey(code_, "committed");
  const auto reply =
      server_.caller().Call({"FCALL_RO", "samsyn_1_read", "4", state, journal, stored, mark,
                             absl::StrCat(after), absl::StrCat(max), absl::StrCat(kReadBytes)});
  if (!reply.ok()) return reply.status();
  const std::vector<RedisReply>& list = reply->list;
  {
    MutexLock lock(mutex_);
    missing_ = !list.empty() && list[0].text == "missing";
    if (missing_) return absl::UnavailableError("Redis knows no such municipality");
  }
  if (list.size() < 9 || list[0].text != "ok") return ReplyUnreadable();
  View view;
  view.epoch = list[1].integer;
  view.mark = HeadOf(list[2], list[3]);
  view.end = HeadOf(list[4], list[5]);
  view.trimmed = list[6].integer;
  view.fork = list[8].text;
  for (size_t i = 9; i < list.size(); ++i) {
    v1::StoredEntry stored_entry;
    if (!stored_entry.ParseFromString(list[i].text)) return ReplyUnreadable();
    auto entry = EntryOf(std::move(stored_entry));
    if (!entry.ok()) return entry.status();
    view.entries.push_back(*std::move(entry));
  }
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
  if (server_.CutOffSince().has_value()) return std::vector<Entry>();
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
  if (server_.CutOffSince().has_value()) return here;
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
  if (server_.CutOffSince().has_value()) return absl::OkStatus();
  const std::string list = RedisKey(code_, absl::StrCat("snapshot:", Hex(RandomBytes(8))));
  Sha256 pieces;
  for (const std::string& piece : snapshot.chunks) {
    pieces.Update(piece);
    const auto pushed = server_.caller().Call({"RPUSH", list, piece});
    if (!pushed.ok()) return pushed.status();
    const auto kept = server_.caller().Call({"EXPIRE", list, kPiecesSeconds});
    if (!kept.ok()) return kept.status();
  }
  const auto saved = server_.caller().Call(
      {"FCALL", "samsyn_1_snapshot", "5", RedisKey(code_, "state"), RedisKey(code_, "journal"),
       RedisKey(code_, "committed"), RedisKey(code_, "snapshot"), list,
       absl::StrCat(snapshot.head.revision), AsBytes(snapshot.head.digest),
       absl::StrCat(snapshot.chunks.size()), AsBytes(pieces.Finish())});
  if (!saved.ok()) return saved.status();
  if (!saved->list.empty() && saved->list[0].text == "ok") return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the journal has no committed revision ",
                                                    snapshot.head.revision, " with the digest ",
                                                    Hex(snapshot.head.digest)));
}

// The newer of the copy's and the server's.
absl::StatusOr<std::optional<Snapshot>> RedisJournal::LoadSnapshot() {
  auto here = copy_->LoadSnapshot();
  if (!here.ok() || server_.CutOffSince().has_value()) return here;
  auto there = LoadSharedSnapshot();
  if (!there.ok()) {
    Log(LogLevel::kWarning, "the shared snapshot cannot be used",
        {{"municipality", code_}, {"why", std::string(there.status().message())}});
    return here;
  }
  const bool newer = there->has_value() &&
                     (!here->has_value() || (*there)->head.revision > (*here)->head.revision);
  return newer ? there : here;
}

absl::StatusOr<std::optional<Snapshot>> RedisJournal::LoadSharedSnapshot() {
  const std::string key = RedisKey(code_, "snapshot");
  const auto about =
      server_.caller().Call({"HMGET", key, "revision", "digest", "pieces", "sha256", "list"});
  if (!about.ok()) return about.status();
  if (about->list.size() != 5) return ReplyUnreadable();
  if (about->list[0].kind == RedisReply::Kind::kNil) return std::nullopt;
  Snapshot snapshot;
  int pieces = 0;
  if (!absl::SimpleAtoi(about->list[0].text, &snapshot.head.revision) ||
      !absl::SimpleAtoi(about->list[2].text, &pieces) ||
      about->list[1].text.size() != std::tuple_size_v<Digest>) {
    return ReplyUnreadable();
  }
  snapshot.head.digest = DigestFrom(about->list[1].text);
  Sha256 sum;
  for (int i = 0; i < pieces; ++i) {
    const auto piece = server_.caller().Call({"LINDEX", about->list[4].text, absl::StrCat(i)});
    if (!piece.ok()) return piece.status();
    sum.Update(piece->text);
    snapshot.chunks.push_back(piece->text);
  }
  if (AsBytes(sum.Finish()) != about->list[3].text) {
    return absl::UnavailableError("its pieces are not what was saved");
  }
  return snapshot;
}

absl::StatusOr<Head> RedisJournal::Backup(std::function<absl::Status(absl::string_view)> sink) {
  if (absl::Status status = FillCopy(); !status.ok()) return status;
  return copy_->Backup(std::move(sink));
}

Standing RedisJournal::Stands() {
  Standing standing;
  standing.cut_off_since = server_.CutOffSince();
  const Revision here = copy_->End().revision;
  MutexLock lock(mutex_);
  standing.committed = std::max(here, mark_.revision);
  standing.fork = fork_;
  return standing;
}

absl::StatusOr<bool> RedisJournal::ResumeWrites() {
  const auto reply =
      server_.caller().Call({"FCALL", "samsyn_1_resume", "1", RedisKey(code_, "state")});
  if (!reply.ok()) return reply.status();
  MutexLock lock(mutex_);
  fork_.reset();
  return reply->integer == 1;
}

}  // namespace samsyn::journal
