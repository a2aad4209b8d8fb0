// Lists: one page of what an audience may see, in order of name, through the request's filters.
// Pure; the caller says how the view may be read and fills in the answer's revision.
//
// A page has `page_size` entities (0: 100, at most 1,000), fewer where they are large. Its token is
// the name of the last entity that the page shows, so it gives nobody a name that he has not got;
// what it grants is decided anew with every page. Filters are checked on what the audience sees:
// what is withheld from it cannot be searched for. INVALID_FIELDS for a malformed token, NOT_FOUND
// for another municipality than the audience's.
#ifndef SAMSYN_SERVER_DOMAIN_LISTS_H_
#define SAMSYN_SERVER_DOMAIN_LISTS_H_

#include <absl/status/status.h>
#include <samsyn/v1/access.pb.h>
#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/indicator.pb.h>
#include <samsyn/v1/meeting.pb.h>
#include <samsyn/v1/problem.pb.h>
#include <samsyn/v1/report.pb.h>

#include "server/domain/visibility.h"

namespace samsyn::domain {

absl::Status ListReports(const v1::ListReportsRequest& request, const View& view,
                         const Audience& audience, v1::ListReportsResponse* response);
absl::Status ListIncidents(const v1::ListIncidentsRequest& request, const View& view,
                           const Audience& audience, v1::ListIncidentsResponse* response);
absl::Status ListProblems(const v1::ListProblemsRequest& request, const View& view,
                          const Audience& audience, v1::ListProblemsResponse* response);
absl::Status ListIndicators(const v1::ListIndicatorsRequest& request, const View& view,
                            const Audience& audience, v1::ListIndicatorsResponse* response);
absl::Status ListMeetings(const v1::ListMeetingsRequest& request, const View& view,
                          const Audience& audience, v1::ListMeetingsResponse* response);
absl::Status ListDeployments(const v1::ListDeploymentsRequest& request, const View& view,
                             const Audience& audience, v1::ListDeploymentsResponse* response);
absl::Status ListAssignments(const v1::ListAssignmentsRequest& request, const View& view,
                             const Audience& audience, v1::ListAssignmentsResponse* response);
// NOT_FOUND for an assignment that the audience does not see.
absl::Status ListFieldUpdates(const v1::ListFieldUpdatesRequest& request, const View& view,
                              const Audience& audience, v1::ListFieldUpdatesResponse* response);
absl::Status ListOrganisations(const v1::ListOrganisationsRequest& request, const View& view,
                               const Audience& audience, v1::ListOrganisationsResponse* response);
absl::Status ListMembers(const v1::ListMembersRequest& request, const View& view,
                         const Audience& audience, v1::ListMembersResponse* response);
absl::Status ListUnits(const v1::ListUnitsRequest& request, const View& view,
                       const Audience& audience, v1::ListUnitsResponse* response);
absl::Status ListAreas(const v1::ListAreasRequest& request, const View& view,
                       const Audience& audience, v1::ListAreasResponse* response);
absl::Status ListShifts(const v1::ListShiftsRequest& request, const View& view,
                        const Audience& audience, v1::ListShiftsResponse* response);
absl::Status ListTokens(const v1::ListTokensRequest& request, const View& view,
                        const Audience& audience, v1::ListTokensResponse* response);
absl::Status ListReleases(const v1::ListReleasesRequest& request, const View& view,
                          const Audience& audience, v1::ListReleasesResponse* response);
// The sessions in force now. Who sees no others' tokens still sees those of `caller`, its own.
absl::Status ListSessions(const v1::ListSessionsRequest& request, const View& view,
                          const Audience& audience, const Caller& caller, absl::Time now,
                          v1::ListSessionsResponse* response);
// The devices; of whom, as with sessions.
absl::Status ListDevices(const v1::ListDevicesRequest& request, const View& view,
                         const Audience& audience, const Caller& caller,
                         v1::ListDevicesResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_LISTS_H_
