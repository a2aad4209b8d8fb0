// The one table from refusals of the domain to what goes over the wire: gRPC status, with a packed
// google.rpc.Status in `grpc-status-details-bin`.
#ifndef SAMSYN_SERVER_SERVICE_STATUS_H_
#define SAMSYN_SERVER_SERVICE_STATUS_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/support/status.h>

namespace samsyn::service {

enum class Language { kEnglish, kSwedish };

// The language that an `accept-language` header asks for: Swedish when its first tag is "sv" or
// begins with "sv-", else English.
Language LanguageOf(absl::string_view accept_language);

// The refusal with the time after which the same would pass, where that is known better than by its
// reason.
absl::Status WithRetryAfter(absl::Status status, absl::Duration wait);

// The error as a message: code, one sentence in the language, and as details one ErrorInfo
// (reason, domain "samsyn", metadata), one LocalizedMessage, BadRequest with all violations, and
// RetryInfo where trying again helps. What did not come as a refusal says nothing of its text.
google::rpc::Status ToRpcStatus(const absl::Status& status, Language language);

// The same as the end of a call.
grpc::Status ToGrpcStatus(const absl::Status& status, Language language);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_STATUS_H_
