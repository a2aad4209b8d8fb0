// Rules of signing in: a login link is made for a member, opens once, and becomes a session; a
// session ends by itself, by its member, or by whoever may make tokens for that member.
#ifndef SAMSYN_SERVER_DOMAIN_SESSION_RULES_H_
#define SAMSYN_SERVER_DOMAIN_SESSION_RULES_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <samsyn/v1/access.pb.h>

#include <memory>

#include "server/base/digest.h"
#include "server/domain/transaction.h"

namespace samsyn::domain {

// `secret_digest` is kept as the credential of the new link. A program's token makes links for its
// own member; for others the rules of `IssueToken` hold. A repeat that comes late keeps the first
// credential.
absl::Status CreateLoginLink(const v1::CreateLoginLinkRequest& request, const Digest& secret_digest,
                             Transaction& transaction);

// The caller's token is the link. LINK_USED when it was used, IDENTITY_ENDED when it has expired,
// was revoked or its member was removed; NO_IDENTITY when it is no link.
absl::Status RedeemLoginLink(const v1::RedeemLoginLinkRequest& request, const Digest& secret_digest,
                             Transaction& transaction);

absl::Status EndSession(const v1::EndSessionRequest& request, Transaction& transaction);

// The caller's session; WRONG_STATE when it shows something else.
absl::StatusOr<std::shared_ptr<const v1::Token>> SessionInUse(const Transaction& transaction);

// How long a new session of a member lasts: a whole night's shift for those who go out, and report,
// and do nothing else.
absl::Duration SessionLength(const v1::Member& member);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_SESSION_RULES_H_
