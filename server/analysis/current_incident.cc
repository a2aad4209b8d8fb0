#include "server/analysis/current_incident.h"

namespace samsyn::analysis {
namespace {

constexpr int kMergesMost = 100;  // steps from an incident to the one that it is part of

}  // namespace

IncidentPtr CurrentIncident(const domain::View& view, const domain::Audience& audience,
                            absl::string_view name) {
  auto incident = domain::GetVisible<v1::Incident>(view, audience, name);
  for (int i = 0; i < kMergesMost && incident != nullptr; ++i) {
    if (!domain::SeesWholeReleased(audience, incident->owner(), incident->release())) {
      return nullptr;
    }
    if (incident->state() == v1::Incident::STATE_CURRENT) return incident;
    if (incident->state() != v1::Incident::STATE_MERGED) return nullptr;
    incident = domain::GetVisible<v1::Incident>(view, audience, incident->merged_into());
  }
  return nullptr;
}

}  // namespace samsyn::analysis
