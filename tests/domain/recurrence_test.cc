// How planned events come again, as tables: from the first time and the rule to the days, on the
// wall clock of Stockholm; R14 by name.
#include "server/domain/recurrence.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/time/civil_time.h>
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/domain/entity.h"

namespace samsyn::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

absl::TimeZone Zone() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Stockholm", &zone));
  return zone;
}

// "2026-11-27 20:00" in Stockholm; of a time that comes twice the first.
absl::Time At(absl::string_view text) {
  absl::CivilMinute minute;
  EXPECT_TRUE(absl::ParseCivilTime(absl::StrCat(text.substr(0, 10), "T", text.substr(11)), &minute))
      << text;
  return absl::FromCivil(minute, Zone());
}
// "27 20:00": day of the month and wall clock.
std::string Wall(absl::Time time) { return absl::FormatTime("%m-%d %H:%M", time, Zone()); }

v1::Report Event(absl::string_view start, absl::string_view end, const std::string& rule) {
  v1::Report event;
  event.set_kind(v1::Report::KIND_PLANNED_EVENT);
  *event.mutable_occurred_time() = TimestampOf(At(start));
  if (!end.empty()) *event.mutable_occurred_end_time() = TimestampOf(At(end));
  if (!rule.empty()) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(rule, event.mutable_recurrence()));
  }
  return event;
}

// The starts in a period.
std::vector<std::string> Starts(const v1::Report& event, absl::string_view from,
                                absl::string_view to) {
  std::vector<std::string> starts;
  for (const Occurrence& one : Occurrences(event, At(from), At(to), Zone())) {
    starts.push_back(Wall(one.start));
  }
  return starts;
}

struct Row {
  const char* what;
  const char* first;
  const char* rule;
  const char* from;
  const char* to;
  const char* starts;  // with commas
};

TEST(Recurrence, Days) {
  const Row table[] = {
      {"every week", "2026-11-06 20:00", "frequency: FREQUENCY_WEEKLY", "2026-11-01 00:00",
       "2026-12-01 00:00", "11-06 20:00,11-13 20:00,11-20 20:00,11-27 20:00"},
      {"never before the first", "2026-11-20 20:00", "frequency: FREQUENCY_WEEKLY",
       "2026-11-01 00:00", "2026-12-01 00:00", "11-20 20:00,11-27 20:00"},
      {"Friday and Saturday", "2026-11-06 20:00",
       "frequency: FREQUENCY_WEEKLY iso_weekdays: [6, 5]", "2026-11-01 00:00", "2026-11-16 00:00",
       "11-06 20:00,11-07 20:00,11-13 20:00,11-14 20:00"},
      // The week of Sunday 8 November began on the 2nd: the second week after it has the 22nd.
      {"every second week is counted in weeks from Monday", "2026-11-08 12:00",
       "frequency: FREQUENCY_WEEKLY interval: 2 iso_weekdays: [1, 7]", "2026-11-01 00:00",
       "2026-12-01 00:00", "11-08 12:00,11-16 12:00,11-22 12:00,11-30 12:00"},
      {"years ahead", "2026-11-06 20:00", "frequency: FREQUENCY_WEEKLY", "2036-10-01 00:00",
       "2036-10-15 00:00", "10-03 20:00,10-10 20:00"},
      {"ten years after the first it is over", "2026-11-06 20:00", "frequency: FREQUENCY_WEEKLY",
       "2036-11-01 00:00", "2036-11-30 00:00", ""},
      {"until", "2026-11-06 20:00",
       "frequency: FREQUENCY_WEEKLY until_time { seconds: 1795201200 }",  // 20 November 20:00
       "2026-11-01 00:00", "2026-12-01 00:00", "11-06 20:00,11-13 20:00,11-20 20:00"},
      {"not on Christmas Day", "2026-12-18 20:00",
       "frequency: FREQUENCY_WEEKLY skipped_dates: '2026-12-25'", "2026-12-01 00:00",
       "2027-01-05 00:00", "12-18 20:00,01-01 20:00"},
      {"every month on the day of the first", "2026-11-25 09:00", "frequency: FREQUENCY_MONTHLY",
       "2026-11-01 00:00", "2027-02-01 00:00", "11-25 09:00,12-25 09:00,01-25 09:00"},
      {"the 31st is the last of a shorter month", "2027-01-31 09:00",
       "frequency: FREQUENCY_MONTHLY day_of_month: 31", "2027-01-01 00:00", "2027-05-01 00:00",
       "01-31 09:00,02-28 09:00,03-31 09:00,04-30 09:00"},
      // Pay day: 25 April 2027 is a Sunday, 25 September 2027 a Saturday.
      {"pay day before the weekend", "2027-03-25 09:00",
       "frequency: FREQUENCY_MONTHLY day_of_month: 25 before_weekend: true", "2027-03-01 00:00",
       "2027-05-01 00:00", "03-25 09:00,04-23 09:00"},
      {"pay day on a Saturday", "2027-03-25 09:00",
       "frequency: FREQUENCY_MONTHLY day_of_month: 25 before_weekend: true", "2027-09-01 00:00",
       "2027-10-01 00:00", "09-24 09:00"},
      // 1 May 2027 is a Saturday: the Friday before lies in April.
      {"before a weekend that begins the month", "2027-04-01 09:00",
       "frequency: FREQUENCY_MONTHLY day_of_month: 1 before_weekend: true", "2027-04-15 00:00",
       "2027-05-01 00:00", "04-30 09:00"},
      {"every third month", "2026-11-15 09:00", "frequency: FREQUENCY_MONTHLY interval: 3",
       "2026-11-01 00:00", "2027-06-01 00:00", "11-15 09:00,02-15 09:00,05-15 09:00"},
      {"every year", "2026-04-30 18:00", "frequency: FREQUENCY_YEARLY", "2026-01-01 00:00",
       "2029-01-01 00:00", "04-30 18:00,04-30 18:00,04-30 18:00"},
      {"29 February is the 28th in other years", "2028-02-29 18:00", "frequency: FREQUENCY_YEARLY",
       "2028-01-01 00:00", "2033-01-01 00:00",
       "02-29 18:00,02-28 18:00,02-28 18:00,02-28 18:00,02-29 18:00"},
      {"every second year", "2026-04-30 18:00", "frequency: FREQUENCY_YEARLY interval: 2",
       "2027-01-01 00:00", "2031-01-01 00:00", "04-30 18:00,04-30 18:00"},
      {"once", "2026-11-28 15:00", "", "2026-11-01 00:00", "2026-12-01 00:00", "11-28 15:00"},
      {"once, at another time", "2026-11-28 15:00", "", "2026-11-28 15:01", "2026-12-01 00:00", ""},
  };
  for (const Row& row : table) {
    std::vector<std::string> expected;
    if (*row.starts != '\0') expected = absl::StrSplit(row.starts, ',');
    EXPECT_EQ(Starts(Event(row.first, "", row.rule), row.from, row.to), expected) << row.what;
  }
}

TEST(Recurrence, BelongsToThePeriodsThatItOverlaps) {
  const v1::Report night =
      Event("2026-11-06 22:00", "2026-11-07 03:00", "frequency: FREQUENCY_WEEKLY");
  EXPECT_THAT(Starts(night, "2026-11-14 02:59", "2026-11-14 12:00"), ElementsAre("11-13 22:00"));
  EXPECT_THAT(Starts(night, "2026-11-14 03:00", "2026-11-14 12:00"), IsEmpty());
  EXPECT_THAT(Starts(night, "2026-11-13 12:00", "2026-11-13 22:00"), IsEmpty());
  EXPECT_THAT(Starts(night, "2026-11-13 12:00", "2026-11-13 22:01"), ElementsAre("11-13 22:00"));
  // What has no length belongs to the period in which it begins.
  const v1::Report point = Event("2026-11-06 22:00", "", "frequency: FREQUENCY_WEEKLY");
  EXPECT_THAT(Starts(point, "2026-11-13 22:00", "2026-11-14 00:00"), ElementsAre("11-13 22:00"));
  EXPECT_THAT(Starts(point, "2026-11-13 20:00", "2026-11-13 22:00"), IsEmpty());
  // A fair of three days that began before the period.
  const v1::Report fair =
      Event("2026-11-06 10:00", "2026-11-08 18:00", "frequency: FREQUENCY_WEEKLY interval: 2");
  EXPECT_THAT(Starts(fair, "2026-11-22 17:00", "2026-11-22 18:00"), ElementsAre("11-20 10:00"));
}

TEST(Recurrence, R14_KeepsItsWallClockTimesWhenClocksChange) {
  // Saturdays 22:00–03:30, over 29 March and 25 October 2026: 4.5 and 6.5 hours long.
  const v1::Report night =
      Event("2026-03-21 22:00", "2026-03-22 03:30", "frequency: FREQUENCY_WEEKLY");
  const struct {
    const char* from;
    absl::Duration length;
  } rows[] = {{"2026-03-21 12:00", absl::Minutes(330)}, {"2026-03-28 12:00", absl::Minutes(270)},
              {"2026-04-04 12:00", absl::Minutes(330)}, {"2026-10-17 12:00", absl::Minutes(330)},
              {"2026-10-24 12:00", absl::Minutes(390)}, {"2026-10-31 12:00", absl::Minutes(330)}};
  for (const auto& row : rows) {
    const auto nights = Occurrences(night, At(row.from), At(row.from) + absl::Hours(24), Zone());
    ASSERT_EQ(nights.size(), 1u) << row.from;
    EXPECT_EQ(nights[0].end - nights[0].start, row.length) << row.from;
    EXPECT_THAT(Wall(nights[0].start), ::testing::EndsWith("22:00"));
    EXPECT_THAT(Wall(nights[0].end), ::testing::EndsWith("03:30"));
  }
}

TEST(Recurrence, R14_AnAbsentTimeIsWhenTheClockMovesAndOneThatComesTwiceIsWhole) {
  // Sundays 02:30 to 02:45.
  const v1::Report early =
      Event("2026-03-22 02:30", "2026-03-22 02:45", "frequency: FREQUENCY_WEEKLY");
  const auto absent = Occurrences(early, At("2026-03-29 00:00"), At("2026-03-30 00:00"), Zone());
  ASSERT_EQ(absent.size(), 1u);
  EXPECT_EQ(Wall(absent[0].start), "03-29 03:00");
  EXPECT_EQ(absent[0].end, absent[0].start);
  const auto twice = Occurrences(early, At("2026-10-25 00:00"), At("2026-10-26 00:00"), Zone());
  ASSERT_EQ(twice.size(), 1u);
  EXPECT_EQ(twice[0].start, At("2026-10-25 02:30")) << "the first";
  EXPECT_EQ(twice[0].end - twice[0].start, absl::Minutes(75)) << "to the second";
  // Without an end it is an instant in October too.
  const v1::Report instant = Event("2026-03-22 02:30", "", "frequency: FREQUENCY_WEEKLY");
  const auto october = Occurrences(instant, At("2026-10-25 00:00"), At("2026-10-26 00:00"), Zone());
  ASSERT_EQ(october.size(), 1u);
  EXPECT_EQ(october[0].end, october[0].start);
}

TEST(Recurrence, TheFirstTimeIsTheReportsOwnToTheSecond) {
  // It begins in the second of two hours of the same name.
  v1::Report event = Event("2026-10-25 02:30", "2026-10-25 04:00", "frequency: FREQUENCY_WEEKLY");
  *event.mutable_occurred_time() = TimestampOf(At("2026-10-25 02:30") + absl::Seconds(3607));
  const auto first = Occurrences(event, At("2026-10-25 00:00"), At("2026-10-26 00:00"), Zone());
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].start, TimeOf(event.occurred_time()));
}

std::vector<std::string> Wrong(const v1::Report& report) {
  std::vector<std::string> fields;
  for (const Violation& violation : WrongRecurrence(report, Zone())) {
    fields.push_back(violation.field);
  }
  return fields;
}

TEST(Recurrence, WhatMakesNoSenseIsRefused) {
  const char* const kFriday = "2026-11-27 20:00";
  EXPECT_THAT(Wrong(Event(kFriday, "2026-11-27 23:00", "frequency: FREQUENCY_WEEKLY")), IsEmpty());
  EXPECT_THAT(Wrong(Event(kFriday, "", "")), IsEmpty());
  EXPECT_THAT(Wrong(Event(kFriday, "", "frequency: FREQUENCY_WEEKLY iso_weekdays: [5, 5]")),
              ElementsAre("report.recurrence.iso_weekdays"));
  EXPECT_THAT(Wrong(Event(kFriday, "", "frequency: FREQUENCY_WEEKLY iso_weekdays: 4")),
              ElementsAre("report.occurred_time"));
  EXPECT_THAT(
      Wrong(Event(kFriday, "",
                  "frequency: FREQUENCY_WEEKLY day_of_month: 27 skipped_dates: '2026-02-30' "
                  "skipped_dates: '2026-12-25' skipped_dates: '26-12-2025'")),
      UnorderedElementsAre("report.recurrence.day_of_month", "report.recurrence.skipped_dates[0]",
                           "report.recurrence.skipped_dates[2]"));
  EXPECT_THAT(Wrong(Event(kFriday, "", "frequency: FREQUENCY_YEARLY before_weekend: true")),
              ElementsAre("report.recurrence.before_weekend"));
  EXPECT_THAT(Wrong(Event(kFriday, "", "frequency: FREQUENCY_MONTHLY iso_weekdays: 5")),
              ElementsAre("report.recurrence.iso_weekdays"));
  EXPECT_THAT(Wrong(Event(kFriday, "", "frequency: FREQUENCY_MONTHLY day_of_month: 25")),
              ElementsAre("report.occurred_time"));
  EXPECT_THAT(Wrong(Event(kFriday, "2027-01-27 20:00",
                          "frequency: FREQUENCY_WEEKLY until_time { seconds: 1795600000 }")),
              UnorderedElementsAre("report.recurrence.until_time", "report.occurred_end_time"));
  v1::Report defect = Event(kFriday, "", "frequency: FREQUENCY_WEEKLY");
  defect.set_kind(v1::Report::KIND_PHYSICAL_DEFECT);
  EXPECT_THAT(Wrong(defect), ElementsAre("report.recurrence"));
}

}  // namespace
}  // namespace samsyn::domain
