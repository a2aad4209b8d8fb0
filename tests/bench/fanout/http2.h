// HTTP/2 as a gRPC client needs it, on one connection: no library's speed is measured with it. Sends
// requests whose headers are the same each time (so the second one is a few bytes, as with any
// client that uses HPACK's table); of what comes it reads DATA and whether a stream has ended, and
// skips headers unread.
#ifndef SAMSYN_TESTS_BENCH_FANOUT_HTTP2_H_
#define SAMSYN_TESTS_BENCH_FANOUT_HTTP2_H_

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <cstdint>
#include <functional>
#include <string>

namespace samsyn::bench {

class Http2 {
 public:
  // `path`: "/package.Service/Method", of all calls on this connection. `token`: sent as
  // "authorization: Bearer …", none if empty.
  Http2(absl::string_view path, absl::string_view token);

  // The preface and settings, with windows so large that they are never in the way.
  void Start(std::string& out);

  // Begins a call with its first message; `last`: nothing more is sent on it. Returns its stream.
  uint32_t Call(absl::string_view message, bool last, std::string& out);
  // A further message of a call.
  static void Send(uint32_t stream, absl::string_view message, std::string& out);

  struct Events {
    std::function<void(uint32_t stream, absl::string_view message)> message;
    // The server has ended it. `headers`: of its last frame, compressed as they came: texts of
    // errors stand in it readable.
    std::function<void(uint32_t stream, absl::string_view headers)> end;
  };
  // See Wire::Take.
  absl::StatusOr<size_t> Take(absl::string_view in, std::string& out, const Events& events);

 private:
  absl::Status TakeData(uint32_t stream, absl::string_view data, const Events& events);

  const std::string first_headers_, later_headers_;
  uint32_t next_stream_ = 1;
  absl::flat_hash_map<uint32_t, std::string> partial_;  // of a message, with its length before it
  size_t unannounced_ = 0;  // bytes that came since the window was opened again
};

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FANOUT_HTTP2_H_
