// The log of a night: what stands in it, in which order, for whom.
#include "server/domain/night_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/assignment_rules.h"
#include "server/domain/debrief_rules.h"
#include "server/domain/refusal.h"
#include "tests/domain/sharing.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using testing::AreaName;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::Evening;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kMunicipality;
using ::testing::Not;
using testing::OrganisationName;
using testing::Share;
using A = v1::Assignment;

class NightLogTest : public ::testing::Test {
 protected:
  v1::GetLogResponse For(absl::string_view member, const std::string& deployment = "") {
    v1::GetLogRequest request;
    request.set_municipality(kMunicipality);
    request.set_deployment(deployment);
    v1::GetLogResponse response;
    EXPECT_TRUE(
        GetLog(request, world_.picture(), world_.AudienceFor(member), world_.now(), &response)
            .ok());
    return response;
  }
  std::vector<std::string> Texts(absl::string_view member, const std::string& deployment = "") {
    std::vector<std::string> texts;
    const v1::GetLogResponse log = For(member, deployment);
    for (const v1::LogEntry& entry : log.entries()) texts.push_back(entry.text());
    return texts;
  }
  v1::DeviceStamp Stamp(const std::string& name, absl::Duration ago = absl::ZeroDuration()) {
    v1::DeviceStamp stamp;
    stamp.set_operation_id(MadeId("log", absl::StrCat(world_.revision()), 0));
    *stamp.mutable_device_time() = TimestampOf(world_.now() - ago);
    stamp.set_definition_version(world_.Now<A>(name).definition_version());
    stamp.set_status_version(world_.Now<A>(name).status_version());
    return stamp;
  }
  void Report(absl::string_view member, const std::string& name, A::State state,
              absl::Duration ago = absl::ZeroDuration()) {
    v1::UpdateAssignmentRequest request;
    request.set_name(name);
    request.set_state(state);
    *request.mutable_stamp() = Stamp(name, ago);
    ASSERT_TRUE(world_.Do(member, request, UpdateAssignment).ok());
  }
  void Note(const std::string& name, absl::string_view text) {
    v1::AddFieldUpdateRequest note;
    note.set_name(name);
    note.set_text(std::string(text));
    *note.mutable_stamp() = Stamp(name);
    ASSERT_TRUE(world_.Do("anna", note, AddFieldUpdate).ok());
  }
  // A night of the unit vardar; its assignment.
  std::string Night() {
    const std::string name = world_.Offered();
    world_.Advance(absl::Minutes(16));
    v1::AcknowledgeAssignmentRequest accept;
    accept.set_name(name);
    accept.set_answer(v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED);
    *accept.mutable_stamp() = Stamp(name);
    EXPECT_TRUE(world_.Do("dispatcher", accept, AcknowledgeAssignment).ok());
    world_.Advance(absl::Minutes(54));
    Report("anna", name, A::STATE_ON_SCENE, absl::Minutes(10));
    world_.Advance(absl::Minutes(10));
    Note(name, "Två mopeder vid gångtunneln");
    world_.Advance(absl::Minutes(10));
    Report("anna", name, A::STATE_DONE);
    world_.Advance(absl::Minutes(1));
    v1::DebriefAssignmentRequest debrief;
    debrief.set_name(name);
    debrief.mutable_debrief()->set_result(v1::Debrief::RESULT_AS_PLANNED);
    debrief.mutable_debrief()->set_mood(v1::Debrief::MOOD_CALM);
    debrief.mutable_debrief()->set_text("Lugnt efter nio");
    EXPECT_TRUE(world_.Do("anna", debrief, DebriefAssignment).ok());
    return name;
  }

  Evening world_;
};

TEST_F(NightLogTest, TellsTheNightInOrderOfTime) {
  const std::string name = Night();
  const auto log = For("coordinator");
  const std::string what = "synlig närvaro, brandbergen, fre 18:00–20:00";
  std::vector<std::string> texts;
  for (const v1::LogEntry& entry : log.entries()) texts.push_back(entry.text());
  EXPECT_THAT(texts,
              ElementsAre(absl::StrCat("Insats föreslagen: ", what),
                          absl::StrCat("vardar ställer upp: ", what),
                          absl::StrCat("Insats överenskommen: ", what, ": Lugn kväll"),
                          "vardar: skickat, brandbergen, fre 18:00–20:00",
                          "vardar: obesvarat, enhetsansvarig och kvällsansvarig larmade",
                          "vardar: kvitterat (via telefon/radio), svarade sent", "vardar: på plats",
                          "vardar: Två mopeder vid gångtunneln", "vardar: klart",
                          "vardar: avrapportering, som planerat, lugnt: Lugnt efter nio"));
  EXPECT_EQ(log.entries(3).source(), name);
  EXPECT_EQ(log.entries(3).organisation(), OrganisationName("kommun"));
  EXPECT_EQ(log.entries(4).organisation(), "") << "the clock's";
  EXPECT_EQ(TimeOf(log.entries(6).record_time()) - TimeOf(log.entries(6).time()), absl::Minutes(10))
      << "by the device, and when it came";
  EXPECT_FALSE(log.entries(8).has_record_time());
  EXPECT_EQ(log.release_class(), v1::RELEASE_CLASS_RESTRICTED);
  EXPECT_THAT(log.markdown(), HasSubstr("Namngivna"));
  EXPECT_THAT(log.markdown(), HasSubstr("| fre 18:00 (inkom 18:10) | kommun | vardar: på plats |"));
  EXPECT_THAT(log.html(), HasSubstr("Två mopeder"));
  for (const char* person : {"Person anna", "Person dispatcher", "members/"}) {
    EXPECT_THAT(log.markdown(), Not(HasSubstr(person)));
  }
}

TEST_F(NightLogTest, WhyItEndedAndWhatCameTooLate) {
  const std::string name = world_.Offered();
  const v1::DeviceStamp old = Stamp(name);
  Report("anna", name, A::STATE_ON_SCENE);
  v1::UpdateAssignmentRequest late;
  late.set_name(name);
  late.set_state(A::STATE_EN_ROUTE);
  *late.mutable_stamp() = old;
  late.mutable_stamp()->set_operation_id(MadeId("log", "late", 0));
  ASSERT_TRUE(world_.Do("bo", late, UpdateAssignment).ok());
  v1::UpdateAssignmentRequest no;
  no.set_name(name);
  no.set_state(A::STATE_NOT_DONE);
  no.set_reason("Bilen står still");
  *no.mutable_stamp() = Stamp(name);
  ASSERT_TRUE(world_.Do("anna", no, UpdateAssignment).ok());
  const auto texts = Texts("coordinator");
  EXPECT_THAT(texts, Contains("vardar: ej utfört: Bilen står still"));
  EXPECT_THAT(texts, Contains("vardar: ”på väg” kom för sent och gäller inte"));
  EXPECT_THAT(texts, Not(Contains("vardar: Bilen står still"))) << "once";
}

TEST_F(NightLogTest, ReportsThatWereAcceptedAndMeetings) {
  v1::Report report;
  report.set_name(absl::StrCat(kMunicipality, "/reports/", MadeId("log", "report", 0)));
  report.set_owner(OrganisationName("bostader"));
  report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  report.set_state(v1::Report::STATE_SUBMITTED);
  report.set_area(AreaName("jordbro"));
  report.set_text("Krossade rutor");
  *report.mutable_occurred_time() = TimestampOf(world_.now());
  world_.Put(report);
  EXPECT_THAT(Texts("coordinator"), IsEmpty()) << "nobody has looked at it";
  report.set_state(v1::Report::STATE_ACCEPTED);
  world_.Put(report);
  EXPECT_THAT(Texts("coordinator"), ElementsAre("Rapport, jordbro: Krossade rutor"));
  world_.Advance(absl::Minutes(1));
  ASSERT_TRUE(world_.Open(world_.Schedule()).ok());
  EXPECT_THAT(Texts("coordinator"),
              ElementsAre("Rapport, jordbro: Krossade rutor", "Utsättningsmötet öppnades"));
}

TEST_F(NightLogTest, OfOneDeploymentOnlyWhatBelongsToIt) {
  const std::string name = Night();
  const std::string deployment = world_.Now<A>(name).deployment();
  const std::string other = world_.Propose("chair", world_.State("reporter"));
  EXPECT_EQ(Texts("coordinator", deployment).size(), 10u);
  EXPECT_EQ(Texts("coordinator", other).size(), 1u);
  EXPECT_EQ(Texts("coordinator").size(), 11u);
}

TEST_F(NightLogTest, FromNoonToNoonOnTheWall) {
  Night();
  world_.Advance(absl::Hours(17));  // Saturday 11:31
  EXPECT_THAT(Texts("coordinator"), Not(IsEmpty()));
  world_.Advance(absl::Hours(1));
  EXPECT_THAT(Texts("coordinator"), IsEmpty());
}

TEST_F(NightLogTest, R6OthersAreNotToldWhatTheUnitDid) {
  const std::string name = Night();
  const auto log = For("landlord");
  ASSERT_EQ(log.entries_size(), 3);
  EXPECT_THAT(Texts("landlord"),
              Contains("Aktören ställer upp: synlig närvaro, brandbergen, fre 18:00–20:00"));
  EXPECT_EQ(log.release_class(), v1::RELEASE_CLASS_PARTNER);
  EXPECT_THAT(log.markdown(), Not(HasSubstr("vardar")));
  ASSERT_TRUE(Share(world_, "dispatcher", {name, {"bostader"}, {v1::WITHHELD_TEXT}}).ok());
  const auto texts = Texts("landlord");
  EXPECT_THAT(texts, Contains("vardar: avrapportering, som planerat, lugnt"));
  EXPECT_THAT(texts, Not(Contains(HasSubstr("Lugnt efter nio"))));
}

TEST_F(NightLogTest, R6WhatIsLeftOfAVersionWithoutItsTimesIsNoLog) {
  const std::string name = Night();
  ASSERT_TRUE(Share(world_, "dispatcher", {name, {"bostader"}, {v1::WITHHELD_TIME}}).ok());
  EXPECT_EQ(For("landlord").entries_size(), 3);
}

TEST_F(NightLogTest, TheLastOnesAndNoMoreThanAnAnswerHolds) {
  const std::string name = world_.Offered();
  Report("anna", name, A::STATE_ON_SCENE);
  const std::string words(4000, '&');
  for (int i = 0; i < 120; ++i) {
    world_.Advance(absl::Seconds(1));
    Note(name, absl::StrCat(i, " ", words));
  }
  const auto log = For("coordinator");
  EXPECT_LT(log.entries_size(), 110);
  EXPECT_THAT(log.entries(log.entries_size() - 1).text(), HasSubstr("119 &"));
  EXPECT_LT(log.ByteSizeLong(), 4u << 20);
}

TEST_F(NightLogTest, WhatIsNotThereIsNotFound) {
  v1::GetLogRequest request;
  request.set_municipality("municipalities/0192");
  v1::GetLogResponse none;
  const auto ask = [&](absl::string_view member) {
    return ReasonOf(
        GetLog(request, world_.picture(), world_.AudienceFor(member), world_.now(), &none));
  };
  EXPECT_EQ(ask("coordinator"), v1::ERROR_REASON_NOT_FOUND);
  request.set_municipality(kMunicipality);
  request.set_deployment(
      world_.Propose("police", world_.State("reporter"), v1::Deployment::KIND_CAMERA));
  EXPECT_EQ(ask("landlord"), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_TRUE(For("police", request.deployment()).entries_size() > 0);
}

}  // namespace
}  // namespace samsyn::domain
