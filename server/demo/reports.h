// What is reported in the demonstration: the police's events, moved in time, and invented reports.
#ifndef SAMSYN_SERVER_DEMO_REPORTS_H_
#define SAMSYN_SERVER_DEMO_REPORTS_H_

#include <absl/status/status.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/report.pb.h>

#include <memory>
#include <string>
#include <vector>

#include "server/demo/director.h"
#include "server/demo/week.h"

namespace samsyn::demo {

inline constexpr int kInventedReports = 250;
inline constexpr int kReportsOfSameThings = 4;

// What has been told so far, in the order in which it was.
struct Told {
  std::string report;  // name
  std::string area;    // name; empty: unlocated
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  absl::Time time;
};
using Tale = std::vector<Told>;

// Whole weeks by which the carried police events are moved, so that the newest lies in the week
// before now.
int64_t WeeksMoved(const Week& week);

// Adds the steps of the police's events: each as the coordinator's import would bring it, marked.
absl::Status PlayPoliceEvents(Director& director, const Week& week);

// Adds the steps of the invented reports and of their review; the newest stay unreviewed. The same
// for the same now, on every machine.
absl::Status PlayInventedReports(Director& director, const Week& week,
                                 const std::vector<v1::Area>& areas, std::shared_ptr<Tale> tale);

// Adds the steps of two broken windows that two organisations report each: of the earlier one the
// reports are merged, of the later one nobody has said yet that they are the same.
void PlaySameThings(Director& director, const Week& week, std::shared_ptr<Tale> tale);

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_REPORTS_H_
