// Two histories of one journal: how they are found, and how a fork stands in a municipality's state
// on the server.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_FORK_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_FORK_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <optional>
#include <string>

#include "server/journal/journal.h"
#include "server/journal/redis/node_copy.h"
#include "server/journal/redis/server.h"

namespace samsyn::journal {

// What a server's journal has at a revision, and where it ends.
struct RedisLookup {
  std::optional<Digest> digest;  // nullopt: not there, or trimmed
  Head end;
};
// NotFound: the server knows no such municipality, or no longer.
absl::StatusOr<RedisLookup> LookUp(RedisServer& server, absl::string_view code, Revision revision);

// Whether what this node has as committed is another history than the server's, rather than its
// beginning, or longer. A fork that is found stops writes on all nodes.
absl::StatusOr<std::optional<Fork>> FindFork(RedisServer& server, absl::string_view code,
                                             NodeCopy& copy);

// "NODE COMMON KEPT_REVISION KEPT_DIGEST LOST_REVISION LOST_DIGEST", digests in hex.
std::string TextOfFork(const Fork& fork);
std::optional<Fork> ReadFork(absl::string_view text);

// For people: both heads, and what to do.
std::string Describe(const Fork& fork);

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_FORK_H_
