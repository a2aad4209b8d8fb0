#include "server/web/connection.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/clock.h>

#include <algorithm>
#include <utility>

namespace samsyn::web {
namespace {

constexpr size_t kPieceBytes = 64 << 10;
constexpr size_t kReadAheadBytes = kHeaderBytes;
constexpr absl::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

bool HasBody(int status) { return status != 204 && status != 304; }

}  // namespace

// What a handler holds of a connection; answers only while it is the one that is being served.
class Connection::HttpExchange final : public Exchange {
 public:
  HttpExchange(std::weak_ptr<Connection> connection, Request request)
      : connection_(std::move(connection)), request_(std::move(request)) {}

  const Request& request() const override { return request_; }
  void Answer(Response response) override {
    if (const auto connection = Serving()) connection->Answer(std::move(response));
  }
  void Begin(int status, Headers headers) override {
    if (const auto connection = Serving()) {
      connection->head_ = connection->Head(status, std::move(headers), std::nullopt);
      connection->streaming_ = true;
      connection->ReadMore();
    }
  }
  void Write(std::string bytes, std::function<void()> written) override {
    if (const auto connection = Serving()) {
      connection->WriteStream(std::move(bytes), /*last=*/false, std::move(written));
    }
  }
  void End(std::string bytes) override {
    if (const auto connection = Serving()) {
      connection->WriteStream(std::move(bytes), /*last=*/true, nullptr);
    }
  }
  void OnGone(std::function<void()> gone) override { gone_ = std::move(gone); }

  void Gone() {
    if (const auto gone = std::exchange(gone_, nullptr)) gone();
  }

 private:
  std::shared_ptr<Connection> Serving() const {
    auto connection = connection_.lock();
    return connection != nullptr && connection->exchange_.get() == this ? connection : nullptr;
  }

  const std::weak_ptr<Connection> connection_;
  const Request request_;
  std::function<void()> gone_;
};

Connection::Connection(boost::asio::io_context& loop, std::unique_ptr<Socket> socket,
                       ConnectionRules& rules, bool loopback_peer, bool tls,
                       std::function<void(Connection*)> gone)
    : timer_(loop),
      socket_(std::move(socket)),
      rules_(rules),
      loopback_peer_(loopback_peer),
      tls_(tls),
      gone_(std::move(gone)) {}

Connection::~Connection() = default;

void Connection::Start() {
  SetTimer(rules_.limits.header, &Connection::Close);
  socket_->Handshake([self = shared_from_this()](bool ok) {
    if (!ok) return self->Close();
    if (self->phase_ != Phase::kHandshake) return;
    self->phase_ = Phase::kIdle;
    self->SetTimer(self->rules_.limits.header, &Connection::Close);
    self->reader_ =
        std::make_unique<RequestReader>(self->rules_.body_limit, self->rules_.body_most);
    self->ReadMore();
  });
}

void Connection::Drain() {
  keep_alive_ = false;
  if (phase_ == Phase::kHandshake || phase_ == Phase::kIdle) Close();
}

void Connection::Close() {
  if (phase_ == Phase::kGone) return;
  const auto self = shared_from_this();
  phase_ = Phase::kGone;
  ClearTimer();
  CountBody(0);
  socket_->Close();
  if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->Gone();
  gone_(this);
}

void Connection::SetTimer(absl::Duration limit, void (Connection::*then)()) {
  timer_.expires_after(absl::ToChronoMilliseconds(limit));
  timer_.async_wait(
      [self = shared_from_this(), round = ++timer_round_, then](boost::system::error_code error) {
        if (!error && round == self->timer_round_) (self.get()->*then)();
      });
}

void Connection::ClearTimer() {
  ++timer_round_;
  timer_.cancel();
}

void Connection::ReadMore() {
  if (reading_ || phase_ == Phase::kGone) return;
  if (phase_ == Phase::kServing && pending_.size() >= kReadAheadBytes) {
    // A short answer comes soon; of a stream nobody would notice that the other side has gone.
    return streaming_ ? Close() : void();
  }
  reading_ = true;
  socket_->Read(chunk_.data(), chunk_.size(),
                [self = shared_from_this()](size_t count) { self->OnRead(count); });
}

void Connection::OnRead(size_t count) {
  reading_ = false;
  if (count == 0) return Close();
  switch (phase_) {
    case Phase::kIdle:
    case Phase::kHeader:
    case Phase::kBody:
      pending_.append(chunk_.data(), count);
      return Parse();
    case Phase::kServing:
      pending_.append(chunk_.data(), count);
      return ReadMore();
    case Phase::kLingering:
      return ReadMore();
    case Phase::kHandshake:
    case Phase::kGone:
      return;
  }
}

void Connection::Parse() {
  if (pending_.empty()) return ReadMore();
  if (phase_ == Phase::kIdle) {
    phase_ = Phase::kHeader;
    SetTimer(rules_.limits.header, &Connection::TooSlow);
  }
  switch (reader_->Put(pending_)) {
    case RequestReader::State::kHeader:
      return ReadMore();
    case RequestReader::State::kBody:
      CountBody(reader_->body_bytes());
      if (rules_.bodies_bytes > rules_.bodies_most) {
        return Refuse(503, "The server receives too much at once; try again.");
      }
      return phase_ == Phase::kHeader ? EnterBody() : ReadMore();
    case RequestReader::State::kDone:
      return Dispatch();
    case RequestReader::State::kRefused:
      return Refuse(reader_->refused_status(), reader_->refused_words());
  }
}

void Connection::EnterBody() {
  phase_ = Phase::kBody;
  SetTimer(rules_.limits.body, &Connection::TooSlow);
  if (!reader_->expects_continue()) return ReadMore();
  writing_ = true;
  socket_->Write({kContinue}, [self = shared_from_this()](bool ok) {
    self->writing_ = false;
    if (!ok) return self->Close();
    if (self->phase_ == Phase::kBody) self->ReadMore();
  });
}

void Connection::TooSlow() { Refuse(408, "The request took too long to come."); }

void Connection::Refuse(int status, absl::string_view words) {
  if (writing_) return Close();
  phase_ = Phase::kServing;
  keep_alive_ = false;
  CountBody(0);
  request_ = std::move(reader_->request());
  Answer({status, {{"content-type", "text/plain; charset=utf-8"}}, absl::StrCat(words, "\n"), {}});
}

void Connection::Dispatch() {
  ClearTimer();
  CountBody(0);
  phase_ = Phase::kServing;
  keep_alive_ = reader_->keep_alive();
  chunks_ = reader_->takes_chunks();
  Request request = std::move(reader_->request());
  request.loopback_peer = loopback_peer_;
  request.tls = tls_;
  exchange_ = std::make_shared<HttpExchange>(weak_from_this(), std::move(request));
  ReadMore();
  rules_.handler(exchange_);
}

std::string Connection::Head(int status, Headers headers, std::optional<size_t> length) {
  const Request& request = exchange_ != nullptr ? exchange_->request() : request_;
  rules_.on_answer(request, status, headers);
  if (rules_.draining || (!length.has_value() && !chunks_)) keep_alive_ = false;
  std::string head = absl::StrCat("HTTP/1.1 ", status, " ", ReasonPhrase(status), "\r\n");
  for (const auto& [name, value] : headers) absl::StrAppend(&head, name, ": ", value, "\r\n");
  absl::StrAppend(&head, "date: ",
                  absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()),
                  "\r\n");
  if (length.has_value()) {
    if (HasBody(status)) absl::StrAppend(&head, "content-length: ", *length, "\r\n");
  } else if (chunks_) {
    absl::StrAppend(&head, "transfer-encoding: chunked\r\n");
  }
  absl::StrAppend(&head, keep_alive_ ? "" : "connection: close\r\n", "\r\n");
  return head;
}

void Connection::Answer(Response response) {
  body_ = std::move(response.body);
  rest_ = response.fixed.empty() ? absl::string_view(body_) : response.fixed;
  head_ = Head(response.status, std::move(response.headers), rest_.size());
  const bool bodiless = exchange_ != nullptr && exchange_->request().method == "HEAD";
  if (bodiless || !HasBody(response.status)) rest_ = {};
  WriteRest();
}

// The head with the first piece of the body, then piece by piece: each has its own time.
void Connection::WriteRest() {
  const absl::string_view piece = rest_.substr(0, kPieceBytes);
  SetTimer(rules_.limits.write, &Connection::Close);
  writing_ = true;
  socket_->Write({head_, piece}, [self = shared_from_this(), size = piece.size()](bool ok) {
    self->writing_ = false;
    if (!ok) return self->Close();
    if (self->phase_ != Phase::kServing) return;
    self->head_.clear();
    self->rest_.remove_prefix(size);
    self->rest_.empty() ? self->Answered() : self->WriteRest();
  });
}

void Connection::WriteStream(std::string bytes, bool last, std::function<void()> written) {
  body_ = std::move(bytes);
  absl::string_view tail;
  if (chunks_) {
    if (!body_.empty()) absl::StrAppend(&head_, absl::StrFormat("%x\r\n", body_.size()));
    tail = !last ? "\r\n" : body_.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
  }
  SetTimer(rules_.limits.write, &Connection::Close);
  writing_ = true;
  socket_->Write({head_, body_, tail},
                 [self = shared_from_this(), last, written = std::move(written)](bool ok) {
                   self->writing_ = false;
                   if (!ok) return self->Close();
                   if (self->phase_ != Phase::kServing) return;
                   self->ClearTimer();
                   self->head_.clear();
                   last ? self->Answered() : written();
                 });
}

void Connection::Answered() {
  exchange_ = nullptr;
  streaming_ = false;
  body_ = std::string();
  if (!keep_alive_ || rules_.draining) return Linger();
  phase_ = Phase::kIdle;
  SetTimer(rules_.limits.idle, &Connection::Close);
  reader_ = std::make_unique<RequestReader>(rules_.body_limit, rules_.body_most);
  Parse();
}

void Connection::Linger() {
  phase_ = Phase::kLingering;
  SetTimer(rules_.limits.linger, &Connection::Close);
  socket_->EndWriting([self = shared_from_this()] {});
  ReadMore();
}

void Connection::CountBody(size_t bytes) {
  rules_.bodies_bytes += bytes;
  rules_.bodies_bytes -= body_counted_;
  body_counted_ = bytes;
}

}  // namespace samsyn::web
