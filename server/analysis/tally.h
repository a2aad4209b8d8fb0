// What counts in one cell of the situation, kept up to date one incident at a time, and counted
// anew in an instant when the period moves.
#ifndef SAMSYN_SERVER_ANALYSIS_TALLY_H_
#define SAMSYN_SERVER_ANALYSIS_TALLY_H_

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/situation.pb.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "server/analysis/period.h"

namespace samsyn::analysis {

// What of an incident counts; 24 bytes, for there may be a million.
struct Counted {
  int64_t time_ns = 0;  // when it occurred
  uint32_t source = 0;  // see Sources
  int32_t independent_sources = 0;
  uint8_t category = 0;
  bool perceived = false;

  bool operator==(const Counted&) const = default;
};

// The sources that incidents are from, numbered from 0 in the order in which they turn up.
class SourceNumbers {
 public:
  uint32_t Of(absl::string_view organisation, absl::string_view source_uri);
  // Organisation and source_uri.
  const std::pair<std::string, std::string>& at(uint32_t number) const { return names_[number]; }

 private:
  absl::btree_map<std::pair<std::string, std::string>, uint32_t> numbers_;
  std::vector<std::pair<std::string, std::string>> names_;
};

// Not thread-safe.
class Tally {
 public:
  void Add(const Counted& one, const Period& period);
  void Remove(const Counted& one, const Period& period);
  // Many, in any order; to be followed by `Recount`.
  void Load(const Counted& one) { all_.push_back(one); }
  // After `Load`, or when the period has moved.
  void Recount(const Period& period);

  bool empty() const { return all_.empty(); }
  // Nothing in the period, nor in the earlier ones.
  bool silent() const;
  // Fills in what is counted.
  void Describe(const Period& period, const SourceNumbers& sources, v1::SituationCell& cell) const;

 private:
  void Count(const Counted& one, const Period& period, int by);

  std::vector<Counted> all_;                                  // by time, then as they came
  absl::btree_map<uint8_t, std::pair<int, int>> categories_;  // actual, perceived; of the period
  absl::btree_map<uint32_t, absl::btree_multiset<int64_t>> sources_;  // times, of the period
  std::vector<int32_t> earlier_actual_, earlier_perceived_;
  int32_t independent_sources_ = 0;
};

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_TALLY_H_
