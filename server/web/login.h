// Logging in and out of a browser: a login link becomes the session's cookie.
//
//   POST /session    {"link": "samsyn_0136_…", "device": "Chrome, Android", "request_id": "<UUID>"}
//                    → {} and the cookie; with the same request_id again, the same session
//   DELETE /session  ends the session, the cookie, and what the page has kept
#ifndef SAMSYN_SERVER_WEB_LOGIN_H_
#define SAMSYN_SERVER_WEB_LOGIN_H_

#include "server/web/exchange.h"
#include "server/web/grpc_call.h"

namespace samsyn::web {

// Of the web thread.
class Login {
 public:
  explicit Login(GrpcCalls& calls) : calls_(calls) {}
  // Answers a request to /session.
  void Serve(const ExchangePtr& exchange);

 private:
  void Open(const ExchangePtr& exchange);
  void End(const ExchangePtr& exchange);

  GrpcCalls& calls_;
};

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_LOGIN_H_
