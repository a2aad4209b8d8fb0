#include "server/domain/meeting_sitting.h"

#include "server/domain/names.h"
#include "server/domain/rule_checks.h"
#include "server/domain/wall_clock.h"
#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

// The first free name of a day.
std::string NameOfDay(const Transaction& transaction, absl::Time time) {
  const std::string day = DateOnTheWall(time, ZoneOf(transaction, transaction.municipality()));
  std::string name = NameOf(transaction.municipality(), v1::ENTITY_KIND_MEETING, day);
  for (int number = 2; transaction.Find(name) != nullptr; ++number) {
    name =
        NameOf(transaction.municipality(), v1::ENTITY_KIND_MEETING, absl::StrCat(day, "-", number));
  }
  return name;
}

}  // namespace

const Words& MeetingSubject() {
  static const auto* const kSubject = new Words{"The meeting", "Mötets"};
  return *kSubject;
}

bool IsOpen(const v1::Meeting& meeting) {
  return meeting.has_open_time() && !meeting.has_close_time();
}

absl::StatusOr<Sitting> SittingOf(const Transaction& transaction, absl::string_view name,
                                  absl::string_view etag) {
  auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto meeting = See<v1::Meeting>(transaction, *actor, name);
  if (!meeting.ok()) return meeting.status();
  if (absl::Status same = RequireEtag(etag, (*meeting)->etag()); !same.ok()) return same;
  return Sitting{*std::move(actor), **meeting};
}

absl::Status RequireOpen(const v1::Meeting& meeting) {
  if (IsOpen(meeting)) return absl::OkStatus();
  return Refuse(
      v1::ERROR_REASON_MEETING_NOT_OPEN,
      {absl::StrCat("The meeting is not open; it is ", WordsOf(meeting.phase()).en, "."),
       absl::StrCat("Mötet är inte öppet; dess läge är ”", WordsOf(meeting.phase()).sv, "”.")},
      {{"state", IdOf(meeting.phase())},
       {"allowed", "FOLLOW_UP,ROUND,LEVELS,PRIORITIES,DECISIONS"}});
}

absl::Status RequireChair(const Sitting& sitting) {
  if (IsChairOf(sitting.actor, sitting.meeting)) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_ROLE_MISSING,
                {"Only the chair of this meeting may do this.",
                 "Det får bara mötesledaren för det här mötet göra."},
                {{"role", "CHAIR"}});
}

absl::Status RequireChairOrSecretary(const Sitting& sitting) {
  if (IsChairOf(sitting.actor, sitting.meeting) || IsSecretaryOf(sitting.actor, sitting.meeting)) {
    return absl::OkStatus();
  }
  return Refuse(v1::ERROR_REASON_ROLE_MISSING,
                {"Only the chair of this meeting or the secretary may do this.",
                 "Det får bara mötesledaren för det här mötet eller sekreteraren göra."},
                {{"role", "CHAIR,SECRETARY"}});
}

bool DecidedIn(const v1::Meeting& meeting, const v1::Deployment& deployment) {
  if (!deployment.has_decide_time() || !meeting.has_open_time()) return false;
  const absl::Time decided = TimeOf(deployment.decide_time());
  return decided >= TimeOf(meeting.open_time()) &&
         (!meeting.has_close_time() || decided <= TimeOf(meeting.close_time()));
}

std::string AssessmentName(absl::string_view meeting, absl::string_view area) {
  return NameOf(meeting, v1::ENTITY_KIND_AREA_ASSESSMENT, IdOf(area));
}

Audience Everybody(const v1::Meeting& meeting) {
  Audience everybody;
  everybody.municipality = std::string(MunicipalityOf(meeting.name()));
  everybody.screen = true;
  return everybody;
}

v1::Meeting PlannedMeeting(const Transaction& transaction, absl::Time time,
                           const std::string& caller) {
  const auto municipality = transaction.Get<v1::Municipality>(transaction.municipality());
  const bool owned = municipality != nullptr && !municipality->owner().empty();
  v1::Meeting meeting;
  meeting.set_name(NameOfDay(transaction, time));
  meeting.set_owner(owned ? municipality->owner() : caller);
  meeting.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  *meeting.mutable_scheduled_time() = TimestampOf(time);
  meeting.set_phase(v1::Meeting::PHASE_PLANNED);
  return meeting;
}

absl::Status PutAnswer(v1::Meeting meeting, Transaction& transaction) {
  SetGuards(transaction, meeting);
  transaction.Answer(meeting.name());
  transaction.Put(std::move(meeting));
  return absl::OkStatus();
}

}  // namespace samsyn::domain
