// A follower of the picture that holds no thread.
#include "tests/bench/watcher.h"

#include <absl/time/clock.h>

#include <utility>

namespace samsyn::bench {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(50);  // after a node that said nothing

}  // namespace

std::shared_ptr<grpc::Channel> NewChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  arguments.SetMaxReceiveMessageSize(16 << 20);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

Later::~Later() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Later::At(absl::Time time, std::function<void()> call) {
  std::lock_guard<std::mutex> lock(mutex_);
  calls_.emplace(time, std::move(call));
  changed_.notify_all();
}

bool Later::IsIdle() {
  std::lock_guard<std::mutex> lock(mutex_);
  return calls_.empty();
}

void Later::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopping_) {
    if (calls_.empty()) {
      changed_.wait(lock);
    } else if (const absl::Time due = calls_.begin()->first; due > absl::Now()) {
      changed_.wait_until(lock, absl::ToChronoTime(due));
    } else {
      const std::function<void()> call = std::move(calls_.begin()->second);
      calls_.erase(calls_.begin());
      lock.unlock();
      call();
      lock.lock();
    }
  }
}

// One stream; deletes itself when it has ended.
class Watcher::Stream : public grpc::ClientReadReactor<v1::WatchResponse> {
 public:
  Stream(Watcher& watcher, Client& client, v1::WatchRequest request)
      : watcher_(watcher), request_(std::move(request)) {
    client.Prepare(context_);
    client.watch().async()->Watch(&context_, &request_, this);
    StartRead(&response_);
  }
  void Start() { StartCall(); }
  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    heard_ = true;
    watcher_.Take(response_);
    StartRead(&response_);
  }
  void OnDone(const grpc::Status&) override {
    const std::unique_ptr<Stream> self(this);
    watcher_.Ended(heard_);
  }

 private:
  Watcher& watcher_;
  grpc::ClientContext context_;
  const v1::WatchRequest request_;
  v1::WatchResponse response_;
  bool heard_ = false;
};

Watcher::Watcher(At at, v1::WatchRequest filter, Later& later, Heard heard)
    : at_(std::move(at)),
      later_(later),
      heard_(std::move(heard)),
      request_(std::move(filter)),
      running_(true) {
  Begin();
}

Watcher::~Watcher() {
  std::unique_lock<std::mutex> lock(mutex_);
  stopping_ = true;
  if (stream_ != nullptr) stream_->Cancel();
  changed_.wait(lock, [this] { return !running_; });
}

void Watcher::Begin() {
  Stream* stream = nullptr;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_) {
      running_ = false;
      changed_.notify_all();
      return;
    }
    stream = stream_ = new Stream(*this, at_(node_), request_);
  }
  stream->Start();
}

void Watcher::Take(const v1::WatchResponse& response) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ++counts_.responses;
    counts_.entities += response.upserted_size() + response.removed_size();
    counts_.bytes += static_cast<int64_t>(response.ByteSizeLong());
    counts_.resets += response.reset() ? 1 : 0;
    if (!response.resume_token().empty()) request_.set_resume_token(response.resume_token());
    if (response.current() && !current_) {
      current_ = true;
      counts_.current_time = absl::Now();
    }
  }
  if (heard_ != nullptr) heard_(response);
}

void Watcher::Ended(bool heard) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stream_ = nullptr;
    current_ = false;
    ++node_;
    ++counts_.breaks;
    if (stopping_) {
      running_ = false;
      changed_.notify_all();
      return;
    }
  }
  if (heard) {
    Begin();
  } else {
    later_.After(kPause, [this] { Begin(); });
  }
}

bool Watcher::IsCurrent() {
  std::lock_guard<std::mutex> lock(mutex_);
  return current_;
}

Watcher::Counts Watcher::counts() {
  std::lock_guard<std::mutex> lock(mutex_);
  return counts_;
}

}  // namespace samsyn::bench
