// What somebody is shown where it cannot be known whether it still has its rights.
#ifndef SAMSYN_SERVER_DOMAIN_UNKNOWN_RIGHTS_H_
#define SAMSYN_SERVER_DOMAIN_UNKNOWN_RIGHTS_H_

#include "server/domain/visibility.h"

namespace samsyn::domain {

// What is left of an audience: that of a screen before attendance, to whom everything PUBLIC and
// PARTNER is shown, no names, and nothing for being somebody.
Audience WithoutRights(const Audience& audience);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_UNKNOWN_RIGHTS_H_
