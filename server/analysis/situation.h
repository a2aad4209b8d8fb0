// The situation (lägesbild): counted incidents by area and family since the last meeting, in one
// cell a release label, so that each viewer adds up what it may see. A function of what the journal
// holds, never of the clock; the cells themselves are never journalled.
#ifndef SAMSYN_SERVER_ANALYSIS_SITUATION_H_
#define SAMSYN_SERVER_ANALYSIS_SITUATION_H_

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/situation.pb.h>

#include <string>
#include <utility>
#include <vector>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::analysis {

// "drugs-alcohol" and so on; empty for UNSPECIFIED and unknown ones.
absl::string_view FamilyId(v1::Family family);

// First instant that the situation counts: the last meeting's close; without one, seven days before
// the municipality's `situation_time`.
absl::Time PeriodStart(const domain::View& view);

// The counts behind the cells, kept up to date. Not thread-safe.
class Situation {
 public:
  // What became of cells, in order of name; null: it is empty and ends.
  using Cells = std::vector<std::pair<std::string, domain::EntityPtr>>;

  // Forgets all and counts the picture; returns the cells that are not in it as they should be. To
  // be called once when a picture was loaded, before `Update`.
  Cells Rebuild(const domain::View& picture);

  // Takes the versions before and after of what a transaction changed; `picture` stands after it.
  // Returns the cells that changed, for the caller to put into the picture or take out of it. Equal
  // content is no change. However a picture came about, its cells are the same to the byte: they
  // carry neither revision nor times of their own.
  Cells Update(
      const domain::View& picture,
      const std::vector<std::pair<domain::EntityPtr, domain::EntityPtr>>& before_and_after);

 private:
  // Whether incidents are weighed as before, or all must be counted anew.
  bool Holds(const domain::View& picture,
             const std::vector<std::pair<domain::EntityPtr, domain::EntityPtr>>& changes) const;
  // Adds (+1) or takes away (-1) an incident if it counts; returns its cell's name, else empty.
  std::string Count(const domain::View& picture, const v1::Incident& incident, int by);
  Cells Changed(const domain::View& picture, const absl::btree_set<std::string>& names) const;

  struct Tally {
    v1::SituationCell cell;  // what its incidents have in common
    absl::btree_map<v1::Category, std::pair<int, int>> categories;  // actual, perceived
    absl::btree_map<absl::Time, int> times;
    int independent_sources = 0;
  };
  v1::SituationCell CellOf(const Tally& tally) const;

  absl::Time period_start_ = absl::InfinitePast();
  absl::btree_map<std::string, Tally> tallies_;  // by the cell's name; empty ones are dropped
};

// The situation for an audience, without `revision`: the cells that it may see, added up.
v1::GetSituationResponse GetSituation(const domain::View& view, const domain::Audience& audience);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_SITUATION_H_
