// Moves a municipality from one Redis server to another while nodes use it.
//
// What is committed is copied first, under a state in which it is missing for the nodes on the new
// server. Then the old one is closed: from there on nothing is appended, and the rest is copied and
// opened on the new one. Nodes that find the old one closed seek it (seeker.h), and their
// appends wait meanwhile. The truth stands on the servers, so a move that ended anywhere, however
// it did, is run again and goes on; and it can be given up until the new server has been opened.
// What the old one has stays, closed, until it is removed.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_MOVE_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_MOVE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/journal/journal.h"
#include "server/journal/redis/arrival.h"
#include "server/journal/redis/caller.h"
#include "server/journal/redis/state.h"

namespace samsyn::journal {

enum class RedisMoveStep {
  kAnnounced,  // on both servers
  kCopied,     // what was committed until then
  kClosed,     // the old server
  kBrought,    // the rest
  kOpened,     // the new server
};

// Used by one thread.
class RedisMove {
 public:
  // `servers`: all that the nodes use, and must outlive it; `to` is one of them. `reached` is told
  // each step that has been reached; an error of its ends the move there.
  RedisMove(std::string code, std::vector<RedisCaller*> servers, RedisCaller& to,
            std::function<absl::Status(RedisMoveStep)> reached = {});

  struct Moved {
    bool was_there = false;  // before; the rest says nothing then
    std::string from;
    Head head;             // with which it was opened
    absl::Duration pause;  // nothing could be appended
  };
  // NotFound: no server has it; FailedPrecondition: it has forked, is being moved elsewhere, or
  // nodes that use the old server do not use the new one; DataLoss: what the new server has from
  // before is another history; Unavailable: run it again.
  absl::StatusOr<Moved> Run();
  // Gives up a move to the server. FailedPrecondition: it has been opened there.
  absl::Status GiveUp();
  // Removes what servers have of it that it was moved away from, once the server `to` has it all.
  // Gives their names.
  absl::StatusOr<std::vector<std::string>> Forget();

 private:
  struct Place {
    RedisCaller* server;
    RedisState state;
  };

  absl::Status Look();
  absl::Status ChooseFrom();
  absl::StatusOr<RedisReply> CallFrom(const std::vector<std::string>& command);
  absl::Status Reached(RedisMoveStep step);
  absl::Status Announce();
  absl::Status CheckNodes();
  absl::Status CheckBeginning(const Head& there);
  // The entries after the arrival's end, up to the mark; until a piece has less than so many.
  absl::Status Copy(size_t fewest);
  absl::Status CopySnapshot();
  absl::StatusOr<RedisReply> Close();
  absl::Status Finish(RedisCaller& old);

  const std::string code_;
  const std::vector<RedisCaller*> servers_;
  RedisCaller& to_;
  const std::function<absl::Status(RedisMoveStep)> reached_;

  std::vector<Place> places_;
  RedisState there_;  // of `to_`
  RedisCaller* from_ = nullptr;
  RedisState here_;                                   // of `from_`
  std::unique_ptr<RedisConnection> from_connection_;  // one, so that WAIT speaks of its writes
  int64_t moves_ = 0;
  std::unique_ptr<RedisArrival> arrival_;
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_MOVE_H_
