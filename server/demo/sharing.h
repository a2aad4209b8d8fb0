// What the social services of the demonstration share, and how much of it.
#ifndef SAMSYN_SERVER_DEMO_SHARING_H_
#define SAMSYN_SERVER_DEMO_SHARING_H_

#include "server/demo/director.h"
#include "server/demo/week.h"

namespace samsyn::demo {

inline constexpr int kSharedReports = 2;

// Adds the steps of a report that the police get without place and words, and of one that somebody
// has proposed to share and nobody has decided over.
void PlaySharing(Director& director, const Week& week);

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_SHARING_H_
