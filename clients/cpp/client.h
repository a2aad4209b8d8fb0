// Calls to a Samsyn server with everything that belongs to a call: identity, language, deadline,
// request ids, and the one kind of error after which a call may simply be repeated.
//
//   samsyn::Client client({.address = "127.0.0.1:50451", .token = token, .language = "en"});
//   samsyn::v1::SubmitReportRequest request;
//   request.set_municipality(client.municipality());
//   request.mutable_report()->set_category(samsyn::v1::CATEGORY_VANDALISM);
//   request.mutable_report()->set_text("Nytt klotter på gångtunneln.");
//   samsyn::v1::SubmitReportResponse response;
//   samsyn::CallError error =
//       client.Call(client.reports(), &samsyn::v1::ReportService::StubInterface::SubmitReport,
//                   request, &response);
//   if (!error.ok()) std::cerr << error.ToString() << "\n";
#ifndef SAMSYN_CLIENTS_CPP_CLIENT_H_
#define SAMSYN_CLIENTS_CPP_CLIENT_H_

#include <absl/functional/function_ref.h>
#include <absl/time/time.h>
#include <grpcpp/grpcpp.h>
#include <samsyn/v1/access.grpc.pb.h>
#include <samsyn/v1/admin.grpc.pb.h>
#include <samsyn/v1/assignment.grpc.pb.h>
#include <samsyn/v1/audit.grpc.pb.h>
#include <samsyn/v1/deployment.grpc.pb.h>
#include <samsyn/v1/directory.grpc.pb.h>
#include <samsyn/v1/incident.grpc.pb.h>
#include <samsyn/v1/indicator.grpc.pb.h>
#include <samsyn/v1/meeting.grpc.pb.h>
#include <samsyn/v1/problem.grpc.pb.h>
#include <samsyn/v1/report.grpc.pb.h>
#include <samsyn/v1/situation.grpc.pb.h>
#include <samsyn/v1/watch.grpc.pb.h>

#include <functional>
#include <memory>
#include <string>

#include "clients/cpp/call_error.h"

namespace samsyn {

// A random UUID (version 4), for `request_id` and `operation_id`.
std::string NewUuid();

// `municipalities/0136` of a token `samsyn_0136_<id>_<secret>`; empty if it is no token of ours.
std::string MunicipalityOfToken(const std::string& token);

struct ClientOptions {
  // host:port, or unix:/path.
  std::string address = "127.0.0.1:50451";
  // Sent as "authorization: Bearer …"; empty: none.
  std::string token = {};
  // PEM files. All empty: plain text on loopback, TLS with the system's roots elsewhere. A
  // certificate and its key go together (mutual TLS).
  std::string ca_file = {};
  std::string certificate_file = {};
  std::string key_file = {};
  // Language of messages: "sv" or "en".
  std::string language = "sv";
  // Of one attempt; the server takes at most 60 s.
  absl::Duration deadline = absl::Seconds(30);
  // For so long a call is repeated, with the same request id, while the server is UNAVAILABLE; not
  // counting how long it asks to wait because there were too many calls. Zero: not at all.
  absl::Duration retry_for = absl::Seconds(5);
  // Called after each attempt that a server out of touch with the others has answered, with the
  // time since when, RFC 3339: what it says may be old. From the calling thread.
  std::function<void(const std::string& since)> cut_off = nullptr;
};

// One connection and the stubs of every service. Thread-safe; calls block the calling thread.
class Client {
 public:
  // Connects with the first call. A file that cannot be read makes every call fail with
  // INVALID_ARGUMENT and a message that names it.
  explicit Client(ClientOptions options);
  // Over a channel that is there already (in-process servers of tests).
  Client(ClientOptions options, std::shared_ptr<grpc::Channel> channel);

  // Calls `method` of `stub`. An empty `request_id` is filled with a new UUID; all attempts of one
  // call send the same. Repeated on UNAVAILABLE and TOO_MANY_CALLS only, with growing, jittered
  // pauses. `response` is only meaningful when the answer is ok.
  template <typename Stub, typename Interface, typename Request, typename Response>
  CallError Call(Stub& stub,
                 grpc::Status (Interface::*method)(grpc::ClientContext*, const Request&, Response*),
                 Request request, Response* response) {
    FillRequestId(request);
    return Retry(
        [&](grpc::ClientContext& context) { return (stub.*method)(&context, request, response); });
  }

  // The same for programs driven by data: `method` as "/samsyn.v1.ReportService/SubmitReport",
  // messages of its types.
  CallError CallByName(const std::string& method, google::protobuf::Message& request,
                       google::protobuf::Message* response);

  // Puts identity and language on a context; for streams, which have no deadline and are not
  // repeated.
  void Prepare(grpc::ClientContext& context) const;
  // Says `options.cut_off` if the answer is marked; after the call has ended.
  void TellIfCutOff(const grpc::ClientContext& context) const;

  // `municipalities/0136`, from the token.
  const std::string& municipality() const { return municipality_; }
  const ClientOptions& options() const { return options_; }

  v1::AccessService::Stub& access() { return *access_; }
  v1::AdminService::Stub& admin() { return *admin_; }
  v1::AssignmentService::Stub& assignments() { return *assignments_; }
  v1::AuditService::Stub& audit() { return *audit_; }
  v1::DeploymentService::Stub& deployments() { return *deployments_; }
  v1::DirectoryService::Stub& directory() { return *directory_; }
  v1::IncidentService::Stub& incidents() { return *incidents_; }
  v1::IndicatorService::Stub& indicators() { return *indicators_; }
  v1::MeetingService::Stub& meetings() { return *meetings_; }
  v1::ProblemService::Stub& problems() { return *problems_; }
  v1::ReportService::Stub& reports() { return *reports_; }
  v1::SituationService::Stub& situation() { return *situation_; }
  v1::WatchService::Stub& watch() { return *watch_; }

 private:
  static void FillRequestId(google::protobuf::Message& request);
  CallError Retry(absl::FunctionRef<grpc::Status(grpc::ClientContext&)> attempt);

  const ClientOptions options_;
  const std::string municipality_;
  std::string trouble_;  // why there is no channel that works; set by the constructor only
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::AccessService::Stub> access_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
  std::unique_ptr<v1::AssignmentService::Stub> assignments_;
  std::unique_ptr<v1::AuditService::Stub> audit_;
  std::unique_ptr<v1::DeploymentService::Stub> deployments_;
  std::unique_ptr<v1::DirectoryService::Stub> directory_;
  std::unique_ptr<v1::IncidentService::Stub> incidents_;
  std::unique_ptr<v1::IndicatorService::Stub> indicators_;
  std::unique_ptr<v1::MeetingService::Stub> meetings_;
  std::unique_ptr<v1::ProblemService::Stub> problems_;
  std::unique_ptr<v1::ReportService::Stub> reports_;
  std::unique_ptr<v1::SituationService::Stub> situation_;
  std::unique_ptr<v1::WatchService::Stub> watch_;
};

}  // namespace samsyn

#endif  // SAMSYN_CLIENTS_CPP_CLIENT_H_
