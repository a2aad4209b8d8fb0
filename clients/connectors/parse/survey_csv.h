// Indicators from a table: a safety survey, walks, dialogues, initiatives, statistics. Pure.
//
// The header says what the columns are, in Swedish or English, in any order:
//   område/area           empty: the whole municipality
//   mått|fråga/measure    as "Otrygg ute sent på kvällen"
//   värde/value           decimal comma or point; empty where `text` says what came of it
//   enhet/unit            procent|%, antal, medel, index
//   n|antal svar          how many answered, or took part
//   svarsfrekvens/answer_rate   in percent
//   period                2024, 2024-09, 2024-09-14 or 2024-09-01/2024-10-31
//   från/till             the same as two days, both within
//   instrument            trygghetsmätning, trygghetsvandring, medborgardialog, medborgarinitiativ,
//                         statistik
//   version               of the instrument
//   riktning/direction    högre är sämre, lägre är sämre
//   natur/nature          upplevd, faktisk; left out: faktisk of statistics, else upplevd
//   text                  in words
// Whatever is wrong is a fault with its line and column. Nothing is guessed: an unknown column, a
// line with too few cells and a share for a percentage are faults too.
#ifndef SAMSYN_CLIENTS_CONNECTORS_PARSE_SURVEY_CSV_H_
#define SAMSYN_CLIENTS_CONNECTORS_PARSE_SURVEY_CSV_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/indicator.pb.h>

#include <string>
#include <utility>
#include <vector>

#include "clients/connectors/parse/spreadsheet.h"

namespace samsyn::connectors {

// What stands for columns that the file lacks, as a person writes it. Empty: nothing.
struct SurveyDefaults {
  std::string instrument, version, period, direction, nature, unit;
};

// One indicator, without area; `area` as the file names it.
struct SurveyRow {
  int line = 0;
  std::string area;
  v1::Indicator indicator;
};

struct Survey {
  std::vector<SurveyRow> rows;  // all that could be read; to be used only where there is no fault
  std::vector<Fault> faults;
};

Survey ReadSurvey(absl::string_view bytes, const SurveyDefaults& defaults);

// "2024", "2024-09", "2024-09-14", "2024-09-01/2024-10-31" on the wall clock of Stockholm. False
// where it is none of these.
bool ReadPeriod(absl::string_view text, absl::Time* start, absl::Time* end);

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_PARSE_SURVEY_CSV_H_
