#include "server/domain/directory_rules.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>

#include "server/domain/access_rules.h"
#include "server/domain/assignment_reach.h"
#include "server/domain/directory_checks.h"
#include "server/domain/gate.h"
#include "server/domain/index_keys.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/permits.h"
#include "server/domain/position_rules.h"
#include "server/domain/refusal.h"
#include "server/domain/rule_checks.h"
#include "server/domain/timers.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

v1::Municipality NewMunicipality(absl::string_view name, absl::string_view display_name,
                                 absl::string_view county, absl::Time now) {
  v1::Municipality municipality;
  municipality.set_name(std::string(name));
  municipality.set_owner(NameOf(name, v1::ENTITY_KIND_ORGANISATION, "kommunen"));
  municipality.set_display_name(std::string(display_name));
  municipality.set_county(std::string(county));
  municipality.set_time_zone("Europe/Stockholm");
  v1::MeetingCadence& cadence = *municipality.mutable_cadence();
  cadence.set_weeks(1);
  cadence.set_iso_weekday(5);
  cadence.set_wall_time("18:00");
  *municipality.mutable_situation_time() = TimestampOf(now);
  return municipality;
}

absl::Status Full(absl::string_view what_en, absl::string_view what_sv, size_t most) {
  return Refuse(v1::ERROR_REASON_LIMIT_REACHED,
                {absl::StrCat("A municipality has at most ", most, " ", what_en, "."),
                 absl::StrCat("En kommun har högst ", most, " ", what_sv, ".")},
                {{"limit", absl::StrCat(most)}});
}

absl::Status NotYourOrganisation() {
  return Refuse(v1::ERROR_REASON_NOT_YOUR_ORGANISATION,
                {"You may do this for your own organisation only.",
                 "Du får göra detta bara för din egen aktör."});
}

// COORDINATOR, or DISPATCHER of this organisation.
absl::Status RequireMayWrite(const Actor& actor, absl::string_view organisation) {
  if (actor.Has(v1::ROLE_COORDINATOR)) return absl::OkStatus();
  absl::Status may = RequireRole(actor, {v1::ROLE_COORDINATOR, v1::ROLE_DISPATCHER});
  if (!may.ok()) return may;
  return organisation == actor.organisation() ? absl::OkStatus() : NotYourOrganisation();
}

// A dispatcher writes members of its own organisation who report or go out; rights to sources and
// other roles are a coordinator's to give.
absl::Status RequireMayWriteMember(const Actor& actor, const v1::Member& member) {
  if (actor.Has(v1::ROLE_COORDINATOR)) return absl::OkStatus();
  if (absl::Status may = RequireMayWrite(actor, member.organisation()); !may.ok()) return may;
  const bool plain = std::all_of(member.roles().begin(), member.roles().end(), [](int role) {
    return role == v1::ROLE_REPORTER || role == v1::ROLE_FIELD;
  });
  if (plain && member.source_uris().empty()) return absl::OkStatus();
  return RequireRole(actor, {v1::ROLE_COORDINATOR});
}

absl::Status LastCoordinator() {
  return Refuse(v1::ERROR_REASON_WRONG_STATE,
                {"Somebody must remain a coordinator: name another one first.",
                 "Någon måste förbli samordnare: utse en annan först."},
                {{"state", "LAST_COORDINATOR"}});
}

// `before`: its version until now, if there is one.
absl::Status CheckedMember(const v1::Member& member, const v1::Member* before,
                           const Transaction& view) {
  Violations violations;
  const bool lasts = before != nullptr && before->has_expire_time() &&
                     TimeOf(before->expire_time()) == TimeOf(member.expire_time());
  if (member.has_expire_time() && !lasts && TimeOf(member.expire_time()) <= view.now()) {
    violations.Add("member.expire_time", "This must lie in the future.",
                   "Detta måste ligga i framtiden.");
  }
  CheckMember(
      member, "member", [&](absl::string_view name) { return view.Find(name); }, violations);
  return std::move(violations).Result();
}

// Its name stays for history; tokens, sessions and devices end.
void Remove(const v1::Member& before, Transaction& transaction) {
  v1::Member member = before;
  member.set_removed(true);
  member.clear_position_consent_time();
  transaction.Put(std::move(member));
  RevokeTokensOf(before.name(), transaction);
  DropPositionsOf(before, transaction);
}

absl::Status CheckMemberId(absl::string_view id) {
  if (id.empty() || IsClientId(id)) return absl::OkStatus();
  return RefuseFields(
      {{"member_id",
        {"An id has small letters a to z, digits and hyphens, at most 63.",
         "Ett id har små bokstäver a till z, siffror och bindestreck, högst 63."}}});
}

absl::Status RequireInUse(const v1::Unit& unit) {
  if (!unit.retired()) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_WRONG_STATE,
                {"The unit is no longer in use.", "Enheten används inte längre."},
                {{"state", "RETIRED"}});
}

// Permits, a client's objects, and powers that have bounds bind the unit (R4): its own organisation
// does not free it of them.
absl::Status RequireMayBind(const Actor& actor, const v1::Unit* before, const v1::Unit& unit) {
  const auto bounds = [](const v1::Unit& one) {
    v1::Unit only;
    *only.mutable_permits() = one.permits();
    *only.mutable_objects() = one.objects();
    return only.SerializeAsString();
  };
  const v1::Unit none;
  const v1::Unit& was = before == nullptr ? none : *before;
  const bool freed = was.power() != unit.power() && IsBound(was.power());
  if (!freed && bounds(was) == bounds(unit)) return absl::OkStatus();
  return RequireRole(actor, {v1::ROLE_COORDINATOR});
}

// DISPATCHER of an organisation of kind POLICE.
absl::Status RequireMayPermit(const View& view, const Actor& actor) {
  if (absl::Status may = RequireRole(actor, {v1::ROLE_DISPATCHER}); !may.ok()) return may;
  const auto organisation = view.Get<v1::Organisation>(actor.organisation());
  if (actor.system ||
      (organisation != nullptr && organisation->kind() == v1::ORGANISATION_KIND_POLICE)) {
    return absl::OkStatus();
  }
  return Refuse(v1::ERROR_REASON_NOT_YOUR_ORGANISATION,
                {"Only the police record a temporary permit.",
                 "Bara polisen lägger in ett tillfälligt tillstånd."});
}

absl::Status CheckTemporary(const v1::Unit& unit, const v1::Permit& permit,
                            const Transaction& transaction) {
  Violations violations;
  if (unit.power() != v1::Unit::POWER_PUBLIC_ORDER_GUARD) {
    violations.Add("unit", "Only ordningsvakter have permits.",
                   "Bara ordningsvakter har tillstånd.");
  }
  if (!permit.has_window()) {
    violations.Add("permit.window", "A temporary permit says from when to when.",
                   "Ett tillfälligt tillstånd anger från när till när.");
  } else if (TimeOf(permit.window().end_time()) <= transaction.now()) {
    violations.Add("permit.window.end_time", "This must lie in the future.",
                   "Detta måste ligga i framtiden.");
  }
  CheckPermit(
      permit, "permit", [&](absl::string_view name) { return transaction.Find(name); }, violations);
  return std::move(violations).Result();
}

// Whether a permit gives way to a temporary one: its earlier version, or one that is over.
bool GivesWay(const v1::Permit& permit, const v1::Permit& recorded, absl::Time now) {
  return permit.temporary() &&
         (permit.number() == recorded.number() || TimeOf(permit.window().end_time()) <= now);
}

absl::Status CannotMove(absl::string_view field) {
  return RefuseFields(
      {{std::string(field),
        {"It cannot move to another organisation.", "Den kan inte flyttas till en annan aktör."}}});
}

}  // namespace

absl::Status CreateMunicipality(absl::string_view code, absl::string_view display_name,
                                absl::string_view county, Transaction& transaction) {
  const std::string name = absl::StrCat("municipalities/", code);
  if (MunicipalityOf(name).empty() || display_name.empty()) {
    return RefuseFields({{"municipality",
                          {"A municipality has a code of four digits and a name.",
                           "En kommun har en kod med fyra siffror och ett namn."}}});
  }
  if (transaction.Find(name) != nullptr) {
    return Refuse(v1::ERROR_REASON_ID_TAKEN,
                  {absl::StrCat("There is a municipality ", code, " already."),
                   absl::StrCat("Det finns redan en kommun ", code, ".")});
  }
  v1::Organisation organisation;
  organisation.set_name(NameOf(name, v1::ENTITY_KIND_ORGANISATION, "kommunen"));
  organisation.set_owner(organisation.name());
  organisation.set_display_name(absl::StrCat(display_name, " kommun"));
  organisation.set_kind(v1::ORGANISATION_KIND_MUNICIPALITY);
  organisation.set_authority(true);
  v1::Member member;
  member.set_name(NameOf(name, v1::ENTITY_KIND_MEMBER, "samordnare"));
  member.set_owner(organisation.name());
  member.set_organisation(organisation.name());
  member.set_display_name("Samordnare");
  member.set_function("samordnare");
  for (const v1::Role role : {v1::ROLE_COORDINATOR, v1::ROLE_SECRETARY, v1::ROLE_REVIEWER,
                              v1::ROLE_REPORTER, v1::ROLE_DISPATCHER}) {
    member.add_roles(role);
  }
  transaction.Put(NewMunicipality(name, display_name, county, transaction.now()));
  transaction.Put(std::move(organisation));
  transaction.Put(std::move(member));
  transaction.Answer(name);
  return absl::OkStatus();
}

bool HasCoordinator(const View& view, absl::string_view without) {
  bool found = false;
  view.ForEach(v1::ENTITY_KIND_MEMBER, "", [&](const EntityPtr& entity) {
    const v1::Member& member = entity->member();
    found = !member.removed() && !member.has_expire_time() && member.name() != without &&
            HasRole(member, v1::ROLE_COORDINATOR);
    return !found;
  });
  return found;
}

absl::Status AddMember(const v1::AddMemberRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  v1::Member member;
  Replace(request.member(), member);
  if (absl::Status may = RequireMayWriteMember(*actor, member); !may.ok()) return may;
  if (absl::Status good = CheckMemberId(request.member_id()); !good.ok()) return good;
  const std::string id = request.member_id().empty() ? transaction.NewId() : request.member_id();
  member.set_name(NameOf(transaction.municipality(), v1::ENTITY_KIND_MEMBER, id));
  if (transaction.Find(member.name()) != nullptr) {
    if (request.member_id().empty()) {  // a repeat that comes very late
      transaction.Answer(member.name());
      return absl::OkStatus();
    }
    return Refuse(v1::ERROR_REASON_ID_TAKEN, {absl::StrCat("The id ", id, " is taken."),
                                              absl::StrCat("Id:t ", id, " är upptaget.")});
  }
  if (transaction.count(v1::ENTITY_KIND_MEMBER) >= kMembersMost) {
    return Full("members", "deltagare", kMembersMost);
  }
  if (absl::Status good = CheckedMember(member, nullptr, transaction); !good.ok()) return good;
  member.set_owner(member.organisation());
  transaction.Answer(member.name());
  transaction.Put(std::move(member));
  return absl::OkStatus();
}

absl::Status UpdateMember(const v1::UpdateMemberRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto before = See<v1::Member>(transaction, *actor, request.member().name());
  if (!before.ok()) return before.status();
  v1::Member member = **before;
  Replace(request.member(), member);
  // Neither may a dispatcher write somebody who has more rights, nor give them.
  if (absl::Status may = RequireMayWriteMember(*actor, **before); !may.ok()) return may;
  if (absl::Status may = RequireMayWriteMember(*actor, member); !may.ok()) return may;
  if (absl::Status same = RequireEtag(request.etag(), member.etag()); !same.ok()) return same;
  if (member.removed()) {
    return Refuse(v1::ERROR_REASON_WRONG_STATE,
                  {"This member has been removed.", "Den här deltagaren är borttagen."},
                  {{"state", "REMOVED"}});
  }
  if (member.organisation() != (*before)->organisation()) return CannotMove("member.organisation");
  if (absl::Status good = CheckedMember(member, before->get(), transaction); !good.ok())
    return good;
  const bool leads = HasRole(member, v1::ROLE_COORDINATOR) && !member.has_expire_time();
  if (HasRole(**before, v1::ROLE_COORDINATOR) && !leads &&
      !HasCoordinator(transaction, member.name())) {
    return LastCoordinator();
  }
  transaction.Answer(member.name());
  transaction.Put(member);
  RefreshReachOf(**before, transaction);
  RefreshReachOf(member, transaction);
  DropPositionsOf(**before, transaction);
  return absl::OkStatus();
}

absl::Status RemoveMember(const v1::RemoveMemberRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto before = See<v1::Member>(transaction, *actor, request.name());
  if (!before.ok()) return before.status();
  if (absl::Status may = RequireMayWriteMember(*actor, **before); !may.ok()) return may;
  transaction.Answer(request.name());
  if ((*before)->removed()) return absl::OkStatus();
  if (HasRole(**before, v1::ROLE_COORDINATOR) && !HasCoordinator(transaction, request.name())) {
    return LastCoordinator();
  }
  Remove(**before, transaction);
  return absl::OkStatus();
}

absl::Status OnMemberDue(const v1::Member& member, Transaction& transaction) {
  if (!TakesPart(member, transaction.now())) Remove(member, transaction);
  return absl::OkStatus();
}

absl::Status UpsertUnit(const v1::UpsertUnitRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto before = transaction.Get<v1::Unit>(request.unit().name());
  v1::Unit unit = before == nullptr ? v1::Unit() : *before;
  v1::Unit asked = request.unit();
  KeepTemporaryPermits(before.get(), asked);
  Replace(asked, unit);
  unit.set_name(request.unit().name());
  if (absl::Status may = RequireMayWrite(*actor, unit.organisation()); !may.ok()) return may;
  if (absl::Status may = RequireMayBind(*actor, before.get(), unit); !may.ok()) return may;
  if (absl::Status same = RequireEtag(request.etag(), unit.etag()); !same.ok()) return same;
  if (before != nullptr && before->organisation() != unit.organisation()) {
    return CannotMove("unit.organisation");
  }
  Violations violations;
  CheckName(unit.name(), v1::ENTITY_KIND_UNIT, transaction.municipality(), "unit", violations);
  CheckUnit(
      unit, "unit", [&](absl::string_view name) { return transaction.Find(name); }, violations);
  if (absl::Status good = std::move(violations).Result(); !good.ok()) return good;
  if (before == nullptr && transaction.count(v1::ENTITY_KIND_UNIT) >= kUnitsMost) {
    return Full("units", "enheter", kUnitsMost);
  }
  unit.set_owner(unit.organisation());
  transaction.Answer(unit.name());
  transaction.Put(std::move(unit));
  RefreshReach(request.unit().name(), transaction);
  return absl::OkStatus();
}

absl::Status UpsertArea(const v1::UpsertAreaRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (absl::Status may = RequireRole(*actor, {v1::ROLE_COORDINATOR}); !may.ok()) return may;
  const auto before = transaction.Get<v1::Area>(request.area().name());
  v1::Area area = before == nullptr ? v1::Area() : *before;
  Replace(request.area(), area);
  area.set_name(request.area().name());
  if (area.kind() == v1::Area::KIND_UNSPECIFIED) area.set_kind(v1::Area::KIND_DISTRICT);
  if (absl::Status same = RequireEtag(request.etag(), area.etag()); !same.ok()) return same;
  Violations violations;
  CheckName(area.name(), v1::ENTITY_KIND_AREA, transaction.municipality(), "area", violations);
  if (before != nullptr) CheckKindStays(*before, area, "area", violations);
  CheckArea(
      area, "area", [&](absl::string_view name) { return transaction.Find(name); }, violations);
  if (absl::Status good = std::move(violations).Result(); !good.ok()) return good;
  if (before == nullptr && transaction.count(v1::ENTITY_KIND_AREA) >= kAreasMost) {
    return Full("areas", "områden", kAreasMost);
  }
  if (area.owner().empty()) area.set_owner(actor->organisation());
  transaction.Answer(area.name());
  transaction.Put(std::move(area));
  return absl::OkStatus();
}

absl::Status RecordPermit(const v1::RecordPermitRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto before = See<v1::Unit>(transaction, *actor, request.unit());
  if (!before.ok()) return before.status();
  if (absl::Status may = RequireMayPermit(transaction, *actor); !may.ok()) return may;
  if (absl::Status in_use = RequireInUse(**before); !in_use.ok()) return in_use;
  const absl::Status good = CheckTemporary(**before, request.permit(), transaction);
  if (!good.ok()) return good;
  v1::Unit unit = **before;
  auto& permits = *unit.mutable_permits();
  permits.erase(std::remove_if(permits.begin(), permits.end(),
                               [&](const v1::Permit& one) {
                                 return GivesWay(one, request.permit(), transaction.now());
                               }),
                permits.end());
  if (permits.size() >= kPermitsMost) {
    return Refuse(v1::ERROR_REASON_LIMIT_REACHED,
                  {absl::StrCat("A unit has ", kPermitsMost, " permits at most."),
                   absl::StrCat("En enhet har högst ", kPermitsMost, " tillstånd.")},
                  {{"limit", absl::StrCat(kPermitsMost)}});
  }
  v1::Permit& permit = *unit.add_permits();
  permit = request.permit();
  permit.set_temporary(true);
  permit.set_recorded_by(transaction.caller().member);
  *permit.mutable_record_time() = TimestampOf(transaction.now());
  Violations violations;
  CheckSize(unit, "permit", violations);
  if (absl::Status small = std::move(violations).Result(); !small.ok()) return small;
  transaction.Answer(unit.name());
  transaction.Put(std::move(unit));
  return absl::OkStatus();
}

absl::Status RegisterShift(const v1::RegisterShiftRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto unit = See<v1::Unit>(transaction, *actor, request.shift().unit());
  if (!unit.ok()) return unit.status();
  const auto speaker =
      SpeakerOf(transaction, *actor, request.on_behalf_of(), {v1::ROLE_DISPATCHER});
  if (!speaker.ok()) return speaker.status();
  if (!actor->system && speaker->organisation != (*unit)->organisation()) {
    return NotYourOrganisation();
  }
  const absl::Status in_use = RequireInUse(**unit);
  if (!in_use.ok() && !request.shift().withdrawn()) return in_use;
  if (absl::Status areas = RequireAreas(transaction, request.shift().areas()); !areas.ok()) {
    return areas;
  }
  v1::Shift shift;
  std::string unit_before;
  if (!request.shift().name().empty()) {
    const auto before = See<v1::Shift>(transaction, *actor, request.shift().name());
    if (!before.ok()) return before.status();
    if ((*before)->owner() != (*unit)->organisation()) return NotYourOrganisation();
    shift = **before;
    unit_before = shift.unit();
  } else {
    shift.set_name(NameOf(transaction.municipality(), v1::ENTITY_KIND_SHIFT, transaction.NewId()));
  }
  Replace(request.shift(), shift);
  shift.set_recorded_by(speaker->recorded_by);
  shift.set_owner((*unit)->organisation());
  shift.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  transaction.Answer(shift.name());
  transaction.Put(std::move(shift));
  RefreshReach((*unit)->name(), transaction);
  if (!unit_before.empty()) RefreshReach(unit_before, transaction);
  return absl::OkStatus();
}

absl::Status OnMunicipalityDue(const v1::Municipality& municipality, Transaction& transaction) {
  const absl::TimeZone zone = ZoneOf(transaction, municipality.name());
  const absl::Time morning = LastMorning(transaction.now(), zone);
  if (morning <= TimeOf(municipality.situation_time())) return absl::OkStatus();
  v1::Municipality moved = municipality;
  *moved.mutable_situation_time() = TimestampOf(morning);
  transaction.Put(std::move(moved));
  return absl::OkStatus();
}

}  // namespace samsyn::domain
