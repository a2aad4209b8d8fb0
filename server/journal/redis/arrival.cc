// A journal on its way to a Redis server.
#include "server/journal/redis/arrival.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "server/journal/redis/functions.h"

namespace samsyn::journal {
namespace {

std::string Word(const RedisReply& reply) {
  return reply.list.empty() ? std::string() : reply.list[0].text;
}

}  // namespace

absl::StatusOr<RedisReply> RedisArrival::Call(const std::vector<std::string>& command) {
  if (connection_ == nullptr) {
    auto connection = to_.Connect();
    if (!connection.ok()) return connection.status();
    connection_ = *std::move(connection);
  }
  return CallOn(*connection_, command);
}

absl::StatusOr<Head> RedisArrival::Begin(const std::string& from, const Head& trimmed) {
  const auto reply =
      Call({"FCALL", "samsyn_1_arrive", "2", RedisKey(code_, "state"), RedisKey(code_, "journal"),
            from, absl::StrCat(trimmed.revision), std::string(AsBytes(trimmed.digest))});
  if (!reply.ok()) return reply.status();
  const std::string word = Word(*reply);
  if (word == "here") {
    return absl::AlreadyExistsError(absl::StrCat("the Redis ", to_.name(), " has ", code_));
  }
  if (word == "arriving" && reply->list.size() == 2) {
    return absl::FailedPreconditionError(absl::StrCat(code_, " is on its way to the Redis ",
                                                      to_.name(), " from ", reply->list[1].text,
                                                      ": end that first (samsynd journal move)"));
  }
  if (word != "ok" || reply->list.size() != 3 ||
      reply->list[2].text.size() != std::tuple_size_v<Digest>) {
    return absl::UnavailableError("Redis: a reply cannot be read");
  }
  end_ = {reply->list[1].integer, DigestFrom(reply->list[2].text)};
  return end_;
}

absl::Status RedisArrival::Bring(absl::Span<const Entry> entries) {
  const absl::StatusOr<Head> next = HeadAfter(end_, entries);
  if (!next.ok()) return next.status();
  std::vector<std::string> command = {"FCALL",
                                      "samsyn_1_bring",
                                      "4",
                                      RedisKey(code_, "state"),
                                      RedisKey(code_, "journal"),
                                      RedisKey(code_, "entries"),
                                      RedisKey(code_, "committed"),
                                      absl::StrCat(end_.revision),
                                      std::string(AsBytes(end_.digest))};
  for (const Entry& entry : entries) {
    command.emplace_back(AsBytes(entry.digest));
    command.push_back(StoredOf(entry).SerializeAsString());
  }
  const auto reply = Call(command);
  if (!reply.ok()) return reply.status();
  if (Word(*reply) != "ok") {
    return absl::UnavailableError(absl::StrCat("somebody else brings ", code_, " to the Redis ",
                                               to_.name(), ", or has given it up"));
  }
  end_ = *next;
  return absl::OkStatus();
}

absl::Status RedisArrival::Settled() {
  if (absl::Status status = Bring({}); !status.ok()) return status;
  return AwaitReplicas(*connection_, to_.replicas());
}

absl::Status RedisArrival::Open(int64_t epoch, int64_t moves) {
  if (absl::Status status = Settled(); !status.ok()) return status;
  const auto reply =
      Call({"FCALL", "samsyn_1_open", "4", RedisKey(code_, "state"), RedisKey(code_, "journal"),
            kCodesKey, kMadeKey, code_, absl::StrCat(epoch), absl::StrCat(moves),
            absl::StrCat(end_.revision), std::string(AsBytes(end_.digest))});
  if (!reply.ok()) return reply.status();
  if (const std::string word = Word(*reply); word != "ok" && word != "here") {
    return absl::UnavailableError(absl::StrCat("the Redis ", to_.name(), " has lost some of what ",
                                               "was brought, or it was given up"));
  }
  return AwaitReplicas(*connection_, to_.replicas());
}

absl::Status RedisArrival::GiveUp() {
  const auto reply =
      Call({"FCALL", "samsyn_1_give_up", "6", RedisKey(code_, "state"), RedisKey(code_, "journal"),
            RedisKey(code_, "entries"), RedisKey(code_, "committed"), RedisKey(code_, "snapshot"),
            RedisKey(code_, "copies")});
  if (!reply.ok()) return reply.status();
  if (Word(*reply) != "ok") {
    return absl::AlreadyExistsError(
        absl::StrCat("it is open on the Redis ", to_.name(), " already: move it from there"));
  }
  return AwaitReplicas(*connection_, to_.replicas());
}

}  // namespace samsyn::journal
