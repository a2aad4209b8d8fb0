// The whole contract over a real socket: every method is served, and none breaks on hostile input.
#include <absl/strings/str_join.h>
#include <google/api/field_behavior.pb.h>
#include <google/protobuf/message.h>
#include <grpcpp/generic/generic_stub.h>

#include <limits>
#include <map>
#include <random>

#include "tests/service/server_test_base.h"
#include "tests/testing/contract_methods.h"

namespace samsyn::service {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using testing::AllMethods;

// Puts into a message what a hostile or broken client might send. The seed decides all: odd ones
// are mild, mostly well formed, so that the rules behind the checks of form are reached.
class Hostile {
 public:
  explicit Hostile(uint32_t seed) : mild_(seed % 2 == 1), random_(seed) {}

  void Fill(Message* message, int depth = 0) {
    const auto* const reflection = message->GetReflection();
    for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* const field = message->GetDescriptor()->field(i);
      if (mild_ ? !IsRequired(*field) && Below(4) > 0 : Below(4) == 0) continue;
      const int times = field->is_repeated() ? Below(Below(20) == 0 ? 300 : 4) : 1;
      for (int n = 0; n < times; ++n) Put(message, *reflection, field, depth);
    }
  }
  // Entities that mild requests speak of.
  void Know(const std::vector<std::string>* names) { names_ = names; }
  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint32_t>(bound)); }

 private:
  static bool IsRequired(const FieldDescriptor& field) {
    const auto& options = field.options();
    for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
      if (options.GetExtension(google::api::field_behavior, i) == google::api::REQUIRED) {
        return true;
      }
    }
    return false;
  }

  void Put(Message* message, const google::protobuf::Reflection& reflection,
           const FieldDescriptor* field, int depth) {
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text =
            field->name() == "request_id" && Below(10) > 0 ? NextId() : Text(*field);
        many ? reflection.AddString(message, field, text)
             : reflection.SetString(message, field, text);
        return;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth > 3) return;
        Fill(many ? reflection.AddMessage(message, field)
                  : reflection.MutableMessage(message, field),
             depth + 1);
        return;
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int values = field->enum_type()->value_count();
        const int value = mild_            ? 1 + Below(values - 1)
                          : Below(10) == 0 ? Number()
                                           : Below(values + 1);
        many ? reflection.AddEnumValue(message, field, value)
             : reflection.SetEnumValue(message, field, value);
        return;
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        if (!many) reflection.SetBool(message, field, Below(2) == 0);
        return;
      case FieldDescriptor::CPPTYPE_INT32:
        if (!many) reflection.SetInt32(message, field, Number());
        return;
      case FieldDescriptor::CPPTYPE_INT64:
        // A read that waits for a revision to come is no attack, only slow.
        if (!many && field->name() != "min_revision") {
          reflection.SetInt64(message, field, !mild_ && Below(3) == 0 ? Number() : Now());
        }
        return;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        if (!many) reflection.SetDouble(message, field, Real());
        return;
      default:
        return;
    }
  }

  std::string Text(const FieldDescriptor& field) {
    if (mild_) return MildText(field.name());
    if (field.type() == FieldDescriptor::TYPE_BYTES) return std::string(Below(50), '\xff');
    static const std::vector<std::string>* const texts =
        new std::vector<std::string>{"",
                                     "kommunen",
                                     kMunicipality,
                                     "municipalities/0192",
                                     Below2("organisations/kommunen"),
                                     Below2("organisations/polisen"),
                                     Below2("members/anna"),
                                     Below2("members/karin"),
                                     Below2("members/samordnare"),
                                     Below2("areas/x"),
                                     Below2("units/u"),
                                     Below2("reports/00000000-0000-4000-8000-000000000000"),
                                     Below2("problems/../../members/anna"),
                                     "municipalities/0136/",
                                     "system",
                                     "\"1\"",
                                     "Klotter vid centrum",
                                     "\xe2\x80\xae"
                                     "omvänt",
                                     std::string("noll\0byte", 9),
                                     std::string(5000, 'x'),
                                     std::string(200, '/'),
                                     "<script>alert(1)</script>",
                                     "19121212-1212",
                                     "2026-11-27",
                                     "18:00",
                                     "https://polisen.se/api/events",
                                     "Europe/Stockholm",
                                     "../../etc/passwd"};
    return (*texts)[Below(static_cast<int>(texts->size()))];
  }
  std::string MildText(const std::string& field) {
    if (field == "municipality") return kMunicipality;
    if (field == "organisation" || field == "on_behalf_of") {
      return Below2(Below(2) == 0 ? "organisations/kommunen" : "organisations/polisen");
    }
    if (field == "operation_id") return NextId();
    const std::vector<std::string>& known = *names_;
    if (field == "name" || field == "member" || field == "unit" || field == "area" ||
        field == "entity" || field == "problem" || field == "deployment" || field == "incident" ||
        field == "reports") {
      return known[Below(static_cast<int>(known.size()))];
    }
    if (field == "etag" && Below(2) == 0) return "";
    return "Klotter vid centrum";
  }
  std::string NextId() { return domain::MadeId("hostile", absl::StrCat(random_()), 0); }
  static std::string Below2(const char* rest) { return samsyn::service::Below(rest); }
  int Number() {
    if (mild_) return 1 + Below(5);
    static constexpr int kNumbers[] = {0,
                                       1,
                                       -1,
                                       2,
                                       7,
                                       100,
                                       4711,
                                       -4711,
                                       std::numeric_limits<int>::max(),
                                       std::numeric_limits<int>::min()};
    return kNumbers[Below(10)];
  }
  // A time as seconds: near, far, absurd.
  int64_t Now() {
    if (mild_) return absl::ToUnixSeconds(absl::Now()) - 3600 + ++ticks_;
    switch (Below(4)) {
      case 0:
        return std::numeric_limits<int64_t>::max();
      case 1:
        return std::numeric_limits<int64_t>::min();
      default:
        return absl::ToUnixSeconds(absl::Now()) + Number() % 100'000;
    }
  }
  double Real() {
    if (mild_) return Below(2) == 0 ? 59.17 : 18.14;
    static constexpr double kReals[] = {0, 59.17, 18.14, -59.17, 1e308, -1e308, 0.5, 1e-300};
    switch (Below(10)) {
      case 0:
        return std::numeric_limits<double>::quiet_NaN();
      case 1:
        return std::numeric_limits<double>::infinity();
      default:
        return kReals[Below(8)];
    }
  }

  const bool mild_;
  int ticks_ = 0;
  const std::vector<std::string>* names_ = nullptr;
  std::mt19937 random_;
};

class ContractTest : public ServerTestBase {
 protected:
  ContractTest() : stub_(channel_), token_(TokenOf("karin", &token_name_)) {
    karin_ = Get<v1::Member>(Below("members/karin"));
    karins_token_ = Get<v1::Token>(token_name_);
  }

  // Whether a method may end its own caller.
  static bool EndsCallers(const MethodDescriptor& method) {
    return method.name() == "RemoveMember" || method.name() == "UpdateMember" ||
           method.name() == "RevokeToken";
  }
  // A coordinator who may come to an end; its token, whose name goes into `name`.
  std::string NewCaller(std::string* name) {
    AddMember("offer", "kommunen", {v1::ROLE_COORDINATOR});
    return TokenOf("offer", name);
  }
  // The usual caller as it was, whatever has been done to it.
  void Restore() {
    Put(karin_);
    Put(karins_token_);
  }
  // Points a request at its own caller.
  static void AimAt(const std::string& token_name, Message* request) {
    if (auto* const revoke = dynamic_cast<v1::RevokeTokenRequest*>(request)) {
      revoke->set_name(token_name);
    } else if (auto* const remove = dynamic_cast<v1::RemoveMemberRequest*>(request)) {
      remove->set_name(Below("members/offer"));
    } else if (auto* const update = dynamic_cast<v1::UpdateMemberRequest*>(request)) {
      update->mutable_member()->set_name(Below("members/offer"));
    }
  }
  // Sends what must break nothing; true: it was accepted. A refused write leaves the revision
  // unchanged, an accepted one of those that end callers is one transaction.
  bool SendHostile(const MethodDescriptor& method, const Message& request, const std::string& token,
                   uint32_t seed) {
    const int64_t before = Revision();
    const grpc::Status status = Call(method, request.SerializePartialAsString(), token);
    EXPECT_FALSE(IsDefect(status)) << "seed " << seed << " " << method.full_name() << ": "
                                   << status.error_code() << " " << status.error_message() << "\n"
                                   << request.ShortDebugString().substr(0, 2000);
    if (!status.ok() && Writes(method) && ReasonOf(status) != "DEFINITION_CHANGED") {
      EXPECT_EQ(Revision(), before) << "seed " << seed << " " << method.full_name();
    }
    if (status.ok() && EndsCallers(method)) {
      EXPECT_LE(Revision(), before + 1);
    }
    if (!status.ok()) {
      EXPECT_NE(ReasonOf(status), "") << method.full_name() << " " << status.error_message();
    }
    return status.ok() && Writes(method);
  }

  // Calls a method with bytes; a stream is ended after its first message.
  grpc::Status Call(const MethodDescriptor& method, const std::string& bytes,
                    const std::string& token) {
    const auto context = With(token);
    if (method.server_streaming()) {
      context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
    }
    const std::string path = absl::StrCat("/", method.service()->full_name(), "/", method.name());
    const grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1), response;
    grpc::CompletionQueue queue;
    grpc::Status status;
    const auto call = stub_.PrepareCall(context.get(), path, &queue);
    const auto next = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      queue.Next(&tag, &ok);
      return ok;
    };
    call->StartCall(nullptr);
    if (next()) {
      call->Write(request, nullptr);
      next();
      if (method.client_streaming()) {
        call->WritesDone(nullptr);
        next();
      }
      call->Read(&response, nullptr);
      if (next() && method.server_streaming()) context->TryCancel();
    }
    call->Finish(&status, nullptr);
    next();
    queue.Shutdown();
    while (next()) {
    }
    return status;
  }
  // Of everything that there is.
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    (*engine_.FeedOf(kMunicipality))->Reading([&](const domain::Picture& picture) {
      for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
        picture.ForEach(static_cast<v1::EntityKind>(kind), "",
                        [&](const domain::EntityPtr& entity) {
                          names.push_back(domain::NameOf(*entity));
                          return true;
                        });
      }
    });
    return names;
  }
  static std::unique_ptr<Message> NewRequest(const MethodDescriptor& method) {
    return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()
                                        ->GetPrototype(method.input_type())
                                        ->New());
  }
  static bool Writes(const MethodDescriptor& method) {
    return method.input_type()->FindFieldByName("request_id") != nullptr;
  }
  static const MethodDescriptor* WhoAmI() {
    return v1::WhoAmIRequest::descriptor()->file()->service(0)->FindMethodByName("WhoAmI");
  }
  static bool IsDefect(const grpc::Status& status) {
    return status.error_code() == grpc::StatusCode::UNIMPLEMENTED ||
           status.error_code() == grpc::StatusCode::INTERNAL ||
           status.error_code() == grpc::StatusCode::UNKNOWN ||
           status.error_code() == grpc::StatusCode::DATA_LOSS;
  }

  grpc::GenericStub stub_;
  std::string token_name_;
  std::string token_;
  v1::Member karin_;
  v1::Token karins_token_;
};

TEST_F(ContractTest, EveryMethodIsServed) {
  const auto methods = AllMethods();
  EXPECT_GT(methods.size(), 60u);
  for (const MethodDescriptor* const method : methods) {
    const grpc::Status status = Call(*method, "", token_);
    EXPECT_FALSE(IsDefect(status))
        << method->full_name() << ": " << status.error_code() << " " << status.error_message();
    const grpc::Status nobody = Call(*method, "", "");
    EXPECT_EQ(nobody.error_code(), grpc::StatusCode::UNAUTHENTICATED)
        << method->full_name() << ": " << nobody.error_message();
  }
}

// Each connection has a table of what is registered: a new method is routed
// (server/service/routes.h) unless it is among those called most.
TEST_F(ContractTest, FewMethodsAreRegisteredWithGrpc) {
  std::vector<std::string> registered;
  for (const MethodDescriptor* const method : AllMethods()) {
    if (!server_->routes().Has(*method)) registered.push_back(method->name());
  }
  EXPECT_LE(registered.size(), 15u) << absl::StrJoin(registered, ", ");
}

TEST_F(ContractTest, HostileRequestsChangeNothingAndBreakNothing) {
  constexpr uint32_t kRounds = 60;
  int accepted = 0;
  for (uint32_t seed = 1; seed <= kRounds && !HasFailure(); ++seed) {
    Hostile hostile(seed);
    const std::vector<std::string> names = Names();
    hostile.Know(&names);
    for (const MethodDescriptor* const method : AllMethods()) {
      if (method->server_streaming() || EndsCallers(*method)) continue;
      const auto request = NewRequest(*method);
      hostile.Fill(request.get());
      accepted += SendHostile(*method, *request, token_, seed);
    }
  }
  EXPECT_GT(accepted, 40) << "the mild ones are to reach the rules";
}

// Those that may end their caller, each by a caller of its own: at anybody, then at itself.
TEST_F(ContractTest, HostileRequestsThatEndCallersBreakNothing) {
  constexpr uint32_t kRounds = 240;  // a member that is taken needs a name or a function
  std::map<std::string, int> accepted, ended;
  for (uint32_t seed = 1; seed <= kRounds && !HasFailure(); ++seed) {
    Hostile hostile(seed);
    const std::vector<std::string> names = Names();
    hostile.Know(&names);
    for (const MethodDescriptor* const method : AllMethods()) {
      if (!EndsCallers(*method)) continue;
      std::string name;
      for (const bool itself : {false, true}) {
        const std::string token = NewCaller(&name);
        const auto request = NewRequest(*method);
        hostile.Fill(request.get());
        if (itself) AimAt(name, request.get());
        accepted[method->name()] += SendHostile(*method, *request, token, seed);
        Restore();
        const grpc::Status after = Call(*WhoAmI(), "", token);
        EXPECT_TRUE(after.ok() || ReasonOf(after) == "IDENTITY_ENDED") << after.error_message();
        ended[method->name()] += !after.ok();
      }
    }
  }
  for (const char* method : {"RemoveMember", "UpdateMember", "RevokeToken"}) {
    EXPECT_GT(accepted[method], 5) << method;
  }
  EXPECT_GT(ended["RemoveMember"], 5);
  EXPECT_GT(ended["RevokeToken"], 5);
  EXPECT_TRUE(Call(*WhoAmI(), "", token_).ok());
}

TEST_F(ContractTest, BytesThatAreNoRequestAreRefusedWithAReason) {
  // A field of the first string or message with bytes that are neither: wrong UTF-8.
  const std::string wrong_text("\x0a\x03\xff\xfe\xfd", 5), cut("\x0a\x7fx", 3);
  for (const MethodDescriptor* const method : AllMethods()) {
    // Where a request has no fields, every field is one of a later version.
    if (method->input_type()->field_count() == 0 || method->name() == "PushReports") continue;
    for (const std::string& bytes : {wrong_text, cut}) {
      const int64_t before = Revision();
      const grpc::Status status = Call(*method, bytes, token_);
      EXPECT_EQ(Revision(), before);
      if (method->server_streaming() && method->name() != "Watch") {
        EXPECT_FALSE(status.ok()) << method->full_name();
        continue;
      }
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
          << method->full_name() << " " << status.error_message();
      EXPECT_EQ(ReasonOf(status), "INVALID_FIELDS") << method->full_name();
    }
  }
}

}  // namespace
}  // namespace samsyn::service
