// etcd, whose API is gRPC (its rpc.proto and kv.proto, whose fields are numbered here).
#include <absl/strings/str_format.h>

#include <set>

#include "tests/bench/fanout/cursor.h"
#include "tests/bench/fanout/http2.h"
#include "tests/bench/fanout/protobuf_wire.h"
#include "tests/bench/fanout/systems.h"

namespace samsyn::bench {
namespace {

// PutRequest
constexpr uint32_t kPutKey = 1, kPutValue = 2;
// WatchRequest, WatchCreateRequest
constexpr uint32_t kCreateRequest = 1, kCreateKey = 1, kCreateRangeEnd = 2;
// WatchResponse
constexpr uint32_t kHeader = 1, kWatchId = 2, kCreated = 3, kEvents = 11;
// Event, whose type is not there for a put; KeyValue
constexpr uint32_t kKeyValue = 2, kModRevision = 3, kValue = 5;

// Puts each message under a key of its own. The first put is of another kind: with it answered the
// publisher is ready. etcd works on several puts at a time and may answer a later one first.
class EtcdPublisher : public Wire, private Http2::Events {
 public:
  void Start(std::string& out) override {
    http2_.Start(out);
    Put("hello", "", out);
  }

  void Publish(absl::string_view message, std::string& out) override {
    Put(absl::StrFormat("fanout/%012d", ++published_), message, out);
  }

  absl::StatusOr<size_t> Take(absl::string_view in, std::string& out, Listener& listener) override {
    listener_ = &listener;
    return http2_.Take(in, out, *this);
  }

 private:
  static constexpr uint32_t kFirst = 1;

  void Put(absl::string_view key, absl::string_view value, std::string& out) {
    request_.clear();
    AppendBytes(kPutKey, key, request_);
    AppendBytes(kPutValue, value, request_);
    http2_.Call(request_, /*last=*/true, out);
  }

  absl::Status Message(uint32_t stream, absl::string_view message) override {
    if (!FindBytes(message, kHeader).has_value() || WasAnswered(stream)) return Unexpected(message);
    if (stream == kFirst) {
      listener_->Ready();
    } else {
      listener_->Acked(1);
    }
    if (stream > next_) {
      answered_.insert(stream);
      return absl::OkStatus();
    }
    do {
      next_ += 2;
    } while (answered_.erase(next_) > 0);
    return absl::OkStatus();
  }

  absl::Status End(uint32_t stream, absl::string_view headers) override {
    if (WasAnswered(stream)) return absl::OkStatus();
    return Fault(absl::StrCat("a put fails: ", absl::CEscape(headers)));
  }

  bool WasAnswered(uint32_t stream) const { return stream < next_ || answered_.contains(stream); }

  Http2 http2_{"/etcdserverpb.KV/Put", ""};
  Listener* listener_ = nullptr;  // during Take
  std::string request_;
  int64_t published_ = 0;
  uint32_t next_ = kFirst;       // all streams before it are answered,
  std::set<uint32_t> answered_;  // and these
};

class EtcdWatcher : public Wire, private Http2::Events {
 public:
  void Start(std::string& out) override {
    std::string create, request;
    AppendBytes(kCreateKey, "fanout/", create);
    AppendBytes(kCreateRangeEnd, "fanout0", create);  // the character after '/'
    AppendBytes(kCreateRequest, create, request);
    http2_.Start(out);
    http2_.Call(request, /*last=*/false, out);
  }

  absl::StatusOr<size_t> Take(absl::string_view in, std::string& out, Listener& listener) override {
    listener_ = &listener;
    return http2_.Take(in, out, *this);
  }

 private:
  // A header and events; the first is that it was created, without events. Anything else (it is
  // cancelled, a part of a response) was not asked for.
  absl::Status Message(uint32_t, absl::string_view message) override {
    const absl::string_view whole = message;
    bool created = false;
    while (!message.empty()) {
      Field field;
      if (!TakeField(message, field)) return Unexpected(whole);
      switch (field.number) {
        case kHeader:
        case kWatchId:
          break;
        case kCreated:
          created = true;
          break;
        case kEvents:
          if (!created_ || !TakeEvent(field.bytes)) return Unexpected(whole);
          break;
        default:
          return Unexpected(whole);
      }
    }
    if (created == created_) return Unexpected(whole);
    if (created) listener_->Ready();
    created_ = true;
    return absl::OkStatus();
  }

  bool TakeEvent(absl::string_view event) {
    Field field;
    if (!TakeField(event, field) || field.number != kKeyValue || !event.empty()) return false;
    uint64_t revision = 0;
    for (absl::string_view rest = field.bytes; TakeField(rest, field);) {
      if (field.number == kModRevision) revision = field.value;
      if (field.number == kValue) {
        if (revision <= revision_) return false;
        revision_ = revision;
        listener_->Delivered(field.bytes);
        return true;
      }
    }
    return false;
  }

  absl::Status End(uint32_t, absl::string_view headers) override {
    return Fault(absl::StrCat("the watch ends: ", absl::CEscape(headers)));
  }

  Http2 http2_{"/etcdserverpb.Watch/Watch", ""};
  Listener* listener_ = nullptr;  // during Take
  bool created_ = false;
  uint64_t revision_ = 0;  // of the last event
};

}  // namespace

System Etcd() {
  return {[] { return std::make_unique<EtcdPublisher>(); },
          [] { return std::make_unique<EtcdWatcher>(); },
          /*in_order=*/false};
}

}  // namespace samsyn::bench
