#include "server/web/socket.h"

#include <absl/strings/str_cat.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <type_traits>

namespace samsyn::web {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket>;

constexpr int kUnsentBytes = 256 << 10;  // in the kernel, of a connection that does not read
constexpr int kDeadPeerMs = 60'000;      // without an acknowledgement

template <typename Stream>
class SocketOver final : public Socket {
 public:
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

  SocketOver(Stream stream, TlsContext tls) : tls_(std::move(tls)), stream_(std::move(stream)) {}

  void Handshake(std::function<void(bool)> done) override {
    if constexpr (kTls) {
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [done = std::move(done)](error_code error) { done(!error); });
    } else {
      asio::post(stream_.get_executor(), [done = std::move(done)] { done(true); });
    }
  }

  void Read(char* place, size_t most, std::function<void(size_t)> done) override {
    stream_.async_read_some(
        asio::buffer(place, most),
        [done = std::move(done)](error_code error, size_t count) { done(error ? 0 : count); });
  }

  void Write(std::vector<absl::string_view> pieces, std::function<void(bool)> done) override {
    std::vector<asio::const_buffer> buffers;
    for (const absl::string_view piece : pieces) buffers.emplace_back(piece.data(), piece.size());
    asio::async_write(stream_, buffers,
                      [done = std::move(done)](error_code error, size_t) { done(!error); });
  }

  void EndWriting(std::function<void()> done) override {
    if constexpr (kTls) {
      stream_.async_shutdown([done = std::move(done)](error_code) { done(); });
    } else {
      error_code ignored;
      stream_.shutdown(tcp::socket::shutdown_send, ignored);
      asio::post(stream_.get_executor(), std::move(done));
    }
  }

  void Close() override {
    error_code ignored;
    stream_.lowest_layer().close(ignored);
  }

 private:
  const TlsContext tls_;  // outlives the stream
  Stream stream_;
};

std::string OpenSslWords(const error_code& error) { return error.message(); }

// Of the protocols that a browser offers, the one that is spoken here.
int ChooseProtocol(SSL*, const unsigned char** out, unsigned char* out_size,
                   const unsigned char* in, unsigned in_size, void*) {
  static constexpr unsigned char kHttp[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kHttp, sizeof kHttp - 1, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

absl::StatusOr<TlsContext> MakeTlsContext(const std::string& certificate, const std::string& key) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(native, ChooseProtocol, nullptr);
  // Never asks for a pass phrase on a terminal.
  SSL_CTX_set_default_passwd_cb(native, [](char*, int, int, void*) { return 0; });
  error_code error;
  context->use_certificate_chain_file(certificate, error);
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat(certificate, " holds no certificate (PEM): ", OpenSslWords(error)));
  }
  context->use_private_key_file(key, asio::ssl::context::pem, error);
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat(key, " is not the private key of ", certificate,
                     " (PEM, without pass phrase): ", OpenSslWords(error)));
  }
  return context;
}

std::unique_ptr<Socket> MakeSocket(asio::io_context& loop, int descriptor, const TlsContext& tls) {
  setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &kUnsentBytes, sizeof kUnsentBytes);
  setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &kDeadPeerMs, sizeof kDeadPeerMs);
  tcp::socket socket(loop);
  error_code error;
  socket.assign(tcp::v4(), descriptor, error);  // The family matters only to who asks for names.
  if (error) {
    close(descriptor);
    return nullptr;
  }
  if (tls == nullptr) {
    return std::make_unique<SocketOver<tcp::socket>>(std::move(socket), tls);
  }
  return std::make_unique<SocketOver<TlsStream>>(TlsStream(std::move(socket), *tls), tls);
}

}  // namespace samsyn::web
