#include "server/access/identity.h"

#include <algorithm>

#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"
#include "server/domain/refusal.h"

namespace samsyn::access {
namespace {

absl::Status Ended(domain::Words words) {
  return domain::Refuse(v1::ERROR_REASON_IDENTITY_ENDED, std::move(words));
}

// The digest is made and compared whether or not there is such a token.
bool SecretIsRight(const domain::View& view, const TokenText& token) {
  const std::optional<Digest> kept = view.FindCredential(token.name);
  const Digest given = CredentialOf(token.secret);
  const bool equal = EqualInConstantTime(AsBytes(kept.value_or(Digest{})), AsBytes(given));
  return kept.has_value() && equal;
}

void SetMember(const v1::Member& member, Identity& identity) {
  identity.organisation = member.organisation();
  identity.partner_system = std::find(member.roles().begin(), member.roles().end(),
                                      v1::ROLE_PARTNER_SYSTEM) != member.roles().end();
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
  if (token->kind() == v1::Token::KIND_LOGIN_LINK) {
    return domain::Refuse(v1::ERROR_REASON_NO_IDENTITY,
                          {"This is a login link: open it in a browser to sign in.",
                           "Detta är en inloggningslänk: öppna den i en webbläsare."});
  }
  const bool session = token->kind() == v1::Token::KIND_SESSION;
  if (token->has_revoke_time()) {
    return session ? Ended({"You are signed out.", "Du är utloggad."})
                   : Ended({"This token was revoked.", "Nyckeln är återkallad."});
  }
  Identity identity;
  if (token->has_expire_time()) {
    identity.expire_time = domain::TimeOf(token->expire_time());
    if (identity.expire_time <= now) {
      return session ? Ended({"Your session is over. Ask for a new login link.",
                              "Inloggningens tid är ute. Be om en ny inloggningslänk."})
                     : Ended({"This token has expired.", "Nyckelns tid är ute."});
    }
  }
  const auto member = view.Get<v1::Member>(token->member());
  if (member == nullptr || !domain::TakesPart(*member, now)) {
    return Ended({"You no longer take part in this municipality's work.",
                  "Du deltar inte längre i kommunens arbete."});
  }
  if (member->has_expire_time()) {
    identity.expire_time = std::min(identity.expire_time, domain::TimeOf(member->expire_time()));
  }
  identity.caller = {token->member(), token->name()};
  SetMember(*member, identity);
  identity.watch_quota = token->watch_quota() > 0 ? token->watch_quota() : domain::kWatchesPerToken;
  return identity;
}

absl::StatusOr<Identity> Identify(const domain::View& view, absl::Time now,
                                  const TokenText& token) {
  if (!SecretIsRight(view, token)) return NoIdentity();
  return StillIdentified(view, now, token.name);
}

absl::StatusOr<Identity> IdentifyLink(const domain::View& view, const TokenText& token) {
  const bool right = SecretIsRight(view, token);
  const auto link = view.Get<v1::Token>(token.name);
  if (!right || link == nullptr || link->kind() != v1::Token::KIND_LOGIN_LINK) {
    return domain::Refuse(
        v1::ERROR_REASON_NO_IDENTITY,
        {"Send a login link that this municipality made, as \"authorization: Bearer …\".",
         "Skicka en inloggningslänk som kommunen har gjort, som ”authorization: Bearer …”."});
  }
  Identity identity;
  identity.caller = {link->member(), link->name()};
  if (const auto member = view.Get<v1::Member>(link->member())) SetMember(*member, identity);
  identity.expire_time = domain::TimeOf(link->expire_time());
  return identity;
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
