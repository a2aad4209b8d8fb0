#include "server/domain/report_tallies.h"

#include "server/domain/entity.h"
#include "server/domain/releases.h"

namespace samsyn::domain {
namespace {

std::pair<int64_t, int64_t> TimesOf(const v1::Report& report) {
  return {absl::ToUnixNanos(TimeOf(report.create_time())),
          absl::ToUnixNanos(TimeOf(report.occurred_time()))};
}

bool IsUnreviewed(const v1::Report& report) {
  return report.state() == v1::Report::STATE_SUBMITTED;
}

std::string BytesOf(const v1::ReleaseState& release) {
  return ViewersAlone(release).SerializeAsString();
}

}  // namespace

void ReportTallies::Add(const v1::Report& report) {
  Kept& kept = kept_[{report.owner(), report.source().source_uri(), BytesOf(report.release())}];
  if (kept.times.empty()) {
    kept.tally.owner = report.owner();
    kept.tally.source_uri = report.source().source_uri();
    kept.tally.release = ViewersAlone(report.release());
  }
  ++kept.tally.reports;
  kept.tally.unreviewed += IsUnreviewed(report) ? 1 : 0;
  kept.times.insert(TimesOf(report));
}

void ReportTallies::Remove(const v1::Report& report) {
  const auto found =
      kept_.find({report.owner(), report.source().source_uri(), BytesOf(report.release())});
  if (found == kept_.end()) return;
  Kept& kept = found->second;
  --kept.tally.reports;
  kept.tally.unreviewed -= IsUnreviewed(report) ? 1 : 0;
  const auto at = kept.times.find(TimesOf(report));
  if (at != kept.times.end()) kept.times.erase(at);
  if (kept.times.empty()) kept_.erase(found);
}

void ReportTallies::ForEach(absl::FunctionRef<void(const ReportTally&)> visit) const {
  for (const auto& [key, kept] : kept_) {
    ReportTally tally = kept.tally;
    tally.newest_came = absl::FromUnixNanos(kept.times.rbegin()->first);
    tally.newest_occurred = absl::FromUnixNanos(kept.times.rbegin()->second);
    visit(tally);
  }
}

}  // namespace samsyn::domain
