// Calls to one Redis server, or to the master of a group: connections that are checked when they
// are made, a few kept for the next call.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_CALLER_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_CALLER_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/journal/redis/connection.h"

namespace samsyn::journal {

// What a server's refusal means: ResourceExhausted: its memory is full; PermissionDenied: its ACL;
// Unavailable: all else, for instance too few replicas. Nothing was done.
absl::Status StatusOfError(const RedisReply& error);

// Whether the server's answer says that it is no longer who writes here, so that the connection is
// of no use.
bool IsNoMaster(const RedisReply& reply);

// One command on a connection and its reply, which is no error.
absl::StatusOr<RedisReply> CallOn(RedisConnection& connection,
                                  const std::vector<std::string>& command);
// Waits until so many replicas have what was written on the connection before.
absl::Status AwaitReplicas(RedisConnection& connection, int replicas);

// Thread-safe.
class RedisCaller {
 public:
  // `replicas`: how many must have each write.
  RedisCaller(RedisAddress address, RedisCredentials credentials, int replicas);

  // A new connection to whoever is the master now, its settings checked and our functions in it.
  // Errors as of RedisConnection::Connect and CheckRedisSettings; soon after a failure the same
  // again, without trying.
  absl::StatusOr<std::unique_ptr<RedisConnection>> Connect();

  // A command and its reply, which is no error.
  absl::StatusOr<RedisReply> Call(std::initializer_list<absl::string_view> command,
                                  absl::Duration timeout = absl::Seconds(5)) {
    return Call(std::vector<absl::string_view>(command), timeout);
  }
  absl::StatusOr<RedisReply> Call(const std::vector<absl::string_view>& command,
                                  absl::Duration timeout = absl::Seconds(5));

  // The next connection looks again whether all is in order, and loads our functions.
  void Unprepare();

  // The process that the last call or connection reached; empty: none yet.
  std::string run_id();
  const RedisAddress& address() const { return address_; }
  const std::string& name() const { return address_.name; }
  int replicas() const { return replicas_; }

 private:
  absl::Status Prepare(RedisConnection& connection);
  absl::StatusOr<std::unique_ptr<RedisConnection>> Take();
  void ForgetIdle();
  void GiveBack(std::unique_ptr<RedisConnection> connection);

  const RedisAddress address_;
  const RedisCredentials credentials_;
  const int replicas_;
  Mutex mutex_;  // taken alone
  std::vector<std::unique_ptr<RedisConnection>> idle_ ABSL_GUARDED_BY(mutex_);
  std::string run_id_ ABSL_GUARDED_BY(mutex_);
  std::string prepared_ ABSL_GUARDED_BY(mutex_);  // run id of the last that was found in order
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  absl::Time try_again_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_CALLER_H_
