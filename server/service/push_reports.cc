#include "server/service/push_reports.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
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

using Request = v1::PushReportsRequest;
using Response = v1::PushReportsResponse;

constexpr absl::Duration kIdentityCheck = absl::Minutes(1);
constexpr domain::Revision kNeverReached = std::numeric_limits<domain::Revision>::max();

// Errors after which it is not decided what becomes of an item.
bool IsUndecided(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsDataLoss(status) || absl::IsInternal(status) || absl::IsUnauthenticated(status);
}

// One stream. gRPC calls the On… methods, the engine calls Decided, from any thread. Lives until
// gRPC is done with it and the engine has answered all.
class Pusher final : public grpc::ServerBidiReactor<Request, Response>,
                     public std::enable_shared_from_this<Pusher> {
 public:
  Pusher(const Backend& backend, grpc::CallbackServerContext* context)
      : backend_(backend), context_(context), language_(LanguageOf(*context)) {
    answer_.set_window(domain::kPushWindow);
  }

  void Begin() {
    self_ = shared_from_this();
    auto session = Authenticate(backend_, *context_);
    if (!session.ok()) {
      Fail(session.status());
      return;
    }
    session_ = *std::move(session);
    {
      MutexLock lock(mutex_);
      pending_.set_revision(session_.feed->revision());
      news_ = true;
    }
    Proceed();
    GuardIdentity();
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      TakeWhenAllowed();
    } else {
      ReadOver(false);
    }
  }

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(mutex_);
      writing_ = false;
      if (!ok) FailLocked(absl::CancelledError());
    }
    Proceed();
  }

  void OnCancel() override {
    {
      MutexLock lock(mutex_);
      FailLocked(absl::CancelledError());
    }
    Proceed();
  }

  void OnDone() override { self_.reset(); }

 private:
  // Looks at who is calling, and again when something has been written, when the token ends, and
  // every minute: an ended one ends the stream, an idle one too.
  void GuardIdentity() {
    const domain::Revision next = session_.feed->revision() + 1;
    if (!CheckIdentity()) return;
    const absl::Time until =
        std::min(session_.identity.expire_time, backend_.clock.Now() + kIdentityCheck);
    backend_.engine.WhenReached(session_.municipality, next, until,
                                [weak = weak_from_this(), until](const absl::Status& reached) {
                                  const auto self = weak.lock();
                                  if (self == nullptr) return;
                                  // Before its time and without a write: the engine stops.
                                  const absl::Time now = self->backend_.clock.Now();
                                  if (reached.ok() || now >= until) self->GuardIdentity();
                                });
  }

  // False: the stream is to end, or ends already.
  bool CheckIdentity() {
    const auto identity = session_.feed->Reading([&](const domain::Picture& picture) {
      return access::StillIdentified(picture, backend_.clock.Now(), session_.identity.caller.token);
    });
    if (!identity.ok()) Fail(identity.status());
    return Goes();
  }

  // Takes the item that was read, at once or when the limits on calls allow it. Until then no other
  // is read, and gRPC's flow control holds the sender back.
  void TakeWhenAllowed() {
    const auto identity = session_.feed->Reading([&](const domain::Picture& picture) {
      return access::StillIdentified(picture, backend_.clock.Now(), session_.identity.caller.token);
    });
    if (!identity.ok()) {
      Fail(identity.status());
      ReadOver(false);
      return;
    }
    pause_ = backend_.call_limits.TakeReport(*identity, pause_);
    if (pause_.wait == absl::ZeroDuration()) {
      ReadOver(Take(identity->caller));
      return;
    }
    const absl::Time until = pause_.begin + pause_.wait;
    backend_.engine.WhenReached(session_.municipality, kNeverReached, until,
                                [weak = weak_from_this(), until](const absl::Status&) {
                                  const auto self = weak.lock();
                                  if (self == nullptr) return;
                                  // Before its time: the engine stops.
                                  if (self->backend_.clock.Now() < until) return;
                                  if (self->Goes()) self->TakeWhenAllowed();
                                });
  }

  bool Goes() {
    MutexLock lock(mutex_);
    return !finished_ && !failure_.has_value();
  }

  // The read is done with; `more`: another may follow.
  void ReadOver(bool more) {
    {
      MutexLock lock(mutex_);
      reading_ = false;
      if (!more) reads_over_ = true;
    }
    Proceed();
  }

  // Takes the item that was read; false: the stream is to end.
  bool Take(const domain::Caller& caller) {
    const int64_t number = read_.number();
    const absl::Status form = CheckNumber(number);
    if (!form.ok()) {
      Fail(form);
      return false;
    }
    {
      MutexLock lock(mutex_);
      last_number_ = number;
      ++undecided_;
    }
    const auto asked =
        std::make_shared<v1::SubmitReportRequest>(std::move(*read_.mutable_request()));
    const absl::Status right = CheckRequest(*asked, session_.municipality);
    auto admitted = right.ok() ? Admit(*asked, session_, backend_.clock.Now()) : right;
    if (!admitted.ok()) {
      Decided(number, admitted.status());
      return true;
    }
    engine::Command command = CommandFor(
        *admitted, caller, [asked, report = admitted->request](domain::Transaction& transaction) {
          return domain::SubmitReport(static_cast<const v1::SubmitReportRequest&>(*report),
                                      transaction);
        });
    // One answer for all of a batch: an answer of its own for the first would also bring the sender
    // to send one more, and so the next batch to begin with that one alone.
    command.told = [self = shared_from_this()] { self->Proceed(); };
    backend_.engine.Submit(
        session_.municipality, std::move(command),
        [self = shared_from_this(), number](absl::StatusOr<engine::Answer> answer) {
          self->Decided(number, std::move(answer));
        });
    return true;
  }

  absl::Status CheckNumber(int64_t number) {
    MutexLock lock(mutex_);
    if (number == last_number_ + 1) return absl::OkStatus();
    const std::string expected = absl::StrCat(last_number_ + 1);
    return domain::RefuseFields(
        {{"number",
          {absl::StrCat("is ", number, "; numbers go without gaps, the next is ", expected),
           absl::StrCat("är ", number, "; numren löper utan luckor, nästa är ", expected)}}});
  }

  // Goes on when all of the batch are told, or, where there was none, once the read is over.
  void Decided(int64_t number, absl::StatusOr<engine::Answer> answer) {
    MutexLock lock(mutex_);
    --undecided_;
    if (!answer.ok() && IsUndecided(answer.status())) {
      FailLocked(answer.status());
    } else {
      decided_.emplace(number, std::move(answer));
      CoverLocked();
    }
  }

  // Takes what is decided without a gap into the next answer.
  void CoverLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (auto next = decided_.begin();
         next != decided_.end() && next->first == pending_.durable_number() + 1;
         next = decided_.erase(next)) {
      pending_.set_durable_number(next->first);
      news_ = true;
      if (!next->second.ok()) {
        auto* const refusal = pending_.add_refusals();
        refusal->set_number(next->first);
        ++refused_;
        *refusal->mutable_status() = ToRpcStatus(next->second.status(), language_);
        continue;
      }
      const engine::Answer& answer = *next->second;
      pending_.set_revision(std::max<int64_t>(pending_.revision(), answer.revision));
      if (answer.repeat || answer.effect == v1::SubmitReportsResult::EFFECT_UNCHANGED) {
        pending_.set_unchanged(pending_.unchanged() + 1);
      } else if (answer.effect == v1::SubmitReportsResult::EFFECT_AMENDED) {
        pending_.set_amended(pending_.amended() + 1);
      } else {
        pending_.set_created(pending_.created() + 1);
      }
    }
  }

  void Fail(const absl::Status& status) {
    {
      MutexLock lock(mutex_);
      FailLocked(status);
    }
    Proceed();
  }
  void FailLocked(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!failure_.has_value()) failure_ = status;
  }

  // Starts what can be started: the next answer, the next read, or the one Finish. Under the lock,
  // so that nothing is started after it; gRPC calls none of our reactions from inside.
  void Proceed() {
    MutexLock lock(mutex_);
    if (finished_) return;
    if (news_ && !writing_ && !(failure_.has_value() && absl::IsCancelled(*failure_))) {
      StartAnswerLocked();
    }
    if (failure_.has_value()) {
      if (!writing_) FinishLocked(*failure_);
    } else if (reads_over_) {
      if (undecided_ == 0 && !writing_) FinishLocked(absl::OkStatus());
    } else if (!reading_ && undecided_ < domain::kPushWindow) {
      reading_ = true;
      StartRead(&read_);
    }
  }

  void StartAnswerLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    answer_ = pending_;
    answer_.set_window(domain::kPushWindow);
    pending_.clear_refusals();
    news_ = false;
    writing_ = true;
    StartWrite(&answer_);
  }

  void FinishLocked(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    finished_ = true;
    LogCall("PushReports", session_, status.code(), start_,
            {{"reports", absl::StrCat(last_number_)},
             {"durable", absl::StrCat(pending_.durable_number())},
             {"created", absl::StrCat(pending_.created())},
             {"amended", absl::StrCat(pending_.amended())},
             {"unchanged", absl::StrCat(pending_.unchanged())},
             {"refused", absl::StrCat(refused_)}});
    MarkIfCutOff(backend_, session_, *context_);
    Finish(absl::IsCancelled(status) ? grpc::Status::CANCELLED : ToGrpcStatus(status, language_));
  }

  const Backend& backend_;
  grpc::CallbackServerContext* const context_;
  const Language language_;
  const absl::Time start_ = absl::Now();
  Session session_;
  std::shared_ptr<Pusher> self_;  // until OnDone
  Request read_;                  // of the read in flight
  Pause pause_;                   // of the item in it
  Response answer_;               // of the write in flight

  Mutex mutex_;                               // taken alone
  Response pending_ ABSL_GUARDED_BY(mutex_);  // what the next answer will say
  bool news_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool reads_over_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  int undecided_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<int64_t, absl::StatusOr<engine::Answer>> decided_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

grpc::ServerBidiReactor<Request, Response>* PushReports(const Backend& backend,
                                                        grpc::CallbackServerContext* context) {
  const auto pusher = std::make_shared<Pusher>(backend, context);
  pusher->Begin();
  return pusher.get();
}

}  // namespace samsyn::service
