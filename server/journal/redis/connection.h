// A connection to one Redis server. Its .cc alone knows hiredis, which is the codec of requests and
// replies; the bytes go over a Unix socket, TCP, or TLS (tls.h).
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_CONNECTION_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_CONNECTION_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <absl/types/span.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace samsyn::journal {

// Where one server is found.
struct RedisEndpoint {
  std::string socket;  // path of a Unix socket; empty: host and port
  std::string host;
  int port = 0;

  bool operator==(const RedisEndpoint&) const = default;
  std::string Text()
      const;  // as it is given: "unix:/run/redis.sock", "10.0.0.5:6379", "[::1]:6379"
};

// A server, or a group of a master and its replicas that sentinels watch over.
struct RedisAddress {
  std::string name;      // in the configuration; "main" if none was given
  RedisEndpoint server;  // unless `master` is set
  std::string master;    // the group's name at the sentinels
  std::vector<RedisEndpoint> sentinels;

  // "[NAME=]unix:/path", "[NAME=]host:port", "[NAME=]sentinel:MASTER@host:port,host:port,…".
  // InvalidArgument says what is wrong with the text.
  static absl::StatusOr<RedisAddress> Parse(absl::string_view text);
};

// How to be let in; the same for all servers and sentinels.
struct RedisCredentials {
  std::string user;                      // empty: the default user
  std::string password_file;             // read anew at each connection; empty: no password
  bool tls = false;                      // never over a Unix socket
  std::string tls_authorities;           // PEM file: who may have signed the servers' certificates
  std::string tls_certificate, tls_key;  // ours (PEM files)
};

struct RedisReply {
  enum class Kind { kNil, kInteger, kText, kError, kList };
  Kind kind = Kind::kNil;
  int64_t integer = 0;
  std::string text;  // of kText and kError ("NOREPLICAS …")
  std::vector<RedisReply> list;
};

// Used by one thread; `Interrupt` by any.
//
// Errors: Unavailable: the connection is gone (or could not be made); what was sent may or may not
// have been done. After an error of the connection every call fails. What the server refuses is a
// reply of kind kError, no error of the connection.
class RedisConnection {
 public:
  // Connects, authenticates, and asks who is there. Unavailable: cannot be reached, or a replica,
  // or loading; PermissionDenied: wrong user or password; FailedPrecondition: not a Redis that
  // this program works with (older than 7.0, or a cluster), or a certificate that is not trusted.
  static absl::StatusOr<std::unique_ptr<RedisConnection>> Connect(
      const RedisEndpoint& endpoint, const RedisCredentials& credentials,
      absl::Duration timeout = absl::Seconds(2));
  // The same to the master of a group, asking its sentinels in turn which it is; or to the server.
  static absl::StatusOr<std::unique_ptr<RedisConnection>> ConnectToMaster(
      const RedisAddress& address, const RedisCredentials& credentials,
      absl::Duration timeout = absl::Seconds(2));
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // The process at the other end: another one after a restart or a failover.
  const std::string& run_id() const;
  const RedisEndpoint& endpoint() const;

  // Puts a command behind those that wait to be sent.
  void Add(absl::Span<const absl::string_view> command);
  // Sends all that waits.
  absl::Status Flush(absl::Duration timeout);
  // The next reply, in the order of the commands. DeadlineExceeded: none came in time, and the
  // connection is of no further use, since the reply may still come.
  absl::StatusOr<RedisReply> Receive(absl::Duration timeout);
  // One command and its reply.
  absl::StatusOr<RedisReply> Call(absl::Span<const absl::string_view> command,
                                  absl::Duration timeout = absl::Seconds(5));

  // Ends what another thread waits for in Receive, and the connection with it.
  void Interrupt();

 private:
  struct Impl;
  explicit RedisConnection(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

// Whether the server is set up so that what it acknowledges is kept: appendonly yes, appendfsync
// always, also while its file is rewritten (no-appendfsync-on-rewrite no), maxmemory-policy
// noeviction, no cluster; and where `replicas` of them must have each write, min-replicas-to-write
// ≥ 1 and min-replicas-max-lag 1 or 2 (seconds). FailedPrecondition names every setting that is
// wrong, what it is, and what it must be; or, if it may not ask, what to allow.
absl::Status CheckRedisSettings(RedisConnection& connection, int replicas);

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_CONNECTION_H_
