// The class that a new text begins with: the strictest of what is usual for it, of what its
// writer's organisation starts with, and of what it was written from.
#ifndef SAMSYN_SERVER_DOMAIN_FIRST_CLASS_H_
#define SAMSYN_SERVER_DOMAIN_FIRST_CLASS_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/problem.pb.h>
#include <samsyn/v1/report.pb.h>

#include "server/domain/policy.h"

namespace samsyn::domain {

// Whether what an organisation enters starts RESTRICTED: social services.
bool StartsRestricted(const View& view, absl::string_view organisation);

// The class of a text of the actor's organisation. `chosen` stands, unless it is looser than what
// the organisation starts with, or than another organisation's problem that the text answers (null:
// none): then INVALID_FIELDS for `field`, for only the owner loosens.
absl::StatusOr<v1::ReleaseClass> FirstClass(const View& view, const Actor& actor,
                                            v1::ReleaseClass chosen, v1::ReleaseClass usual,
                                            const v1::Problem* written_from,
                                            absl::string_view field);

// The rule for a text that there is already and that comes to answer this problem.
absl::Status RequireNotLooser(const Actor& actor, v1::ReleaseClass its_class,
                              const v1::Problem& written_from, absl::string_view field);

// The same for what is said of a category: a class looser than the sensitive ones start with is a
// decision of its own, with purpose and ground, unless a trusted source has `published` it itself.
absl::Status RequireMayStart(const View& view, absl::string_view organisation,
                             v1::ReleaseClass chosen, v1::Category category, bool published,
                             absl::string_view field);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_FIRST_CLASS_H_
