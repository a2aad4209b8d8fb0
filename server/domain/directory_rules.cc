#include "server/domain/directory_rules.h"

#include <absl/strings/str_cat.h>

#include <string>
#include <utility>

#include "server/domain/names.h"
#include "server/domain/refusal.h"

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

}  // namespace samsyn::domain
