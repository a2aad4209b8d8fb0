// The Connect protocol's unary calls with JSON: how curl and scripts speak to the contract.
#ifndef SAMSYN_SERVER_WEB_CONNECT_JSON_H_
#define SAMSYN_SERVER_WEB_CONNECT_JSON_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/support/status.h>

#include <optional>
#include <string>

#include "server/web/exchange.h"

namespace samsyn::web {

// "application/json", whatever its charset.
bool IsJson(absl::string_view content_type);

// The bytes of a request that came as proto3 JSON; unknown fields are refused. An empty body is an
// empty message.
absl::StatusOr<std::string> BytesFromJson(const google::protobuf::Descriptor& type,
                                          const std::string& json);

// The answer to a call that went well.
absl::StatusOr<Response> JsonAnswer(const google::protobuf::Descriptor& type,
                                    const std::string& bytes);

// The answer to one that did not: HTTP status by the Connect protocol's table, and
// {"code", "message", "details": [{"type", "value", "debug"}]}.
Response JsonError(const grpc::Status& status);

// "5000" (milliseconds) of a connect-timeout-ms header; nullopt if it is none.
std::optional<absl::Duration> MillisecondsIn(absl::string_view connect_timeout_ms);

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_CONNECT_JSON_H_
