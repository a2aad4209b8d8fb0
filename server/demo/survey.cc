#include "server/demo/survey.h"

#include <algorithm>
#include <map>

#include "clients/connectors/parse/area_names.h"
#include "clients/connectors/parse/survey_csv.h"
#include "server/demo/embedded.h"
#include "server/domain/indicator_rules.h"

namespace samsyn::demo {
namespace {

constexpr absl::Duration kUntilKnown = absl::Hours(24 * 14);

}  // namespace

absl::Status PlaySurveys(Director& director, const Week& week, const std::vector<v1::Area>& areas) {
  connectors::AreaNames names("Haninge");
  for (const v1::Area& area : areas) names.Add(area);
  const connectors::Survey survey =
      connectors::ReadSurvey(SurveyCsv(), connectors::SurveyDefaults());
  if (!survey.faults.empty()) return absl::InternalError(survey.faults[0].English());
  std::map<absl::Time, v1::RecordIndicatorsRequest> requests;
  for (const connectors::SurveyRow& row : survey.rows) {
    v1::Indicator indicator = row.indicator;
    const auto found = names.Find(row.area, indicator.mutable_area());
    if (found == connectors::AreaNames::Found::kNone) return absl::InternalError(row.area);
    const absl::Time known = domain::TimeOf(indicator.period_end_time()) + kUntilKnown;
    v1::RecordIndicatorsRequest& request = requests[std::max(known, week.begin())];
    request.set_municipality(director.municipality());
    *request.add_indicators() = std::move(indicator);
  }
  for (const auto& [time, request] : requests) {
    director.At(time, [&director, request = request] {
      return director.Do("samordnare", request, &domain::RecordIndicators).status();
    });
  }
  return absl::OkStatus();
}

}  // namespace samsyn::demo
