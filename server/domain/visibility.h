// Who may see what (rule R6): audiences, and what an audience gets of an entity. Visibility is a
// function of the entity's own version and the audience, never of another entity; so it can be
// asked anywhere, for any version, old or new.
#ifndef SAMSYN_SERVER_DOMAIN_VISIBILITY_H_
#define SAMSYN_SERVER_DOMAIN_VISIBILITY_H_

#include <absl/strings/string_view.h>

#include <string>
#include <vector>

#include "server/domain/picture.h"
#include "server/domain/redaction.h"
#include "server/domain/transaction.h"

namespace samsyn::domain {

// What of a caller decides over what it sees. Callers with equal audiences see the same, to the
// byte.
struct Audience {
  std::string municipality;
  std::string organisation;
  bool authority = false;    // its organisation is flagged as one
  bool coordinator = false;  // sees members' names, tokens and devices
  bool dispatcher = false;   // sees its own organisation's tokens and devices
  bool chair = false;        // leads, or led, the meeting opened last
  bool night_lead = false;   // leads the night; without one, the coordinators do
  bool nothing = false;      // AUDITOR only: no content at all
  bool everything = false;   // "system": timers and set-up
  // A wall screen or observer: sees what every organisation present may see; empty: before
  // attendance.
  bool screen = false;
  std::vector<std::string> present;        // sorted; of the open meeting; only for screens
  std::vector<bool> present_is_authority;  // beside `present`

  bool operator==(const Audience&) const = default;
  // 32 bytes that differ between different audiences.
  std::string Key() const;
};

// The audience that a caller is now. The member must exist and not be removed.
Audience AudienceOf(const View& view, const Caller& caller);

// Whether an audience may see this version at all. An unknown kind or class denies. What minutes
// keep nobody sees as such: `GetMinutes` shows the part in it, as an entity of its own.
bool CanSee(const Audience& audience, const v1::Entity& entity);

// What of a version that it sees an audience does not get, by the decision that shares it.
WithheldSet WithheldFrom(const Audience& audience, const v1::Entity& entity);

// Whether it sees this version, and gets all of it that was not withheld by what it is. For
// whatever counts, compares or decides: who gets a part is told nothing that follows from the rest.
bool SeesWhole(const Audience& audience, const v1::Entity& entity);

// The same for what is not one entity: whether an audience may see content with this owner and
// release, and gets the whole of it.
bool SeesWholeReleased(const Audience& audience, absl::string_view owner,
                       const v1::ReleaseState& release);

// What an audience gets of this version: null if it may not see it; the same pointer if it sees all
// of it; else a copy without what is withheld (guards; `release.organisations`,
// `release.redactions` and `release.class_change` from others than the owner, members' names and
// reporters from other organisations, units of commitments, names behind a guard and what an
// assignment has of their words, the words of a debrief from whom is no authority and only leads,
// with whom else something is shared, what a decision to share leaves out).
EntityPtr Shown(const Audience& audience, const EntityPtr& entity);

// The same for answers to a member: itself, its own tokens, links, sessions and devices too, which
// no audience sees by being its own.
EntityPtr ShownToItself(const Audience& audience, const EntityPtr& entity,
                        absl::string_view member);

// Finds an entity as it is; null when it is not there or not for the audience. For rules: what they
// do not see, they do not speak of. The audience may be one that gets a part of it (`SeesWhole`).
EntityPtr FindVisible(const View& view, const Audience& audience, absl::string_view name);
template <typename T>
std::shared_ptr<const T> GetVisible(const View& view, const Audience& audience,
                                    absl::string_view name) {
  EntityPtr entity = FindVisible(view, audience, name);
  if (entity == nullptr || KindOf(*entity) != EntityField<T>::kKind) return nullptr;
  const T* message = &As<T>(*entity);
  return std::shared_ptr<const T>(std::move(entity), message);
}

// Whether everybody who may see what has release `narrow` may, whatever the directory becomes, also
// see what has release `wide`. False when that is not certain.
bool Covers(const v1::ReleaseState& wide, absl::string_view wide_owner,
            const v1::ReleaseState& narrow, absl::string_view narrow_owner);

// The guard that an entity needs for naming `named`, or nullopt if every viewer of the namer sees
// it anyway.
std::optional<v1::Guard> GuardFor(const v1::Entity& named, const v1::ReleaseState& namer_release,
                                  absl::string_view namer_owner);

// Gives an entity the guards that it needs for what it names. To be called before every `Put` of
// one of these kinds, with `release` and `owner` set.
void SetGuards(const View& view, v1::Problem& problem);        // its incidents
void SetGuards(const View& view, v1::Deployment& deployment);  // its problem
void SetGuards(const View& view, v1::Meeting& meeting);        // see `NamedIn`
// What minutes keep is for whom its source is: its part gets owner and release of the item, and the
// guards that it needs with them.
void SetGuards(const View& view, v1::MinutesItem& item);
// Its deployment, and the assignment that took its place.
void SetGuards(const View& view, v1::Assignment& assignment);

// After the release of `name` changed in this transaction: writes a new version, with new guards,
// of every entity that names it.
void RefreshGuards(absl::string_view name, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_VISIBILITY_H_
