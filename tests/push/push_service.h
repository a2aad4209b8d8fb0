// A push service of our own on loopback, over plain sockets: keeps what it was sent, answers what
// the test says.
#ifndef SAMSYN_TESTS_PUSH_PUSH_SERVICE_H_
#define SAMSYN_TESTS_PUSH_PUSH_SERVICE_H_

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/time/clock.h>
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/base/mutex.h"

namespace samsyn::testing {

class PushService {
 public:
  struct Request {
    std::string line;                            // "POST /one HTTP/1.1"
    std::map<std::string, std::string> headers;  // names in small letters
    absl::Time time;
  };
  // What it does with a request: a status line with headers, as "201 Created" or "429 Slow
  // Down\r\nRetry-After: 1".
  static constexpr char kCloses[] = "closes";
  static constexpr char kHangs[] = "hangs";

  PushService() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 64);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    origin_ = absl::StrCat("http://127.0.0.1:", ntohs(address.sin_port));
    thread_ = std::thread([this] { Run(); });
  }
  ~PushService() {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
    }
    thread_.join();
    for (const int open : hanging_) close(open);
    close(listener_);
  }

  const std::string& origin() const { return origin_; }
  // The next answers, in order; after them "201 Created".
  void Answer(std::vector<std::string> answers) {
    MutexLock lock(mutex_);
    answers_ = std::move(answers);
  }
  std::vector<Request> requests() const {
    MutexLock lock(mutex_);
    return requests_;
  }
  size_t count() const { return requests().size(); }

 private:
  void Run() {
    for (;;) {
      {
        MutexLock lock(mutex_);
        if (stopping_) return;
      }
      pollfd waiting{listener_, POLLIN, 0};
      if (poll(&waiting, 1, 20) != 1) continue;
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection >= 0) Serve(connection);
    }
  }
  void Serve(int connection) {
    std::string text;
    while (!absl::StrContains(text, "\r\n\r\n")) {
      char bytes[4096];
      const ssize_t size = read(connection, bytes, sizeof bytes);
      if (size <= 0) break;
      text.append(bytes, static_cast<size_t>(size));
    }
    const std::string answer = Take(text);
    if (answer == kHangs) {
      hanging_.push_back(connection);
      return;
    }
    if (answer != kCloses) {
      const std::string response =
          absl::StrCat("HTTP/1.1 ", answer, "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      static_cast<void>(!write(connection, response.data(), response.size()));
    }
    close(connection);
  }
  std::string Take(const std::string& text) {
    Request request;
    request.time = absl::Now();
    for (absl::string_view line : absl::StrSplit(text, "\r\n", absl::SkipEmpty())) {
      if (request.line.empty()) {
        request.line = std::string(line);
        continue;
      }
      const std::pair<absl::string_view, absl::string_view> header =
          absl::StrSplit(line, absl::MaxSplits(": ", 1));
      request.headers[absl::AsciiStrToLower(header.first)] = std::string(header.second);
    }
    MutexLock lock(mutex_);
    requests_.push_back(std::move(request));
    if (answers_.empty()) return "201 Created";
    const std::string answer = answers_.front();
    answers_.erase(answers_.begin());
    return answer;
  }

  const int listener_;
  std::string origin_;
  std::vector<int> hanging_;  // of the thread
  mutable Mutex mutex_;
  std::vector<std::string> answers_ ABSL_GUARDED_BY(mutex_);
  std::vector<Request> requests_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_PUSH_PUSH_SERVICE_H_
