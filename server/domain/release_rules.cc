// Decisions to share an entity (dela med): proposed, decided, ended. The contract is in
// access_rules.h.
#include <absl/strings/str_cat.h>

#include <set>
#include <string>
#include <utility>

#include "server/domain/access_rules.h"
#include "server/domain/names.h"
#include "server/domain/release_changes.h"
#include "server/domain/release_grounds.h"
#include "server/domain/rule_checks.h"
#include "server/domain/timers.h"

namespace samsyn::domain {
namespace {

const Words& Subject() {
  static const auto* const kSubject = new Words{"The decision to share", "Delningens"};
  return *kSubject;
}

// The owner's who decide, and those who may propose it to them.
absl::Status RequireMayPropose(const Actor& actor, absl::string_view owner) {
  if (!actor.system && owner != actor.organisation()) return NotYours();
  return RequireRole(actor, {v1::ROLE_COORDINATOR, v1::ROLE_REVIEWER, v1::ROLE_DISPATCHER,
                             v1::ROLE_REPORTER, v1::ROLE_CHAIR, v1::ROLE_SECRETARY});
}

// The organisations of a decision, sorted, each once; refused unless each is there and may receive
// content of that class.
absl::StatusOr<std::set<std::string>> NamedBy(const v1::Release& asked, const View& view,
                                              const v1::Entity& entity) {
  std::set<std::string> named;
  for (const std::string& name : asked.organisations()) {
    const auto organisation = view.Get<v1::Organisation>(name);
    if (organisation == nullptr) return NotFound(name);
    if (!organisation->authority() &&
        ReleaseOf(entity).release_class() == v1::RELEASE_CLASS_AUTHORITY) {
      return Refuse(v1::ERROR_REASON_PRIVATE_ORGANISATION,
                    {absl::StrCat(organisation->display_name(),
                                  " is no authority and never receives content for authorities."),
                     absl::StrCat(organisation->display_name(),
                                  " är ingen myndighet och får aldrig uppgifter för myndigheter.")},
                    {{"organisation", name}});
    }
    if (name != OwnerOf(entity)) named.insert(name);
  }
  if (named.empty()) {
    return RefuseFields(
        {{"release.organisations",
          {"Name another organisation than the owner.", "Ange en annan aktör än ägaren."}}});
  }
  return named;
}

bool IsOver(const v1::Release& decision, absl::Time now) {
  return decision.has_expire_time() && TimeOf(decision.expire_time()) <= now;
}

absl::Status CheckAsked(const v1::Release& asked, const Transaction& transaction) {
  Violations violations;
  if (IsOver(asked, transaction.now())) {
    violations.Add("release.expire_time", "This must lie in the future.",
                   "Detta måste ligga i framtiden.");
  }
  CheckGround(asked, GroundsOf(transaction, transaction.municipality()), violations);
  std::set<int> left_out;
  for (int i = 0; i < asked.withheld_size(); ++i) {
    if (left_out.insert(asked.withheld(i)).second) continue;
    violations.Add(absl::StrCat("release.withheld[", i, "]"), "This stands twice.",
                   "Detta står två gånger.");
  }
  return std::move(violations).Result();
}

// What was asked, in no state yet.
v1::Release DecisionOn(const v1::Entity& entity, const v1::Release& asked,
                       const std::set<std::string>& named, const Transaction& transaction) {
  v1::Release decision;
  decision.set_name(
      NameOf(transaction.municipality(), v1::ENTITY_KIND_RELEASE, transaction.NewId()));
  decision.set_owner(OwnerOf(entity));
  decision.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  decision.set_entity(NameOf(entity));
  for (const std::string& name : named) decision.add_organisations(name);
  decision.set_purpose(asked.purpose());
  decision.set_ground(asked.ground());
  decision.set_ground_note(asked.ground_note());
  if (asked.has_expire_time()) *decision.mutable_expire_time() = asked.expire_time();
  const std::set<int> left_out(asked.withheld().begin(), asked.withheld().end());
  for (const int one : left_out) decision.add_withheld(static_cast<v1::Withheld>(one));
  return decision;
}

// Whoever has decided over it, but for a timer.
void SetDecided(const Transaction& transaction, v1::Release& decision) {
  if (transaction.caller().is_system()) return;
  decision.set_decided_by(transaction.caller().member);
  *decision.mutable_decide_time() = TimestampOf(transaction.now());
}

// From now on the organisations named see the entity by it, and it.
void Enforce(v1::Release decision, const v1::Entity& entity, Transaction& transaction) {
  const v1::ReleaseClass its_class = ReleaseOf(entity).release_class();
  decision.set_state(v1::Release::STATE_ACTIVE);
  SetDecided(transaction, decision);
  *decision.mutable_release() = ViewersOf(decision, its_class, transaction);
  transaction.Put(std::move(decision));
  ChangeRelease(entity, its_class, transaction);
}

// It never comes into force.
void Decline(v1::Release proposal, absl::string_view reason, Transaction& transaction) {
  proposal.set_state(v1::Release::STATE_DECLINED);
  SetDecided(transaction, proposal);
  proposal.set_end_reason(std::string(reason));
  *proposal.mutable_end_time() = TimestampOf(transaction.now());
  transaction.Put(std::move(proposal));
}

// Ends a release that is in force: what the entity keeps is what remains without it.
void EndRelease(const v1::Release& before, v1::Release::State state, absl::string_view reason,
                Transaction& transaction) {
  v1::Release ended = before;
  ended.set_state(state);
  ended.set_end_reason(std::string(reason));
  *ended.mutable_end_time() = TimestampOf(transaction.now());
  ended.mutable_release()->clear_organisations();  // the owner's from now on
  transaction.Put(std::move(ended));
  const EntityPtr entity = transaction.Find(before.entity());
  if (entity == nullptr) return;
  ChangeRelease(*entity, ReleaseOf(*entity).release_class(), transaction);
}

// Why what was proposed cannot come into force any more, in the words that are kept; empty: it can.
std::string Hindrance(const v1::Release& proposal, const EntityPtr& entity,
                      const Transaction& transaction) {
  if (IsOver(proposal, transaction.now())) return "Tiden som föreslogs har gått ut.";
  if (entity == nullptr) return "Det som skulle delas finns inte längre.";
  const auto named = NamedBy(proposal, transaction, *entity);
  return named.ok() ? "" : RefusalOf(named.status()).words.sv;
}

absl::Status SecondPersonNeeded() {
  return Refuse(v1::ERROR_REASON_SECOND_PERSON_NEEDED,
                {"Somebody else decides over what you have proposed.",
                 "Någon annan beslutar om det som du har föreslagit."});
}

}  // namespace

absl::Status ReleaseEntity(const v1::ReleaseEntityRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const v1::Release& asked = request.release();
  const EntityPtr entity = FindVisible(transaction, actor->audience, asked.entity());
  if (entity == nullptr) return NotFound(asked.entity());
  absl::Status may = request.propose() ? RequireMayPropose(*actor, OwnerOf(*entity))
                                       : RequireOwner(*actor, OwnerOf(*entity));
  if (!may.ok()) return may;
  absl::Status releasable = RequireReleasable(*entity, "release.entity");
  if (!releasable.ok()) return releasable;
  if (absl::Status good = CheckAsked(asked, transaction); !good.ok()) return good;
  const auto named = NamedBy(asked, transaction, *entity);
  if (!named.ok()) return named.status();
  v1::Release decision = DecisionOn(*entity, asked, *named, transaction);
  transaction.Answer(decision.name());
  if (transaction.Find(decision.name()) != nullptr) return absl::OkStatus();
  if (!request.propose()) {
    Enforce(std::move(decision), *entity, transaction);
    return absl::OkStatus();
  }
  decision.set_state(v1::Release::STATE_PROPOSED);
  decision.set_proposed_by(transaction.caller().member);
  transaction.Put(std::move(decision));
  return absl::OkStatus();
}

absl::Status DecideRelease(const v1::DecideReleaseRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto proposal = See<v1::Release>(transaction, *actor, request.name());
  if (!proposal.ok()) return proposal.status();
  if (absl::Status may = RequireOwner(*actor, (*proposal)->owner()); !may.ok()) return may;
  if (absl::Status same = RequireEtag(request.etag(), (*proposal)->etag()); !same.ok()) return same;
  absl::Status waits = RequireState(Subject(), (*proposal)->state(), {v1::Release::STATE_PROPOSED});
  if (!waits.ok()) return waits;
  transaction.Answer(request.name());
  if (!request.approved()) {
    Decline(**proposal, request.reason(), transaction);
    return absl::OkStatus();
  }
  if ((*proposal)->proposed_by() == transaction.caller().member) return SecondPersonNeeded();
  const EntityPtr entity = transaction.Find((*proposal)->entity());
  if (const std::string why = Hindrance(**proposal, entity, transaction); !why.empty()) {
    Decline(**proposal, why, transaction);
  } else {
    Enforce(**proposal, *entity, transaction);
  }
  return absl::OkStatus();
}

absl::Status RevokeRelease(const v1::RevokeReleaseRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto release = See<v1::Release>(transaction, *actor, request.name());
  if (!release.ok()) return release.status();
  const bool proposed = (*release)->state() == v1::Release::STATE_PROPOSED;
  const bool own = proposed && (*release)->proposed_by() == transaction.caller().member;
  if (!own) {
    if (absl::Status may = RequireOwner(*actor, (*release)->owner()); !may.ok()) return may;
  }
  transaction.Answer(request.name());
  if (proposed) Decline(**release, request.reason(), transaction);
  if ((*release)->state() == v1::Release::STATE_ACTIVE) {
    EndRelease(**release, v1::Release::STATE_REVOKED, request.reason(), transaction);
  }
  return absl::OkStatus();
}

absl::Status OnReleaseDue(const v1::Release& release, Transaction& transaction) {
  if (!IsOver(release, transaction.now())) return absl::OkStatus();
  if (release.state() == v1::Release::STATE_PROPOSED) {
    Decline(release, "Ingen beslutade innan tiden gick ut.", transaction);
  } else if (release.state() == v1::Release::STATE_ACTIVE) {
    EndRelease(release, v1::Release::STATE_EXPIRED, "", transaction);
  }
  return absl::OkStatus();
}

}  // namespace samsyn::domain
