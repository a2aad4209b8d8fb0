#include "server/journal/redis/stream.h"

#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

namespace samsyn::journal {
namespace {

constexpr absl::Duration kLongest = absl::Hours(24 * 365);  // what stands for ever
// A peer that vanished without a word is noticed after idle + count × interval seconds.
constexpr int kKeepaliveIdle = 10;
constexpr int kKeepaliveInterval = 5;
constexpr int kKeepaliveCount = 3;

absl::Status Gone(absl::string_view what, int error_number) {
  return absl::UnavailableError(
      absl::StrCat(what, ": ", std::generic_category().message(error_number)));
}

class Socket final : public RedisStream {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() override { close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int descriptor() const { return descriptor_; }

  absl::StatusOr<size_t> Read(absl::Span<char> into, Deadline deadline) override {
    for (;;) {
      const ssize_t got = recv(descriptor_, into.data(), into.size(), 0);
      if (got > 0) return static_cast<size_t>(got);
      if (got == 0) return absl::UnavailableError("the connection was closed");
      if (errno != EINTR && errno != EAGAIN) return Gone("the connection is lost", errno);
      if (absl::Status status = Wait(POLLIN, deadline); !status.ok()) return status;
    }
  }

  absl::Status Write(absl::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes.remove_prefix(static_cast<size_t>(sent));
        continue;
      }
      if (errno != EINTR && errno != EAGAIN) return Gone("the connection is lost", errno);
      if (absl::Status status = Wait(POLLOUT, deadline); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Wakes what polls it, and leaves the descriptor to whoever uses it.
  void Interrupt() override { shutdown(descriptor_, SHUT_RDWR); }

  absl::Status Wait(short events, Deadline deadline) const {
    for (;;) {
      pollfd ready{descriptor_, events, 0};
      const int64_t left =
          absl::ToInt64Milliseconds(absl::Ceil(TimeLeft(deadline), absl::Milliseconds(1)));
      const int found = poll(&ready, 1, static_cast<int>(std::min<int64_t>(left, INT_MAX)));
      if (found > 0) return absl::OkStatus();
      if (found < 0 && errno != EINTR) return Gone("poll", errno);
      if (TimeLeft(deadline) == absl::ZeroDuration()) {
        return absl::DeadlineExceededError("no answer in time");
      }
    }
  }

 private:
  const int descriptor_;
};

std::unique_ptr<Socket> MakeSocket(int family, int flags) {
  const int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  return descriptor < 0 ? nullptr : std::make_unique<Socket>(descriptor);
}

absl::StatusOr<std::unique_ptr<RedisStream>> ConnectUnix(const std::string& path,
                                                         Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::UnavailableError("the path of the socket is too long");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  // It blocks until it is connected, since such a socket cannot be polled for that.
  auto made = MakeSocket(AF_UNIX, 0);
  if (made == nullptr) return Gone("cannot make a socket", errno);
  const timeval limit = absl::ToTimeval(std::max(TimeLeft(deadline), absl::Microseconds(1)));
  setsockopt(made->descriptor(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  int failed = 0;
  do {
    failed = connect(made->descriptor(), reinterpret_cast<const sockaddr*>(&address),
                     sizeof(address)) == 0
                 ? 0
                 : errno;
  } while (failed == EINTR);
  if (failed != 0) return Gone("cannot connect", failed);
  if (fcntl(made->descriptor(), F_SETFL, O_NONBLOCK) != 0) return Gone("fcntl", errno);
  return made;
}

void Set(int descriptor, int level, int option, int value) {
  setsockopt(descriptor, level, option, &value, sizeof(value));
}

absl::StatusOr<std::unique_ptr<RedisStream>> ConnectTo(const addrinfo& found, Deadline deadline) {
  auto made = MakeSocket(found.ai_family, SOCK_NONBLOCK);
  if (made == nullptr) return Gone("cannot make a socket", errno);
  const int descriptor = made->descriptor();
  Set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  Set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  Set(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdle);
  Set(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveInterval);
  Set(descriptor, IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveCount);
  if (connect(descriptor, found.ai_addr, found.ai_addrlen) != 0) {
    if (errno != EINPROGRESS && errno != EINTR) return Gone("cannot connect", errno);
    if (absl::Status status = made->Wait(POLLOUT, deadline); !status.ok()) return status;
    int failed = 0;
    socklen_t size = sizeof(failed);
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failed, &size);
    if (failed != 0) return Gone("cannot connect", failed);
  }
  return made;
}

absl::StatusOr<std::unique_ptr<RedisStream>> ConnectTcp(const RedisEndpoint& endpoint,
                                                        Deadline deadline) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* all = nullptr;
  const int failed =
      getaddrinfo(endpoint.host.c_str(), absl::StrCat(endpoint.port).c_str(), &wanted, &all);
  if (failed != 0) {
    return absl::UnavailableError(absl::StrCat("the name has no address: ", gai_strerror(failed)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(all, freeaddrinfo);
  int left = 0;
  for (const addrinfo* each = all; each != nullptr; each = each->ai_next) ++left;
  absl::StatusOr<std::unique_ptr<RedisStream>> result = absl::UnavailableError("no address");
  // One that does not answer leaves the others their share of the time.
  for (const addrinfo* each = all; each != nullptr; each = each->ai_next) {
    result = ConnectTo(*each, DeadlineAfter(TimeLeft(deadline) / left--));
    if (result.ok()) break;
  }
  return result;
}

}  // namespace

Deadline DeadlineAfter(absl::Duration timeout) {
  const absl::Duration bounded = std::clamp(timeout, absl::ZeroDuration(), kLongest);
  return std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(bounded);
}

absl::Duration TimeLeft(Deadline deadline) {
  return std::max(absl::FromChrono(deadline - std::chrono::steady_clock::now()),
                  absl::ZeroDuration());
}

absl::StatusOr<std::unique_ptr<RedisStream>> ConnectSocket(const RedisEndpoint& endpoint,
                                                           Deadline deadline) {
  return endpoint.socket.empty() ? ConnectTcp(endpoint, deadline)
                                 : ConnectUnix(endpoint.socket, deadline);
}

}  // namespace samsyn::journal
