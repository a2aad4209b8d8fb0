// The headers that every answer has: what a browser may do with what comes from here.
#ifndef SAMSYN_SERVER_WEB_HEADERS_H_
#define SAMSYN_SERVER_WEB_HEADERS_H_

#include "server/web/exchange.h"

namespace samsyn::web {

// Adds them, "no-store" where the answer says nothing of caches, and HSTS to what comes over TLS.
void AddCommonHeaders(const Request& request, Headers& headers);

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_HEADERS_H_
