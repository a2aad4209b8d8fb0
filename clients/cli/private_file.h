// Files that only their owner can read.
#ifndef SAMSYN_CLIENTS_CLI_PRIVATE_FILE_H_
#define SAMSYN_CLIENTS_CLI_PRIVATE_FILE_H_

#include <absl/strings/string_view.h>

#include <string>

namespace samsyn::cli {

// Writes a new file, mode 0600; false when it cannot be written, or is there already.
bool WritePrivateFile(const std::string& path, absl::string_view text);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_PRIVATE_FILE_H_
