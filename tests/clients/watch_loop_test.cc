// The loop against a server that follows a script: cuts, resets, frames that belong together.
#include "clients/cpp/watch_loop.h"

#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>

#include <deque>
#include <thread>

namespace samsyn {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kArea[] = "municipalities/0136/areas/";

v1::Entity Area(const std::string& id, const std::string& display_name) {
  v1::Entity entity;
  entity.mutable_area()->set_name(kArea + id);
  entity.mutable_area()->set_display_name(display_name);
  return entity;
}

struct Frame {
  v1::WatchResponse response;
  Frame& Reset() { return response.set_reset(true), *this; }
  Frame& Up(const std::string& id, const std::string& text) {
    return *response.add_upserted() = Area(id, text), *this;
  }
  Frame& Down(const std::string& id) { return response.add_removed(kArea + id), *this; }
  Frame& More() { return response.set_more(true), *this; }
  Frame& Current() { return response.set_current(true), *this; }
  Frame& Token(const std::string& token) { return response.set_resume_token(token), *this; }
};

// One answer to one call of Watch; after the frames the stream ends so, or stays open.
struct Scene {
  std::vector<Frame> frames;
  grpc::Status end = grpc::Status(grpc::StatusCode::UNAVAILABLE, "cut");
  bool stays_open = false;
};

class ScriptedWatch : public v1::WatchService::Service {
 public:
  explicit ScriptedWatch(std::deque<Scene> scenes) : scenes_(std::move(scenes)) {}

  grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchResponse>* writer) override {
    Scene scene;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      tokens_.push_back(request->resume_token());
      for (const auto& [key, value] : context->client_metadata()) {
        if (key == "authorization") authorization_ = std::string(value.data(), value.size());
      }
      if (scenes_.empty()) return grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "script over");
      scene = std::move(scenes_.front());
      scenes_.pop_front();
    }
    for (const Frame& frame : scene.frames) writer->Write(frame.response);
    std::unique_lock<std::mutex> lock(mutex_);
    while (scene.stays_open && !context->IsCancelled()) {
      cancelled_.wait_for(lock, std::chrono::milliseconds(5));
    }
    return scene.end;
  }

  std::vector<std::string> tokens() {
    std::lock_guard<std::mutex> lock(mutex_);
    return tokens_;
  }
  std::string authorization() {
    std::lock_guard<std::mutex> lock(mutex_);
    return authorization_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable cancelled_;
  std::deque<Scene> scenes_;
  std::vector<std::string> tokens_;
  std::string authorization_;
};

struct Told {
  std::map<std::string, std::string> map;      // id -> text at the end
  std::vector<std::vector<std::string>> sets;  // per change set with changes: "+id", "~id", "-id"
  std::vector<WatchState> states;
  std::vector<std::string> tokens;
  CallError end;
};

std::string Describe(const WatchChange& change) {
  const std::string id = change.name.substr(sizeof(kArea) - 1);
  if (change.after == nullptr) return "-" + id;
  return (change.before == nullptr ? "+" : "~") + id;
}

// Plays the scenes to their end and tells what the loop made of them.
Told Play(std::deque<Scene> scenes, absl::Duration silence = absl::Seconds(45)) {
  ScriptedWatch service(std::move(scenes));
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  Client client({.token = "samsyn_0136_t_s"}, server->InProcessChannel({}));
  Told told;
  WatchLoop loop(
      client, {},
      {.applied =
           [&](const ChangeSet& set) {
             if (set.changes.empty()) return;
             told.sets.emplace_back();
             for (const auto& c : set.changes) told.sets.back().push_back(Describe(c));
           },
       .state_changed = [&](WatchState state, const CallError&) { told.states.push_back(state); }},
      {absl::Milliseconds(1), absl::Milliseconds(5), silence});
  told.end = loop.Run();
  for (const auto& [name, entity] : loop.entities()) {
    told.map[name.substr(sizeof(kArea) - 1)] = entity->area().display_name();
  }
  told.tokens = service.tokens();
  EXPECT_EQ(service.authorization(), "Bearer samsyn_0136_t_s");
  server->Shutdown();
  return told;
}

TEST(WatchLoop, LoadsThenFollowsThenResumesWithItsToken) {
  const Told told = Play({
      {{Frame().Reset().Up("a", "1"), Frame().Up("b", "1"), Frame().Current().Token("t1"),
        Frame().Up("a", "2").Token("t2")}},
      {{Frame().Current().Token("t2"), Frame().Down("b").Token("t3")}},
  });
  EXPECT_THAT(told.map, ElementsAre(Pair("a", "2")));
  EXPECT_THAT(told.tokens, ElementsAre("", "t2", "t3"));
  EXPECT_THAT(told.sets, ElementsAre(ElementsAre("+a"), ElementsAre("+b"), ElementsAre("~a"),
                                     ElementsAre("-b")));
  EXPECT_EQ(told.end.code, grpc::StatusCode::UNAUTHENTICATED);
}

TEST(WatchLoop, ResetSweepsWhatWasNotNamed) {
  const Told told = Play({{{
      Frame().Reset().Up("a", "1").Up("b", "1").Up("c", "1").Current().Token("t1"),
      Frame().Reset().Up("a", "1"),
      Frame().Up("b", "2"),
      Frame().Current().Token("t2"),
  }}});
  EXPECT_THAT(told.map, ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(told.sets,
              ElementsAre(ElementsAre("+a", "+b", "+c"), ElementsAre("~b"), ElementsAre("-c")));
}

TEST(WatchLoop, FramesTiedByMoreAreAppliedTogether) {
  const Told told = Play({{{
      Frame().Reset().Current().Token("t1"),
      Frame().Up("a", "1").More(),
      Frame().Up("b", "1").More(),
      Frame().Up("c", "1").Token("t2"),
  }}});
  EXPECT_THAT(told.sets, ElementsAre(ElementsAre("+a", "+b", "+c")));
  EXPECT_THAT(told.tokens, ElementsAre("", "t2"));
}

TEST(WatchLoop, HalfATransactionIsNeverShown) {
  const Told told = Play({
      {{Frame().Reset().Current().Token("t1"), Frame().Up("a", "1").More()}},
      {{Frame().Up("a", "1").More(), Frame().Up("b", "1").Token("t2"), Frame().Current()}},
  });
  EXPECT_THAT(told.tokens, ElementsAre("", "t1", "t2"));
  EXPECT_THAT(told.sets, ElementsAre(ElementsAre("+a", "+b")));
}

TEST(WatchLoop, APictureBrokenOffIsAskedForWhole) {
  const Told told = Play({
      {{Frame().Reset().Up("a", "1").Current().Token("t1")}},
      {{Frame().Reset().Up("b", "1")}},  // broken off: neither swept nor resumed
      {{Frame().Reset().Up("c", "1").Current().Token("t2")}},
  });
  EXPECT_THAT(told.tokens, ElementsAre("", "t1", "", "t2"));
  EXPECT_THAT(told.map, ElementsAre(Pair("c", "1")));
}

TEST(WatchLoop, ABreakDoesNotSweepOnResume) {
  const Told told = Play({
      {{Frame().Reset().Up("a", "1").Up("b", "1").Current().Token("t1")}},
      {{Frame().Up("c", "1").Current().Token("t2")}},
  });
  EXPECT_THAT(told.map, ElementsAre(Pair("a", "1"), Pair("b", "1"), Pair("c", "1")));
}

TEST(WatchLoop, WhatIsSentAgainAfterABreakIsNoChange) {
  const Told told = Play({
      {{Frame().Reset().Up("a", "1").Up("b", "1").Current().Token("t1")}},
      {{Frame().Up("a", "1").Up("b", "2").Down("c").Current().Token("t1")}},
  });
  EXPECT_THAT(told.sets, ElementsAre(ElementsAre("+a", "+b"), ElementsAre("~b")));
}

TEST(WatchLoop, SaysWhetherItIsLive) {
  const Told told = Play({{{Frame().Reset().Up("a", "1"), Frame().Current().Token("t1")}}});
  EXPECT_THAT(told.states, ElementsAre(WatchState::kLoading, WatchState::kLive, WatchState::kBroken,
                                       WatchState::kBroken));
}

TEST(WatchLoop, ASilentStreamIsTakenForBroken) {
  Scene silent{{Frame().Reset().Current().Token("t1")}};
  silent.stays_open = true;
  const Told told = Play({silent}, absl::Milliseconds(100));
  EXPECT_THAT(told.tokens, ElementsAre("", "t1"));
}

TEST(WatchLoop, UnknownKindsAreLeftOut) {
  Frame frame;
  frame.response.add_upserted();
  const Told told = Play({{{Frame().Reset(), frame, Frame().Current().Token("t")}}});
  EXPECT_THAT(told.map, IsEmpty());
}

TEST(WatchLoop, StopsFromAnotherThreadAndForGood) {
  Scene open{{Frame().Reset().Current().Token("t1")}};
  open.stays_open = true;
  ScriptedWatch service({open});
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  Client client({.token = "samsyn_0136_t_s"}, server->InProcessChannel({}));
  absl::Notification live;
  WatchLoop loop(client, {}, {.applied = [&](const ChangeSet&) { live.Notify(); }});
  CallError end;
  std::thread runner([&] { end = loop.Run(); });
  ASSERT_TRUE(live.WaitForNotificationWithTimeout(absl::Seconds(10)));
  loop.Stop();
  runner.join();
  EXPECT_TRUE(end.ok());
  EXPECT_TRUE(loop.Run().ok());
  server->Shutdown();
}

// A server that fails a given number of times before it answers.
class FlakyAccess : public v1::AccessService::Service {
 public:
  int failures = 0;
  grpc::Status failure;
  std::vector<std::string> request_ids;

  grpc::Status IssueToken(grpc::ServerContext*, const v1::IssueTokenRequest* request,
                          v1::IssueTokenResponse* response) override {
    request_ids.push_back(request->request_id());
    if (failures-- > 0) return failure;
    response->set_revision(7);
    return grpc::Status::OK;
  }
};

struct FlakyServer {
  FlakyAccess service;
  std::unique_ptr<grpc::Server> server;
  FlakyServer() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service);
    server = builder.BuildAndStart();
  }
  ~FlakyServer() { server->Shutdown(); }
};

TEST(Client, RepeatsOnUnavailableWithTheSameRequestId) {
  FlakyServer flaky;
  flaky.service.failures = 2;
  flaky.service.failure = grpc::Status(grpc::StatusCode::UNAVAILABLE, "later");
  Client client({}, flaky.server->InProcessChannel({}));
  v1::IssueTokenResponse response;
  EXPECT_TRUE(client
                  .Call(client.access(), &v1::AccessService::StubInterface::IssueToken,
                        v1::IssueTokenRequest(), &response)
                  .ok());
  EXPECT_EQ(response.revision(), 7);
  ASSERT_EQ(flaky.service.request_ids.size(), 3u);
  EXPECT_EQ(flaky.service.request_ids[0].size(), 36u);
  EXPECT_EQ(flaky.service.request_ids[0], flaky.service.request_ids[2]);
}

TEST(Client, GivesUpAfterItsTimeAndSaysThatNobodyAnswered) {
  FlakyServer flaky;
  flaky.service.failures = 1000;
  flaky.service.failure = grpc::Status(grpc::StatusCode::UNAVAILABLE, "later");
  Client client({.retry_for = absl::Milliseconds(300)}, flaky.server->InProcessChannel({}));
  v1::IssueTokenRequest request;
  v1::IssueTokenResponse response;
  const CallError error =
      client.CallByName("/samsyn.v1.AccessService/IssueToken", request, &response);
  EXPECT_TRUE(error.OutOfReach());
  EXPECT_GT(flaky.service.request_ids.size(), 1u);
}

TEST(Client, DoesNotRepeatARefusalAndUnpacksIt) {
  google::rpc::Status rich;
  rich.set_code(static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
  google::rpc::ErrorInfo info;
  info.set_reason("ERROR_REASON_INVALID_FIELDS");
  info.set_domain("samsyn");
  (*info.mutable_metadata())["limit"] = "5";
  rich.add_details()->PackFrom(info);
  google::rpc::BadRequest bad;
  auto* violation = bad.add_field_violations();
  violation->set_field("member");
  violation->set_description("saknas");
  rich.add_details()->PackFrom(bad);
  FlakyServer flaky;
  flaky.service.failures = 1;
  flaky.service.failure = grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "Ett fält är fel.",
                                       rich.SerializeAsString());
  Client client({}, flaky.server->InProcessChannel({}));
  v1::IssueTokenRequest request;
  v1::IssueTokenResponse response;
  const CallError error =
      client.CallByName("/samsyn.v1.AccessService/IssueToken", request, &response);
  EXPECT_EQ(flaky.service.request_ids.size(), 1u);
  EXPECT_EQ(error.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_INVALID_FIELDS);
  EXPECT_EQ(error.metadata.at("limit"), "5");
  EXPECT_EQ(error.ToString(), "Ett fält är fel.\n  member: saknas");
  EXPECT_FALSE(error.OutOfReach());
}

TEST(Client, TakesTheMunicipalityFromTheToken) {
  EXPECT_EQ(MunicipalityOfToken("samsyn_0136_ab_cd"), "municipalities/0136");
  EXPECT_EQ(MunicipalityOfToken("other_0136_ab_cd"), "");
  EXPECT_EQ(MunicipalityOfToken("samsyn_0136"), "");
  EXPECT_NE(NewUuid(), NewUuid());
}

}  // namespace
}  // namespace samsyn
