// How the journal of a municipality stands to what it shares with other nodes, told in the log when
// it changes: out of touch, behind, forked, and when that is over.
#ifndef SAMSYN_SERVER_ENGINE_STANDING_WATCH_H_
#define SAMSYN_SERVER_ENGINE_STANDING_WATCH_H_

#include <absl/time/time.h>

#include <optional>
#include <string>
#include <utility>

#include "server/journal/journal.h"

namespace samsyn::engine {

// A node is behind when so many committed revisions, or what was committed so long ago, have not
// come to it.
inline constexpr journal::Revision kBehindRevisions = 1000;
inline constexpr absl::Duration kBehindTime = absl::Seconds(5);

// Committed revisions that this node knows of and has not taken in.
journal::Revision Behind(const journal::Standing& standing, journal::Revision head);

// Used by one thread.
class StandingWatch {
 public:
  explicit StandingWatch(std::string code) : code_(std::move(code)) {}

  // To be called several times a second. True: whether it takes writes may be another matter now.
  bool Look(const journal::Standing& standing, journal::Revision head, absl::Time now);

 private:
  void LookAtDistance(const journal::Standing& standing, journal::Revision head, absl::Time now);
  bool LookAtTouch(const journal::Standing& standing, absl::Time now);
  bool LookAtFork(const journal::Standing& standing);

  const std::string code_;
  std::optional<absl::Time> cut_off_since_;
  std::optional<journal::Fork> fork_;
  // What was committed at some time, and is waited for; 0: nothing.
  journal::Revision awaited_ = 0;
  absl::Time awaited_since_;
  bool behind_ = false;
};

}  // namespace samsyn::engine

#endif  // SAMSYN_SERVER_ENGINE_STANDING_WATCH_H_
