// indicator, and the import of a table of them.
#include <samsyn/v1/indicator.pb.h>

#include "clients/cli/command.h"
#include "clients/cli/import_survey.h"
#include "clients/connectors/parse/survey_csv.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Message;

// The period, and the nature that goes with the instrument.
Failure CompleteRecord(Invocation& call, Message& message) {
  auto& request = dynamic_cast<v1::RecordIndicatorsRequest&>(message);
  v1::Indicator& indicator = *request.mutable_indicators(0);
  absl::Time start, end;
  if (!connectors::ReadPeriod(call.Get("period"), &start, &end)) {
    return Failure::Usage(
        "--period: write 2024, 2024-09, 2024-09-14 or 2024-09-01/2024-10-31 (both days within)");
  }
  indicator.mutable_period_start_time()->set_seconds(absl::ToUnixSeconds(start));
  indicator.mutable_period_end_time()->set_seconds(absl::ToUnixSeconds(end));
  if (indicator.nature() == v1::Indicator::NATURE_UNSPECIFIED) {
    indicator.set_nature(indicator.instrument() == v1::Indicator::INSTRUMENT_STATISTICS
                             ? v1::Indicator::NATURE_ACTUAL
                             : v1::Indicator::NATURE_PERCEIVED);
  }
  return {};
}

Failure PrintRecorded(Invocation& call, const Message& message) {
  const auto& response = dynamic_cast<const v1::RecordIndicatorsResponse&>(message);
  for (const v1::Indicator& indicator : response.indicators()) call.out.Row(indicator);
  return {};
}

}  // namespace

std::vector<Command> IndicatorCommands() {
  return {
      {.noun = "indicator",
       .verb = "list",
       .method = "IndicatorService.ListIndicators",
       .help = "Indicators that you may see.",
       .args = {{"--area", "areas", "areas", "Only there; \"all\": of the whole municipality"},
                {"--instrument", "instruments", "",
                 "Only these: survey, safety-walk, citizen-dialogue, citizen-initiative, "
                 "statistics"}}},
      {.noun = "indicator",
       .verb = "record",
       .method = "IndicatorService.RecordIndicators",
       .help = "Record one value, or what came of a walk or dialogue; the same again replaces it.",
       .args = {{"--instrument", "indicators.instrument", "",
                 "survey, safety-walk, citizen-dialogue, citizen-initiative, statistics", true},
                {"--instrument-version", "indicators.instrument_version", "",
                 "The instrument's version, as 2024; another one breaks the series", true},
                {"--measure", "indicators.measure", "",
                 "What was asked or counted, as \"Otrygg ute sent på kvällen\"", true},
                {"--period", "", "",
                 "2024, 2024-09, 2024-09-14 or 2024-09-01/2024-10-31, both days within", true},
                {"--area", "indicators.area", "areas", "Where; left out: the whole municipality"},
                {"--value", "indicators.value", "", "The value; left out: it was held, see --text"},
                {"--unit", "indicators.unit", "", "percent, count, mean, index"},
                {"--n", "indicators.n", "", "How many answered, or took part"},
                {"--answer-rate", "indicators.answer_rate_percent", "",
                 "Percent of those asked who answered"},
                {"--direction", "indicators.direction", "", "higher-is-worse or lower-is-worse"},
                {"--nature", "indicators.nature", "",
                 "perceived or actual; left out: actual of statistics, else perceived"},
                {"--text", "indicators.text", "", "In words: about the place, never persons"},
                {"--class", "indicators.release.release_class", "",
                 "Who may see it; else the organisation's default"}},
       .prepare = CompleteRecord,
       .print = PrintRecorded},
      {.noun = "import",
       .verb = "survey",
       .help = "Record a table of indicators (CSV): a safety survey, walks, dialogues, statistics. "
               "All lines, or none where one is wrong.",
       .args = {{"FILE", "", "", "CSV as a spreadsheet saves it; -: standard input"},
                {"--instrument", "", "", "Of all lines, where the file has no such column"},
                {"--instrument-version", "", "", "… the instrument's version, as 2024"},
                {"--period", "", "", "… 2024, 2024-09, 2024-09-14 or 2024-09-01/2024-10-31"},
                {"--direction", "", "", "… higher-is-worse or lower-is-worse"},
                {"--nature", "", "", "… perceived or actual"},
                {"--unit", "", "", "… percent, count, mean or index"},
                {"--class", "", "", "Who may see them; else the organisation's default"},
                NotPersonNumbers("")},
       .run = RunImportSurvey},
  };
}

}  // namespace samsyn::cli
