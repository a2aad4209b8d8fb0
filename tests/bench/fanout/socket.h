// A connection of the load generator to a server on loopback, in plain text or with mutual TLS.
#ifndef SAMSYN_TESTS_BENCH_FANOUT_SOCKET_H_
#define SAMSYN_TESTS_BENCH_FANOUT_SOCKET_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace samsyn::bench {

// Of all connections with TLS.
class TlsFiles {
 public:
  // PEM files: the authority of the server's certificate; the client's certificate and key.
  static absl::StatusOr<std::shared_ptr<TlsFiles>> Open(const std::string& authority,
                                                        const std::string& certificate,
                                                        const std::string& key);
  ~TlsFiles() { SSL_CTX_free(context_); }
  TlsFiles(const TlsFiles&) = delete;
  TlsFiles& operator=(const TlsFiles&) = delete;
  SSL_CTX* context() const { return context_; }

 private:
  explicit TlsFiles(SSL_CTX* context) : context_(context) {}
  SSL_CTX* const context_;
};

// Not thread-safe.
class Socket {
 public:
  // `tls`: null: plain text.
  static absl::StatusOr<std::unique_ptr<Socket>> Connect(int port, const TlsFiles* tls);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int fd() const { return fd_; }
  // What is there; 0 when there is nothing now. Unavailable: the server has closed it.
  absl::StatusOr<size_t> Read(std::string& buffer);
  // All of it; waits while the server does not take it.
  absl::Status Send(absl::string_view bytes);

 private:
  explicit Socket(int fd) : fd_(fd) {}

  const int fd_;
  SSL* tls_ = nullptr;
};

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FANOUT_SOCKET_H_
