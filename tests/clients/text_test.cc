// Times as people write them, widths as terminals show them, fields as commands fill them.
#include <absl/strings/match.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>
#include <absl/time/civil_time.h>
#include <gtest/gtest.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/meeting.pb.h>
#include <samsyn/v1/report.pb.h>
#include <samsyn/v1/situation.pb.h>

#include "clients/cli/fields.h"
#include "clients/cli/output.h"
#include "clients/cli/qr.h"
#include "clients/cli/situation_grid.h"
#include "clients/cli/table.h"
#include "clients/cli/times.h"
#include "clients/cli/watch_view.h"

namespace samsyn::cli {
namespace {

absl::Time At(int month, int day, int hour, int minute = 0) {
  return absl::FromCivil(absl::CivilMinute(2026, month, day, hour, minute), Stockholm());
}

// "now" is said at 27 November, `hour`; the answer in Stockholm, or "?" when it is no time.
std::string Read(absl::string_view text, int hour, Sense sense = Sense::kPlan) {
  absl::Time time;
  std::string problem;
  return ReadTime(text, At(11, 27, hour), sense, &time, &problem) ? WriteTime(time) : "?";
}

TEST(Times, AreReadAsPeopleWriteThem) {
  EXPECT_EQ(Read("2026-11-28T20:00:00+01:00", 9), "2026-11-28 20:00");
  EXPECT_EQ(Read("2026-11-28T19:00:00Z", 9), "2026-11-28 20:00");
  EXPECT_EQ(Read("2026-11-28 20:00", 9), "2026-11-28 20:00");
  EXPECT_EQ(Read("2026-11-28T20:00", 9), "2026-11-28 20:00");
  EXPECT_EQ(Read("20:00", 9), "2026-11-27 20:00");
  EXPECT_EQ(Read("8:30", 7), "2026-11-27 08:30");
  EXPECT_EQ(Read("03:30", 18), "2026-11-28 03:30");
  EXPECT_EQ(Read("03:30", 1), "2026-11-27 03:30");
  EXPECT_EQ(Read("17:40", 18, Sense::kPast), "2026-11-27 17:40");
  EXPECT_EQ(Read("23:40", 1, Sense::kPast), "2026-11-26 23:40");
  for (const char* wrong : {"", "25:00", "20", "tonight", "2026-13-01 10:00", "2026-11-27"}) {
    EXPECT_EQ(Read(wrong, 9), "?") << wrong;
  }
}

TEST(Times, TheHourThatSummerTimeLeavesOutIsRefused) {
  EXPECT_EQ(Read("2026-03-29 02:30", 9), "?");
  EXPECT_EQ(Read("2026-03-29 03:30", 9), "2026-03-29 03:30");
  EXPECT_EQ(Read("2026-10-25 02:30", 9), "2026-10-25 02:30");
  absl::Time first;
  std::string problem;
  ASSERT_TRUE(ReadTime("2026-10-25 02:30", At(10, 24, 9), Sense::kPlan, &first, &problem));
  EXPECT_EQ(absl::FormatTime("%H:%M", first, absl::UTCTimeZone()), "00:30");
}

TEST(Times, WindowsSayTheSecondDateOnlyWhenItIsAnother) {
  EXPECT_EQ(WriteWindow(At(11, 27, 20), At(11, 27, 23, 30)), "2026-11-27 20:00–23:30");
  EXPECT_EQ(WriteWindow(At(11, 27, 22), At(11, 28, 3, 30)), "2026-11-27 22:00–2026-11-28 03:30");
  EXPECT_EQ(WriteWindow(At(11, 27, 22), At(11, 28, 0)), "2026-11-27 22:00–00:00");
}

TEST(Table, CountsColumnsNotBytes) {
  EXPECT_EQ(WidthOf("område"), 6);
  EXPECT_EQ(WidthOf("e\xCC\x81"), 1);     // e and a combining accent
  EXPECT_EQ(WidthOf("\xE6\x97\xA5"), 2);  // a wide character
  EXPECT_EQ(WidthOf("\xFF\xC3"), 2);      // no UTF-8: one column a byte
  EXPECT_EQ(Cut("ångström", 4), "ång…");
  EXPECT_EQ(Cut("ång", 3), "ång");
  EXPECT_EQ(Padded("år", 4) + "|", "år  |");
  EXPECT_EQ(Padded("år", 4, true), "  år");
}

TEST(Table, AlignsNumbersToTheRight) {
  Table table({"Område", "Antal", "Text"});
  table.Add({"Handen", "3", "a"});
  table.Add({"Åby", "12", "b"});
  EXPECT_EQ(table.Render(),
            "Område  Antal  Text\n"
            "Handen      3  a\n"
            "Åby        12  b\n");
  EXPECT_EQ(table.Render(10), "Område  A…\nHanden   …\nÅby      …\n");
}

TEST(Table, TextFromOutsideCannotSteerATerminal) {
  EXPECT_EQ(Harmless("a\x1b[2Jb"), "a�[2Jb");
  EXPECT_EQ(Harmless("a\nb\tc"), "a b c");
  EXPECT_EQ(Harmless("a\nb\x1b", true), "a\nb�");
  EXPECT_EQ(Harmless("a\xE2\x80\xAE"
                     "b"),
            "a�b");
  EXPECT_EQ(Harmless("å\xFF"), "å�");
}

struct Fixture {
  Client client{ClientOptions{.token = "samsyn_0136_t_s"}};
  Names names{client};
  Failure Set(google::protobuf::Message& message, const char* path, const char* in,
              std::vector<std::string> texts) {
    return SetField(message, path, in, texts, {&names, At(11, 27, 18)});
  }
};

TEST(Fields, TakeShortNamesWordsAndPoints) {
  Fixture at;
  v1::SubmitReportRequest request;
  EXPECT_TRUE(at.Set(request, "report.area", "areas", {"brandbergen"}).ok());
  EXPECT_EQ(request.report().area(), "municipalities/0136/areas/brandbergen");
  EXPECT_TRUE(at.Set(request, "report.category", "", {"buskörning"}).ok());
  EXPECT_EQ(request.report().category(), v1::CATEGORY_RECKLESS_TRAFFIC);
  EXPECT_TRUE(at.Set(request, "report.point", "", {"59.17,18.14"}).ok());
  EXPECT_EQ(request.report().point().longitude_deg(), 18.14);
  EXPECT_TRUE(at.Set(request, "report.occurred_time", "", {"19:00"}).ok());
  EXPECT_EQ(request.report().occurred_time().seconds(), absl::ToUnixSeconds(At(11, 26, 19)));
  EXPECT_TRUE(at.Set(request, "report.category", "", {"planned-event"}).ok());
  EXPECT_TRUE(at.Set(request, "report.occurred_time", "", {"19:00"}).ok());
  EXPECT_EQ(request.report().occurred_time().seconds(), absl::ToUnixSeconds(At(11, 27, 19)));
  EXPECT_EQ(at.Set(request, "report.severity", "", {"much"}).exit_code, kUsage);
  EXPECT_EQ(at.Set(request, "report.category", "", {"weather"}).exit_code, kUsage);
  EXPECT_EQ(at.Set(request, "report.point", "", {"59.17"}).exit_code, kUsage);
}

TEST(Fields, AWindowEndsAfterItBegins) {
  Fixture at;
  v1::ProposeDeploymentRequest request;
  ASSERT_TRUE(at.Set(request, "deployment.window.start_time", "", {"22:00"}).ok());
  ASSERT_TRUE(at.Set(request, "deployment.window.end_time", "", {"03:30"}).ok());
  EXPECT_EQ(request.deployment().window().end_time().seconds(),
            absl::ToUnixSeconds(At(11, 28, 3, 30)));
  ASSERT_TRUE(at.Set(request, "deployment.window.end_time", "", {"07:00"}).ok());
  EXPECT_EQ(request.deployment().window().end_time().seconds(), absl::ToUnixSeconds(At(11, 28, 7)));
}

TEST(Fields, ListsTakeCommasAndRepeats) {
  Fixture at;
  v1::ProposeDeploymentRequest request;
  ASSERT_TRUE(at.Set(request, "deployment.areas", "areas", {"a,b", "c"}).ok());
  EXPECT_EQ(request.deployment().areas_size(), 3);
  ASSERT_TRUE(at.Set(request, "deployment.needs", "", {"väktare=2"}).ok());
  EXPECT_EQ(request.deployment().needs(0).units(), 2);
  EXPECT_EQ(at.Set(request, "deployment.needs", "", {"väktare"}).exit_code, kUsage);
  v1::AssessAreasRequest levels;
  ASSERT_TRUE(at.Set(levels, "levels", "", {"brandbergen=gul"}).exit_code == kUsage);
  ASSERT_TRUE(at.Set(levels, "levels", "", {"brandbergen=yellow", "handen=normalt"}).ok());
  EXPECT_EQ(levels.levels(1).level(), v1::AREA_LEVEL_GREEN);
}

TEST(Fields, WhatComesAgainTakesWeekdaysAndDays) {
  Fixture at;
  v1::SubmitReportRequest request;
  v1::Recurrence& rule = *request.mutable_report()->mutable_recurrence();
  ASSERT_TRUE(at.Set(request, "report.recurrence.frequency", "", {"weekly"}).ok());
  EXPECT_EQ(rule.frequency(), v1::Recurrence::FREQUENCY_WEEKLY);
  ASSERT_TRUE(at.Set(request, "report.recurrence.iso_weekdays", "", {"fri,Lör", "7"}).ok());
  EXPECT_EQ(std::vector<int>(rule.iso_weekdays().begin(), rule.iso_weekdays().end()),
            (std::vector<int>{5, 6, 7}));
  EXPECT_EQ(at.Set(request, "report.recurrence.iso_weekdays", "", {"8"}).exit_code, kUsage);
  EXPECT_EQ(at.Set(request, "report.recurrence.iso_weekdays", "", {"helg"}).exit_code, kUsage);
  // A day is meant whole.
  ASSERT_TRUE(at.Set(request, "report.recurrence.until_time", "", {"2026-12-18"}).ok());
  EXPECT_EQ(rule.until_time().seconds(), absl::ToUnixSeconds(At(12, 19, 0)) - 1);
  ASSERT_TRUE(at.Set(request, "report.recurrence.skipped_dates", "", {"2026-12-25"}).ok());
  EXPECT_EQ(rule.skipped_dates(0), "2026-12-25");
  // What is planned by its kind is ahead, as by its category.
  ASSERT_TRUE(at.Set(request, "report.kind", "", {"planned-event"}).ok());
  ASSERT_TRUE(at.Set(request, "report.occurred_time", "", {"19:00"}).ok());
  EXPECT_EQ(request.report().occurred_time().seconds(), absl::ToUnixSeconds(At(11, 27, 19)));
  // When something was repaired lies behind.
  v1::UpdateRepairRequest repair;
  ASSERT_TRUE(at.Set(repair, "change_time", "", {"19:00"}).ok());
  EXPECT_EQ(repair.change_time().seconds(), absl::ToUnixSeconds(At(11, 26, 19)));
}

TEST(Output, AListIsMarkedWithTheStrictestClassOfWhatItShows) {
  const auto listed = [](std::initializer_list<v1::ReleaseClass> classes, Language language) {
    std::vector<std::unique_ptr<google::protobuf::Message>> reports;
    for (const v1::ReleaseClass one : classes) {
      auto report = std::make_unique<v1::Report>();
      report->set_text("Strängaste klass: Öppen");  // not ours: the mark stands last
      report->mutable_release()->set_release_class(one);
      reports.push_back(std::move(report));
    }
    std::stringstream text;
    Output(text, language, false, 0).List(std::move(reports));
    const std::vector<std::string> lines = absl::StrSplit(text.str(), '\n');
    return lines[lines.size() - 2];
  };
  const auto swedish = Language::kSwedish;
  EXPECT_EQ(listed({v1::RELEASE_CLASS_PUBLIC}, swedish), "Strängaste klass: Öppen");
  EXPECT_EQ(listed({v1::RELEASE_CLASS_AUTHORITY, v1::RELEASE_CLASS_PARTNER}, swedish),
            "Strängaste klass: Myndighet");
  EXPECT_EQ(listed({v1::RELEASE_CLASS_PARTNER, v1::RELEASE_CLASS_RESTRICTED}, Language::kEnglish),
            "Strictest class: Restricted");
  EXPECT_EQ(listed({static_cast<v1::ReleaseClass>(9)}, swedish), "Strängaste klass: Namngivna")
      << "one that this program does not know";
  // Of what stands in what is listed, too.
  v1::MergeCandidate candidate;
  candidate.mutable_other()->mutable_release()->set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  EXPECT_EQ(StrictestIn(candidate), v1::RELEASE_CLASS_AUTHORITY);
  EXPECT_EQ(StrictestIn(v1::Unit()), v1::RELEASE_CLASS_UNSPECIFIED);
}

TEST(Output, SaysTheSameInATableAndInJson) {
  v1::Report report;
  report.set_name("municipalities/0136/reports/3f2a91c0-0000-5000-8000-000000000000");
  report.set_category(v1::CATEGORY_VANDALISM);
  report.set_state(v1::Report::STATE_SUBMITTED);
  report.set_area("municipalities/0136/areas/brandbergen");
  report.set_text("Klotter\nvid \x1b[31mcentrum");
  std::ostringstream text;
  Output(text, Language::kSwedish, false, 0).Row(report);
  EXPECT_EQ(text.str(),
            "Id        Tid  Kategori                  Område       Allvar  Läge       Klass  Text\n"
            "3f2a91c0       skadegörelse och klotter  brandbergen          ogranskad         "
            "Klotter vid �[31mcentrum\n");
  std::ostringstream json;
  Output(json, Language::kSwedish, true, 0).Json(report);
  EXPECT_NE(json.str().find("\"category\":\"CATEGORY_VANDALISM\""), std::string::npos);
  EXPECT_EQ(json.str().find('\n'), json.str().size() - 1);
}

TEST(SituationGrid, KeepsActualAndPerceivedApart) {
  SituationGrid grid;
  grid.Add("municipalities/0136/areas/handen", v1::FAMILY_THEFT, 3, 0);
  grid.Add("municipalities/0136/areas/handen", v1::FAMILY_UNSAFETY, 0, 2);
  grid.Add("", v1::FAMILY_THEFT, 1, 0);
  grid.Name("municipalities/0136/areas/handen", "Handen");
  const std::string text = grid.Render(Language::kSwedish, 0);
  EXPECT_NE(text.find("Handen"), std::string::npos);
  EXPECT_NE(text.find("0 (2)"), std::string::npos);
  EXPECT_NE(text.find("4 (2)"), std::string::npos);
  EXPECT_LT(text.find("Handen"), text.find("(utan plats)"));
}

// What a watch says when this verdict comes, or goes.
std::string Verdict(const std::string& id, const std::string& area, v1::Family family,
                    v1::Usual::Verdict word, Language language, bool gone = false) {
  auto entity = std::make_shared<v1::Entity>();
  v1::SituationVerdict& verdict = *entity->mutable_situation_verdict();
  verdict.set_name("municipalities/0136/situations/verdicts/" + id);
  verdict.set_area(area);
  verdict.set_family(family);
  verdict.mutable_actual()->set_verdict(word);
  verdict.mutable_actual()->set_low(2);
  verdict.mutable_actual()->set_high(6);
  const AreaNames areas = {{"municipalities/0136/areas/brandbergen", "Brandbergen"}};
  return LineOf({verdict.name(), gone ? entity : nullptr, gone ? nullptr : entity}, areas,
                language);
}

TEST(WatchView, SaysVerdictsInWords) {
  const std::string area = "municipalities/0136/areas/brandbergen";
  EXPECT_EQ(Verdict("brandbergen.damage-fire", area, v1::FAMILY_DAMAGE_FIRE,
                    v1::Usual::VERDICT_MORE, Language::kSwedish),
            "Brandbergen, skadegörelse och brand: fler än vanligt (brukar vara 2–6)");
  EXPECT_EQ(Verdict("brandbergen.all", area, v1::FAMILY_UNSPECIFIED, v1::Usual::VERDICT_FEWER,
                    Language::kEnglish),
            "Brandbergen: fewer than usual (usually 2–6)");
  EXPECT_EQ(
      Verdict("all.theft", "", v1::FAMILY_THEFT, v1::Usual::VERDICT_TOO_FEW, Language::kSwedish),
      "stöld och inbrott: för få för att säga");
  EXPECT_EQ(Verdict("unlocated.all", "", v1::FAMILY_UNSPECIFIED, v1::Usual::VERDICT_AS_USUAL,
                    Language::kSwedish),
            "(utan plats): som vanligt (brukar vara 2–6)");
  EXPECT_EQ(Verdict("all.all", "", v1::FAMILY_UNSPECIFIED, v1::Usual::VERDICT_NO_PAST,
                    Language::kEnglish),
            "All of it: too short a time to tell");
  EXPECT_EQ(Verdict("brandbergen.theft", area, v1::FAMILY_THEFT, v1::Usual::VERDICT_MORE,
                    Language::kSwedish, true),
            "Brandbergen, stöld och inbrott: inget att jämföra längre");
}

// Each corner but one holds a square of seven modules, with light around it: what a camera looks
// for.
TEST(Qr, HasItsThreeCornersAndALightMargin) {
  const std::vector<std::string> lines =
      absl::StrSplit(DrawQr("https://samsyn.example/#in=x"), '\n');
  std::vector<std::string> rows;  // of modules: '#' dark
  for (const std::string& line : lines) {
    if (line.empty()) continue;
    std::string upper, lower, cells = line;
    for (const char* code : {"\033[40;97m", "\033[0m"}) {
      EXPECT_TRUE(absl::StrContains(cells, code));
      cells = absl::StrReplaceAll(cells, {{code, ""}});
    }
    cells = absl::StrReplaceAll(cells, {{"█", "F"}, {"▀", "U"}, {"▄", "L"}});
    for (const char cell : cells) {
      upper += cell == 'F' || cell == 'U' ? '.' : '#';
      lower += cell == 'F' || cell == 'L' ? '.' : '#';
    }
    rows.push_back(upper);
    rows.push_back(lower);
  }
  ASSERT_GE(rows.size(), 29u);
  const size_t width = rows[0].size(), far = width - 4 - 7;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(rows[i], std::string(width, '.'));
  const std::vector<std::string> corner = {"#######.", "#.....#.", "#.###.#.", "#.###.#.",
                                           "#.###.#.", "#.....#.", "#######.", "........"};
  for (size_t i = 0; i < corner.size(); ++i) {
    EXPECT_EQ(rows[4 + i].substr(4, 8), corner[i]);
    EXPECT_EQ(rows[4 + i].substr(far - 1, 8), std::string(corner[i].rbegin(), corner[i].rend()));
    EXPECT_EQ(rows[far + 6 - i].substr(4, 8), corner[i]);
  }
  EXPECT_EQ(DrawQr(std::string(5000, 'x')), "") << "longer than a code can be";
}

}  // namespace
}  // namespace samsyn::cli
