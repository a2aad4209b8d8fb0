// One Friday, end to end, through the public API over gRPC, with the client library, against a real
// samsynd: setup, import, reports of three organisations, problem, proposal, objection, revision,
// commitment on behalf, decision, the assignment's way through the night, close.
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "clients/cpp/client.h"
#include "clients/cpp/watch_loop.h"
#include "tests/testing/server_process.h"

namespace samsyn {
namespace {

using ::testing::ElementsAre;

constexpr char kMunicipality[] = "municipalities/0136";
constexpr char kFeed[] = "https://example.org/events";

std::string Name(absl::string_view collection, absl::string_view id) {
  return absl::StrCat(kMunicipality, "/", collection, "/", id);
}

// The picture of one member, kept by the client library's loop on a thread of its own.
class Watcher {
 public:
  explicit Watcher(Client& client) {
    v1::WatchRequest request;
    request.set_municipality(kMunicipality);
    loop_ = std::make_unique<WatchLoop>(
        client, request, WatchCallbacks{.applied = [this](const ChangeSet& set) { Applied(set); }});
    thread_ = std::thread([this] { loop_->Run(); });
  }
  ~Watcher() {
    loop_->Stop();
    thread_.join();
  }
  // What it has once it has reached a revision; empty if it never does.
  std::map<std::string, EntityPtr> At(int64_t revision) {
    std::unique_lock<std::mutex> lock(mutex_);
    const bool reached = changed_.wait_for(lock, std::chrono::seconds(30),
                                           [&] { return current_ && revision_ >= revision; });
    return reached ? entities_ : std::map<std::string, EntityPtr>();
  }

 private:
  void Applied(const ChangeSet& set) {
    std::lock_guard<std::mutex> lock(mutex_);
    entities_ = loop_->entities();
    revision_ = set.revision;
    current_ = current_ || set.current;
    changed_.notify_all();
  }

  std::unique_ptr<WatchLoop> loop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, EntityPtr> entities_;
  int64_t revision_ = 0;
  bool current_ = false;
  std::thread thread_;
};

class FridayTest : public ::testing::Test {
 protected:
  FridayTest()
      : server_(SAMSYND_PATH), now_(absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()))) {}

  void SetUp() override {
    ASSERT_TRUE(server_.RunOffline({"--create", "0136"}));
    ASSERT_TRUE(server_.Start());
    AddClient("coordinator", server_.Token("0136-coordinator"));
  }
  void AddClient(const std::string& member, const std::string& token) {
    clients_[member] = std::make_unique<Client>(
        ClientOptions{.address = server_.address(), .token = token, .language = "en"});
  }
  Client& As(const std::string& member) { return *clients_.at(member); }

  // A call that must succeed; its answer.
  template <typename Response, typename Stub, typename Interface, typename Request>
  Response Do(Stub& stub, Client& client,
              grpc::Status (Interface::*method)(grpc::ClientContext*, const Request&, Response*),
              const Request& request) {
    Response response;
    const CallError error = client.Call(stub, method, request, &response);
    EXPECT_TRUE(error.ok()) << error.ToString() << "\n" << request.ShortDebugString();
    return response;
  }
  // A call that must be refused; the refusal.
  template <typename Response, typename Stub, typename Interface, typename Request>
  CallError Refused(Stub& stub, Client& client,
                    grpc::Status (Interface::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                    const Request& request) {
    Response response;
    CallError error = client.Call(stub, method, request, &response);
    EXPECT_FALSE(error.ok()) << request.ShortDebugString();
    EXPECT_FALSE(error.message.empty());
    return error;
  }

  v1::TimeWindow Window(double begin_h, double end_h) const {
    v1::TimeWindow window;
    window.mutable_start_time()->set_seconds(absl::ToUnixSeconds(now_ + absl::Hours(begin_h)));
    window.mutable_end_time()->set_seconds(absl::ToUnixSeconds(now_ + absl::Hours(end_h)));
    return window;
  }
  v1::DeviceStamp Stamp(const v1::Assignment& assignment) {
    v1::DeviceStamp stamp;
    stamp.set_operation_id(NewUuid());
    stamp.set_device_id("phone");
    stamp.set_sequence(++operations_);
    *stamp.mutable_device_time() = google::protobuf::util::TimeUtil::GetCurrentTime();
    stamp.set_definition_version(assignment.definition_version());
    stamp.set_status_version(assignment.status_version());
    return stamp;
  }

  // The steps of the day, in their order.
  void ApplySetup();
  void ImportEvents();
  void PeopleReport();
  void StateProblem();
  void OpenMeeting();
  void ProposeAndObject();
  void ReviseAndDecide();
  void WorkInTheField();
  void CloseMeeting();

  v1::Report Submit(const std::string& member, v1::Category category, const std::string& text,
                    v1::ReleaseClass release_class);
  void Advance(v1::Meeting::Phase phase);
  v1::Assignment Update(v1::Assignment::State state, v1::Assignment assignment);
  // What a member can list of the kinds that the day touched, by name.
  std::map<std::string, v1::Entity> Listed(Client& client);

  testing::ServerProcess server_;
  const absl::Time now_;
  std::map<std::string, std::unique_ptr<Client>> clients_;
  std::string kommunen_;
  int64_t operations_ = 0;
  std::vector<v1::Report> reports_;
  v1::Report hidden_;
  v1::Problem problem_;
  v1::Meeting meeting_;
  v1::Deployment deployment_;
  int64_t last_revision_ = 0;
};

void AddMember(v1::Setup& setup, absl::string_view id, const std::string& organisation,
               std::vector<v1::Role> roles) {
  v1::Member& member = *setup.add_members();
  member.set_name(Name("members", id));
  member.set_organisation(organisation);
  member.set_display_name(std::string(id));
  member.set_function(std::string(id));
  for (const v1::Role role : roles) member.add_roles(role);
  if (id == "police-system") member.add_source_uris(kFeed);
  if (id == "field") member.add_units(Name("units", "trygghetsvardar"));
}

void AddOrganisation(v1::Setup& setup, absl::string_view id, v1::OrganisationKind kind,
                     bool authority) {
  v1::Organisation& organisation = *setup.add_organisations();
  organisation.set_name(Name("organisations", id));
  organisation.set_display_name(std::string(id));
  organisation.set_kind(kind);
  organisation.set_authority(authority);
  organisation.set_default_class(v1::RELEASE_CLASS_PARTNER);
}

void AddUnit(v1::Setup& setup, absl::string_view id, const std::string& organisation,
             v1::Unit::Power power) {
  v1::Unit& unit = *setup.add_units();
  unit.set_name(Name("units", id));
  unit.set_organisation(organisation);
  unit.set_display_name(std::string(id));
  unit.set_power(power);
}

void FridayTest::ApplySetup() {
  Client& client = As("coordinator");
  kommunen_ =
      Do(client.access(), client, &v1::AccessService::StubInterface::WhoAmI, v1::WhoAmIRequest())
          .organisation()
          .name();
  v1::GetSetupRequest get;
  get.set_municipality(kMunicipality);
  v1::ApplySetupRequest request;
  *request.mutable_setup() =
      Do(client.directory(), client, &v1::DirectoryService::StubInterface::GetSetup, get).setup();
  v1::Setup& setup = *request.mutable_setup();
  setup.mutable_municipality()->add_trusted_sources()->set_source_uri(kFeed);
  const std::string polisen = Name("organisations", "polisen");
  const std::string bostader = Name("organisations", "bostader");
  AddOrganisation(setup, "polisen", v1::ORGANISATION_KIND_POLICE, true);
  AddOrganisation(setup, "bostader", v1::ORGANISATION_KIND_PROPERTY_OWNER, false);
  AddMember(setup, "chair", kommunen_, {v1::ROLE_CHAIR, v1::ROLE_SECRETARY});
  AddMember(setup, "reviewer", kommunen_,
            {v1::ROLE_REVIEWER, v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
  AddMember(setup, "police", polisen, {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
  AddMember(setup, "police-system", polisen, {v1::ROLE_PARTNER_SYSTEM});
  AddMember(setup, "landlord", bostader, {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
  AddMember(setup, "field", kommunen_, {v1::ROLE_FIELD});
  AddUnit(setup, "trygghetsvardar", kommunen_, v1::Unit::POWER_HOST);
  AddUnit(setup, "patrull", polisen, v1::Unit::POWER_POLICE);
  AddUnit(setup, "rondering", bostader, v1::Unit::POWER_HOST);
  for (const char* id : {"brandbergen", "handen"}) {
    v1::Area& area = *setup.add_areas();
    area.set_name(Name("areas", id));
    area.set_display_name(id);
    area.set_kind(v1::Area::KIND_DISTRICT);
  }
  Do(client.directory(), client, &v1::DirectoryService::StubInterface::ApplySetup, request);
  for (const char* id : {"chair", "reviewer", "police", "police-system", "landlord", "field"}) {
    v1::IssueTokenRequest issue;
    issue.set_member(Name("members", id));
    AddClient(
        id,
        Do(client.access(), client, &v1::AccessService::StubInterface::IssueToken, issue).secret());
  }
}

void FridayTest::ImportEvents() {
  v1::SubmitReportsRequest batch;
  for (int i = 0; i < 4; ++i) {
    v1::SubmitReportRequest& item = *batch.add_requests();
    item.set_request_id(NewUuid());
    item.set_municipality(kMunicipality);
    v1::Report& report = *item.mutable_report();
    report.set_category(v1::CATEGORY_VANDALISM);
    report.set_area(Name("areas", "handen"));
    report.set_text(absl::StrCat("Skadegörelse, Handen ", i % 3));
    report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PUBLIC);
    report.mutable_source()->set_source_uri(kFeed);
    report.mutable_source()->set_source_id(absl::StrCat(i % 3));
    report.mutable_source()->mutable_source_version_time()->set_seconds(
        absl::ToUnixSeconds(now_ - absl::Hours(2)));
  }
  // The same version of the same event comes twice.
  batch.mutable_requests(3)->mutable_report()->CopyFrom(batch.requests(0).report());
  Client& client = As("police-system");
  const auto response =
      Do(client.reports(), client, &v1::ReportService::StubInterface::SubmitReports, batch);
  std::vector<int> effects;
  for (const auto& result : response.results()) effects.push_back(result.effect());
  EXPECT_THAT(effects, ElementsAre(v1::SubmitReportsResult::EFFECT_CREATED,
                                   v1::SubmitReportsResult::EFFECT_CREATED,
                                   v1::SubmitReportsResult::EFFECT_CREATED,
                                   v1::SubmitReportsResult::EFFECT_UNCHANGED));
}

v1::Report FridayTest::Submit(const std::string& member, v1::Category category,
                              const std::string& text, v1::ReleaseClass release_class) {
  v1::SubmitReportRequest request;
  request.set_municipality(kMunicipality);
  request.mutable_report()->set_category(category);
  request.mutable_report()->set_area(Name("areas", "brandbergen"));
  request.mutable_report()->set_text(text);
  request.mutable_report()->mutable_release()->set_release_class(release_class);
  Client& client = As(member);
  return Do(client.reports(), client, &v1::ReportService::StubInterface::SubmitReport, request)
      .report();
}

void FridayTest::PeopleReport() {
  v1::SubmitReportRequest bad;
  bad.set_municipality(kMunicipality);
  const CallError error = Refused(As("landlord").reports(), As("landlord"),
                                  &v1::ReportService::StubInterface::SubmitReport, bad);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_INVALID_FIELDS);
  EXPECT_FALSE(error.violations.empty());

  reports_ = {
      Submit("landlord", v1::CATEGORY_VANDALISM, "Krossad ruta i port 4",
             v1::RELEASE_CLASS_PARTNER),
      Submit("reviewer", v1::CATEGORY_VANDALISM, "Klotter på skolan", v1::RELEASE_CLASS_PARTNER)};
  hidden_ =
      Submit("police", v1::CATEGORY_DRUGS, "Samlingar vid garaget", v1::RELEASE_CLASS_AUTHORITY);
  v1::GetReportRequest get;
  get.set_name(hidden_.name());
  EXPECT_EQ(Refused(As("landlord").reports(), As("landlord"),
                    &v1::ReportService::StubInterface::GetReport, get)
                .reason,
            v1::ERROR_REASON_NOT_FOUND);
  for (v1::Report& report : reports_) {
    v1::ReviewReportRequest review;
    review.set_name(report.name());
    review.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
    review.set_no_personal_data(true);
    report = Do(As("reviewer").reports(), As("reviewer"),
                &v1::ReportService::StubInterface::ReviewReport, review)
                 .report();
    EXPECT_EQ(report.state(), v1::Report::STATE_ACCEPTED);
  }
}

void FridayTest::StateProblem() {
  Client& chair = As("chair");
  v1::CreateProblemRequest create;
  create.set_municipality(kMunicipality);
  create.mutable_problem()->set_statement("Skadegörelse i Brandbergen på kvällarna");
  create.mutable_problem()->add_areas(Name("areas", "brandbergen"));
  problem_ = Do(chair.problems(), chair, &v1::ProblemService::StubInterface::CreateProblem, create)
                 .problem();
  v1::LinkIncidentsRequest link;
  link.set_name(problem_.name());
  link.set_etag(problem_.etag());
  for (const v1::Report& report : reports_) link.add_add(report.incident());
  problem_ = Do(chair.problems(), chair, &v1::ProblemService::StubInterface::LinkIncidents, link)
                 .problem();
  EXPECT_EQ(problem_.incidents_size(), 2);
}

void FridayTest::Advance(v1::Meeting::Phase phase) {
  v1::AdvanceMeetingRequest request;
  request.set_name(meeting_.name());
  request.set_phase(phase);
  meeting_ = Do(As("chair").meetings(), As("chair"),
                &v1::MeetingService::StubInterface::AdvanceMeeting, request)
                 .meeting();
  EXPECT_EQ(meeting_.phase(), phase);
}

void FridayTest::OpenMeeting() {
  Client& chair = As("chair");
  v1::ScheduleMeetingRequest schedule;
  schedule.set_municipality(kMunicipality);
  *schedule.mutable_meeting()->mutable_scheduled_time() = Window(1, 2).start_time();
  meeting_ =
      Do(chair.meetings(), chair, &v1::MeetingService::StubInterface::ScheduleMeeting, schedule)
          .meeting();
  v1::OpenMeetingRequest open;
  open.set_name(meeting_.name());
  EXPECT_EQ(Refused(As("police").meetings(), As("police"),
                    &v1::MeetingService::StubInterface::OpenMeeting, open)
                .reason,
            v1::ERROR_REASON_ROLE_MISSING);
  Do(chair.meetings(), chair, &v1::MeetingService::StubInterface::OpenMeeting, open);
  v1::JoinMeetingRequest join;
  join.set_name(meeting_.name());
  for (const char* id : {"police", "landlord"}) {
    Do(As(id).meetings(), As(id), &v1::MeetingService::StubInterface::JoinMeeting, join);
  }
  Advance(v1::Meeting::PHASE_ROUND);
  v1::AddRoundEntryRequest entry;
  entry.set_name(meeting_.name());
  entry.set_on_behalf_of(Name("organisations", "bostader"));
  entry.mutable_entry()->set_kind(v1::RoundEntry::KIND_SAID);
  entry.mutable_entry()->set_text("Vi har bytt lås i två portar.");
  const v1::RoundEntry spoken =
      Do(chair.meetings(), chair, &v1::MeetingService::StubInterface::AddRoundEntry, entry)
          .round_entry();
  EXPECT_EQ(spoken.organisation(), Name("organisations", "bostader"));
  EXPECT_EQ(spoken.recorded_by(), Name("members", "chair"));
  Advance(v1::Meeting::PHASE_LEVELS);
  v1::AssessAreasRequest assess;
  assess.set_name(meeting_.name());
  assess.set_unchanged_for_the_rest(true);
  Do(chair.meetings(), chair, &v1::MeetingService::StubInterface::AssessAreas, assess);
  Advance(v1::Meeting::PHASE_DECISIONS);
}

void FridayTest::ProposeAndObject() {
  Client& chair = As("chair");
  v1::ProposeDeploymentRequest propose;
  propose.set_municipality(kMunicipality);
  v1::Deployment& wanted = *propose.mutable_deployment();
  wanted.set_problem(problem_.name());
  wanted.set_aim("Synliga vuxna i Brandbergen i kväll");
  wanted.set_kind(v1::Deployment::KIND_VISIBLE_PATROL);
  wanted.add_areas(Name("areas", "brandbergen"));
  *wanted.mutable_window() = Window(-0.5, 5);
  deployment_ = Do(chair.deployments(), chair,
                   &v1::DeploymentService::StubInterface::ProposeDeployment, propose)
                    .deployment();
  Client& landlord = As("landlord");
  v1::CommitUnitRequest commit;
  commit.set_name(deployment_.name());
  commit.set_unit(Name("units", "rondering"));
  Do(landlord.deployments(), landlord, &v1::DeploymentService::StubInterface::CommitUnit, commit);
  v1::TakePositionRequest object;
  object.set_name(deployment_.name());
  object.set_stance(v1::Position::STANCE_OBJECT);
  object.set_reason("Vår personal går inte ensam efter 22.");
  deployment_ = Do(landlord.deployments(), landlord,
                   &v1::DeploymentService::StubInterface::TakePosition, object)
                    .deployment();
}

void FridayTest::ReviseAndDecide() {
  Client& chair = As("chair");
  v1::ReviseDeploymentRequest revise;
  *revise.mutable_deployment() = deployment_;
  revise.mutable_deployment()->set_responsible_organisation(kommunen_);
  *revise.mutable_deployment()->mutable_follow_up_due_time() =
      Window(24 * 7, 24 * 7 + 1).start_time();
  *revise.mutable_deployment()->mutable_window() = Window(-0.5, 4);
  revise.set_etag("\"1\"");
  EXPECT_EQ(Refused(chair.deployments(), chair,
                    &v1::DeploymentService::StubInterface::ReviseDeployment, revise)
                .reason,
            v1::ERROR_REASON_ETAG_MISMATCH);
  revise.set_etag(deployment_.etag());
  deployment_ = Do(chair.deployments(), chair,
                   &v1::DeploymentService::StubInterface::ReviseDeployment, revise)
                    .deployment();
  Client& landlord = As("landlord");
  v1::TakePositionRequest support;
  support.set_name(deployment_.name());
  support.set_stance(v1::Position::STANCE_SUPPORT);
  Do(landlord.deployments(), landlord, &v1::DeploymentService::StubInterface::TakePosition,
     support);
  v1::CommitUnitRequest own;
  own.set_name(deployment_.name());
  own.set_unit(Name("units", "trygghetsvardar"));
  Client& dispatcher = As("reviewer");
  Do(dispatcher.deployments(), dispatcher, &v1::DeploymentService::StubInterface::CommitUnit, own);
  v1::CommitUnitRequest behalf;
  behalf.set_name(deployment_.name());
  behalf.set_unit(Name("units", "patrull"));
  behalf.set_on_behalf_of(Name("organisations", "polisen"));
  deployment_ =
      Do(chair.deployments(), chair, &v1::DeploymentService::StubInterface::CommitUnit, behalf)
          .deployment();
  v1::DecideDeploymentRequest decide;
  decide.set_name(deployment_.name());
  decide.set_etag(deployment_.etag());
  deployment_ = Do(chair.deployments(), chair,
                   &v1::DeploymentService::StubInterface::DecideDeployment, decide)
                    .deployment();
  EXPECT_EQ(deployment_.state(), v1::Deployment::STATE_DECIDED);
  EXPECT_EQ(deployment_.commitments_size(), 3);
}

v1::Assignment FridayTest::Update(v1::Assignment::State state, v1::Assignment assignment) {
  Client& field = As("field");
  v1::UpdateAssignmentRequest request;
  request.set_name(assignment.name());
  request.set_state(state);
  *request.mutable_stamp() = Stamp(assignment);
  assignment = Do(field.assignments(), field,
                  &v1::AssignmentService::StubInterface::UpdateAssignment, request)
                   .assignment();
  EXPECT_EQ(assignment.state(), state);
  return assignment;
}

void FridayTest::WorkInTheField() {
  Client& field = As("field");
  v1::ListAssignmentsRequest list;
  list.set_municipality(kMunicipality);
  list.set_unit(Name("units", "trygghetsvardar"));
  const auto mine =
      Do(field.assignments(), field, &v1::AssignmentService::StubInterface::ListAssignments, list);
  ASSERT_EQ(mine.assignments_size(), 1);
  v1::Assignment assignment = mine.assignments(0);
  EXPECT_EQ(assignment.state(), v1::Assignment::STATE_OFFERED);
  v1::ReportDeliveryRequest delivery;
  delivery.set_name(assignment.name());
  *delivery.mutable_stamp() = Stamp(assignment);
  assignment = Do(field.assignments(), field, &v1::AssignmentService::StubInterface::ReportDelivery,
                  delivery)
                   .assignment();
  EXPECT_EQ(assignment.state(), v1::Assignment::STATE_DELIVERED);
  for (const auto answer : {v1::AcknowledgeAssignmentRequest::ANSWER_SEEN,
                            v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED}) {
    v1::AcknowledgeAssignmentRequest request;
    request.set_name(assignment.name());
    request.set_answer(answer);
    *request.mutable_stamp() = Stamp(assignment);
    assignment = Do(field.assignments(), field,
                    &v1::AssignmentService::StubInterface::AcknowledgeAssignment, request)
                     .assignment();
  }
  EXPECT_EQ(assignment.state(), v1::Assignment::STATE_ACCEPTED);
  assignment = Update(v1::Assignment::STATE_EN_ROUTE, assignment);
  assignment = Update(v1::Assignment::STATE_ON_SCENE, assignment);
  Update(v1::Assignment::STATE_DONE, assignment);
}

void FridayTest::CloseMeeting() {
  Client& chair = As("chair");
  v1::CloseMeetingRequest close;
  close.set_name(meeting_.name());
  const auto closed =
      Do(chair.meetings(), chair, &v1::MeetingService::StubInterface::CloseMeeting, close);
  EXPECT_EQ(closed.meeting().phase(), v1::Meeting::PHASE_CLOSED);
  last_revision_ = closed.revision();
  v1::GetMinutesRequest minutes;
  minutes.set_name(meeting_.name());
  EXPECT_TRUE(absl::StrContains(
      Do(chair.meetings(), chair, &v1::MeetingService::StubInterface::GetMinutes, minutes)
          .markdown(),
      "bytt lås"));
}

template <typename Request>
Request ListRequest() {
  Request request;
  request.set_municipality(kMunicipality);
  request.set_page_size(1000);
  return request;
}

std::map<std::string, v1::Entity> FridayTest::Listed(Client& client) {
  std::map<std::string, v1::Entity> found;
  const auto add = [&found](const auto& entities, auto set) {
    for (const auto& one : entities) *set(found[one.name()]) = one;
  };
  add(Do(client.reports(), client, &v1::ReportService::StubInterface::ListReports,
         ListRequest<v1::ListReportsRequest>())
          .reports(),
      [](v1::Entity& entity) { return entity.mutable_report(); });
  add(Do(client.incidents(), client, &v1::IncidentService::StubInterface::ListIncidents,
         ListRequest<v1::ListIncidentsRequest>())
          .incidents(),
      [](v1::Entity& entity) { return entity.mutable_incident(); });
  add(Do(client.problems(), client, &v1::ProblemService::StubInterface::ListProblems,
         ListRequest<v1::ListProblemsRequest>())
          .problems(),
      [](v1::Entity& entity) { return entity.mutable_problem(); });
  add(Do(client.meetings(), client, &v1::MeetingService::StubInterface::ListMeetings,
         ListRequest<v1::ListMeetingsRequest>())
          .meetings(),
      [](v1::Entity& entity) { return entity.mutable_meeting(); });
  add(Do(client.deployments(), client, &v1::DeploymentService::StubInterface::ListDeployments,
         ListRequest<v1::ListDeploymentsRequest>())
          .deployments(),
      [](v1::Entity& entity) { return entity.mutable_deployment(); });
  add(Do(client.assignments(), client, &v1::AssignmentService::StubInterface::ListAssignments,
         ListRequest<v1::ListAssignmentsRequest>())
          .assignments(),
      [](v1::Entity& entity) { return entity.mutable_assignment(); });
  return found;
}

TEST_F(FridayTest, RunsFromSetupToClosedMeetingAndEverybodyWatchesIt) {
  ApplySetup();
  std::map<std::string, std::unique_ptr<Watcher>> watchers;
  for (const char* id : {"landlord", "police", "field", "coordinator"}) {
    watchers[id] = std::make_unique<Watcher>(As(id));
  }
  ImportEvents();
  PeopleReport();
  ASSERT_FALSE(HasFailure());
  StateProblem();
  OpenMeeting();
  ProposeAndObject();
  ReviseAndDecide();
  ASSERT_FALSE(HasFailure());
  WorkInTheField();
  CloseMeeting();
  for (const auto& [id, watcher] : watchers) {
    const auto seen = watcher->At(last_revision_);
    ASSERT_FALSE(seen.empty()) << id;
    for (const auto& [name, entity] : Listed(As(id))) {
      const auto it = seen.find(name);
      ASSERT_NE(it, seen.end()) << id << " lists, but has not watched " << name;
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*it->second, entity))
          << id << "\nwatched " << it->second->ShortDebugString() << "\nlisted "
          << entity.ShortDebugString();
    }
    EXPECT_EQ(seen.count(hidden_.name()), id == "police" || id == "coordinator" || id == "field")
        << id;
  }
  watchers.clear();
  EXPECT_EQ(server_.Stop(), 0);
}

}  // namespace
}  // namespace samsyn
