// What the table tests/scenario/R4.txt does not say: words, who is told what, what is set up.
#include "server/domain/gate.h"

#include <absl/strings/match.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/directory_rules.h"
#include "server/domain/request_shape.h"
#include "server/domain/setup_rules.h"
#include "server/domain/unit_checks.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using ::samsyn::testing::AreaName;
using ::samsyn::testing::Evening;
using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::MemberName;
using ::samsyn::testing::OrganisationName;
using ::samsyn::testing::UnitName;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Gate = v1::Gate;

// An evening in which `ronden` are ordningsvakter with a permit in jordbro, Friday and Saturday 20
// to 03; the deployment is from 18 to 20 on Friday in brandbergen.
class GateTest : public ::testing::Test {
 protected:
  GateTest() {
    auto unit = world_.Now<v1::Unit>(UnitName("ronden"));
    unit.set_power(v1::Unit::POWER_PUBLIC_ORDER_GUARD);
    *unit.add_permits() = StandingPermit();
    world_.Put(unit);
    deployment_ = world_.Propose("chair", world_.State("reporter"));
  }

  static v1::Permit StandingPermit() {
    v1::Permit permit;
    permit.set_number("A123");
    permit.add_areas(AreaName("jordbro"));
    v1::PermitHours& hours = *permit.add_hours();
    hours.add_iso_weekdays(5);
    hours.add_iso_weekdays(6);
    hours.set_start_wall_time("20:00");
    hours.set_end_wall_time("03:00");
    return permit;
  }
  v1::Unit Unit() { return world_.Now<v1::Unit>(UnitName("ronden")); }
  v1::Deployment Deployment() { return world_.Now<v1::Deployment>(deployment_); }
  Gate Asked(absl::string_view member = "landlord") {
    return GateOf(world_.picture(), world_.AudienceFor(member), {Unit(), Deployment(), ""});
  }
  absl::Status Upsert(absl::string_view member, const v1::Unit& unit) {
    v1::UpsertUnitRequest request;
    *request.mutable_unit() = unit;
    return world_.Do(member, request, UpsertUnit);
  }
  v1::RecordPermitRequest Temporary() {
    v1::RecordPermitRequest request;
    request.set_unit(UnitName("ronden"));
    v1::Permit& permit = *request.mutable_permit();
    permit.set_number("T7");
    permit.add_areas(AreaName("brandbergen"));
    *permit.mutable_window() = Deployment().window();
    return request;
  }
  v1::CheckUnitsResponse Check(absl::string_view member,
                               std::initializer_list<absl::string_view> units = {}) {
    v1::CheckUnitsRequest request;
    request.set_name(deployment_);
    for (const absl::string_view unit : units) request.add_units(UnitName(unit));
    v1::CheckUnitsResponse response;
    status_ = CheckUnits(request, world_.picture(), world_.AudienceFor(member), &response);
    return response;
  }
  void Register(absl::string_view member, absl::string_view unit, int people) {
    v1::RegisterShiftRequest request;
    request.mutable_shift()->set_unit(UnitName(unit));
    request.mutable_shift()->set_people(people);
    *request.mutable_shift()->mutable_window() = Deployment().window();
    ASSERT_TRUE(world_.Do(member, request, RegisterShift).ok());
  }
  static std::vector<std::string> UnitsIn(const v1::CheckUnitsResponse& response) {
    std::vector<std::string> units;
    for (const v1::UnitCheck& check : response.checks()) {
      units.push_back(std::string(IdOf(check.unit())));
    }
    return units;
  }
  static const v1::UnitCheck* Of(const v1::CheckUnitsResponse& response, absl::string_view unit) {
    for (const v1::UnitCheck& check : response.checks()) {
      if (check.unit() == UnitName(unit)) return &check;
    }
    return nullptr;
  }

  Evening world_;
  std::string deployment_;
  absl::Status status_;
};

TEST_F(GateTest, SaysWhatItIsAbout) {
  const Gate gate = Asked();
  EXPECT_EQ(gate.verdict(), Gate::VERDICT_BLOCK);
  ASSERT_EQ(gate.reasons_size(), 2);
  EXPECT_EQ(gate.reasons(0).code(), Gate::CODE_OUTSIDE_PERMIT_TIME);
  EXPECT_EQ(gate.reasons(0).verdict(), Gate::VERDICT_BLOCK);
  EXPECT_EQ(gate.reasons(0).text_sv(),
            "Ordningsvakt: tillståndet A123 gäller fre–lör 20–03, insatsen börjar fre 18:00");
  EXPECT_EQ(gate.reasons(0).text_en(),
            "Ordningsvakt: permit A123 applies Fri–Sat 20–03, the deployment begins Fri 18:00");
  EXPECT_EQ(gate.reasons(1).code(), Gate::CODE_NO_SHIFT);
}

TEST_F(GateTest, TheRefusalCarriesReasonsAndCodes) {
  const absl::Status refused = world_.Commit("landlord", deployment_, "ronden");
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_GATE_BLOCKED);
  const Refusal refusal = RefusalOf(refused);
  EXPECT_EQ(refusal.metadata.at("reasons"), "OUTSIDE_PERMIT_TIME");
  EXPECT_THAT(refusal.words.sv, ::testing::HasSubstr("A123"));
  EXPECT_THAT(Deployment().commitments(), IsEmpty());
}

TEST_F(GateTest, ATimeOfYearAndSingleDaysInWords) {
  v1::Unit unit = Unit();
  v1::Permit& permit = *unit.mutable_permits(0);
  permit.mutable_hours(0)->clear_iso_weekdays();
  for (const int day : {7, 1, 3}) permit.mutable_hours(0)->add_iso_weekdays(day);
  permit.mutable_hours(0)->set_start_wall_time("18:30");
  world_.Put(unit);
  EXPECT_THAT(Asked().reasons(0).text_sv(), ::testing::HasSubstr("mån, ons, sön 18:30–03,"));
  permit.clear_hours();
  *permit.mutable_window()->mutable_start_time() =
      TimestampOf(absl::FromCivil(absl::CivilDay(2025, 1, 1), absl::UTCTimeZone()));
  *permit.mutable_window()->mutable_end_time() =
      TimestampOf(absl::FromCivil(absl::CivilDay(2026, 6, 30), absl::UTCTimeZone()));
  world_.Put(unit);
  EXPECT_THAT(Asked().reasons(0).text_sv(), ::testing::HasSubstr("till 2026-06-30 02:00"));
}

TEST_F(GateTest, MinimumCrewWarns) {
  v1::Unit unit = Unit();
  unit.set_power(v1::Unit::POWER_HOST);
  unit.set_minimum_crew(3);
  world_.Put(unit);
  const auto codes = [&] {
    std::vector<Gate::Code> all;
    const Gate gate = Asked();
    for (const Gate::Reason& reason : gate.reasons()) all.push_back(reason.code());
    return all;
  };
  EXPECT_THAT(codes(), ElementsAre(Gate::CODE_NO_SHIFT, Gate::CODE_CREW_UNKNOWN));
  Register("landlord", "ronden", 2);
  EXPECT_THAT(codes(), ElementsAre(Gate::CODE_BELOW_MINIMUM_CREW));
  EXPECT_EQ(Asked().verdict(), Gate::VERDICT_WARN);
  Register("landlord", "ronden", 3);
  EXPECT_THAT(codes(), IsEmpty()) << "of shifts at the same time the largest counts";
  EXPECT_EQ(Asked().verdict(), Gate::VERDICT_ALLOW);
}

// ---- What is set up.

TEST_F(GateTest, OnlyCoordinatorsWidenWhatBindsAUnit) {
  v1::Unit unit = Unit();
  unit.set_display_name("Ronden");
  EXPECT_TRUE(Upsert("landlord", unit).ok()) << "permits as they were";
  unit.mutable_permits(0)->add_areas(AreaName("brandbergen"));
  EXPECT_EQ(ReasonOf(Upsert("landlord", unit)), v1::ERROR_REASON_ROLE_MISSING);
  EXPECT_TRUE(Upsert("coordinator", unit).ok());
  unit.clear_permits();
  EXPECT_EQ(ReasonOf(Upsert("landlord", unit)), v1::ERROR_REASON_ROLE_MISSING);
  unit = Unit();
  unit.set_power(v1::Unit::POWER_HOST);
  EXPECT_EQ(ReasonOf(Upsert("landlord", unit)), v1::ERROR_REASON_ROLE_MISSING)
      << "a unit is not freed by another name for its powers";
  EXPECT_TRUE(Upsert("coordinator", unit).ok());
}

TEST_F(GateTest, TemporaryPermitsStayAndAreNobodyElsesToMake) {
  ASSERT_TRUE(world_.Do("police", Temporary(), RecordPermit).ok());
  EXPECT_TRUE(Unit().permits(1).temporary());
  EXPECT_EQ(Unit().permits(1).recorded_by(), MemberName("police"));
  EXPECT_EQ(TimeOf(Unit().permits(1).record_time()), world_.now());
  v1::Unit unit = Unit();
  unit.mutable_permits()->DeleteSubrange(1, 1);  // as a client that does not know of it
  ASSERT_TRUE(Upsert("landlord", unit).ok());
  EXPECT_EQ(Unit().permits_size(), 2);
  unit = Unit();
  v1::Permit& forged = *unit.add_permits();
  forged = unit.permits(1);
  forged.set_number("T8");
  ASSERT_TRUE(Upsert("coordinator", unit).ok());
  ASSERT_EQ(Unit().permits_size(), 2);
  EXPECT_EQ(Unit().permits(1).number(), "T7");
}

TEST_F(GateTest, SetUpsKeepThemAndDoNotShowThem) {
  v1::Municipality municipality = world_.Now<v1::Municipality>(kMunicipality);
  municipality.set_owner(OrganisationName("kommun"));
  world_.Put(municipality);
  ASSERT_TRUE(world_.Do("police", Temporary(), RecordPermit).ok());
  v1::GetSetupRequest request;
  request.set_municipality(kMunicipality);
  v1::GetSetupResponse shown;
  ASSERT_TRUE(GetSetup(request, world_.picture(), world_.AudienceFor("coordinator"), &shown).ok());
  v1::ApplySetupRequest apply;
  *apply.mutable_setup() = shown.setup();
  v1::Unit* unit = nullptr;
  for (v1::Unit& one : *apply.mutable_setup()->mutable_units()) {
    if (one.name() == UnitName("ronden")) unit = &one;
  }
  ASSERT_NE(unit, nullptr);
  EXPECT_EQ(unit->permits_size(), 1);
  EXPECT_EQ(unit->permits(0).SerializeAsString(), StandingPermit().SerializeAsString());
  const Revision before = world_.revision();
  const absl::Status same = world_.Do("coordinator", apply, ApplySetup);
  ASSERT_TRUE(same.ok()) << same;
  EXPECT_EQ(world_.revision(), before) << "nothing changes";
  unit->add_objects(AreaName("vega"));
  ASSERT_TRUE(world_.Do("coordinator", apply, ApplySetup).ok());
  EXPECT_THAT(Unit().objects(), ElementsAre(AreaName("vega")));
  EXPECT_EQ(Unit().permits_size(), 2);
}

TEST_F(GateTest, ATemporaryPermitOfTheSameNumberIsReplacedAndOldOnesGo) {
  ASSERT_TRUE(world_.Do("police", Temporary(), RecordPermit).ok());
  ASSERT_TRUE(world_.Do("police", Temporary(), RecordPermit).ok());
  EXPECT_EQ(Unit().permits_size(), 2);
  world_.Advance(absl::Hours(4));
  v1::RecordPermitRequest later = Temporary();
  later.mutable_permit()->set_number("T9");
  *later.mutable_permit()->mutable_window()->mutable_end_time() =
      TimestampOf(world_.now() + absl::Hours(1));
  ASSERT_TRUE(world_.Do("police", later, RecordPermit).ok());
  ASSERT_EQ(Unit().permits_size(), 2);
  EXPECT_EQ(Unit().permits(1).number(), "T9");
}

TEST_F(GateTest, WhatIsNoPermit) {
  struct Row {
    const char* field;
    std::function<void(v1::RecordPermitRequest&)> spoil;
  };
  for (const Row& row : {
           Row{"permit.areas", [](auto& request) { request.mutable_permit()->clear_areas(); }},
           {"permit.areas[0]",
            [](auto& request) { request.mutable_permit()->set_areas(0, AreaName("nowhere")); }},
           {"permit.polygon",
            [](auto& request) { request.mutable_permit()->mutable_polygon()->add_points(); }},
           {"permit.window", [](auto& request) { request.mutable_permit()->clear_window(); }},
           {"permit.window.end_time",
            [&](auto& request) {
              *request.mutable_permit()->mutable_window()->mutable_end_time() =
                  TimestampOf(world_.now());
            }},
           {"permit.hours[0].end_wall_time",
            [](auto& request) {
              *request.mutable_permit()->add_hours() = StandingPermit().hours(0);
              request.mutable_permit()->mutable_hours(0)->set_end_wall_time("24:00");
            }},
           {"unit", [](auto& request) { request.set_unit(UnitName("patrull")); }},
       }) {
    v1::RecordPermitRequest request = Temporary();
    row.spoil(request);
    const absl::Status refused = world_.Do("police", request, RecordPermit);
    ASSERT_EQ(ReasonOf(refused), v1::ERROR_REASON_INVALID_FIELDS) << row.field;
    ASSERT_EQ(RefusalOf(refused).violations.size(), 1u) << row.field;
    EXPECT_EQ(RefusalOf(refused).violations[0].field, row.field);
  }
  EXPECT_EQ(Unit().permits_size(), 1);
}

// Of years, and not of a month as other periods.
TEST_F(GateTest, APermitAppliesForYears) {
  v1::UpsertUnitRequest request;
  request.set_request_id("2f1b3c9e-8d4a-4f6b-9c1d-7e5a3b2c1d0f");
  *request.mutable_unit() = Unit();
  v1::TimeWindow& window = *request.mutable_unit()->mutable_permits(0)->mutable_window();
  *window.mutable_start_time() = TimestampOf(world_.now());
  *window.mutable_end_time() = TimestampOf(world_.now() + absl::Hours(24 * 365 * 3));
  EXPECT_TRUE(CheckShape(request).ok()) << CheckShape(request);
  *window.mutable_end_time() = TimestampOf(world_.now() + absl::Hours(24 * 365 * 11));
  EXPECT_EQ(ReasonOf(CheckShape(request)), v1::ERROR_REASON_INVALID_FIELDS);
}

// ---- Who is told what.

TEST_F(GateTest, ChecksThoseWhoAreOutAndThoseThatOneMayCommit) {
  EXPECT_THAT(UnitsIn(Check("reporter")), IsEmpty());
  EXPECT_THAT(UnitsIn(Check("dispatcher")), ElementsAre("falt", "vardar"));
  EXPECT_THAT(UnitsIn(Check("police")), ElementsAre("patrull", "ronden"));
  Register("landlord", "ronden", 2);
  EXPECT_THAT(UnitsIn(Check("reporter")), ElementsAre("ronden"));
  EXPECT_THAT(UnitsIn(Check("reporter", {"vardar"})), ElementsAre("vardar"));
  EXPECT_FALSE(Check("reporter", {"ronden"}).checks(0).shift().empty());
  Check("reporter", {"nobody"});
  EXPECT_EQ(ReasonOf(status_), v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(GateTest, ClashesAndCommitmentsAreToldToWhomTheyAreShown) {
  const std::string other = world_.Propose("chair", Deployment().problem());
  ASSERT_TRUE(world_.Commit("dispatcher", other, "vardar").ok());
  ASSERT_TRUE(world_.Decide(other).ok());
  const auto own = Check("dispatcher");
  EXPECT_TRUE(Of(own, "vardar")->taken());
  EXPECT_EQ(Of(own, "vardar")->clash(),
            world_.Now<v1::Deployment>(other).commitments(0).assignment());
  EXPECT_FALSE(Of(own, "falt")->taken());
  const auto others = Check("landlord", {"vardar"});
  EXPECT_FALSE(Of(others, "vardar")->taken()) << "what one does not see is not there";
  EXPECT_TRUE(Of(others, "vardar")->clash().empty());
  ASSERT_TRUE(world_.Commit("dispatcher", deployment_, "falt").ok());
  EXPECT_TRUE(Of(Check("dispatcher"), "falt")->committed());
  EXPECT_FALSE(Of(Check("landlord", {"falt"}), "falt")->committed());
}

TEST_F(GateTest, WarningsGoWithTheUnit) {
  ASSERT_TRUE(world_.Commit("dispatcher", deployment_, "vardar").ok());
  EXPECT_THAT(Deployment().commitments(0).warnings(), ElementsAre(Gate::CODE_NO_SHIFT));
  const auto shown = [&](absl::string_view member) {
    return world_.ShownTo(member, deployment_)->deployment().commitments(0);
  };
  EXPECT_THAT(shown("anna").warnings(), ElementsAre(Gate::CODE_NO_SHIFT));
  EXPECT_TRUE(shown("landlord").unit().empty());
  EXPECT_THAT(shown("landlord").warnings(), IsEmpty());
}

// A coordinator who does not lead the night decides over the deployment, not over who goes.
TEST_F(GateTest, WhoMayNotKnowTheUnitIsNotToldOfIt) {
  v1::Unit unit = Unit();
  unit.set_power(v1::Unit::POWER_VOLUNTEER);
  world_.Put(unit);
  Register("landlord", "ronden", 3);
  ASSERT_TRUE(world_.Commit("landlord", deployment_, "ronden").ok());
  ASSERT_TRUE(world_.Decide(deployment_).ok());
  const auto another = [](v1::Deployment& one) {
    one.set_kind(v1::Deployment::KIND_ACCESS_CONTROL);
  };
  absl::Status refused = world_.Revise("chair", deployment_, another);
  ASSERT_EQ(ReasonOf(refused), v1::ERROR_REASON_GATE_BLOCKED) << refused;
  EXPECT_EQ(RefusalOf(refused).metadata.count("unit"), 0u);
  EXPECT_FALSE(absl::StrContains(RefusalOf(refused).words.sv, "ronden"));
  EXPECT_EQ(RefusalOf(refused).metadata.at("organisation"), OrganisationName("bostader"));
  // The coordinators lead the night while nobody is named.
  refused = world_.Revise("coordinator", deployment_, another);
  EXPECT_EQ(RefusalOf(refused).metadata.at("reasons"), "NOT_FOR_VOLUNTEERS");
}

}  // namespace
}  // namespace samsyn::domain
