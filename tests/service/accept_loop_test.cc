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

 private:
  Mutex mutex_;
  std::vector<Descriptor> fds_ ABSL_GUARDED_BY(mutex_);
};

bool Connect(const Descriptor& fd, int port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<uint16_t>(port));
  return connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
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
