// What comes of sending units on a deployment, before anybody commits them: the gate (R4), clashes
// (R3), shifts. Pure, from what an audience may see.
#ifndef SAMSYN_SERVER_DOMAIN_UNIT_CHECKS_H_
#define SAMSYN_SERVER_DOMAIN_UNIT_CHECKS_H_

#include <absl/status/status.h>
#include <samsyn/v1/deployment.pb.h>

#include "server/domain/visibility.h"

namespace samsyn::domain {

// Without `revision`. NOT_FOUND for a deployment or a unit that the audience does not see; refused
// when it gets only a part of the deployment.
absl::Status CheckUnits(const v1::CheckUnitsRequest& request, const View& view,
                        const Audience& audience, v1::CheckUnitsResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_UNIT_CHECKS_H_
