// A server with its HTTP door on loopback and short times, for tests over real sockets.
#ifndef SAMSYN_TESTS_WEB_DOOR_TEST_BASE_H_
#define SAMSYN_TESTS_WEB_DOOR_TEST_BASE_H_

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>
#include <samsyn/v1/watch.pb.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/web/door.h"
#include "tests/service/server_test_base.h"
#include "tests/web/raw_socket.h"

namespace samsyn::web {

using service::kMunicipality;
using testing::Eventually;

inline constexpr PageFile kPage[] = {
    {"/", "text/html; charset=utf-8", "\"11aa\"", false, "<title>Samsyn</title>", "", ""},
    {"/assets/index-22bb.js", "text/javascript; charset=utf-8", "\"22bb\"", true, "identity",
     "gzipped", "brotli"},
};

// An answer taken apart.
struct Answer {
  int status = 0;
  std::string head;  // in lower case
  std::string body;
};

// The figures live longer than the server that tells them.
struct HasMetrics {
  service::ServerOptions Observed() {
    service::ServerOptions options;
    options.observe = metrics_.CallObserver();
    return options;
  }
  Metrics metrics_;
};

class DoorTestBase : protected HasMetrics, public service::ServerTestBase {
 protected:
  DoorTestBase() : ServerTestBase(Observed()) {
    door_options_.listen = "127.0.0.1:0";
    door_options_.page = kPage;
    door_options_.http.limits.header = absl::Milliseconds(400);
    door_options_.http.limits.body = absl::Milliseconds(400);
    door_options_.http.limits.write = absl::Milliseconds(800);
    door_options_.http.limits.linger = absl::Milliseconds(200);
    StartDoor();
  }
  ~DoorTestBase() override {
    if (door_ == nullptr) return;
    door_->Drain();
    server_->Shutdown();
    door_ = nullptr;
  }
  void StartDoor() {
    auto door = Door::Start(engine_, *server_, metrics_, door_options_);
    ASSERT_TRUE(door.ok()) << door.status();
    door_ = *std::move(door);
  }
  int port() const { return door_->port(); }
  std::string Host() const { return absl::StrCat("127.0.0.1:", port()); }

  // The text of a request; `headers` end with a line's end each.
  std::string RequestText(absl::string_view method, absl::string_view path,
                          absl::string_view headers = "", absl::string_view body = "") const {
    return absl::StrCat(method, " ", path, " HTTP/1.1\r\nHost: ", Host(), "\r\n", headers,
                        body.empty() && method != "POST"
                            ? std::string()
                            : absl::StrCat("Content-Length: ", body.size(), "\r\n"),
                        "\r\n", body);
  }
  Answer Ask(absl::string_view method, absl::string_view path, absl::string_view headers = "",
             absl::string_view body = "") const {
    RawSocket socket(port());
    socket.Send(RequestText(method, path, absl::StrCat("Connection: close\r\n", headers), body));
    return Parsed(socket.ReadAll());
  }
  Answer PostJson(absl::string_view path, absl::string_view headers, absl::string_view body) const {
    return Ask("POST", path, absl::StrCat("Content-Type: application/json\r\n", headers), body);
  }
  static Answer Parsed(const std::string& text) {
    Answer answer;
    const size_t end = text.find("\r\n\r\n");
    if (end == std::string::npos || text.size() < 12) return answer;
    answer.status = std::stoi(text.substr(9, 3));
    answer.head = absl::AsciiStrToLower(text.substr(0, end + 2));
    answer.body = text.substr(end + 4);
    return answer;
  }

  static std::string CookieOf(const std::string& token) {
    return absl::StrCat("Cookie: __Host-samsyn=", token, "\r\n");
  }
  static std::string Frame(absl::string_view message, char flags = 0) {
    std::string frame(1, flags);
    for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(message.size() >> shift);
    return absl::StrCat(frame, message);
  }
  // The text of a call of Watch by gRPC-Web.
  std::string WatchText(const std::string& token) const {
    v1::WatchRequest request;
    request.set_municipality(kMunicipality);
    return RequestText(
        "POST", "/samsyn.v1.WatchService/Watch",
        absl::StrCat("Content-Type: application/grpc-web+proto\r\n", CookieOf(token)),
        Frame(request.SerializeAsString()));
  }
  bool WatchersAre(int count) {
    return Eventually([&] { return server_->watches().Streams() == count; });
  }

  DoorOptions door_options_;
  std::unique_ptr<Door> door_;
};

}  // namespace samsyn::web

#endif  // SAMSYN_TESTS_WEB_DOOR_TEST_BASE_H_
