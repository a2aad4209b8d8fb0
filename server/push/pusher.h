// Wakes the devices of a unit when it has an assignment, and those of its dispatchers and whoever
// leads the night when it does not answer (domain/alerts.h): follows what the engine commits,
// beside it and never in its way, and sends wake-ups without content, the same for all. What the
// push services learn is that a device was woken, and when.
#ifndef SAMSYN_SERVER_PUSH_PUSHER_H_
#define SAMSYN_SERVER_PUSH_PUSHER_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <functional>
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
  // Whether this node is the one, of those that share the municipality of this code, that wakes its
  // devices; empty: it is alone.
  std::function<bool(absl::string_view code)> leads;
  // A node that does not wake remembers so long what it would have sent, and sends it when it comes
  // to be the one that wakes: who was it until then may not have. A takeover comes within seconds,
  // and the tries of a wake-up end within half a minute.
  absl::Duration remembered = absl::Minutes(1);
  absl::Duration between_looks = absl::Seconds(1);  // whether it has come to be the one
};

// Thread-safe. Two threads of its own; the engine, the clock and what `leads` uses must outlive it.
class Pusher {
 public:
  // Begins with what is OFFERED now and can still be answered in time, and with the alerts that are
  // worth sending: each device is woken once for each offer and alert, by one of the nodes; twice
  // perhaps when another comes to be the one that wakes. The push service then shows it once: both
  // have the same topic.
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
