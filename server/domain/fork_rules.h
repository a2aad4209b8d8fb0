// After a fork of the journal: what the side that was lost had, as somebody may see it today, and
// taking a version of it over.
#ifndef SAMSYN_SERVER_DOMAIN_FORK_RULES_H_
#define SAMSYN_SERVER_DOMAIN_FORK_RULES_H_

#include <absl/status/status.h>
#include <google/protobuf/repeated_field.h>
#include <samsyn/v1/admin.pb.h>

#include <map>
#include <string>

#include "server/domain/lost_version.h"
#include "server/domain/transaction.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

inline constexpr int kForkedVersions = 1000;  // in an answer

// By name.
using LostVersions = std::map<std::string, LostVersion>;

// Both sides of everything that the lost side changed and that is not the same now, by name, at
// most `kForkedVersions`. A version counts as what it is itself, and what it names as what that is
// today; a thing of which the audience may not see both versions is left out whole.
void ListForkedVersions(const LostVersions& lost, const View& view, const Audience& audience,
                        google::protobuf::RepeatedPtrField<v1::ForkedVersion>* versions);

// Makes the lost version the newest one, by COORDINATOR who sees it and what is there now whole.
// `lost`: the lost side's version of what the request names; null: there is none. Nothing is opened
// by it: owner and decisions in force stay, the class becomes the stricter one of both. What
// depends on more than the thing itself is not taken over but done again: see `CanBeTakenOver`.
absl::Status TakeOverVersion(const v1::TakeOverVersionRequest& request, const LostVersion* lost,
                             Transaction& transaction);

// Reports (what was decided over them by reviewing stays where the sides differ), problems,
// deployments that are proposed (who was committed stays as it is), field updates of an assignment
// that is there, what was said and judged in a meeting that is open. Never what gives rights or
// access, what changes audiences, or what binds a unit.
bool CanBeTakenOver(v1::EntityKind kind);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_FORK_RULES_H_
