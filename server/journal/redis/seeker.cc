// Which of several Redis servers has a municipality.
#include "server/journal/redis/seeker.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "server/journal/redis/state.h"

namespace samsyn::journal {
namespace {

constexpr absl::Duration kBetweenLooks = absl::Seconds(1);

}  // namespace

void RedisSeeker::Begin(std::vector<RedisServer*> servers) {
  servers_ = std::move(servers);
  thread_ = std::thread([this] { Run(); });
}

void RedisSeeker::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

RedisServer* RedisSeeker::Holder(absl::string_view code) {
  RedisServer* holder = nullptr;
  int64_t moves = -1;
  for (RedisServer* const server : servers_) {
    if (server->CutOffSince().has_value()) continue;
    const auto state = StateAt(server->caller(), code);
    if (!state.ok() || !state->open() || state->moves <= moves) continue;
    holder = server;
    moves = state->moves;
  }
  return holder;
}

absl::StatusOr<bool> RedisSeeker::IsThere(absl::string_view code) {
  for (RedisServer* const server : servers_) {
    const auto state = StateAt(server->caller(), code);
    if (!state.ok()) {
      return absl::UnavailableError(absl::StrCat(
          "Redis (", server->name(), ") cannot be reached: ", state.status().message()));
    }
    if ((state->epoch > 0 && !state->left) || !state->arriving.empty()) return true;
  }
  return false;
}

void RedisSeeker::Add(absl::string_view code, RedisSeeking* journal) {
  MutexLock lock(journals_mutex_);
  journals_[std::string(code)] = journal;
}

void RedisSeeker::Remove(absl::string_view code) {
  MutexLock lock(journals_mutex_);
  journals_.erase(std::string(code));
}

RedisServer* RedisSeeker::At(absl::string_view code) {
  MutexLock lock(journals_mutex_);
  const auto found = journals_.find(std::string(code));
  return found == journals_.end() ? nullptr : &found->second->At();
}

void RedisSeeker::Hurry() {
  MutexLock lock(mutex_);
  hurry_ = true;
  changed_.SignalAll();
}

absl::Status RedisSeeker::Welcome(RedisServer& server) {
  MutexLock lock(journals_mutex_);
  for (const auto& [code, journal] : journals_) {
    if (!journal->Seeks()) continue;
    const auto state = StateAt(server.caller(), code);
    if (!state.ok()) return state.status();
    if (state->open()) journal->GoOnAt(server);
  }
  return absl::OkStatus();
}

void RedisSeeker::Run() {
  while (true) {
    {
      MutexLock lock(mutex_);
      if (!stopping_ && !hurry_) changed_.WaitFor(mutex_, kBetweenLooks);
      if (stopping_) return;
      hurry_ = false;
    }
    LookForAll();
  }
}

void RedisSeeker::LookForAll() {
  MutexLock lock(journals_mutex_);
  for (const auto& [code, journal] : journals_) {
    if (!journal->Seeks()) continue;
    RedisServer* const holder = Holder(code);
    if (holder != nullptr) journal->GoOnAt(*holder);
  }
}

}  // namespace samsyn::journal
