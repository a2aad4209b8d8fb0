// From a token to who is calling. Rules do not go by the organisation and role that stand here, but
// read them from the member when a command is decided.
#ifndef SAMSYN_SERVER_ACCESS_IDENTITY_H_
#define SAMSYN_SERVER_ACCESS_IDENTITY_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

#include "server/access/token.h"
#include "server/domain/transaction.h"

namespace samsyn::access {

struct Identity {
  domain::Caller caller;
  // For the limits on calls: the member's organisation, and whether it is a PARTNER_SYSTEM.
  std::string organisation;
  bool partner_system = false;
  int watch_quota = 0;  // watches at once
  absl::Time expire_time = absl::InfiniteFuture();
};

// Who holds this token or session, by what is committed. UNAUTHENTICATED with NO_IDENTITY when
// nobody issued it or the secret is another (compared in constant time), and for login links; with
// IDENTITY_ENDED when it was revoked, has expired by `now`, or its member was removed.
absl::StatusOr<Identity> Identify(const domain::View& view, absl::Time now, const TokenText& token);

// Who holds this login link. NO_IDENTITY as above, and for everything else than a link. Whether it
// still opens is for the rule that uses it up (domain/session_rules.h): a repeat is answered though
// it does not.
absl::StatusOr<Identity> IdentifyLink(const domain::View& view, const TokenText& token);

// Whether a caller that was identified before still is: what Identify says besides the secret.
absl::StatusOr<Identity> StillIdentified(const domain::View& view, absl::Time now,
                                         absl::string_view token);

// With mutual TLS: PERMISSION_DENIED with NOT_YOUR_ORGANISATION unless the caller's organisation is
// one of those in its certificate (`OrganisationsOf`): an organisation's id, as "polisen".
absl::Status CheckCertificate(const domain::View& view, const domain::Caller& caller,
                              const std::vector<std::string>& organisations);

// "Send a token": NO_IDENTITY.
absl::Status NoIdentity();

}  // namespace samsyn::access

#endif  // SAMSYN_SERVER_ACCESS_IDENTITY_H_
