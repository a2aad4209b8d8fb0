#include "server/web/bridge.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <google/protobuf/descriptor.h>

#include <memory>
#include <utility>

#include "server/base/log.h"
#include "server/domain/refusal.h"
#include "server/service/routes.h"
#include "server/service/status.h"
#include "server/web/connect_json.h"
#include "server/web/grpc_web.h"
#include "server/web/session.h"

namespace samsyn::web {
namespace {

using google::protobuf::MethodDescriptor;

constexpr absl::string_view kLoginMethod = "samsyn.v1.AccessService.RedeemLoginLink";

// A refusal that has no reason of the contract: the door's own.
grpc::Status Unimplemented(const Request& request, const domain::Words& words) {
  const bool swedish = LanguageIn(request) == service::Language::kSwedish;
  return grpc::Status(grpc::StatusCode::UNIMPLEMENTED, swedish ? words.sv : words.en);
}

// Why a method cannot be called here; OK: it can.
grpc::Status CheckMethod(const Request& request, const MethodDescriptor* method, bool json) {
  if (method == nullptr) {
    return Unimplemented(request, {"There is no such method.", "Metoden finns inte."});
  }
  if (method->full_name() == kLoginMethod) {
    return Unimplemented(request, {"A login link is redeemed at POST /session.",
                                   "En inloggningslänk löses in med POST /session."});
  }
  if (method->client_streaming()) {
    return Unimplemented(request, {"This method takes a stream, which a browser cannot send: use "
                                   "gRPC.",
                                   "Metoden tar en ström, som en webbläsare inte kan skicka: "
                                   "använd gRPC."});
  }
  if (json && method->server_streaming()) {
    return Unimplemented(request, {"This method answers with a stream: use gRPC-Web or gRPC.",
                                   "Metoden svarar med en ström: använd gRPC-Web eller gRPC."});
  }
  return grpc::Status::OK;
}

// What gRPC itself says has no words for people.
grpc::Status InWords(const Request& request, const grpc::Status& status) {
  if (!status.error_details().empty()) return status;
  const bool swedish = LanguageIn(request) == service::Language::kSwedish;
  switch (status.error_code()) {
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {status.error_code(),
              swedish ? "Svaret kom inte i tid." : "The answer did not come in time."};
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::CANCELLED:
      return service::ToGrpcStatus(
          domain::Refuse(v1::ERROR_REASON_SHUTTING_DOWN, {"The server is shutting down; try again.",
                                                          "Servern stängs av; försök igen."}),
          LanguageIn(request));
    default:
      return status;
  }
}

// A call's deadline by the header that its protocol has; InvalidArgument if it cannot be read.
absl::StatusOr<absl::Time> DeadlineIn(const Request& request, bool json) {
  const absl::string_view header = json ? "connect-timeout-ms" : "grpc-timeout";
  if (!request.HasHeader(header)) return absl::InfiniteFuture();
  const auto timeout =
      json ? MillisecondsIn(request.Header(header)) : TimeoutIn(request.Header(header));
  if (!timeout.has_value()) {
    return domain::Refuse(
        v1::ERROR_REASON_INVALID_FIELDS,
        {absl::StrCat(header, " is no time."), absl::StrCat(header, " är ingen tid.")});
  }
  return absl::Now() + *timeout;
}

// One call between a browser and the server. Kept by what it waits for: the call's end.
class Passage : public std::enable_shared_from_this<Passage> {
 public:
  Passage(ExchangePtr exchange, const MethodDescriptor* method, bool json)
      : exchange_(std::move(exchange)), method_(method), json_(json) {}

  void Run(GrpcCalls& calls) {
    const Request& request = exchange_->request();
    const grpc::Status taken = CheckMethod(request, method_, json_);
    if (!taken.ok()) return Refuse(taken);
    const auto deadline = DeadlineIn(request, json_);
    if (!deadline.ok())
      return Refuse(service::ToGrpcStatus(deadline.status(), LanguageIn(request)));
    auto message =
        json_ ? BytesFromJson(*method_->input_type(), request.body) : MessageIn(request.body);
    if (!message.ok()) return Refuse(service::ToGrpcStatus(message.status(), LanguageIn(request)));
    const auto self = shared_from_this();
    call_ = calls.Start(
        {request.path, MetadataOf(request, SessionToken(request)), *deadline, *std::move(message)},
        [self](std::string bytes) { self->Received(std::move(bytes)); },
        [self](const grpc::Status& status) { self->Done(status); });
    exchange_->OnGone([self] {
      if (self->call_ != nullptr) self->call_->Cancel();
    });
  }

 private:
  static Headers WebHeaders() { return {{"content-type", "application/grpc-web+proto"}}; }

  // Before there is a call.
  void Refuse(const grpc::Status& status) {
    json_ ? exchange_->Answer(JsonError(status))
          : exchange_->Answer({200, WebHeaders(), TrailerFrame(status), {}});
  }

  void Received(std::string bytes) {
    if (!method_->server_streaming()) {
      answer_ = std::move(bytes);
      return call_->Next();
    }
    if (!begun_) exchange_->Begin(200, WebHeaders());
    begun_ = true;
    // The next message is asked for when this one has left.
    exchange_->Write(MessageFrame(bytes), [self = shared_from_this()] {
      if (self->call_ != nullptr) self->call_->Next();
    });
  }

  void Done(const grpc::Status& ended) {
    const grpc::Status status = InWords(exchange_->request(), ended);
    const Headers trailers = call_->Trailers();
    if (begun_) {
      exchange_->End(TrailerFrame(status, trailers));
    } else if (json_) {
      AnswerJson(status, trailers);
    } else {
      std::string body = status.ok() && !method_->server_streaming() ? MessageFrame(answer_) : "";
      exchange_->Answer({200, WebHeaders(), body + TrailerFrame(status, trailers), {}});
    }
    // Call and exchange hold this by their functions.
    exchange_->OnGone(nullptr);
    call_ = nullptr;
  }

  void AnswerJson(const grpc::Status& status, const Headers& trailers) {
    auto answer = status.ok() ? JsonAnswer(*method_->output_type(), answer_) : JsonError(status);
    if (!answer.ok()) {
      answer = JsonError(service::ToGrpcStatus(answer.status(), LanguageIn(exchange_->request())));
    }
    // As the Connect protocol puts trailers where there are none.
    for (const auto& [name, value] : trailers) {
      answer->headers.emplace_back(absl::StrCat("trailer-", name), value);
    }
    exchange_->Answer(*std::move(answer));
  }

  const ExchangePtr exchange_;
  const MethodDescriptor* const method_;
  const bool json_;
  std::shared_ptr<GrpcCall> call_;
  std::string answer_;  // of a unary call
  bool begun_ = false;  // a stream
};

}  // namespace

bool Bridge::Takes(absl::string_view path) {
  return absl::StartsWith(path, "/samsyn.v1.") || absl::StartsWith(path, "/grpc.health.v1.");
}

void Bridge::Serve(const ExchangePtr& exchange) {
  const Request& request = exchange->request();
  if (request.method != "POST") {
    return exchange->Answer({405, {{"allow", "POST"}}, "Methods are called by POST.\n", {}});
  }
  const absl::string_view type = request.Header("content-type");
  const bool json = IsJson(type);
  const absl::string_view coding = request.Header("content-encoding");
  if ((!json && !IsGrpcWeb(type)) || (!coding.empty() && coding != "identity")) {
    return exchange->Answer({415,
                             {{"accept-post", "application/grpc-web+proto, application/json"},
                              {"accept-encoding", "identity"}},
                             "Send gRPC-Web, binary, or JSON; not compressed.\n",
                             {}});
  }
  std::make_shared<Passage>(exchange, service::MethodAt(request.path), json)->Run(calls_);
}

}  // namespace samsyn::web
