// `samsyn import survey`.
#ifndef SAMSYN_CLIENTS_CLI_IMPORT_SURVEY_H_
#define SAMSYN_CLIENTS_CLI_IMPORT_SURVEY_H_

#include "clients/cli/command.h"

namespace samsyn::cli {

// Records the lines of a table as indicators: all of them, or none where one is wrong.
Failure RunImportSurvey(Invocation& call);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_IMPORT_SURVEY_H_
