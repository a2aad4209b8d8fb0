#include "server/web/http_server.h"

#include <absl/container/flat_hash_map.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "server/base/log.h"
#include "server/base/mutex.h"

namespace samsyn::web {
namespace {

namespace asio = boost::asio;

bool FromLoopback(int descriptor) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  return getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
         service::IsLoopback(peer);
}

// When a file was last put in its place; changes when a certificate is renewed.
std::pair<int64_t, int64_t> StampOf(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return {0, 0};
  return {found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec,
          static_cast<int64_t>(found.st_ino)};
}

}  // namespace

// Shared with the functions that post to it, which may live longer than the server.
struct HttpServer::Impl {
  Impl(const HttpOptions& given, ConnectionRules given_rules)
      : options(given),
        rules(std::move(given_rules)),
        work(asio::make_work_guard(loop)),
        reload(loop) {
    rules.limits = options.limits;
  }

  // On the web thread: takes a connection over.
  void Take(int descriptor) {
    const bool loopback = FromLoopback(descriptor);
    auto socket = MakeSocket(loop, descriptor, tls);
    if (socket == nullptr) return;
    auto connection =
        std::make_shared<Connection>(loop, std::move(socket), rules, loopback, tls != nullptr,
                                     [this](Connection* gone) { Forget(gone); });
    open[connection.get()] = connection;
    count.store(static_cast<int>(open.size()));
    connection->Start();
  }

  void Forget(Connection* connection) {
    open.erase(connection);
    MutexLock lock(mutex);
    count.store(static_cast<int>(open.size()));
    changed.SignalAll();
  }

  // On the web thread, of all connections as they are now: one may go while others are told.
  void ForAll(void (Connection::*what)()) {
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [pointer, connection] : open) all.push_back(connection);
    for (const auto& connection : all) (connection.get()->*what)();
  }

  // Looks now and then whether the certificate has been renewed.
  void WatchFiles() {
    reload.expires_after(absl::ToChronoMilliseconds(options.tls_reload));
    reload.async_wait([this](boost::system::error_code error) {
      if (error) return;
      const auto now = Stamps();
      if (now != stamps) {
        stamps = now;
        auto renewed = MakeTlsContext(options.tls_certificate, options.tls_key);
        Log(renewed.ok() ? LogLevel::kInfo : LogLevel::kError, "page's certificate has changed",
            {{"status", renewed.status().ToString()}});
        if (renewed.ok()) tls = *std::move(renewed);
      }
      WatchFiles();
    });
  }
  std::pair<std::pair<int64_t, int64_t>, std::pair<int64_t, int64_t>> Stamps() const {
    return {StampOf(options.tls_certificate), StampOf(options.tls_key)};
  }

  const HttpOptions options;
  asio::io_context loop{1};
  std::atomic<int> count{0};
  Mutex mutex;  // for the wait in Stop; taken alone
  CondVar changed;

  // Of the web thread, once it runs.
  ConnectionRules rules;
  TlsContext tls;  // null: plain text
  asio::executor_work_guard<asio::io_context::executor_type> work;
  asio::steady_timer reload;
  std::pair<std::pair<int64_t, int64_t>, std::pair<int64_t, int64_t>> stamps;
  absl::flat_hash_map<Connection*, std::shared_ptr<Connection>> open;

  std::unique_ptr<service::AcceptLoop> accepting;
  std::thread thread;
};

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() { Stop(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(service::Listener listener,
                                                              const HttpOptions& options,
                                                              ConnectionRules rules) {
  auto impl = std::make_shared<Impl>(options, std::move(rules));
  if (!options.tls_certificate.empty()) {
    auto tls = MakeTlsContext(options.tls_certificate, options.tls_key);
    if (!tls.ok()) return tls.status();
    impl->tls = *std::move(tls);
    impl->stamps = impl->Stamps();
    impl->WatchFiles();
  }
  Impl* const raw = impl.get();
  impl->thread = std::thread([raw] { raw->loop.run(); });
  impl->accepting = std::make_unique<service::AcceptLoop>(
      std::move(listener), options.connections,
      [raw](int fd) { asio::post(raw->loop, [raw, fd] { raw->Take(fd); }); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

Post HttpServer::poster() const {
  return [impl = impl_](std::function<void()> work) { asio::post(impl->loop, std::move(work)); };
}

void HttpServer::Drain() {
  asio::post(impl_->loop, [impl = impl_.get()] {
    impl->rules.draining = true;
    impl->ForAll(&Connection::Drain);
  });
}

void HttpServer::Stop(absl::Duration patience) {
  if (!impl_->thread.joinable()) return;
  impl_->accepting->Stop();
  Drain();
  const absl::Time deadline = absl::Now() + patience;
  {
    MutexLock lock(impl_->mutex);
    while (impl_->count.load() > 0 && absl::Now() < deadline) {
      impl_->changed.WaitFor(impl_->mutex, deadline - absl::Now());
    }
  }
  asio::post(impl_->loop, [impl = impl_.get()] {
    impl->ForAll(&Connection::Close);
    impl->reload.cancel();
    impl->work.reset();  // What is pending finds its connection gone; then the thread ends.
  });
  impl_->thread.join();
}

int HttpServer::connections() const { return impl_->count.load(); }
const service::AcceptLoop& HttpServer::accept_loop() const { return *impl_->accepting; }

}  // namespace samsyn::web
