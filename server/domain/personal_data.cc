#include "server/domain/personal_data.h"

#include <absl/strings/str_cat.h>
#include <absl/time/civil_time.h>

#include <algorithm>
#include <array>

#include "server/domain/utf8.h"

namespace samsyn::domain {
namespace {

// A character that is seen; all dashes are '-', all blanks ' ', full-width forms the usual ones.
struct Character {
  char32_t c;
  int position;  // from 1
  size_t begin;  // in bytes
  size_t end;
};
using Characters = std::vector<Character>;
// What was found, from one character of the text up to another; empty: nothing.
struct Span {
  size_t from = 0;
  size_t to = 0;
};

bool IsHidden(char32_t c) {
  return c == 0xad || c == 0x34f || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
         (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff;
}
bool IsDash(char32_t c) { return (c >= 0x2010 && c <= 0x2015) || c == 0x2212; }
bool IsBlank(char32_t c) {
  return c == '\t' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}
char32_t Usual(char32_t c) {
  if (c < 0x80 && c != '\t') return c;
  if (c >= 0xff01 && c <= 0xff5e) return c - 0xfee0;
  return IsDash(c) ? '-' : IsBlank(c) ? ' ' : c;
}

Characters SeenIn(absl::string_view text) {
  Characters seen;
  seen.reserve(text.size());
  int position = 0;
  for (absl::string_view rest = text; !rest.empty();) {
    const size_t begin = text.size() - rest.size();
    const char32_t c = TakeCharacter(rest);
    ++position;
    if (!IsHidden(c)) seen.push_back({Usual(c), position, begin, text.size() - rest.size()});
  }
  return seen;
}

char32_t At(const Characters& text, size_t i) { return i < text.size() ? text[i].c : 0; }
char32_t Before(const Characters& text, size_t i) { return i > 0 ? text[i - 1].c : 0; }
bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }
char32_t Upper(char32_t c) { return c >= 'a' && c <= 'z' ? c - 32 : c; }
bool IsLetter(char32_t c) {
  if (c < 0x80) return Upper(c) >= 'A' && Upper(c) <= 'Z';
  return c >= 0xc0 && c != 0xd7 && c != 0xf7 && (c < 0x2000 || c > 0x2bff) &&
         (c < 0x3000 || c > 0x303f) && c < 0x1f000;
}
bool IsOneOf(char32_t c, absl::string_view set) {
  return c != 0 && c < 0x80 && set.find(static_cast<char>(c)) != absl::string_view::npos;
}
size_t DigitsAt(const Characters& text, size_t i) {
  size_t end = i;
  while (IsDigit(At(text, end))) ++end;
  return end - i;
}

// ——— Person numbers

// A letter stands for 1, as the project `personnummer` has it.
bool IsInterim(char32_t c) { return IsOneOf(Upper(c), "TRSUWXJKLMN"); }

bool HasCheckDigit(const std::array<int, 10>& digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const int twice = digits[i] * (i % 2 == 0 ? 2 : 1);
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 == 0;
}

// Of a samordningsnummer, whose day is raised by 60, month and day may be unknown or impossible.
bool IsDate(int year, int month, int day, absl::CivilDay today) {
  if (day >= 60) return month <= 12 && day <= 91 && year <= today.year();
  const absl::CivilDay date(year, month, day);
  return date.month() == month && date.day() == day && date <= today;
}

// The date of "811218" or "19811218"; `plus`: of somebody over a hundred.
bool IsBirthDate(const std::string& digits, bool plus, absl::CivilDay today) {
  const int number = std::stoi(digits);
  const int month = number / 100 % 100;
  const int day = number % 100;
  if (digits.size() == 8) {
    return number >= 1800'00'00 && IsDate(number / 10000, month, day, today);
  }
  const int base = static_cast<int>(today.year()) - (plus ? 100 : 0);
  const int year = base - (base - number / 10000) % 100;
  return IsDate(year, month, day, today) || (!plus && IsDate(year - 100, month, day, today));
}

// Where the last four begin: a blank, a dash or plus, a blank, each at most once.
size_t AfterSeparator(const Characters& text, size_t i) {
  if (At(text, i) == ' ') ++i;
  if (IsOneOf(At(text, i), "-+")) ++i;
  return At(text, i) == ' ' ? i + 1 : i;
}

Span NumberAt(const Characters& text, size_t i, absl::CivilDay today) {
  if (!IsDigit(text[i].c) || IsDigit(Before(text, i))) return {};
  const size_t run = DigitsAt(text, i);
  if (run != 6 && run != 8 && run != 10 && run != 12) return {};
  const size_t date = run > 8 ? run - 4 : run;
  const size_t last_four = run > 8 ? i + date : AfterSeparator(text, i + date);
  const bool interim = IsInterim(At(text, last_four));
  const size_t three = DigitsAt(text, last_four + 1);
  if (three != 3 || (!interim && !IsDigit(At(text, last_four)))) return {};
  std::string digits;
  for (size_t k = i; k < i + date; ++k) digits.push_back(static_cast<char>(text[k].c));
  std::array<int, 10> ten{};
  for (size_t k = 0; k < 6; ++k) ten[k] = digits[date - 6 + k] - '0';
  for (size_t k = 0; k < 4; ++k) {
    const char32_t c = text[last_four + k].c;
    ten[6 + k] = IsDigit(c) ? static_cast<int>(c - '0') : 1;
  }
  const bool serial = ten[6] + ten[7] + ten[8] > 0;
  bool plus = false;
  for (size_t k = i + date; k < last_four; ++k) plus |= text[k].c == '+';
  if (!serial || !HasCheckDigit(ten) || !IsBirthDate(digits, plus, today)) return {};
  return {i, last_four + 4};
}

// ——— Plates, telephone numbers, addresses

bool IsPlateLetter(char32_t c) { return c < 0x80 && IsLetter(c) && !IsOneOf(Upper(c), "IQV"); }

// ABC 123, ABC 12D; in small letters only where it is written together: "den 112" is none.
Span PlateAt(const Characters& text, size_t i) {
  if (IsLetter(Before(text, i)) || IsDigit(Before(text, i))) return {};
  bool small = false;
  for (size_t k = i; k < i + 3; ++k) {
    if (!IsPlateLetter(At(text, k))) return {};
    small |= text[k].c != Upper(text[k].c);
  }
  size_t k = i + 3;
  const bool apart = IsOneOf(At(text, k), " -");
  if (apart) ++k;
  const char32_t last = At(text, k + 2);
  const bool letter = IsPlateLetter(last) && Upper(last) != 'O';
  small |= last != Upper(last);
  if (!IsDigit(At(text, k)) || !IsDigit(At(text, k + 1)) || !(IsDigit(last) || letter)) return {};
  const char32_t after = At(text, k + 3);
  if (IsLetter(after) || IsDigit(after) || (apart && small)) return {};
  return {i, k + 3};
}

// Where the number within the country begins, after "0", "0046" or "+46" at `i`; 0: nowhere.
size_t AfterTrunk(const Characters& text, size_t i) {
  const auto is = [&](size_t at, absl::string_view what) {
    for (size_t k = 0; k < what.size(); ++k) {
      if (At(text, at + k) != static_cast<unsigned char>(what[k])) return false;
    }
    return true;
  };
  const size_t prefix = is(i, "+46") ? 3 : is(i, "0046") ? 4 : 0;
  if (prefix == 0) return is(i, "0") ? i + 1 : 0;
  i += prefix;
  if (IsOneOf(At(text, i), " -")) ++i;
  if (is(i, "(0)")) i += 3;
  return At(text, i) == ' ' ? i + 1 : i;
}

// Swedish numbers as they are written: in one, or area code and groups.
Span PhoneAt(const Characters& text, size_t i) {
  if (!IsOneOf(text[i].c, "+0")) return {};
  const char32_t before = Before(text, i);
  if (IsDigit(before) || before == '+') return {};
  if (IsOneOf(before, "-./") && i > 1 && IsDigit(text[i - 2].c)) return {};  // of a date
  size_t k = AfterTrunk(text, i);
  if (k == 0 || !IsDigit(At(text, k)) || text[k].c == '0') return {};
  const size_t area = DigitsAt(text, k);
  if (area >= 7 && area <= 9) return {i, k + area};
  if (area > 3 || (area == 1 && text[k].c != '8')) return {};
  k += area;
  const size_t gap = k;
  while (k < gap + 3 && IsOneOf(At(text, k), " -/")) ++k;
  if (k == gap) return {};
  Span found;
  for (size_t digits = 0, run = DigitsAt(text, k); run > 0; run = DigitsAt(text, k)) {
    digits += run;
    k += run;
    if (digits > 8) break;
    if (digits >= 5) found = {i, k};
    if (IsOneOf(At(text, k), " -")) ++k;
  }
  return found;
}

// Around the "@" at `i`.
Span EmailAt(const Characters& text, size_t i) {
  if (text[i].c != '@') return {};
  const auto is_part = [](char32_t c, absl::string_view others) {
    return IsLetter(c) || IsDigit(c) || IsOneOf(c, others);
  };
  size_t from = i, to = i + 1;
  while (from > 0 && is_part(text[from - 1].c, "._%+-")) --from;
  while (is_part(At(text, to), ".-")) ++to;
  if (from == i) return {};
  // The last part is at least two letters; what is beyond is not of the address.
  for (size_t dot = to; dot-- > i + 2;) {
    if (text[dot].c != '.') continue;
    const bool letters = std::all_of(text.begin() + static_cast<ptrdiff_t>(dot) + 1,
                                     text.begin() + static_cast<ptrdiff_t>(to),
                                     [](const Character& one) { return IsLetter(one.c); });
    if (letters && to - dot > 2) return {from, to};
    to = dot;
  }
  return {};
}

// ——— All of them

// One that begins within an earlier kind's is passed over.
template <typename At>
void FindAll(const Characters& text, PersonalData::Kind kind, At at,
             std::vector<PersonalData>& found) {
  const size_t before = found.size();
  for (size_t i = 0; i < text.size(); ++i) {
    const Span span = at(i);
    if (span.to == 0) continue;
    const Character& first = text[span.from];
    const Character& last = text[span.to - 1];
    const bool taken = std::any_of(found.begin(), found.end(), [&](const PersonalData& one) {
      return one.begin < last.end && first.begin < one.end;
    });
    if (!taken) {
      found.push_back(
          {kind, first.position, last.position - first.position + 1, first.begin, last.end});
    }
    i = std::max(i, span.to - 1);
  }
  if (before == 0) return;
  std::sort(found.begin(), found.end(),
            [](const PersonalData& a, const PersonalData& b) { return a.begin < b.begin; });
}

// Whether the text has so many digits; 0xef begins the full-width ones. Without a way out before
// the end, so that it is done many bytes at a time.
bool HasDigits(absl::string_view text, int least) {
  int digits = 0;
  for (const char byte : text) {
    const auto c = static_cast<unsigned char>(byte);
    digits +=
        static_cast<int>(static_cast<unsigned char>(c - '0') < 10) + static_cast<int>(c == 0xef);
  }
  return digits >= least;
}

constexpr int kNumberDigits = 9;  // of an interim number

void FindNumbers(const Characters& seen, absl::Time now, std::vector<PersonalData>& found) {
  // The day in Sweden, in summer: an hour early does no harm.
  const absl::CivilDay today = absl::ToCivilDay(now, absl::FixedTimeZone(2 * 60 * 60));
  FindAll(
      seen, PersonalData::Kind::kPersonNumber, [&](size_t i) { return NumberAt(seen, i, today); },
      found);
}

}  // namespace

std::vector<PersonalData> PersonNumbersIn(absl::string_view text, absl::Time now) {
  std::vector<PersonalData> found;
  if (HasDigits(text, kNumberDigits)) FindNumbers(SeenIn(text), now, found);
  return found;
}

std::vector<PersonalData> PersonalDataIn(absl::string_view text, absl::Time now) {
  std::vector<PersonalData> found;
  if (!HasDigits(text, 2) && text.find('@') == absl::string_view::npos) return found;
  const Characters seen = SeenIn(text);
  FindNumbers(seen, now, found);
  FindAll(
      seen, PersonalData::Kind::kEmail, [&](size_t i) { return EmailAt(seen, i); }, found);
  FindAll(
      seen, PersonalData::Kind::kPhone, [&](size_t i) { return PhoneAt(seen, i); }, found);
  FindAll(
      seen, PersonalData::Kind::kPlate, [&](size_t i) { return PlateAt(seen, i); }, found);
  return found;
}

std::string MaskPersonNumbers(absl::string_view text, absl::Time now) {
  std::string masked;
  size_t taken = 0;
  for (const PersonalData& number : PersonNumbersIn(text, now)) {
    absl::StrAppend(&masked, text.substr(taken, number.begin - taken), kPersonNumberMask);
    taken = number.end;
  }
  absl::StrAppend(&masked, text.substr(taken));
  return masked;
}

}  // namespace samsyn::domain
