// How many calls a member and an organisation may make, so that one broken partner does not drown
// the meeting: token buckets.
//
//   bucket        of                      a second           holds (10 s of it)
//   writes        a member                member_writes      more than a phone has queued offline
//                 an organisation         organisation_writes
//   reads         each of both            four times that    more than a page's first load
//   endings       a token, session, link  member_writes
//
// A PARTNER_SYSTEM member has ten times as much, and with it its organisation. A write costs one,
// and one more for each 16 KiB; a batch as many as it has reports; a slow read 100 reads. What
// costs more than a bucket holds waits for a full one.
//
// Never held back, so that who is locked out finds out why: WhoAmI, GetServerStatus, and the health
// service; each costs the server no more than a refusal would. What ends rights (EndSession,
// RevokeToken, RevokeRelease, SetClass, RemoveDevice, RemoveMember, SetPositionConsent), and
// signing in to do so (RedeemLoginLink), has a bucket of its own, one a token, which no other call
// and nobody else can empty: not even who has stolen another token of the same member.
#ifndef SAMSYN_SERVER_SERVICE_CALL_LIMITS_H_
#define SAMSYN_SERVER_SERVICE_CALL_LIMITS_H_

#include <absl/container/flat_hash_map.h>
#include <absl/container/node_hash_map.h>
#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/admin.pb.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/access/identity.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace samsyn::service {

struct CallLimitOptions {
  int member_writes = 0;        // a second; 0: no limit
  int organisation_writes = 0;  // of all members together; 0: no limit
};

// What samsynd has unless it is told otherwise.
inline constexpr CallLimitOptions kUsualCallLimits{50, 200};

enum class CallKind { kWrite, kRead, kEnding, kFree };

// What a method is by its name, where its name says more than that it reads or writes.
CallKind KindOf(absl::string_view method, CallKind otherwise);

inline constexpr int kSlowReadCost = 100;

// What a write of so many bytes costs.
int CostOf(size_t bytes);

// Why a report of a stream has to wait.
struct Pause {
  absl::Duration wait = absl::ZeroDuration();  // zero: it need not
  bool organisation = false;                   // its limit; else the member's
  absl::Time begin;
};

// Of a municipality, since the start.
struct HeldBackTotals {
  int64_t member = 0;        // calls refused by a member's limit
  int64_t organisation = 0;  // … by an organisation's
  absl::Duration waited;     // of streams of reports
};

// Thread-safe. Its memory is bounded by who has called lately: a bucket that is full again is
// dropped, and so is what is older than an hour.
class CallLimits {
 public:
  // The clock must outlive it.
  CallLimits(const Clock& clock, CallLimitOptions options);
  CallLimits(const CallLimits&) = delete;
  CallLimits& operator=(const CallLimits&) = delete;

  // Takes the cost from the caller's bucket and its organisation's; TOO_MANY_CALLS, and nothing is
  // taken from either, where one of them has less. The status says how long until it would pass.
  absl::Status Admit(const access::Identity& caller, CallKind kind, int cost);

  // The same for one report of a stream, which is not refused but waits and asks again. `last`:
  // what was said the last time.
  Pause TakeReport(const access::Identity& caller, const Pause& last);

  // Who was held back in the last hour (to five minutes), most first, at most 50.
  std::vector<v1::HeldBack> HeldBackIn(absl::string_view municipality) const;
  HeldBackTotals TotalsOf(absl::string_view municipality) const;
  // Buckets that are kept now.
  size_t buckets() const;

 private:
  struct Bucket {
    double tokens;
    double rate;  // a second
    absl::Time time;
  };
  // What happened in one twelfth of an hour.
  struct Slot {
    int64_t number = -1;
    int64_t refused = 0;
    absl::Duration waited;
  };
  struct Held {
    std::string organisation;
    std::string member;  // empty: the organisation's limit
    absl::Time last;
    std::array<Slot, 12> slots;
  };
  struct Municipality {
    absl::flat_hash_map<std::string, Held> held;  // by member or organisation
    HeldBackTotals totals;
  };
  using Buckets = absl::node_hash_map<std::string, Bucket>;

  // Which of the caller's limits has too little for longest.
  Pause Take(const access::Identity& caller, CallKind kind, int cost)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Bucket* Find(Buckets& buckets, const std::string& holder, double rate, bool grows)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Note(const access::Identity& caller, bool organisation, int64_t refused,
            absl::Duration waited) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  size_t Count() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Sweep() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  const CallLimitOptions options_;

  mutable Mutex mutex_;  // taken alone
  Buckets writes_ ABSL_GUARDED_BY(mutex_);
  Buckets reads_ ABSL_GUARDED_BY(mutex_);
  Buckets endings_ ABSL_GUARDED_BY(mutex_);
  size_t swept_ ABSL_GUARDED_BY(mutex_) = 0;  // what the last sweep left
  absl::flat_hash_map<std::string, Municipality> municipalities_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_CALL_LIMITS_H_
