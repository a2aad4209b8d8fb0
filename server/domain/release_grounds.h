// The grounds that a decision to share may name (stöd för utlämnande): the municipality's own
// table, or this program's. They are recorded, not judged.
#ifndef SAMSYN_SERVER_DOMAIN_RELEASE_GROUNDS_H_
#define SAMSYN_SERVER_DOMAIN_RELEASE_GROUNDS_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/access.pb.h>
#include <samsyn/v1/directory.pb.h>

#include "server/domain/rule_checks.h"

namespace samsyn::domain {

using ReleaseGrounds = google::protobuf::RepeatedPtrField<v1::ReleaseGround>;

// The table in force, in its order.
ReleaseGrounds GroundsOf(const View& view, absl::string_view municipality);

// A decision names a ground of the table, and says more where the ground needs it.
void CheckGround(const v1::Release& asked, const ReleaseGrounds& grounds, Violations& violations);

// A municipality's own table: ids of the right form, each once.
void CheckGrounds(const ReleaseGrounds& grounds, absl::string_view path, Violations& violations);

absl::Status ListReleaseGrounds(const v1::ListReleaseGroundsRequest& request, const View& view,
                                const Audience& audience, v1::ListReleaseGroundsResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_RELEASE_GROUNDS_H_
