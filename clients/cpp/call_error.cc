#include "clients/cpp/call_error.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

namespace samsyn {
namespace {

void Unpack(const google::protobuf::Any& detail, CallError& error) {
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  google::rpc::RetryInfo retry;
  google::rpc::LocalizedMessage words;
  if (detail.UnpackTo(&info)) {
    v1::ErrorReason reason;
    std::string name = info.reason();
    if (!v1::ErrorReason_Parse(name, &reason) &&
        !v1::ErrorReason_Parse(absl::StrCat("ERROR_REASON_", name), &reason)) {
      reason = v1::ERROR_REASON_UNSPECIFIED;
    }
    error.reason = reason;
    error.metadata.insert(info.metadata().begin(), info.metadata().end());
  } else if (detail.UnpackTo(&bad)) {
    for (const auto& violation : bad.field_violations()) {
      error.violations.push_back({violation.field(), violation.description()});
    }
  } else if (detail.UnpackTo(&retry)) {
    error.retry_delay = absl::Seconds(retry.retry_delay().seconds()) +
                        absl::Nanoseconds(retry.retry_delay().nanos());
  } else if (detail.UnpackTo(&words) && !words.message().empty()) {
    error.message = words.message();
  }
}

}  // namespace

bool CallError::OutOfReach() const {
  if (reason == v1::ERROR_REASON_SHUTTING_DOWN) return true;
  return reason == v1::ERROR_REASON_UNSPECIFIED &&
         (code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::DEADLINE_EXCEEDED);
}

std::string CallError::ToString() const {
  // The server's sentence about several fields begins with the first: then the list says it all.
  const bool said = !violations.empty() && absl::StartsWith(message, violations[0].field);
  std::string text = said ? "" : message;
  for (const FieldViolation& violation : violations) {
    absl::StrAppend(&text, text.empty() ? "" : "\n  ", violation.field, ": ",
                    violation.description);
  }
  return text;
}

CallError ErrorOf(const grpc::Status& status) {
  CallError error;
  error.code = status.error_code();
  error.message = status.error_message();
  google::rpc::Status rich;
  if (!status.ok() && rich.ParseFromString(status.error_details())) {
    for (const auto& detail : rich.details()) Unpack(detail, error);
  }
  // A refusal without a word (by something that is not a server of ours) still says something.
  if (!error.ok() && error.message.empty()) {
    error.message = absl::StrCat("gRPC status ", static_cast<int>(error.code));
  }
  return error;
}

}  // namespace samsyn
