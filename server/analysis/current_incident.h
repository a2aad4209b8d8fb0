// The incident that another one counts as now: itself, or the one that it was merged into.
#ifndef SAMSYN_SERVER_ANALYSIS_CURRENT_INCIDENT_H_
#define SAMSYN_SERVER_ANALYSIS_CURRENT_INCIDENT_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/incident.pb.h>

#include <memory>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::analysis {

using IncidentPtr = std::shared_ptr<const v1::Incident>;

// Null if none counts, or the audience may not see the whole of one on the way.
IncidentPtr CurrentIncident(const domain::View& view, const domain::Audience& audience,
                            absl::string_view name);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_CURRENT_INCIDENT_H_
