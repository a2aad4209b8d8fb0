// What clients see of several nodes, wherever these run: they are asked, read and watched, and
// whatever comes of it goes into one history.
#ifndef SAMSYN_TESTS_SIMULATION_NODES_H_
#define SAMSYN_TESTS_SIMULATION_NODES_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "tests/simulation/history.h"

namespace samsyn::simulation {

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

// A watch on one node. `Next` is for one thread.
class Following {
 public:
  Following(int number, int lives) : node(number), life(lives) {}
  virtual ~Following() = default;

  // Waits for a response. nullopt: there are no more, for the node has ended or the way to it is
  // broken, or it was interrupted.
  virtual std::optional<v1::WatchResponse> Next() = 0;
  // From any thread.
  virtual void Interrupt() = 0;

  const int node;
  const int life;
};

// Thread-safe.
class Nodes {
 public:
  virtual ~Nodes() = default;

  // The numbers of those that run.
  virtual std::vector<int> Running() = 0;
  // Asks a node; what comes of it is in the history, too. `write` has all but what the call brings.
  // nullopt: it is not running, and nothing was asked.
  virtual std::optional<Write> AskAndWait(int node, Write write) = 0;
  // Reads from a node, once it has come to `min_revision`. nullopt: it is not running, ended
  // meanwhile, or does not come to it.
  virtual std::optional<Read> Look(int node, Read read) = 0;
  // Null: it is not running, or does not take the watch.
  virtual std::unique_ptr<Following> Follow(int node, const domain::Caller& caller,
                                            const v1::WatchRequest& request) = 0;

  // By the nodes' clock.
  virtual absl::Time now() = 0;
  // Moves it, where that is possible.
  virtual void Advance(absl::Duration by) = 0;

  // The newest revision that a running node has.
  virtual domain::Revision Newest(absl::string_view municipality) = 0;
  // Waits until all that run have what each of the others has; false, with a failure, when they do
  // not come to it.
  virtual bool Settle() = 0;
  // Expects that every running node has the journal's last picture, and the history is right. When
  // nobody asks any more.
  virtual void Judge() = 0;

  const std::vector<std::string>& codes() const { return codes_; }
  History& history() { return history_; }
  Bell& bell() { return bell_; }

 protected:
  explicit Nodes(std::vector<std::string> codes) : codes_(std::move(codes)) {}

 private:
  const std::vector<std::string> codes_;
  History history_;
  Bell bell_;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_NODES_H_
