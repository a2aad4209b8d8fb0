#include "server/domain/unit_checks.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "server/domain/assignment_life.h"
#include "server/domain/crew.h"
#include "server/domain/deployment_parts.h"
#include "server/domain/gate.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

// Whether the audience commits the unit itself (R1): it is of its organisation, or directed by it.
bool MayCommit(const Audience& audience, const v1::Unit& unit) {
  return audience.dispatcher &&
         (unit.organisation() == audience.organisation || Directs(audience.organisation, unit));
}

v1::UnitCheck CheckOf(const View& view, const Audience& audience, const v1::Unit& unit,
                      const v1::Deployment& deployment, const v1::Deployment& shown,
                      const Crew& crew) {
  v1::UnitCheck check;
  check.set_unit(unit.name());
  *check.mutable_gate() = GateOf(view, audience, {unit, deployment, ""});
  const auto clash =
      FindClashSeen(view, audience, {unit.name(), deployment.window(), deployment.name(), ""});
  if (clash) check.set_clash(*clash);
  check.set_taken(clash.has_value());
  if (!crew.shifts.empty()) check.set_shift(crew.shifts.front()->name());
  const v1::Commitment* const commitment = FindCommitment(shown, unit.name());
  check.set_committed(commitment != nullptr && Stands(view, *commitment));
  return check;
}

}  // namespace

absl::Status CheckUnits(const v1::CheckUnitsRequest& request, const View& view,
                        const Audience& audience, v1::CheckUnitsResponse* response) {
  const Actor actor{std::make_shared<v1::Member>(), audience};
  const auto deployment = See<v1::Deployment>(view, actor, request.name());
  if (!deployment.ok()) return deployment.status();
  const EntityPtr shown = Shown(audience, view.Find(request.name()));
  const std::set<std::string> named(request.units().begin(), request.units().end());
  for (const std::string& name : named) {
    if (const auto unit = See<v1::Unit>(view, actor, name); !unit.ok()) return unit.status();
  }
  for (const auto& unit : view.All<v1::Unit>()) {
    if (!named.empty() && !named.contains(unit->name())) continue;
    const Crew crew = CrewOf(view, audience, unit->name(), (*deployment)->window());
    if (named.empty() &&
        (unit->retired() || (crew.shifts.empty() && !MayCommit(audience, *unit)))) {
      continue;
    }
    *response->add_checks() =
        CheckOf(view, audience, *unit, **deployment, shown->deployment(), crew);
  }
  return absl::OkStatus();
}

}  // namespace samsyn::domain
