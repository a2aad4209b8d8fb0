// What in a text may be about a person: numbers that identify one, plates, telephone numbers,
// e-mail addresses. Pure. clients/web/src/lib/text_checks.ts finds the same; both are held to the
// tables in tests/data.
#ifndef SAMSYN_SERVER_DOMAIN_PERSONAL_DATA_H_
#define SAMSYN_SERVER_DOMAIN_PERSONAL_DATA_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <cstddef>
#include <string>
#include <vector>

namespace samsyn::domain {

// Something found in a text. The text is UTF-8.
struct PersonalData {
  enum class Kind { kPersonNumber, kPlate, kPhone, kEmail };
  Kind kind = Kind::kPersonNumber;
  int position = 0;  // of its first character, from 1
  int length = 0;    // in characters
  size_t begin = 0;  // the same in bytes
  size_t end = 0;
};

// The person numbers in a text (personnummer, samordningsnummer, and interim numbers with a letter
// in the place of the first of the last four), in order: 10 or 12 digits whose date is one up to
// today and whose last digit is right, with "-", "+", another dash, a space or nothing before the
// last four. Characters that are not seen do not hide one; full-width ones are like others. Digits
// directly beside make it another number. Costs little where there are too few digits for one.
std::vector<PersonalData> PersonNumbersIn(absl::string_view text, absl::Time now);

// All that is found, in order; what lies in a person number is not found again as something else.
std::vector<PersonalData> PersonalDataIn(absl::string_view text, absl::Time now);

// What stands in the place of a person number that was taken away: never longer than one, so that a
// text stays within its limit.
inline constexpr absl::string_view kPersonNumberMask = "[personnr]";

// The text with a mask for each person number.
std::string MaskPersonNumbers(absl::string_view text, absl::Time now);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_PERSONAL_DATA_H_
