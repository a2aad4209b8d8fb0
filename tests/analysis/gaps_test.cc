// Gaps: where what is felt and what happened differ, said only where the numbers carry it and from
// what the audience may see.
#include "server/analysis/gaps.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/world.h"

namespace samsyn::analysis {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::OrganisationName;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kAutumn = absl::FromUnixSeconds(1788220800);  // 2026-09-01

// Five areas with an incident count each; the survey is the municipality's.
class GapsTest : public ::testing::Test {
 protected:
  GapsTest() {
    world_.AddOrganisation("kommunen", v1::ORGANISATION_KIND_MUNICIPALITY, true);
    world_.AddOrganisation("bostader", v1::ORGANISATION_KIND_PROPERTY_OWNER, false);
    world_.AddMember("samordnare", "kommunen", {v1::ROLE_COORDINATOR});
    world_.AddMember("vard", "bostader", {v1::ROLE_REPORTER});
    world_.AddMember("revisor", "kommunen", {v1::ROLE_AUDITOR});
    Count("handen", 40);
    Count("jordbro", 30);
    Count("brandbergen", 20);
    Count("vendelso", 8);
    Count("vega", 4);
  }

  v1::Indicator IndicatorOf(absl::string_view area, double percent, int n, int years_before = 0) {
    v1::Indicator indicator;
    indicator.set_name(absl::StrCat(kMunicipality, "/indicators/", ++made_));
    indicator.set_owner(OrganisationName("kommunen"));
    indicator.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    indicator.set_nature(v1::Indicator::NATURE_PERCEIVED);
    indicator.set_instrument(v1::Indicator::INSTRUMENT_SURVEY);
    indicator.set_instrument_version("2022");
    indicator.set_measure("Otrygg ute sent");
    const absl::Time start = kAutumn - absl::Hours(24 * 365 * years_before);
    *indicator.mutable_period_start_time() = domain::TimestampOf(start);
    *indicator.mutable_period_end_time() = domain::TimestampOf(start + absl::Hours(24 * 61));
    if (!area.empty()) indicator.set_area(AreaName(area));
    indicator.set_value(percent);
    indicator.set_unit(v1::Indicator::UNIT_PERCENT);
    indicator.set_n(n);
    indicator.set_direction(v1::Indicator::DIRECTION_HIGHER_IS_WORSE);
    return indicator;
  }
  std::string Put(v1::Indicator indicator) {
    const std::string name = indicator.name();
    world_.Put(std::move(indicator));
    return name;
  }
  // So many in the period and as many spread over the twelve before.
  void Count(absl::string_view area, int incidents,
             v1::ReleaseClass release = v1::RELEASE_CLASS_PARTNER) {
    v1::SituationCell cell;
    cell.set_name(absl::StrCat(kMunicipality, "/situations/cells/", area, ".theft.",
                               static_cast<int>(release)));
    cell.set_area(AreaName(area));
    cell.set_family(v1::FAMILY_THEFT);
    cell.mutable_release()->set_release_class(release);
    if (release == v1::RELEASE_CLASS_RESTRICTED) {
      cell.mutable_release()->add_organisations(OrganisationName("kommunen"));
    }
    cell.set_actual(incidents / 2);
    cell.set_perceived(100);  // never counted
    for (int week = 0; week < 12; ++week) cell.add_earlier_actual(week == 3 ? incidents / 4 : 0);
    cell.add_earlier_actual(incidents - incidents / 2 - incidents / 4);
    world_.Put(std::move(cell));
  }
  std::vector<v1::Gap> GapsFor(absl::string_view member) {
    return Gaps(world_.picture(), world_.AudienceFor(member));
  }

  testing::World world_;
  int made_ = 100;
};

TEST_F(GapsTest, FeltWorseAndLittleHappens) {
  const std::string whole = Put(IndicatorOf("", 28.4, 1545));
  const std::string vega = Put(IndicatorOf("vega", 42, 160));
  const auto gaps = GapsFor("vard");
  ASSERT_THAT(gaps, SizeIs(1));
  EXPECT_EQ(gaps[0].area(), AreaName("vega"));
  EXPECT_EQ(gaps[0].perceived(), v1::Gap::STANDING_WORSE);
  EXPECT_EQ(gaps[0].actual(), v1::Gap::STANDING_BETTER);
  EXPECT_EQ(gaps[0].indicator(), vega);
  EXPECT_EQ(gaps[0].reference_indicator(), whole);
  EXPECT_EQ(gaps[0].incidents(), 4);
  EXPECT_EQ(gaps[0].incidents_median(), 20);
}

TEST_F(GapsTest, MuchHappensAndItIsFeltAsElsewhereOrBetter) {
  Put(IndicatorOf("", 28.4, 1545));
  Put(IndicatorOf("handen", 26, 240));
  auto gaps = GapsFor("vard");
  ASSERT_THAT(gaps, SizeIs(1));
  EXPECT_EQ(gaps[0].perceived(), v1::Gap::STANDING_SAME);
  EXPECT_EQ(gaps[0].actual(), v1::Gap::STANDING_WORSE);
  v1::Indicator safe = IndicatorOf("handen", 15, 240);
  safe.set_measure("Otrygg hemma");
  v1::Indicator whole = IndicatorOf("", 28.4, 1545);
  whole.set_measure("Otrygg hemma");
  safe.set_n(241);  // more answered it
  Put(safe);
  Put(whole);
  gaps = GapsFor("vard");
  ASSERT_THAT(gaps, SizeIs(1));
  EXPECT_EQ(gaps[0].indicator(), safe.name());
  EXPECT_EQ(gaps[0].perceived(), v1::Gap::STANDING_BETTER);
}

TEST_F(GapsTest, WhereBothAreWorseOrNeitherIsThereIsNone) {
  Put(IndicatorOf("", 28.4, 1545));
  Put(IndicatorOf("handen", 45, 205));    // both worse
  Put(IndicatorOf("jordbro", 29, 205));   // the same and the same
  Put(IndicatorOf("vendelso", 12, 190));  // better and better
  EXPECT_THAT(GapsFor("vard"), IsEmpty());
}

TEST_F(GapsTest, ADirectionTurnsIt) {
  v1::Indicator whole = IndicatorOf("", 71.6, 1545), vega = IndicatorOf("vega", 58, 160);
  whole.set_direction(v1::Indicator::DIRECTION_LOWER_IS_WORSE);
  vega.set_direction(v1::Indicator::DIRECTION_LOWER_IS_WORSE);
  Put(whole);
  Put(vega);
  const auto gaps = GapsFor("vard");
  ASSERT_THAT(gaps, SizeIs(1));
  EXPECT_EQ(gaps[0].perceived(), v1::Gap::STANDING_WORSE);
}

TEST_F(GapsTest, TheNewestIsComparedEvenIfAnOlderOneDiffers) {
  Put(IndicatorOf("", 27, 1545, 2));
  Put(IndicatorOf("vega", 50, 160, 2));
  ASSERT_THAT(GapsFor("vard"), SizeIs(1));
  Put(IndicatorOf("", 28.4, 1545));
  Put(IndicatorOf("vega", 29, 160));
  EXPECT_THAT(GapsFor("vard"), IsEmpty());
}

TEST_F(GapsTest, NothingIsSaidWithoutAReferenceOrAnswersOrADirection) {
  Put(IndicatorOf("", 28.4, 1545));
  const auto changes = {
      +[](v1::Indicator& one) { one.set_n(0); },
      +[](v1::Indicator& one) { one.clear_direction(); },
      +[](v1::Indicator& one) { one.set_instrument_version("2026"); },
      +[](v1::Indicator& one) { one.set_measure("Något annat"); },
      +[](v1::Indicator& one) { one.set_owner(OrganisationName("bostader")); },
      +[](v1::Indicator& one) { one.set_nature(v1::Indicator::NATURE_ACTUAL); },
      +[](v1::Indicator& one) { one.set_unit(v1::Indicator::UNIT_MEAN); },
      +[](v1::Indicator& one) { one.clear_value(); },
      +[](v1::Indicator& one) {
        *one.mutable_period_end_time() = domain::TimestampOf(kAutumn + absl::Hours(24 * 60));
      },
  };
  for (const auto change : changes) {
    v1::Indicator vega = IndicatorOf("vega", 42, 160);
    change(vega);
    Put(vega);
    EXPECT_THAT(GapsFor("vard"), IsEmpty()) << vega.DebugString();
  }
  Put(IndicatorOf("vega", 42, 160));  // as it is, it says something
  EXPECT_THAT(GapsFor("vard"), SizeIs(1));
}

TEST_F(GapsTest, NoGapTellsOfWhatIsHidden) {
  v1::Indicator whole = IndicatorOf("", 28.4, 1545);
  const std::string reference = Put(whole);
  v1::Indicator vega = IndicatorOf("vega", 42, 160);
  vega.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  Put(vega);
  EXPECT_THAT(GapsFor("vard"), IsEmpty());
  EXPECT_THAT(GapsFor("samordnare"), SizeIs(1));
  EXPECT_THAT(GapsFor("revisor"), IsEmpty());
  // The reference hidden, and the area's open.
  vega.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  Put(vega);
  whole.mutable_release()->set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  Put(whole);
  EXPECT_THAT(GapsFor("vard"), IsEmpty());
  EXPECT_THAT(GapsFor("samordnare"), SizeIs(1));
}

TEST_F(GapsTest, HiddenIncidentsChangeNoNumber) {
  Put(IndicatorOf("", 28.4, 1545));
  Put(IndicatorOf("vega", 42, 160));
  const auto before = GapsFor("vard");
  ASSERT_THAT(before, SizeIs(1));
  Count("vega", 200, v1::RELEASE_CLASS_RESTRICTED);
  Count("musko", 50, v1::RELEASE_CLASS_AUTHORITY);
  const auto after = GapsFor("vard");
  ASSERT_THAT(after, SizeIs(1));
  EXPECT_EQ(after[0].SerializeAsString(), before[0].SerializeAsString());
  EXPECT_THAT(GapsFor("samordnare"), IsEmpty());  // they see that it is worse there
}

TEST_F(GapsTest, OfFewAreasOrEqualOnesNothingIsBetter) {
  testing::World few;
  few.AddOrganisation("kommunen", v1::ORGANISATION_KIND_MUNICIPALITY, true);
  few.AddMember("samordnare", "kommunen", {v1::ROLE_COORDINATOR});
  few.Put(IndicatorOf("", 28.4, 1545));
  const auto gaps = [&] { return Gaps(few.picture(), few.AudienceFor("samordnare")); };
  for (const char* area : {"a", "b", "c"}) few.Put(IndicatorOf(area, 42, 160));
  EXPECT_THAT(gaps(), IsEmpty());  // three areas
  few.Put(IndicatorOf("d", 28, 160));
  ASSERT_THAT(gaps(), SizeIs(3));  // felt worse, and nothing happened anywhere
  for (const v1::Gap& gap : gaps()) EXPECT_EQ(gap.actual(), v1::Gap::STANDING_SAME);
}

// Against published figures: Newcombe's example of Wilson's interval, and his table II.
TEST(Intervals, AreThoseOfTheLiterature) {
  const auto [low, high] = WilsonInterval(81.0 / 263, 263);
  EXPECT_NEAR(low, 0.2553, 5e-5);
  EXPECT_NEAR(high, 0.3662, 5e-5);
  struct {
    int a, m, b, n;
    double low, high;
  } const kRows[] = {// table II of Newcombe 1998, method 10
                     {56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090},
                     {6, 7, 2, 7, 0.0582, 0.8062},     {5, 56, 0, 29, -0.0381, 0.1926},
                     {0, 10, 0, 20, -0.1611, 0.2775},  {10, 10, 0, 20, 0.6791, 1.0000},
                     {10, 10, 0, 10, 0.6075, 1.0000}};
  for (const auto& row : kRows) {
    const auto [from, to] = DifferenceInterval(static_cast<double>(row.a) / row.m, row.m,
                                               static_cast<double>(row.b) / row.n, row.n);
    EXPECT_NEAR(from, row.low, 6e-5) << row.a << "/" << row.m;
    EXPECT_NEAR(to, row.high, 6e-5) << row.a << "/" << row.m;
  }
}

}  // namespace
}  // namespace samsyn::analysis
