#include "server/access/identity.h"

#include <algorithm>

#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"

namespace samsyn::access {
namespace {

absl::Status Ended(domain::Words words) {
  return domain::Refuse(v1::ERROR_REASON_IDENTITY_ENDED, std::move(words));
}

}  // namespace

absl::Status NoIdentity() {
  return domain::Refuse(
      v1::ERROR_REASON_NO_IDENTITY,
      {"Send a token that this municipality issued, as \"authorization: Bearer …\".",
       "Skicka en nyckel som kommunen har utfärdat, som ”authorization: Bearer …”."});
}

absl::StatusOr<Identity> StillIdentified(const domain::View& view, absl::Time now,
                                         absl::string_view name) {
  const auto token = view.Get<v1::Token>(name);
  if (token == nullptr) return NoIdentity();
  if (token->has_revoke_time()) {
    return Ended({"This token was revoked.", "Nyckeln är återkallad."});
  }
  Identity identity;
  if (token->has_expire_time()) {
    identity.expire_time = domain::TimeOf(token->expire_time());
    if (identity.expire_time <= now) {
      return Ended({"This token has expired.", "Nyckelns tid är ute."});
    }
  }
  const auto member = view.Get<v1::Member>(token->member());
  if (member == nullptr || member->removed()) {
    return Ended({"You no longer take part in this municipality's work.",
                  "Du deltar inte längre i kommunens arbete."});
  }
  identity.caller = {token->member(), token->name()};
  identity.watch_quota = token->watch_quota() > 0 ? token->watch_quota() : domain::kWatchesPerToken;
  return identity;
}

absl::StatusOr<Identity> Identify(const domain::View& view, absl::Time now,
                                  const TokenText& token) {
  // The digest is made and compared whether or not there is such a token.
  const std::optional<Digest> kept = view.FindCredential(token.name);
  const Digest given = CredentialOf(token.secret);
  const bool equal = EqualInConstantTime(AsBytes(kept.value_or(Digest{})), AsBytes(given));
  if (!kept.has_value() || !equal) return NoIdentity();
  return StillIdentified(view, now, token.name);
}

absl::Status CheckCertificate(const domain::View& view, const domain::Caller& caller,
                              const std::vector<std::string>& organisations) {
  const auto member = view.Get<v1::Member>(caller.member);
  if (member != nullptr) {
    const absl::string_view id = domain::IdOf(member->organisation());
    if (std::find(organisations.begin(), organisations.end(), id) != organisations.end()) {
      return absl::OkStatus();
    }
  }
  return domain::Refuse(v1::ERROR_REASON_NOT_YOUR_ORGANISATION,
                        {"The token belongs to another organisation than the certificate.",
                         "Nyckeln hör till en annan aktör än certifikatet."});
}

}  // namespace samsyn::access
