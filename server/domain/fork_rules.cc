#include "server/domain/fork_rules.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/domain/deployment_parts.h"
#include "server/domain/first_class.h"
#include "server/domain/incident_rules.h"
#include "server/domain/index_keys.h"
#include "server/domain/meeting_sitting.h"
#include "server/domain/names.h"
#include "server/domain/release_changes.h"
#include "server/domain/releases.h"
#include "server/domain/repair_rules.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// All names of entities that stand in a message as a field of their own.
void AddNamesIn(const Message& message, std::vector<std::string>& names) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    const int times = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < times; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        AddNamesIn(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                        : reflection.GetMessage(message, field),
                   names);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        std::string text = field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                                : reflection.GetString(message, field);
        if (KindOfName(text) != v1::ENTITY_KIND_UNSPECIFIED) names.push_back(std::move(text));
      }
    }
  }
}

std::vector<std::string> NamesIn(const v1::Entity& entity) {
  std::vector<std::string> names;
  AddNamesIn(entity, names);
  return names;
}

// With the guards that it had, and those that it needs for what it names as that is today.
template <typename Namer>
EntityPtr Guarded(const View& view, const Namer& version) {
  Namer guarded = version;
  SetGuards(view, guarded);
  guarded.mutable_guards()->MergeFrom(version.guards());
  return std::make_shared<const v1::Entity>(Wrap(std::move(guarded)));
}

EntityPtr GuardedToday(const View& view, const EntityPtr& version) {
  switch (KindOf(*version)) {
    case v1::ENTITY_KIND_PROBLEM:
      return Guarded(view, version->problem());
    case v1::ENTITY_KIND_DEPLOYMENT:
      return Guarded(view, version->deployment());
    case v1::ENTITY_KIND_MEETING:
      return Guarded(view, version->meeting());
    case v1::ENTITY_KIND_ASSIGNMENT:
      return Guarded(view, version->assignment());
    default:
      return version;
  }
}

// A lost version as the audience may have it today; null if it may not. So also where it names
// something, itself included, that is there and hidden from the audience.
EntityPtr ShownToday(const View& view, const Audience& audience, const EntityPtr& version) {
  EntityPtr shown = Shown(audience, GuardedToday(view, version));
  if (shown == nullptr) return nullptr;
  for (const std::string& name : NamesIn(*shown)) {
    const EntityPtr named = view.Find(name);
    if (named != nullptr && !CanSee(audience, *named)) return nullptr;
  }
  return shown;
}

// What two versions are compared by: all but when they were written.
std::string ContentOf(const v1::Entity& version) {
  v1::Entity content = version;
  VisitEntity(content, [](auto& message) {
    message.clear_revision();
    message.clear_etag();
    message.clear_create_time();
    message.clear_update_time();
  });
  return content.SerializeAsString();
}

bool SameContent(const EntityPtr& a, const EntityPtr& b) {
  return a != nullptr && b != nullptr && ContentOf(*a) == ContentOf(*b);
}

absl::Status NotTakenOver() {
  return RefuseFields({{"version",
                        {"what is of this kind is not taken over: do it again, with both sides in "
                         "view",
                         "sådant tas inte över: gör om det, med båda sidorna framför dig"}}});
}

absl::Status EndedThere() {
  return RefuseFields({{"version",
                        {"it had ended on the lost side: there is nothing to take over",
                         "det hade upphört på den förlorade sidan: där finns inget att ta över"}}});
}

// NOT_FOUND for the first that is named and not there: what was made on the lost side only is taken
// over, or made anew, first.
absl::Status RequireAllThere(const View& view, const v1::Entity& version) {
  for (const std::string& name : NamesIn(version)) {
    if (name != NameOf(version) && view.Find(name) == nullptr) return NotFound(name);
  }
  return absl::OkStatus();
}

// Both versions, as a rule takes them; `now` is null where nothing is there.
template <typename T>
struct Sides {
  const T& lost;
  std::shared_ptr<const T> now;
};

// The lost content with owner and release of now; of what is not there, with the class that it had
// and those who see that by what it is.
template <typename T>
T Revived(const Sides<T>& sides, const View& view) {
  T revived = sides.lost;
  revived.clear_create_time();
  if (sides.now == nullptr) {
    *revived.mutable_release() =
        DerivedRelease(Wrap(sides.lost), sides.lost.release().release_class(), view);
    return revived;
  }
  revived.set_owner(sides.now->owner());
  *revived.mutable_create_time() = sides.now->create_time();
  *revived.mutable_release() = sides.now->release();
  return revived;
}

absl::Status TakeReport(const Sides<v1::Report>& sides, Transaction& transaction) {
  const auto& [lost, now] = sides;
  for (const std::string& name :
       transaction.Lookup(SourceKey(lost.source().source_uri(), lost.source().source_id()))) {
    if (!lost.has_source() || name == lost.name()) continue;
    return Refuse(v1::ERROR_REASON_WRONG_STATE,
                  {"The source has sent this again since; it is another report now.",
                   "Källan har skickat detta igen sedan dess; det är en annan rapport nu."});
  }
  v1::Report report = Revived(sides, transaction);
  // An incident is made of its reports: which they are is not a report's to say.
  const std::string incident = now == nullptr ? "" : now->incident();
  const std::string home = IncidentFoundedBy(lost.name());
  const bool founds = incident.empty() && lost.incident() == home &&
                      lost.state() != v1::Report::STATE_MERGED && transaction.Find(home) == nullptr;
  if (lost.incident() != incident && !founds) {
    report.set_incident(incident);
    report.set_state(now == nullptr ? v1::Report::STATE_SUBMITTED : now->state());
  }
  FollowContent(report, transaction);
  if (absl::Status there = RequireAllThere(transaction,
                                           [&] {
                                             v1::Report named = report;
                                             if (founds) named.clear_incident();
                                             return Wrap(std::move(named));
                                           }());
      !there.ok()) {
    return there;
  }
  const std::string follows = report.incident();
  transaction.Put(std::move(report));
  if (!follows.empty()) FollowReports(follows, lost.name(), transaction);
  return absl::OkStatus();
}

absl::Status TakeProblem(const Sides<v1::Problem>& sides, Transaction& transaction) {
  v1::Problem problem = Revived(sides, transaction);
  problem.clear_guards();
  problem.clear_incidents();
  for (const std::string& incident : sides.lost.incidents()) {
    if (transaction.Find(incident) != nullptr) problem.add_incidents(incident);
  }
  absl::Status there = RequireAllThere(transaction, Wrap(problem));
  if (!there.ok()) return there;
  SetGuards(transaction, problem);
  transaction.Put(std::move(problem));
  return absl::OkStatus();
}

absl::Status TakeDeployment(const Actor& actor, const Sides<v1::Deployment>& sides,
                            Transaction& transaction) {
  const auto& [lost, now] = sides;
  for (const v1::Deployment* const one : {&lost, now.get()}) {
    if (one == nullptr) continue;
    absl::Status proposed =
        RequireState(DeploymentSubject(), one->state(), {v1::Deployment::STATE_PROPOSED});
    if (!proposed.ok()) return proposed;
  }
  v1::Deployment deployment = Revived(sides, transaction);
  deployment.clear_guards();
  deployment.clear_commitments();
  if (now != nullptr) {
    *deployment.mutable_commitments() = now->commitments();
    *deployment.mutable_positions() = now->positions();
    deployment.set_definition_version(
        std::max(now->definition_version() + 1, lost.definition_version()));
  }
  const auto problem = transaction.Get<v1::Problem>(deployment.problem());
  if (problem == nullptr) {
    deployment.clear_problem();
  } else if (now == nullptr || now->problem() != problem->name()) {
    absl::Status kept =
        RequireNotLooser(actor, deployment.release().release_class(), *problem, "version");
    if (!kept.ok()) return kept;
  }
  absl::Status there = RequireAllThere(transaction, Wrap(deployment));
  return there.ok() ? PutAnswer(std::move(deployment), transaction) : there;
}

absl::Status TakeUpdate(const Actor& actor, const Sides<v1::FieldUpdate>& sides,
                        Transaction& transaction) {
  const auto assignment = See<v1::Assignment>(transaction, actor, sides.lost.assignment());
  if (!assignment.ok()) return assignment.status();
  v1::FieldUpdate update = Revived(sides, transaction);
  update.set_owner((*assignment)->owner());
  *update.mutable_release() = ViewersAlone((*assignment)->release());
  absl::Status there = RequireAllThere(transaction, Wrap(update));
  if (there.ok()) transaction.Put(std::move(update));
  return there;
}

// What was said or judged in a meeting. What was said has those who see it for ever, so it keeps
// its release as it was.
template <typename T>
absl::Status TakeOfMeeting(const Actor& actor, const Sides<T>& sides, Transaction& transaction) {
  const auto meeting = See<v1::Meeting>(transaction, actor, sides.lost.meeting());
  if (!meeting.ok()) return meeting.status();
  if (absl::Status open = RequireOpen(**meeting); !open.ok()) return open;
  T part = Revived(sides, transaction);
  if (!CanBeReleased(EntityField<T>::kKind) && sides.now == nullptr) {
    *part.mutable_release() = sides.lost.release();
  }
  absl::Status there = RequireAllThere(transaction, Wrap(part));
  if (there.ok()) transaction.Put(std::move(part));
  return there;
}

template <typename T>
Sides<T> SidesOf(const v1::Entity& lost, const EntityPtr& now) {
  return {As<T>(lost), now == nullptr ? nullptr : std::shared_ptr<const T>(now, &As<T>(*now))};
}

absl::Status Take(const Actor& actor, const v1::Entity& lost, const EntityPtr& now,
                  Transaction& transaction) {
  switch (KindOf(lost)) {
    case v1::ENTITY_KIND_REPORT:
      return TakeReport(SidesOf<v1::Report>(lost, now), transaction);
    case v1::ENTITY_KIND_PROBLEM:
      return TakeProblem(SidesOf<v1::Problem>(lost, now), transaction);
    case v1::ENTITY_KIND_DEPLOYMENT:
      return TakeDeployment(actor, SidesOf<v1::Deployment>(lost, now), transaction);
    case v1::ENTITY_KIND_FIELD_UPDATE:
      return TakeUpdate(actor, SidesOf<v1::FieldUpdate>(lost, now), transaction);
    case v1::ENTITY_KIND_ROUND_ENTRY:
      return TakeOfMeeting(actor, SidesOf<v1::RoundEntry>(lost, now), transaction);
    case v1::ENTITY_KIND_AREA_ASSESSMENT:
      return TakeOfMeeting(actor, SidesOf<v1::AreaAssessment>(lost, now), transaction);
    default:
      return NotTakenOver();
  }
}

// Tightened on the lost side: it is tightened here, and all that follows it.
void TightenAsLost(const v1::Entity& lost, const EntityPtr& now, Transaction& transaction) {
  const v1::ReleaseState& was = ReleaseOf(lost);
  const EntityPtr taken = transaction.Find(NameOf(lost));
  if (now == nullptr || !CanBeReleased(KindOf(lost))) return;
  const bool tighter = was.release_class() > ReleaseOf(*now).release_class();
  ChangeRelease(*taken, std::max(was.release_class(), ReleaseOf(*now).release_class()), transaction,
                tighter && was.has_class_change() ? &was.class_change() : nullptr);
}

}  // namespace

void ListForkedVersions(const LostVersions& lost, const View& view, const Audience& audience,
                        google::protobuf::RepeatedPtrField<v1::ForkedVersion>* versions) {
  for (const auto& [name, one] : lost) {
    if (versions->size() >= kForkedVersions) return;
    const EntityPtr now = view.Find(name);
    const EntityPtr kept = Shown(audience, now);
    const EntityPtr was =
        one.version == nullptr ? nullptr : ShownToday(view, audience, one.version);
    const bool hidden = (kept == nullptr) != (now == nullptr) ||
                        (was == nullptr) != (one.version == nullptr) ||
                        (kept == nullptr && was == nullptr);
    if (hidden || SameContent(was, kept)) continue;
    v1::ForkedVersion& version = *versions->Add();
    version.set_name(name);
    version.set_lost_revision(one.revision);
    if (was != nullptr) *version.mutable_lost() = *was;
    if (kept != nullptr) *version.mutable_kept() = *kept;
    // How it came about tells of the whole.
    const bool whole = (was == nullptr || SeesWhole(audience, *one.version)) &&
                       (kept == nullptr || SeesWhole(audience, *now));
    if (!whole || !audience.coordinator) continue;
    *version.mutable_lost_time() = TimestampOf(one.time);
    version.set_lost_member(one.member);
    version.set_lost_method(one.method);
  }
}

bool CanBeTakenOver(v1::EntityKind kind) {
  switch (kind) {
    case v1::ENTITY_KIND_REPORT:
    case v1::ENTITY_KIND_PROBLEM:
    case v1::ENTITY_KIND_DEPLOYMENT:
    case v1::ENTITY_KIND_FIELD_UPDATE:
    case v1::ENTITY_KIND_ROUND_ENTRY:
    case v1::ENTITY_KIND_AREA_ASSESSMENT:
      return true;
    default:
      return false;
  }
}

absl::Status TakeOverVersion(const v1::TakeOverVersionRequest& request, const LostVersion* lost,
                             Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (absl::Status may = RequireRole(*actor, {v1::ROLE_COORDINATOR}); !may.ok()) return may;
  const EntityPtr now = transaction.Find(request.version());
  if (now != nullptr && !CanSee(actor->audience, *now)) return NotFound(request.version());
  if (lost == nullptr || (lost->version == nullptr && now == nullptr)) {
    return NotFound(request.version());
  }
  if (lost->version == nullptr) return EndedThere();
  if (ShownToday(transaction, actor->audience, lost->version) == nullptr) {
    return NotFound(request.version());
  }
  for (const EntityPtr& side : {lost->version, now}) {
    if (side == nullptr) continue;
    if (absl::Status whole = RequireWhole(*actor, *side); !whole.ok()) return whole;
  }
  if (!CanBeTakenOver(KindOf(*lost->version))) return NotTakenOver();
  if (request.expected_revision() != 0) {
    absl::Status same =
        RequireEtag(EtagFor(request.expected_revision()), now == nullptr ? "" : EtagOf(*now));
    if (!same.ok()) return same;
  }
  if (!SameContent(lost->version, now)) {
    absl::Status taken = Take(*actor, *lost->version, now, transaction);
    if (!taken.ok()) return taken;
    TightenAsLost(*lost->version, now, transaction);
  }
  if (transaction.results().empty()) transaction.Answer(request.version());
  return absl::OkStatus();
}

}  // namespace samsyn::domain
