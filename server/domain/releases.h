// Who sees a thing beside its class: by what it is, and by the decisions to share it.
#ifndef SAMSYN_SERVER_DOMAIN_RELEASES_H_
#define SAMSYN_SERVER_DOMAIN_RELEASES_H_

#include <absl/strings/string_view.h>

#include <map>
#include <set>
#include <string>

#include "server/domain/picture.h"
#include "server/domain/redaction.h"

namespace samsyn::domain {

// The organisations that have a coordinator.
std::set<std::string> CoordinatingOrganisations(const View& view);

// The organisations that see an entity by what it is, whatever was decided: the coordinators' for
// reports about youth concern and extremism and their incidents, those who direct the unit for
// assignments.
std::set<std::string> BuiltInOrganisations(const View& view, const v1::Entity& entity);

// The organisations that its active releases name, each with what it does not get: who is named by
// two gets what either gives.
std::map<std::string, WithheldSet> ReleasedTo(const View& view, absl::string_view entity);

// A release without the decision that led to it: who sees what, and no more. For what follows an
// entity.
v1::ReleaseState ViewersAlone(v1::ReleaseState release);

// The label (names.h) of what has this owner and release, by the owner's flag in `directory`.
// Content of one label has the same viewers, who get the same of it.
std::string LabelOf(const View& directory, absl::string_view owner,
                    const v1::ReleaseState& release);

// Puts the names of organisations, sorted, the owner left out, into a release.
void SetOrganisations(const std::set<std::string>& organisations, absl::string_view owner,
                      v1::ReleaseState& release);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_RELEASES_H_
