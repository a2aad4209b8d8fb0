// The situation.
#include <samsyn/v1/situation.grpc.pb.h>

#include "server/analysis/verdicts.h"
#include "server/service/services.h"

namespace samsyn::service {
namespace {

class SituationCalls final : public v1::SituationService::CallbackService {
 public:
  explicit SituationCalls(Calls& calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* GetSituation(grpc::CallbackServerContext* context,
                                         const v1::GetSituationRequest* request,
                                         v1::GetSituationResponse* response) override {
    return calls_.Read(context, *request, response, [response](const ReadContext& reading) {
      *response = analysis::GetSituation(reading.picture, reading.audience);
      return absl::OkStatus();
    });
  }

 private:
  Calls& calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSituationService(Calls& calls) {
  return std::make_unique<SituationCalls>(calls);
}

}  // namespace samsyn::service
