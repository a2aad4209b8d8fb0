// What happens by itself when its time has come. A timer is a function of an entity's own version,
// so it needs no table of its own; it takes effect as a journalled command of the actor "system".
#ifndef SAMSYN_SERVER_DOMAIN_TIMERS_H_
#define SAMSYN_SERVER_DOMAIN_TIMERS_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <optional>

#include "server/domain/entity.h"

namespace samsyn::domain {

class Transaction;

// When this version of an entity is next due for something; nullopt: never. Assignments expire at
// their acknowledge-by time, releases in force and proposed ones at their expire time, a night
// lead's right ends with the window, deployments complete with theirs, the municipality's situation
// window moves at 05:00 local time, devices end with their session, members' part ends when it was
// to, positions an hour after they were made.
std::optional<absl::Time> DueTimeOf(const v1::Entity& entity);

// Does what is due. Nothing, if the entity has changed meanwhile so that nothing is due at the
// transaction's time.
absl::Status OnTimer(absl::string_view name, Transaction& transaction);

// The same by kind; each stands with its kind's rules.
absl::Status OnReleaseDue(const v1::Release& release, Transaction& transaction);
absl::Status OnMunicipalityDue(const v1::Municipality& municipality, Transaction& transaction);
absl::Status OnMeetingDue(const v1::Meeting& meeting, Transaction& transaction);
absl::Status OnDeploymentDue(const v1::Deployment& deployment, Transaction& transaction);
absl::Status OnAssignmentDue(const v1::Assignment& assignment, Transaction& transaction);
absl::Status OnDeviceDue(const v1::Device& device, Transaction& transaction);
absl::Status OnMemberDue(const v1::Member& member, Transaction& transaction);
absl::Status OnPositionDue(const v1::UnitPosition& position, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_TIMERS_H_
