// Importing the police feed: every event is accounted for, a second import changes nothing, and an
// incomplete answer takes nothing away.
#include "clients/connectors/polisen_import.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "clients/connectors/polisen_poll.h"
#include "clients/connectors/source.h"
#include "tests/connectors/fake_server.h"

namespace samsyn::connectors {
namespace {

using samsyn::testing::FakeServer;
using ::testing::HasSubstr;
using ::testing::StartsWith;

ImportTarget TargetOf(absl::string_view code, FakeServer& server, int64_t head = 0) {
  return {std::string(code),
          [&server](const std::vector<v1::SubmitReportRequest>& requests) {
            EXPECT_LE(requests.size(), 500u);
            return server.Submit(requests);
          },
          head};
}

std::string DataFile(absl::string_view name) {
  absl::StatusOr<std::string> bytes = ReadSource(absl::StrCat(SAMSYN_TEST_DATA, "/", name));
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.ok() ? *std::move(bytes) : "";
}

int64_t SumOf(const ImportSummary& summary) {
  return summary.created + summary.amended + summary.unchanged + summary.skipped();
}

// A list of `count` events; the first says `type` about Haninge, the others are of Nacka.
std::string List(int count, absl::string_view type = "Brand") {
  std::vector<std::string> events;
  for (int i = 0; i < count; ++i) {
    events.push_back(
        absl::StrCat(R"({"id":)", 1000 + i,
                     R"(,"datetime":"2026-08-22 17:41:59 +02:00","name":"22 augusti 11.48, )",
                     i == 0 ? type : "Brand", ", ", i == 0 ? "Haninge" : "Nacka",
                     R"(","summary":"Det brinner.","url":"/a/","type":")", i == 0 ? type : "Brand",
                     R"(","location":{"name":"Stockholms län"}})"));
  }
  return absl::StrCat("[", absl::StrJoin(events, ","), "]");
}

const absl::Time kFriday = absl::FromUnixSeconds(1787930000);

TEST(PolisenImport, TheWholeArchiveReadsWithoutAnError) {
  FakeServer haninge;
  const std::string archive = DataFile("polisen-stockholm.jsonl.gz");
  const ImportSummary first =
      PolisenImporter({TargetOf("0136", haninge)}).Import(archive, absl::InfinitePast());
  EXPECT_EQ(first.read, 8593);
  EXPECT_EQ(SumOf(first), first.read);
  EXPECT_TRUE(first.unread.empty());
  EXPECT_EQ(first.degraded, "");
  EXPECT_EQ(first.created + first.amended + first.unchanged, 326);
  EXPECT_EQ(first.county_wide, 209);
  EXPECT_EQ(static_cast<size_t>(first.created), haninge.reports().size());
  EXPECT_GT(first.amended, 0);
  EXPECT_EQ(first.unchanged, 0);
  for (const auto& [id, report] : haninge.reports()) {
    EXPECT_FALSE(report.has_point());
    EXPECT_EQ(report.place_text(), "Haninge");
  }
}

TEST(PolisenImport, ASecondImportChangesNothing) {
  for (const bool answers_kept : {true, false}) {
    FakeServer haninge;
    const std::string archive = DataFile("polisen-stockholm.jsonl.gz");
    PolisenImporter({TargetOf("0136", haninge)}).Import(archive, absl::InfinitePast());
    const int64_t head = haninge.revision();
    if (!answers_kept) haninge.Forget();
    const ImportSummary second =
        PolisenImporter({TargetOf("0136", haninge, head)}).Import(archive, absl::InfinitePast());
    EXPECT_EQ(haninge.revision(), head);
    EXPECT_EQ(second.created, 0);
    EXPECT_EQ(second.amended, 0);
    EXPECT_EQ(second.unchanged, 326);
    EXPECT_EQ(SumOf(second), second.read);
  }
}

TEST(PolisenImport, ARealAnswerOfOneFriday) {
  FakeServer haninge;
  const std::string page = DataFile("polisen-page-2026-05-29.json");
  PolisenImporter importer({TargetOf("0136", haninge)});
  const ImportSummary summary = importer.Import(page, absl::InfinitePast());
  EXPECT_EQ(summary.read, 500);
  EXPECT_EQ(SumOf(summary), 500);
  EXPECT_EQ(summary.degraded, "");
  EXPECT_TRUE(summary.unread.empty());
  EXPECT_GT(summary.created, 0);
  EXPECT_EQ(importer.Import(page, absl::InfinitePast()).unchanged, summary.created);
  EXPECT_EQ(haninge.calls(), 1);  // what the last answer said already is not sent again
}

TEST(PolisenImport, SeveralMunicipalitiesEachGetTheirOwn) {
  FakeServer haninge, nynashamn, both_haninge;
  const std::string archive = DataFile("polisen-stockholm.jsonl.gz");
  const ImportSummary both =
      PolisenImporter({TargetOf("0136", haninge), TargetOf("0192", nynashamn)})
          .Import(archive, absl::InfinitePast());
  const ImportSummary one =
      PolisenImporter({TargetOf("0136", both_haninge)}).Import(archive, absl::InfinitePast());
  EXPECT_EQ(haninge.reports().size(), both_haninge.reports().size());
  EXPECT_EQ(one.not_ours - both.not_ours, 129);
  EXPECT_EQ(both.created,
            static_cast<int64_t>(haninge.reports().size() + nynashamn.reports().size()));
  EXPECT_EQ(SumOf(both), both.read);
}

TEST(PolisenImport, AnEventChangedUnderItsIdAmends) {
  FakeServer haninge;
  PolisenImporter importer({TargetOf("0136", haninge)});
  EXPECT_EQ(importer.Import(List(500), kFriday).created, 1);
  EXPECT_EQ(importer.Import(List(500), kFriday + absl::Minutes(1)).unchanged, 1);
  EXPECT_EQ(importer.Import(List(500, "Mordbrand"), kFriday + absl::Minutes(2)).amended, 1);
  // A program that was started anew says it again: equal content.
  PolisenImporter anew({TargetOf("0136", haninge)});
  EXPECT_EQ(anew.Import(List(500, "Mordbrand"), kFriday + absl::Minutes(3)).unchanged, 1);
  EXPECT_EQ(haninge.reports().size(), 1u);
  EXPECT_EQ(haninge.reports().begin()->second.source().source_type(), "Mordbrand");
}

TEST(PolisenImport, AnOlderFileChangesNothing) {
  FakeServer haninge;
  PolisenImporter({TargetOf("0136", haninge)}).Import(List(500, "Mordbrand"), kFriday);
  const ImportSummary old =
      PolisenImporter({TargetOf("0136", haninge)}).Import(List(500), absl::InfinitePast());
  EXPECT_EQ(old.unchanged, 1);
}

TEST(PolisenImport, ShortAndEmptyAnswersDegradeTheSourceAndDeleteNothing) {
  FakeServer haninge;
  PolisenImporter importer({TargetOf("0136", haninge)});
  importer.Import(List(500), kFriday);
  const ImportSummary brief = importer.Import(List(60, "Mordbrand"), kFriday + absl::Minutes(1));
  EXPECT_EQ(brief.degraded, "only 60 events where 500 are usual");
  EXPECT_EQ(brief.amended, 1);
  EXPECT_THAT(brief.Text(), HasSubstr("the source is incomplete: only 60 events"));
  for (const char* empty : {"", "[]", "[{\"id\":", "<html>"}) {
    const ImportSummary summary = importer.Import(empty, kFriday + absl::Minutes(2));
    EXPECT_NE(summary.degraded, "") << empty;
    EXPECT_EQ(summary.read, 0);
  }
  EXPECT_EQ(haninge.reports().size(), 1u);
}

TEST(PolisenImport, SummarySaysWhyNotAll) {
  FakeServer haninge;
  PolisenImporter importer({TargetOf("0136", haninge)});
  const std::string stream =
      "{\"seen\":1,\"event\":{}}\n{\"seen\":1,\"event\":{}}\nno\n{\"id\":1,\"datetime\":\"2026-08-"
      "22 "
      "17:41:59 +02:00\",\"name\":\"22 augusti 11.48, Brand, Skåne län\",\"type\":\"Brand\"}\n";
  const ImportSummary summary = importer.Import(stream, absl::InfinitePast());
  EXPECT_EQ(
      summary.Text(),
      "read 4, new 0, amended 0, unchanged 0, skipped 4 (not ours 0; county-wide 1; unreadable "
      "3: no id 2, not JSON 1)");
}

TEST(PolisenImport, AServerThatDoesNotAnswerIsSaidAndTriedAgain) {
  FakeServer haninge;
  PolisenImporter importer({TargetOf("0136", haninge)});
  haninge.FailWith(absl::UnavailableError("no connection"));
  const ImportSummary failed = importer.Import(List(500), kFriday);
  EXPECT_EQ(failed.status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(SumOf(failed), failed.read);
  EXPECT_THAT(failed.Text(), HasSubstr("not all was sent: no connection"));
  haninge.FailWith(absl::OkStatus());
  EXPECT_EQ(importer.Import(List(500), kFriday).created, 1);
}

TEST(PolisenImport, RequestIdsAreUuidsThatRepeat) {
  std::set<std::string> ids;
  for (int round = 0; round < 2; ++round) {
    PolisenImporter({{"0136",
                      [&](const std::vector<v1::SubmitReportRequest>& requests) {
                        ids.insert(requests[0].request_id());
                        return absl::StatusOr<v1::SubmitReportsResponse>(
                            absl::UnavailableError("no"));
                      }}})
        .Import(List(500), kFriday);
  }
  ASSERT_EQ(ids.size(), 1u);
  EXPECT_THAT(*ids.begin(), ::testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-.*"));
}

TEST(PolisenPoll, KeepsTheSourcesRules) {
  PollSchedule schedule(absl::Seconds(5));
  const Fetched fine{FetchOutcome::kFetched, "", "", absl::ZeroDuration()};
  const Fetched slow{FetchOutcome::kSlowDown, "", "", absl::ZeroDuration()};
  EXPECT_EQ(schedule.After(fine), absl::Seconds(60));
  EXPECT_EQ(schedule.After(slow), absl::Seconds(120));
  EXPECT_EQ(schedule.After(slow), absl::Seconds(240));
  for (int i = 0; i < 10; ++i) schedule.After(slow);
  EXPECT_EQ(schedule.After(slow), absl::Hours(1));
  EXPECT_EQ(schedule.After({FetchOutcome::kSlowDown, "", "", absl::Hours(2)}), absl::Hours(2));
  EXPECT_EQ(schedule.After(fine), absl::Seconds(60));
  EXPECT_EQ(schedule.After({FetchOutcome::kGone, "", "", absl::ZeroDuration()}), absl::nullopt);
}

TEST(PolisenPoll, ImportsUntilTheSourceIsGone) {
  FakeServer haninge;
  PolisenImporter importer({TargetOf("0136", haninge)});
  std::vector<Fetched> answers = {{FetchOutcome::kFetched, List(500), "", {}},
                                  {FetchOutcome::kSlowDown, "", "429", {}},
                                  {FetchOutcome::kFetched, List(500, "Mordbrand"), "", {}},
                                  {FetchOutcome::kGone, "", "404", {}}};
  absl::Time now = kFriday;
  size_t next = 0;
  std::vector<std::string> said;
  PollHooks hooks;
  hooks.fetch = [&] { return answers[next++]; };
  hooks.now = [&] { return now; };
  hooks.wait = [&](absl::Duration wait) {
    now += wait;
    return true;
  };
  std::vector<absl::optional<absl::Duration>> waits;
  hooks.report = [&](const ImportSummary& summary, absl::optional<absl::Duration> wait) {
    said.push_back(summary.Text());
    waits.push_back(wait);
  };
  const absl::Status end = PollPolisen(importer, PollSchedule(absl::Seconds(60)), hooks);
  EXPECT_EQ(end.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(now, kFriday + absl::Minutes(1 + 2 + 1));
  ASSERT_EQ(said.size(), 4u);
  EXPECT_THAT(said[0], StartsWith("read 500, new 1, amended 0"));
  EXPECT_THAT(said[1], HasSubstr("incomplete: 429"));
  EXPECT_THAT(said[2], StartsWith("read 500, new 0, amended 1"));
  EXPECT_THAT(waits, ::testing::ElementsAre(absl::Minutes(1), absl::Minutes(2), absl::Minutes(1),
                                            absl::nullopt));
}

}  // namespace
}  // namespace samsyn::connectors
