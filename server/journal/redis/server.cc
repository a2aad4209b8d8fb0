// One Redis server as this node uses it.
#include "server/journal/redis/server.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <utility>

#include "server/base/log.h"
#include "server/journal/redis/functions.h"

namespace samsyn::journal {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(100);
constexpr absl::Duration kBetweenGreetings = absl::Milliseconds(500);
constexpr absl::Duration kGreetingLimit = absl::Milliseconds(1500);
constexpr absl::Duration kClockOffMost = absl::Seconds(2);
constexpr absl::Duration kLead = absl::Seconds(5);  // without a greeting another node leads
constexpr absl::Duration kAlone = absl::Seconds(15);

}  // namespace

RedisServer::RedisServer(RedisAddress address, RedisCredentials credentials,
                         RedisServerOptions options, std::string node, const Clock& clock,
                         Callbacks callbacks)
    : options_(options),
      node_(std::move(node)),
      clock_(clock),
      welcome_(std::move(callbacks.welcome)),
      caller_(std::move(address), std::move(credentials), options.replicas),
      appender_(caller_),
      last_contact_(clock.Now()),
      trouble_(absl::UnavailableError("Redis has not been reached yet")),
      listener_(caller_, std::move(callbacks.made)),
      thread_([this] { Run(); }) {}

RedisServer::~RedisServer() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  thread_.join();
  if (!CutOffSince().has_value()) {
    caller_.Call({"FCALL", "samsyn_1_gone", "2", kNodesKey, kLeaderKey, node_}, kGreetingLimit)
        .IgnoreError();
  }
}

void RedisServer::Add(absl::string_view code, RedisTenant* tenant) {
  {
    MutexLock lock(tenants_mutex_);
    tenants_.emplace_back(code, tenant);
  }
  listener_.Follow(code, [tenant](const Head& mark) { tenant->Marked(mark); });
}

void RedisServer::Remove(absl::string_view code) {
  listener_.Unfollow(code);
  MutexLock lock(tenants_mutex_);
  std::erase_if(tenants_, [&](const auto& tenant) { return tenant.first == code; });
}

std::optional<absl::Time> RedisServer::CutOffSince() {
  MutexLock lock(mutex_);
  return in_touch_ ? std::nullopt : std::optional(last_contact_);
}

absl::Status RedisServer::MayAppend() {
  MutexLock lock(mutex_);
  if (!in_touch_) return trouble_;
  if (absl::AbsDuration(clock_off_) > kClockOffMost) {
    return absl::UnavailableError(absl::StrFormat(
        "this node's clock is %s off the clock of Redis, so it does not write: set it right (NTP)",
        absl::FormatDuration(clock_off_)));
  }
  if (opened_.empty()) return absl::UnavailableError("Redis has changed and is being opened");
  return absl::OkStatus();
}

bool RedisServer::Leads() {
  MutexLock lock(mutex_);
  wants_to_lead_ = true;
  return absl::Now() < leads_until_ || (!in_touch_ && clock_.Now() - last_contact_ > kAlone);
}

void RedisServer::NotOpen() {
  MutexLock lock(mutex_);
  opened_.clear();
  hurry_ = true;
  changed_.SignalAll();
}

absl::Status RedisServer::FirstContact() {
  Contact();
  MutexLock lock(mutex_);
  return in_touch_ ? absl::OkStatus() : trouble_;
}

void RedisServer::Run() {
  absl::Time next_greeting = absl::InfinitePast();
  while (true) {
    if (absl::Now() >= next_greeting) {
      Contact();
      next_greeting = absl::Now() + (MayAppend().ok() ? kBetweenGreetings : kTick);
    }
    if (!CutOffSince().has_value()) KeepTenants();
    MutexLock lock(mutex_);
    if (!stopping_ && !hurry_) changed_.WaitFor(mutex_, kTick);
    if (stopping_) return;
    if (hurry_) next_greeting = absl::InfinitePast();
    hurry_ = false;
  }
}

// Says that this node is here, learns the time, and opens a server that is another than before.
void RedisServer::Contact() {
  absl::Status status = Greet();
  std::string opened;
  if (status.ok()) {
    const std::string run_id = caller_.run_id();
    {
      MutexLock lock(mutex_);
      opened = opened_;
    }
    if (opened != run_id) {
      const absl::Status open = Open(run_id);
      opened = open.ok() ? run_id : std::string();
      SayOpening(open);
    }
  }
  MutexLock lock(mutex_);
  if (status.ok() != in_touch_) {
    Log(status.ok() ? LogLevel::kInfo : LogLevel::kWarning,
        status.ok() ? "in touch with redis" : "out of touch with redis",
        {{"server", name()}, {"why", std::string(status.message())}});
  }
  in_touch_ = status.ok();
  trouble_ = status;
  if (status.ok()) {
    last_contact_ = clock_.Now();
    opened_ = opened;
  }
}

// A write, so that a server which has lost its replicas does not pass for one that decides.
absl::Status RedisServer::Greet() {
  bool wants_to_lead = false;
  {
    MutexLock lock(mutex_);
    wants_to_lead = wants_to_lead_;
  }
  const absl::Time leads_until = absl::Now() + kLead;
  const absl::Time before = clock_.Now();
  const auto reply =
      caller_.Call({"FCALL", "samsyn_1_here", "2", kNodesKey, kLeaderKey, node_,
                    absl::StrCat(wants_to_lead ? absl::ToInt64Milliseconds(kLead) : 0)},
                   kGreetingLimit);
  const absl::Time after = clock_.Now();
  if (!reply.ok()) return reply.status();
  int64_t seconds = 0, microseconds = 0;
  if (reply->list.size() != 3 || !absl::SimpleAtoi(reply->list[0].text, &seconds) ||
      !absl::SimpleAtoi(reply->list[1].text, &microseconds)) {
    return absl::UnavailableError("Redis: its time cannot be read");
  }
  LearnTime(before, absl::FromUnixMicros(seconds * 1'000'000 + microseconds), after);
  MutexLock lock(mutex_);
  leads_until_ = reply->list[2].integer == 1 ? leads_until : absl::InfinitePast();
  return absl::OkStatus();
}

// What the server's clock said between two readings of ours.
void RedisServer::LearnTime(absl::Time before, absl::Time theirs, absl::Time after) {
  absl::Duration off = absl::ZeroDuration();
  if (theirs < before) off = before - theirs;
  if (theirs > after) off = after - theirs;
  MutexLock lock(mutex_);
  const bool was_off = absl::AbsDuration(clock_off_) > kClockOffMost;
  if (absl::AbsDuration(off) > kClockOffMost && !was_off) {
    Log(LogLevel::kError, "the clock is off: no writes",
        {{"server", name()}, {"by", absl::FormatDuration(off)}});
  }
  clock_off_ = off;
}

absl::Status RedisServer::Open(const std::string& run_id) {
  if (absl::Status status = welcome_(*this); !status.ok()) return status;
  {
    MutexLock lock(tenants_mutex_);
    for (const auto& [code, tenant] : tenants_) {
      if (absl::Status status = tenant->PutBack(run_id); !status.ok()) {
        return absl::Status(status.code(), absl::StrCat(code, ": ", status.message()));
      }
    }
  }
  const std::string grace = absl::StrCat(absl::ToInt64Milliseconds(options_.grace));
  const std::string dead = absl::StrCat(absl::ToInt64Milliseconds(options_.dead));
  const auto reply = caller_.Call({"FCALL", "samsyn_1_ready", "3", kNodesKey, kReadyKey, kServerKey,
                                   run_id, node_, grace, dead});
  if (!reply.ok()) return reply.status();
  if (reply->integer != 1) return absl::UnavailableError("other nodes have not shown their copies");
  return absl::OkStatus();
}

// Once for each reason.
void RedisServer::SayOpening(const absl::Status& open) {
  const std::string why(open.message());
  {
    MutexLock lock(mutex_);
    if (said_ == why) return;
    said_ = why;
  }
  Log(LogLevel::kInfo, open.ok() ? "redis is open" : "redis is not open yet",
      {{"server", name()}, {"why", why}});
}

void RedisServer::KeepTenants() {
  MutexLock lock(tenants_mutex_);
  for (const auto& [code, tenant] : tenants_) tenant->Keep();
}

}  // namespace samsyn::journal
