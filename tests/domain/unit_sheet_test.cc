// The card of a unit: what it takes with it, for whom, and of which class.
#include "server/domain/unit_sheet.h"

#include <absl/strings/match.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/domain/refusal.h"
#include "tests/testing/evening.h"

namespace samsyn::domain {
namespace {

using testing::AreaName;
using testing::Evening;
using ::testing::HasSubstr;
using testing::kMunicipality;
using testing::MemberName;
using ::testing::Not;
using testing::OrganisationName;
using testing::UnitName;

class UnitSheetTest : public ::testing::Test {
 protected:
  v1::GetUnitSheetResponse For(absl::string_view member, absl::string_view unit = "vardar") {
    v1::GetUnitSheetRequest request;
    request.set_unit(UnitName(unit));
    v1::GetUnitSheetResponse response;
    EXPECT_TRUE(
        GetUnitSheet(request, world_.picture(), world_.AudienceFor(member), world_.now(), &response)
            .ok());
    return response;
  }
  void AddShift(absl::string_view unit, bool withdrawn = false) {
    v1::Shift shift;
    shift.set_name(absl::StrCat(kMunicipality, "/shifts/", unit, withdrawn ? "-not" : ""));
    shift.set_owner(OrganisationName("kommun"));
    shift.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    shift.set_unit(UnitName(unit));
    shift.set_people(withdrawn ? 9 : 3);
    shift.set_withdrawn(withdrawn);
    shift.set_phone("070-1740601");
    shift.set_radio_group("RAPS-3");
    *shift.mutable_window()->mutable_start_time() = TimestampOf(world_.now());
    *shift.mutable_window()->mutable_end_time() = TimestampOf(world_.now() + absl::Hours(9));
    world_.Put(shift);
  }

  Evening world_;
};

TEST_F(UnitSheetTest, HoldsWhatTheUnitTakesWithIt) {
  AddShift("vardar");
  AddShift("vardar", /*withdrawn=*/true);
  const std::string name = world_.Offered();
  const std::string deployment = world_.Now<v1::Assignment>(name).deployment();
  ASSERT_TRUE(world_.Commit("police", deployment, "patrull").ok());
  v1::Assignment assignment = world_.Now<v1::Assignment>(name);
  v1::Stop& stop = *assignment.add_stops();
  stop.set_area(AreaName("brandbergen"));
  stop.set_minutes(15);
  *stop.mutable_start_time() = TimestampOf(world_.now() + absl::Minutes(90));
  world_.Put(assignment);
  const auto card = For("anna");
  ASSERT_EQ(card.assignments_size(), 1);
  EXPECT_EQ(card.assignments(0).name(), name);
  EXPECT_EQ(card.release_class(), v1::RELEASE_CLASS_RESTRICTED);
  for (const char* words :
       {"Insatskort: vardar", "Haninge", "Namngivna", "Aktör: kommun", "Slag: fältarbetare",
        "Pass: fre 17:00–02:00, 3 personer, tel. 070-1740601, radiogrupp RAPS-3",
        "Kvällsansvarig: samordnaren", "fre 18:00–20:00 · brandbergen", "Lugn kväll",
        "Gå runt centrum", "Buskörning vid centrum", "synlig närvaro",
        "- **Kvittera senast**: fre 17:15", "Ring 112. Annars polisen 114 14",
        "Skriv om platsen och händelsen, aldrig om vem", "Egna anteckningar",
        "| 1 | fre 18:30 | brandbergen | 15 |"}) {
    EXPECT_THAT(card.markdown(), HasSubstr(words));
  }
  EXPECT_THAT(card.markdown(), HasSubstr("polisen"));
  EXPECT_THAT(card.markdown(), Not(HasSubstr("patrull"))) << "companions as organisations";
  EXPECT_THAT(card.markdown(), Not(HasSubstr("9 personer"))) << "a shift that is not held";
  EXPECT_THAT(card.html(), HasSubstr("Buskörning vid centrum"));
  EXPECT_THAT(card.html(), Not(HasSubstr("<script")));
}

TEST_F(UnitSheetTest, NamesNoPerson) {
  world_.Offered();
  const std::string meeting = world_.Schedule();
  ASSERT_TRUE(world_.Open(meeting).ok());
  v1::SetNightLeadRequest lead;
  lead.set_name(meeting);
  lead.mutable_night_lead()->set_member(MemberName("secretary"));
  lead.mutable_night_lead()->set_phone("08-1234567");
  *lead.mutable_night_lead()->mutable_window()->mutable_start_time() = TimestampOf(world_.now());
  *lead.mutable_night_lead()->mutable_window()->mutable_end_time() =
      TimestampOf(world_.now() + absl::Hours(10));
  ASSERT_TRUE(world_.Do("chair", lead, SetNightLead).ok());
  const auto card = For("anna");
  EXPECT_THAT(card.markdown(), HasSubstr("Kvällsansvarig: kommun, tel. 08-1234567"));
  EXPECT_THAT(card.markdown(), Not(HasSubstr("Person ")));
}

TEST_F(UnitSheetTest, OfThisNightOnlyAndNotWhatIsCalledOff) {
  const std::string name = world_.Offered();
  world_.Advance(absl::Hours(24));
  EXPECT_EQ(For("anna").assignments_size(), 0);
  const std::string next = world_.Offered();
  ASSERT_EQ(For("anna").assignments_size(), 1);
  EXPECT_EQ(For("anna").assignments(0).name(), next);
  v1::StandDownRequest end;
  end.set_name(world_.Now<v1::Assignment>(next).deployment());
  end.set_reason("Regn");
  ASSERT_TRUE(world_.Do("chair", end, StandDown).ok());
  EXPECT_EQ(For("anna").assignments_size(), 0);
  EXPECT_THAT(For("anna").markdown(), HasSubstr("Inga uppdrag"));
}

TEST_F(UnitSheetTest, R6OthersGetTheCardWithoutWhatTheUnitIsToDo) {
  AddShift("vardar");
  world_.Offered();
  const auto card = For("landlord");
  EXPECT_EQ(card.assignments_size(), 0);
  EXPECT_EQ(card.release_class(), v1::RELEASE_CLASS_PARTNER);
  EXPECT_THAT(card.markdown(), HasSubstr("070-1740601"));
  EXPECT_THAT(card.markdown(), Not(HasSubstr("Gå runt centrum")));
  v1::GetUnitSheetRequest request;
  request.set_unit(UnitName("nowhere"));
  v1::GetUnitSheetResponse none;
  EXPECT_EQ(ReasonOf(GetUnitSheet(request, world_.picture(), world_.AudienceFor("anna"),
                                  world_.now(), &none)),
            v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(UnitSheetTest, PeoplesWordsAreNoMarkup) {
  const std::string name = world_.Offered();
  v1::Assignment assignment = world_.Now<v1::Assignment>(name);
  assignment.set_instruction("<b>Gå</b> | *runt* & [hem](http://ond.example)");
  world_.Put(assignment);
  const auto card = For("anna");
  EXPECT_THAT(card.html(), HasSubstr("&lt;b&gt;Gå&lt;/b&gt;"));
  EXPECT_THAT(card.html(), Not(HasSubstr("<b>Gå")));
  EXPECT_THAT(card.markdown(), Not(HasSubstr("[hem](")));
}

}  // namespace
}  // namespace samsyn::domain
