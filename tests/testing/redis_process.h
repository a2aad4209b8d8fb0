// A redis-server, or a redis-sentinel, of a test's own: in a folder and on a port that go with it.
#ifndef SAMSYN_TESTS_TESTING_REDIS_PROCESS_H_
#define SAMSYN_TESTS_TESTING_REDIS_PROCESS_H_

#include <optional>
#include <string>
#include <vector>

#include "server/journal/redis/connection.h"
#include "tests/testing/loopback_port.h"

namespace samsyn::testing {

// Files (PEM) of TLS on the port; the Unix socket stays without.
struct RedisTls {
  std::string authorities, certificate, key;
  bool asks_clients = false;  // for a certificate of theirs
};

struct RedisOptions {
  // Of redis.conf. They stand behind ours, so they change what ours say.
  std::vector<std::string> lines = {};
  // Whether ours keep what is acknowledged, as samsynd requires; else they keep nothing.
  bool durable = true;
  std::optional<RedisTls> tls = std::nullopt;
  // What `Command` says first, without the word AUTH: a user and a password, or a password.
  std::vector<std::string> auth = {};
  bool sentinel = false;
};

// Not thread-safe. A process ends with the thread that started it, also when that is killed.
// Methods that give a bool say on stderr why it is false.
class RedisProcess {
 public:
  explicit RedisProcess(RedisOptions options = {});
  // Kills it if it still runs, and removes its files.
  ~RedisProcess();
  RedisProcess(const RedisProcess&) = delete;
  RedisProcess& operator=(const RedisProcess&) = delete;

  // Options of a sentinel that watches over a server that runs, which it calls `name`, and its
  // replicas. It acts within some seconds: two of silence are a failure.
  static RedisOptions SentinelOf(const std::string& name, const RedisProcess& master,
                                 int quorum = 1);

  // Starts it, again on what it had, and waits until it answers, with what it had loaded.
  bool Start();
  void Kill();    // at once, as a crash
  bool Stop();    // SIGTERM: it ends in order
  void Freeze();  // it holds its connections and does nothing
  void Thaw();

  // The reply to a command, or an error that begins "CONNECTION" if it gave none within 30 s.
  journal::RedisReply Command(const std::vector<std::string>& command) const;
  // Becomes a replica of the other, and waits until it has what that has.
  bool Follow(const RedisProcess& master);
  // Becomes a master.
  bool Promote();
  // Of a sentinel: waits until it knows so many replicas of `name` that could become its master.
  bool AwaitReplicas(const std::string& name, size_t count) const;

  const std::string& socket() const { return socket_; }
  int port() const { return port_.number(); }
  journal::RedisEndpoint AtSocket() const;
  journal::RedisEndpoint AtPort(const std::string& host = "127.0.0.1") const;
  // What it has logged.
  std::string Log() const;

 private:
  std::vector<std::string> Configuration() const;
  bool Spawn();
  bool HasEnded();

  const RedisOptions options_;
  const LoopbackPort port_;
  std::string folder_;
  std::string socket_;
  int pid_ = 0;  // 0: not running
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_REDIS_PROCESS_H_
