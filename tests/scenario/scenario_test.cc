// Registers every case of every table in this folder as a test:
// scenario.R3.back_to_back_is_no_clash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/scenario/play.h"
#include "tests/scenario/table.h"

namespace samsyn::scenario {
namespace {

class ScenarioTest : public ::testing::Test {
 public:
  ScenarioTest(std::string file, Case scenario)
      : file_(std::move(file)), case_(std::move(scenario)) {}

  void TestBody() override {
    ASSERT_EQ(case_.trouble, "") << file_;
    ASSERT_FALSE(case_.steps.empty()) << file_ << ": a case without a step";
    Player player(case_);
    for (const Step& step : case_.steps) {
      const std::string wrong = player.Play(step);
      ASSERT_EQ(wrong, "") << file_ << ":" << step.line;
    }
  }

 private:
  const std::string file_;
  const Case case_;
};

void RegisterTables() {
  std::vector<std::filesystem::path> tables;
  for (const auto& entry : std::filesystem::directory_iterator(SAMSYN_SCENARIOS)) {
    if (entry.path().extension() == ".txt") tables.push_back(entry.path());
  }
  std::sort(tables.begin(), tables.end());
  for (const std::filesystem::path& table : tables) {
    std::ifstream in(table);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string rule = table.stem().string();
    for (const Case& one : ReadTable(text)) {
      ::testing::RegisterTest(("scenario." + rule).c_str(), NameOfCase(one.heading).c_str(),
                              nullptr, nullptr, table.c_str(), 1,
                              [file = table.filename().string(), one]() -> ScenarioTest* {
                                return new ScenarioTest(file, one);
                              });
    }
  }
}

}  // namespace
}  // namespace samsyn::scenario

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  samsyn::scenario::RegisterTables();
  return RUN_ALL_TESTS();
}
