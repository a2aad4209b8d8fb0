// The demonstration's invented safety surveys, walk, dialogue and citizens' initiative.
#ifndef SAMSYN_SERVER_DEMO_SURVEY_H_
#define SAMSYN_SERVER_DEMO_SURVEY_H_

#include <absl/status/status.h>
#include <samsyn/v1/directory.pb.h>

#include <vector>

#include "server/demo/director.h"
#include "server/demo/week.h"

namespace samsyn::demo {

// Adds the steps: the carried table's lines, as the coordinator's import would bring them two weeks
// after their period.
absl::Status PlaySurveys(Director& director, const Week& week, const std::vector<v1::Area>& areas);

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_SURVEY_H_
