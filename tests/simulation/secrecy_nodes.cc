#include "tests/simulation/secrecy_nodes.h"

#include <absl/synchronization/notification.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "tests/testing/eventually.h"
#include "tests/testing/world.h"

namespace samsyn::simulation {
namespace {

using testing::kMunicipality;

// What anybody is told of the health of the whole server and of a municipality, as bytes.
std::string HealthOf(const std::shared_ptr<grpc::Channel>& channel) {
  std::string all;
  grpc::GenericStub stub(channel);
  for (const std::string service : {"", "samsyn.municipality.0136"}) {
    // HealthCheckRequest { string service = 1; }
    const std::string request =
        service.empty() ? "" : "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
    const grpc::Slice slice(request);
    grpc::ByteBuffer sent(&slice, 1), received;
    grpc::ClientContext context;
    absl::Notification done;
    stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &sent, &received,
                   [&](const grpc::Status& status) {
                     EXPECT_TRUE(status.ok()) << status.error_message();
                     done.Notify();
                   });
    done.WaitForNotification();
    std::vector<grpc::Slice> slices;
    EXPECT_TRUE(received.Dump(&slices).ok());
    for (const grpc::Slice& one : slices) all.append(one.begin(), one.end());
  }
  return all;
}

}  // namespace

void SecrecyNodes::Start() {
  for (Node& node : nodes_) {
    engine::EngineOptions options;
    options.run_timers = false;
    options.threads = 1;
    options.snapshot_every = 15;
    options.applied_at_start = 6;
    node.engine = std::make_unique<engine::Engine>(store_, clock_, options);
    ASSERT_TRUE(node.engine->Start().ok());
    if (node.engine->Names().empty()) {  // the first node, the first time
      ASSERT_TRUE(node.engine->CreateMunicipality("0136", "Haninge", "Stockholms län").ok());
    }
    node.metrics = std::make_unique<web::Metrics>();
    service::ServerOptions server;
    server.listen = "127.0.0.1:0";
    server.push.key = "key";
    server.observe = node.metrics->CallObserver();
    auto started = service::Server::Start(*node.engine, clock_, server);
    ASSERT_TRUE(started.ok()) << started.status();
    node.server = *std::move(started);
    node.channel = node.server->InProcessChannel();
  }
}

void SecrecyNodes::Stop() {
  for (Node& node : nodes_) {
    node.channel.reset();
    node.server.reset();
    node.engine.reset();
    node.metrics.reset();
  }
}

void SecrecyNodes::Settle() {
  domain::Revision newest = 0;
  for (Node& node : nodes_) {
    const auto status = node.engine->StatusOf(kMunicipality);
    if (status.ok()) newest = std::max(newest, status->head.revision);
  }
  for (Node& node : nodes_) {
    const auto feed = node.engine->FeedOf(kMunicipality);
    ASSERT_TRUE(feed.ok()) << feed.status();
    if ((*feed)->revision() >= newest) continue;
    absl::Notification reached;
    node.engine->WhenReached(kMunicipality, newest, absl::InfiniteFuture(),
                             [&](absl::Status status) {
                               EXPECT_TRUE(status.ok()) << status;
                               reached.Notify();
                             });
    reached.WaitForNotification();
  }
}

void SecrecyNodes::Fork(domain::Revision after) {
  ASSERT_TRUE(store_.Log("0136")->ForkAfter(after, {}, "node-1").ok());
  for (Node& node : nodes_) {
    ASSERT_TRUE(testing::Eventually([&] {
      const auto status = node.engine->StatusOf(kMunicipality);
      return status.ok() && status->head.revision == after;
    }));
  }
}

std::string SecrecyNodes::Figures() {
  std::string all;
  for (Node& node : nodes_) {
    web::Metrics::Sources sources;
    sources.engine = node.engine.get();
    sources.server = node.server.get();
    sources.connections = [] { return 0; };
    sources.refused = [] { return int64_t{0}; };
    sources.starved = [] { return int64_t{0}; };
    all += node.metrics->Text(sources);
    all += HealthOf(node.channel);
  }
  return all;
}

KeptLog::KeptLog() : file_(std::tmpfile()), before_(dup(STDERR_FILENO)) {
  std::fflush(stderr);
  dup2(fileno(file_), STDERR_FILENO);
}

KeptLog::~KeptLog() {
  std::fflush(stderr);
  dup2(before_, STDERR_FILENO);
  close(before_);
  std::fclose(file_);
}

std::string KeptLog::Text() {
  std::fflush(stderr);
  std::string all;
  char piece[1 << 16];
  off_t at = 0;
  for (ssize_t got; (got = pread(fileno(file_), piece, sizeof piece, at)) > 0; at += got) {
    all.append(piece, static_cast<size_t>(got));
  }
  return all;
}

}  // namespace samsyn::simulation
