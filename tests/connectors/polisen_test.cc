// The police feed's quirks, each as it was served.
#include "clients/connectors/parse/polisen.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/connectors/parse/polisen_time.h"
#include "clients/connectors/parse/text.h"

namespace samsyn::connectors {
namespace {

const PolisenReader& Reader() {
  static const PolisenReader* const reader = new PolisenReader();
  return *reader;
}

absl::Time At(const char* rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) << error;
  return time;
}

std::string Event(int id, absl::string_view datetime, absl::string_view name,
                  absl::string_view type, absl::string_view location = "Stockholms län") {
  return absl::StrCat(
      "{\"id\":", id, ",\"datetime\":\"", datetime, "\",\"name\":\"", name,
      "\",\"summary\":\"En händelse.\",\"url\":\"/aktuellt/handelser/x/\",\"type\":\"", type,
      "\",\"location\":{\"name\":\"", location, "\",\"gps\":\"59.602496,18.138438\"}}");
}

PolisenEvent Read(absl::string_view json) {
  absl::StatusOr<PolisenEvent> event = Reader().ReadEvent(json);
  EXPECT_TRUE(event.ok()) << event.status();
  return event.ok() ? *std::move(event) : PolisenEvent{};
}

TEST(Polisen, TypeWithAComma) {
  const PolisenEvent event = Read(Event(650290, "2026-08-22 17:41:59 +02:00",
                                        "22 augusti 11.48, Trafikolycka, personskada, Hjo",
                                        "Trafikolycka, personskada", "Västra Götalands län"));
  EXPECT_EQ(event.id, "650290");
  EXPECT_EQ(event.type, "Trafikolycka, personskada");
  EXPECT_EQ(event.place, "Hjo");
  EXPECT_EQ(event.occurred, At("2026-08-22T11:48:00+02:00"));
  EXPECT_EQ(event.published, At("2026-08-22T17:41:59+02:00"));
  EXPECT_EQ(event.location, "Västra Götalands län");
  EXPECT_EQ(Reader().Place(event).code, "1497");
}

TEST(Polisen, HourWithoutZero) {
  const PolisenEvent event =
      Read(Event(650273, "2026-08-22 9:13:04 +02:00", "22 augusti 08.01, Brand, Haninge", "Brand"));
  EXPECT_EQ(event.published, At("2026-08-22T09:13:04+02:00"));
}

TEST(Polisen, TitleTimeOfTheYearBefore) {
  const PolisenEvent event = Read(Event(480687, "2024-01-01 0:40:16 +01:00",
                                        "31 december 00.07, Brand, Nacka", "Brand", "Nacka"));
  EXPECT_EQ(event.occurred, At("2023-12-31T00:07:00+01:00"));
}

TEST(Polisen, TitleTimeLaterThanPublicationOnTheSameDayStays) {
  const PolisenEvent event =
      Read(Event(1, "2026-05-01 10:00:00 +02:00", "01 maj 12.30, Brand, Haninge", "Brand"));
  EXPECT_EQ(event.occurred, At("2026-05-01T12:30:00+02:00"));
}

TEST(Polisen, SummariesAreInformationAndHaveNoPlaceOfTheirOwn) {
  const PolisenEvent event = Read(Event(650256, "2026-08-22 7:00:00 +02:00",
                                        "22 augusti 06.00, Sammanfattning natt, Norrbottens län",
                                        "Sammanfattning natt", "Norrbottens län"));
  const v1::Report report = Reader().ToReport(event, event.published);
  EXPECT_EQ(report.category(), v1::CATEGORY_INFORMATION);
  EXPECT_TRUE(report.not_counted());
  EXPECT_FALSE(report.has_point());
  EXPECT_EQ(Reader().Place(event).where, Placement::kCountyWide);
}

TEST(Polisen, EmptyPlace) {
  const PolisenEvent event =
      Read(Event(2, "2023-06-20 17:00:00 +02:00", "20 juni 16.00, Brand, ", "Brand"));
  EXPECT_EQ(event.title_type, "Brand");
  EXPECT_EQ(event.place, "");
  EXPECT_EQ(Reader().Place(event).where, Placement::kCountyWide);
}

TEST(Polisen, EmptyPlaceIsReadFromTheMunicipalityOfOlderEvents) {
  const PolisenEvent event =
      Read(Event(2, "2023-06-20 17:00:00 +02:00", "20 juni 16.00, Brand, ", "Brand", "Haninge"));
  EXPECT_EQ(Reader().Place(event).code, "0136");
}

TEST(Polisen, TitleAndFieldDisagreeAboutTheType) {
  const PolisenEvent event = Read(
      Event(3, "2024-05-15 18:00:00 +02:00", "15 maj 16.38, Åldringsbrott, Haninge", "Bedrägeri"));
  EXPECT_EQ(event.type, "Bedrägeri");
  EXPECT_EQ(event.title_type, "Åldringsbrott");
  EXPECT_EQ(event.place, "Haninge");
  const v1::Report report = Reader().ToReport(event, event.published);
  EXPECT_EQ(report.category(), v1::CATEGORY_FRAUD);
  EXPECT_EQ(report.source().source_type(), "Bedrägeri (rubrik: Åldringsbrott)");
}

TEST(Polisen, TitleHasALongerTypeThanTheField) {
  EXPECT_EQ(Read(Event(4, "2024-05-15 18:00:00 +02:00",
                       "15 maj 16.38, Kontroll person/fordon, Stockholm", "Kontroll"))
                .place,
            "Stockholm");
  EXPECT_EQ(Read(Event(4, "2024-05-15 18:00:00 +02:00",
                       "15 maj 16.38, Trafikolycka, singel, Haninge", "Trafikolycka"))
                .place,
            "Haninge");
}

TEST(Polisen, UnknownTypesAreOther) {
  const PolisenEvent event = Read(Event(5, "2026-05-15 18:00:00 +02:00",
                                        "15 maj 16.38, Rymdbrott, grovt, Haninge", "Rymdbrott"));
  EXPECT_EQ(Reader().ToReport(event, event.published).category(), v1::CATEGORY_OTHER);
  const PolisenEvent unlike = Read(
      Event(5, "2026-05-15 18:00:00 +02:00", "15 maj 16.38, Rymdbrott, grovt, Haninge", "Annat"));
  EXPECT_EQ(unlike.place, "Haninge");
  EXPECT_EQ(unlike.title_type, "Rymdbrott, grovt");
}

TEST(Polisen, TrailingSpaceOfAType) {
  const PolisenEvent event = Read(Event(6, "2023-05-15 18:00:00 +02:00",
                                        "15 maj 16:38, Lagen om hundar och katter , Haninge",
                                        "Lagen om hundar och katter "));
  EXPECT_EQ(event.type, "Lagen om hundar och katter");
  EXPECT_EQ(event.place, "Haninge");
}

TEST(Polisen, PlaceContradictedByTheCountyIsNotTaken) {
  const PolisenEvent event = Read(
      Event(7, "2026-05-15 18:00:00 +02:00", "15 maj 16.38, Brand, Haninge", "Brand", "Skåne län"));
  EXPECT_EQ(Reader().Place(event).where, Placement::kElsewhere);
}

TEST(Polisen, ReportSaysWhatTheSourceSaysAndNoMore) {
  const PolisenEvent event =
      Read(Event(8, "2026-05-15 18:00:00 +02:00", "15 maj 16.38, Våldtäkt, Haninge", "Våldtäkt"));
  const v1::Report report = Reader().ToReport(event, At("2026-05-15T18:10:00+02:00"));
  EXPECT_EQ(report.category(), v1::CATEGORY_SEXUAL_OFFENCE);
  EXPECT_EQ(report.release().release_class(), v1::RELEASE_CLASS_PUBLIC);
  EXPECT_EQ(report.text(), "En händelse.");
  EXPECT_EQ(report.place_text(), "Haninge");
  EXPECT_EQ(report.source().source_uri(), "https://polisen.se/api/events");
  EXPECT_EQ(report.source().source_id(), "8");
  EXPECT_EQ(report.source().link(), "https://polisen.se/aktuellt/handelser/x/");
  EXPECT_FALSE(report.has_point());
  EXPECT_EQ(report.area(), "");
  EXPECT_EQ(report.severity(), 0);
  EXPECT_EQ(report.knowledge(), v1::Report::KNOWLEDGE_UNSPECIFIED);
}

TEST(Polisen, AnswerAsListAndAsArchivedStream) {
  const std::string event =
      Event(9, "2026-05-15 18:00:00 +02:00", "15 maj 16.38, Brand, Haninge", "Brand");
  const auto list = Reader().ReadAnswer(absl::StrCat("[", event, ",", event, "]"));
  ASSERT_TRUE(list.ok());
  EXPECT_FALSE(list->archived);
  EXPECT_EQ(list->events.size(), 2u);
  const auto stream =
      Reader().ReadAnswer(absl::StrCat("{\"seen\":1778861400,\"event\":", event, "}\n{\"seen\"\n"));
  ASSERT_TRUE(stream.ok());
  EXPECT_TRUE(stream->archived);
  ASSERT_EQ(stream->events.size(), 2u);
  EXPECT_EQ(stream->events[0]->seen, absl::FromUnixSeconds(1778861400));
  EXPECT_EQ(stream->events[1].status().message(), "not JSON");
}

TEST(Polisen, BrokenAnswersAreErrorsAndEmptyOnesAreEmpty) {
  EXPECT_FALSE(Reader().ReadAnswer("[{\"id\":1").ok());
  EXPECT_FALSE(Reader().ReadAnswer("<html>503</html>").ok());
  EXPECT_TRUE(Reader().ReadAnswer(" \n")->events.empty());
  EXPECT_TRUE(Reader().ReadAnswer("[]")->events.empty());
}

TEST(Polisen, EventsThatCannotBeReadSayWhy) {
  const auto why = [](absl::string_view json) {
    return std::string(Reader().ReadEvent(json).status().message());
  };
  EXPECT_EQ(why("[]"), "not an object");
  EXPECT_EQ(why("{}"), "no id");
  EXPECT_EQ(why("{\"id\":1,\"datetime\":5}"), "no datetime");
  EXPECT_EQ(why(Event(1, "2026-13-15 18:00:00 +02:00", "x", "x")), "no datetime");
  EXPECT_EQ(why(Event(1, "2026-05-15 18:00:00 +02:00", "Brand, Haninge", "Brand")),
            "no time in the title");
  EXPECT_EQ(
      why("{\"seen\":-1,\"event\":" +
          Event(1, "2026-05-15 18:00:00 +02:00", "15 maj 16.38, Brand, Haninge", "Brand") + "}"),
      "no seen time");
}

TEST(Polisen, LinksLeadToThePoliceOnly) {
  for (const char* url : {"//evil.example/x", "https://evil.example/", "javascript:alert(1)", ""}) {
    const PolisenEvent event = Read(absl::StrCat(
        "{\"id\":1,\"datetime\":\"2026-05-15 18:00:00 +02:00\",\"name\":\"15 maj 16.38, Brand, "
        "Haninge\",\"type\":\"Brand\",\"url\":\"",
        url, "\"}"));
    EXPECT_EQ(event.link, "") << url;
  }
}

TEST(PolisenTime, OnlyWhatTheCalendarHas) {
  EXPECT_FALSE(ReadPolisenDatetime("2026-02-30 18:00:00 +02:00"));
  EXPECT_FALSE(ReadPolisenDatetime("2026-02-20 18:00:00"));
  EXPECT_FALSE(ReadPolisenDatetime("2026-02-20T18:00:00 +02:00"));
  const absl::Time published = At("2025-03-01T08:00:00+01:00");
  const absl::TimeZone zone = absl::FixedTimeZone(3600);
  EXPECT_EQ(ReadPolisenTitleTime("29 februari 10.00", published, zone),
            At("2024-02-29T10:00:00+01:00"));
  EXPECT_FALSE(ReadPolisenTitleTime("30 februari 10.00", published, zone));
  EXPECT_FALSE(ReadPolisenTitleTime("3 brumaire 10.00", published, zone));
  EXPECT_EQ(ReadPolisenTitleTime("01 mars 7:05", published, zone), At("2025-03-01T07:05:00+01:00"));
}

TEST(Text, IsCleanedAndShortened) {
  EXPECT_EQ(CleanText("\xC2\xA0 två\xC2\xA0\n män\t\xE2\x80\xAE"), "två män");
  EXPECT_EQ(Shortened("åäö", 2), "åä");
  EXPECT_EQ(Shortened("🙂a", 1), "🙂");
}

}  // namespace
}  // namespace samsyn::connectors
