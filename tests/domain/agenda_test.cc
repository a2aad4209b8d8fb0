// R10: the agenda makes itself, for each reader from what it may see.
#include "server/domain/agenda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/cells.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::samsyn::testing::Happened;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::OrganisationName;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Item = v1::AgendaItem;

class AgendaTest : public ::testing::Test {
 protected:
  v1::GetAgendaResponse Agenda(absl::string_view member, const std::string& meeting) {
    v1::GetAgendaRequest request;
    request.set_name(meeting);
    v1::GetAgendaResponse response;
    EXPECT_TRUE(GetAgenda(request, world_.picture(), world_.AudienceFor(member), &response).ok());
    return response;
  }
  // "PROBLEM settled" of each item but for its subject.
  std::vector<std::string> Items(absl::string_view member, const std::string& meeting) {
    std::vector<std::string> items;
    const auto agenda = Agenda(member, meeting);
    for (const Item& item : agenda.items()) {
      items.push_back(
          absl::StrCat(Item::Kind_Name(item.kind()).substr(5), item.settled() ? " settled" : ""));
    }
    return items;
  }
  std::string OpenOne() {
    const std::string meeting = world_.Schedule();
    EXPECT_TRUE(world_.Open(meeting).ok());
    return meeting;
  }
  void Plan(const std::string& id, absl::Duration in, v1::ReleaseClass release) {
    v1::Report event;
    event.set_name(absl::StrCat(kMunicipality, "/reports/", id));
    event.set_owner(OrganisationName("polisen"));
    event.mutable_release()->set_release_class(release);
    event.set_kind(v1::Report::KIND_PLANNED_EVENT);
    event.set_state(v1::Report::STATE_ACCEPTED);
    *event.mutable_occurred_time() = TimestampOf(world_.now() + in);
    world_.Put(std::move(event));
  }

  Evening world_;
};

TEST_F(AgendaTest, R10AreasAreThoseWithAnythingSinceLastTimeAndThoseThatWereNotNormal) {
  const std::string first = OpenOne();
  v1::AssessAreasRequest assess;
  assess.set_name(first);
  for (const auto& [area, level] :
       {std::pair{"vega", v1::AREA_LEVEL_ORANGE}, {"jordbro", v1::AREA_LEVEL_GREEN}}) {
    assess.add_levels()->set_area(AreaName(area));
    assess.mutable_levels()->rbegin()->set_level(level);
  }
  ASSERT_TRUE(world_.Do("chair", assess, AssessAreas).ok());
  ASSERT_TRUE(world_.Close(first).ok());
  Happened(world_, "brandbergen", 2, v1::RELEASE_CLASS_PARTNER, 1);
  Happened(world_, "brandbergen", 3, v1::RELEASE_CLASS_AUTHORITY);
  Happened(world_, "jordbro", 1, v1::RELEASE_CLASS_AUTHORITY);
  const auto areas = [&](absl::string_view member, const std::string& meeting) {
    std::vector<std::string> said;
    const auto agenda = Agenda(member, meeting);
    for (const Item& item : agenda.items()) {
      said.push_back(absl::StrCat(IdOf(item.subject()), " ", item.actual(), "+", item.perceived(),
                                  " ", item.previous_level(), item.settled() ? " settled" : ""));
    }
    return said;
  };
  const std::string planned = world_.Schedule();
  EXPECT_THAT(areas("police", planned),
              ElementsAre("brandbergen 5+1 5", "jordbro 1+0 1", "vega 0+0 3"));
  EXPECT_THAT(areas("landlord", planned), ElementsAre("brandbergen 2+1 5", "vega 0+0 3"));
  ASSERT_TRUE(world_.Open(planned).ok());
  assess.set_name(planned);
  assess.mutable_levels(0)->set_reason("Fler vuxna ute");
  assess.mutable_levels(0)->set_level(v1::AREA_LEVEL_YELLOW);
  ASSERT_TRUE(world_.Do("chair", assess, AssessAreas).ok());
  EXPECT_THAT(areas("landlord", planned), ElementsAre("brandbergen 2+1 5", "vega 0+0 3 settled"));
}

TEST_F(AgendaTest, WhatIsDueIsFollowedUpByItselfOnTheDay) {
  const std::string deployment = world_.Propose("chair", world_.State("reporter"));
  ASSERT_TRUE(world_.Decide(deployment).ok());
  const auto follow_ups = [&](const std::string& meeting) {
    std::vector<std::string> items = Items("landlord", meeting);
    std::erase_if(items, [](const auto& item) { return item.rfind("FOLLOW_UP", 0) != 0; });
    return items;
  };
  const std::string soon = world_.Schedule();
  EXPECT_THAT(follow_ups(soon), IsEmpty());
  // Due that evening, and not before: it stands on the agenda of the day.
  world_.Advance(absl::Hours(24 * 7 - 4));
  const std::string meeting = OpenOne();
  EXPECT_THAT(follow_ups(meeting), ElementsAre("FOLLOW_UP"));
  v1::RecordFollowUpRequest follow_up;
  follow_up.set_name(deployment);
  follow_up.mutable_follow_up()->set_outcome(v1::FollowUp::OUTCOME_CANNOT_TELL);
  ASSERT_TRUE(world_.Do("chair", follow_up, RecordFollowUp).ok());
  EXPECT_THAT(follow_ups(meeting), ElementsAre("FOLLOW_UP settled"));
  ASSERT_TRUE(world_.Close(meeting).ok());
  world_.Advance(absl::Hours(1));
  EXPECT_THAT(follow_ups(OpenOne()), IsEmpty());
}

TEST_F(AgendaTest, WhatWasLeftComesBackOnceWithItsAge) {
  const std::string proposal = world_.Propose("chair", world_.State("reporter"));
  ASSERT_TRUE(world_.Close(OpenOne()).ok());
  const std::string meeting = OpenOne();
  EXPECT_THAT(Items("landlord", meeting), ElementsAre("CARRY_OVER", "PROBLEM", "PROPOSAL"));
  EXPECT_EQ(Agenda("landlord", meeting).items(0).carry_over().age(), 1);
  ASSERT_TRUE(world_.Decide(proposal).ok());
  EXPECT_THAT(Items("landlord", meeting),
              ElementsAre("CARRY_OVER settled", "PROBLEM", "PROPOSAL settled"));
}

TEST_F(AgendaTest, TonightsEventsAndThoseOfTheWeekendStandOnIt) {
  Plan("a", absl::Hours(3), v1::RELEASE_CLASS_PARTNER);     // tonight
  Plan("b", absl::Hours(50), v1::RELEASE_CLASS_AUTHORITY);  // on Sunday
  Plan("c", absl::Hours(70), v1::RELEASE_CLASS_PARTNER);    // on Monday
  const std::string meeting = world_.Schedule();
  EXPECT_THAT(Items("police", meeting), ElementsAre("PLANNED_EVENT", "PLANNED_EVENT"));
  EXPECT_THAT(Items("landlord", meeting), ElementsAre("PLANNED_EVENT"));
}

TEST_F(AgendaTest, R6WhatIsHiddenIsNotOnItNorAmongWhatIsOpen) {
  const std::string meeting = OpenOne();
  const std::string secret = world_.State("police", v1::RELEASE_CLASS_AUTHORITY);
  ASSERT_NE(world_.Propose("police", secret, v1::Deployment::KIND_CAMERA), "");
  ASSERT_TRUE(world_.Join(meeting, "police").ok());
  const auto open = [&](absl::string_view member) {
    std::vector<std::string> points;
    const auto agenda = Agenda(member, meeting);
    for (const v1::OpenPoint& point : agenda.open_points()) {
      points.push_back(v1::OpenPoint::Kind_Name(point.kind()).substr(5));
    }
    return points;
  };
  EXPECT_THAT(Items("landlord", meeting), IsEmpty());
  EXPECT_THAT(open("landlord"), ElementsAre("NO_NIGHT_LEAD", "SILENT", "SILENT"));
  EXPECT_THAT(Items("police", meeting), ElementsAre("PROBLEM", "PROPOSAL"));
  EXPECT_THAT(open("police"),
              ElementsAre("NO_NIGHT_LEAD", "PROPOSAL_NOT_DECIDED", "SILENT", "SILENT"));
}

TEST_F(AgendaTest, WhatBlocksStandsFirst) {
  Happened(world_, "vega", 1);
  const std::string meeting = OpenOne();
  const auto agenda = Agenda("chair", meeting);
  const auto& points = agenda.open_points();
  EXPECT_EQ(points[0].kind(), v1::OpenPoint::KIND_AREA_NOT_ASSESSED);
  EXPECT_TRUE(points[0].blocks());
  EXPECT_FALSE(points[1].blocks());
}

TEST_F(AgendaTest, AMeetingThatIsOverHasNone) {
  const std::string meeting = OpenOne();
  ASSERT_TRUE(world_.Close(meeting).ok());
  v1::GetAgendaRequest request;
  request.set_name(meeting);
  v1::GetAgendaResponse response;
  EXPECT_EQ(
      ReasonOf(GetAgenda(request, world_.picture(), world_.AudienceFor("landlord"), &response)),
      v1::ERROR_REASON_WRONG_STATE);
}

}  // namespace
}  // namespace samsyn::domain
