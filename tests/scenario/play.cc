#include "tests/scenario/play.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <set>

#include "server/domain/alerts.h"
#include "server/domain/assignment_life.h"
#include "server/domain/assignment_rules.h"
#include "server/domain/debrief_rules.h"
#include "server/domain/deployment_rules.h"
#include "server/domain/index_keys.h"
#include "server/domain/names.h"
#include "server/domain/wall_clock.h"
#include "server/domain/words.h"

namespace samsyn::scenario {
namespace {

using testing::AreaName;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using testing::UnitName;
using A = v1::Assignment;

absl::TimeZone Stockholm() {
  absl::TimeZone zone;
  return absl::LoadTimeZone("Europe/Stockholm", &zone) ? zone : absl::UTCTimeZone();
}

// A verb of the field, the state that it reports.
A::State StateOf(const std::string& verb) {
  static const auto* const kVerbs = new std::map<std::string, A::State>{
      {"receives", A::STATE_DELIVERED}, {"opens", A::STATE_SEEN},
      {"accepts", A::STATE_ACCEPTED},   {"declines", A::STATE_DECLINED},
      {"leaves", A::STATE_EN_ROUTE},    {"arrives", A::STATE_ON_SCENE},
      {"pauses", A::STATE_PAUSED},      {"finishes", A::STATE_DONE},
      {"gives", A::STATE_NOT_DONE}};
  const auto found = kVerbs->find(verb);
  return found == kVerbs->end() ? A::STATE_UNSPECIFIED : found->second;
}

bool IsLetter(const std::string& word) {
  return word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z';
}

}  // namespace

Player::Player(const Case& scenario)
    : monday_(scenario.monday),
      zone_(Stockholm()),
      world_(absl::FromCivil(absl::CivilHour(absl::CivilDay(scenario.steps.front().when)) + 12,
                             zone_)) {
  problem_ = world_.State("reporter");
  ListSources();
  AddGuards();
}

std::string Player::Play(const Step& step) {
  const absl::Time when = absl::FromCivil(absl::CivilSecond(step.when), zone_);
  if (when < world_.now()) return "the clock does not go back";
  world_.Advance(when - world_.now());
  const absl::Status status = Do(step.who, step.what);
  const auto refused = [](const std::string& outcome) { return outcome.rfind("refused", 0) == 0; };
  if (!status.ok() && std::none_of(step.outcomes.begin(), step.outcomes.end(), refused)) {
    return absl::StrCat("refused: ", v1::ErrorReason_Name(domain::ReasonOf(status)), " ",
                        status.message());
  }
  for (const std::string& outcome : step.outcomes) {
    const std::string wrong = Check(outcome, status);
    if (!wrong.empty()) return absl::StrCat(outcome, ": ", wrong);
  }
  return "";
}

absl::Status Player::Unreadable(const Words& words) {
  return absl::InvalidArgumentError(absl::StrCat("cannot be read: ", absl::StrJoin(words, " ")));
}

absl::Status Player::Do(const std::string& who, const Words& what) {
  const std::string& verb = what.empty() ? who : what[0];
  if (verb == "waits" || verb == "looks") return absl::OkStatus();
  if (Has(what, "meeting")) return Meet(who, what);
  if (verb == "approves" || verb == "corrects" || verb == "reads") return Minutes(who, what);
  if (verb == "happens") return Happen(what);
  if (verb == "assesses") return Assess(who, what);
  if (verb == "states" || verb == "orders") return Problem(who, what);
  if (verb == "follows") return FollowUp(who, what);
  if (verb == "proposes") return Propose(who, what);
  if (verb == "supports") return Position(who, what, v1::Position::STANCE_SUPPORT);
  if (verb == "objects") return Position(who, what, v1::Position::STANCE_OBJECT);
  if (verb == "abstains") return Position(who, what, v1::Position::STANCE_ABSTAIN);
  if (verb == "commits") return Commit(who, what);
  if (verb == "withdraws") return Withdraw(who, what);
  if (verb == "decides") return Decide(who, what);
  if (verb == "offers") return Offer(who, what);
  if (verb == "revises") return Revise(who, what);
  if (verb == "cancels" || verb == "stands") return End(who, what);
  if (verb == "repeats") return last_.contains(who) ? last_[who]() : Unreadable(what);
  if (verb == "notes") return Note(who, what);
  if (verb == "debriefs") return Debrief(who, what);
  if (verb == "hands") return HandOver(who, what);
  if (verb == "moves") return MoveUnit(who, what);
  if (verb == "plans") return Plan(what);
  if (verb == "records" || After(what, "enters") == "permit") return Permit(who, what);
  if (verb == "enters") return Object(who, what);
  if (verb == "registers") return Register(who, what);
  if (verb == "takes") return TakeBack(who, what);
  if (verb == "makes") return MakeStop(who, what);
  if (verb == "reports" || verb == "pushes") return Report(who, what);
  if (verb == "reviews") return Review(who, what);
  if (verb == "shares") return Share(who, what);
  if (verb == "unshares") return Unshare(who, what);
  if (verb == "reclassifies") return Reclassify(who, what);
  if (verb == "merges") return Merge(who, what);
  if (verb == "splits") return Split(who, what);
  if (StateOf(verb) != A::STATE_UNSPECIFIED) return Answer(who, what);
  return Unreadable(what);
}

absl::Status Player::Propose(const std::string& who, const Words& what) {
  v1::ProposeDeploymentRequest request;
  v1::Deployment& deployment = *request.mutable_deployment();
  if (!ReadWindow(what, deployment.mutable_window())) return Unreadable(what);
  deployment.set_aim("Lugn kväll");
  const std::string kind = After(what, "kind");
  v1::Deployment::Kind number = v1::Deployment::KIND_VISIBLE_PATROL;
  if (!kind.empty() && !v1::Deployment::Kind_Parse("KIND_" + kind, &number)) {
    return Unreadable(what);
  }
  deployment.set_kind(number);
  const std::string area = After(what, "in");
  deployment.add_areas(AreaName(area.empty() ? "brandbergen" : area));
  if (!ReadStops(what, deployment)) return Unreadable(what);
  deployment.set_problem(problem_);
  deployment.set_offer_after_read_back(Has(what, "read-back"));
  if (After(what, "without") != "owner") {
    deployment.set_responsible_organisation(OrganisationName("kommun"));
  }
  *deployment.mutable_follow_up_due_time() =
      domain::TimestampOf(world_.now() + absl::Hours(24 * 7));
  const absl::Status status = world_.Do(who, request, domain::ProposeDeployment);
  if (status.ok()) things_[LetterIn(what)] = world_.results().front();
  return status;
}

absl::Status Player::Position(const std::string& who, const Words& what,
                              v1::Position::Stance stance) {
  v1::TakePositionRequest request;
  request.set_name(Named(LetterIn(what)));
  request.set_stance(stance);
  request.set_reason(After(what, "because"));
  request.set_on_behalf_of(Organisation(what));
  return world_.Do(who, request, domain::TakePosition);
}

absl::Status Player::Commit(const std::string& who, const Words& what) {
  v1::CommitUnitRequest request;
  request.set_name(Named(LetterIn(what)));
  request.set_unit(UnitName(After(what, "commits")));
  request.set_override_reason(After(what, "because"));
  request.set_on_behalf_of(Organisation(what));
  committed_ = {request.name(), request.unit()};
  return world_.Do(who, request, domain::CommitUnit);
}

absl::Status Player::Withdraw(const std::string& who, const Words& what) {
  v1::WithdrawUnitRequest request;
  request.set_name(Named(LetterIn(what)));
  request.set_unit(UnitName(After(what, "withdraws")));
  request.set_on_behalf_of(Organisation(what));
  return world_.Do(who, request, domain::WithdrawUnit);
}

absl::Status Player::Decide(const std::string& who, const Words& what) {
  v1::DecideDeploymentRequest request;
  request.set_name(Named(LetterIn(what)));
  request.set_without_objectors(Has(what, "objectors"));
  return world_.Do(who, request, domain::DecideDeployment);
}

absl::Status Player::Offer(const std::string& who, const Words& what) {
  v1::OfferAssignmentsRequest request;
  const std::string letter = LetterIn(what);
  if (!letter.empty()) request.add_deployments(Named(letter));
  return world_.Do(who, request, domain::OfferAssignments);
}

absl::Status Player::Revise(const std::string& who, const Words& what) {
  v1::ReviseDeploymentRequest request;
  *request.mutable_deployment() = world_.Now<v1::Deployment>(Named(LetterIn(what)));
  if (!ReadWindow(what, request.mutable_deployment()->mutable_window()) ||
      !ReadStops(what, *request.mutable_deployment())) {
    return Unreadable(what);
  }
  return world_.Do(who, request, domain::ReviseDeployment);
}

absl::Status Player::End(const std::string& who, const Words& what) {
  const std::string name = Named(LetterIn(what));
  if (what[0] == "cancels") {
    v1::CancelDeploymentRequest request;
    request.set_name(name);
    request.set_reason("Regn");
    return world_.Do(who, request, domain::CancelDeployment);
  }
  if (Has(what, "all")) {
    v1::StandDownAllRequest request;
    request.set_reason("Lugnt");
    return world_.Do(who, request, domain::StandDownAll);
  }
  v1::StandDownRequest request;
  request.set_name(name);
  request.set_reason("Lugnt");
  return world_.Do(who, request, domain::StandDown);
}

absl::Status Player::Debrief(const std::string& who, const Words& what) {
  v1::DebriefAssignmentRequest request;
  request.set_name(Find(UnitFor(who, what), LetterIn(what)).name());
  request.mutable_debrief()->set_result(v1::Debrief::RESULT_AS_PLANNED);
  request.mutable_debrief()->set_mood(v1::Debrief::MOOD_CALM);
  return world_.Do(who, request, domain::DebriefAssignment);
}

absl::Status Player::Send(const std::string& who, std::function<absl::Status()> send) {
  last_[who] = std::move(send);
  return last_[who]();
}

absl::Status Player::Answer(const std::string& who, const Words& what) {
  const A assignment = Find(UnitFor(who, what), LetterIn(what));
  const A::State state = StateOf(what[0]);
  const v1::DeviceStamp stamp = Stamp(who, what, assignment);
  const std::string reason = After(what, "because");
  if (state == A::STATE_DELIVERED) {
    v1::ReportDeliveryRequest request;
    request.set_name(assignment.name());
    *request.mutable_stamp() = stamp;
    return Send(who, [=, this] { return world_.Do(who, request, domain::ReportDelivery); });
  }
  if (state == A::STATE_SEEN || state == A::STATE_ACCEPTED || state == A::STATE_DECLINED) {
    v1::AcknowledgeAssignmentRequest request;
    request.set_name(assignment.name());
    request.set_answer(state == A::STATE_SEEN ? v1::AcknowledgeAssignmentRequest::ANSWER_SEEN
                       : state == A::STATE_ACCEPTED
                           ? v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED
                           : v1::AcknowledgeAssignmentRequest::ANSWER_DECLINED);
    request.set_reason(reason);
    *request.mutable_stamp() = stamp;
    return Send(who, [=, this] { return world_.Do(who, request, domain::AcknowledgeAssignment); });
  }
  v1::UpdateAssignmentRequest request;
  request.set_name(assignment.name());
  request.set_state(state);
  request.set_reason(reason);
  *request.mutable_stamp() = stamp;
  return Send(who, [=, this] { return world_.Do(who, request, domain::UpdateAssignment); });
}

absl::Status Player::Note(const std::string& who, const Words& what) {
  const A assignment = Find(UnitFor(who, what), LetterIn(what));
  v1::AddFieldUpdateRequest request;
  request.set_name(assignment.name());
  if (what.size() > 2) request.set_text(what[2]);
  int minutes = 0;
  if (absl::SimpleAtoi(After(what, "minutes"), &minutes)) request.set_minutes_on_place(minutes);
  *request.mutable_stamp() = Stamp(who, what, assignment);
  return Send(who, [=, this] { return world_.Do(who, request, domain::AddFieldUpdate); });
}

absl::Status Player::HandOver(const std::string& who, const Words& what) {
  v1::HandOverAssignmentRequest request;
  request.set_name(Find(UnitFor(who, what), LetterIn(what)).name());
  request.set_unit(UnitName(After(what, "over", "to")));
  request.set_override_reason(After(what, "because"));
  return world_.Do(who, request, domain::HandOverAssignment);
}

absl::Status Player::MoveUnit(const std::string& who, const Words& what) {
  v1::ReplaceAssignmentRequest request;
  request.set_name(Find(UnitFor(who, what), After(what, "from")).name());
  request.set_deployment(Named(After(what, "to")));
  request.set_reason("Behövs mer där");
  return world_.Do(who, request, domain::ReplaceAssignment);
}

absl::Status Player::Plan(const Words& what) {
  return ReadWindow(what, &planned_) ? absl::OkStatus() : Unreadable(what);
}

// ---- What is checked.

std::string Player::Check(const std::string& outcome, const absl::Status& status) {
  const Words words = absl::StrSplit(outcome, ' ', absl::SkipEmpty());
  const auto word = [&](size_t i) { return i < words.size() ? words[i] : std::string(); };
  if (word(0) == "refused") return CheckRefused(words, status);
  if (word(0) == "warned") return CheckWarned(words);
  if (word(0) == "wakes") return Same("it", Woken(), outcome);
  if (word(1) == "made" || word(1) == "delivered" || word(1) == "shows") {
    return CheckDelivery(words);
  }
  if (word(0) == "lasts") {
    const absl::Duration lasts =
        domain::TimeOf(planned_.end_time()) - domain::TimeOf(planned_.start_time());
    const int64_t minutes = absl::ToInt64Minutes(lasts);
    return Same("it", absl::StrCat("lasts ", minutes / 60, " h ", minutes % 60, " min"), outcome);
  }
  if (word(0) == "ends") {
    return Same(
        "it", absl::StrCat("ends ", domain::OnTheWall(domain::TimeOf(planned_.end_time()), zone_)),
        outcome);
  }
  if (word(1) == "reads" || word(1) == "gets") {  // the words of A; a part of A
    const domain::EntityPtr shown = world_.ShownTo(word(0), Named(words.back()));
    const std::string text = shown == nullptr ? "" : shown->report().text();
    if (shown == nullptr) return "it is not seen";
    return Same("it", text.empty() ? "gets" : "reads", word(1));
  }
  if (word(1) == "sees" || word(1) == "does") {
    const bool sees = world_.Sees(word(0), Named(words.back()));
    return sees == (word(1) == "sees") ? "" : sees ? "it is seen" : "it is not seen";
  }
  if (word(1) == "says" || outcome == "new" || outcome == "amended" || outcome == "unchanged" ||
      word(1) == "incidents" || word(1) == "has") {
    return CheckReport(outcome);
  }
  if (word(0) == "meeting" || word(0) == "minutes" || words.back() == "left" || word(2) == "left") {
    return CheckMeeting(outcome);
  }
  if (IsLetter(word(0)) && word(1) == "is") {
    return Same(word(0), domain::IdOf(world_.Now<v1::Deployment>(Named(word(0))).state()), word(2));
  }
  if (word(1) == "in" && word(3) == "is") {
    const A assignment = Find(word(0), word(2));
    return Same(word(0), assignment.name().empty() ? "nothing" : domain::IdOf(assignment.state()),
                word(4));
  }
  return CheckAnswer(outcome);
}

std::string Player::CheckRefused(const Words& words, const absl::Status& status) {
  if (status.ok()) return "it was not refused";
  const domain::Refusal refusal = domain::RefusalOf(status);
  std::string wrong = Same("the reason", v1::ErrorReason_Name(refusal.reason),
                           absl::StrCat("ERROR_REASON_", words.size() > 1 ? words[1] : ""));
  if (!wrong.empty()) return absl::StrCat(wrong, ": ", status.message());
  if (refusal.words.sv == refusal.words.en) return "it has no Swedish words";
  if (After(words, "for") != "") {
    const Words codes(std::find(words.begin(), words.end(), "for") + 1, words.end());
    const auto reasons = refusal.metadata.find("reasons");
    return Same("what blocks", reasons == refusal.metadata.end() ? "nothing" : reasons->second,
                absl::StrJoin(codes, ","));
  }
  const std::string named = After(words, "naming");
  if (named.empty()) return "";
  const auto clash = refusal.metadata.find("clash");
  if (named == "nothing") return clash == refusal.metadata.end() ? "" : "it names " + clash->second;
  if (clash == refusal.metadata.end()) return "it names nothing";
  const A assignment = world_.Now<A>(clash->second);
  return Same("the clash", assignment.name().empty() ? clash->second : assignment.deployment(),
              Named(named));
}

// Beside the units themselves.
std::string Player::Woken() const {
  std::set<std::string> woken;
  for (const domain::Alert& alert : domain::AlertsIn(world_.picture(), world_.now())) {
    for (const std::string& member : alert.members) woken.emplace(domain::IdOf(member));
  }
  return absl::StrCat("wakes ", woken.empty() ? "nobody" : absl::StrJoin(woken, " and "));
}

std::string Player::CheckAnswer(const std::string& outcome) {
  const Words words = absl::StrSplit(outcome, ' ', absl::SkipEmpty());
  const A assignment = world_.Now<A>(answered_);
  const v1::StateChange change = assignment.history_size() == 0
                                     ? v1::StateChange()
                                     : assignment.history(assignment.history_size() - 1);
  if (outcome == "new sheet") {
    return world_.effect() == v1::ERROR_REASON_DEFINITION_CHANGED ? "" : "it is the same sheet";
  }
  if (outcome == "by telephone") return change.by_dispatcher() ? "" : "it came from the field";
  if (outcome == "answered late") {
    return assignment.lateness() == A::LATENESS_ANSWERED_LATE ? "" : "it did not";
  }
  if (outcome == "reached us late") {
    return assignment.lateness() == A::LATENESS_REACHED_US_LATE ? "" : "it did not";
  }
  if (words[0] == "skipped") {
    std::vector<std::string> skipped{"skipped"};
    for (const int state : change.not_observed()) {
      skipped.push_back(domain::IdOf(static_cast<A::State>(state)));
    }
    return Same("it", absl::StrJoin(skipped, " "), outcome);
  }
  if (words[0] == "kept") {
    const auto update =
        world_.Now<v1::FieldUpdate>(absl::StrCat(answered_, "/updates/", operation_));
    return Same("it", absl::StrCat("KIND_", words.back()),
                v1::FieldUpdate::Kind_Name(update.kind()));
  }
  if (words.size() == 4 && words[1] == "minutes") {
    return Same("it", absl::StrCat(assignment.minutes_on_scene()), words[0]);
  }
  return "this outcome cannot be read";
}

// ---- Words.

std::string Player::LetterIn(const Words& words) {
  const auto found = std::find_if(words.begin(), words.end(), IsLetter);
  return found == words.end() ? "" : *found;
}

std::string Player::Same(const std::string& what, const std::string& got,
                         const std::string& wanted) {
  return got == wanted ? "" : absl::StrCat(what, " is ", got, ", not ", wanted);
}

std::string Player::After(const Words& words, const std::string& first, const std::string& second) {
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != first) continue;
    if (second.empty()) return words[i + 1];
    if (words[i + 1] == second && i + 2 < words.size()) return words[i + 2];
  }
  return "";
}

bool Player::Has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string Player::Organisation(const Words& what) const {
  const std::string id = After(what, "behalf", "of");
  return id.empty() ? "" : OrganisationName(id);
}

std::string Player::Named(const std::string& letter) const {
  const auto found = things_.find(letter);
  return found == things_.end() ? "" : found->second;
}

bool Player::ReadWindow(const Words& what, v1::TimeWindow* window) const {
  for (size_t i = 0; i + 1 < what.size(); ++i) {
    const Words ends = absl::StrSplit(what[i + 1], "–");
    absl::CivilMinute from, to;
    if (ends.size() != 2 || !ReadTime(what[i], ends[0], monday_, &from) ||
        !ReadTime(what[i], ends[1], monday_, &to)) {
      continue;
    }
    if (to <= from) to += 24 * 60;
    *window = domain::WindowAt(from, to, zone_);
    return true;
  }
  return false;
}

v1::Assignment Player::Find(const std::string& unit, const std::string& letter) const {
  A latest;
  for (const std::string& name : world_.picture().Lookup(domain::AssignmentsOfKey(Named(letter)))) {
    const A assignment = world_.Now<A>(name);
    if (assignment.unit() != UnitName(unit)) continue;
    const bool better =
        !domain::IsFinal(assignment.state()) || latest.name().empty() ||
        (domain::IsFinal(latest.state()) && assignment.revision() > latest.revision());
    if (better) latest = assignment;
  }
  return latest;
}

std::string Player::UnitFor(const std::string& who, const Words& what) const {
  const std::string unit = After(what, "for", "unit");
  if (!unit.empty()) return unit;
  const auto member = world_.Now<v1::Member>(MemberName(who));
  return member.units().empty() ? "vardar" : std::string(domain::IdOf(member.units(0)));
}

v1::DeviceStamp Player::Stamp(const std::string& who, const Words& what, const A& assignment) {
  v1::DeviceStamp stamp;
  answered_ = assignment.name();
  operation_ = domain::MadeId(who, absl::StrCat("operation ", ++operations_), 0);
  stamp.set_operation_id(operation_);
  *stamp.mutable_device_time() = domain::TimestampOf(world_.now());
  absl::CivilMinute at;
  for (size_t i = 0; i + 2 < what.size(); ++i) {
    if (what[i] == "at" && ReadTime(what[i + 1], what[i + 2], monday_, &at)) {
      *stamp.mutable_device_time() =
          domain::TimestampOf(absl::FromCivil(absl::CivilSecond(at), zone_));
    }
  }
  stamp.set_sequence(operations_);
  int number = 0;
  if (absl::SimpleAtoi(After(what, "number"), &number)) stamp.set_sequence(number);
  stamp.set_definition_version(assignment.definition_version() - (Has(what, "sheet") ? 1 : 0));
  stamp.set_status_version(assignment.status_version());
  A::State known = A::STATE_UNSPECIFIED;
  if (A::State_Parse("STATE_" + After(what, "knowing"), &known)) {
    for (int i = assignment.history_size() - 1; i >= 0; --i) {
      if (assignment.history(i).state() != known) continue;
      stamp.set_status_version(assignment.status_version() - (assignment.history_size() - 1 - i));
      break;
    }
  }
  return stamp;
}

}  // namespace samsyn::scenario
