// A server on loopback over journals in memory, with a small municipality, for tests with real
// sockets.
#ifndef SAMSYN_TESTS_SERVICE_SERVER_TEST_BASE_H_
#define SAMSYN_TESTS_SERVICE_SERVER_TEST_BASE_H_

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/access/token.h"
#include "server/base/clock.h"
#include "server/domain/access_rules.h"
#include "server/domain/names.h"
#include "server/engine/engine.h"
#include "server/journal/memory_journal.h"
#include "server/service/server.h"
#include "tests/testing/eventually.h"

namespace samsyn::service {

inline constexpr char kMunicipality[] = "municipalities/0136";

inline std::string Below(absl::string_view rest) { return absl::StrCat(kMunicipality, "/", rest); }
inline std::string NewRequestId() { return domain::MadeId("test", Hex(RandomBytes(16)), 0); }

// The details of an error; empty if there are none.
inline google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  return details;
}
// "NOT_FOUND" of a refusal.
inline std::string ReasonOf(const grpc::Status& status) {
  const google::rpc::Status details = DetailsOf(status);
  for (const auto& any : details.details()) {
    if (google::rpc::ErrorInfo info; any.UnpackTo(&info)) return info.reason();
  }
  return "";
}

class ServerTestBase : public ::testing::Test {
 protected:
  // `time`: what the server goes by; unless given, the clock that a test sets.
  explicit ServerTestBase(ServerOptions options = {}, const Clock* time = nullptr,
                          engine::EngineOptions engine = {})
      : options_(std::move(options)),
        time_(time == nullptr ? clock_ : *time),
        engine_(store_, time_, std::move(engine)) {
    options_.listen = "127.0.0.1:0";
    options_.push.key = "the key";
    EXPECT_TRUE(engine_.Start().ok());
    EXPECT_TRUE(engine_.CreateMunicipality("0136", "Haninge", "Stockholms län").ok());
    AddOrganisation("polisen", v1::ORGANISATION_KIND_POLICE, true);
    AddMember("anna", "polisen", {v1::ROLE_REPORTER});
    AddMember("karin", "kommunen", {v1::ROLE_COORDINATOR, v1::ROLE_REPORTER, v1::ROLE_CHAIR});
    StartServer();
  }

  void StartServer() {
    auto server = Server::Start(engine_, time_, options_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = NewChannel();
  }
  // A connection of its own, which takes no more than 64 KiB that nobody reads.
  std::shared_ptr<grpc::Channel> NewChannel() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 << 10);
    return grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(),
                                     arguments);
  }

  // Puts an entity, past the rules.
  template <typename T>
  void Put(T message) {
    const auto answer =
        engine_.SubmitAndWait(kMunicipality, {{"system", ""},
                                              "Test",
                                              NewRequestId(),
                                              Digest{},
                                              [message](domain::Transaction& transaction) {
                                                transaction.Put(message);
                                                return absl::OkStatus();
                                              }});
    ASSERT_TRUE(answer.ok()) << answer.status();
  }
  void AddOrganisation(absl::string_view id, v1::OrganisationKind kind, bool authority) {
    v1::Organisation organisation;
    organisation.set_name(Below(absl::StrCat("organisations/", id)));
    organisation.set_owner(organisation.name());
    organisation.set_display_name(std::string(id));
    organisation.set_kind(kind);
    organisation.set_authority(authority);
    Put(organisation);
  }
  void AddMember(absl::string_view id, absl::string_view organisation,
                 std::vector<v1::Role> roles) {
    v1::Member member;
    member.set_name(Below(absl::StrCat("members/", id)));
    member.set_organisation(Below(absl::StrCat("organisations/", organisation)));
    member.set_owner(member.organisation());
    member.set_display_name(absl::StrCat("Person ", id));
    for (const v1::Role role : roles) member.add_roles(role);
    Put(member);
  }
  template <typename T>
  T Get(const std::string& name) {
    const auto feed = engine_.FeedOf(kMunicipality);
    const auto found =
        (*feed)->Reading([&](const auto& picture) { return picture.template Get<T>(name); });
    return found == nullptr ? T() : *found;
  }
  int64_t Revision() { return (*engine_.FeedOf(kMunicipality))->revision(); }

  // A token of a member, as its text; `name` gets the entity's name.
  std::string TokenOf(absl::string_view member, std::string* name = nullptr, int watches = 0) {
    const std::string secret = access::MakeSecret();
    v1::IssueTokenRequest request;
    request.set_request_id(NewRequestId());
    request.set_member(Below(absl::StrCat("members/", member)));
    request.set_watch_quota(watches);
    const auto answer = engine_.SubmitAndWait(
        kMunicipality, {{"system", ""},
                        "IssueToken",
                        request.request_id(),
                        Digest{},
                        [&](domain::Transaction& transaction) {
                          return domain::IssueToken(request, access::CredentialOf(secret),
                                                    transaction);
                        }});
    EXPECT_TRUE(answer.ok()) << answer.status();
    if (!answer.ok()) return "";
    if (name != nullptr) *name = answer->results.front();
    return access::FormatToken(answer->results.front(), secret);
  }

  // The context of a call with a token.
  static std::unique_ptr<grpc::ClientContext> With(const std::string& token,
                                                   const std::string& language = "") {
    auto context = std::make_unique<grpc::ClientContext>();
    if (!token.empty()) context->AddMetadata("authorization", absl::StrCat("Bearer ", token));
    if (!language.empty()) context->AddMetadata("accept-language", language);
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return context;
  }

  ServerOptions options_;
  ManualClock clock_{absl::Now()};
  const Clock& time_;
  journal::MemoryJournalStore store_;
  engine::Engine engine_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace samsyn::service

#endif  // SAMSYN_TESTS_SERVICE_SERVER_TEST_BASE_H_
