#include "server/web/connect_json.h"

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>
#include <google/protobuf/message.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/rpc/status.pb.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "server/domain/refusal.h"

namespace samsyn::web {
namespace {

namespace protobuf = google::protobuf;

struct CodeRow {
  const char* name;
  int http;
};

// By gRPC code; the Connect protocol's names and HTTP statuses.
constexpr CodeRow kCodes[] = {{"ok", 200},
                              {"canceled", 499},
                              {"unknown", 500},
                              {"invalid_argument", 400},
                              {"deadline_exceeded", 504},
                              {"not_found", 404},
                              {"already_exists", 409},
                              {"permission_denied", 403},
                              {"resource_exhausted", 429},
                              {"failed_precondition", 400},
                              {"aborted", 409},
                              {"out_of_range", 400},
                              {"unimplemented", 501},
                              {"internal", 500},
                              {"unavailable", 503},
                              {"data_loss", 500},
                              {"unauthenticated", 401}};

const CodeRow& RowOf(grpc::StatusCode code) {
  const int number = static_cast<int>(code);
  return kCodes[number >= 0 && number <= 16 ? number : 2];
}

std::unique_ptr<protobuf::Message> New(const protobuf::Descriptor& type) {
  return std::unique_ptr<protobuf::Message>(
      protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

// Empty quotes for what is no UTF-8.
std::string JsonOf(const protobuf::Value& value) {
  std::string json;
  return protobuf::util::MessageToJsonString(value, &json).ok() ? json : "\"\"";
}

// One detail: its type, its bytes (Base64 without padding), and the same to be read by people.
protobuf::Value DetailOf(const protobuf::Any& any) {
  const absl::string_view type = absl::StripPrefix(any.type_url(), "type.googleapis.com/");
  protobuf::Value value;
  auto& fields = *value.mutable_struct_value()->mutable_fields();
  fields["type"].set_string_value(std::string(type));
  const std::string bytes = absl::Base64Escape(any.value());
  fields["value"].set_string_value(bytes.substr(0, bytes.find('=')));
  const auto* const descriptor =
      protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(std::string(type));
  if (descriptor == nullptr) return value;
  const auto message = New(*descriptor);
  std::string json;
  if (message->ParseFromString(any.value()) &&
      protobuf::util::MessageToJsonString(*message, &json).ok()) {
    const auto status = protobuf::util::JsonStringToMessage(json, &fields["debug"]);
    if (!status.ok()) fields.erase("debug");
  }
  return value;
}

// A field of the contract as protobuf's sentences name it, "report.occurred_time".
bool IsPath(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) || c == '_' || c == '.';
  });
}

// `why`: "(report.severity): invalid value "x" …", "textt: Cannot find field.". The caller's own
// words are not said again, they may be of a person.
absl::Status NotOfThisType(const protobuf::Descriptor& type, absl::string_view why) {
  const size_t end = why.find(')');
  if (absl::ConsumePrefix(&why, "(") && end != absl::string_view::npos &&
      IsPath(why.substr(0, end - 1))) {
    return domain::RefuseFields(
        {{std::string(why.substr(0, end - 1)),
          {"This is no value of this field.", "Detta är inget värde för det här fältet."}}});
  }
  std::string what;
  if (absl::ConsumeSuffix(&why, ": Cannot find field.") && IsPath(absl::AsciiStrToLower(why))) {
    what = absl::StrCat(" (", why, "?)");
  }
  return domain::Refuse(v1::ERROR_REASON_INVALID_FIELDS,
                        {absl::StrCat("The JSON is no ", type.name(), what, "."),
                         absl::StrCat("JSON:en är ingen ", type.name(), what, ".")});
}

}  // namespace

bool IsJson(absl::string_view content_type) {
  const absl::string_view type = *absl::StrSplit(content_type, absl::MaxSplits(';', 1)).begin();
  return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(type), "application/json");
}

absl::StatusOr<std::string> BytesFromJson(const protobuf::Descriptor& type,
                                          const std::string& json) {
  const auto message = New(type);
  if (json.empty()) return std::string();
  const auto status = protobuf::util::JsonStringToMessage(json, message.get());
  if (!status.ok()) {
    return NotOfThisType(type, absl::string_view(status.message().data(), status.message().size()));
  }
  return message->SerializeAsString();
}

absl::StatusOr<Response> JsonAnswer(const protobuf::Descriptor& type, const std::string& bytes) {
  const auto message = New(type);
  Response response{200, {{"content-type", "application/json"}}, {}, {}};
  if (!message->ParseFromString(bytes) ||
      !protobuf::util::MessageToJsonString(*message, &response.body).ok()) {
    return absl::InternalError("an answer has no JSON form");
  }
  return response;
}

Response JsonError(const grpc::Status& status) {
  const CodeRow& row = RowOf(status.error_code());
  protobuf::Value words, list;
  words.set_string_value(status.error_message());
  std::string body = absl::StrCat("{\"code\":\"", row.name, "\",\"message\":", JsonOf(words));
  google::rpc::Status packed;
  if (packed.ParseFromString(status.error_details()) && packed.details_size() > 0) {
    for (const protobuf::Any& any : packed.details()) {
      *list.mutable_list_value()->add_values() = DetailOf(any);
    }
    absl::StrAppend(&body, ",\"details\":", JsonOf(list));
  }
  return {row.http, {{"content-type", "application/json"}}, body + "}", {}};
}

std::optional<absl::Duration> MillisecondsIn(absl::string_view connect_timeout_ms) {
  int64_t count = 0;
  if (connect_timeout_ms.empty() || connect_timeout_ms.size() > 10 ||
      connect_timeout_ms.find_first_not_of("0123456789") != absl::string_view::npos ||
      !absl::SimpleAtoi(connect_timeout_ms, &count)) {
    return std::nullopt;
  }
  return absl::Milliseconds(count);
}

}  // namespace samsyn::web
