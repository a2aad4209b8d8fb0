#include "tests/simulation/town_of_many.h"

#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/problem.pb.h>

#include <initializer_list>

namespace samsyn::simulation {
namespace {

void PutOrganisation(absl::string_view name, v1::OrganisationKind kind, bool authority,
                     domain::Transaction& transaction) {
  v1::Organisation organisation;
  organisation.set_name(std::string(name));
  organisation.set_owner(organisation.name());
  organisation.set_display_name(std::string(name));
  organisation.set_kind(kind);
  organisation.set_authority(authority);
  transaction.Put(std::move(organisation));
}

v1::Member MemberOf(absl::string_view municipality, absl::string_view organisation,
                    absl::string_view id, std::initializer_list<v1::Role> roles) {
  v1::Member member;
  member.set_name(In(municipality, absl::StrCat("members/", id)));
  member.set_organisation(In(municipality, absl::StrCat("organisations/", organisation)));
  member.set_owner(member.organisation());
  member.set_display_name(absl::StrCat("Person ", id));
  for (const v1::Role role : roles) member.add_roles(role);
  return member;
}

constexpr const char* kOrganisations[] = {"kommun", "polisen", "bostader"};

void PutUnit(absl::string_view municipality, int number, domain::Transaction& transaction) {
  const char* const organisation = kOrganisations[number / 2];
  v1::Unit unit;
  unit.set_name(In(municipality, absl::StrCat("units/u", number)));
  unit.set_organisation(In(municipality, absl::StrCat("organisations/", organisation)));
  unit.set_owner(unit.organisation());
  unit.set_display_name(absl::StrCat("Enhet ", number));
  unit.set_power(v1::Unit::POWER_FIELD_WORKER);
  v1::Member member =
      MemberOf(municipality, organisation, absl::StrCat("f", number), {v1::ROLE_FIELD});
  member.add_units(unit.name());
  transaction.Put(std::move(unit));
  transaction.Put(std::move(member));
}

}  // namespace

void Furnish(absl::string_view municipality, domain::Transaction& transaction) {
  const auto organisation = [&](const char* id) {
    return In(municipality, absl::StrCat("organisations/", id));
  };
  PutOrganisation(organisation("kommun"), v1::ORGANISATION_KIND_MUNICIPALITY, true, transaction);
  PutOrganisation(organisation("polisen"), v1::ORGANISATION_KIND_POLICE, true, transaction);
  PutOrganisation(organisation("bostader"), v1::ORGANISATION_KIND_PROPERTY_OWNER, false,
                  transaction);
  const auto member = [&](const char* of, const char* id, std::initializer_list<v1::Role> roles) {
    transaction.Put(MemberOf(municipality, of, id, roles));
  };
  member("kommun", "coordinator", {v1::ROLE_COORDINATOR});
  member("kommun", "chair", {v1::ROLE_CHAIR});
  member("kommun", "dispatcher", {v1::ROLE_DISPATCHER});
  member("kommun", "reporter", {v1::ROLE_REPORTER});
  member("kommun", "reviewer", {v1::ROLE_REVIEWER});
  member("kommun", "screen", {v1::ROLE_OBSERVER});
  member("polisen", "police", {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
  member("bostader", "landlord", {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
  for (int unit = 0; unit < kUnits; ++unit) PutUnit(municipality, unit, transaction);
  for (const char* const id : kAreas) {
    v1::Area area;
    area.set_name(In(municipality, absl::StrCat("areas/", id)));
    area.set_display_name(id);
    area.set_kind(v1::Area::KIND_DISTRICT);
    transaction.Put(std::move(area));
  }
  v1::Problem problem;
  problem.set_name(In(municipality, "problems/torget"));
  problem.set_owner(organisation("kommun"));
  problem.set_statement("Buskörning vid torget");
  problem.set_state(v1::Problem::STATE_OPEN);
  problem.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  transaction.Put(std::move(problem));
}

std::string DispatcherOf(int unit) {
  constexpr const char* kDispatchers[] = {"dispatcher", "police", "landlord"};
  return kDispatchers[unit / 2];
}

}  // namespace samsyn::simulation
