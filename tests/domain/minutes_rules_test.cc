// R11: minutes are kept as the meeting was, approved, immutable, corrected by new editions; each
// part for whom its source is now.
#include "server/domain/minutes_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/access_rules.h"
#include "server/domain/minutes.h"
#include "tests/domain/sharing.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::samsyn::testing::kMunicipality;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Request = v1::GetMinutesRequest;

class MinutesRulesTest : public ::testing::Test {
 protected:
  MinutesRulesTest() : meeting_(world_.Schedule()) {
    EXPECT_TRUE(world_.Open(meeting_).ok());
    EXPECT_TRUE(world_.Join(meeting_, "police").ok());
    problem_ = world_.State("police");
    deployment_ = world_.Propose("police", problem_);
  }
  void DecideAndClose() {
    EXPECT_TRUE(world_.Commit("dispatcher", deployment_, "vardar").ok());
    EXPECT_TRUE(world_.Decide(deployment_).ok());
    v1::SetPrioritiesRequest order;
    order.set_name(meeting_);
    order.add_problems(problem_);
    EXPECT_TRUE(world_.Do("chair", order, SetPriorities).ok());
    v1::AssessAreasRequest assess;
    assess.set_name(meeting_);
    assess.add_levels()->set_area(AreaName("vega"));
    assess.mutable_levels(0)->set_level(v1::AREA_LEVEL_YELLOW);
    EXPECT_TRUE(world_.Do("chair", assess, AssessAreas).ok());
    EXPECT_TRUE(world_.Close(meeting_).ok());
  }
  absl::Status Ask(absl::string_view member, v1::GetMinutesResponse* response, int edition = 0,
                   Request::Rendition rendition = Request::RENDITION_UNSPECIFIED) {
    Request request;
    request.set_name(meeting_);
    request.set_edition(edition);
    request.set_rendition(rendition);
    return GetMinutes(request, world_.picture(), world_.AudienceFor(member), response);
  }
  v1::GetMinutesResponse Minutes(absl::string_view member, int edition = 0,
                                 Request::Rendition rendition = Request::RENDITION_UNSPECIFIED) {
    v1::GetMinutesResponse response;
    EXPECT_TRUE(Ask(member, &response, edition, rendition).ok());
    return response;
  }
  absl::Status Approve(absl::string_view member, const std::string& digest = "") {
    v1::ApproveMinutesRequest request;
    request.set_name(meeting_);
    request.set_digest(digest);
    return world_.Do(member, request, ApproveMinutes);
  }
  absl::Status Correct(absl::string_view member, const std::string& correction) {
    v1::ReviseMinutesRequest request;
    request.set_name(meeting_);
    request.set_correction(correction);
    return world_.Do(member, request, ReviseMinutes);
  }
  absl::Status Classify(const std::string& entity, v1::ReleaseClass release_class) {
    v1::SetClassRequest request;
    request.set_name(entity);
    request.set_release_class(release_class);
    request.set_reason("Prövat igen");
    return world_.Do("police", request, SetClass);
  }

  Evening world_;
  const std::string meeting_;
  std::string problem_, deployment_;
};

TEST_F(MinutesRulesTest, R11TheySayWhatWasWhenTheMeetingClosed) {
  DecideAndClose();
  const auto before = Minutes("landlord");
  EXPECT_EQ(before.edition(), 1);
  EXPECT_EQ(before.state(), v1::Minutes::STATE_DRAFT);
  EXPECT_FALSE(before.draft());
  v1::UpdateProblemRequest update;
  *update.mutable_problem() = world_.Now<v1::Problem>(problem_);
  update.mutable_problem()->set_statement("Något helt annat");
  ASSERT_TRUE(world_.Do("chair", update, UpdateProblem).ok());
  ASSERT_TRUE(
      world_
          .Revise("chair", deployment_, [](v1::Deployment& one) { one.set_aim("En annan kväll"); })
          .ok());
  v1::SetNightLeadRequest lead;
  lead.set_name(meeting_);
  lead.mutable_night_lead()->set_member(samsyn::testing::MemberName("police"));
  lead.mutable_night_lead()->set_phone("070-174 06 05");
  *lead.mutable_night_lead()->mutable_window()->mutable_start_time() = TimestampOf(world_.now());
  *lead.mutable_night_lead()->mutable_window()->mutable_end_time() =
      TimestampOf(world_.now() + absl::Hours(8));
  ASSERT_TRUE(world_.Do("chair", lead, SetNightLead).ok());
  world_.Advance(absl::Hours(24));
  const auto after = Minutes("landlord");
  EXPECT_EQ(after.markdown(), before.markdown());
  EXPECT_EQ(after.html(), before.html());
  EXPECT_EQ(after.digest(), before.digest());
  EXPECT_THAT(after.markdown(), HasSubstr("Lugn kväll"));
  ASSERT_THAT(after.decisions(), SizeIs(1));
  EXPECT_EQ(after.decisions(0).state(), v1::Deployment::STATE_DECIDED);
  EXPECT_FALSE(after.meeting().has_night_lead());
}

TEST_F(MinutesRulesTest, R11ApprovedTheyNeverChangeAndACorrectionCitesTheEditionBefore) {
  EXPECT_EQ(ReasonOf(Approve("chair")), v1::ERROR_REASON_WRONG_STATE);
  DecideAndClose();
  EXPECT_EQ(ReasonOf(Approve("police")), v1::ERROR_REASON_ROLE_MISSING);
  ASSERT_TRUE(Approve("coordinator", Minutes("coordinator").digest()).ok());
  EXPECT_EQ(world_.Result<v1::Meeting>().phase(), v1::Meeting::PHASE_APPROVED);
  const auto first = Minutes("landlord");
  EXPECT_EQ(first.state(), v1::Minutes::STATE_APPROVED);
  EXPECT_EQ(ReasonOf(Approve("chair")), v1::ERROR_REASON_WRONG_STATE);
  EXPECT_EQ(ReasonOf(Correct("police", "Fel")), v1::ERROR_REASON_ROLE_MISSING);
  world_.Advance(absl::Hours(1));
  ASSERT_TRUE(Correct("secretary", "Det var Vega, inte Jordbro").ok());
  const auto second = Minutes("landlord");
  EXPECT_EQ(second.edition(), 2);
  EXPECT_EQ(second.state(), v1::Minutes::STATE_DRAFT);
  EXPECT_NE(second.digest(), first.digest());
  EXPECT_THAT(second.markdown(),
              HasSubstr(absl::StrCat("- **Utgåva 2** rättar utgåva 1 (SHA-256 ", first.digest(),
                                     "): Det var Vega, inte Jordbro\n")));
  const auto again = Minutes("landlord", 1);
  EXPECT_EQ(again.markdown(), first.markdown());
  EXPECT_EQ(again.digest(), first.digest());
  EXPECT_THAT(second.editions(), SizeIs(2));
  ASSERT_TRUE(Approve("chair").ok());
  EXPECT_EQ(Minutes("landlord").state(), v1::Minutes::STATE_APPROVED);
  v1::GetMinutesResponse none;
  EXPECT_EQ(ReasonOf(Ask("landlord", &none, 3)), v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(MinutesRulesTest, R11WhoApprovesWhatItHasNotReadIsStopped) {
  DecideAndClose();
  const std::string read = Minutes("chair").digest();
  ASSERT_TRUE(Correct("secretary", "Det var Vega").ok());
  EXPECT_EQ(ReasonOf(Approve("chair", read)), v1::ERROR_REASON_ETAG_MISMATCH);
  EXPECT_TRUE(Approve("chair", Minutes("chair").digest()).ok());
}

TEST_F(MinutesRulesTest, R11APartThatIsNotWhatWasApprovedIsNoticed) {
  DecideAndClose();
  ASSERT_TRUE(Approve("chair").ok());
  for (const auto& kept : world_.picture().All<v1::MinutesItem>()) {
    if (!kept->has_problem()) continue;
    v1::MinutesItem other = *kept;
    other.mutable_problem()->set_statement("Det här sade ingen");
    world_.Put(std::move(other));
  }
  v1::GetMinutesResponse response;
  EXPECT_EQ(Ask("landlord", &response).code(), absl::StatusCode::kDataLoss);
}

TEST_F(MinutesRulesTest, R6APartIsForWhomItsSourceIsNow) {
  DecideAndClose();
  const auto before = Minutes("landlord");
  EXPECT_THAT(before.problems(), SizeIs(1));
  ASSERT_TRUE(Classify(problem_, v1::RELEASE_CLASS_AUTHORITY).ok());
  const auto after = Minutes("landlord");
  EXPECT_THAT(after.problems(), IsEmpty());
  EXPECT_THAT(after.meeting().priorities(), IsEmpty());
  ASSERT_THAT(after.decisions(), SizeIs(1));
  EXPECT_EQ(after.decisions(0).problem(), "");
  EXPECT_THAT(after.DebugString(), Not(HasSubstr(problem_)));
  EXPECT_THAT(after.DebugString(), Not(HasSubstr("Buskörning")));
  EXPECT_NE(after.digest(), before.digest());
  // Whoever still sees it is told the same as before, and the same as a sum.
  EXPECT_THAT(Minutes("reporter").problems(), SizeIs(1));
  ASSERT_TRUE(Classify(deployment_, v1::RELEASE_CLASS_AUTHORITY).ok());
  EXPECT_THAT(Minutes("landlord").decisions(), IsEmpty());
}

TEST_F(MinutesRulesTest, R6WhatASharingLeavesOutTheMinutesLeaveOutToo) {
  DecideAndClose();
  ASSERT_TRUE(Classify(problem_, v1::RELEASE_CLASS_RESTRICTED).ok());
  EXPECT_THAT(Minutes("landlord").problems(), IsEmpty());
  ASSERT_TRUE(samsyn::testing::Share(
                  world_, "police",
                  {.entity = problem_, .with = {"bostader"}, .withheld = {v1::WITHHELD_TEXT}})
                  .ok());
  const auto part = Minutes("landlord");
  ASSERT_THAT(part.problems(), SizeIs(1));
  EXPECT_EQ(part.problems(0).statement(), "");
  EXPECT_THAT(part.problems(0).release().withheld(), ElementsAre(v1::WITHHELD_TEXT));
  EXPECT_THAT(part.markdown(), Not(HasSubstr("Buskörning")));
  EXPECT_EQ(part.decisions(0).problem(), problem_);
}

TEST_F(MinutesRulesTest, R6TheSumIsOfWhatTheReaderSeesAndLastsAsLongAsItSeesIt) {
  DecideAndClose();
  const std::string reporter = Minutes("reporter").digest();
  EXPECT_NE(Minutes("dispatcher").digest(), Minutes("landlord").digest());
  ASSERT_TRUE(Classify(problem_, v1::RELEASE_CLASS_AUTHORITY).ok());
  EXPECT_EQ(Minutes("reporter").digest(), reporter);
  ASSERT_TRUE(Approve("chair").ok());
}

TEST_F(MinutesRulesTest, R6NobodySeesThePartsAsSuchNorTheSumOfAllOfThem) {
  DecideAndClose();
  const auto minutes = world_.ShownTo("landlord", MinutesName(meeting_, 1));
  ASSERT_NE(minutes, nullptr);
  EXPECT_THAT(minutes->minutes().digest(), IsEmpty());
  EXPECT_THAT(world_.Now<v1::Minutes>(MinutesName(meeting_, 1)).digest(), SizeIs(64));
  int parts = 0;
  for (const auto& kept : world_.picture().All<v1::MinutesItem>()) {
    ++parts;
    for (const char* member : {"chair", "coordinator", "police", "landlord", "screen"}) {
      EXPECT_FALSE(world_.Sees(member, kept->name())) << member;
    }
  }
  EXPECT_EQ(parts, 3);
}

TEST_F(MinutesRulesTest, R6PublishedIsWhatIsPublicAlone) {
  DecideAndClose();
  v1::GetMinutesResponse response;
  EXPECT_EQ(ReasonOf(Ask("chair", &response, 0, Request::RENDITION_OPEN)),
            v1::ERROR_REASON_WRONG_STATE);
  ASSERT_TRUE(Approve("chair").ok());
  ASSERT_TRUE(Correct("secretary", "Det var Vega").ok());
  const auto open = Minutes("chair", 0, Request::RENDITION_OPEN);
  EXPECT_EQ(open.edition(), 1);
  EXPECT_EQ(open.release_class(), v1::RELEASE_CLASS_PUBLIC);
  EXPECT_THAT(open.markdown(), HasSubstr("Haninge · 2026-11-27"));
  EXPECT_THAT(open.markdown(), HasSubstr("- Godkända: 2026-11-27\n"));
  for (const std::string& hidden :
       {std::string("Buskörning"), problem_, deployment_, std::string("polisen"),
        std::string("Det var Vega"), std::string("kommun:")}) {
    EXPECT_THAT(open.DebugString(), Not(HasSubstr(hidden)));
  }
  ASSERT_TRUE(Classify(deployment_, v1::RELEASE_CLASS_PUBLIC).ok());
  const auto wider = Minutes("chair", 0, Request::RENDITION_OPEN);
  ASSERT_THAT(wider.decisions(), SizeIs(1));
  EXPECT_EQ(wider.decisions(0).problem(), "");
  EXPECT_THAT(wider.decisions(0).commitments(), IsEmpty());
  EXPECT_THAT(wider.markdown(), HasSubstr("Lugn kväll"));
}

TEST_F(MinutesRulesTest, TheLetterSaysTheSameToEverybody) {
  const std::string secret = world_.Propose("police", problem_, v1::Deployment::KIND_CAMERA);
  ASSERT_TRUE(world_.Decide(secret).ok());
  DecideAndClose();
  const auto letter = Minutes("police", 0, Request::RENDITION_LETTER);
  EXPECT_EQ(letter.markdown(), Minutes("landlord", 0, Request::RENDITION_LETTER).markdown());
  EXPECT_EQ(letter.release_class(), v1::RELEASE_CLASS_PARTNER);
  EXPECT_THAT(letter.decisions(), SizeIs(1));
  EXPECT_THAT(letter.markdown(), HasSubstr("# Veckobrev efter utsättningsmötet 2026-11-27\n"));
  EXPECT_THAT(letter.markdown(), HasSubstr("| vega | förhöjt |"));
  EXPECT_THAT(letter.markdown(), HasSubstr("kommun: bekräftad"));
  EXPECT_THAT(letter.markdown(), Not(HasSubstr("Laget runt")));
}

TEST_F(MinutesRulesTest, AMeetingClosedBeforeMinutesWereKeptGetsItsFirstEditionWhenApproved) {
  DecideAndClose();
  // As an older program left it.
  v1::Meeting old = world_.Now<v1::Meeting>(meeting_);
  old.clear_minutes_edition();
  world_.Put(old);
  for (const auto& kept : world_.picture().All<v1::MinutesItem>()) {
    v1::MinutesItem none;
    none.set_name(kept->name());
    world_.Put(std::move(none));
  }
  EXPECT_EQ(Minutes("landlord").edition(), 0);
  EXPECT_THAT(Minutes("landlord").decisions(), SizeIs(1));
  EXPECT_TRUE(Approve("chair").ok());
  EXPECT_EQ(Minutes("landlord").edition(), 1);
  EXPECT_THAT(Minutes("landlord").decisions(), SizeIs(1));
}

}  // namespace
}  // namespace samsyn::domain
