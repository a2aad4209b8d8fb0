#include "server/demo/setup_play.h"

#include <utility>

#include "server/domain/names.h"
#include "server/domain/setup_rules.h"

namespace samsyn::demo {

absl::Status ApplySetup(Director& director, const v1::Setup& setup) {
  return director
      .DoAsSystem(
          "ApplySetup",
          [setup](domain::Transaction& transaction) {
            const std::string kommunen = domain::NameOf(transaction.municipality(),
                                                        v1::ENTITY_KIND_ORGANISATION, "kommunen");
            const auto before = transaction.Get<v1::Municipality>(transaction.municipality());
            v1::Municipality municipality = *before;
            *municipality.mutable_trusted_sources() = setup.municipality().trusted_sources();
            transaction.Put(std::move(municipality));
            for (v1::Organisation one : setup.organisations()) {
              one.set_owner(one.name());
              transaction.Put(std::move(one));
            }
            for (v1::Member one : setup.members()) {
              one.set_owner(one.organisation());
              transaction.Put(std::move(one));
            }
            for (v1::Unit one : setup.units()) {
              one.set_owner(one.organisation());
              transaction.Put(std::move(one));
            }
            for (v1::Area one : setup.areas()) {
              one.set_owner(kommunen);
              transaction.Put(std::move(one));
            }
            transaction.Answer(transaction.municipality());
            return absl::OkStatus();
          })
      .status();
}

absl::Status AskForAuthority(Director& director, v1::Setup setup) {
  for (v1::Organisation& one : *setup.mutable_organisations()) {
    if (one.name() == director.OrganisationName("fritidsgarden")) one.set_authority(true);
  }
  v1::ApplySetupRequest request;
  *request.mutable_setup() = std::move(setup);
  return director.Do("samordnare", request, &domain::ApplySetup).status();
}

absl::Status RegisterShift(Director& director, const ShiftOf& one) {
  return director
      .DoAsSystem("RegisterShift",
                  [one](domain::Transaction& transaction) {
                    v1::Shift shift = one.shift;
                    shift.set_name(domain::NameOf(transaction.municipality(), v1::ENTITY_KIND_SHIFT,
                                                  transaction.NewId()));
                    shift.set_owner(transaction.Get<v1::Unit>(shift.unit())->organisation());
                    shift.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
                    transaction.Answer(shift.name());
                    transaction.Put(std::move(shift));
                    return absl::OkStatus();
                  })
      .status();
}

}  // namespace samsyn::demo
