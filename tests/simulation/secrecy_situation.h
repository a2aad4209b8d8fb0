// What the situation may say to a member: counted a second time, from what the member may see by
// the model and from nothing else.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_SITUATION_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_SITUATION_H_

#include <absl/time/time.h>

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/secrecy_model.h"

namespace samsyn::simulation {

struct SituationCounts {
  int incidents = 0;   // counted, from `start` on
  int unreviewed = 0;  // reports
};

// The incidents and reports of a picture.
std::vector<domain::EntityPtr> CountedIn(const domain::Picture& picture);

// Counts of entities as they are or were; of these, only those that the member may see in that
// version, and in the one of now if there still is one.
SituationCounts CountsFor(const std::string& member, const SecrecyModel& model,
                          const domain::Picture& now,
                          const std::vector<domain::EntityPtr>& entities, absl::Time start);

// The verdicts, by name as text, of a municipality in which there is nothing but what the member
// may see.
std::map<std::string, std::string> VerdictsFor(const std::string& member, const SecrecyModel& model,
                                               const domain::Picture& now);

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_SITUATION_H_
