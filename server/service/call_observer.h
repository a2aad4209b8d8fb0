// Sees how calls end, for figures: each call of each door, with method, code and time; but for
// `Watch`, whose streams are counted where they are kept (watch_stream.h).
#ifndef SAMSYN_SERVER_SERVICE_CALL_OBSERVER_H_
#define SAMSYN_SERVER_SERVICE_CALL_OBSERVER_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <grpcpp/support/server_interceptor.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>

namespace samsyn::service {

struct EndedCall {
  absl::string_view method;  // "/samsyn.v1.ReportService/SubmitReport"; for as long as it is told
  grpc::StatusCode code;
  absl::Duration took;
  bool streams;     // its time says how long somebody listened, not how quick the server is
  bool in_process;  // came through a door of this process
};

// Called by gRPC's threads, many at once; must be quick.
using CallObserver = std::function<void(const EndedCall&)>;

// For the interceptors of a server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeCallObserving(
    CallObserver observer);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_CALL_OBSERVER_H_
