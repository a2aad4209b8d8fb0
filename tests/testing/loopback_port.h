// A TCP port of the loopback address that stays a test's own, also while nobody listens on it.
#ifndef SAMSYN_TESTS_TESTING_LOOPBACK_PORT_H_
#define SAMSYN_TESTS_TESTING_LOOPBACK_PORT_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace samsyn::testing {

// Holds a socket that is bound and does not listen: the system gives its port to nobody, and who
// asks for this one with SO_REUSEADDR, as servers do, may listen on it.
class LoopbackPort {
 public:
  LoopbackPort() : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(descriptor_, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size);
    number_ = ntohs(address.sin_port);
    // Only now: with it, the system might have given the port of another that is held like this.
    const int on = 1;
    setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  }
  ~LoopbackPort() { close(descriptor_); }
  LoopbackPort(const LoopbackPort&) = delete;
  LoopbackPort& operator=(const LoopbackPort&) = delete;

  int number() const { return number_; }

 private:
  const int descriptor_;
  int number_ = 0;
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_LOOPBACK_PORT_H_
