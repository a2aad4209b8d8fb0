// Who is calling, in which municipality, in which language: what every call begins with.
#ifndef SAMSYN_SERVER_SERVICE_SESSION_H_
#define SAMSYN_SERVER_SERVICE_SESSION_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <string>

#include "server/access/identity.h"
#include "server/base/clock.h"
#include "server/domain/visibility.h"
#include "server/engine/engine.h"
#include "server/service/call_limits.h"
#include "server/service/status.h"

namespace samsyn::service {

// What services work on; all outlive them.
struct Backend {
  engine::Engine& engine;
  const Clock& clock;
  CallLimits& call_limits;
};

struct Session {
  access::Identity identity;
  std::string municipality;  // the token's: `municipalities/0136`
  std::shared_ptr<watch::Feed> feed;
};

// The language that the caller asked for.
Language LanguageOf(const grpc::ServerContextBase& context);

// The token's text in `authorization: Bearer …`; empty if there is none.
absl::string_view BearerOf(const grpc::ServerContextBase& context);

// The caller by its token or session (`authorization: Bearer …`), by what is committed now. With
// mutual TLS the token must belong to an organisation of the certificate. UNAUTHENTICATED, or
// PERMISSION_DENIED for another organisation's token.
absl::StatusOr<Session> Authenticate(const Backend& backend,
                                     const grpc::ServerContextBase& context);

// The same for a call that uses up a login link: who holds it, whether or not it still opens.
absl::StatusOr<Session> AuthenticateLink(const Backend& backend,
                                         const grpc::ServerContextBase& context);

// Who reads, and what it is shown.
struct Reader {
  access::Identity identity;
  domain::Audience audience;
};
// The session's caller by what is committed now, under the readers' lock; refused when it has
// ended. While this node cannot know whether the caller still has its rights (cut_off.h), it reads
// without them. Whatever answers a read asks this and nothing else.
absl::StatusOr<Reader> ReaderOf(const Backend& backend, const Session& session,
                                const domain::Picture& picture);

// NOT_FOUND when a request names, in `municipality` or as `name` of what it is about, another
// municipality than the caller's.
absl::Status CheckMunicipality(const google::protobuf::Message& request,
                               absl::string_view municipality);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_SESSION_H_
