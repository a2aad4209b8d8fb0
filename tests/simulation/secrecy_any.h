// Calls of any method of the contract in a history of the secrecy harness: requests by chance
// (secrecy_requests.h), the streams, and where the words that they carried have come to stand.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_ANY_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_ANY_H_

#include <absl/strings/match.h>
#include <google/protobuf/message.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/secrecy_acts.h"
#include "tests/simulation/secrecy_requests.h"
#include "tests/testing/contract_methods.h"

namespace samsyn::simulation {

class SecrecyAny : public SecrecyActs {
 public:
  // `answered`: how often each method has gone well, over all histories.
  SecrecyAny(uint64_t seed, std::map<std::string, int>& answered)
      : SecrecyActs(seed), seed_(seed), all_answered_(answered) {}
  ~SecrecyAny() override {
    for (const auto& [path, times] : answered_) all_answered_[path] += times;
  }

 protected:
  // A call of the next method, by somebody who may be meant to.
  void CallAny() {
    const google::protobuf::MethodDescriptor& method = SomeMethod();
    std::unique_ptr<google::protobuf::Message> request = NewMessage(*method.input_type());
    Material material = MaterialNow();
    Prefer(method.name(), material);
    FillRequest(method, material, request.get());
    const std::string name = NameIn(*request);
    if (Chance(90)) SetEtag(EtagNow(name), request.get());
    if (method.name() == "ApplySetup") FillSetup(*request);
    Shape(*request);
    std::string member = Chance(40) ? "samordnare" : Chance(30) ? "ordforande" : SomePerson().id;
    if (!name.empty() && Chance(30)) member = SomebodyOf(name);
    static const auto* const in_the_field = new std::set<std::string>{
        "ReportPosition", "SetPositionConsent", "ReportDelivery", "UpdateAssignment"};
    if (in_the_field->count(method.name()) > 0 && Chance(80)) member = "vakt";
    if (method.name() == "HandOverAssignment" && Chance(80)) member = "vaktchef";
    if (method.name() == "ReplaceAssignment" && Chance(80)) member = "vaktchef";
    if (method.name() == "DecideAuthorityChange" && Chance(50)) member = "bitradande";
    if (method.name() == "RecordPermit" && Chance(80)) member = "polis";
    if (absl::StartsWith(method.name(), "StandDown") && Chance(80)) member = "ordforande";
    if (auto* withdraw = dynamic_cast<v1::WithdrawUnitRequest*>(request.get())) {
      member = WithdrawSome(*withdraw);
    }
    const std::unique_ptr<google::protobuf::Message> response = NewMessage(*method.output_type());
    succeeded_ = CallMethod(member, method, *request, response.get());
    if (succeeded_) Keep(*response, "");
  }

  // The journal loses its newest entries. Somebody looks at both sides, writes go on, and something
  // is taken over.
  void Fork() {
    LoseRevisions(1 + Below(8));
    looked_ = std::min(looked_, Head());
    v1::GetJournalForkRequest look;
    look.set_municipality(kMunicipality);
    v1::GetJournalForkResponse both;
    for (const char* const member : {SomePerson().id, "bitradande", "samordnare"}) {
      both.Clear();
      Call(member, "AdminService", look, &both);
    }
    v1::ResumeWritesRequest resume;
    resume.set_municipality(kMunicipality);
    v1::ResumeWritesResponse resumed;
    EXPECT_TRUE(Call("samordnare", "AdminService", resume, &resumed).ok());
    EXPECT_TRUE(resumed.was_stopped());
    succeeded_ = false;
    for (const v1::ForkedVersion& version : both.versions()) {
      if (Chance(40)) TakeOver(version.name());
    }
  }

  // Every stream of the contract, by somebody.
  void CallStreams() {
    WatchOnce(SomePerson().id);
    Push(Chance(50) ? "polis" : SomePerson().id);
    TakeBackup(Chance(50) ? "samordnare" : SomePerson().id);
    succeeded_ = true;
  }

  // Whatever words came to stand somewhere since the last time: there is their home.
  void LookForWords() override {
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      domain::Revision newest = looked_;
      for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
        picture.ForEach(static_cast<v1::EntityKind>(kind), "",
                        [&](const domain::EntityPtr& entity) {
                          domain::VisitEntity(*entity, [&](const auto& message) {
                            if (message.revision() <= looked_) return;
                            newest = std::max<domain::Revision>(newest, message.revision());
                            FindWords(message, message, "");
                          });
                          return true;
                        });
      }
      looked_ = newest;
    });
  }

  // The set-up as it is, with one organisation changed.
  void FillSetup(google::protobuf::Message& request) {
    v1::GetSetupRequest get;
    get.set_municipality(kMunicipality);
    v1::GetSetupResponse now;
    Call("samordnare", "DirectoryService", get, &now);
    auto& apply = static_cast<v1::ApplySetupRequest&>(request);
    *apply.mutable_setup() = now.setup();
    if (now.setup().organisations_size() == 0) return;
    v1::Organisation& one = *apply.mutable_setup()->mutable_organisations(
        static_cast<int>(Below(now.setup().organisations_size())));
    if (Chance(50)) one.set_authority(!one.authority());
    if (Chance(50)) one.set_display_name(Canary());
    apply.set_validate_only(Chance(20));
  }

 private:
  using Message = google::protobuf::Message;

  void TakeOver(const std::string& version) {
    v1::TakeOverVersionRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    request.set_version(version);
    v1::TakeOverVersionResponse response;
    const std::string member = Chance(80) ? "samordnare" : SomePerson().id;
    if (Call(member, "AdminService", request, &response).ok()) succeeded_ = true;
  }

  static std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor& type) {
    return std::unique_ptr<Message>(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
  }

  const google::protobuf::MethodDescriptor& SomeMethod() {
    static const auto* const methods = [] {
      auto* const unary = new std::vector<const google::protobuf::MethodDescriptor*>;
      for (const auto* method : testing::AllMethods()) {
        const bool streams = method->client_streaming() || method->server_streaming();
        if (!streams && method->name() != "RedeemLoginLink") unary->push_back(method);
      }
      return unary;
    }();
    // One after another from anywhere: over all histories each is called as often as any, however
    // many there are.
    return *(*methods)[(std::mt19937_64(seed_)() + called_++) % methods->size()];
  }

  Material MaterialNow() {
    Material material;
    material.below = [this](size_t end) { return Below(end); };
    material.request_id = [this] { return NewRequestId(); };
    material.word = [this] { return Canary(); };
    material.municipality = kMunicipality;
    material.now = clock_.Now();
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
        picture.ForEach(static_cast<v1::EntityKind>(kind), "",
                        [&](const domain::EntityPtr& entity) {
                          const std::string& name = domain::NameOf(*entity);
                          if (!IsOfThePlay(name)) {
                            material.names[static_cast<v1::EntityKind>(kind)].push_back(name);
                          }
                          return true;
                        });
      }
      for (const auto& assignment : picture.All<v1::Assignment>())
        versions_[assignment->name()] = *assignment;
    });
    return material;
  }

  // Mostly of those that a method can do something with.
  void Prefer(const std::string& method, Material& material) {
    if (Chance(20)) return;
    const auto keep = [&](v1::EntityKind kind, auto fits) {
      std::vector<std::string> fitting;
      for (const std::string& name : material.names[kind]) {
        if (fits(name)) fitting.push_back(name);
      }
      if (!fitting.empty()) material.names[kind] = std::move(fitting);
    };
    const auto of_the_guard = [&](const std::string& name) {
      return versions_[name].unit() == UnitName("vakt-1");
    };
    if (method == "RecordFollowUp") {
      keep(v1::ENTITY_KIND_DEPLOYMENT, [&](const std::string& name) {
        return Now<v1::Deployment>(name).state() == v1::Deployment::STATE_COMPLETED;
      });
    } else if (method == "StandDown") {
      keep(v1::ENTITY_KIND_DEPLOYMENT, [&](const std::string& name) {
        return Now<v1::Deployment>(name).state() == v1::Deployment::STATE_DECIDED ||
               Now<v1::Deployment>(name).state() == v1::Deployment::STATE_ACTIVE;
      });
    } else if (method == "ReopenProblem") {
      keep(v1::ENTITY_KIND_PROBLEM, [&](const std::string& name) {
        return Now<v1::Problem>(name).state() == v1::Problem::STATE_CLOSED;
      });
    } else if (method == "WithdrawUnit") {
      keep(v1::ENTITY_KIND_DEPLOYMENT, [&](const std::string& name) {
        return Now<v1::Deployment>(name).commitments_size() > 0;
      });
    } else if (method == "ReplaceAssignment") {
      keep(v1::ENTITY_KIND_ASSIGNMENT, of_the_guard);
      keep(v1::ENTITY_KIND_ASSIGNMENT, [&](const std::string& name) {
        return of_the_guard(name) && versions_[name].state() < v1::Assignment::STATE_DONE;
      });
      const auto decided = [&](const std::string& name) {
        return Now<v1::Deployment>(name).state() == v1::Deployment::STATE_DECIDED;
      };
      keep(v1::ENTITY_KIND_DEPLOYMENT, decided);
      keep(v1::ENTITY_KIND_DEPLOYMENT, [&](const std::string& name) {  // where it can go, too
        const auto deployment = Now<v1::Deployment>(name);
        return decided(name) && !deployment.offer_after_read_back() &&
               deployment.release().release_class() <= v1::RELEASE_CLASS_PARTNER &&
               domain::TimeOf(deployment.window().end_time()) > clock_.Now();
      });
    } else if (method == "HandOverAssignment") {
      keep(v1::ENTITY_KIND_ASSIGNMENT, of_the_guard);
      keep(v1::ENTITY_KIND_UNIT,
           [](const std::string& name) { return name == UnitName("vakt-2"); });
    } else if (method == "ReportDelivery" || method == "UpdateAssignment") {
      keep(v1::ENTITY_KIND_ASSIGNMENT, of_the_guard);
    } else if (method == "ApproveMinutes" || method == "ReviseMinutes") {
      keep(v1::ENTITY_KIND_MEETING,
           [&](const std::string& name) { return Now<v1::Meeting>(name).has_close_time(); });
    } else if (method == "DebriefAssignment") {
      keep(v1::ENTITY_KIND_ASSIGNMENT, [&](const std::string& name) {
        return versions_[name].state() == v1::Assignment::STATE_DONE ||
               versions_[name].state() == v1::Assignment::STATE_NOT_DONE;
      });
    } else if (method == "ReportPosition") {
      keep(v1::ENTITY_KIND_ASSIGNMENT, [&](const std::string& name) {
        return of_the_guard(name) && (versions_[name].state() == v1::Assignment::STATE_EN_ROUTE ||
                                      versions_[name].state() == v1::Assignment::STATE_ON_SCENE);
      });
    } else if (method == "DecideAuthorityChange") {
      keep(v1::ENTITY_KIND_ORGANISATION, [&](const std::string& name) {
        return Now<v1::Organisation>(name).has_authority_change();
      });
    }
  }

  // The members and tokens that a history cannot do without.
  bool IsOfThePlay(const std::string& name) {
    return std::any_of(Persons().begin(), Persons().end(), [&](const Person& person) {
      return name == TokenName(person.id) || name == MemberName(person.id);
    });
  }

  // What chance alone would hardly get right.
  void Shape(Message& request) {
    if (auto* share = dynamic_cast<v1::ReleaseEntityRequest*>(&request)) {
      share->mutable_release()->clear_withheld();
    }
    if (auto* answer = dynamic_cast<v1::ReviewReportRequest*>(&request))
      answer->set_no_personal_data(true);
    if (auto* take = dynamic_cast<v1::TakeOverVersionRequest*>(&request)) {
      take->clear_expected_revision();
      if (!lost_.empty()) take->set_version(std::next(lost_.begin(), Below(lost_.size()))->first);
    }
    if (auto* indicators = dynamic_cast<v1::RecordIndicatorsRequest*>(&request)) {
      for (v1::Indicator& one : *indicators->mutable_indicators()) {
        *one.mutable_period_start_time() = domain::TimestampOf(clock_.Now() - absl::Hours(48));
        *one.mutable_period_end_time() = domain::TimestampOf(clock_.Now() - absl::Hours(24));
      }
    }
    if (auto* add = dynamic_cast<v1::AddMemberRequest*>(&request)) {
      add->mutable_member()->set_organisation(SomeOrganisation());
    }
    if (auto* update = dynamic_cast<v1::UpdateMemberRequest*>(&request))
      AsItIs(*update->mutable_member());
    if (auto* record = dynamic_cast<v1::RecordPermitRequest*>(&request)) {
      if (Chance(80)) record->set_unit(UnitName("ordning"));
      v1::Permit& permit = *record->mutable_permit();
      permit.clear_areas();
      permit.add_areas(SomeArea());
      *permit.mutable_window()->mutable_start_time() = domain::TimestampOf(clock_.Now());
      *permit.mutable_window()->mutable_end_time() =
          domain::TimestampOf(clock_.Now() + absl::Hours(5));
    }
    if (auto* upsert = dynamic_cast<v1::UpsertUnitRequest*>(&request))
      AsItIs(*upsert->mutable_unit());
    if (auto* upsert = dynamic_cast<v1::UpsertAreaRequest*>(&request))
      AsItIs(*upsert->mutable_area());
    Stamp(request);
  }
  // What everybody knows, with another name for people to read.
  template <typename Known>
  void AsItIs(Known& wanted) {
    Known now = Now<Known>(wanted.name());
    if (now.name().empty()) return;
    now.set_display_name(Canary());
    wanted = std::move(now);
  }
  // The versions that the assignment has now, or nearly.
  void Stamp(Message& request) {
    const auto* const field = request.GetDescriptor()->FindFieldByName("stamp");
    if (field == nullptr) return;
    auto& stamp =
        static_cast<v1::DeviceStamp&>(*request.GetReflection()->MutableMessage(&request, field));
    const v1::Assignment& assignment = versions_[NameIn(request)];
    stamp.set_definition_version(std::max<int64_t>(assignment.definition_version(), 1));
    stamp.set_status_version(
        std::max<int64_t>(assignment.status_version() - (Chance(20) ? 1 : 0), 1));
    *stamp.mutable_device_time() = domain::TimestampOf(clock_.Now());
  }

  // A unit that is committed; who may speak for it.
  std::string WithdrawSome(v1::WithdrawUnitRequest& request) {
    request.clear_on_behalf_of();
    const auto deployment = Now<v1::Deployment>(request.name());
    if (deployment.commitments_size() > 0) request.set_unit(deployment.commitments(0).unit());
    return SomebodyOf(request.unit());
  }

  bool CallMethod(const std::string& member, const google::protobuf::MethodDescriptor& method,
                  const Message& request, Message* response) {
    return CallRaw(member, testing::PathOf(method), request, response).ok();
  }

  // --- streams ----------------------------------------------------------------------------------
  template <typename Use>
  void Stream(const std::string& member, const std::string& path, Use use) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", absl::StrCat("Bearer ", tokens_[member]));
    const grpc::Status status = use(context);
    Ended(path, status);
    Judge(member, absl::StrCat(status.error_message(), " ", absl::CEscape(status.error_details())),
          "", path);
  }

  void WatchOnce(const std::string& member) {
    const std::string path = "/samsyn.v1.WatchService/Watch";
    v1::WatchRequest request;
    request.set_municipality(kMunicipality);
    if (Chance(50)) request.set_resume_token(watching_[member].client.token());
    Stream(member, path, [&](grpc::ClientContext& context) {
      const std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> reader(
          grpc::internal::ClientReaderFactory<v1::WatchResponse>::Create(
              &nodes_.channel(Below(SecrecyNodes::kNodes)),
              grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::SERVER_STREAMING),
              &context, request));
      bool live = false;
      for (v1::WatchResponse response; !live && reader->Read(&response);) {
        v1::WatchResponse without_removed = response;
        without_removed.clear_removed();
        Judge(member, without_removed.ShortDebugString(), "", path);
        live = response.current();
      }
      context.TryCancel();
      const grpc::Status status = reader->Finish();
      return live ? grpc::Status::OK : status;
    });
  }

  void Push(const std::string& member) {
    const std::string path = "/samsyn.v1.ReportService/PushReports";
    std::vector<v1::PushReportsRequest> items(1 + Below(3));
    for (size_t i = 0; i < items.size(); ++i) {
      items[i].set_number(static_cast<int64_t>(i) + 1);
      v1::SubmitReportRequest& request = *items[i].mutable_request();
      request.set_request_id(NewRequestId());
      request.set_municipality(kMunicipality);
      request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
      request.mutable_report()->set_text(Canary());
      if (Chance(70))
        request.mutable_report()->set_area(Chance(80) ? SomeArea() : AreaName("nowhere"));
      if (Chance(70)) request.mutable_report()->mutable_release()->set_release_class(SomeClass());
    }
    Stream(member, path, [&](grpc::ClientContext& context) {
      const std::unique_ptr<
          grpc::ClientReaderWriter<v1::PushReportsRequest, v1::PushReportsResponse>>
          stream(grpc::internal::ClientReaderWriterFactory<
                 v1::PushReportsRequest,
                 v1::PushReportsResponse>::Create(&nodes_.channel(Below(SecrecyNodes::kNodes)),
                                                  grpc::internal::RpcMethod(
                                                      path.c_str(),
                                                      grpc::internal::RpcMethod::BIDI_STREAMING),
                                                  &context));
      std::string said;
      for (const v1::PushReportsRequest& item : items) {
        said += item.ShortDebugString();
        if (!stream->Write(item)) break;
      }
      stream->WritesDone();
      for (v1::PushReportsResponse response; stream->Read(&response);) {
        Judge(member, response.ShortDebugString(), said, path);
      }
      return stream->Finish();
    });
  }

  // It holds everything, so it is for coordinators alone. (A journal in memory has none to give.)
  void TakeBackup(const std::string& member) {
    const std::string path = "/samsyn.v1.AdminService/Backup";
    v1::BackupRequest request;
    request.set_municipality(kMunicipality);
    bool coordinates = false;
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      coordinates =
          domain::HasRole(*picture.Get<v1::Member>(MemberName(member)), v1::ROLE_COORDINATOR);
    });
    grpc::ClientContext context;
    context.AddMetadata("authorization", absl::StrCat("Bearer ", tokens_[member]));
    const std::unique_ptr<grpc::ClientReader<v1::BackupResponse>> reader(
        grpc::internal::ClientReaderFactory<v1::BackupResponse>::Create(
            &nodes_.channel(Below(SecrecyNodes::kNodes)),
            grpc::internal::RpcMethod(path.c_str(), grpc::internal::RpcMethod::SERVER_STREAMING),
            &context, request));
    v1::BackupResponse piece;
    const bool any = reader->Read(&piece);
    const grpc::Status status = reader->Finish();
    EXPECT_EQ(status.error_code() == grpc::StatusCode::PERMISSION_DENIED, !coordinates)
        << member << ": " << status.error_message();
    EXPECT_TRUE(coordinates || !any) << member;
    if (coordinates) ++answered_[path];
    Judge(member, status.error_message(), "", path);
  }

  // --- where words stand ------------------------------------------------------------------------
  // Goes through a message and gives each word that has no home yet the entity `whole` as its home;
  // a word in a field that not everybody reads who sees the entity gets the reader's rule.
  template <typename Entity>
  void FindWords(const Entity& whole, const Message& message, const std::string& path) {
    const auto& reflection = *message.GetReflection();
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const auto* field : fields) {
      const std::string here =
          path.empty() ? field->name() : absl::StrCat(path, ".", field->name());
      const int times = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      for (int i = 0; i < times; ++i) {
        if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
          FindWords(whole,
                    field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                         : reflection.GetMessage(message, field),
                    here);
        } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
          const std::string text = field->is_repeated()
                                       ? reflection.GetRepeatedString(message, field, i)
                                       : reflection.GetString(message, field);
          for (const std::string& word : CanariesIn(text)) {
            GiveHome(word, whole.name(), Entity::descriptor()->name(), here);
          }
        }
      }
    }
  }

  void GiveHome(const std::string& word, const std::string& name, const std::string& type,
                const std::string& path) {
    if (homes_.count(word) > 0 && found_.count(word) == 0) return;  // somebody knew better
    const std::string field = absl::StrCat(type, ".", path);
    if (field == "Device.push_endpoint") {
      homes_[word] = {"nobody's"};
      return;
    }
    if (field == "Member.display_name") by_name_.insert(word);
    if (absl::EndsWith(field, ".class_change.reason")) of_owner_.insert(word);
    if (field == "Deployment.commitments.override_reason") of_commitment_.insert(word);
    if (absl::EndsWith(field, ".place_text")) of_place_.insert(word);
    found_.insert(word);
    homes_[word].insert(name);
  }

  const uint64_t seed_;
  uint64_t called_ = 0;  // methods by chance
  std::map<std::string, int>& all_answered_;
  std::map<std::string, v1::Assignment> versions_;
  std::set<std::string> found_;  // words whose home was found, not given
  domain::Revision looked_ = 0;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_ANY_H_
