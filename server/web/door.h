// The HTTP door: the page, the browser's way to the contract, sessions, and what those who run the
// server ask. ARCHITECTURE.md says what stands where.
#ifndef SAMSYN_SERVER_WEB_DOOR_H_
#define SAMSYN_SERVER_WEB_DOOR_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <absl/types/span.h>

#include <memory>
#include <string>

#include "server/engine/engine.h"
#include "server/service/server.h"
#include "server/web/http_server.h"
#include "server/web/metrics.h"
#include "server/web/page_files.h"

namespace samsyn::web {

struct DoorOptions {
  std::string listen = "127.0.0.1:8080";  // "" or "off": no door
  HttpOptions http;
  size_t bodies_most = 256 << 20;           // bytes of bodies that are being received, of all
  absl::Duration drain = absl::Seconds(2);  // for what is being answered when the server stops
  absl::Span<const PageFile> page;          // empty: no page, only the rest
};

// Whether the options can work, as far as can be told without listening: the TLS files.
absl::Status CheckOptions(const DoorOptions& options);

// Of one thread.
class Door {
 public:
  // Listens and serves; null when there is to be no door. Everything given must outlive it.
  // FailedPrecondition: the address needs TLS, and what to do; else as service::Listen and
  // CheckOptions.
  static absl::StatusOr<std::unique_ptr<Door>> Start(engine::Engine& engine,
                                                     service::Server& server, Metrics& metrics,
                                                     const DoorOptions& options);
  ~Door();  // as Stop
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  // /healthz answers 503 and no new calls are taken; before the server's Shutdown, which ends the
  // calls that are under way, so that the browsers are told.
  void Drain();
  // After it: waits a little for what is being answered, then ends. Idempotent.
  void Stop();

  const std::string& address() const;
  int port() const;

 private:
  struct Parts;
  explicit Door(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_DOOR_H_
