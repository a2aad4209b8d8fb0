#include "tests/simulation/quarter.h"

#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "clients/connectors/parse/polisen.h"
#include "clients/connectors/source.h"
#include "server/demo/demonstration.h"
#include "server/demo/people.h"
#include "server/demo/setup_play.h"
#include "server/demo/week.h"
#include "server/domain/assignment_rules.h"
#include "server/domain/deployment_rules.h"
#include "server/domain/meeting_rules.h"
#include "server/domain/minutes.h"
#include "server/domain/minutes_rules.h"
#include "server/domain/names.h"
#include "server/domain/problem_rules.h"
#include "server/domain/report_rules.h"
#include "server/domain/wall_clock.h"

namespace samsyn::simulation {
namespace {

constexpr char kMunicipality[] = "municipalities/0136";

// What is reported: never of the categories that start RESTRICTED.
struct Said {
  v1::Category category;
  const char* text;
};
constexpr Said kSaid[] = {
    {v1::CATEGORY_VANDALISM, "Klotter på väggen vid centrum."},
    {v1::CATEGORY_DISORDER, "Högljutt sällskap på torget till sent på kvällen."},
    {v1::CATEGORY_RECKLESS_TRAFFIC, "Mopeder i hög fart bland gående."},
    {v1::CATEGORY_UNSAFE_ENVIRONMENT, "Belysningen på gångvägen är släckt."},
    {v1::CATEGORY_FIRE, "Brand i en papperskorg, släckt av boende."},
    {v1::CATEGORY_DRUGS, "Misstänkt handel vid infarten till garaget."},
    {v1::CATEGORY_THEFT, "Cyklar tagna ur cykelrummet."},
    {v1::CATEGORY_WORRY, "Boende säger att de undviker gången efter klockan 20."},
};
constexpr const char* kReporters[] = {"samordnare", "polis",         "forvaltare",
                                      "vaktledare", "fritidsledare", "nattvandrare"};
constexpr const char* kAreas[] = {"jordbro", "handen", "brandbergen", "vasterhaninge"};

engine::EngineOptions ByHand() {
  engine::EngineOptions options;
  options.run_timers = false;  // the stage fires them, each at its time
  return options;
}

std::string DigestOf(const domain::Picture& picture) {
  Sha256 sha;
  for (int kind = v1::EntityKind_MIN; kind <= v1::EntityKind_MAX; ++kind) {
    if (!v1::EntityKind_IsValid(kind)) continue;
    picture.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const domain::EntityPtr& one) {
      sha.Update(one->SerializeAsString());
      return true;
    });
  }
  const Digest digest = sha.Finish();
  return absl::BytesToHexString(AsBytes(digest));
}

}  // namespace

// Who goes where: hosts and night walkers on Friday, order guards within their permit, the police
// where it is theirs to know, and the Saturday shift over midnight.
const std::vector<Quarter::Plan>& Quarter::Plans() {
  using D = v1::Deployment;
  static const auto* const kPlans = new std::vector<Plan>{
      {"samordnare", "samordnare", "trygghetsvardar", "jordbro", "kommunen", D::KIND_ADULT_PRESENCE,
       0, 20, 0, 23, 0},
      {"polis", "vaktledare", "ordningsvakter", "handen", "exempelvakten", D::KIND_FOOT_STOP, 0, 20,
       0, 23, 0},
      {"nattvandrare", "nattvandrare", "nattvandrare", "vasterhaninge", "nattvandrarna",
       D::KIND_VISIBLE_PATROL, 0, 21, 0, 25, 0},
      {"polis", "polis", "omradespolis", "brandbergen", "polisen", D::KIND_TRAFFIC_CONTROL, 0, 19,
       30, 22, 0},
      {"samordnare", "samordnare", "trygghetsvardar", "brandbergen", "kommunen",
       D::KIND_VISIBLE_PATROL, 1, 22, 0, 27, 30},
  };
  return *kPlans;
}

Quarter::Quarter(const QuarterOptions& options)
    : options_(options),
      chance_(options.seed),
      clock_(At(options.first_friday - 11, 8)),
      engine_(store_, clock_, ByHand()) {
  EXPECT_TRUE(engine_.Start().ok());
  EXPECT_TRUE(engine_.CreateMunicipality("0136", "Haninge", "Stockholms län").ok());
  director_ = std::make_unique<demo::Director>(StageOf());
  PlanSetUp();
  PlanPoliceEvents();
  for (int week = 0; week < kFridays; ++week) PlanWeek(week);
  const absl::Status played = director_->Run(At(options_.first_friday + 7 * kFridays, 12));
  EXPECT_TRUE(played.ok()) << "seed " << options_.seed << ": " << played;
}

absl::Time Quarter::At(absl::CivilDay day, int hour, int minute) const {
  const absl::CivilSecond civil(absl::CivilHour(day) + hour);
  return absl::FromCivil(civil + 60 * minute, domain::SwedishZone());
}

// The demonstration's, but for timers: each fires at its own time.
demo::Stage Quarter::StageOf() {
  auto stage = demo::StageOn(engine_, clock_, kMunicipality);
  EXPECT_TRUE(stage.ok()) << stage.status();
  if (!stage.ok()) return {};
  stage->advance = [this, to = stage->advance](absl::Time time) {
    for (;;) {
      absl::Time due = absl::InfiniteFuture();
      Reading([&](const domain::Picture& picture) {
        if (const auto next = picture.NextDue()) due = next->first;
      });
      if (due > time) break;
      if (absl::Status fired = to(std::max(due, clock_.Now())); !fired.ok()) return fired;
    }
    clock_.Set(time);
    return absl::OkStatus();
  };
  return *std::move(stage);
}

void Quarter::Reading(const std::function<void(const domain::Picture&)>& read) const {
  auto feed = const_cast<engine::Engine&>(engine_).FeedOf(kMunicipality);
  ASSERT_TRUE(feed.ok()) << feed.status();
  (*feed)->Reading([&](const domain::Picture& picture) {
    read(picture);
    return 0;
  });
}

// ---- Before the first Friday.

void Quarter::PlanSetUp() {
  director_->At(At(options_.first_friday - 11, 8), [this] {
    const auto setup = demo::HaningeSetup(*director_);
    return setup.ok() ? demo::ApplySetup(*director_, *setup) : setup.status();
  });
}

void Quarter::PlanPoliceEvents() {
  const auto bytes =
      connectors::ReadSource(absl::StrCat(SAMSYN_TEST_DATA, "/polisen-stockholm.jsonl.gz"));
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  const connectors::PolisenReader reader;
  const auto answer = reader.ReadAnswer(*bytes);
  ASSERT_TRUE(answer.ok()) << answer.status();
  const absl::Time begin = At(options_.first_friday - 7, 0);
  const absl::Time end = At(options_.first_friday + 7 * kFridays, 0);
  const auto later = [this](absl::Time time) {
    const absl::CivilSecond civil = absl::ToCivilSecond(time, domain::SwedishZone());
    return absl::FromCivil(civil + options_.weeks_moved * 7 * 24 * 3600, domain::SwedishZone());
  };
  for (const auto& event : answer->events) {
    if (!event.ok() || reader.Place(*event).code != "0136") continue;
    const absl::Time seen = later(event->seen.value_or(event->published));
    if (seen < begin || seen >= end) continue;
    v1::Report report = reader.ToReport(*event, seen);
    *report.mutable_occurred_time() = domain::TimestampOf(later(event->occurred));
    ++police_events_;
    director_->At(seen, [this, report] {
      v1::SubmitReportRequest request;
      request.set_municipality(kMunicipality);
      *request.mutable_report() = report;
      return director_->Do("samordnare", request, &domain::SubmitReport).status();
    });
  }
}

// ---- The week.

void Quarter::PlanWeek(int week) {
  const absl::CivilDay friday = options_.first_friday + 7 * week;
  PlanReports(friday);
  PlanMeeting(week);
  PlanNight(friday);
  PlanAfter(week);
}

void Quarter::PlanReports(absl::CivilDay friday) {
  for (const char* member : kReporters) {
    for (uint64_t left = 1 + Below(3); left > 0; --left) {
      const absl::Time told = At(friday - 6 + static_cast<int>(Below(6)),
                                 7 + static_cast<int>(Below(14)), static_cast<int>(Below(60)));
      director_->At(told, [this, member, told] { return Report(member, told - absl::Hours(2)); });
    }
  }
}

absl::Status Quarter::Report(const char* member, absl::Time occurred) {
  const Said& said = kSaid[Below(std::size(kSaid))];
  v1::SubmitReportRequest request;
  request.set_municipality(kMunicipality);
  v1::Report& report = *request.mutable_report();
  report.set_category(said.category);
  report.set_text(said.text);
  report.set_area(director_->AreaName(kAreas[Below(std::size(kAreas))]));
  report.set_severity(1 + static_cast<int>(Below(4)));
  *report.mutable_occurred_time() = domain::TimestampOf(occurred);
  const auto name = director_->Do(member, request, &domain::SubmitReport);
  if (!name.ok() || Chance(10)) return name.status();  // some stay unreviewed
  v1::ReviewReportRequest review;
  review.set_name(*name);
  review.set_verdict(Chance(90) ? v1::ReviewReportRequest::VERDICT_ACCEPT
                                : v1::ReviewReportRequest::VERDICT_REJECT);
  review.set_no_personal_data(true);
  review.set_note("Granskad.");
  return director_->Do("samordnare", review, &domain::ReviewReport).status();
}

// ---- The meeting.

void Quarter::PlanMeeting(int week) {
  const absl::CivilDay friday = options_.first_friday + 7 * week;
  const auto at = [&](int hour, int minute, demo::Director::Step step) {
    director_->At(At(friday, hour, minute), std::move(step));
  };
  at(18, 0, [this] { return Open(); });
  at(18, 8, [this] { return Advance(v1::Meeting::PHASE_ROUND); });
  const demo::Week dates(At(friday, 12));
  for (const demo::ShiftOf& one : demo::EveningShifts(*director_, dates, friday)) {
    at(18, 9, [this, one] { return demo::RegisterShift(*director_, one); });
  }
  for (demo::ShiftOf one : demo::EveningShifts(*director_, dates, friday)) {
    if (!absl::EndsWith(one.shift.unit(), "/trygghetsvardar")) continue;
    *one.shift.mutable_window() =
        domain::WindowAt(absl::CivilSecond(friday + 1) + 22 * 3600,
                         absl::CivilSecond(friday + 2) + 3 * 3600 + 30 * 60, domain::SwedishZone());
    saturdays_.push_back(one.shift.window());
    at(18, 10, [this, one] { return demo::RegisterShift(*director_, one); });
  }
  at(18, 12, [this] { return Round(); });
  at(18, 25, [this] { return Advance(v1::Meeting::PHASE_LEVELS); });
  at(18, 30, [this, week] { return Levels(week); });
  at(18, 40, [this] { return Advance(v1::Meeting::PHASE_PRIORITIES); });
  at(18, 42, [this] { return Priorities(); });
  at(18, 50, [this] { return Advance(v1::Meeting::PHASE_DECISIONS); });
  int minute = 51;
  for (const Plan& plan : Plans()) {
    if (Chance(20)) continue;
    const bool decided = Chance(85);
    at(18, minute++, [this, &plan, friday, decided] { return Decide(plan, friday, decided); });
  }
  at(19, 5, [this, friday] { return ReadBack(friday); });
  at(19, 10, [this, week] { return Close(week); });
}

absl::Status Quarter::Open() {
  meeting_.clear();
  for (const v1::Meeting& meeting : All<v1::Meeting>()) {
    if (meeting.phase() == v1::Meeting::PHASE_PLANNED) meeting_ = meeting.name();
  }
  if (meeting_.empty()) {  // the first one; each of the others was planned when one closed
    v1::ScheduleMeetingRequest request;
    request.set_municipality(kMunicipality);
    *request.mutable_meeting()->mutable_scheduled_time() = domain::TimestampOf(clock_.Now());
    const auto name = director_->Do("samordnare", request, &domain::ScheduleMeeting);
    if (!name.ok()) return name.status();
    EXPECT_TRUE(approved_.empty()) << "no meeting was planned";
    meeting_ = *name;
  }
  v1::OpenMeetingRequest open;
  open.set_name(meeting_);
  const auto opened = director_->Do("motesledare", open, &domain::OpenMeeting);
  if (!opened.ok()) return opened.status();
  for (const char* member : kReporters) {
    v1::JoinMeetingRequest join;
    join.set_name(meeting_);
    const auto joined = director_->Do(member, join, &domain::JoinMeeting);
    if (!joined.ok()) return joined.status();
  }
  return absl::OkStatus();
}

absl::Status Quarter::Advance(v1::Meeting::Phase phase) {
  v1::AdvanceMeetingRequest request;
  request.set_name(meeting_);
  request.set_phase(phase);
  return director_->Do("motesledare", request, &domain::AdvanceMeeting).status();
}

absl::Status Quarter::Round() {
  for (const char* member : kReporters) {
    v1::AddRoundEntryRequest request;
    request.set_name(meeting_);
    const uint64_t kind = Below(10);
    v1::RoundEntry& entry = *request.mutable_entry();
    entry.set_kind(kind < 6   ? v1::RoundEntry::KIND_SAID
                   : kind < 9 ? v1::RoundEntry::KIND_NOTHING_TO_REPORT
                              : v1::RoundEntry::KIND_ORAL);
    if (kind < 6) entry.set_text(absl::StrCat("Veckan hos oss: ", kSaid[Below(8)].text));
    const auto said = director_->Do(member, request, &domain::AddRoundEntry);
    if (!said.ok()) return said.status();
  }
  return absl::OkStatus();
}

absl::Status Quarter::Levels(int week) {
  v1::AssessAreasRequest request;
  request.set_name(meeting_);
  for (const char* area : kAreas) {
    if (Chance(30)) continue;  // it keeps the level that it had
    auto& level = *request.add_levels();
    level.set_area(director_->AreaName(area));
    level.set_level(static_cast<v1::AreaLevel>(1 + Below(4)));
    level.set_reason(absl::StrCat("Vecka ", week + 1, ": så såg det ut."));
  }
  request.set_unchanged_for_the_rest(true);
  return director_->Do("motesledare", request, &domain::AssessAreas).status();
}

absl::Status Quarter::Priorities() {
  if (problems_.size() < 5) {
    v1::CreateProblemRequest create;
    create.set_municipality(kMunicipality);
    create.mutable_problem()->set_statement(
        absl::StrCat("Återkommande: ", kSaid[problems_.size()].text));
    const auto name = director_->Do("samordnare", create, &domain::CreateProblem);
    if (!name.ok()) return name.status();
    problems_.push_back(*name);
  }
  v1::SetPrioritiesRequest request;
  request.set_name(meeting_);
  for (size_t i = 0; i < problems_.size(); ++i) {
    request.add_problems(problems_[(i + Below(2)) % problems_.size()]);
  }
  return director_->Do("motesledare", request, &domain::SetPriorities).status();
}

absl::Status Quarter::Decide(const Plan& plan, absl::CivilDay friday, bool decided) {
  v1::ProposeDeploymentRequest propose;
  propose.set_municipality(kMunicipality);
  v1::Deployment& deployment = *propose.mutable_deployment();
  deployment.set_problem(problems_[Below(problems_.size())]);
  deployment.set_aim("kvällen blir lugn för dem som är ute");
  deployment.set_kind(plan.kind);
  deployment.add_areas(director_->AreaName(plan.area));
  const absl::CivilSecond day(friday + plan.day);
  *deployment.mutable_window() =
      domain::WindowAt(day + plan.start_hour * 3600 + plan.start_minute * 60,
                       day + plan.end_hour * 3600 + plan.end_minute * 60, domain::SwedishZone());
  deployment.set_responsible_organisation(director_->OrganisationName(plan.responsible));
  *deployment.mutable_follow_up_due_time() = domain::TimestampOf(At(friday + 5, 12));
  deployment.set_instruction("Gå rundan, tala med dem som är ute.");
  deployment.set_offer_after_read_back(Chance(50));
  const auto name = director_->Do(plan.proposer, propose, &domain::ProposeDeployment);
  if (!name.ok()) return name.status();
  v1::CommitUnitRequest commit;
  commit.set_name(*name);
  commit.set_unit(director_->UnitName(plan.unit));
  const auto committed = director_->Do(plan.dispatcher, commit, &domain::CommitUnit);
  if (!committed.ok() || !decided) return committed.status();
  v1::DecideDeploymentRequest decide;
  decide.set_name(*name);
  decide.set_etag(director_->Get<v1::Deployment>(*name).etag());
  return director_->Do("motesledare", decide, &domain::DecideDeployment).status();
}

absl::Status Quarter::ReadBack(absl::CivilDay friday) {
  v1::OfferAssignmentsRequest offer;
  offer.set_municipality(kMunicipality);
  const auto offered = director_->Do("motesledare", offer, &domain::OfferAssignments);
  if (!offered.ok()) return offered.status();
  v1::SetNightLeadRequest request;
  request.set_name(meeting_);
  v1::NightLead& lead = *request.mutable_night_lead();
  lead.set_member(director_->MemberName("samordnare"));
  lead.set_phone("070-1740630");
  *lead.mutable_window()->mutable_start_time() = domain::TimestampOf(At(friday, 19, 10));
  *lead.mutable_window()->mutable_end_time() = domain::TimestampOf(At(friday + 1, 3));
  return director_->Do("motesledare", request, &domain::SetNightLead).status();
}

// ---- The night.

void Quarter::PlanNight(absl::CivilDay friday) {
  director_->At(At(friday, 19, 15), [this] { return Answers(); });
  for (const int hour : {20, 21, 22, 23, 25}) {
    director_->At(At(friday, hour, 20), [this] { return Works(); });
  }
  director_->At(At(friday + 1, 22, 30), [this] { return Works(); });
  director_->At(At(friday + 2, 3, 10), [this] { return Works(); });
}

std::vector<v1::Assignment> Quarter::Live() const {
  std::vector<v1::Assignment> live;
  for (v1::Assignment& assignment : All<v1::Assignment>()) {
    if (assignment.state() >= v1::Assignment::STATE_OFFERED &&
        assignment.state() <= v1::Assignment::STATE_PAUSED) {
      live.push_back(std::move(assignment));
    }
  }
  return live;
}

v1::DeviceStamp Quarter::StampOf(const v1::Assignment& assignment) {
  v1::DeviceStamp stamp;
  stamp.set_operation_id(director_->NextId());
  *stamp.mutable_device_time() = domain::TimestampOf(clock_.Now());
  stamp.set_definition_version(assignment.definition_version());
  stamp.set_status_version(assignment.status_version());
  return stamp;
}

namespace {
// Who answers for a unit: its own people, or their dispatcher.
const char* SpeaksFor(absl::string_view unit) {
  const absl::string_view id = domain::IdOf(unit);
  if (id == "trygghetsvardar") return "trygghetsvard";
  if (id == "nattvandrare") return "nattvandrare";
  return id == "omradespolis" ? "polis" : "vaktledare";
}
}  // namespace

// Most accept, some cannot, and of some nobody hears until their time is out.
absl::Status Quarter::Answers() {
  for (const v1::Assignment& assignment : Live()) {
    if (assignment.state() != v1::Assignment::STATE_OFFERED) continue;
    const uint64_t chance = Below(10);
    if (chance == 0) continue;
    v1::AcknowledgeAssignmentRequest request;
    request.set_name(assignment.name());
    request.set_answer(chance == 1 ? v1::AcknowledgeAssignmentRequest::ANSWER_DECLINED
                                   : v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED);
    if (chance == 1) request.set_reason("Två sjuka i kväll.");
    *request.mutable_stamp() = StampOf(assignment);
    const auto answered =
        director_->Do(SpeaksFor(assignment.unit()), request, &domain::AcknowledgeAssignment);
    if (!answered.ok()) return answered.status();
  }
  return absl::OkStatus();
}

// Each that is out goes one step on.
absl::Status Quarter::Works() {
  for (const v1::Assignment& assignment : Live()) {
    if (domain::TimeOf(assignment.window().start_time()) > clock_.Now()) continue;
    v1::UpdateAssignmentRequest request;
    request.set_name(assignment.name());
    switch (assignment.state()) {
      case v1::Assignment::STATE_ACCEPTED:
        request.set_state(v1::Assignment::STATE_ON_SCENE);
        break;
      case v1::Assignment::STATE_ON_SCENE:
        if (Chance(50)) continue;
        request.set_state(Chance(90) ? v1::Assignment::STATE_DONE : v1::Assignment::STATE_NOT_DONE);
        break;
      default:
        continue;
    }
    if (request.state() == v1::Assignment::STATE_NOT_DONE)
      request.set_reason("Kallade till annat.");
    *request.mutable_stamp() = StampOf(assignment);
    const auto done =
        director_->Do(SpeaksFor(assignment.unit()), request, &domain::UpdateAssignment);
    if (!done.ok()) return done.status();
  }
  return absl::OkStatus();
}

// ---- After.

void Quarter::PlanAfter(int week) {
  const absl::CivilDay friday = options_.first_friday + 7 * week;
  director_->At(At(friday + 2, 14), [this] { return FollowUps(); });
  director_->At(At(friday + 3, 9), [this] { return Approve(); });
}

// What is over is followed up, most of it; the rest comes back on the next agenda.
absl::Status Quarter::FollowUps() {
  for (const v1::Deployment& deployment : All<v1::Deployment>()) {
    if (deployment.state() != v1::Deployment::STATE_COMPLETED || deployment.has_follow_up() ||
        Chance(30)) {
      continue;
    }
    v1::RecordFollowUpRequest request;
    request.set_name(deployment.name());
    request.set_etag(deployment.etag());
    request.mutable_follow_up()->set_outcome(
        static_cast<v1::FollowUp::Outcome>(1 + Below(v1::FollowUp::Outcome_MAX)));
    // Who answers for it, or the coordinator where it may see it.
    const char* member =
        deployment.kind() == v1::Deployment::KIND_TRAFFIC_CONTROL ? "polis" : "samordnare";
    const auto done = director_->Do(member, request, &domain::RecordFollowUp);
    if (!done.ok()) return done.status();
  }
  return absl::OkStatus();
}

// One closes with something open, and says why.
absl::Status Quarter::Close(int week) {
  v1::CloseMeetingRequest request;
  request.set_name(meeting_);
  if (week == 6) request.set_override_reason("Strömavbrott i lokalen.");
  return director_->Do("motesledare", request, &domain::CloseMeeting).status();
}

absl::Status Quarter::Approve() {
  if (approved_.size() == 4) {  // a correction before it is approved
    v1::ReviseMinutesRequest revise;
    revise.set_name(meeting_);
    revise.set_correction("Fältgruppen var ute till 23, inte 22.");
    const auto revised = director_->Do("samordnare", revise, &domain::ReviseMinutes);
    if (!revised.ok()) return revised.status();
  }
  v1::ApproveMinutesRequest request;
  request.set_name(meeting_);
  request.set_digest(MinutesFor("motesledare", meeting_).digest());
  const auto approved = director_->Do("motesledare", request, &domain::ApproveMinutes);
  if (!approved.ok()) return approved.status();
  approved_.push_back({meeting_, MinutesFor("polis", meeting_).digest(),
                       MinutesFor("forvaltare", meeting_).digest()});
  return absl::OkStatus();
}

// ---- What can be asked of it.

v1::GetMinutesResponse Quarter::MinutesFor(absl::string_view member, const std::string& meeting,
                                           int edition) const {
  v1::GetMinutesRequest request;
  request.set_name(meeting);
  request.set_edition(edition);
  v1::GetMinutesResponse response;
  Reading([&](const domain::Picture& picture) {
    const domain::Audience audience =
        domain::AudienceOf(picture, {director_->MemberName(member), ""});
    const absl::Status given = domain::GetMinutes(request, picture, audience, &response);
    EXPECT_TRUE(given.ok()) << meeting << ": " << given;
  });
  return response;
}

journal::Revision Quarter::Transactions() {
  const auto head = engine_.Verify(kMunicipality);
  EXPECT_TRUE(head.ok()) << head.status();
  return head.ok() ? head->revision : 0;
}

std::string Quarter::JournalDigest() {
  const auto journal = store_.Open("0136");
  EXPECT_TRUE(journal.ok()) << journal.status();
  if (!journal.ok()) return "";
  Sha256 sha;
  journal::Revision after = 0;
  for (;;) {
    const auto entries = (*journal)->Read(after, 1000);
    EXPECT_TRUE(entries.ok()) << entries.status();
    if (!entries.ok() || entries->empty()) break;
    after += static_cast<journal::Revision>(entries->size());
    for (const journal::Entry& entry : *entries) {
      sha.Update(entry.metadata);
      for (journal::v1::StoredChange change : entry.changes) {
        change.clear_salt();
        sha.Update(change.SerializeAsString());
      }
    }
  }
  const Digest digest = sha.Finish();
  return absl::BytesToHexString(AsBytes(digest));
}

std::pair<std::string, std::string> Quarter::PicturesAfterRestart() {
  std::pair<std::string, std::string> digests;
  Reading([&](const domain::Picture& picture) { digests.first = DigestOf(picture); });
  engine::Engine again(store_, clock_, ByHand());
  EXPECT_TRUE(again.Start().ok());
  const auto feed = again.FeedOf(kMunicipality);
  EXPECT_TRUE(feed.ok()) << feed.status();
  (*feed)->Reading([&](const domain::Picture& picture) {
    digests.second = DigestOf(picture);
    return 0;
  });
  again.Stop();
  return digests;
}

}  // namespace samsyn::simulation
