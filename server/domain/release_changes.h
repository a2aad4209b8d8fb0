// Writing a changed release: the entity, and all that follows it or names it, in one transaction.
#ifndef SAMSYN_SERVER_DOMAIN_RELEASE_CHANGES_H_
#define SAMSYN_SERVER_DOMAIN_RELEASE_CHANGES_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/entity.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// Whether entities of a kind can be shared and reclassified.
bool CanBeReleased(v1::EntityKind kind);

// The release that an entity has with a class: beside it those who see it by what it is, and those
// with whom it is shared, with what is left out for them unless they see it by what it is. Content
// for authorities names nobody: authorities see it anyway, and private organisations never do,
// whatever they coordinate or direct, and whatever was decided while it had another class.
v1::ReleaseState DerivedRelease(const v1::Entity& entity, v1::ReleaseClass release_class,
                                const View& view);

// Gives an entity of a kind that can be released the release that follows from a class and from the
// decisions in force; `decision` is kept with it, else the one that it has. Its incident (of a
// report), its field updates (of an assignment) and what minutes keep of it get the same, what
// names it gets new guards, and the decisions are shown to those alone for whom they take effect.
// Nothing is written where nothing changes.
void ChangeRelease(const v1::Entity& entity, v1::ReleaseClass release_class,
                   Transaction& transaction, const v1::ClassChange* decision = nullptr);

// Shows the decisions to share an entity to those for whom they take effect at its class.
void ShowDecisions(absl::string_view entity, v1::ReleaseClass its_class, Transaction& transaction);

// The organisations that a decision to share an entity of this class takes effect for.
v1::ReleaseState ViewersOf(const v1::Release& decision, v1::ReleaseClass entity_class,
                           const View& view);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_RELEASE_CHANGES_H_
