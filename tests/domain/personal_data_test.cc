// What may be about a person, held to the tables that the page's function is held to as well.
#include "server/domain/personal_data.h"

#include <absl/strings/ascii.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace samsyn::domain {
namespace {

using ::testing::IsEmpty;

// 28 November 2026.
const absl::Time kNow = absl::FromUnixSeconds(1795867200);

std::vector<std::string> LinesOf(const char* file) {
  std::ifstream stream(absl::StrCat(SAMSYN_TEST_DATA, "/", file));
  EXPECT_TRUE(stream.is_open()) << file;
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line[0] != '#') lines.push_back(line);
  }
  return lines;
}

// "\u00ad" in a table is that character.
std::string Spoken(absl::string_view text) {
  std::string spoken;
  for (const absl::string_view part : absl::StrSplit(text, "\\u")) {
    uint32_t c = 0;
    if (part.data() == text.data() || !absl::SimpleHexAtoi(part.substr(0, 4), &c)) {
      absl::StrAppend(&spoken, part);
      continue;
    }
    if (c >= 0x800) spoken.push_back(static_cast<char>(0xe0 | (c >> 12)));
    spoken.push_back(static_cast<char>(c >= 0x800 ? 0x80 | ((c >> 6) & 0x3f) : 0xc0 | (c >> 6)));
    spoken.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    absl::StrAppend(&spoken, part.substr(4));
  }
  return spoken;
}

std::string FoundIn(absl::string_view text) {
  static constexpr absl::string_view kWords[] = {"number", "plate", "phone", "email"};
  std::vector<std::string> found;
  for (const PersonalData& one : PersonalDataIn(text, kNow)) {
    found.push_back(
        absl::StrCat(kWords[static_cast<int>(one.kind)], " ", one.position, " ", one.length));
  }
  return found.empty() ? "-" : absl::StrJoin(found, ", ");
}

TEST(PersonNumbers, AreThoseOfTheProjectsTable) {
  int rows = 0;
  for (const std::string& line : LinesOf("person_numbers.csv")) {
    const std::vector<std::string> row = absl::StrSplit(line, ',');
    ASSERT_EQ(row.size(), 4u) << line;
    if (row[0] == "number") continue;
    ++rows;
    const bool valid = row[2] == "yes";
    EXPECT_EQ(PersonNumbersIn(row[0], kNow).size(), valid ? 1u : 0u) << line;
    EXPECT_EQ(PersonNumbersIn(absl::StrCat("Hen (", row[0], ") var där."), kNow).size(),
              valid ? 1u : 0u)
        << line;
  }
  EXPECT_GT(rows, 90);
}

TEST(PersonalData, IsFoundAsTheTableSays) {
  const std::vector<std::string> lines = LinesOf("personal_data.txt");
  int rows = 0;
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    EXPECT_EQ(FoundIn(Spoken(lines[i])), lines[i + 1]) << lines[i];
    ++rows;
    ++i;
  }
  EXPECT_GT(rows, 25);
}

TEST(PersonNumbers, OfAHundredYearsAgoNeedTheirSign) {
  // 29 February of 1900 was not; of 2000 it was.
  EXPECT_EQ(FoundIn("000229-2399"), "number 1 11");
  EXPECT_EQ(FoundIn("000229+2399"), "-");
}

TEST(PersonNumbers, AreMaskedAndTheRestStays) {
  EXPECT_EQ(MaskPersonNumbers("Före 900118-9811, 9001189811 efter.", kNow),
            "Före [personnr], [personnr] efter.");
  EXPECT_EQ(MaskPersonNumbers("900\u200b118\u00ad-9811", kNow), "[personnr]");
  EXPECT_EQ(MaskPersonNumbers("Inget.", kNow), "Inget.");
  EXPECT_THAT(PersonNumbersIn(MaskPersonNumbers("900118-9811900118-9811", kNow), kNow), IsEmpty());
}

TEST(PersonNumbers, AMaskIsNeverLongerThanANumber) {
  EXPECT_LE(kPersonNumberMask.size(), std::string("900118T981").size());
}

TEST(PersonNumbers, BrokenTextIsSearchedToo) {
  EXPECT_EQ(PersonNumbersIn("\xff 900118-9811 \xc3", kNow).size(), 1u);
}

}  // namespace
}  // namespace samsyn::domain
