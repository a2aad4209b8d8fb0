#include "server/service/accept_loop.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "server/base/log.h"

namespace samsyn::service {
namespace {

constexpr int kPauseMs = 50;  // while descriptors are out
// The kernel takes no more than so many bytes that a connection cannot send yet, which is more than
// the largest response of a watch has. Without it, who does not read was given four megabytes, at
// the others' cost: ten watchers got half of what they got without ninety of such.
constexpr int kUnsentMost = 128 << 10;
constexpr absl::Duration kSweepAtMost = absl::Milliseconds(100);  // an attack pays no more often

// The socket behind a descriptor; nullopt if it is none (any more).
std::optional<struct stat> SocketAt(int fd) {
  struct stat found {};
  if (fstat(fd, &found) != 0 || !S_ISSOCK(found.st_mode)) return std::nullopt;
  return found;
}

}  // namespace

AcceptLoop::AcceptLoop(Listener listener, ConnectionCaps caps, std::function<void(int fd)> hand)
    : listener_(std::move(listener)),
      caps_(std::move(caps)),
      hand_(std::move(hand)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { Run(); }) {}

AcceptLoop::~AcceptLoop() { Stop(); }

void AcceptLoop::Stop() {
  if (!thread_.joinable()) return;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(stop_.get(), &one, sizeof one);
  thread_.join();
  listener_.socket = Descriptor();
}

void AcceptLoop::Run() {
  bool pause = false;
  while (true) {
    // While descriptors are out the listening socket stays readable: only the stop is waited for.
    pollfd polled[] = {{stop_.get(), POLLIN, 0}, {listener_.socket.get(), POLLIN, 0}};
    poll(polled, pause ? 1 : 2, pause ? kPauseMs : -1);
    if (polled[0].revents != 0) return;
    pause = !AcceptWaiting();
  }
}

bool AcceptLoop::AcceptWaiting() {
  while (true) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd = accept4(listener_.socket.get(), reinterpret_cast<sockaddr*>(&peer), &size,
                           SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
      Take(fd, peer);
      continue;
    }
    switch (errno) {
      case EAGAIN:
        return true;
      case EINTR:
      case ECONNABORTED:
        continue;
      default:  // EMFILE, ENFILE, ENOBUFS, ENOMEM, and what the network says of one connection
        if (starved_.fetch_add(1) % 100 == 0) {
          Log(LogLevel::kWarning, "cannot accept connections", {{"error", std::strerror(errno)}});
        }
        return false;
    }
  }
}

void AcceptLoop::Take(int fd, const sockaddr_storage& peer) {
  std::string address = HostOf(peer);
  if (IsExempt(peer, address)) address.clear();
  // The number is ours now, so whoever had it before is closed.
  if (const auto before = connections_.find(fd); before != connections_.end()) {
    --by_address_[before->second.address];
    connections_.erase(before);
  }
  const auto socket = SocketAt(fd);
  if (!socket.has_value() || !HasRoom(address)) {
    refused_.fetch_add(1);
    close(fd);
    return;
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentMost, sizeof kUnsentMost);
  if (!address.empty()) {
    connections_[fd] = {socket->st_ino, socket->st_dev, address};
    ++by_address_[address];
  }
  hand_(fd);
}

bool AcceptLoop::IsExempt(const sockaddr_storage& peer, absl::string_view host) const {
  return peer.ss_family == AF_UNIX ||
         std::any_of(caps_.exempt.begin(), caps_.exempt.end(),
                     [&](const Network& network) { return network.Contains(host); });
}

bool AcceptLoop::HasRoom(absl::string_view address) {
  if (address.empty()) return true;
  const auto room = [&] {
    const auto found = by_address_.find(address);
    return static_cast<int>(connections_.size()) < caps_.total &&
           (found == by_address_.end() || found->second < caps_.per_address);
  };
  if (room()) return true;
  if (absl::Now() - last_sweep_ >= kSweepAtMost) Sweep();
  return room();
}

void AcceptLoop::Sweep() {
  last_sweep_ = absl::Now();
  by_address_.clear();
  absl::erase_if(connections_, [this](const auto& entry) {
    const auto& [fd, connection] = entry;
    const auto now = SocketAt(fd);
    const bool open =
        now.has_value() && now->st_ino == connection.inode && now->st_dev == connection.device;
    if (open) ++by_address_[connection.address];
    return !open;
  });
}

}  // namespace samsyn::service
