// Sockets of the load generator.
#include "tests/bench/fanout/socket.h"

#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tests/bench/fanout/wire.h"

namespace samsyn::bench {
namespace {

absl::Status ErrnoFault(absl::string_view what) {
  return Fault(absl::StrCat(what, ": ", std::strerror(errno)));
}

absl::Status TlsFault(absl::string_view what) {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof(text));
  return Fault(absl::StrCat(what, ": ", text));
}

}  // namespace

absl::StatusOr<std::shared_ptr<TlsFiles>> TlsFiles::Open(const std::string& authority,
                                                         const std::string& certificate,
                                                         const std::string& key) {
  std::shared_ptr<TlsFiles> files(new TlsFiles(SSL_CTX_new(TLS_client_method())));
  SSL_CTX* const context = files->context();
  static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context, kHttp2, sizeof(kHttp2));
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_load_verify_locations(context, authority.c_str(), nullptr) != 1 ||
      SSL_CTX_use_certificate_file(context, certificate.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return TlsFault("the files of TLS");
  }
  return files;
}

absl::StatusOr<std::unique_ptr<Socket>> Socket::Connect(int port, const TlsFiles* tls) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return ErrnoFault("socket");
  std::unique_ptr<Socket> made(new Socket(fd));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) {
    return ErrnoFault("connect");
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (tls != nullptr) {
    made->tls_ = SSL_new(tls->context());
    SSL_set_fd(made->tls_, fd);
    if (SSL_connect(made->tls_) != 1) return TlsFault("TLS");
  }
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return made;
}

Socket::~Socket() {
  SSL_free(tls_);
  close(fd_);
}

absl::StatusOr<size_t> Socket::Read(std::string& buffer) {
  if (tls_ == nullptr) {
    const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
    if (size > 0) return static_cast<size_t>(size);
    if (size < 0 && errno == EAGAIN) return 0;
    return size == 0 ? Fault("the server has closed a connection") : ErrnoFault("recv");
  }
  // Until nothing is left: what is here already would wake nobody.
  size_t all = 0;
  while (all < buffer.size()) {
    size_t size = 0;
    if (SSL_read_ex(tls_, buffer.data() + all, buffer.size() - all, &size) != 1) {
      if (SSL_get_error(tls_, 0) == SSL_ERROR_WANT_READ) return all;
      return TlsFault("TLS");
    }
    all += size;
  }
  return all;
}

absl::Status Socket::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    size_t sent = 0;
    bool full = false;
    if (tls_ != nullptr) {
      const int result = SSL_write_ex(tls_, bytes.data(), bytes.size(), &sent);
      full = result != 1 && SSL_get_error(tls_, result) == SSL_ERROR_WANT_WRITE;
      if (result != 1 && !full) return TlsFault("TLS");
    } else {
      const ssize_t size = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      full = size < 0 && errno == EAGAIN;
      if (size < 0 && !full) return ErrnoFault("send");
      sent = full ? 0 : static_cast<size_t>(size);
    }
    bytes.remove_prefix(sent);
    if (full) {
      pollfd writable{fd_, POLLOUT, 0};
      poll(&writable, 1, -1);
    }
  }
  return absl::OkStatus();
}

}  // namespace samsyn::bench
