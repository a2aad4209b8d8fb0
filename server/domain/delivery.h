// What was delivered of a deployment, against what was planned (R15). Pure.
#ifndef SAMSYN_SERVER_DOMAIN_DELIVERY_H_
#define SAMSYN_SERVER_DOMAIN_DELIVERY_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <samsyn/v1/deployment.pb.h>

#include "server/domain/visibility.h"

namespace samsyn::domain {

// Up to now, from the assignments and field updates that an audience sees whole.
//
// Planned of a unit are its stops, else its window from when it was sent: one that was called back
// or replaced was planned until then, one that declined or never answered all the same. Delivered
// are the minutes that its assignment counts, and those since it last came on scene. A gap is more
// than two hours of the window without a stay, a stop or minutes in the field log, of a FOOT_STOP
// and whatever has stops; what was stood down ends with its last unit. Who does not see all who
// were sent is told of no gaps: somebody may have been there.
v1::Delivery DeliveryOf(const View& view, const Audience& audience,
                        const v1::Deployment& deployment, absl::Time now);

// Without `revision`. NOT_FOUND; refused when the audience gets only a part of the deployment.
absl::Status GetDelivery(const v1::GetDeliveryRequest& request, const View& view,
                         const Audience& audience, absl::Time now,
                         v1::GetDeliveryResponse* response);

// Writes it into a follow-up; planned minutes that somebody gave stay.
void SetDelivery(const v1::Delivery& delivery, v1::FollowUp& follow_up);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_DELIVERY_H_
