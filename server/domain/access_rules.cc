#include "server/domain/access_rules.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>

#include "server/domain/device_rules.h"
#include "server/domain/index_keys.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/release_changes.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

constexpr absl::Duration kTokenUsual = absl::Hours(24 * 90);
constexpr absl::Duration kTokenMost = absl::Hours(24 * 730);

// Whether a dispatcher may speak for a member: it must not come to more rights than its own.
bool HasNoMoreRoles(const v1::Member& member, const v1::Member& than) {
  return std::all_of(member.roles().begin(), member.roles().end(), [&](int role) {
    return role == v1::ROLE_REPORTER || role == v1::ROLE_FIELD || role == v1::ROLE_OBSERVER ||
           role == v1::ROLE_PARTNER_SYSTEM || HasRole(than, static_cast<v1::Role>(role));
  });
}

absl::Status CheckExpiry(absl::string_view field, absl::Time expiry, absl::Time now,
                         absl::Duration most) {
  if (expiry <= now) {
    return RefuseFields(
        {{std::string(field), {"This must lie in the future.", "Detta måste ligga i framtiden."}}});
  }
  if (expiry - now > most) {
    return RefuseFields(
        {{std::string(field),
          {"This may be at most 2 years ahead.", "Detta får ligga högst 2 år fram."}}});
  }
  return absl::OkStatus();
}

v1::Token TokenFor(const v1::Member& member, const v1::IssueTokenRequest& request,
                   absl::Time expiry, const Transaction& transaction) {
  v1::Token token;
  token.set_name(NameOf(transaction.municipality(), v1::ENTITY_KIND_TOKEN, transaction.NewId()));
  token.set_owner(member.organisation());
  token.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  token.set_member(member.name());
  *token.mutable_expire_time() = TimestampOf(expiry);
  token.set_watch_quota(request.watch_quota() == 0 ? kWatchesPerToken : request.watch_quota());
  token.set_note(request.note());
  token.set_kind(v1::Token::KIND_PROGRAM);
  return token;
}

// Those who may edit an entity may also keep it more strictly.
absl::Status RequireMayTighten(const Actor& actor, const v1::Entity& entity) {
  const v1::EntityKind kind = KindOf(entity);
  const bool own = OwnerOf(entity) == actor.organisation();
  if (kind == v1::ENTITY_KIND_REPORT && entity.report().reporter() == actor.member->name()) {
    return absl::OkStatus();
  }
  const bool of_the_meeting = kind == v1::ENTITY_KIND_PROBLEM ||
                              kind == v1::ENTITY_KIND_DEPLOYMENT ||
                              kind == v1::ENTITY_KIND_AREA_ASSESSMENT;
  if (of_the_meeting && (actor.HasAny({v1::ROLE_COORDINATOR, v1::ROLE_CHAIR, v1::ROLE_SECRETARY}) ||
                         (own && actor.Has(v1::ROLE_REPORTER)))) {
    return absl::OkStatus();
  }
  if (kind == v1::ENTITY_KIND_INDICATOR && own &&
      actor.HasAny(
          {v1::ROLE_COORDINATOR, v1::ROLE_SECRETARY, v1::ROLE_REPORTER, v1::ROLE_PARTNER_SYSTEM})) {
    return absl::OkStatus();
  }
  return RequireOwner(actor, OwnerOf(entity));
}

}  // namespace

absl::Status NotYours() {
  return Refuse(v1::ERROR_REASON_NOT_YOUR_ORGANISATION,
                {"Only the organisation whose it is decides over this.",
                 "Bara den aktör som äger detta bestämmer över det."});
}

absl::Status RequireOwner(const Actor& actor, absl::string_view owner) {
  if (!actor.system && owner != actor.organisation()) return NotYours();
  return RequireRole(actor, {v1::ROLE_COORDINATOR, v1::ROLE_REVIEWER, v1::ROLE_DISPATCHER});
}

absl::Status RequireReleasable(const v1::Entity& entity, absl::string_view field) {
  if (CanBeReleased(KindOf(entity))) return absl::OkStatus();
  return RefuseFields(
      {{std::string(field),
        {"Only reports, problems, deployments, assignments and assessments have a class of their "
         "own; an incident follows its report.",
         "Bara rapporter, problem, insatser, uppdrag och bedömningar har en egen klass; en "
         "händelse följer sin rapport."}}});
}

absl::Status RequireMayIssue(const Actor& actor, const v1::Member& member) {
  if (actor.Has(v1::ROLE_COORDINATOR)) return absl::OkStatus();
  absl::Status may = RequireRole(actor, {v1::ROLE_COORDINATOR, v1::ROLE_DISPATCHER});
  if (!may.ok()) return may;
  if (member.organisation() != actor.organisation()) return NotYours();
  if (HasNoMoreRoles(member, *actor.member)) return absl::OkStatus();
  return RequireRole(actor, {v1::ROLE_COORDINATOR});
}

absl::Status RequireNotRemoved(const v1::Member& member) {
  if (!member.removed()) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_WRONG_STATE,
                {"This member has been removed.", "Den här deltagaren är borttagen."},
                {{"state", "REMOVED"}});
}

bool IsProgram(const v1::Token& token) {
  return token.kind() == v1::Token::KIND_PROGRAM || token.kind() == v1::Token::KIND_UNSPECIFIED;
}

absl::Status IssueToken(const v1::IssueTokenRequest& request, const Digest& secret_digest,
                        Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto member = See<v1::Member>(transaction, *actor, request.member());
  if (!member.ok()) return member.status();
  if (absl::Status may = RequireMayIssue(*actor, **member); !may.ok()) return may;
  if (absl::Status there = RequireNotRemoved(**member); !there.ok()) return there;
  const absl::Time expiry =
      request.has_expire_time() ? TimeOf(request.expire_time()) : transaction.now() + kTokenUsual;
  absl::Status good = CheckExpiry("expire_time", expiry, transaction.now(), kTokenMost);
  if (!good.ok()) return good;
  v1::Token token = TokenFor(**member, request, expiry, transaction);
  transaction.Answer(token.name());
  if (transaction.Find(token.name()) != nullptr) return absl::OkStatus();
  transaction.SetCredential(token.name(), secret_digest);
  transaction.Put(std::move(token));
  return absl::OkStatus();
}

absl::Status RevokeToken(const v1::RevokeTokenRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const bool itself = request.name() == transaction.caller().token;
  const auto token = itself ? transaction.Get<v1::Token>(request.name())
                            : GetVisible<v1::Token>(transaction, actor->audience, request.name());
  if (token == nullptr) return NotFound(request.name());
  if (!itself) {
    const auto member = transaction.Get<v1::Member>(token->member());
    absl::Status may = RequireMayIssue(*actor, member == nullptr ? v1::Member() : *member);
    if (!may.ok()) return may;
  }
  transaction.Answer(token->name());
  EndToken(*token, transaction);
  return absl::OkStatus();
}

void EndToken(const v1::Token& token, Transaction& transaction) {
  if (token.has_revoke_time()) return;
  v1::Token ended = token;
  *ended.mutable_revoke_time() = TimestampOf(transaction.now());
  transaction.Put(std::move(ended));
  EndDeviceOf(token.name(), transaction);
}

void RevokeTokensOf(absl::string_view member, Transaction& transaction) {
  for (const std::string& name : transaction.Lookup(TokensOfKey(member))) {
    const auto token = transaction.Get<v1::Token>(name);
    if (token == nullptr || token->has_use_time() ||
        TimeOf(token->expire_time()) <= transaction.now()) {
      continue;
    }
    EndToken(*token, transaction);
  }
}

absl::Status SetClass(const v1::SetClassRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const EntityPtr entity = FindVisible(transaction, actor->audience, request.name());
  if (entity == nullptr) return NotFound(request.name());
  if (absl::Status good = RequireReleasable(*entity, "name"); !good.ok()) return good;
  const v1::ReleaseClass before = ReleaseOf(*entity).release_class();
  const bool loosens = request.release_class() < before;
  absl::Status may =
      loosens ? RequireOwner(*actor, OwnerOf(*entity)) : RequireMayTighten(*actor, *entity);
  if (!may.ok()) return may;
  if (absl::Status same = RequireEtag(request.etag(), EtagOf(*entity)); !same.ok()) return same;
  if (loosens && request.reason().empty()) {
    return RefuseFields({{"reason",
                          {"Say for what purpose and on what ground it is loosened.",
                           "Ange för vilket ändamål och med vilket stöd klassen öppnas."}}});
  }
  transaction.Answer(request.name());
  if (request.release_class() == before) return absl::OkStatus();
  v1::ClassChange decision;
  decision.set_from_class(before);
  decision.set_to_class(request.release_class());
  decision.set_reason(request.reason());
  decision.set_decided_by(transaction.caller().member);
  *decision.mutable_decide_time() = TimestampOf(transaction.now());
  ChangeRelease(*entity, request.release_class(), transaction, &decision);
  return absl::OkStatus();
}

}  // namespace samsyn::domain
