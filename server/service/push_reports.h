// PushReports: reports from a partner system as they come, answered cumulatively.
#ifndef SAMSYN_SERVER_SERVICE_PUSH_REPORTS_H_
#define SAMSYN_SERVER_SERVICE_PUSH_REPORTS_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <samsyn/v1/report.pb.h>

#include "server/service/session.h"

namespace samsyn::service {

// The reactor of one stream; it ends and deletes itself. It announces the window at once, reads
// only while fewer items than that are undecided (so a client that sends more is slowed down by
// flow control, never buffered), and answers whenever more items are decided and the answer before
// is on its way. It ends when its token is revoked or expires, idle or not. A wrong number ends the
// stream with INVALID_ARGUMENT; an item that could not be decided (queue full, journal away,
// shutdown) ends it with that error: what no answer covered is sent again.
grpc::ServerBidiReactor<v1::PushReportsRequest, v1::PushReportsResponse>* PushReports(
    const Backend& backend, grpc::CallbackServerContext* context);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_PUSH_REPORTS_H_
