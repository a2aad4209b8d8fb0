// One connection's bytes, in plain text or over TLS, by Boost.Asio. Everything happens on the
// thread that runs the io_context.
#ifndef SAMSYN_SERVER_WEB_SOCKET_H_
#define SAMSYN_SERVER_WEB_SOCKET_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>
// Asio's headers need <utility> before them.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

namespace samsyn::web {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// The server's certificate (with its chain) and key, PEM files; TLS 1.2 and newer, HTTP/1.1.
// InvalidArgument names the file that does not do.
absl::StatusOr<TlsContext> MakeTlsContext(const std::string& certificate, const std::string& key);

// One read and one write may be under way at the same time. Handlers are never called from within
// the call; after Close they are called with false, or not at all.
class Socket {
 public:
  virtual ~Socket() = default;
  // TLS: the handshake; plain text: at once.
  virtual void Handshake(std::function<void(bool ok)> done) = 0;
  // Some bytes into `place`; 0: there come no more.
  virtual void Read(char* place, size_t most, std::function<void(size_t count)> done) = 0;
  // All bytes; they must live until `done`.
  virtual void Write(std::vector<absl::string_view> pieces, std::function<void(bool ok)> done) = 0;
  // Tells the other side that no more comes.
  virtual void EndWriting(std::function<void()> done) = 0;
  virtual void Close() = 0;
};

// Takes over the descriptor of a connected socket; plain text when `tls` is null. The socket is
// told how much may wait in it unsent, and to notice a dead peer. Null: it broke already.
std::unique_ptr<Socket> MakeSocket(boost::asio::io_context& loop, int descriptor,
                                   const TlsContext& tls);

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_SOCKET_H_
