// Surveys as tables: what is read, and that everything wrong is named with its line and column.
#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "clients/connectors/parse/survey_csv.h"
#include "clients/connectors/source.h"
#include "clients/connectors/survey_import.h"

namespace samsyn::connectors {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const SurveyDefaults& Survey2026() {
  static const auto* const defaults =
      new SurveyDefaults{"trygghetsmätning", "2026", "2026-09-01/2026-10-31", "", "", ""};
  return *defaults;
}

v1::Indicator One(absl::string_view bytes, const SurveyDefaults& defaults = Survey2026()) {
  const Survey survey = ReadSurvey(bytes, defaults);
  for (const Fault& fault : survey.faults) ADD_FAILURE() << fault.English();
  EXPECT_THAT(survey.rows, SizeIs(1));
  return survey.rows.empty() ? v1::Indicator() : survey.rows[0].indicator;
}

std::vector<std::string> FaultsIn(absl::string_view bytes,
                                  const SurveyDefaults& defaults = Survey2026()) {
  std::vector<std::string> faults;
  for (const Fault& fault : ReadSurvey(bytes, defaults).faults) {
    faults.push_back(fault.English());
    EXPECT_THAT(fault.Swedish(), HasSubstr(absl::StrCat("rad ", fault.line)));
  }
  return faults;
}

std::string Sample() {
  absl::StatusOr<std::string> bytes = ReadSource(SAMSYN_SURVEY_SAMPLE);
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.ok() ? *std::move(bytes) : "";
}

AreaNames HaningeAreas() {
  AreaNames areas("Haninge");
  for (const char* name : {"Handen", "Brandbergen", "Jordbro", "Vega", "Vendelsö", "Västerhaninge",
                           "Tungelsta", "Dalarö", "Årsta havsbad"}) {
    v1::Area area;
    area.set_display_name(name);
    area.set_name(
        absl::StrCat("municipalities/0136/areas/",
                     absl::StrReplaceAll(name, {{"ö", "o"}, {"ä", "a"}, {"Å", "a"}, {" ", "-"}})));
    areas.Add(area);
  }
  return areas;
}

TEST(SurveyCsv, TheSampleIsReadWhole) {
  const Survey survey = ReadSurvey(Sample(), SurveyDefaults());
  for (const Fault& fault : survey.faults) ADD_FAILURE() << fault.English();
  ASSERT_THAT(survey.rows, SizeIs(43));
  const v1::Indicator& first = survey.rows[0].indicator;
  EXPECT_EQ(survey.rows[0].area, "Hela kommunen");
  EXPECT_EQ(first.value(), 26.6);
  EXPECT_EQ(first.unit(), v1::Indicator::UNIT_PERCENT);
  EXPECT_EQ(first.n(), 1491);
  EXPECT_EQ(first.answer_rate_percent(), 44.2);
  EXPECT_EQ(first.nature(), v1::Indicator::NATURE_PERCEIVED);
  EXPECT_EQ(first.direction(), v1::Indicator::DIRECTION_HIGHER_IS_WORSE);
  const v1::Indicator& walk = survey.rows[40].indicator;
  EXPECT_EQ(walk.instrument(), v1::Indicator::INSTRUMENT_SAFETY_WALK);
  EXPECT_FALSE(walk.has_value());
  EXPECT_THAT(walk.text(), HasSubstr("släckta; buskarna"));
  EXPECT_THAT(survey.rows[41].indicator.text(), HasSubstr("\"folktomt\""));
}

TEST(SurveyCsv, AnySeparatorEncodingCaseAndLanguage) {
  const std::string lines[] = {
      "OMRÅDE;Fråga;Värde;Enhet\nVega;Oro;42,5;%\n",
      "\xEF\xBB\xBFområde;mått;värde;enhet\r\nVega;Oro;42,5;Procent\r\n",
      "omr\xE5"
      "de;m\xE5tt;v\xE4rde;enhet\nVega;Oro;42,5;procent",
      "area,measure,value,unit\nVega,Oro,42.5,percent\n",
      "Area\tQuestion\tValue\tUnit\rVega\tOro\t42.5\tPERCENT\r",
      "område,mått,värde\nVega,Oro,\"42,5 %\"\n",
      "område;mått;värde;enhet;\n;;;;\n\"Vega\";\"Oro\";\" 42,5 \";procent;\n\n",
  };
  for (const std::string& bytes : lines) {
    const v1::Indicator indicator = One(bytes);
    EXPECT_EQ(indicator.measure(), "Oro") << bytes;
    EXPECT_EQ(indicator.value(), 42.5) << bytes;
    EXPECT_EQ(indicator.unit(), v1::Indicator::UNIT_PERCENT) << bytes;
  }
}

TEST(SurveyCsv, WindowsLettersAndQuotedLineBreaks) {
  const v1::Indicator indicator =
      One("m\xE5tt;v\xE4rde;enhet;text\nOro;3;medel;\"Gr\xE4nden \x96 m\xF6rk\nom "
          "\"\"kv\xE4llen\"\"\"\n");
  EXPECT_EQ(indicator.text(), "Gränden – mörk om \"kvällen\"");
  const auto faults = FaultsIn("mått;värde;enhet;text\nOro;3;medel;\"a\nb\"\nOro;x;medel;c\n");
  EXPECT_THAT(faults, ElementsAre(HasSubstr("line 4, column värde")));
}

TEST(SurveyCsv, NumbersAsPeopleWriteThem) {
  const auto value = [](absl::string_view text) {
    return One(absl::StrCat("mått;värde;enhet\nx;", text, ";index\n")).value();
  };
  EXPECT_EQ(value("1 234"), 1234);
  EXPECT_EQ(value("1\xC2\xA0"
                  "234,5"),
            1234.5);
  EXPECT_EQ(value("-0,5"), -0.5);
  EXPECT_EQ(value("−2"), -2);
  for (const char* wrong : {"1.234,5", "12a", ",", "-", "1e3", "nan", "0x10", "5,", "1-2"}) {
    EXPECT_THAT(FaultsIn(absl::StrCat("mått;värde;enhet\nx;", wrong, ";index\n")),
                ElementsAre(HasSubstr("line 2, column värde: ")))
        << wrong;
  }
}

TEST(SurveyCsv, PeriodsAreDaysOfStockholmBothWithin) {
  const auto period = [](absl::string_view text) -> std::string {
    absl::Time start, end;
    if (!ReadPeriod(text, &start, &end)) return "none";
    return absl::StrCat(absl::FormatTime("%Y-%m-%dT%H", start, absl::UTCTimeZone()), " ",
                        absl::FormatTime("%Y-%m-%dT%H", end, absl::UTCTimeZone()));
  };
  EXPECT_EQ(period("2024-09-01/2024-10-31"), "2024-08-31T22 2024-10-31T23");
  EXPECT_EQ(period("2024"), "2023-12-31T23 2024-12-31T23");
  EXPECT_EQ(period("2024-02"), "2024-01-31T23 2024-02-29T23");
  EXPECT_EQ(period("2026-10-14"), "2026-10-13T22 2026-10-14T22");
  EXPECT_EQ(period("2024-09/2024-10"), "2024-08-31T22 2024-10-31T23");
  for (const char* wrong :
       {"hösten 2024", "", "2024-13", "2024-02-30", "24", "2024-10-31/2024-09-01", "2024/2025/2026",
        "2024-9-1", "/", "2024-09-01/"}) {
    EXPECT_EQ(period(wrong), "none") << wrong;
  }
}

TEST(SurveyCsv, FromAndTo) {
  const v1::Indicator indicator =
      One("mått;värde;enhet;från;till\nOro;3;index;2024-09-01;2024-10-31\n");
  EXPECT_EQ(indicator.period_end_time().seconds(), 1730415600);
  EXPECT_THAT(FaultsIn("mått;värde;enhet;från;till\nOro;3;index;2024-09-01;\n"),
              ElementsAre(HasSubstr("line 2, column från")));
  EXPECT_THAT(FaultsIn("mått;värde;enhet;från;till;period\nOro;3;index;2024;2024;2024\n"),
              ElementsAre(HasSubstr("not in both")));
}

TEST(SurveyCsv, AnAnswerRateIsInPercent) {
  const auto file = [](absl::string_view heading, absl::string_view rate) {
    return absl::StrCat("mått;värde;enhet;", heading, "\nOro;3;index;", rate, "\n");
  };
  EXPECT_EQ(One(file("svarsfrekvens", "44")).answer_rate_percent(), 44);
  EXPECT_EQ(One(file("answer_rate", "44,2 %")).answer_rate_percent(), 44.2);
  EXPECT_EQ(One(file("Svarsfrekvens (%)", "0,9")).answer_rate_percent(), 0.9);
  EXPECT_EQ(One(file("svarsfrekvens", "0,9 %")).answer_rate_percent(), 0.9);
  EXPECT_FALSE(One(file("svarsfrekvens", "")).has_answer_rate_percent());
  EXPECT_THAT(FaultsIn(file("svarsfrekvens", "0,44")),
              ElementsAre(AllOf(HasSubstr("line 2, column svarsfrekvens"), HasSubstr("44 %"))));
  EXPECT_THAT(FaultsIn(file("svarsfrekvens", "0")), SizeIs(1));
  EXPECT_THAT(FaultsIn(file("svarsfrekvens", "144")), SizeIs(1));
}

TEST(SurveyCsv, NatureFollowsFromTheInstrument) {
  EXPECT_EQ(One("mått;värde;enhet;instrument\nAnmälda brott;3;antal;statistik\n").nature(),
            v1::Indicator::NATURE_ACTUAL);
  EXPECT_EQ(
      One("mått;värde;enhet;instrument;natur\nKlagomål;3;antal;Statistics;upplevd\n").nature(),
      v1::Indicator::NATURE_PERCEIVED);
}

TEST(SurveyCsv, EveryFaultIsNamedWithItsLineAndColumn) {
  EXPECT_THAT(
      FaultsIn("område;mått;värde;enhet;n;riktning;natur;instrument\n"
               "Vega;;142;procent;;;;\n"
               "Vega;Oro;42;liter;12,5;uppåt;känd;enkät\n"
               "Vega;Oro;42\n"
               "Vega;Oro;42;antal;1;;;trygghetsmätning;mer\n"
               "Vega;Oro;;;;;;trygghetsvandring\n"
               "Vega;Oro;2,5;antal;;;;trygghetsmätning\n"),
      ElementsAre(HasSubstr("line 2, column mått"), HasSubstr("line 2, column instrument"),
                  HasSubstr("line 2, column värde"),
                  HasSubstr("line 3, column instrument: \"enkät\""),
                  HasSubstr("line 3, column riktning"), HasSubstr("line 3, column natur"),
                  HasSubstr("line 3, column enhet: \"liter\""), HasSubstr("line 3, column n"),
                  HasSubstr("line 4: the line has 3 cells and the header 8"),
                  HasSubstr("line 5: the line has 9 cells"), HasSubstr("line 6, column värde"),
                  HasSubstr("line 7, column värde: a count")));
}

TEST(SurveyCsv, TheHeaderAndWhatTheFileLacks) {
  EXPECT_THAT(FaultsIn(""), ElementsAre(HasSubstr("empty")));
  EXPECT_THAT(FaultsIn("mått;värde;enhet\n"), ElementsAre(HasSubstr("no lines below")));
  EXPECT_THAT(FaultsIn("mått;värde;vikt;Mått\nx;1;2;y\n"),
              ElementsAre(HasSubstr("column vikt: the column is unknown"), HasSubstr("twice")));
  EXPECT_THAT(FaultsIn("område;enhet\nVega;antal\n"), SizeIs(2));
  EXPECT_THAT(FaultsIn("mått;värde;enhet\nx;1;index\n", SurveyDefaults()),
              ElementsAre(HasSubstr("column instrument"), HasSubstr("column version"),
                          HasSubstr("column period")));
  EXPECT_THAT(FaultsIn("mått;värde;text\nx;1;\"aldrig slut\n"),
              ElementsAre(HasSubstr("line 2: a quote is never closed")));
  EXPECT_THAT(FaultsIn(std::string("m\0\xE5\0", 4)), ElementsAre(HasSubstr("no text")));
}

// Cut anywhere, changed anywhere: faults perhaps, never a crash, and never half a line.
TEST(SurveyCsv, CutAtEveryByteAndChangedAnywhere) {
  const std::string sample = Sample();
  ASSERT_GT(sample.size(), 4000u);
  const Survey whole = ReadSurvey(sample, SurveyDefaults());
  for (size_t cut = 0; cut < sample.size(); ++cut) {
    const Survey survey = ReadSurvey(absl::string_view(sample).substr(0, cut), SurveyDefaults());
    if (!survey.faults.empty()) continue;
    ASSERT_LE(survey.rows.size(), whole.rows.size());
    for (size_t i = 0; i < survey.rows.size(); ++i) {
      v1::Indicator read = survey.rows[i].indicator, meant = whole.rows[i].indicator;
      read.clear_text();  // the last cell cannot be told from a shorter one
      meant.clear_text();
      ASSERT_EQ(read.SerializeAsString(), meant.SerializeAsString()) << "cut at " << cut;
    }
  }
  std::mt19937 random(4);
  for (int i = 0; i < 2000; ++i) {
    std::string changed = sample.substr(0, 1500);
    for (int k = 0; k < 3; ++k) changed[random() % changed.size()] = static_cast<char>(random());
    const Survey survey = ReadSurvey(changed, SurveyDefaults());
    EXPECT_FALSE(survey.rows.empty() && survey.faults.empty());
  }
}

TEST(AreaNamesTest, ByNameOtherNameAndId) {
  AreaNames areas("Haninge");
  v1::Area area;
  area.set_name("municipalities/0136/areas/arsta-havsbad");
  area.set_display_name("Årsta havsbad");
  area.add_aliases("Havsbadet");
  areas.Add(area);
  area.set_name("municipalities/0136/areas/annat");
  area.set_display_name("Annat");
  areas.Add(area);
  std::string name;
  for (const char* text : {"årsta HAVSBAD", " Årsta\xC2\xA0havsbad ", "arsta-havsbad"}) {
    EXPECT_EQ(areas.Find(text, &name), AreaNames::Found::kArea) << text;
    EXPECT_EQ(name, "municipalities/0136/areas/arsta-havsbad");
  }
  EXPECT_EQ(areas.Find("havsbadet", &name), AreaNames::Found::kSeveral);
  EXPECT_EQ(areas.Find("Atlantis", &name), AreaNames::Found::kNone);
  for (const char* text : {"", "hela kommunen", "HANINGE"}) {
    EXPECT_EQ(areas.Find(text, &name), AreaNames::Found::kWholeMunicipality) << text;
    EXPECT_EQ(name, "");
  }
}

// A server that counts what it is sent as the real one does.
class Recorder {
 public:
  Record Function() {
    return [this](const std::vector<v1::Indicator>& batch)
               -> absl::StatusOr<v1::RecordIndicatorsResponse> {
      EXPECT_LE(batch.size(), 500u);
      batches_.push_back(batch.size());
      if (batches_.size() == fails_at_) return absl::UnavailableError("borta");
      v1::RecordIndicatorsResponse response;
      for (v1::Indicator indicator : batch) {
        const double value = indicator.value();
        indicator.clear_value();
        const auto [place, is_new] = values_.emplace(indicator.SerializeAsString(), value);
        response.set_created(response.created() + is_new);
        response.set_amended(response.amended() + (place->second != value));
        place->second = value;
      }
      return response;
    };
  }
  std::map<std::string, double> values_;
  std::vector<size_t> batches_;
  size_t fails_at_ = 0;
};

std::string Lines(int count, absl::string_view last_value = "1") {
  std::string bytes = "mått;värde;enhet\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&bytes, "Mått ", i, ";", i + 1 == count ? last_value : "1", ";index\n");
  }
  return bytes;
}

TEST(SurveyImport, ASecondRunChangesNothing) {
  Recorder server;
  const auto import = [&](const std::string& bytes) {
    return ImportSurvey(ReadSurvey(bytes, Survey2026()), HaningeAreas(),
                        v1::RELEASE_CLASS_UNSPECIFIED, server.Function());
  };
  SurveySummary summary = import(Lines(1201));
  EXPECT_EQ(summary.created, 1201);
  EXPECT_THAT(server.batches_, ElementsAre(500, 500, 201));
  summary = import(Lines(1201));
  EXPECT_EQ(summary.unchanged, 1201);
  EXPECT_EQ(summary.created + summary.amended + summary.unsent, 0);
  summary = import(Lines(1201, "2"));
  EXPECT_EQ(summary.amended, 1);
  EXPECT_EQ(summary.unchanged, 1200);
}

TEST(SurveyImport, TheSampleFindsItsAreas) {
  Recorder server;
  const SurveySummary summary = ImportSurvey(ReadSurvey(Sample(), SurveyDefaults()), HaningeAreas(),
                                             v1::RELEASE_CLASS_PUBLIC, server.Function());
  EXPECT_THAT(summary.faults, IsEmpty());
  EXPECT_EQ(summary.created, 43);
}

TEST(SurveyImport, NothingIsSentWhereOneLineIsWrong) {
  Recorder server;
  const SurveySummary summary =
      ImportSurvey(ReadSurvey("område;mått;värde;enhet\nVega;Oro;1;index\nAtlantis;Oro;2;index\n"
                              "vega;Oro;3;index\n",
                              Survey2026()),
                   HaningeAreas(), v1::RELEASE_CLASS_UNSPECIFIED, server.Function());
  ASSERT_THAT(summary.faults, SizeIs(2));
  EXPECT_EQ(summary.faults[0].English(),
            "line 3, column område: \"Atlantis\" is none of the municipality's areas");
  EXPECT_EQ(summary.faults[1].Swedish(), "rad 4: samma mått, område och period som på rad 2");
  EXPECT_EQ(summary.unsent, 3);
  EXPECT_THAT(server.batches_, IsEmpty());
}

TEST(SurveyImport, AfterAnErrorTheRestIsNotSent) {
  Recorder server;
  server.fails_at_ = 2;
  const SurveySummary summary = ImportSurvey(ReadSurvey(Lines(1201), Survey2026()), HaningeAreas(),
                                             v1::RELEASE_CLASS_UNSPECIFIED, server.Function());
  EXPECT_TRUE(absl::IsUnavailable(summary.status));
  EXPECT_EQ(summary.created, 500);
  EXPECT_EQ(summary.unsent, 701);
}

}  // namespace
}  // namespace samsyn::connectors
