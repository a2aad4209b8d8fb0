// R6: what a decision to share leaves out: of every kind, for whom, and that nothing else tells it.
#include "server/domain/redaction.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "server/domain/access_rules.h"
#include "server/domain/lists.h"
#include "server/domain/merge_rules.h"
#include "server/domain/release_changes.h"
#include "tests/domain/sharing.h"

namespace samsyn::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::AreaName;
using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using testing::Share;
using testing::Sharing;

constexpr char kCanary[] = "hemligt";
constexpr int64_t kEvening = 1795813020;  // 2026-11-27 21:57 in Stockholm

// Sets every field of a message, one element a list.
void Fill(Message& message, int depth = 0) {
  if (auto* const time = dynamic_cast<google::protobuf::Timestamp*>(&message)) {
    time->set_seconds(kEvening);
    return;
  }
  const auto& r = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = message.GetDescriptor()->field(i);
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        many ? r.AddString(&message, field, kCanary) : r.SetString(&message, field, kCanary);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        many ? r.AddDouble(&message, field, 59.1) : r.SetDouble(&message, field, 59.1);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth > 4) break;
        Fill(many ? *r.AddMessage(&message, field) : *r.MutableMessage(&message, field), depth + 1);
        break;
      default:
        break;
    }
  }
}

// Calls `visit` with every field that is set, with its message.
void Walk(const Message& message,
          const std::function<void(const Message&, const FieldDescriptor&)>& visit) {
  const auto& r = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  r.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    visit(message, *field);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    for (int i = 0; field->is_repeated() && i < r.FieldSize(message, field); ++i) {
      Walk(r.GetRepeatedMessage(message, field, i), visit);
    }
    if (!field->is_repeated()) Walk(r.GetMessage(message, field), visit);
  }
}

// The kinds that can be shared, and what follows them, with every field set.
std::vector<v1::Entity> Filled() {
  std::vector<v1::Entity> all;
  v1::Entity entity;
  for (int i = 0; i < v1::Entity::descriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = v1::Entity::descriptor()->field(i);
    const auto kind = static_cast<v1::EntityKind>(field->number());
    if (!CanBeReleased(kind) && kind != v1::ENTITY_KIND_INCIDENT &&
        kind != v1::ENTITY_KIND_FIELD_UPDATE && kind != v1::ENTITY_KIND_UNIT_POSITION) {
      continue;
    }
    entity.Clear();
    Fill(*entity.GetReflection()->MutableMessage(&entity, field));
    VisitEntity(entity, [](auto& message) {
      message.mutable_release()->Clear();
      if constexpr (requires { message.clear_guards(); }) message.clear_guards();  // never served
    });
    all.push_back(entity);
  }
  EXPECT_EQ(all.size(), 9u);
  return all;
}

TEST(LeaveOut, NoWordsStayWithoutText) {
  // Names of entities and members, numbers to call, and codes; nobody writes in them what happened.
  const std::set<std::string> kept = {
      "name",         "owner",       "etag",         "area",        "areas",
      "place",        "incident",    "reporter",     "source_uri",  "responsible_organisation",
      "reports",      "merged_into", "organisation", "incidents",   "problem",
      "meeting",      "decided_by",  "recorded_by",  "directed_by", "unit",
      "assignment",   "deployment",  "member",       "replaced_by", "handed_over_from",
      "reach_phone",  "assessed_by", "operation_id", "device_id",   "admiralty_code",
      "skipped_dates"};
  for (v1::Entity entity : Filled()) {
    LeaveOut({v1::WITHHELD_TEXT}, entity);
    Walk(entity, [&](const Message&, const FieldDescriptor& field) {
      if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return;
      EXPECT_TRUE(kept.contains(field.name())) << field.full_name();
    });
    EXPECT_THAT(ReleaseOf(entity).withheld(), ElementsAre(v1::WITHHELD_TEXT));
  }
}

TEST(LeaveOut, NoPlaceBelowTheAreaStaysWithoutPlace) {
  for (v1::Entity entity : Filled()) {
    LeaveOut({v1::WITHHELD_PLACE}, entity);
    Walk(entity, [&](const Message&, const FieldDescriptor& field) {
      for (const char* name : {"point", "point_precision_m", "place", "place_text", "stops",
                               "latitude_deg", "longitude_deg", "text_findings"}) {
        EXPECT_NE(field.name(), name) << field.full_name();
      }
    });
    const std::set<v1::EntityKind> of_an_area = {v1::ENTITY_KIND_REPORT, v1::ENTITY_KIND_INCIDENT,
                                                 v1::ENTITY_KIND_AREA_ASSESSMENT,
                                                 v1::ENTITY_KIND_INDICATOR};
    if (of_an_area.contains(KindOf(entity))) {
      EXPECT_THAT(AreasOf(entity), ElementsAre(kCanary)) << "the area stays";
    }
  }
}

TEST(LeaveOut, NoTimeOfDayStaysWithoutTime) {
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Stockholm", &zone));
  for (v1::Entity entity : Filled()) {
    LeaveOut({v1::WITHHELD_TIME}, entity);
    int times = 0;
    Walk(entity, [&](const Message& message, const FieldDescriptor& field) {
      if (field.name() != "seconds" ||
          message.GetDescriptor() != google::protobuf::Timestamp::descriptor()) {
        return;
      }
      ++times;
      const absl::CivilSecond wall = absl::ToCivilSecond(
          TimeOf(static_cast<const google::protobuf::Timestamp&>(message)), zone);
      EXPECT_EQ(wall, absl::CivilSecond(absl::CivilDay(wall)));
      EXPECT_EQ(wall.month(), 11);
    });
    EXPECT_GT(times, 1);
  }
}

TEST(LeaveOut, AWindowGoesOverWholeDays) {
  v1::Entity entity;
  v1::TimeWindow& window = *entity.mutable_deployment()->mutable_window();
  const auto at = [](int64_t seconds) { return TimestampOf(absl::FromUnixSeconds(seconds)); };
  *window.mutable_start_time() = at(kEvening);
  *window.mutable_end_time() = at(kEvening + 5 * 3600);  // 02:57
  LeaveOut({v1::WITHHELD_TIME}, entity);
  EXPECT_EQ(absl::FormatTime(TimeOf(window.start_time()), absl::UTCTimeZone()),
            "2026-11-26T23:00:00+00:00");
  EXPECT_EQ(absl::FormatTime(TimeOf(window.end_time()), absl::UTCTimeZone()),
            "2026-11-28T23:00:00+00:00");
  LeaveOut({v1::WITHHELD_TIME}, entity);
  EXPECT_EQ(absl::FormatTime(TimeOf(window.end_time()), absl::UTCTimeZone()),
            "2026-11-28T23:00:00+00:00")
      << "midnight is the end of a day already";
}

TEST(LeaveOut, TheDayIsThatOfTheWallInSummerToo) {
  v1::Entity entity;
  absl::Time night;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-06-19T22:30:00Z", &night, nullptr));
  *entity.mutable_report()->mutable_occurred_time() = TimestampOf(night);  // 00:30 on the 20th
  LeaveOut({v1::WITHHELD_TIME}, entity);
  EXPECT_EQ(absl::FormatTime(TimeOf(entity.report().occurred_time()), absl::UTCTimeZone()),
            "2026-06-19T22:00:00+00:00");
}

TEST(WithheldIn, LeavesAllOutForWhatItDoesNotKnow) {
  v1::Release decision;
  decision.add_withheld(v1::WITHHELD_TEXT);
  EXPECT_EQ(WithheldIn(decision.withheld()), WithheldSet{v1::WITHHELD_TEXT});
  decision.add_withheld(static_cast<v1::Withheld>(9));
  EXPECT_EQ(WithheldIn(decision.withheld()), AllWithheld());
}

// A report of the social services at a point on the square, accepted, and told in words.
class Redaction : public ::testing::Test {
 protected:
  Redaction() {
    v1::SubmitReportRequest request =
        ContentWorld::ReportOf(v1::CATEGORY_DRUGS, "Försäljning vid porten");
    v1::Report& report = *request.mutable_report();
    report.mutable_point()->set_latitude_deg(59.165);
    report.mutable_point()->set_longitude_deg(18.14);
    report.set_place_text("Porten 3");
    *report.mutable_occurred_time() = TimestampOf(world_.now() - absl::Hours(2));  // 15:00
    report.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
    report_ = world_.Submit("falt", request).name();
    EXPECT_TRUE(world_.Review("granskare", report_, v1::ReviewReportRequest::VERDICT_ACCEPT).ok());
    incident_ = world_.Now<v1::Report>(report_).incident();
  }

  v1::Report ReportFor(absl::string_view member) const {
    const EntityPtr shown = world_.ShownTo(member, report_);
    return shown == nullptr ? v1::Report() : shown->report();
  }
  v1::Incident IncidentFor(absl::string_view member) const {
    const EntityPtr shown = world_.ShownTo(member, incident_);
    return shown == nullptr ? v1::Incident() : shown->incident();
  }

  ContentWorld world_;
  std::string report_, incident_;
};

TEST_F(Redaction, IsForTheNamedAndGoesWithTheIncident) {
  ASSERT_TRUE(Share(world_, "granskare",
                    Sharing{report_, {"polisen"}, {v1::WITHHELD_PLACE, v1::WITHHELD_TEXT}})
                  .ok());
  ASSERT_TRUE(Share(world_, "granskare", Sharing{report_, {"kommunen"}}).ok());
  const v1::Report part = ReportFor("polis");
  EXPECT_THAT(part.release().withheld(), ElementsAre(v1::WITHHELD_PLACE, v1::WITHHELD_TEXT));
  EXPECT_EQ(part.text(), "");
  EXPECT_EQ(part.place_text(), "");
  EXPECT_FALSE(part.has_point());
  EXPECT_EQ(part.area(), AreaName("torget"));
  EXPECT_EQ(TimeOf(part.occurred_time()), world_.now() - absl::Hours(2));
  EXPECT_THAT(part.release().redactions(), IsEmpty());
  EXPECT_EQ(IncidentFor("polis").headline(), "");
  EXPECT_FALSE(IncidentFor("polis").has_point());
  for (const char* whole : {"falt", "samordnare"}) {
    EXPECT_EQ(ReportFor(whole).text(), "Försäljning vid porten") << whole;
    EXPECT_EQ(IncidentFor(whole).headline(), "Försäljning vid porten") << whole;
    EXPECT_THAT(ReportFor(whole).release().withheld(), IsEmpty()) << whole;
  }
  EXPECT_EQ(ReportFor("falt").release().redactions_size(), 1) << "the owner knows";
  EXPECT_THAT(ReportFor("samordnare").release().redactions(), IsEmpty());
  EXPECT_THAT(world_.Now<v1::Report>(report_).release().withheld(), IsEmpty()) << "never kept";
  EXPECT_EQ(ReportFor("vard").name(), "");
}

TEST_F(Redaction, OfTwoDecisionsItGetsWhatEitherGives) {
  ASSERT_TRUE(Share(world_, "granskare",
                    Sharing{report_, {"polisen"}, {v1::WITHHELD_PLACE, v1::WITHHELD_TEXT}})
                  .ok());
  ASSERT_TRUE(Share(world_, "granskare",
                    Sharing{report_, {"polisen"}, {v1::WITHHELD_TIME, v1::WITHHELD_TEXT}})
                  .ok());
  const std::string second = world_.results().front();
  EXPECT_THAT(ReportFor("polis").release().withheld(), ElementsAre(v1::WITHHELD_TEXT));
  v1::RevokeReleaseRequest revoke;
  revoke.set_name(second);
  ASSERT_TRUE(world_.Do("granskare", revoke, RevokeRelease).ok());
  EXPECT_THAT(ReportFor("polis").release().withheld(),
              ElementsAre(v1::WITHHELD_PLACE, v1::WITHHELD_TEXT))
      << "it narrows again";
}

TEST_F(Redaction, WhoSeesItByItsClassOrByWhatItIsGetsTheWhole) {
  ASSERT_TRUE(
      Share(world_, "granskare", Sharing{report_, {"kommunen", "polisen"}, {v1::WITHHELD_TEXT}})
          .ok());
  v1::SetClassRequest open;
  open.set_name(report_);
  open.set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  open.set_reason("Beslut");
  ASSERT_TRUE(world_.Do("granskare", open, SetClass).ok());
  EXPECT_EQ(ReportFor("polis").text(), "Försäljning vid porten");
  open.set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  ASSERT_TRUE(world_.Do("granskare", open, SetClass).ok());
  EXPECT_EQ(ReportFor("polis").text(), "") << "the decision still stands";
  const v1::Report worry = world_.Accepted("falt", v1::CATEGORY_YOUTH_CONCERN);
  ASSERT_TRUE(Share(world_, "granskare",
                    Sharing{worry.name(), {"kommunen", "polisen"}, {v1::WITHHELD_TEXT}})
                  .ok());
  EXPECT_NE(world_.ShownTo("samordnare", worry.name())->report().text(), "") << "coordinates";
  EXPECT_EQ(world_.ShownTo("polis", worry.name())->report().text(), "");
}

TEST_F(Redaction, AScreenLeavesOutWhatIsLeftOutForAnybodyPresent) {
  ASSERT_TRUE(Share(world_, "granskare", Sharing{report_, {"polisen"}, {v1::WITHHELD_TEXT}}).ok());
  ASSERT_TRUE(
      Share(world_, "granskare", Sharing{report_, {"kommunen"}, {v1::WITHHELD_PLACE}}).ok());
  v1::Meeting meeting;
  meeting.set_name(absl::StrCat(kMunicipality, "/meetings/2026-11-27"));
  *meeting.mutable_open_time() = TimestampOf(world_.now());
  for (const char* id : {"kommunen", "polisen", "soc"}) {
    meeting.add_attending_organisations(OrganisationName(id));
  }
  world_.Put(meeting);
  const v1::Report shown = ReportFor("skarm");
  EXPECT_THAT(shown.release().withheld(), ElementsAre(v1::WITHHELD_PLACE, v1::WITHHELD_TEXT));
  EXPECT_EQ(shown.text(), "");
  EXPECT_FALSE(shown.has_point());
}

TEST_F(Redaction, ListsSearchWhatIsShown) {
  ASSERT_TRUE(Share(world_, "granskare",
                    Sharing{report_, {"polisen"}, {v1::WITHHELD_TIME, v1::WITHHELD_TEXT}})
                  .ok());
  const auto found = [&](absl::string_view member, const v1::ListReportsRequest& request) {
    v1::ListReportsResponse response;
    EXPECT_TRUE(ListReports(request, world_.picture(), world_.AudienceFor(member), &response).ok());
    return response.reports_size() > 0;
  };
  v1::ListReportsRequest request;
  request.set_municipality(kMunicipality);
  EXPECT_TRUE(found("polis", request));
  request.set_word("försäljning");
  EXPECT_TRUE(found("falt", request));
  EXPECT_FALSE(found("polis", request));
  request.set_word("porten 3");
  EXPECT_FALSE(found("polis", request));
  request.clear_word();
  *request.mutable_period()->mutable_start_time() = TimestampOf(world_.now() - absl::Hours(3));
  *request.mutable_period()->mutable_end_time() = TimestampOf(world_.now());
  EXPECT_TRUE(found("falt", request));
  EXPECT_FALSE(found("polis", request)) << "a period of hours would tell the hour";
  *request.mutable_period()->mutable_start_time() = TimestampOf(world_.now() - absl::Hours(18));
  *request.mutable_period()->mutable_end_time() = TimestampOf(world_.now() - absl::Hours(16));
  EXPECT_FALSE(found("falt", request));
  EXPECT_TRUE(found("polis", request)) << "it is shown with the start of its day";
  v1::ListIncidentsRequest incidents;
  incidents.set_municipality(kMunicipality);
  *incidents.mutable_period() = request.period();
  v1::ListIncidentsResponse response;
  ASSERT_TRUE(
      ListIncidents(incidents, world_.picture(), world_.AudienceFor("polis"), &response).ok());
  EXPECT_EQ(response.incidents_size(), 1);
}

TEST_F(Redaction, AFilterByPlaceFindsWhatIsShownThere) {
  v1::Area address;
  address.set_name(AreaName("porten-3"));
  address.set_display_name("Porten 3");
  address.set_kind(v1::Area::KIND_ADDRESS);
  address.set_parent(AreaName("torget"));
  world_.Put(address);
  v1::Report report = world_.Now<v1::Report>(report_);
  report.set_place(address.name());
  world_.Put(report);
  ASSERT_TRUE(Share(world_, "granskare", Sharing{report_, {"polisen"}, {v1::WITHHELD_PLACE}}).ok());
  const auto found = [&](absl::string_view member, absl::string_view area) {
    v1::ListReportsRequest request;
    request.set_municipality(kMunicipality);
    request.add_areas(AreaName(area));
    v1::ListReportsResponse response;
    EXPECT_TRUE(ListReports(request, world_.picture(), world_.AudienceFor(member), &response).ok());
    return response.reports_size() > 0;
  };
  EXPECT_TRUE(found("falt", "porten-3"));
  EXPECT_FALSE(found("polis", "porten-3"));
  EXPECT_TRUE(found("polis", "torget"));
}

TEST_F(Redaction, WhoGetsAPartDecidesOverNothing) {
  ASSERT_TRUE(Share(world_, "granskare", Sharing{report_, {"polisen"}, {v1::WITHHELD_TIME}}).ok());
  v1::MergeReportsRequest merge;
  merge.set_incident(incident_);
  merge.add_reports(world_.Accepted("polis").name());
  EXPECT_EQ(ReasonOf(world_.Do("polis", merge, MergeReports)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  v1::ReviewReportRequest review;
  review.set_name(report_);
  review.set_verdict(v1::ReviewReportRequest::VERDICT_REJECT);
  review.set_note("Nej");
  EXPECT_EQ(ReasonOf(world_.Do("polis", review, ReviewReport)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  merge.set_incident(world_.Accepted("vard").incident());
  EXPECT_EQ(ReasonOf(world_.Do("vard", merge, MergeReports)), v1::ERROR_REASON_ROLE_MISSING)
      << "others are refused as before";
}

TEST_F(Redaction, PartsAnIncidentWhoseReportsAreNotSharedAlike) {
  const v1::Report other =
      world_.Accepted("falt", v1::CATEGORY_DRUGS, v1::RELEASE_CLASS_RESTRICTED);
  v1::MergeReportsRequest merge;
  merge.set_incident(incident_);
  merge.add_reports(other.name());
  ASSERT_TRUE(world_.Do("granskare", merge, MergeReports).ok());
  ASSERT_TRUE(Share(world_, "granskare", Sharing{report_, {"polisen"}}).ok());
  ASSERT_TRUE(Share(world_, "granskare", Sharing{other.name(), {"polisen"}}).ok());
  ASSERT_TRUE(world_.Do("granskare", merge, MergeReports).ok()) << "seen by the same again";
  ASSERT_TRUE(
      Share(world_, "granskare", Sharing{other.name(), {"bostader"}, {v1::WITHHELD_TEXT}}).ok());
  ASSERT_TRUE(Share(world_, "granskare", Sharing{report_, {"bostader"}}).ok());
  EXPECT_THAT(world_.Now<v1::Incident>(incident_).reports(), ElementsAre(report_));
  EXPECT_EQ(ReasonOf(world_.Do("granskare", merge, MergeReports)), v1::ERROR_REASON_INVALID_FIELDS)
      << "the same viewers, who get other parts of it";
}

}  // namespace
}  // namespace samsyn::domain
