// Several nodes in one process: an engine each, over journals that they share. They are started and
// stopped while clients ask them; what clients see goes into one history, which is judged in the
// end.
#ifndef SAMSYN_TESTS_SIMULATION_MANY_NODES_H_
#define SAMSYN_TESTS_SIMULATION_MANY_NODES_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/engine/engine.h"
#include "server/journal/journal.h"
#include "tests/simulation/nodes.h"

namespace samsyn::simulation {

// The journals as one node has them, made anew each time that it starts; -1: as somebody has them
// who only reads.
using StoreFactory = std::function<std::unique_ptr<journal::JournalStore>(int node)>;

// Thread-safe, but for the constructor and `Judge`.
class ManyNodes : public Nodes {
 public:
  // A node while it runs; whoever holds it keeps it from going.
  struct Node {
    Node(int number, int lives, std::unique_ptr<journal::JournalStore> journals, const Clock& clock,
         const engine::EngineOptions& options)
        : number(number), life(lives), store(std::move(journals)), engine(*store, clock, options) {}

    const int number;
    const int life;
    const std::unique_ptr<journal::JournalStore> store;
    engine::Engine engine;
  };

  // Starts the first of `count` nodes, makes the municipalities (codes) on it, furnishes them
  // (town_of_many.h), and starts the others.
  ManyNodes(StoreFactory stores, int count, const std::vector<std::string>& codes,
            engine::EngineOptions options = Options());
  ~ManyNodes() override;

  // Small enough that snapshots, resets and short batches come up; timers fire by themselves.
  static engine::EngineOptions Options();

  // Starts a node that is not running, perhaps one of a new number.
  void Start(int node);
  // Lets it answer what it was asked, and ends it.
  void Stop(int node);
  // Null: it is not running.
  std::shared_ptr<Node> Get(int node);
  // Asks a node; `done` is called with what came of it, from any thread, once that is in the
  // history. False: it is not running, and nothing was asked.
  bool Ask(int node, Write write, std::function<void(const Write&)> done);

  std::vector<int> Running() override;
  std::optional<Write> AskAndWait(int node, Write write) override;
  std::optional<Read> Look(int node, Read read) override;
  std::unique_ptr<Following> Follow(int node, const domain::Caller& caller,
                                    const v1::WatchRequest& request) override;
  absl::Time now() override { return clock_.Now(); }
  void Advance(absl::Duration by) override;
  domain::Revision Newest(absl::string_view municipality) override;
  bool Settle() override;
  void Judge() override;

  std::vector<journal::Entry> ReadJournal(absl::string_view code);

 private:
  class FeedFollowing;

  void Furnish(const std::string& code);
  void Confirm(const std::string& municipality);
  void Begin(const Node& node, Call& call);
  void End(Call& call);

  const StoreFactory stores_;
  const engine::EngineOptions options_;
  ManualClock clock_{absl::FromUnixSeconds(1795795200)};  // a Friday, 17:00 in Stockholm
  std::map<std::string, domain::Revision> given_;         // by municipality

  Mutex mutex_;
  std::map<int, std::shared_ptr<Node>> nodes_ ABSL_GUARDED_BY(mutex_);
  std::map<int, int> lives_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_MANY_NODES_H_
