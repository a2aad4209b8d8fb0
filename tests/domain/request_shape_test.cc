// The shape of requests: tables of what is refused, and of what is not.
#include "server/domain/request_shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <samsyn/v1/access.pb.h>
#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/problem.pb.h>
#include <samsyn/v1/report.pb.h>
#include <samsyn/v1/watch.pb.h>

#include <functional>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "server/domain/limits.h"
#include "server/domain/utf8.h"

namespace samsyn::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kRequestId[] = "2f1b3c9e-8d4a-4f6b-9c1d-7e5a3b2c1d0f";

v1::SubmitReportRequest GoodReport() {
  v1::SubmitReportRequest request;
  request.set_request_id(kRequestId);
  request.set_municipality("municipalities/0136");
  v1::Report& report = *request.mutable_report();
  report.set_category(v1::CATEGORY_VANDALISM);
  report.set_text("Krossade rutor vid torget.\nSett av väktare\t21.30 🙂");
  report.set_area("municipalities/0136/areas/handen");
  report.mutable_point()->set_latitude_deg(59.168);
  report.mutable_point()->set_longitude_deg(18.145);
  report.mutable_occurred_time()->set_seconds(1795795200);
  return request;
}

std::vector<std::string> Fields(const google::protobuf::Message& request) {
  std::vector<std::string> fields;
  for (const Violation& violation : ShapeViolations(request)) {
    EXPECT_FALSE(violation.words.en.empty());
    EXPECT_FALSE(violation.words.sv.empty());
    EXPECT_NE(violation.words.en, violation.words.sv);
    fields.push_back(violation.field);
  }
  return fields;
}

TEST(RequestShape, TakesWhatIsRight) {
  EXPECT_THAT(Fields(GoodReport()), IsEmpty());
  EXPECT_TRUE(CheckShape(GoodReport()).ok());
}

TEST(RequestShape, SaysAllThatIsMissingAtOnce) {
  EXPECT_THAT(Fields(v1::SubmitReportRequest()),
              UnorderedElementsAre("request_id", "municipality", "report"));
  v1::SubmitReportRequest request;
  request.mutable_report();
  EXPECT_THAT(Fields(request),
              UnorderedElementsAre("request_id", "municipality", "report.category", "report.text"));
}

struct BadReport {
  const char* what;
  std::function<void(v1::SubmitReportRequest&)> spoil;
  std::vector<std::string> fields;
};

v1::Report& ReportOf(v1::SubmitReportRequest& request) { return *request.mutable_report(); }

std::function<void(v1::SubmitReportRequest&)> Text(std::string text) {
  return [text](v1::SubmitReportRequest& request) { ReportOf(request).set_text(text); };
}
std::function<void(v1::SubmitReportRequest&)> Point(double latitude, double longitude) {
  return [=](v1::SubmitReportRequest& request) {
    ReportOf(request).mutable_point()->set_latitude_deg(latitude);
    ReportOf(request).mutable_point()->set_longitude_deg(longitude);
  };
}
std::function<void(v1::SubmitReportRequest&)> Time(int64_t seconds, int nanos) {
  return [=](v1::SubmitReportRequest& request) {
    ReportOf(request).mutable_occurred_time()->set_seconds(seconds);
    ReportOf(request).mutable_occurred_time()->set_nanos(nanos);
  };
}

TEST(RequestShape, RefusesHostileReports) {
  const std::string point = "report.point.latitude_deg";
  const std::string longitude = "report.point.longitude_deg";
  const std::string time = "report.occurred_time";
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  const BadReport table[] = {
      {"no UUID", [](auto& r) { r.set_request_id("1"); }, {"request_id"}},
      {"no municipality", [](auto& r) { r.set_municipality("Haninge"); }, {"municipality"}},
      {"another kind of name",
       [](auto& r) { r.set_municipality("municipalities/0136/areas/a"); },
       {"municipality"}},
      {"no area", [](auto& r) { ReportOf(r).set_area("handen"); }, {"report.area"}},
      {"name of another kind",
       [](auto& r) { ReportOf(r).set_area("municipalities/0136/units/a"); },
       {"report.area"}},
      {"endless name",
       [](auto& r) {
         ReportOf(r).set_area("municipalities/0136/areas/" + std::string(100'000, 'a'));
       },
       {"report.area"}},
      {"unlocated is no area", [](auto& r) { ReportOf(r).set_area("unlocated"); }, {"report.area"}},
      {"blank text", Text(" \n\t "), {"report.text"}},
      {"long text", Text(std::string(4001, 'a')), {"report.text"}},
      {"huge text", Text(std::string(250'000, 'a')), {"report.text"}},
      {"NUL", Text(std::string("a\0b", 3)), {"report.text"}},
      {"escape", Text("a\x1b[31m"), {"report.text"}},
      {"delete", Text("a\x7f"), {"report.text"}},
      {"C1", Text("a\u0085b"), {"report.text"}},
      {"LRE", Text("a\u202ab"), {"report.text"}},
      {"RLO", Text("a\u202eb"), {"report.text"}},
      {"LRI", Text("a\u2066b"), {"report.text"}},
      {"PDI", Text("a\u2069b"), {"report.text"}},
      {"LRM", Text("a\u200eb"), {"report.text"}},
      {"RLM", Text("a\u200fb"), {"report.text"}},
      {"lone continuation", Text("a\x80z"), {"report.text"}},
      {"cut sequence", Text("a\xc3"), {"report.text"}},
      {"overlong", Text("\xc0\xaf"), {"report.text"}},
      {"overlong of three", Text("\xe0\x80\xaf"), {"report.text"}},
      {"surrogate", Text("\xed\xa0\x80"), {"report.text"}},
      {"beyond Unicode", Text("\xf4\x90\x80\x80"), {"report.text"}},
      {"unknown category",
       [](auto& r) { ReportOf(r).set_category(static_cast<v1::Category>(9999)); },
       {"report.category"}},
      {"negative category",
       [](auto& r) { ReportOf(r).set_category(static_cast<v1::Category>(-1)); },
       {"report.category"}},
      {"unknown class",
       [](auto& r) {
         ReportOf(r).mutable_release()->set_release_class(static_cast<v1::ReleaseClass>(7));
       },
       {"report.release.release_class"}},
      {"swapped", Point(18.145, 59.168), {point, longitude}},
      {"nowhere", Point(0, 0), {point, longitude}},
      {"too far south", Point(54.9, 18), {point}},
      {"NaN", Point(nan, 18), {point}},
      {"infinite", Point(59, infinite), {longitude}},
      {"long ago", Time(0, 0), {time}},
      {"far off", Time(4102444800, 0), {time}},
      {"end of time", Time(std::numeric_limits<int64_t>::max(), 0), {time}},
      {"before time", Time(std::numeric_limits<int64_t>::min(), 0), {time}},
      {"negative nanoseconds", Time(1795795200, -1), {time}},
      {"too many nanoseconds", Time(1795795200, 1'000'000'000), {time}},
      {"severity", [](auto& r) { ReportOf(r).set_severity(6); }, {"report.severity"}},
      {"negative severity", [](auto& r) { ReportOf(r).set_severity(-1); }, {"report.severity"}},
      {"precision",
       [](auto& r) { ReportOf(r).set_point_precision_m(50'001); },
       {"report.point_precision_m"}},
      {"long source",
       [](auto& r) {
         v1::Source& source = *ReportOf(r).mutable_source();
         source.set_source_uri(std::string(501, 'a'));
         source.set_source_id(std::string(201, 'a'));
       },
       {"report.source.source_uri", "report.source.source_id",
        "report.source.source_version_time"}},
      {"marks",
       [](auto& r) {
         for (int i = 0; i < 6; ++i) ReportOf(r).add_marks("påhittad");
       },
       {"report.marks"}},
      {"an empty mark",
       [](auto& r) {
         ReportOf(r).add_marks("påhittad");
         ReportOf(r).add_marks("");
       },
       {"report.marks[1]"}},
  };
  for (const BadReport& row : table) {
    v1::SubmitReportRequest request = GoodReport();
    row.spoil(request);
    EXPECT_THAT(Fields(request), ::testing::UnorderedElementsAreArray(row.fields)) << row.what;
    EXPECT_EQ(ReasonOf(CheckShape(request)), v1::ERROR_REASON_INVALID_FIELDS) << row.what;
  }
}

TEST(RequestShape, CountsCharactersNotBytes) {
  v1::SubmitReportRequest request = GoodReport();
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "å";
  request.mutable_report()->set_text(text);
  EXPECT_THAT(Fields(request), IsEmpty());
}

TEST(RequestShape, SaysThatCoordinatesAreSwapped) {
  v1::SubmitReportRequest request = GoodReport();
  Point(18.145, 59.168)(request);
  const auto violations = ShapeViolations(request);
  ASSERT_FALSE(violations.empty());
  EXPECT_THAT(violations.front().words.en, HasSubstr("possibly swapped"));
  EXPECT_THAT(violations.front().words.sv, HasSubstr("kanske omkastade"));
}

TEST(RequestShape, NamesThePlaceInsideLists) {
  v1::SubmitReportsRequest batch;
  for (int i = 0; i < 4; ++i) *batch.add_requests() = GoodReport();
  batch.mutable_requests(3)->mutable_report()->mutable_point()->set_latitude_deg(1);
  EXPECT_THAT(Fields(batch), ElementsAre("requests[3].report.point.latitude_deg"));
  for (int i = 0; i < 500; ++i) *batch.add_requests() = GoodReport();
  EXPECT_THAT(Fields(batch), ElementsAre("requests"));
}

TEST(RequestShape, IgnoresWhatTheServerSets) {
  v1::SubmitReportRequest request = GoodReport();
  v1::Report& report = *request.mutable_report();
  report.set_name("\xff");
  report.set_reporter("nobody");
  report.set_state(static_cast<v1::Report::State>(99));
  report.mutable_create_time()->set_nanos(-5);
  report.mutable_release()->add_organisations("\xff");
  report.add_earlier_versions()->set_text("\x1b");
  EXPECT_THAT(Fields(request), IsEmpty());
}

TEST(RequestShape, ChecksWindows) {
  v1::RegisterShiftRequest request;
  request.set_request_id(kRequestId);
  request.set_municipality("municipalities/0136");
  v1::Shift& shift = *request.mutable_shift();
  shift.set_unit("municipalities/0136/units/u");
  shift.set_people(2);
  v1::TimeWindow& window = *shift.mutable_window();
  window.mutable_start_time()->set_seconds(1795795200);
  EXPECT_THAT(Fields(request), ElementsAre("shift.window.end_time"));
  window.mutable_end_time()->set_seconds(1795795200);
  EXPECT_THAT(Fields(request), ElementsAre("shift.window.end_time"));
  window.mutable_end_time()->set_seconds(1795795200 + 32 * 86400);
  EXPECT_THAT(Fields(request), ElementsAre("shift.window.end_time"));
  window.mutable_end_time()->set_seconds(1795795200 + 31 * 86400);
  EXPECT_THAT(Fields(request), IsEmpty());
  shift.set_people(0);
  EXPECT_THAT(Fields(request), ElementsAre("shift.people"));
}

TEST(RequestShape, ChecksRolesAndLists) {
  v1::AddMemberRequest request;
  request.set_request_id(kRequestId);
  request.set_municipality("municipalities/0136");
  request.mutable_member();
  EXPECT_THAT(Fields(request), ElementsAre("member.roles"));
  request.mutable_member()->add_roles(v1::ROLE_UNSPECIFIED);
  request.mutable_member()->add_roles(static_cast<v1::Role>(77));
  EXPECT_THAT(Fields(request), ElementsAre("member.roles[0]", "member.roles[1]"));
}

TEST(RequestShape, FiltersMayNameWhatLiesInNoArea) {
  v1::ListReportsRequest request;
  request.set_municipality("municipalities/0136");
  request.add_areas("unlocated");
  EXPECT_THAT(Fields(request), IsEmpty());
  request.set_page_size(1001);
  request.add_areas("nowhere");
  EXPECT_THAT(Fields(request), UnorderedElementsAre("areas[1]", "page_size"));
}

TEST(RequestShape, ReasonsHaveTheirOwnLimits) {
  v1::RevokeReleaseRequest request;
  request.set_request_id(kRequestId);
  request.set_name("municipalities/0136/releases/x");
  request.set_reason(std::string(501, 'a'));
  EXPECT_THAT(Fields(request), ElementsAre("reason"));
}

TEST(RequestShape, BoundsWhatItReports) {
  v1::ApplySetupRequest request;
  request.set_request_id(kRequestId);
  for (int i = 0; i < 400; ++i) request.mutable_setup()->add_organisations();
  EXPECT_EQ(Fields(request).size(), 100u);
}

TEST(Utf8, ShortensAtCharacters) {
  EXPECT_EQ(Shortened("åäö", 3), "åäö");
  EXPECT_EQ(Shortened("åäöü", 3), "åä…");
  EXPECT_EQ(Shortened("", 3), "");
}

TEST(Utf8, LowersSwedishLetters) {
  EXPECT_EQ(LowerCase("ÅÄÖ Édith ABC × \xff 1"), "åäö édith abc × \xff 1");
}

TEST(RequestShape, ARecurrenceHasItsRanges) {
  v1::SubmitReportRequest request = GoodReport();
  v1::Report& report = *request.mutable_report();
  report.set_place("municipalities/0136/areas/porten");
  v1::Recurrence& rule = *report.mutable_recurrence();
  rule.set_frequency(v1::Recurrence::FREQUENCY_WEEKLY);
  rule.set_interval(52);
  for (const int day : {1, 7}) rule.add_iso_weekdays(day);
  rule.set_day_of_month(31);
  rule.add_skipped_dates("2026-12-25");
  EXPECT_THAT(Fields(request), IsEmpty());
  report.set_place("municipalities/0136/units/porten");
  rule.clear_frequency();
  rule.set_interval(53);
  for (const int day : {0, 8}) rule.add_iso_weekdays(day);
  rule.set_day_of_month(32);
  rule.add_skipped_dates("2026-12-25T00");
  EXPECT_THAT(Fields(request),
              UnorderedElementsAre(
                  "report.place", "report.recurrence.frequency", "report.recurrence.interval",
                  "report.recurrence.iso_weekdays[2]", "report.recurrence.iso_weekdays[3]",
                  "report.recurrence.day_of_month", "report.recurrence.skipped_dates[1]"));
  for (int i = 0; i < 60; ++i) rule.add_skipped_dates("2026-12-25");
  for (int i = 0; i < 60; ++i) rule.add_iso_weekdays(1);
  const std::vector<std::string> fields = Fields(request);
  EXPECT_THAT(fields, ::testing::Contains("report.recurrence.skipped_dates"));
  EXPECT_THAT(fields, ::testing::Contains("report.recurrence.iso_weekdays"));
}

TEST(RequestShape, ARepairNamesStateAndOrganisation) {
  v1::UpdateRepairRequest request;
  EXPECT_THAT(Fields(request), UnorderedElementsAre("request_id", "name", "state"));
  request.set_request_id(kRequestId);
  request.set_name("municipalities/0136/reports/x");
  request.set_state(v1::Repair::STATE_FIXED);
  request.set_responsible_organisation("municipalities/0136/organisations/bostader");
  request.set_reference(std::string(200, 'x'));
  EXPECT_THAT(Fields(request), IsEmpty());
  request.set_responsible_organisation("bostader");
  request.set_reference(std::string(201, 'x'));
  request.set_note(std::string(1001, 'x'));
  EXPECT_THAT(Fields(request),
              UnorderedElementsAre("responsible_organisation", "reference", "note"));
}

}  // namespace
}  // namespace samsyn::domain
