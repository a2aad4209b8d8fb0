// What runs inside Redis: a library of functions, loaded by the nodes where it is missing. Each is
// one step that nothing comes between. A change of what a function takes or gives is a new library
// ("samsyn_2"), so that nodes of two versions work side by side during an upgrade.
//
// A municipality 0136 has these keys (the braces keep them together, whatever moves them):
//
//   samsyn:{0136}:journal     stream; id <revision>-0, field d: the chain's digest there
//   samsyn:{0136}:entries     hash; revision → samsyn.journal.v1.StoredEntry
//   samsyn:{0136}:committed   stream of one entry: the commit mark, as in the journal
//   samsyn:{0136}:state       hash: epoch, and moved, left, leaving, arriving, moves
//   (move.h), fork,
//                             trimmed, trimmed_digest, probes
//   samsyn:{0136}:copies      hash; node → the revision that its copy holds
//   samsyn:{0136}:snapshot    hash: revision, digest, pieces, sha256, list (the key of the pieces)
//
// and a server these:
//
//   samsyn:codes    set of the municipalities that it holds
//   samsyn:made     stream, one entry a municipality made or moved here, so that nodes are told
//   samsyn:nodes    hash; node → when it was last here (milliseconds by Redis' clock)
//   samsyn:ready    hash; node → run id of the server for which it has shown what its copies hold
//   samsyn:server   hash: opened (the run id that appends are taken under), and while a new one is
//                   being opened: opening, since
//   samsyn:leader   the node that does what one node does for all, as waking devices; expires
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_FUNCTIONS_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_FUNCTIONS_H_

#include <absl/strings/string_view.h>

#include <string>

namespace samsyn::journal {

inline constexpr char kCodesKey[] = "samsyn:codes";
inline constexpr char kMadeKey[] = "samsyn:made";
inline constexpr char kNodesKey[] = "samsyn:nodes";
inline constexpr char kReadyKey[] = "samsyn:ready";
inline constexpr char kServerKey[] = "samsyn:server";
inline constexpr char kLeaderKey[] = "samsyn:leader";

// RedisKey("0136", "journal") is "samsyn:{0136}:journal".
std::string RedisKey(absl::string_view code, absl::string_view what);

// The library as FUNCTION LOAD takes it. What its functions take and give stands in it.
absl::string_view RedisFunctions();

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_FUNCTIONS_H_
