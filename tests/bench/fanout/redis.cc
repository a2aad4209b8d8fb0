// Redis in RESP2: PUBLISH and SUBSCRIBE, which keeps nothing; streams with XADD and XREAD.
//
//   a command is a list of its words   *2\r\n$9\r\nSUBSCRIBE\r\n$6\r\nfanout\r\n
//   an answer                          +OK, :5, -ERR …, each with \r\n; $3\r\nabc\r\n; *2\r\n and
//   two answers
#include <absl/strings/ascii.h>

#include <initializer_list>

#include "tests/bench/fanout/cursor.h"
#include "tests/bench/fanout/systems.h"

namespace samsyn::bench {
namespace {

void AppendWord(absl::string_view word, std::string& out) {
  absl::StrAppend(&out, "$", word.size(), "\r\n", word, "\r\n");
}

void AppendCommand(std::initializer_list<absl::string_view> words, std::string& out) {
  absl::StrAppend(&out, "*", words.size(), "\r\n");
  for (const absl::string_view word : words) AppendWord(word, out);
}

// Steps over the length of a word or list ("$3\r\n", "*2\r\n") or a number (":5\r\n").
bool TakeNumber(absl::string_view kind, Cursor& at, int64_t& value) {
  return at.Literal(kind) && at.Number('\r', value) && at.Literal("\n");
}

bool TakeWord(Cursor& at, absl::string_view& word) {
  int64_t size = 0;
  return TakeNumber("$", at, size) && at.Bytes(size, word) && at.Literal("\r\n");
}

// The first answer is that to what it began with; each one after it that to a message.
class RedisPublisher : public Wire {
 public:
  absl::StatusOr<size_t> Take(absl::string_view in, std::string&, Listener& listener) override {
    return TakeEach(in, [&](absl::string_view rest) -> absl::StatusOr<size_t> {
      Cursor at(rest);
      if (!(ready_ ? TakeAnswer(at) : TakeCount(at))) return NotYet(at, rest);
      if (ready_) {
        listener.Acked(1);
      } else {
        ready_ = true;
        listener.Ready();
      }
      return at.used();
    });
  }

 protected:
  static bool TakeCount(Cursor& at) {
    int64_t count = 0;
    return TakeNumber(":", at, count);
  }
  virtual bool TakeAnswer(Cursor& at) = 0;

 private:
  bool ready_ = false;
};

class PubSubPublisher : public RedisPublisher {
 public:
  void Start(std::string& out) override { AppendCommand({"PUBLISH", "hello", ""}, out); }

  void Publish(absl::string_view message, std::string& out) override {
    out.append("*3\r\n$7\r\nPUBLISH\r\n$6\r\nfanout\r\n");
    AppendWord(message, out);
  }

 private:
  bool TakeAnswer(Cursor& at) override { return TakeCount(at); }
};

class PubSubWatcher : public Wire {
 public:
  void Start(std::string& out) override { AppendCommand({"SUBSCRIBE", "fanout"}, out); }

  absl::StatusOr<size_t> Take(absl::string_view in, std::string&, Listener& listener) override {
    return TakeEach(in, [&](absl::string_view rest) -> absl::StatusOr<size_t> {
      Cursor at(rest);
      if (!ready_) {
        if (!at.Literal("*3\r\n$9\r\nsubscribe\r\n$6\r\nfanout\r\n:1\r\n")) return NotYet(at, rest);
        ready_ = true;
        listener.Ready();
        return at.used();
      }
      absl::string_view message;
      if (!at.Literal("*3\r\n$7\r\nmessage\r\n$6\r\nfanout\r\n") || !TakeWord(at, message)) {
        return NotYet(at, rest);
      }
      listener.Delivered(message);
      return at.used();
    });
  }

 private:
  bool ready_ = false;
};

// What earlier runs left is deleted first.
class StreamPublisher : public RedisPublisher {
 public:
  void Start(std::string& out) override { AppendCommand({"DEL", "fanout"}, out); }

  void Publish(absl::string_view message, std::string& out) override {
    out.append("*5\r\n$4\r\nXADD\r\n$6\r\nfanout\r\n$1\r\n*\r\n$1\r\nm\r\n");
    AppendWord(message, out);
  }

 private:
  bool TakeAnswer(Cursor& at) override {
    absl::string_view id;
    return TakeWord(at, id);
  }
};

// Asks for the newest entry, and reads on from there. Answers are taken entry by entry: they may be
// large.
class StreamWatcher : public Wire {
 public:
  void Start(std::string& out) override {
    AppendCommand({"XREVRANGE", "fanout", "+", "-", "COUNT", "1"}, out);
  }

  absl::StatusOr<size_t> Take(absl::string_view in, std::string& out, Listener& listener) override {
    return TakeEach(in, [&](absl::string_view rest) -> absl::StatusOr<size_t> {
      if (!ready_) return TakeNewest(rest, out, listener);
      return entries_ == 0 ? TakeHead(rest) : TakeEntry(rest, out, listener);
    });
  }

 private:
  absl::StatusOr<size_t> TakeNewest(absl::string_view in, std::string& out, Listener& listener) {
    Cursor at(in);
    int64_t count = 0;
    absl::string_view id = "0-0", message;
    if (!TakeNumber("*", at, count) || (count > 0 && !TakeEntry(at, id, message))) {
      return NotYet(at, in);
    }
    ready_ = true;
    listener.Ready();
    ReadAfter(id, out);
    return at.used();
  }

  // A list of streams, which is one: its name, and the list of its entries.
  absl::StatusOr<size_t> TakeHead(absl::string_view in) {
    Cursor at(in);
    if (!at.Literal("*1\r\n*2\r\n$6\r\nfanout\r\n") || !TakeNumber("*", at, entries_)) {
      entries_ = 0;
      return NotYet(at, in);
    }
    if (entries_ == 0) return Unexpected(in);
    return at.used();
  }

  absl::StatusOr<size_t> TakeEntry(absl::string_view in, std::string& out, Listener& listener) {
    Cursor at(in);
    absl::string_view id, message;
    if (!TakeEntry(at, id, message)) return NotYet(at, in);
    listener.Delivered(message);
    if (--entries_ == 0) ReadAfter(id, out);
    return at.used();
  }

  // Its id, and the list of its fields and values.
  static bool TakeEntry(Cursor& at, absl::string_view& id, absl::string_view& message) {
    return at.Literal("*2\r\n") && TakeWord(at, id) && at.Literal("*2\r\n$1\r\nm\r\n") &&
           TakeWord(at, message);
  }

  static void ReadAfter(absl::string_view id, std::string& out) {
    out.append(
        "*8\r\n$5\r\nXREAD\r\n$5\r\nCOUNT\r\n$3\r\n256\r\n$5\r\nBLOCK\r\n$1\r\n0\r\n"
        "$7\r\nSTREAMS\r\n$6\r\nfanout\r\n");
    AppendWord(id, out);
  }

  bool ready_ = false;
  int64_t entries_ = 0;  // still to come in this answer
};

}  // namespace

System RedisPubSub() {
  return {[] { return std::make_unique<PubSubPublisher>(); },
          [] { return std::make_unique<PubSubWatcher>(); }};
}

System RedisStreams() {
  return {[] { return std::make_unique<StreamPublisher>(); },
          [] { return std::make_unique<StreamWatcher>(); }};
}

}  // namespace samsyn::bench
