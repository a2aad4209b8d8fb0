// The situation.
#include <samsyn/v1/situation.grpc.pb.h>

#include "server/analysis/repairs.h"
#include "server/analysis/situation.h"
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

  grpc::ServerUnaryReactor* GetRepairs(grpc::CallbackServerContext* context,
                                       const v1::GetRepairsRequest* request,
                                       v1::GetRepairsResponse* response) override {
    return calls_.Read(context, *request, response, [=](const ReadContext& reading) {
      *response = analysis::GetRepairs(reading.picture, reading.audience,
                                       request->responsible_organisation(), reading.now);
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
