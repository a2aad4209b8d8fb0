// Bytes to and from a Redis server, each wait with an end: what a Unix socket, TCP and TLS
// (tls.h) look like to connection.cc.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_STREAM_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_STREAM_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <absl/types/span.h>

#include <chrono>
#include <memory>

#include "server/journal/redis/connection.h"

namespace samsyn::journal {

// When a wait ends; by the clock that nobody sets.
using Deadline = std::chrono::steady_clock::time_point;
Deadline DeadlineAfter(absl::Duration timeout);
// What is left until then; never negative.
absl::Duration TimeLeft(Deadline deadline);

// Used by one thread; `Interrupt` by any.
//
// Errors: Unavailable: the stream has ended; DeadlineExceeded: not in time, and how much was done
// is not known. After an error it is of no further use.
class RedisStream {
 public:
  virtual ~RedisStream() = default;

  // Waits for the next bytes, and says how many there are in `into`: at least one.
  virtual absl::StatusOr<size_t> Read(absl::Span<char> into, Deadline deadline) = 0;
  // Sends all.
  virtual absl::Status Write(absl::string_view bytes, Deadline deadline) = 0;
  // Ends the stream and what waits in it.
  virtual void Interrupt() = 0;
};

// A socket to a server. A name's addresses are tried in turn; to find them takes as long as the
// system's resolver likes, whatever the deadline.
absl::StatusOr<std::unique_ptr<RedisStream>> ConnectSocket(const RedisEndpoint& endpoint,
                                                           Deadline deadline);

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_STREAM_H_
