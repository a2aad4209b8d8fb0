// What an evening in the secrecy harness consists of: a problem is stated, deployments are
// proposed, positions taken, units committed; a meeting is held; the field answers.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_EVENING_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_EVENING_H_

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "tests/simulation/secrecy_any.h"

namespace samsyn::simulation {

class SecrecyEvening : public SecrecyAny {
 protected:
  using SecrecyAny::SecrecyAny;

  void StateProblem() {
    const std::string canary = Canary();
    v1::CreateProblemRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    request.mutable_problem()->set_statement(canary);
    request.mutable_problem()->mutable_release()->set_release_class(SomeClass());
    Act<v1::CreateProblemResponse>(SomePerson().id, "ProblemService", request, canary);
  }

  void FillDeployment(v1::Deployment& deployment, const std::string& canary) {
    deployment.set_problem(Some("problems"));
    deployment.set_aim(canary);
    deployment.set_kind(Chance(30) ? v1::Deployment::KIND_TRAFFIC_CONTROL
                                   : v1::Deployment::KIND_VISIBLE_PATROL);
    deployment.add_areas(SomeArea());
    const absl::Time start = clock_.Now() + absl::Hours(static_cast<int>(Below(4)));
    *deployment.mutable_window()->mutable_start_time() = domain::TimestampOf(start);
    *deployment.mutable_window()->mutable_end_time() = domain::TimestampOf(start + absl::Hours(3));
    if (deployment.problem().empty()) {
      StateProblem();
      deployment.set_problem(Some("problems"));
    }
    deployment.set_responsible_organisation(SomeOrganisation());
    *deployment.mutable_follow_up_due_time() = domain::TimestampOf(start + absl::Hours(100));
    if (Chance(40)) deployment.mutable_release()->set_release_class(SomeClass());
  }

  void Propose() {
    const std::string canary = Canary();
    v1::ProposeDeploymentRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    FillDeployment(*request.mutable_deployment(), canary);
    Act<v1::ProposeDeploymentResponse>(SomePerson().id, "DeploymentService", request, canary);
  }

  void RevisePlan() {
    const std::string canary = Canary();
    v1::ReviseDeploymentRequest request;
    request.set_request_id(NewRequestId());
    const std::string name = Some("deployments");
    request.set_etag(EtagNow(name));
    FillDeployment(*request.mutable_deployment(), canary);
    request.mutable_deployment()->set_name(name);
    Home(canary, name);
    Act<v1::ReviseDeploymentResponse>(SomePerson().id, "DeploymentService", request);
  }

  void Position() {
    v1::TakePositionRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("deployments"));
    request.set_stance(Chance(70) ? v1::Position::STANCE_SUPPORT : v1::Position::STANCE_OBJECT);
    const std::string canary = Canary();
    request.set_reason(canary);
    Home(canary, request.name());
    Act<v1::TakePositionResponse>(SomePerson().id, "DeploymentService", request);
  }

  void Commit() {
    static constexpr const char* kUnits[] = {"vakt-1", "patrull", "vardar", "ordning"};
    v1::CommitUnitRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("deployments"));
    request.set_unit(UnitName(kUnits[Below(std::size(kUnits))]));
    if (Chance(30)) request.set_override_reason("behövs");
    Act<v1::CommitUnitResponse>(SomebodyOf(request.unit()), "DeploymentService", request);
  }

  void Decide() {
    v1::DecideDeploymentRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("deployments"));
    request.set_etag(EtagNow(request.name()));
    request.set_without_objectors(true);
    Act<v1::DecideDeploymentResponse>("ordforande", "DeploymentService", request);
  }

  // The next thing that a meeting does: is planned, opened, joined, led on, closed.
  void Meet() {
    const std::string meeting = Some("meetings");
    const v1::Meeting now = Now<v1::Meeting>(meeting);
    if (now.phase() == v1::Meeting::PHASE_CLOSED && Chance(60)) {
      KeepMinutes(meeting);
    } else if (meeting.empty() || now.has_close_time()) {
      v1::ScheduleMeetingRequest request;
      request.set_request_id(NewRequestId());
      request.set_municipality(kMunicipality);
      *request.mutable_meeting()->mutable_scheduled_time() = domain::TimestampOf(clock_.Now());
      Act<v1::ScheduleMeetingResponse>("ordforande", "MeetingService", request);
    } else if (now.phase() == v1::Meeting::PHASE_PLANNED) {
      v1::OpenMeetingRequest request;
      request.set_request_id(NewRequestId());
      request.set_name(meeting);
      Act<v1::OpenMeetingResponse>("ordforande", "MeetingService", request);
    } else if (Chance(35)) {
      v1::JoinMeetingRequest request;
      request.set_request_id(NewRequestId());
      request.set_name(meeting);
      Act<v1::JoinMeetingResponse>(SomePerson().id, "MeetingService", request);
    } else if (Chance(30)) {
      v1::LeaveMeetingRequest request;
      request.set_request_id(NewRequestId());
      request.set_name(meeting);
      Act<v1::LeaveMeetingResponse>(SomePerson().id, "MeetingService", request);
    } else if (Chance(20)) {
      v1::AdvanceMeetingRequest request;
      request.set_request_id(NewRequestId());
      request.set_name(meeting);
      request.set_phase(Chance(50) ? v1::Meeting::PHASE_ROUND : v1::Meeting::PHASE_DECISIONS);
      Act<v1::AdvanceMeetingResponse>("ordforande", "MeetingService", request);
    } else if (Chance(30)) {
      v1::TakeChairRequest request;
      request.set_request_id(NewRequestId());
      request.set_name(meeting);
      Act<v1::TakeChairResponse>(SomePerson().id, "MeetingService", request);
    } else if (Chance(45)) {
      v1::SetNightLeadRequest request;
      request.set_request_id(NewRequestId());
      request.set_name(meeting);
      request.mutable_night_lead()->set_member(MemberName(SomePerson().id));
      request.mutable_night_lead()->set_phone("08-000 00 00");
      auto& window = *request.mutable_night_lead()->mutable_window();
      *window.mutable_start_time() = domain::TimestampOf(clock_.Now());
      *window.mutable_end_time() = domain::TimestampOf(clock_.Now() + absl::Hours(5));
      Act<v1::SetNightLeadResponse>("ordforande", "MeetingService", request);
    } else {
      v1::CloseMeetingRequest request;
      request.set_request_id(NewRequestId());
      request.set_name(meeting);
      const std::string canary = Canary();
      if (Chance(80)) request.set_override_reason(canary);
      Home(canary, meeting);
      Act<v1::CloseMeetingResponse>("ordforande", "MeetingService", request);
    }
  }

  // Its minutes are corrected, or approved.
  void KeepMinutes(const std::string& meeting) {
    if (Chance(40)) {
      const std::string canary = Canary();
      v1::ReviseMinutesRequest request;
      request.set_request_id(NewRequestId());
      request.set_name(meeting);
      request.set_correction(canary);
      Home(canary, meeting);
      Act<v1::ReviseMinutesResponse>("ordforande", "MeetingService", request);
    } else {
      v1::ApproveMinutesRequest request;
      request.set_request_id(NewRequestId());
      request.set_name(meeting);
      Act<v1::ApproveMinutesResponse>("ordforande", "MeetingService", request);
    }
  }

  // The unit says how it went.
  void SayHowItWent() {
    const std::string canary = Canary();
    v1::DebriefAssignmentRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("assignments"));
    request.mutable_debrief()->set_result(v1::Debrief::RESULT_PARTLY);
    request.mutable_debrief()->set_mood(v1::Debrief::MOOD_UNEASY);
    request.mutable_debrief()->set_text(canary);
    Home(canary, request.name());
    Act<v1::DebriefAssignmentResponse>(SomebodyOf(request.name()), "AssignmentService", request);
  }

  void Say() {
    const std::string canary = Canary();
    v1::AddRoundEntryRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("meetings"));
    request.mutable_entry()->set_kind(v1::RoundEntry::KIND_SAID);
    request.mutable_entry()->set_text(canary);
    Act<v1::AddRoundEntryResponse>(SomePerson().id, "MeetingService", request, canary);
  }

  void Assess() {
    const std::string canary = Canary();
    v1::AssessAreasRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("meetings"));
    auto& level = *request.add_levels();
    level.set_area(SomeArea());
    level.set_level(static_cast<v1::AreaLevel>(1 + Below(5)));
    level.set_reason(canary);
    level.set_reason_class(SomeClass());
    const std::string assessment =
        absl::StrCat(request.name(), "/assessments/", domain::IdOf(level.area()));
    Home(canary, assessment);
    if (Act<v1::AssessAreasResponse>("ordforande", "MeetingService", request)) {
      made_["assessments"].push_back(assessment);
    }
  }

  void Prioritise() {
    v1::SetPrioritiesRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("meetings"));
    request.set_etag(EtagNow(request.name()));
    std::set<std::string> problems = {Some("problems"), Some("problems")};
    for (const std::string& problem : problems) request.add_problems(problem);
    Act<v1::SetPrioritiesResponse>("ordforande", "MeetingService", request);
  }

  v1::DeviceStamp Stamp(const v1::Assignment& assignment) {
    v1::DeviceStamp stamp;
    stamp.set_operation_id(NewRequestId());
    *stamp.mutable_device_time() = domain::TimestampOf(clock_.Now());
    stamp.set_definition_version(std::max<int64_t>(assignment.definition_version(), 1));
    stamp.set_status_version(std::max<int64_t>(assignment.status_version(), 1));
    return stamp;
  }

  void Answer() {
    const std::string canary = Canary();
    v1::AcknowledgeAssignmentRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("assignments"));
    request.set_answer(static_cast<v1::AcknowledgeAssignmentRequest::Answer>(1 + Below(3)));
    request.set_reason(canary);
    Home(canary, request.name());
    *request.mutable_stamp() = Stamp(Now<v1::Assignment>(request.name()));
    Act<v1::AcknowledgeAssignmentResponse>(SomebodyOf(request.name()), "AssignmentService",
                                           request);
  }

  // Of what is over; else time passes until something is.
  void FollowUp() {
    const std::string canary = Canary();
    v1::RecordFollowUpRequest request;
    request.set_request_id(NewRequestId());
    for (const std::string& one : made_["deployments"]) {
      const auto deployment = Now<v1::Deployment>(one);
      if (deployment.state() == v1::Deployment::STATE_COMPLETED) request.set_name(one);
      if (deployment.state() == v1::Deployment::STATE_DECIDED ||
          deployment.state() == v1::Deployment::STATE_ACTIVE) {
        waits_ = true;
      }
    }
    if (request.name().empty() && waits_) {
      clock_.Advance(absl::Hours(8));
      EXPECT_TRUE(Engine().RunDueTimers(kMunicipality).ok());
      nodes_.Settle();
      waits_ = false;
    }
    request.set_etag(EtagNow(request.name()));
    request.mutable_follow_up()->set_outcome(v1::FollowUp::OUTCOME_PARTIAL);
    request.mutable_follow_up()->set_evidence(canary);
    Home(canary, request.name());
    Act<v1::RecordFollowUpResponse>("ordforande", "DeploymentService", request);
  }

  // The guard accepts, goes, and shows where it is.
  void GoOut() {
    std::string name;
    for (const std::string& one : made_["assignments"]) {
      if (Now<v1::Assignment>(one).unit() == UnitName("vakt-1") && Chance(70)) name = one;
    }
    v1::SetPositionConsentRequest consent;
    consent.set_request_id(NewRequestId());
    consent.set_consents(Chance(90));
    Act<v1::SetPositionConsentResponse>("vakt", "AccessService", consent);
    v1::AcknowledgeAssignmentRequest accept;
    accept.set_request_id(NewRequestId());
    accept.set_name(name);
    accept.set_answer(v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED);
    *accept.mutable_stamp() = Stamp(Now<v1::Assignment>(name));
    Act<v1::AcknowledgeAssignmentResponse>("vakt", "AssignmentService", accept);
    v1::UpdateAssignmentRequest go;
    go.set_request_id(NewRequestId());
    go.set_name(name);
    go.set_state(Chance(50) ? v1::Assignment::STATE_EN_ROUTE : v1::Assignment::STATE_ON_SCENE);
    *go.mutable_stamp() = Stamp(Now<v1::Assignment>(name));
    Act<v1::UpdateAssignmentResponse>("vakt", "AssignmentService", go);
    v1::ReportPositionRequest here;
    here.set_request_id(NewRequestId());
    here.set_name(name);
    here.mutable_point()->set_latitude_deg(59.17);
    here.mutable_point()->set_longitude_deg(18.14);
    Act<v1::ReportPositionResponse>("vakt", "AssignmentService", here);
  }

  void Note() {
    const std::string canary = Canary();
    v1::AddFieldUpdateRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("assignments"));
    request.set_text(canary);
    *request.mutable_stamp() = Stamp(Now<v1::Assignment>(request.name()));
    Act<v1::AddFieldUpdateResponse>(SomebodyOf(request.name()), "AssignmentService", request,
                                    canary);
  }

  bool waits_ = false;  // something was decided that is not over yet
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_EVENING_H_
