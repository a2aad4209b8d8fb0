// The library's loop and a samsynd that is ended and started again: what was reported is there,
// once.
#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <thread>

#include "clients/cpp/client.h"
#include "clients/cpp/watch_loop.h"
#include "tests/testing/eventually.h"
#include "tests/testing/server_process.h"

namespace samsyn {
namespace {

using testing::Eventually;

// Reports by name, and how often each of them came.
class Watcher {
 public:
  explicit Watcher(Client& client) {
    v1::WatchRequest filter;
    filter.set_municipality(client.municipality());
    filter.add_kinds(v1::ENTITY_KIND_REPORT);
    loop_ = std::make_unique<WatchLoop>(
        client, filter,
        WatchCallbacks{.applied = [this](const ChangeSet& set) { Applied(set); },
                       .state_changed =
                           [this](WatchState state, const CallError&) {
                             std::lock_guard<std::mutex> lock(mutex_);
                             live_ = state == WatchState::kLive;
                             broken_ += state == WatchState::kBroken ? 1 : 0;
                           }},
        WatchTiming{.first_pause = absl::Milliseconds(20),
                    .longest_pause = absl::Milliseconds(200)});
    thread_ = std::thread([this] { EXPECT_TRUE(loop_->Run().ok()); });
  }
  ~Watcher() {
    loop_->Stop();
    thread_.join();
  }
  std::map<std::string, int> came() {
    std::lock_guard<std::mutex> lock(mutex_);
    return came_;
  }
  bool live() {
    std::lock_guard<std::mutex> lock(mutex_);
    return live_;
  }
  int broken() {
    std::lock_guard<std::mutex> lock(mutex_);
    return broken_;
  }

 private:
  void Applied(const ChangeSet& set) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const WatchChange& change : set.changes) ++came_[change.name];
  }

  std::unique_ptr<WatchLoop> loop_;
  std::mutex mutex_;
  std::map<std::string, int> came_;  // guarded by mutex_, and so are these
  bool live_ = false;
  int broken_ = 0;
  std::thread thread_;
};

TEST(Reconnect, TheLoopGoesOnWhereItWasWhenTheServerComesBack) {
  testing::ServerProcess server(SAMSYND_PATH);
  ASSERT_TRUE(server.RunOffline({"--create", "0136"}));
  ASSERT_TRUE(server.Start());
  const ClientOptions options{.address = server.address(),
                              .token = server.Token("0136-coordinator"),
                              .retry_for = absl::Seconds(30)};
  Client watching(options), reporting(options);
  std::map<std::string, int> once;
  const auto report = [&](const std::string& text) {
    v1::SubmitReportRequest request;
    request.set_municipality(reporting.municipality());
    request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
    request.mutable_report()->set_text(text);
    v1::SubmitReportResponse response;
    const CallError error = reporting.Call(
        reporting.reports(), &v1::ReportService::StubInterface::SubmitReport, request, &response);
    ASSERT_TRUE(error.ok()) << error.ToString();
    once[response.report().name()] = 1;
  };
  report("Före");
  Watcher watcher(watching);
  ASSERT_TRUE(Eventually([&] { return watcher.live(); }));
  for (int round = 0; round < 3; ++round) {
    report(absl::StrCat("Innan ", round));
    const int broken = watcher.broken();
    ASSERT_EQ(server.Stop(), 0);
    ASSERT_TRUE(server.Start());
    report(absl::StrCat("Efter ", round));
    // Nothing is missing, and nothing came twice: it resumed rather than begin anew.
    EXPECT_TRUE(Eventually([&] { return watcher.came().size() == once.size(); }));
    EXPECT_EQ(watcher.came(), once);
    EXPECT_GT(watcher.broken(), broken);
  }
}

}  // namespace
}  // namespace samsyn
