// Whether an assignment that no device has yet can reach anybody by itself, or is to be told by
// telephone: "nås inte – ring".
#ifndef SAMSYN_SERVER_DOMAIN_ASSIGNMENT_REACH_H_
#define SAMSYN_SERVER_DOMAIN_ASSIGNMENT_REACH_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/assignment.pb.h>

#include <string>
#include <vector>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// The devices by which a member can be woken now.
std::vector<std::string> DevicesOfMember(const View& view, absl::string_view member,
                                         absl::Time now);
// The devices by which a unit can be woken now: those of its members who take part.
std::vector<std::string> DevicesOfUnit(const View& view, absl::string_view unit, absl::Time now);

// Sets `reach` and `reach_phone` by the devices and numbers as they are in the view: while OFFERED,
// and when EXPIRED before any device had it; else both are cleared.
void SetReach(const View& view, absl::Time now, v1::Assignment& assignment);

// After devices, members, shifts or numbers of a unit changed in this transaction: writes a new
// version of each of its assignments whose reach is another now.
void RefreshReach(absl::string_view unit, Transaction& transaction);
// The same of all units of a member.
void RefreshReachOf(const v1::Member& member, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_ASSIGNMENT_REACH_H_
