// Rules of repairs: what begins with a report, who moves it on, and what cannot be.
#include "server/domain/repair_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "server/domain/access_rules.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::AreaName;
using testing::ContentWorld;
using ::testing::ElementsAre;
using testing::kAlarms;
using testing::MemberName;
using testing::OrganisationName;
using ::testing::UnorderedElementsAre;
using State = v1::Repair::State;

// brandbergen is the municipality's to answer for; the property in it the landlord's, with an
// entrance that says nobody.
class RepairWorld : public ContentWorld {
 public:
  RepairWorld() {
    Answer("brandbergen", "", v1::Area::KIND_DISTRICT, "kommunen");
    Answer("fast", "brandbergen", v1::Area::KIND_PROPERTY, "bostader");
    Answer("port", "fast", v1::Area::KIND_ENTRANCE, "");
  }
  void Answer(absl::string_view id, absl::string_view parent, v1::Area::Kind kind,
              absl::string_view responsible) {
    v1::Area area;
    area.set_name(AreaName(id));
    area.set_display_name(std::string(id));
    area.set_kind(kind);
    if (!parent.empty()) area.set_parent(AreaName(parent));
    if (!responsible.empty()) area.set_responsible_organisation(OrganisationName(responsible));
    Put(area);
  }
  v1::Report Defect(absl::string_view member, absl::string_view area,
                    v1::ReleaseClass release_class = v1::RELEASE_CLASS_PARTNER) {
    v1::SubmitReportRequest request = ReportOf(v1::CATEGORY_UNSAFE_ENVIRONMENT, "Trasig lampa");
    if (!area.empty()) request.mutable_report()->set_area(AreaName(area));
    request.mutable_report()->mutable_release()->set_release_class(release_class);
    return Submit(member, request);
  }
  static v1::UpdateRepairRequest To(const v1::Report& report, State state) {
    v1::UpdateRepairRequest request;
    request.set_name(report.name());
    request.set_state(state);
    if (state == v1::Repair::STATE_DECLINED) request.set_note("Rivs i vår.");
    return request;
  }
  v1::Repair RepairOf(const v1::Report& report) const {
    return Now<v1::Report>(report.name()).repair();
  }
};

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const Violation& violation : RefusalOf(status).violations) fields.push_back(violation.field);
  return fields;
}

TEST(Repair, BeginsWithTheReportAndWhoAnswersForThePlace) {
  RepairWorld world;
  const v1::Report at_entrance = world.Defect("polis", "port");
  EXPECT_EQ(at_entrance.repair().state(), v1::Repair::STATE_REPORTED);
  EXPECT_EQ(at_entrance.repair().responsible_organisation(), OrganisationName("bostader"));
  EXPECT_EQ(TimeOf(at_entrance.repair().open_time()), world.now());
  EXPECT_EQ(at_entrance.repair().open_time().seconds(), at_entrance.create_time().seconds());
  EXPECT_EQ(world.Defect("polis", "brandbergen").repair().responsible_organisation(),
            OrganisationName("kommunen"));
  EXPECT_EQ(world.Defect("polis", "").repair().responsible_organisation(), "");
  EXPECT_FALSE(world.Submit("polis", v1::CATEGORY_VANDALISM).has_repair());
}

TEST(Repair, FollowsWhatTheReportBecomes) {
  RepairWorld world;
  const v1::Report report = world.Defect("polis", "port");
  v1::AmendReportRequest amend;
  *amend.mutable_report() = report;
  amend.mutable_report()->clear_place();
  world.Advance(absl::Hours(30));
  ASSERT_TRUE(world.Do("polis", amend, AmendReport).ok());
  EXPECT_EQ(world.RepairOf(report).responsible_organisation(), OrganisationName("kommunen"));
  EXPECT_EQ(world.RepairOf(report).open_time().seconds(), report.create_time().seconds());
  // Once it is ordered, or somebody else was named, it stays with them.
  ASSERT_TRUE(
      world.Do("samordnare", RepairWorld::To(report, v1::Repair::STATE_ORDERED), UpdateRepair)
          .ok());
  *amend.mutable_report() = report;
  ASSERT_TRUE(world.Do("polis", amend, AmendReport).ok());
  EXPECT_EQ(world.RepairOf(report).responsible_organisation(), OrganisationName("kommunen"));
  EXPECT_EQ(world.RepairOf(report).state(), v1::Repair::STATE_ORDERED);
  // What is no defect has none; what becomes one is open since it was reported.
  amend.mutable_report()->set_kind(v1::Report::KIND_OBSERVATION);
  ASSERT_TRUE(world.Do("polis", amend, AmendReport).ok());
  EXPECT_FALSE(world.Now<v1::Report>(report.name()).has_repair());
  amend.mutable_report()->set_kind(v1::Report::KIND_PHYSICAL_DEFECT);
  ASSERT_TRUE(world.Do("polis", amend, AmendReport).ok());
  EXPECT_EQ(world.RepairOf(report).state(), v1::Repair::STATE_REPORTED);
  EXPECT_EQ(world.RepairOf(report).open_time().seconds(), report.create_time().seconds());
}

TEST(Repair, StaysWithItsReportWhenThatIsReviewedAndShared) {
  RepairWorld world;
  const v1::Report report = world.Defect("polis", "port");
  ASSERT_TRUE(
      world.Do("vard", RepairWorld::To(report, v1::Repair::STATE_ORDERED), UpdateRepair).ok());
  const std::string before = world.RepairOf(report).SerializeAsString();
  ASSERT_TRUE(world.Review("polis", report.name(), v1::ReviewReportRequest::VERDICT_ACCEPT).ok());
  v1::SetClassRequest narrower;
  narrower.set_name(report.name());
  narrower.set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  narrower.set_reason("x");
  ASSERT_TRUE(world.Do("polis", narrower, SetClass).ok());
  EXPECT_EQ(world.RepairOf(report).SerializeAsString(), before);
}

// From each state to each: what comes of it, or a refusal that names what would be allowed.
TEST(Repair, Transitions) {
  using R = v1::Repair;
  const struct {
    State from, to;
    const char* allowed;  // empty: it goes
  } table[] = {
      {R::STATE_REPORTED, R::STATE_REPORTED, ""},
      {R::STATE_REPORTED, R::STATE_ORDERED, ""},
      {R::STATE_REPORTED, R::STATE_FIXED, ""},
      {R::STATE_REPORTED, R::STATE_DECLINED, ""},
      {R::STATE_ORDERED, R::STATE_REPORTED, ""},
      {R::STATE_ORDERED, R::STATE_ORDERED, ""},
      {R::STATE_ORDERED, R::STATE_FIXED, ""},
      {R::STATE_ORDERED, R::STATE_DECLINED, ""},
      {R::STATE_FIXED, R::STATE_REPORTED, ""},
      {R::STATE_FIXED, R::STATE_ORDERED, "REPORTED,ORDERED"},
      {R::STATE_FIXED, R::STATE_FIXED, ""},
      {R::STATE_FIXED, R::STATE_DECLINED, "REPORTED,ORDERED,DECLINED"},
      {R::STATE_DECLINED, R::STATE_REPORTED, ""},
      {R::STATE_DECLINED, R::STATE_ORDERED, "REPORTED,ORDERED"},
      {R::STATE_DECLINED, R::STATE_FIXED, "REPORTED,ORDERED,FIXED"},
      {R::STATE_DECLINED, R::STATE_DECLINED, ""},
  };
  for (const auto& row : table) {
    RepairWorld world;
    const v1::Report report = world.Defect("polis", "port");
    ASSERT_TRUE(world.Do("vard", RepairWorld::To(report, row.from), UpdateRepair).ok());
    world.Advance(absl::Hours(1));
    const std::string what = absl::StrCat(R::State_Name(row.from), " to ", R::State_Name(row.to));
    const absl::Status moved = world.Do("vard", RepairWorld::To(report, row.to), UpdateRepair);
    if (*row.allowed == '\0') {
      EXPECT_TRUE(moved.ok()) << what << " " << moved;
      EXPECT_EQ(world.RepairOf(report).state(), row.to) << what;
      continue;
    }
    EXPECT_EQ(ReasonOf(moved), v1::ERROR_REASON_WRONG_STATE) << what;
    EXPECT_EQ(RefusalOf(moved).metadata["allowed"], row.allowed) << what;
    EXPECT_EQ(world.RepairOf(report).state(), row.from) << what;
  }
}

TEST(Repair, TimesAreThoseOfTheWork) {
  RepairWorld world;
  const v1::Report report = world.Defect("polis", "port");
  const absl::Time begin = world.now();
  world.Advance(absl::Hours(100));
  const auto change = [&](State state, absl::Duration after) {
    v1::UpdateRepairRequest request = RepairWorld::To(report, state);
    *request.mutable_change_time() = TimestampOf(begin + after);
    return world.Do("vard", request, UpdateRepair);
  };
  EXPECT_THAT(FieldsOf(change(v1::Repair::STATE_ORDERED, -absl::Seconds(1))),
              ElementsAre("change_time"));
  EXPECT_THAT(FieldsOf(change(v1::Repair::STATE_ORDERED, absl::Hours(101))),
              ElementsAre("change_time"));
  ASSERT_TRUE(change(v1::Repair::STATE_ORDERED, absl::Hours(10)).ok());
  EXPECT_THAT(FieldsOf(change(v1::Repair::STATE_FIXED, absl::Hours(9))),
              ElementsAre("change_time"));
  ASSERT_TRUE(change(v1::Repair::STATE_FIXED, absl::Hours(20)).ok());
  ASSERT_TRUE(change(v1::Repair::STATE_FIXED, absl::Hours(30)).ok()) << "the time corrected";
  EXPECT_EQ(TimeOf(world.RepairOf(report).order_time()), begin + absl::Hours(10));
  EXPECT_EQ(TimeOf(world.RepairOf(report).close_time()), begin + absl::Hours(30));
  EXPECT_EQ(TimeOf(world.RepairOf(report).open_time()), begin);
  // Opened anew: the days are counted from then.
  EXPECT_THAT(FieldsOf(change(v1::Repair::STATE_REPORTED, absl::Hours(29))),
              ElementsAre("change_time"));
  ASSERT_TRUE(change(v1::Repair::STATE_REPORTED, absl::Hours(50)).ok());
  EXPECT_EQ(TimeOf(world.RepairOf(report).open_time()), begin + absl::Hours(50));
  EXPECT_FALSE(world.RepairOf(report).has_order_time());
  EXPECT_FALSE(world.RepairOf(report).has_close_time());
  // Left out: now.
  ASSERT_TRUE(
      world.Do("vard", RepairWorld::To(report, v1::Repair::STATE_FIXED), UpdateRepair).ok());
  EXPECT_EQ(TimeOf(world.RepairOf(report).close_time()), world.now());
}

TEST(Repair, WhatIsLeftOutStays) {
  RepairWorld world;
  const v1::Report report = world.Defect("polis", "port");
  v1::UpdateRepairRequest request = RepairWorld::To(report, v1::Repair::STATE_ORDERED);
  request.set_reference("FA-1");
  request.set_note("Elektriker på tisdag");
  ASSERT_TRUE(world.Do("vard", request, UpdateRepair).ok());
  const Revision revision = world.revision();
  request.clear_reference();
  request.clear_note();
  ASSERT_TRUE(world.Do("vard", request, UpdateRepair).ok());
  EXPECT_EQ(world.revision(), revision) << "nothing new";
  EXPECT_EQ(world.RepairOf(report).reference(), "FA-1");
  EXPECT_EQ(world.RepairOf(report).note(), "Elektriker på tisdag");
  request.set_reference("FA-2");
  ASSERT_TRUE(world.Do("vard", request, UpdateRepair).ok());
  EXPECT_EQ(world.RepairOf(report).reference(), "FA-2");
  ASSERT_TRUE(
      world.Do("vard", RepairWorld::To(report, v1::Repair::STATE_FIXED), UpdateRepair).ok());
  EXPECT_EQ(world.RepairOf(report).reference(), "FA-2");
  EXPECT_EQ(world.RepairOf(report).note(), "") << "of the last change";
  EXPECT_EQ(world.RepairOf(report).responsible_organisation(), OrganisationName("bostader"));
}

TEST(Repair, WhoMayMoveIt) {
  RepairWorld world;
  world.AddMember("falt-rev", "soc", {v1::ROLE_REVIEWER, v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
  world.AddMember("gast", "bostader", {v1::ROLE_FIELD});
  world.AddMember("poliskollega", "polisen", {v1::ROLE_REPORTER});
  const struct {
    const char* member;
    v1::ErrorReason refused;
  } table[] = {
      {"vard", v1::ERROR_REASON_UNSPECIFIED},        // REPORTER of who answers for it
      {"forvaltare", v1::ERROR_REASON_UNSPECIFIED},  // REVIEWER of it
      {"polis", v1::ERROR_REASON_UNSPECIFIED},       // REVIEWER of the owner
      {"samordnare", v1::ERROR_REASON_UNSPECIFIED},  // COORDINATOR
      {"poliskollega", v1::ERROR_REASON_ROLE_MISSING},
      {"gast", v1::ERROR_REASON_ROLE_MISSING},
      {"larm", v1::ERROR_REASON_ROLE_MISSING},
      {"rapportor", v1::ERROR_REASON_NOT_YOUR_ORGANISATION},
      {"falt-rev", v1::ERROR_REASON_NOT_YOUR_ORGANISATION},
      {"revisor", v1::ERROR_REASON_NOT_FOUND},
  };
  for (const auto& row : table) {
    const v1::Report report = world.Defect("polis", "port");
    const absl::Status status =
        world.Do(row.member, RepairWorld::To(report, v1::Repair::STATE_FIXED), UpdateRepair);
    EXPECT_EQ(status.ok() ? v1::ERROR_REASON_UNSPECIFIED : ReasonOf(status), row.refused)
        << row.member << " " << status;
  }
}

TEST(Repair, R7_AFaultReportSystemMovesItsOwn) {
  RepairWorld world;
  v1::SubmitReportRequest request =
      ContentWorld::ReportOf(v1::CATEGORY_UNSAFE_ENVIRONMENT, "Trasig lampa");
  request.mutable_report()->set_area(AreaName("brandbergen"));
  v1::Source& source = *request.mutable_report()->mutable_source();
  source.set_source_uri(kAlarms);
  source.set_source_id("1");
  *source.mutable_source_version_time() = TimestampOf(world.now());
  const v1::Report report = world.Submit("larm", request);
  ASSERT_FALSE(report.name().empty());
  EXPECT_TRUE(
      world.Do("larm", RepairWorld::To(report, v1::Repair::STATE_ORDERED), UpdateRepair).ok());
  // Not of a source that it does not list, nor of what a person reported.
  v1::Member larm = world.Now<v1::Member>(MemberName("larm"));
  larm.clear_source_uris();
  world.Put(larm);
  EXPECT_EQ(
      ReasonOf(world.Do("larm", RepairWorld::To(report, v1::Repair::STATE_FIXED), UpdateRepair)),
      v1::ERROR_REASON_ROLE_MISSING);
  // A newer version of the source's leaves the repair as it stands (R8).
  world.List("larm", kAlarms);
  *source.mutable_source_version_time() = TimestampOf(world.now() + absl::Hours(1));
  request.mutable_report()->set_text("Två trasiga lampor");
  ASSERT_EQ(world.Submit("larm", request).name(), report.name());
  EXPECT_EQ(world.RepairOf(report).state(), v1::Repair::STATE_ORDERED);
}

TEST(Repair, R6_WhoMayNotSeeItNeitherMovesNorAnswersForIt) {
  RepairWorld world;
  const v1::Report hidden = world.Defect("polis", "port", v1::RELEASE_CLASS_RESTRICTED);
  EXPECT_EQ(hidden.repair().responsible_organisation(), OrganisationName("bostader"));
  EXPECT_EQ(
      ReasonOf(world.Do("vard", RepairWorld::To(hidden, v1::Repair::STATE_FIXED), UpdateRepair)),
      v1::ERROR_REASON_NOT_FOUND);
  v1::UpdateRepairRequest request = RepairWorld::To(hidden, v1::Repair::STATE_ORDERED);
  request.set_responsible_organisation(OrganisationName("soc"));
  EXPECT_THAT(FieldsOf(world.Do("polis", request, UpdateRepair)),
              ElementsAre("responsible_organisation"));
  v1::ReleaseEntityRequest share;
  share.set_municipality(testing::kMunicipality);
  share.mutable_release()->set_entity(hidden.name());
  share.mutable_release()->add_organisations(OrganisationName("soc"));
  share.mutable_release()->set_purpose("Åtgärd");
  share.mutable_release()->set_ground("samtycke");
  ASSERT_TRUE(world.Do("polis", share, ReleaseEntity).ok());
  EXPECT_TRUE(world.Do("polis", request, UpdateRepair).ok());
  EXPECT_EQ(world.RepairOf(hidden).responsible_organisation(), OrganisationName("soc"));
  request.set_responsible_organisation(OrganisationName("nobody"));
  EXPECT_EQ(ReasonOf(world.Do("polis", request, UpdateRepair)), v1::ERROR_REASON_NOT_FOUND);
}

TEST(Repair, R6_OthersThanTheOwnerDoNotLearnWithWhomItIsShared) {
  RepairWorld world;
  const v1::Report hidden = world.Defect("polis", "port", v1::RELEASE_CLASS_RESTRICTED);
  v1::ReleaseEntityRequest share;
  share.set_municipality(testing::kMunicipality);
  share.mutable_release()->set_entity(hidden.name());
  for (const char* id : {"bostader", "soc"}) {
    share.mutable_release()->add_organisations(OrganisationName(id));
  }
  share.mutable_release()->set_purpose("Åtgärd");
  share.mutable_release()->set_ground("samtycke");
  ASSERT_TRUE(world.Do("polis", share, ReleaseEntity).ok());
  v1::UpdateRepairRequest request = RepairWorld::To(hidden, v1::Repair::STATE_ORDERED);
  std::set<std::string> said;
  for (const char* id : {"soc", "kommunen"}) {  // one sees it, one does not
    request.set_responsible_organisation(OrganisationName(id));
    const absl::Status status = world.Do("vard", request, UpdateRepair);
    EXPECT_THAT(FieldsOf(status), ElementsAre("responsible_organisation"));
    said.insert(RefusalOf(status).violations[0].words.en);
  }
  EXPECT_EQ(said.size(), 1u);
  request.clear_responsible_organisation();
  EXPECT_TRUE(world.Do("vard", request, UpdateRepair).ok());
}

TEST(Repair, RefusesWhatIsNoDefectThatStandsAndAllThatIsWrongAtOnce) {
  RepairWorld world;
  const v1::Report other = world.Submit("polis", v1::CATEGORY_VANDALISM);
  EXPECT_THAT(
      FieldsOf(world.Do("polis", RepairWorld::To(other, v1::Repair::STATE_FIXED), UpdateRepair)),
      ElementsAre("name"));
  const v1::Report report = world.Defect("polis", "port");
  v1::UpdateRepairRequest request = RepairWorld::To(report, v1::Repair::STATE_DECLINED);
  request.clear_note();
  *request.mutable_change_time() = TimestampOf(world.now() + absl::Hours(1));
  EXPECT_THAT(FieldsOf(world.Do("polis", request, UpdateRepair)),
              UnorderedElementsAre("note", "change_time"));
  request = RepairWorld::To(report, v1::Repair::STATE_FIXED);
  request.set_etag("\"1\"");
  EXPECT_EQ(ReasonOf(world.Do("polis", request, UpdateRepair)), v1::ERROR_REASON_ETAG_MISMATCH);
  ASSERT_TRUE(world.Review("polis", report.name(), v1::ReviewReportRequest::VERDICT_RETURN).ok());
  request.clear_etag();
  const absl::Status returned = world.Do("polis", request, UpdateRepair);
  EXPECT_EQ(ReasonOf(returned), v1::ERROR_REASON_WRONG_STATE);
  EXPECT_EQ(RefusalOf(returned).metadata["allowed"], "SUBMITTED,ACCEPTED,MERGED");
}

}  // namespace
}  // namespace samsyn::domain
