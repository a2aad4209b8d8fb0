// The framing of gRPC-Web, binary: one byte of flags, four of length (big-endian), then a message,
// or the trailers as text.
#ifndef SAMSYN_SERVER_WEB_GRPC_WEB_H_
#define SAMSYN_SERVER_WEB_GRPC_WEB_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <grpcpp/support/status.h>

#include <optional>
#include <string>

#include "server/web/exchange.h"

namespace samsyn::web {

// "application/grpc-web" and "…+proto".
bool IsGrpcWeb(absl::string_view content_type);

// The one message of a request. Refused: a frame that is cut, compressed, or not alone.
absl::StatusOr<std::string> MessageIn(absl::string_view body);

// A message as a frame.
std::string MessageFrame(absl::string_view message);

// How a call ended, as the last frame: grpc-status, grpc-message, grpc-status-details-bin, and what
// else the server said (printable ASCII).
std::string TrailerFrame(const grpc::Status& status, const Headers& trailers = {});

// "5000m" of a grpc-timeout header; nullopt if it is none.
std::optional<absl::Duration> TimeoutIn(absl::string_view grpc_timeout);

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_GRPC_WEB_H_
