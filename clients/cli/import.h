// `samsyn import polisen`.
#ifndef SAMSYN_CLIENTS_CLI_IMPORT_H_
#define SAMSYN_CLIENTS_CLI_IMPORT_H_

#include "clients/cli/command.h"

namespace samsyn::cli {

// Brings a file, an address or standard input into the municipalities of the given tokens; with
// --every again and again until Ctrl-C.
Failure RunImportPolisen(Invocation& call);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_IMPORT_H_
