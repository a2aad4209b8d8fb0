// Incidents follow from their reports; nobody writes them by hand. Called by whatever changes a
// report, in the same transaction.
//
// An incident with a report's id is that report's home. A report is in one incident, the home of
// the first of that incident's reports, and says which in `incident`. While it is in another than
// its own, its home is MERGED: it shows what this report says, names the other incident, and keeps
// the records of what was merged into it as far as those reports are still with it. So whatever
// leaves again together is the incident that it was.
#ifndef SAMSYN_SERVER_DOMAIN_INCIDENT_RULES_H_
#define SAMSYN_SERVER_DOMAIN_INCIDENT_RULES_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/report.pb.h>

#include <string>
#include <vector>

#include "server/domain/transaction.h"

namespace samsyn::domain {

inline constexpr size_t kHeadlineCharacters = 120;

using IncidentMerges = google::protobuf::RepeatedPtrField<v1::IncidentMerge>;

// The incident that a report founds, its home: it has the report's id.
std::string IncidentFoundedBy(absl::string_view report);

// Makes these reports, all of one release, one incident: the home of the first, with the others in
// this order. The homes of the others become MERGED, the reports say where they are. Of `records`
// those stay that tell how a report came into it which its own records do not name. Content, place
// and release come from the first report that stands; WITHDRAWN when none does. Writes nothing
// where nothing changes.
void GatherReports(const std::vector<std::string>& reports, const IncidentMerges& records,
                   Transaction& transaction);

// Makes the incident agree with its reports as the transaction has them. Founds it for an accepted
// report that names an incident which is not there yet. Reports that no longer have the release of
// its first one are split off: an incident is of one release. To be called after the report was
// put.
void FollowReports(absl::string_view incident, absl::string_view report, Transaction& transaction);

// The incidents that would no longer be of one release if the organisations were those of
// `directory`: content for authorities has other viewers when its owner becomes or ceases to be
// one. Walks over all incidents.
std::vector<std::string> MixedIncidents(const View& directory);
// Splits such an incident, by the organisations of `directory`.
void SeparateReleases(absl::string_view incident, const View& directory, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_INCIDENT_RULES_H_
