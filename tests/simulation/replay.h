// A journal replayed entry by entry: the picture at every revision, and what the rules decide on
// it. Written apart from the engine and the feed, which are judged by it.
#ifndef SAMSYN_TESTS_SIMULATION_REPLAY_H_
#define SAMSYN_TESTS_SIMULATION_REPLAY_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <map>
#include <string>
#include <vector>

#include "server/analysis/situation.h"
#include "server/domain/picture.h"
#include "server/engine/engine.h"
#include "server/journal/journal.h"
#include "server/watch/feed.h"

namespace samsyn::simulation {

// The versions that something puts, by name; empty bytes: the entity ends.
using Versions = std::map<std::string, std::string>;

// What an entry puts, without what is derived.
Versions VersionsOf(const watch::AppliedEntry& entry);

// What a rule gives on a picture.
struct Decision {
  absl::Status status;
  engine::Answer answer;  // `revision`: that it would have, or has
  Versions versions;
};

// Not thread-safe.
class Replay {
 public:
  // `municipality`: "municipalities/0136".
  explicit Replay(absl::string_view municipality) : municipality_(municipality) {}

  // Goes on by one entry. DataLoss if it does not follow, or cannot be read.
  absl::Status Apply(const journal::Entry& entry);

  const domain::Picture& picture() const { return picture_; }
  domain::Revision revision() const { return head_.revision; }
  absl::Time time() const { return time_; }
  // What the last entry changed, with what is derived.
  const std::vector<std::string>& changed() const { return changed_; }

  // As a node would decide it that stands here, by its clock: repeats first, then the rule.
  Decision Decide(const engine::Command& command, absl::Time now) const;

 private:
  const std::string municipality_;
  domain::Picture picture_;
  analysis::Situation situation_;
  journal::Head head_;
  absl::Time time_ = absl::UnixEpoch();
  std::vector<std::string> changed_;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_REPLAY_H_
