// What is planned in a period, "i kväll och i helgen": each time that a planned event is held.
// Pure.
#ifndef SAMSYN_SERVER_DOMAIN_PLANNED_EVENTS_H_
#define SAMSYN_SERVER_DOMAIN_PLANNED_EVENTS_H_

#include <absl/status/status.h>
#include <samsyn/v1/report.pb.h>

#include "server/domain/visibility.h"

namespace samsyn::domain {

// The first times, by when they begin: at most 1,000, fewer where the reports are large. Of what
// the audience sees, accepted or not reviewed yet; NOT_FOUND for another municipality than its own.
absl::Status ListPlannedEvents(const v1::ListPlannedEventsRequest& request, const View& view,
                               const Audience& audience, v1::ListPlannedEventsResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_PLANNED_EVENTS_H_
