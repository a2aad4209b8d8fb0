#include "server/engine/municipality.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <thread>
#include <utility>

#include "server/base/log.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/domain/timers.h"
#include "server/engine/judge.h"

namespace samsyn::engine {
namespace {

constexpr size_t kReadEntries = 256;  // entries a read
constexpr int kQuickRetries = 3;      // Aborted rounds before a random pause

absl::Status QueueFull() {
  return domain::Refuse(v1::ERROR_REASON_QUEUE_FULL,
                        {"Too much is waiting just now. Try again in a moment.",
                         "För mycket väntar just nu. Försök igen om en stund."});
}

absl::Status ShuttingDown() {
  return domain::Refuse(v1::ERROR_REASON_SHUTTING_DOWN,
                        {"The server is stopping. Try again in a moment.",
                         "Servern stängs av. Försök igen om en stund."});
}

absl::Status RequestIdReused() {
  return domain::Refuse(v1::ERROR_REASON_REQUEST_ID_REUSED,
                        {"This request id was used for something else.",
                         "Det här begärans-id:t har använts till något annat."});
}

absl::Status OutcomeUnknown() {
  return domain::Refuse(v1::ERROR_REASON_OUTCOME_UNKNOWN,
                        {"It is not known whether this was saved. Repeat it as it is.",
                         "Det är okänt om detta sparades. Upprepa det precis som det är."});
}

absl::Status JournalUnavailable() {
  return domain::Refuse(v1::ERROR_REASON_JOURNAL_UNAVAILABLE,
                        {"Nothing can be saved just now; nothing was changed. Try again.",
                         "Inget kan sparas just nu; inget ändrades. Försök igen."});
}

absl::Status JournalStopped() {
  return domain::Refuse(
      v1::ERROR_REASON_JOURNAL_STOPPED,
      {"The municipality's journal is damaged and has been stopped until a person has looked.",
       "Kommunens journal är skadad och står stilla tills en människa har tittat på den."});
}

// What those who wait are told when a batch could not be committed.
absl::Status AsRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnknown:
      return OutcomeUnknown();
    case absl::StatusCode::kDataLoss:
      return JournalStopped();
    default:
      return JournalUnavailable();
  }
}

void Pause() {
  thread_local std::mt19937 random{std::random_device{}()};
  std::this_thread::sleep_for(
      std::chrono::milliseconds(std::uniform_int_distribution<int>(0, 20)(random)));
}

}  // namespace

Command NoCommand() {
  Command command;
  command.caller.member = "system";
  command.decide = [](domain::Transaction&) { return absl::OkStatus(); };
  return command;
}

Municipality::Municipality(absl::string_view code, std::unique_ptr<journal::Journal> journal,
                           const Clock& clock, const EngineOptions& options)
    : code_(code),
      name_(absl::StrCat("municipalities/", code)),
      clock_(clock),
      options_(options),
      journal_(std::move(journal)),
      feed_(std::make_shared<watch::Feed>(name_, clock, options.feed, SituationJudge())),
      standing_watch_(code_) {}

Municipality::~Municipality() { journal_->SetWake({}); }

bool Municipality::Enqueue(Command command, Engine::Done done) {
  absl::Status refusal;
  {
    MutexLock lock(mutex_);
    if (closed_) {
      refusal = ShuttingDown();
    } else if (queue_.size() >= domain::kQueueCommands) {
      refusal = QueueFull();
    } else {
      queue_.push_back({std::move(command), std::move(done)});
      return true;
    }
  }
  done(refusal);
  return false;
}

void Municipality::CloseQueue() {
  MutexLock lock(mutex_);
  closed_ = true;
}

bool Municipality::Run() {
  feed_->AwaitFollowers();
  absl::Status status = FollowFork();
  if (status.ok()) status = CatchUp();
  std::vector<Pending> pending = TakeBatch();
  AddDueTimers(pending);
  Batch batch;
  if (!pending.empty()) {
    if (status.ok()) status = StillUnknown(Commit(pending, batch));
    if (!status.ok()) SetTrouble(status);
    Tell(pending, status, batch);
  } else if (!status.ok()) {
    SetTrouble(status);
  }
  TellWaits();
  MutexLock lock(mutex_);
  return !queue_.empty();
}

std::vector<Municipality::Pending> Municipality::TakeBatch() {
  std::vector<Pending> batch;
  MutexLock lock(mutex_);
  while (!queue_.empty() && batch.size() < options_.batch_commands) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Municipality::AddDueTimers(std::vector<Pending>& batch) {
  const absl::Time now = std::max(clock_.Now(), last_time_);
  feed_->Reading([&](const domain::Picture& picture) {
    for (const std::string& name : picture.DueBy(now)) {
      const domain::EntityPtr entity = picture.Find(name);
      const absl::Time due = *domain::DueTimeOf(*entity);
      const std::string version = absl::StrCat(name, "\n", domain::RevisionOf(*entity));
      if (idle_timers_.contains(version)) continue;
      Command command;
      command.caller.member = "system";
      command.method = "OnTimer";
      command.request_id = domain::MadeId(
          name, absl::StrCat(domain::KindOf(*entity), "\n", absl::ToUnixMicros(due)), 0);
      command.decide = [this, name, version](domain::Transaction& transaction) {
        const absl::Status status = domain::OnTimer(name, transaction);
        // A timer without effect would come up again at once, for ever.
        if (!status.ok() || transaction.empty()) idle_timers_.insert(version);
        return status;
      };
      batch.push_back({std::move(command), {}});
    }
  });
}

Municipality::Batch Municipality::Decide(const std::vector<Pending>& pending) {
  Batch batch;
  feed_->Reading([&](const domain::Picture& picture) {
    domain::Overlay overlay(picture);
    const absl::Time now = std::max(clock_.Now(), last_time_);
    for (const Pending& one : pending) {
      batch.outcomes.push_back(DecideOne(one.command, now, overlay, batch));
    }
  });
  return batch;
}

Municipality::Outcome Municipality::DecideOne(const Command& command, absl::Time now,
                                              domain::Overlay& overlay, Batch& batch) {
  const domain::Revision last =
      head_.revision + static_cast<domain::Revision>(batch.entries.size());
  if (const auto* known = overlay.FindRequest(command.caller.member, command.request_id)) {
    if (known->digest != command.request_digest) return RequestIdReused();
    return Answer{known->revision, known->results, known->effect, true};
  }
  domain::Transaction transaction(overlay, name_, command.caller, now, last + 1,
                                  command.request_id);
  if (absl::Status status = command.decide(transaction); !status.ok()) return status;
  if (transaction.empty()) {
    return Answer{last, transaction.results(), transaction.effect(), false};
  }
  absl::Time next_due = absl::InfiniteFuture();
  for (const std::string& name : transaction.changed()) {
    const domain::EntityPtr version = transaction.Find(name);
    if (version == nullptr) continue;
    next_due = std::min(next_due, domain::DueTimeOf(*version).value_or(absl::InfiniteFuture()));
  }
  const Digest& before = batch.entries.empty() ? head_.digest : batch.entries.back().digest;
  auto entry = EncodeEntry(transaction, command.method, command.request_digest, next_due,
                           command.not_person_numbers, before);
  if (!entry.ok()) return entry.status();
  batch.applied.push_back(AppliedOf(transaction, command.request_digest, *entry));
  batch.entries.push_back(*std::move(entry));
  overlay.Absorb(transaction);
  overlay.SetRequest({command.caller.member, command.request_id, command.request_digest, last + 1,
                      now, transaction.results(), transaction.effect()});
  return Answer{last + 1, transaction.results(), transaction.effect(), false};
}

// Decides and appends until it is known what became of it. Aborted: another appended first, so
// everything is decided again on top of that.
absl::Status Municipality::Commit(const std::vector<Pending>& pending, Batch& batch) {
  for (int round = 0;; ++round) {
    batch = Decide(pending);
    const auto head = journal_->Append(head_, batch.entries);
    absl::Status status = head.status();
    if (status.code() == absl::StatusCode::kUnknown) {
      unsettled_ = head_.revision;
      status = SettleUnknown(batch);
    }
    if (status.ok()) {
      unsettled_.reset();
      SetTrouble(absl::OkStatus());
      ApplyOurs(batch);
      return absl::OkStatus();
    }
    if (status.code() != absl::StatusCode::kAborted) return status;
    if (round >= kQuickRetries) Pause();
    const domain::Revision before = head_.revision;
    if (absl::Status caught_up = CatchUp(); !caught_up.ok()) return caught_up;
    if (head_.revision == before && round > 100) return absl::UnavailableError("no progress");
  }
}

// After an append of which it is not known whether it happened. OK: it did; Aborted: it did not,
// decide again; Unknown: it still cannot be known.
absl::Status Municipality::SettleUnknown(const Batch& batch) {
  Log(LogLevel::kWarning, "append with unknown outcome", {{"municipality", code_}});
  const auto entries = journal_->Read(head_.revision, std::max<size_t>(batch.entries.size(), 1));
  if (!entries.ok()) return absl::UnknownError(entries.status().message());
  if (!entries->empty()) {
    const bool ours = !batch.entries.empty() && entries->size() == batch.entries.size() &&
                      entries->back().digest == batch.entries.back().digest;
    return ours ? absl::OkStatus() : absl::AbortedError("another appended first");
  }
  const auto confirmed = journal_->Append(head_, {});
  if (confirmed.ok()) {
    unsettled_.reset();
    return absl::AbortedError("nothing was appended");
  }
  if (confirmed.status().code() == absl::StatusCode::kAborted) return confirmed.status();
  return absl::UnknownError(confirmed.status().message());
}

absl::Status Municipality::CatchUp() {
  for (;;) {
    const auto entries = journal_->Read(head_.revision, kReadEntries);
    if (!entries.ok()) {
      // Reads of what is here go on; what others wrote must wait.
      return entries.status().code() == absl::StatusCode::kDataLoss ? entries.status()
                                                                    : absl::OkStatus();
    }
    if (entries->empty()) return absl::OkStatus();
    if (absl::Status status = ApplyEntries(*entries); !status.ok()) return status;
    if (entries->size() < kReadEntries) return absl::OkStatus();
  }
}

absl::Status Municipality::ApplyEntries(const std::vector<journal::Entry>& entries) {
  std::vector<watch::AppliedEntry> applied;
  applied.reserve(entries.size());
  std::vector<UnknownChange> unknown;
  absl::Status status;
  for (const journal::Entry& entry : entries) {
    auto decoded = DecodeNext(entry, unknown);
    status = decoded.status();
    if (!status.ok()) break;
    applied.push_back(*std::move(decoded));
  }
  if (!unknown.empty()) {
    MutexLock lock(mutex_);
    for (auto& [name, change] : unknown) unknown_.insert_or_assign(name, std::move(change));
  }
  Apply(std::move(applied));
  return status;
}

// What was just decided and committed here need not be read from its bytes again.
void Municipality::ApplyOurs(Batch& batch) {
  if (batch.entries.empty()) return;
  head_ = {batch.applied.back().revision, batch.entries.back().digest};
  last_time_ = batch.applied.back().time;
  Apply(std::move(batch.applied));
}

void Municipality::Apply(std::vector<watch::AppliedEntry> applied) {
  if (applied.empty()) return;
  feed_->Apply(std::move(applied),
               [this](const domain::Picture& picture, const auto& before_and_after) {
                 return situation_.Update(picture, before_and_after);
               });
}

// What the entry after the head changes; the head is at it then.
absl::StatusOr<watch::AppliedEntry> Municipality::DecodeNext(const journal::Entry& entry,
                                                             std::vector<UnknownChange>& unknown) {
  const journal::Head before = head_;
  const auto metadata = Advance(entry);
  if (!metadata.ok()) return metadata.status();
  auto decoded = DecodeEntry(entry, *metadata, unknown);
  absl::Status status = decoded.status();
  for (size_t i = 0; status.ok() && i < decoded->changes.size(); ++i) {
    status = CheckOurs(decoded->changes[i].first, name_);
  }
  if (status.ok()) return decoded;
  head_ = before;
  return status;
}

void Municipality::Tell(std::vector<Pending>& pending, const absl::Status& committed,
                        Batch& batch) {
  for (size_t i = 0; i < pending.size(); ++i) {
    const bool known = committed.ok() && i < batch.outcomes.size();
    if (pending[i].done) {
      pending[i].done(known ? std::move(batch.outcomes[i]) : AsRefusal(committed));
    } else if (known && !batch.outcomes[i].ok()) {
      Log(LogLevel::kError, "timer refused",
          {{"municipality", code_}, {"why", std::string(batch.outcomes[i].status().message())}});
    }
  }
  for (const Pending& one : pending) {
    if (one.command.told) one.command.told();
  }
}

void Municipality::WhenReached(domain::Revision revision, absl::Time deadline,
                               std::function<void(absl::Status)> done) {
  bool closed = false;
  {
    MutexLock lock(mutex_);
    waits_.emplace(revision, std::make_pair(deadline, std::move(done)));
    closed = closed_;
  }
  TellWaits();
  if (closed) ExpireWaits(absl::InfiniteFuture());  // Nobody will come to do it.
}

void Municipality::TellWaits() {
  const domain::Revision reached = feed_->revision();
  std::vector<std::function<void(absl::Status)>> ready;
  {
    MutexLock lock(mutex_);
    const auto end = waits_.upper_bound(reached);
    for (auto it = waits_.begin(); it != end; ++it) ready.push_back(std::move(it->second.second));
    waits_.erase(waits_.begin(), end);
  }
  for (auto& done : ready) done(absl::OkStatus());
}

void Municipality::ExpireWaits(absl::Time now) {
  std::vector<std::function<void(absl::Status)>> late;
  {
    MutexLock lock(mutex_);
    for (auto it = waits_.begin(); it != waits_.end();) {
      if (it->second.first > now) {
        ++it;
        continue;
      }
      late.push_back(std::move(it->second.second));
      it = waits_.erase(it);
    }
  }
  for (auto& done : late) {
    done(domain::Refuse(v1::ERROR_REASON_REVISION_NOT_REACHED,
                        {"The revision that you asked for has not come yet.",
                         "Den revision som du frågade efter har inte kommit än."}));
  }
}

absl::Time Municipality::NextDue() const {
  return feed_->Reading([](const domain::Picture& picture) {
    const auto due = picture.NextDue();
    return due ? due->first : absl::InfiniteFuture();
  });
}

// While the outcome of an earlier append is unknown, nobody may be told that nothing was changed:
// it may be that very request which is being repeated. It is settled once something was appended or
// confirmed here, or another entry stands where that one would.
absl::Status Municipality::StillUnknown(const absl::Status& status) const {
  if (status.ok() || absl::IsDataLoss(status) || unsettled_ != head_.revision) return status;
  return absl::UnknownError(status.message());
}

void Municipality::SetTrouble(const absl::Status& status) {
  MutexLock lock(mutex_);
  if (trouble_.code() == status.code()) return;
  if (status.ok()) {
    Log(LogLevel::kInfo, "writes go on", {{"municipality", code_}});
  } else {
    Log(LogLevel::kError, "writes are refused",
        {{"municipality", code_}, {"why", std::string(status.message())}});
  }
  trouble_ = status;
}

bool Municipality::LookAtStanding(absl::Time now) {
  if (!standing_watch_.Look(journal_->Stands(), feed_->revision(), now)) return false;
  // A batch that changes nothing confirms the head: so it is known by itself whether it takes
  // writes, as if somebody had tried.
  return Enqueue(NoCommand(), [](const absl::StatusOr<Answer>&) {});
}

SnapshotContent Municipality::CollectSnapshot(journal::Head& head) const {
  SnapshotContent content;
  feed_->ReadingAt([&](const domain::Picture& picture, domain::Revision revision,
                       const Digest& digest, absl::Time time) {
    head = {revision, digest};
    content.time = time;
    if (const auto due = picture.NextDue()) content.next_due = due->first;
    content.entities.reserve(picture.size());
    for (int kind = v1::EntityKind_MIN + 1; kind <= v1::EntityKind_MAX; ++kind) {
      if (kind == v1::ENTITY_KIND_SITUATION_CELL) continue;  // a function of the rest
      picture.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const domain::EntityPtr& entity) {
        content.entities.push_back(entity);
        return true;
      });
    }
    content.credentials.assign(picture.credentials().begin(), picture.credentials().end());
    for (const auto& request : picture.requests()) content.requests.push_back(*request);
  });
  MutexLock lock(mutex_);
  content.unknown.assign(unknown_.begin(), unknown_.end());
  return content;
}

void Municipality::SaveSnapshotAfter(int64_t entries) {
  const domain::Revision revision = feed_->revision();
  // A snapshot costs as much as the picture is large: the larger it is, the more entries it must
  // save.
  const auto size = static_cast<int64_t>(
      feed_->Reading([](const domain::Picture& picture) { return picture.size(); }));
  {
    MutexLock lock(mutex_);
    if (revision - snapshot_revision_ < std::max(entries, size / 2)) return;
    snapshot_revision_ = revision;
  }
  journal::Snapshot snapshot;
  const SnapshotContent content = CollectSnapshot(snapshot.head);
  snapshot.chunks = EncodeSnapshot(content);
  if (const absl::Status status = journal_->SaveSnapshot(snapshot); !status.ok()) {
    Log(LogLevel::kWarning, "snapshot not saved",
        {{"municipality", code_}, {"why", std::string(status.message())}});
  }
}

absl::StatusOr<journal::Head> Municipality::Verify() {
  journal::Head head;
  for (;;) {
    const auto entries = journal_->Read(head.revision, kReadEntries);
    if (!entries.ok()) return entries.status();
    const auto after = journal::HeadAfter(head, *entries);
    if (!after.ok()) return after.status();
    head = *after;
    if (entries->size() < kReadEntries) return head;
  }
}

absl::StatusOr<journal::Head> Municipality::Backup(
    std::function<absl::Status(absl::string_view)> sink) {
  return journal_->Backup(std::move(sink));
}

MunicipalityStatus Municipality::Status() const {
  MunicipalityStatus status;
  status.head = {feed_->revision(), feed_->digest()};
  status.standing = journal_->Stands();
  status.behind = Behind(status.standing, status.head.revision);
  status.entities = feed_->Reading([](const domain::Picture& picture) { return picture.size(); });
  MutexLock lock(mutex_);
  status.writable = trouble_.ok();
  status.trouble = std::string(trouble_.message());
  status.waiting = queue_.size();
  return status;
}

}  // namespace samsyn::engine
