// What is planned in a period: who sees it, in what order, and that it never counts.
#include "server/domain/planned_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::World;

// The world's now is Friday 27 November, 17:00.
v1::SubmitReportRequest Event(const World& world, absl::string_view text, absl::Duration in,
                              bool weekly) {
  v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_PLANNED_EVENT, text);
  *request.mutable_report()->mutable_occurred_time() = TimestampOf(world.now() + in);
  *request.mutable_report()->mutable_occurred_end_time() =
      TimestampOf(world.now() + in + absl::Hours(3));
  if (weekly) {
    request.mutable_report()->mutable_recurrence()->set_frequency(v1::Recurrence::FREQUENCY_WEEKLY);
  }
  return request;
}

std::vector<std::string> Planned(const ContentWorld& world, absl::string_view member,
                                 absl::Duration from, absl::Duration to) {
  v1::ListPlannedEventsRequest request;
  request.set_municipality(kMunicipality);
  *request.mutable_window()->mutable_start_time() = TimestampOf(world.now() + from);
  *request.mutable_window()->mutable_end_time() = TimestampOf(world.now() + to);
  v1::ListPlannedEventsResponse response;
  EXPECT_TRUE(
      ListPlannedEvents(request, world.picture(), world.AudienceFor(member), &response).ok());
  std::vector<std::string> texts;
  for (const v1::PlannedOccurrence& one : response.occurrences()) {
    EXPECT_EQ(TimeOf(one.end_time()) - TimeOf(one.start_time()), absl::Hours(3));
    texts.push_back(one.report().text());
  }
  return texts;
}

TEST(PlannedEvents, ComeInTheOrderInWhichTheyBeginEachTimeThatTheyAreHeld) {
  ContentWorld world;
  world.Submit("vard", Event(world, "match", absl::Hours(22), false));
  world.Submit("vard", Event(world, "disko", absl::Hours(3), true));
  world.Submit("vard", ContentWorld::ReportOf(v1::CATEGORY_FIRE, "no event"));
  EXPECT_THAT(Planned(world, "polis", absl::ZeroDuration(), absl::Hours(60)),
              ElementsAre("disko", "match"));
  EXPECT_THAT(Planned(world, "polis", absl::Hours(30), absl::Hours(24 * 15)),
              ElementsAre("disko", "disko"));
  EXPECT_THAT(Planned(world, "polis", -absl::Hours(48), absl::ZeroDuration()), IsEmpty());
}

TEST(PlannedEvents, R6_AreThoseThatTheAudienceSees) {
  ContentWorld world;
  v1::SubmitReportRequest hidden = Event(world, "hemligt", absl::Hours(2), true);
  hidden.mutable_report()->mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  world.Submit("polis", hidden);
  world.Submit("polis", Event(world, "match", absl::Hours(3), false));
  EXPECT_THAT(Planned(world, "polis", absl::ZeroDuration(), absl::Hours(5)),
              ElementsAre("hemligt", "match"));
  EXPECT_THAT(Planned(world, "vard", absl::ZeroDuration(), absl::Hours(5)), ElementsAre("match"));
  EXPECT_THAT(Planned(world, "revisor", absl::ZeroDuration(), absl::Hours(5)), IsEmpty());
  v1::ListPlannedEventsRequest request;
  request.set_municipality("municipalities/0192");
  v1::ListPlannedEventsResponse response;
  EXPECT_EQ(
      ReasonOf(ListPlannedEvents(request, world.picture(), world.AudienceFor("polis"), &response)),
      v1::ERROR_REASON_NOT_FOUND);
}

TEST(PlannedEvents, StandWhileTheyAreNeitherSentBackNorRejectedNorRetracted) {
  ContentWorld world;
  using Request = v1::ReviewReportRequest;
  const std::string disco =
      world.Submit("vard", Event(world, "disko", absl::Hours(3), true)).name();
  const auto held = [&] {
    return Planned(world, "polis", absl::ZeroDuration(), absl::Hours(5)).size();
  };
  EXPECT_EQ(held(), 1u);
  ASSERT_TRUE(world.Review("forvaltare", disco, Request::VERDICT_RETURN).ok());
  EXPECT_EQ(held(), 0u);
  ASSERT_TRUE(world.Review("forvaltare", disco, Request::VERDICT_ACCEPT).ok());
  EXPECT_EQ(held(), 1u);
  ASSERT_TRUE(world.Review("forvaltare", disco, Request::VERDICT_REJECT).ok());
  EXPECT_EQ(held(), 0u);
}

TEST(PlannedEvents, NeverCount) {
  ContentWorld world;
  const std::string disco =
      world.Submit("vard", Event(world, "disko", absl::Hours(3), true)).name();
  ASSERT_TRUE(world.Review("forvaltare", disco, v1::ReviewReportRequest::VERDICT_ACCEPT).ok());
  const auto incident = world.Now<v1::Incident>(world.Now<v1::Report>(disco).incident());
  EXPECT_EQ(incident.state(), v1::Incident::STATE_CURRENT);
  EXPECT_FALSE(incident.counted());
  // Nor does one of another category.
  v1::SubmitReportRequest fires = Event(world, "valborg", absl::Hours(3), false);
  fires.mutable_report()->set_category(v1::CATEGORY_FIRE);
  fires.mutable_report()->set_kind(v1::Report::KIND_PLANNED_EVENT);
  const std::string name = world.Submit("vard", fires).name();
  ASSERT_TRUE(world.Review("forvaltare", name, v1::ReviewReportRequest::VERDICT_ACCEPT).ok());
  EXPECT_FALSE(world.Now<v1::Incident>(world.Now<v1::Report>(name).incident()).counted());
}

TEST(PlannedEvents, AreTheFirstThousand) {
  ContentWorld world;
  v1::SubmitReportRequest daily = Event(world, "öppet", absl::Hours(1), true);
  for (int day = 1; day <= 7; ++day) {
    daily.mutable_report()->mutable_recurrence()->add_iso_weekdays(day);
  }
  for (int i = 0; i < 40; ++i) ASSERT_FALSE(world.Submit("vard", daily).name().empty());
  EXPECT_EQ(Planned(world, "polis", absl::ZeroDuration(), absl::Hours(24 * 31)).size(), 1000u);
}

TEST(PlannedEvents, ARecurrenceIsRefusedWithTheField) {
  ContentWorld world;
  v1::SubmitReportRequest request = Event(world, "disko", absl::Hours(3), true);
  request.mutable_report()->mutable_recurrence()->add_iso_weekdays(1);
  const absl::Status status = world.Do("vard", request, SubmitReport);
  ASSERT_EQ(RefusalOf(status).violations.size(), 1u);
  EXPECT_EQ(RefusalOf(status).violations[0].field, "report.occurred_time");
}

}  // namespace
}  // namespace samsyn::domain
