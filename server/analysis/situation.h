// The cells of the situation (lägesbild): counted incidents by area and family since the last
// meeting, in one cell a release label, so that each viewer adds up what it may see; and the same
// counts of the earlier periods that they are compared with. A function of what the journal holds,
// never of the clock; the cells themselves are never journalled.
#ifndef SAMSYN_SERVER_ANALYSIS_SITUATION_H_
#define SAMSYN_SERVER_ANALYSIS_SITUATION_H_

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <absl/types/optional.h>
#include <samsyn/v1/situation.pb.h>

#include <string>
#include <utility>
#include <vector>

#include "server/analysis/period.h"
#include "server/analysis/tally.h"
#include "server/domain/picture.h"

namespace samsyn::analysis {

// Keeps the cells up to date. Not thread-safe.
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
  // carry neither revision nor times of their own. Touches the cells of the incidents changed; all
  // of them when the period has moved, without reading the incidents again.
  Cells Update(
      const domain::View& picture,
      const std::vector<std::pair<domain::EntityPtr, domain::EntityPtr>>& before_and_after);

 private:
  struct Cell {
    v1::SituationCell frame;  // name, area, family, release: what its incidents have in common
    Tally tally;
  };
  // Where an incident counts, and as what.
  struct Place {
    v1::SituationCell frame;
    Counted counted;
  };
  absl::optional<Place> PlaceOf(const domain::View& picture, const domain::EntityPtr& version);
  Cells Changed(const domain::View& picture, const absl::btree_set<std::string>& names);

  Period period_;
  SourceNumbers sources_;
  absl::btree_map<std::string, Cell> cells_;  // by name; those in which anything ever counted
};

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_SITUATION_H_
