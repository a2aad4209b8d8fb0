// What was seen in a history, counted, so that a run in which nothing happened is noticed.
#ifndef SAMSYN_TESTS_SIMULATION_MANY_TALLY_H_
#define SAMSYN_TESTS_SIMULATION_MANY_TALLY_H_

#include <cstdlib>
#include <map>

#include "server/domain/refusal.h"
#include "tests/simulation/history.h"

namespace samsyn::simulation {

// SAMSYN_SEED repeats a run, as far as the threads let it be repeated.
inline unsigned Seed() {
  const char* const wanted = std::getenv("SAMSYN_SEED");
  return wanted == nullptr ? 1 : static_cast<unsigned>(std::atoi(wanted));
}

struct Tally {
  explicit Tally(const History& history) {
    for (const Write& write : history.writes()) {
      if (write.outcome == Outcome::kAcknowledged) {
        ++acknowledged;
        repeats += write.answer.repeat ? 1 : 0;
      } else {
        ++refused[domain::ReasonOf(write.refusal)];
      }
    }
    for (const Watch& watch : history.watches()) Count(watch);
  }
  void Count(const Watch& watch) {
    int node = -1;
    for (size_t i = 0; i + 1 < watch.steps.size(); ++i) {
      if (!watch.steps[i].follows) continue;
      const Watch::Step& next = watch.steps[i + 1];
      if (next.follows) continue;
      resets += next.response.reset() ? 1 : 0;
      resumed += !next.response.reset() && node >= 0 && next.node != node ? 1 : 0;
      node = next.node;
    }
  }

  int acknowledged = 0, repeats = 0;
  std::map<v1::ErrorReason, int> refused;  // or not known
  int resets = 0;                          // watches that began anew
  int resumed = 0;                         // … and that went on at another node
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_MANY_TALLY_H_
