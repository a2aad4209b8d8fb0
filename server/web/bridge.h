// The browser's way to the contract: gRPC-Web and Connect's JSON on the paths of the methods
// ("/samsyn.v1.WatchService/Watch"), handed on as they are to the server's own gRPC services.
// Knows no method by itself but the one that belongs to the session's address.
//
// Of the request's headers only accept-language and the deadline go on; who is calling comes from
// the session's cookie alone. A call ends when the browser goes.
#ifndef SAMSYN_SERVER_WEB_BRIDGE_H_
#define SAMSYN_SERVER_WEB_BRIDGE_H_

#include <absl/strings/string_view.h>

#include "server/web/exchange.h"
#include "server/web/grpc_call.h"

namespace samsyn::web {

// Of the web thread.
class Bridge {
 public:
  explicit Bridge(GrpcCalls& calls) : calls_(calls) {}

  // Whether the path is that of a service.
  static bool Takes(absl::string_view path);
  // Answers a POST to such a path.
  void Serve(const ExchangePtr& exchange);

 private:
  GrpcCalls& calls_;
};

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_BRIDGE_H_
