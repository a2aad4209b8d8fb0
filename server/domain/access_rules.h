// Rules of access: tokens, releases (dela med) and classes. A release names organisations that see
// an entity beside its class; the entity carries their names itself, so that who sees a version
// depends on that version alone.
#ifndef SAMSYN_SERVER_DOMAIN_ACCESS_RULES_H_
#define SAMSYN_SERVER_DOMAIN_ACCESS_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/access.pb.h>

#include "server/base/digest.h"
#include "server/domain/policy.h"
#include "server/domain/transaction.h"

namespace samsyn::domain {

// `secret_digest` is kept as the credential of the new token. Who is no coordinator makes tokens
// only for members of its own organisation who may do no more than it may itself. A repeat that
// comes late keeps the first credential.
absl::Status IssueToken(const v1::IssueTokenRequest& request, const Digest& secret_digest,
                        Transaction& transaction);
absl::Status RevokeToken(const v1::RevokeTokenRequest& request, Transaction& transaction);

// Of a report (its incident follows), problem, deployment, assignment (its field updates follow) or
// assessment of the caller's organisation. What is only proposed is shown to the owner alone, and
// nothing is seen by it.
absl::Status ReleaseEntity(const v1::ReleaseEntityRequest& request, Transaction& transaction);
// Somebody else than the proposer approves. All that a decision has to be is asked anew: what can
// be no more (its time is over, the class has become too strict) is declined, with the reason.
absl::Status DecideRelease(const v1::DecideReleaseRequest& request, Transaction& transaction);
// Whoever saw the entity by this release alone sees it no longer, nor the release. A proposal is
// declined.
absl::Status RevokeRelease(const v1::RevokeReleaseRequest& request, Transaction& transaction);
// The owner loosens, with a reason; anyone who may edit the entity tightens.
absl::Status SetClass(const v1::SetClassRequest& request, Transaction& transaction);

// NOT_YOUR_ORGANISATION: only the owner decides.
absl::Status NotYours();
// Owner organisation: COORDINATOR, REVIEWER, DISPATCHER.
absl::Status RequireOwner(const Actor& actor, absl::string_view owner);
// INVALID_FIELDS for a kind that has no class of its own.
absl::Status RequireReleasable(const v1::Entity& entity, absl::string_view field);

// Who makes and ends tokens, links and sessions of a member: COORDINATOR; DISPATCHER for members of
// its own organisation who may do no more than it may itself.
absl::Status RequireMayIssue(const Actor& actor, const v1::Member& member);
// WRONG_STATE for a member that was removed.
absl::Status RequireNotRemoved(const v1::Member& member);

// Whether it is a program's token; those made before kinds were told apart are.
bool IsProgram(const v1::Token& token);
// Marks a token, link or session as revoked, from now; its device ends with it. Nothing if it was.
void EndToken(const v1::Token& token, Transaction& transaction);

// Marks all tokens of a member that was removed as revoked.
void RevokeTokensOf(absl::string_view member, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_ACCESS_RULES_H_
