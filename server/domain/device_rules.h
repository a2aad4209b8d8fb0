// Rules of devices: browsers that have agreed to be woken for assignments. A device belongs to the
// session that registered it and ends with it.
#ifndef SAMSYN_SERVER_DOMAIN_DEVICE_RULES_H_
#define SAMSYN_SERVER_DOMAIN_DEVICE_RULES_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/access.pb.h>

#include "server/domain/push_hosts.h"
#include "server/domain/transaction.h"

namespace samsyn::domain {

// The session in use has one device: another endpoint takes the place of the one before, and an
// endpoint that another session registered is its browser's no longer.
absl::Status RegisterDevice(const v1::RegisterDeviceRequest& request, const PushHosts& hosts,
                            Transaction& transaction);
absl::Status RemoveDevice(const v1::RemoveDeviceRequest& request, Transaction& transaction);

// By "system", when the push service says that there is nobody at this endpoint any more, or is one
// that this server calls no more. Nothing if the device has another endpoint by now.
absl::Status DropDevice(absl::string_view name, absl::string_view endpoint,
                        Transaction& transaction);

// Ends the device of a session that ends.
void EndDeviceOf(absl::string_view session, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_DEVICE_RULES_H_
