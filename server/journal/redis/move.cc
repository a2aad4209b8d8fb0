// Moves a municipality from one Redis server to another.
#include "server/journal/redis/move.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/time/clock.h>

#include <algorithm>
#include <utility>

#include "server/journal/redis/functions.h"
#include "server/journal/redis/snapshot.h"

namespace samsyn::journal {
namespace {

constexpr size_t kPieceEntries = 512;
constexpr size_t kPieceBytes = 4 << 20;
constexpr size_t kFewEntries = 32;  // a piece with fewer is the last, since others write meanwhile
constexpr int64_t kAliveMs = 30'000;

absl::Status ReplyUnreadable() { return absl::UnavailableError("Redis: a reply cannot be read"); }

std::string Word(const RedisReply& reply) {
  return reply.list.empty() ? std::string() : reply.list[0].text;
}

// What a function that moves refuses with.
absl::Status Refusal(const std::string& code, const RedisCaller& server, const RedisReply& reply) {
  const std::string word = Word(reply);
  const std::string where = absl::StrCat(code, " on the Redis ", server.name());
  if (word == "missing") return absl::UnavailableError(where + " is not there any more");
  if (word == "closed") {
    return absl::UnavailableError(absl::StrCat("the Redis ", server.name(),
                                               " has not been opened by a node: is one running?"));
  }
  if (reply.list.size() != 2) return ReplyUnreadable();
  if (word == "moved") {
    return absl::FailedPreconditionError(
        absl::StrCat(where, " is being moved to ", reply.list[1].text));
  }
  return absl::FailedPreconditionError(where +
                                       " has forked: it stays until a person has reconciled it");
}

// Nodes that were at a server lately.
absl::StatusOr<std::vector<std::string>> NodesAt(RedisCaller& server) {
  const auto time = server.Call({"TIME"});
  if (!time.ok()) return time.status();
  const auto nodes = server.Call({"HGETALL", kNodesKey});
  if (!nodes.ok()) return nodes.status();
  int64_t now = 0;
  if (time->list.size() != 2 || !absl::SimpleAtoi(time->list[0].text, &now)) {
    return ReplyUnreadable();
  }
  std::vector<std::string> names;
  for (size_t i = 0; i + 1 < nodes->list.size(); i += 2) {
    int64_t seen = 0;
    if (!absl::SimpleAtoi(nodes->list[i + 1].text, &seen)) return ReplyUnreadable();
    if (seen > now * 1000 - kAliveMs) names.push_back(nodes->list[i].text);
  }
  return names;
}

}  // namespace

RedisMove::RedisMove(std::string code, std::vector<RedisCaller*> servers, RedisCaller& to,
                     std::function<absl::Status(RedisMoveStep)> reached)
    : code_(std::move(code)), servers_(std::move(servers)), to_(to), reached_(std::move(reached)) {}

// What each server says of the municipality. Each must answer: one that is away may have it.
absl::Status RedisMove::Look() {
  places_.clear();
  for (RedisCaller* const server : servers_) {
    auto state = StateAt(*server, code_);
    if (!state.ok()) {
      return absl::Status(state.status().code(), absl::StrCat("the Redis ", server->name(), ": ",
                                                              state.status().message()));
    }
    if (server == &to_) {
      there_ = *std::move(state);
    } else {
      places_.push_back({server, *std::move(state)});
    }
  }
  return absl::OkStatus();
}

// Where it is open; or, if a move to the server was ended when it was closed, where that was.
absl::Status RedisMove::ChooseFrom() {
  from_ = nullptr;
  for (const Place& place : places_) {
    const RedisState& state = place.state;
    const bool closed = !state.left && state.epoch > 0 && state.moved == to_.name();
    if (!state.open() && !closed) continue;
    if (from_ != nullptr && state.moves <= here_.moves) continue;
    from_ = place.server;
    here_ = state;
  }
  if (from_ != nullptr) return absl::OkStatus();
  for (const Place& place : places_) {
    if (place.state.moved.empty() || place.state.left) continue;
    return absl::FailedPreconditionError(absl::StrCat(code_, " is on its way from the Redis ",
                                                      place.server->name(), " to ",
                                                      place.state.moved, ": end that first"));
  }
  return absl::NotFoundError(absl::StrCat("no Redis that was named has ", code_));
}

absl::StatusOr<RedisReply> RedisMove::CallFrom(const std::vector<std::string>& command) {
  if (from_connection_ == nullptr) {
    auto connection = from_->Connect();
    if (!connection.ok()) return connection.status();
    from_connection_ = *std::move(connection);
  }
  return CallOn(*from_connection_, command);
}

absl::Status RedisMove::Reached(RedisMoveStep step) {
  return reached_ ? reached_(step) : absl::OkStatus();
}

// Nodes that write where it is must know where it comes.
absl::Status RedisMove::CheckNodes() {
  const auto old_nodes = NodesAt(*from_);
  if (!old_nodes.ok()) return old_nodes.status();
  const auto new_nodes = NodesAt(to_);
  if (!new_nodes.ok()) return new_nodes.status();
  std::vector<std::string> strangers;
  for (const std::string& node : *old_nodes) {
    if (std::find(new_nodes->begin(), new_nodes->end(), node) == new_nodes->end()) {
      strangers.push_back(node);
    }
  }
  if (strangers.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("nodes that use the Redis ", from_->name(), " do not use ", to_.name(), ": ",
                   absl::StrJoin(strangers, ", "), ": start them with --redis ", to_.name(),
                   "=… too (DIR/node ", "says which a node is)"));
}

// Both servers know of it from here on, and enough replicas: so that it does not come out in the
// pause that they do not follow.
absl::Status RedisMove::Announce() {
  if (absl::Status status = CheckNodes(); !status.ok()) return status;
  const auto leaving = CallFrom(
      {"FCALL", "samsyn_1_leaving", "1", RedisKey(code_, "state"), std::string(to_.name())});
  if (!leaving.ok()) return leaving.status();
  if (Word(*leaving) != "ok") return Refusal(code_, *from_, *leaving);
  moves_ = leaving->list.at(1).integer + 1;
  if (absl::Status status = AwaitReplicas(*from_connection_, from_->replicas()); !status.ok()) {
    return status;
  }
  const auto now = StateAt(*from_, code_);  // nothing is trimmed from here on
  if (!now.ok()) return now.status();
  here_ = *now;
  arrival_ = std::make_unique<RedisArrival>(code_, to_);
  const auto there = arrival_->Begin(from_->name(), here_.trimmed);
  if (!there.ok()) return there.status();
  if (absl::Status status = CheckBeginning(*there); !status.ok()) return status;
  return arrival_->Settled();
}

// What the new server has already must be a beginning of what is to come.
absl::Status RedisMove::CheckBeginning(const Head& there) {
  if (there.revision == 0 && here_.trimmed.revision == 0) return absl::OkStatus();
  if (there.revision < here_.trimmed.revision) {
    return absl::FailedPreconditionError(
        absl::StrCat("what the Redis ", to_.name(), " still has of ", code_,
                     " ends too early to be used: remove it first (samsynd journal move ", code_,
                     " --to ", from_->name(), " --forget)"));
  }
  const auto digest = DigestAt(*from_, code_, here_, there.revision);
  if (!digest.ok()) return digest.status();
  if (*digest == AsBytes(there.digest)) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "what the Redis ", to_.name(), " has of ", code_, " up to revision ", there.revision,
      " is not the beginning of what ", from_->name(), " has: give the move up (--back) and look"));
}

absl::Status RedisMove::Copy(size_t fewest) {
  while (true) {
    const auto reply =
        CallFrom(ReadCommand(code_, arrival_->end().revision, kPieceEntries, kPieceBytes));
    if (!reply.ok()) return reply.status();
    const auto entries = EntriesIn(*reply);
    if (!entries.ok()) return entries.status();
    if (entries->empty()) return absl::OkStatus();
    if (absl::Status status = arrival_->Bring(*entries); !status.ok()) return status;
    if (entries->size() < fewest) return absl::OkStatus();
  }
}

// It must be there where the beginning is not; else it only saves a node the way.
absl::Status RedisMove::CopySnapshot() {
  const auto snapshot = LoadSnapshotAt(*from_, code_);
  absl::Status status = snapshot.status();
  if (status.ok() && !snapshot->has_value()) return absl::OkStatus();
  if (status.ok()) status = SaveSnapshotAt(to_, code_, **snapshot);
  return here_.trimmed.revision > 0 ? status : absl::OkStatus();
}

// Closes the old server. Gives what the function gave, when what stands there is on enough replicas
// and marked.
absl::StatusOr<RedisReply> RedisMove::Close() {
  auto closed = CallFrom({"FCALL", "samsyn_1_leave", "3", RedisKey(code_, "state"), kServerKey,
                          RedisKey(code_, "journal"), from_connection_->run_id(), to_.name()});
  if (!closed.ok()) return closed;
  if (Word(*closed) != "ok") return Refusal(code_, *from_, *closed);
  if (closed->list.size() != 4) return ReplyUnreadable();
  if (absl::Status status = AwaitReplicas(*from_connection_, from_->replicas()); !status.ok()) {
    return status;
  }
  const auto marked =
      CallFrom({"FCALL", "samsyn_1_mark", "4", RedisKey(code_, "journal"), RedisKey(code_, "state"),
                RedisKey(code_, "committed"), kServerKey, from_connection_->run_id(),
                absl::StrCat(closed->list[2].integer), closed->list[3].text});
  if (!marked.ok()) return marked;
  if (Word(*marked) != "ok") return Refusal(code_, *from_, *marked);
  return closed;
}

// The old server knows that what it has is old from now on.
absl::Status RedisMove::Finish(RedisCaller& old) {
  return old
      .Call({"FCALL", "samsyn_1_left", "2", RedisKey(code_, "state"), kCodesKey, code_, to_.name()})
      .status();
}

absl::StatusOr<RedisMove::Moved> RedisMove::Run() {
  Moved moved;
  if (absl::Status status = Look(); !status.ok()) return status;
  if (there_.open()) {
    for (const Place& place : places_) {
      if (place.state.open() && place.state.moves >= there_.moves) {
        return absl::FailedPreconditionError(
            absl::StrCat("both ", to_.name(), " and ", place.server->name(), " have ", code_));
      }
      if (place.state.moved != to_.name() || place.state.left) continue;
      if (absl::Status status = Finish(*place.server); !status.ok()) return status;
    }
    moved.was_there = true;
    return moved;
  }
  absl::Status status = ChooseFrom();
  if (status.ok()) status = Announce();
  if (status.ok()) status = Reached(RedisMoveStep::kAnnounced);
  if (status.ok()) status = Copy(kFewEntries);
  if (status.ok()) status = CopySnapshot();
  if (status.ok()) status = arrival_->Settled();
  if (status.ok()) status = Reached(RedisMoveStep::kCopied);
  if (!status.ok()) return status;
  const absl::Time begin = absl::Now();
  const auto closed = Close();
  if (!closed.ok()) return closed.status();
  status = Reached(RedisMoveStep::kClosed);
  if (status.ok()) status = Copy(1);
  if (status.ok()) status = Reached(RedisMoveStep::kBrought);
  if (!status.ok()) return status;
  moved.from = from_->name();
  moved.head = arrival_->end();
  if (moved.head.revision != closed->list[2].integer) return ReplyUnreadable();
  status = arrival_->Open(closed->list[1].integer + 1, moves_);
  moved.pause = absl::Now() - begin;
  if (status.ok()) status = Reached(RedisMoveStep::kOpened);
  if (status.ok()) status = Finish(*from_);
  if (!status.ok()) return status;
  return moved;
}

absl::Status RedisMove::GiveUp() {
  if (absl::Status status = Look(); !status.ok()) return status;
  if (there_.open()) {
    return absl::FailedPreconditionError(
        absl::StrCat(code_, " is open on the Redis ", to_.name(), ": move it from there"));
  }
  if (absl::Status status = ChooseFrom(); !status.ok()) return status;
  // First there, so that a move that is still under way cannot open it any more.
  if (absl::Status status = RedisArrival(code_, to_).GiveUp(); !status.ok()) return status;
  const auto stays =
      CallFrom({"FCALL", "samsyn_1_stay", "1", RedisKey(code_, "state"), to_.name()});
  if (!stays.ok()) return stays.status();
  if (Word(*stays) != "ok") return Refusal(code_, *from_, *stays);
  return AwaitReplicas(*from_connection_, from_->replicas());
}

absl::StatusOr<std::vector<std::string>> RedisMove::Forget() {
  if (absl::Status status = Look(); !status.ok()) return status;
  if (!there_.open()) {
    return absl::FailedPreconditionError(
        absl::StrCat(code_, " is not open on the Redis ", to_.name(), ": nothing is removed"));
  }
  std::vector<std::string> names;
  for (const Place& place : places_) {
    if (place.state.moved.empty() || !place.state.left) continue;
    const auto end = EndAt(*place.server, code_, place.state);
    if (!end.ok()) return end.status();
    const auto digest = DigestAt(to_, code_, there_, end->revision);
    if (!digest.ok()) return digest.status();
    // What is trimmed is older than what stands there, and was in two copies.
    if (*digest != AsBytes(end->digest) && end->revision >= there_.trimmed.revision) {
      return absl::DataLossError(absl::StrCat(
          "what the Redis ", place.server->name(), " has of ", code_, " up to revision ",
          end->revision, " is not in what ", to_.name(), " has: nothing is removed"));
    }
    const auto removed = place.server->Call(
        {"FCALL", "samsyn_1_forget", "7", RedisKey(code_, "state"), RedisKey(code_, "journal"),
         RedisKey(code_, "entries"), RedisKey(code_, "committed"), RedisKey(code_, "snapshot"),
         RedisKey(code_, "copies"), kCodesKey, code_, place.state.moved});
    if (!removed.ok()) return removed.status();
    if (Word(*removed) == "ok") names.push_back(place.server->name());
  }
  return names;
}

}  // namespace samsyn::journal
