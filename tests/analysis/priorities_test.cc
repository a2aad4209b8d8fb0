// Suggested priorities: every factor and the order that follows, from what the audience may see.
#include "server/analysis/priorities.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "server/domain/visibility.h"
#include "tests/testing/world.h"

namespace samsyn::analysis {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::OrganisationName;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kDay = absl::Hours(24);

class PrioritiesTest : public ::testing::Test {
 protected:
  PrioritiesTest() {
    world_.AddOrganisation("kommunen", v1::ORGANISATION_KIND_MUNICIPALITY, true);
    world_.AddOrganisation("bostader", v1::ORGANISATION_KIND_PROPERTY_OWNER, false);
    world_.AddMember("samordnare", "kommunen", {v1::ROLE_COORDINATOR});
    world_.AddMember("vard", "bostader", {v1::ROLE_REPORTER});
  }

  std::string Incident(const std::string& id, absl::Duration ago, int severity, int sources,
                       v1::ReleaseClass release = v1::RELEASE_CLASS_PARTNER) {
    v1::Incident incident;
    incident.set_name(absl::StrCat(kMunicipality, "/incidents/", id));
    incident.set_owner(OrganisationName("kommunen"));
    incident.mutable_release()->set_release_class(release);
    incident.set_state(v1::Incident::STATE_CURRENT);
    incident.set_family(v1::FAMILY_THEFT);
    incident.set_area(AreaName("handen"));
    incident.set_severity(severity);
    incident.set_independent_sources(sources);
    *incident.mutable_occurred_time() = domain::TimestampOf(world_.now() - ago);
    const std::string name = incident.name();
    world_.Put(std::move(incident));
    return name;
  }
  std::string Problem(const std::string& id, const std::vector<std::string>& incidents,
                      v1::Problem::State state = v1::Problem::STATE_OPEN) {
    v1::Problem problem;
    problem.set_name(absl::StrCat(kMunicipality, "/problems/", id));
    problem.set_owner(OrganisationName("kommunen"));
    problem.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    problem.set_statement(id);
    problem.set_state(state);
    problem.add_areas(AreaName("handen"));
    for (const std::string& incident : incidents) problem.add_incidents(incident);
    domain::SetGuards(world_.picture(), problem);
    const std::string name = problem.name();
    world_.Put(std::move(problem));
    return name;
  }
  v1::SituationVerdict Verdict(absl::string_view area, v1::Family family,
                               v1::Usual::Verdict actual) {
    v1::SituationVerdict verdict;
    if (!area.empty()) verdict.set_area(AreaName(area));
    verdict.set_family(family);
    verdict.mutable_actual()->set_verdict(actual);
    return verdict;
  }
  std::vector<v1::SuggestedPriority> For(absl::string_view member) {
    return SuggestPriorities(world_.picture(), world_.AudienceFor(member), verdicts_, world_.now());
  }
  std::vector<std::string> OrderFor(absl::string_view member) {
    std::vector<std::string> statements;
    for (const auto& one : For(member)) statements.push_back(one.problem().statement());
    return statements;
  }

  testing::World world_;
  std::vector<v1::SituationVerdict> verdicts_;
};

TEST_F(PrioritiesTest, EveryFactorIsShownAndTheScoreIsTheirProduct) {
  Problem("p", {Incident("a", 14 * kDay, 4, 3), Incident("b", 28 * kDay, 2, 1)});
  verdicts_ = {Verdict("handen", v1::FAMILY_THEFT, v1::Usual::VERDICT_MORE),
               Verdict("handen", v1::FAMILY_TRAFFIC, v1::Usual::VERDICT_MORE),
               Verdict("jordbro", v1::FAMILY_THEFT, v1::Usual::VERDICT_MORE),
               Verdict("", v1::FAMILY_THEFT, v1::Usual::VERDICT_MORE)};
  const auto suggested = For("vard");
  ASSERT_THAT(suggested, SizeIs(1));
  const v1::PriorityFactors& factors = suggested[0].factors();
  EXPECT_EQ(factors.severity(), 4);
  EXPECT_EQ(factors.severity_weight(), 4);
  EXPECT_EQ(domain::TimeOf(factors.newest_time()), world_.now() - 14 * kDay);
  EXPECT_DOUBLE_EQ(factors.recency_weight(), 0.5);
  EXPECT_EQ(factors.more_than_usual(), 1);
  EXPECT_EQ(factors.unusualness_weight(), 2);
  EXPECT_EQ(factors.independent_sources(), 4);
  EXPECT_DOUBLE_EQ(factors.sources_weight(), 3);
  EXPECT_DOUBLE_EQ(suggested[0].score(), 4 * 0.5 * 2 * 3);
}

TEST_F(PrioritiesTest, WhatIsPerceivedMoreThanUsualCountsToo) {
  Problem("p", {Incident("a", kDay, 1, 1)});
  v1::SituationVerdict verdict = Verdict("handen", v1::FAMILY_THEFT, v1::Usual::VERDICT_AS_USUAL);
  verdicts_ = {verdict};
  EXPECT_EQ(For("vard")[0].factors().unusualness_weight(), 1);
  verdict.mutable_perceived()->set_verdict(v1::Usual::VERDICT_MORE);
  verdicts_ = {verdict};
  EXPECT_EQ(For("vard")[0].factors().unusualness_weight(), 2);
}

TEST_F(PrioritiesTest, OldIncidentsWeighLittleAndAProblemWithoutAnyIsNotLost) {
  const std::string old = Incident("old", 200 * kDay, 5, 8);
  Problem("bare", {});
  Problem("long ago", {old});
  Problem("today", {Incident("new", absl::ZeroDuration(), 0, 0)});
  Problem("to come", {Incident("event", -2 * kDay, 0, 0)});
  EXPECT_THAT(OrderFor("vard"), ElementsAre("to come", "today", "bare", "long ago"));
  for (const auto& one : For("vard")) {
    const bool recent = one.problem().statement()[0] == 't';
    EXPECT_DOUBLE_EQ(one.score(), recent ? 1 : 1.0 / 64) << one.problem().statement();
  }
}

TEST_F(PrioritiesTest, OnlyOpenAndMonitoredOnesAndOnlyIncidentsThatCount) {
  v1::Incident withdrawn = world_.Now<v1::Incident>(Incident("w", kDay, 5, 5));
  withdrawn.set_state(v1::Incident::STATE_WITHDRAWN);
  world_.Put(withdrawn);
  Problem("closed", {}, v1::Problem::STATE_CLOSED);
  Problem("monitored", {withdrawn.name()}, v1::Problem::STATE_MONITORED);
  const auto suggested = For("vard");
  ASSERT_THAT(suggested, SizeIs(1));
  EXPECT_EQ(suggested[0].factors().severity(), 0);
  EXPECT_FALSE(suggested[0].factors().has_newest_time());
}

TEST_F(PrioritiesTest, AMergedIncidentStandsForTheOneThatItIsPartOfOnce) {
  const std::string whole = Incident("whole", 14 * kDay, 3, 2);
  v1::Incident part = world_.Now<v1::Incident>(Incident("part", kDay, 5, 1));
  part.set_state(v1::Incident::STATE_MERGED);
  part.set_merged_into(whole);
  world_.Put(part);
  Problem("p", {part.name(), whole});
  const v1::PriorityFactors factors = For("vard")[0].factors();
  EXPECT_EQ(factors.severity(), 3);
  EXPECT_EQ(factors.independent_sources(), 2);
  EXPECT_DOUBLE_EQ(factors.recency_weight(), 0.5);
}

TEST_F(PrioritiesTest, AHiddenIncidentIsAsIfItWereNotLinked) {
  const std::string open = Incident("open", 14 * kDay, 2, 1);
  Problem("p", {open});
  const std::string before = For("vard")[0].factors().SerializeAsString();
  Problem("p", {open, Incident("hidden", kDay, 5, 9, v1::RELEASE_CLASS_AUTHORITY)});
  EXPECT_EQ(For("vard")[0].factors().SerializeAsString(), before);
  EXPECT_THAT(For("vard")[0].problem().incidents(), ElementsAre(open));
  EXPECT_EQ(For("samordnare")[0].factors().severity(), 5);
  // Nor one that a visible one was merged into.
  v1::Incident part = world_.Now<v1::Incident>(open);
  part.set_state(v1::Incident::STATE_MERGED);
  part.set_merged_into(absl::StrCat(kMunicipality, "/incidents/hidden"));
  world_.Put(part);
  EXPECT_FALSE(For("vard")[0].factors().has_newest_time());
}

TEST_F(PrioritiesTest, AHiddenProblemIsNotSuggested) {
  v1::Problem problem = world_.Now<v1::Problem>(Problem("p", {}));
  problem.mutable_release()->set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  world_.Put(problem);
  EXPECT_THAT(OrderFor("vard"), IsEmpty());
  EXPECT_THAT(OrderFor("samordnare"), ElementsAre("p"));
}

TEST_F(PrioritiesTest, OfEqualScoresTheOldestFirstAndItsDeploymentsNewestFirst) {
  Problem("b old", {});
  world_.Advance(kDay);
  const auto meet = [&](absl::string_view id) {
    v1::Meeting meeting;
    meeting.set_name(absl::StrCat(kMunicipality, "/meetings/", id));
    meeting.set_owner(OrganisationName("kommunen"));
    meeting.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    *meeting.mutable_open_time() = domain::TimestampOf(world_.now());
    *meeting.mutable_close_time() = domain::TimestampOf(world_.now());
    world_.Put(std::move(meeting));
  };
  meet("1");
  world_.Advance(kDay);
  meet("2");
  world_.Advance(kDay);
  const std::string young = Problem("a young", {});
  std::vector<std::string> deployments;
  for (const auto release :
       {v1::RELEASE_CLASS_PARTNER, v1::RELEASE_CLASS_AUTHORITY, v1::RELEASE_CLASS_PARTNER}) {
    world_.Advance(absl::Hours(1));
    v1::Deployment deployment;
    deployment.set_name(absl::StrCat(kMunicipality, "/deployments/", deployments.size()));
    deployment.set_owner(OrganisationName("kommunen"));
    deployment.mutable_release()->set_release_class(release);
    deployment.set_problem(young);
    deployments.push_back(deployment.name());
    world_.Put(std::move(deployment));
  }
  EXPECT_THAT(OrderFor("vard"), ElementsAre("b old", "a young"));
  EXPECT_EQ(For("vard")[0].age_meetings(), 2);
  EXPECT_EQ(For("vard")[1].age_meetings(), 0);
  EXPECT_THAT(For("vard")[1].deployments(), ElementsAre(deployments[2], deployments[0]));
  EXPECT_THAT(For("samordnare")[1].deployments(),
              ElementsAre(deployments[2], deployments[1], deployments[0]));
}

}  // namespace
}  // namespace samsyn::analysis
