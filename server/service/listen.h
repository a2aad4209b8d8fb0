// Where the server listens: an address, or a socket that systemd gives.
#ifndef SAMSYN_SERVER_SERVICE_LISTEN_H_
#define SAMSYN_SERVER_SERVICE_LISTEN_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <sys/socket.h>

#include <string>

namespace samsyn::service {

// An open descriptor; closed with it. Movable.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }
  int Release();

 private:
  int fd_;
};

struct Listener {
  Descriptor socket;
  std::string address;  // "127.0.0.1:50451", with the port that was given for 0
  int port = 0;
  bool loopback = false;  // reachable from this machine only
};

// Listens on "127.0.0.1:50451", "[::1]:50451", "localhost:50451" (port 0: any). InvalidArgument: no
// such address; AlreadyExists: the port is in use.
absl::StatusOr<Listener> Listen(absl::string_view address);

// The first socket that systemd gives this process (LISTEN_FDS); NotFound if it gives none.
absl::StatusOr<Listener> SystemdListener();

// "127.0.0.1" of a socket address; and whether it is this machine's own.
std::string HostOf(const sockaddr_storage& address);
bool IsLoopback(const sockaddr_storage& address);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_LISTEN_H_
