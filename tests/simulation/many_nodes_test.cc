// Several nodes on one journal, used by many at once: whatever happens beside them, the history
// checker (history_checker.h) finds nothing wrong.
#include "tests/simulation/many_nodes.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "server/domain/refusal.h"
#include "server/journal/memory_journal.h"
#include "tests/simulation/many_clients.h"
#include "tests/testing/faulty_journal.h"

namespace samsyn::simulation {
namespace {

// SAMSYN_SEED repeats a run.
unsigned Seed() {
  const char* const wanted = std::getenv("SAMSYN_SEED");
  return wanted == nullptr ? 1 : static_cast<unsigned>(std::atoi(wanted));
}

class ManyNodesTest : public ::testing::Test {
 protected:
  // Each node has faults of its own.
  StoreFactory Stores() {
    return [this](int) { return std::make_unique<testing::FaultyJournalStore>(memory_); };
  }

  journal::MemoryJournalStore memory_;
};

TEST_F(ManyNodesTest, TwoNodesAreOne) {
  SCOPED_TRACE(absl::StrCat("SAMSYN_SEED=", Seed()));
  ManyNodes nodes(Stores(), 2, {"0136"});
  Plan plan;
  plan.seed = Seed();
  RunTogether(nodes, plan);
  std::map<std::string, int> tally;
  for (const Write& write : nodes.history().writes()) {
    ++tally[write.outcome == Outcome::kAcknowledged ? write.command.method + " ok"
                : write.command.method + " " + v1::ErrorReason_Name(domain::ReasonOf(write.refusal))];
  }
  for (const auto& [what, count] : tally) std::cout << what << " " << count << "\n";
  std::cout << "reads " << nodes.history().reads().size() << "\n";
  for (const Watch& w : nodes.history().watches()) {
    int f = 0, r = 0;
    for (const auto& step : w.steps) { f += step.follows; r += step.response.reset(); }
    std::cout << w.client << " steps " << w.steps.size() << " follows " << f << " resets " << r << "\n";
  }
  std::cout << "journal " << nodes.ReadJournal("0136").size() << "\n";
}

}  // namespace
}  // namespace samsyn::simulation
