// A fork as it stands in a municipality's state on the server.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_FORK_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_FORK_H_

#include <absl/strings/string_view.h>

#include <optional>
#include <string>

#include "server/journal/journal.h"

namespace samsyn::journal {

// "NODE COMMON KEPT_REVISION KEPT_DIGEST LOST_REVISION LOST_DIGEST", digests in hex.
std::string TextOfFork(const Fork& fork);
std::optional<Fork> ReadFork(absl::string_view text);

// For people: both heads, and what to do.
std::string Describe(const Fork& fork);

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_FORK_H_
