// What is usual for a count, and when a count is told from chance.
#include "server/analysis/usual.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace samsyn::analysis {
namespace {

using Verdict = v1::Usual::Verdict;

Verdict Alone(int count, const std::vector<int>& earlier) {
  v1::Usual usual = UsualFor(count, earlier);
  Mark({{count, &usual}});
  return usual.verdict();
}

TEST(UsualTest, TellsFewerMoreAndAsUsual) {
  const std::vector<int> weeks = {9, 11, 10, 8, 12, 10, 9, 11, 10, 10, 9, 11};
  EXPECT_EQ(Alone(10, weeks), v1::Usual::VERDICT_AS_USUAL);
  EXPECT_EQ(Alone(14, weeks), v1::Usual::VERDICT_AS_USUAL);
  EXPECT_EQ(Alone(18, weeks), v1::Usual::VERDICT_MORE);
  EXPECT_EQ(Alone(3, weeks), v1::Usual::VERDICT_FEWER);
}

TEST(UsualTest, FewerThanFiveNowAndUsuallyIsTooFewToTell) {
  const std::vector<int> rare = {0, 1, 0, 0, 2, 0, 0, 1, 0, 0, 0, 1};
  EXPECT_EQ(Alone(4, rare), v1::Usual::VERDICT_TOO_FEW);
  EXPECT_FALSE(UsualFor(4, rare).has_probability()) << "no share is given on fewer than five";
  EXPECT_EQ(Alone(5, rare), v1::Usual::VERDICT_MORE);
  EXPECT_EQ(Alone(0, {6, 7, 5, 8, 6, 7, 6, 5, 7, 6, 8, 7}), v1::Usual::VERDICT_FEWER);
}

TEST(UsualTest, AShortPastSaysNothing) {
  EXPECT_EQ(Alone(40, {1, 2, 1}), v1::Usual::VERDICT_NO_PAST);
  EXPECT_EQ(Alone(40, {}), v1::Usual::VERDICT_NO_PAST);
  EXPECT_EQ(Alone(40, {1, 2, 1, 2}), v1::Usual::VERDICT_MORE);
}

TEST(UsualTest, TheRangeHoldsNineOfTenByPoisson) {
  // Poisson with mean (60 + 1/2) / 12: P(X <= 1) = 0.0390, P(X <= 2) = 0.1212; P(X <= 8) = 0.9293,
  // P(X <= 9) = 0.9670.
  const v1::Usual usual = UsualFor(5, {5, 4, 6, 5, 5, 4, 6, 5, 5, 5, 4, 6});
  EXPECT_EQ(usual.model(), v1::Usual::MODEL_POISSON);
  EXPECT_EQ(usual.low(), 2);
  EXPECT_EQ(usual.high(), 9);
  EXPECT_DOUBLE_EQ(usual.mean(), 5);
}

TEST(UsualTest, WeeksThatVaryMoreThanPoissonAllowsWidenTheRange) {
  const std::vector<int> bursts = {0, 14, 1, 0, 12, 2, 0, 15, 1, 0, 13, 2};
  const v1::Usual usual = UsualFor(12, bursts);
  EXPECT_EQ(usual.model(), v1::Usual::MODEL_NEGATIVE_BINOMIAL);
  EXPECT_EQ(usual.low(), 0);
  EXPECT_GE(usual.high(), 14);
  EXPECT_EQ(Alone(12, bursts), v1::Usual::VERDICT_AS_USUAL) << "by Poisson it would be MORE";
}

TEST(UsualTest, TwelveEmptyWeeksMakeNoMiracleOfOne) {
  const v1::Usual usual = UsualFor(6, std::vector<int>(12, 0));
  EXPECT_EQ(usual.low(), 0);
  EXPECT_EQ(usual.high(), 0);
  EXPECT_GT(usual.probability(), 0);
  EXPECT_EQ(Alone(1, std::vector<int>(12, 0)), v1::Usual::VERDICT_TOO_FEW);
}

TEST(UsualTest, TheMoreAreJudgedTogetherTheLessIsMarked) {
  // 11 with a mean of 5 has a two-sided probability of about 0.03: unusual alone, not among forty.
  const std::vector<int> weeks = {5, 4, 6, 5, 5, 4, 6, 5, 5, 5, 4, 6};
  EXPECT_EQ(Alone(11, weeks), v1::Usual::VERDICT_MORE);
  std::vector<v1::Usual> usuals(40);
  std::vector<Judged> together;
  for (size_t i = 0; i < usuals.size(); ++i) {
    const int count = i == 0 ? 11 : 5;
    usuals[i] = UsualFor(count, weeks);
    together.push_back({count, &usuals[i]});
  }
  Mark(together);
  for (const v1::Usual& usual : usuals) EXPECT_EQ(usual.verdict(), v1::Usual::VERDICT_AS_USUAL);
}

TEST(UsualTest, BenjaminiAndHochbergMarkUpToTheLastThatIsSmallEnough) {
  // Their step goes up: one above its own line is marked when a later one is below its.
  std::vector<v1::Usual> usuals(4);
  std::vector<Judged> together;
  const double probabilities[] = {0.03, 0.045, 0.07, 0.5};  // lines: 0.025, 0.05, 0.075, 0.1
  for (size_t i = 0; i < usuals.size(); ++i) {
    usuals[i].set_verdict(v1::Usual::VERDICT_AS_USUAL);
    usuals[i].set_probability(probabilities[i]);
    usuals[i].set_mean(3);
    together.push_back({i == 1 ? 0 : 9, &usuals[i]});
  }
  Mark(together);
  EXPECT_EQ(usuals[0].verdict(), v1::Usual::VERDICT_MORE);
  EXPECT_EQ(usuals[1].verdict(), v1::Usual::VERDICT_FEWER);
  EXPECT_EQ(usuals[2].verdict(), v1::Usual::VERDICT_MORE);
  EXPECT_EQ(usuals[3].verdict(), v1::Usual::VERDICT_AS_USUAL);
}

}  // namespace
}  // namespace samsyn::analysis
