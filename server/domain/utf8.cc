#include "server/domain/utf8.h"

namespace samsyn::domain {
namespace {

bool Continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

void AppendCharacter(char32_t c, std::string& text) {
  if (c < 0x80) {
    text.push_back(static_cast<char>(c));
  } else {
    // Only letters of two bytes are changed, see LowerCase.
    text.push_back(static_cast<char>(0xc0 | (c >> 6)));
    text.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  }
}

char32_t Lower(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xc0 && c <= 0xde && c != 0xd7) return c + 32;  // À … Þ, without ×
  if (c >= 0x391 && c <= 0x3a9) return c + 32;             // Α … Ω
  if (c >= 0x410 && c <= 0x42f) return c + 32;             // А … Я
  if (c >= 0x400 && c <= 0x40f) return c + 80;             // Ѐ … Џ
  return c;
}

}  // namespace

char32_t TakeCharacterBeyondAscii(absl::string_view& text) {
  const auto byte = static_cast<unsigned char>(text.front());
  const size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
  const bool lead = byte >= 0xc2 && byte <= 0xf4 && length <= text.size();
  char32_t c = lead ? byte & (0xff >> (length + 1)) : kNotUtf8;
  for (size_t i = 1; c != kNotUtf8 && i < length; ++i) {
    c = Continues(text[i]) ? (c << 6) | (static_cast<unsigned char>(text[i]) & 0x3f) : kNotUtf8;
  }
  const bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  const bool surrogate = c >= 0xd800 && c <= 0xdfff;
  if (c == kNotUtf8 || overlong || surrogate || c > 0x10ffff) {
    text.remove_prefix(1);
    return kNotUtf8;
  }
  text.remove_prefix(length);
  return c;
}

size_t CharactersIn(absl::string_view text) {
  size_t count = 0;
  for (; !text.empty(); ++count) TakeCharacter(text);
  return count;
}

std::string Shortened(absl::string_view text, size_t most) {
  absl::string_view rest = text;
  absl::string_view before_last = text;
  for (size_t taken = 0; !rest.empty() && taken < most; ++taken) {
    before_last = rest;
    TakeCharacter(rest);
  }
  if (rest.empty()) return std::string(text);
  return std::string(text.substr(0, text.size() - before_last.size())) + "…";
}

std::string LowerCase(absl::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  while (!text.empty()) {
    const absl::string_view before = text;
    const char32_t c = TakeCharacter(text);
    const char32_t changed = c == kNotUtf8 ? c : Lower(c);
    if (changed == c) {
      lower.append(before.data(), before.size() - text.size());
    } else {
      AppendCharacter(changed, lower);
    }
  }
  return lower;
}

}  // namespace samsyn::domain
