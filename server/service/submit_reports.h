// SubmitReports: a batch of reports, each a command of its own.
#ifndef SAMSYN_SERVER_SERVICE_SUBMIT_REPORTS_H_
#define SAMSYN_SERVER_SERVICE_SUBMIT_REPORTS_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <samsyn/v1/report.pb.h>

#include "server/service/calls.h"

namespace samsyn::service {

// Submits all at once, so that they share commits, and answers when all are decided: a result each,
// in their order. The batch itself is refused only for its caller, its size and its count. After
// `kDeadlineMost` what is not decided yet has the result OUTCOME_UNKNOWN.
grpc::ServerUnaryReactor* SubmitReports(Calls& calls, grpc::CallbackServerContext* context,
                                        const v1::SubmitReportsRequest& request,
                                        v1::SubmitReportsResponse* response);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_SUBMIT_REPORTS_H_
