#include "tests/simulation/town_of_many.h"

#include <initializer_list>
#include <utility>

namespace samsyn::simulation {
namespace {

constexpr const char* kOrganisations[] = {"kommun", "polisen", "bostader"};

void AddMember(absl::string_view municipality, absl::string_view organisation, absl::string_view id,
               std::initializer_list<v1::Role> roles, v1::Setup& setup) {
  v1::Member& member = *setup.add_members();
  member.set_name(In(municipality, absl::StrCat("members/", id)));
  member.set_organisation(In(municipality, absl::StrCat("organisations/", organisation)));
  member.set_display_name(absl::StrCat("Person ", id));
  member.set_function(std::string(id));
  for (const v1::Role role : roles) member.add_roles(role);
}

void AddOrganisation(absl::string_view municipality, absl::string_view id,
                     v1::OrganisationKind kind, bool authority, v1::Setup& setup) {
  v1::Organisation& organisation = *setup.add_organisations();
  organisation.set_name(In(municipality, absl::StrCat("organisations/", id)));
  organisation.set_display_name(std::string(id));
  organisation.set_kind(kind);
  organisation.set_authority(authority);
}

// A unit, and its member in the field.
void AddUnit(absl::string_view municipality, int number, v1::Setup& setup) {
  const char* const organisation = kOrganisations[number / 2];
  v1::Unit& unit = *setup.add_units();
  unit.set_name(In(municipality, absl::StrCat("units/u", number)));
  unit.set_organisation(In(municipality, absl::StrCat("organisations/", organisation)));
  unit.set_display_name(absl::StrCat("Enhet ", number));
  unit.set_power(v1::Unit::POWER_FIELD_WORKER);
  AddMember(municipality, organisation, absl::StrCat("f", number), {v1::ROLE_FIELD}, setup);
  setup.mutable_members()->rbegin()->add_units(unit.name());
}

template <typename T>
void PutOwned(T entity, std::string owner, domain::Transaction& transaction) {
  entity.set_owner(std::move(owner));
  transaction.Put(std::move(entity));
}

}  // namespace

v1::Setup TownOf(absl::string_view municipality) {
  v1::Setup setup;
  AddOrganisation(municipality, "kommun", v1::ORGANISATION_KIND_BOARD, true, setup);
  AddOrganisation(municipality, "polisen", v1::ORGANISATION_KIND_POLICE, true, setup);
  AddOrganisation(municipality, "bostader", v1::ORGANISATION_KIND_PROPERTY_OWNER, false, setup);
  AddMember(municipality, "kommun", "coordinator", {v1::ROLE_COORDINATOR}, setup);
  AddMember(municipality, "kommun", "chair", {v1::ROLE_CHAIR}, setup);
  AddMember(municipality, "kommun", "dispatcher", {v1::ROLE_DISPATCHER}, setup);
  AddMember(municipality, "kommun", "reporter", {v1::ROLE_REPORTER}, setup);
  AddMember(municipality, "kommun", "reviewer", {v1::ROLE_REVIEWER}, setup);
  AddMember(municipality, "kommun", "screen", {v1::ROLE_OBSERVER}, setup);
  AddMember(municipality, "polisen", "police", {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER}, setup);
  AddMember(municipality, "bostader", "landlord", {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER}, setup);
  for (int unit = 0; unit < kUnits; ++unit) AddUnit(municipality, unit, setup);
  for (const char* const id : kAreas) {
    v1::Area& area = *setup.add_areas();
    area.set_name(In(municipality, absl::StrCat("areas/", id)));
    area.set_display_name(id);
    area.set_kind(v1::Area::KIND_DISTRICT);
  }
  return setup;
}

v1::Problem ProblemOf(absl::string_view municipality) {
  v1::Problem problem;
  problem.set_name(In(municipality, "problems/torget"));
  problem.set_statement("Buskörning vid torget");
  problem.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  return problem;
}

void Furnish(absl::string_view municipality, domain::Transaction& transaction) {
  const v1::Setup setup = TownOf(municipality);
  for (const auto& one : setup.organisations()) PutOwned(one, one.name(), transaction);
  for (const auto& one : setup.members()) PutOwned(one, one.organisation(), transaction);
  for (const auto& one : setup.units()) PutOwned(one, one.organisation(), transaction);
  for (const auto& one : setup.areas()) transaction.Put(one);
  v1::Problem problem = ProblemOf(municipality);
  problem.set_state(v1::Problem::STATE_OPEN);
  PutOwned(std::move(problem), In(municipality, "organisations/kommun"), transaction);
}

std::string DispatcherOf(int unit) {
  constexpr const char* kDispatchers[] = {"dispatcher", "police", "landlord"};
  return kDispatchers[unit / 2];
}

}  // namespace samsyn::simulation
