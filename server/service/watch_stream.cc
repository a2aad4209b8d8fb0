#include "server/service/watch_stream.h"

#include <absl/strings/str_cat.h>
#include <grpcpp/alarm.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "server/base/log.h"
#include "server/domain/refusal.h"
#include "server/service/calls.h"
#include "server/service/cut_off.h"

namespace samsyn::service {
namespace {

absl::Status ShuttingDown() {
  return domain::Refuse(v1::ERROR_REASON_SHUTTING_DOWN, {"The server is shutting down; try again.",
                                                         "Servern stängs av; försök igen."});
}

absl::Status QuotaReached(int quota) {
  return domain::Refuse(v1::ERROR_REASON_LIMIT_REACHED,
                        {absl::StrCat("This token has its ", quota, " watches open already."),
                         absl::StrCat("Nyckeln har redan sina ", quota, " strömmar öppna.")},
                        {{"limit", absl::StrCat(quota)}});
}

// A frame as gRPC sends it: the bytes are shared, not copied.
grpc::ByteBuffer BufferOf(const watch::Frame& frame) {
  auto* const held = new watch::Frame(frame);
  const grpc::Slice slice(
      const_cast<char*>(frame->data()), frame->size(),
      [](void* pointer) { delete static_cast<watch::Frame*>(pointer); }, held);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

// Wakes the fan-out thread through its completion queue. One alarm, used again once it has come.
struct WatchStreams::Bell {
  void Ring(absl::string_view municipality) {
    MutexLock lock(mutex);
    if (!municipality.empty()) woken.emplace(municipality);
    if (rung || queue == nullptr) return;
    rung = true;
    alarm.Set(queue, gpr_inf_past(GPR_CLOCK_REALTIME), this);
  }

  Mutex mutex;                                                    // taken alone
  grpc::CompletionQueue* queue ABSL_GUARDED_BY(mutex) = nullptr;  // null: not started, or stopped
  bool rung ABSL_GUARDED_BY(mutex) = false;
  bool drain ABSL_GUARDED_BY(mutex) = false;
  absl::flat_hash_set<std::string> woken ABSL_GUARDED_BY(mutex);
  grpc::Alarm alarm;
};

// One call of Watch. Deletes itself.
class WatchStreams::Stream {
 public:
  // What a completion queue's tag leads to.
  struct Tag {
    Stream* stream;
    void (Stream::*done)(bool ok);
  };

  explicit Stream(WatchStreams& owner) : owner_(owner), writer_(&context_) {
    context_.AsyncNotifyWhenDone(&done_tag_);
    owner_.service_.RequestWatch(&context_, &request_, &writer_, owner_.queue_.get(),
                                 owner_.queue_.get(), &accepted_tag_);
  }

  // There may be more to send.
  void Pump() {
    if (state_ != State::kOpen || writing_) return;
    auto frame = follower_->Next(followed_->passed);
    if (!frame.ok()) {
      End(frame.status());
    } else if (*frame != nullptr) {
      Write(*frame);
    }
  }

  // Ends the stream: when a write is in flight, once that has come back, so that a reader is told
  // why. Tick cancels the write of one that does not read.
  void End(const absl::Status& status) {
    if (state_ == State::kFinishing || ending_.has_value()) return;
    Leave();
    ending_ = status;
    if (!writing_) {
      Finish();
      return;
    }
    end_start_ = absl::Now();
    owner_.ending_.insert(this);
  }

  void Tick(absl::Time now, absl::Time clock_now) {
    const WatchOptions& options = owner_.options_;
    if (writing_ && (now - write_start_ > options.write_limit ||
                     (ending_.has_value() && now - end_start_ > options.end_limit))) {
      context_.TryCancel();
    } else if (state_ == State::kOpen && clock_now >= session_.identity.expire_time) {
      CheckIdentity(clock_now);
    } else if (state_ == State::kOpen && !writing_ && now - last_write_ >= options.progress_after) {
      MarkProgress();
    }
  }

  // Ends the stream if its caller is nobody any more.
  void CheckIdentity(absl::Time clock_now) {
    if (state_ != State::kOpen) return;
    const auto identity = session_.feed->Reading([&](const domain::Picture& picture) {
      return access::StillIdentified(picture, clock_now, session_.identity.caller.token);
    });
    if (!identity.ok()) End(identity.status());
  }

  bool writing() const { return writing_; }
  // Whether it does not take what it is given.
  bool IsStuck(absl::Time now) const {
    return writing_ && now - write_start_ > owner_.options_.stuck_after;
  }
  domain::Revision position() const { return follower_->position(); }

 private:
  enum class State { kAccepting, kOpen, kFinishing };

  void Accepted(bool ok) {
    if (!ok) {  // The server shuts down: there is no call, and gRPC says no "done".
      delete this;
      return;
    }
    ++outstanding_;  // "done"
    start_ = absl::Now();
    owner_.Counted("", 0, 1);
    owner_.Accept();
    const absl::Status status = Open();
    if (status.ok()) {
      Pump();
    } else {
      End(status);
    }
  }

  absl::Status Open() {
    if (owner_.draining_) return ShuttingDown();
    v1::WatchRequest request;
    if (!grpc::SerializationTraits<v1::WatchRequest>::Deserialize(&request_, &request).ok()) {
      return domain::Refuse(v1::ERROR_REASON_INVALID_FIELDS,
                            {"The bytes are no request.", "Det är ingen begäran."});
    }
    request_.Clear();  // or it would hold on to the buffer that it was read into
    auto session = Authenticate(owner_.backend_, context_);
    if (!session.ok()) return session.status();
    absl::Status status = owner_.backend_.call_limits.Admit(session->identity, CallKind::kRead, 1);
    if (status.ok()) status = CheckRequest(request, session->municipality);
    if (!status.ok()) return status;
    if (RightsUnknown(owner_.backend_, session->municipality)) return NodeCutOff();
    auto follower = session->feed->Follow(session->identity.caller, request);
    if (!follower.ok()) return follower.status();
    status = owner_.Enter(this, *session);
    if (!status.ok()) return status;
    followed_ = &owner_.followed_[session->municipality];
    session_ = *std::move(session);
    follower_ = *std::move(follower);
    last_write_ = absl::Now();
    state_ = State::kOpen;
    Log(LogLevel::kDebug, "watch open",
        {{"member", session_.identity.caller.member},
         {"resumed", request.resume_token().empty() ? "no" : "yes"}});
    return absl::OkStatus();
  }

  void MarkProgress() {
    auto frame = follower_->ProgressMark();
    if (!frame.ok()) {
      End(frame.status());
    } else if (*frame != nullptr) {
      Write(*frame);
    }
  }

  void Write(const watch::Frame& frame) {
    writing_ = true;
    ++written_;
    write_start_ = absl::Now();
    ++outstanding_;
    writer_.Write(BufferOf(frame), &written_tag_);
  }

  void Written(bool ok) {
    --outstanding_;
    writing_ = false;
    last_write_ = absl::Now();
    if (ending_.has_value()) {
      Finish();
    } else if (!ok) {
      End(absl::CancelledError());
    } else {
      Pump();
    }
  }

  // The one place that finishes a call.
  void Finish() {
    state_ = State::kFinishing;
    owner_.ending_.erase(this);
    ++outstanding_;
    LogCall("Watch", session_, ending_->code(), start_, {{"responses", absl::StrCat(written_)}});
    MarkIfCutOff(owner_.backend_, session_, context_);
    const grpc::Status status = absl::IsCancelled(*ending_)
                                    ? grpc::Status::CANCELLED
                                    : ToGrpcStatus(*ending_, LanguageOf(context_));
    writer_.Finish(status, &finished_tag_);
  }

  void Finished(bool) {
    --outstanding_;
    GoIfAlone();
  }

  // gRPC has no more to say: cancelled by the client, the connection is gone, or it finished.
  void Done(bool) {
    --outstanding_;
    End(absl::CancelledError());
    GoIfAlone();
  }

  void GoIfAlone() {
    if (outstanding_ > 0 || state_ != State::kFinishing) return;
    owner_.Counted("", 0, -1);
    delete this;
  }

  void Leave() {
    if (state_ == State::kOpen) owner_.Leave(this, session_);
  }

  WatchStreams& owner_;
  grpc::ServerContext context_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncWriter<grpc::ByteBuffer> writer_;
  Tag accepted_tag_{this, &Stream::Accepted};
  Tag written_tag_{this, &Stream::Written};
  Tag finished_tag_{this, &Stream::Finished};
  Tag done_tag_{this, &Stream::Done};

  State state_ = State::kAccepting;
  bool writing_ = false;
  int outstanding_ = 0;                 // operations that gRPC has not answered
  std::optional<absl::Status> ending_;  // what to finish with
  int64_t written_ = 0;                 // responses
  Session session_;
  Followed* followed_ = nullptr;  // set once it is open
  std::unique_ptr<watch::Follower> follower_;
  absl::Time start_ = absl::Now();
  absl::Time write_start_;
  absl::Time last_write_;
  absl::Time end_start_;
};

WatchStreams::WatchStreams(const Backend& backend, WatchOptions options)
    : backend_(backend), options_(options), bell_(std::make_shared<Bell>()) {}

WatchStreams::~WatchStreams() { Stop(); }

void WatchStreams::Register(grpc::ServerBuilder& builder) {
  builder.RegisterService(&service_);
  queue_ = builder.AddCompletionQueue();
}

void WatchStreams::Start() {
  {
    MutexLock lock(bell_->mutex);
    bell_->queue = queue_.get();
  }
  thread_ = std::thread([this] { Run(); });
}

void WatchStreams::Drain(absl::Duration timeout) {
  {
    MutexLock lock(bell_->mutex);
    bell_->drain = true;
  }
  bell_->Ring("");
  const absl::Time deadline = absl::Now() + timeout;
  MutexLock lock(mutex_);
  while (alive_ > 0 && absl::Now() < deadline) changed_.WaitFor(mutex_, deadline - absl::Now());
}

void WatchStreams::Stop() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(bell_->mutex);
    bell_->queue = nullptr;
  }
  queue_->Shutdown();
  thread_.join();
}

int WatchStreams::Watchers(absl::string_view municipality) const {
  MutexLock lock(mutex_);
  const auto found = open_.find(municipality);
  return found == open_.end() ? 0 : found->second;
}

int WatchStreams::Streams() const {
  MutexLock lock(mutex_);
  return alive_;
}

void WatchStreams::Run() {
  Accept();
  absl::Time next_tick = absl::Now() + options_.tick;
  while (true) {
    void* tag = nullptr;
    bool ok = false;
    const absl::Time until = unsaid_.empty() ? std::min(next_tick, next_pass_) : absl::UnixEpoch();
    switch (queue_->AsyncNext(&tag, &ok, absl::ToChronoTime(until))) {
      case grpc::CompletionQueue::SHUTDOWN:
        return;
      case grpc::CompletionQueue::GOT_EVENT:
        if (tag == bell_.get()) {
          Woken();
        } else {
          const auto* const event = static_cast<Stream::Tag*>(tag);
          (event->stream->*event->done)(ok);
        }
        break;
      case grpc::CompletionQueue::TIMEOUT:
        SayHowFar();
        break;
    }
    const absl::Time now = absl::Now();
    if (now >= next_pass_) Passes();
    if (now >= next_tick) {
      Tick();
      next_tick = absl::Now() + options_.tick;
    }
  }
}

void WatchStreams::Accept() {
  MutexLock lock(bell_->mutex);
  if (bell_->queue != nullptr) new Stream(*this);  // Deletes itself.
}

void WatchStreams::Woken() {
  absl::flat_hash_set<std::string> woken;
  bool drain = false;
  {
    MutexLock lock(bell_->mutex);
    bell_->rung = false;
    woken.swap(bell_->woken);
    drain = bell_->drain;
  }
  for (const std::string& municipality : woken) {
    const auto found = followed_.find(municipality);
    if (found == followed_.end()) continue;
    found->second.next_pass = absl::InfinitePast();
    MakeDue(found->second);
  }
  if (drain && !draining_) EndAll();
}

void WatchStreams::MakeDue(Followed& followed) {
  if (!std::exchange(followed.due, true)) due_.push_back(&followed);
  next_pass_ = std::min(next_pass_, followed.next_pass);
}

// Goes over the streams of those municipalities whose time has come.
void WatchStreams::Passes() {
  next_pass_ = absl::InfiniteFuture();
  for (Followed* const followed : std::exchange(due_, {})) {
    followed->due = false;
    if (absl::Now() < followed->next_pass) {
      MakeDue(*followed);
    } else {
      Pass(*followed);
    }
  }
}

void WatchStreams::Pass(Followed& followed) {
  followed.passed = followed.feed->revision();
  const absl::Time clock_now = backend_.clock.Now();
  // A stream that ends leaves the index.
  const std::vector<Stream*> streams(followed.streams.begin(), followed.streams.end());
  for (Stream* const stream : streams) {
    if (stream->writing()) {
      stream->CheckIdentity(clock_now);  // Next() asks too, but only once the write has come back.
    } else {
      stream->Pump();
    }
  }
  SayLater(followed);
}

void WatchStreams::SayLater(Followed& followed) {
  if (!std::exchange(followed.unsaid, true)) unsaid_.push_back(&followed);
}

// Nothing is left to do.
void WatchStreams::SayHowFar() {
  for (Followed* const followed : std::exchange(unsaid_, {})) {
    followed->unsaid = false;
    SayHowFar(*followed);
  }
}

// Writers may wait for those who are behind, so that is looked at again soon.
void WatchStreams::SayHowFar(Followed& followed) {
  const absl::Time now = absl::Now();
  domain::Revision at = watch::kNobodyFollows;
  for (const Stream* const stream : followed.streams) {
    const domain::Revision position = stream->position();
    if (position == watch::kNobodyFollows || stream->IsStuck(now)) continue;
    at = std::min(at, stream->writing() ? position + options_.lag : position);
  }
  followed.feed->FollowersAt(at);
  if (at >= followed.passed) return;
  followed.next_pass = now + options_.look_again;
  MakeDue(followed);
}

void WatchStreams::Tick() {
  for (auto& [municipality, followed] : followed_) {
    if (!followed.streams.empty() && RightsUnknown(backend_, municipality)) {
      EndOf(followed, NodeCutOff());
    } else if (followed.feed->VerdictsDue()) {
      Pass(followed);
    }
  }
  const absl::Time now = absl::Now();
  const absl::Time clock_now = backend_.clock.Now();
  std::vector<Stream*> streams(ending_.begin(), ending_.end());
  for (const auto& [municipality, followed] : followed_) {
    streams.insert(streams.end(), followed.streams.begin(), followed.streams.end());
  }
  for (Stream* const stream : streams) stream->Tick(now, clock_now);
}

void WatchStreams::EndAll() {
  draining_ = true;
  for (const auto& [municipality, followed] : followed_) EndOf(followed, ShuttingDown());
}

void WatchStreams::EndOf(const Followed& followed, const absl::Status& status) {
  // A stream that ends leaves the index.
  const std::vector<Stream*> streams(followed.streams.begin(), followed.streams.end());
  for (Stream* const stream : streams) stream->End(status);
}

absl::Status WatchStreams::Enter(Stream* stream, const Session& session) {
  auto& of_token = by_token_[session.identity.caller.token];
  if (static_cast<int>(of_token.size()) >= session.identity.watch_quota) {
    return QuotaReached(session.identity.watch_quota);
  }
  of_token.insert(stream);
  Followed& followed = followed_[session.municipality];
  if (followed.feed != session.feed) {
    followed.feed = session.feed;
    session.feed->SetWake(
        [bell = bell_, municipality = session.municipality] { bell->Ring(municipality); });
  }
  followed.streams.insert(stream);
  SayLater(followed);
  Counted(session.municipality, 1, 0);
  return absl::OkStatus();
}

void WatchStreams::Leave(Stream* stream, const Session& session) {
  const auto of_token = by_token_.find(session.identity.caller.token);
  of_token->second.erase(stream);
  if (of_token->second.empty()) by_token_.erase(of_token);
  Followed& followed = followed_[session.municipality];
  followed.streams.erase(stream);
  if (followed.streams.empty()) followed.feed->FollowersAt(watch::kNobodyFollows);
  Counted(session.municipality, -1, 0);
}

void WatchStreams::Counted(absl::string_view municipality, int open, int alive) {
  MutexLock lock(mutex_);
  if (open != 0) open_[municipality] += open;
  alive_ += alive;
  changed_.SignalAll();
}

}  // namespace samsyn::service
