// The situation as it was: what was counted then, as far as the caller may know it today.
#ifndef SAMSYN_SERVER_SERVICE_PAST_SITUATION_H_
#define SAMSYN_SERVER_SERVICE_PAST_SITUATION_H_

#include <samsyn/v1/situation.pb.h>

#include "server/service/session.h"

namespace samsyn::service {

// Reads the journal: not for a gRPC thread. Whoever ended since `session` began is refused.
absl::Status SituationAsOf(const Backend& backend, const Session& session,
                           const v1::GetSituationRequest& request,
                           v1::GetSituationResponse* response);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_PAST_SITUATION_H_
