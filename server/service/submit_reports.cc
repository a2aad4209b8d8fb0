#include "server/service/submit_reports.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "server/base/mutex.h"
#include "server/domain/limits.h"
#include "server/domain/refusal.h"
#include "server/domain/report_rules.h"
#include "server/service/calls.h"
#include "server/service/cut_off.h"

namespace samsyn::service {
namespace {

// One batch on its way; whoever decides its last report ends the call, or its limit does. Request
// and response live until then.
class Batch : public std::enable_shared_from_this<Batch> {
 public:
  Batch(Calls& calls, grpc::CallbackServerContext* context, const v1::SubmitReportsRequest& request,
        v1::SubmitReportsResponse* response)
      : calls_(calls),
        context_(context),
        reactor_(context->DefaultReactor()),
        language_(LanguageOf(*context)),
        request_(request),
        response_(response),
        open_(request.requests_size() + 1),
        decided_(request.requests_size()) {}

  grpc::ServerUnaryReactor* Begin() {
    grpc::ServerUnaryReactor* const reactor = reactor_;
    const absl::Status status = Check();
    if (!status.ok()) {
      End(status);
      return reactor;
    }
    const int count = request_.requests_size();
    for (int i = 0; i < count; ++i) response_->add_results();
    limit_ = calls_.limits().Start(*context_, [weak = weak_from_this()] {
      if (const auto late = weak.lock()) late->GiveUp();
    });
    for (int i = 0; i < count; ++i) Submit(i);
    if (Close(1)) End(absl::OkStatus());
    return reactor;
  }

 private:
  absl::Status Check();
  void Submit(int index);
  void Decided(int index, const absl::StatusOr<engine::Answer>& answer);
  void Put(int index, const absl::StatusOr<engine::Answer>& answer)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Counts what is no longer open; true for the last: it ends the call.
  bool Close(int count);
  void GiveUp();
  void End(const absl::Status& status);

  Calls& calls_;
  grpc::CallbackServerContext* const context_;
  grpc::ServerUnaryReactor* const reactor_;
  const Language language_;
  const absl::Time start_ = absl::Now();
  const v1::SubmitReportsRequest& request_;
  v1::SubmitReportsResponse* const response_;
  Session session_;
  std::unique_ptr<TimeLimits::Limit> limit_;

  Mutex mutex_;  // taken alone, or under a feed's lock
  // Reports that are not decided, and one while they are being submitted; at 0 the call ends.
  int open_ ABSL_GUARDED_BY(mutex_);
  int refused_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<bool> decided_ ABSL_GUARDED_BY(mutex_);
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

absl::Status Batch::Check() {
  auto session = Authenticate(calls_.backend(), *context_);
  if (!session.ok()) return session.status();
  session_ = *std::move(session);
  if (const auto status = CheckBatch(request_); !status.ok()) return status;
  const int cost = std::max(request_.requests_size(), CostOf(request_.ByteSizeLong()));
  return calls_.backend().call_limits.Admit(session_.identity, CallKind::kWrite, cost);
}

void Batch::Submit(int index) {
  const v1::SubmitReportRequest& asked = request_.requests(index);
  if (const auto status = CheckRequest(asked, session_.municipality); !status.ok()) {
    Decided(index, status);
    return;
  }
  const auto admitted = Admit(asked, session_, calls_.backend().clock.Now());
  if (!admitted.ok()) {
    Decided(index, admitted.status());
    return;
  }
  // The report lives while it is undecided.
  auto decide = [self = shared_from_this(), report = admitted->request,
                 index](domain::Transaction& transaction) {
    MutexLock lock(self->mutex_);
    if (self->decided_[index]) return TookTooLong();
    return domain::SubmitReport(static_cast<const v1::SubmitReportRequest&>(*report), transaction);
  };
  calls_.backend().engine.Submit(
      session_.municipality, CommandFor(*admitted, session_.identity.caller, std::move(decide)),
      [self = shared_from_this(), index](const absl::StatusOr<engine::Answer>& answer) {
        self->Decided(index, answer);
      });
}

void Batch::Decided(int index, const absl::StatusOr<engine::Answer>& answer) {
  {
    MutexLock lock(mutex_);
    if (decided_[index]) return;
    Put(index, answer);
  }
  if (Close(1)) End(absl::OkStatus());
}

bool Batch::Close(int count) {
  MutexLock lock(mutex_);
  open_ -= count;
  return count > 0 && open_ == 0;
}

void Batch::Put(int index, const absl::StatusOr<engine::Answer>& answer) {
  v1::SubmitReportsResult& result = *response_->mutable_results(index);
  decided_[index] = true;
  if (!answer.ok()) {
    ++refused_;
    *result.mutable_status() = ToRpcStatus(answer.status(), language_);
    return;
  }
  result.set_revision(answer->revision);
  result.set_effect(static_cast<v1::SubmitReportsResult::Effect>(answer->effect));
  if (!answer->results.empty()) result.set_name(answer->results.front());
}

void Batch::GiveUp() {
  int given_up = 0;
  {
    MutexLock lock(mutex_);
    for (int i = 0; i < response_->results_size(); ++i) {
      if (decided_[i]) continue;
      Put(i, TookTooLong());
      ++given_up;
    }
  }
  if (Close(given_up)) End(absl::OkStatus());
}

void Batch::End(const absl::Status& status) {
  int refused = 0;
  {
    MutexLock lock(mutex_);
    refused = refused_;
  }
  if (status.ok()) response_->set_revision(session_.feed->revision());
  LogCall(
      "SubmitReports", session_, status.code(), start_,
      {{"reports", absl::StrCat(response_->results_size())}, {"refused", absl::StrCat(refused)}});
  MarkIfCutOff(calls_.backend(), session_, *context_);
  // Request and response may be gone as soon as it has finished.
  reactor_->Finish(ToGrpcStatus(status, language_));
}

}  // namespace

grpc::ServerUnaryReactor* SubmitReports(Calls& calls, grpc::CallbackServerContext* context,
                                        const v1::SubmitReportsRequest& request,
                                        v1::SubmitReportsResponse* response) {
  return std::make_shared<Batch>(calls, context, request, response)->Begin();
}

}  // namespace samsyn::service
