// Unary methods that gRPC does not know by name, but for those that are called most. gRPC 1.51
// copies a table of all registered methods into each connection, 160 bytes a method: with every
// method of the contract that was 19 of the 54 KiB that an idle watcher cost. So these come to one
// generic service and are found here. Their callers see no difference; the server reads such a
// request in a batch of its own.
#ifndef SAMSYN_SERVER_SERVICE_ROUTES_H_
#define SAMSYN_SERVER_SERVICE_ROUTES_H_

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string>
#include <utility>

namespace samsyn::service {

// The method at "/package.Service/Method"; null if there is none.
const google::protobuf::MethodDescriptor* MethodAt(absl::string_view path);

// The method that takes such a request: each has one of its own, in the file of its service.
const google::protobuf::MethodDescriptor& MethodTaking(const google::protobuf::Descriptor& request);

// Routes are added before a server is built with them; serving is thread-safe.
class Routes final : public grpc::CallbackGenericService {
 public:
  struct Route {
    const google::protobuf::Message& request;  // empty ones, of the method's types
    const google::protobuf::Message& response;
    std::function<grpc::ServerUnaryReactor*(grpc::CallbackServerContext*,
                                            const google::protobuf::Message& request,
                                            google::protobuf::Message* response)>
        call;
  };

  void Add(const google::protobuf::MethodDescriptor& method, Route route);
  bool Has(const google::protobuf::MethodDescriptor& method) const;

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  class Call;
  absl::flat_hash_map<std::string, Route> routes_;  // by path
};

// What a service is that routes some of its methods; `Base` is the generated callback service. One
// method stays registered, or reflection would not list the service.
template <typename Base>
class Routed : public Base {
 protected:
  // In the constructor.
  template <typename Service, typename... Requests, typename... Responses>
  void Route(Routes& routes,
             grpc::ServerUnaryReactor* (Service::*... methods)(grpc::CallbackServerContext*,
                                                               const Requests*, Responses*)) {
    (RouteOne(routes, methods), ...);
  }

 private:
  template <typename Service, typename Request, typename Response>
  void RouteOne(Routes& routes,
                grpc::ServerUnaryReactor* (Service::*method)(grpc::CallbackServerContext*,
                                                             const Request*, Response*)) {
    const auto& described = MethodTaking(*Request::descriptor());
    this->MarkMethodGeneric(described.index());
    routes.Add(described,
               {Request::default_instance(), Response::default_instance(),
                [service = static_cast<Service*>(this), method](
                    grpc::CallbackServerContext* context, const google::protobuf::Message& request,
                    google::protobuf::Message* response) {
                  return (service->*method)(context, static_cast<const Request*>(&request),
                                            static_cast<Response*>(response));
                }});
  }
};

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_ROUTES_H_
