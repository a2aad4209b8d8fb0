// The services of the contract, one file each. All use the callback API with every method
// overridden, and route what is not called most (routes.h); `Watch` is served by watch_stream.h.
#ifndef SAMSYN_SERVER_SERVICE_SERVICES_H_
#define SAMSYN_SERVER_SERVICE_SERVICES_H_

#include <grpcpp/impl/service_type.h>

#include <memory>
#include <vector>

#include "server/service/calls.h"

namespace samsyn::service {

struct PushOffer;
class WatchStreams;
class Worker;

std::unique_ptr<grpc::Service> MakeReportService(Calls& calls);
std::unique_ptr<grpc::Service> MakeIncidentService(Calls& calls);
std::unique_ptr<grpc::Service> MakeIndicatorService(Calls& calls);
std::unique_ptr<grpc::Service> MakeProblemService(Calls& calls);
std::unique_ptr<grpc::Service> MakeMeetingService(Calls& calls);
std::unique_ptr<grpc::Service> MakeDeploymentService(Calls& calls);
std::unique_ptr<grpc::Service> MakeAssignmentService(Calls& calls);
std::unique_ptr<grpc::Service> MakeDirectoryService(Calls& calls);
std::unique_ptr<grpc::Service> MakeAccessService(Calls& calls, const PushOffer& push);
// What reads a whole journal is done by the worker.
std::unique_ptr<grpc::Service> MakeSituationService(Calls& calls, Worker& worker);
std::unique_ptr<grpc::Service> MakeAuditService(Calls& calls, Worker& worker);
std::unique_ptr<grpc::Service> MakeAdminService(Calls& calls, Worker& worker,
                                                const WatchStreams& watches);
// grpc.health.v1: "" is the server, "samsyn.municipality.0136" a municipality. Needs no token.
std::unique_ptr<grpc::Service> MakeHealthService(const Backend& backend);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_SERVICES_H_
