// TLS to a Redis server, as its client. Its .cc alone in this room knows OpenSSL.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_TLS_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_TLS_H_

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "server/journal/redis/connection.h"
#include "server/journal/redis/stream.h"

namespace samsyn::journal {

// TLS 1.2 or newer over a stream that is connected to `host`: a name, or an IP address, which must
// stand in the server's certificate. The files of `credentials` are read anew each time, so a
// renewed certificate needs no restart. FailedPrecondition: a file is not what it must be, or one
// side does not trust the other; Unavailable: the stream ended or gave no answer in time.
absl::StatusOr<std::unique_ptr<RedisStream>> StartTls(std::unique_ptr<RedisStream> stream,
                                                      const std::string& host,
                                                      const RedisCredentials& credentials,
                                                      Deadline deadline);

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_TLS_H_
