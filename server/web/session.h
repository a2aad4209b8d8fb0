// What a request says of who makes it and in which language: the session's cookie, and what goes on
// to the server with a call.
#ifndef SAMSYN_SERVER_WEB_SESSION_H_
#define SAMSYN_SERVER_WEB_SESSION_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <string>

#include "server/service/status.h"
#include "server/web/exchange.h"

namespace samsyn::web {

// The token in the session's cookie; empty if there is none, or none that has the form of one.
std::string SessionToken(const Request& request);

// The value of Set-Cookie that makes the browser keep a token for so long; no script can read it,
// no other page send it. Zero: forget it.
std::string SessionCookie(absl::string_view token, absl::Duration life);

// Whether the text has the form of a token, and can go as metadata.
bool IsToken(absl::string_view text);

service::Language LanguageIn(const Request& request);

// What goes on with a call: the token, if there is one, and the language.
Headers MetadataOf(const Request& request, absl::string_view token);

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_SESSION_H_
