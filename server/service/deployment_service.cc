// Deployments.
#include <samsyn/v1/deployment.grpc.pb.h>

#include "server/analysis/coverage.h"
#include "server/domain/delivery.h"
#include "server/domain/deployment_rules.h"
#include "server/domain/lists.h"
#include "server/domain/night_log.h"
#include "server/domain/stop_plan.h"
#include "server/domain/unit_checks.h"
#include "server/service/services.h"

namespace samsyn::service {
namespace {

class DeploymentCalls final : public Routed<v1::DeploymentService::CallbackService> {
 public:
  explicit DeploymentCalls(Calls& calls) : calls_(calls) {
    Route(calls.routes(), &DeploymentCalls::ProposeDeployment, &DeploymentCalls::TakePosition,
          &DeploymentCalls::CommitUnit, &DeploymentCalls::WithdrawUnit,
          &DeploymentCalls::DecideDeployment, &DeploymentCalls::OfferAssignments,
          &DeploymentCalls::ReviseDeployment, &DeploymentCalls::CancelDeployment,
          &DeploymentCalls::StandDown, &DeploymentCalls::StandDownAll,
          &DeploymentCalls::GetCoverage, &DeploymentCalls::CheckUnits, &DeploymentCalls::GetLog,
          &DeploymentCalls::SuggestStops, &DeploymentCalls::GetDelivery,
          &DeploymentCalls::RecordFollowUp, &DeploymentCalls::ListDeployments);
  }

  grpc::ServerUnaryReactor* ProposeDeployment(grpc::CallbackServerContext* context,
                                              const v1::ProposeDeploymentRequest* request,
                                              v1::ProposeDeploymentResponse* response) override {
    return calls_.Write(context, request, response, &domain::ProposeDeployment);
  }

  grpc::ServerUnaryReactor* TakePosition(grpc::CallbackServerContext* context,
                                         const v1::TakePositionRequest* request,
                                         v1::TakePositionResponse* response) override {
    return calls_.Write(context, request, response, &domain::TakePosition);
  }

  grpc::ServerUnaryReactor* CommitUnit(grpc::CallbackServerContext* context,
                                       const v1::CommitUnitRequest* request,
                                       v1::CommitUnitResponse* response) override {
    return calls_.Write(context, request, response, &domain::CommitUnit);
  }

  grpc::ServerUnaryReactor* WithdrawUnit(grpc::CallbackServerContext* context,
                                         const v1::WithdrawUnitRequest* request,
                                         v1::WithdrawUnitResponse* response) override {
    return calls_.Write(context, request, response, &domain::WithdrawUnit);
  }

  grpc::ServerUnaryReactor* DecideDeployment(grpc::CallbackServerContext* context,
                                             const v1::DecideDeploymentRequest* request,
                                             v1::DecideDeploymentResponse* response) override {
    return calls_.Write(context, request, response, &domain::DecideDeployment);
  }

  grpc::ServerUnaryReactor* OfferAssignments(grpc::CallbackServerContext* context,
                                             const v1::OfferAssignmentsRequest* request,
                                             v1::OfferAssignmentsResponse* response) override {
    return calls_.Write(context, request, response, &domain::OfferAssignments);
  }

  grpc::ServerUnaryReactor* ReviseDeployment(grpc::CallbackServerContext* context,
                                             const v1::ReviseDeploymentRequest* request,
                                             v1::ReviseDeploymentResponse* response) override {
    return calls_.Write(context, request, response, &domain::ReviseDeployment);
  }

  grpc::ServerUnaryReactor* CancelDeployment(grpc::CallbackServerContext* context,
                                             const v1::CancelDeploymentRequest* request,
                                             v1::CancelDeploymentResponse* response) override {
    return calls_.Write(context, request, response, &domain::CancelDeployment);
  }

  grpc::ServerUnaryReactor* StandDown(grpc::CallbackServerContext* context,
                                      const v1::StandDownRequest* request,
                                      v1::StandDownResponse* response) override {
    return calls_.Write(context, request, response, &domain::StandDown);
  }

  grpc::ServerUnaryReactor* StandDownAll(grpc::CallbackServerContext* context,
                                         const v1::StandDownAllRequest* request,
                                         v1::StandDownAllResponse* response) override {
    return calls_.Write(context, request, response, &domain::StandDownAll);
  }

  grpc::ServerUnaryReactor* GetCoverage(grpc::CallbackServerContext* context,
                                        const v1::GetCoverageRequest* request,
                                        v1::GetCoverageResponse* response) override {
    return calls_.Read(context, *request, response, [=](const ReadContext& reading) {
      return analysis::GetCoverage(*request, reading.picture, reading.audience, reading.now,
                                   response);
    });
  }

  grpc::ServerUnaryReactor* CheckUnits(grpc::CallbackServerContext* context,
                                       const v1::CheckUnitsRequest* request,
                                       v1::CheckUnitsResponse* response) override {
    return calls_.List(context, request, response, &domain::CheckUnits);
  }

  grpc::ServerUnaryReactor* GetLog(grpc::CallbackServerContext* context,
                                   const v1::GetLogRequest* request,
                                   v1::GetLogResponse* response) override {
    return calls_.Read(context, *request, response, [=](const ReadContext& reading) {
      return domain::GetLog(*request, reading.picture, reading.audience, reading.now, response);
    });
  }

  grpc::ServerUnaryReactor* SuggestStops(grpc::CallbackServerContext* context,
                                         const v1::SuggestStopsRequest* request,
                                         v1::SuggestStopsResponse* response) override {
    return calls_.List(context, request, response, &domain::SuggestStops);
  }

  grpc::ServerUnaryReactor* GetDelivery(grpc::CallbackServerContext* context,
                                        const v1::GetDeliveryRequest* request,
                                        v1::GetDeliveryResponse* response) override {
    return calls_.Read(context, *request, response, [=](const ReadContext& reading) {
      return domain::GetDelivery(*request, reading.picture, reading.audience, reading.now,
                                 response);
    });
  }

  grpc::ServerUnaryReactor* RecordFollowUp(grpc::CallbackServerContext* context,
                                           const v1::RecordFollowUpRequest* request,
                                           v1::RecordFollowUpResponse* response) override {
    return calls_.Write(context, request, response, &domain::RecordFollowUp);
  }

  grpc::ServerUnaryReactor* GetDeployment(grpc::CallbackServerContext* context,
                                          const v1::GetDeploymentRequest* request,
                                          v1::GetDeploymentResponse* response) override {
    return calls_.Get(context, *request, response);
  }

  grpc::ServerUnaryReactor* ListDeployments(grpc::CallbackServerContext* context,
                                            const v1::ListDeploymentsRequest* request,
                                            v1::ListDeploymentsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListDeployments);
  }

 private:
  Calls& calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeDeploymentService(Calls& calls) {
  return std::make_unique<DeploymentCalls>(calls);
}

}  // namespace samsyn::service
