// The steps and outcomes that are about meetings and their minutes.
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include "server/domain/minutes.h"
#include "server/domain/minutes_rules.h"
#include "server/domain/words.h"
#include "tests/scenario/play.h"
#include "tests/testing/cells.h"

namespace samsyn::scenario {

using testing::AreaName;

absl::Status Player::Meet(const std::string& who, const Words& what) {
  if (what[0] == "opens") {
    meeting_ = world_.Schedule();
    return world_.Open(meeting_);
  }
  if (what[0] == "joins") return world_.Join(meeting_, who);
  if (what[0] != "closes") return Unreadable(what);
  v1::CloseMeetingRequest request;
  request.set_name(meeting_);
  request.set_override_reason(After(what, "because"));
  return world_.Do(who, request, domain::CloseMeeting);
}

absl::Status Player::Happen(const Words& what) {
  testing::Happened(world_, After(what, "in"), 1);
  return absl::OkStatus();
}

absl::Status Player::Assess(const std::string& who, const Words& what) {
  v1::AssessAreasRequest request;
  request.set_name(meeting_);
  auto& level = *request.add_levels();
  level.set_area(AreaName(After(what, "assesses")));
  level.set_reason("Så ser det ut");
  v1::AreaLevel number = v1::AREA_LEVEL_UNSPECIFIED;
  if (!v1::AreaLevel_Parse("AREA_LEVEL_" + After(what, "as"), &number)) return Unreadable(what);
  level.set_level(number);
  return world_.Do(who, request, domain::AssessAreas);
}

absl::Status Player::Problem(const std::string& who, const Words& what) {
  if (what[0] == "orders") {
    v1::SetPrioritiesRequest request;
    request.set_name(meeting_);
    request.add_problems(Named(LetterIn(what)));
    return world_.Do(who, request, domain::SetPriorities);
  }
  v1::CreateProblemRequest request;
  request.mutable_problem()->set_statement("Buskörning vid centrum");
  request.mutable_problem()->set_standing(Has(what, "standing"));
  v1::ReleaseClass its_class = v1::RELEASE_CLASS_PARTNER;
  v1::ReleaseClass_Parse("RELEASE_CLASS_" + After(what, "as"), &its_class);
  request.mutable_problem()->mutable_release()->set_release_class(its_class);
  const absl::Status status = world_.Do(who, request, domain::CreateProblem);
  if (status.ok()) things_[LetterIn(what)] = problem_ = world_.results().front();
  return status;
}

absl::Status Player::FollowUp(const std::string& who, const Words& what) {
  v1::RecordFollowUpRequest request;
  request.set_name(Named(LetterIn(what)));
  request.mutable_follow_up()->set_outcome(v1::FollowUp::OUTCOME_CANNOT_TELL);
  return world_.Do(who, request, domain::RecordFollowUp);
}

absl::Status Player::Minutes(const std::string& who, const Words& what) {
  if (what[0] == "approves") {
    v1::ApproveMinutesRequest request;
    request.set_name(meeting_);
    return world_.Do(who, request, domain::ApproveMinutes);
  }
  if (what[0] == "corrects") {
    v1::ReviseMinutesRequest request;
    request.set_name(meeting_);
    request.set_correction(After(what, "because"));
    return world_.Do(who, request, domain::ReviseMinutes);
  }
  v1::GetMinutesRequest request;
  request.set_name(meeting_);
  int edition = 0;
  if (absl::SimpleAtoi(After(what, "edition"), &edition)) request.set_edition(edition);
  minutes_.Clear();
  const absl::Status status =
      domain::GetMinutes(request, world_.picture(), world_.AudienceFor(who), &minutes_);
  reader_ = who;
  read_.emplace(who, minutes_.digest());
  return status;
}

std::string Player::CheckMeeting(const std::string& outcome) {
  const Words words = absl::StrSplit(outcome, ' ', absl::SkipEmpty());
  const auto meeting = world_.Now<v1::Meeting>(meeting_);
  if (words[0] == "meeting") {
    return Same("the meeting", domain::IdOf(meeting.phase()), words.back());
  }
  if (words[1] == "are") {
    return Same("the edition", domain::IdOf(minutes_.state()), words.back());
  }
  if (words[1] == "have") {
    return Same("the edition", absl::StrCat(minutes_.edition()), words.back());
  }
  if (words[1] == "say") {
    const bool same = minutes_.digest() == read_[reader_];
    return Same("what they say", same ? "the same" : "something else", outcome.substr(12));
  }
  for (const v1::CarryOver& left : meeting.carry_over()) {
    if (left.subject() != Named(words[0])) continue;
    const std::string got =
        absl::StrCat(words[0], " is left as ", v1::CarryOver::Reason_Name(left.reason()).substr(7),
                     " ", left.age(), " times", left.raised() ? " raised" : "");
    return Same("it", got, outcome);
  }
  return Same("it", absl::StrCat(words[0], " is not left"), outcome);
}

}  // namespace samsyn::scenario
