#include "server/web/login.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <samsyn/v1/access.pb.h>

#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "server/base/digest.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/web/connect_json.h"
#include "server/web/session.h"

namespace samsyn::web {
namespace {

constexpr absl::Duration kDeadline = absl::Seconds(20);

grpc::Status InWords(const Request& request, const absl::Status& status) {
  return service::ToGrpcStatus(status, LanguageIn(request));
}

// Calls a unary method; `done` gets the answer, or the refusal with an empty one.
template <typename Answer>
void Call(GrpcCalls& calls, const Request& request, absl::string_view token, const char* method,
          const google::protobuf::Message& message,
          std::function<void(const grpc::Status&, const Answer&)> done) {
  struct Pending {
    std::shared_ptr<GrpcCall> call;
    Answer answer;
  };
  const auto pending = std::make_shared<Pending>();
  pending->call = calls.Start(
      {absl::StrCat("/samsyn.v1.AccessService/", method), MetadataOf(request, token),
       absl::Now() + kDeadline, message.SerializeAsString()},
      [pending](const std::string& bytes) {
        pending->answer.ParseFromString(bytes);
        pending->call->Next();
      },
      [pending, done = std::move(done)](const grpc::Status& status) {
        done(status, pending->answer);
        pending->call = nullptr;  // which holds this
      });
}

// The strings of a JSON object, by name; what is no string is left out.
absl::StatusOr<std::map<std::string, std::string>> StringsIn(const std::string& json) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(json, &object).ok()) {
    return domain::Refuse(v1::ERROR_REASON_INVALID_FIELDS,
                          {"Send a JSON object with the login link as \"link\".",
                           "Skicka ett JSON-objekt med inloggningslänken som \"link\"."});
  }
  std::map<std::string, std::string> strings;
  for (const auto& [name, value] : object.fields()) {
    if (value.kind_case() == google::protobuf::Value::kStringValue) {
      strings[name] = value.string_value();
    }
  }
  return strings;
}

std::string NewRequestId() { return domain::MadeId("web", Hex(RandomBytes(16)), 0); }

}  // namespace

void Login::Serve(const ExchangePtr& exchange) {
  const std::string& method = exchange->request().method;
  if (method == "POST") return Open(exchange);
  if (method == "DELETE") return End(exchange);
  exchange->Answer({405, {{"allow", "POST, DELETE"}}, "Log in by POST, out by DELETE.\n", {}});
}

void Login::Open(const ExchangePtr& exchange) {
  const Request& request = exchange->request();
  if (!IsJson(request.Header("content-type"))) {
    return exchange->Answer({415, {{"accept-post", "application/json"}}, "Send JSON.\n", {}});
  }
  auto given = StringsIn(request.body);
  if (!given.ok()) return exchange->Answer(JsonError(InWords(request, given.status())));
  const std::string& link = (*given)["link"];
  if (!IsToken(link)) {
    return exchange->Answer(JsonError(InWords(
        request, domain::Refuse(v1::ERROR_REASON_NO_IDENTITY,
                                {"This is no login link.", "Det här är ingen inloggningslänk."}))));
  }
  v1::RedeemLoginLinkRequest redeem;
  const std::string& request_id = (*given)["request_id"];
  redeem.set_request_id(request_id.empty() ? NewRequestId() : request_id);
  redeem.set_device((*given)["device"]);
  Call<v1::RedeemLoginLinkResponse>(
      calls_, request, link, "RedeemLoginLink", redeem,
      [exchange](const grpc::Status& status, const v1::RedeemLoginLinkResponse& answer) {
        if (!status.ok()) return exchange->Answer(JsonError(status));
        const absl::Time end = absl::FromUnixSeconds(answer.expire_time().seconds());
        exchange->Answer({200,
                          {{"content-type", "application/json"},
                           {"set-cookie", SessionCookie(answer.secret(), end - absl::Now())}},
                          "{}",
                          {}});
      });
}

// Whatever the server says, this browser forgets: it may be that somebody takes it out of a hand.
void Login::End(const ExchangePtr& exchange) {
  const Request& request = exchange->request();
  const auto answer = [exchange](const grpc::Status& status) {
    const bool ended = status.ok() || status.error_code() == grpc::StatusCode::UNAUTHENTICATED;
    Response response =
        ended ? Response{200, {{"content-type", "application/json"}}, "{}", {}} : JsonError(status);
    response.headers.emplace_back("set-cookie", SessionCookie("", absl::ZeroDuration()));
    response.headers.emplace_back("clear-site-data", "\"cache\", \"storage\"");
    exchange->Answer(std::move(response));
  };
  const std::string token = SessionToken(request);
  if (token.empty()) return answer(grpc::Status::OK);
  v1::EndSessionRequest end;
  end.set_request_id(NewRequestId());
  Call<v1::EndSessionResponse>(
      calls_, request, token, "EndSession", end,
      [answer](const grpc::Status& status, const v1::EndSessionResponse&) { answer(status); });
}

}  // namespace samsyn::web
