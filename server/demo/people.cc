#include "server/demo/people.h"

#include "clients/connectors/parse/geojson.h"
#include "clients/connectors/parse/polisen.h"
#include "server/demo/defects.h"
#include "server/demo/embedded.h"

namespace samsyn::demo {
namespace {

using Strings = std::vector<absl::string_view>;

struct OrganisationRow {
  absl::string_view id, name;
  v1::OrganisationKind kind;
  bool authority;
  absl::string_view phone;
};

struct MemberRow {
  absl::string_view id, organisation, function;
  std::vector<v1::Role> roles;
  Strings units, sources;
};

struct UnitRow {
  absl::string_view id, organisation, name;
  v1::Unit::Power power;
  int minimum_crew;
  Strings directing, capabilities;
};

struct ShiftRow {
  absl::string_view member, unit;
  int start_hour, end_hour;  // past 24: the day after
  int people;
  Strings areas;
  absl::string_view phone, radio_group;
};

// Numbers are of the series 070-1740605 … 99, which is kept free for use in fiction.
const std::vector<OrganisationRow>& Organisations() {
  static const auto* const kRows = new std::vector<OrganisationRow>{
      {"kommunen", "Haninge kommun", v1::ORGANISATION_KIND_MUNICIPALITY, true, "070-1740605"},
      {"polisen", "Polisen, lokalpolisområde Haninge Nynäshamn", v1::ORGANISATION_KIND_POLICE, true,
       "070-1740606"},
      {"exempelbostader", "Exempelbostäder", v1::ORGANISATION_KIND_PROPERTY_OWNER, false,
       "070-1740607"},
      {"exempelvakten", "Exempelvakten", v1::ORGANISATION_KIND_SECURITY_COMPANY, false,
       "070-1740608"},
      {"fritidsgarden", "Fritidsgården Exempelhuset", v1::ORGANISATION_KIND_BOARD, false,
       "070-1740609"},
      {"nattvandrarna", "Nattvandrarna Exempelringen", v1::ORGANISATION_KIND_ASSOCIATION, false,
       "070-1740610"},
      {"socialtjansten", "Socialtjänsten", v1::ORGANISATION_KIND_SOCIAL_SERVICES, true,
       "070-1740611"},
  };
  return *kRows;
}

const std::vector<MemberRow>& Members() {
  static const auto* const kRows = new std::vector<MemberRow>{
      {"samordnare",
       "kommunen",
       "samordnare",
       {v1::ROLE_COORDINATOR, v1::ROLE_SECRETARY, v1::ROLE_REVIEWER, v1::ROLE_REPORTER,
        v1::ROLE_DISPATCHER},
       {},
       {connectors::kPolisenSourceUri, kMovedPoliceUri}},
      {"samordnare-2", "kommunen", "biträdande samordnare", {v1::ROLE_COORDINATOR}, {}, {}},
      {"motesledare", "kommunen", "mötesledare", {v1::ROLE_CHAIR}, {}, {}},
      {"trygghetsvard",
       "kommunen",
       "trygghetsvärd",
       {v1::ROLE_REPORTER, v1::ROLE_FIELD},
       {"trygghetsvardar"},
       {}},
      {"polis", "polisen", "områdespolis", {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER}, {}, {}},
      {"forvaltare",
       "exempelbostader",
       "förvaltare",
       {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER},
       {},
       {}},
      {"exempelbostader-system",
       "exempelbostader",
       "felanmälan",
       {v1::ROLE_PARTNER_SYSTEM},
       {},
       {kLandlordSystemUri}},
      {"vaktledare",
       "exempelvakten",
       "vaktledare",
       {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER},
       {},
       {}},
      {"fritidsledare",
       "fritidsgarden",
       "fritidsledare",
       {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER, v1::ROLE_FIELD},
       {"faltgruppen"},
       {}},
      {"nattvandrare",
       "nattvandrarna",
       "nattvandrare",
       {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER, v1::ROLE_FIELD},
       {"nattvandrare"},
       {}},
      {"faltsekreterare", "socialtjansten", "fältsekreterare", {v1::ROLE_REPORTER}, {}, {}},
      {"enhetschef",
       "socialtjansten",
       "enhetschef",
       {v1::ROLE_REVIEWER, v1::ROLE_REPORTER},
       {},
       {}},
  };
  return *kRows;
}

const std::vector<UnitRow>& Units() {
  static const auto* const kRows = new std::vector<UnitRow>{
      {"trygghetsvardar",
       "kommunen",
       "Trygghetsvärdar",
       v1::Unit::POWER_HOST,
       2,
       {},
       {"synlig närvaro", "första hjälpen"}},
      {"omradespolis",
       "polisen",
       "Områdespoliser",
       v1::Unit::POWER_POLICE,
       2,
       {},
       {"trafikkontroll", "fotpatrull"}},
      {"kvallsrondering",
       "exempelbostader",
       "Kvällsrondering",
       v1::Unit::POWER_HOST,
       1,
       {},
       {"nycklar till källare och soprum"}},
      {"ordningsvakter",
       "exempelvakten",
       "Ordningsvakter Handen",
       v1::Unit::POWER_PUBLIC_ORDER_GUARD,
       2,
       {"polisen"},
       {"fotpatrull"}},
      {"vaktare",
       "exempelvakten",
       "Väktare Exempelbostäder",
       v1::Unit::POWER_GUARD,
       1,
       {},
       {"bil"}},
      {"faltgruppen",
       "fritidsgarden",
       "Fältgruppen",
       v1::Unit::POWER_FIELD_WORKER,
       2,
       {},
       {"uppsökande arbete"}},
      {"nattvandrare",
       "nattvandrarna",
       "Nattvandrarna",
       v1::Unit::POWER_VOLUNTEER,
       2,
       {},
       {"vuxennärvaro"}},
  };
  return *kRows;
}

const std::vector<ShiftRow>& Shifts() {
  static const auto* const kRows = new std::vector<ShiftRow>{
      {"samordnare",
       "trygghetsvardar",
       16,
       24,
       4,
       {"handen", "brandbergen", "jordbro"},
       "070-1740620",
       "Trygg 1"},
      {"polis", "omradespolis", 18, 27, 4, {}, "070-1740621", ""},
      {"forvaltare",
       "kvallsrondering",
       18,
       23,
       1,
       {"jordbro", "brandbergen"},
       "070-1740622",
       "Trygg 1"},
      {"vaktledare", "ordningsvakter", 17, 25, 2, {"handen"}, "070-1740623", "Trygg 1"},
      {"vaktledare", "vaktare", 20, 28, 1, {"jordbro", "vasterhaninge"}, "070-1740624", ""},
      {"fritidsledare", "faltgruppen", 17, 23, 2, {"brandbergen", "handen"}, "070-1740625", ""},
      {"nattvandrare", "nattvandrare", 21, 25, 4, {"vasterhaninge", "jordbro"}, "070-1740626", ""},
  };
  return *kRows;
}

void AddOrganisations(const Director& director, v1::Setup& setup) {
  for (const OrganisationRow& row : Organisations()) {
    v1::Organisation& organisation = *setup.add_organisations();
    organisation.set_name(director.OrganisationName(row.id));
    organisation.set_display_name(std::string(row.name));
    organisation.set_kind(row.kind);
    organisation.set_authority(row.authority);
    // What social services enter starts RESTRICTED, whatever the default.
    if (row.kind != v1::ORGANISATION_KIND_SOCIAL_SERVICES) {
      organisation.set_default_class(v1::RELEASE_CLASS_PARTNER);
    }
    organisation.set_phone(std::string(row.phone));
  }
}

void AddMembers(const Director& director, v1::Setup& setup) {
  for (const MemberRow& row : Members()) {
    v1::Member& member = *setup.add_members();
    member.set_name(director.MemberName(row.id));
    member.set_organisation(director.OrganisationName(row.organisation));
    member.set_display_name(absl::StrCat("Demonstration: ", row.function));
    member.set_function(std::string(row.function));
    for (const v1::Role role : row.roles) member.add_roles(role);
    for (const absl::string_view unit : row.units) member.add_units(director.UnitName(unit));
    for (const absl::string_view uri : row.sources) member.add_source_uris(std::string(uri));
  }
}

// Around Haninge centrum, on the evenings of Friday and Saturday.
v1::Permit PermitOfTheOrderGuards(const Director& director) {
  v1::Permit permit;
  permit.set_number("Exempel A123");
  permit.add_areas(director.AreaName("handen"));
  v1::PermitHours& hours = *permit.add_hours();
  for (const int day : {5, 6}) hours.add_iso_weekdays(day);
  hours.set_start_wall_time("20:00");
  hours.set_end_wall_time("03:00");
  return permit;
}

void AddUnits(const Director& director, v1::Setup& setup) {
  for (const UnitRow& row : Units()) {
    v1::Unit& unit = *setup.add_units();
    unit.set_name(director.UnitName(row.id));
    unit.set_organisation(director.OrganisationName(row.organisation));
    unit.set_display_name(std::string(row.name));
    unit.set_power(row.power);
    unit.set_minimum_crew(row.minimum_crew);
    for (const absl::string_view by : row.directing) {
      unit.add_directing_organisations(director.OrganisationName(by));
    }
    for (const absl::string_view one : row.capabilities) unit.add_capabilities(std::string(one));
    if (row.power == v1::Unit::POWER_PUBLIC_ORDER_GUARD) {
      *unit.add_permits() = PermitOfTheOrderGuards(director);
    }
    if (row.power == v1::Unit::POWER_GUARD) {
      for (const char* property : {"eken-1", "stenen-2"}) {  // those of Exempelbostäder
        unit.add_objects(director.AreaName(property));
      }
    }
  }
}

}  // namespace

absl::StatusOr<v1::Setup> HaningeSetup(const Director& director) {
  v1::Setup setup;
  v1::Municipality& municipality = *setup.mutable_municipality();
  municipality.set_name(director.municipality());
  municipality.set_display_name("Haninge");
  municipality.set_county("Stockholms län");
  municipality.set_time_zone("Europe/Stockholm");
  municipality.mutable_cadence()->set_weeks(1);
  municipality.mutable_cadence()->set_iso_weekday(5);
  municipality.mutable_cadence()->set_wall_time("18:00");
  for (const char* uri : {connectors::kPolisenSourceUri, kMovedPoliceUri}) {
    municipality.add_trusted_sources()->set_source_uri(uri);
  }
  AddOrganisations(director, setup);
  AddMembers(director, setup);
  AddUnits(director, setup);
  absl::StatusOr<std::vector<v1::Area>> areas =
      connectors::ReadAreas(HaningeAreasGeoJson(), director.municipality());
  if (!areas.ok()) return areas.status();
  for (v1::Area& area : *areas) {
    area.set_responsible_organisation(director.OrganisationName("kommunen"));
    *setup.add_areas() = std::move(area);
  }
  for (v1::Area& place : Places(director)) *setup.add_areas() = std::move(place);
  return setup;
}

std::vector<ShiftOf> EveningShifts(const Director& director, const Week& week, absl::CivilDay day) {
  std::vector<ShiftOf> shifts;
  for (const ShiftRow& row : Shifts()) {
    ShiftOf one;
    one.member = std::string(row.member);
    one.shift.set_unit(director.UnitName(row.unit));
    *one.shift.mutable_window()->mutable_start_time() =
        domain::TimestampOf(week.At(day, row.start_hour));
    *one.shift.mutable_window()->mutable_end_time() =
        domain::TimestampOf(week.At(day + row.end_hour / 24, row.end_hour % 24));
    one.shift.set_people(row.people);
    for (const absl::string_view area : row.areas) one.shift.add_areas(director.AreaName(area));
    one.shift.set_phone(std::string(row.phone));
    one.shift.set_radio_group(std::string(row.radio_group));
    shifts.push_back(std::move(one));
  }
  return shifts;
}

}  // namespace samsyn::demo
