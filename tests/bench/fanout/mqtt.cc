// MQTT 3.1.1 (its sections in brackets), all sessions clean.
//
//   a packet   kind and flags in a byte, how many bytes follow as a varint [2.2.3], and these
//   PUBLISH    topic with its length in two bytes, with quality 1 its number in two bytes, message
#include <absl/base/internal/endian.h>
#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>
#include <unistd.h>

#include "tests/bench/fanout/cursor.h"
#include "tests/bench/fanout/protobuf_wire.h"
#include "tests/bench/fanout/systems.h"

namespace samsyn::bench {
namespace {

// With their flags, as they must be [2.2.2].
constexpr uint8_t kConnect = 0x10, kConnack = 0x20, kPublish = 0x30, kPuback = 0x40;
constexpr uint8_t kSubscribe = 0x82, kSuback = 0x90, kPingreq = 0xc0, kPingresp = 0xd0;
constexpr uint8_t kQuality1 = 0x02;
constexpr absl::string_view kTopic{"\0\6fanout", 8};

void AppendShort(uint16_t number, std::string& out) {
  out.push_back(static_cast<char>(number >> 8));
  out.push_back(static_cast<char>(number));
}

void AppendHead(uint8_t kind, size_t size, std::string& out) {
  out.push_back(static_cast<char>(kind));
  AppendVarint(size, out);
}

// `client`: a name nobody else has.
void AppendConnect(absl::string_view client, std::string& out) {
  constexpr absl::string_view kCleanWithoutKeepAlive("\0\4MQTT\4\2\0\0", 10);
  AppendHead(kConnect, kCleanWithoutKeepAlive.size() + 2 + client.size(), out);
  out.append(kCleanWithoutKeepAlive.data(), kCleanWithoutKeepAlive.size());
  AppendShort(static_cast<uint16_t>(client.size()), out);
  out.append(client.data(), client.size());
}

class MqttWire : public Wire {
 public:
  MqttWire(std::string client, int quality) : client_(std::move(client)), quality_(quality) {}

  void Start(std::string& out) override { AppendConnect(client_, out); }

  absl::StatusOr<size_t> Take(absl::string_view in, std::string& out, Listener& listener) override {
    return TakeEach(in, [&](absl::string_view rest) -> absl::StatusOr<size_t> {
      // Four bytes at most say how many follow.
      if (rest.size() > 4 && (rest[1] & rest[2] & rest[3] & rest[4] & 0x80) != 0) {
        return Unexpected(rest);
      }
      absl::string_view left = rest.substr(1);
      uint64_t size = 0;
      if (!TakeVarint(left, size) || left.size() < size) return 0;
      const auto kind = static_cast<uint8_t>(rest[0]);
      const absl::string_view body = left.substr(0, size);
      const size_t used = rest.size() - left.size() + size;
      absl::Status status = connected_ ? TakePacket(kind, body, out, listener)
                                       : TakeConnack(rest.substr(0, used), out, listener);
      if (!status.ok()) return status;
      return used;
    });
  }

 protected:
  virtual void Connected(std::string& out, Listener& listener) = 0;
  virtual absl::Status TakePacket(uint8_t kind, absl::string_view body, std::string& out,
                                  Listener& listener) = 0;

  static absl::Status Unknown(uint8_t kind, absl::string_view body) {
    return Unexpected(absl::StrCat("packet ", absl::Hex(kind), ": ", body));
  }

  const std::string client_;
  const int quality_;

 private:
  absl::Status TakeConnack(absl::string_view packet, std::string& out, Listener& listener) {
    // No session was there; accepted.
    if (packet != absl::string_view("\x20\2\0\0", 4)) return Unexpected(packet);
    connected_ = true;
    Connected(out, listener);
    return absl::OkStatus();
  }

  bool connected_ = false;
};

class MqttPublisher : public MqttWire {
 public:
  using MqttWire::MqttWire;

  void Publish(absl::string_view message, std::string& out) override {
    AppendHead(quality_ == 0 ? kPublish : kPublish | kQuality1,
               kTopic.size() + (quality_ == 0 ? 0 : 2) + message.size(), out);
    out.append(kTopic.data(), kTopic.size());
    if (quality_ > 0) AppendShort(published_ = Next(published_), out);
    out.append(message.data(), message.size());
    if (quality_ == 0) AppendHead(kPingreq, 0, out);
  }

 protected:
  void Connected(std::string&, Listener& listener) override { listener.Ready(); }

  absl::Status TakePacket(uint8_t kind, absl::string_view body, std::string&,
                          Listener& listener) override {
    if (quality_ == 0) {
      if (kind != kPingresp || !body.empty()) return Unknown(kind, body);
    } else {
      acked_ = Next(acked_);
      if (kind != kPuback || body.size() != 2 || absl::big_endian::Load16(body.data()) != acked_) {
        return Unknown(kind, body);
      }
    }
    listener.Acked(1);
    return absl::OkStatus();
  }

 private:
  // 0 is no number [2.3.1].
  static uint16_t Next(uint16_t number) { return number == 0xffff ? 1 : number + 1; }

  uint16_t published_ = 0, acked_ = 0;
};

class MqttWatcher : public MqttWire {
 public:
  using MqttWire::MqttWire;

 protected:
  void Connected(std::string& out, Listener&) override {
    AppendHead(kSubscribe, 2 + kTopic.size() + 1, out);
    AppendShort(1, out);
    out.append(kTopic.data(), kTopic.size());
    out.push_back(static_cast<char>(quality_));
  }

  absl::Status TakePacket(uint8_t kind, absl::string_view body, std::string& out,
                          Listener& listener) override {
    if (!subscribed_) {
      const char answer[] = {0, 1, static_cast<char>(quality_)};
      if (kind != kSuback || body != absl::string_view(answer, sizeof(answer))) {
        return Unknown(kind, body);
      }
      subscribed_ = true;
      listener.Ready();
      return absl::OkStatus();
    }
    // Neither sent twice nor kept for those who come later.
    if (kind != (quality_ == 0 ? kPublish : kPublish | kQuality1) ||
        !absl::ConsumePrefix(&body, kTopic)) {
      return Unknown(kind, body);
    }
    if (quality_ > 0) {
      if (body.size() < 2) return Unknown(kind, body);
      AppendHead(kPuback, 2, out);
      out.append(body.data(), 2);
      body.remove_prefix(2);
    }
    listener.Delivered(body);
    return absl::OkStatus();
  }

 private:
  bool subscribed_ = false;
};

}  // namespace

System Mqtt(int qos) {
  return {
      [qos] { return std::make_unique<MqttPublisher>(absl::StrCat("publisher-", getpid()), qos); },
      [qos, number = 0]() mutable {
        return std::make_unique<MqttWatcher>(absl::StrCat("watcher-", getpid(), "-", ++number),
                                             qos);
      }};
}

}  // namespace samsyn::bench
