// HTTP/2 as a gRPC client needs it, on one connection: no library's speed is measured with it.
// Sends requests whose headers are the same each time (so the second one is a few bytes, as with
// any client that uses HPACK's table); of what comes it reads DATA and whether a stream has ended,
// and skips headers unread.
#ifndef SAMSYN_TESTS_BENCH_FANOUT_HTTP2_H_
#define SAMSYN_TESTS_BENCH_FANOUT_HTTP2_H_

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <cstdint>
#include <deque>
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
  void Send(uint32_t stream, absl::string_view message, std::string& out);

  // What the server's side of calls says.
  class Events {
   public:
    virtual ~Events() = default;
    virtual absl::Status Message(uint32_t stream, absl::string_view message) = 0;
    // It has ended. `headers`: of its last frame, compressed as they came: texts of errors stand in
    // them readable.
    virtual absl::Status End(uint32_t stream, absl::string_view headers) = 0;
  };
  // See Wire::Take.
  absl::StatusOr<size_t> Take(absl::string_view in, std::string& out, Events& events);

 private:
  struct Stream {
    std::string partial;     // of a message, with its head
    size_t unannounced = 0;  // bytes that came since its window was opened again
    int64_t window = 0;      // bytes that may be sent
  };
  struct Held {
    uint32_t stream;
    bool last;
    std::string message;
  };

  absl::Status TakeFrame(uint8_t type, uint8_t flags, uint32_t stream, absl::string_view payload,
                         std::string& out, Events& events);
  absl::Status TakeData(uint32_t stream, absl::string_view data, std::string& out, Events& events);
  void TakeSettings(absl::string_view payload);
  void SendData(uint32_t stream, absl::string_view message, bool last, std::string& out);
  void SendHeld(std::string& out);

  const std::string first_headers_, later_headers_;
  uint32_t next_stream_ = 1;
  absl::flat_hash_map<uint32_t, Stream> streams_;
  size_t unannounced_ = 0;
  int64_t window_ = 65'535, stream_window_ = 65'535;  // that the server gives; RFC 9113, 6.9.2
  std::deque<Held> held_;                             // what the windows had no room for
};

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FANOUT_HTTP2_H_
