// Wake-ups against a push service of our own: what it is sent and can verify, what it may answer,
// and that nobody is woken twice for one offer.
#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sys/stat.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "server/domain/assignment_life.h"
#include "server/journal/memory_journal.h"
#include "server/push/pusher.h"
#include "tests/journal/scratch_directory.h"
#include "tests/push/push_service.h"
#include "tests/testing/eventually.h"
#include "tests/testing/world.h"

namespace samsyn::push {
namespace {

using ::testing::ElementsAre;
using testing::Eventually;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using testing::PushService;
using testing::UnitName;

constexpr char kContact[] = "mailto:drift@haninge.example";

std::string Unescaped(absl::string_view text) {
  std::string bytes;
  EXPECT_TRUE(absl::WebSafeBase64Unescape(text, &bytes)) << text;
  return bytes;
}

// Whether a signature of two halves is that of the text by the public key.
bool Verifies(const std::string& public_key, absl::string_view text, const std::string& halves) {
  if (public_key.size() != 65 || halves.size() != 64) return false;
  OSSL_PARAM_BLD* const build = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, public_key.data(), 65);
  OSSL_PARAM* const parameters = OSSL_PARAM_BLD_to_param(build);
  EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context);
  EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(halves.data());
  ECDSA_SIG* const signature = ECDSA_SIG_new();
  ECDSA_SIG_set0(signature, BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature, &der);
  EVP_MD_CTX* const digester = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(digester, nullptr, EVP_sha256(), nullptr, key);
  const bool good =
      EVP_DigestVerify(digester, der, static_cast<size_t>(size),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  EVP_MD_CTX_free(digester);
  OPENSSL_free(der);
  ECDSA_SIG_free(signature);
  EVP_PKEY_free(key);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(parameters);
  OSSL_PARAM_BLD_free(build);
  return good;
}

TEST(VapidKey, IsMadeOnceAndIsItsOwnersAlone) {
  const journal::ScratchDirectory directory;
  const std::string path = directory.path() + "/push.key";
  const auto made = VapidKey::LoadOrMake(path);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(Unescaped(made->public_key()).size(), 65u);
  struct stat found {};
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  const auto again = VapidKey::LoadOrMake(path);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->public_key(), made->public_key());
  std::ofstream(path) << "no key";
  EXPECT_EQ(VapidKey::LoadOrMake(path).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(VapidKey, SignsWhatItsPublicKeyVerifies) {
  const journal::ScratchDirectory directory;
  const auto key = VapidKey::LoadOrMake(directory.path() + "/push.key");
  ASSERT_TRUE(key.ok());
  const absl::Time now = absl::FromUnixSeconds(1795795200);
  for (int i = 0; i < 50; ++i) {  // halves with leading zeroes, too
    const auto value = key->Authorization("https://fcm.googleapis.com", kContact, now);
    ASSERT_TRUE(value.ok());
    const size_t middle = value->find(", k=");
    ASSERT_TRUE(absl::StartsWith(*value, "vapid t=") && middle != std::string::npos);
    EXPECT_EQ(value->substr(middle + 4), key->public_key());
    const std::string jwt = value->substr(8, middle - 8);
    const std::vector<std::string> parts = absl::StrSplit(jwt, '.');
    ASSERT_EQ(parts.size(), 3u);
    EXPECT_TRUE(
        Verifies(Unescaped(key->public_key()), jwt.substr(0, jwt.rfind('.')), Unescaped(parts[2])));
    const auto header = nlohmann::json::parse(Unescaped(parts[0]));
    const auto claims = nlohmann::json::parse(Unescaped(parts[1]));
    EXPECT_EQ(header["alg"], "ES256");
    EXPECT_EQ(claims["aud"], "https://fcm.googleapis.com");
    EXPECT_EQ(claims["sub"], kContact);
    EXPECT_EQ(claims["exp"], 1795795200 + 12 * 3600);
  }
}

// A municipality whose unit `vardar` has one member with a device at our push service.
class PushTest : public ::testing::Test {
 protected:
  PushTest() {
    EXPECT_TRUE(engine_.Start().ok());
    EXPECT_TRUE(engine_.CreateMunicipality("0136", "Haninge", "Stockholms län").ok());
    testing::World world;
    world.AddUnit("vardar", "kommunen");
    world.AddMember("vakt", "kommunen", {v1::ROLE_FIELD}, {"vardar"});
    Put(world.Now<v1::Unit>(UnitName("vardar")));
    Put(world.Now<v1::Member>(MemberName("vakt")));
    AddDevice("one");
  }
  // Somebody of the unit's organisation with these roles and a device of that name.
  void AddWatcher(absl::string_view id, std::initializer_list<v1::Role> roles,
                  absl::string_view organisation = "kommunen") {
    testing::World world;
    world.AddMember(id, organisation, roles);
    Put(world.Now<v1::Member>(MemberName(id)));
    AddDevice(id, id);
  }
  // Before the engine stops.
  ~PushTest() override { pusher_.reset(); }

  void Start(bool allowed = true) {
    pusher_.reset();
    pusher_ = MakePusher(engine_, allowed, {});
  }
  std::unique_ptr<Pusher> MakePusher(engine::Engine& engine, bool allowed,
                                     std::function<bool(absl::string_view)> leads,
                                     absl::Duration remembered = absl::Minutes(1)) {
    auto key = VapidKey::LoadOrMake(directory_.path() + "/push.key");
    EXPECT_TRUE(key.ok()) << key.status();
    PusherOptions options;
    options.contact = kContact;
    options.sender.first_pause = absl::Milliseconds(20);
    options.sender.answer_limit = absl::Milliseconds(500);
    if (allowed) {
      EXPECT_TRUE(options.hosts.Add(service_.origin()).ok());
    }
    options.leads = std::move(leads);
    options.remembered = remembered;
    options.between_looks = absl::Milliseconds(20);
    return std::make_unique<Pusher>(engine, Clock::System(), *std::move(key), options);
  }
  template <typename T>
  void Put(T message) {
    Decide([&](domain::Transaction& transaction) { transaction.Put(message); });
  }
  void Decide(std::function<void(domain::Transaction&)> change) {
    engine::Command command;
    command.caller.member = "system";
    command.method = "Test";
    command.request_id = domain::MadeId("push", absl::StrCat(++requests_), 0);
    command.decide = [change](domain::Transaction& transaction) {
      change(transaction);
      return absl::OkStatus();
    };
    const auto answer = engine_.SubmitAndWait(kMunicipality, std::move(command));
    EXPECT_TRUE(answer.ok()) << answer.status();
  }
  static std::string DeviceName(absl::string_view id) {
    return absl::StrCat(kMunicipality, "/devices/", id);
  }
  void AddDevice(absl::string_view id, absl::string_view member = "vakt") {
    v1::Device device;
    device.set_name(DeviceName(id));
    device.set_member(MemberName(member));
    device.set_session(absl::StrCat(kMunicipality, "/tokens/", id));
    device.set_push_endpoint(absl::StrCat(service_.origin(), "/", id));
    *device.mutable_expire_time() = domain::TimestampOf(absl::Now() + absl::Hours(1));
    Put(device);
  }
  static std::string AssignmentName(absl::string_view id) {
    return absl::StrCat(kMunicipality, "/assignments/", id);
  }
  void Offer(absl::string_view id, absl::Duration answer_within = absl::Minutes(15)) {
    v1::Assignment assignment;
    assignment.set_name(AssignmentName(id));
    assignment.set_owner(OrganisationName("kommunen"));
    assignment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
    assignment.set_organisation(OrganisationName("kommunen"));
    assignment.set_unit(UnitName("vardar"));
    assignment.set_definition_version(1);
    *assignment.mutable_acknowledge_by_time() = domain::TimestampOf(absl::Now() + answer_within);
    Decide([&](domain::Transaction& transaction) {
      domain::Move(domain::ChangeTo(transaction, v1::Assignment::STATE_OFFERED), assignment);
      domain::PutAssignment(assignment, transaction);
    });
  }
  void MoveTo(absl::string_view id, v1::Assignment::State state) {
    Decide([&](domain::Transaction& transaction) {
      v1::Assignment assignment = *transaction.Get<v1::Assignment>(AssignmentName(id));
      domain::Move(domain::ChangeTo(transaction, state), assignment);
      domain::PutAssignment(assignment, transaction);
    });
  }
  template <typename T>
  T Now(const std::string& name) {
    return (*engine_.FeedOf(kMunicipality))->Reading([&](const domain::Picture& picture) {
      const auto found = picture.Get<T>(name);
      return found == nullptr ? T() : *found;
    });
  }
  bool Comes(size_t count) {
    return Eventually([&] { return service_.count() >= count; });
  }
  std::vector<std::string> Paths() const {
    std::vector<std::string> paths;
    for (const auto& request : service_.requests()) {
      paths.push_back(std::vector<std::string>(absl::StrSplit(request.line, ' '))[1]);
    }
    return paths;
  }

  const journal::ScratchDirectory directory_;
  PushService service_;
  journal::MemoryJournalStore store_;
  engine::Engine engine_{store_, Clock::System()};
  std::unique_ptr<Pusher> pusher_;
  int requests_ = 0;
};

TEST_F(PushTest, AnOfferWakesTheUnitsDeviceWithoutAWord) {
  Start();
  const absl::Time decided = absl::Now();
  Offer("a");
  ASSERT_TRUE(Comes(1));
  const PushService::Request request = service_.requests().front();
  std::cout << "from the decision to the push service: "
            << absl::ToDoubleMilliseconds(request.time - decided) << " ms\n";
  EXPECT_EQ(request.line, "POST /one HTTP/1.1");
  auto headers = request.headers;
  EXPECT_EQ(headers["content-length"], "0");
  EXPECT_EQ(headers["urgency"], "high");
  EXPECT_EQ(headers["topic"].size(), 32u);
  EXPECT_EQ(headers.count("content-type"), 0u);
  int ttl = 0;
  ASSERT_TRUE(absl::SimpleAtoi(headers["ttl"], &ttl));
  EXPECT_GT(ttl, 800);
  EXPECT_LE(ttl, 900);
  const std::string value = headers["authorization"];
  const size_t middle = value.find(", k=");
  ASSERT_NE(middle, std::string::npos) << value;
  const std::string jwt = value.substr(8, middle - 8);
  EXPECT_TRUE(Verifies(Unescaped(value.substr(middle + 4)), jwt.substr(0, jwt.rfind('.')),
                       Unescaped(jwt.substr(jwt.rfind('.') + 1))));
  const std::vector<std::string> parts = absl::StrSplit(jwt, '.');
  EXPECT_EQ(nlohmann::json::parse(Unescaped(parts[1]))["aud"], service_.origin());
  for (const auto& [name, text] : request.headers) {
    EXPECT_FALSE(absl::StrContains(text, "assignments") || absl::StrContains(text, "vardar"))
        << name;
  }
}

TEST_F(PushTest, NobodyIsWokenTwiceForOneOffer) {
  Start();
  Offer("a");
  ASSERT_TRUE(Comes(1));
  for (int i = 0; i < 5; ++i) Put(Now<v1::Unit>(UnitName("vardar")));
  AddDevice("two");
  ASSERT_TRUE(Comes(2));
  MoveTo("a", v1::Assignment::STATE_DELIVERED);
  Offer("b");
  ASSERT_TRUE(Comes(4));
  EXPECT_THAT(Paths(), ::testing::UnorderedElementsAre("/one", "/two", "/one", "/two"));
  MoveTo("b", v1::Assignment::STATE_DELIVERED);
  MoveTo("b", v1::Assignment::STATE_OFFERED);
  ASSERT_TRUE(Comes(6)) << "offered anew";
}

TEST_F(PushTest, WhoIsGoneIsDroppedAndTheUnitIsToBeCalled) {
  for (const char* answer : {"410 Gone", "404 Not Found"}) {
    Start();
    service_.Answer({answer});
    Offer(absl::StrCat("a", requests_));
    ASSERT_TRUE(Eventually([&] { return Now<v1::Device>(DeviceName("one")).name().empty(); }));
    AddDevice("one");
  }
  service_.Answer({"410 Gone"});
  Offer("b");
  ASSERT_TRUE(Eventually([&] {
    return Now<v1::Assignment>(AssignmentName("b")).reach() == v1::Assignment::REACH_CALL;
  }));
}

TEST_F(PushTest, ItIsTriedAgainWhereThatHelps) {
  Start();
  const absl::Time begin = absl::Now();
  service_.Answer(
      {"429 Too Many Requests\r\nRetry-After: 1", "503 Service Unavailable", PushService::kCloses});
  Offer("a");
  ASSERT_TRUE(Comes(4));
  EXPECT_GE(absl::Now() - begin, absl::Seconds(1)) << "as long as it was asked to wait";
  EXPECT_THAT(Paths(), ElementsAre("/one", "/one", "/one", "/one"));
  service_.Answer({"403 Forbidden"});
  Offer("b");
  ASSERT_TRUE(Comes(5));
  Offer("c");
  ASSERT_TRUE(Comes(6));
  EXPECT_EQ(service_.count(), 6u) << "a refusal is not tried again";
  EXPECT_FALSE(Now<v1::Device>(DeviceName("one")).name().empty());
}

TEST_F(PushTest, AServiceThatHangsHoldsUpNobody) {
  Start();
  service_.Answer({PushService::kHangs});
  AddDevice("two");
  Offer("a");
  ASSERT_TRUE(Comes(3)) << "the other at once, the one that hung after its limit";
  EXPECT_TRUE(Eventually([&] { return service_.count() == 3; }));
}

TEST_F(PushTest, IsNotWorthMoreThanTheTimeToAnswer) {
  Start();
  service_.Answer({"503 Service Unavailable\r\nRetry-After: 60"});
  Offer("a", absl::Seconds(2));
  ASSERT_TRUE(Comes(1));
  int ttl = 0;
  ASSERT_TRUE(absl::SimpleAtoi(service_.requests()[0].headers["ttl"], &ttl));
  EXPECT_LE(ttl, 2);
  Offer("b");
  ASSERT_TRUE(Comes(2));
  EXPECT_EQ(service_.count(), 2u) << "it is not asked again after the time to answer";
}

TEST_F(PushTest, AfterARestartOnlyWhatCanStillBeAnswered) {
  Offer("late", -absl::Seconds(1));
  Offer("had");
  MoveTo("had", v1::Assignment::STATE_DELIVERED);
  Offer("a");
  Start();
  ASSERT_TRUE(Comes(1));
  Offer("b");
  ASSERT_TRUE(Comes(2));
  EXPECT_EQ(service_.count(), 2u);
}

TEST_F(PushTest, WhoDispatchesAndWhoLeadsTheNightAreWokenOnceWhenNobodyAnswers) {
  AddWatcher("enhetsansvarig", {v1::ROLE_DISPATCHER});
  AddWatcher("samordnare", {v1::ROLE_COORDINATOR});
  AddWatcher("rapportor", {v1::ROLE_REPORTER});
  AddWatcher("annan", {v1::ROLE_DISPATCHER}, "bostader");
  Start();
  Offer("a");
  ASSERT_TRUE(Comes(1));
  MoveTo("a", v1::Assignment::STATE_EXPIRED);
  ASSERT_TRUE(Comes(3));
  for (int i = 0; i < 5; ++i) Put(Now<v1::Unit>(UnitName("vardar")));
  Offer("b");
  ASSERT_TRUE(Comes(4)) << "nobody again for the one that is unanswered already";
  EXPECT_THAT(Paths(),
              ::testing::UnorderedElementsAre("/one", "/enhetsansvarig", "/samordnare", "/one"));
  const auto request = service_.requests()[1];
  auto headers = request.headers;
  EXPECT_EQ(headers["content-length"], "0") << "not a word";
  int ttl = 0;
  ASSERT_TRUE(absl::SimpleAtoi(headers["ttl"], &ttl));
  EXPECT_GT(ttl, 1700);
  EXPECT_LE(ttl, 1800);
}

TEST_F(PushTest, AfterARestartOnlyAlertsThatAreFresh) {
  AddWatcher("enhetsansvarig", {v1::ROLE_DISPATCHER});
  Offer("old");
  Decide([&](domain::Transaction& transaction) {
    v1::Assignment assignment = *transaction.Get<v1::Assignment>(AssignmentName("old"));
    v1::StateChange change = domain::ChangeTo(transaction, v1::Assignment::STATE_EXPIRED);
    *change.mutable_time() = domain::TimestampOf(absl::Now() - absl::Minutes(31));
    domain::Move(change, assignment);
    domain::PutAssignment(assignment, transaction);
  });
  Start();
  Offer("b");
  ASSERT_TRUE(Comes(1));
  MoveTo("b", v1::Assignment::STATE_EXPIRED);
  ASSERT_TRUE(Comes(2));
  EXPECT_THAT(Paths(), ElementsAre("/one", "/enhetsansvarig"));
}

TEST_F(PushTest, AHostThatIsNotAllowedAnyMoreIsNotCalledAndWhoWasThereIsToBeCalled) {
  Start(/*allowed=*/false);
  Offer("a");
  ASSERT_TRUE(Eventually([&] {
    return Now<v1::Assignment>(AssignmentName("a")).reach() == v1::Assignment::REACH_CALL;
  }));
  EXPECT_TRUE(Now<v1::Device>(DeviceName("one")).name().empty());
  EXPECT_EQ(service_.count(), 0u);
}

// Two nodes on the same journals, one of which wakes.
class TwoPushersTest : public PushTest {
 protected:
  TwoPushersTest() {
    EXPECT_TRUE(other_engine_.Start().ok());
    StartBoth(absl::Minutes(1));
  }
  ~TwoPushersTest() override { other_.reset(); }
  void StartBoth(absl::Duration remembered) {
    pusher_ = MakePusher(engine_, true, [this](absl::string_view) { return leader_ == 1; });
    other_ = MakePusher(
        other_engine_, true,
        [this](absl::string_view code) {
          if (code == "0136") ++asked_;
          return leader_ == 2;
        },
        remembered);
  }
  // The other has seen all that there is, and looked after that.
  bool OtherHasLooked() {
    const int asked = asked_;
    const auto revision = [](engine::Engine& engine) {
      return (*engine.FeedOf(kMunicipality))->revision();
    };
    return Eventually([&] { return revision(other_engine_) == revision(engine_); }) &&
           Eventually([&] { return asked_ > asked + 2; });
  }

  std::atomic<int> leader_ = 1;
  std::atomic<int> asked_ = 0;
  engine::Engine other_engine_{store_, Clock::System()};
  std::unique_ptr<Pusher> other_;
};

TEST_F(TwoPushersTest, OneWakesAndWhatItMayNotHaveSentTheOtherSendsWhenItTakesOver) {
  Offer("a");
  ASSERT_TRUE(Comes(1));
  ASSERT_TRUE(OtherHasLooked());
  EXPECT_EQ(service_.count(), 1u) << "once";
  leader_ = 0;  // it died: nobody sends
  Offer("b");
  ASSERT_TRUE(OtherHasLooked());
  EXPECT_EQ(service_.count(), 1u);
  leader_ = 2;
  ASSERT_TRUE(Comes(3)) << "b, and a once more, of which it cannot know";
  Offer("c");
  ASSERT_TRUE(Comes(4));
  EXPECT_EQ(service_.count(), 4u);
  auto first = service_.requests()[0].headers;
  std::vector<std::string> topics;
  for (auto request : service_.requests()) topics.push_back(request.headers["topic"]);
  EXPECT_EQ(std::count(topics.begin(), topics.end(), first["topic"]), 2)
      << "the push service puts one in place of the other";
}

TEST_F(TwoPushersTest, WhatIsLongSinceSentIsNotRepeated) {
  StartBoth(absl::Milliseconds(100));
  Offer("a");
  ASSERT_TRUE(Comes(1));
  ASSERT_TRUE(OtherHasLooked());
  const absl::Time begin = absl::Now();
  ASSERT_TRUE(Eventually([&] { return absl::Now() - begin > absl::Milliseconds(300); }));
  leader_ = 2;
  Offer("b");
  ASSERT_TRUE(Comes(2));
  MoveTo("a", v1::Assignment::STATE_DELIVERED);
  Offer("c");
  ASSERT_TRUE(Comes(3));
  EXPECT_EQ(service_.count(), 3u);
}

TEST_F(TwoPushersTest, AMunicipalityThatAnotherNodeMadeIsLookedAfter) {
  std::atomic<int> seen = 0;
  other_ = MakePusher(other_engine_, true, [&](absl::string_view code) {
    if (code == "0127") ++seen;
    return false;
  });
  ASSERT_TRUE(other_engine_.CreateMunicipality("0127", "Botkyrka", "Stockholms län").ok());
  EXPECT_TRUE(Eventually([&] { return seen > 0; }));
  other_.reset();
}

}  // namespace
}  // namespace samsyn::push
