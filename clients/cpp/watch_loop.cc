#include "clients/cpp/watch_loop.h"

#include <absl/random/random.h>
#include <absl/time/clock.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace samsyn {
namespace {

// Whether calling again with the same identity and filter can do any good.
bool IsFinal(const CallError& error) {
  switch (error.code) {
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::UNIMPLEMENTED:
      return true;
    default:
      return false;
  }
}

// Waits for the one operation in flight; false when it failed or nothing was heard for `silence`.
bool Await(grpc::CompletionQueue& queue, grpc::ClientContext& context, absl::Duration silence) {
  void* tag = nullptr;
  bool ok = false;
  const auto limit = absl::ToChronoTime(absl::Now() + silence);
  if (queue.AsyncNext(&tag, &ok, limit) == grpc::CompletionQueue::GOT_EVENT) return ok;
  context.TryCancel();
  queue.Next(&tag, &ok);
  return false;
}

}  // namespace

WatchLoop::WatchLoop(Client& client, v1::WatchRequest filter, WatchCallbacks callbacks,
                     WatchTiming timing)
    : client_(client),
      callbacks_(std::move(callbacks)),
      timing_(timing),
      request_(std::move(filter)) {}

CallError WatchLoop::Run() {
  absl::BitGen random;
  absl::Duration pause = timing_.first_pause;
  for (;;) {
    grpc::ClientContext context;
    if (!Begin(&context)) return {};
    const CallError error = ErrorOf(Stream(context));
    client_.TellIfCutOff(context);
    if (!Begin(nullptr)) return {};
    picture_.Break();
    if (heard_) pause = timing_.first_pause;
    ChangeState(WatchState::kBroken, error);
    if (IsFinal(error)) return error;
    const absl::Duration wait =
        std::max(error.retry_delay, pause * absl::Uniform(random, 0.5, 1.5));
    if (!Pause(wait)) return {};
    pause = std::min(pause * 2, timing_.longest_pause);
  }
}

grpc::Status WatchLoop::Stream(grpc::ClientContext& context) {
  heard_ = false;
  request_.set_resume_token(picture_.resume_token());
  client_.Prepare(context);
  grpc::CompletionQueue queue;
  auto reader = client_.watch().AsyncWatch(&context, request_, &queue, nullptr);
  bool ok = Await(queue, context, timing_.silence);
  while (ok) {
    v1::WatchResponse frame;
    reader->Read(&frame, nullptr);
    ok = Await(queue, context, timing_.silence);
    if (ok) TakeFrame(std::move(frame));
  }
  grpc::Status status;
  reader->Finish(&status, nullptr);
  Await(queue, context, timing_.silence);
  queue.Shutdown();
  void* tag;
  while (queue.Next(&tag, &ok)) continue;
  return status;
}

void WatchLoop::TakeFrame(v1::WatchResponse frame) {
  heard_ = true;
  if (state_ == WatchState::kBroken || frame.reset()) ChangeState(WatchState::kLoading, {});
  const std::optional<ChangeSet> set = picture_.Take(std::move(frame));
  if (!set.has_value()) return;
  if (callbacks_.applied) callbacks_.applied(*set);
  if (set->current) ChangeState(WatchState::kLive, {});
}

void WatchLoop::ChangeState(WatchState state, const CallError& error) {
  if (state == state_ && error.ok()) return;
  state_ = state;
  if (callbacks_.state_changed) callbacks_.state_changed(state, error);
}

bool WatchLoop::Begin(grpc::ClientContext* context) {
  std::lock_guard<std::mutex> lock(mutex_);
  context_ = context;
  return !stopped_;
}

bool WatchLoop::Pause(absl::Duration duration) {
  std::unique_lock<std::mutex> lock(mutex_);
  return !wake_.wait_for(lock, absl::ToChronoNanoseconds(duration), [this] { return stopped_; });
}

void WatchLoop::Stop() {
  std::lock_guard<std::mutex> lock(mutex_);
  stopped_ = true;
  if (context_ != nullptr) context_->TryCancel();
  wake_.notify_all();
}

}  // namespace samsyn
