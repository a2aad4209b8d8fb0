// A Friday evening in memory, for tests of rules: the organisations, members, units and areas of
// the demonstration in small.
#ifndef SAMSYN_TESTS_TESTING_EVENING_H_
#define SAMSYN_TESTS_TESTING_EVENING_H_

#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/meeting.pb.h>
#include <samsyn/v1/problem.pb.h>

#include <string>

#include "server/domain/deployment_rules.h"
#include "server/domain/meeting_rules.h"
#include "server/domain/problem_rules.h"
#include "tests/testing/world.h"

namespace samsyn::testing {

// kommun (authority): coordinator, chair, secretary, dispatcher, and anna and bo in the unit
// `vardar`; polisen (authority): police (reporter and dispatcher), officer in `patrull`; bostader
// (private): landlord (reporter and dispatcher), guard in `ronden`, which the police direct;
// screen: an observer. Areas: brandbergen, jordbro, vega.
class Evening : public World {
 public:
  Evening() { Furnish(); }
  explicit Evening(absl::Time now) : World(now) { Furnish(); }

  bool Sees(absl::string_view member, absl::string_view name) const {
    return ShownTo(member, name) != nullptr;
  }
  // Plans a meeting an hour from now; its name.
  std::string Schedule() {
    v1::ScheduleMeetingRequest request;
    request.set_municipality(kMunicipality);
    *request.mutable_meeting()->mutable_scheduled_time() =
        domain::TimestampOf(now() + absl::Hours(1));
    return Do("coordinator", request, domain::ScheduleMeeting).ok() ? results().front() : "";
  }
  // Opens it, with `chair` in the chair.
  absl::Status Open(const std::string& meeting) {
    v1::OpenMeetingRequest request;
    request.set_name(meeting);
    return Do("chair", request, domain::OpenMeeting);
  }
  absl::Status Join(const std::string& meeting, absl::string_view member) {
    v1::JoinMeetingRequest request;
    request.set_name(meeting);
    return Do(member, request, domain::JoinMeeting);
  }
  absl::Status Close(const std::string& meeting) {
    v1::CloseMeetingRequest request;
    request.set_name(meeting);
    return Do("chair", request, domain::CloseMeeting);
  }
  // States a problem at a class; its name.
  std::string State(absl::string_view member,
                    v1::ReleaseClass release = v1::RELEASE_CLASS_PARTNER) {
    v1::CreateProblemRequest request;
    request.mutable_problem()->set_statement("Buskörning vid centrum");
    request.mutable_problem()->mutable_release()->set_release_class(release);
    return Do(member, request, domain::CreateProblem).ok() ? results().front() : "";
  }
  // A deployment that can be decided, from an hour to three hours from now; its name.
  std::string Propose(absl::string_view member, const std::string& problem,
                      v1::Deployment::Kind kind = v1::Deployment::KIND_VISIBLE_PATROL) {
    v1::ProposeDeploymentRequest request;
    v1::Deployment& deployment = *request.mutable_deployment();
    deployment.set_aim("Lugn kväll");
    deployment.set_instruction("Gå runt centrum");
    deployment.set_kind(kind);
    deployment.set_problem(problem);
    deployment.add_areas(AreaName("brandbergen"));
    deployment.set_responsible_organisation(OrganisationName("kommun"));
    *deployment.mutable_follow_up_due_time() = domain::TimestampOf(now() + absl::Hours(24 * 7));
    *deployment.mutable_window()->mutable_start_time() =
        domain::TimestampOf(now() + absl::Hours(1));
    *deployment.mutable_window()->mutable_end_time() = domain::TimestampOf(now() + absl::Hours(3));
    return Do(member, request, domain::ProposeDeployment).ok() ? results().front() : "";
  }
  absl::Status Commit(absl::string_view member, const std::string& deployment,
                      absl::string_view unit) {
    v1::CommitUnitRequest request;
    request.set_name(deployment);
    request.set_unit(UnitName(unit));
    return Do(member, request, domain::CommitUnit);
  }
  absl::Status Decide(const std::string& deployment) {
    v1::DecideDeploymentRequest request;
    request.set_name(deployment);
    request.set_etag(Now<v1::Deployment>(deployment).etag());
    return Do("chair", request, domain::DecideDeployment);
  }
  // Changes one thing in a deployment.
  absl::Status Revise(absl::string_view member, const std::string& deployment,
                      const std::function<void(v1::Deployment&)>& change) {
    v1::ReviseDeploymentRequest request;
    const auto shown = ShownTo(member, deployment);
    if (shown != nullptr) *request.mutable_deployment() = shown->deployment();
    request.set_etag(request.deployment().etag());
    change(*request.mutable_deployment());
    return Do(member, request, domain::ReviseDeployment);
  }
  // A decided deployment with the unit vardar, and its assignment.
  std::string Offered() {
    const std::string deployment = Propose("chair", State("reporter"));
    if (!Commit("dispatcher", deployment, "vardar").ok() || !Decide(deployment).ok()) return "";
    return Now<v1::Deployment>(deployment).commitments(0).assignment();
  }

 private:
  void Furnish() {
    AddOrganisation("kommun", v1::ORGANISATION_KIND_MUNICIPALITY, true);
    AddOrganisation("polisen", v1::ORGANISATION_KIND_POLICE, true);
    AddOrganisation("bostader", v1::ORGANISATION_KIND_PROPERTY_OWNER, false);
    AddUnit("vardar", "kommun");
    AddUnit("falt", "kommun");
    AddUnit("patrull", "polisen");
    AddUnit("ronden", "bostader", {"polisen"});
    AddMember("coordinator", "kommun", {v1::ROLE_COORDINATOR});
    AddMember("chair", "kommun", {v1::ROLE_CHAIR});
    AddMember("secretary", "kommun", {v1::ROLE_SECRETARY});
    AddMember("dispatcher", "kommun", {v1::ROLE_DISPATCHER});
    AddMember("reporter", "kommun", {v1::ROLE_REPORTER});
    AddMember("anna", "kommun", {v1::ROLE_FIELD}, {"vardar"});
    AddMember("bo", "kommun", {v1::ROLE_FIELD}, {"vardar"});
    AddMember("frida", "kommun", {v1::ROLE_FIELD}, {"falt"});
    AddMember("police", "polisen", {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
    AddMember("officer", "polisen", {v1::ROLE_FIELD}, {"patrull"});
    AddMember("landlord", "bostader", {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
    AddMember("guard", "bostader", {v1::ROLE_FIELD}, {"ronden"});
    AddMember("screen", "kommun", {v1::ROLE_OBSERVER});
    for (const char* area : {"brandbergen", "jordbro", "vega"}) AddArea(area);
  }
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_EVENING_H_
