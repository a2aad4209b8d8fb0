// Indicators.
#include <samsyn/v1/indicator.grpc.pb.h>

#include "server/domain/indicator_rules.h"
#include "server/domain/lists.h"
#include "server/service/services.h"

namespace samsyn::service {
namespace {

class IndicatorCalls final : public Routed<v1::IndicatorService::CallbackService> {
 public:
  explicit IndicatorCalls(Calls& calls) : calls_(calls) {
    Route(calls.routes(), &IndicatorCalls::ListIndicators);
  }

  grpc::ServerUnaryReactor* RecordIndicators(grpc::CallbackServerContext* context,
                                             const v1::RecordIndicatorsRequest* request,
                                             v1::RecordIndicatorsResponse* response) override {
    return calls_.Submit(
        context, *request, response,
        [request](domain::Transaction& transaction) {
          return domain::RecordIndicators(*request, transaction);
        },
        [response](const engine::Answer& answer) {
          response->set_created(domain::CreatedIn(answer.effect));
          response->set_amended(domain::AmendedIn(answer.effect));
          return absl::OkStatus();
        });
  }

  grpc::ServerUnaryReactor* ListIndicators(grpc::CallbackServerContext* context,
                                           const v1::ListIndicatorsRequest* request,
                                           v1::ListIndicatorsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListIndicators);
  }

 private:
  Calls& calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeIndicatorService(Calls& calls) {
  return std::make_unique<IndicatorCalls>(calls);
}

}  // namespace samsyn::service
