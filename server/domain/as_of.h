// Asking how something was: which moment is meant, and what of that moment may be told today.
// Pure.
#ifndef SAMSYN_SERVER_DOMAIN_AS_OF_H_
#define SAMSYN_SERVER_DOMAIN_AS_OF_H_

#include <absl/status/statusor.h>
#include <samsyn/v1/situation.pb.h>

#include <string>

#include "server/domain/visibility.h"

namespace samsyn::domain {

// A moment of the past: a revision, or the one before a meeting was closed.
struct AsOf {
  Revision revision = 0;
  std::string closed_meeting;  // empty: `revision` says it
};

// Whether a request asks for the past at all.
bool AsksForThePast(const v1::GetSituationRequest& request);

// The moment that a request means; `newest` is the revision of the picture. Refusals:
// INVALID_FIELDS, REVISION_AHEAD, NOT_FOUND, WRONG_STATE for a meeting that is not closed.
absl::StatusOr<AsOf> MomentOf(const v1::GetSituationRequest& request, const View& picture,
                              const Audience& audience, Revision newest);

// Whether an audience of today may be told of a version of the past: it may see that version, and
// the one of today if there still is one. So what was tightened since is not in the past either.
bool MayKnowToday(const View& today, const Audience& audience, const v1::Entity& then);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_AS_OF_H_
