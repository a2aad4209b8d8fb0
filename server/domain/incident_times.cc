#include "server/domain/incident_times.h"

namespace samsyn::domain {
namespace {

int64_t OccurredNs(const EntityPtr& incident) {
  return absl::ToUnixNanos(TimeOf(incident->incident().occurred_time()));
}

bool Stands(const EntityPtr& incident) {
  return incident->incident().state() == v1::Incident::STATE_CURRENT;
}

}  // namespace

bool IncidentTimes::Earlier::operator()(const Entry& a, const Entry& b) const {
  if (a.time_ns != b.time_ns) return a.time_ns < b.time_ns;
  if (a.incident == nullptr || b.incident == nullptr) {
    return a.incident == nullptr && b.incident != nullptr;
  }
  return a.incident->incident().name() < b.incident->incident().name();
}

void IncidentTimes::Add(const EntityPtr& incident) {
  if (Stands(incident)) entries_.insert({OccurredNs(incident), incident});
}

void IncidentTimes::Remove(const EntityPtr& incident) {
  if (Stands(incident)) entries_.erase({OccurredNs(incident), incident});
}

void IncidentTimes::ForEach(absl::Time from, absl::Time to,
                            absl::FunctionRef<void(const EntityPtr&)> visit) const {
  const int64_t end = absl::ToUnixNanos(to);
  for (auto it = entries_.lower_bound({absl::ToUnixNanos(from), nullptr});
       it != entries_.end() && it->time_ns < end; ++it) {
    visit(it->incident);
  }
}

}  // namespace samsyn::domain
