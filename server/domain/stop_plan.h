// Suggests stops after the advised dose (R15; Koper 1995): each place at least every second hour,
// 15 minutes each. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_STOP_PLAN_H_
#define SAMSYN_SERVER_DOMAIN_STOP_PLAN_H_

#include <absl/status/status.h>
#include <samsyn/v1/deployment.pb.h>

#include "server/domain/visibility.h"

namespace samsyn::domain {

// As far as one unit can, which goes from place to place in a straight line at 20 km/h: a round
// that takes longer than two hours is gone without rest. NOT_FOUND for an area that is none.
absl::Status SuggestStops(const v1::SuggestStopsRequest& request, const View& view,
                          const Audience& audience, v1::SuggestStopsResponse* response);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_STOP_PLAN_H_
