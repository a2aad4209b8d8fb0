// Rules of reports: who reports, amends, reviews and retracts, and what becomes of a partner's
// newer versions (R7, R8). An accepted report founds an incident in the same transaction, and every
// later change of it is followed by its incident (incident_rules.h).
#ifndef SAMSYN_SERVER_DOMAIN_REPORT_RULES_H_
#define SAMSYN_SERVER_DOMAIN_REPORT_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/report.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// The effect says what was done: created, amended (R8), or nothing new.
absl::Status SubmitReport(const v1::SubmitReportRequest& request, Transaction& transaction);
// A returned report is submitted again by it. A class stricter than the report's tightens it; a
// looser one is for SetClass.
absl::Status AmendReport(const v1::AmendReportRequest& request, Transaction& transaction);
absl::Status ReviewReport(const v1::ReviewReportRequest& request, Transaction& transaction);
absl::Status RetractReport(const v1::RetractReportRequest& request, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_REPORT_RULES_H_
