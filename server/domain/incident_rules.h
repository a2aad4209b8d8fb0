// Incidents follow from their reports; nobody writes them by hand. Called by whatever changes a
// report, in the same transaction.
#ifndef SAMSYN_SERVER_DOMAIN_INCIDENT_RULES_H_
#define SAMSYN_SERVER_DOMAIN_INCIDENT_RULES_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/report.pb.h>

#include <string>

#include "server/domain/transaction.h"

namespace samsyn::domain {

inline constexpr size_t kHeadlineCharacters = 120;

// The incident that a report founds: it has the report's id.
std::string IncidentFoundedBy(absl::string_view report);

// Makes the incident agree with its reports as the transaction has them: content, place and release
// from the first that stands, WITHDRAWN when none does. Founds it for an accepted report that names
// an incident which is not there yet. Writes nothing where nothing changes. To be called after the
// report was put.
void FollowReports(absl::string_view incident, absl::string_view report, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_INCIDENT_RULES_H_
