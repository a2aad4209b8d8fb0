#include "server/domain/problem_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/limits.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::OrganisationName;
using ::testing::ElementsAre;

class ProblemRulesTest : public ::testing::Test {
 protected:
  std::string AddIncident(const std::string& id, absl::string_view owner,
                          v1::ReleaseClass release) {
    v1::Incident incident;
    incident.set_name(NameOf(kMunicipality, v1::ENTITY_KIND_INCIDENT, id));
    incident.set_owner(OrganisationName(owner));
    incident.mutable_release()->set_release_class(release);
    world_.Put(incident);
    return incident.name();
  }
  absl::Status Link(absl::string_view member, const std::string& problem,
                    const std::string& incident) {
    v1::LinkIncidentsRequest request;
    request.set_name(problem);
    request.add_add(incident);
    return world_.Do(member, request, LinkIncidents);
  }

  Evening world_;
};

TEST_F(ProblemRulesTest, AStatedProblemIsOpenAndThePartnersSeeIt) {
  const std::string name = world_.State("landlord");
  const auto problem = world_.Now<v1::Problem>(name);
  EXPECT_EQ(problem.state(), v1::Problem::STATE_OPEN);
  EXPECT_EQ(problem.owner(), OrganisationName("bostader"));
  EXPECT_TRUE(world_.Sees("police", name));
}

TEST_F(ProblemRulesTest, FieldStaffAndObserversStateNone) {
  v1::CreateProblemRequest request;
  request.mutable_problem()->set_statement("x");
  for (const char* member : {"anna", "screen"}) {
    EXPECT_EQ(ReasonOf(world_.Do(member, request, CreateProblem)), v1::ERROR_REASON_ROLE_MISSING);
  }
}

TEST_F(ProblemRulesTest, AnotherOrganisationDoesNotChangeItButTheChairDoes) {
  v1::UpdateProblemRequest request;
  request.mutable_problem()->set_name(world_.State("landlord"));
  request.mutable_problem()->set_statement("Otryggt i gångtunneln");
  request.set_monitored(true);
  EXPECT_EQ(ReasonOf(world_.Do("police", request, UpdateProblem)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  ASSERT_TRUE(world_.Do("chair", request, UpdateProblem).ok());
  EXPECT_EQ(world_.Result<v1::Problem>().state(), v1::Problem::STATE_MONITORED);
  EXPECT_EQ(world_.Result<v1::Problem>().owner(), OrganisationName("bostader"));
}

TEST_F(ProblemRulesTest, AnUnknownAreaIsNotFound) {
  v1::CreateProblemRequest request;
  request.mutable_problem()->set_statement("x");
  request.mutable_problem()->add_areas(AreaName("atlantis"));
  EXPECT_EQ(ReasonOf(world_.Do("chair", request, CreateProblem)), v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(ProblemRulesTest, R6AHiddenIncidentIsNotFoundAndNeverShown) {
  const std::string problem = world_.State("landlord");
  const std::string open = AddIncident("a", "kommun", v1::RELEASE_CLASS_PARTNER);
  const std::string hidden = AddIncident("b", "polisen", v1::RELEASE_CLASS_RESTRICTED);
  ASSERT_TRUE(Link("landlord", problem, open).ok());
  EXPECT_EQ(ReasonOf(Link("landlord", problem, hidden)), v1::ERROR_REASON_NOT_FOUND);
  const std::string shared = world_.State("police");
  ASSERT_TRUE(Link("police", shared, open).ok());
  ASSERT_TRUE(Link("police", shared, hidden).ok());
  EXPECT_THAT(world_.ShownTo("police", shared)->problem().incidents(), ElementsAre(open, hidden));
  EXPECT_THAT(world_.ShownTo("landlord", shared)->problem().incidents(), ElementsAre(open));
}

TEST_F(ProblemRulesTest, R6TheLimitOfLinksCountsWhatTheCallerSees) {
  const std::string problem = world_.State("landlord");
  const auto incidents = [&](const std::string& kind, absl::string_view owner,
                             v1::ReleaseClass release, int count) {
    v1::LinkIncidentsRequest request;
    request.set_name(problem);
    for (int i = 0; i < count; ++i) {
      request.add_add(AddIncident(absl::StrCat(kind, i), owner, release));
    }
    return request;
  };
  // The chair may link what its organisation keeps from the landlord …
  auto hidden = incidents("h", "kommun", v1::RELEASE_CLASS_RESTRICTED, 99);
  ASSERT_TRUE(world_.Do("chair", hidden, LinkIncidents).ok());
  // … and the landlord notices nothing of it: its own hundred fit, and one more does not.
  auto open = incidents("o", "bostader", v1::RELEASE_CLASS_PARTNER, 100);
  ASSERT_TRUE(world_.Do("landlord", open, LinkIncidents).ok());
  EXPECT_EQ(world_.ShownTo("landlord", problem)->problem().incidents_size(), 100);
  const auto more = incidents("m", "bostader", v1::RELEASE_CLASS_PARTNER, 1);
  const absl::Status full = world_.Do("landlord", more, LinkIncidents);
  EXPECT_EQ(ReasonOf(full), v1::ERROR_REASON_LIMIT_REACHED);
  EXPECT_EQ(RefusalOf(full).metadata["limit"], "100");
  // Whoever sees more than fit may still take some away.
  v1::LinkIncidentsRequest fewer;
  fewer.set_name(problem);
  fewer.add_remove(open.add(0));
  EXPECT_TRUE(world_.Do("chair", fewer, LinkIncidents).ok());
  EXPECT_LT(world_.Now<v1::Problem>(problem).ByteSizeLong(), kEntityBytes);
}

TEST_F(ProblemRulesTest, AClosedProblemIsReopenedBeforeItIsChanged) {
  const std::string name = world_.State("landlord");
  v1::CloseProblemRequest close;
  close.set_name(name);
  close.set_note("Belysningen är lagad");
  ASSERT_TRUE(world_.Do("landlord", close, CloseProblem).ok());
  const absl::Status again = world_.Do("landlord", close, CloseProblem);
  EXPECT_EQ(ReasonOf(again), v1::ERROR_REASON_WRONG_STATE);
  EXPECT_EQ(RefusalOf(again).metadata["state"], "CLOSED");
  EXPECT_EQ(RefusalOf(again).metadata["allowed"], "OPEN,MONITORED");
  EXPECT_EQ(RefusalOf(again).words.sv,
            "Problemets läge är ”avslutat”; det här kräver läget ”öppet” eller ”bevakas”.");
  v1::ReopenProblemRequest reopen;
  reopen.set_name(name);
  ASSERT_TRUE(world_.Do("landlord", reopen, ReopenProblem).ok());
  EXPECT_EQ(world_.Result<v1::Problem>().state(), v1::Problem::STATE_OPEN);
  EXPECT_EQ(ReasonOf(world_.Do("landlord", reopen, ReopenProblem)), v1::ERROR_REASON_WRONG_STATE);
}

TEST_F(ProblemRulesTest, AnOldVersionIsReadAgainFirst) {
  v1::CloseProblemRequest close;
  close.set_name(world_.State("landlord"));
  close.set_note("x");
  close.set_etag("\"1\"");
  EXPECT_EQ(ReasonOf(world_.Do("landlord", close, CloseProblem)), v1::ERROR_REASON_ETAG_MISMATCH);
}

}  // namespace
}  // namespace samsyn::domain
