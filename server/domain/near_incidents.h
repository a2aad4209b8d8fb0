// Burglaries and vandalism by where and when they occurred, and which of them came shortly after
// another one nearby (near repeats); kept beside the picture, so that what is asked of a busy week
// walks over what was found and not over the week.
#ifndef SAMSYN_SERVER_DOMAIN_NEAR_INCIDENTS_H_
#define SAMSYN_SERVER_DOMAIN_NEAR_INCIDENTS_H_

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>
#include <absl/functional/function_ref.h>
#include <absl/time/time.h>

#include <cstdint>
#include <tuple>
#include <vector>

#include "server/domain/entity.h"

namespace samsyn::domain {

inline constexpr absl::Duration kRepeatWithin = absl::Hours(24 * 14);
inline constexpr double kRepeatNearM = 100;

// Who sees what is no matter of this index: it holds pairs that some viewer may not see, and leaves
// it to `sees`. Not thread-safe.
class NearIncidents {
 public:
  using Sees = absl::FunctionRef<bool(const EntityPtr&)>;

  // An incident; left out if it cannot repeat another: if it is not CURRENT and counted, has no
  // point, is perceived, or of another category.
  void Add(const EntityPtr& incident);
  void Remove(const EntityPtr& incident);

  // Calls `visit` with those that occurred at or after `from`, the newest first, each with the
  // latest before it within reach: of its category, within 100 m, in the 14 days. None that `sees`
  // does not let through, and until `visit` returns false.
  using Visit = absl::FunctionRef<bool(const EntityPtr& incident, const EntityPtr& earlier)>;
  void ForEachRepeat(absl::Time from, Sees sees, Visit visit) const;

 private:
  using Square = std::tuple<v1::Category, int64_t, int64_t>;
  struct Entry {
    int64_t time_ns;
    EntityPtr incident;  // null: before all of that time
  };
  struct Earlier {
    bool operator()(const Entry& a, const Entry& b) const;
  };

  static Entry EntryOf(const EntityPtr& incident);
  static Square SquareOf(const v1::Incident& incident, int north = 0, int east = 0);
  // The squares in which something may be near an entry: its own and those around it.
  void ForEachSquareAround(const Entry& entry,
                           absl::FunctionRef<void(const std::vector<Entry>&)> visit) const;
  // The latest within reach before an entry, of those that `sees` lets through; null: none.
  Entry LatestBefore(const Entry& entry, Sees sees) const;
  // Those within reach after it.
  std::vector<Entry> After(const Entry& entry) const;

  absl::flat_hash_map<Square, std::vector<Entry>> squares_;  // each in order
  // Which have another before them, and the latest of those. Not all: in one place there may be
  // very many.
  absl::btree_map<Entry, Entry, Earlier> repeats_;
};

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_NEAR_INCIDENTS_H_
