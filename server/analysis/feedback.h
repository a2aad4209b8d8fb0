// What came of a report ("vad blev det av det?"): from the report to its incident, to the problems
// that this is linked to, to the deployments that answer them, to how they went. Every step is told
// as the audience is shown it by itself; what it is not shown ends the way there, without a trace.
#ifndef SAMSYN_SERVER_ANALYSIS_FEEDBACK_H_
#define SAMSYN_SERVER_ANALYSIS_FEEDBACK_H_

#include <absl/status/status.h>
#include <samsyn/v1/report.pb.h>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::analysis {

// Fills the response but for `revision`; NOT_FOUND when the report is not for the audience. Of whom
// a part of the report or the incident is withheld, that is all that is told. A problem linked to
// an incident that was merged is linked to the one that it is part of now. Problems in order of
// name.
absl::Status GetReportFeedback(const v1::GetReportFeedbackRequest& request,
                               const domain::View& view, const domain::Audience& audience,
                               v1::GetReportFeedbackResponse* response);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_FEEDBACK_H_
