// The police's events, moved in time.
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "clients/connectors/parse/polisen.h"
#include "server/demo/embedded.h"
#include "server/demo/people.h"
#include "server/demo/reports.h"
#include "server/domain/report_rules.h"

namespace samsyn::demo {
namespace {

std::vector<connectors::PolisenEvent> CarriedEvents(const connectors::PolisenReader& reader) {
  std::vector<connectors::PolisenEvent> events;
  const auto answer = reader.ReadAnswer(HaningePoliceEvents());
  if (!answer.ok()) return events;
  for (const auto& event : answer->events) {
    if (event.ok()) events.push_back(*event);
  }
  return events;
}

// The most weeks after which none is later than now.
int64_t WeeksFor(const std::vector<connectors::PolisenEvent>& events, const Week& week) {
  if (events.empty()) return 0;
  absl::Time newest = absl::InfinitePast();
  for (const auto& event : events) {
    newest = std::max({newest, event.published, event.occurred});
  }
  int64_t weeks = (week.now() - newest) / absl::Hours(24 * 7);
  while (week.Later(newest, weeks + 1) <= week.now()) ++weeks;
  while (week.Later(newest, weeks) > week.now()) --weeks;
  return weeks;
}

v1::Report Moved(const connectors::PolisenReader& reader, const connectors::PolisenEvent& event,
                 const Week& week, int64_t weeks) {
  const absl::Time published = week.Later(event.published, weeks);
  v1::Report report = reader.ToReport(event, published);
  *report.mutable_occurred_time() = domain::TimestampOf(week.Later(event.occurred, weeks));
  report.mutable_source()->set_source_uri(kMovedPoliceUri);
  report.add_marks(
      absl::StrCat("demonstration, tiden flyttad ", weeks, weeks == 1 ? " vecka" : " veckor"));
  return report;
}

}  // namespace

int64_t WeeksMoved(const Week& week) {
  return WeeksFor(CarriedEvents(connectors::PolisenReader()), week);
}

absl::Status PlayPoliceEvents(Director& director, const Week& week) {
  const connectors::PolisenReader reader;
  const std::vector<connectors::PolisenEvent> events = CarriedEvents(reader);
  if (events.empty()) return absl::DataLossError("the carried police events cannot be read");
  const int64_t weeks = WeeksFor(events, week);
  for (const connectors::PolisenEvent& event : events) {
    v1::SubmitReportRequest request;
    request.set_municipality(director.municipality());
    *request.mutable_report() = Moved(reader, event, week, weeks);
    director.At(week.Later(event.published, weeks), [&director, request] {
      return director.Do("samordnare", request, &domain::SubmitReport).status();
    });
  }
  return absl::OkStatus();
}

}  // namespace samsyn::demo
