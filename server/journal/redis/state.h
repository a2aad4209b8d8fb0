// What a Redis server says of a municipality: whether it is there to be used, has been moved, or is
// on its way.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_STATE_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_STATE_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <cstdint>
#include <string>
#include <vector>

#include "server/base/digest.h"
#include "server/journal/journal.h"
#include "server/journal/redis/caller.h"

namespace samsyn::journal {

struct RedisState {
  int64_t epoch = 0;     // 0: not there, or on its way here
  std::string moved;     // to this server
  bool left = false;     // and has been opened there
  std::string leaving;   // to this server, soon
  std::string arriving;  // from this server; "file": an export
  int64_t moves = 0;
  Head trimmed;  // the last entry that is no longer there

  bool open() const { return epoch > 0 && moved.empty(); }
};

absl::StatusOr<RedisState> StateAt(RedisCaller& caller, absl::string_view code);

// What a journal holds, also when it is closed. Its last entry; the digest at a revision, empty: it
// is not there.
absl::StatusOr<Head> EndAt(RedisCaller& caller, absl::string_view code, const RedisState& state);
absl::StatusOr<std::string> DigestAt(RedisCaller& caller, absl::string_view code,
                                     const RedisState& state, Revision revision);

// Asks for entries after a revision, up to the mark, at most so many and about so many bytes; and
// what an answer holds of them. Unavailable: it is no such answer.
std::vector<std::string> ReadCommand(absl::string_view code, Revision after, size_t entries,
                                     size_t bytes);
absl::StatusOr<std::vector<Entry>> EntriesIn(const RedisReply& reply);

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_STATE_H_
