// A thousand decisions at once that cannot all come true: of each set one wins, the others are told
// why.
#ifndef SAMSYN_TESTS_SIMULATION_MANY_CONFLICTS_H_
#define SAMSYN_TESTS_SIMULATION_MANY_CONFLICTS_H_

#include "tests/simulation/many_nodes.h"

namespace samsyn::simulation {

// All at once, through all nodes that run, in an order drawn from the seed:
// - six units, each committed to forty decided deployments of one window: UNIT_TAKEN;
// - twenty deployments, each decided by twenty, half of which say which version they mean:
//   ETAG_MISMATCH, WRONG_STATE;
// - five units, each proposed for thirty-two deployments of one window that are all decided:
//   UNIT_TAKEN;
// - twenty requests, each made ten times: one effect, one answer.
// Expects one winner of each, and judges the history.
void RunConflicts(ManyNodes& nodes, unsigned seed);

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_MANY_CONFLICTS_H_
