#include "server/service/apply_setup.h"

#include <absl/strings/str_cat.h>

#include <memory>
#include <utility>

#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/setup_rules.h"
#include "server/service/calls.h"

namespace samsyn::service {
namespace {

// One set-up on its way. Request and response live until the call has finished.
class Applying : public std::enable_shared_from_this<Applying> {
 public:
  Applying(Calls& calls, grpc::CallbackServerContext* context, const v1::ApplySetupRequest& request,
           v1::ApplySetupResponse* response)
      : calls_(calls),
        backend_(calls.backend()),
        context_(context),
        reactor_(context->DefaultReactor()),
        language_(LanguageOf(*context)),
        request_(request),
        response_(response) {}

  grpc::ServerUnaryReactor* Begin() {
    grpc::ServerUnaryReactor* const reactor = reactor_;
    const absl::StatusOr<size_t> steps = Plan();
    if (!steps.ok() || request_.validate_only()) {
      Finish(steps.status());
    } else {
      steps_most_ = *steps;
      limit_ = calls_.limits().Start(*context_, [weak = weak_from_this()] {
        if (const auto late = weak.lock()) late->Finish(TookTooLong());
      });
      Submit(*steps);
    }
    return reactor;
  }

 private:
  // The differences into the response; returns how many steps there are.
  absl::StatusOr<size_t> Plan() {
    auto session = Authenticate(backend_, *context_);
    if (!session.ok()) return session.status();
    session_ = *std::move(session);
    absl::Status status = backend_.call_limits.Admit(session_.identity, CallKind::kWrite,
                                                     CostOf(request_.ByteSizeLong()));
    if (status.ok()) {
      status = CheckRequest(request_, session_.municipality, domain::kSetupRequestBytes);
    }
    if (!status.ok()) return status;
    return session_.feed->ReadingAt([&](const domain::Picture& picture, domain::Revision revision,
                                        const Digest&, absl::Time) -> absl::StatusOr<size_t> {
      planned_at_ = revision;
      response_->set_revision(revision);
      const domain::Caller& caller = session_.identity.caller;
      // Answered before: the kept answer, whatever has changed since.
      if (picture.FindRequest(caller.member, request_.request_id()) != nullptr) return 0;
      const domain::Transaction nothing(picture, session_.municipality, caller,
                                        backend_.clock.Now(), revision + 1, request_.request_id());
      const auto actor = domain::ActorOf(nothing);
      if (!actor.ok()) return actor.status();
      auto plan = domain::PlanSetup(request_, picture, *actor);
      if (!plan.ok()) return plan.status();
      for (auto& difference : plan->differences) {
        *response_->add_differences() = std::move(difference);
      }
      return plan->steps.size();
    });
  }

  // Submits the next step of those that remain. All but the last have an id of their own attempt:
  // each writes what is missing then, so a repeat needs no memory of them.
  void Submit(size_t remaining) {
    const bool last = remaining <= 1 || submitted_ >= steps_most_;
    engine::Command command;
    const absl::Status going = end_.UnlessEnded([&] {
      command = NextCommand(last);
      return absl::OkStatus();
    });
    if (!going.ok()) return;
    ++submitted_;
    backend_.engine.Submit(
        session_.municipality, std::move(command),
        [self = shared_from_this(), last](const absl::StatusOr<engine::Answer>& answer) {
          if (!answer.ok() || last) {
            self->Finish(answer.status(), answer.ok() ? answer->revision : 0);
          } else {
            self->Submit(static_cast<size_t>(answer->effect));
          }
        });
  }

  engine::Command NextCommand(bool last) {
    engine::Command command =
        CommandFor(request_, session_.identity.caller,
                   [self = shared_from_this()](domain::Transaction& transaction) {
                     return self->end_.UnlessEnded(
                         [&] { return domain::ApplySetup(self->request_, transaction); });
                   });
    if (!last) {
      command.request_id = domain::MadeId(request_.request_id(), absl::StrCat(planned_at_),
                                          static_cast<int>(submitted_));
    }
    return command;
  }

  // `revision`: of the last step; 0: as planned.
  void Finish(const absl::Status& status, domain::Revision revision = 0) {
    if (!end_.Claim()) return;
    if (revision > 0) response_->set_revision(revision);
    LogCall("ApplySetup", session_, status.code(), start_,
            {{"differences", absl::StrCat(response_->differences_size())}});
    // Request and response may be gone as soon as it has finished.
    reactor_->Finish(ToGrpcStatus(status, language_));
  }

  Calls& calls_;
  const Backend& backend_;
  grpc::CallbackServerContext* const context_;
  grpc::ServerUnaryReactor* const reactor_;
  const Language language_;
  const v1::ApplySetupRequest& request_;
  v1::ApplySetupResponse* const response_;
  const absl::Time start_ = absl::Now();
  Session session_;
  CallEnd end_;
  std::unique_ptr<TimeLimits::Limit> limit_;
  domain::Revision planned_at_ = 0;
  size_t steps_most_ = 0;
  size_t submitted_ = 0;
};

}  // namespace

grpc::ServerUnaryReactor* ApplySetup(Calls& calls, grpc::CallbackServerContext* context,
                                     const v1::ApplySetupRequest& request,
                                     v1::ApplySetupResponse* response) {
  return std::make_shared<Applying>(calls, context, request, response)->Begin();
}

}  // namespace samsyn::service
