// Who sees an entity, by name of organisation (vem ser detta?).
#ifndef SAMSYN_SERVER_DOMAIN_RELEASE_VIEWERS_H_
#define SAMSYN_SERVER_DOMAIN_RELEASE_VIEWERS_H_

#include <absl/status/status.h>
#include <samsyn/v1/access.pb.h>

#include "server/domain/visibility.h"

namespace samsyn::domain {

// Asked of visibility itself, organisation by organisation. With whom the owner shares is told to
// the owner alone; what another reader is told follows from class and reader, so that not even the
// answer's length says more. NOT_FOUND for what the audience does not see.
absl::Status ListViewers(const v1::ListViewersRequest& request, const View& view,
                         const Audience& audience, v1::ListViewersResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_RELEASE_VIEWERS_H_
