// Last Friday's meeting and what came of it, and the Friday to come.
#ifndef SAMSYN_SERVER_DEMO_MEETING_H_
#define SAMSYN_SERVER_DEMO_MEETING_H_

#include <samsyn/v1/directory.pb.h>

#include <memory>
#include <vector>

#include "server/demo/director.h"
#include "server/demo/reports.h"
#include "server/demo/week.h"

namespace samsyn::demo {

// Adds the steps of last Friday: problems stated during the week, the meeting from opening to
// closing, two deployments that are done the same evening and followed up in the days after.
void PlayLastFriday(Director& director, const Week& week, const std::vector<v1::Area>& areas,
                    std::shared_ptr<const Tale> tale);

// Adds the steps that prepare the Friday to come, whose meeting is planned by then: the shifts are
// said.
void PlayNextFriday(Director& director, const Week& week);

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_MEETING_H_
