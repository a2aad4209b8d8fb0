// The HTTP server: listens, takes connections, and runs them on the one web thread.
#ifndef SAMSYN_SERVER_WEB_HTTP_SERVER_H_
#define SAMSYN_SERVER_WEB_HTTP_SERVER_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <string>

#include "server/service/accept_loop.h"
#include "server/service/listen.h"
#include "server/web/connection.h"

namespace samsyn::web {

struct HttpOptions {
  service::ConnectionCaps connections;
  TimeLimits limits;
  std::string tls_certificate;  // PEM files; none: plain text
  std::string tls_key;
  absl::Duration tls_reload = absl::Seconds(10);  // changed files are taken up so often
};

// Methods are thread-safe, except that Drain and Stop are for one thread.
class HttpServer {
 public:
  // Serves at once. `rules` has handler, body limits and on_answer; its limits are the options'.
  // InvalidArgument: the TLS files do not do.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(service::Listener listener,
                                                           const HttpOptions& options,
                                                           ConnectionRules rules);
  ~HttpServer();  // as Stop
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Runs a function on the web thread; what is posted after Stop is dropped.
  Post poster() const;

  // From now on every answer is the last of its connection; idle ones are closed.
  void Drain();
  // Accepts no more, waits until all connections have gone, at most so long, then ends them.
  // Idempotent.
  void Stop(absl::Duration patience);

  int connections() const;
  const service::AcceptLoop& accept_loop() const;

 private:
  struct Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);
  const std::shared_ptr<Impl> impl_;
};

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_HTTP_SERVER_H_
