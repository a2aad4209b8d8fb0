// Proof of what happened.
#include <samsyn/v1/audit.grpc.pb.h>

#include <string>

#include "server/base/digest.h"
#include "server/base/log.h"
#include "server/service/services.h"

namespace samsyn::service {
namespace {

class AuditCalls final : public v1::AuditService::CallbackService {
 public:
  AuditCalls(Calls& calls, Worker& worker) : calls_(calls), worker_(worker) {}

  grpc::ServerUnaryReactor* VerifyJournal(grpc::CallbackServerContext* context,
                                          const v1::VerifyJournalRequest* request,
                                          v1::VerifyJournalResponse* response) override {
    return calls_.ReadSlowly(context, *request, {v1::ROLE_COORDINATOR, v1::ROLE_AUDITOR}, worker_,
                             [this, response](const Session& session) {
                               return Verify(session.municipality, response);
                             });
  }

 private:
  absl::Status Verify(const std::string& municipality, v1::VerifyJournalResponse* response) {
    const auto head = calls_.backend().engine.Verify(municipality);
    if (absl::IsDataLoss(head.status())) {
      // That it is damaged is the answer, not a failure to answer.
      Log(LogLevel::kError, "the chain does not verify",
          {{"municipality", municipality}, {"finding", std::string(head.status().message())}});
      response->set_finding(std::string(head.status().message()));
      return absl::OkStatus();
    }
    if (!head.ok()) return head.status();
    response->set_intact(true);
    response->set_revision(head->revision);
    response->set_entries(head->revision);
    response->set_digest(std::string(AsBytes(head->digest)));
    return absl::OkStatus();
  }

  Calls& calls_;
  Worker& worker_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAuditService(Calls& calls, Worker& worker) {
  return std::make_unique<AuditCalls>(calls, worker);
}

}  // namespace samsyn::service
