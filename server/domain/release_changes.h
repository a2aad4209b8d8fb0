// Writing a changed release: the entity, and all that follows it or names it, in one transaction.
#ifndef SAMSYN_SERVER_DOMAIN_RELEASE_CHANGES_H_
#define SAMSYN_SERVER_DOMAIN_RELEASE_CHANGES_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/entity.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// Whether entities of a kind can be shared and reclassified.
bool CanBeReleased(v1::EntityKind kind);

// Gives an entity a release: its incident (of a report) and its field updates (of an assignment)
// get the same, what names it gets new guards, and the decisions to share it are shown to those
// alone who see it by them. `entity` must be of a kind that can be released. Nothing is written
// where nothing changes.
void ChangeRelease(const v1::Entity& entity, const v1::ReleaseState& release,
                   Transaction& transaction);

// The organisations that a decision to share an entity of this class takes effect for.
v1::ReleaseState ViewersOf(const v1::Release& decision, v1::ReleaseClass entity_class,
                           const View& view);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_RELEASE_CHANGES_H_
