// Takes connections and hands them on. gRPC 1.51's own accept loop dies when descriptors run out
// and knows no caps; this one survives, and counts.
#ifndef SAMSYN_SERVER_SERVICE_ACCEPT_LOOP_H_
#define SAMSYN_SERVER_SERVICE_ACCEPT_LOOP_H_

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "server/service/listen.h"
#include "server/service/network.h"

namespace samsyn::service {

// Connections at once; those from exempt networks are not counted.
struct ConnectionCaps {
  int total = 4096;
  int per_address = 64;
  std::vector<Network> exempt = LoopbackNetworks();
};

// One thread that accepts. A connection beyond a cap is closed at once. When descriptors run out
// the loop waits and goes on; callers wait in the backlog. What was handed on belongs to the
// receiver, so open connections are counted by looking whether a descriptor is still the same
// socket.
class AcceptLoop {
 public:
  // `hand` takes the accepted descriptor (non-blocking) and owns it.
  AcceptLoop(Listener listener, ConnectionCaps caps, std::function<void(int fd)> hand);
  ~AcceptLoop();  // as Stop
  AcceptLoop(const AcceptLoop&) = delete;
  AcceptLoop& operator=(const AcceptLoop&) = delete;

  // Stops accepting and closes the listening socket; returns when `hand` will not be called any
  // more. Idempotent.
  void Stop();

  // How often there was no descriptor for a connection, and how many connections a cap refused.
  int64_t starved() const { return starved_.load(); }
  int64_t refused() const { return refused_.load(); }

 private:
  struct Connection {
    ino_t inode;
    dev_t device;
    std::string address;  // empty: exempt
  };

  void Run();
  // Accepts all that wait; false: wait a while before the next try.
  bool AcceptWaiting();
  void Take(int fd, const sockaddr_storage& peer);
  bool IsExempt(const sockaddr_storage& peer, absl::string_view host) const;
  // Whether one more connection from the address is allowed.
  bool HasRoom(absl::string_view address);
  // Forgets connections that are closed.
  void Sweep();

  Listener listener_;
  const ConnectionCaps caps_;
  const std::function<void(int)> hand_;
  Descriptor stop_;  // an eventfd
  std::atomic<int64_t> starved_{0};
  std::atomic<int64_t> refused_{0};

  // Of the thread.
  absl::flat_hash_map<int, Connection> connections_;  // by descriptor
  absl::flat_hash_map<std::string, int> by_address_;
  absl::Time last_sweep_ = absl::InfinitePast();

  std::thread thread_;
};

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_ACCEPT_LOOP_H_
