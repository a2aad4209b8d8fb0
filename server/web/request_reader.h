// Bytes into one HTTP/1.1 request, with limits; the only place that knows Boost.Beast.
#ifndef SAMSYN_SERVER_WEB_REQUEST_READER_H_
#define SAMSYN_SERVER_WEB_REQUEST_READER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "server/web/exchange.h"

namespace samsyn::web {

inline constexpr size_t kHeaderBytes = 16 << 10;

// How large the body of a request may be, once its header is there.
using BodyLimit = std::function<size_t(const Request&)>;

// Reads one request. Not thread-safe.
class RequestReader {
 public:
  enum class State { kHeader, kBody, kDone, kRefused };

  // `body_most` is the largest that `body_limit` may answer.
  RequestReader(BodyLimit body_limit, size_t body_most);
  ~RequestReader();

  // Takes from the front of `bytes` what belongs to this request; what follows it stays. In kHeader
  // and kBody more bytes are needed.
  State Put(std::string& bytes);

  // From kBody on: method, path, headers; in kDone also the body.
  Request& request() { return request_; }
  size_t body_bytes() const;
  // The sender waits for "100 Continue" before it sends the body.
  bool expects_continue() const;
  // From kDone on: whether the connection may be used again; and whether the sender takes a chunked
  // answer (HTTP/1.1).
  bool keep_alive() const;
  bool takes_chunks() const;

  // In kRefused: the HTTP status, and why in a few words.
  int refused_status() const { return refused_status_; }
  const char* refused_words() const { return refused_words_; }

 private:
  struct Parser;
  State Refuse(int status, const char* words);
  State HeaderDone();

  const BodyLimit body_limit_;
  std::unique_ptr<Parser> parser_;
  State state_ = State::kHeader;
  size_t header_bytes_ = 0;
  Request request_;
  int refused_status_ = 0;
  const char* refused_words_ = "";
};

// "Not Found" for 404.
absl::string_view ReasonPhrase(int status);

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_REQUEST_READER_H_
