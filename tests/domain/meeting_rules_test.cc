#include "server/domain/meeting_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/policy.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::MemberName;
using ::samsyn::testing::OrganisationName;
using ::testing::ElementsAre;

class MeetingRulesTest : public ::testing::Test {
 protected:
  std::string OpenOne() {
    const std::string meeting = world_.Schedule();
    EXPECT_TRUE(world_.Open(meeting).ok());
    return meeting;
  }
  absl::Status Say(absl::string_view member, const std::string& meeting,
                   absl::string_view on_behalf_of = "",
                   v1::ReleaseClass release = v1::RELEASE_CLASS_UNSPECIFIED) {
    v1::AddRoundEntryRequest request;
    request.set_name(meeting);
    request.mutable_entry()->set_kind(v1::RoundEntry::KIND_SAID);
    request.mutable_entry()->set_text("Två natter med buskörning");
    request.mutable_entry()->mutable_release()->set_release_class(release);
    if (!on_behalf_of.empty()) request.set_on_behalf_of(OrganisationName(on_behalf_of));
    return world_.Do(member, request, AddRoundEntry);
  }
  absl::Status Assess(const std::string& meeting, absl::string_view area, v1::AreaLevel level,
                      absl::string_view reason,
                      v1::ReleaseClass release = v1::RELEASE_CLASS_UNSPECIFIED) {
    v1::AssessAreasRequest request;
    request.set_name(meeting);
    auto* one = request.add_levels();
    one->set_area(AreaName(area));
    one->set_level(level);
    one->set_reason(std::string(reason));
    one->set_reason_class(release);
    return world_.Do("chair", request, AssessAreas);
  }
  absl::Status Lead(absl::string_view by, const std::string& meeting, absl::string_view member) {
    v1::SetNightLeadRequest request;
    request.set_name(meeting);
    request.mutable_night_lead()->set_member(MemberName(member));
    request.mutable_night_lead()->set_phone("070-174 06 05");
    auto& window = *request.mutable_night_lead()->mutable_window();
    *window.mutable_start_time() = TimestampOf(world_.now());
    *window.mutable_end_time() = TimestampOf(world_.now() + absl::Hours(8));
    return world_.Do(by, request, SetNightLead);
  }

  Evening world_;
};

TEST_F(MeetingRulesTest, ItIsNamedByItsLocalDateAndASecondOneGetsANumber) {
  v1::ScheduleMeetingRequest request;
  // 00:30 on the 28th in Stockholm is still the 27th in UTC.
  *request.mutable_meeting()->mutable_scheduled_time() =
      TimestampOf(absl::FromCivil(absl::CivilSecond(2026, 11, 27, 23, 30), absl::UTCTimeZone()));
  ASSERT_TRUE(world_.Do("secretary", request, ScheduleMeeting).ok());
  EXPECT_EQ(world_.results().front(), absl::StrCat(kMunicipality, "/meetings/2026-11-28"));
  ASSERT_TRUE(world_.Do("secretary", request, ScheduleMeeting).ok());
  EXPECT_EQ(world_.results().front(), absl::StrCat(kMunicipality, "/meetings/2026-11-28-2"));
  EXPECT_EQ(ReasonOf(world_.Do("police", request, ScheduleMeeting)), v1::ERROR_REASON_ROLE_MISSING);
}

TEST_F(MeetingRulesTest, WhoOpensItIsChairAndPresentAndOnlyOneIsOpen) {
  const std::string first = world_.Schedule(), second = world_.Schedule();
  ASSERT_TRUE(world_.Open(first).ok());
  const auto meeting = world_.Now<v1::Meeting>(first);
  EXPECT_EQ(meeting.chair(), MemberName("chair"));
  EXPECT_THAT(meeting.attending_organisations(), ElementsAre(OrganisationName("kommun")));
  EXPECT_EQ(ReasonOf(world_.Open(second)), v1::ERROR_REASON_MEETING_NOT_OPEN);
  EXPECT_EQ(ReasonOf(world_.Open(first)), v1::ERROR_REASON_WRONG_STATE);
  ASSERT_TRUE(world_.Close(first).ok());
  ASSERT_TRUE(world_.Open(second).ok());
  EXPECT_EQ(world_.Now<v1::Meeting>(second).previous_meeting(), first);
}

TEST_F(MeetingRulesTest, OnlyAPlannedMeetingIsCancelled) {
  v1::CancelMeetingRequest request;
  request.set_name(world_.Schedule());
  EXPECT_EQ(ReasonOf(world_.Do("secretary", request, CancelMeeting)),
            v1::ERROR_REASON_ROLE_MISSING);
  ASSERT_TRUE(world_.Do("coordinator", request, CancelMeeting).ok());
  EXPECT_EQ(ReasonOf(world_.Do("coordinator", request, CancelMeeting)),
            v1::ERROR_REASON_WRONG_STATE);
}

TEST_F(MeetingRulesTest, ItMovesForthAndBackButNotToItsEnd) {
  v1::AdvanceMeetingRequest request;
  request.set_name(OpenOne());
  for (const auto phase : {v1::Meeting::PHASE_DECISIONS, v1::Meeting::PHASE_ROUND}) {
    request.set_phase(phase);
    ASSERT_TRUE(world_.Do("secretary", request, AdvanceMeeting).ok());
    EXPECT_EQ(world_.Result<v1::Meeting>().phase(), phase);
  }
  request.set_phase(v1::Meeting::PHASE_CLOSED);
  EXPECT_EQ(ReasonOf(world_.Do("chair", request, AdvanceMeeting)), v1::ERROR_REASON_INVALID_FIELDS);
  request.set_phase(v1::Meeting::PHASE_ROUND);
  EXPECT_EQ(ReasonOf(world_.Do("police", request, AdvanceMeeting)), v1::ERROR_REASON_ROLE_MISSING);
}

TEST_F(MeetingRulesTest, TheChairChangesHands) {
  const std::string meeting = OpenOne();
  v1::TakeChairRequest request;
  request.set_name(meeting);
  EXPECT_EQ(ReasonOf(world_.Do("police", request, TakeChair)), v1::ERROR_REASON_ROLE_MISSING);
  ASSERT_TRUE(world_.Do("coordinator", request, TakeChair).ok());
  EXPECT_EQ(ReasonOf(world_.Close(meeting)), v1::ERROR_REASON_ROLE_MISSING);
}

TEST_F(MeetingRulesTest, R1WhatWasSaidAloudNeedsAnOpenMeetingAPresentSpeakerAndTheChair) {
  const std::string meeting = OpenOne();
  EXPECT_EQ(ReasonOf(Say("chair", meeting, "polisen")), v1::ERROR_REASON_NOT_PRESENT);
  ASSERT_TRUE(world_.Join(meeting, "police").ok());
  EXPECT_EQ(ReasonOf(Say("landlord", meeting, "polisen")), v1::ERROR_REASON_ROLE_MISSING);
  ASSERT_TRUE(Say("secretary", meeting, "polisen").ok());
  const auto entry = world_.Result<v1::RoundEntry>();
  EXPECT_EQ(entry.organisation(), OrganisationName("polisen"));
  EXPECT_EQ(entry.recorded_by(), MemberName("secretary"));
  EXPECT_EQ(entry.owner(), OrganisationName("kommun"));
  ASSERT_TRUE(world_.Close(meeting).ok());
  EXPECT_EQ(ReasonOf(Say("police", meeting)), v1::ERROR_REASON_MEETING_NOT_OPEN);
}

TEST_F(MeetingRulesTest, R6WhatIsSaidToFewerIsTheSpeakersOwn) {
  const std::string meeting = OpenOne();
  ASSERT_TRUE(Say("police", meeting, "", v1::RELEASE_CLASS_RESTRICTED).ok());
  const std::string entry = world_.results().front();
  EXPECT_EQ(world_.Now<v1::RoundEntry>(entry).owner(), OrganisationName("polisen"));
  EXPECT_FALSE(world_.Sees("coordinator", entry));
  EXPECT_TRUE(world_.Sees("officer", entry));
}

TEST_F(MeetingRulesTest, OralInformationCarriesNoText) {
  v1::AddRoundEntryRequest request;
  request.set_name(OpenOne());
  request.mutable_entry()->set_kind(v1::RoundEntry::KIND_ORAL);
  request.mutable_entry()->set_text("hemligt");
  EXPECT_EQ(ReasonOf(world_.Do("police", request, AddRoundEntry)), v1::ERROR_REASON_INVALID_FIELDS);
  request.mutable_entry()->clear_text();
  EXPECT_TRUE(world_.Do("police", request, AddRoundEntry).ok());
}

TEST_F(MeetingRulesTest, AChangedLevelNeedsAReasonAndTheRestIsOneAction) {
  const std::string before = OpenOne();
  ASSERT_TRUE(Assess(before, "jordbro", v1::AREA_LEVEL_YELLOW, "").ok());
  ASSERT_TRUE(world_.Close(before).ok());
  const std::string meeting = OpenOne();
  EXPECT_EQ(ReasonOf(Assess(meeting, "jordbro", v1::AREA_LEVEL_RED, "")),
            v1::ERROR_REASON_INVALID_FIELDS);
  ASSERT_TRUE(Assess(meeting, "vega", v1::AREA_LEVEL_GREEN, "").ok());
  v1::AssessAreasRequest rest;
  rest.set_name(meeting);
  rest.set_unchanged_for_the_rest(true);
  ASSERT_TRUE(world_.Do("secretary", rest, AssessAreas).ok());
  EXPECT_THAT(world_.results(),
              ElementsAre(meeting, absl::StrCat(meeting, "/assessments/brandbergen"),
                          absl::StrCat(meeting, "/assessments/jordbro")));
  const auto jordbro = world_.Now<v1::AreaAssessment>(world_.results().back());
  EXPECT_EQ(jordbro.level(), v1::AREA_LEVEL_YELLOW);
  EXPECT_EQ(jordbro.previous_level(), v1::AREA_LEVEL_YELLOW);
}

TEST_F(MeetingRulesTest, R6AHiddenLevelIsNotToldByTheNextOne) {
  const std::string before = OpenOne();
  ASSERT_TRUE(
      Assess(before, "jordbro", v1::AREA_LEVEL_RED, "tips", v1::RELEASE_CLASS_RESTRICTED).ok());
  EXPECT_FALSE(world_.Sees("police", world_.results().back()));
  ASSERT_TRUE(world_.Close(before).ok());
  const std::string meeting = OpenOne();
  ASSERT_TRUE(Assess(meeting, "jordbro", v1::AREA_LEVEL_GREEN, "lugnt").ok());
  EXPECT_EQ(world_.Now<v1::AreaAssessment>(world_.results().back()).previous_level(),
            v1::AREA_LEVEL_UNKNOWN);
}

TEST_F(MeetingRulesTest, R6APriorityThatTheChairDoesNotSeeKeepsItsPlace) {
  const std::string meeting = OpenOne();
  const std::string open = world_.State("landlord");
  const std::string hidden = world_.State("police", v1::RELEASE_CLASS_RESTRICTED);
  v1::SetPrioritiesRequest request;
  request.set_name(meeting);
  request.add_problems(hidden);
  EXPECT_EQ(ReasonOf(world_.Do("chair", request, SetPriorities)), v1::ERROR_REASON_NOT_FOUND);
  world_.AddMember("policechair", "polisen", {v1::ROLE_SECRETARY});
  ASSERT_TRUE(world_.Do("policechair", request, SetPriorities).ok());
  request.set_problems(0, open);
  ASSERT_TRUE(world_.Do("chair", request, SetPriorities).ok());
  EXPECT_THAT(world_.ShownTo("police", meeting)->meeting().priorities(), ElementsAre(open, hidden));
  EXPECT_THAT(world_.ShownTo("landlord", meeting)->meeting().priorities(), ElementsAre(open));
}

TEST_F(MeetingRulesTest, TheNightLeadIsNamedUntilTheWindowIsOver) {
  const std::string meeting = world_.Schedule();
  EXPECT_EQ(ReasonOf(Lead("coordinator", meeting, "police")), v1::ERROR_REASON_MEETING_NOT_OPEN);
  ASSERT_TRUE(world_.Open(meeting).ok());
  EXPECT_EQ(ReasonOf(Lead("chair", meeting, "nobody")), v1::ERROR_REASON_NOT_FOUND);
  ASSERT_TRUE(Lead("chair", meeting, "police").ok());
  EXPECT_TRUE(LeadsNight(world_.picture(), MemberName("police"), false));
  EXPECT_FALSE(LeadsNight(world_.picture(), MemberName("coordinator"), true));
}

}  // namespace
}  // namespace samsyn::domain
