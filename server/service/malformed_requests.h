// gRPC 1.51's callback API answers UNIMPLEMENTED, with no word, when a unary request's bytes are no
// message of its kind (wrong UTF-8, broken fields). Callers get INVALID_ARGUMENT instead, with a
// reason as every refusal.
#ifndef SAMSYN_SERVER_SERVICE_MALFORMED_REQUESTS_H_
#define SAMSYN_SERVER_SERVICE_MALFORMED_REQUESTS_H_

#include <absl/status/status.h>
#include <grpcpp/support/server_interceptor.h>

#include <memory>

namespace samsyn::service {

// What a caller gets whose bytes are no request of the method.
absl::Status MalformedRequest();

// For the interceptors of a server; stands in the way of registered unary calls only.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeMalformedRequests();

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_MALFORMED_REQUESTS_H_
