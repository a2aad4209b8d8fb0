// ApplySetup: a whole set-up as consecutive commands.
#ifndef SAMSYN_SERVER_SERVICE_APPLY_SETUP_H_
#define SAMSYN_SERVER_SERVICE_APPLY_SETUP_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <samsyn/v1/directory.pb.h>

#include "server/service/calls.h"

namespace samsyn::service {

// Plans on what is committed, then submits a command a step, one after the other; the last carries
// the request's own id (domain/setup_rules.h). The first refusal ends it: what was written before
// stands, is consistent by itself, and a repeat goes on from there. So does OUTCOME_UNKNOWN after
// `kDeadlineMost`.
grpc::ServerUnaryReactor* ApplySetup(Calls& calls, grpc::CallbackServerContext* context,
                                     const v1::ApplySetupRequest& request,
                                     v1::ApplySetupResponse* response);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_APPLY_SETUP_H_
