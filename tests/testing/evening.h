// A Friday evening in memory, for tests of rules: the organisations, members, units and areas of
// the demonstration in small.
#ifndef SAMSYN_TESTS_TESTING_EVENING_H_
#define SAMSYN_TESTS_TESTING_EVENING_H_

#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/meeting.pb.h>
#include <samsyn/v1/problem.pb.h>

#include <string>

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
