// What a member of the secrecy harness reads: lists of every kind with their page tokens, the
// situation now and as it was, merge candidates, things by name. Counts must be those of what
// it may see, as if there were nothing else.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_READING_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_READING_H_

#include <absl/strings/escaping.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/situation.pb.h>

#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/secrecy_harness.h"

namespace samsyn::simulation {

class SecrecyReading : public SecrecyHarness {
 public:
  using SecrecyHarness::SecrecyHarness;

 protected:
  // What else a member can look at.
  virtual void LookFurther(const std::string& member) = 0;
  // How often a list by time was compared with what its reader was shown.
  int by_time() const { return by_time_; }

  template <typename Response, typename Request>
  void ListAll(const std::string& member, const char* service, Request request) {
    request.set_municipality(kMunicipality);
    request.set_page_size(3);
    for (int page = 0; page < 100; ++page) {
      Response response;
      if (!Call(member, service, request, &response).ok()) return;
      std::string position;
      if (absl::Base64Unescape(response.next_page_token(), &position) ||
          absl::WebSafeBase64Unescape(response.next_page_token(), &position)) {
        Judge(member, position, "", absl::StrCat(service, " page token"));
      }
      if (response.next_page_token().empty()) return;
      request.set_page_token(response.next_page_token());
    }
  }

  void LookAtEverything(const std::string& member) override {
    ListAll<v1::ListReportsResponse>(member, "ReportService", v1::ListReportsRequest());
    ListAll<v1::ListIncidentsResponse>(member, "IncidentService", v1::ListIncidentsRequest());
    ListAll<v1::ListProblemsResponse>(member, "ProblemService", v1::ListProblemsRequest());
    ListAll<v1::ListMeetingsResponse>(member, "MeetingService", v1::ListMeetingsRequest());
    ListAll<v1::ListDeploymentsResponse>(member, "DeploymentService", v1::ListDeploymentsRequest());
    ListAll<v1::ListAssignmentsResponse>(member, "AssignmentService", v1::ListAssignmentsRequest());
    ListAll<v1::ListMembersResponse>(member, "DirectoryService", v1::ListMembersRequest());
    ListAll<v1::ListTokensResponse>(member, "AccessService", v1::ListTokensRequest());
    ListAll<v1::ListSessionsResponse>(member, "AccessService", v1::ListSessionsRequest());
    ListAll<v1::ListDevicesResponse>(member, "AccessService", v1::ListDevicesRequest());
    v1::ListReportsRequest by_word;
    by_word.set_word("kanarie");
    ListAll<v1::ListReportsResponse>(member, "ReportService", by_word);
    CheckListByTime(member);
    CheckSituation(member);
    CheckPastSituation(member);
    CheckCandidates(member);
    LookFurther(member);
    for (int i = 0; i < 4; ++i) GetSomething(member);
  }

  // A list by time holds of what the member was shown what lies there as it was shown: how it is
  // filtered does not tell a time that is kept from it.
  void CheckListByTime(const std::string& member) {
    const absl::Time from = clock_.Now() - absl::Minutes(static_cast<int>(Below(600)));
    v1::ListReportsRequest request;
    request.set_municipality(kMunicipality);
    const absl::Time to = from + absl::Minutes(1 + static_cast<int>(Below(300)));
    *request.mutable_period()->mutable_start_time() = domain::TimestampOf(from);
    *request.mutable_period()->mutable_end_time() = domain::TimestampOf(to);
    request.set_page_size(1000);
    v1::ListReportsResponse response;
    if (!Call(member, "ReportService", request, &response).ok()) return;
    std::set<std::string> listed, expected;
    for (const v1::Report& report : response.reports()) listed.insert(report.name());
    for (const auto& [name, entity] : watching_[member].client.entities()) {
      const absl::Time time = domain::TimeOf(entity.report().occurred_time());
      if (entity.has_report() && time >= from && time < to) expected.insert(name);
    }
    ++by_time_;
    EXPECT_EQ(listed, expected) << member << " from " << from;
  }

  // The counts are those of the incidents that the member may see, and no others.
  void CheckSituation(const std::string& member) {
    std::vector<domain::EntityPtr> now;
    Judging([&](const SecrecyModel&, const domain::Picture& picture) { now = CountedIn(picture); });
    CheckSituation(member, 0, now);
  }
  // As it was at some revision: what counted then, if the member may see it as it was and as it is.
  void CheckPastSituation(const std::string& member) {
    if (past_.empty()) return;
    const auto& [revision, then] = *std::next(past_.begin(), Below(past_.size()));
    CheckSituation(member, revision, then);
  }
  void CheckSituation(const std::string& member, int64_t as_of,
                      const std::vector<domain::EntityPtr>& entities) {
    v1::GetSituationRequest request;
    request.set_municipality(kMunicipality);
    request.set_as_of_revision(as_of);
    v1::GetSituationResponse response;
    if (!Call(member, "SituationService", request, &response).ok()) return;
    int shown = 0;
    for (const v1::SituationRow& row : response.rows()) shown += row.actual() + row.perceived();
    const absl::Time start = domain::TimeOf(response.period_start_time());
    SituationCounts counts;
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      counts = CountsFor(MemberName(member), model, picture, entities, start);
    });
    EXPECT_EQ(shown, counts.incidents) << member << " as of " << as_of << "\n"
                                       << response.DebugString() << Dump();
    EXPECT_EQ(response.unreviewed_reports(), counts.unreviewed) << member << " as of " << as_of;
    EXPECT_TRUE(as_of == 0 || response.sources().empty());
  }

  // The pairs are those of the incidents that the member may see, as if there were no others.
  void CheckCandidates(const std::string& member) {
    v1::ListMergeCandidatesRequest request;
    request.set_municipality(kMunicipality);
    ListAll<v1::ListMergeCandidatesResponse>(member, "IncidentService", request);
    request.set_page_size(1000);
    v1::ListMergeCandidatesResponse response;
    if (!Call(member, "IncidentService", request, &response).ok()) return;
    std::set<std::set<std::string>> shown, expected;
    for (const v1::MergeCandidate& pair : response.candidates()) {
      shown.insert({pair.incident().name(), pair.other().name()});
    }
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      std::vector<std::shared_ptr<const v1::Incident>> visible;
      for (const auto& incident : picture.All<v1::Incident>()) {
        if (incident->counted() && incident->state() == v1::Incident::STATE_CURRENT &&
            !incident->area().empty() && model.SeesWhole(MemberName(member), incident->name())) {
          visible.push_back(incident);
        }
      }
      for (const auto& a : visible) {
        for (const auto& b : visible) {
          if (a->name() < b->name() && AlikeAndNear(picture, *a, *b)) {
            expected.insert({a->name(), b->name()});
          }
        }
      }
    });
    EXPECT_EQ(shown, expected) << member << "\n" << Dump();
  }

  // No report of a history has a point.
  static bool AlikeAndNear(const domain::Picture& picture, const v1::Incident& a,
                           const v1::Incident& b) {
    const auto label = [&](const v1::Incident& one) {
      return domain::ReleaseLabel(one.release(), one.owner(),
                                  picture.Get<v1::Organisation>(one.owner())->authority());
    };
    const absl::Duration apart =
        domain::TimeOf(a.occurred_time()) - domain::TimeOf(b.occurred_time());
    return a.area() == b.area() && a.family() == b.family() && a.perceived() == b.perceived() &&
           label(a) == label(b) && absl::AbsDuration(apart) <= absl::Hours(2);
  }

  // Incidents, cells and organisations, for a failure's message.
  std::string Dump() {
    std::string all;
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      for (const auto& one : picture.All<v1::Incident>()) all += one->ShortDebugString() + "\n";
      for (const auto& one : picture.All<v1::SituationCell>())
        all += one->ShortDebugString() + "\n";
      for (const auto& one : picture.All<v1::Organisation>()) all += one->ShortDebugString() + "\n";
    });
    return all;
  }

  // Asks for a thing by name, whether it may see it or not.
  void GetSomething(const std::string& member) {
    const std::string report = Some("reports"), problem = Some("problems"),
                      deployment = Some("deployments"), assignment = Some("assignments");
    if (!report.empty())
      Get<v1::GetReportResponse, v1::GetReportRequest>(member, "ReportService", report);
    if (!problem.empty())
      Get<v1::GetProblemResponse, v1::GetProblemRequest>(member, "ProblemService", problem);
    if (!deployment.empty()) {
      Get<v1::GetDeploymentResponse, v1::GetDeploymentRequest>(member, "DeploymentService",
                                                               deployment);
    }
    if (!assignment.empty()) {
      Get<v1::GetAssignmentResponse, v1::GetAssignmentRequest>(member, "AssignmentService",
                                                               assignment);
    }
  }

  template <typename Response, typename Request>
  void Get(const std::string& member, const char* service, const std::string& name) {
    Request request;
    request.set_name(name);
    Response response;
    const grpc::Status status = Call(member, service, request, &response);
    Judging([&](const SecrecyModel& model, const domain::Picture&) {
      EXPECT_EQ(status.ok(), model.MaySee(MemberName(member), name)) << member << " " << name;
      if (!status.ok()) {
        EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND) << name;
      }
    });
  }

  int by_time_ = 0;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_READING_H_