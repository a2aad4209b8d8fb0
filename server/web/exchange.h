// One request and its answer, as the handlers of the HTTP door see them: no socket, no parser.
// Everything here belongs to the web thread.
#ifndef SAMSYN_SERVER_WEB_EXCHANGE_H_
#define SAMSYN_SERVER_WEB_EXCHANGE_H_

#include <absl/strings/string_view.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace samsyn::web {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  // "GET"
  std::string path;    // "/session"; without the query
  Headers headers;     // names in lower case, in the order in which they came
  std::string body;
  bool loopback_peer = false;  // comes from this machine itself (perhaps by a proxy)
  bool tls = false;            // this server ended its TLS

  // The value of the first header of that name (lower case); empty if there is none.
  absl::string_view Header(absl::string_view name) const;
  bool HasHeader(absl::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers;          // beside those that every answer has
  std::string body;         // or
  absl::string_view fixed;  // bytes that live as long as the program
};

// One request on its way. A handler answers it once: by Answer, or by Begin, Writes and End. After
// the other side has gone, calls do nothing.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const Request& request() const = 0;

  virtual void Answer(Response response) = 0;

  // An answer of unknown length: its head goes out with the first Write or End.
  virtual void Begin(int status, Headers headers) = 0;
  // One at a time: `written` is called when the bytes have left, never before Write returns; then
  // comes the next. That is the back-pressure.
  virtual void Write(std::string bytes, std::function<void()> written) = 0;
  // The last bytes, perhaps none; not while a Write is under way.
  virtual void End(std::string bytes) = 0;

  // Called once if the other side goes, or stops reading, before the answer is whole.
  virtual void OnGone(std::function<void()> gone) = 0;
};
using ExchangePtr = std::shared_ptr<Exchange>;
using Handler = std::function<void(const ExchangePtr&)>;

// Runs a function on the web thread, soon. Thread-safe.
using Post = std::function<void(std::function<void()>)>;

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_EXCHANGE_H_
