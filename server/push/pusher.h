// Wakes the devices of a unit when it has an assignment, and those of its dispatchers and whoever
// leads the night when it does not answer (domain/alerts.h): follows what the engine commits,
// beside it and never in its way, and sends wake-ups without content, the same for all. What the
// push services learn is that a device was woken, and when.
#ifndef SAMSYN_SERVER_PUSH_PUSHER_H_
#define SAMSYN_SERVER_PUSH_PUSHER_H_

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "server/base/clock.h"
#include "server/domain/push_hosts.h"
#include "server/engine/engine.h"
#include "server/push/sender.h"
#include "server/push/vapid.h"

namespace samsyn::push {

struct PusherOptions {
  domain::PushHosts hosts;  // a device elsewhere is dropped when it would be woken
  std::string contact = "mailto:samsyn@example.org";  // whom push services may write to
  SenderOptions sender;
};

// Thread-safe. Two threads of its own; the engine and the clock must outlive it.
class Pusher {
 public:
  // Begins with what is OFFERED now and can still be answered in time, and with the alerts that are
  // worth sending: each device is woken once for each offer and alert, by this process.
  Pusher(engine::Engine& engine, const Clock& clock, VapidKey key, PusherOptions options);
  ~Pusher();  // Lets go of what is not sent.
  Pusher(const Pusher&) = delete;
  Pusher& operator=(const Pusher&) = delete;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace samsyn::push

#endif  // SAMSYN_SERVER_PUSH_PUSHER_H_
