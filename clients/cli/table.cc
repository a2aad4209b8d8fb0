#include "clients/cli/table.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdint>

namespace samsyn::cli {
namespace {

constexpr uint32_t kWrong = 0xFFFD;

// Takes the next code point off the front; kWrong (and one byte) where it is no UTF-8.
uint32_t Next(absl::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  uint32_t code = length == 1 ? first : first & (0xFF >> (length + 1));
  bool wrong = (first >= 0x80 && first < 0xC2) || first > 0xF4 || text.size() < length;
  for (size_t i = 1; i < length && !wrong; ++i) {
    wrong = (byte(i) & 0xC0) != 0x80;
    code = code << 6 | (byte(i) & 0x3F);
  }
  wrong = wrong || (length == 3 && code < 0x800) || (length == 4 && code < 0x10000) ||
          code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF);
  text.remove_prefix(wrong ? 1 : length);
  return wrong ? kWrong : code;
}

struct Range {
  uint32_t first, last;
};

template <size_t N>
bool In(uint32_t code, const Range (&ranges)[N]) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [code](Range r) { return code >= r.first && code <= r.last; });
}

int WidthOf(uint32_t code) {
  static constexpr Range kNone[] = {{0x0300, 0x036F}, {0x200B, 0x200D}, {0xFE00, 0xFE0F}};
  static constexpr Range kWide[] = {{0x1100, 0x115F},   {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                                    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                                    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
                                    {0x20000, 0x3FFFD}};
  return In(code, kNone) ? 0 : In(code, kWide) ? 2 : 1;
}

bool IsHostile(uint32_t code) {
  static constexpr Range kHostile[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C},
                                       {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069},
                                       {kWrong, kWrong}, {0xFEFF, 0xFEFF}};
  return In(code, kHostile);
}

// "12", "3 (1)", "0.5"; an empty cell or "·" stands beside numbers.
bool IsNumber(const std::string& text) {
  return text.empty() || text == "·" ||
         (text.size() <= 10 && text.find_first_of("0123456789") == 0 &&
          text.find_first_not_of("0123456789.,() ") == std::string::npos);
}

}  // namespace

int WidthOf(absl::string_view text) {
  int width = 0;
  while (!text.empty()) width += WidthOf(Next(text));
  return width;
}

std::string Harmless(absl::string_view text, bool keep_lines) {
  std::string out;
  while (!text.empty()) {
    const absl::string_view before = text;
    const uint32_t code = Next(text);
    if (code == '\n' && keep_lines) {
      out += '\n';
    } else if (code == '\n' || code == '\r' || code == '\t') {
      out += ' ';
    } else if (IsHostile(code)) {
      out += "\xEF\xBF\xBD";
    } else {
      absl::StrAppend(&out, before.substr(0, before.size() - text.size()));
    }
  }
  return out;
}

std::string Cut(absl::string_view text, int width) {
  if (WidthOf(text) <= width) return std::string(text);
  std::string out;
  int used = 0;
  while (!text.empty()) {
    const absl::string_view before = text;
    used += WidthOf(Next(text));
    if (used > width - 1) break;
    absl::StrAppend(&out, before.substr(0, before.size() - text.size()));
  }
  return width > 0 ? out + "…" : "";
}

std::string Padded(absl::string_view text, int width, bool right) {
  const std::string spaces(std::max(0, width - WidthOf(text)), ' ');
  return right ? absl::StrCat(spaces, text) : absl::StrCat(text, spaces);
}

std::string Table::Render(int width) const {
  std::vector<int> widths;
  std::vector<bool> numbers;  // by column; the first names the row, whatever it looks like
  for (size_t i = 0; i < headings_.size(); ++i) {
    widths.push_back(WidthOf(headings_[i]));
    numbers.push_back(i > 0);
    for (const auto& row : rows_) {
      widths[i] = std::max(widths[i], WidthOf(row[i]));
      if (!IsNumber(row[i])) numbers[i] = false;
    }
  }
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) text += "  ";
      text += Padded(cells[i], widths[i], numbers[i]);
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    absl::StrAppend(&out, width > 0 ? Cut(text, width) : text, "\n");
  };
  line(headings_);
  for (const auto& row : rows_) line(row);
  return out;
}

}  // namespace samsyn::cli
