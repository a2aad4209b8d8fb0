#include "clients/connectors/parse/survey_csv.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>
#include <absl/time/civil_time.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "clients/connectors/parse/text.h"

namespace samsyn::connectors {
namespace {

using Indicator = v1::Indicator;

enum Column {
  kArea,
  kMeasure,
  kValue,
  kUnit,
  kN,
  kAnswerRate,
  kPeriod,
  kFrom,
  kTo,
  kInstrument,
  kVersion,
  kDirection,
  kNature,
  kText,
  kColumns,
};

struct Word {
  absl::string_view word;
  int means;
};

constexpr Word kHeadings[] = {
    {"område", kArea},
    {"area", kArea},
    {"mått", kMeasure},
    {"fråga", kMeasure},
    {"measure", kMeasure},
    {"question", kMeasure},
    {"värde", kValue},
    {"value", kValue},
    {"enhet", kUnit},
    {"unit", kUnit},
    {"n", kN},
    {"antal svar", kN},
    {"svarsfrekvens", kAnswerRate},
    {"answer rate", kAnswerRate},
    {"period", kPeriod},
    {"från", kFrom},
    {"from", kFrom},
    {"till", kTo},
    {"to", kTo},
    {"instrument", kInstrument},
    {"version", kVersion},
    {"instrumentversion", kVersion},
    {"instrument version", kVersion},
    {"riktning", kDirection},
    {"direction", kDirection},
    {"natur", kNature},
    {"nature", kNature},
    {"text", kText},
};

constexpr Word kInstruments[] = {
    {"trygghetsmätning", Indicator::INSTRUMENT_SURVEY},
    {"survey", Indicator::INSTRUMENT_SURVEY},
    {"trygghetsvandring", Indicator::INSTRUMENT_SAFETY_WALK},
    {"safety walk", Indicator::INSTRUMENT_SAFETY_WALK},
    {"medborgardialog", Indicator::INSTRUMENT_CITIZEN_DIALOGUE},
    {"citizen dialogue", Indicator::INSTRUMENT_CITIZEN_DIALOGUE},
    {"medborgarinitiativ", Indicator::INSTRUMENT_CITIZEN_INITIATIVE},
    {"citizen initiative", Indicator::INSTRUMENT_CITIZEN_INITIATIVE},
    {"statistik", Indicator::INSTRUMENT_STATISTICS},
    {"statistics", Indicator::INSTRUMENT_STATISTICS},
};
constexpr Word kUnits[] = {
    {"procent", Indicator::UNIT_PERCENT}, {"%", Indicator::UNIT_PERCENT},
    {"percent", Indicator::UNIT_PERCENT}, {"antal", Indicator::UNIT_COUNT},
    {"count", Indicator::UNIT_COUNT},     {"medel", Indicator::UNIT_MEAN},
    {"medelvärde", Indicator::UNIT_MEAN}, {"mean", Indicator::UNIT_MEAN},
    {"index", Indicator::UNIT_INDEX},
};
constexpr Word kDirections[] = {
    {"högre är sämre", Indicator::DIRECTION_HIGHER_IS_WORSE},
    {"higher is worse", Indicator::DIRECTION_HIGHER_IS_WORSE},
    {"lägre är sämre", Indicator::DIRECTION_LOWER_IS_WORSE},
    {"lower is worse", Indicator::DIRECTION_LOWER_IS_WORSE},
};
constexpr Word kNatures[] = {
    {"upplevd", Indicator::NATURE_PERCEIVED},
    {"perceived", Indicator::NATURE_PERCEIVED},
    {"faktisk", Indicator::NATURE_ACTUAL},
    {"actual", Indicator::NATURE_ACTUAL},
};

// What a word means; -1: nothing. Without regard to case; "-" and "_" are as spaces.
template <size_t kWords>
int Meaning(const Word (&words)[kWords], absl::string_view text) {
  const std::string folded = absl::StrReplaceAll(Lowered(text), {{"_", " "}, {"-", " "}});
  for (const Word& word : words) {
    if (word.word == folded) return word.means;
  }
  return -1;
}

template <size_t kWords>
std::string Choices(const Word (&words)[kWords]) {
  std::string text;
  for (const Word& word : words) absl::StrAppend(&text, text.empty() ? "" : ", ", word.word);
  return text;
}

absl::TimeZone Stockholm() {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("Europe/Stockholm", &zone)) zone = absl::FixedTimeZone(3600);
  return zone;
}

google::protobuf::Timestamp StampOf(absl::Time time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(time));
  return stamp;
}

// A number of exactly so many digits; -1 where it is none.
int Digits(absl::string_view text, size_t length) {
  int number = -1;
  const bool digits =
      text.size() == length && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
  return digits && absl::SimpleAtoi(text, &number) ? number : -1;
}

// "2024", "2024-09", "2024-09-14": the first day and the first after. False where it is none.
bool ReadDays(absl::string_view text, absl::CivilDay* first, absl::CivilDay* after) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  const int year = Digits(parts[0], 4);
  const int month = parts.size() > 1 ? Digits(parts[1], 2) : 1;
  const int day = parts.size() > 2 ? Digits(parts[2], 2) : 1;
  if (parts.size() > 3 || year < 1990 || year >= 2100 || month < 1 || month > 12 || day < 1) {
    return false;
  }
  *first = absl::CivilDay(year, month, day);
  if (first->month() != month) return false;  // 31 February and the like
  *after = parts.size() == 1   ? absl::CivilDay(year + 1, 1, 1)
           : parts.size() == 2 ? absl::CivilDay(absl::CivilMonth(*first) + 1)
                               : *first + 1;
  return true;
}

// "44", "44,5", "1 234", "44 %": the number, and whether "%" follows. False where it is none.
bool ReadNumber(absl::string_view text, double* number, bool* percent) {
  *percent = absl::ConsumeSuffix(&text, "%");
  std::string plain = absl::StrReplaceAll(text, {{" ", ""}, {"−", "-"}});
  const auto points =
      std::count_if(plain.begin(), plain.end(), [](char c) { return c == ',' || c == '.'; });
  if (points > 1) return false;
  std::replace(plain.begin(), plain.end(), ',', '.');
  const bool form = !plain.empty() && absl::ascii_isdigit(plain.back()) &&
                    plain.find_first_not_of("0123456789.-") == std::string::npos;
  return form && absl::SimpleAtod(plain, number) && std::isfinite(*number);
}

// The header: where each column stands.
struct Header {
  std::array<int, kColumns> place;         // -1: the file lacks it
  std::array<std::string, kColumns> name;  // as the file has it
  size_t cells = 0;
  bool rate_in_percent = false;  // it says so itself

  bool Has(Column column) const { return place[column] >= 0; }
};

Header ReadHeader(const SheetRow& row, std::vector<Fault>& faults) {
  Header header;
  header.place.fill(-1);
  header.cells = row.cells.size();
  for (size_t i = 0; i < row.cells.size(); ++i) {
    const std::string& cell = row.cells[i];
    if (cell.empty()) continue;
    absl::string_view text = cell;
    const bool percent = absl::ConsumeSuffix(&text, "(%)") || absl::ConsumeSuffix(&text, "%") ||
                         absl::ConsumeSuffix(&text, "i procent");
    const int column = Meaning(kHeadings, absl::StripAsciiWhitespace(text));
    if (column < 0) {
      faults.push_back({row.line, cell,
                        absl::StrCat("kolumnen är okänd; kända är ", Choices(kHeadings)),
                        absl::StrCat("the column is unknown; known are ", Choices(kHeadings))});
      continue;
    }
    if (header.place[column] >= 0) {
      faults.push_back({row.line, cell, "kolumnen finns två gånger", "the column is there twice"});
      continue;
    }
    header.place[column] = static_cast<int>(i);
    header.name[column] = cell;
    if (column == kAnswerRate) header.rate_in_percent = percent;
  }
  return header;
}

// Reads the rows below a header.
class RowReader {
 public:
  RowReader(const Header& header, const SurveyDefaults& defaults, Survey& survey)
      : header_(header), defaults_(defaults), survey_(survey) {}

  void Read(const SheetRow& row) {
    row_ = &row;
    SurveyRow read;
    read.line = row.line;
    read.area = Cell(kArea);
    if (!CheckCells()) return;
    Indicator& indicator = read.indicator;
    indicator.set_measure(Cell(kMeasure));
    if (indicator.measure().empty()) {
      Add(kMeasure, "måttet saknas", "the measure is missing");
    }
    ReadWords(indicator);
    ReadValue(indicator);
    ReadAnswers(indicator);
    ReadPeriodOf(indicator);
    indicator.set_text(Cell(kText));
    CheckLength(kMeasure, indicator.measure(), 200);
    CheckLength(kVersion, indicator.instrument_version(), 100);
    CheckLength(kText, indicator.text(), 4000);
    if (Cell(kValue).empty() && indicator.text().empty()) {
      Add(kValue, "värde saknas, och ingen text säger vad som kom fram",
          "there is no value, and no text says what came of it");
    }
    survey_.rows.push_back(std::move(read));
  }

 private:
  // As many cells as the header: a line that was cut off is not half read.
  bool CheckCells() {
    size_t cells = row_->cells.size();
    while (cells > header_.cells && row_->cells[cells - 1].empty()) --cells;
    if (cells == header_.cells) return true;
    survey_.faults.push_back(
        {row_->line, "",
         absl::StrCat("raden har ", cells, " celler och rubrikraden ", header_.cells),
         absl::StrCat("the line has ", cells, " cells and the header ", header_.cells)});
    return false;
  }

  std::string Cell(Column column) const {
    const int place = header_.place[column];
    return place < 0 || place >= static_cast<int>(row_->cells.size()) ? "" : row_->cells[place];
  }
  // The cell, or what stands for a column that the file lacks.
  std::string CellOr(Column column, const std::string& otherwise) const {
    return header_.Has(column) ? Cell(column) : otherwise;
  }

  void Add(Column column, absl::string_view sv, absl::string_view en) {
    const absl::string_view own = header_.name[column];
    const auto* const usual = std::find_if(std::begin(kHeadings), std::end(kHeadings),
                                           [&](const Word& w) { return w.means == column; });
    survey_.faults.push_back({row_->line, std::string(own.empty() ? usual->word : own),
                              std::string(sv), std::string(en)});
  }
  void CheckLength(Column column, const std::string& text, size_t most) {
    if (Shortened(text, most) == text) return;
    Add(column, absl::StrCat("högst ", most, " tecken"),
        absl::StrCat("at most ", most, " characters"));
  }
  template <size_t kWords>
  void AddUnknown(Column column, const std::string& text, const Word (&words)[kWords]) {
    const std::string choices = Choices(words);
    Add(column,
        text.empty() ? absl::StrCat("saknas; det är något av ", choices)
                     : absl::StrCat("\"", text, "\" är inget av ", choices),
        text.empty() ? absl::StrCat("is missing; it is one of ", choices)
                     : absl::StrCat("\"", text, "\" is none of ", choices));
  }

  void ReadWords(Indicator& indicator) {
    const std::string instrument = CellOr(kInstrument, defaults_.instrument);
    const int known = Meaning(kInstruments, instrument);
    if (known < 0) {
      AddUnknown(kInstrument, instrument, kInstruments);
    } else {
      indicator.set_instrument(static_cast<Indicator::Instrument>(known));
    }
    indicator.set_instrument_version(CellOr(kVersion, defaults_.version));
    if (indicator.instrument_version().empty()) {
      Add(kVersion, "instrumentets version saknas", "the version of the instrument is missing");
    }
    const std::string direction = CellOr(kDirection, defaults_.direction);
    if (const int way = Meaning(kDirections, direction); way >= 0) {
      indicator.set_direction(static_cast<Indicator::Direction>(way));
    } else if (!direction.empty()) {
      AddUnknown(kDirection, direction, kDirections);
    }
    const std::string nature = CellOr(kNature, defaults_.nature);
    if (const int one = Meaning(kNatures, nature); one >= 0) {
      indicator.set_nature(static_cast<Indicator::Nature>(one));
    } else if (!nature.empty()) {
      AddUnknown(kNature, nature, kNatures);
    } else {
      indicator.set_nature(indicator.instrument() == Indicator::INSTRUMENT_STATISTICS
                               ? Indicator::NATURE_ACTUAL
                               : Indicator::NATURE_PERCEIVED);
    }
  }

  void ReadValue(Indicator& indicator) {
    const std::string text = Cell(kValue);
    if (text.empty()) return;
    double value = 0;
    bool percent = false;
    if (!ReadNumber(text, &value, &percent)) {
      Add(kValue, absl::StrCat("\"", text, "\" är inget tal"),
          absl::StrCat("\"", text, "\" is no number"));
      return;
    }
    indicator.set_value(value);
    const std::string unit_text = CellOr(kUnit, defaults_.unit);
    const int unit = unit_text.empty() && percent ? static_cast<int>(Indicator::UNIT_PERCENT)
                                                  : Meaning(kUnits, unit_text);
    if (unit < 0) {
      AddUnknown(kUnit, unit_text, kUnits);
      return;
    }
    indicator.set_unit(static_cast<Indicator::Unit>(unit));
    CheckUnit(indicator, percent);
  }

  void CheckUnit(const Indicator& indicator, bool percent) {
    const double value = indicator.value();
    const bool of_percent = indicator.unit() == Indicator::UNIT_PERCENT;
    if (percent && !of_percent) {
      Add(kValue, "värdet står i procent och enheten är en annan",
          "the value stands in percent and the unit is another");
    } else if (of_percent && (value < 0 || value > 100)) {
      Add(kValue, "procent går från 0 till 100", "percent go from 0 to 100");
    } else if (indicator.unit() == Indicator::UNIT_COUNT &&
               (value < 0 || value > 1e12 || value != std::floor(value))) {
      Add(kValue, "ett antal är ett heltal, 0 eller mer", "a count is a whole number, 0 or more");
    }
  }

  void ReadAnswers(Indicator& indicator) {
    bool percent = false;
    double number = 0;
    if (const std::string n = Cell(kN); !n.empty()) {
      if (!ReadNumber(n, &number, &percent) || percent || number < 0 || number > 100'000'000 ||
          number != std::floor(number)) {
        Add(kN, absl::StrCat("\"", n, "\" är inget antal"),
            absl::StrCat("\"", n, "\" is no count"));
      } else {
        indicator.set_n(static_cast<int>(number));
      }
    }
    const std::string rate = Cell(kAnswerRate);
    if (rate.empty()) return;
    if (!ReadNumber(rate, &number, &percent) || number <= 0 || number > 100) {
      Add(kAnswerRate, absl::StrCat("\"", rate, "\" är ingen andel över 0, till 100 procent"),
          absl::StrCat("\"", rate, "\" is no share above 0, to 100 percent"));
    } else if (number <= 1 && !percent && !header_.rate_in_percent) {
      Add(kAnswerRate,
          absl::StrCat("\"", rate, "\" kan vara en andel av 1: skriv i procent, som \"44 %\""),
          absl::StrCat("\"", rate, "\" may be a share of 1: write percent, as \"44 %\""));
    } else {
      indicator.set_answer_rate_percent(number);
    }
  }

  void ReadPeriodOf(Indicator& indicator) {
    const bool from_to = header_.Has(kFrom) || header_.Has(kTo);
    const bool by_default = !from_to && !header_.Has(kPeriod);
    const std::string text = from_to      ? absl::StrCat(Cell(kFrom), "/", Cell(kTo))
                             : by_default ? defaults_.period
                                          : Cell(kPeriod);
    absl::Time start, end;
    if (!ReadPeriod(text, &start, &end)) {
      Add(from_to ? kFrom : kPeriod,
          absl::StrCat("\"", text,
                       "\" är ingen period; skriv 2024, 2024-09, 2024-09-14 eller "
                       "2024-09-01/2024-10-31"),
          absl::StrCat("\"", text,
                       "\" is no period; write 2024, 2024-09, 2024-09-14 or "
                       "2024-09-01/2024-10-31"));
      return;
    }
    if (end - start > absl::Hours(24 * 1827)) {
      Add(from_to ? kFrom : kPeriod, "en period är högst 5 år lång",
          "a period is at most 5 years long");
    }
    *indicator.mutable_period_start_time() = StampOf(start);
    *indicator.mutable_period_end_time() = StampOf(end);
  }

  const Header& header_;
  const SurveyDefaults& defaults_;
  Survey& survey_;
  const SheetRow* row_ = nullptr;
};

}  // namespace

bool ReadPeriod(absl::string_view text, absl::Time* start, absl::Time* end) {
  static const absl::TimeZone zone = Stockholm();
  const std::vector<absl::string_view> halves = absl::StrSplit(text, '/');
  absl::CivilDay first, after, last_first, last_after;
  if (halves.size() > 2 || !ReadDays(absl::StripAsciiWhitespace(halves.front()), &first, &after) ||
      !ReadDays(absl::StripAsciiWhitespace(halves.back()), &last_first, &last_after) ||
      last_after < after || last_first < first) {
    return false;
  }
  *start = absl::FromCivil(first, zone);
  *end = absl::FromCivil(last_after, zone);
  return true;
}

Survey ReadSurvey(absl::string_view bytes, const SurveyDefaults& defaults) {
  Survey survey;
  Spreadsheet sheet = ReadSpreadsheet(bytes);
  survey.faults = std::move(sheet.faults);
  if (sheet.rows.empty()) {
    if (survey.faults.empty()) {
      survey.faults.push_back({1, "", "filen är tom", "the file is empty"});
    }
    return survey;
  }
  const Header header = ReadHeader(sheet.rows[0], survey.faults);
  for (const Column column : {kMeasure, kValue}) {
    if (header.Has(column)) continue;
    const char* const word = column == kMeasure ? "mått" : "värde";
    survey.faults.push_back({sheet.rows[0].line, word, "kolumnen saknas", "the column is missing"});
  }
  if (header.Has(kPeriod) && (header.Has(kFrom) || header.Has(kTo))) {
    survey.faults.push_back({sheet.rows[0].line, header.name[kPeriod],
                             "period anges i en kolumn eller i från och till, inte båda",
                             "the period stands in one column or in from and to, not in both"});
  }
  if (!survey.faults.empty()) return survey;
  if (sheet.rows.size() == 1) {
    survey.faults.push_back({sheet.rows[0].line, "", "filen har inga rader under rubrikraden",
                             "the file has no lines below its header"});
  }
  RowReader reader(header, defaults, survey);
  for (size_t i = 1; i < sheet.rows.size(); ++i) reader.Read(sheet.rows[i]);
  return survey;
}

}  // namespace samsyn::connectors
