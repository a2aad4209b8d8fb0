// A journal on its way to a Redis server, from another one or from a file: it is brought there in
// pieces, and is missing for all nodes until it is opened.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_ARRIVAL_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_ARRIVAL_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/types/span.h>

#include <cstdint>
#include <memory>
#include <string>

#include "server/journal/journal.h"
#include "server/journal/redis/caller.h"

namespace samsyn::journal {

// Used by one thread. An error leaves what has come; a new object goes on from there.
class RedisArrival {
 public:
  // The caller must outlive it.
  RedisArrival(std::string code, RedisCaller& to) : code_(std::move(code)), to_(to) {}

  // Announces it; `trimmed`: the last entry that is not there any more where it comes from. Gives
  // the head of what has come already. AlreadyExists: it is open there; FailedPrecondition: it is
  // on its way from elsewhere.
  absl::StatusOr<Head> Begin(const std::string& from, const Head& trimmed);
  // Brings what follows.
  absl::Status Bring(absl::Span<const Entry> entries);
  const Head& end() const { return end_; }
  // When enough replicas have all of it.
  absl::Status Settled();
  // Lets nodes use it, from this epoch at least. It is on enough replicas then.
  absl::Status Open(int64_t epoch, int64_t moves);

  // It does not come after all. AlreadyExists: it is open there.
  absl::Status GiveUp();

 private:
  absl::StatusOr<RedisReply> Call(const std::vector<std::string>& command);

  const std::string code_;
  RedisCaller& to_;
  std::unique_ptr<RedisConnection> connection_;  // one, so that WAIT speaks of all that was brought
  Head end_;
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_ARRIVAL_H_
