// `samsyn backup FILE`.
#ifndef SAMSYN_CLIENTS_CLI_BACKUP_H_
#define SAMSYN_CLIENTS_CLI_BACKUP_H_

#include "clients/cli/command.h"

namespace samsyn::cli {

// Writes the backup beside FILE and gives it its name when it is whole and its SHA-256 is what the
// server said; else nothing is left behind.
Failure RunBackup(Invocation& call);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_BACKUP_H_
