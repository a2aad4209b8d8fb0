// The text of a token, as people and programs carry it: `samsyn_<code>_<id>_<secret>`, where <code>
// is the municipality's, <id> the token entity's, and <secret> 256 random bits in hex that are
// shown once and kept as a digest only.
#ifndef SAMSYN_SERVER_ACCESS_TOKEN_H_
#define SAMSYN_SERVER_ACCESS_TOKEN_H_

#include <absl/strings/string_view.h>

#include <optional>
#include <string>

#include "server/base/digest.h"

namespace samsyn::access {

struct TokenText {
  std::string name;    // `municipalities/0136/tokens/{id}`
  std::string secret;  // 64 hex digits
};

// A new secret: 256 random bits as 64 lower-case hex digits.
std::string MakeSecret();

// The secret of the session that a login link becomes by the request with this id: 64 hex digits
// that only who has the link's secret can work out, so that a repeat of the request gets the same.
std::string SessionSecret(absl::string_view link_secret, absl::string_view request_id);

// What is kept of a secret.
Digest CredentialOf(absl::string_view secret);

// The text of the token `name` (`municipalities/0136/tokens/{id}`).
std::string FormatToken(absl::string_view name, absl::string_view secret);

// Takes a token's text apart; nullopt if it is none. Says nothing about whether it is in force.
std::optional<TokenText> ParseToken(absl::string_view text);

// The token's text in the value of an `authorization` header ("Bearer …", any case); empty if none.
absl::string_view BearerOf(absl::string_view authorization);

}  // namespace samsyn::access

#endif  // SAMSYN_SERVER_ACCESS_TOKEN_H_
