// The incidents that stand, by when they occurred, kept beside the picture so that what is asked of
// a period walks over that period alone.
#ifndef SAMSYN_SERVER_DOMAIN_INCIDENT_TIMES_H_
#define SAMSYN_SERVER_DOMAIN_INCIDENT_TIMES_H_

#include <absl/container/btree_set.h>
#include <absl/functional/function_ref.h>
#include <absl/time/time.h>

#include <cstdint>

#include "server/domain/entity.h"

namespace samsyn::domain {

// Not thread-safe.
class IncidentTimes {
 public:
  // An incident; one that is not CURRENT is left out.
  void Add(const EntityPtr& incident);
  void Remove(const EntityPtr& incident);
  // Those that occurred at or after `from` and before `to`, in order of time, then of name.
  void ForEach(absl::Time from, absl::Time to,
               absl::FunctionRef<void(const EntityPtr&)> visit) const;

 private:
  struct Entry {
    int64_t time_ns;
    EntityPtr incident;  // null: before all of that time
  };
  struct Earlier {
    bool operator()(const Entry& a, const Entry& b) const;
  };
  absl::btree_set<Entry, Earlier> entries_;
};

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_INCIDENT_TIMES_H_
