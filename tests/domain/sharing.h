// Sharing an entity in tests of rules, in one line.
#ifndef SAMSYN_TESTS_DOMAIN_SHARING_H_
#define SAMSYN_TESTS_DOMAIN_SHARING_H_

#include <absl/status/status.h>

#include <string>
#include <vector>

#include "server/domain/access_rules.h"
#include "tests/domain/content_world.h"

namespace samsyn::testing {

struct Sharing {
  std::string entity;
  std::vector<std::string> with;
  std::vector<v1::Withheld> withheld = {};
  absl::Duration until = absl::ZeroDuration();  // zero: until revoked
  bool propose = false;
  std::string ground = "samtycke";
};

inline absl::Status Share(World& world, absl::string_view member, const Sharing& sharing) {
  v1::ReleaseEntityRequest request;
  request.set_municipality(kMunicipality);
  request.set_propose(sharing.propose);
  v1::Release& release = *request.mutable_release();
  release.set_entity(sharing.entity);
  for (const std::string& id : sharing.with) release.add_organisations(OrganisationName(id));
  for (const v1::Withheld one : sharing.withheld) release.add_withheld(one);
  release.set_purpose("Samordna kvällen");
  release.set_ground(sharing.ground);
  if (sharing.until != absl::ZeroDuration()) {
    *release.mutable_expire_time() = domain::TimestampOf(world.now() + sharing.until);
  }
  return world.Do(member, request, domain::ReleaseEntity);
}

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_DOMAIN_SHARING_H_
