#include "server/web/grpc_call.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/client_callback.h>

#include <utility>
#include <vector>

#include "server/service/cut_off.h"

namespace samsyn::web {
namespace {

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

// Unary calls too go as streams: on the wire there is no difference. A hold keeps the call while
// the web thread has not asked for the next message.
//
// Lives until the web thread has been told of its end: by `self_`, set until then.
class GrpcCalls::Call final : public GrpcCall,
                              public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Call(Post post, std::shared_ptr<Count> count, TakeMessage message, TakeEnd end)
      : post_(std::move(post)),
        count_(std::move(count)),
        message_(std::move(message)),
        end_(std::move(end)) {}

  void Begin(grpc::GenericStub& stub, const GrpcRequest& request, std::shared_ptr<Call> self) {
    self_ = std::move(self);
    for (const auto& [name, value] : request.metadata) context_.AddMetadata(name, value);
    if (request.deadline != absl::InfiniteFuture()) {
      context_.set_deadline(absl::ToChronoTime(request.deadline));
    }
    const grpc::Slice slice(request.message);
    sent_ = grpc::ByteBuffer(&slice, 1);
    stub.PrepareBidiStreamingCall(&context_, request.method, grpc::StubOptions(), this);
    AddHold();
    StartWriteLast(&sent_, grpc::WriteOptions());
    StartRead(&received_);
    StartCall();
  }

  void Next() override {
    waiting_ = false;
    StartRead(&received_);
  }

  void Cancel() override {
    cancelled_ = true;
    context_.TryCancel();
    if (waiting_) Next();  // Which fails, or brings what is thrown away.
  }

  Headers Trailers() const override {
    Headers passed;
    const auto& trailers = context_.GetServerTrailingMetadata();
    const auto mark = trailers.find(service::kCutOffMark);
    if (mark != trailers.end()) {
      passed.emplace_back(service::kCutOffMark,
                          std::string(mark->second.data(), mark->second.size()));
    }
    return passed;
  }

  // The following are called by gRPC's threads.
  void OnReadDone(bool ok) override {
    if (!ok) return RemoveHold();
    post_([this, bytes = BytesOf(received_)]() mutable { Received(std::move(bytes)); });
  }

  void OnDone(const grpc::Status& status) override {
    {
      MutexLock lock(count_->mutex);
      --count_->calls;
      count_->changed.SignalAll();
    }
    post_([this, self = std::exchange(self_, nullptr), status] { end_(status); });
  }

 private:
  // The hold keeps the call: `this` lives.
  void Received(std::string bytes) {
    if (cancelled_) return Next();
    waiting_ = true;
    message_(std::move(bytes));
  }

  const Post post_;
  const std::shared_ptr<Count> count_;
  const TakeMessage message_;
  const TakeEnd end_;
  grpc::ClientContext context_;
  grpc::ByteBuffer sent_;
  grpc::ByteBuffer received_;
  std::shared_ptr<Call> self_;

  // Of the web thread.
  bool waiting_ = false;  // for Next
  bool cancelled_ = false;
};

GrpcCalls::GrpcCalls(std::shared_ptr<grpc::Channel> channel, Post post)
    : stub_(std::move(channel)), post_(std::move(post)), count_(std::make_shared<Count>()) {}

std::shared_ptr<GrpcCall> GrpcCalls::Start(const GrpcRequest& request, TakeMessage message,
                                           TakeEnd end) {
  auto call = std::make_shared<Call>(post_, count_, std::move(message), std::move(end));
  {
    MutexLock lock(count_->mutex);
    ++count_->calls;
  }
  call->Begin(stub_, request, call);
  return call;
}

bool GrpcCalls::AwaitNone(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  MutexLock lock(count_->mutex);
  while (count_->calls > 0 && absl::Now() < deadline) {
    count_->changed.WaitFor(count_->mutex, deadline - absl::Now());
  }
  return count_->calls == 0;
}

}  // namespace samsyn::web
