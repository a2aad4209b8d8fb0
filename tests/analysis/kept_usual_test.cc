// What is kept of UsualFor is what it says.
#include "server/analysis/kept_usual.h"

#include <gtest/gtest.h>

#include <random>

#include "server/analysis/usual.h"

namespace samsyn::testing {
namespace {

TEST(KeptUsualTest, SaysTheSameHoweverOftenAndWhateverElseWasAsked) {
  // More than are kept, some of them again and again.
  std::mt19937 random(1);
  for (int i = 0; i < 40'000; ++i) {
    const bool again = random() % 2 == 0;
    std::mt19937 one(again ? random() % 5000 : random());
    const int most = 1 + static_cast<int>(one() % 30);
    const int count = static_cast<int>(one() % most);
    std::vector<int> earlier(one() % 13);
    for (int& before : earlier) before = static_cast<int>(one() % most);
    ASSERT_EQ(analysis::KeptUsualFor(count, earlier)->SerializeAsString(),
              analysis::UsualFor(count, earlier).SerializeAsString());
  }
}

TEST(KeptUsualTest, KeepsAnAnswer) {
  const auto first = analysis::KeptUsualFor(7, {3, 4, 5, 6});
  EXPECT_EQ(analysis::KeptUsualFor(7, {3, 4, 5, 6}), first);
  EXPECT_NE(analysis::KeptUsualFor(8, {3, 4, 5, 6}), first);
  EXPECT_NE(analysis::KeptUsualFor(7, {3, 4, 5, 6, 0}), first);
}

}  // namespace
}  // namespace samsyn::testing
