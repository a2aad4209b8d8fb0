// Token files: how the operator of a new municipality gets in.
#ifndef SAMSYN_SERVER_PROGRAM_TOKENS_H_
#define SAMSYN_SERVER_PROGRAM_TOKENS_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <string>

#include "server/engine/engine.h"

namespace samsyn::program {

// Issues a token of a member, by a command of the system, that ends at `expire_time`, and writes it
// to a file that only its owner reads. A file of that name is replaced.
absl::Status WriteToken(engine::Engine& engine, absl::string_view member, absl::Time expire_time,
                        const std::string& path);

}  // namespace samsyn::program

#endif  // SAMSYN_SERVER_PROGRAM_TOKENS_H_
