// Several samsynd processes, asked over gRPC as any client would, killed and started again: with
// one directory each, and whatever arguments make them share their journals.
#ifndef SAMSYN_TESTS_SIMULATION_MANY_PROCESSES_H_
#define SAMSYN_TESTS_SIMULATION_MANY_PROCESSES_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/client.h"
#include "tests/simulation/nodes.h"
#include "tests/testing/server_process.h"

namespace samsyn::simulation {

// `Start`, `Kill` and `Judge` from the thread that made it, the rest from any.
class ManyProcesses : public Nodes {
 public:
  // `arguments`: of every samsynd, beside its directory and address ("--redis", "unix:…"); none:
  // there can be one node only. Makes and furnishes the municipality 0136 and starts the nodes.
  ManyProcesses(const std::string& program, int count, std::vector<std::string> arguments);
  ~ManyProcesses() override;

  void Start(int node);
  void Kill(int node);  // SIGKILL

  std::vector<int> Running() override;
  std::optional<Write> AskAndWait(int node, Write write) override;
  std::optional<Read> Look(int node, Read read) override;
  std::unique_ptr<Following> Follow(int node, const domain::Caller& caller,
                                    const v1::WatchRequest& request) override;
  absl::Time now() override { return absl::Now(); }
  void Advance(absl::Duration) override {}  // it goes on by itself
  domain::Revision Newest(absl::string_view municipality) override;
  bool Settle() override;
  // Ends the nodes, too.
  void Judge() override;

 private:
  struct Node {
    explicit Node(const std::string& program) : process(program) {}
    testing::ServerProcess process;
    int life = 0;  // 0: it has never been started
    bool running = false;
    std::map<std::string, std::unique_ptr<Client>> clients;  // by member
  };

  void Furnish();
  void IssueTokens(const v1::Setup& setup, Client& coordinator);
  bool IsRunning(int node);
  // Null: it is not running. Sets node, life and when it was asked.
  Client* Begin(int node, const std::string& member, Call& call);
  void End(Call& call);
  domain::Revision RevisionOf(int node);
  std::vector<journal::Entry> ReadJournal(int node);

  const std::vector<std::string> arguments_;
  std::map<std::string, std::string> tokens_;  // by member
  domain::Revision given_ = 0;
  Mutex mutex_;
  std::vector<std::unique_ptr<Node>> nodes_;  // their fields but `process` are under the mutex
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_MANY_PROCESSES_H_
