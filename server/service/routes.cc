#include "server/service/routes.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <memory>

#include "server/service/malformed_requests.h"
#include "server/service/session.h"

namespace samsyn::service {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

namespace {

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

}  // namespace

const MethodDescriptor* MethodAt(absl::string_view path) {
  if (!absl::ConsumePrefix(&path, "/")) return nullptr;
  const size_t slash = path.find('/');
  if (slash == absl::string_view::npos) return nullptr;
  const auto* const service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
      std::string(path.substr(0, slash)));
  return service == nullptr ? nullptr
                            : service->FindMethodByName(std::string(path.substr(slash + 1)));
}

const MethodDescriptor& MethodTaking(const Descriptor& request) {
  const std::string name(absl::StripSuffix(request.name(), "Request"));
  const MethodDescriptor* found = nullptr;
  for (int i = 0; i < request.file()->service_count() && found == nullptr; ++i) {
    found = request.file()->service(i)->FindMethodByName(name);
  }
  GPR_ASSERT(found != nullptr && found->input_type() == &request);
  return *found;
}

// One call, which gRPC takes for a stream: reads the request, has the method answer it, sends what
// came of it. Deletes itself.
class Routes::Call final : public grpc::ServerGenericBidiReactor {
 public:
  Call(const Route& route, grpc::CallbackServerContext* context)
      : route_(route),
        context_(context),
        request_(route.request.New()),
        response_(route.response.New()) {
    StartRead(&bytes_);
  }

  void OnReadDone(bool ok) override {
    if (!ok || !grpc::SerializationTraits<Message>::Deserialize(&bytes_, request_.get()).ok()) {
      Finish(ToGrpcStatus(MalformedRequest(), LanguageOf(*context_)));
      return;
    }
    answer_.Bind(route_.call(context_, *request_, response_.get()));
  }

  void OnDone() override { delete this; }

 private:
  // Where the reactor that the method gives back finds its call.
  class Answer final : public grpc::ServerCallbackUnary {
   public:
    explicit Answer(Call& call) : call_(call) {}
    void Bind(grpc::ServerUnaryReactor* reactor) {
      reactor_ = reactor;
      BindReactor(reactor);
    }
    void Finish(grpc::Status status) override { call_.End(status); }
    void SendInitialMetadata() override { call_.StartSendInitialMetadata(); }

   private:
    // gRPC speaks to the call, not to this.
    void CallOnDone() override {}
    grpc::internal::ServerReactor* reactor() override { return reactor_; }

    Call& call_;
    grpc::ServerUnaryReactor* reactor_ = nullptr;
  };

  void End(const grpc::Status& status) {
    if (!status.ok()) {
      Finish(status);
      return;
    }
    bool own = false;
    const grpc::Status made =
        grpc::SerializationTraits<Message>::Serialize(*response_, &bytes_, &own);
    made.ok() ? StartWriteAndFinish(&bytes_, grpc::WriteOptions(), status) : Finish(made);
  }

  const Route& route_;
  grpc::CallbackServerContext* const context_;
  grpc::ByteBuffer bytes_;  // of the request, then of the response
  const std::unique_ptr<Message> request_, response_;
  Answer answer_{*this};
};

void Routes::Add(const MethodDescriptor& method, Route route) {
  routes_.emplace(PathOf(method), std::move(route));
}

bool Routes::Has(const MethodDescriptor& method) const { return routes_.contains(PathOf(method)); }

grpc::ServerGenericBidiReactor* Routes::CreateReactor(grpc::GenericCallbackServerContext* context) {
  const auto found = routes_.find(context->method());
  if (found == routes_.end()) return CallbackGenericService::CreateReactor(context);
  return new Call(found->second, context);
}

}  // namespace samsyn::service
