// ApplySetup and DecideAuthorityChange over a real socket: consecutive transactions under one
// request id.
#include <samsyn/v1/directory.grpc.pb.h>

#include <algorithm>

#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

class ApplySetupTest : public ServerTestBase {
 protected:
  ApplySetupTest() : stub_(v1::DirectoryService::NewStub(channel_)), token_(TokenOf("karin")) {}

  v1::ApplySetupRequest WithUnitsAndAreas(int units) {
    v1::GetSetupRequest get;
    get.set_municipality(kMunicipality);
    v1::GetSetupResponse got;
    const auto status = stub_->GetSetup(With(token_).get(), get, &got);
    EXPECT_TRUE(status.ok()) << status.error_message();
    v1::ApplySetupRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_setup() = got.setup();
    for (int i = 0; i < units; ++i) {
      v1::Unit& unit = *request.mutable_setup()->add_units();
      unit.set_name(Below(absl::StrCat("units/u", i)));
      unit.set_organisation(Below("organisations/polisen"));
      unit.set_display_name(absl::StrCat("Enhet ", i));
      unit.set_power(v1::Unit::POWER_POLICE);
    }
    v1::Area& area = *request.mutable_setup()->add_areas();
    area.set_name(Below("areas/brandbergen"));
    area.set_display_name("Brandbergen");
    return request;
  }
  grpc::Status Apply(const v1::ApplySetupRequest& request, v1::ApplySetupResponse* response) {
    response->Clear();
    return stub_->ApplySetup(With(token_).get(), request, response);
  }

  std::unique_ptr<v1::DirectoryService::Stub> stub_;
  std::string token_;
};

TEST_F(ApplySetupTest, SaysWhatWouldChangeAndThenChangesIt) {
  auto request = WithUnitsAndAreas(3);
  request.set_validate_only(true);
  v1::ApplySetupResponse response;
  const int64_t before = Revision();
  ASSERT_TRUE(Apply(request, &response).ok());
  EXPECT_EQ(response.differences_size(), 4);
  EXPECT_EQ(Revision(), before);
  request.set_validate_only(false);
  ASSERT_TRUE(Apply(request, &response).ok());
  EXPECT_EQ(response.differences_size(), 4);
  EXPECT_EQ(response.revision(), Revision());
  EXPECT_GT(Revision(), before);
  EXPECT_EQ(Get<v1::Unit>(Below("units/u2")).display_name(), "Enhet 2");
  EXPECT_EQ(Get<v1::Area>(Below("areas/brandbergen")).display_name(), "Brandbergen");
}

TEST_F(ApplySetupTest, MoreThanATransactionHoldsGoesInSeveral) {
  const auto request = WithUnitsAndAreas(1500);
  v1::ApplySetupResponse response;
  const int64_t before = Revision();
  const auto status = Apply(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.differences_size(), 1501);
  EXPECT_GE(Revision(), before + 2);
  EXPECT_EQ(Get<v1::Unit>(Below("units/u1499")).display_name(), "Enhet 1499");
  // A repeat is answered from the first time.
  const int64_t after = Revision();
  v1::ApplySetupResponse again;
  ASSERT_TRUE(Apply(request, &again).ok());
  EXPECT_EQ(again.revision(), response.revision());
  EXPECT_EQ(Revision(), after);
}

TEST_F(ApplySetupTest, IsRefusedWholeBeforeAnythingIsWritten) {
  auto request = WithUnitsAndAreas(3);
  request.mutable_setup()->mutable_units(1)->set_organisation(Below("organisations/ingen"));
  v1::ApplySetupResponse response;
  const int64_t before = Revision();
  EXPECT_EQ(ReasonOf(Apply(request, &response)), "INVALID_FIELDS");
  token_ = TokenOf("anna");
  EXPECT_EQ(ReasonOf(Apply(request, &response)), "ROLE_MISSING");
  EXPECT_EQ(Get<v1::Unit>(Below("units/u0")).name(), "");
  EXPECT_LE(Revision(), before + 1) << "but for the token";
}

TEST_F(ApplySetupTest, AFlagThatWasAskedForIsConfirmedByASecondCoordinator) {
  AddMember("berit", "kommunen", {v1::ROLE_COORDINATOR});
  clock_.Advance(absl::Seconds(1));  // whoever confirms was there before
  auto request = WithUnitsAndAreas(0);
  for (v1::Organisation& one : *request.mutable_setup()->mutable_organisations()) {
    if (one.name() == Below("organisations/polisen")) one.set_authority(!one.authority());
  }
  const bool before = Get<v1::Organisation>(Below("organisations/polisen")).authority();
  v1::ApplySetupResponse applied;
  ASSERT_TRUE(Apply(request, &applied).ok());
  EXPECT_EQ(std::count_if(applied.differences().begin(), applied.differences().end(),
                          [](const auto& one) { return one.awaits_confirmation(); }),
            1);
  v1::DecideAuthorityChangeRequest decide;
  decide.set_request_id(NewRequestId());
  decide.set_name(Below("organisations/polisen"));
  decide.set_confirmed(true);
  v1::DecideAuthorityChangeResponse decided;
  EXPECT_EQ(ReasonOf(stub_->DecideAuthorityChange(With(token_).get(), decide, &decided)),
            "SECOND_PERSON_NEEDED");
  EXPECT_EQ(Get<v1::Organisation>(decide.name()).authority(), before);
  const std::string second = TokenOf("berit");
  const auto status = stub_->DecideAuthorityChange(With(second).get(), decide, &decided);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(decided.organisation().authority(), !before);
  EXPECT_FALSE(decided.organisation().has_authority_change());
  EXPECT_EQ(decided.revision(), Revision());
  v1::DecideAuthorityChangeResponse again;
  ASSERT_TRUE(stub_->DecideAuthorityChange(With(second).get(), decide, &again).ok());
  EXPECT_EQ(again.SerializeAsString(), decided.SerializeAsString());
}

}  // namespace
}  // namespace samsyn::service
