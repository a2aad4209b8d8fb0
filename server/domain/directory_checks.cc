#include "server/domain/directory_checks.h"

#include <absl/strings/str_cat.h>
#include <absl/time/time.h>
#include <google/api/field_behavior.pb.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "server/domain/geography.h"
#include "server/domain/limits.h"
#include "server/domain/meeting_cadence.h"
#include "server/domain/names.h"
#include "server/domain/permits.h"
#include "server/domain/places.h"
#include "server/domain/release_grounds.h"

namespace samsyn::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kReserve = 1024;  // for what the server sets beside the content

bool Behaves(const FieldDescriptor& field, google::api::FieldBehavior behavior) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behavior) return true;
  }
  return false;
}

bool Same(const Message& a, const Message& b, const FieldDescriptor& field) {
  google::protobuf::util::MessageDifferencer differencer;
  return differencer.CompareWithFields(a, b, {&field}, {&field});
}

// Takes one field over from another message of the same type.
void CopyField(const Message& from, const FieldDescriptor& field, Message& to) {
  google::protobuf::FieldMask mask;
  mask.add_paths(field.name());
  google::protobuf::util::FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  google::protobuf::util::FieldMaskUtil::MergeMessageTo(from, mask, options, &to);
}

template <typename T>
bool Has(Directory directory, absl::string_view name) {
  const EntityPtr entity = directory(name);
  return entity != nullptr && KindOf(*entity) == EntityField<T>::kKind;
}

void Missing(absl::string_view path, absl::string_view name, Violations& violations) {
  if (name.empty()) {
    violations.Add(path, "This must be given.", "Detta måste anges.");
    return;
  }
  violations.Add(path, absl::StrCat(name, " is not there."), absl::StrCat(name, " finns inte."));
}

bool IsPrivate(v1::OrganisationKind kind) {
  switch (kind) {
    case v1::ORGANISATION_KIND_PROPERTY_OWNER:
    case v1::ORGANISATION_KIND_PLACE_COLLABORATION:
    case v1::ORGANISATION_KIND_BUSINESS:
    case v1::ORGANISATION_KIND_SECURITY_COMPANY:
    case v1::ORGANISATION_KIND_ASSOCIATION:
      return true;
    default:
      return false;
  }
}

// Whether an area comes to lie in itself by its parents.
bool LiesInItself(const v1::Area& area, Directory directory) {
  std::string parent = area.parent();
  for (int depth = 0; !parent.empty() && depth < 100; ++depth) {
    if (parent == area.name()) return true;
    const EntityPtr above = directory(parent);
    if (above == nullptr || !above->has_area()) return false;
    parent = above->area().parent();
  }
  return !parent.empty();
}

// Properties, addresses and entrances lie in what they can lie in; nothing else lies in them.
void CheckParentKind(const v1::Area& area, const v1::Area* parent, absl::string_view field,
                     Violations& violations) {
  if (parent == nullptr) {
    violations.Add(field, "A property, an address or an entrance lies in something: say in what.",
                   "En fastighet, en adress eller en port ligger i något: säg i vad.");
  } else if (MayLieIn(area.kind(), parent->kind())) {
    return;
  } else if (area.kind() == v1::Area::KIND_ENTRANCE) {
    violations.Add(field, "An entrance lies in an address or a property.",
                   "En port ligger i en adress eller en fastighet.");
  } else if (area.kind() == v1::Area::KIND_ADDRESS) {
    violations.Add(field, "An address lies in a property or an area.",
                   "En adress ligger i en fastighet eller ett område.");
  } else {
    violations.Add(field, "This cannot lie in a property, an address or an entrance.",
                   "Detta kan inte ligga i en fastighet, en adress eller en port.");
  }
}

}  // namespace

void CheckName(absl::string_view name, v1::EntityKind kind, absl::string_view municipality,
               absl::string_view path, Violations& violations) {
  const absl::string_view id = IdOf(name);
  const bool good = kind == v1::ENTITY_KIND_AREA ? IsAreaId(id) : IsClientId(id);
  if (good && NameOf(municipality, kind, id) == name) return;
  const std::string form = absl::StrCat(municipality, "/", CollectionOf(kind), "/");
  violations.Add(
      absl::StrCat(path, ".name"),
      absl::StrCat("A name begins with \"", form,
                   "\" and ends with small letters a to z, digits and hyphens."),
      absl::StrCat("Ett namn börjar med \"", form,
                   "\" och slutar med små bokstäver a till z, siffror och bindestreck."));
}

bool IsWallTime(absl::string_view text) {
  if (text.size() != 5 || text[2] != ':') return false;
  const auto digit = [&](int i) { return text[i] >= '0' && text[i] <= '9'; };
  if (!digit(0) || !digit(1) || !digit(3) || !digit(4)) return false;
  return (text[0] - '0') * 10 + (text[1] - '0') < 24 && text[3] < '6';
}

void CheckAreasThere(const google::protobuf::RepeatedPtrField<std::string>& areas,
                     absl::string_view path, Directory directory, Violations& violations) {
  for (int i = 0; i < areas.size(); ++i) {
    if (Has<v1::Area>(directory, areas[i])) continue;
    Missing(absl::StrCat(path, "[", i, "]"), areas[i], violations);
  }
}

void CheckSize(const Message& message, absl::string_view path, Violations& violations) {
  if (message.ByteSizeLong() + kReserve <= kEntityBytes) return;
  violations.Add(path, absl::StrCat("This is too large: at most ", kEntityBytes, " bytes."),
                 absl::StrCat("Detta är för stort: högst ", kEntityBytes, " byte."));
}

void CheckOrganisation(const v1::Organisation& organisation, absl::string_view path,
                       Violations& violations) {
  const bool wanted = organisation.has_authority_change()
                          ? organisation.authority_change().authority()
                          : organisation.authority();
  if (wanted && IsPrivate(organisation.kind())) {
    violations.Add(absl::StrCat(path, ".authority"), "A private organisation is no authority.",
                   "En privat aktör är ingen myndighet.");
  } else if (organisation.authority() && IsPrivate(organisation.kind())) {
    violations.Add(absl::StrCat(path, ".kind"),
                   "It is an authority until a second coordinator has confirmed that it is none.",
                   "Den är myndighet tills en andra samordnare har bekräftat att den inte är det.");
  }
  const bool open = organisation.default_class() != v1::RELEASE_CLASS_UNSPECIFIED &&
                    organisation.default_class() != v1::RELEASE_CLASS_RESTRICTED;
  if (open && organisation.kind() == v1::ORGANISATION_KIND_SOCIAL_SERVICES) {
    violations.Add(absl::StrCat(path, ".default_class"),
                   "What social services enter starts RESTRICTED.",
                   "Det som socialtjänsten för in börjar som Namngivna.");
  }
  CheckSize(organisation, path, violations);
}

void CheckMember(const v1::Member& member, absl::string_view path, Directory directory,
                 Violations& violations) {
  if (member.display_name().empty() && member.function().empty()) {
    violations.Add(absl::StrCat(path, ".display_name"), "A name or a function must be given.",
                   "Ett namn eller en funktion måste anges.");
  }
  if (!Has<v1::Organisation>(directory, member.organisation())) {
    Missing(absl::StrCat(path, ".organisation"), member.organisation(), violations);
  }
  for (int i = 0; i < member.units_size(); ++i) {
    const std::string field = absl::StrCat(path, ".units[", i, "]");
    const EntityPtr unit = directory(member.units(i));
    if (unit == nullptr || !unit->has_unit()) {
      Missing(field, member.units(i), violations);
    } else if (unit->unit().organisation() != member.organisation()) {
      violations.Add(field, "The unit belongs to another organisation.",
                     "Enheten hör till en annan aktör.");
    }
  }
  CheckSize(member, path, violations);
}

void CheckUnit(const v1::Unit& unit, absl::string_view path, Directory directory,
               Violations& violations) {
  if (!Has<v1::Organisation>(directory, unit.organisation())) {
    Missing(absl::StrCat(path, ".organisation"), unit.organisation(), violations);
  }
  for (int i = 0; i < unit.directing_organisations_size(); ++i) {
    if (!Has<v1::Organisation>(directory, unit.directing_organisations(i))) {
      Missing(absl::StrCat(path, ".directing_organisations[", i, "]"),
              unit.directing_organisations(i), violations);
    }
  }
  for (int i = 0; i < unit.permits_size(); ++i) {
    const v1::Permit& permit = unit.permits(i);
    // The police answer for what they recorded; an area of it may be gone by now.
    if (permit.temporary()) continue;
    CheckPermit(permit, absl::StrCat(path, ".permits[", i, "]"), directory, violations);
  }
  CheckAreasThere(unit.objects(), absl::StrCat(path, ".objects"), directory, violations);
  CheckSize(unit, path, violations);
}

void CheckArea(const v1::Area& area, absl::string_view path, Directory directory,
               Violations& violations) {
  const std::string field = absl::StrCat(path, ".parent");
  if (area.parent().empty()) {
    if (IsPlace(area.kind())) CheckParentKind(area, nullptr, field, violations);
  } else if (!Has<v1::Area>(directory, area.parent())) {
    Missing(field, area.parent(), violations);
  } else if (LiesInItself(area, directory)) {
    violations.Add(field, "An area cannot lie in itself.",
                   "Ett område kan inte ligga i sig självt.");
  } else {
    CheckParentKind(area, &directory(area.parent())->area(), field, violations);
  }
  if (!area.responsible_organisation().empty() &&
      !Has<v1::Organisation>(directory, area.responsible_organisation())) {
    Missing(absl::StrCat(path, ".responsible_organisation"), area.responsible_organisation(),
            violations);
  }
  if (area.has_polygon()) {
    const std::string field = absl::StrCat(path, ".polygon");
    if (area.kind() == v1::Area::KIND_DIGITAL) {
      violations.Add(field, "A digital place has no border.", "En plats på nätet har ingen gräns.");
    } else if (const auto wrong = WrongPolygon(area.polygon())) {
      violations.Add(field, wrong->en, wrong->sv);
    }
  }
  CheckSize(area, path, violations);
}

void CheckKindStays(const v1::Area& before, const v1::Area& area, absl::string_view path,
                    Violations& violations) {
  if (before.kind() == area.kind() || (!IsPlace(before.kind()) && !IsPlace(area.kind()))) return;
  violations.Add(absl::StrCat(path, ".kind"),
                 "A place below an area stays of its kind, and an area does not become one.",
                 "En plats i ett område förblir av sitt slag, och ett område blir ingen sådan.");
}

void CheckMunicipality(const v1::Municipality& municipality, absl::string_view path,
                       Violations& violations) {
  absl::TimeZone zone;
  if (!municipality.time_zone().empty() && !absl::LoadTimeZone(municipality.time_zone(), &zone)) {
    violations.Add(absl::StrCat(path, ".time_zone"), "This time zone is not known.",
                   "Denna tidszon är inte känd.");
  }
  const std::string& wall_time = municipality.cadence().wall_time();
  if (!wall_time.empty() && !IsWallTime(wall_time)) {
    violations.Add(absl::StrCat(path, ".cadence.wall_time"), "A time of day looks like \"18:00\".",
                   "Ett klockslag ser ut som \"18:00\".");
  }
  CheckCadence(municipality.cadence(), absl::StrCat(path, ".cadence"), violations);
  CheckGrounds(municipality.release_grounds(), absl::StrCat(path, ".release_grounds"), violations);
  CheckSize(municipality, path, violations);
}

std::vector<std::string> Replace(const Message& asked, Message& kept) {
  std::vector<std::string> changed;
  const auto& type = *asked.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.name() == "release" || Behaves(field, google::api::OUTPUT_ONLY)) continue;
    if (Same(asked, kept, field)) continue;
    const bool left_out = !field.is_repeated() && !asked.GetReflection()->HasField(asked, &field);
    if (left_out && Behaves(field, google::api::IMMUTABLE)) continue;
    changed.push_back(field.name());
    CopyField(asked, field, kept);
  }
  return changed;
}

}  // namespace samsyn::domain
