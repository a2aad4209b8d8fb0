// Who is an authority. The flag opens content of class AUTHORITY to an organisation, so after the
// first set-up no one person changes it: who sets up asks, a second coordinator confirms. When it
// changes, all that follows from it changes in the same transaction.
#ifndef SAMSYN_SERVER_DOMAIN_AUTHORITY_RULES_H_
#define SAMSYN_SERVER_DOMAIN_AUTHORITY_RULES_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/directory.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// Turns the flag that `one` was given into a wish, where it is another than the one in force;
// `before`: its version until now, null for a new one. The wish that waits already stays; the flag
// in force, given again, takes it back. A new wish has no `ask_time` yet.
void AskForAuthority(const v1::Organisation* before, absl::string_view asked_by,
                     v1::Organisation& one);

// COORDINATOR. Turned down by any. Confirmed by another than who asked, whose member stands
// unchanged since before it was asked, so that nobody makes the second person: else
// SECOND_PERSON_NEEDED. Before the flag changes, incidents are split whose reports will have
// different viewers then; where these are many, commands with another request id than the request's
// own split some of them each and change no flag. The effect is how many commands remain.
absl::Status DecideAuthorityChange(const v1::DecideAuthorityChangeRequest& request,
                                   Transaction& transaction);
// How many commands that takes; refused as they would be.
absl::StatusOr<size_t> StepsOfAuthorityChange(const v1::DecideAuthorityChangeRequest& request,
                                              const Transaction& nothing);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_AUTHORITY_RULES_H_
