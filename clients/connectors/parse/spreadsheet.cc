#include "clients/connectors/parse/spreadsheet.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>

#include <algorithm>
#include <cstdint>

#include "clients/connectors/parse/text.h"

namespace samsyn::connectors {
namespace {

constexpr absl::string_view kUtf8Mark = "\xEF\xBB\xBF";

// Windows-1252 from 0x80 to 0x9F; above, it is Unicode.
constexpr uint16_t kWindows[32] = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                   0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

// The bytes of the code point at the front; 0 where it is no UTF-8.
size_t Utf8Length(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  uint32_t code = first & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  return overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ? 0 : length;
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void Append(uint32_t code, std::string& text) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xE0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// What the header has most of, outside quotes.
char SeparatorOf(absl::string_view text) {
  int semicolons = 0, commas = 0, tabs = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) break;
    if (quoted) continue;
    semicolons += c == ';';
    commas += c == ',';
    tabs += c == '\t';
  }
  if (tabs > 0 && tabs >= std::max(semicolons, commas)) return '\t';
  return commas > semicolons ? ',' : ';';
}

// Takes a text apart, character by character. Quotes stand for themselves but at the beginning of a
// cell.
class Reader {
 public:
  Reader(absl::string_view text, Spreadsheet& sheet)
      : text_(text), separator_(SeparatorOf(text)), sheet_(sheet) {
    row_.line = 1;
  }

  void Read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' && CleanText(cell_).empty()) {
        cell_.clear();
        if (!ReadQuoted()) return;
      } else if (c == separator_) {
        EndCell();
        ++at_;
      } else if (c == '\n' || c == '\r') {
        EndLine();
        at_ += absl::StartsWith(text_.substr(at_), "\r\n") ? 2 : 1;
        row_.line = ++line_;
      } else {
        cell_ += c;
        ++at_;
      }
    }
    EndLine();
  }

 private:
  // To the closing quote. False when there is none.
  bool ReadQuoted() {
    const int begin = line_;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') {
          ++at_;
          return true;
        }
        ++at_;
      }
      line_ += c == '\n' || (c == '\r' && !absl::StartsWith(text_.substr(at_), "\r\n"));
      cell_ += c;
    }
    sheet_.faults.push_back(
        {begin, "", "ett citattecken stängs aldrig", "a quote is never closed"});
    return false;
  }
  void EndCell() {
    row_.cells.push_back(CleanText(cell_));
    cell_.clear();
  }
  void EndLine() {
    EndCell();
    const bool empty = std::all_of(row_.cells.begin(), row_.cells.end(),
                                   [](const std::string& cell) { return cell.empty(); });
    if (!empty) sheet_.rows.push_back(std::move(row_));
    row_ = SheetRow();
  }

  const absl::string_view text_;
  const char separator_;
  Spreadsheet& sheet_;
  size_t at_ = 0;
  int line_ = 1;
  SheetRow row_;
  std::string cell_;
};

}  // namespace

std::string Fault::Swedish() const {
  return column.empty() ? absl::StrCat("rad ", line, ": ", sv)
                        : absl::StrCat("rad ", line, ", kolumn ", column, ": ", sv);
}

std::string Fault::English() const {
  return column.empty() ? absl::StrCat("line ", line, ": ", en)
                        : absl::StrCat("line ", line, ", column ", column, ": ", en);
}

std::string AsUtf8(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, kUtf8Mark);
  if (IsUtf8(bytes)) return std::string(bytes);
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    Append(byte >= 0x80 && byte < 0xA0 ? kWindows[byte - 0x80] : byte, text);
  }
  return text;
}

Spreadsheet ReadSpreadsheet(absl::string_view bytes) {
  Spreadsheet sheet;
  const std::string text = AsUtf8(bytes);
  if (absl::StrContains(text, '\0')) {
    sheet.faults.push_back({1, "", "filen är ingen textfil; spara den som CSV i UTF-8",
                            "the file is no text; save it as CSV in UTF-8"});
    return sheet;
  }
  Reader(text, sheet).Read();
  return sheet;
}

}  // namespace samsyn::connectors
