// Suggested priorities for people: every factor in words and with its weight, in both languages.
#include "clients/cli/priorities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace samsyn::cli {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kNow = 1795795200;  // 2026-11-27 17:00 in Stockholm

v1::SuggestedPriority Suggested() {
  v1::SuggestedPriority one;
  one.mutable_problem()->set_name(
      "municipalities/0136/problems/3f2a91c0-0000-5000-8000-000000000000");
  one.mutable_problem()->set_statement("Skadegörelse vid centrum\x1b[2J");
  one.set_score(11.3137);
  one.set_age_meetings(2);
  one.add_deployments("municipalities/0136/deployments/c3f9ec95-0000-5000-8000-000000000000");
  v1::PriorityFactors& factors = *one.mutable_factors();
  factors.set_severity(4);
  factors.set_severity_weight(4);
  factors.mutable_newest_time()->set_seconds(kNow - 7 * 86400);
  factors.set_recency_weight(0.7071);
  factors.set_more_than_usual(1);
  factors.set_unusualness_weight(2);
  factors.set_independent_sources(2);
  factors.set_sources_weight(2);
  return one;
}

TEST(Priorities, EveryFactorIsSaid) {
  const absl::Time now = absl::FromUnixSeconds(kNow);
  EXPECT_EQ(PriorityText(Suggested(), 1, now, Language::kSwedish),
            "1. Skadegörelse vid centrum\xEF\xBF\xBD[2J (3f2a91c0)\n"
            "   poäng 11,31, möten sedan det angavs: 2\n"
            "   × 4     högsta allvarlighet 4\n"
            "   × 0,71  senast 2026-11-20 17:00, för 7 dagar sedan\n"
            "   × 2     fler än vanligt i 1 ruta (område och grupp)\n"
            "   × 2     2 oberoende källor\n"
            "   insatser: c3f9ec95\n");
  const std::string english = PriorityText(Suggested(), 3, now, Language::kEnglish);
  EXPECT_THAT(english, HasSubstr("score 11.31, meetings since it was stated: 2"));
  EXPECT_THAT(english, HasSubstr("× 0.71  newest 2026-11-20 17:00, 7 days ago"));
}

TEST(Priorities, WithoutIncidentsItSaysSo) {
  v1::SuggestedPriority one;
  one.mutable_factors()->set_severity_weight(1);
  one.mutable_factors()->set_recency_weight(1.0 / 64);
  const std::string text = PriorityText(one, 1, absl::FromUnixSeconds(kNow), Language::kSwedish);
  EXPECT_THAT(text, HasSubstr("× 0,02  ingen händelse kopplad"));
  EXPECT_THAT(text, HasSubstr("ingen allvarlighet angiven"));
  EXPECT_THAT(text, HasSubstr("inget fler än vanligt"));
}

}  // namespace
}  // namespace samsyn::cli
