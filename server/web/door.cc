#include "server/web/door.h"

#include <absl/strings/str_cat.h>

#include <atomic>
#include <utility>

#include "server/base/log.h"
#include "server/domain/limits.h"
#include "server/domain/refusal.h"
#include "server/web/bridge.h"
#include "server/web/connect_json.h"
#include "server/web/headers.h"
#include "server/web/login.h"
#include "server/web/origin.h"
#include "server/web/session.h"
#include "server/web/static_files.h"

namespace samsyn::web {
namespace {

constexpr size_t kBodyBytes = 1 << 20;
constexpr size_t kSmallBodyBytes = 16 << 10;
constexpr size_t kSetupBodyBytes = domain::kSetupRequestBytes + (64 << 10);
constexpr absl::string_view kSetupPath = "/samsyn.v1.DirectoryService/ApplySetup";

size_t BodyLimitOf(const Request& request) {
  if (request.path == kSetupPath) return kSetupBodyBytes;
  return Bridge::Takes(request.path) ? kBodyBytes : kSmallBodyBytes;
}

Response Plain(int status, absl::string_view words) {
  return {status, {{"content-type", "text/plain; charset=utf-8"}}, absl::StrCat(words, "\n"), {}};
}

// A refusal of the door's own, as JSON in the caller's language.
Response Refused(const Request& request, const absl::Status& status) {
  return JsonError(service::ToGrpcStatus(status, LanguageIn(request)));
}

bool Changes(const Request& request) { return request.method != "GET" && request.method != "HEAD"; }

bool IsOff(const DoorOptions& options) { return options.listen.empty() || options.listen == "off"; }

}  // namespace

absl::Status CheckOptions(const DoorOptions& options) {
  if (options.http.tls_certificate.empty() != options.http.tls_key.empty()) {
    return absl::InvalidArgumentError(
        "TLS for the page needs both --web-tls-cert and --web-tls-key");
  }
  if (options.http.tls_certificate.empty()) return absl::OkStatus();
  return MakeTlsContext(options.http.tls_certificate, options.http.tls_key).status();
}

// Members end in reverse order: the server, with its thread, before what it works on.
struct Door::Parts {
  Parts(engine::Engine& engine, service::Server& server, Metrics& metrics,
        const DoorOptions& options)
      : options(options), engine(engine), server(server), metrics(metrics), files(options.page) {}

  absl::Status Serve(service::Listener listener) {
    address = listener.address;
    port = listener.port;
    ConnectionRules rules;
    rules.body_limit = BodyLimitOf;
    rules.body_most = kSetupBodyBytes;
    rules.bodies_most = options.bodies_most;
    rules.handler = [this](const ExchangePtr& exchange) { Route(exchange); };
    rules.on_answer = [this](const Request& request, int status, Headers& headers) {
      AddCommonHeaders(request, headers);
      metrics.CountAnswer(KindOf(request), status);
    };
    auto started = HttpServer::Start(std::move(listener), options.http, std::move(rules));
    if (!started.ok()) return started.status();
    http = *std::move(started);
    calls = std::make_unique<GrpcCalls>(server.InProcessChannel(), http->poster());
    bridge = std::make_unique<Bridge>(*calls);
    login = std::make_unique<Login>(*calls);
    return absl::OkStatus();
  }

  // The following are of the web thread.
  void Route(const ExchangePtr& exchange) {
    const Request& request = exchange->request();
    if (Changes(request) && !IsFromOurPage(request)) {
      return exchange->Answer(
          Refused(request, domain::Refuse(v1::ERROR_REASON_ROLE_MISSING,
                                          {"This came from another page than Samsyn's own.",
                                           "Det här kom från en annan sida än Samsyns egen."})));
    }
    if (Bridge::Takes(request.path) || request.path == "/session") return RouteCall(exchange);
    if (request.path == "/healthz" || request.path == "/metrics" || files.Has(request.path)) {
      if (Changes(request)) {
        Response response = Plain(405, "This address is only read.");
        response.headers.emplace_back("allow", "GET, HEAD");
        return exchange->Answer(std::move(response));
      }
      return exchange->Answer(Read(request));
    }
    exchange->Answer(Plain(404, "There is nothing here."));
  }

  void RouteCall(const ExchangePtr& exchange) {
    const Request& request = exchange->request();
    if (draining.load()) {
      return exchange->Answer(Refused(
          request,
          domain::Refuse(v1::ERROR_REASON_SHUTTING_DOWN, {"The server is shutting down; try again.",
                                                          "Servern stängs av; försök igen."})));
    }
    request.path == "/session" ? login->Serve(exchange) : bridge->Serve(exchange);
  }

  Response Read(const Request& request) {
    if (request.path == "/healthz") {
      return draining.load() ? Plain(503, "draining") : Plain(200, "ok");
    }
    if (request.path == "/metrics") return Figures(request);
    return files.Get(request);
  }

  // For a program on this machine; a proxy passes nobody through to it, nor does a page whose name
  // was made to lead here.
  Response Figures(const Request& request) {
    if (!request.loopback_peer || IsForwarded(request) || !IsToLocalhost(request)) {
      return Plain(404, "There is nothing here.");
    }
    const Metrics::Sources sources{&engine, &server, [this] { return http->connections(); },
                                   [this] { return http->accept_loop().refused(); },
                                   [this] { return http->accept_loop().starved(); }};
    return {200,
            {{"content-type", "text/plain; version=0.0.4; charset=utf-8"}},
            metrics.Text(sources),
            {}};
  }

  absl::string_view KindOf(const Request& request) const {
    if (Bridge::Takes(request.path)) return "call";
    if (request.path == "/session") return "session";
    if (request.path == "/healthz" || request.path == "/metrics") return "figures";
    return files.Has(request.path) ? "page" : "other";
  }

  const DoorOptions options;
  engine::Engine& engine;
  service::Server& server;
  Metrics& metrics;
  const StaticFiles files;
  std::string address;
  int port = 0;
  std::atomic<bool> draining{false};
  std::unique_ptr<GrpcCalls> calls;
  std::unique_ptr<Bridge> bridge;
  std::unique_ptr<Login> login;
  std::unique_ptr<HttpServer> http;
};

Door::Door(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Door::~Door() { Stop(); }

absl::StatusOr<std::unique_ptr<Door>> Door::Start(engine::Engine& engine, service::Server& server,
                                                  Metrics& metrics, const DoorOptions& options) {
  if (IsOff(options)) return std::unique_ptr<Door>();
  if (auto status = CheckOptions(options); !status.ok()) return status;
  auto listener = service::Listen(options.listen);
  if (!listener.ok()) return listener.status();
  const bool tls = !options.http.tls_certificate.empty();
  if (!listener->loopback && !tls) {
    return absl::FailedPreconditionError(absl::StrCat(
        listener->address,
        " can be reached from other machines, and that needs TLS: give --web-tls-cert and "
        "--web-tls-key, or listen on 127.0.0.1 behind a proxy on this machine"));
  }
  auto parts = std::make_unique<Parts>(engine, server, metrics, options);
  if (auto status = parts->Serve(*std::move(listener)); !status.ok()) return status;
  Log(LogLevel::kInfo, "listening for browsers",
      {{"address", parts->address},
       {"tls", tls ? "yes" : "no"},
       {"page", options.page.empty() ? "no" : "yes"}});
  return std::unique_ptr<Door>(new Door(std::move(parts)));
}

void Door::Drain() {
  parts_->draining.store(true);
  parts_->http->Drain();
}

void Door::Stop() {
  Drain();
  parts_->calls->AwaitNone(parts_->options.drain);
  parts_->http->Stop(parts_->options.drain);
}

const std::string& Door::address() const { return parts_->address; }
int Door::port() const { return parts_->port; }

}  // namespace samsyn::web
