// The demonstration of Haninge: a municipality with twelve weeks behind it, made by the same
// commands as any other, under a clock that runs through those weeks. Everything invented is
// marked.
#ifndef SAMSYN_SERVER_DEMO_DEMONSTRATION_H_
#define SAMSYN_SERVER_DEMO_DEMONSTRATION_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "server/demo/director.h"
#include "server/engine/engine.h"

namespace samsyn::demo {

inline constexpr char kHaninge[] = "0136";

// A municipality of an engine, which must run by `clock`, as a stage. The engine and the clock must
// outlive it.
absl::StatusOr<Stage> StageOn(engine::Engine& engine, ManualClock& clock, std::string municipality);

// Plays it on a stage on which the municipality has just been made.
absl::Status PlayHaninge(const Stage& stage, absl::Time now);

// When the municipality is to be made for a play that ends now: twelve weeks before.
absl::Time BeginOfDemonstration(absl::Time now);

// Makes the municipality and plays it. `engine` must run by `clock` and not have the municipality
// yet; the clock stands at `now` afterwards. The same now gives the same picture. Takes some
// seconds. An error leaves a part behind: begin again with an empty journal.
absl::Status MakeHaningeDemonstration(engine::Engine& engine, ManualClock& clock, absl::Time now);

// Whom the six token files are for: {"coordinator", name of the member}, and so on.
std::vector<std::pair<std::string, std::string>> TokenHolders();

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_DEMONSTRATION_H_
