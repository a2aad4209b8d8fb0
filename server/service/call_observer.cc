#include "server/service/call_observer.h"

#include <absl/strings/match.h>
#include <absl/time/clock.h>
#include <grpcpp/server_context.h>

#include <string>
#include <utility>

#include "server/service/routes.h"

namespace samsyn::service {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::ServerRpcInfo;

class Interceptor final : public grpc::experimental::Interceptor {
 public:
  Interceptor(ServerRpcInfo* info, bool streams, const CallObserver& observer)
      : info_(info), streams_(streams), observer_(observer), start_(absl::Now()) {}

  // A peer with a socket is "ipv4:127.0.0.1:50000" and so on.
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      observer_({info_->method(), methods->GetSendStatus().error_code(), absl::Now() - start_,
                 streams_, !absl::StrContains(info_->server_context()->peer(), ':')});
    }
    methods->Proceed();
  }

 private:
  ServerRpcInfo* const info_;
  const bool streams_;
  const CallObserver& observer_;
  const absl::Time start_;
};

class Factory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Factory(CallObserver observer) : observer_(std::move(observer)) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    // One would stand in the way of each write to each watcher.
    if (absl::EndsWith(info->method(), "/Watch")) return nullptr;
    if (info->type() != ServerRpcInfo::Type::BIDI_STREAMING) {
      return new Interceptor(info, info->type() != ServerRpcInfo::Type::UNARY, observer_);
    }
    // What gRPC does not know by name it calls a stream both ways (routes.h): it may be a unary
    // method, or none, and strangers invent as many names as they like.
    const auto* const method = MethodAt(info->method());
    return method == nullptr ? nullptr
                             : new Interceptor(info, method->client_streaming(), observer_);
  }

 private:
  const CallObserver observer_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeCallObserving(
    CallObserver observer) {
  return std::make_unique<Factory>(std::move(observer));
}

}  // namespace samsyn::service
