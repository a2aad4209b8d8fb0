#include "server/domain/entity.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include "server/domain/index_keys.h"
#include "server/domain/indicator_series.h"
#include "server/domain/names.h"
#include "server/domain/report_shelves.h"

namespace samsyn::domain {
namespace {

const std::string kNone;

// The area, and the place below it where one is named.
template <typename T>
std::vector<absl::string_view> AreaAndPlace(const T& message) {
  if (message.place().empty()) return {message.area()};
  return {message.area(), message.place()};
}

std::vector<absl::string_view> AreasOrNone(
    const google::protobuf::RepeatedPtrField<std::string>& areas) {
  if (areas.empty()) return {absl::string_view()};
  return {areas.begin(), areas.end()};
}

}  // namespace

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
  return timestamp;
}

v1::EntityKind KindOf(const v1::Entity& entity) {
  return static_cast<v1::EntityKind>(entity.entity_case());
}

const std::string& NameOf(const v1::Entity& entity) {
  const std::string* name = &kNone;
  VisitEntity(entity, [&](const auto& message) { name = &message.name(); });
  return *name;
}

const std::string& OwnerOf(const v1::Entity& entity) {
  const std::string* owner = &kNone;
  VisitEntity(entity, [&](const auto& message) { owner = &message.owner(); });
  return *owner;
}

Revision RevisionOf(const v1::Entity& entity) {
  Revision revision = 0;
  VisitEntity(entity, [&](const auto& message) { revision = message.revision(); });
  return revision;
}

const std::string& EtagOf(const v1::Entity& entity) {
  const std::string* etag = &kNone;
  VisitEntity(entity, [&](const auto& message) { etag = &message.etag(); });
  return *etag;
}

const v1::ReleaseState& ReleaseOf(const v1::Entity& entity) {
  const v1::ReleaseState* release = &v1::ReleaseState::default_instance();
  VisitEntity(entity, [&](const auto& message) { release = &message.release(); });
  return *release;
}

std::string EtagFor(Revision revision) { return absl::StrCat("\"", revision, "\""); }

std::vector<absl::string_view> AreasOf(const v1::Entity& entity) {
  switch (entity.entity_case()) {
    case v1::Entity::kReport:
      return AreaAndPlace(entity.report());
    case v1::Entity::kIncident:
      return AreaAndPlace(entity.incident());
    case v1::Entity::kIndicator:
      if (entity.indicator().area().empty()) return {};  // the whole municipality's
      return {entity.indicator().area()};
    case v1::Entity::kSituationCell:
      return {entity.situation_cell().area()};
    case v1::Entity::kSituationVerdict:
      // Of all areas together, or of one, or of what lies in none.
      if (absl::StartsWith(IdOf(entity.situation_verdict().name()), "all.")) return {};
      return {entity.situation_verdict().area()};
    case v1::Entity::kAreaAssessment:
      return {entity.area_assessment().area()};
    case v1::Entity::kArea:
      return {entity.area().name()};
    case v1::Entity::kProblem:
      return AreasOrNone(entity.problem().areas());
    case v1::Entity::kDeployment:
      return AreasOrNone(entity.deployment().areas());
    case v1::Entity::kAssignment:
      return AreasOrNone(entity.assignment().areas());
    case v1::Entity::kShift:
      return AreasOrNone(entity.shift().areas());
    default:
      return {};
  }
}

absl::string_view UnitOf(const v1::Entity& entity) {
  if (entity.has_assignment()) return entity.assignment().unit();
  if (entity.has_field_update()) return entity.field_update().unit();
  if (entity.has_unit_position()) return entity.unit_position().unit();
  return {};
}

std::set<std::string> NamedIn(const v1::Meeting& meeting) {
  std::set<std::string> named(meeting.priorities().begin(), meeting.priorities().end());
  for (const v1::CarryOver& left : meeting.carry_over()) named.insert(left.subject());
  for (const v1::OpenPoint& point : meeting.open_points()) {
    // Areas everybody sees.
    if (point.kind() != v1::OpenPoint::KIND_AREA_NOT_ASSESSED) named.insert(point.subject());
  }
  return named;
}

std::vector<std::string> IndexKeysOf(const v1::Entity& entity) {
  std::vector<std::string> keys;
  switch (entity.entity_case()) {
    case v1::Entity::kReport: {
      const v1::Report& report = entity.report();
      if (report.has_source()) {
        keys.push_back(SourceKey(report.source().source_uri(), report.source().source_id()));
      }
      if (IsShelved(report.kind())) {
        keys.push_back(ShelfKey(report.kind(), ShelfOf(report.name())));
      }
      break;
    }
    case v1::Entity::kMember:
      keys.push_back(MembersOfKey(entity.member().organisation()));
      for (const std::string& unit : entity.member().units()) {
        keys.push_back(MembersOfUnitKey(unit));
      }
      break;
    case v1::Entity::kMeeting: {
      const v1::Meeting& meeting = entity.meeting();
      if (meeting.has_open_time()) {
        keys.push_back(std::string(kMeetingsHeldKey));
        if (!meeting.has_close_time()) keys.push_back(std::string(kOpenMeetingKey));
      }
      if (meeting.has_night_lead() && !meeting.night_lead().over()) {
        keys.push_back(std::string(kNightLeadKey));
      }
      for (const std::string& name : NamedIn(meeting)) keys.push_back(LinksKey(name));
      break;
    }
    case v1::Entity::kProblem:
      for (const std::string& name : entity.problem().incidents()) keys.push_back(LinksKey(name));
      break;
    case v1::Entity::kDeployment: {
      const v1::Deployment& deployment = entity.deployment();
      const bool live = deployment.state() == v1::Deployment::STATE_PROPOSED ||
                        deployment.state() == v1::Deployment::STATE_DECIDED ||
                        deployment.state() == v1::Deployment::STATE_ACTIVE;
      if (live) {
        for (const v1::Commitment& commitment : deployment.commitments()) {
          keys.push_back(CommitmentsOfUnitKey(commitment.unit()));
        }
      }
      if (!deployment.problem().empty()) keys.push_back(LinksKey(deployment.problem()));
      break;
    }
    case v1::Entity::kAssignment:
      keys.push_back(AssignmentsOfUnitKey(entity.assignment().unit()));
      keys.push_back(AssignmentsOfKey(entity.assignment().deployment()));
      if (!entity.assignment().replaced_by().empty()) {
        keys.push_back(LinksKey(entity.assignment().replaced_by()));
      }
      if (entity.assignment().state() == v1::Assignment::STATE_OFFERED) {
        keys.push_back(std::string(kOfferedKey));
      }
      if ((entity.assignment().state() == v1::Assignment::STATE_EXPIRED ||
           entity.assignment().state() == v1::Assignment::STATE_DECLINED) &&
          !entity.assignment().history().empty()) {
        keys.push_back(
            UnmannedKey(DayNumber(TimeOf(entity.assignment().history().rbegin()->time()))));
      }
      break;
    case v1::Entity::kFieldUpdate:
      keys.push_back(UpdatesOfKey(entity.field_update().assignment()));
      break;
    case v1::Entity::kUnitPosition:
      keys.push_back(PositionsOfKey(entity.unit_position().assignment()));
      break;
    case v1::Entity::kIndicator:
      keys.push_back(IdentityKeyOf(entity.indicator()));
      keys.push_back(SeriesKeyOf(entity.indicator()));
      break;
    case v1::Entity::kRelease:
      if (entity.release().state() == v1::Release::STATE_ACTIVE) {
        keys.push_back(ReleasesOfKey(entity.release().entity()));
      }
      break;
    case v1::Entity::kToken:
      keys.push_back(TokensOfKey(entity.token().member()));
      break;
    case v1::Entity::kShift:
      keys.push_back(ShiftsOfUnitKey(entity.shift().unit()));
      break;
    case v1::Entity::kDevice:
      keys.push_back(DevicesOfKey(entity.device().member()));
      keys.push_back(DevicesOfSessionKey(entity.device().session()));
      keys.push_back(EndpointKey(entity.device().push_endpoint()));
      break;
    case v1::Entity::kRoundEntry:
      keys.push_back(BelowMeetingKey(entity.round_entry().meeting()));
      break;
    case v1::Entity::kAreaAssessment:
      keys.push_back(BelowMeetingKey(entity.area_assessment().meeting()));
      break;
    case v1::Entity::kMinutesItem: {
      const v1::MinutesItem& item = entity.minutes_item();
      keys.push_back(BelowMeetingKey(item.meeting()));
      keys.push_back(KeptOfKey(item.source()));
      if (!item.deployment().problem().empty()) {
        keys.push_back(LinksKey(item.deployment().problem()));
      }
      break;
    }
    default:
      break;
  }
  return keys;
}

}  // namespace samsyn::domain
