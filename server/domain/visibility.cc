#include "server/domain/visibility.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "server/domain/index_keys.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"
#include "server/domain/releases.h"

namespace samsyn::domain {
namespace {

bool Names(const v1::ReleaseState& release, absl::string_view organisation) {
  const auto& names = release.organisations();
  return std::find(names.begin(), names.end(), organisation) != names.end();
}

// Whether an organisation sees content with this owner and release without being named.
bool SeesUnnamed(absl::string_view organisation, bool authority, absl::string_view owner,
                 const v1::ReleaseState& release) {
  if (organisation == owner) return true;
  switch (release.release_class()) {
    case v1::RELEASE_CLASS_PUBLIC:
    case v1::RELEASE_CLASS_PARTNER:
      return true;
    case v1::RELEASE_CLASS_AUTHORITY:
      return authority;
    default:
      return false;
  }
}

// Whether an organisation may see content with this owner and release.
bool OrganisationSees(absl::string_view organisation, bool authority, absl::string_view owner,
                      const v1::ReleaseState& release) {
  return Names(release, organisation) || SeesUnnamed(organisation, authority, owner, release);
}

bool Sees(const Audience& audience, absl::string_view owner, const v1::ReleaseState& release) {
  if (audience.everything) return true;
  if (!audience.screen) {
    return OrganisationSees(audience.organisation, audience.authority, owner, release);
  }
  if (audience.present.empty()) {
    return release.release_class() == v1::RELEASE_CLASS_PUBLIC ||
           release.release_class() == v1::RELEASE_CLASS_PARTNER;
  }
  for (size_t i = 0; i < audience.present.size(); ++i) {
    if (!OrganisationSees(audience.present[i], audience.present_is_authority[i], owner, release)) {
      return false;
    }
  }
  return true;
}

// What of content with this owner and release an audience that sees it does not get; a screen
// nothing of what is withheld from anybody present.
WithheldSet Withheld(const Audience& audience, absl::string_view owner,
                     const v1::ReleaseState& release) {
  if (release.redactions().empty() || audience.everything) return {};
  const auto from = [&](absl::string_view organisation, bool authority) {
    return SeesUnnamed(organisation, authority, owner, release)
               ? WithheldSet()
               : WithheldFor(release, organisation);
  };
  if (!audience.screen) return from(audience.organisation, audience.authority);
  WithheldSet all;
  for (size_t i = 0; i < audience.present.size(); ++i) {
    all.merge(from(audience.present[i], audience.present_is_authority[i]));
  }
  return all;
}

// Those who see what the field does beside its release: chair and night lead. Whose organisation is
// no authority, so far only as it sees the deployment, and no words or positions from the field,
// which do not tell of what deployment they are.
bool LeadsTheNight(const Audience& audience) {
  return !audience.screen && (audience.chair || audience.night_lead);
}

bool SeesCommitment(const Audience& audience, const v1::Commitment& commitment) {
  return audience.everything || LeadsTheNight(audience) ||
         (!audience.screen && (audience.organisation == commitment.organisation() ||
                               audience.organisation == commitment.directed_by()));
}

bool SeesNamesOf(const Audience& audience, absl::string_view organisation) {
  return audience.everything ||
         (!audience.screen && (audience.coordinator || audience.organisation == organisation));
}

// With whom else the owner shares something is the owner's to know.
bool SeesAllOf(const Audience& audience, const v1::Release& release) {
  return audience.everything || (!audience.screen && audience.organisation == release.owner());
}

void RedactRelease(const Audience& audience, v1::Release& release) {
  const bool named =
      !audience.screen && std::find(release.organisations().begin(), release.organisations().end(),
                                    audience.organisation) != release.organisations().end();
  release.clear_organisations();
  if (named) release.add_organisations(audience.organisation);
  release.clear_decided_by();
  release.clear_proposed_by();
}

bool Hidden(const Audience& audience, const v1::Guard& guard) {
  return !Sees(audience, guard.owner(), guard.release());
}

bool DeploymentHidden(const Audience& audience, const v1::Assignment& assignment) {
  return std::any_of(assignment.guards().begin(), assignment.guards().end(),
                     [&](const v1::Guard& guard) {
                       return guard.name() == assignment.deployment() && Hidden(audience, guard);
                     });
}

// Whether it sees what the field does beside its release, whole.
bool SeesByLeading(const Audience& audience, const v1::Entity& entity) {
  if (!LeadsTheNight(audience)) return false;
  if (entity.has_field_update() || entity.has_unit_position()) return audience.authority;
  return entity.has_assignment() &&
         (audience.authority || !DeploymentHidden(audience, entity.assignment()));
}

// Whether it reads the unit's own words: not who is no authority and sees an assignment only by
// leading.
bool ReadsTheField(const Audience& audience, const v1::Entity& entity) {
  return audience.authority || Sees(audience, OwnerOf(entity), ReleaseOf(entity));
}

void Withhold(google::protobuf::RepeatedPtrField<std::string>& names, const std::string& name) {
  names.erase(std::remove(names.begin(), names.end(), name), names.end());
}

// The same of what is said about it.
template <typename Said>
void WithholdAbout(google::protobuf::RepeatedPtrField<Said>& all, const std::string& subject) {
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const Said& one) { return one.subject() == subject; }),
            all.end());
}

// Takes the names behind hidden guards, and all guards, out of a message.
template <typename Guarded, typename Forget>
void ApplyGuards(const Audience& audience, Guarded& message, Forget forget) {
  for (const v1::Guard& guard : message.guards()) {
    if (Hidden(audience, guard)) forget(guard.name());
  }
  message.clear_guards();
}

// Whether anything in this version is withheld from an audience that sees it.
bool NeedsRedaction(const Audience& audience, const v1::Entity& entity) {
  // Where it is woken, and what sums up hidden parts too, is for nobody's eyes.
  if (entity.has_device() || entity.has_minutes()) return true;
  if (audience.everything) return false;
  const v1::ReleaseState& release = ReleaseOf(entity);
  if ((!release.organisations().empty() || !release.redactions().empty() ||
       release.has_class_change()) &&
      (audience.screen || audience.organisation != OwnerOf(entity))) {
    return true;
  }
  switch (entity.entity_case()) {
    case v1::Entity::kMember: {
      const v1::Member& member = entity.member();
      return !SeesNamesOf(audience, member.organisation()) &&
             (!member.display_name().empty() || !member.phone().empty() ||
              !member.source_uris().empty() || member.has_expire_time() ||
              member.has_position_consent_time());
    }
    case v1::Entity::kReport:
      return !entity.report().reporter().empty() && !SeesNamesOf(audience, OwnerOf(entity));
    case v1::Entity::kRelease:
      return !SeesAllOf(audience, entity.release());
    case v1::Entity::kDeployment:
      return !entity.deployment().guards().empty() ||
             std::any_of(entity.deployment().commitments().begin(),
                         entity.deployment().commitments().end(),
                         [&](const auto& c) { return !SeesCommitment(audience, c); });
    case v1::Entity::kProblem:
      return !entity.problem().guards().empty();
    case v1::Entity::kMeeting:
      return !entity.meeting().guards().empty();
    case v1::Entity::kAssignment:
      return !entity.assignment().guards().empty() || !ReadsTheField(audience, entity);
    default:
      return false;
  }
}

void Redact(const Audience& audience, v1::Entity& entity) {
  const bool owner = !audience.screen && audience.organisation == OwnerOf(entity);
  const bool reads_field = ReadsTheField(audience, entity);  // by the names that go below
  if (!owner) {
    LeaveOut(WithheldFrom(audience, entity), entity);
    VisitEntity(entity, [](auto& message) {
      if (!message.has_release()) return;
      message.mutable_release()->clear_organisations();
      message.mutable_release()->clear_redactions();
      message.mutable_release()->clear_class_change();
    });
  }
  switch (entity.entity_case()) {
    case v1::Entity::kMember: {
      v1::Member& member = *entity.mutable_member();
      if (SeesNamesOf(audience, member.organisation())) break;
      member.clear_display_name();
      member.clear_phone();
      member.clear_expire_time();
      member.clear_source_uris();
      member.clear_position_consent_time();
      break;
    }
    case v1::Entity::kDevice:
      entity.mutable_device()->clear_push_endpoint();
      break;
    case v1::Entity::kReport:
      if (!SeesNamesOf(audience, OwnerOf(entity))) entity.mutable_report()->clear_reporter();
      break;
    case v1::Entity::kRelease:
      if (!SeesAllOf(audience, entity.release()))
        RedactRelease(audience, *entity.mutable_release());
      break;
    case v1::Entity::kDeployment: {
      v1::Deployment& deployment = *entity.mutable_deployment();
      for (v1::Commitment& commitment : *deployment.mutable_commitments()) {
        if (SeesCommitment(audience, commitment)) continue;
        commitment.clear_unit();
        commitment.clear_assignment();
        commitment.clear_override_reason();
        commitment.clear_warnings();
      }
      ApplyGuards(audience, deployment, [&](const std::string&) { deployment.clear_problem(); });
      break;
    }
    case v1::Entity::kProblem: {
      v1::Problem& problem = *entity.mutable_problem();
      ApplyGuards(audience, problem,
                  [&](const std::string& name) { Withhold(*problem.mutable_incidents(), name); });
      break;
    }
    case v1::Entity::kMeeting: {
      v1::Meeting& meeting = *entity.mutable_meeting();
      ApplyGuards(audience, meeting, [&](const std::string& name) {
        Withhold(*meeting.mutable_priorities(), name);
        WithholdAbout(*meeting.mutable_carry_over(), name);
        WithholdAbout(*meeting.mutable_open_points(), name);
      });
      break;
    }
    case v1::Entity::kMinutes:
      entity.mutable_minutes()->clear_digest();
      break;
    case v1::Entity::kAssignment: {
      v1::Assignment& assignment = *entity.mutable_assignment();
      if (!reads_field && assignment.has_debrief()) assignment.mutable_debrief()->clear_text();
      ApplyGuards(audience, assignment, [&](const std::string& name) {
        if (assignment.deployment() == name) {
          assignment.clear_deployment();
          assignment.clear_aim();
          assignment.clear_instruction();
          assignment.clear_stops();
        }
        // Authorities that lead see every assignment beside its release.
        if (assignment.replaced_by() == name && !(LeadsTheNight(audience) && audience.authority)) {
          assignment.clear_replaced_by();
        }
      });
      break;
    }
    default:
      break;
  }
}

// The guards that `namer` needs for the names that it mentions.
template <typename Namer, typename NamesMentioned>
void SetGuardsFor(const View& view, const NamesMentioned& mentioned, Namer& namer) {
  namer.clear_guards();
  for (const std::string& name : mentioned) {
    const EntityPtr named = view.Find(name);
    if (named == nullptr) continue;
    if (auto guard = GuardFor(*named, namer.release(), namer.owner())) {
      *namer.add_guards() = *std::move(guard);
    }
  }
}

template <typename Namer>
void PutWithGuards(const v1::Entity& entity, Transaction& transaction) {
  Namer namer = As<Namer>(entity);
  SetGuards(transaction, namer);
  transaction.Put(std::move(namer));
}

}  // namespace

std::string Audience::Key() const {
  Sha256 hash;
  hash.Update(municipality).Update("\n").Update(organisation).Update("\n");
  for (const bool flag :
       {authority, coordinator, dispatcher, chair, night_lead, nothing, everything, screen}) {
    hash.Update(flag ? "1" : "0");
  }
  for (size_t i = 0; i < present.size(); ++i) {
    hash.Update("\n").Update(present[i]).Update(present_is_authority[i] ? "1" : "0");
  }
  return std::string(AsBytes(hash.Finish()));
}

Audience AudienceOf(const View& view, const Caller& caller) {
  Audience audience;
  if (caller.is_system()) {
    audience.everything = true;
    return audience;
  }
  audience.municipality = std::string(MunicipalityOf(caller.member));
  const auto member = view.Get<v1::Member>(caller.member);
  if (member == nullptr || member->removed()) {
    audience.nothing = true;
    return audience;
  }
  audience.organisation = member->organisation();
  const auto is_authority = [&](absl::string_view name) {
    const auto organisation = view.Get<v1::Organisation>(name);
    return organisation != nullptr && organisation->authority();
  };
  audience.authority = is_authority(audience.organisation);
  audience.coordinator = HasRole(*member, v1::ROLE_COORDINATOR);
  audience.dispatcher = HasRole(*member, v1::ROLE_DISPATCHER);
  audience.nothing = member->roles_size() == 1 && HasRole(*member, v1::ROLE_AUDITOR);
  audience.screen = member->roles_size() == 1 && HasRole(*member, v1::ROLE_OBSERVER);
  audience.chair = ChairsLatestMeeting(view, caller.member);
  audience.night_lead = LeadsNight(view, caller.member, audience.coordinator);
  if (audience.screen) {
    if (const auto meeting = OpenMeeting(view)) {
      audience.present.assign(meeting->attending_organisations().begin(),
                              meeting->attending_organisations().end());
      for (const std::string& name : audience.present) {
        audience.present_is_authority.push_back(is_authority(name));
      }
    }
  }
  return audience;
}

bool CanSee(const Audience& audience, const v1::Entity& entity) {
  const v1::EntityKind kind = KindOf(entity);
  if (kind == v1::ENTITY_KIND_UNSPECIFIED) return false;
  if (audience.everything) return true;
  if (MunicipalityOf(NameOf(entity)) != audience.municipality) return false;
  if (kind == v1::ENTITY_KIND_MUNICIPALITY) return true;
  if (audience.nothing) return false;
  switch (kind) {
    case v1::ENTITY_KIND_ORGANISATION:
    case v1::ENTITY_KIND_MEMBER:
    case v1::ENTITY_KIND_UNIT:
    case v1::ENTITY_KIND_AREA:
      return true;
    case v1::ENTITY_KIND_MINUTES_ITEM:
      return false;
    case v1::ENTITY_KIND_TOKEN:
    case v1::ENTITY_KIND_DEVICE:
      return audience.coordinator ||
             (audience.dispatcher && audience.organisation == OwnerOf(entity));
    default:
      return SeesByLeading(audience, entity) || Sees(audience, OwnerOf(entity), ReleaseOf(entity));
  }
}

WithheldSet WithheldFrom(const Audience& audience, const v1::Entity& entity) {
  if (SeesByLeading(audience, entity)) return {};
  return Withheld(audience, OwnerOf(entity), ReleaseOf(entity));
}

bool SeesWhole(const Audience& audience, const v1::Entity& entity) {
  return CanSee(audience, entity) && WithheldFrom(audience, entity).empty();
}

bool SeesWholeReleased(const Audience& audience, absl::string_view owner,
                       const v1::ReleaseState& release) {
  return !audience.nothing && Sees(audience, owner, release) &&
         Withheld(audience, owner, release).empty();
}

EntityPtr Shown(const Audience& audience, const EntityPtr& entity) {
  if (entity == nullptr || !CanSee(audience, *entity)) return nullptr;
  if (!NeedsRedaction(audience, *entity)) return entity;
  auto shown = std::make_shared<v1::Entity>(*entity);
  Redact(audience, *shown);
  return shown;
}

EntityPtr ShownToItself(const Audience& audience, const EntityPtr& entity,
                        absl::string_view member) {
  const bool own =
      entity != nullptr && ((entity->has_token() && entity->token().member() == member) ||
                            (entity->has_device() && entity->device().member() == member) ||
                            (entity->has_member() && entity->member().name() == member));
  if (!own) return Shown(audience, entity);
  Audience everything;
  everything.everything = true;
  return Shown(everything, entity);
}

EntityPtr FindVisible(const View& view, const Audience& audience, absl::string_view name) {
  EntityPtr entity = view.Find(name);
  if (entity == nullptr || !CanSee(audience, *entity)) return nullptr;
  return entity;
}

bool Covers(const v1::ReleaseState& wide, absl::string_view wide_owner,
            const v1::ReleaseState& narrow, absl::string_view narrow_owner) {
  if (wide.release_class() == v1::RELEASE_CLASS_PUBLIC ||
      wide.release_class() == v1::RELEASE_CLASS_PARTNER) {
    return true;
  }
  // Named viewers of the narrow one must be named by the wide one: flags may change.
  const auto named_by_wide = [&](absl::string_view organisation) {
    return organisation == wide_owner || Names(wide, organisation);
  };
  if (!named_by_wide(narrow_owner)) return false;
  for (const std::string& organisation : narrow.organisations()) {
    if (!named_by_wide(organisation)) return false;
  }
  if (narrow.release_class() == v1::RELEASE_CLASS_RESTRICTED) return true;
  return wide.release_class() == v1::RELEASE_CLASS_AUTHORITY &&
         narrow.release_class() == v1::RELEASE_CLASS_AUTHORITY;
}

std::optional<v1::Guard> GuardFor(const v1::Entity& named, const v1::ReleaseState& namer_release,
                                  absl::string_view namer_owner) {
  if (Covers(ReleaseOf(named), OwnerOf(named), namer_release, namer_owner)) return std::nullopt;
  v1::Guard guard;
  guard.set_name(NameOf(named));
  guard.set_owner(OwnerOf(named));
  *guard.mutable_release() = ViewersAlone(ReleaseOf(named));
  guard.mutable_release()->clear_redactions();  // who gets a part may know its name
  return guard;
}

void SetGuards(const View& view, v1::Problem& problem) {
  SetGuardsFor(view,
               std::vector<std::string>(problem.incidents().begin(), problem.incidents().end()),
               problem);
}

void SetGuards(const View& view, v1::Deployment& deployment) {
  SetGuardsFor(view, std::vector<std::string>{deployment.problem()}, deployment);
}

void SetGuards(const View& view, v1::Meeting& meeting) {
  SetGuardsFor(view, NamedIn(meeting), meeting);
}

void SetGuards(const View& view, v1::MinutesItem& item) {
  const auto follow = [&](auto& part) {
    part.set_owner(item.owner());
    *part.mutable_release() = item.release();
  };
  if (item.has_problem()) follow(*item.mutable_problem());
  if (!item.has_deployment()) return;
  follow(*item.mutable_deployment());
  SetGuards(view, *item.mutable_deployment());
}

void SetGuards(const View& view, v1::Assignment& assignment) {
  assignment.clear_guards();
  // Chair and night lead see assignments beside their release, so anybody may come to see one.
  v1::ReleaseState anybody;
  anybody.set_release_class(v1::RELEASE_CLASS_PARTNER);
  if (const EntityPtr deployment = view.Find(assignment.deployment())) {
    if (auto guard = GuardFor(*deployment, anybody, assignment.owner())) {
      *assignment.add_guards() = *std::move(guard);
    }
  }
  // They see the one that took its place as well.
  if (const EntityPtr next = view.Find(assignment.replaced_by())) {
    if (auto guard = GuardFor(*next, assignment.release(), assignment.owner())) {
      *assignment.add_guards() = *std::move(guard);
    }
  }
}

void RefreshGuards(absl::string_view name, Transaction& transaction) {
  std::vector<std::string> namers = transaction.Lookup(LinksKey(name));
  for (std::string& namer : transaction.Lookup(AssignmentsOfKey(name))) {
    namers.push_back(std::move(namer));
  }
  for (const std::string& namer : namers) {
    const EntityPtr entity = transaction.Find(namer);
    switch (KindOf(*entity)) {
      case v1::ENTITY_KIND_PROBLEM:
        PutWithGuards<v1::Problem>(*entity, transaction);
        break;
      case v1::ENTITY_KIND_DEPLOYMENT:
        PutWithGuards<v1::Deployment>(*entity, transaction);
        break;
      case v1::ENTITY_KIND_MEETING:
        PutWithGuards<v1::Meeting>(*entity, transaction);
        break;
      case v1::ENTITY_KIND_ASSIGNMENT:
        PutWithGuards<v1::Assignment>(*entity, transaction);
        break;
      case v1::ENTITY_KIND_MINUTES_ITEM:
        PutWithGuards<v1::MinutesItem>(*entity, transaction);
        break;
      default:
        break;
    }
  }
}

}  // namespace samsyn::domain
