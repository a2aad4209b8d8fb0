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
// assessment of the caller's organisation.
absl::Status ReleaseEntity(const v1::ReleaseEntityRequest& request, Transaction& transaction);
// Whoever saw the entity by this release alone sees it no longer, nor the release.
absl::Status RevokeRelease(const v1::RevokeReleaseRequest& request, Transaction& transaction);
// The owner loosens, with a reason; anyone who may edit the entity tightens.
absl::Status SetClass(const v1::SetClassRequest& request, Transaction& transaction);

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
