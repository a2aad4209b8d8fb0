#include "server/domain/fork_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <samsyn/v1/access.pb.h>

#include "server/domain/access_rules.h"
#include "server/domain/assignment_rules.h"
#include "server/domain/incident_rules.h"
#include "server/domain/report_rules.h"
#include "server/domain/unknown_rights.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::OrganisationName;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const LostVersion* taken = nullptr;  // by the rule, which takes no more than a request

absl::Status TakeIt(const v1::TakeOverVersionRequest& request, Transaction& transaction) {
  return TakeOverVersion(request, taken, transaction);
}

// Two evenings that have gone alike until they part: what is, and what was lost.
class ForkRulesTest : public ::testing::Test {
 protected:
  // What both have.
  template <typename Act>
  std::string Both(Act act) {
    const std::string name = act(lost_);
    EXPECT_EQ(act(kept_), name);
    EXPECT_FALSE(name.empty());
    return name;
  }
  static std::string Report(Evening& world, absl::string_view member, const std::string& text,
                            v1::ReleaseClass release_class = v1::RELEASE_CLASS_PARTNER) {
    v1::SubmitReportRequest request;
    request.set_municipality(kMunicipality);
    request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
    request.mutable_report()->set_area(AreaName("brandbergen"));
    request.mutable_report()->set_text(text);
    request.mutable_report()->mutable_release()->set_release_class(release_class);
    EXPECT_TRUE(world.Do(member, request, SubmitReport).ok());
    return world.results().front();
  }
  static void Accept(Evening& world, const std::string& report) {
    v1::Member member = world.Now<v1::Member>(testing::MemberName("coordinator"));
    if (member.roles_size() == 1) {
      member.add_roles(v1::ROLE_REVIEWER);
      world.Put(member);
    }
    v1::ReviewReportRequest request;
    request.set_name(report);
    request.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
    request.set_no_personal_data(true);
    ASSERT_TRUE(world.Do("coordinator", request, ReviewReport).ok());
  }
  static void Amend(Evening& world, const std::string& report, const std::string& text) {
    v1::AmendReportRequest request;
    *request.mutable_report() = world.Now<v1::Report>(report);
    request.mutable_report()->set_text(text);
    request.set_etag(request.report().etag());
    ASSERT_TRUE(world.Do("reporter", request, AmendReport).ok());
  }
  static void Reclassify(Evening& world, const std::string& name, v1::ReleaseClass to) {
    v1::SetClassRequest request;
    request.set_name(name);
    request.set_release_class(to);
    request.set_reason("därför");
    const absl::Status done = world.Do("coordinator", request, SetClass);
    ASSERT_TRUE(done.ok()) << done;
  }
  LostVersions Lost(const std::vector<std::string>& names) const {
    LostVersions versions;
    for (const std::string& name : names) {
      versions[name] = {name,        lost_.picture().Find(name),      7,
                        lost_.now(), testing::MemberName("reporter"), "SubmitReport"};
    }
    return versions;
  }
  std::vector<v1::ForkedVersion> Listed(absl::string_view member,
                                        const std::vector<std::string>& names) const {
    google::protobuf::RepeatedPtrField<v1::ForkedVersion> versions;
    ListForkedVersions(Lost(names), kept_.picture(), kept_.AudienceFor(member), &versions);
    return {versions.begin(), versions.end()};
  }
  absl::Status Take(const std::string& name, int64_t expected = 0,
                    absl::string_view member = "coordinator") {
    const LostVersions versions = Lost({name});
    taken = &versions.at(name);
    v1::TakeOverVersionRequest request;
    request.set_municipality(kMunicipality);
    request.set_version(name);
    request.set_expected_revision(expected);
    const absl::Status done = kept_.Do(member, request, TakeIt);
    taken = nullptr;
    return done;
  }

  Evening kept_, lost_;
};

TEST_F(ForkRulesTest, BothSidesAreShownOfWhatDiffersAndNothingOfTheRest) {
  const std::string same = Both([](Evening& world) { return Report(world, "reporter", "samma"); });
  const std::string changed = Both([](Evening& world) { return Report(world, "reporter", "ett"); });
  Amend(lost_, changed, "två");
  const std::string only = Report(lost_, "police", "bara där");
  const auto listed = Listed("coordinator", {same, changed, only});
  ASSERT_EQ(listed.size(), 2u);
  for (const v1::ForkedVersion& one : listed) {
    EXPECT_EQ(one.lost_revision(), 7);
    EXPECT_EQ(one.lost_method(), "SubmitReport");
    if (one.name() == changed) {
      EXPECT_EQ(one.lost().report().text(), "två");
      EXPECT_EQ(one.kept().report().text(), "ett");
    } else {
      EXPECT_EQ(one.name(), only);
      EXPECT_FALSE(one.has_kept());
    }
  }
}

TEST_F(ForkRulesTest, R6_ALostVersionIsForWhomItIsAndForNobodyFromWhomItWasTakenSince) {
  const std::string theirs = Report(lost_, "landlord", "bara vårt", v1::RELEASE_CLASS_RESTRICTED);
  EXPECT_THAT(Listed("coordinator", {theirs}), IsEmpty());
  EXPECT_EQ(Listed("landlord", {theirs}).size(), 1u);
  EXPECT_EQ(ReasonOf(Take(theirs)), v1::ERROR_REASON_NOT_FOUND);

  const std::string tightened =
      Both([](Evening& world) { return Report(world, "police", "för alla"); });
  v1::Report now = kept_.Now<v1::Report>(tightened);
  now.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  kept_.Put(now);
  EXPECT_THAT(Listed("coordinator", {tightened}), IsEmpty());
  EXPECT_EQ(ReasonOf(Take(tightened)), v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(ForkRulesTest, R6_WhatALostVersionNamesIsForWhomThatIsToday) {
  const auto incident = [](Evening& world) {
    v1::Incident one;
    one.set_name(NameOf(kMunicipality, v1::ENTITY_KIND_INCIDENT, "i"));
    one.set_owner(OrganisationName("polisen"));
    one.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    world.Put(one);
    return one.name();
  };
  const std::string named = Both(incident);
  const std::string problem = Both([](Evening& world) { return world.State("police"); });
  v1::LinkIncidentsRequest link;
  link.set_name(problem);
  link.add_add(named);
  ASSERT_TRUE(lost_.Do("police", link, LinkIncidents).ok());
  ASSERT_EQ(Listed("coordinator", {problem}).size(), 1u);
  v1::Incident tightened = kept_.Now<v1::Incident>(named);
  tightened.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  kept_.Put(tightened);
  // Without the name both sides are the same for the coordinator.
  EXPECT_THAT(Listed("coordinator", {problem}), IsEmpty());
  EXPECT_EQ(Listed("police", {problem}).size(), 1u);
  ASSERT_TRUE(Take(problem).ok());
  EXPECT_THAT(kept_.Now<v1::Problem>(problem).incidents(), ElementsAre(named));
  EXPECT_THAT(kept_.ShownTo("coordinator", problem)->problem().incidents(), IsEmpty());
  EXPECT_EQ(kept_.ShownTo("police", problem)->problem().incidents_size(), 1);
}

TEST_F(ForkRulesTest, WhoReadsWithoutRightsIsToldNothingOfHowItCameAbout) {
  const std::string report = Report(lost_, "police", "för alla");
  google::protobuf::RepeatedPtrField<v1::ForkedVersion> versions;
  ListForkedVersions(Lost({report}), kept_.picture(),
                     WithoutRights(kept_.AudienceFor("coordinator")), &versions);
  ASSERT_EQ(versions.size(), 1);
  EXPECT_EQ(versions[0].lost_member(), "");
  EXPECT_EQ(versions[0].lost().report().reporter(), "");
}

TEST_F(ForkRulesTest, OnlyACoordinatorTakesOver) {
  const std::string report = Report(lost_, "reporter", "x");
  EXPECT_EQ(ReasonOf(Take(report, 0, "chair")), v1::ERROR_REASON_ROLE_MISSING);
  EXPECT_EQ(ReasonOf(Take(report, 0, "police")), v1::ERROR_REASON_ROLE_MISSING);
}

TEST_F(ForkRulesTest, AReportThatWasMadeOnTheLostSideIsReviewedAgainOrFoundsItsIncident) {
  const std::string waits = Report(lost_, "reporter", "väntar");
  ASSERT_TRUE(Take(waits).ok());
  EXPECT_EQ(kept_.Result<v1::Report>().text(), "väntar");
  EXPECT_EQ(kept_.Now<v1::Report>(waits).state(), v1::Report::STATE_SUBMITTED);
  EXPECT_EQ(kept_.Now<v1::Report>(waits).revision(), kept_.revision());
  EXPECT_EQ(kept_.Now<v1::Report>(waits).owner(), OrganisationName("kommun"));

  const std::string accepted = Report(lost_, "reporter", "godkänd");
  Accept(lost_, accepted);
  ASSERT_TRUE(Take(accepted).ok());
  EXPECT_EQ(kept_.Now<v1::Report>(accepted).state(), v1::Report::STATE_ACCEPTED);
  EXPECT_THAT(kept_.Now<v1::Incident>(IncidentFoundedBy(accepted)).reports(),
              ElementsAre(accepted));
}

TEST_F(ForkRulesTest, WhatWasReviewedHereSinceStaysReviewed) {
  const std::string report = Both([](Evening& world) { return Report(world, "reporter", "ett"); });
  Amend(lost_, report, "två");
  Accept(kept_, report);
  ASSERT_TRUE(Take(report).ok());
  const auto now = kept_.Now<v1::Report>(report);
  EXPECT_EQ(now.text(), "två");
  EXPECT_EQ(now.state(), v1::Report::STATE_ACCEPTED);
  EXPECT_EQ(kept_.Now<v1::Incident>(now.incident()).headline(), "två");
  EXPECT_EQ(now.create_time().seconds(), lost_.Now<v1::Report>(report).create_time().seconds());
}

TEST_F(ForkRulesTest, AReportThatItsSourceHasSentAgainIsNotTakenOver) {
  v1::Report sent;
  sent.set_name(NameOf(kMunicipality, v1::ENTITY_KIND_REPORT, "a"));
  sent.set_owner(OrganisationName("kommun"));
  sent.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  sent.set_state(v1::Report::STATE_SUBMITTED);
  sent.mutable_source()->set_source_uri("https://example.se");
  sent.mutable_source()->set_source_id("1");
  lost_.Put(sent);
  const std::string name = sent.name();
  sent.set_name(NameOf(kMunicipality, v1::ENTITY_KIND_REPORT, "b"));
  kept_.Put(sent);
  EXPECT_EQ(ReasonOf(Take(name)), v1::ERROR_REASON_WRONG_STATE);
}

TEST_F(ForkRulesTest, R6_NothingIsOpenedAndWhatWasTightenedThereIsTightenedHere) {
  const std::string loosened = Both(
      [](Evening& world) { return Report(world, "reporter", "x", v1::RELEASE_CLASS_RESTRICTED); });
  Reclassify(lost_, loosened, v1::RELEASE_CLASS_PARTNER);
  ASSERT_TRUE(Take(loosened).ok());
  EXPECT_EQ(kept_.Now<v1::Report>(loosened).release().release_class(),
            v1::RELEASE_CLASS_RESTRICTED);
  EXPECT_FALSE(kept_.Sees("police", loosened));

  const std::string tightened = Both([](Evening& world) { return Report(world, "reporter", "y"); });
  for (Evening* const world : {&lost_, &kept_}) Accept(*world, tightened);
  Reclassify(lost_, tightened, v1::RELEASE_CLASS_RESTRICTED);
  ASSERT_TRUE(Take(tightened).ok());
  EXPECT_FALSE(kept_.Sees("police", tightened));
  EXPECT_FALSE(kept_.Sees("police", kept_.Now<v1::Report>(tightened).incident()))
      << "what follows it is tightened with it";
}

TEST_F(ForkRulesTest, R6_WithWhomSomethingWasSharedOnTheLostSideIsNotTakenOver) {
  const std::string report = Report(lost_, "reporter", "x", v1::RELEASE_CLASS_RESTRICTED);
  v1::Report shared = lost_.Now<v1::Report>(report);
  shared.mutable_release()->add_organisations(OrganisationName("bostader"));
  lost_.Put(shared);
  ASSERT_TRUE(Take(report).ok());
  EXPECT_THAT(kept_.Now<v1::Report>(report).release().organisations(), IsEmpty());
  EXPECT_FALSE(kept_.Sees("landlord", report));
}

TEST_F(ForkRulesTest, ADeploymentIsTakenOverWhileItIsProposedAndBindsNoUnit) {
  const std::string problem = Both([](Evening& world) { return world.State("reporter"); });
  const std::string deployment =
      Both([&](Evening& world) { return world.Propose("chair", problem); });
  ASSERT_TRUE(lost_
                  .Revise("chair", deployment,
                          [](v1::Deployment& one) { one.set_aim("Tryggt vid stationen"); })
                  .ok());
  ASSERT_TRUE(lost_.Commit("dispatcher", deployment, "vardar").ok());
  ASSERT_TRUE(Take(deployment).ok());
  auto now = kept_.Now<v1::Deployment>(deployment);
  EXPECT_EQ(now.aim(), "Tryggt vid stationen");
  EXPECT_THAT(now.commitments(), IsEmpty());
  EXPECT_EQ(now.problem(), problem);
  ASSERT_TRUE(kept_.Commit("dispatcher", deployment, "vardar").ok());
  ASSERT_TRUE(kept_.Decide(deployment).ok());
  const int64_t decided = kept_.revision();
  EXPECT_EQ(ReasonOf(Take(deployment)), v1::ERROR_REASON_WRONG_STATE);
  EXPECT_EQ(kept_.revision(), decided);
}

TEST_F(ForkRulesTest, WhatNamesSomethingThatIsNotThereWaitsForThat) {
  v1::Area area;
  area.set_name(AreaName("ny"));
  lost_.Put(area);
  v1::Problem problem = lost_.Now<v1::Problem>(lost_.State("reporter"));
  problem.add_areas(area.name());
  lost_.Put(problem);
  EXPECT_EQ(ReasonOf(Take(problem.name())), v1::ERROR_REASON_NOT_FOUND);
  kept_.Put(area);
  EXPECT_TRUE(Take(problem.name()).ok());
}

TEST_F(ForkRulesTest, WhatTheFieldSaidIsForThoseWhoSeeItsAssignment) {
  const std::string assignment = Both([](Evening& world) { return world.Offered(); });
  v1::AddFieldUpdateRequest note;
  note.set_name(assignment);
  note.set_text("Lugnt vid centrum");
  note.mutable_stamp()->set_operation_id(MadeId("test", "a", 0));
  note.mutable_stamp()->set_definition_version(1);
  note.mutable_stamp()->set_status_version(1);
  *note.mutable_stamp()->mutable_device_time() = TimestampOf(lost_.now());
  ASSERT_TRUE(lost_.Do("anna", note, AddFieldUpdate).ok());
  const std::string update = lost_.results().front();
  ASSERT_TRUE(Take(update).ok());
  EXPECT_EQ(kept_.Now<v1::FieldUpdate>(update).text(), "Lugnt vid centrum");
  EXPECT_EQ(kept_.Now<v1::FieldUpdate>(update).release().release_class(),
            kept_.Now<v1::Assignment>(assignment).release().release_class());
}

TEST_F(ForkRulesTest, WhatGivesRightsOrBindsIsDoneAgainNotTakenOver) {
  const std::string assignment = Both([](Evening& world) { return world.Offered(); });
  v1::Assignment answered = lost_.Now<v1::Assignment>(assignment);
  answered.set_state(v1::Assignment::STATE_ACCEPTED);
  lost_.Put(answered);
  v1::Member promoted = lost_.Now<v1::Member>(testing::MemberName("reporter"));
  promoted.add_roles(v1::ROLE_COORDINATOR);
  lost_.Put(promoted);
  v1::Organisation flagged = lost_.Now<v1::Organisation>(OrganisationName("bostader"));
  flagged.set_authority(true);
  lost_.Put(flagged);
  for (const std::string& name : {assignment, promoted.name(), flagged.name()}) {
    EXPECT_EQ(ReasonOf(Take(name)), v1::ERROR_REASON_INVALID_FIELDS) << name;
  }
}

TEST_F(ForkRulesTest, ATakeOverOverWhatWasChangedSinceIsRefused) {
  const std::string report = Both([](Evening& world) { return Report(world, "reporter", "ett"); });
  Amend(lost_, report, "två");
  const int64_t seen = kept_.Now<v1::Report>(report).revision();
  Amend(kept_, report, "tre");
  EXPECT_EQ(ReasonOf(Take(report, seen)), v1::ERROR_REASON_ETAG_MISMATCH);
  EXPECT_TRUE(Take(report, kept_.Now<v1::Report>(report).revision()).ok());
  EXPECT_EQ(kept_.Now<v1::Report>(report).text(), "två");
  const int64_t then = kept_.revision();
  EXPECT_TRUE(Take(report).ok()) << "again, which changes nothing";
  EXPECT_EQ(kept_.revision(), then);
}

}  // namespace
}  // namespace samsyn::domain
