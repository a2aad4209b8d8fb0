// Each codec hears what a real server said (of the versions in Debian 12), in one piece and cut
// anywhere: the same comes of it.
#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/bench/fanout/systems.h"

namespace samsyn::bench {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

template <size_t N>
std::string Bytes(const char (&text)[N]) {
  return std::string(text, N - 1);
}

struct Heard : public Listener {
  void Ready() override { events.push_back("ready"); }
  void Acked(int64_t count) override { events.push_back(absl::StrCat("acked ", count)); }
  void Delivered(absl::string_view message) override { events.emplace_back(message); }

  std::vector<std::string> events;
  std::string sent;
  absl::Status status;
};

// Says all of it, cut before each of `cuts`.
Heard Say(const std::string& said, Wire& wire, const std::vector<size_t>& cuts) {
  Heard heard;
  wire.Start(heard.sent);
  size_t used = 0;
  for (size_t i = 0; i <= cuts.size() && heard.status.ok(); ++i) {
    const size_t end = i < cuts.size() ? cuts[i] : said.size();
    // As it is received: not where it was before, and nothing behind it.
    const std::vector<char> in(said.begin() + used, said.begin() + end);
    const auto size = wire.Take({in.data(), in.size()}, heard.sent, heard);
    heard.status = size.status();
    if (size.ok()) used += *size;
  }
  if (heard.status.ok() && used != said.size()) heard.status = Fault("not all is used");
  return heard;
}

struct Dialogue {
  std::string name;
  std::function<std::unique_ptr<Wire>()> wire;
  std::string said;                 // by the server
  std::vector<std::string> events;  // that come of it
  std::string sent;                 // a part of what the codec sends
};

class WireTest : public ::testing::TestWithParam<Dialogue> {
 protected:
  void Hears(const std::vector<size_t>& cuts) const {
    const Heard heard = Say(GetParam().said, *GetParam().wire(), cuts);
    ASSERT_TRUE(heard.status.ok()) << heard.status;
    ASSERT_THAT(heard.events, ElementsAreArray(GetParam().events));
    ASSERT_THAT(heard.sent, HasSubstr(GetParam().sent));
  }
};

TEST_P(WireTest, HearsTheSameWhereverItIsCut) {
  Hears({});
  std::vector<size_t> everywhere;
  for (size_t cut = 1; cut < GetParam().said.size(); ++cut) {
    SCOPED_TRACE(cut);
    Hears({cut});
    everywhere.push_back(cut);
  }
  Hears(everywhere);
}

const std::vector<std::string> kPublished = {"ready", "acked 1", "acked 1"};
const std::vector<std::string> kWatched = {"ready", "one", "two"};

constexpr char kInfo[] =
    R"(INFO {"server_id":"NAL3","version":"2.9.10","proto":1,"headers":true,"client_id":5} )"
    "\r\n";

std::string Inbox() { return absl::StrCat("_INBOX.watcher-", getpid(), "-1"); }

std::string JetStreamPublished() {
  return absl::StrCat(
      kInfo,
      "MSG _INBOX.publisher.deleted 1 129\r\n"
      R"({"type":"io.nats.jetstream.api.v1.stream_delete_response","error":{"code":404,)"
      R"("err_code":10059,"description":"stream not found"}})"
      "\r\nMSG _INBOX.publisher.created 1 93\r\n"
      R"({"type":"io.nats.jetstream.api.v1.stream_create_response","config":{"name":"fanout"},"did":1})"
      "\r\nMSG _INBOX.publisher.confirmed 1  28\r\n{\"stream\":\"fanout\", \"seq\":1}\r\n"
      "MSG _INBOX.publisher.confirmed 1  28\r\n{\"stream\":\"fanout\", \"seq\":2}\r\n");
}

// Two before this watcher was created; after them the server asks whether it keeps up.
std::string JetStreamWatched() {
  return absl::StrCat(
      kInfo, "MSG ", Inbox(), ".created 2 93\r\n",
      R"({"type":"io.nats.jetstream.api.v1.consumer_create_response","stream_name":"fanout","n":"sGj"})",
      "\r\nMSG fanout 1 $JS.ACK.fanout.sGjg0uMC.1.3.1.1795943451842815459.0 3\r\none\r\n"
      "PING\r\nHMSG ",
      Inbox(),
      " 1 $JS.FC.fanout.sGjg0uMC.hZdX 36 36\r\nNATS/1.0 100 FlowControl Request\r\n\r\n\r\n"
      "MSG fanout 1 $JS.ACK.fanout.sGjg0uMC.1.4.2.1795943452093589380.0 3\r\ntwo\r\nHMSG ",
      Inbox(),
      " 1  75 75\r\nNATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 2\r\n"
      "Nats-Last-Stream: 2\r\n\r\n\r\n");
}

const std::string kEtcdSettings = Bytes(
    "\0\0\x0c\4\0\0\0\0\0\0\5\0\0@\0\0\3\xff\xff\xff\xff\0\0\0\4\1\0\0\0\0"
    "\0\0\4\x08\0\0\0\0\0\0\0\0\x0e\0\0\x08\6\0\0\0\0\0\2\4\x10\x10\t\x0e\7\7");
// HEADERS, DATA with the answer, HEADERS that end the stream.
const std::string kEtcdPublished =
    kEtcdSettings +
    Bytes(
        "\0\0\x0e\1\4\0\0\0\1\x88_\x8b\x1du\xd0\x62\r&=LMed"
        "\0\0 \0\0\0\0\0\1\0\0\0\0\x1b\n\x19\x08\xf2\xb9\xd4\xbb\x85\xb8\xab\xd4O\x10\x94\xda\xc2"
        "\xe1\xef\xea\xa8\xdd\xe5\1\x18\2 \2"
        "\0\0\x18\1\5\0\0\0\1@\x88\x9a\xca\xc8\xb2\x12\x34\xda\x8f\1\x30@\x89\x9a\xca\xc8\xb5%B"
        "\7\x31\x7f\0") +
    Bytes(
        "\0\0\2\1\4\0\0\0\3\x88\xc0"
        "\0\0 \0\0\0\0\0\3\0\0\0\0\x1b\n\x19\x08\xf2\xb9\xd4\xbb\x85\xb8\xab\xd4O\x10\x94\xda\xc2"
        "\xe1\xef\xea\xa8\xdd\xe5\1\x18\3 \2"
        "\0\0\2\1\5\0\0\0\3\xbf\xbe") +
    Bytes(
        "\0\0\2\1\4\0\0\0\5\x88\xc0"
        "\0\0 \0\0\0\0\0\5\0\0\0\0\x1b\n\x19\x08\xf2\xb9\xd4\xbb\x85\xb8\xab\xd4O\x10\x94\xda\xc2"
        "\xe1\xef\xea\xa8\xdd\xe5\1\x18\4 \2"
        "\0\0\2\1\5\0\0\0\5\xbf\xbe");
// HEADERS, then DATA: that the watch is created, and an event each; the second one in two frames.
const std::string kEtcdWatched =
    kEtcdSettings +
    Bytes(
        "\0\0\x0e\1\4\0\0\0\1\x88_\x8b\x1du\xd0\x62\r&=LMed"
        "\0\0\"\0\0\0\0\0\1\0\0\0\0\x1d\n\x19\x08\xf2\xb9\xd4\xbb\x85\xb8\xab\xd4O\x10\x94\xda\xc2"
        "\xe1\xef\xea\xa8\xdd\xe5\1\x18\2 \2\x18\1"
        "\0\0\x44\0\0\0\0\0\1\0\0\0\0?\n\x19\x08\xf2\xb9\xd4\xbb\x85\xb8\xab\xd4O\x10\x94\xda\xc2"
        "\xe1\xef\xea\xa8\xdd\xe5\1\x18\3 \2Z\"\x12 \n\x13\x66\x61nout/000000000001\x10\3\x18\3 \1"
        "*\3one"
        "\0\0\x40\0\0\0\0\0\1\0\0\0\0?\n\x19\x08\xf2\xb9\xd4\xbb\x85\xb8\xab\xd4O\x10\x94\xda\xc2"
        "\xe1\xef\xea\xa8\xdd\xe5\1\x18\4 \2Z\"\x12 \n\x13\x66\x61nout/000000000002\x10\4\x18\4 \1"
        "*"
        "\0\0\4\0\0\0\0\0\1\3two");

INSTANTIATE_TEST_SUITE_P(
    Real, WireTest,
    ::testing::Values(
        Dialogue{"RedisPublisher", RedisPubSub().publisher, ":0\r\n:1\r\n:1\r\n", kPublished, ""},
        Dialogue{"RedisWatcher", RedisPubSub().watcher,
                 "*3\r\n$9\r\nsubscribe\r\n$6\r\nfanout\r\n:1\r\n"
                 "*3\r\n$7\r\nmessage\r\n$6\r\nfanout\r\n$3\r\none\r\n"
                 "*3\r\n$7\r\nmessage\r\n$6\r\nfanout\r\n$3\r\ntwo\r\n",
                 kWatched, "*2\r\n$9\r\nSUBSCRIBE\r\n$6\r\nfanout\r\n"},
        Dialogue{"RedisStreamsPublisher", RedisStreams().publisher,
                 ":0\r\n$15\r\n1795943448626-0\r\n$15\r\n1795943448876-0\r\n", kPublished, ""},
        Dialogue{"RedisStreamsWatcher", RedisStreams().watcher,
                 "*1\r\n*2\r\n$15\r\n1795943448120-0\r\n*2\r\n$1\r\nm\r\n$4\r\nzero\r\n"
                 "*1\r\n*2\r\n$6\r\nfanout\r\n*2\r\n*2\r\n$15\r\n1795943448626-0\r\n*2\r\n"
                 "$1\r\nm\r\n$3\r\none\r\n*2\r\n$15\r\n1795943448876-0\r\n*2\r\n$1\r\nm\r\n"
                 "$3\r\ntwo\r\n",
                 kWatched, "$6\r\nfanout\r\n$15\r\n1795943448876-0\r\n"},
        Dialogue{"RedisStreamsWatcherOfNothing",
                 RedisStreams().watcher,
                 "*0\r\n",
                 {"ready"},
                 "$6\r\nfanout\r\n$3\r\n0-0\r\n"},
        Dialogue{"NatsPublisher", NatsCore().publisher,
                 absl::StrCat(kInfo, "+OK\r\nPONG\r\n+OK\r\nPING\r\n+OK\r\n"), kPublished,
                 "PONG\r\n"},
        Dialogue{"NatsWatcher", NatsCore().watcher,
                 absl::StrCat(kInfo, "PONG\r\nMSG fanout 1 3\r\none\r\nMSG fanout 1 3\r\ntwo\r\n"),
                 kWatched, "SUB fanout 1\r\n"},
        Dialogue{"JetStreamPublisher", JetStream(true).publisher, JetStreamPublished(), kPublished,
                 R"("storage":"memory")"},
        Dialogue{"JetStreamWatcher", [] { return JetStream(false).watcher(); }, JetStreamWatched(),
                 kWatched, "PONG\r\nPUB $JS.FC.fanout.sGjg0uMC.hZdX 0\r\n\r\n"},
        Dialogue{"EtcdPublisher", Etcd().publisher, kEtcdPublished, kPublished, "hello"},
        Dialogue{"EtcdWatcher", Etcd().watcher, kEtcdWatched, kWatched, "fanout/\x12\7fanout0"},
        Dialogue{"Mqtt0Publisher", Mqtt(0).publisher, Bytes("\x20\2\0\0\xd0\0\xd0\0"), kPublished,
                 Bytes("\0\4MQTT\4\2\0\0")},
        Dialogue{"Mqtt0Watcher", Mqtt(0).watcher,
                 Bytes("\x20\2\0\0\x90\3\0\1\0\x30\x0b\0\6fanoutone\x30\x0b\0\6fanouttwo"),
                 kWatched, Bytes("\x82\x0b\0\1\0\6fanout\0")},
        Dialogue{"Mqtt1Publisher", Mqtt(1).publisher, Bytes("\x20\2\0\0\x40\2\0\1\x40\2\0\2"),
                 kPublished, ""},
        Dialogue{"Mqtt1Watcher", Mqtt(1).watcher,
                 Bytes("\x20\2\0\0\x90\3\0\1\1\x32\r\0\6fanout\0\1one\x32\r\0\6fanout\0\2two"),
                 kWatched, Bytes("\x40\2\0\1\x40\2\0\2")}),
    [](const auto& info) { return info.param.name; });

struct Refusal {
  std::string name;
  std::function<std::unique_ptr<Wire>()> wire;
  std::string said;
  std::string why;  // a part of the fault
};

class WireFaultTest : public ::testing::TestWithParam<Refusal> {};

TEST_P(WireFaultTest, IsNotIgnored) {
  const Heard heard = Say(GetParam().said, *GetParam().wire(), {});
  EXPECT_THAT(std::string(heard.status.message()), HasSubstr(GetParam().why));
}

const char kCreated[] = ".created 2 2\r\n{}\r\n";
const char kFirst[] = "MSG fanout 1 $JS.ACK.fanout.s.1.3.1.17.0 3\r\none\r\n";

INSTANTIATE_TEST_SUITE_P(
    Each, WireFaultTest,
    ::testing::Values(
        Refusal{"RedisError", RedisPubSub().publisher, ":0\r\n-OOM command not allowed\r\n",
                "-OOM"},
        Refusal{"RedisOtherChannel", RedisPubSub().watcher,
                "*3\r\n$9\r\nsubscribe\r\n$5\r\nother\r\n:1\r\n", "$5"},
        Refusal{"RedisNothingToRead", RedisStreams().watcher, "*0\r\n*-1\r\n", "*-1"},
        Refusal{"NatsError", NatsCore().watcher, "PONG\r\n-ERR 'Slow Consumer'\r\n",
                "Slow Consumer"},
        Refusal{"NatsWords", NatsCore().watcher, "PONG\r\nMSG fanout\r\n", "MSG fanout"},
        Refusal{"JetStreamPublishRefused", JetStream(true).publisher,
                "MSG _INBOX.publisher.confirmed 1 22\r\n{\"error\":{\"code\":503}}\r\n", "503"},
        Refusal{"JetStreamPublishNumber", JetStream(true).publisher,
                "MSG _INBOX.publisher.confirmed 1  28\r\n{\"stream\":\"fanout\", \"seq\":2}\r\n",
                "unexpected"},
        Refusal{"JetStreamGap", JetStream(true).watcher,
                absl::StrCat("MSG ", Inbox(), kCreated, kFirst,
                             "MSG fanout 1 $JS.ACK.fanout.s.1.5.2.17.0 3\r\ntwo\r\n"),
                ".1.5.2."},
        Refusal{"JetStreamTwice", JetStream(true).watcher,
                absl::StrCat("MSG ", Inbox(), kCreated, kFirst, kFirst), ".1.3.1."},
        Refusal{"JetStreamLost", JetStream(true).watcher,
                absl::StrCat("MSG ", Inbox(), kCreated, "HMSG ", Inbox(),
                             " 1  54 54\r\nNATS/1.0 100 Idle Heartbeat\r\n"
                             "Nats-Last-Consumer: 1\r\n\r\n\r\n"),
                "Nats-Last-Consumer: 1"},
        Refusal{"EtcdReset", Etcd().publisher, Bytes("\0\0\4\3\0\0\0\0\1\0\0\0\1"),
                "reset stream 1"},
        Refusal{"EtcdPutEndsUnanswered", Etcd().publisher, Bytes("\0\0\2\1\5\0\0\0\1\xbf\xbe"),
                "a put fails"},
        Refusal{"EtcdWatchEnds", Etcd().watcher, Bytes("\0\0\2\1\5\0\0\0\1\xbf\xbe"),
                "the watch ends"},
        // canceled, with created as etcd says it.
        Refusal{"EtcdWatchCancelled", Etcd().watcher,
                Bytes("\0\0\x09\0\0\0\0\0\1\0\0\0\0\4\x18\1\x20\1"), "unexpected"},
        Refusal{"MqttRefused", Mqtt(0).publisher, Bytes("\x20\2\0\5"), "unexpected"},
        Refusal{"MqttSubscriptionRefused", Mqtt(1).watcher, Bytes("\x20\2\0\0\x90\3\0\1\x80"),
                "packet 90"},
        Refusal{"MqttSentTwice", Mqtt(1).watcher,
                Bytes("\x20\2\0\0\x90\3\0\1\1\x3a\r\0\6fanout\0\1one"), "packet 3a"},
        Refusal{"MqttAckOutOfOrder", Mqtt(1).publisher, Bytes("\x20\2\0\0\x40\2\0\2"), "packet 40"},
        Refusal{"MqttLength", Mqtt(0).publisher, Bytes("\x20\x80\x80\x80\x80\1"), "unexpected"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace samsyn::bench
