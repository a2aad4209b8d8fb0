// Why a call failed, in a form that programs and people can read.
#ifndef SAMSYN_CLIENTS_CPP_CALL_ERROR_H_
#define SAMSYN_CLIENTS_CPP_CALL_ERROR_H_

#include <absl/time/time.h>
#include <grpcpp/support/status.h>
#include <samsyn/v1/error_reason.pb.h>

#include <map>
#include <string>
#include <vector>

namespace samsyn {

// One thing wrong with one field of the request, by its path ("report.text").
struct FieldViolation {
  std::string field;
  std::string description;
};

// The outcome of a call; `ok()` when it succeeded. A plain value.
struct CallError {
  grpc::StatusCode code = grpc::StatusCode::OK;
  // UNSPECIFIED when no server of ours answered, or one newer than this program.
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  // One sentence in the language that the client asked for.
  std::string message = {};
  // All of them, when the request had the wrong shape.
  std::vector<FieldViolation> violations;
  // What ErrorInfo adds: "state", "allowed", "clash", "limit" …
  std::map<std::string, std::string> metadata;
  // How long the server asks to wait before another try; zero if it does not say.
  absl::Duration retry_delay = absl::ZeroDuration();

  bool ok() const { return code == grpc::StatusCode::OK; }
  // Whether no server answered: nothing listens, the way is cut, or it is going away.
  bool OutOfReach() const;
  // The message, then one line a violation; for a terminal or a log.
  std::string ToString() const;
};

// Unpacks a status of gRPC with the google.rpc.Status that came with it.
CallError ErrorOf(const grpc::Status& status);

}  // namespace samsyn

#endif  // SAMSYN_CLIENTS_CPP_CALL_ERROR_H_
