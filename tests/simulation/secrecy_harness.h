// What the secrecy harness runs on: one municipality on two nodes (secrecy_nodes.h), its members,
// and the judging of every output (answers, errors, Get, List, page tokens, situation, watch live
// and resumed on either node) by an independent model of who may see what. What happens in a
// history is in secrecy_test.cc.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_HARNESS_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_HARNESS_H_

#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/time/civil_time.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <gtest/gtest.h>
#include <samsyn/v1/access.pb.h>
#include <samsyn/v1/admin.pb.h>
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
#include "server/domain/transaction.h"
#include "tests/simulation/secrecy_messages.h"
#include "tests/simulation/secrecy_model.h"
#include "tests/simulation/secrecy_nodes.h"
#include "tests/simulation/secrecy_situation.h"
#include "tests/testing/model_client.h"
#include "tests/testing/world.h"

namespace samsyn::simulation {

using testing::AreaName;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using testing::UnitName;

inline constexpr int kSteps = 45;  // of a history

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
      {"bitradande", "kommunen", {v1::ROLE_COORDINATOR, v1::ROLE_REVIEWER}},
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
      : random_(seed), clock_(absl::FromUnixSeconds(1795795200)), nodes_(clock_) {
    nodes_.Start();
    Populate();
    for (const Person& person : Persons()) tokens_[person.id] = Issue(person.id);
    for (const Person& person : Persons()) Follow(person.id, "");
    begun_ = Head();
  }

  virtual ~SecrecyHarness() = default;

  void Run() {
    if (Chance(60)) Begin();
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
    JudgeForOperators();
  }
  bool Failed() const { return ::testing::Test::HasFailure(); }
  int outputs() const { return outputs_; }
  // How often somebody got a thing without its place.
  int redacted() const { return redacted_; }
  const std::map<std::string, int>& answered() const { return answered_; }

 protected:
  // What an evening begins with.
  virtual void Begin() = 0;
  // Something happens.
  virtual void Step() = 0;
  // A member reads all that can be read.
  virtual void LookAtEverything(const std::string& member) = 0;

  // --- the nodes --------------------------------------------------------------------------------
  // The one that judging reads from.
  engine::Engine& Engine() { return nodes_.engine(0); }

  void Restart() {
    for (auto& [id, watching] : watching_) watching.follower.reset();
    nodes_.Stop();
    nodes_.Start();
    for (const Person& person : Persons()) {
      Follow(person.id, watching_[person.id].client.token());
    }
  }

  domain::Revision Head() { return Engine().StatusOf(kMunicipality)->head.revision; }

  // The journal loses its newest revisions, and with them what was seen of them; writes stop.
  void LoseRevisions(size_t most) {
    const auto there = static_cast<size_t>(Head() - begun_);
    const domain::Revision after = Head() - static_cast<domain::Revision>(std::min(most, there));
    lost_.clear();
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
        picture.ForEach(static_cast<v1::EntityKind>(kind), "",
                        [&](const domain::EntityPtr& entity) {
                          if (domain::RevisionOf(*entity) > after) {
                            lost_[domain::NameOf(*entity)] = entity;
                          }
                          return true;
                        });
      }
    });
    nodes_.Fork(after);
    past_.erase(past_.upper_bound(after), past_.end());
  }

  template <typename Decide>
  engine::Answer AsSystem(Decide decide) {
    engine::Command command;
    command.caller.member = "system";
    command.method = "Test";
    command.request_id = NewRequestId();
    command.decide = std::move(decide);
    auto answer = Engine().SubmitAndWait(kMunicipality, std::move(command));
    EXPECT_TRUE(answer.ok()) << answer.status();
    nodes_.Settle();
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
      world.AddMember("extra", "kommunen", {});
      v1::Member extra = world.Now<v1::Member>(MemberName("extra"));
      extra.add_roles(v1::ROLE_REPORTER);
      transaction.Put(std::move(extra));
      world.AddUnit("vakt-1", "vakterna", {"polisen"});
      world.AddUnit("vakt-2", "vakterna");
      world.AddUnit("patrull", "polisen");
      world.AddUnit("vardar", "kommunen");
      for (const char* unit : {"vakt-1", "vakt-2", "patrull", "vardar"}) {
        transaction.Put(world.Now<v1::Unit>(UnitName(unit)));
      }
      world.AddUnit("ordning", "vakterna", {"polisen"});
      v1::Unit ordning = world.Now<v1::Unit>(UnitName("ordning"));
      ordning.set_power(v1::Unit::POWER_PUBLIC_ORDER_GUARD);
      v1::Permit& permit = *ordning.add_permits();
      permit.set_number("A1");
      permit.add_areas(AreaName("handen"));
      transaction.Put(std::move(ordning));
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
    return CallRaw(
        member,
        absl::StrCat("/samsyn.v1.", service, "/", type.substr(0, type.size() - strlen("Request"))),
        request, response, token);
  }

  // On either node, by chance.
  grpc::Status CallRaw(const std::string& member, const std::string& path,
                       const google::protobuf::Message& request,
                       google::protobuf::Message* response, const std::string& token = "") {
    grpc::ClientContext context;
    context.AddMetadata("authorization",
                        absl::StrCat("Bearer ", token.empty() ? tokens_[member] : token));
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<google::protobuf::Message, google::protobuf::Message>(
            &nodes_.channel(Below(SecrecyNodes::kNodes)),
            grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC),
            &context, request, response);
    Ended(path, status);
    const std::string said = request.ShortDebugString();
    Judge(member, response->ShortDebugString(), said, path);
    JudgeWithheld(member, *response, path);
    Judge(member, absl::StrCat(status.error_message(), " ", absl::CEscape(status.error_details())),
          said, path);
    return status;
  }

  // A call of a method came to its end: the other node gets what came of it.
  void Ended(const std::string& path, const grpc::Status& status) {
    EXPECT_NE(status.error_code(), grpc::StatusCode::INTERNAL) << path << status.error_message();
    EXPECT_NE(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << path;
    if (status.ok()) ++answered_[path];
    nodes_.Settle();
  }

  // Nothing in an output may tell what the member may not see. `said`: what it said itself.
  void Judge(const std::string& member, const std::string& output, const std::string& said,
             const std::string& where) {
    ++outputs_;
    JudgingAll([&](const SecrecyModel& model, const domain::View& picture) {
      const std::string name = MemberName(member);
      const auto said_names = NamesIn(said);
      const auto said_canaries = CanariesIn(said);
      for (const std::string& canary : CanariesIn(output)) {
        const auto homes = homes_.find(canary);
        if (said_canaries.contains(canary) || homes == homes_.end()) continue;
        EXPECT_TRUE(std::any_of(homes->second.begin(), homes->second.end(),
                                [&](const std::string& home) {
                                  return MayReadThere(model, picture, name, home, canary);
                                }))
            << member << " read " << canary << " of " << absl::StrJoin(homes->second, ", ")
            << " in " << where << ": " << output;
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

  bool MayReadThere(const SecrecyModel& model, const domain::View& picture,
                    const std::string& member, const std::string& home, const std::string& word) {
    if (of_owner_.count(word) > 0) return model.Owns(member, home);
    if (by_name_.count(word) > 0) return model.KnowsByName(member, home);
    if (of_commitment_.count(word) > 0) return model.SeesCommitments(member, home);
    const v1::Withheld what = of_place_.count(word) > 0 ? v1::WITHHELD_PLACE : v1::WITHHELD_TEXT;
    return MayRead(model, picture, member, home, what);
  }

  // An assignment carries the aim of its deployment to those who carry it out and lead the night.
  static bool MayRead(const SecrecyModel& model, const domain::View& picture,
                      const std::string& member, const std::string& home, v1::Withheld what) {
    const auto gets = [&](const std::string& name) {
      const domain::EntityPtr entity = picture.Find(name);
      return entity != nullptr && model.MaySee(member, name) &&
             model.WithheldFrom(member, *entity).count(what) == 0;
    };
    if (gets(home) || IsOwn(picture, member, home)) return true;
    for (const auto& assignment : picture.All<v1::Assignment>()) {
      if (assignment->deployment() == home && gets(assignment->name())) return true;
    }
    return false;
  }

  // Of every entity in an output that a member gets without its place, time or text, these are not
  // there; and it is told so.
  void JudgeWithheld(const std::string& member, const google::protobuf::Message& output,
                     const std::string& where) {
    if (const auto* const both = dynamic_cast<const v1::GetJournalForkResponse*>(&output)) {
      for (const v1::ForkedVersion& version : both->versions()) {
        const auto was = lost_.find(version.name());
        if (was == lost_.end()) continue;
        JudgeWithheld(member, version.lost(), where, was->second);
        JudgeWithheld(member, version.kept(), where);
      }
      return;
    }
    JudgeWithheld(member, output, where, nullptr);
  }
  // `version`: the one that is served; null: the one that is.
  void JudgeWithheld(const std::string& member, const google::protobuf::Message& output,
                     const std::string& where, const domain::EntityPtr& version) {
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      ForEachEntity(output, [&](const google::protobuf::Message& served) {
        const domain::EntityPtr entity =
            version != nullptr ? version : picture.Find(StringOf(served, "name"));
        if (entity == nullptr || !model.MaySeeVersion(MemberName(member), *entity)) return;
        const std::set<v1::Withheld> withheld = model.WithheldFrom(MemberName(member), *entity);
        const std::string text = served.ShortDebugString();
        const auto* const release = served.GetDescriptor()->FindFieldByName("release");
        const auto& told = static_cast<const v1::ReleaseState&>(
            served.GetReflection()->GetMessage(served, release));
        EXPECT_EQ(told.withheld_size(), static_cast<int>(withheld.size())) << member << text;
        if (withheld.count(v1::WITHHELD_PLACE) > 0) {
          ++redacted_;
          for (const char* const finer : {"latitude_deg", " place: ", "place_text", "stops {"}) {
            EXPECT_FALSE(absl::StrContains(text, finer)) << member << where << ": " << text;
          }
        }
        if (withheld.count(v1::WITHHELD_TIME) > 0) ExpectDaysAlone(served, member + where);
      });
    });
  }

  // A member gets itself, its organisation, its own tokens, links, sessions and devices in answers,
  // though no watch carries them to it.
  static bool IsOwn(const domain::View& picture, const std::string& member,
                    const std::string& name) {
    const auto token = picture.Get<v1::Token>(name);
    const auto device = picture.Get<v1::Device>(name);
    const auto who = picture.Get<v1::Member>(member);
    return name == member || (who != nullptr && who->organisation() == name) ||
           (token != nullptr && token->member() == member) ||
           (device != nullptr && device->member() == member);
  }

  template <typename Use>
  void Judging(Use use) {
    (*Engine().FeedOf(kMunicipality))->Reading([&](const domain::Picture& picture) {
      use(SecrecyModel(picture), picture);
    });
  }

  // The same with what the lost side of a fork had and is not there: that counts as it was.
  template <typename Use>
  void JudgingAll(Use use) {
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      domain::Overlay all(picture);
      for (const auto& [name, version] : lost_) {
        if (picture.Find(name) == nullptr) all.Set(name, version);
      }
      use(SecrecyModel(all), all);
    });
  }

  // Those who run the nodes get figures and log lines: no words of anybody, and of names only whose
  // calls they were.
  void JudgeForOperators() {
    const std::string figures = nodes_.Figures();
    EXPECT_TRUE(CanariesIn(figures).empty()) << figures;
    EXPECT_TRUE(NamesIn(figures).empty()) << figures;
    const std::string log = log_.Text();
    EXPECT_TRUE(CanariesIn(log).empty()) << absl::StrJoin(CanariesIn(log), " ");
    for (const std::string& spoken : NamesIn(log)) {
      const v1::EntityKind kind = domain::KindOfName(spoken);
      EXPECT_TRUE(kind == v1::ENTITY_KIND_MEMBER || kind == v1::ENTITY_KIND_MUNICIPALITY)
          << spoken << " stands in the log";
    }
  }

  // --- watching ---------------------------------------------------------------------------------
  void Follow(const std::string& member, const std::string& token, size_t node = 0) {
    v1::WatchRequest request;
    request.set_municipality(kMunicipality);
    request.set_resume_token(token);
    Watching& watching = watching_[member];
    watching.client.Break();
    auto follower = (*nodes_.engine(node).FeedOf(kMunicipality))
                        ->Follow({MemberName(member), TokenName(member)}, request);
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
      JudgeWithheld(member, response, "Watch");
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

  // Finds where the words of the last act have come to stand.
  virtual void LookForWords() = 0;

  void Observe() {
    LookForWords();
    std::vector<domain::EntityPtr>& then = past_[Engine().StatusOf(kMunicipality)->head.revision];
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

  // Another connection of the same member, to either node, that starts from an old position or
  // none.
  void ResumeFrom(const std::string& member, const std::string& token) {
    Watching live = std::move(watching_[member]);
    watching_[member] = Watching();
    watching_[member].client = live.client;
    Follow(member, token, Below(SecrecyNodes::kNodes));
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
  void Home(const std::string& canary, const std::string& entity) { homes_[canary].insert(entity); }
  // The same of a word that only the owner of the entity may read there.
  void HomeOfOwner(const std::string& canary, const std::string& entity) {
    Home(canary, entity);
    of_owner_.insert(canary);
  }

  std::mt19937_64 random_;
  ManualClock clock_;
  KeptLog log_;
  SecrecyNodes nodes_;
  std::map<std::string, std::string> tokens_;  // by member id
  std::map<std::string, Watching> watching_;
  std::map<std::string, std::string> old_tokens_;
  std::map<std::string, std::vector<std::string>> made_;  // names by collection
  std::map<std::string, std::set<std::string>> homes_;    // canary → entities that hold it
  std::set<std::string> of_owner_;                        // canaries that the owner alone reads
  std::set<std::string> by_name_;        // … that those read who know members by name
  std::set<std::string> of_place_;       // … that name a place
  std::set<std::string> of_commitment_;  // … that those read who see who was committed
  std::map<std::string, std::set<std::string>> known_;      // names that a member once had
  std::map<int64_t, std::vector<domain::EntityPtr>> past_;  // what counted, by revision
  std::map<std::string, domain::EntityPtr> lost_;           // that a fork has lost, last versions
  domain::Revision begun_ = 0;                              // when the play was set up
  std::map<std::string, int> answered_;                     // calls that went well, by path
  int requests_ = 0, canaries_ = 0, outputs_ = 0, redacted_ = 0;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_HARNESS_H_
