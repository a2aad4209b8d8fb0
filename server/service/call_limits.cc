#include "server/service/call_limits.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "server/domain/entity.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/service/status.h"

namespace samsyn::service {
namespace {

constexpr double kHoldsSeconds = 10;  // of its rate
constexpr double kReadsAWrite = 4;
constexpr double kPartnerSystem = 10;  // times as much
constexpr size_t kBytesOfOne = 16 << 10;
constexpr int64_t kSlotSeconds = 5 * 60;
constexpr size_t kHeldBackMost = 50;
constexpr size_t kSweepAfter = 1024;  // buckets more
constexpr double kExactly = 1e-6;     // what sums of fractions miss

// Up to the next millisecond: after so long it does pass.
absl::Duration RoundedUp(double seconds) {
  return absl::Milliseconds(static_cast<int64_t>(std::ceil(seconds * 1000 - kExactly)));
}

absl::Status TooManyCalls(const Pause& pause) {
  const domain::Words words =
      pause.organisation
          ? domain::Words{"Your organisation makes too many calls just now; nothing was changed. "
                          "Wait a moment and try again.",
                          "Din aktör gör för många anrop just nu; inget ändrades. Vänta en stund "
                          "och försök igen."}
          : domain::Words{"You make too many calls just now; nothing was changed. Wait a moment "
                          "and try again.",
                          "Du gör för många anrop just nu; inget ändrades. Vänta en stund och "
                          "försök igen."};
  return WithRetryAfter(domain::Refuse(v1::ERROR_REASON_TOO_MANY_CALLS, words,
                                       {{"limit", pause.organisation ? "organisation" : "member"}}),
                        pause.wait);
}

int64_t SlotOf(absl::Time time) { return absl::ToUnixSeconds(time) / kSlotSeconds; }

}  // namespace

CallKind KindOf(absl::string_view method, CallKind otherwise) {
  for (const absl::string_view free : {"WhoAmI", "GetServerStatus"}) {
    if (method == free) return CallKind::kFree;
  }
  for (const absl::string_view ending :
       {"EndSession", "RevokeToken", "RevokeRelease", "SetClass", "RemoveDevice", "RemoveMember",
        "SetPositionConsent", "RedeemLoginLink"}) {
    if (method == ending) return CallKind::kEnding;
  }
  return otherwise;
}

int CostOf(size_t bytes) { return 1 + static_cast<int>(bytes / kBytesOfOne); }

CallLimits::CallLimits(const Clock& clock, CallLimitOptions options)
    : clock_(clock), options_(options) {}

absl::Status CallLimits::Admit(const access::Identity& caller, CallKind kind, int cost) {
  if (kind == CallKind::kFree) return absl::OkStatus();
  MutexLock lock(mutex_);
  const Pause pause = Take(caller, kind, cost);
  if (pause.wait == absl::ZeroDuration()) return absl::OkStatus();
  Note(caller, pause.organisation, 1, absl::ZeroDuration());
  return TooManyCalls(pause);
}

Pause CallLimits::TakeReport(const access::Identity& caller, const Pause& last) {
  MutexLock lock(mutex_);
  if (last.wait > absl::ZeroDuration()) {
    Note(caller, last.organisation, 0, clock_.Now() - last.begin);
  }
  return Take(caller, CallKind::kWrite, 1);
}

Pause CallLimits::Take(const access::Identity& caller, CallKind kind, int cost) {
  if (Count() > 2 * swept_ + kSweepAfter) Sweep();
  const double times =
      (caller.partner_system ? kPartnerSystem : 1) * (kind == CallKind::kRead ? kReadsAWrite : 1);
  Bucket* taken[2] = {};
  if (kind == CallKind::kEnding) {
    taken[0] = Find(endings_, caller.caller.token, options_.member_writes * times, false);
  } else {
    Buckets& buckets = kind == CallKind::kRead ? reads_ : writes_;
    taken[0] = Find(buckets, caller.caller.member, options_.member_writes * times, false);
    taken[1] = Find(buckets, caller.organisation, options_.organisation_writes * times, true);
  }
  const auto price = [cost](const Bucket& bucket) {
    return std::min<double>(cost, bucket.rate * kHoldsSeconds);
  };
  Pause pause;
  for (const int i : {0, 1}) {
    if (taken[i] == nullptr) continue;
    const double missing = price(*taken[i]) - taken[i]->tokens;
    const absl::Duration wait =
        missing > kExactly ? RoundedUp(missing / taken[i]->rate) : absl::ZeroDuration();
    if (wait > pause.wait) pause = {wait, i == 1, clock_.Now()};
  }
  if (pause.wait > absl::ZeroDuration()) return pause;
  for (Bucket* const bucket : taken) {
    if (bucket != nullptr) bucket->tokens -= price(*bucket);
  }
  return pause;
}

CallLimits::Bucket* CallLimits::Find(Buckets& buckets, const std::string& holder, double rate,
                                     bool grows) {
  if (rate <= 0 || holder.empty()) return nullptr;
  const absl::Time now = clock_.Now();
  const auto [found, added] = buckets.try_emplace(holder, Bucket{rate * kHoldsSeconds, rate, now});
  Bucket& bucket = found->second;
  if (added) return &bucket;
  // The largest of its members makes the size of an organisation.
  if (grows) rate = std::max(rate, bucket.rate);
  bucket.tokens += std::max(0.0, rate - bucket.rate) * kHoldsSeconds;
  bucket.rate = rate;
  const double seconds = std::max(0.0, absl::ToDoubleSeconds(now - bucket.time));
  bucket.tokens = std::min(rate * kHoldsSeconds, bucket.tokens + rate * seconds);
  bucket.time = now;
  return &bucket;
}

void CallLimits::Note(const access::Identity& caller, bool organisation, int64_t refused,
                      absl::Duration waited) {
  const std::string& holder = organisation ? caller.organisation : caller.caller.member;
  Municipality& municipality =
      municipalities_[std::string(domain::MunicipalityOf(caller.caller.member))];
  Held& held = municipality.held[holder];
  held.organisation = caller.organisation;
  if (!organisation) held.member = caller.caller.member;
  held.last = clock_.Now();
  const int64_t number = SlotOf(held.last);
  Slot& slot = held.slots[static_cast<size_t>(number) % held.slots.size()];
  if (slot.number != number) slot = {number, 0, absl::ZeroDuration()};
  slot.refused += refused;
  slot.waited += waited;
  (organisation ? municipality.totals.organisation : municipality.totals.member) += refused;
  municipality.totals.waited += waited;
}

size_t CallLimits::Count() const { return writes_.size() + reads_.size() + endings_.size(); }

void CallLimits::Sweep() {
  const absl::Time now = clock_.Now();
  for (Buckets* const buckets : {&writes_, &reads_, &endings_}) {
    absl::erase_if(*buckets, [now](const auto& entry) {
      const Bucket& bucket = entry.second;
      const double missing = bucket.rate * kHoldsSeconds - bucket.tokens;
      return absl::ToDoubleSeconds(now - bucket.time) * bucket.rate >= missing;
    });
  }
  swept_ = Count();
  for (auto& [name, municipality] : municipalities_) {
    absl::erase_if(municipality.held,
                   [now](const auto& entry) { return now - entry.second.last > absl::Hours(1); });
  }
}

std::vector<v1::HeldBack> CallLimits::HeldBackIn(absl::string_view municipality) const {
  std::vector<v1::HeldBack> all;
  MutexLock lock(mutex_);
  const auto found = municipalities_.find(municipality);
  if (found == municipalities_.end()) return all;
  const int64_t oldest = SlotOf(clock_.Now()) - 11;
  for (const auto& [holder, held] : found->second.held) {
    int64_t refused = 0;
    absl::Duration waited;
    for (const Slot& slot : held.slots) {
      if (slot.number < oldest) continue;
      refused += slot.refused;
      waited += slot.waited;
    }
    if (refused == 0 && waited == absl::ZeroDuration()) continue;
    v1::HeldBack& row = all.emplace_back();
    row.set_organisation(held.organisation);
    row.set_member(held.member);
    row.set_refused(refused);
    row.set_waited_ms(absl::ToInt64Milliseconds(waited));
    *row.mutable_last_time() = domain::TimestampOf(held.last);
  }
  std::sort(all.begin(), all.end(), [](const v1::HeldBack& a, const v1::HeldBack& b) {
    return std::make_tuple(-a.refused(), -a.waited_ms(), a.organisation(), a.member()) <
           std::make_tuple(-b.refused(), -b.waited_ms(), b.organisation(), b.member());
  });
  if (all.size() > kHeldBackMost) all.resize(kHeldBackMost);
  return all;
}

HeldBackTotals CallLimits::TotalsOf(absl::string_view municipality) const {
  MutexLock lock(mutex_);
  const auto found = municipalities_.find(municipality);
  return found == municipalities_.end() ? HeldBackTotals() : found->second.totals;
}

size_t CallLimits::buckets() const {
  MutexLock lock(mutex_);
  return Count();
}

}  // namespace samsyn::service
