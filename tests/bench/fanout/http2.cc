// HTTP/2 (RFC 9113) and HPACK (RFC 7541) as far as a gRPC client needs them.
#include "tests/bench/fanout/http2.h"

#include <absl/base/internal/endian.h>
#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "tests/bench/fanout/wire.h"

namespace samsyn::bench {
namespace {

enum Type : uint8_t {
  kData = 0,
  kHeaders = 1,
  kResetStream = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kWindowUpdate = 8,
};
enum Flag : uint8_t { kEndStream = 1, kAck = 1, kEndHeaders = 4, kPadded = 8 };

constexpr size_t kFrameHead = 9, kMessageHead = 5;
constexpr uint32_t kLargestWindow = 0x7fffffff;
constexpr size_t kAnnounceAfter = size_t{1} << 28;

uint32_t Number(absl::string_view bytes) { return absl::big_endian::Load32(bytes.data()); }

void AddNumber(uint32_t number, std::string& out) {
  char bytes[4];
  absl::big_endian::Store32(bytes, number);
  out.append(bytes, sizeof(bytes));
}

void AddFrameHead(size_t size, uint8_t type, uint8_t flags, uint32_t stream, std::string& out) {
  AddNumber(static_cast<uint32_t>(size << 8 | type), out);
  out.push_back(static_cast<char>(flags));
  AddNumber(stream, out);
}

void AddMessage(uint32_t stream, absl::string_view message, bool last, std::string& out) {
  AddFrameHead(kMessageHead + message.size(), kData, last ? kEndStream : 0, stream, out);
  out.push_back(0);  // not compressed
  AddNumber(static_cast<uint32_t>(message.size()), out);
  absl::StrAppend(&out, message);
}

void AddWindowUpdate(uint32_t stream, size_t more, std::string& out) {
  AddFrameHead(4, kWindowUpdate, 0, stream, out);
  AddNumber(static_cast<uint32_t>(more), out);
}

// A text of HPACK, as it is.
std::string Text(absl::string_view text) {
  std::string bytes;
  size_t rest = text.size();
  if (rest < 127) {
    bytes.push_back(static_cast<char>(rest));
  } else {
    bytes.push_back(127);
    for (rest -= 127; rest >= 128; rest >>= 7) bytes.push_back(static_cast<char>(rest % 128 + 128));
    bytes.push_back(static_cast<char>(rest));
  }
  return absl::StrCat(bytes, text);
}

// Numbers below 62 are of HPACK's static table; 0x40: it is put into the dynamic one.
std::string FirstHeaders(absl::string_view path, absl::string_view token) {
  std::string headers =
      absl::StrCat("\x83\x86\x44", Text(path), "\x41", Text("localhost"), "\x5f",
                   Text("application/grpc"), "\x40", Text("te"), Text("trailers"));
  if (!token.empty()) absl::StrAppend(&headers, "\x57", Text(absl::StrCat("Bearer ", token)));
  return headers;
}

// The newest of the dynamic table is 62; the order stays, since those with a colon come first.
std::string LaterHeaders(bool token) {
  std::string headers = "\x83\x86";
  for (int i = token ? 4 : 3; i >= 0; --i) headers.push_back(static_cast<char>(0x80 | (62 + i)));
  return headers;
}

}  // namespace

Http2::Http2(absl::string_view path, absl::string_view token)
    : first_headers_(FirstHeaders(path, token)), later_headers_(LaterHeaders(!token.empty())) {}

void Http2::Start(std::string& out) {
  out.append("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  AddFrameHead(18, kSettings, 0, 0, out);
  out.append("\0\2\0\0\0\0", 6);  // ENABLE_PUSH
  out.append("\0\4", 2);          // INITIAL_WINDOW_SIZE
  AddNumber(kLargestWindow, out);
  out.append("\0\5", 2);  // MAX_FRAME_SIZE, as gRPC's own clients raise it where much comes
  AddNumber(1 << 20, out);
  AddWindowUpdate(0, kLargestWindow - 65'535, out);
}

uint32_t Http2::Call(absl::string_view message, bool last, std::string& out) {
  const uint32_t stream = std::exchange(next_stream_, next_stream_ + 2);
  const std::string& headers = stream == 1 ? first_headers_ : later_headers_;
  AddFrameHead(headers.size(), kHeaders, kEndHeaders, stream, out);
  out.append(headers);
  streams_[stream].window = stream_window_;
  SendData(stream, message, last, out);
  return stream;
}

void Http2::Send(uint32_t stream, absl::string_view message, std::string& out) {
  SendData(stream, message, /*last=*/false, out);
}

void Http2::SendData(uint32_t stream, absl::string_view message, bool last, std::string& out) {
  held_.push_back({stream, last, std::string(message)});
  SendHeld(out);
}

void Http2::SendHeld(std::string& out) {
  while (!held_.empty()) {
    const Held& next = held_.front();
    const auto size = static_cast<int64_t>(kMessageHead + next.message.size());
    const auto stream = streams_.find(next.stream);
    if (stream != streams_.end()) {
      if (window_ < size || stream->second.window < size) return;
      window_ -= size;
      stream->second.window -= size;
      AddMessage(next.stream, next.message, next.last, out);
    }
    held_.pop_front();
  }
}

absl::StatusOr<size_t> Http2::Take(absl::string_view in, std::string& out, Events& events) {
  size_t used = 0;
  while (in.size() - used >= kFrameHead) {
    const absl::string_view frame = in.substr(used);
    const uint32_t size = Number(frame) >> 8;
    if (frame.size() < kFrameHead + size) break;
    if (absl::Status status =
            TakeFrame(static_cast<uint8_t>(frame[3]), static_cast<uint8_t>(frame[4]),
                      Number(frame.substr(5)), frame.substr(kFrameHead, size), out, events);
        !status.ok()) {
      return status;
    }
    used += kFrameHead + size;
  }
  return used;
}

absl::Status Http2::TakeFrame(uint8_t type, uint8_t flags, uint32_t stream,
                              absl::string_view payload, std::string& out, Events& events) {
  switch (type) {
    case kData:
      if ((flags & kPadded) != 0) return Fault("padded DATA");
      if (absl::Status status = TakeData(stream, payload, out, events); !status.ok()) return status;
      break;
    case kHeaders:
      break;
    case kResetStream:
      return Fault(absl::StrCat("the server reset stream ", stream, ": ", Number(payload)));
    case kGoAway:
      return Fault(absl::StrCat("the server goes away: ", absl::CHexEscape(payload)));
    case kSettings:
      if ((flags & kAck) != 0) return absl::OkStatus();
      TakeSettings(payload);
      AddFrameHead(0, kSettings, kAck, 0, out);
      SendHeld(out);
      return absl::OkStatus();
    case kPing:
      if ((flags & kAck) != 0) return absl::OkStatus();
      AddFrameHead(payload.size(), kPing, kAck, 0, out);
      absl::StrAppend(&out, payload);
      return absl::OkStatus();
    case kWindowUpdate:
      if (stream == 0) {
        window_ += Number(payload);
      } else if (const auto found = streams_.find(stream); found != streams_.end()) {
        found->second.window += Number(payload);
      }
      SendHeld(out);
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
  if ((flags & kEndStream) == 0) return absl::OkStatus();
  streams_.erase(stream);
  return events.End(stream, payload);
}

void Http2::TakeSettings(absl::string_view payload) {
  for (; payload.size() >= 6; payload.remove_prefix(6)) {
    if (payload.substr(0, 2) != absl::string_view("\0\4", 2)) continue;
    const int64_t window = Number(payload.substr(2));
    for (auto& stream : streams_) stream.second.window += window - stream_window_;
    stream_window_ = window;
  }
}

absl::Status Http2::TakeData(uint32_t number, absl::string_view data, std::string& out,
                             Events& events) {
  Stream& stream = streams_[number];
  unannounced_ += data.size();
  if (unannounced_ > kAnnounceAfter) AddWindowUpdate(0, std::exchange(unannounced_, 0), out);
  stream.unannounced += data.size();
  if (stream.unannounced > kAnnounceAfter) {
    AddWindowUpdate(number, std::exchange(stream.unannounced, 0), out);
  }
  std::string& partial = stream.partial;
  const bool joined = !partial.empty();
  if (joined) {
    absl::StrAppend(&partial, data);
    data = partial;
  }
  while (data.size() >= kMessageHead) {
    if (data[0] != 0) return Fault("a compressed message");
    const size_t size = Number(data.substr(1));
    if (data.size() < kMessageHead + size) break;
    if (absl::Status status = events.Message(number, data.substr(kMessageHead, size));
        !status.ok()) {
      return status;
    }
    data.remove_prefix(kMessageHead + size);
  }
  if (joined) {
    partial.erase(0, partial.size() - data.size());
  } else {
    partial.assign(data.data(), data.size());
  }
  return absl::OkStatus();
}

}  // namespace samsyn::bench
