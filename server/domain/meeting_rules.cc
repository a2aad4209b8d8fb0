#include "server/domain/meeting_rules.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <set>

#include "server/domain/first_class.h"
#include "server/domain/meeting_sitting.h"
#include "server/domain/names.h"
#include "server/domain/places.h"
#include "server/domain/release_changes.h"
#include "server/domain/rule_checks.h"
#include "server/domain/timers.h"

namespace samsyn::domain {
namespace {

// An open meeting that the caller chairs or writes for.
absl::StatusOr<Sitting> LedSitting(const Transaction& transaction, absl::string_view name,
                                   absl::string_view etag = "") {
  auto sitting = SittingOf(transaction, name, etag);
  if (!sitting.ok()) return sitting;
  if (absl::Status may = RequireChairOrSecretary(*sitting); !may.ok()) return may;
  if (absl::Status open = RequireOpen(sitting->meeting); !open.ok()) return open;
  return sitting;
}

absl::Status RequireTakesPart(const Actor& actor) {
  return RequireRole(actor,
                     {v1::ROLE_COORDINATOR, v1::ROLE_CHAIR, v1::ROLE_SECRETARY, v1::ROLE_REPORTER,
                      v1::ROLE_REVIEWER, v1::ROLE_DISPATCHER, v1::ROLE_FIELD});
}

absl::Status RequireMember(const View& view, absl::string_view name) {
  const auto member = view.Get<v1::Member>(name);
  return member == nullptr || member->removed() ? NotFound(name) : absl::OkStatus();
}

void Attend(v1::Meeting& meeting, const std::string& organisation, bool present) {
  std::set<std::string> there(meeting.attending_organisations().begin(),
                              meeting.attending_organisations().end());
  if (present) {
    there.insert(organisation);
  } else {
    there.erase(organisation);
  }
  meeting.clear_attending_organisations();
  for (const std::string& one : there) meeting.add_attending_organisations(one);
}

absl::Status ChangeAttendance(absl::string_view name, const std::string& organisation, bool present,
                              Transaction& transaction) {
  auto sitting = SittingOf(transaction, name);
  if (!sitting.ok()) return sitting.status();
  const bool own = organisation.empty() || organisation == sitting->actor.organisation();
  if (absl::Status may = own ? RequireTakesPart(sitting->actor) : RequireChairOrSecretary(*sitting);
      !may.ok()) {
    return may;
  }
  if (absl::Status open = RequireOpen(sitting->meeting); !open.ok()) return open;
  const std::string who = own ? sitting->actor.organisation() : organisation;
  if (absl::Status there = RequireOrganisation(transaction, who); !there.ok()) return there;
  Attend(sitting->meeting, who, present);
  return PutAnswer(std::move(sitting->meeting), transaction);
}

absl::Status CheckEntry(const v1::RoundEntry& entry) {
  Violations violations;
  if (entry.kind() == v1::RoundEntry::KIND_SAID && entry.text().empty()) {
    violations.Add("entry.text", "say what was said", "skriv vad som sades");
  }
  if (entry.kind() != v1::RoundEntry::KIND_SAID && !entry.text().empty()) {
    violations.Add("entry.text", "this kind of entry carries no text",
                   "den här sortens anteckning har ingen text");
  }
  return std::move(violations).Result();
}

// Owner and release of what an organisation said. Whoever wrote it down for another goes on seeing
// it, but not what is for authorities: those see it by being one.
void ReleaseEntry(const View& view, const Sitting& sitting, v1::ReleaseClass chosen,
                  v1::RoundEntry& entry) {
  if (chosen == v1::RELEASE_CLASS_UNSPECIFIED) {
    const bool restricted =
        entry.kind() == v1::RoundEntry::KIND_SAID && StartsRestricted(view, entry.organisation());
    chosen = restricted ? v1::RELEASE_CLASS_RESTRICTED : v1::RELEASE_CLASS_PARTNER;
  }
  const bool stricter =
      chosen == v1::RELEASE_CLASS_AUTHORITY || chosen == v1::RELEASE_CLASS_RESTRICTED;
  entry.set_owner(stricter ? entry.organisation() : sitting.meeting.owner());
  entry.mutable_release()->set_release_class(chosen);
  if (chosen == v1::RELEASE_CLASS_RESTRICTED && !entry.recorded_by().empty() &&
      sitting.actor.organisation() != entry.organisation()) {
    entry.mutable_release()->add_organisations(sitting.actor.organisation());
  }
}

// What one area's assessment is made of.
struct Judgement {
  std::string area;
  v1::AreaLevel level = v1::AREA_LEVEL_UNKNOWN;
  std::string parameter;
  std::string reason;
  // Unspecified: the one that it has, PARTNER for a new one.
  v1::ReleaseClass its_class = v1::RELEASE_CLASS_UNSPECIFIED;
};

std::shared_ptr<const v1::AreaAssessment> AssessmentBefore(const View& view,
                                                           const v1::Meeting& meeting,
                                                           absl::string_view area) {
  if (meeting.previous_meeting().empty()) return nullptr;
  return view.Get<v1::AreaAssessment>(AssessmentName(meeting.previous_meeting(), area));
}

// The class of new words on an assessed area: only the owner loosens, by choosing one.
v1::ReleaseClass ClassKept(const Actor& actor, const v1::AreaAssessment& before,
                           v1::ReleaseClass chosen) {
  const bool may_loosen =
      chosen != v1::RELEASE_CLASS_UNSPECIFIED && actor.organisation() == before.owner();
  return may_loosen ? chosen : std::max(chosen, before.release().release_class());
}

void Assess(const Sitting& sitting, Judgement judgement, Transaction& transaction) {
  v1::AreaAssessment assessment;
  assessment.set_name(AssessmentName(sitting.meeting.name(), judgement.area));
  if (const auto now = transaction.Get<v1::AreaAssessment>(assessment.name())) {
    *assessment.mutable_create_time() = now->create_time();
    *assessment.mutable_release() = DerivedRelease(
        Wrap(*now), ClassKept(sitting.actor, *now, judgement.its_class), transaction);
  } else {
    assessment.mutable_release()->set_release_class(
        judgement.its_class == v1::RELEASE_CLASS_UNSPECIFIED ? v1::RELEASE_CLASS_PARTNER
                                                             : judgement.its_class);
  }
  assessment.set_owner(sitting.meeting.owner());
  assessment.set_meeting(sitting.meeting.name());
  assessment.set_area(judgement.area);
  assessment.set_level(judgement.level);
  assessment.set_parameter(judgement.parameter);
  assessment.set_reason(judgement.reason);
  assessment.set_assessed_by(sitting.actor.member->name());
  assessment.set_previous_level(v1::AREA_LEVEL_UNKNOWN);
  const auto before = AssessmentBefore(transaction, sitting.meeting, judgement.area);
  if (before != nullptr &&
      Covers(before->release(), before->owner(), assessment.release(), assessment.owner())) {
    assessment.set_previous_level(before->level());
  }
  const std::string name = assessment.name();
  const v1::ReleaseClass its_class = assessment.release().release_class();
  transaction.Answer(name);
  transaction.Put(std::move(assessment));
  ShowDecisions(name, its_class, transaction);
}

// The levels that are given by name, checked.
absl::StatusOr<std::vector<Judgement>> Named(const v1::AssessAreasRequest& request,
                                             const Sitting& sitting,
                                             const Transaction& transaction) {
  Violations violations;
  std::vector<Judgement> judgements;
  absl::flat_hash_set<std::string> seen;
  for (const auto& level : request.levels()) {
    const auto area = transaction.Get<v1::Area>(level.area());
    if (area == nullptr) return NotFound(level.area());
    const std::string field = absl::StrCat("levels[", judgements.size(), "]");
    if (IsPlace(area->kind())) {
      violations.Add(absl::StrCat(field, ".area"), "areas are assessed, not the places in them",
                     "områden bedöms, inte platserna i dem");
    }
    if (!seen.insert(level.area()).second) {
      violations.Add(absl::StrCat(field, ".area"), "named twice", "nämns två gånger");
    }
    const auto before = AssessmentBefore(transaction, sitting.meeting, level.area());
    const bool known = before != nullptr &&
                       FindVisible(transaction, sitting.actor.audience, before->name()) != nullptr;
    if (known && before->level() != level.level() && level.reason().empty()) {
      violations.Add(absl::StrCat(field, ".reason"), "say why the level is another than last time",
                     "skriv varför nivån är en annan än förra gången");
    }
    judgements.push_back(
        {level.area(), level.level(), level.parameter(), level.reason(), level.reason_class()});
  }
  if (absl::Status fields = std::move(violations).Result(); !fields.ok()) return fields;
  return judgements;
}

// The same level and class as the meeting before gave, for every area that has none yet.
std::vector<Judgement> Rest(const std::vector<Judgement>& named, const Sitting& sitting,
                            const Transaction& transaction) {
  absl::flat_hash_set<std::string> done;
  for (const Judgement& judgement : named) done.insert(judgement.area);
  std::vector<Judgement> rest;
  for (const auto& area : transaction.All<v1::Area>()) {
    if (done.contains(area->name()) || IsPlace(area->kind())) continue;
    if (transaction.Find(AssessmentName(sitting.meeting.name(), area->name())) != nullptr) continue;
    Judgement judgement;
    judgement.area = area->name();
    const auto before = AssessmentBefore(transaction, sitting.meeting, area->name());
    if (before != nullptr &&
        SeesWholeReleased(sitting.actor.audience, before->owner(), before->release())) {
      judgement.level = before->level();
      judgement.parameter = before->parameter();
      judgement.its_class = before->release().release_class();
    }
    rest.push_back(std::move(judgement));
  }
  return rest;
}

}  // namespace

absl::Status ScheduleMeeting(const v1::ScheduleMeetingRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (absl::Status may =
          RequireRole(*actor, {v1::ROLE_COORDINATOR, v1::ROLE_CHAIR, v1::ROLE_SECRETARY});
      !may.ok()) {
    return may;
  }
  const v1::Meeting& wanted = request.meeting();
  if (!wanted.secretary().empty()) {
    if (absl::Status there = RequireMember(transaction, wanted.secretary()); !there.ok()) {
      return there;
    }
  }
  v1::Meeting meeting =
      PlannedMeeting(transaction, TimeOf(wanted.scheduled_time()), actor->organisation());
  meeting.set_secretary(wanted.secretary());
  meeting.set_note(wanted.note());
  return PutAnswer(std::move(meeting), transaction);
}

absl::Status CancelMeeting(const v1::CancelMeetingRequest& request, Transaction& transaction) {
  auto sitting = SittingOf(transaction, request.name(), request.etag());
  if (!sitting.ok()) return sitting.status();
  if (absl::Status may = RequireRole(sitting->actor, {v1::ROLE_COORDINATOR, v1::ROLE_CHAIR});
      !may.ok()) {
    return may;
  }
  v1::Meeting& meeting = sitting->meeting;
  if (absl::Status planned =
          RequireState(MeetingSubject(), meeting.phase(), {v1::Meeting::PHASE_PLANNED});
      !planned.ok()) {
    return planned;
  }
  meeting.set_phase(v1::Meeting::PHASE_CANCELLED);
  if (!request.note().empty()) meeting.set_note(request.note());
  return PutAnswer(std::move(meeting), transaction);
}

absl::Status OpenMeeting(const v1::OpenMeetingRequest& request, Transaction& transaction) {
  auto sitting = SittingOf(transaction, request.name(), request.etag());
  if (!sitting.ok()) return sitting.status();
  if (absl::Status may = RequireRole(sitting->actor, {v1::ROLE_CHAIR}); !may.ok()) return may;
  v1::Meeting& meeting = sitting->meeting;
  if (absl::Status planned =
          RequireState(MeetingSubject(), meeting.phase(), {v1::Meeting::PHASE_PLANNED});
      !planned.ok()) {
    return planned;
  }
  if (const auto open = OpenMeeting(static_cast<const View&>(transaction))) {
    return Refuse(v1::ERROR_REASON_MEETING_NOT_OPEN,
                  {absl::StrCat("Another meeting is open: ", open->name(), ". Close it first."),
                   absl::StrCat("Ett annat möte är öppet: ", open->name(), ". Avsluta det först.")},
                  {{"open", open->name()}});
  }
  meeting.set_phase(v1::Meeting::PHASE_FOLLOW_UP);
  meeting.set_chair(sitting->actor.member->name());
  *meeting.mutable_open_time() = TimestampOf(transaction.now());
  if (const auto before = LastClosedMeeting(transaction)) {
    meeting.set_previous_meeting(before->name());
  }
  Attend(meeting, sitting->actor.organisation(), true);
  return PutAnswer(std::move(meeting), transaction);
}

absl::Status AdvanceMeeting(const v1::AdvanceMeetingRequest& request, Transaction& transaction) {
  auto sitting = LedSitting(transaction, request.name(), request.etag());
  if (!sitting.ok()) return sitting.status();
  if (request.phase() < v1::Meeting::PHASE_FOLLOW_UP ||
      request.phase() > v1::Meeting::PHASE_DECISIONS) {
    return RefuseFields({{"phase",
                          {"one of FOLLOW_UP, ROUND, LEVELS, PRIORITIES, DECISIONS",
                           "någon av uppföljning, laget runt, lägesbedömning, prioritering, "
                           "insatser"}}});
  }
  sitting->meeting.set_phase(request.phase());
  return PutAnswer(std::move(sitting->meeting), transaction);
}

absl::Status TakeChair(const v1::TakeChairRequest& request, Transaction& transaction) {
  auto sitting = SittingOf(transaction, request.name());
  if (!sitting.ok()) return sitting.status();
  if (absl::Status may = RequireRole(sitting->actor, {v1::ROLE_CHAIR, v1::ROLE_COORDINATOR});
      !may.ok()) {
    return may;
  }
  if (absl::Status open = RequireOpen(sitting->meeting); !open.ok()) return open;
  sitting->meeting.set_chair(sitting->actor.member->name());
  Attend(sitting->meeting, sitting->actor.organisation(), true);
  return PutAnswer(std::move(sitting->meeting), transaction);
}

absl::Status JoinMeeting(const v1::JoinMeetingRequest& request, Transaction& transaction) {
  return ChangeAttendance(request.name(), request.organisation(), true, transaction);
}

absl::Status LeaveMeeting(const v1::LeaveMeetingRequest& request, Transaction& transaction) {
  return ChangeAttendance(request.name(), request.organisation(), false, transaction);
}

absl::Status AddRoundEntry(const v1::AddRoundEntryRequest& request, Transaction& transaction) {
  const auto sitting = SittingOf(transaction, request.name());
  if (!sitting.ok()) return sitting.status();
  if (absl::Status open = RequireOpen(sitting->meeting); !open.ok()) return open;
  const auto speaker =
      SpeakerOf(transaction, sitting->actor, request.on_behalf_of(),
                {v1::ROLE_COORDINATOR, v1::ROLE_CHAIR, v1::ROLE_SECRETARY, v1::ROLE_REPORTER,
                 v1::ROLE_REVIEWER, v1::ROLE_DISPATCHER, v1::ROLE_FIELD});
  if (!speaker.ok()) return speaker.status();
  if (absl::Status good = CheckEntry(request.entry()); !good.ok()) return good;
  v1::RoundEntry entry;
  entry.set_name(NameOf(sitting->meeting.name(), v1::ENTITY_KIND_ROUND_ENTRY, transaction.NewId()));
  transaction.Answer(entry.name());
  if (transaction.Find(entry.name()) != nullptr) return absl::OkStatus();
  entry.set_meeting(sitting->meeting.name());
  entry.set_organisation(speaker->organisation);
  entry.set_recorded_by(speaker->recorded_by);
  entry.set_kind(request.entry().kind());
  entry.set_text(request.entry().text());
  ReleaseEntry(transaction, *sitting, request.entry().release().release_class(), entry);
  transaction.Put(std::move(entry));
  return absl::OkStatus();
}

absl::Status AssessAreas(const v1::AssessAreasRequest& request, Transaction& transaction) {
  const auto sitting = LedSitting(transaction, request.name());
  if (!sitting.ok()) return sitting.status();
  auto judgements = Named(request, *sitting, transaction);
  if (!judgements.ok()) return judgements.status();
  transaction.Answer(sitting->meeting.name());
  std::vector<Judgement> rest;
  if (request.unchanged_for_the_rest()) rest = Rest(*judgements, *sitting, transaction);
  for (auto* some : {&*judgements, &rest}) {
    for (Judgement& judgement : *some) Assess(*sitting, std::move(judgement), transaction);
  }
  return absl::OkStatus();
}

absl::Status SetPriorities(const v1::SetPrioritiesRequest& request, Transaction& transaction) {
  auto sitting = LedSitting(transaction, request.name(), request.etag());
  if (!sitting.ok()) return sitting.status();
  std::vector<std::string> order;
  for (const std::string& name : request.problems()) {
    if (GetVisible<v1::Problem>(transaction, sitting->actor.audience, name) == nullptr) {
      return NotFound(name);
    }
    if (std::find(order.begin(), order.end(), name) == order.end()) order.push_back(name);
  }
  for (const std::string& name : sitting->meeting.priorities()) {
    if (FindVisible(transaction, sitting->actor.audience, name) == nullptr) order.push_back(name);
  }
  *sitting->meeting.mutable_priorities() = {order.begin(), order.end()};
  return PutAnswer(std::move(sitting->meeting), transaction);
}

absl::Status SetNightLead(const v1::SetNightLeadRequest& request, Transaction& transaction) {
  auto sitting = SittingOf(transaction, request.name(), request.etag());
  if (!sitting.ok()) return sitting.status();
  v1::Meeting& meeting = sitting->meeting;
  if (!sitting->actor.Has(v1::ROLE_COORDINATOR)) {
    if (absl::Status may = RequireChairOrSecretary(*sitting); !may.ok()) return may;
  }
  if (meeting.phase() == v1::Meeting::PHASE_PLANNED ||
      meeting.phase() == v1::Meeting::PHASE_CANCELLED) {
    return RequireOpen(meeting);
  }
  const v1::NightLead& lead = request.night_lead();
  if (absl::Status there = RequireMember(transaction, lead.member()); !there.ok()) return there;
  if (TimeOf(lead.window().end_time()) <= transaction.now()) {
    return RefuseFields({{"night_lead.window", {"the window is over", "tiden har redan gått"}}});
  }
  *meeting.mutable_night_lead() = lead;
  meeting.mutable_night_lead()->set_over(false);
  return PutAnswer(std::move(meeting), transaction);
}

// The night lead's right ends with its window.
absl::Status OnMeetingDue(const v1::Meeting& due, Transaction& transaction) {
  v1::Meeting meeting = due;
  meeting.mutable_night_lead()->set_over(true);
  SetGuards(transaction, meeting);
  transaction.Put(std::move(meeting));
  return absl::OkStatus();
}

}  // namespace samsyn::domain
