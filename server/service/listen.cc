#include "server/service/listen.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace samsyn::service {
namespace {

constexpr int kBacklog = 1024;
constexpr int kFirstSystemdSocket = 3;

absl::StatusOr<Listener> Described(Descriptor socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    return absl::InvalidArgumentError("not a socket");
  }
  Listener listener;
  const std::string host = HostOf(bound);
  if (bound.ss_family == AF_INET6) {
    listener.port = ntohs(reinterpret_cast<sockaddr_in6&>(bound).sin6_port);
    listener.address = absl::StrCat("[", host, "]:", listener.port);
  } else {
    listener.port = ntohs(reinterpret_cast<sockaddr_in&>(bound).sin_port);
    listener.address = absl::StrCat(host, ":", listener.port);
  }
  listener.loopback = IsLoopback(bound);
  listener.socket = std::move(socket);
  return listener;
}

absl::StatusOr<Listener> Bind(const addrinfo& to, absl::string_view address) {
  Descriptor fd(socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd.get() < 0 || bind(fd.get(), to.ai_addr, to.ai_addrlen) != 0 ||
      listen(fd.get(), kBacklog) != 0) {
    if (errno == EADDRINUSE) {
      return absl::AlreadyExistsError(
          absl::StrCat("another program listens on ", address, " already"));
    }
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", address, ": ", std::strerror(errno)));
  }
  return Described(std::move(fd));
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

int Descriptor::Release() { return std::exchange(fd_, -1); }

std::string HostOf(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
      inet_ntop(AF_INET, &v6.s6_addr[12], text, sizeof text);
    } else {
      inet_ntop(AF_INET6, &v6, text, sizeof text);
    }
  }
  return text;
}

bool IsLoopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_UNIX) return true;
  const std::string host = HostOf(address);
  return host == "::1" || host.rfind("127.", 0) == 0;
}

absl::StatusOr<Listener> Listen(absl::string_view address) {
  const size_t colon = address.rfind(':');
  int port = -1;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", address, "\" is no address to listen on; write 127.0.0.1:50451"));
  }
  absl::string_view host = address.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(std::string(host).c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", address, ": ", gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, &freeaddrinfo);
  return Bind(*found, address);
}

absl::StatusOr<Listener> SystemdListener() {
  const char* const pid = std::getenv("LISTEN_PID");
  const char* const count = std::getenv("LISTEN_FDS");
  if (pid == nullptr || count == nullptr || std::to_string(getpid()) != pid ||
      std::atoi(count) < 1) {
    return absl::NotFoundError("systemd gives no socket");
  }
  Descriptor fd(kFirstSystemdSocket);
  fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
  fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  return Described(std::move(fd));
}

}  // namespace samsyn::service
