// UTF-8 text character by character; pure.
#ifndef SAMSYN_SERVER_DOMAIN_UTF8_H_
#define SAMSYN_SERVER_DOMAIN_UTF8_H_

#include <absl/strings/string_view.h>

#include <cstddef>
#include <string>

namespace samsyn::domain {

inline constexpr char32_t kNotUtf8 = 0xffffffff;

// Takes the first character off a text that is not empty. kNotUtf8, and one byte taken, where the
// text is not UTF-8 (overlong forms, surrogates and what lies beyond U+10FFFF included).
char32_t TakeCharacterBeyondAscii(absl::string_view& text);
inline char32_t TakeCharacter(absl::string_view& text) {
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte >= 0x80) return TakeCharacterBeyondAscii(text);
  text.remove_prefix(1);
  return byte;
}

// The number of characters.
size_t CharactersIn(absl::string_view text);

// The first `most` characters; where text is cut, the last of them is "…".
std::string Shortened(absl::string_view text, size_t most);

// In lower case, as far as the letters of Latin-1 and the Greek and Cyrillic alphabets go: what
// Swedish needs to be searched without regard to case.
std::string LowerCase(absl::string_view text);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_UTF8_H_
