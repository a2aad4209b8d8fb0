#include "tests/simulation/secrecy_situation.h"

#include <utility>

#include "server/analysis/situation.h"
#include "server/analysis/verdicts.h"
#include "server/domain/names.h"

namespace samsyn::simulation {
namespace {

// Everything that the member may see; and the meetings, from which the period follows for all.
void PutVisible(const std::string& member, const SecrecyModel& model, const domain::Picture& now,
                domain::Picture& own) {
  for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
    if (kind == v1::ENTITY_KIND_SITUATION_CELL) continue;
    now.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const domain::EntityPtr& entity) {
      if (entity->has_meeting() || model.SeesWhole(member, domain::NameOf(*entity)))
        own.Put(entity);
      return true;
    });
  }
}

}  // namespace

std::vector<domain::EntityPtr> CountedIn(const domain::Picture& picture) {
  std::vector<domain::EntityPtr> counted;
  for (const v1::EntityKind kind : {v1::ENTITY_KIND_INCIDENT, v1::ENTITY_KIND_REPORT}) {
    picture.ForEach(kind, "", [&](const domain::EntityPtr& entity) {
      counted.push_back(entity);
      return true;
    });
  }
  return counted;
}

SituationCounts CountsFor(const std::string& member, const SecrecyModel& model,
                          const domain::Picture& now,
                          const std::vector<domain::EntityPtr>& entities, absl::Time start) {
  SituationCounts counts;
  for (const domain::EntityPtr& entity : entities) {
    const std::string& name = domain::NameOf(*entity);
    if (!model.MaySeeVersion(member, *entity)) continue;
    if (!model.WithheldFrom(member, *entity).empty()) continue;
    if (now.Find(name) != nullptr && !model.SeesWhole(member, name)) continue;
    const v1::Incident& incident = entity->incident();
    counts.incidents += incident.counted() && incident.state() == v1::Incident::STATE_CURRENT &&
                        domain::TimeOf(incident.occurred_time()) >= start;
    counts.unreviewed += entity->report().state() == v1::Report::STATE_SUBMITTED;
  }
  return counts;
}

std::map<std::string, std::string> VerdictsFor(const std::string& member, const SecrecyModel& model,
                                               const domain::Picture& now) {
  domain::Picture own;
  PutVisible(member, model, now, own);
  std::map<std::string, std::string> verdicts;
  if (own.count(v1::ENTITY_KIND_AREA) == 0) return verdicts;  // an auditor, who gets none
  analysis::Situation situation;
  for (auto& [name, cell] : situation.Rebuild(own)) own.Put(std::move(cell));
  domain::Audience all;
  all.municipality = std::string(domain::MunicipalityOf(member));
  all.everything = true;
  for (const v1::SituationVerdict& verdict : analysis::Verdicts(own, all)) {
    verdicts[verdict.name()] = verdict.DebugString();
  }
  return verdicts;
}

}  // namespace samsyn::simulation
