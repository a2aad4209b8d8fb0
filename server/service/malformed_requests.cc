#include "server/service/malformed_requests.h"

#include "server/domain/refusal.h"
#include "server/service/session.h"

namespace samsyn::service {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::ServerRpcInfo;

class Interceptor final : public grpc::experimental::Interceptor {
 public:
  explicit Interceptor(ServerRpcInfo* info) : info_(info) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const grpc::Status status = methods->GetSendStatus();
      // Our own methods never end like this: what they say has words.
      if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED &&
          status.error_message().empty()) {
        methods->ModifySendStatus(
            ToGrpcStatus(MalformedRequest(), LanguageOf(*info_->server_context())));
      }
    }
    methods->Proceed();
  }

 private:
  ServerRpcInfo* const info_;
};

class Factory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    return info->type() == ServerRpcInfo::Type::UNARY ? new Interceptor(info) : nullptr;
  }
};

}  // namespace

absl::Status MalformedRequest() {
  return domain::Refuse(v1::ERROR_REASON_INVALID_FIELDS,
                        {"The bytes are no request of this method.",
                         "Det som skickades är ingen begäran för den här metoden."});
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeMalformedRequests() {
  return std::make_unique<Factory>();
}

}  // namespace samsyn::service
