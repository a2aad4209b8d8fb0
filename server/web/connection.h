// One browser's connection: reads a request, hands it to the handler, writes the answer, and so on;
// keeps the time of all of it.
//
//   handshake ─► idle ─► header ─► body ─► serving ─┬─► idle          (kept alive)
//                  ▲       │         │              ├─► lingering ─► gone
//                  │       └─refused─┴──────────────┘
//                  └── bytes of the next request may have come already (pipelining)
//
// - Requests of one connection are answered one after the other.
// - While serving it goes on reading, up to 16 KiB, to notice that the other side has gone; to
//   close one direction only counts as going. Who sends more behind a stream is cut off.
// - Lingering: the last answer has left; what still comes is thrown away for a moment, so that the
//   other side gets to read the answer.
#ifndef SAMSYN_SERVER_WEB_CONNECTION_H_
#define SAMSYN_SERVER_WEB_CONNECTION_H_

#include <absl/time/time.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/web/exchange.h"
#include "server/web/request_reader.h"
#include "server/web/socket.h"
// Asio's headers need <utility> before them.
#include <boost/asio/steady_timer.hpp>

namespace samsyn::web {

// How long the parts of an exchange may take.
struct TimeLimits {
  absl::Duration header = absl::Seconds(10);  // the handshake too
  absl::Duration body = absl::Seconds(30);
  absl::Duration write = absl::Seconds(30);  // of 64 KiB, or of one message of a stream
  absl::Duration idle = absl::Seconds(75);   // between requests
  absl::Duration linger = absl::Seconds(2);
};

// What all connections share; lives longer than they do.
struct ConnectionRules {
  TimeLimits limits;
  BodyLimit body_limit;
  size_t body_most = 0;
  size_t bodies_most = 0;   // bytes of bodies that are being received, of all connections
  size_t bodies_bytes = 0;  // of now
  bool draining = false;    // every answer is the last of its connection
  Handler handler;
  // Called with every answer, also one that no handler gave: adds the headers that all have.
  std::function<void(const Request&, int status, Headers&)> on_answer;
};

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  // `gone` is called once, when the connection is to be forgotten.
  Connection(boost::asio::io_context& loop, std::unique_ptr<Socket> socket, ConnectionRules& rules,
             bool loopback_peer, bool tls, std::function<void(Connection*)> gone);
  ~Connection();

  void Start();
  // Closes it unless it is answering; then that answer is its last.
  void Drain();
  // Closes it, whatever it does.
  void Close();

 private:
  class HttpExchange;
  enum class Phase { kHandshake, kIdle, kHeader, kBody, kServing, kLingering, kGone };

  void SetTimer(absl::Duration limit, void (Connection::*then)());
  void ClearTimer();

  void ReadMore();
  void OnRead(size_t count);
  void Parse();
  void EnterBody();
  void TooSlow();
  void Refuse(int status, absl::string_view words);
  void Dispatch();

  std::string Head(int status, Headers headers, std::optional<size_t> length);
  void Answer(Response response);
  void WriteRest();
  void WriteStream(std::string bytes, bool last, std::function<void()> written);
  void Answered();
  void Linger();
  void CountBody(size_t bytes);

  boost::asio::steady_timer timer_;
  const std::unique_ptr<Socket> socket_;
  ConnectionRules& rules_;
  const bool loopback_peer_;
  const bool tls_;
  const std::function<void(Connection*)> gone_;

  Phase phase_ = Phase::kHandshake;
  uint64_t timer_round_ = 0;  // a timer that came too late to be cancelled is of an older one
  std::array<char, 8 << 10> chunk_;
  bool reading_ = false;
  std::string pending_;  // read, not yet parsed
  std::unique_ptr<RequestReader> reader_;
  size_t body_counted_ = 0;

  std::shared_ptr<HttpExchange> exchange_;  // while a handler answers
  Request request_;                         // that is refused without a handler
  bool writing_ = false;
  bool streaming_ = false;  // by Begin
  bool keep_alive_ = false;
  bool chunks_ = false;
  std::string head_;        // of an answer, not yet written
  std::string body_;        // of a whole answer
  absl::string_view rest_;  // of it, or of fixed bytes: not yet written
};

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_CONNECTION_H_
