// What the secrecy harness runs on: one municipality behind a real server over a journal in memory,
// its members, and the judging of every output (answers, errors, Get, List, page tokens, situation,
// watch live and resumed) by an independent model of who may see what. What happens in a history is
// in secrecy_test.cc.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_HARNESS_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_HARNESS_H_

#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <gtest/gtest.h>
#include <samsyn/v1/access.pb.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/situation.pb.h>
#include <samsyn/v1/watch.pb.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "server/access/token.h"
#include "server/domain/access_rules.h"
#include "server/domain/names.h"
#include "server/engine/engine.h"
#include "server/journal/memory_journal.h"
#include "server/service/server.h"
#include "tests/simulation/secrecy_model.h"
#include "tests/simulation/secrecy_situation.h"
#include "tests/testing/model_client.h"
#include "tests/testing/world.h"

namespace samsyn::simulation {

using testing::AreaName;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using testing::UnitName;

inline constexpr int kSteps = 30;  // of a history

struct Person {
  const char* id;
  const char* organisation;
  std::vector<v1::Role> roles;
  const char* unit = "";
};

inline const std::vector<Person>& Persons() {
  static const auto* const persons = new std::vector<Person>{
      {"samordnare",
       "kommunen",
       {v1::ROLE_COORDINATOR, v1::ROLE_SECRETARY, v1::ROLE_REVIEWER, v1::ROLE_REPORTER,
        v1::ROLE_DISPATCHER}},
      {"ordforande", "kommunen", {v1::ROLE_CHAIR, v1::ROLE_REPORTER}},
      {"polis", "polisen", {v1::ROLE_REPORTER, v1::ROLE_REVIEWER, v1::ROLE_DISPATCHER}},
      {"faltare", "socialen", {v1::ROLE_REPORTER, v1::ROLE_REVIEWER, v1::ROLE_DISPATCHER}},
      {"forvaltare", "bostader", {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER, v1::ROLE_REVIEWER}},
      {"vaktchef", "vakterna", {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER}},
      {"vakt", "vakterna", {v1::ROLE_FIELD}, "vakt-1"},
      {"skarm", "kommunen", {v1::ROLE_OBSERVER}},
      {"revisor", "kommunen", {v1::ROLE_AUDITOR}},
  };
  return *persons;
}

// One follower's connection: what it was sent, applied as a client does.
struct Watching {
  std::unique_ptr<watch::Follower> follower;
  testing::ModelClient client;
};

class SecrecyHarness {
 public:
  explicit SecrecyHarness(uint64_t seed)
      : random_(seed), clock_(absl::FromUnixSeconds(1795795200)) {
    StartServer();
    EXPECT_TRUE(engine_->CreateMunicipality("0136", "Haninge", "Stockholms län").ok());
    Populate();
    for (const Person& person : Persons()) tokens_[person.id] = Issue(person.id);
    for (const Person& person : Persons()) Follow(person.id, "");
  }

  virtual ~SecrecyHarness() = default;

  void Run() {
    for (int step = 0; step < kSteps && !Failed(); ++step) {
      Step();
      Observe();
    }
    for (const Person& person : Persons()) {
      if (Failed()) return;
      LookAtEverything(person.id);
      ResumeFrom(person.id, OldToken(person.id));
      ResumeFrom(person.id, "");
    }
  }
  bool Failed() const { return ::testing::Test::HasFailure(); }
  int outputs() const { return outputs_; }

 protected:
  // Something happens.
  virtual void Step() = 0;
  // What else a member can look at.
  virtual void LookFurther(const std::string& member) = 0;

  // --- the server -------------------------------------------------------------------------------
  void StartServer() {
    engine::EngineOptions options;
    options.run_timers = false;
    options.threads = 1;
    options.snapshot_every = 15;
    options.applied_at_start = 6;
    engine_ = std::make_unique<engine::Engine>(store_, clock_, options);
    ASSERT_TRUE(engine_->Start().ok());
    service::ServerOptions server;
    server.listen = "127.0.0.1:0";
    server.push.key = "key";
    auto started = service::Server::Start(*engine_, clock_, server);
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    channel_ = server_->InProcessChannel();
  }

  void Restart() {
    for (auto& [id, watching] : watching_) watching.follower.reset();
    channel_.reset();
    server_.reset();
    engine_.reset();
    StartServer();
    for (const Person& person : Persons()) {
      Follow(person.id, watching_[person.id].client.token());
    }
  }

  template <typename Decide>
  engine::Answer AsSystem(Decide decide) {
    engine::Command command;
    command.caller.member = "system";
    command.method = "Test";
    command.request_id = NewRequestId();
    command.decide = std::move(decide);
    auto answer = engine_->SubmitAndWait(kMunicipality, std::move(command));
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : engine::Answer();
  }

  // Organisations, members, units and areas, put as they are.
  void Populate() {
    AsSystem([](domain::Transaction& transaction) {
      testing::World world;
      const std::pair<const char*, v1::OrganisationKind> organisations[] = {
          {"kommunen", v1::ORGANISATION_KIND_MUNICIPALITY},
          {"polisen", v1::ORGANISATION_KIND_POLICE},
          {"socialen", v1::ORGANISATION_KIND_SOCIAL_SERVICES},
          {"bostader", v1::ORGANISATION_KIND_PROPERTY_OWNER},
          {"vakterna", v1::ORGANISATION_KIND_SECURITY_COMPANY}};
      for (const auto& [id, kind] : organisations) {
        world.AddOrganisation(id, kind, kind <= v1::ORGANISATION_KIND_POLICE);
        transaction.Put(world.Now<v1::Organisation>(OrganisationName(id)));
      }
      for (const Person& person : Persons()) {
        world.AddMember(person.id, person.organisation, {});
        v1::Member member = world.Now<v1::Member>(MemberName(person.id));
        for (const v1::Role role : person.roles) member.add_roles(role);
        if (*person.unit != '\0') member.add_units(UnitName(person.unit));
        transaction.Put(std::move(member));
      }
      for (const char* area : {"handen", "jordbro", "vega", "brandbergen"}) {
        world.AddArea(area);
        transaction.Put(world.Now<v1::Area>(AreaName(area)));
      }
      for (const auto& [id, kind, parent] :
           {std::tuple{"kvarteret", v1::Area::KIND_PROPERTY, "handen"},
            {"porten", v1::Area::KIND_ENTRANCE, "kvarteret"}}) {
        world.AddArea(id);
        v1::Area place = world.Now<v1::Area>(AreaName(id));
        place.set_kind(kind);
        place.set_parent(AreaName(parent));
        place.set_responsible_organisation(OrganisationName("bostader"));
        transaction.Put(std::move(place));
      }
      world.AddUnit("vakt-1", "vakterna", {"polisen"});
      world.AddUnit("patrull", "polisen");
      world.AddUnit("vardar", "kommunen");
      for (const char* unit : {"vakt-1", "patrull", "vardar"}) {
        transaction.Put(world.Now<v1::Unit>(UnitName(unit)));
      }
      return absl::OkStatus();
    });
  }

  std::string Issue(absl::string_view member) {
    const std::string secret = access::MakeSecret();
    v1::IssueTokenRequest request;
    request.set_member(MemberName(member));
    const engine::Answer answer = AsSystem([=](domain::Transaction& transaction) {
      return domain::IssueToken(request, access::CredentialOf(secret), transaction);
    });
    return answer.results.empty() ? "" : access::FormatToken(answer.results[0], secret);
  }

  // --- calling and judging ----------------------------------------------------------------------
  template <typename Response, typename Request>
  grpc::Status Call(const std::string& member, const char* service, const Request& request,
                    Response* response, const std::string& token = "") {
    const std::string& type = Request::descriptor()->name();
    const std::string path =
        absl::StrCat("/samsyn.v1.", service, "/", type.substr(0, type.size() - strlen("Request")));
    grpc::ClientContext context;
    context.AddMetadata("authorization",
                        absl::StrCat("Bearer ", token.empty() ? tokens_[member] : token));
    const grpc::Status status = grpc::internal::BlockingUnaryCall(
        channel_.get(),
        grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC), &context,
        request, response);
    EXPECT_NE(status.error_code(), grpc::StatusCode::INTERNAL) << path << status.error_message();
    EXPECT_NE(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << path;
    Judge(member, response->ShortDebugString(), request.ShortDebugString(), path);
    Judge(member, absl::StrCat(status.error_message(), " ", absl::CEscape(status.error_details())),
          request.ShortDebugString(), path);
    return status;
  }

  // Nothing in an output may tell what the member may not see. `said`: what it said itself.
  void Judge(const std::string& member, const std::string& output, const std::string& said,
             const std::string& where) {
    ++outputs_;
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      const std::string name = MemberName(member);
      const auto said_names = NamesIn(said);
      const auto said_canaries = CanariesIn(said);
      for (const std::string& canary : CanariesIn(output)) {
        const auto home = homes_.find(canary);
        if (said_canaries.contains(canary) || home == homes_.end()) continue;
        EXPECT_TRUE(of_owner_.count(canary) > 0 ? model.Owns(name, home->second)
                                                : MayRead(model, picture, name, home->second))
            << member << " read " << canary << " of " << home->second << " in " << where << ": "
            << output;
      }
      for (const std::string& spoken : NamesIn(output)) {
        if (said_names.contains(spoken) || known_[member].count(spoken) > 0) continue;
        if (picture.Find(spoken) == nullptr) continue;  // a name below another, or of the past
        // Which organisations there are is no secret: the municipality itself names its owner.
        if (domain::KindOfName(spoken) == v1::ENTITY_KIND_ORGANISATION) continue;
        if (IsOwn(picture, name, spoken)) continue;
        EXPECT_TRUE(model.MaySee(name, spoken))
            << member << " heard of " << spoken << " in " << where << ": " << output;
      }
    });
  }

  // An assignment carries the aim of its deployment to those who carry it out and lead the night.
  static bool MayRead(const SecrecyModel& model, const domain::Picture& picture,
                      const std::string& member, const std::string& home) {
    if (model.MaySee(member, home) || IsOwn(picture, member, home)) return true;
    for (const auto& assignment : picture.All<v1::Assignment>()) {
      if (assignment->deployment() == home && model.MaySee(member, assignment->name())) return true;
    }
    return false;
  }

  // A member gets itself, its own tokens, links, sessions and devices in answers, though no watch
  // carries them to it.
  static bool IsOwn(const domain::Picture& picture, const std::string& member,
                    const std::string& name) {
    const auto token = picture.Get<v1::Token>(name);
    const auto device = picture.Get<v1::Device>(name);
    return name == member || (token != nullptr && token->member() == member) ||
           (device != nullptr && device->member() == member);
  }

  template <typename Use>
  void Judging(Use use) {
    (*engine_->FeedOf(kMunicipality))->Reading([&](const domain::Picture& picture) {
      use(SecrecyModel(picture), picture);
    });
  }

  // --- watching ---------------------------------------------------------------------------------
  void Follow(const std::string& member, const std::string& token) {
    v1::WatchRequest request;
    request.set_municipality(kMunicipality);
    request.set_resume_token(token);
    Watching& watching = watching_[member];
    watching.client.Break();
    auto follower =
        (*engine_->FeedOf(kMunicipality))->Follow({MemberName(member), TokenName(member)}, request);
    ASSERT_TRUE(follower.ok()) << follower.status();
    watching.follower = *std::move(follower);
  }

  std::string TokenName(const std::string& member) {
    return access::ParseToken(tokens_[member])->name;
  }

  // Takes all that is there for a member, judging each response; in the end it has exactly what it
  // may see.
  void Drain(const std::string& member, Watching& watching) {
    for (;;) {
      const auto frame = watching.follower->Next();
      ASSERT_TRUE(frame.ok()) << member << ": " << frame.status();
      if (*frame == nullptr) break;
      v1::WatchResponse response;
      ASSERT_TRUE(response.ParseFromString(**frame));
      for (const std::string& removed : response.removed()) {
        // Whoever resumes is told of every verdict that there is not.
        EXPECT_TRUE(watching.client.Knows(removed) ||
                    domain::KindOfName(removed) == v1::ENTITY_KIND_SITUATION_VERDICT)
            << member << " was told that " << removed << " is gone, and never had it";
        known_[member].insert(removed);
      }
      Judge(member, response.ShortDebugString(), "", "Watch");
      watching.client.Take(response);
    }
    for (const auto& [name, entity] : watching.client.entities()) known_[member].insert(name);
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
        if (kind == v1::ENTITY_KIND_SITUATION_CELL) continue;  // judged by its counts
        picture.ForEach(static_cast<v1::EntityKind>(kind), "",
                        [&](const domain::EntityPtr& entity) {
                          const std::string& name = domain::NameOf(*entity);
                          EXPECT_EQ(watching.client.entities().count(name) > 0,
                                    model.MaySee(MemberName(member), name))
                              << member << " and " << name;
                          return true;
                        });
      }
    });
    CheckVerdicts(member, watching.client);
  }

  // Verdicts follow from what the member may see and from nothing else.
  void CheckVerdicts(const std::string& member, const testing::ModelClient& client) {
    std::map<std::string, std::string> has;
    for (const auto& [name, entity] : client.entities()) {
      if (entity.has_situation_verdict()) has[name] = entity.situation_verdict().DebugString();
    }
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      EXPECT_EQ(has, VerdictsFor(MemberName(member), model, picture)) << member;
    });
  }

  void Observe() {
    std::vector<domain::EntityPtr>& then = past_[engine_->StatusOf(kMunicipality)->head.revision];
    Judging(
        [&](const SecrecyModel&, const domain::Picture& picture) { then = CountedIn(picture); });
    clock_.Advance(absl::Seconds(1));  // verdicts may lag so long
    for (const Person& person : Persons()) Drain(person.id, watching_[person.id]);
    const Person& one = Persons()[Below(Persons().size())];
    LookAtEverything(one.id);
    if (Chance(20)) old_tokens_[one.id] = watching_[one.id].client.token();
    if (Chance(10)) ResumeFrom(one.id, OldToken(one.id));
  }

  std::string OldToken(const std::string& member) { return old_tokens_[member]; }

  // Another connection of the same member that starts from an old position or none.
  void ResumeFrom(const std::string& member, const std::string& token) {
    Watching live = std::move(watching_[member]);
    watching_[member] = Watching();
    watching_[member].client = live.client;
    Follow(member, token);
    // Whoever resumes from a position has what stood there; only a fresh start has nothing.
    if (token.empty()) watching_[member].client = testing::ModelClient();
    Watching other = std::move(watching_[member]);
    watching_[member] = std::move(live);
    if (token.empty()) {
      Drain(member, other);
    } else {
      for (auto frame = other.follower->Next(); frame.ok() && *frame != nullptr;
           frame = other.follower->Next()) {
        v1::WatchResponse response;
        ASSERT_TRUE(response.ParseFromString(**frame));
        v1::WatchResponse without_removed = response;
        without_removed.clear_removed();
        Judge(member, without_removed.ShortDebugString(), "", "Watch resumed");
      }
    }
  }

  // --- reading ----------------------------------------------------------------------------------
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

  void LookAtEverything(const std::string& member) {
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
    CheckSituation(member);
    CheckPastSituation(member);
    CheckCandidates(member);
    CheckMinutes(member);
    LookFurther(member);
    for (int i = 0; i < 4; ++i) GetSomething(member);
  }

  void CheckMinutes(const std::string& member) {
    for (const std::string& meeting : made_["meetings"]) {
      v1::GetMinutesRequest request;
      request.set_name(meeting);
      v1::GetMinutesResponse response;
      Call(member, "MeetingService", request, &response);
    }
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
            !incident->area().empty() && model.MaySee(MemberName(member), incident->name())) {
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

  // --- chance -----------------------------------------------------------------------------------
  size_t Below(size_t end) { return end == 0 ? 0 : random_() % end; }
  bool Chance(int percent) { return Below(100) < static_cast<size_t>(percent); }
  std::string Some(const std::string& collection) {
    const std::vector<std::string>& names = made_[collection];
    return names.empty() ? "" : names[Below(names.size())];
  }
  const Person& SomePerson() { return Persons()[Below(Persons().size())]; }
  std::string SomeOrganisation() { return OrganisationName(SomePerson().organisation); }
  std::string NewRequestId() { return domain::MadeId("harness", absl::StrCat(++requests_), 0); }
  // A word that stands nowhere else; `Home` says in which entity once that is known.
  std::string Canary() { return absl::StrCat("kanarie", ++canaries_); }
  void Home(const std::string& canary, const std::string& entity) { homes_[canary] = entity; }
  // The same of a word that only the owner of the entity may read there.
  void HomeOfOwner(const std::string& canary, const std::string& entity) {
    Home(canary, entity);
    of_owner_.insert(canary);
  }

  std::mt19937_64 random_;
  ManualClock clock_;
  journal::MemoryJournalStore store_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<service::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::map<std::string, std::string> tokens_;  // by member id
  std::map<std::string, Watching> watching_;
  std::map<std::string, std::string> old_tokens_;
  std::map<std::string, std::vector<std::string>> made_;    // names by collection
  std::map<std::string, std::string> homes_;                // canary → entity
  std::set<std::string> of_owner_;                          // canaries that the owner alone reads
  std::map<std::string, std::set<std::string>> known_;      // names that a member once had
  std::map<int64_t, std::vector<domain::EntityPtr>> past_;  // what counted, by revision
  int requests_ = 0, canaries_ = 0, outputs_ = 0;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_HARNESS_H_
