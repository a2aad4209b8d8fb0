#include "tests/scenario/table.h"

#include <absl/strings/ascii.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>

namespace samsyn::scenario {
namespace {

constexpr char kArrow[] = "→";
constexpr char kWeekOf[] = "week of ";

// Words of a line; "quoted text" is one, without its quotes.
std::vector<std::string> Words(absl::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

bool ReadStep(absl::string_view line, absl::CivilDay monday, Step* step) {
  const std::vector<std::string> halves = absl::StrSplit(line, absl::MaxSplits(kArrow, 1));
  std::vector<std::string> words = Words(halves[0]);
  if (words.size() < 3 || !ReadTime(words[0], words[1], monday, &step->when)) return false;
  step->who = words[2];
  step->what.assign(words.begin() + 3, words.end());
  if (halves.size() == 2) {
    for (absl::string_view outcome : absl::StrSplit(halves[1], ',')) {
      step->outcomes.emplace_back(absl::StripAsciiWhitespace(outcome));
    }
  }
  return true;
}

bool ReadWeek(absl::string_view line, absl::CivilDay* monday) {
  return absl::ParseCivilTime(std::string(line.substr(sizeof(kWeekOf) - 1)), monday) &&
         absl::GetWeekday(*monday) == absl::Weekday::monday;
}

}  // namespace

bool ReadTime(const std::string& day, const std::string& time, absl::CivilDay monday,
              absl::CivilMinute* when) {
  static const std::vector<std::string>* const kDays =
      new std::vector<std::string>{"mån", "tis", "ons", "tor", "fre", "lör", "sön"};
  const auto found = std::find(kDays->begin(), kDays->end(), day);
  const std::vector<std::string> parts = absl::StrSplit(time, ':');
  int hour = 0, minute = 0;
  if (found == kDays->end() || parts.size() != 2 || !absl::SimpleAtoi(parts[0], &hour) ||
      !absl::SimpleAtoi(parts[1], &minute)) {
    return false;
  }
  *when = absl::CivilMinute(monday + (found - kDays->begin())) + hour * 60 + minute;
  return true;
}

std::string NameOfCase(const std::string& heading) {
  std::string name;
  for (const char c : heading) {
    if (absl::ascii_isalnum(c)) {
      name += absl::ascii_tolower(c);
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name;
}

std::vector<Case> ReadTable(const std::string& text) {
  std::vector<Case> cases;
  int number = 0;
  for (absl::string_view raw : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::string_view line = absl::StripAsciiWhitespace(raw);
    if (line.substr(0, 3) == "## ") {
      cases.emplace_back();
      cases.back().heading = std::string(line.substr(3));
      continue;
    }
    if (line.empty() || line[0] == '#' || cases.empty()) continue;
    Case& current = cases.back();
    Step step;
    step.line = number;
    const bool week = line.substr(0, sizeof(kWeekOf) - 1) == kWeekOf;
    if (week ? ReadWeek(line, &current.monday) : ReadStep(line, current.monday, &step)) {
      if (!week) current.steps.push_back(std::move(step));
    } else if (current.trouble.empty()) {
      current.trouble = absl::StrCat("line ", number, " cannot be read: ", line);
    }
  }
  return cases;
}

}  // namespace samsyn::scenario
