// Brings the indicators of a table into a municipality: all of its lines or, where one is wrong,
// none. The same file again changes nothing: the server knows each by what it measures and when.
#ifndef SAMSYN_CLIENTS_CONNECTORS_SURVEY_IMPORT_H_
#define SAMSYN_CLIENTS_CONNECTORS_SURVEY_IMPORT_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <samsyn/v1/indicator.pb.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "clients/connectors/parse/area_names.h"
#include "clients/connectors/parse/survey_csv.h"

namespace samsyn::connectors {

// Sends indicators, 500 at most. The error is the server's, or of the way there.
using Record =
    std::function<absl::StatusOr<v1::RecordIndicatorsResponse>(const std::vector<v1::Indicator>&)>;

// read = created + amended + unchanged + unsent.
struct SurveySummary {
  int64_t read = 0;
  int64_t created = 0;
  int64_t amended = 0;
  int64_t unchanged = 0;
  int64_t unsent = 0;
  std::vector<Fault> faults;  // what a person must put right; then nothing was sent
  absl::Status status;        // of sending: what came before an error is recorded
};

// `release_class`: of all of them; UNSPECIFIED: the organisation's default.
SurveySummary ImportSurvey(Survey survey, const AreaNames& areas, v1::ReleaseClass release_class,
                           const Record& record);

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_SURVEY_IMPORT_H_
