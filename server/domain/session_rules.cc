#include "server/domain/session_rules.h"

#include <algorithm>
#include <string>
#include <utility>

#include "server/domain/access_rules.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

// The member that a link is asked for.
absl::StatusOr<std::shared_ptr<const v1::Member>> MemberFor(
    const v1::CreateLoginLinkRequest& request, const Actor& actor, const View& view) {
  if (!request.member().empty()) return See<v1::Member>(view, actor, request.member());
  if (!actor.system) return actor.member;
  return RefuseFields({{"member", {"This must be given.", "Detta måste anges."}}});
}

absl::Status RequireMayLink(const Actor& actor, const v1::Member& member,
                            const Transaction& transaction) {
  const auto own = transaction.Get<v1::Token>(transaction.caller().token);
  // A session does not make itself longer.
  if (own != nullptr && IsProgram(*own) && own->member() == member.name()) return absl::OkStatus();
  return RequireMayIssue(actor, member);
}

v1::Token NewToken(const v1::Member& member, v1::Token::Kind kind, absl::Duration lasts,
                   const Transaction& transaction) {
  v1::Token token;
  token.set_name(NameOf(transaction.municipality(), v1::ENTITY_KIND_TOKEN, transaction.NewId()));
  token.set_owner(member.organisation());
  token.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  token.set_member(member.name());
  token.set_kind(kind);
  *token.mutable_expire_time() = TimestampOf(transaction.now() + lasts);
  return token;
}

absl::Status RequireOpens(const v1::Token& link, absl::Time now) {
  if (link.has_use_time()) {
    return Refuse(v1::ERROR_REASON_LINK_USED,
                  {"This login link has been used: it opens once. Ask for a new one.",
                   "Inloggningslänken är använd: den öppnar en gång. Be om en ny."});
  }
  if (link.has_revoke_time()) {
    return Refuse(v1::ERROR_REASON_IDENTITY_ENDED,
                  {"This login link was withdrawn. Ask for a new one.",
                   "Inloggningslänken är återkallad. Be om en ny."});
  }
  if (TimeOf(link.expire_time()) <= now) {
    return Refuse(v1::ERROR_REASON_IDENTITY_ENDED,
                  {"This login link was open for 15 minutes, which are over. Ask for a new one.",
                   "Inloggningslänken gällde i 15 minuter, som är slut. Be om en ny."});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Duration SessionLength(const v1::Member& member) {
  const bool nothing_else = std::all_of(member.roles().begin(), member.roles().end(), [](int role) {
    return role == v1::ROLE_FIELD || role == v1::ROLE_REPORTER;
  });
  return nothing_else && HasRole(member, v1::ROLE_FIELD) ? kFieldSession : kSession;
}

absl::StatusOr<std::shared_ptr<const v1::Token>> SessionInUse(const Transaction& transaction) {
  auto session = transaction.Get<v1::Token>(transaction.caller().token);
  if (session != nullptr && session->kind() == v1::Token::KIND_SESSION) return session;
  return Refuse(v1::ERROR_REASON_WRONG_STATE,
                {"This needs a session: sign in with a login link.",
                 "Det här kräver en inloggning: logga in med en inloggningslänk."},
                {{"state", "NO_SESSION"}});
}

absl::Status CreateLoginLink(const v1::CreateLoginLinkRequest& request, const Digest& secret_digest,
                             Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto member = MemberFor(request, *actor, transaction);
  if (!member.ok()) return member.status();
  if (absl::Status may = RequireMayLink(*actor, **member, transaction); !may.ok()) return may;
  if (absl::Status there = RequireNotRemoved(**member); !there.ok()) return there;
  v1::Token link = NewToken(**member, v1::Token::KIND_LOGIN_LINK, kLoginLink, transaction);
  link.set_note(request.note());
  if (!actor->system) link.set_made_by(actor->member->name());
  transaction.Answer(link.name());
  if (transaction.Find(link.name()) != nullptr) return absl::OkStatus();
  transaction.SetCredential(link.name(), secret_digest);
  transaction.Put(std::move(link));
  return absl::OkStatus();
}

absl::Status RedeemLoginLink(const v1::RedeemLoginLinkRequest& request, const Digest& secret_digest,
                             Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto link = transaction.Get<v1::Token>(transaction.caller().token);
  if (link == nullptr || link->kind() != v1::Token::KIND_LOGIN_LINK) {
    return Refuse(v1::ERROR_REASON_NO_IDENTITY,
                  {"This is no login link.", "Detta är ingen inloggningslänk."});
  }
  if (absl::Status opens = RequireOpens(*link, transaction.now()); !opens.ok()) return opens;
  v1::Token session =
      NewToken(*actor->member, v1::Token::KIND_SESSION, SessionLength(*actor->member), transaction);
  session.set_watch_quota(kWatchesPerToken);
  session.set_device(request.device());
  session.set_login_link(link->name());
  v1::Token used = *link;
  *used.mutable_use_time() = TimestampOf(transaction.now());
  transaction.Answer(session.name());
  transaction.SetCredential(session.name(), secret_digest);
  transaction.Put(std::move(used));
  transaction.Put(std::move(session));
  return absl::OkStatus();
}

absl::Status EndSession(const v1::EndSessionRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (request.name().empty()) {
    const auto in_use = SessionInUse(transaction);
    if (!in_use.ok()) return in_use.status();
  }
  const std::string& name = request.name().empty() ? transaction.caller().token : request.name();
  const auto session = transaction.Get<v1::Token>(name);
  const bool own = session != nullptr && session->member() == transaction.caller().member;
  if (session == nullptr || session->kind() != v1::Token::KIND_SESSION ||
      (!own && FindVisible(transaction, actor->audience, name) == nullptr)) {
    return NotFound(name);
  }
  if (!own) {
    const auto member = transaction.Get<v1::Member>(session->member());
    absl::Status may = RequireMayIssue(*actor, member == nullptr ? v1::Member() : *member);
    if (!may.ok()) return may;
  }
  transaction.Answer(name);
  EndToken(*session, transaction);
  return absl::OkStatus();
}

}  // namespace samsyn::domain
