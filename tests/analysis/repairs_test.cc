// How repairs go: the rows, the median, and that nobody is told of a defect that he may not see.
#include "server/analysis/repairs.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/testing/world.h"

namespace samsyn::testing {
namespace {

using State = v1::Repair::State;
constexpr absl::Duration kDay = absl::Hours(24);

class Repairs : public ::testing::Test {
 protected:
  Repairs() {
    for (const char* id : {"kommunen", "polisen", "bostader"}) {
      world_.AddOrganisation(id, v1::ORGANISATION_KIND_BOARD, *id != 'b');
      world_.AddMember(id, id, {v1::ROLE_REPORTER});
    }
    world_.AddMember("revisor", "kommunen", {v1::ROLE_AUDITOR});
  }
  // A defect open since `open` before now, and closed after `took` if it is.
  v1::Report Defect(absl::string_view area, State state, absl::Duration open,
                    absl::Duration took = absl::ZeroDuration(),
                    v1::ReleaseClass release_class = v1::RELEASE_CLASS_PARTNER) {
    v1::Report report;
    report.set_name(domain::NameOf(kMunicipality, v1::ENTITY_KIND_REPORT,
                                   domain::MadeId("repairs", absl::StrCat(++made_), 0)));
    report.set_owner(OrganisationName("polisen"));
    report.mutable_release()->set_release_class(release_class);
    report.set_kind(v1::Report::KIND_PHYSICAL_DEFECT);
    report.set_state(v1::Report::STATE_ACCEPTED);
    if (!area.empty()) report.set_area(AreaName(area));
    v1::Repair& repair = *report.mutable_repair();
    repair.set_state(state);
    repair.set_responsible_organisation(OrganisationName("bostader"));
    *repair.mutable_open_time() = domain::TimestampOf(world_.now() - open);
    if (state == v1::Repair::STATE_FIXED || state == v1::Repair::STATE_DECLINED) {
      *repair.mutable_close_time() = domain::TimestampOf(world_.now() - open + took);
    }
    world_.Put(report);
    return report;
  }
  v1::GetRepairsResponse As(absl::string_view member, absl::string_view responsible = "") const {
    return analysis::GetRepairs(world_.picture(), world_.AudienceFor(member), responsible,
                                world_.now());
  }

  World world_;
  int made_ = 0;
};

TEST_F(Repairs, AreCountedByAreaUnlocatedLast) {
  Defect("", v1::Repair::STATE_REPORTED, kDay);
  Defect("jordbro", v1::Repair::STATE_REPORTED, 3 * kDay);
  Defect("jordbro", v1::Repair::STATE_ORDERED, 23 * kDay);
  Defect("brandbergen", v1::Repair::STATE_FIXED, 10 * kDay, 6 * kDay);
  Defect("handen", v1::Repair::STATE_DECLINED, 10 * kDay, 6 * kDay);
  const v1::GetRepairsResponse response = As("polisen");
  ASSERT_EQ(response.rows_size(), 3) << "nothing is open or was fixed in handen";
  EXPECT_EQ(response.rows(0).area(), AreaName("brandbergen"));
  EXPECT_EQ(response.rows(0).fixed(), 1);
  EXPECT_EQ(response.rows(0).median_days(), 6);
  EXPECT_FALSE(response.rows(0).has_oldest_open_time());
  EXPECT_EQ(response.rows(1).area(), AreaName("jordbro"));
  EXPECT_EQ(response.rows(1).reported(), 1);
  EXPECT_EQ(response.rows(1).ordered(), 1);
  EXPECT_FALSE(response.rows(1).has_median_days());
  EXPECT_EQ(domain::TimeOf(response.rows(1).oldest_open_time()), world_.now() - 23 * kDay);
  EXPECT_EQ(response.rows(2).area(), "");
}

TEST_F(Repairs, TheMedianIsOfWhatWasFixedInTheLastYear) {
  for (const double days : {1.0, 9.0, 4.0}) {
    Defect("handen", v1::Repair::STATE_FIXED, 20 * kDay, days * kDay);
  }
  EXPECT_EQ(As("polisen").rows(0).median_days(), 4);
  Defect("handen", v1::Repair::STATE_FIXED, 20 * kDay, 5.5 * kDay);
  EXPECT_EQ(As("polisen").rows(0).median_days(), 4.75) << "the middle two";
  // The year is counted from the day: 27 November of the year before still belongs to it.
  Defect("handen", v1::Repair::STATE_FIXED, 365 * kDay + absl::Hours(17), absl::ZeroDuration());
  EXPECT_EQ(As("polisen").rows(0).fixed(), 5);
  Defect("handen", v1::Repair::STATE_FIXED, 366 * kDay, absl::Hours(6));
  EXPECT_EQ(As("polisen").rows(0).fixed(), 5);
}

TEST_F(Repairs, ThoseOfOneOrganisation) {
  Defect("handen", v1::Repair::STATE_REPORTED, kDay);
  EXPECT_EQ(As("polisen", OrganisationName("bostader")).rows_size(), 1);
  EXPECT_EQ(As("polisen", OrganisationName("kommunen")).rows_size(), 0);
}

TEST_F(Repairs, ReportsThatDoNotStandAreNone) {
  for (const v1::Report::State state :
       {v1::Report::STATE_RETURNED, v1::Report::STATE_REJECTED, v1::Report::STATE_RETRACTED}) {
    v1::Report report = Defect("handen", v1::Repair::STATE_REPORTED, kDay);
    report.set_state(state);
    world_.Put(report);
  }
  EXPECT_EQ(As("polisen").rows_size(), 0);
  for (const v1::Report::State state : {v1::Report::STATE_SUBMITTED, v1::Report::STATE_MERGED}) {
    v1::Report report = Defect("handen", v1::Repair::STATE_REPORTED, kDay);
    report.set_state(state);
    world_.Put(report);
  }
  EXPECT_EQ(As("polisen").rows(0).reported(), 2);
}

TEST_F(Repairs, R6_NeitherCountNorMedianTellsOfWhatIsHidden) {
  Defect("handen", v1::Repair::STATE_FIXED, 20 * kDay, 2 * kDay);
  const std::string before = As("bostader").SerializeAsString();
  Defect("handen", v1::Repair::STATE_FIXED, 20 * kDay, 9 * kDay, v1::RELEASE_CLASS_AUTHORITY);
  Defect("handen", v1::Repair::STATE_REPORTED, 40 * kDay, {}, v1::RELEASE_CLASS_RESTRICTED);
  Defect("jordbro", v1::Repair::STATE_REPORTED, 40 * kDay, {}, v1::RELEASE_CLASS_RESTRICTED);
  EXPECT_EQ(As("bostader").SerializeAsString(), before);
  EXPECT_EQ(As("kommunen").rows(0).median_days(), 5.5) << "an authority";
  EXPECT_EQ(As("polisen").rows_size(), 2);
  EXPECT_EQ(As("revisor").rows_size(), 0);
}

}  // namespace
}  // namespace samsyn::testing
