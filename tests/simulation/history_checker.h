// Judges what the clients of several nodes saw (history.h), with the final journal as the truth of
// what happened and in which order. What it promises is what several nodes promise:
//
// - Every acknowledged write stands in the journal once, at the revision and with the results that
//   were acknowledged; a repeat got the same answer. What was refused for good is not there.
// - The order is that of real time: whatever anybody had been shown when a write was asked for
//   stands before it.
// - Every entry is what its rule gives on the picture before it; every refusal is what the rule
//   gives on some picture of the time of its call.
// - A read shows the picture of the revision that it names, not an older one than was asked for or
//   than its node had shown; a watcher has after every unit the picture of the revision that it
//   names.
//
// What is not known (a call that never came back) is held against nobody, but is there once at
// most.
#ifndef SAMSYN_TESTS_SIMULATION_HISTORY_CHECKER_H_
#define SAMSYN_TESTS_SIMULATION_HISTORY_CHECKER_H_

#include <absl/strings/string_view.h>

#include <ostream>
#include <string>
#include <vector>

#include "server/journal/journal.h"
#include "tests/simulation/history.h"

namespace samsyn::simulation {

enum class Rule {
  kChain,     // the journal itself is no chain
  kLost,      // acknowledged, and not there
  kTwice,     // there more than once
  kAnswer,    // a repeat got another answer than the first, or the entry says another
  kNotAsked,  // there, and refused for good, or never asked for
  kOrder,     // before something that had been shown when it was asked for
  kDecision,  // not what the rule gives on the picture before it
  kRefusal,   // no picture of the call's time gives this refusal
  kRead,      // not the picture of the revision that it names, or an older one than it may be
  kWatch,     // not the picture of the revision that it names, or a revision gone back
};
absl::string_view NameOf(Rule rule);

// What is wrong; the text names call and revision.
struct Violation {
  Rule rule;
  std::string text;
};
std::ostream& operator<<(std::ostream& stream, const Violation& violation);

// What is wrong with what was seen of a municipality ("municipalities/0136"); empty: nothing.
// `journal`: all its entries from the first. Those up to `given` were there when the clients began.
std::vector<Violation> CheckHistory(const History& history, absl::string_view municipality,
                                    const std::vector<journal::Entry>& journal,
                                    domain::Revision given = 0);

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_HISTORY_CHECKER_H_
