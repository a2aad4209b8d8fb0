#include "server/domain/authority_rules.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/incident_rules.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"
#include "server/domain/refusal.h"
#include "server/domain/release_changes.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

// Changes after which a command splits no further incident: the last may have many of its own.
constexpr size_t kPartingChanges = 128;

absl::Status NothingAsked() {
  return Refuse(v1::ERROR_REASON_WRONG_STATE,
                {"No change of this organisation waits to be confirmed.",
                 "Ingen ändring av den här aktören väntar på att bekräftas."},
                {{"state", "NOTHING_ASKED"}});
}

// Whoever may make coordinators could otherwise make the second person, too.
absl::Status RequireSecondPerson(const Actor& actor, const v1::AuthorityChange& change) {
  if (actor.member->name() == change.asked_by()) {
    return Refuse(v1::ERROR_REASON_SECOND_PERSON_NEEDED,
                  {"You asked for this change: another coordinator confirms it.",
                   "Du bad om den här ändringen: en annan samordnare bekräftar den."});
  }
  if (actor.system || TimeOf(actor.member->update_time()) < TimeOf(change.ask_time())) {
    return absl::OkStatus();
  }
  return Refuse(v1::ERROR_REASON_SECOND_PERSON_NEEDED,
                {"You were made a member, or changed, after this was asked for. A coordinator who "
                 "was there before confirms it, or it is asked for again.",
                 "Du lades upp eller ändrades efter att detta begärdes. En samordnare som fanns "
                 "innan bekräftar, eller så begärs det på nytt."});
}

// The organisation as it is, if the caller may decide over what waits.
absl::StatusOr<v1::Organisation> Waiting(const v1::DecideAuthorityChangeRequest& request,
                                         const Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto organisation = See<v1::Organisation>(transaction, *actor, request.name());
  if (!organisation.ok()) return organisation.status();
  if (absl::Status may = RequireRole(*actor, {v1::ROLE_COORDINATOR}); !may.ok()) return may;
  if (absl::Status same = RequireEtag(request.etag(), (*organisation)->etag()); !same.ok()) {
    return same;
  }
  if (!(*organisation)->has_authority_change()) return NothingAsked();
  if (request.confirmed()) {
    absl::Status second = RequireSecondPerson(*actor, (*organisation)->authority_change());
    if (!second.ok()) return second;
  }
  return **organisation;
}

v1::Organisation Changed(v1::Organisation organisation) {
  organisation.set_authority(organisation.authority_change().authority());
  organisation.clear_authority_change();
  return organisation;
}

// The directory as it will be.
void SetIn(Overlay& directory, const v1::Organisation& organisation) {
  directory.Set(organisation.name(), std::make_shared<const v1::Entity>(Wrap(organisation)));
}

// Decisions to share what is for authorities are shown to those of the named who are one.
void FollowDecisions(const std::string& organisation, Transaction& transaction) {
  for (const auto& decision : transaction.All<v1::Release>()) {
    const auto& named = decision->organisations();
    if (std::find(named.begin(), named.end(), organisation) == named.end()) continue;
    const EntityPtr entity = transaction.Find(decision->entity());
    if (entity != nullptr && ReleaseOf(*entity).release_class() == v1::RELEASE_CLASS_AUTHORITY) {
      ShowDecisions(decision->entity(), v1::RELEASE_CLASS_AUTHORITY, transaction);
    }
  }
}

}  // namespace

void AskForAuthority(const v1::Organisation* before, absl::string_view asked_by,
                     v1::Organisation& one) {
  const bool wanted = one.authority();
  one.set_authority(before != nullptr && before->authority());
  if (wanted == one.authority()) {
    one.clear_authority_change();
    return;
  }
  if (one.has_authority_change()) return;
  one.mutable_authority_change()->set_authority(wanted);
  one.mutable_authority_change()->set_asked_by(std::string(asked_by));
}

absl::StatusOr<size_t> StepsOfAuthorityChange(const v1::DecideAuthorityChangeRequest& request,
                                              const Transaction& nothing) {
  const auto waiting = Waiting(request, nothing);
  if (!waiting.ok()) return waiting.status();
  if (!request.confirmed()) return 1;
  Overlay directory(static_cast<const View&>(nothing));
  SetIn(directory, Changed(*waiting));
  size_t changes = 0;
  for (const std::string& name : MixedIncidents(directory)) {
    changes += 2 * static_cast<size_t>(nothing.Get<v1::Incident>(name)->reports_size());
  }
  return 1 + changes / kPartingChanges;
}

absl::Status DecideAuthorityChange(const v1::DecideAuthorityChangeRequest& request,
                                   Transaction& transaction) {
  const auto waiting = Waiting(request, transaction);
  if (!waiting.ok()) return waiting.status();
  transaction.Answer(request.name());
  v1::Organisation after = *waiting;
  if (!request.confirmed()) {
    after.clear_authority_change();
    transaction.Put(std::move(after));
    return absl::OkStatus();
  }
  after = Changed(std::move(after));
  Overlay directory(static_cast<const View&>(transaction));
  SetIn(directory, after);
  const bool whole = transaction.request_id() == request.request_id();
  const std::vector<std::string> mixed = MixedIncidents(directory);
  size_t parted = 0;
  while (parted < mixed.size() && (whole || transaction.changed().size() < kPartingChanges)) {
    SeparateReleases(mixed[parted++], directory, transaction);
  }
  if (!whole) {
    // At least the command that changes the flag remains.
    transaction.SetEffect(parted < mixed.size() ? 2 : 1);
    return absl::OkStatus();
  }
  transaction.Put(after);
  FollowDecisions(after.name(), transaction);
  return absl::OkStatus();
}

}  // namespace samsyn::domain
