// The server: doors, services, and their orderly end.
#ifndef SAMSYN_SERVER_SERVICE_SERVER_H_
#define SAMSYN_SERVER_SERVICE_SERVER_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/domain/push_hosts.h"
#include "server/engine/engine.h"
#include "server/service/accept_loop.h"
#include "server/service/call_limits.h"
#include "server/service/call_observer.h"
#include "server/service/routes.h"
#include "server/service/watch_stream.h"

namespace samsyn::service {

// How devices may register to be woken.
struct PushOffer {
  std::string key;  // public, base64url; empty: nobody is woken here
  domain::PushHosts hosts;
};

struct ServerOptions {
  std::string listen = "127.0.0.1:50451";  // unless systemd gives a socket
  // Mutual TLS, PEM files; all three or none. Needed on any other address than loopback. Changed
  // files are taken up by themselves.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_authorities;
  int tls_reload_seconds = 10;
  bool reflection = false;
  ConnectionCaps connections;
  // Networks whose connections are not counted, beside `connections.exempt`: "192.0.2.0/24".
  std::vector<std::string> exempt_networks;
  CallLimitOptions call_limits;                  // none; samsynd sets kUsualCallLimits
  absl::Duration handshake = absl::Seconds(10);  // until a new connection must have said who it is
  absl::Duration drain = absl::Seconds(3);
  WatchOptions watch;
  CallObserver observe;  // may be empty
  PushOffer push;
};

// Whether the options can work, as far as can be told without listening: networks, TLS files.
absl::Status CheckOptions(const ServerOptions& options);

// Thread-safe.
class Server {
 public:
  // Listens and serves. Engine and clock must outlive the server. FailedPrecondition: the address
  // needs TLS, and what to do; else as Listen and CheckOptions.
  static absl::StatusOr<std::unique_ptr<Server>> Start(engine::Engine& engine, const Clock& clock,
                                                       const ServerOptions& options);
  ~Server();  // as Shutdown
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Stops accepting, tells the watchers, stops the engine (which answers what waits), and ends what
  // is left; within `drain` and little more. Idempotent; not from two threads at once.
  void Shutdown();

  const std::string& address() const;
  int port() const;
  // A channel that needs no socket and takes messages of any size; calls through it need a token
  // like any other.
  std::shared_ptr<grpc::Channel> InProcessChannel();
  const AcceptLoop& accept_loop() const;
  const Routes& routes() const;
  const WatchStreams& watches() const;
  const CallLimits& call_limits() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_SERVER_H_
