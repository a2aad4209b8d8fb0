#include "server/domain/release_changes.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "server/domain/incident_rules.h"
#include "server/domain/index_keys.h"
#include "server/domain/indicator_series.h"
#include "server/domain/releases.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {
namespace {

bool Same(const v1::ReleaseState& a, const v1::ReleaseState& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

// Puts a version with another release, with the guards that it needs then.
template <typename T>
void PutWith(const T& before, const v1::ReleaseState& release, Transaction& transaction) {
  T after = before;
  *after.mutable_release() = release;
  if constexpr (requires { SetGuards(transaction, after); }) SetGuards(transaction, after);
  transaction.Put(std::move(after));
}

void PutReport(const v1::Report& report, const v1::ReleaseState& release,
               Transaction& transaction) {
  const std::string name = report.name();
  const std::string incident = report.incident();
  PutWith(report, release, transaction);
  if (!incident.empty()) FollowReports(incident, name, transaction);
}

// It leaves one series for another.
void PutIndicator(const v1::Indicator& indicator, const v1::ReleaseState& release,
                  Transaction& transaction) {
  const std::string name = indicator.name();
  const std::string before = SeriesKeyOf(indicator);
  PutWith(indicator, release, transaction);
  MarkBreaks(before, transaction);
  MarkBreaks(SeriesKeyOf(*transaction.Get<v1::Indicator>(name)), transaction);
}

void PutAssignment(const v1::Assignment& assignment, const v1::ReleaseState& release,
                   Transaction& transaction) {
  const std::string name = assignment.name();
  PutWith(assignment, release, transaction);
  const v1::ReleaseState viewers = ViewersAlone(release);
  for (const std::string& update : transaction.Lookup(UpdatesOfKey(name))) {
    const auto entity = transaction.Get<v1::FieldUpdate>(update);
    if (entity != nullptr && !Same(entity->release(), viewers)) {
      PutWith(*entity, viewers, transaction);
    }
  }
  for (const std::string& position : transaction.Lookup(PositionsOfKey(name))) {
    const auto entity = transaction.Get<v1::UnitPosition>(position);
    if (entity != nullptr && !Same(entity->release(), viewers)) {
      PutWith(*entity, viewers, transaction);
    }
  }
}

// What minutes keep of an entity is for those for whom it is now.
void FollowInMinutes(absl::string_view name, const v1::ReleaseState& release,
                     Transaction& transaction) {
  for (const std::string& kept : transaction.Lookup(KeptOfKey(name))) {
    const auto item = transaction.Get<v1::MinutesItem>(kept);
    if (item != nullptr) PutWith(*item, ViewersAlone(release), transaction);
  }
}

}  // namespace

bool CanBeReleased(v1::EntityKind kind) {
  switch (kind) {
    case v1::ENTITY_KIND_REPORT:
    case v1::ENTITY_KIND_PROBLEM:
    case v1::ENTITY_KIND_DEPLOYMENT:
    case v1::ENTITY_KIND_ASSIGNMENT:
    case v1::ENTITY_KIND_AREA_ASSESSMENT:
    case v1::ENTITY_KIND_INDICATOR:
      return true;
    default:
      return false;
  }
}

v1::ReleaseState DerivedRelease(const v1::Entity& entity, v1::ReleaseClass release_class,
                                const View& view) {
  std::set<std::string> organisations;
  std::map<std::string, WithheldSet> withheld;  // from those who see it by a decision alone
  if (release_class != v1::RELEASE_CLASS_AUTHORITY) {
    organisations = BuiltInOrganisations(view, entity);
    for (auto& [organisation, left_out] : ReleasedTo(view, NameOf(entity))) {
      if (!organisations.insert(organisation).second || organisation == OwnerOf(entity)) continue;
      withheld.emplace(organisation, std::move(left_out));
    }
  }
  v1::ReleaseState release;
  release.set_release_class(release_class);
  SetOrganisations(organisations, OwnerOf(entity), release);
  SetRedactions(withheld, release);
  const v1::ReleaseState& now = ReleaseOf(entity);
  if (now.has_class_change()) *release.mutable_class_change() = now.class_change();
  return release;
}

void ShowDecisions(absl::string_view entity, v1::ReleaseClass its_class, Transaction& transaction) {
  for (const std::string& name : transaction.Lookup(ReleasesOfKey(entity))) {
    const auto decision = transaction.Get<v1::Release>(name);
    if (decision == nullptr) continue;
    const v1::ReleaseState viewers = ViewersOf(*decision, its_class, transaction);
    if (!Same(viewers, decision->release())) PutWith(*decision, viewers, transaction);
  }
}

void ChangeRelease(const v1::Entity& entity, v1::ReleaseClass release_class,
                   Transaction& transaction, const v1::ClassChange* decision) {
  v1::ReleaseState release = DerivedRelease(entity, release_class, transaction);
  if (decision != nullptr) *release.mutable_class_change() = *decision;
  if (Same(ReleaseOf(entity), release)) return;
  const std::string name = NameOf(entity);
  switch (KindOf(entity)) {
    case v1::ENTITY_KIND_REPORT:
      PutReport(entity.report(), release, transaction);
      break;
    case v1::ENTITY_KIND_PROBLEM:
      PutWith(entity.problem(), release, transaction);
      break;
    case v1::ENTITY_KIND_DEPLOYMENT:
      PutWith(entity.deployment(), release, transaction);
      break;
    case v1::ENTITY_KIND_ASSIGNMENT:
      PutAssignment(entity.assignment(), release, transaction);
      break;
    case v1::ENTITY_KIND_AREA_ASSESSMENT:
      PutWith(entity.area_assessment(), release, transaction);
      break;
    case v1::ENTITY_KIND_INDICATOR:
      PutIndicator(entity.indicator(), release, transaction);
      break;
    default:
      return;
  }
  FollowInMinutes(name, release, transaction);
  RefreshGuards(name, transaction);
  ShowDecisions(name, release.release_class(), transaction);
}

v1::ReleaseState ViewersOf(const v1::Release& decision, v1::ReleaseClass entity_class,
                           const View& view) {
  std::set<std::string> viewers;
  for (const std::string& name : decision.organisations()) {
    const auto organisation = view.Get<v1::Organisation>(name);
    const bool authority = organisation != nullptr && organisation->authority();
    if (authority || entity_class != v1::RELEASE_CLASS_AUTHORITY) viewers.insert(name);
  }
  v1::ReleaseState state;
  state.set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  SetOrganisations(viewers, decision.owner(), state);
  return state;
}

}  // namespace samsyn::domain
