// How many reports there are of each source, how many wait for review, and how fresh the newest is,
// kept beside the picture so that nobody walks over a million reports to say so.
#ifndef SAMSYN_SERVER_DOMAIN_REPORT_TALLIES_H_
#define SAMSYN_SERVER_DOMAIN_REPORT_TALLIES_H_

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <absl/functional/function_ref.h>
#include <absl/time/time.h>
#include <samsyn/v1/common.pb.h>
#include <samsyn/v1/report.pb.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

namespace samsyn::domain {

// The reports of one source that the same people may see.
struct ReportTally {
  std::string owner;
  std::string source_uri;      // empty: people
  v1::ReleaseState release;    // of all of them
  int reports = 0;             // all
  int unreviewed = 0;          // of these, SUBMITTED
  absl::Time newest_came;      // when the newest was made
  absl::Time newest_occurred;  // when what it tells of occurred
};

// Not thread-safe.
class ReportTallies {
 public:
  void Add(const v1::Report& report);
  void Remove(const v1::Report& report);
  void ForEach(absl::FunctionRef<void(const ReportTally&)> visit) const;

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // owner, source, release's bytes
  struct Kept {
    ReportTally tally;
    // When they were made and what they tell of occurred, in nanoseconds.
    absl::btree_multiset<std::pair<int64_t, int64_t>> times;
  };
  absl::btree_map<Key, Kept> kept_;
};

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_REPORT_TALLIES_H_
