// A socket that does what it is told, for tests that no well-behaved client could write.
#ifndef SAMSYN_TESTS_WEB_RAW_SOCKET_H_
#define SAMSYN_TESTS_WEB_RAW_SOCKET_H_

#include <absl/strings/match.h>
#include <absl/strings/string_view.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace samsyn::web {

class RawSocket {
 public:
  // `receive_bytes`: how much the kernel may take for us; 0: as it likes. `from`: our address, as
  // all of 127.0.0.0/8 is this machine; empty: the usual one.
  explicit RawSocket(int port, int receive_bytes = 0, const std::string& from = "")
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_bytes > 0) {
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (!from.empty()) {
      inet_pton(AF_INET, from.c_str(), &address.sin_addr);
      bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawSocket() { Close(); }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  bool connected() const { return connected_; }
  // False once the other side has gone.
  bool Send(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  // Sends until the other side takes nothing for half a second; how much it took.
  size_t SendWhatFits(absl::string_view bytes) {
    size_t count = 0;
    pollfd writable{fd_, POLLOUT, 0};
    while (count < bytes.size() && poll(&writable, 1, 500) > 0) {
      const ssize_t sent =
          send(fd_, bytes.data() + count, bytes.size() - count, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent <= 0) break;
      count += static_cast<size_t>(sent);
    }
    return count;
  }
  void EndSending() { shutdown(fd_, SHUT_WR); }
  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }
  // Without a goodbye: the other side gets a reset.
  void Reset() {
    const linger now{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    Close();
  }

  // Reads until `text` has come, then gives all up to its end; what follows stays for the next. All
  // that came if the other side closed before, or nothing more came within `limit`.
  std::string ReadUntil(absl::string_view text, absl::Duration limit = absl::Seconds(20)) {
    const absl::Time deadline = absl::Now() + limit;
    size_t at = std::string::npos;
    while ((at = received_.find(std::string(text))) == std::string::npos && ReadSome(deadline)) {
    }
    const size_t size = at == std::string::npos ? received_.size() : at + text.size();
    std::string taken = received_.substr(0, size);
    received_.erase(0, size);
    return taken;
  }
  // All that comes until the other side closes; `closed()` says whether it did.
  std::string ReadAll(absl::Duration limit = absl::Seconds(20)) {
    const absl::Time deadline = absl::Now() + limit;
    while (ReadSome(deadline)) {
    }
    return std::exchange(received_, "");
  }
  bool closed() const { return closed_; }

 private:
  bool ReadSome(absl::Time deadline) {
    pollfd readable{fd_, POLLIN, 0};
    const auto left = absl::ToInt64Milliseconds(deadline - absl::Now());
    if (closed_ || left <= 0 || poll(&readable, 1, static_cast<int>(left)) <= 0) return false;
    char bytes[16 << 10];
    const ssize_t count = recv(fd_, bytes, sizeof bytes, 0);
    closed_ = count <= 0;
    if (!closed_) received_.append(bytes, static_cast<size_t>(count));
    return !closed_;
  }

  int fd_;
  bool connected_ = false;
  bool closed_ = false;
  std::string received_;
};

}  // namespace samsyn::web

#endif  // SAMSYN_TESTS_WEB_RAW_SOCKET_H_
