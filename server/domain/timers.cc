#include "server/domain/timers.h"

#include <algorithm>

#include "server/domain/position_rules.h"
#include "server/domain/transaction.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

std::optional<absl::Time> DueOfAssignment(const v1::Assignment& assignment) {
  switch (assignment.state()) {
    case v1::Assignment::STATE_OFFERED:
    case v1::Assignment::STATE_DELIVERED:
    case v1::Assignment::STATE_SEEN:
      return TimeOf(assignment.acknowledge_by_time());
    default:
      return std::nullopt;
  }
}

std::optional<absl::Time> DueOfDeployment(const v1::Deployment& deployment) {
  if (deployment.state() != v1::Deployment::STATE_DECIDED &&
      deployment.state() != v1::Deployment::STATE_ACTIVE) {
    return std::nullopt;
  }
  return TimeOf(deployment.window().end_time());
}

// The first 05:00, local time, after the situation's window was last moved.
std::optional<absl::Time> DueOfMunicipality(const v1::Municipality& municipality) {
  absl::TimeZone zone;
  if (!municipality.has_situation_time() || !absl::LoadTimeZone(municipality.time_zone(), &zone)) {
    return std::nullopt;
  }
  return NextMorning(TimeOf(municipality.situation_time()), zone);
}

}  // namespace

std::optional<absl::Time> DueTimeOf(const v1::Entity& entity) {
  switch (entity.entity_case()) {
    case v1::Entity::kAssignment:
      return DueOfAssignment(entity.assignment());
    case v1::Entity::kDeployment:
      return DueOfDeployment(entity.deployment());
    case v1::Entity::kRelease:
      if (entity.release().has_expire_time() &&
          (entity.release().state() == v1::Release::STATE_ACTIVE ||
           entity.release().state() == v1::Release::STATE_PROPOSED)) {
        return TimeOf(entity.release().expire_time());
      }
      return std::nullopt;
    case v1::Entity::kMeeting:
      if (entity.meeting().has_night_lead() && !entity.meeting().night_lead().over()) {
        return TimeOf(entity.meeting().night_lead().window().end_time());
      }
      return std::nullopt;
    case v1::Entity::kMunicipality:
      return DueOfMunicipality(entity.municipality());
    case v1::Entity::kDevice:
      return TimeOf(entity.device().expire_time());
    case v1::Entity::kMember:
      if (entity.member().has_expire_time() && !entity.member().removed()) {
        return TimeOf(entity.member().expire_time());
      }
      return std::nullopt;
    case v1::Entity::kUnitPosition:
      return TimeOf(entity.unit_position().position_time()) + kPositionKept;
    default:
      return std::nullopt;
  }
}

absl::Status OnTimer(absl::string_view name, Transaction& transaction) {
  const EntityPtr entity = transaction.Find(name);
  if (entity == nullptr) return absl::OkStatus();
  const auto due = DueTimeOf(*entity);
  if (!due || *due > transaction.now()) return absl::OkStatus();
  switch (entity->entity_case()) {
    case v1::Entity::kMeeting:
      return OnMeetingDue(entity->meeting(), transaction);
    case v1::Entity::kDeployment:
      return OnDeploymentDue(entity->deployment(), transaction);
    case v1::Entity::kAssignment:
      return OnAssignmentDue(entity->assignment(), transaction);
    case v1::Entity::kRelease:
      return OnReleaseDue(entity->release(), transaction);
    case v1::Entity::kMunicipality:
      return OnMunicipalityDue(entity->municipality(), transaction);
    case v1::Entity::kDevice:
      return OnDeviceDue(entity->device(), transaction);
    case v1::Entity::kMember:
      return OnMemberDue(entity->member(), transaction);
    case v1::Entity::kUnitPosition:
      return OnPositionDue(entity->unit_position(), transaction);
    default:
      return absl::OkStatus();
  }
}

}  // namespace samsyn::domain
