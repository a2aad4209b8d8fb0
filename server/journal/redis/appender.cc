// Appends to the journals of one Redis server.
#include "server/journal/redis/appender.h"

#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <utility>

#include "server/journal/redis/functions.h"

namespace samsyn::journal {
namespace {

constexpr absl::Duration kReplyLimit = absl::Seconds(5);
constexpr absl::Duration kReplicasLimit = absl::Seconds(1);

Head HeadOf(const RedisReply& revision, const RedisReply& digest) {
  Head head;
  head.revision = revision.integer;
  if (digest.text.size() == std::tuple_size_v<Digest>) head.digest = DigestFrom(digest.text);
  return head;
}

}  // namespace

// One append or fence on its way; lives on the stack of who waits for it.
struct RedisAppender::Item {
  std::string code;
  bool fence = false;
  int64_t epoch = 0;
  Head base;
  absl::Span<const Entry> entries;
  std::vector<std::string> payloads;  // of `entries`

  Outcome outcome;
  bool done = false;  // under the appender's lock
  CondVar answered;   // `done`; each its own, so that an answer wakes whom it is for

  // What is marked once it is on enough replicas.
  const Head& end() const { return outcome.end; }
  void Add(RedisConnection& connection, bool committed_by_itself) const;
  void AddMark(RedisConnection& connection) const;
  void Take(const RedisReply& reply);
  void Fail(Outcome::Kind kind, const absl::Status& why) {
    outcome.kind = kind;
    outcome.status = why;
  }
};

void RedisAppender::Item::Add(RedisConnection& connection, bool committed_by_itself) const {
  const std::string state = RedisKey(code, "state"), journal = RedisKey(code, "journal");
  const std::string committed = RedisKey(code, "committed");
  const std::string& run_id = connection.run_id();
  if (fence) {
    connection.Add({"FCALL", "samsyn_1_fence", "4", state, kServerKey, journal, committed, run_id});
    return;
  }
  const std::string stored = RedisKey(code, "entries");
  const std::string at = absl::StrCat(epoch), revision = absl::StrCat(base.revision);
  std::vector<absl::string_view> command = {"FCALL",
                                            "samsyn_1_append",
                                            "5",
                                            state,
                                            kServerKey,
                                            journal,
                                            stored,
                                            committed,
                                            run_id,
                                            at,
                                            committed_by_itself ? "1" : "0",
                                            revision,
                                            AsBytes(base.digest)};
  for (size_t i = 0; i < entries.size(); ++i) {
    command.push_back(AsBytes(entries[i].digest));
    command.push_back(payloads[i]);
  }
  connection.Add(command);
}

void RedisAppender::Item::AddMark(RedisConnection& connection) const {
  const std::string state = RedisKey(code, "state"), journal = RedisKey(code, "journal");
  const std::string committed = RedisKey(code, "committed");
  const std::string revision = absl::StrCat(end().revision);
  connection.Add({"FCALL", "samsyn_1_mark", "4", journal, state, committed, kServerKey,
                  connection.run_id(), revision, AsBytes(end().digest)});
}

// What the function said, before it is known whether enough replicas have it.
void RedisAppender::Item::Take(const RedisReply& reply) {
  if (reply.kind == RedisReply::Kind::kError) {
    return Fail(Outcome::Kind::kNothing, StatusOfError(reply));
  }
  const std::string word = reply.list.empty() ? std::string() : reply.list[0].text;
  if (word == "ok" && fence && reply.list.size() == 6) {
    outcome.kind = Outcome::Kind::kDone;
    outcome.epoch = reply.list[1].integer;
    outcome.end = HeadOf(reply.list[2], reply.list[3]);
    outcome.mark = HeadOf(reply.list[4], reply.list[5]);
  } else if (word == "ok" && !fence) {
    outcome.kind = Outcome::Kind::kDone;
    outcome.end = entries.empty() ? base
                                  : Head{base.revision + static_cast<Revision>(entries.size()),
                                         entries.back().digest};
  } else if (word == "other" && reply.list.size() == 5) {
    outcome.kind = Outcome::Kind::kOther;
    outcome.end = HeadOf(reply.list[1], reply.list[2]);
    outcome.mark = HeadOf(reply.list[3], reply.list[4]);
  } else if (word == "closed") {
    outcome.kind = Outcome::Kind::kClosed;
  } else if (word == "missing") {
    outcome.kind = Outcome::Kind::kMissing;
  } else if (reply.list.size() == 2 && (word == "moved" || word == "forked" || word == "epoch")) {
    outcome.kind = word == "moved"    ? Outcome::Kind::kMoved
                   : word == "forked" ? Outcome::Kind::kForked
                                      : Outcome::Kind::kEpoch;
    outcome.text = reply.list[1].text;
    if (word == "epoch" && !absl::SimpleAtoi(outcome.text, &outcome.epoch)) {
      Fail(Outcome::Kind::kNothing, absl::UnavailableError("Redis: an epoch cannot be read"));
    }
  } else {
    Fail(Outcome::Kind::kNothing, absl::UnavailableError("Redis: a reply cannot be read"));
  }
}

RedisAppender::RedisAppender(RedisCaller& caller) : caller_(caller), thread_([this] { Run(); }) {}

RedisAppender::~RedisAppender() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  thread_.join();
}

RedisAppender::Outcome RedisAppender::Append(absl::string_view code, int64_t epoch,
                                             const Head& base, absl::Span<const Entry> entries) {
  Item item;
  item.code = std::string(code);
  item.epoch = epoch;
  item.base = base;
  item.entries = entries;
  for (const Entry& entry : entries) item.payloads.push_back(StoredOf(entry).SerializeAsString());
  return Do(item);
}

RedisAppender::Outcome RedisAppender::Fence(absl::string_view code) {
  Item item;
  item.code = std::string(code);
  item.fence = true;
  return Do(item);
}

RedisAppender::Outcome RedisAppender::Do(Item& item) {
  MutexLock lock(mutex_);
  if (stopping_) {
    item.Fail(Outcome::Kind::kNothing, absl::UnavailableError("the server is stopping"));
    return item.outcome;
  }
  waiting_.push_back(&item);
  changed_.SignalAll();
  while (!item.done) item.answered.Wait(mutex_);
  return std::move(item.outcome);
}

void RedisAppender::Run() {
  Items marking;
  while (true) {
    const Items items = Take(/*wait=*/marking.empty());
    if (items.empty() && marking.empty()) return;
    marking = Round(marking, items);
  }
}

// All that waits; none when it is to stop.
RedisAppender::Items RedisAppender::Take(bool wait) {
  MutexLock lock(mutex_);
  while (wait && waiting_.empty() && !stopping_) changed_.Wait(mutex_);
  Items items(waiting_.begin(), waiting_.end());
  waiting_.clear();
  return items;
}

void RedisAppender::Answer(Item& item) {
  MutexLock lock(mutex_);
  item.done = true;
  item.answered.SignalAll();  // under the lock: it goes with the item
}

absl::Status RedisAppender::Connected() {
  if (connection_ != nullptr) return absl::OkStatus();
  auto connection = caller_.Connect();
  if (!connection.ok()) return connection.status();
  connection_ = *std::move(connection);
  return absl::OkStatus();
}

absl::Status RedisAppender::SendRound(const Items& marking, const Items& items) {
  const bool committed_by_itself = caller_.replicas() == 0;
  for (const Item* const item : marking) item->AddMark(*connection_);
  for (const Item* const item : items) item->Add(*connection_, committed_by_itself);
  if (!items.empty() && !committed_by_itself) {
    connection_->Add({"WAIT", absl::StrCat(caller_.replicas()),
                      absl::StrCat(absl::ToInt64Milliseconds(kReplicasLimit))});
  }
  return connection_->Flush(kReplyLimit);
}

absl::Status RedisAppender::AwaitReplicas() {
  const auto reply = connection_->Receive(kReplicasLimit + kReplyLimit);
  if (!reply.ok()) return reply.status();
  if (reply->kind == RedisReply::Kind::kError) return StatusOfError(*reply);
  if (reply->integer >= caller_.replicas()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat(reply->integer, " of ", caller_.replicas(), " replicas have it"));
}

RedisAppender::Items RedisAppender::Round(const Items& marking, const Items& items) {
  const bool fresh = connection_ == nullptr;
  if (absl::Status status = Connected(); !status.ok()) {
    for (Item* const item : items) item->Fail(Outcome::Kind::kNothing, status);
    for (Item* const item : items) Answer(*item);
    for (Item* const item : marking) Answer(*item);  // committed; others will mark it
    return {};
  }
  absl::Status broken = SendRound(fresh ? Items() : marking, items);
  for (Item* const item : marking) {
    if (broken.ok() && !fresh) broken = connection_->Receive(kReplyLimit).status();
    Answer(*item);
  }
  bool functions_missing = false, no_master = false;
  for (Item* const item : items) {
    auto reply =
        broken.ok() ? connection_->Receive(kReplyLimit) : absl::StatusOr<RedisReply>(broken);
    broken = reply.status();
    if (!reply.ok()) {
      item->Fail(Outcome::Kind::kUnknown, broken);
      continue;
    }
    functions_missing |= absl::StartsWith(reply->text, "ERR Function not found");
    no_master |= IsNoMaster(*reply);
    item->Take(*reply);
  }
  absl::Status enough;
  if (!items.empty() && caller_.replicas() > 0) enough = broken.ok() ? AwaitReplicas() : broken;
  Items to_mark;
  for (Item* const item : items) {
    const bool done = item->outcome.kind == Outcome::Kind::kDone;
    if (done && !enough.ok()) item->Fail(Outcome::Kind::kUnknown, enough);
    const bool marks = item->fence || (caller_.replicas() > 0 && !item->entries.empty());
    if (done && enough.ok() && marks) {
      to_mark.push_back(item);
    } else {
      Answer(*item);
    }
  }
  if (functions_missing) caller_.Unprepare();
  if (!broken.ok() || functions_missing || no_master) connection_.reset();
  return to_mark;
}

}  // namespace samsyn::journal
