// Rules of merging (R9): a person says that reports are of the same thing, or that they are not.
// What follows for incidents and reports stands in incident_rules.h.
#ifndef SAMSYN_SERVER_DOMAIN_MERGE_RULES_H_
#define SAMSYN_SERVER_DOMAIN_MERGE_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/incident.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// Every named report brings all reports of its incident along. Each of those incidents leaves a
// record of its own, which SplitIncident can undo.
absl::Status MergeReports(const v1::MergeReportsRequest& request, Transaction& transaction);
// The part with the incident's first report keeps its name: if that one is named, the others leave.
// Answers with the incident and with that of those who left.
absl::Status SplitIncident(const v1::SplitIncidentRequest& request, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_MERGE_RULES_H_
