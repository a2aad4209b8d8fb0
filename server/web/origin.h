// Where a request comes from: which page sent it, and whether a proxy stands before us.
#ifndef SAMSYN_SERVER_WEB_ORIGIN_H_
#define SAMSYN_SERVER_WEB_ORIGIN_H_

#include "server/web/exchange.h"

namespace samsyn::web {

// Whether a proxy sent it on: it has Forwarded or any X-Forwarded-… header.
bool IsForwarded(const Request& request);

// Whether the browser speaks TLS: with us, or with a proxy on this machine that says so.
bool IsOverTls(const Request& request);

// Whether the request was made by our own page, or by a program that is no browser: neither Origin
// nor Sec-Fetch-Site name another. A proxy's word (X-Forwarded-Host, -Proto) counts only when the
// proxy is on this machine.
bool IsFromOurPage(const Request& request);

// Whether it was addressed to this machine by number or as "localhost", so that no other name
// leads here.
bool IsToLocalhost(const Request& request);

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_ORIGIN_H_
