// The meeting of a simulated municipality.
#include "tests/bench/friday_meeting.h"

#include <absl/strings/str_cat.h>

namespace samsyn::bench {
namespace {

class TheMeeting {
 public:
  explicit TheMeeting(Town& town) : town_(town), begin_(absl::Now()) {}

  void Hold() {
    if (!Open()) return;
    At(8);
    Advance(v1::Meeting::PHASE_ROUND);
    for (int n = 0; n < model::kOrganisations; ++n) {
      At(9 + 16.0 * n / model::kOrganisations);
      Says(n);
    }
    At(26);
    Advance(v1::Meeting::PHASE_LEVELS);
    At(28);
    Levels();
    At(35);
    Advance(v1::Meeting::PHASE_PRIORITIES);
    Priorities();
    At(40);
    Advance(v1::Meeting::PHASE_DECISIONS);
    for (int n = 0; n < model::kDeployments; ++n) {
      At(41 + 12.0 * n / model::kDeployments);
      Decide(n);
    }
    At(55);
    Offer();
    At(58);
    Close();
  }

 private:
  void At(double minute) {
    absl::SleepFor(begin_ + town_.world().Scaled(60 * minute) - absl::Now());
  }

  // One call, waited for; whether it was answered.
  template <typename Stub, typename Interface, typename Request, typename Response>
  bool Do(const char* name, Person& person, Stub& (Client::*stub)(),
          grpc::Status (Interface::*method)(grpc::ClientContext*, const Request&, Response*),
          const Request& request, Response& response) {
    const absl::Time begin = absl::Now();
    CallError error;
    for (size_t n = 0; n < town_.world().addresses.size(); ++n) {
      Client& client = person.At(n);
      error = client.Call((client.*stub)(), method, request, &response);
      if (error.code != grpc::StatusCode::UNAVAILABLE) break;
    }
    const double ms = absl::ToDoubleMilliseconds(absl::Now() - begin);
    town_.world().tally.Call(name, ms, grpc::Status(error.code, error.message));
    if (error.ok()) town_.world().tally.writes.Add(ms);
    return error.ok();
  }

  bool Open() {
    v1::ScheduleMeetingRequest schedule;
    schedule.set_municipality(town_.chair().municipality());
    schedule.mutable_meeting()->mutable_scheduled_time()->set_seconds(Seconds());
    v1::ScheduleMeetingResponse scheduled;
    if (!Do("ScheduleMeeting", town_.chair(), &Client::meetings,
            &v1::MeetingService::StubInterface::ScheduleMeeting, schedule, scheduled)) {
      return false;
    }
    meeting_ = scheduled.meeting().name();
    v1::OpenMeetingRequest open;
    open.set_name(meeting_);
    v1::OpenMeetingResponse opened;
    Do("OpenMeeting", town_.chair(), &Client::meetings,
       &v1::MeetingService::StubInterface::OpenMeeting, open, opened);
    for (int n = 0; n < model::kOrganisations; ++n) {
      At(1 + 2.0 * n / model::kOrganisations);
      v1::JoinMeetingRequest join;
      join.set_name(meeting_);
      v1::JoinMeetingResponse joined;
      Do("JoinMeeting", town_.participant(n), &Client::meetings,
         &v1::MeetingService::StubInterface::JoinMeeting, join, joined);
    }
    return true;
  }

  void Advance(v1::Meeting::Phase phase) {
    v1::AdvanceMeetingRequest request;
    request.set_name(meeting_);
    request.set_phase(phase);
    v1::AdvanceMeetingResponse response;
    Do("AdvanceMeeting", town_.chair(), &Client::meetings,
       &v1::MeetingService::StubInterface::AdvanceMeeting, request, response);
  }

  void Says(int n) {
    v1::AddRoundEntryRequest request;
    request.set_name(meeting_);
    request.mutable_entry()->set_kind(v1::RoundEntry::KIND_SAID);
    request.mutable_entry()->set_text(
        "Veckan hos oss: lugnare vid stationen, mer klotter vid skolan, två nya i jouren.");
    v1::AddRoundEntryResponse response;
    Do("AddRoundEntry", town_.participant(n), &Client::meetings,
       &v1::MeetingService::StubInterface::AddRoundEntry, request, response);
  }

  void Levels() {
    v1::AssessAreasRequest request;
    request.set_name(meeting_);
    for (int n = 0; n < model::kAreas; ++n) {
      auto& level = *request.add_levels();
      level.set_area(town_.Area(n));
      level.set_level(static_cast<v1::AreaLevel>(1 + town_.Below(4)));
      level.set_reason("Så såg veckan ut.");
    }
    v1::AssessAreasResponse response;
    Do("AssessAreas", town_.chair(), &Client::meetings,
       &v1::MeetingService::StubInterface::AssessAreas, request, response);
  }

  void Priorities() {
    v1::SetPrioritiesRequest priorities;
    priorities.set_name(meeting_);
    for (int n = 0; n < 3; ++n) {
      v1::CreateProblemRequest create;
      create.set_municipality(town_.chair().municipality());
      create.mutable_problem()->set_statement(absl::StrCat("Återkommande, ", n + 1));
      v1::CreateProblemResponse created;
      if (Do("CreateProblem", town_.chair(), &Client::problems,
             &v1::ProblemService::StubInterface::CreateProblem, create, created)) {
        problem_ = created.problem().name();
        priorities.add_problems(problem_);
      }
    }
    v1::SetPrioritiesResponse response;
    Do("SetPriorities", town_.chair(), &Client::meetings,
       &v1::MeetingService::StubInterface::SetPriorities, priorities, response);
  }

  // Proposed by one, supported by two, with units of those who have them; and decided.
  void Decide(int n) {
    v1::ProposeDeploymentRequest propose;
    propose.set_municipality(town_.chair().municipality());
    v1::Deployment& deployment = *propose.mutable_deployment();
    deployment.set_problem(problem_);
    deployment.set_aim("kvällen blir lugn för dem som är ute");
    deployment.set_kind(v1::Deployment::KIND_VISIBLE_PATROL);
    deployment.add_areas(town_.Area(n));
    deployment.mutable_window()->mutable_start_time()->set_seconds(Seconds() - 600);
    deployment.mutable_window()->mutable_end_time()->set_seconds(Seconds() + 9 * 3600);
    deployment.set_responsible_organisation(town_.Organisation(0));
    deployment.mutable_follow_up_due_time()->set_seconds(Seconds() + 5 * 24 * 3600);
    deployment.set_instruction("Gå rundan, tala med dem som är ute, ring om något händer.");
    deployment.set_offer_after_read_back(true);
    v1::ProposeDeploymentResponse proposed;
    if (!Do("ProposeDeployment", town_.participant(n % model::kOrganisations), &Client::deployments,
            &v1::DeploymentService::StubInterface::ProposeDeployment, propose, proposed)) {
      return;
    }
    const std::string name = proposed.deployment().name();
    for (int i = 1; i <= 2; ++i) {
      v1::TakePositionRequest position;
      position.set_name(name);
      position.set_stance(v1::Position::STANCE_SUPPORT);
      v1::TakePositionResponse taken;
      Do("TakePosition", town_.participant((n + i) % model::kOrganisations), &Client::deployments,
         &v1::DeploymentService::StubInterface::TakePosition, position, taken);
    }
    for (int u = n; u < model::kUnits; u += model::kDeployments) Commit(name, u);
    v1::GetDeploymentRequest get;
    get.set_name(name);
    get.set_min_revision(revision_);  // with all that was said just now, to whichever node
    v1::GetDeploymentResponse got;
    Do("GetDeployment", town_.chair(), &Client::deployments,
       &v1::DeploymentService::StubInterface::GetDeployment, get, got);
    v1::DecideDeploymentRequest decide;
    decide.set_name(name);
    decide.set_etag(got.deployment().etag());
    v1::DecideDeploymentResponse decided;
    Do("DecideDeployment", town_.chair(), &Client::deployments,
       &v1::DeploymentService::StubInterface::DecideDeployment, decide, decided);
  }

  void Commit(const std::string& deployment, int unit) {
    v1::CommitUnitRequest request;
    request.set_name(deployment);
    request.set_unit(town_.unit(unit).person().unit());
    v1::CommitUnitResponse response;
    Do("CommitUnit", town_.participant(unit % model::kUnitOrganisations), &Client::deployments,
       &v1::DeploymentService::StubInterface::CommitUnit, request, response);
    revision_ = std::max(revision_, response.revision());
  }

  void Offer() {
    v1::OfferAssignmentsRequest request;
    request.set_municipality(town_.chair().municipality());
    v1::OfferAssignmentsResponse response;
    Do("OfferAssignments", town_.chair(), &Client::deployments,
       &v1::DeploymentService::StubInterface::OfferAssignments, request, response);
  }

  void Close() {
    v1::SetNightLeadRequest lead;
    lead.set_name(meeting_);
    lead.mutable_night_lead()->set_member(town_.chair().member());
    lead.mutable_night_lead()->set_phone("070-1740630");
    lead.mutable_night_lead()->mutable_window()->mutable_start_time()->set_seconds(Seconds());
    lead.mutable_night_lead()->mutable_window()->mutable_end_time()->set_seconds(Seconds() +
                                                                                 9 * 3600);
    v1::SetNightLeadResponse led;
    Do("SetNightLead", town_.chair(), &Client::meetings,
       &v1::MeetingService::StubInterface::SetNightLead, lead, led);
    v1::CloseMeetingRequest close;
    close.set_name(meeting_);
    close.set_override_reason("Simulerad fredag.");
    v1::CloseMeetingResponse closed;
    Do("CloseMeeting", town_.chair(), &Client::meetings,
       &v1::MeetingService::StubInterface::CloseMeeting, close, closed);
  }

  static int64_t Seconds() { return absl::ToUnixSeconds(absl::Now()); }

  Town& town_;
  const absl::Time begin_;
  std::string meeting_, problem_;
  int64_t revision_ = 0;  // of the newest commitment
};

}  // namespace

void HoldMeeting(Town& town) { TheMeeting(town).Hold(); }

}  // namespace samsyn::bench
