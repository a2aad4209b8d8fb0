// R6: private actors never get content for authorities, by any path. One test a path; each begins
// with what an authority says and asks what the landlord, and others of private organisations, get.
#include <absl/strings/match.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/domain/access_rules.h"
#include "server/domain/assignment_rules.h"
#include "server/domain/directory_rules.h"
#include "server/domain/lists.h"
#include "server/domain/minutes.h"
#include "server/domain/report_rules.h"
#include "tests/domain/sharing.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::MemberName;
using ::samsyn::testing::OrganisationName;
using ::samsyn::testing::UnitName;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using A = v1::Assignment;
constexpr auto kAuthority = v1::RELEASE_CLASS_AUTHORITY;
constexpr auto kPartner = v1::RELEASE_CLASS_PARTNER;
constexpr auto kRestricted = v1::RELEASE_CLASS_RESTRICTED;
constexpr char kWord[] = "hemligordet";

// The evening, in which the landlord's organisation has people in every leading part: boss (CHAIR),
// pen (SECRETARY), lead (no role), besides landlord and guard.
class PrivateActorsTest : public ::testing::Test {
 protected:
  PrivateActorsTest() {
    v1::Municipality municipality = world_.Now<v1::Municipality>(kMunicipality);
    municipality.set_owner(OrganisationName("kommun"));
    world_.Put(municipality);
    world_.AddMember("boss", "bostader", {v1::ROLE_CHAIR, v1::ROLE_REPORTER});
    world_.AddMember("pen", "bostader", {v1::ROLE_SECRETARY, v1::ROLE_COORDINATOR});
    world_.AddMember("lead", "bostader", {v1::ROLE_FIELD});
  }

  // Nothing that anybody of a private organisation is shown holds the word.
  void ExpectNoWord(absl::string_view path) {
    for (const char* member : {"landlord", "guard", "boss", "pen", "lead"}) {
      for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
        world_.picture().ForEach(static_cast<v1::EntityKind>(kind), "", [&](const EntityPtr& one) {
          const EntityPtr shown = Shown(world_.AudienceFor(member), one);
          EXPECT_TRUE(shown == nullptr || !absl::StrContains(shown->DebugString(), kWord))
              << path << ": " << member << " gets " << NameOf(*one);
          return true;
        });
      }
    }
  }
  bool Sees(absl::string_view member, const std::string& name) { return world_.Sees(member, name); }

  std::string Report(absl::string_view member, v1::ReleaseClass release) {
    v1::SubmitReportRequest request;
    request.set_municipality(kMunicipality);
    request.mutable_report()->set_category(v1::CATEGORY_DRUGS);
    request.mutable_report()->set_text(kWord);
    request.mutable_report()->mutable_release()->set_release_class(release);
    EXPECT_TRUE(world_.Do(member, request, SubmitReport).ok());
    return world_.results().front();
  }
  absl::Status SetClassOf(absl::string_view member, const std::string& name,
                          v1::ReleaseClass release) {
    v1::SetClassRequest request;
    request.set_name(name);
    request.set_release_class(release);
    request.set_reason("Underlag för kvällen");
    return world_.Do(member, request, SetClass);
  }
  absl::Status Share(absl::string_view member, const std::string& name) {
    return ::samsyn::testing::Share(world_, member, {name, {"bostader"}});
  }
  // A deployment whose words are the word, of the police.
  std::string Propose(v1::ReleaseClass release,
                      v1::Deployment::Kind kind = v1::Deployment::KIND_VISIBLE_PATROL) {
    v1::ProposeDeploymentRequest request;
    v1::Deployment& deployment = *request.mutable_deployment();
    deployment.set_aim(kWord);
    deployment.set_instruction(kWord);
    deployment.set_kind(kind);
    deployment.set_problem(world_.State("landlord"));
    deployment.add_areas(AreaName("vega"));
    deployment.set_responsible_organisation(OrganisationName("polisen"));
    *deployment.mutable_follow_up_due_time() = TimestampOf(world_.now() + absl::Hours(24 * 7));
    *deployment.mutable_window()->mutable_start_time() = TimestampOf(world_.now() + absl::Hours(1));
    *deployment.mutable_window()->mutable_end_time() = TimestampOf(world_.now() + absl::Hours(3));
    deployment.mutable_release()->set_release_class(release);
    EXPECT_TRUE(world_.Do("police", request, ProposeDeployment).ok());
    return world_.results().front();
  }
  std::string AssignmentOf(const std::string& deployment) {
    return world_.Now<v1::Deployment>(deployment).commitments(0).assignment();
  }
  // An open meeting with everybody there, `boss` in the chair.
  std::string Meet() {
    const std::string meeting = world_.Schedule();
    v1::OpenMeetingRequest request;
    request.set_name(meeting);
    EXPECT_TRUE(world_.Do("boss", request, OpenMeeting).ok());
    for (const char* member : {"chair", "police"}) EXPECT_TRUE(world_.Join(meeting, member).ok());
    return meeting;
  }
  void LetLead(const std::string& meeting, absl::string_view member) {
    v1::SetNightLeadRequest request;
    request.set_name(meeting);
    request.mutable_night_lead()->set_member(MemberName(member));
    request.mutable_night_lead()->set_phone("08-1");
    *request.mutable_night_lead()->mutable_window()->mutable_start_time() =
        TimestampOf(world_.now());
    *request.mutable_night_lead()->mutable_window()->mutable_end_time() =
        TimestampOf(world_.now() + absl::Hours(12));
    EXPECT_TRUE(world_.Do("coordinator", request, SetNightLead).ok());
  }

  Evening world_;
};

TEST_F(PrivateActorsTest, ByADecisionThatNamesThem) {
  const std::string report = Report("police", kAuthority);
  EXPECT_EQ(ReasonOf(Share("police", report)), v1::ERROR_REASON_PRIVATE_ORGANISATION);
  ExpectNoWord("release");
}

TEST_F(PrivateActorsTest, ByADecisionMadeBeforeItWasForAuthorities) {
  const std::string report = Report("police", kRestricted);
  ASSERT_TRUE(Share("police", report).ok());
  const std::string decision = world_.results().front();
  EXPECT_TRUE(Sees("landlord", report));
  ASSERT_TRUE(SetClassOf("police", report, kAuthority).ok());
  ExpectNoWord("class change");
  EXPECT_FALSE(Sees("landlord", decision));
  EXPECT_THAT(world_.Now<v1::Report>(report).release().organisations(), IsEmpty());
  // Nor through the incident, which follows.
  v1::ReviewReportRequest review;
  review.set_name(report);
  review.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
  review.set_no_personal_data(true);
  world_.AddMember("granskare", "polisen", {v1::ROLE_REVIEWER});
  ASSERT_TRUE(world_.Do("granskare", review, ReviewReport).ok());
  ASSERT_NE(world_.Now<v1::Report>(report).incident(), "");
  ExpectNoWord("incident");
}

TEST_F(PrivateActorsTest, ByCoordinatingOrDirecting) {
  // The landlord has a coordinator and directs a unit of the police.
  v1::Unit patrol = world_.Now<v1::Unit>(UnitName("patrull"));
  patrol.add_directing_organisations(OrganisationName("bostader"));
  world_.Put(patrol);
  v1::SubmitReportRequest request;
  request.set_municipality(kMunicipality);
  request.mutable_report()->set_category(v1::CATEGORY_YOUTH_CONCERN);
  request.mutable_report()->set_text("Oro vid skolan");
  ASSERT_TRUE(world_.Do("police", request, SubmitReport).ok());
  const std::string report = world_.results().front();
  EXPECT_TRUE(Sees("landlord", report)) << "it coordinates";
  const std::string deployment = Propose(kAuthority);
  ASSERT_TRUE(world_.Commit("police", deployment, "patrull").ok());
  ASSERT_TRUE(world_.Decide(deployment).ok());
  ExpectNoWord("directing");
  EXPECT_TRUE(Sees("landlord", AssignmentOf(deployment))) << "that the unit is out";
  for (const std::string& name : {report, AssignmentOf(deployment)}) {
    ASSERT_TRUE(SetClassOf("police", name, kAuthority).ok());
    EXPECT_FALSE(Sees("landlord", name));
    EXPECT_TRUE(Sees("dispatcher", name));
  }
}

TEST_F(PrivateActorsTest, ByTheirUnitsAssignment) {
  const std::string camera = Propose(v1::RELEASE_CLASS_UNSPECIFIED, v1::Deployment::KIND_CAMERA);
  EXPECT_EQ(ReasonOf(world_.Commit("landlord", camera, "ronden")), v1::ERROR_REASON_NOT_FOUND);
  const absl::Status directed = world_.Commit("police", camera, "ronden");
  EXPECT_EQ(RefusalOf(directed).metadata.at("organisation"), OrganisationName("bostader"));
  v1::CommitUnitRequest aloud;
  aloud.set_name(camera);
  aloud.set_unit(UnitName("ronden"));
  aloud.set_on_behalf_of(OrganisationName("bostader"));
  const std::string meeting = world_.Schedule();
  ASSERT_TRUE(world_.Open(meeting).ok());
  ASSERT_TRUE(world_.Join(meeting, "landlord").ok());
  EXPECT_EQ(RefusalOf(world_.Do("chair", aloud, CommitUnit)).metadata.at("organisation"),
            OrganisationName("bostader"));
  ExpectNoWord("commitment");
}

TEST_F(PrivateActorsTest, ByAUnitCommittedBeforeItWasForAuthorities) {
  const std::string deployment = Propose(kPartner);
  ASSERT_TRUE(world_.Commit("landlord", deployment, "ronden").ok());
  ASSERT_TRUE(SetClassOf("police", deployment, kAuthority).ok());
  EXPECT_EQ(RefusalOf(world_.Decide(deployment)).metadata.at("organisation"),
            OrganisationName("bostader"));
  ExpectNoWord("decision");
}

TEST_F(PrivateActorsTest, ByAnAssignmentOfferedAfterItWasForAuthorities) {
  const std::string deployment = Propose(kPartner);
  ASSERT_TRUE(world_
                  .Revise("police", deployment,
                          [](v1::Deployment& one) { one.set_offer_after_read_back(true); })
                  .ok());
  ASSERT_TRUE(world_.Commit("landlord", deployment, "ronden").ok());
  ASSERT_TRUE(world_.Decide(deployment).ok());
  ASSERT_TRUE(SetClassOf("police", deployment, kAuthority).ok());
  v1::OfferAssignmentsRequest offer;
  offer.add_deployments(deployment);
  EXPECT_EQ(RefusalOf(world_.Do("chair", offer, OfferAssignments)).metadata.at("organisation"),
            OrganisationName("bostader"));
  ExpectNoWord("read-back");
}

TEST_F(PrivateActorsTest, ByAnAssignmentOnWhichTheyAre) {
  const std::string deployment = Propose(kPartner);
  ASSERT_TRUE(world_.Commit("landlord", deployment, "ronden").ok());
  ASSERT_TRUE(world_.Decide(deployment).ok());
  const std::string assignment = AssignmentOf(deployment);
  EXPECT_EQ(world_.ShownTo("guard", assignment)->assignment().aim(), kWord);
  ASSERT_TRUE(SetClassOf("police", deployment, kAuthority).ok());
  ExpectNoWord("tightened");
  const A before = world_.ShownTo("guard", assignment)->assignment();
  EXPECT_EQ(before.deployment(), "");
  // What it becomes then is not for the unit, which goes on with what it was told.
  ASSERT_TRUE(world_
                  .Revise("coordinator", deployment,
                          [](v1::Deployment& one) { one.set_areas(0, AreaName("jordbro")); })
                  .ok());
  EXPECT_EQ(world_.ShownTo("guard", assignment)->assignment().SerializeAsString(),
            before.SerializeAsString());
  ExpectNoWord("revised");
  world_.AddUnit("andra", "bostader");
  v1::HandOverAssignmentRequest hand_over;
  hand_over.set_name(assignment);
  hand_over.set_unit(UnitName("andra"));
  EXPECT_EQ(ReasonOf(world_.Do("landlord", hand_over, HandOverAssignment)),
            v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(PrivateActorsTest, ByBeingSentElsewhere) {
  const std::string open = Propose(kPartner);
  ASSERT_TRUE(world_.Commit("landlord", open, "ronden").ok());
  ASSERT_TRUE(world_.Decide(open).ok());
  const std::string secret = Propose(kAuthority);
  ASSERT_TRUE(world_.Commit("police", secret, "patrull").ok());
  ASSERT_TRUE(world_.Decide(secret).ok());
  v1::ReplaceAssignmentRequest replace;
  replace.set_name(AssignmentOf(open));
  replace.set_deployment(secret);
  replace.set_reason("Behövs där");
  for (const char* member : {"landlord", "police"}) {
    EXPECT_EQ(ReasonOf(world_.Do(member, replace, ReplaceAssignment)), v1::ERROR_REASON_NOT_FOUND);
  }
}

TEST_F(PrivateActorsTest, ByLeadingTheMeetingOrTheNight) {
  const std::string meeting = Meet();
  LetLead(meeting, "lead");
  const std::string secret = Propose(kAuthority), open = Propose(kPartner);
  for (const std::string& deployment : {secret, open}) {
    v1::Deployment whole = world_.Now<v1::Deployment>(deployment);
    if (deployment == open) {
      whole.set_aim("Lugnt");
      whole.set_instruction("Gå runt");
      whole.mutable_window()->mutable_start_time()->set_seconds(
          whole.window().end_time().seconds());
      whole.mutable_window()->mutable_end_time()->set_seconds(
          whole.window().start_time().seconds() + 3600);
      world_.Put(whole);
    }
    v1::CommitUnitRequest commit;
    commit.set_name(deployment);
    commit.set_unit(UnitName("patrull"));
    ASSERT_TRUE(world_.Do("police", commit, CommitUnit).ok());
    whole = world_.Now<v1::Deployment>(deployment);
    v1::TakeChairRequest chair;
    chair.set_name(meeting);
    ASSERT_TRUE(world_.Do("chair", chair, TakeChair).ok());
    v1::DecideDeploymentRequest decide;
    decide.set_name(deployment);
    ASSERT_TRUE(world_.Do("chair", decide, DecideDeployment).ok());
    ASSERT_TRUE(world_.Do("boss", chair, TakeChair).ok());
  }
  // The words of the police from the field.
  v1::AddFieldUpdateRequest note;
  note.set_name(AssignmentOf(open));
  note.set_text(kWord);
  note.mutable_stamp()->set_operation_id(MadeId("note", "1", 0));
  *note.mutable_stamp()->mutable_device_time() = TimestampOf(world_.now());
  note.mutable_stamp()->set_definition_version(1);
  ASSERT_TRUE(world_.Do("officer", note, AddFieldUpdate).ok());
  ExpectNoWord("leading");
  for (const char* member : {"boss", "lead"}) {
    EXPECT_TRUE(Sees(member, AssignmentOf(open))) << member << " leads";
    EXPECT_FALSE(Sees(member, AssignmentOf(secret))) << member;
    EXPECT_FALSE(Sees(member, secret)) << member;
  }
  // An authority in the same place sees both, and reads the field.
  v1::TakeChairRequest chair;
  chair.set_name(meeting);
  ASSERT_TRUE(world_.Do("chair", chair, TakeChair).ok());
  EXPECT_TRUE(Sees("chair", AssignmentOf(secret)));
  EXPECT_TRUE(Sees("chair", world_.picture().All<v1::FieldUpdate>().front()->name()));
}

TEST_F(PrivateActorsTest, ByTheNameOfAClash) {
  const std::string secret = Propose(kAuthority);
  ASSERT_TRUE(world_.Commit("police", secret, "patrull").ok());
  ASSERT_TRUE(world_.Decide(secret).ok());
  const std::string meeting = Meet();
  const std::string open = world_.Propose("landlord", world_.State("landlord"));
  v1::CommitUnitRequest aloud;
  aloud.set_name(open);
  aloud.set_unit(UnitName("patrull"));
  aloud.set_on_behalf_of(OrganisationName("polisen"));
  const absl::Status clash = world_.Do("boss", aloud, CommitUnit);
  EXPECT_EQ(ReasonOf(clash), v1::ERROR_REASON_UNIT_TAKEN);
  EXPECT_EQ(RefusalOf(clash).metadata.count("clash"), 0u);
  EXPECT_FALSE(absl::StrContains(clash.ToString(), secret));
}

TEST_F(PrivateActorsTest, ByWritingDownWhatAuthoritiesSaid) {
  const std::string meeting = Meet();
  v1::AddRoundEntryRequest said;
  said.set_name(meeting);
  said.mutable_entry()->set_kind(v1::RoundEntry::KIND_SAID);
  said.mutable_entry()->set_text(kWord);
  said.mutable_entry()->mutable_release()->set_release_class(kAuthority);
  said.set_on_behalf_of(OrganisationName("polisen"));
  ASSERT_TRUE(world_.Do("boss", said, AddRoundEntry).ok());
  const std::string entry = world_.results().front();
  EXPECT_TRUE(Sees("police", entry));
  EXPECT_TRUE(Sees("reporter", entry));
  ExpectNoWord("round");
}

TEST_F(PrivateActorsTest, ByOwningTheMeeting) {
  v1::ScheduleMeetingRequest schedule;
  schedule.set_municipality(kMunicipality);
  *schedule.mutable_meeting()->mutable_scheduled_time() = TimestampOf(world_.now());
  ASSERT_TRUE(world_.Do("pen", schedule, ScheduleMeeting).ok());
  const std::string meeting = world_.results().front();
  EXPECT_EQ(world_.Now<v1::Meeting>(meeting).owner(), OrganisationName("kommun"));
  ASSERT_TRUE(world_.Open(meeting).ok());
  v1::AssessAreasRequest assess;
  assess.set_name(meeting);
  auto& level = *assess.add_levels();
  level.set_area(AreaName("vega"));
  level.set_level(v1::AREA_LEVEL_ORANGE);
  level.set_reason("Öppet");
  ASSERT_TRUE(world_.Do("chair", assess, AssessAreas).ok());
  const std::string assessment = world_.results().back();
  // Shared with the landlord while it was theirs alone; then it is for authorities.
  ASSERT_TRUE(SetClassOf("coordinator", assessment, kRestricted).ok());
  ASSERT_TRUE(Share("coordinator", assessment).ok());
  EXPECT_TRUE(Sees("landlord", assessment));
  level.set_reason(kWord);
  level.set_reason_class(kAuthority);
  ASSERT_TRUE(world_.Do("chair", assess, AssessAreas).ok());
  EXPECT_FALSE(Sees("landlord", assessment));
  ExpectNoWord("assessment");
  v1::GetMinutesRequest request;
  request.set_name(meeting);
  for (const char* member : {"landlord", "pen", "boss"}) {
    v1::GetMinutesResponse minutes;
    ASSERT_TRUE(GetMinutes(request, world_.picture(), world_.AudienceFor(member), &minutes).ok());
    EXPECT_FALSE(absl::StrContains(minutes.DebugString(), kWord)) << member;
    EXPECT_EQ(minutes.release_class(), kPartner);
  }
}

TEST_F(PrivateActorsTest, ByWhatNamesIt) {
  v1::CreateProblemRequest create;
  create.set_municipality(kMunicipality);
  create.mutable_problem()->set_statement(kWord);
  create.mutable_problem()->mutable_release()->set_release_class(kAuthority);
  ASSERT_TRUE(world_.Do("police", create, CreateProblem).ok());
  const std::string problem = world_.results().front();
  const std::string meeting = Meet();
  v1::SetPrioritiesRequest order;
  order.set_name(meeting);
  order.add_problems(problem);
  ASSERT_TRUE(world_.Do("secretary", order, SetPriorities).ok());
  EXPECT_THAT(world_.ShownTo("police", meeting)->meeting().priorities(), ElementsAre(problem));
  for (const char* member : {"boss", "landlord"}) {
    EXPECT_FALSE(absl::StrContains(world_.ShownTo(member, meeting)->DebugString(), problem));
  }
  ExpectNoWord("priorities");
}

TEST_F(PrivateActorsTest, ByBecomingWhatAuthoritiesAre) {
  const std::string deployment = Propose(kAuthority);
  ASSERT_TRUE(world_.Commit("police", deployment, "patrull").ok());
  ASSERT_TRUE(world_.Decide(deployment).ok());
  EXPECT_EQ(world_.ShownTo("officer", AssignmentOf(deployment))->assignment().aim(), kWord);
  // Whose flag is taken keeps its own, and loses what was others'.
  const std::string of_kommun = Report("reporter", kAuthority);
  v1::Organisation police = world_.Now<v1::Organisation>(OrganisationName("polisen"));
  police.set_authority(false);
  world_.Put(police);
  EXPECT_FALSE(Sees("police", of_kommun));
  EXPECT_TRUE(Sees("police", deployment));
}

}  // namespace
}  // namespace samsyn::domain
