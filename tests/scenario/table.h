// Scenario tables: rules as an operations officer can read them.
//
//   # R3: a unit is in one place at a time            (comment)
//   ## Back to back is no clash                       (a case)
//   fre 17:00  dispatcher  commits vardar to A        → A is PROPOSED
//   when       who         what                       → outcomes, separated by commas
//
// The week is that of Friday 2026-11-27 unless the case begins with "week of 2026-03-23".
#ifndef SAMSYN_TESTS_SCENARIO_TABLE_H_
#define SAMSYN_TESTS_SCENARIO_TABLE_H_

#include <absl/time/civil_time.h>

#include <string>
#include <vector>

namespace samsyn::scenario {

struct Step {
  int line = 0;
  absl::CivilMinute when;
  std::string who;
  std::vector<std::string> what;      // words; "quoted text" is one
  std::vector<std::string> outcomes;  // as written
};

struct Case {
  std::string heading;
  absl::CivilDay monday{2026, 11, 23};
  std::vector<Step> steps;
  std::string trouble;  // why the case cannot be read; empty: it can
};

// The cases of a table. What cannot be read is in `trouble` of its case, with the line.
std::vector<Case> ReadTable(const std::string& text);

// "fre 20:00" in a week; false if the words are no time.
bool ReadTime(const std::string& day, const std::string& time, absl::CivilDay monday,
              absl::CivilMinute* when);

// "A unit is in one place" → "a_unit_is_in_one_place".
std::string NameOfCase(const std::string& heading);

}  // namespace samsyn::scenario

#endif  // SAMSYN_TESTS_SCENARIO_TABLE_H_
