#include "clients/connectors/polisen_poll.h"

#include <algorithm>

namespace samsyn::connectors {

PollSchedule::PollSchedule(absl::Duration interval)
    : interval_(std::max(interval, kPollLeast)), wait_(interval_) {}

absl::optional<absl::Duration> PollSchedule::After(const Fetched& fetched) {
  switch (fetched.outcome) {
    case FetchOutcome::kGone:
      return absl::nullopt;
    case FetchOutcome::kFetched:
      wait_ = interval_;
      return wait_;
    case FetchOutcome::kSlowDown:
    case FetchOutcome::kFailed:
      break;
  }
  wait_ = std::max(interval_, std::min(wait_ * 2, kPollMost));
  return std::max(wait_, std::min(fetched.retry_after, absl::Hours(24)));
}

absl::Status PollPolisen(PolisenImporter& importer, PollSchedule schedule, const PollHooks& hooks) {
  for (;;) {
    const Fetched fetched = hooks.fetch();
    ImportSummary summary;
    if (fetched.outcome == FetchOutcome::kFetched) {
      summary = importer.Import(fetched.bytes, hooks.now());
    } else {
      summary.degraded = fetched.why;
    }
    const absl::optional<absl::Duration> wait = schedule.After(fetched);
    hooks.report(summary, wait);
    if (!wait) return absl::NotFoundError(fetched.why);
    if (!hooks.wait(*wait)) return absl::OkStatus();
  }
}

}  // namespace samsyn::connectors
