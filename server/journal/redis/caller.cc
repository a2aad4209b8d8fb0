// Calls to one Redis server.
#include "server/journal/redis/caller.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <utility>

#include "server/base/log.h"
#include "server/journal/redis/functions.h"

namespace samsyn::journal {
namespace {

constexpr size_t kIdleMost = 8;
constexpr absl::Duration kBetweenAttempts = absl::Milliseconds(200);
constexpr absl::Duration kCallLimit = absl::Seconds(10);
constexpr char kReplicasMs[] = "3000";

bool IsError(const RedisReply& reply, absl::string_view word) {
  return reply.kind == RedisReply::Kind::kError && absl::StartsWith(reply.text, word);
}

// The code of our library as the server has it; nullopt: it has none.
std::optional<std::string> CodeIn(const RedisReply& libraries) {
  if (libraries.list.empty()) return std::nullopt;
  const std::vector<RedisReply>& fields = libraries.list.front().list;
  for (size_t i = 0; i + 1 < fields.size(); i += 2) {
    if (fields[i].text == "library_code") return fields[i + 1].text;
  }
  return std::nullopt;
}

}  // namespace

absl::Status StatusOfError(const RedisReply& error) {
  const std::string text = absl::StrCat("Redis: ", error.text);
  if (absl::StartsWith(error.text, "OOM")) return absl::ResourceExhaustedError(text);
  for (const char* const word : {"NOPERM", "NOAUTH", "WRONGPASS"}) {
    if (absl::StartsWith(error.text, word)) return absl::PermissionDeniedError(text);
  }
  return absl::UnavailableError(text);
}

bool IsNoMaster(const RedisReply& reply) {
  return IsError(reply, "READONLY") || IsError(reply, "MASTERDOWN") || IsError(reply, "LOADING");
}

absl::StatusOr<RedisReply> CallOn(RedisConnection& connection,
                                  const std::vector<std::string>& command) {
  auto reply =
      connection.Call(std::vector<absl::string_view>(command.begin(), command.end()), kCallLimit);
  if (!reply.ok()) return absl::UnavailableError(reply.status().message());
  if (reply->kind == RedisReply::Kind::kError) return StatusOfError(*reply);
  return reply;
}

absl::Status AwaitReplicas(RedisConnection& connection, int replicas) {
  if (replicas == 0) return absl::OkStatus();
  const auto reply = CallOn(connection, {"WAIT", absl::StrCat(replicas), kReplicasMs});
  if (!reply.ok()) return reply.status();
  if (reply->integer >= replicas) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(reply->integer, " of ", replicas, " replicas of ",
                                             connection.endpoint().Text(), " have it"));
}

RedisCaller::RedisCaller(RedisAddress address, RedisCredentials credentials, int replicas)
    : address_(std::move(address)), credentials_(std::move(credentials)), replicas_(replicas) {}

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisCaller::Connect() {
  {
    MutexLock lock(mutex_);
    if (!failure_.ok() && absl::Now() < try_again_) return failure_;
  }
  auto connection = RedisConnection::ConnectToMaster(address_, credentials_);
  absl::Status status = connection.status();
  if (status.ok()) status = Prepare(**connection);
  MutexLock lock(mutex_);
  if (failure_.code() != status.code() && !status.ok()) {
    Log(LogLevel::kWarning, "redis cannot be used",
        {{"server", address_.name}, {"why", std::string(status.message())}});
  }
  failure_ = status;
  try_again_ = absl::Now() + kBetweenAttempts;
  if (!status.ok()) return status;
  run_id_ = (*connection)->run_id();
  return connection;
}

// A process is looked at once: its settings, and whether it has our functions.
absl::Status RedisCaller::Prepare(RedisConnection& connection) {
  {
    MutexLock lock(mutex_);
    if (prepared_ == connection.run_id()) return absl::OkStatus();
  }
  if (absl::Status status = CheckRedisSettings(connection, replicas_); !status.ok()) return status;
  const auto list = connection.Call({"FUNCTION", "LIST", "LIBRARYNAME", "samsyn_1", "WITHCODE"});
  if (!list.ok()) return list.status();
  if (list->kind == RedisReply::Kind::kError) return StatusOfError(*list);
  const std::optional<std::string> code = CodeIn(*list);
  if (code.has_value() && *code != RedisFunctions()) {
    return absl::FailedPreconditionError(
        "Redis has another library samsyn_1 than this program's: remove it with FUNCTION DELETE "
        "samsyn_1 when no node uses it");
  }
  if (!code.has_value()) {
    const auto loaded = connection.Call({"FUNCTION", "LOAD", RedisFunctions()});
    if (!loaded.ok()) return loaded.status();
    // Another node may have been quicker.
    if (loaded->kind == RedisReply::Kind::kError &&
        !absl::StrContains(loaded->text, "already exists")) {
      return StatusOfError(*loaded);
    }
  }
  MutexLock lock(mutex_);
  prepared_ = connection.run_id();
  return absl::OkStatus();
}

absl::StatusOr<RedisReply> RedisCaller::Call(const std::vector<absl::string_view>& command,
                                             absl::Duration timeout) {
  for (int attempt = 0;; ++attempt) {
    auto connection = Take();
    if (!connection.ok()) return connection.status();
    auto reply = (*connection)->Call(command, timeout);
    if (!reply.ok()) {
      // One that was kept may have died meanwhile, and the others with it.
      if (attempt == 0 && !absl::IsDeadlineExceeded(reply.status())) {
        ForgetIdle();
        continue;
      }
      return absl::UnavailableError(reply.status().message());
    }
    if (IsError(*reply, "ERR Function not found") && attempt == 0) {
      Unprepare();  // somebody removed them: the next connection loads them again
      continue;
    }
    if (!IsNoMaster(*reply)) GiveBack(*std::move(connection));
    if (reply->kind == RedisReply::Kind::kError) return StatusOfError(*reply);
    return reply;
  }
}

void RedisCaller::Unprepare() {
  MutexLock lock(mutex_);
  prepared_.clear();
  idle_.clear();
}

void RedisCaller::ForgetIdle() {
  MutexLock lock(mutex_);
  idle_.clear();
}

std::string RedisCaller::run_id() {
  MutexLock lock(mutex_);
  return run_id_;
}

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisCaller::Take() {
  {
    MutexLock lock(mutex_);
    while (!idle_.empty()) {
      std::unique_ptr<RedisConnection> connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->run_id() == run_id_) return connection;
    }
  }
  return Connect();
}

void RedisCaller::GiveBack(std::unique_ptr<RedisConnection> connection) {
  MutexLock lock(mutex_);
  if (idle_.size() < kIdleMost) idle_.push_back(std::move(connection));
}

}  // namespace samsyn::journal
