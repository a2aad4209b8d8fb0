// How the set-up and the shifts come into the play: put by the system as the municipality is made,
// whole, each in one command.
#ifndef SAMSYN_SERVER_DEMO_SETUP_PLAY_H_
#define SAMSYN_SERVER_DEMO_SETUP_PLAY_H_

#include <absl/status/status.h>
#include <samsyn/v1/directory.pb.h>

#include "server/demo/director.h"
#include "server/demo/people.h"

namespace samsyn::demo {

absl::Status ApplySetup(Director& director, const v1::Setup& setup);
// The coordinator asks for Fritidsgården to be an authority; a second one is to confirm it.
absl::Status AskForAuthority(Director& director, v1::Setup setup);
absl::Status RegisterShift(Director& director, const ShiftOf& one);

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_SETUP_PLAY_H_
