// Devices that are woken for assignments: which addresses are called, to whom a device belongs,
// when it ends; and "nås inte – ring": whether an assignment that no device has can reach anybody.
#include "server/domain/device_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/domain/access_rules.h"
#include "server/domain/assignment_life.h"
#include "server/domain/assignment_reach.h"
#include "server/domain/directory_rules.h"
#include "server/domain/lists.h"
#include "server/domain/session_rules.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using testing::UnitName;

constexpr char kEndpoint[] = "https://fcm.googleapis.com/fcm/send/hemlig";
constexpr char kAssignment[] = "municipalities/0136/assignments/one";

absl::Status Create(const v1::CreateLoginLinkRequest& request, Transaction& transaction) {
  return CreateLoginLink(request, Digest{1}, transaction);
}
absl::Status Redeem(const v1::RedeemLoginLinkRequest& request, Transaction& transaction) {
  return RedeemLoginLink(request, Digest{2}, transaction);
}
absl::Status Register(const v1::RegisterDeviceRequest& request, Transaction& transaction) {
  return RegisterDevice(request, PushHosts(), transaction);
}
absl::Status Drop(const v1::RemoveDeviceRequest& request, Transaction& transaction) {
  return DropDevice(request.name(), kEndpoint, transaction);
}
// Puts an assignment as the rules do.
absl::Status PutIt(const v1::Assignment& assignment, Transaction& transaction) {
  PutAssignment(assignment, transaction);
  return absl::OkStatus();
}

v1::ErrorReason Why(const absl::Status& status) {
  return status.ok() ? v1::ERROR_REASON_UNSPECIFIED : ReasonOf(status);
}

// The content world with the unit `vardar` of the housing company, to which `vakt` belongs.
class DeviceWorld : public ContentWorld {
 public:
  DeviceWorld() {
    AddUnit("vardar", "bostader");
    AddMember("vakt", "bostader", {v1::ROLE_FIELD}, {"vardar"});
  }
  // A session of a member; its name.
  std::string SignIn(absl::string_view member) {
    v1::CreateLoginLinkRequest create;
    create.set_member(MemberName(member));
    EXPECT_TRUE(Do("samordnare", create, Create).ok());
    EXPECT_TRUE(Do(member, v1::RedeemLoginLinkRequest(), Redeem, "", results().front()).ok());
    return results().front();
  }
  absl::Status RegisterIn(absl::string_view member, const std::string& session,
                          const std::string& endpoint = kEndpoint) {
    v1::RegisterDeviceRequest request;
    request.set_push_endpoint(endpoint);
    request.set_description("Chrome, Android");
    return Do(member, request, Register, "", session);
  }
  // A member who signs in and agrees to be woken; the device's name.
  std::string Device(absl::string_view member, const std::string& endpoint = kEndpoint) {
    EXPECT_TRUE(RegisterIn(member, SignIn(member), endpoint).ok());
    return results().front();
  }
  // An assignment of `vardar`, offered now.
  void Offer() {
    v1::Assignment assignment;
    assignment.set_name(kAssignment);
    assignment.set_owner(OrganisationName("bostader"));
    assignment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
    assignment.set_organisation(OrganisationName("bostader"));
    assignment.set_unit(UnitName("vardar"));
    assignment.set_state(v1::Assignment::STATE_OFFERED);
    assignment.add_history()->set_state(v1::Assignment::STATE_OFFERED);
    *assignment.mutable_acknowledge_by_time() = TimestampOf(now() + absl::Minutes(15));
    *assignment.mutable_window() = Tonight();
    EXPECT_TRUE(Do("system", assignment, PutIt).ok());
  }
  void MoveTo(v1::Assignment::State state) {
    v1::Assignment assignment = Now<v1::Assignment>(kAssignment);
    assignment.set_state(state);
    assignment.add_history()->set_state(state);
    EXPECT_TRUE(Do("system", assignment, PutIt).ok());
  }
  v1::TimeWindow Tonight() const {
    v1::TimeWindow window;
    *window.mutable_start_time() = TimestampOf(now() + absl::Hours(3));
    *window.mutable_end_time() = TimestampOf(now() + absl::Hours(6));
    return window;
  }
  v1::Assignment::Reach Reach() const { return Now<v1::Assignment>(kAssignment).reach(); }
  std::string Phone() const { return Now<v1::Assignment>(kAssignment).reach_phone(); }
  bool Has(const std::string& name) const { return picture().Find(name) != nullptr; }
};

TEST(PushHosts, AreTheBrowsersAndNothingElse) {
  const PushHosts hosts;
  for (const char* endpoint :
       {"https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/x",
        "https://wns2-db5p.notify.windows.com/w/?token=a%2b", "https://web.push.apple.com/QG"}) {
    EXPECT_TRUE(hosts.Allows(endpoint)) << endpoint;
  }
  for (const char* endpoint : {"http://fcm.googleapis.com/x",
                               "https://fcm.googleapis.com",
                               "https://fcm.googleapis.com:444/",
                               "https://fcm.googleapis.com.evil.example/",
                               "https://evil.example/fcm.googleapis.com/",
                               "https://user@fcm.googleapis.com/",
                               "https://fcm.googleapis.com@evil.example/",
                               "https://fcm.googleapis.com\\@evil.example/",
                               "https://fcm.googleapis.com#/",
                               "https://notify.windows.com.evil.example/",
                               "https://evilnotify.windows.com/x",
                               "https://127.0.0.1/x",
                               "https://[::1]/x",
                               "file:///etc/passwd",
                               "gopher://x/",
                               "",
                               "https://",
                               "https://web.push.apple.com/a b",
                               "https://web.push.apple.com/a\r\nHost: x",
                               "https://FCM.googleapis.com/x"}) {
    EXPECT_FALSE(hosts.Allows(endpoint)) << endpoint;
  }
}

TEST(PushHosts, AreNoneWhereNobodyIsWoken) {
  const PushHosts none = PushHosts::None();
  EXPECT_FALSE(none.Allows("https://fcm.googleapis.com/fcm/send/abc"));
  EXPECT_FALSE(none.Allows("https://web.push.apple.com/QG"));
}

TEST(PushHosts, MayBeAddedByAnOperator) {
  PushHosts hosts;
  ASSERT_TRUE(hosts.Add("push.example.org").ok());
  ASSERT_TRUE(hosts.Add("https://push.example.org:8443").ok());
  ASSERT_TRUE(hosts.Add("http://127.0.0.1:8089").ok());
  EXPECT_TRUE(hosts.Allows("https://push.example.org/x"));
  EXPECT_TRUE(hosts.Allows("https://push.example.org:8443/x"));
  EXPECT_TRUE(hosts.Allows("http://127.0.0.1:8089/x"));
  EXPECT_FALSE(hosts.Allows("https://push.example.org:8444/x"));
  EXPECT_FALSE(hosts.Allows("http://127.0.0.1:8088/x"));
  for (const char* host :
       {"http://push.example.org", "push.example.org/path", "", "a b", "ftp://x"}) {
    EXPECT_EQ(hosts.Add(host).code(), absl::StatusCode::kInvalidArgument) << host;
  }
}

TEST(RegisterDevice, BelongsToTheSessionInUse) {
  DeviceWorld world;
  EXPECT_EQ(Why(world.RegisterIn("vakt", "")), v1::ERROR_REASON_WRONG_STATE);
  const std::string session = world.SignIn("vakt");
  EXPECT_EQ(Why(world.RegisterIn("vakt", session, "https://evil.example/x")),
            v1::ERROR_REASON_INVALID_FIELDS);
  ASSERT_TRUE(world.RegisterIn("vakt", session).ok());
  const v1::Device device = world.Result<v1::Device>();
  EXPECT_EQ(device.member(), MemberName("vakt"));
  EXPECT_EQ(device.session(), session);
  EXPECT_EQ(TimeOf(device.expire_time()), world.now() + absl::Hours(16));
  const Revision revision = world.revision();
  ASSERT_TRUE(world.RegisterIn("vakt", session).ok());
  EXPECT_EQ(world.revision(), revision) << "the page registers at every start";
  ASSERT_TRUE(world.RegisterIn("vakt", session, absl::StrCat(kEndpoint, "2")).ok());
  EXPECT_EQ(world.results().front(), device.name()) << "a new subscription of the same browser";
  const std::string later = world.SignIn("vakt");
  ASSERT_TRUE(world.RegisterIn("vakt", later, absl::StrCat(kEndpoint, "2")).ok());
  EXPECT_FALSE(world.Has(device.name())) << "the browser signed in anew";
}

TEST(Device, WhereItIsWokenIsServedToNobody) {
  DeviceWorld world;
  const std::string device = world.Device("vakt");
  for (const char* member : {"samordnare", "vard"}) {
    const auto shown = world.ShownTo(member, device);
    ASSERT_NE(shown, nullptr) << member;
    EXPECT_EQ(shown->device().push_endpoint(), "") << member;
    EXPECT_EQ(shown->device().description(), "Chrome, Android");
  }
  for (const char* member : {"vakt", "polis", "falt", "skarm"}) {
    EXPECT_EQ(world.ShownTo(member, device), nullptr) << member;
  }
  v1::ListDevicesRequest request;
  request.set_municipality(kMunicipality);
  for (const auto& [member, count] :
       {std::pair{"vakt", 1}, {"vard", 1}, {"samordnare", 1}, {"polis", 0}}) {
    const Caller caller{MemberName(member), ""};
    v1::ListDevicesResponse response;
    ASSERT_TRUE(ListDevices(request, world.picture(), AudienceOf(world.picture(), caller), caller,
                            &response)
                    .ok());
    EXPECT_EQ(response.devices_size(), count) << member;
    for (const v1::Device& one : response.devices()) EXPECT_EQ(one.push_endpoint(), "");
  }
  const auto own = ShownToItself(AudienceOf(world.picture(), {MemberName("vakt"), ""}),
                                 world.picture().Find(device), MemberName("vakt"));
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(own->device().push_endpoint(), "");
}

TEST(Device, EndsWithItsSessionAndItsMember) {
  DeviceWorld world;
  std::string session = world.SignIn("vakt");
  ASSERT_TRUE(world.RegisterIn("vakt", session).ok());
  std::string device = world.results().front();
  ASSERT_TRUE(world.Do("vakt", v1::EndSessionRequest(), EndSession, "", session).ok());
  EXPECT_FALSE(world.Has(device)) << "signed out";
  device = world.Device("vakt");
  world.Advance(absl::Hours(16));
  EXPECT_FALSE(world.Has(device)) << "its time is out";
  device = world.Device("vakt");
  v1::RemoveMemberRequest remove;
  remove.set_name(MemberName("vakt"));
  ASSERT_TRUE(world.Do("vard", remove, RemoveMember).ok());
  EXPECT_FALSE(world.Has(device)) << "its member was removed";
}

TEST(RemoveDevice, IsForOneselfAndForThoseWhoMayMakeTokens) {
  DeviceWorld world;
  v1::RemoveDeviceRequest request;
  request.set_name(world.Device("vakt"));
  EXPECT_EQ(Why(world.Do("polis", request, RemoveDevice)), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(Why(world.Do("vakt", v1::RemoveDeviceRequest(), RemoveDevice)),
            v1::ERROR_REASON_WRONG_STATE);
  ASSERT_TRUE(world.Do("vard", request, RemoveDevice).ok());
  EXPECT_FALSE(world.Has(request.name()));
  request.set_name(world.Device("vakt"));
  ASSERT_TRUE(world.Do("vakt", request, RemoveDevice).ok());
  EXPECT_FALSE(world.Has(request.name()));
  const std::string session = world.SignIn("vakt");
  ASSERT_TRUE(world.RegisterIn("vakt", session).ok());
  const std::string own = world.results().front();
  ASSERT_TRUE(world.Do("vakt", v1::RemoveDeviceRequest(), RemoveDevice, "", session).ok());
  EXPECT_FALSE(world.Has(own));
}

TEST(DropDevice, LeavesAloneWhatHasSubscribedAnew) {
  DeviceWorld world;
  const std::string session = world.SignIn("vakt");
  ASSERT_TRUE(world.RegisterIn("vakt", session).ok());
  v1::RemoveDeviceRequest request;
  request.set_name(world.results().front());
  ASSERT_TRUE(world.RegisterIn("vakt", session, absl::StrCat(kEndpoint, "2")).ok());
  ASSERT_TRUE(world.Do("system", request, Drop).ok());
  EXPECT_TRUE(world.Has(request.name()));
  ASSERT_TRUE(world.RegisterIn("vakt", session).ok());
  ASSERT_TRUE(world.Do("system", request, Drop).ok());
  EXPECT_FALSE(world.Has(request.name()));
}

TEST(Reach, AUnitWithoutADeviceIsAtOnceToBeCalled) {
  DeviceWorld world;
  world.Offer();
  EXPECT_EQ(world.Reach(), v1::Assignment::REACH_CALL);
  EXPECT_EQ(world.Phone(), "") << "no number is known";
  const std::string session = world.SignIn("vakt");
  const Revision revision = world.revision();
  ASSERT_TRUE(world.RegisterIn("vakt", session).ok());
  EXPECT_EQ(world.Reach(), v1::Assignment::REACH_DEVICE);
  EXPECT_EQ(world.revision(), revision + 1) << "in the same transaction";
  v1::EndSessionRequest end;
  end.set_name(session);
  ASSERT_TRUE(world.Do("samordnare", end, EndSession).ok());
  EXPECT_EQ(world.Reach(), v1::Assignment::REACH_CALL) << "the device has ended";
  EXPECT_EQ(world.revision(), revision + 2);
}

TEST(Reach, AnOfferToAUnitWithADeviceNeedsNoCall) {
  DeviceWorld world;
  world.Device("vakt");
  world.Device("larm", absl::StrCat(kEndpoint, "2"));  // of another in the organisation
  world.Offer();
  EXPECT_EQ(world.Reach(), v1::Assignment::REACH_DEVICE);
  v1::UpdateMemberRequest update;
  *update.mutable_member() = world.Now<v1::Member>(MemberName("vakt"));
  update.mutable_member()->clear_units();
  ASSERT_TRUE(world.Do("vard", update, UpdateMember).ok());
  EXPECT_EQ(world.Reach(), v1::Assignment::REACH_CALL) << "it has left the unit";
  update.mutable_member()->add_units(UnitName("vardar"));
  ASSERT_TRUE(world.Do("vard", update, UpdateMember).ok());
  EXPECT_EQ(world.Reach(), v1::Assignment::REACH_DEVICE);
}

TEST(Reach, IsAskedUntilADeviceHasIt) {
  DeviceWorld world;
  world.Offer();
  world.MoveTo(v1::Assignment::STATE_EXPIRED);
  EXPECT_EQ(world.Reach(), v1::Assignment::REACH_CALL) << "nobody has heard of it";
  world.MoveTo(v1::Assignment::STATE_DELIVERED);
  EXPECT_EQ(world.Reach(), v1::Assignment::REACH_UNSPECIFIED);
  world.MoveTo(v1::Assignment::STATE_EXPIRED);
  EXPECT_EQ(world.Reach(), v1::Assignment::REACH_UNSPECIFIED) << "a device had it";
  const Revision revision = world.Now<v1::Assignment>(kAssignment).revision();
  world.Device("vakt");
  EXPECT_EQ(world.Now<v1::Assignment>(kAssignment).revision(), revision);
}

TEST(Reach, CallsTheShiftElseTheUnitElseTheOrganisation) {
  DeviceWorld world;
  v1::Organisation organisation = world.Now<v1::Organisation>(OrganisationName("bostader"));
  organisation.set_phone("08-3");
  world.Put(organisation);
  world.Offer();
  EXPECT_EQ(world.Phone(), "08-3");
  v1::UpsertUnitRequest unit;
  *unit.mutable_unit() = world.Now<v1::Unit>(UnitName("vardar"));
  unit.mutable_unit()->set_phone("08-2");
  ASSERT_TRUE(world.Do("vard", unit, UpsertUnit).ok());
  EXPECT_EQ(world.Phone(), "08-2");
  v1::RegisterShiftRequest shift;
  shift.mutable_shift()->set_unit(UnitName("vardar"));
  shift.mutable_shift()->set_people(2);
  shift.mutable_shift()->set_phone("08-1");
  *shift.mutable_shift()->mutable_window() = world.Tonight();
  ASSERT_TRUE(world.Do("vard", shift, RegisterShift).ok());
  EXPECT_EQ(world.Phone(), "08-1");
  shift.mutable_shift()->set_name(world.results().front());
  shift.mutable_shift()->set_withdrawn(true);
  ASSERT_TRUE(world.Do("vard", shift, RegisterShift).ok());
  EXPECT_EQ(world.Phone(), "08-2") << "nobody counts on a shift that is taken back";
  shift.mutable_shift()->set_withdrawn(false);
  ASSERT_TRUE(world.Do("vard", shift, RegisterShift).ok());
  EXPECT_EQ(world.Phone(), "08-1");
  world.Device("vakt");
  EXPECT_EQ(world.Phone(), "");
}

}  // namespace
}  // namespace samsyn::domain
