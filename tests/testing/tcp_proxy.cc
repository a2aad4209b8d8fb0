#include "tests/testing/tcp_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <functional>
#include <list>
#include <thread>
#include <utility>
#include <vector>

#include "server/base/mutex.h"
#include "tests/testing/loopback_port.h"

namespace samsyn::testing {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kPieceBytes = 64 << 10;
constexpr size_t kHeldMost = 4 << 20;  // in one direction; then no more is read

// Also of a Way, for the two that are one direction.
constexpr size_t kToServer = 0;
constexpr size_t kToClient = 1;

struct Piece {
  Clock::time_point due;
  std::string bytes;
};

// From one side of a connection to the other.
struct Lane {
  int from = -1;
  int to = -1;
  std::deque<Piece> pieces;
  size_t held = 0;
  bool ended = false;  // nothing more comes
  bool full = false;   // `to` takes no more now
};

struct Connection {
  int client = -1;
  int server = -1;  // -1: the server does not know of it
  std::array<Lane, 2> lanes;
  bool lossy = false;
  bool dead = false;
};

// What is asked of a direction now.
struct Weather {
  absl::Duration delay;
  bool black_hole = false;
};

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

void SendWithoutWaiting(int descriptor) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

// A socket that is connected or about to be; -1 if it cannot.
int ConnectTo(const journal::RedisEndpoint& target) {
  const bool is_unix = !target.socket.empty();
  const int descriptor =
      socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int result = 0;
  if (is_unix) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, target.socket.c_str(), sizeof(address.sun_path) - 1);
    result = connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  } else {
    SendWithoutWaiting(descriptor);
    sockaddr_in address = Loopback(target.port);
    result = connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  }
  if (result == 0 || errno == EINPROGRESS) return descriptor;
  close(descriptor);
  return -1;
}

}  // namespace

struct TcpProxy::Impl {
  explicit Impl(journal::RedisEndpoint its) : target(std::move(its)) {
    Listen();
    thread = std::thread([this] { Run(); });
  }
  ~Impl() {
    Do([this] { stopping = true; });
    thread.join();
    close(bell);
  }

  const journal::RedisEndpoint target;
  const LoopbackPort port;
  const int bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  std::thread thread;

  Mutex mutex;
  CondVar done;
  std::vector<std::function<void()>> orders ABSL_GUARDED_BY(mutex);
  uint64_t given ABSL_GUARDED_BY(mutex) = 0;
  uint64_t carried_out ABSL_GUARDED_BY(mutex) = 0;

  // Of the thread.
  bool stopping = false;
  int listener = -1;  // -1: connections are refused
  std::array<Weather, 2> weather;
  std::list<Connection> connections;

  // Has the thread do it, and waits until it has.
  void Do(std::function<void()> order) {
    MutexLock lock(mutex);
    orders.push_back(std::move(order));
    const uint64_t mine = ++given;
    const uint64_t one = 1;
    if (write(bell, &one, sizeof(one)) < 0) return;
    while (carried_out < mine) done.Wait(mutex);
  }

  void CarryOutOrders() {
    MutexLock lock(mutex);
    for (const auto& order : orders) order();
    carried_out += orders.size();
    orders.clear();
    done.SignalAll();
  }

  void Run() {
    while (!stopping) {
      std::vector<pollfd> waits = {{bell, POLLIN, 0}};
      if (listener >= 0) waits.push_back({listener, POLLIN, 0});
      for (const Connection& each : connections) AddWaits(each, waits);
      poll(waits.data(), waits.size(), MillisecondsToNext());
      uint64_t rings = 0;
      if (read(bell, &rings, sizeof(rings)) > 0) CarryOutOrders();
      Accept();
      for (Connection& each : connections) Move(each);
      connections.remove_if([](Connection& each) { return each.dead && Close(each); });
    }
    Cut();
  }

  void AddWaits(const Connection& connection, std::vector<pollfd>& waits) const {
    for (const Lane& lane : connection.lanes) {
      if (lane.from >= 0 && !lane.ended && lane.held < kHeldMost) {
        waits.push_back({lane.from, POLLIN, 0});
      }
      if (lane.full) waits.push_back({lane.to, POLLOUT, 0});
    }
  }

  // Until the next delayed piece is due; -1: there is none.
  int MillisecondsToNext() const {
    int next = -1;
    for (const Connection& connection : connections) {
      for (const Lane& lane : connection.lanes) {
        if (lane.pieces.empty() || lane.full) continue;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(lane.pieces.front().due - Clock::now());
        const int wait = static_cast<int>(std::max<int64_t>(left.count(), 0));
        next = next < 0 ? wait : std::min(next, wait);
      }
    }
    return next;
  }

  void Listen() {
    if (listener >= 0) return;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address = Loopback(port.number());
    bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    listen(listener, SOMAXCONN);
  }

  void Accept() {
    while (listener >= 0) {
      const int client = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (client < 0) return;
      SendWithoutWaiting(client);
      Connection connection;
      connection.client = client;
      connection.lossy = weather[kToServer].black_hole;
      if (!connection.lossy) connection.server = ConnectTo(target);
      connection.dead = !connection.lossy && connection.server < 0;
      connection.lanes[kToServer].from = connection.lanes[kToClient].to = client;
      connection.lanes[kToServer].to = connection.lanes[kToClient].from = connection.server;
      connections.push_back(std::move(connection));
    }
  }

  void Move(Connection& connection) {
    for (const size_t way : {kToServer, kToClient}) {
      Lane& lane = connection.lanes[way];
      if (connection.dead || lane.from < 0) continue;
      Take(connection, lane, weather[way]);
      Give(connection, lane);
      if (lane.ended && lane.pieces.empty() && !weather[way].black_hole) connection.dead = true;
    }
  }

  void Take(Connection& connection, Lane& lane, const Weather& now) {
    std::array<char, kPieceBytes> buffer;
    while (!lane.ended && lane.held < kHeldMost) {
      const ssize_t got = recv(lane.from, buffer.data(), buffer.size(), 0);
      if (got < 0 && WouldBlock()) return;
      lane.ended = got <= 0;
      if (now.black_hole) connection.lossy = true;
      if (lane.ended || now.black_hole) continue;
      lane.pieces.push_back({Clock::now() + absl::ToChronoNanoseconds(now.delay),
                             std::string(buffer.data(), static_cast<size_t>(got))});
      lane.held += static_cast<size_t>(got);
    }
  }

  void Give(Connection& connection, Lane& lane) {
    lane.full = false;
    while (!lane.pieces.empty() && lane.pieces.front().due <= Clock::now()) {
      std::string& bytes = lane.pieces.front().bytes;
      const ssize_t sent = send(lane.to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) {
        lane.full = WouldBlock();
        connection.dead = !lane.full;
        return;
      }
      lane.held -= static_cast<size_t>(sent);
      bytes.erase(0, static_cast<size_t>(sent));
      if (bytes.empty()) lane.pieces.pop_front();
    }
  }

  static bool Close(const Connection& connection) {
    close(connection.client);
    if (connection.server >= 0) close(connection.server);
    return true;
  }

  void Cut() {
    if (listener >= 0) close(listener);
    listener = -1;
    connections.remove_if(Close);
  }

  void Heal() {
    weather = {};
    Listen();
    for (Connection& connection : connections) {
      connection.dead = connection.dead || connection.lossy;
      for (Lane& lane : connection.lanes) {
        for (Piece& piece : lane.pieces) piece.due = Clock::now();
      }
    }
    connections.remove_if([](Connection& each) { return each.dead && Close(each); });
  }

  // Changes one direction, or both.
  void Change(Way way, const std::function<void(Weather&)>& change) {
    Do([&] {
      if (way != Way::kToClient) change(weather[kToServer]);
      if (way != Way::kToServer) change(weather[kToClient]);
    });
  }
};

TcpProxy::TcpProxy(const journal::RedisEndpoint& target) : impl_(std::make_unique<Impl>(target)) {}
TcpProxy::~TcpProxy() = default;

int TcpProxy::port() const { return impl_->port.number(); }

journal::RedisEndpoint TcpProxy::AtPort(const std::string& host) const {
  journal::RedisEndpoint endpoint;
  endpoint.host = host;
  endpoint.port = port();
  return endpoint;
}

void TcpProxy::Cut() {
  impl_->Do([this] { impl_->Cut(); });
}

void TcpProxy::Heal() {
  impl_->Do([this] { impl_->Heal(); });
}

void TcpProxy::Delay(absl::Duration delay, Way way) {
  impl_->Change(way, [delay](Weather& weather) { weather.delay = delay; });
}

void TcpProxy::BlackHole(Way way) {
  impl_->Change(way, [](Weather& weather) { weather.black_hole = true; });
}

size_t TcpProxy::Connections() {
  size_t count = 0;
  impl_->Do([&] { count = impl_->connections.size(); });
  return count;
}

}  // namespace samsyn::testing
