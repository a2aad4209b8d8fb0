// Calls of the server's own gRPC services, by name and bytes, seen from the web thread.
#ifndef SAMSYN_SERVER_WEB_GRPC_CALL_H_
#define SAMSYN_SERVER_WEB_GRPC_CALL_H_

#include <absl/time/time.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>

#include "server/base/mutex.h"
#include "server/web/exchange.h"

namespace samsyn::web {

// One call. Of the web thread.
class GrpcCall {
 public:
  virtual ~GrpcCall() = default;
  // Asks for the next message; once after each that came. The first is asked for by itself.
  virtual void Next() = 0;
  // Ends it soon, with `end` as always.
  virtual void Cancel() = 0;
  // Within `end`: what the server said behind the answer, as far as it is passed on.
  virtual Headers Trailers() const = 0;
};

struct GrpcRequest {
  std::string method;                            // "/samsyn.v1.WatchService/Watch"; must exist
  Headers metadata;                              // printable ASCII only
  absl::Time deadline = absl::InfiniteFuture();  // the server has limits of its own
  std::string message;
};

// All calls of the door. Start is of the web thread.
class GrpcCalls {
 public:
  GrpcCalls(std::shared_ptr<grpc::Channel> channel, Post post);

  // `message` gets each message's bytes, then `end` is called once: both on the web thread, never
  // from within Start, Next or Cancel. The call may be dropped in `end`, not before.
  using TakeMessage = std::function<void(std::string)>;
  using TakeEnd = std::function<void(const grpc::Status&)>;
  std::shared_ptr<GrpcCall> Start(const GrpcRequest& request, TakeMessage message, TakeEnd end);

  // Waits until gRPC knows of no call any more, at most so long; false: it still does. From another
  // thread than the web's.
  bool AwaitNone(absl::Duration timeout);

 private:
  class Call;
  struct Count {
    Mutex mutex;  // taken alone
    CondVar changed;
    int calls ABSL_GUARDED_BY(mutex) = 0;
  };

  grpc::GenericStub stub_;
  const Post post_;
  const std::shared_ptr<Count> count_;
};

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_GRPC_CALL_H_
