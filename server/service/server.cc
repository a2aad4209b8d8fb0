#include "server/service/server.h"

#include <absl/strings/str_cat.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <utility>
#include <vector>

#include "server/access/certificate.h"
#include "server/base/log.h"
#include "server/service/calls.h"
#include "server/service/malformed_requests.h"
#include "server/service/services.h"
#include "server/service/worker.h"

namespace samsyn::service {
namespace {

// What gRPC is told; times in milliseconds. Published in the README: clients set their keepalive
// to no less than a ping in 10 s.
void SetArguments(const ServerOptions& options, grpc::ServerBuilder& builder) {
  // The handler wrapper refuses with a reason what is over a method's own limit; this is the end.
  builder.SetMaxReceiveMessageSize(static_cast<int>(domain::kSetupRequestBytes) + (64 << 10));
  const std::pair<const char*, int> arguments[] = {
      {GRPC_ARG_KEEPALIVE_TIME_MS, 30'000},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000},
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000},
      {GRPC_ARG_MAX_CONNECTION_IDLE_MS, 15 * 60'000},
      {GRPC_ARG_MAX_CONNECTION_AGE_MS, 60 * 60'000},
      {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 5 * 60'000},
      {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
       static_cast<int>(absl::ToInt64Milliseconds(options.handshake))},
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, 1024},
      {GRPC_ARG_MAX_METADATA_SIZE, 16 << 10},
      // What is read into at first; it grows with what comes. Each idle connection keeps one: 8
      // KiB, as gRPC would have it, costs 3 KiB more a watcher. Holds only with what main.cc says
      // to gRPC.
      {GRPC_ARG_TCP_READ_CHUNK_SIZE, 512},
      {GRPC_ARG_ALLOW_REUSEPORT, 0}};
  for (const auto& [name, value] : arguments) builder.AddChannelArgument(name, value);
}

std::shared_ptr<grpc::ServerCredentials> Credentials(const ServerOptions& options) {
  if (options.tls_certificate.empty()) return grpc::InsecureServerCredentials();
  auto provider = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      options.tls_key, options.tls_certificate, options.tls_client_authorities,
      options.tls_reload_seconds);
  grpc::experimental::TlsServerCredentialsOptions tls(provider);
  tls.watch_root_certs();
  tls.watch_identity_key_cert_pairs();
  tls.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(tls);
}

absl::StatusOr<Listener> OpenDoor(const ServerOptions& options) {
  if (auto status = CheckOptions(options); !status.ok()) return status;
  auto listener = SystemdListener();
  if (absl::IsNotFound(listener.status())) listener = Listen(options.listen);
  if (listener.ok() && !listener->loopback && options.tls_certificate.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        listener->address,
        " can be reached from other machines, and that needs mutual TLS: give --tls-cert, "
        "--tls-key and --tls-client-ca, or listen on 127.0.0.1"));
  }
  return listener;
}

ConnectionCaps Caps(const ServerOptions& options) {
  ConnectionCaps caps = options.connections;
  const auto networks = ParseNetworks(options.exempt_networks);  // checked before
  caps.exempt.insert(caps.exempt.end(), networks->begin(), networks->end());
  return caps;
}

}  // namespace

absl::Status CheckOptions(const ServerOptions& options) {
  if (auto networks = ParseNetworks(options.exempt_networks); !networks.ok()) {
    return networks.status();
  }
  const int given = !options.tls_certificate.empty() + !options.tls_key.empty() +
                    !options.tls_client_authorities.empty();
  if (given == 0) return absl::OkStatus();
  if (given < 3) {
    return absl::InvalidArgumentError(
        "mutual TLS needs all of --tls-cert, --tls-key and --tls-client-ca");
  }
  return access::CheckCertificateFiles(options.tls_certificate, options.tls_key,
                                       options.tls_client_authorities);
}

// Members end in reverse order: doors before services before what they work on.
struct Server::Parts {
  Parts(engine::Engine& engine, const Clock& clock, const ServerOptions& options)
      : options(options),
        call_limits(clock, options.call_limits),
        backend{engine, clock, call_limits},
        calls(backend),
        watches(backend, options.watch) {}

  void MakeServices() {
    services.push_back(MakeReportService(calls));
    services.push_back(MakeIncidentService(calls));
    services.push_back(MakeIndicatorService(calls));
    services.push_back(MakeProblemService(calls));
    services.push_back(MakeSituationService(calls, past_worker));
    services.push_back(MakeMeetingService(calls));
    services.push_back(MakeDeploymentService(calls));
    services.push_back(MakeAssignmentService(calls));
    services.push_back(MakeDirectoryService(calls));
    services.push_back(MakeAccessService(calls, options.push));
    services.push_back(MakeAuditService(calls, worker));
    services.push_back(MakeAdminService(calls, worker, watches));
    services.push_back(MakeHealthService(backend));
  }

  absl::Status Serve(Listener listener) {
    address = listener.address;
    port = listener.port;
    if (options.reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    SetArguments(options, builder);
    acceptor = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
        Credentials(options));
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
        interceptors;
    // The last in is asked first about what is sent: the observer sees the status as it leaves.
    if (options.observe != nullptr) interceptors.push_back(MakeCallObserving(options.observe));
    interceptors.push_back(MakeMalformedRequests());
    builder.experimental().SetInterceptorCreators(std::move(interceptors));
    for (const auto& service : services) builder.RegisterService(service.get());
    builder.RegisterCallbackGenericService(&calls.routes());
    watches.Register(builder);
    server = builder.BuildAndStart();
    if (server == nullptr) return absl::InternalError("gRPC did not start");
    watches.Start();
    const int listening = listener.socket.get();
    accepting =
        std::make_unique<AcceptLoop>(std::move(listener), Caps(options), [this, listening](int fd) {
          grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
          connection.listener_fd = listening;
          connection.fd = fd;
          acceptor->HandleNewConnection(&connection);
        });
    return absl::OkStatus();
  }

  void Shutdown() {
    if (server == nullptr) return;
    const absl::Time deadline = absl::Now() + options.drain;
    accepting->Stop();
    watches.Drain(options.drain);
    backend.engine.Stop();
    server->Shutdown(absl::ToChronoTime(deadline));
    watches.Stop();
    worker.Stop();
    past_worker.Stop();
    server = nullptr;
  }

  const ServerOptions options;
  CallLimits call_limits;
  const Backend backend;
  Calls calls;
  Worker worker;
  Worker past_worker;  // of its own: a copy of the journal waits for whoever takes it
  WatchStreams watches;
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<AcceptLoop> accepting;
  std::string address;
  int port = 0;
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Shutdown(); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(engine::Engine& engine, const Clock& clock,
                                                      const ServerOptions& options) {
  auto listener = OpenDoor(options);
  if (!listener.ok()) return listener.status();
  auto parts = std::make_unique<Parts>(engine, clock, options);
  parts->MakeServices();
  if (auto status = parts->Serve(*std::move(listener)); !status.ok()) return status;
  Log(LogLevel::kInfo, "listening",
      {{"address", parts->address}, {"tls", options.tls_certificate.empty() ? "no" : "mutual"}});
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

void Server::Shutdown() { parts_->Shutdown(); }
const std::string& Server::address() const { return parts_->address; }
int Server::port() const { return parts_->port; }
std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return parts_->server->InProcessChannel(arguments);
}
const AcceptLoop& Server::accept_loop() const { return *parts_->accepting; }
const Routes& Server::routes() const { return parts_->calls.routes(); }
const WatchStreams& Server::watches() const { return parts_->watches; }
const CallLimits& Server::call_limits() const { return parts_->call_limits; }

}  // namespace samsyn::service
