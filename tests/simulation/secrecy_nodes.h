// The nodes that a history of the secrecy harness runs on: two engines, each behind a server of its
// own, over one journal in memory. What they say to those who run them (log lines, figures, health)
// is kept to be searched.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_NODES_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_NODES_H_

#include <grpcpp/channel.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "server/base/clock.h"
#include "server/engine/engine.h"
#include "server/journal/memory_journal.h"
#include "server/service/server.h"
#include "server/web/metrics.h"

namespace samsyn::simulation {

class SecrecyNodes {
 public:
  static constexpr size_t kNodes = 2;

  explicit SecrecyNodes(const Clock& clock) : clock_(clock) {}
  ~SecrecyNodes() { Stop(); }

  // The municipality is made, empty, where there is none.
  void Start();
  void Stop();
  // Waits until each node has all that another has committed.
  void Settle();
  // The journal loses what follows this revision; returns when both nodes have found the fork.
  void Fork(domain::Revision after);

  engine::Engine& engine(size_t node) { return *nodes_[node].engine; }
  grpc::Channel& channel(size_t node) { return *nodes_[node].channel; }

  // The figures of all nodes, and what their health service answers to anybody.
  std::string Figures();

 private:
  struct Node {
    std::unique_ptr<web::Metrics> metrics;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<service::Server> server;
    std::shared_ptr<grpc::Channel> channel;
  };

  const Clock& clock_;
  journal::MemoryJournalStore store_;
  std::array<Node, kNodes> nodes_;
};

// Keeps what is written on standard error, where the log goes, while it lives.
class KeptLog {
 public:
  KeptLog();
  ~KeptLog();
  KeptLog(const KeptLog&) = delete;
  KeptLog& operator=(const KeptLog&) = delete;

  // All of it so far.
  std::string Text();

 private:
  std::FILE* const file_;
  const int before_;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_NODES_H_
