// Who may do what: roles, and who leads. Asked when a command is decided, and nowhere else.
#ifndef SAMSYN_SERVER_DOMAIN_POLICY_H_
#define SAMSYN_SERVER_DOMAIN_POLICY_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/meeting.pb.h>

#include <initializer_list>
#include <memory>

#include "server/domain/transaction.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

// Whether a member takes part: it was not removed, and its time is not over.
bool TakesPart(const v1::Member& member, absl::Time now);

bool HasRole(const v1::Member& member, v1::Role role);
bool HasAnyRole(const v1::Member& member, std::initializer_list<v1::Role> roles);
// Whether the member is a partner's system and nothing that a person is: nobody reads what it sends
// before it is sent.
bool IsMachine(const v1::Member& member);

// The open meeting; null if none.
std::shared_ptr<const v1::Meeting> OpenMeeting(const View& view);
// The meeting closed last; null if none.
std::shared_ptr<const v1::Meeting> LastClosedMeeting(const View& view);
// Whether the member chairs the meeting that was opened last, open or closed.
bool ChairsLatestMeeting(const View& view, absl::string_view member);
// Whether the member leads the night; while nobody is named, the coordinators do.
bool LeadsNight(const View& view, absl::string_view member, bool coordinator);

// Who decides a command: the member behind the caller, as it is now, and what it sees.
struct Actor {
  std::shared_ptr<const v1::Member> member;  // an empty one for "system"
  Audience audience;
  bool system = false;

  const std::string& organisation() const { return member->organisation(); }
  bool Has(v1::Role role) const { return system || HasRole(*member, role); }
  bool HasAny(std::initializer_list<v1::Role> roles) const {
    return system || HasAnyRole(*member, roles);
  }
};

// The actor of a transaction; refused when the member was removed.
absl::StatusOr<Actor> ActorOf(const Transaction& transaction);

// Refused with ROLE_MISSING, naming the roles that may, unless the actor has one of them.
absl::Status RequireRole(const Actor& actor, std::initializer_list<v1::Role> roles);

// R7: whether the actor may write reports of a source; a member those that it lists.
bool WritesSource(const Actor& actor, absl::string_view source_uri);

// Role as people say it.
absl::string_view RoleInEnglish(v1::Role role);
absl::string_view RoleInSwedish(v1::Role role);

// ETAG_MISMATCH unless `etag` is empty or that of the version.
absl::Status RequireEtag(absl::string_view etag, absl::string_view current);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_POLICY_H_
