// The situation.
#include <samsyn/v1/situation.grpc.pb.h>

#include "server/analysis/repairs.h"
#include "server/analysis/verdicts.h"
#include "server/domain/as_of.h"
#include "server/service/past_situation.h"
#include "server/service/services.h"

namespace samsyn::service {
namespace {

class SituationCalls final : public Routed<v1::SituationService::CallbackService> {
 public:
  SituationCalls(Calls& calls, Worker& worker) : calls_(calls), worker_(worker) {
    Route(calls.routes(), &SituationCalls::GetRepairs);
  }

  grpc::ServerUnaryReactor* GetSituation(grpc::CallbackServerContext* context,
                                         const v1::GetSituationRequest* request,
                                         v1::GetSituationResponse* response) override {
    if (domain::AsksForThePast(*request)) {
      return calls_.ReadSlowly(context, *request, {}, worker_,
                               [this, context, request, response](const Session& session) {
                                 // It may have waited long for its turn.
                                 if (context->IsCancelled()) return TooBusy();
                                 return SituationAsOf(calls_.backend(), session, *request,
                                                      response);
                               });
    }
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
  Worker& worker_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSituationService(Calls& calls, Worker& worker) {
  return std::make_unique<SituationCalls>(calls, worker);
}

}  // namespace samsyn::service
