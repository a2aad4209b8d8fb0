#include "server/domain/minutes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/deployment_rules.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::samsyn::testing::OrganisationName;
using ::samsyn::testing::UnitName;
using ::testing::HasSubstr;
using ::testing::Not;

class MinutesTest : public ::testing::Test {
 protected:
  MinutesTest() : meeting_(world_.Schedule()) {
    EXPECT_TRUE(world_.Open(meeting_).ok());
    EXPECT_TRUE(world_.Join(meeting_, "police").ok());
  }
  void Say(absl::string_view member, absl::string_view text,
           v1::ReleaseClass release = v1::RELEASE_CLASS_PARTNER) {
    v1::AddRoundEntryRequest request;
    request.set_name(meeting_);
    request.mutable_entry()->set_kind(v1::RoundEntry::KIND_SAID);
    request.mutable_entry()->set_text(std::string(text));
    request.mutable_entry()->mutable_release()->set_release_class(release);
    EXPECT_TRUE(world_.Do(member, request, AddRoundEntry).ok());
  }
  void Decide(const std::string& aim, v1::Deployment::Kind kind, const std::string& problem,
              absl::string_view unit, absl::string_view dispatcher,
              v1::ReleaseClass release = v1::RELEASE_CLASS_UNSPECIFIED) {
    v1::ProposeDeploymentRequest request;
    v1::Deployment& deployment = *request.mutable_deployment();
    deployment.set_aim(aim);
    deployment.set_kind(kind);
    deployment.set_problem(problem);
    deployment.mutable_release()->set_release_class(release);
    deployment.add_areas(AreaName("brandbergen"));
    deployment.set_responsible_organisation(OrganisationName("polisen"));
    *deployment.mutable_follow_up_due_time() = TimestampOf(world_.now() + absl::Hours(24 * 7));
    *deployment.mutable_window()->mutable_start_time() = TimestampOf(world_.now() + absl::Hours(3));
    *deployment.mutable_window()->mutable_end_time() = TimestampOf(world_.now() + absl::Hours(5));
    ASSERT_TRUE(world_.Do("police", request, ProposeDeployment).ok());
    v1::CommitUnitRequest commit;
    commit.set_name(world_.results().front());
    commit.set_unit(UnitName(unit));
    ASSERT_TRUE(world_.Do(dispatcher, commit, CommitUnit).ok());
    v1::DecideDeploymentRequest decide;
    decide.set_name(commit.name());
    ASSERT_TRUE(world_.Do("chair", decide, DecideDeployment).ok());
  }
  v1::GetMinutesResponse MinutesFor(absl::string_view member) {
    v1::GetMinutesRequest request;
    request.set_name(meeting_);
    v1::GetMinutesResponse response;
    EXPECT_TRUE(GetMinutes(request, world_.picture(), world_.AudienceFor(member), &response).ok());
    return response;
  }

  Evening world_;
  const std::string meeting_;
};

TEST_F(MinutesTest, TheWholeEveningStandsInThem) {
  Say("police", "Lugnt | utom\n# Vega");
  Decide("Lugn kväll", v1::Deployment::KIND_VISIBLE_PATROL, world_.State("landlord"), "patrull",
         "police");
  const auto draft = MinutesFor("landlord");
  EXPECT_TRUE(draft.draft());
  EXPECT_THAT(draft.markdown(), HasSubstr("Utkast"));
  ASSERT_TRUE(world_.Close(meeting_).ok());
  const auto minutes = MinutesFor("landlord");
  EXPECT_FALSE(minutes.draft());
  EXPECT_EQ(minutes.deployments_size(), 1);
  EXPECT_THAT(minutes.markdown(), HasSubstr("# Minnesanteckningar, utsättningsmöte 2026-11-27\n"));
  EXPECT_THAT(minutes.markdown(), HasSubstr("- Närvarande: kommun, polisen\n"));
  EXPECT_THAT(minutes.markdown(), HasSubstr("- **polisen**: Lugnt \\| utom \\# Vega\n"));
  EXPECT_THAT(minutes.markdown(),
              HasSubstr("| För att Lugn kväll: synlig närvaro (överenskommen) | brandbergen | "
                        "2026-11-27 fre 20:00–22:00 | polisen | polisen: bekräftad | "
                        "Buskörning vid centrum | 2026-12-04 |\n"));
  EXPECT_THAT(minutes.html(), HasSubstr("<td>Buskörning vid centrum</td>"));
}

TEST_F(MinutesTest, R6TheyHoldNothingThatTheReaderDoesNotSee) {
  Say("police", "hemligheten", v1::RELEASE_CLASS_AUTHORITY);
  Decide("Kameran vid torget", v1::Deployment::KIND_CAMERA,
         world_.State("police", v1::RELEASE_CLASS_RESTRICTED), "patrull", "police",
         v1::RELEASE_CLASS_AUTHORITY);
  Decide("Lugn kväll", v1::Deployment::KIND_FOOT_STOP, world_.State("landlord"), "vardar",
         "dispatcher");
  const auto seen = MinutesFor("police").markdown();
  EXPECT_THAT(seen, HasSubstr("hemligheten"));
  EXPECT_THAT(seen, HasSubstr("Kameran"));
  EXPECT_THAT(seen, HasSubstr("| kommun: bekräftad |"));
  EXPECT_THAT(seen, Not(HasSubstr("Person chair")));
  const auto minutes = MinutesFor("landlord");
  EXPECT_EQ(minutes.deployments_size(), 1);
  EXPECT_THAT(minutes.markdown(), Not(HasSubstr("hemligheten")));
  EXPECT_THAT(minutes.markdown(), Not(HasSubstr("Kameran")));
  EXPECT_THAT(MinutesFor("dispatcher").markdown(), HasSubstr("| kommun: vardar |"));
  // Organisations only, whoever reads.
  EXPECT_THAT(MinutesFor("coordinator").markdown(), HasSubstr("- Mötesledare: kommun\n"));
  EXPECT_THAT(MinutesFor("coordinator").markdown(), Not(HasSubstr("Person chair")));
}

TEST_F(MinutesTest, R6TheyAreMarkedWithTheStrictestClassOfWhatTheyHold) {
  const auto marked = [this](absl::string_view member, v1::ReleaseClass release, const char* word) {
    const auto minutes = MinutesFor(member);
    EXPECT_EQ(minutes.release_class(), release) << member;
    EXPECT_THAT(minutes.markdown(), HasSubstr(absl::StrCat("**Strängaste klass: ", word, "**\n")));
  };
  Say("police", "Lugnt");
  marked("landlord", v1::RELEASE_CLASS_PARTNER, "Samverkan");
  Say("police", "hemligheten", v1::RELEASE_CLASS_AUTHORITY);
  marked("landlord", v1::RELEASE_CLASS_PARTNER, "Samverkan");
  marked("reporter", v1::RELEASE_CLASS_AUTHORITY, "Myndighet");
  // A problem that a deployment answers, and which unit goes, which others are not told.
  Decide("Lugn kväll", v1::Deployment::KIND_FOOT_STOP, world_.State("landlord"), "patrull",
         "police");
  marked("landlord", v1::RELEASE_CLASS_PARTNER, "Samverkan");
  marked("police", v1::RELEASE_CLASS_RESTRICTED, "Namngivna");
  marked("reporter", v1::RELEASE_CLASS_AUTHORITY, "Myndighet");
}

}  // namespace
}  // namespace samsyn::domain
