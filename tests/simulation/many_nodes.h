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
#include "tests/simulation/history.h"

namespace samsyn::simulation {

// The journals as one node has them, made anew each time that it starts; -1: as somebody has them
// who only reads.
using StoreFactory = std::function<std::unique_ptr<journal::JournalStore>(int node)>;

// Wakes who waits for anything to have changed. Thread-safe.
class Bell {
 public:
  void Ring() {
    MutexLock lock(mutex_);
    ++rung_;
    changed_.SignalAll();
  }
  // Returns as soon as it rang more often than `seen`, or after a second; gives the number.
  int64_t Wait(int64_t seen) {
    MutexLock lock(mutex_);
    if (rung_ == seen) changed_.WaitFor(mutex_, absl::Seconds(1));
    return rung_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int64_t rung_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Thread-safe, but for the constructor and `Judge`.
class ManyNodes {
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
  ~ManyNodes();

  // Small enough that snapshots, resets and short batches come up; timers fire by themselves.
  static engine::EngineOptions Options();

  // Starts a node that is not running, perhaps one of a new number.
  void Start(int node);
  // Lets it answer what it was asked, and ends it.
  void Stop(int node);
  // Null: it is not running.
  std::shared_ptr<Node> Get(int node);
  // The numbers of those that run.
  std::vector<int> Running();

  // Asks a node; `done` is called with what came of it, from any thread, once that is in the
  // history. False: it is not running, and nothing was asked. `write` has all but what the call
  // brings.
  bool Ask(int node, Write write, std::function<void(const Write&)> done);
  // The same, waiting. nullopt: it is not running.
  std::optional<Write> AskAndWait(int node, Write write);
  // Reads from a node, once it has come to `min_revision`. nullopt: it is not running, ended
  // meanwhile, or does not come to it.
  std::optional<Read> Look(int node, Read read);

  // Moves the clock of all nodes.
  void Advance(absl::Duration by);
  absl::Time now() const { return clock_.Now(); }

  History& history() { return history_; }
  Bell& bell() { return bell_; }
  const std::vector<std::string>& codes() const { return codes_; }

  // The newest revision that a running node has.
  domain::Revision Newest(absl::string_view municipality);
  // Waits until all that run have what each of the others has; false, with a failure, when they do
  // not come to it.
  bool Settle();
  // Expects that every running node has the journal's last picture, and the history is right. When
  // nobody asks any more.
  void Judge();
  std::vector<journal::Entry> ReadJournal(absl::string_view code);

 private:
  void Furnish(const std::string& code);
  void Confirm(const std::string& municipality);
  void Begin(const Node& node, Call& call);
  void End(Call& call);

  const StoreFactory stores_;
  const engine::EngineOptions options_;
  const std::vector<std::string> codes_;
  ManualClock clock_{absl::FromUnixSeconds(1795795200)};  // a Friday, 17:00 in Stockholm
  History history_;
  Bell bell_;
  std::map<std::string, domain::Revision> given_;  // by municipality

  Mutex mutex_;
  std::map<int, std::shared_ptr<Node>> nodes_ ABSL_GUARDED_BY(mutex_);
  std::map<int, int> lives_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_MANY_NODES_H_
