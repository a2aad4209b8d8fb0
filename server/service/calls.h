// How a unary call goes, written once: authenticate, check the request's shape and size, submit or
// read, build the response. A service's method is then one line.
#ifndef SAMSYN_SERVER_SERVICE_CALLS_H_
#define SAMSYN_SERVER_SERVICE_CALLS_H_

#include <absl/status/status.h>
#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "server/base/log.h"
#include "server/domain/limits.h"
#include "server/domain/transaction.h"
#include "server/domain/visibility.h"
#include "server/engine/engine.h"
#include "server/service/admitted.h"
#include "server/service/routes.h"
#include "server/service/session.h"
#include "server/service/time_limits.h"
#include "server/service/worker.h"

namespace samsyn::service {

// What a read method gets: the picture under its lock and what the caller sees of it.
struct ReadContext {
  const domain::Picture& picture;
  const domain::Audience& audience;
  const domain::Caller& caller;
  absl::Time now;
};

// "SubmitReport" of a SubmitReportRequest.
std::string MethodOf(const google::protobuf::Message& request);

// SHA-256 of the method and the request: what makes two requests the same (R7).
Digest RequestDigest(const google::protobuf::Message& request);

// Size, shape and municipality of a request, in this order.
absl::Status CheckRequest(const google::protobuf::Message& request, absl::string_view municipality,
                          size_t most_bytes = domain::kRequestBytes);

// The command that an admitted request asks for; `decide` is its rule, bound.
engine::Command CommandFor(const Admitted& admitted, const domain::Caller& caller,
                           std::function<absl::Status(domain::Transaction&)> decide);

// Puts what answers into a response, by the types of its fields: each entity, as the audience gets
// it, goes into the first message field of its kind (or of type Entity) that is repeated or still
// empty. What the audience does not see is left out, unless it is the own of `own`, a member.
void FillAnswer(const std::vector<domain::EntityPtr>& entities, const domain::Audience& audience,
                google::protobuf::Message* response, absl::string_view own = {});

// Sets `revision` of a response.
void SetRevision(domain::Revision revision, google::protobuf::Message* response);

// Refused with ROLE_MISSING unless the caller has one of the roles now.
absl::Status RequireRoles(const domain::View& view, const domain::Caller& caller,
                          std::initializer_list<v1::Role> roles);

// The one line that a call or stream leaves in the log when it ends: no texts. `counts`: what else
// there is to say.
void LogCall(absl::string_view method, const Session& session, absl::StatusCode code,
             absl::Time start, std::vector<LogField> counts = {});

// "Too much waits": QUEUE_FULL.
absl::Status TooBusy();

// Thread-safe. The request, response and context of a call live until it has finished.
class Calls {
 public:
  explicit Calls(Backend backend) : backend_(backend), limits_(backend.clock) {}
  const Backend& backend() const { return backend_; }
  TimeLimits& limits() { return limits_; }
  Routes& routes() { return routes_; }
  const Routes& routes() const { return routes_; }

  // A method that writes, by its rule. After `kDeadlineMost` it ends with OUTCOME_UNKNOWN.
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response,
                                  absl::Status (*rule)(const Request&, domain::Transaction&)) {
    return SubmitAdmitted(
        context, *request, response,
        [rule](const google::protobuf::Message& admitted, domain::Transaction& transaction) {
          return rule(static_cast<const Request&>(admitted), transaction);
        });
  }

  // The same with a decision of any form, for all but reports: those may be changed on their way
  // (`Admit`). `complete`, if given, is called once the response is
  // filled; what it returns ends the call. `authenticate` says who is calling.
  using Complete = std::function<absl::Status(const engine::Answer&)>;
  using Authentication = absl::StatusOr<Session> (*)(const Backend&,
                                                     const grpc::ServerContextBase&);
  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const google::protobuf::Message& request,
                                   google::protobuf::Message* response,
                                   std::function<absl::Status(domain::Transaction&)> decide,
                                   Complete complete = nullptr,
                                   Authentication authenticate = &Authenticate) {
    return SubmitAdmitted(
        context, request, response,
        [decide = std::move(decide)](const google::protobuf::Message&,
                                     domain::Transaction& transaction) {
          return decide(transaction);
        },
        std::move(complete), authenticate);
  }

  // A method that reads: waits for `min_revision`, up to the deadline, then calls `read` with the
  // picture under its lock and sets `revision`; then, without the lock, `after` if given.
  using ReadBody = std::function<absl::Status(const ReadContext&)>;
  using AfterRead = std::function<absl::Status()>;
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context,
                                 const google::protobuf::Message& request,
                                 google::protobuf::Message* response, ReadBody read,
                                 AfterRead after = nullptr);

  // A list method, by its function in domain/lists.h.
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context, const Request* request,
                                 Response* response,
                                 absl::Status (*list)(const Request&, const domain::View&,
                                                      const domain::Audience&, Response*)) {
    return Read(context, *request, response, [=](const ReadContext& reading) {
      return list(*request, reading.picture, reading.audience, response);
    });
  }

  // A method that gets the entity `name` into the response's first field.
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context,
                                const google::protobuf::Message& request,
                                google::protobuf::Message* response);

  // A method that takes long, for some roles (none named: for all): waits for `min_revision`, then
  // `body` runs on the worker, which must outlive the engine's work. RESOURCE_EXHAUSTED when too
  // many wait already.
  using SlowBody = std::function<absl::Status(const Session&)>;
  grpc::ServerUnaryReactor* ReadSlowly(grpc::CallbackServerContext* context,
                                       const google::protobuf::Message& request,
                                       std::initializer_list<v1::Role> roles, Worker& worker,
                                       SlowBody body);

 private:
  // A write; `decide` gets the request as it was admitted.
  using Decide =
      std::function<absl::Status(const google::protobuf::Message&, domain::Transaction&)>;
  grpc::ServerUnaryReactor* SubmitAdmitted(grpc::CallbackServerContext* context,
                                           const google::protobuf::Message& request,
                                           google::protobuf::Message* response, Decide decide,
                                           Complete complete = nullptr,
                                           Authentication authenticate = &Authenticate);

  Backend backend_;
  TimeLimits limits_;
  Routes routes_;
};

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_CALLS_H_
