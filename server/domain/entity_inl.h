// Templates of entity.h: the one list of kinds in C++.
#ifndef SAMSYN_SERVER_DOMAIN_ENTITY_INL_H_
#define SAMSYN_SERVER_DOMAIN_ENTITY_INL_H_

#include <utility>

#include "server/domain/entity.h"

// SAMSYN_FOR_EACH_KIND(X) expands X(message type, field of Entity, oneof case).
#define SAMSYN_FOR_EACH_KIND(X)                             \
  X(Municipality, municipality, kMunicipality)              \
  X(Organisation, organisation, kOrganisation)              \
  X(Member, member, kMember)                                \
  X(Unit, unit, kUnit)                                      \
  X(Shift, shift, kShift)                                   \
  X(Area, area, kArea)                                      \
  X(Report, report, kReport)                                \
  X(Incident, incident, kIncident)                          \
  X(Problem, problem, kProblem)                             \
  X(Meeting, meeting, kMeeting)                             \
  X(RoundEntry, round_entry, kRoundEntry)                   \
  X(AreaAssessment, area_assessment, kAreaAssessment)       \
  X(Deployment, deployment, kDeployment)                    \
  X(Assignment, assignment, kAssignment)                    \
  X(FieldUpdate, field_update, kFieldUpdate)                \
  X(Release, release, kRelease)                             \
  X(Token, token, kToken)                                   \
  X(SituationCell, situation_cell, kSituationCell)          \
  X(Device, device, kDevice)                                \
  X(SituationVerdict, situation_verdict, kSituationVerdict) \
  X(Indicator, indicator, kIndicator)                       \
  X(UnitPosition, unit_position, kUnitPosition)             \
  X(Minutes, minutes, kMinutes)                             \
  X(MinutesItem, minutes_item, kMinutesItem)

namespace samsyn::domain {

template <typename Visitor>
void VisitEntity(const v1::Entity& entity, Visitor&& visitor) {
  switch (entity.entity_case()) {
#define SAMSYN_VISIT(Type, field, Case) \
  case v1::Entity::Case:                \
    visitor(entity.field());            \
    break;
    SAMSYN_FOR_EACH_KIND(SAMSYN_VISIT)
#undef SAMSYN_VISIT
    case v1::Entity::ENTITY_NOT_SET:
      break;
  }
}

template <typename Visitor>
void VisitEntity(v1::Entity& entity, Visitor&& visitor) {
  switch (entity.entity_case()) {
#define SAMSYN_VISIT(Type, field, Case) \
  case v1::Entity::Case:                \
    visitor(*entity.mutable_##field()); \
    break;
    SAMSYN_FOR_EACH_KIND(SAMSYN_VISIT)
#undef SAMSYN_VISIT
    case v1::Entity::ENTITY_NOT_SET:
      break;
  }
}

template <typename T>
struct EntityField;
#define SAMSYN_FIELD(Type, field, Case)                                             \
  template <>                                                                       \
  struct EntityField<v1::Type> {                                                    \
    static constexpr v1::EntityKind kKind =                                         \
        static_cast<v1::EntityKind>(v1::Entity::k##Type##FieldNumber);              \
    static const v1::Type& Get(const v1::Entity& entity) { return entity.field(); } \
    static void Set(v1::Entity& entity, v1::Type message) {                         \
      *entity.mutable_##field() = std::move(message);                               \
    }                                                                               \
  };
SAMSYN_FOR_EACH_KIND(SAMSYN_FIELD)
#undef SAMSYN_FIELD

template <typename T>
const T& As(const v1::Entity& entity) {
  return EntityField<T>::Get(entity);
}

template <typename T>
v1::Entity Wrap(T message) {
  v1::Entity entity;
  EntityField<T>::Set(entity, std::move(message));
  return entity;
}

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_ENTITY_INL_H_
