// NATS: PUB and SUB, which keep nothing; JetStream, whose requests and answers are messages too.
//
//   what comes   INFO {…}   +OK   -ERR '…'   PING   PONG
//                MSG <subject> <subscription> [reply] <size>, \r\n, payload
//                HMSG <subject> <subscription> [reply] <headers' size> <size>, \r\n, headers,
//                payload each with \r\n
#include <absl/strings/numbers.h>
#include <absl/strings/str_format.h>
#include <absl/strings/strip.h>
#include <unistd.h>

#include <array>

#include "tests/bench/fanout/cursor.h"
#include "tests/bench/fanout/systems.h"

namespace samsyn::bench {
namespace {

struct Message {
  absl::string_view subject, reply, headers, payload;
};

constexpr size_t kMostWords = 6;

// The words of a line. At most kMostWords of them, the last with all that is left.
size_t Split(absl::string_view line, char at, std::array<absl::string_view, kMostWords>& words) {
  size_t count = 0;
  for (;;) {
    const size_t end = count + 1 < kMostWords ? line.find(at) : line.npos;
    words[count++] = line.substr(0, end);
    if (end == line.npos) return count;
    line.remove_prefix(end + 1);
  }
}

// Steps over a message; false as a Cursor is.
bool TakeMessage(Cursor& at, Message& message) {
  absl::string_view line;
  if (!at.Line(line)) return false;
  std::array<absl::string_view, kMostWords> words;
  const size_t count = Split(line, ' ', words);
  const size_t sizes = words[0] == "HMSG" ? 2 : 1;
  // The command, the subject, the subscription, perhaps the reply (which may be empty: two spaces),
  // the sizes.
  if (count != 3 + sizes && count != 4 + sizes) return at.Stop(true);
  int64_t size = 0, headers = 0;
  if (!absl::SimpleAtoi(words[count - 1], &size) || size < 0) return at.Stop(true);
  if (sizes == 2 &&
      (!absl::SimpleAtoi(words[count - 2], &headers) || headers < 0 || headers > size)) {
    return at.Stop(true);
  }
  message.subject = words[1];
  if (count == 4 + sizes) message.reply = words[3];
  return at.Bytes(headers, message.headers) && at.Bytes(size - headers, message.payload) &&
         at.Literal("\r\n");
}

void Publish(absl::string_view subject, absl::string_view reply, absl::string_view payload,
             std::string& out) {
  absl::StrAppend(&out, "PUB ", subject, reply.empty() ? "" : " ", reply, " ", payload.size(),
                  "\r\n", payload, "\r\n");
}

// What is the same for all connections.
class NatsWire : public Wire {
 public:
  absl::StatusOr<size_t> Take(absl::string_view in, std::string& out, Listener& listener) override {
    return TakeEach(in, [&](absl::string_view rest) { return TakeOne(rest, out, listener); });
  }

 protected:
  static constexpr absl::string_view kQuiet =
      "CONNECT {\"verbose\":false,\"pedantic\":false,\"tls_required\":false,\"headers\":true,"
      "\"no_responders\":true,\"lang\":\"samsyn-bench\",\"version\":\"1\",\"protocol\":1}\r\n";

  // What is answered with it is up to who asked.
  virtual absl::Status TakeOk(Listener&) { return Fault("+OK, though nothing is to be confirmed"); }
  virtual absl::Status TakePong(Listener& listener) = 0;
  virtual absl::Status TakeMessage(const Message& message, std::string& out,
                                   Listener& listener) = 0;

 private:
  absl::StatusOr<size_t> TakeOne(absl::string_view in, std::string& out, Listener& listener) {
    Cursor at(in);
    absl::Status status;
    absl::string_view line;
    Message message;
    if (in[0] == 'M' || in[0] == 'H') {
      if (!bench::TakeMessage(at, message)) return NotYet(at, in);
      status = TakeMessage(message, out, listener);
    } else if (!at.Line(line)) {
      return NotYet(at, in);
    } else if (line == "+OK") {
      status = TakeOk(listener);
    } else if (line == "PING") {
      out.append("PONG\r\n");
    } else if (line == "PONG") {
      status = TakePong(listener);
    } else if (!absl::StartsWith(line, "INFO ")) {
      status = Unexpected(line);
    }
    if (!status.ok()) return status;
    return at.used();
  }
};

// Verbose: each command is answered +OK.
class CorePublisher : public NatsWire {
 public:
  void Start(std::string& out) override { out.append("CONNECT {\"verbose\":true}\r\nPING\r\n"); }

  void Publish(absl::string_view message, std::string& out) override {
    bench::Publish("fanout", "", message, out);
  }

 protected:
  absl::Status TakeOk(Listener& listener) override {
    if (ready_) listener.Acked(1);  // else it is CONNECT's
    return absl::OkStatus();
  }
  absl::Status TakePong(Listener& listener) override {
    if (ready_) return Fault("PONG without a PING");
    ready_ = true;
    listener.Ready();
    return absl::OkStatus();
  }
  absl::Status TakeMessage(const Message& message, std::string&, Listener&) override {
    return Unexpected(message.subject);
  }

 private:
  bool ready_ = false;
};

class CoreWatcher : public NatsWire {
 public:
  void Start(std::string& out) override {
    absl::StrAppend(&out, kQuiet, "SUB fanout 1\r\nPING\r\n");
  }

 protected:
  absl::Status TakePong(Listener& listener) override {
    listener.Ready();
    return absl::OkStatus();
  }
  absl::Status TakeMessage(const Message& message, std::string&, Listener& listener) override {
    if (message.subject != "fanout") return Unexpected(message.subject);
    listener.Delivered(message.payload);
    return absl::OkStatus();
  }
};

// Deletes a stream that an earlier run left, makes a new one, and gets each message confirmed to
// its inbox.
class JetStreamPublisher : public NatsWire {
 public:
  explicit JetStreamPublisher(bool in_memory) : in_memory_(in_memory) {}

  void Start(std::string& out) override {
    absl::StrAppend(&out, kQuiet, "SUB _INBOX.publisher.* 1\r\n");
    bench::Publish("$JS.API.STREAM.DELETE.fanout", "_INBOX.publisher.deleted", "", out);
  }

  void Publish(absl::string_view message, std::string& out) override {
    bench::Publish("fanout", kConfirmed, message, out);
  }

 protected:
  absl::Status TakePong(Listener&) override { return Fault("PONG without a PING"); }

  absl::Status TakeMessage(const Message& message, std::string& out, Listener& listener) override {
    if (message.subject == kConfirmed) return TakeConfirmation(message.payload, listener);
    if (message.subject == "_INBOX.publisher.deleted") {
      // There may be none: 404.
      if (IsRefusal(message) && !absl::StrContains(message.payload, "\"code\":404")) {
        return Unexpected(absl::StrCat(message.headers, message.payload));
      }
      Create(out);
      return absl::OkStatus();
    }
    if (message.subject != kCreated || IsRefusal(message)) {
      return Unexpected(absl::StrCat(message.headers, message.payload));
    }
    listener.Ready();
    return absl::OkStatus();
  }

 private:
  static constexpr absl::string_view kConfirmed = "_INBOX.publisher.confirmed";
  static constexpr absl::string_view kCreated = "_INBOX.publisher.created";

  // {"error":{"code":404,…}}, or headers: that nobody is there to answer (503).
  static bool IsRefusal(const Message& message) {
    return !message.headers.empty() || absl::StrContains(message.payload, "\"error\"");
  }

  void Create(std::string& out) const {
    bench::Publish("$JS.API.STREAM.CREATE.fanout", kCreated,
                   absl::StrFormat(R"({"name":"fanout","subjects":["fanout"],"storage":"%s",)"
                                   R"("retention":"limits","discard":"old","num_replicas":1,)"
                                   R"("max_consumers":-1,"max_msgs":-1,"max_bytes":-1})",
                                   in_memory_ ? "memory" : "file"),
                   out);
  }

  // {"stream":"fanout", "seq":7}
  absl::Status TakeConfirmation(absl::string_view payload, Listener& listener) {
    Cursor at(payload);
    int64_t sequence = 0;
    if (!at.Literal("{\"stream\":\"fanout\", \"seq\":") || !at.Number('}', sequence) ||
        sequence != confirmed_ + 1) {
      return Unexpected(payload);
    }
    confirmed_ = sequence;
    listener.Acked(1);
    return absl::OkStatus();
  }

  const bool in_memory_;
  int64_t confirmed_ = 0;  // the last one's number in the stream
};

// An ordered push consumer: nothing is acknowledged, the server numbers what it sends, says when
// nothing comes and asks now and then whether the watcher keeps up.
class JetStreamWatcher : public NatsWire {
 public:
  // `inbox`: nobody else's.
  explicit JetStreamWatcher(std::string inbox)
      : inbox_(std::move(inbox)), created_(inbox_ + ".created") {}

  void Start(std::string& out) override {
    absl::StrAppend(&out, kQuiet, "SUB ", inbox_, " 1\r\nSUB ", created_, " 2\r\n");
    bench::Publish(
        "$JS.API.CONSUMER.CREATE.fanout", created_,
        absl::StrFormat(
            R"({"stream_name":"fanout","config":{"deliver_subject":"%s","deliver_policy":"new",)"
            R"("ack_policy":"none","max_deliver":1,"flow_control":true,)"
            R"("idle_heartbeat":5000000000,"mem_storage":true,"num_replicas":1}})",
            inbox_),
        out);
  }

 protected:
  absl::Status TakePong(Listener&) override { return Fault("PONG without a PING"); }

  absl::Status TakeMessage(const Message& message, std::string& out, Listener& listener) override {
    if (message.subject == "fanout" && message.headers.empty()) {
      if (!FollowsTheLast(message.reply)) return Unexpected(message.reply);
      listener.Delivered(message.payload);
      return absl::OkStatus();
    }
    if (message.subject == inbox_) return TakeNotice(message, out);
    if (message.subject != created_ || !message.headers.empty() ||
        absl::StrContains(message.payload, "\"error\"")) {
      return Unexpected(absl::StrCat(message.subject, message.headers, message.payload));
    }
    listener.Ready();
    return absl::OkStatus();
  }

 private:
  // $JS.ACK.fanout.<consumer>.<times>.<in the stream>.<to this consumer>.<time>.<to come>
  bool FollowsTheLast(absl::string_view reply) {
    if (!absl::ConsumePrefix(&reply, "$JS.ACK.fanout.")) return false;
    std::array<absl::string_view, kMostWords> words;
    int64_t in_stream = 0, to_this = 0;
    if (Split(reply, '.', words) != kMostWords || words[1] != "1" ||
        !absl::SimpleAtoi(words[2], &in_stream) || !absl::SimpleAtoi(words[3], &to_this) ||
        to_this != to_this_ + 1 || (to_this_ > 0 && in_stream != in_stream_ + 1)) {
      return false;
    }
    in_stream_ = in_stream;
    to_this_ = to_this;
    return true;
  }

  absl::Status TakeNotice(const Message& message, std::string& out) const {
    if (absl::StartsWith(message.headers, "NATS/1.0 100 FlowControl Request\r\n") &&
        !message.reply.empty()) {
      bench::Publish(message.reply, "", "", out);
      return absl::OkStatus();
    }
    if (!absl::StartsWith(message.headers, "NATS/1.0 100 Idle Heartbeat\r\n") ||
        HeaderOf(message, "Nats-Last-Consumer") != absl::StrCat(to_this_)) {
      return Unexpected(message.headers);
    }
    // It still waits for the answer to an earlier question.
    const absl::string_view stalled = HeaderOf(message, "Nats-Consumer-Stalled");
    if (!stalled.empty()) bench::Publish(stalled, "", "", out);
    return absl::OkStatus();
  }

  // Empty if there is none.
  static absl::string_view HeaderOf(const Message& message, absl::string_view name) {
    const size_t begin = message.headers.find(absl::StrCat("\r\n", name, ": "));
    if (begin == message.headers.npos) return {};
    const absl::string_view value = message.headers.substr(begin + name.size() + 4);
    return value.substr(0, value.find("\r\n"));
  }

  const std::string inbox_, created_;
  int64_t in_stream_ = 0, to_this_ = 0;  // the last message's numbers
};

}  // namespace

System NatsCore() {
  return {[] { return std::make_unique<CorePublisher>(); },
          [] { return std::make_unique<CoreWatcher>(); }};
}

System JetStream(bool in_memory) {
  return {[in_memory] { return std::make_unique<JetStreamPublisher>(in_memory); },
          [number = 0]() mutable {
            return std::make_unique<JetStreamWatcher>(
                absl::StrCat("_INBOX.watcher-", getpid(), "-", ++number));
          }};
}

}  // namespace samsyn::bench
