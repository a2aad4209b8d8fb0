// Calls that write in several transactions, one after the other: ApplySetup, a whole set-up;
// DecideAuthorityChange, what follows from an organisation's new flag.
#ifndef SAMSYN_SERVER_SERVICE_STEPPED_WRITE_H_
#define SAMSYN_SERVER_SERVICE_STEPPED_WRITE_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <samsyn/v1/directory.pb.h>

#include <functional>
#include <optional>

#include "server/service/calls.h"

namespace samsyn::service {

struct SteppedWrite {
  // How many transactions it takes, by what is committed; nullopt: nothing is to be written.
  // `nothing` is a transaction that is thrown away. Not asked when the request was answered before.
  std::function<absl::StatusOr<std::optional<size_t>>(const domain::Transaction& nothing)> plan;
  // One of them, against what is then; the effect is how many remain after it.
  std::function<absl::Status(domain::Transaction&)> step;
  size_t most_bytes = domain::kRequestBytes;  // of the request
};

// Plans on what is committed, then submits a command a step, one after the other; the last carries
// the request's own id, each before it an id of its own. The first refusal ends it: what was
// written before stands, is consistent by itself, and a repeat goes on from there. So does
// OUTCOME_UNKNOWN after `kDeadlineMost`.
grpc::ServerUnaryReactor* WriteInSteps(Calls& calls, grpc::CallbackServerContext* context,
                                       const google::protobuf::Message& request,
                                       google::protobuf::Message* response, SteppedWrite write);

grpc::ServerUnaryReactor* ApplySetup(Calls& calls, grpc::CallbackServerContext* context,
                                     const v1::ApplySetupRequest& request,
                                     v1::ApplySetupResponse* response);
grpc::ServerUnaryReactor* DecideAuthorityChange(Calls& calls, grpc::CallbackServerContext* context,
                                                const v1::DecideAuthorityChangeRequest& request,
                                                v1::DecideAuthorityChangeResponse* response);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_STEPPED_WRITE_H_
