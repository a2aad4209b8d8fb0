// `samsyn coverage show`: places and kinds of power by hours.
#ifndef SAMSYN_CLIENTS_CLI_COVERAGE_GRID_H_
#define SAMSYN_CLIENTS_CLI_COVERAGE_GRID_H_

#include <samsyn/v1/deployment.pb.h>

#include <string>

#include "clients/cli/words.h"

namespace samsyn::cli {

// A row each, a column an hour on the wall: "2/2" as many as are wanted, "1/2~" thin, "0/1!" empty;
// then what the marks mean.
std::string CoverageGrid(const v1::GetCoverageResponse& coverage, Language language);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_COVERAGE_GRID_H_
