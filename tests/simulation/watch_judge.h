// Judges one watcher's observations beside a replay: after every unit that it was sent whole, it
// must have the picture of the revision that the unit names, as its audience sees it. Verdicts of
// the situation, which may come later than what they follow from, are left out.
#ifndef SAMSYN_TESTS_SIMULATION_WATCH_JUDGE_H_
#define SAMSYN_TESTS_SIMULATION_WATCH_JUDGE_H_

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/domain/visibility.h"
#include "tests/simulation/history.h"
#include "tests/simulation/replay.h"

namespace samsyn::simulation {

// Not thread-safe. The watch must outlive it.
class WatchJudge {
 public:
  explicit WatchJudge(const Watch& watch);

  // To be called at every revision of the replay, from 0 on.
  void At(const Replay& replay);
  // The journal ends at this revision.
  void End(domain::Revision head);

  const std::vector<std::string>& wrong() const { return wrong_; }

 private:
  using Content = std::map<std::string, std::string>;  // bytes by name
  // Responses that are applied together.
  struct Unit {
    std::vector<const Watch::Step*> responses;
    domain::Revision revision() const { return responses.back()->response.revision(); }
  };
  // From one whole picture to the next: revisions do not go back.
  struct Stretch {
    std::deque<Unit> units;
    Content has;
  };

  void Cut();
  void AddUnit(Unit unit);
  bool Passes(absl::string_view name) const;
  void Follow(const Replay& replay);
  void Show(const Replay& replay, const std::string& name);
  void Take(const Unit& unit, Content& has);
  bool Compare(const Unit& unit, const Content& has);
  void Wrong(const Unit& unit, absl::string_view what);

  const Watch& watch_;
  std::vector<Stretch> stretches_;
  std::optional<domain::Audience> audience_;
  Content visible_;  // to it, at the replay's revision
  std::vector<std::string> wrong_;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_WATCH_JUDGE_H_
