// Indicators: recorded all or none, known by what they measure and when, and a series that breaks
// where the instrument changed, without a word of what its viewer may not see.
#include "server/domain/indicator_rules.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/access_rules.h"
#include "server/domain/directory_rules.h"
#include "server/domain/limits.h"
#include "server/domain/lists.h"
#include "server/domain/request_shape.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::ContentWorld;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::OrganisationName;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

absl::Time Year(int year) {
  return absl::FromCivil(absl::CivilDay(year, 9, 1), absl::UTCTimeZone());
}

// The share who feel unsafe in Brandbergen in the autumn of a year.
v1::Indicator Unsafe(int year, absl::string_view version, double value) {
  v1::Indicator indicator;
  indicator.set_nature(v1::Indicator::NATURE_PERCEIVED);
  indicator.set_instrument(v1::Indicator::INSTRUMENT_SURVEY);
  indicator.set_instrument_version(std::string(version));
  indicator.set_measure("Otrygg ute sent på kvällen");
  *indicator.mutable_period_start_time() = TimestampOf(Year(year));
  *indicator.mutable_period_end_time() = TimestampOf(Year(year) + absl::Hours(24 * 61));
  indicator.set_area(AreaName("brandbergen"));
  indicator.set_value(value);
  indicator.set_unit(v1::Indicator::UNIT_PERCENT);
  indicator.set_n(200);
  indicator.set_answer_rate_percent(44.2);
  indicator.set_direction(v1::Indicator::DIRECTION_HIGHER_IS_WORSE);
  return indicator;
}

class IndicatorRulesTest : public ::testing::Test {
 protected:
  absl::Status Record(absl::string_view member, std::initializer_list<v1::Indicator> indicators,
                      const std::string& request_id = "") {
    v1::RecordIndicatorsRequest request;
    request.set_municipality(kMunicipality);
    for (const v1::Indicator& indicator : indicators) *request.add_indicators() = indicator;
    return world_.Do(member, request, RecordIndicators, request_id);
  }
  std::pair<int, int> CreatedAndAmended() const {
    return {CreatedIn(world_.effect()), AmendedIn(world_.effect())};
  }
  // Records one; as it then is.
  v1::Indicator Recorded(absl::string_view member, const v1::Indicator& indicator) {
    const absl::Status status = Record(member, {indicator});
    EXPECT_TRUE(status.ok()) << status;
    return status.ok() ? world_.Result<v1::Indicator>() : v1::Indicator();
  }
  bool Breaks(const v1::Indicator& indicator) {
    return world_.Now<v1::Indicator>(indicator.name()).breaks_series();
  }
  absl::Status SetClassOf(absl::string_view member, const std::string& name,
                          v1::ReleaseClass release_class) {
    v1::SetClassRequest request;
    request.set_name(name);
    request.set_release_class(release_class);
    request.set_reason("Beslut");
    return world_.Do(member, request, SetClass);
  }
  static std::vector<std::string> FieldsOf(const absl::Status& status) {
    std::vector<std::string> fields;
    for (const Violation& violation : RefusalOf(status).violations)
      fields.push_back(violation.field);
    return fields;
  }

  ContentWorld world_;
};

TEST_F(IndicatorRulesTest, ItIsTheOrganisationsOwnAtItsDefaultClass) {
  const v1::Indicator indicator = Recorded("rapportor", Unsafe(2024, "2024", 41));
  EXPECT_EQ(indicator.owner(), OrganisationName("kommunen"));
  EXPECT_EQ(indicator.release().release_class(), v1::RELEASE_CLASS_PARTNER);
  EXPECT_EQ(indicator.value(), 41);
  EXPECT_EQ(indicator.answer_rate_percent(), 44.2);
  EXPECT_FALSE(indicator.breaks_series());
  EXPECT_EQ(CreatedAndAmended(), std::make_pair(1, 0));
  // What the social services record starts with them alone.
  EXPECT_EQ(Recorded("falt", Unsafe(2024, "2024", 41)).release().release_class(),
            v1::RELEASE_CLASS_RESTRICTED);
}

TEST_F(IndicatorRulesTest, TheSameAgainChangesNothingAndAnotherValueAmends) {
  const v1::Indicator first = Recorded("samordnare", Unsafe(2024, "2024", 41));
  const v1::Indicator again = Recorded("rapportor", Unsafe(2024, "2024", 41));
  EXPECT_EQ(again.name(), first.name());
  EXPECT_EQ(again.revision(), first.revision());
  EXPECT_EQ(CreatedAndAmended(), std::make_pair(0, 0));
  const v1::Indicator amended = Recorded("samordnare", Unsafe(2024, "2024", 42));
  EXPECT_EQ(amended.name(), first.name());
  EXPECT_EQ(amended.value(), 42);
  EXPECT_EQ(CreatedAndAmended(), std::make_pair(0, 1));
}

TEST_F(IndicatorRulesTest, EveryPartOfTheIdentityMakesAnother) {
  const v1::Indicator first = Unsafe(2024, "2024", 41);
  std::vector<v1::Indicator> others(6, first);
  others[0].set_nature(v1::Indicator::NATURE_ACTUAL);
  others[1].set_instrument(v1::Indicator::INSTRUMENT_STATISTICS);
  others[2].set_instrument_version("2024b");
  others[3].set_measure("Otrygg ute sent på kvällen\n2024");
  others[4].clear_area();
  *others[5].mutable_period_end_time() = TimestampOf(Year(2024) + absl::Hours(24 * 30));
  ASSERT_TRUE(Record("samordnare", {first}).ok());
  for (const v1::Indicator& other : others) {
    ASSERT_TRUE(Record("samordnare", {other}).ok());
    EXPECT_EQ(CreatedAndAmended(), std::make_pair(1, 0)) << other.DebugString();
  }
  // Another organisation's stands beside it, whoever sees it.
  ASSERT_TRUE(Record("polis", {first}).ok());
  EXPECT_EQ(CreatedAndAmended(), std::make_pair(1, 0));
}

TEST_F(IndicatorRulesTest, ALateRepeatMeetsWhatItMade) {
  const std::string id = "2f1b3c9e-8d4a-4f6b-9c1d-7e5a3b2c1d0f";
  ASSERT_TRUE(Record("samordnare", {Unsafe(2024, "2024", 41)}, id).ok());
  const std::string name = world_.results().front();
  ASSERT_TRUE(Record("samordnare", {Unsafe(2024, "2024", 44)}).ok());
  ASSERT_TRUE(Record("samordnare", {Unsafe(2024, "2024", 41)}, id).ok());
  EXPECT_THAT(world_.results(), ElementsAre(name));
  EXPECT_EQ(world_.Now<v1::Indicator>(name).value(), 44);
}

TEST_F(IndicatorRulesTest, EverythingThatIsWrongIsSaidAtOnceAndNothingIsKept) {
  v1::Indicator percent = Unsafe(2024, "2024", 141), count = percent, silent = percent,
                period = percent, place = percent, unit = percent;
  count.set_unit(v1::Indicator::UNIT_COUNT);
  count.set_value(2.5);
  count.set_measure("Anmälningar");
  silent.clear_value();
  silent.set_measure("Trygghetsvandring");
  silent.set_answer_rate_percent(0);
  *period.mutable_period_end_time() = period.period_start_time();
  period.set_value(4);
  place.set_area(AreaName("atlantis"));
  place.set_value(4);
  *place.mutable_period_end_time() = TimestampOf(Year(2030));
  unit.set_unit(v1::Indicator::UNIT_UNSPECIFIED);
  unit.set_measure("Utan enhet");
  const v1::Indicator good = Unsafe(2022, "2022", 38);
  const absl::Status status =
      Record("samordnare", {good, percent, count, silent, period, place, unit, good});
  EXPECT_THAT(FieldsOf(status),
              ElementsAre("indicators[1].value", "indicators[2].value", "indicators[3].text",
                          "indicators[3].answer_rate_percent", "indicators[4].period_end_time",
                          "indicators[5].period_end_time", "indicators[5].area",
                          "indicators[6].unit", "indicators[7]"));
  EXPECT_EQ(world_.picture().count(v1::ENTITY_KIND_INDICATOR), 0u);
}

TEST_F(IndicatorRulesTest, APlaceBelowAnAreaIsNoneThatIsMeasured) {
  v1::UpsertAreaRequest request;
  request.mutable_area()->set_name(AreaName("kvarteret"));
  request.mutable_area()->set_display_name("Kvarteret");
  request.mutable_area()->set_kind(v1::Area::KIND_PROPERTY);
  request.mutable_area()->set_parent(AreaName("brandbergen"));
  ASSERT_TRUE(world_.Do("samordnare", request, UpsertArea).ok());
  v1::Indicator indicator = Unsafe(2024, "2024", 38);
  indicator.set_area(AreaName("kvarteret"));
  EXPECT_THAT(FieldsOf(Record("samordnare", {indicator})), ElementsAre("indicators[0].area"));
}

TEST_F(IndicatorRulesTest, AWalkNeedsNoValueAndAMeanHasAnyRange) {
  v1::Indicator walk = Unsafe(2024, "2024", 0);
  walk.clear_value();
  walk.clear_unit();
  walk.set_text("Mörkt mellan stationen och skolan.");
  v1::Indicator mean = Unsafe(2024, "2024", -1.5);
  mean.set_unit(v1::Indicator::UNIT_MEAN);
  mean.set_measure("Skillnad i oro");
  EXPECT_TRUE(Record("larm", {walk, mean}).ok());
}

TEST_F(IndicatorRulesTest, ShapeKnowsItsFields) {
  v1::RecordIndicatorsRequest request;
  request.set_request_id("2f1b3c9e-8d4a-4f6b-9c1d-7e5a3b2c1d0f");
  request.set_municipality(kMunicipality);
  v1::Indicator& indicator = *request.add_indicators();
  indicator = Unsafe(2024, std::string(101, 'x'), 41);
  indicator.clear_nature();
  indicator.set_measure("  ");
  indicator.set_n(-1);
  indicator.set_answer_rate_percent(101);
  indicator.set_area("brandbergen");
  EXPECT_THAT(FieldsOf(CheckShape(request)),
              UnorderedElementsAre("indicators[0].nature", "indicators[0].instrument_version",
                                   "indicators[0].measure", "indicators[0].n",
                                   "indicators[0].answer_rate_percent", "indicators[0].area"));
  for (int i = 0; i < kBatchIndicators; ++i) *request.add_indicators() = Unsafe(2024, "x", 41);
  *request.mutable_indicators(0) = Unsafe(2024, "y", 41);
  EXPECT_THAT(FieldsOf(CheckShape(request)), ElementsAre("indicators"));
  v1::ListIndicatorsRequest list;
  list.set_municipality(kMunicipality);
  list.add_areas("all");
  EXPECT_TRUE(CheckShape(list).ok());
  list.add_areas("unlocated");
  EXPECT_THAT(FieldsOf(CheckShape(list)), ElementsAre("areas[1]"));
}

TEST_F(IndicatorRulesTest, OnlyWhoReportsRecords) {
  for (const char* member : {"forvaltare", "revisor", "skarm"}) {
    EXPECT_EQ(ReasonOf(Record(member, {Unsafe(2024, "2024", 41)})), v1::ERROR_REASON_ROLE_MISSING)
        << member;
  }
}

TEST_F(IndicatorRulesTest, AnotherVersionBreaksTheSeriesAndWhatComesBetweenIsWorkedOutAnew) {
  const v1::Indicator first = Recorded("samordnare", Unsafe(2020, "A", 30));
  const v1::Indicator last = Recorded("samordnare", Unsafe(2026, "B", 35));
  EXPECT_FALSE(Breaks(first));
  EXPECT_TRUE(Breaks(last));
  // The new version already in 2023: the break lies there.
  const v1::Indicator between = Recorded("samordnare", Unsafe(2023, "B", 33));
  EXPECT_TRUE(Breaks(between));
  EXPECT_FALSE(Breaks(last));
  // Both versions in 2023 (the old one beside the new one): the series goes on over it.
  const v1::Indicator beside = Recorded("samordnare", Unsafe(2023, "A", 31));
  EXPECT_FALSE(Breaks(beside));
  EXPECT_FALSE(Breaks(last));
  EXPECT_TRUE(Breaks(between));
  // Of other measures and areas nothing is known.
  v1::Indicator elsewhere = Unsafe(2026, "C", 35);
  elsewhere.set_area(AreaName("handen"));
  EXPECT_FALSE(Recorded("samordnare", elsewhere).breaks_series());
}

TEST_F(IndicatorRulesTest, WhatHasNoValueBreaksNothing) {
  Recorded("samordnare", Unsafe(2020, "A", 30));
  v1::Indicator held = Unsafe(2022, "B", 0);
  held.clear_value();
  held.set_text("Ställdes in.");
  const v1::Indicator silent = Recorded("samordnare", held);
  const v1::Indicator last = Recorded("samordnare", Unsafe(2024, "A", 35));
  EXPECT_FALSE(Breaks(silent));
  EXPECT_FALSE(Breaks(last));
  held.set_value(33);  // it was answered after all
  Recorded("samordnare", held);
  EXPECT_TRUE(Breaks(silent));
  EXPECT_TRUE(Breaks(last));
}

TEST_F(IndicatorRulesTest, WithinOneBatchToo) {
  ASSERT_TRUE(
      Record("samordnare", {Unsafe(2024, "B", 33), Unsafe(2020, "A", 30), Unsafe(2022, "A", 31)})
          .ok());
  EXPECT_EQ(CreatedAndAmended(), std::make_pair(3, 0));
  const std::vector<std::string> names = world_.results();
  EXPECT_TRUE(world_.Now<v1::Indicator>(names[0]).breaks_series());
  EXPECT_FALSE(world_.Now<v1::Indicator>(names[2]).breaks_series());
}

TEST_F(IndicatorRulesTest, NoBreakTellsOfAHiddenValue) {
  v1::Indicator hidden = Unsafe(2020, "A", 30);
  hidden.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  const v1::Indicator first = Recorded("samordnare", hidden);
  const v1::Indicator last = Recorded("samordnare", Unsafe(2026, "B", 35));
  EXPECT_FALSE(Breaks(last));
  // Opened, it is known to all that see the other; closed again, to none of them.
  ASSERT_TRUE(SetClassOf("samordnare", first.name(), v1::RELEASE_CLASS_PARTNER).ok());
  EXPECT_TRUE(Breaks(last));
  ASSERT_TRUE(SetClassOf("samordnare", first.name(), v1::RELEASE_CLASS_AUTHORITY).ok());
  EXPECT_FALSE(Breaks(last));
  // Nor does another owner's.
  EXPECT_FALSE(Recorded("polis", Unsafe(2026, "C", 35)).breaks_series());
}

TEST_F(IndicatorRulesTest, AClassAskedForTightensAndNeverLoosens) {
  v1::Indicator indicator = Unsafe(2024, "2024", 41);
  const v1::Indicator first = Recorded("samordnare", indicator);
  indicator.mutable_release()->set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  EXPECT_EQ(Recorded("samordnare", indicator).release().release_class(),
            v1::RELEASE_CLASS_AUTHORITY);
  EXPECT_EQ(CreatedAndAmended(), std::make_pair(0, 1));
  EXPECT_EQ(world_.ShownTo("vard", first.name()), nullptr);
  indicator.mutable_release()->set_release_class(v1::RELEASE_CLASS_PUBLIC);
  EXPECT_EQ(Recorded("samordnare", indicator).release().release_class(),
            v1::RELEASE_CLASS_AUTHORITY);
  EXPECT_EQ(CreatedAndAmended(), std::make_pair(0, 0));
}

TEST_F(IndicatorRulesTest, WhoRecordsMayKeepItMoreStrictlyAndOnlyADecisionOpensIt) {
  const v1::Indicator indicator = Recorded("rapportor", Unsafe(2024, "2024", 41));
  EXPECT_FALSE(SetClassOf("polis", indicator.name(), v1::RELEASE_CLASS_AUTHORITY).ok());
  EXPECT_TRUE(SetClassOf("rapportor", indicator.name(), v1::RELEASE_CLASS_AUTHORITY).ok());
  EXPECT_FALSE(SetClassOf("rapportor", indicator.name(), v1::RELEASE_CLASS_PARTNER).ok());
  EXPECT_TRUE(SetClassOf("samordnare", indicator.name(), v1::RELEASE_CLASS_PARTNER).ok());
}

TEST_F(IndicatorRulesTest, ItCanBeShared) {
  v1::Indicator indicator = Unsafe(2024, "2024", 41);
  indicator.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  const v1::Indicator mine = Recorded("samordnare", indicator);
  EXPECT_EQ(world_.ShownTo("vard", mine.name()), nullptr);
  v1::ReleaseEntityRequest request;
  request.set_municipality(kMunicipality);
  request.mutable_release()->set_entity(mine.name());
  request.mutable_release()->add_organisations(OrganisationName("bostader"));
  request.mutable_release()->set_purpose("Lägesbild");
  request.mutable_release()->set_ground("samtycke");
  ASSERT_TRUE(world_.Do("samordnare", request, ReleaseEntity).ok());
  EXPECT_NE(world_.ShownTo("vard", mine.name()), nullptr);
}

TEST_F(IndicatorRulesTest, ListsGoByAreaAndInstrumentAndShowNothingHidden) {
  v1::Indicator whole = Unsafe(2024, "2024", 30), walk = whole, hidden = whole;
  whole.clear_area();
  walk.set_instrument(v1::Indicator::INSTRUMENT_SAFETY_WALK);
  hidden.set_measure("Dold");
  hidden.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  ASSERT_TRUE(Record("samordnare", {whole, walk, hidden}).ok());
  const std::vector<std::string> names = world_.results();
  const auto listed = [&](absl::string_view member, std::initializer_list<const char*> areas,
                          std::initializer_list<v1::Indicator::Instrument> instruments) {
    v1::ListIndicatorsRequest request;
    request.set_municipality(kMunicipality);
    for (const char* area : areas) request.add_areas(area);
    for (const auto instrument : instruments) request.add_instruments(instrument);
    v1::ListIndicatorsResponse response;
    EXPECT_TRUE(
        ListIndicators(request, world_.picture(), world_.AudienceFor(member), &response).ok());
    std::vector<std::string> found;
    for (const v1::Indicator& one : response.indicators()) found.push_back(one.name());
    return found;
  };
  const std::string brandbergen = AreaName("brandbergen");
  EXPECT_THAT(listed("samordnare", {}, {}), UnorderedElementsAre(names[0], names[1], names[2]));
  EXPECT_THAT(listed("vard", {}, {}), UnorderedElementsAre(names[0], names[1]));
  EXPECT_THAT(listed("vard", {"all"}, {}), ElementsAre(names[0]));
  EXPECT_THAT(listed("vard", {brandbergen.c_str()}, {}), ElementsAre(names[1]));
  EXPECT_THAT(listed("vard", {}, {v1::Indicator::INSTRUMENT_SURVEY}), ElementsAre(names[0]));
  EXPECT_THAT(listed("revisor", {}, {}), IsEmpty());
}

}  // namespace
}  // namespace samsyn::domain
