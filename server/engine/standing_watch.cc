#include "server/engine/standing_watch.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "server/base/log.h"

namespace samsyn::engine {
namespace {

std::string HeadText(const journal::Head& head) {
  return absl::StrCat(head.revision, " ", Hex(head.digest));
}

}  // namespace

journal::Revision Behind(const journal::Standing& standing, journal::Revision head) {
  return std::max<journal::Revision>(standing.committed - head, 0);
}

bool StandingWatch::Look(const journal::Standing& standing, journal::Revision head,
                         absl::Time now) {
  LookAtDistance(standing, head, now);
  const bool touch = LookAtTouch(standing, now);
  return LookAtFork(standing) || touch;
}

void StandingWatch::LookAtDistance(const journal::Standing& standing, journal::Revision head,
                                   absl::Time now) {
  if (head >= awaited_) {  // What was awaited has come; now for what is there by now.
    awaited_ = standing.committed;
    awaited_since_ = now;
  }
  const journal::Revision behind = Behind(standing, head);
  const bool late = head < awaited_ && now - awaited_since_ > kBehindTime;
  if (!behind_ && (behind > kBehindRevisions || late)) {
    behind_ = true;
    Log(LogLevel::kWarning, "behind the other nodes",
        {{"municipality", code_},
         {"revision", absl::StrCat(head)},
         {"committed", absl::StrCat(standing.committed)}});
  } else if (behind_ && behind == 0) {
    behind_ = false;
    Log(LogLevel::kInfo, "caught up with the other nodes",
        {{"municipality", code_}, {"revision", absl::StrCat(head)}});
  }
}

bool StandingWatch::LookAtTouch(const journal::Standing& standing, absl::Time now) {
  if (standing.cut_off_since.has_value() == cut_off_since_.has_value()) return false;
  if (standing.cut_off_since.has_value()) {
    Log(LogLevel::kError, "out of touch with the shared journal",
        {{"municipality", code_}, {"since", absl::FormatTime(*standing.cut_off_since)}});
  } else {
    Log(LogLevel::kInfo, "in touch with the shared journal again",
        {{"municipality", code_}, {"after", absl::FormatDuration(now - *cut_off_since_)}});
  }
  cut_off_since_ = standing.cut_off_since;
  return true;
}

bool StandingWatch::LookAtFork(const journal::Standing& standing) {
  const bool same = standing.fork.has_value() == fork_.has_value() &&
                    (!fork_.has_value() || standing.fork->lost == fork_->lost);
  if (same) return false;
  fork_ = standing.fork;
  if (fork_.has_value()) {
    Log(LogLevel::kError, "two histories: writes are stopped",
        {{"municipality", code_},
         {"common", absl::StrCat(fork_->common)},
         {"kept", HeadText(fork_->kept)},
         {"lost", HeadText(fork_->lost)},
         {"lost_side_at", fork_->node}});
  } else {
    Log(LogLevel::kInfo, "the fork is over: writes were resumed", {{"municipality", code_}});
  }
  return true;
}

}  // namespace samsyn::engine
