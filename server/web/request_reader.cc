#include "server/web/request_reader.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>

#include <utility>
// Beast's headers need <utility> before them.
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace samsyn::web {

namespace http = boost::beast::http;

struct RequestReader::Parser : http::request_parser<http::string_body> {};

RequestReader::RequestReader(BodyLimit body_limit, size_t body_most)
    : body_limit_(std::move(body_limit)), parser_(std::make_unique<Parser>()) {
  parser_->header_limit(kHeaderBytes);
  parser_->body_limit(body_most);
  parser_->eager(false);  // The body's own limit is set between header and body.
}

RequestReader::~RequestReader() = default;

RequestReader::State RequestReader::Put(std::string& bytes) {
  size_t used = 0;
  boost::system::error_code error;
  while (state_ == State::kHeader || state_ == State::kBody) {
    if (parser_->is_done()) {
      request_.body = std::move(parser_->get().body());
      state_ = State::kDone;
      break;
    }
    if (used == bytes.size()) break;
    const size_t taken =
        parser_->put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), error);
    used += taken;
    // Beast's own limit is for what it takes at once.
    if (state_ == State::kHeader) header_bytes_ += taken;
    if (header_bytes_ > kHeaderBytes) error = http::error::header_limit;
    if (error == http::error::need_more) break;
    if (error == http::error::header_limit) {
      Refuse(431, "The header is larger than 16 KiB.");
    } else if (error == http::error::body_limit) {
      Refuse(413, "The body is larger than this address takes.");
    } else if (error) {
      Refuse(400, "This is no HTTP/1.1 request.");
    } else if (state_ == State::kHeader && parser_->is_header_done()) {
      HeaderDone();
    }
  }
  bytes.erase(0, used);
  // What Beast does not take yet is a line without an end: of the header, or before a chunk.
  if (header_bytes_ + bytes.size() > kHeaderBytes && state_ == State::kHeader) {
    Refuse(431, "The header is larger than 16 KiB.");
  } else if (bytes.size() > kHeaderBytes && state_ == State::kBody) {
    Refuse(400, "This is no HTTP/1.1 request.");
  }
  return state_;
}

RequestReader::State RequestReader::HeaderDone() {
  const auto& message = parser_->get();
  request_.method = std::string(message.method_string());
  const auto target = message.target();
  request_.path = std::string(target.substr(0, target.find('?')));
  int hosts = 0;
  bool coded = false;
  for (const auto& field : message) {
    std::string name =
        absl::AsciiStrToLower({field.name_string().data(), field.name_string().size()});
    hosts += name == "host";
    coded |= name == "transfer-encoding";
    request_.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  if (hosts > 1 || (hosts == 0 && message.version() >= 11)) {
    return Refuse(400, "A request names one host.");
  }
  if (request_.path.empty() || request_.path[0] != '/') {
    return Refuse(400, "The address begins with a slash.");
  }
  if (coded && !parser_->chunked()) return Refuse(501, "Only chunked is taken as transfer coding.");
  const size_t limit = body_limit_(request_);
  if (parser_->content_length().value_or(0) > limit) {
    return Refuse(413, "The body is larger than this address takes.");
  }
  parser_->body_limit(limit);
  parser_->eager(true);
  return state_ = State::kBody;
}

RequestReader::State RequestReader::Refuse(int status, const char* words) {
  refused_status_ = status;
  refused_words_ = words;
  return state_ = State::kRefused;
}

size_t RequestReader::body_bytes() const { return parser_->get().body().size(); }

bool RequestReader::expects_continue() const {
  return absl::EqualsIgnoreCase(request_.Header("expect"), "100-continue") && takes_chunks();
}
bool RequestReader::keep_alive() const { return parser_->keep_alive(); }
bool RequestReader::takes_chunks() const { return parser_->get().version() >= 11; }

absl::string_view ReasonPhrase(int status) {
  const auto phrase = http::obsolete_reason(http::int_to_status(status));
  return {phrase.data(), phrase.size()};
}

absl::string_view Request::Header(absl::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

bool Request::HasHeader(absl::string_view name) const {
  for (const auto& header : headers) {
    if (header.first == name) return true;
  }
  return false;
}

}  // namespace samsyn::web
