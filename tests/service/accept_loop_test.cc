// The accept loop survives what gRPC's own does not.
#include "server/service/accept_loop.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <unistd.h>

#include <vector>

#include "server/base/mutex.h"
#include "tests/testing/eventually.h"

namespace samsyn::service {
namespace {

using ::samsyn::testing::Eventually;

// Takes connections and keeps them.
class Taken {
 public:
  void operator()(int fd) {
    MutexLock lock(mutex_);
    fds_.emplace_back(fd);
  }
  size_t count() {
    MutexLock lock(mutex_);
    return fds_.size();
  }
  void CloseFirst() {
    MutexLock lock(mutex_);
    fds_.erase(fds_.begin());
  }

 private:
  Mutex mutex_;
  std::vector<Descriptor> fds_ ABSL_GUARDED_BY(mutex_);
};

sockaddr_in Address(const char* host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  inet_pton(AF_INET, host, &address.sin_addr);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

bool Connect(const Descriptor& fd, int port) {
  const sockaddr_in to = Address("127.0.0.1", port);
  return connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
}

// All descriptors that the process may have, while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit low = before_;
    low.rlim_cur = 128;
    setrlimit(RLIMIT_NOFILE, &low);
    for (int fd = open("/dev/null", O_RDONLY); fd >= 0; fd = open("/dev/null", O_RDONLY)) {
      held_.emplace_back(fd);
    }
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
  std::vector<Descriptor> held_;
};

class AcceptLoopTest : public ::testing::Test {
 protected:
  AcceptLoopTest() {
    auto listener = Listen("127.0.0.1:0");
    EXPECT_TRUE(listener.ok()) << listener.status();
    port_ = listener->port;
    loop_ = std::make_unique<AcceptLoop>(*std::move(listener), ConnectionCaps{},
                                         [this](int fd) { taken_(fd); });
  }
  Taken taken_;
  int port_ = 0;
  std::unique_ptr<AcceptLoop> loop_;
};

TEST_F(AcceptLoopTest, SurvivesWhenDescriptorsRunOut) {
  const Descriptor client(socket(AF_INET, SOCK_STREAM, 0));
  {
    const NoDescriptors none;
    ASSERT_TRUE(Connect(client, port_));
    EXPECT_TRUE(Eventually([&] { return loop_->starved() > 0; }));
  }
  EXPECT_TRUE(Eventually([&] { return taken_.count() == 1; }))
      << "the waiting connection is accepted once there is room";
}

TEST_F(AcceptLoopTest, StopsAccepting) {
  const Descriptor first(socket(AF_INET, SOCK_STREAM, 0));
  ASSERT_TRUE(Connect(first, port_));
  ASSERT_TRUE(Eventually([&] { return taken_.count() == 1; }));
  loop_->Stop();
  loop_->Stop();
  const Descriptor second(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_FALSE(Connect(second, port_));
}

// Callers with addresses of their own: all of 127.0.0.0/8 is this machine, and here it is exempt as
// the caps say, not by itself.
class ConnectionCapsTest : public ::testing::Test {
 protected:
  ConnectionCapsTest() {
    auto listener = Listen("127.0.0.1:0");
    EXPECT_TRUE(listener.ok()) << listener.status();
    port_ = listener->port;
    loop_ = std::make_unique<AcceptLoop>(
        *std::move(listener),
        ConnectionCaps{.total = 5, .per_address = 2, .exempt = *ParseNetworks({"127.1.0.0/16"})},
        [this](int fd) { taken_(fd); });
  }

  // Connects from an address; whether the connection was taken rather than closed.
  bool IsTaken(const char* from) {
    Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in own = Address(from, 0);
    EXPECT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own), 0);
    const size_t taken = taken_.count();
    const int64_t refused = loop_->refused();
    EXPECT_TRUE(Connect(fd, port_));
    EXPECT_TRUE(Eventually([&] { return taken_.count() > taken || loop_->refused() > refused; }));
    if (taken_.count() > taken) {
      callers_.push_back(std::move(fd));
      return true;
    }
    char byte;
    EXPECT_LE(read(fd.get(), &byte, 1), 0) << "a refused connection is closed";
    return false;
  }

  Taken taken_;
  std::vector<Descriptor> callers_;
  int port_ = 0;
  std::unique_ptr<AcceptLoop> loop_;
};

TEST_F(ConnectionCapsTest, OneAddressHasItsShareAndOthersTheirs) {
  EXPECT_TRUE(IsTaken("127.0.0.2"));
  EXPECT_TRUE(IsTaken("127.0.0.2"));
  EXPECT_FALSE(IsTaken("127.0.0.2"));
  EXPECT_EQ(loop_->refused(), 1);
  EXPECT_TRUE(IsTaken("127.0.0.3"));
  // What has been closed makes room.
  taken_.CloseFirst();
  EXPECT_TRUE(Eventually([&] { return IsTaken("127.0.0.2"); }));
  EXPECT_FALSE(IsTaken("127.0.0.2"));
}

TEST_F(ConnectionCapsTest, AllTogetherHaveAnEnd) {
  for (const char* from : {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6"}) {
    EXPECT_TRUE(IsTaken(from)) << from;
  }
  EXPECT_FALSE(IsTaken("127.0.0.7"));
  taken_.CloseFirst();
  EXPECT_TRUE(Eventually([&] { return IsTaken("127.0.0.7"); }));
}

TEST_F(ConnectionCapsTest, ListedNetworksAreNotCounted) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(IsTaken("127.1.2.3"));
  for (const char* from : {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6"}) {
    EXPECT_TRUE(IsTaken(from)) << from;
  }
  EXPECT_FALSE(IsTaken("127.2.0.1"));
  EXPECT_TRUE(IsTaken("127.1.2.3")) << "also when everybody else is refused";
}

TEST(Network, ContainsItsAddresses) {
  const struct {
    const char* network;
    const char* host;
    bool inside;
  } rows[] = {
      {"192.0.2.0/24", "192.0.2.255", true},
      {"192.0.2.0/24", "192.0.3.0", false},
      {"192.0.2.128/25", "192.0.2.127", false},
      {"192.0.2.7", "192.0.2.7", true},
      {"192.0.2.7", "192.0.2.8", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"2001:db8::/33", "2001:db8::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"::/0", "192.0.2.7", false},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"192.0.2.0/24", "", false},
  };
  for (const auto& row : rows) {
    const auto network = Network::Parse(row.network);
    ASSERT_TRUE(network.ok()) << network.status();
    EXPECT_EQ(network->Contains(row.host), row.inside) << row.network << " " << row.host;
  }
}

TEST(Network, SaysWhatIsWrong) {
  for (const char* wrong : {"", "office", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1",
                            "192.0.2/24", "2001:db8::/129", "/24", "192.0.2.0/24/8"}) {
    const auto network = Network::Parse(wrong);
    EXPECT_TRUE(absl::IsInvalidArgument(network.status())) << wrong;
    EXPECT_NE(network.status().message().find("192.0.2.0/24"), std::string::npos);
  }
  EXPECT_EQ(Network::Parse("192.0.2.77/24").status().message(),
            "\"192.0.2.77/24\" is an address inside a network; the network is 192.0.2.0/24");
  EXPECT_EQ(ParseNetworks({"192.0.2.0/24", "x"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Listen, SaysWhatIsWrong) {
  auto listener = Listen("127.0.0.1:0");
  ASSERT_TRUE(listener.ok());
  EXPECT_TRUE(listener->loopback);
  const auto again = Listen(listener->address);
  EXPECT_TRUE(absl::IsAlreadyExists(again.status())) << again.status();
  for (const char* wrong : {"", "127.0.0.1", ":50451", "127.0.0.1:x", "127.0.0.1:70000"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Listen(wrong).status())) << wrong;
  }
  auto all = Listen("0.0.0.0:0");
  ASSERT_TRUE(all.ok());
  EXPECT_FALSE(all->loopback);
}

}  // namespace
}  // namespace samsyn::service
