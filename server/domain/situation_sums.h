// The cells of the situation added up for each audience that asks, to rows and totals, and kept
// beside the picture: a report changes one cell, so who asks after it pays for four sums (the row,
// its area, its family, all) and not for all cells.
//
// Nothing of it passes from one audience to another. What is kept for one is added up from the
// cells that it sees whole, which is asked anew for each cell of a row in which any has changed;
// and whoever's rights change is another audience, whose sums begin with nothing.
#ifndef SAMSYN_SERVER_DOMAIN_SITUATION_SUMS_H_
#define SAMSYN_SERVER_DOMAIN_SITUATION_SUMS_H_

#include <absl/container/btree_map.h>
#include <absl/time/time.h>
#include <samsyn/v1/situation.pb.h>

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "server/base/mutex.h"
#include "server/domain/entity.h"

namespace samsyn::domain {

struct Audience;

struct SituationSum {
  v1::SituationRow row;  // where it is and what is counted; no `verdict`, nothing of what is usual
  // Of the earlier periods, as they stand in cells; shorter where the last ones are empty.
  std::vector<int> earlier_actual, earlier_perceived;
  absl::Time first = absl::InfiniteFuture();  // since when anything is known
};

// Everything that an audience sees counted.
struct SituationSums {
  // Unlocated last, then by area, then by family.
  absl::btree_map<std::tuple<bool, std::string, v1::Family>, SituationSum> rows;
  absl::btree_map<std::pair<bool, std::string>, SituationSum> areas;
  absl::btree_map<v1::Family, SituationSum> families;
  SituationSum total;
};

// `Add` and `Remove` by one writer at a time and no reader beside it, as of a picture; `Of` by many
// readers at once.
class KeptSums {
 public:
  // A version of a cell that stands in the picture from now on, or no longer.
  void Add(const EntityPtr& cell);
  void Remove(const EntityPtr& cell);

  // To be read until the next `Add` or `Remove`. Kept for the 64 audiences that asked last, about
  // 200 kB each where everything happens everywhere.
  std::shared_ptr<const SituationSums> Of(const Audience& audience) const;

 private:
  using Place = decltype(SituationSums::rows)::key_type;
  struct Row {
    std::vector<EntityPtr> cells;
    uint64_t changed = 0;
  };
  struct Kept;

  Row& RowOf(const EntityPtr& cell);
  std::shared_ptr<Kept> KeptFor(const Audience& audience) const;
  void AddUp(Kept& kept) const;

  // Those without cells stay, so that whoever added them up learns of it.
  absl::btree_map<Place, Row> rows_;
  uint64_t changes_ = 0;
  // Taken before the one of what is kept for an audience, and not held with it.
  mutable Mutex mutex_;
  mutable std::vector<std::shared_ptr<Kept>> kept_ ABSL_GUARDED_BY(mutex_);  // last asked first
};

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_SITUATION_SUMS_H_
