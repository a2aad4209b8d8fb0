#include "server/service/submit_reports.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "server/domain/limits.h"
#include "server/domain/refusal.h"
#include "server/domain/report_rules.h"
#include "server/service/calls.h"

namespace samsyn::service {
namespace {

// One batch on its way; whoever decides its last report ends the call.
struct Batch {
  grpc::ServerUnaryReactor* reactor;
  v1::SubmitReportsResponse* response;
  Language language;
  Session session;
  std::atomic<int> undecided;
};

absl::Status CheckBatch(const v1::SubmitReportsRequest& request) {
  if (request.requests().empty() || request.requests_size() > domain::kBatchReports) {
    const std::string most = absl::StrCat(domain::kBatchReports);
    return domain::RefuseFields({{"requests",
                                  {absl::StrCat("holds 1 to ", most, " reports"),
                                   absl::StrCat("rymmer 1 till ", most, " rapporter")}}});
  }
  if (request.ByteSizeLong() > domain::kRequestBytes) {
    return domain::Refuse(
        v1::ERROR_REASON_LIMIT_REACHED,
        {"A request of this kind has at most 256 KiB.", "En sådan begäran rymmer högst 256 KiB."},
        {{"limit", absl::StrCat(domain::kRequestBytes)}});
  }
  return absl::OkStatus();
}

void Decided(Batch& batch, int index, const absl::StatusOr<engine::Answer>& answer) {
  v1::SubmitReportsResult& result = *batch.response->mutable_results(index);
  if (answer.ok()) {
    result.set_revision(answer->revision);
    result.set_effect(static_cast<v1::SubmitReportsResult::Effect>(answer->effect));
    if (!answer->results.empty()) result.set_name(answer->results.front());
  } else {
    *result.mutable_status() = ToRpcStatus(answer.status(), batch.language);
  }
  if (batch.undecided.fetch_sub(1) > 1) return;
  batch.response->set_revision(batch.session.feed->revision());
  batch.reactor->Finish(grpc::Status::OK);
}

}  // namespace

grpc::ServerUnaryReactor* SubmitReports(const Backend& backend,
                                        grpc::CallbackServerContext* context,
                                        const v1::SubmitReportsRequest& request,
                                        v1::SubmitReportsResponse* response) {
  auto session = Authenticate(backend, *context);
  if (!session.ok()) return Calls::Refused(context, session.status());
  if (const auto status = CheckBatch(request); !status.ok()) {
    return Calls::Refused(context, status);
  }
  const int count = request.requests_size();
  for (int i = 0; i < count; ++i) response->add_results();
  const auto batch = std::make_shared<Batch>(context->DefaultReactor(), response,
                                             LanguageOf(*context), *std::move(session), count);
  for (int i = 0; i < count; ++i) {
    // The request lives until the last report is decided, and no rule runs after that.
    const v1::SubmitReportRequest* const report = &request.requests(i);
    if (const auto status = CheckRequest(*report, batch->session.municipality); !status.ok()) {
      Decided(*batch, i, status);
      continue;
    }
    backend.engine.Submit(
        batch->session.municipality,
        CommandFor(*report, batch->session.identity.caller,
                   [report](domain::Transaction& transaction) {
                     return domain::SubmitReport(*report, transaction);
                   }),
        [batch, i](const absl::StatusOr<engine::Answer>& answer) { Decided(*batch, i, answer); });
  }
  return batch->reactor;
}

}  // namespace samsyn::service
