// Incidents.
#include <samsyn/v1/incident.grpc.pb.h>

#include "server/analysis/merge_candidates.h"
#include "server/domain/lists.h"
#include "server/domain/merge_rules.h"
#include "server/service/services.h"

namespace samsyn::service {
namespace {

class IncidentCalls final : public Routed<v1::IncidentService::CallbackService> {
 public:
  explicit IncidentCalls(Calls& calls) : calls_(calls) {
    Route(calls.routes(), &IncidentCalls::ListIncidents, &IncidentCalls::ListMergeCandidates,
          &IncidentCalls::MergeReports, &IncidentCalls::SplitIncident);
  }

  grpc::ServerUnaryReactor* GetIncident(grpc::CallbackServerContext* context,
                                        const v1::GetIncidentRequest* request,
                                        v1::GetIncidentResponse* response) override {
    return calls_.Get(context, *request, response);
  }

  grpc::ServerUnaryReactor* ListIncidents(grpc::CallbackServerContext* context,
                                          const v1::ListIncidentsRequest* request,
                                          v1::ListIncidentsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListIncidents);
  }

  grpc::ServerUnaryReactor* ListMergeCandidates(
      grpc::CallbackServerContext* context, const v1::ListMergeCandidatesRequest* request,
      v1::ListMergeCandidatesResponse* response) override {
    return calls_.Read(context, *request, response, [=](const ReadContext& reading) {
      return analysis::ListMergeCandidates(*request, reading.picture, reading.audience, reading.now,
                                           response);
    });
  }

  grpc::ServerUnaryReactor* MergeReports(grpc::CallbackServerContext* context,
                                         const v1::MergeReportsRequest* request,
                                         v1::MergeReportsResponse* response) override {
    return calls_.Write(context, request, response, &domain::MergeReports);
  }

  grpc::ServerUnaryReactor* SplitIncident(grpc::CallbackServerContext* context,
                                          const v1::SplitIncidentRequest* request,
                                          v1::SplitIncidentResponse* response) override {
    return calls_.Write(context, request, response, &domain::SplitIncident);
  }

 private:
  Calls& calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeIncidentService(Calls& calls) {
  return std::make_unique<IncidentCalls>(calls);
}

}  // namespace samsyn::service
