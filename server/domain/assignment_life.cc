#include "server/domain/assignment_life.h"

#include <absl/functional/function_ref.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <set>

#include "server/domain/assignment_reach.h"
#include "server/domain/index_keys.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/position_rules.h"
#include "server/domain/refusal.h"
#include "server/domain/stops.h"
#include "server/domain/visibility.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

constexpr int kHistory = 50;
constexpr int64_t kMinutesMost = 1440;  // of one stay

bool IsUnderWay(const v1::Deployment& deployment) {
  return deployment.state() == v1::Deployment::STATE_DECIDED ||
         deployment.state() == v1::Deployment::STATE_ACTIVE;
}

// Minutes since the unit last came on scene.
int MinutesOfStay(const v1::Assignment& assignment, absl::Time until) {
  for (int i = assignment.history_size() - 1; i >= 0; --i) {
    const v1::StateChange& change = assignment.history(i);
    if (change.state() != v1::Assignment::STATE_ON_SCENE) continue;
    const int64_t minutes = absl::ToInt64Minutes(until - HappenedAt(change));
    return static_cast<int>(std::clamp<int64_t>(minutes, 0, kMinutesMost));
  }
  return 0;
}

// Whether an audience may know that the unit is in what it clashes with.
bool MayName(const View& view, const Audience& audience, absl::string_view unit,
             const std::string& clash) {
  const EntityPtr whole = view.Find(clash);
  if (whole == nullptr || !SeesWhole(audience, *whole)) return false;
  const EntityPtr shown = Shown(audience, whole);
  return !shown->has_deployment() || FindCommitment(shown->deployment(), unit) != nullptr;
}

// The first clash that counts.
std::optional<std::string> FindClashThat(const View& view, const Claim& claim,
                                         absl::FunctionRef<bool(const std::string&)> counts) {
  for (const std::string& name : view.Lookup(AssignmentsOfUnitKey(claim.unit))) {
    const auto other = view.Get<v1::Assignment>(name);
    if (other == nullptr || !IsLive(other->state()) || name == claim.ignored_assignment) continue;
    if (other->deployment() == claim.ignored_deployment) continue;
    if (TimeOf(other->create_time()) < claim.given_since) continue;
    if (Overlap(other->window(), claim.window) && counts(name)) return name;
  }
  for (const std::string& name : view.Lookup(CommitmentsOfUnitKey(claim.unit))) {
    const auto other = view.Get<v1::Deployment>(name);
    if (other == nullptr || !IsUnderWay(*other) || name == claim.ignored_deployment) continue;
    const v1::Commitment* commitment = FindCommitment(*other, claim.unit);
    if (commitment == nullptr || !commitment->assignment().empty()) continue;
    if (std::max(TimeOf(commitment->time()), TimeOf(other->decide_time())) < claim.given_since) {
      continue;
    }
    if (Overlap(other->window(), claim.window) && counts(name)) return name;
  }
  return std::nullopt;
}

}  // namespace

bool Directs(absl::string_view organisation, const v1::Unit& unit) {
  const auto& directing = unit.directing_organisations();
  return std::find(directing.begin(), directing.end(), organisation) != directing.end();
}

bool IsFinal(v1::Assignment::State state) {
  switch (state) {
    case v1::Assignment::STATE_DONE:
    case v1::Assignment::STATE_NOT_DONE:
    case v1::Assignment::STATE_DECLINED:
    case v1::Assignment::STATE_CANCELLED:
    case v1::Assignment::STATE_REPLACED:
      return true;
    default:
      return false;
  }
}

bool IsLive(v1::Assignment::State state) {
  return state >= v1::Assignment::STATE_OFFERED && state <= v1::Assignment::STATE_PAUSED;
}

absl::Time HappenedAt(const v1::StateChange& change) {
  return TimeOf(change.has_device_time() ? change.device_time() : change.time());
}

bool WasOnScene(const v1::Assignment& assignment) {
  return std::any_of(assignment.history().begin(), assignment.history().end(),
                     [](const v1::StateChange& change) {
                       return change.state() == v1::Assignment::STATE_ON_SCENE ||
                              change.state() == v1::Assignment::STATE_PAUSED ||
                              change.state() == v1::Assignment::STATE_DONE;
                     });
}

std::optional<std::string> FindClash(const View& view, const Claim& claim) {
  return FindClashThat(view, claim, [](const std::string&) { return true; });
}

std::optional<std::string> FindClashSeen(const View& view, const Audience& audience,
                                         const Claim& claim) {
  return FindClashThat(view, claim, [&](const std::string& name) {
    return MayName(view, audience, claim.unit, name);
  });
}

absl::Status UnitTaken(const View& view, const Actor& actor, const v1::Unit& unit,
                       const std::string& clash) {
  std::map<std::string, std::string> metadata{{"unit", unit.name()}};
  Words words{absl::StrCat(unit.display_name(), " is taken in that time"),
              absl::StrCat(unit.display_name(), " är upptagen den tiden")};
  if (MayName(view, actor.audience, unit.name(), clash)) {
    metadata["clash"] = clash;
    absl::StrAppend(&words.en, ": ", clash);
    absl::StrAppend(&words.sv, ": ", clash);
  }
  absl::StrAppend(&words.en, ". A dispatcher of its own organisation may decide otherwise.");
  absl::StrAppend(&words.sv, ". Dess egen enhetsansvarige får bestämma något annat.");
  return Refuse(v1::ERROR_REASON_UNIT_TAKEN, std::move(words), std::move(metadata));
}

absl::Status RequireFree(const View& view, const Actor& actor, const Claim& claim) {
  const auto clash = FindClash(view, claim);
  if (!clash) return absl::OkStatus();
  const auto unit = view.Get<v1::Unit>(claim.unit);
  return unit == nullptr ? NotFound(claim.unit) : UnitTaken(view, actor, *unit, *clash);
}

absl::Time AcknowledgeBy(const Transaction& transaction, const v1::Deployment& deployment) {
  const int minutes = deployment.acknowledge_minutes();
  return transaction.now() + absl::Minutes(minutes == 0 ? kAcknowledgeMinutes : minutes);
}

v1::Assignment NewAssignment(const Transaction& transaction, const v1::Deployment& deployment,
                             const v1::Unit& unit, int index) {
  v1::Assignment assignment;
  assignment.set_name(
      NameOf(transaction.municipality(), v1::ENTITY_KIND_ASSIGNMENT, transaction.NewId(index)));
  assignment.set_owner(unit.organisation());
  assignment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  const std::set<std::string> directing(unit.directing_organisations().begin(),
                                        unit.directing_organisations().end());
  for (const std::string& organisation : directing) {
    if (organisation == unit.organisation()) continue;
    assignment.mutable_release()->add_organisations(organisation);
  }
  assignment.set_deployment(deployment.name());
  assignment.set_unit(unit.name());
  assignment.set_organisation(unit.organisation());
  *assignment.mutable_areas() = deployment.areas();
  *assignment.mutable_window() = deployment.window();
  assignment.set_instruction(deployment.instruction());
  assignment.set_aim(deployment.aim());
  assignment.set_definition_version(deployment.definition_version());
  *assignment.mutable_acknowledge_by_time() = TimestampOf(AcknowledgeBy(transaction, deployment));
  PlanStops(deployment, transaction.now(), assignment);
  Move(ChangeTo(transaction, v1::Assignment::STATE_OFFERED), assignment);
  return assignment;
}

v1::StateChange ChangeTo(const Transaction& transaction, v1::Assignment::State state) {
  v1::StateChange change;
  change.set_state(state);
  *change.mutable_time() = TimestampOf(transaction.now());
  if (!transaction.caller().is_system()) change.set_member(transaction.caller().member);
  return change;
}

void Move(const v1::StateChange& change, v1::Assignment& assignment) {
  if (assignment.state() == v1::Assignment::STATE_ON_SCENE) {
    assignment.set_minutes_on_scene(assignment.minutes_on_scene() +
                                    MinutesOfStay(assignment, HappenedAt(change)));
  }
  assignment.set_state(change.state());
  assignment.set_status_version(assignment.status_version() + 1);
  *assignment.add_history() = change;
  if (assignment.history_size() > kHistory) {
    assignment.mutable_history()->DeleteSubrange(0, assignment.history_size() - kHistory);
  }
}

std::vector<Stay> StaysOf(const v1::Assignment& assignment, absl::Time until) {
  std::vector<Stay> stays;
  for (int i = 0; i < assignment.history_size(); ++i) {
    if (assignment.history(i).state() != v1::Assignment::STATE_ON_SCENE) continue;
    const bool last = i + 1 == assignment.history_size();
    const Stay stay{HappenedAt(assignment.history(i)),
                    last ? until : HappenedAt(assignment.history(i + 1))};
    if (stay.start < stay.end) stays.push_back(stay);
  }
  return stays;
}

void End(v1::Assignment assignment, v1::Assignment::State state, absl::string_view reason,
         Transaction& transaction) {
  Move(ChangeTo(transaction, state), assignment);
  assignment.set_reason(std::string(reason));
  PutAssignment(std::move(assignment), transaction);
}

void PutAssignment(v1::Assignment assignment, Transaction& transaction) {
  SetGuards(transaction, assignment);
  SetReach(transaction, transaction.now(), assignment);
  DropPositionsUnlessOut(assignment, transaction);
  transaction.Put(std::move(assignment));
}

void PutDeployment(v1::Deployment deployment, Transaction& transaction) {
  SetGuards(transaction, deployment);
  transaction.Put(std::move(deployment));
}

const v1::Commitment* FindCommitment(const v1::Deployment& deployment, absl::string_view unit) {
  for (const v1::Commitment& commitment : deployment.commitments()) {
    if (commitment.unit() == unit) return &commitment;
  }
  return nullptr;
}

v1::Commitment* FindCommitment(v1::Deployment& deployment, absl::string_view unit) {
  for (v1::Commitment& commitment : *deployment.mutable_commitments()) {
    if (commitment.unit() == unit) return &commitment;
  }
  return nullptr;
}

void FollowAssignments(absl::string_view name, Transaction& transaction) {
  const auto deployment = transaction.Get<v1::Deployment>(name);
  if (deployment == nullptr || !IsUnderWay(*deployment)) return;
  bool active = deployment->state() == v1::Deployment::STATE_ACTIVE;
  bool over = true;
  for (const std::string& assignment_name : transaction.Lookup(AssignmentsOfKey(name))) {
    const auto assignment = transaction.Get<v1::Assignment>(assignment_name);
    if (assignment == nullptr) continue;
    active = active || WasOnScene(*assignment);
    over = over && IsFinal(assignment->state());
  }
  for (const v1::Commitment& commitment : deployment->commitments()) {
    over = over && !commitment.assignment().empty();
  }
  if (!active) return;
  const auto state = over ? v1::Deployment::STATE_COMPLETED : v1::Deployment::STATE_ACTIVE;
  if (state == deployment->state()) return;
  v1::Deployment changed = *deployment;
  changed.set_state(state);
  PutDeployment(std::move(changed), transaction);
}

}  // namespace samsyn::domain
