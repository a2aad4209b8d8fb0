// What in a report's words a reviewer should look at: where something about a person may stand, not
// what.
#ifndef SAMSYN_SERVER_DOMAIN_REPORT_FINDINGS_H_
#define SAMSYN_SERVER_DOMAIN_REPORT_FINDINGS_H_

#include <absl/time/time.h>
#include <samsyn/v1/report.pb.h>

namespace samsyn::domain {

// Finds them in the words that the report has now; at most 100. `confirmed`: its writer says that
// what looks like person numbers is something else.
void SetTextFindings(bool confirmed, absl::Time now, v1::Report& report);

// Whether a machine's person number was masked in it, by its findings.
bool WasMasked(const v1::Report& report);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_REPORT_FINDINGS_H_
