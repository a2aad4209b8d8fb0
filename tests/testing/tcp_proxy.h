// What stands between a client and a server in a test, and can be slow, broken or silent.
#ifndef SAMSYN_TESTS_TESTING_TCP_PROXY_H_
#define SAMSYN_TESTS_TESTING_TCP_PROXY_H_

#include <absl/time/time.h>

#include <cstddef>
#include <memory>
#include <string>

#include "server/journal/redis/connection.h"

namespace samsyn::testing {

// Forwards from a loopback port of its own, on a thread of its own. A method holds for all
// connections, those there are and those to come, when it returns. Thread-safe.
class TcpProxy {
 public:
  enum class Way { kToServer, kToClient, kBoth };

  explicit TcpProxy(const journal::RedisEndpoint& target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  int port() const;
  journal::RedisEndpoint AtPort(const std::string& host = "127.0.0.1") const;

  // Ends all connections and refuses new ones.
  void Cut();
  // What comes that way arrives so much later, in its order.
  void Delay(absl::Duration delay, Way way = Way::kBoth);
  // What comes that way is swallowed, and that a side has closed is not passed on; new connections
  // are taken. While the way to the server is a black hole, the server sees no new ones.
  void BlackHole(Way way = Way::kBoth);
  // Forwards at once again. Connections that have lost something end, since the rest would make
  // no sense.
  void Heal();

  // Those that are open now.
  size_t Connections();

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_TCP_PROXY_H_
