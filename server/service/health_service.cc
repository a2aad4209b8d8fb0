// grpc.health.v1. The service name "" is the server, "samsyn.municipality.0136" a municipality:
// SERVING when it takes writes and is in touch with what it shares with other nodes. Needs no
// token. `Watch` is not offered: a stranger would hold a stream for nothing; who asks gets
// UNIMPLEMENTED, as the protocol allows, and calls `Check`.
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>
#include <grpc/health/v1/health.grpc.pb.h>

#include "server/service/services.h"

namespace samsyn::service {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr absl::string_view kPrefix = "samsyn.municipality.";

// A stream that is over before it begins.
class NotOffered final : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  NotOffered() { Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "Call Check instead.")); }
  void OnDone() override { delete this; }
};

class HealthCalls final : public Health::CallbackService {
 public:
  explicit HealthCalls(const Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const HealthCheckRequest* request,
                                  HealthCheckResponse* response) override {
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(CheckOne(request->service(), response));
    return reactor;
  }

  grpc::ServerWriteReactor<HealthCheckResponse>* Watch(grpc::CallbackServerContext*,
                                                       const HealthCheckRequest*) override {
    return new NotOffered;
  }

 private:
  grpc::Status CheckOne(absl::string_view service, HealthCheckResponse* response) const {
    response->set_status(HealthCheckResponse::SERVING);
    if (service.empty()) return grpc::Status::OK;
    if (!absl::ConsumePrefix(&service, kPrefix)) return Unknown();
    const auto status = backend_.engine.StatusOf(absl::StrCat("municipalities/", service));
    if (absl::IsNotFound(status.status())) return Unknown();
    const bool serves = status.ok() && status->writable && !status->standing.fork.has_value() &&
                        !status->standing.cut_off_since.has_value();
    if (!serves) response->set_status(HealthCheckResponse::NOT_SERVING);
    return grpc::Status::OK;
  }
  static grpc::Status Unknown() {
    return grpc::Status(grpc::StatusCode::NOT_FOUND, "No such service.");
  }

  const Backend& backend_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeHealthService(const Backend& backend) {
  return std::make_unique<HealthCalls>(backend);
}

}  // namespace samsyn::service
