#include "clients/connectors/parse/polisen_time.h"

#include <absl/strings/ascii.h>

#include <array>

namespace samsyn::connectors {
namespace {

// Takes pieces off the front of a text; once a piece is missing, all that follow are.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : rest_(text) {}

  // A number of `least` to `most` digits.
  int Number(size_t least, size_t most) {
    int value = 0;
    size_t digits = 0;
    while (digits < most && digits < rest_.size() && absl::ascii_isdigit(rest_[digits])) {
      value = value * 10 + (rest_[digits++] - '0');
    }
    if (digits < least) ok_ = false;
    rest_.remove_prefix(digits);
    return value;
  }
  // One of the characters; 0 when missing.
  char OneOf(absl::string_view characters) {
    if (rest_.empty() || characters.find(rest_[0]) == absl::string_view::npos) {
      ok_ = false;
      return 0;
    }
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }
  absl::string_view UpTo(char end) {
    const absl::string_view word = rest_.substr(0, rest_.find(end));
    rest_.remove_prefix(word.size());
    return word;
  }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

int MonthOf(absl::string_view word) {
  static constexpr std::array<absl::string_view, 12> kMonths = {
      "januari", "februari", "mars",      "april",   "maj",      "juni",
      "juli",    "augusti",  "september", "oktober", "november", "december"};
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == word) return static_cast<int>(i) + 1;
  }
  return 0;
}

// Whether the calendar and the clock have it: absl would turn 31 April into 1 May.
bool IsReal(const absl::CivilSecond& civil, int month, int day, int hour, int minute, int second) {
  return civil.month() == month && civil.day() == day && civil.hour() == hour &&
         civil.minute() == minute && civil.second() == second;
}

}  // namespace

absl::optional<absl::Time> ReadPolisenDatetime(absl::string_view text) {
  Scanner scan(text);
  const int year = scan.Number(4, 4);
  scan.OneOf("-");
  const int month = scan.Number(2, 2);
  scan.OneOf("-");
  const int day = scan.Number(2, 2);
  scan.OneOf(" ");
  const int hour = scan.Number(1, 2);
  scan.OneOf(":");
  const int minute = scan.Number(2, 2);
  scan.OneOf(":");
  const int second = scan.Number(2, 2);
  scan.OneOf(" ");
  const char sign = scan.OneOf("+-");
  const int offset_hours = scan.Number(2, 2);
  scan.OneOf(":");
  const int offset_minutes = scan.Number(2, 2);
  if (!scan.done() || offset_hours > 14 || offset_minutes > 59) return absl::nullopt;
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  if (!IsReal(civil, month, day, hour, minute, second)) return absl::nullopt;
  const int offset_seconds = (offset_hours * 60 + offset_minutes) * 60 * (sign == '-' ? -1 : 1);
  return absl::FromCivil(civil, absl::FixedTimeZone(offset_seconds));
}

absl::optional<absl::Time> ReadPolisenTitleTime(absl::string_view text, absl::Time published,
                                                absl::TimeZone zone) {
  Scanner scan(text);
  const int day = scan.Number(1, 2);
  scan.OneOf(" ");
  const int month = MonthOf(scan.UpTo(' '));
  scan.OneOf(" ");
  const int hour = scan.Number(1, 2);
  scan.OneOf(".:");
  const int minute = scan.Number(2, 2);
  if (!scan.done() || month == 0) return absl::nullopt;
  const int64_t year = absl::ToCivilYear(published, zone).year();
  for (const int64_t candidate : {year, year - 1}) {
    const absl::CivilSecond civil(candidate, month, day, hour, minute, 0);
    if (!IsReal(civil, month, day, hour, minute, 0)) continue;
    const absl::Time time = absl::FromCivil(civil, zone);
    if (time <= published + absl::Hours(24)) return time;
  }
  return absl::nullopt;
}

}  // namespace samsyn::connectors
