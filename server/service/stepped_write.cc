#include "server/service/stepped_write.h"

#include <absl/strings/str_cat.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/authority_rules.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/setup_rules.h"
#include "server/service/cut_off.h"

namespace samsyn::service {
namespace {

using google::protobuf::Message;

// One of them on its way. Request and response live until the call has finished.
class Writing : public std::enable_shared_from_this<Writing> {
 public:
  Writing(Calls& calls, grpc::CallbackServerContext* context, const Message& request,
          Message* response, SteppedWrite write)
      : calls_(calls),
        backend_(calls.backend()),
        context_(context),
        reactor_(context->DefaultReactor()),
        language_(LanguageOf(*context)),
        request_(request),
        method_(MethodOf(request)),
        response_(response),
        write_(std::move(write)) {}

  grpc::ServerUnaryReactor* Begin() {
    grpc::ServerUnaryReactor* const reactor = reactor_;
    const absl::StatusOr<std::optional<size_t>> steps = Plan();
    if (!steps.ok() || !steps->has_value()) {
      Finish(steps.status());
    } else {
      steps_most_ = **steps;
      limit_ = calls_.limits().Start(*context_, [weak = weak_from_this()] {
        if (const auto late = weak.lock()) late->Finish(TookTooLong());
      });
      Submit(steps_most_);
    }
    return reactor;
  }

 private:
  absl::StatusOr<std::optional<size_t>> Plan() {
    auto session = Authenticate(backend_, *context_);
    if (!session.ok()) return session.status();
    session_ = *std::move(session);
    absl::Status status = backend_.call_limits.Admit(session_.identity, CallKind::kWrite,
                                                     CostOf(request_.ByteSizeLong()));
    if (status.ok()) status = CheckRequest(request_, session_.municipality, write_.most_bytes);
    if (!status.ok()) return status;
    auto admitted = Admit(request_, session_, backend_.clock.Now());
    if (!admitted.ok()) return admitted.status();
    admitted_ = *std::move(admitted);
    request_id_ = request_.GetReflection()->GetString(
        request_, request_.GetDescriptor()->FindFieldByName("request_id"));
    return session_.feed->ReadingAt([&](const domain::Picture& picture, domain::Revision revision,
                                        const Digest&,
                                        absl::Time) -> absl::StatusOr<std::optional<size_t>> {
      planned_at_ = revision;
      SetRevision(revision, response_);
      const domain::Caller& caller = session_.identity.caller;
      // Answered before: the kept answer, whatever has changed since.
      if (picture.FindRequest(caller.member, request_id_) != nullptr) return 0;
      return write_.plan(domain::Transaction(picture, session_.municipality, caller,
                                             backend_.clock.Now(), revision + 1, request_id_));
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
            self->Finish(answer.status(), answer.ok() ? &*answer : nullptr);
          } else {
            self->Submit(static_cast<size_t>(answer->effect));
          }
        });
  }

  engine::Command NextCommand(bool last) {
    engine::Command command =
        CommandFor(admitted_, session_.identity.caller,
                   [self = shared_from_this()](domain::Transaction& transaction) {
                     return self->end_.UnlessEnded([&] { return self->write_.step(transaction); });
                   });
    if (!last) {
      command.request_id =
          domain::MadeId(request_id_, absl::StrCat(planned_at_), static_cast<int>(submitted_));
    }
    return command;
  }

  // `answer`: of the last step; null: as planned.
  void Finish(const absl::Status& status, const engine::Answer* answer = nullptr) {
    if (!end_.Claim()) return;
    if (answer != nullptr) Fill(*answer);
    LogCall(method_, session_, status.code(), start_, {{"steps", absl::StrCat(submitted_)}});
    MarkIfCutOff(backend_, session_, *context_);
    // Request and response may be gone as soon as it has finished.
    reactor_->Finish(ToGrpcStatus(status, language_));
  }

  void Fill(const engine::Answer& answer) {
    std::vector<domain::EntityPtr> entities;
    const domain::Audience audience = session_.feed->Reading([&](const domain::Picture& picture) {
      for (const std::string& name : answer.results) entities.push_back(picture.Find(name));
      return domain::AudienceOf(picture, session_.identity.caller);
    });
    FillAnswer(entities, audience, response_);
    SetRevision(answer.revision, response_);
  }

  Calls& calls_;
  const Backend& backend_;
  grpc::CallbackServerContext* const context_;
  grpc::ServerUnaryReactor* const reactor_;
  const Language language_;
  const Message& request_;
  const std::string method_;
  Message* const response_;
  const SteppedWrite write_;
  const absl::Time start_ = absl::Now();
  Session session_;
  Admitted admitted_;
  CallEnd end_;
  std::unique_ptr<TimeLimits::Limit> limit_;
  std::string request_id_;
  domain::Revision planned_at_ = 0;
  size_t steps_most_ = 0;
  size_t submitted_ = 0;
};

}  // namespace

grpc::ServerUnaryReactor* WriteInSteps(Calls& calls, grpc::CallbackServerContext* context,
                                       const Message& request, Message* response,
                                       SteppedWrite write) {
  return std::make_shared<Writing>(calls, context, request, response, std::move(write))->Begin();
}

grpc::ServerUnaryReactor* ApplySetup(Calls& calls, grpc::CallbackServerContext* context,
                                     const v1::ApplySetupRequest& request,
                                     v1::ApplySetupResponse* response) {
  SteppedWrite write;
  write.most_bytes = domain::kSetupRequestBytes;
  write.plan = [&request, response](
                   const domain::Transaction& nothing) -> absl::StatusOr<std::optional<size_t>> {
    const auto actor = domain::ActorOf(nothing);
    if (!actor.ok()) return actor.status();
    auto plan = domain::PlanSetup(request, nothing, *actor);
    if (!plan.ok()) return plan.status();
    for (auto& difference : plan->differences) {
      *response->add_differences() = std::move(difference);
    }
    if (request.validate_only()) return std::nullopt;
    return plan->steps.size();
  };
  write.step = [&request](domain::Transaction& transaction) {
    return domain::ApplySetup(request, transaction);
  };
  return WriteInSteps(calls, context, request, response, std::move(write));
}

grpc::ServerUnaryReactor* DecideAuthorityChange(Calls& calls, grpc::CallbackServerContext* context,
                                                const v1::DecideAuthorityChangeRequest& request,
                                                v1::DecideAuthorityChangeResponse* response) {
  SteppedWrite write;
  write.plan =
      [&request](const domain::Transaction& nothing) -> absl::StatusOr<std::optional<size_t>> {
    return domain::StepsOfAuthorityChange(request, nothing);
  };
  write.step = [&request](domain::Transaction& transaction) {
    return domain::DecideAuthorityChange(request, transaction);
  };
  return WriteInSteps(calls, context, request, response, std::move(write));
}

}  // namespace samsyn::service
