// Places below an area: where they may lie, what is counted, who answers, and what a report makes
// of them.
#include "server/domain/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/domain/directory_rules.h"
#include "server/domain/lists.h"
#include "server/domain/meeting_rules.h"
#include "server/domain/setup_rules.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::AreaName;
using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::OrganisationName;
using ::testing::UnorderedElementsAre;

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const Violation& violation : RefusalOf(status).violations) fields.push_back(violation.field);
  return fields;
}

v1::UpsertAreaRequest Upsert(absl::string_view id, v1::Area::Kind kind, absl::string_view parent) {
  v1::UpsertAreaRequest request;
  request.mutable_area()->set_name(AreaName(id));
  request.mutable_area()->set_display_name(std::string(id));
  request.mutable_area()->set_kind(kind);
  if (!parent.empty()) request.mutable_area()->set_parent(AreaName(parent));
  return request;
}

// In handen, which has a border: a property with one of its own, an address in it, an entrance in
// that; and an address that lies in no property. brandbergen stands beside.
class PlacesWorld : public ContentWorld {
 public:
  PlacesWorld() {
    Make("kvarteret", v1::Area::KIND_PROPERTY, "handen");
    Make("gatan-1", v1::Area::KIND_ADDRESS, "kvarteret");
    Make("port-a", v1::Area::KIND_ENTRANCE, "gatan-1");
    Make("stigen-2", v1::Area::KIND_ADDRESS, "handen");
  }
  void Make(absl::string_view id, v1::Area::Kind kind, absl::string_view parent) {
    const absl::Status made = Do("samordnare", Upsert(id, kind, parent), UpsertArea);
    EXPECT_TRUE(made.ok()) << id << " " << made;
  }
  void Border(absl::string_view id, double south, double west, double north, double east) {
    v1::Area area = Now<v1::Area>(AreaName(id));
    AddSquare("form", south, west, north, east);
    *area.mutable_polygon() = Now<v1::Area>(AreaName("form")).polygon();
    v1::Area form = Now<v1::Area>(AreaName("form"));
    form.clear_polygon();
    Put(form);
    Put(area);
  }
};

TEST(Places, LieInWhatTheyCanLieIn) {
  using A = v1::Area;
  const struct {
    A::Kind kind;
    const char* parent;
    bool good;
  } table[] = {
      {A::KIND_PROPERTY, "handen", true},     {A::KIND_PROPERTY, "", false},
      {A::KIND_PROPERTY, "kvarteret", false}, {A::KIND_ADDRESS, "handen", true},
      {A::KIND_ADDRESS, "kvarteret", true},   {A::KIND_ADDRESS, "gatan-1", false},
      {A::KIND_ADDRESS, "", false},           {A::KIND_ENTRANCE, "gatan-1", true},
      {A::KIND_ENTRANCE, "kvarteret", true},  {A::KIND_ENTRANCE, "handen", false},
      {A::KIND_ENTRANCE, "port-a", false},    {A::KIND_ENTRANCE, "", false},
      {A::KIND_DISTRICT, "kvarteret", false}, {A::KIND_SCHOOL, "port-a", false},
      {A::KIND_SCHOOL, "handen", true},
  };
  for (const auto& row : table) {
    PlacesWorld world;
    const absl::Status made =
        world.Do("samordnare", Upsert("ny", row.kind, row.parent), UpsertArea);
    EXPECT_EQ(made.ok(), row.good) << A::Kind_Name(row.kind) << " in " << row.parent;
    if (!row.good) {
      EXPECT_THAT(FieldsOf(made), ElementsAre("area.parent"));
    }
  }
}

TEST(Places, StayOfTheirKindAndLieInNoCircle) {
  PlacesWorld world;
  EXPECT_THAT(
      FieldsOf(world.Do("samordnare", Upsert("handen", v1::Area::KIND_PROPERTY, "brandbergen"),
                        UpsertArea)),
      ElementsAre("area.kind"));
  EXPECT_THAT(
      FieldsOf(world.Do("samordnare", Upsert("kvarteret", v1::Area::KIND_HOUSING, ""), UpsertArea)),
      ElementsAre("area.kind"));
  EXPECT_THAT(
      FieldsOf(world.Do("samordnare", Upsert("handen", v1::Area::KIND_DISTRICT, "kvarteret"),
                        UpsertArea)),
      ElementsAre("area.parent"));
  EXPECT_TRUE(
      world.Do("samordnare", Upsert("handen", v1::Area::KIND_HOUSING, ""), UpsertArea).ok());
}

TEST(Places, ASetUpTakesThemInAnyOrder) {
  ContentWorld world;
  v1::ApplySetupRequest request;
  v1::GetSetupRequest get;
  get.set_municipality(kMunicipality);
  v1::GetSetupResponse now;
  ASSERT_TRUE(GetSetup(get, world.picture(), world.AudienceFor("samordnare"), &now).ok());
  *request.mutable_setup() = now.setup();
  for (const auto& one : {Upsert("port-a", v1::Area::KIND_ENTRANCE, "gatan-1"),
                          Upsert("gatan-1", v1::Area::KIND_ADDRESS, "kvarteret"),
                          Upsert("kvarteret", v1::Area::KIND_PROPERTY, "brandbergen")}) {
    *request.mutable_setup()->add_areas() = one.area();
  }
  const absl::Status applied = world.Do("samordnare", request, ApplySetup);
  ASSERT_TRUE(applied.ok()) << applied;
  EXPECT_EQ(CountedArea(world.picture(), AreaName("port-a")), AreaName("brandbergen"));
  const int last = request.setup().areas_size() - 1;
  request.mutable_setup()->mutable_areas(last)->set_kind(v1::Area::KIND_PARK);
  request.mutable_setup()->mutable_areas(last - 1)->clear_parent();
  EXPECT_THAT(FieldsOf(world.Do("samordnare", request, ApplySetup)),
              UnorderedElementsAre(absl::StrCat("setup.areas[", last, "].kind"),
                                   absl::StrCat("setup.areas[", last - 1, "].parent")));
}

TEST(Places, AreCountedWithTheAreaAndAnsweredForFromAbove) {
  PlacesWorld world;
  const View& view = world.picture();
  for (const char* id : {"kvarteret", "gatan-1", "port-a", "stigen-2", "handen"}) {
    EXPECT_EQ(CountedArea(view, AreaName(id)), AreaName("handen")) << id;
  }
  EXPECT_EQ(CountedArea(view, AreaName("nowhere")), "");
  EXPECT_EQ(ResponsibleFor(view, AreaName("port-a")), "");
  const auto answers = [&](absl::string_view area, absl::string_view organisation) {
    v1::Area changed = world.Now<v1::Area>(AreaName(area));
    changed.set_responsible_organisation(OrganisationName(organisation));
    world.Put(changed);
  };
  answers("handen", "kommunen");
  answers("kvarteret", "bostader");
  EXPECT_EQ(ResponsibleFor(view, AreaName("port-a")), OrganisationName("bostader"));
  EXPECT_EQ(ResponsibleFor(view, AreaName("stigen-2")), OrganisationName("kommunen"));
}

TEST(Places, AReportOfAPlaceIsCountedWithItsArea) {
  PlacesWorld world;
  v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_VANDALISM, "x");
  v1::Report& asked = *request.mutable_report();
  const struct {
    const char *area, *place;
    const char *becomes_area, *becomes_place;
  } table[] = {
      {"port-a", "", "handen", "port-a"},
      {"", "gatan-1", "handen", "gatan-1"},
      {"handen", "gatan-1", "handen", "gatan-1"},
      {"gatan-1", "gatan-1", "handen", "gatan-1"},
      {"handen", "", "handen", ""},
      {"", "", "", ""},
  };
  const auto name = [](const char* id) { return *id == '\0' ? std::string() : AreaName(id); };
  for (const auto& row : table) {
    asked.set_area(name(row.area));
    asked.set_place(name(row.place));
    const v1::Report report = world.Submit("vard", request);
    ASSERT_FALSE(report.name().empty()) << row.area << "/" << row.place;
    EXPECT_EQ(report.area(), name(row.becomes_area)) << row.area << "/" << row.place;
    EXPECT_EQ(report.place(), name(row.becomes_place)) << row.area << "/" << row.place;
  }
  for (const auto& [area, place] :
       {std::pair{"brandbergen", "gatan-1"}, {"port-a", "stigen-2"}, {"handen", "torget"}}) {
    asked.set_area(AreaName(area));
    asked.set_place(AreaName(place));
    EXPECT_THAT(FieldsOf(world.Do("vard", request, SubmitReport)), ElementsAre("report.place"))
        << area << "/" << place;
  }
  asked.set_place(AreaName("nowhere"));
  EXPECT_EQ(ReasonOf(world.Do("vard", request, SubmitReport)), v1::ERROR_REASON_NOT_FOUND);
}

TEST(Places, WhatIsKeptAtAreaLevelNamesNone) {
  PlacesWorld world;
  v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_SEXUAL_OFFENCE, "x");
  request.mutable_report()->set_area(AreaName("port-a"));
  EXPECT_THAT(FieldsOf(world.Do("vard", request, SubmitReport)), ElementsAre("report.area"));
  request.mutable_report()->set_area("");
  request.mutable_report()->set_place(AreaName("port-a"));
  EXPECT_THAT(FieldsOf(world.Do("vard", request, SubmitReport)), ElementsAre("report.place"));
}

TEST(Places, APointGivesTheSmallestPlaceThatHoldsItAndNoPlaceAsArea) {
  PlacesWorld world;
  world.Border("kvarteret", 59.12, 18.12, 59.14, 18.14);
  world.Border("gatan-1", 59.12, 18.12, 59.13, 18.13);
  v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_VANDALISM, "x");
  v1::LatLng& point = *request.mutable_report()->mutable_point();
  point.set_longitude_deg(18.125);
  point.set_latitude_deg(59.125);
  v1::Report report = world.Submit("vard", request);
  EXPECT_EQ(report.area(), AreaName("handen"));
  EXPECT_EQ(report.place(), AreaName("gatan-1"));
  point.set_latitude_deg(59.135);
  EXPECT_EQ(world.Submit("vard", request).place(), AreaName("kvarteret"));
  point.set_latitude_deg(59.15);
  report = world.Submit("vard", request);
  EXPECT_EQ(report.area(), AreaName("handen"));
  EXPECT_EQ(report.place(), "");
  // Who says another area knows better than the point.
  point.set_latitude_deg(59.125);
  request.mutable_report()->set_area(AreaName("brandbergen"));
  report = world.Submit("vard", request);
  EXPECT_EQ(report.area(), AreaName("brandbergen"));
  EXPECT_EQ(report.place(), "");
}

TEST(Places, FiltersTakeWhatLiesBelow) {
  PlacesWorld world;
  const auto submit = [&](absl::string_view area) {
    v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_VANDALISM, "x");
    if (!area.empty()) request.mutable_report()->set_area(AreaName(area));
    return world.Submit("vard", request).name();
  };
  const std::string entrance = submit("port-a"), address = submit("stigen-2"),
                    area = submit("handen"), other = submit("brandbergen"), nowhere = submit("");
  const auto listed = [&](std::vector<std::string> areas) {
    v1::ListReportsRequest request;
    request.set_municipality(kMunicipality);
    *request.mutable_areas() = {areas.begin(), areas.end()};
    v1::ListReportsResponse response;
    EXPECT_TRUE(ListReports(request, world.picture(), world.AudienceFor("polis"), &response).ok());
    std::vector<std::string> names;
    for (const v1::Report& report : response.reports()) names.push_back(report.name());
    return names;
  };
  EXPECT_THAT(listed({AreaName("handen")}), UnorderedElementsAre(entrance, address, area));
  EXPECT_THAT(listed({AreaName("kvarteret")}), ElementsAre(entrance));
  EXPECT_THAT(listed({AreaName("port-a"), "unlocated"}), UnorderedElementsAre(entrance, nowhere));
  EXPECT_THAT(listed({AreaName("torget")}), IsEmpty());
  EXPECT_THAT(listed({AreaName("handen"), AreaName("brandbergen")}),
              UnorderedElementsAre(entrance, address, area, other));
  const auto entity = world.picture().Find(entrance);
  EXPECT_THAT(AreasOf(*entity), ElementsAre(AreaName("handen"), AreaName("port-a")));
}

TEST(Places, AreNotAssessed) {
  PlacesWorld world;
  world.AddMember("ordforande", "kommunen", {v1::ROLE_CHAIR});
  v1::ScheduleMeetingRequest schedule;
  schedule.set_municipality(kMunicipality);
  *schedule.mutable_meeting()->mutable_scheduled_time() = TimestampOf(world.now());
  ASSERT_TRUE(world.Do("ordforande", schedule, ScheduleMeeting).ok());
  v1::OpenMeetingRequest open;
  open.set_name(world.results().front());
  ASSERT_TRUE(world.Do("ordforande", open, OpenMeeting).ok());
  v1::AssessAreasRequest assess;
  assess.set_name(open.name());
  assess.set_unchanged_for_the_rest(true);
  ASSERT_TRUE(world.Do("ordforande", assess, AssessAreas).ok());
  EXPECT_EQ(world.picture().count(v1::ENTITY_KIND_AREA_ASSESSMENT), 3u)
      << "handen, torget, brandbergen";
  assess.add_levels()->set_area(AreaName("kvarteret"));
  assess.mutable_levels(0)->set_level(v1::AREA_LEVEL_YELLOW);
  EXPECT_THAT(FieldsOf(world.Do("ordforande", assess, AssessAreas)), ElementsAre("levels[0].area"));
}

}  // namespace
}  // namespace samsyn::domain
