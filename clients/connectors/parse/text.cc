#include "clients/connectors/parse/text.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_replace.h>

#include <cstdint>

namespace samsyn::connectors {
namespace {

// The length in bytes of the code point at the front of valid UTF-8.
size_t LengthOf(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

uint32_t CodePoint(absl::string_view bytes) {
  if (bytes.size() == 1) return static_cast<unsigned char>(bytes[0]);
  uint32_t value = static_cast<unsigned char>(bytes[0]) & (0xFFu >> (bytes.size() + 1));
  for (const char c : bytes.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3F);
  return value;
}

bool IsSpace(uint32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// Soft hyphen, zero width, marks and overrides of direction, byte order mark.
bool IsInvisible(uint32_t c) {
  return c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

}  // namespace

std::string CleanText(absl::string_view text) {
  std::string clean;
  bool space = false;
  while (!text.empty()) {
    const absl::string_view piece = text.substr(0, LengthOf(static_cast<unsigned char>(text[0])));
    text.remove_prefix(piece.size());
    const uint32_t c = CodePoint(piece);
    if (IsInvisible(c)) continue;
    if (IsSpace(c)) {
      space = !clean.empty();
      continue;
    }
    if (space) clean += ' ';
    space = false;
    clean.append(piece.data(), piece.size());
  }
  return clean;
}

std::string Lowered(absl::string_view text) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(text),
                             {{"Å", "å"}, {"Ä", "ä"}, {"Ö", "ö"}, {"É", "é"}});
}

std::string Shortened(absl::string_view text, size_t characters) {
  size_t end = 0;
  while (end < text.size() && characters-- > 0) {
    end += LengthOf(static_cast<unsigned char>(text[end]));
  }
  return std::string(text.substr(0, end));
}

}  // namespace samsyn::connectors
