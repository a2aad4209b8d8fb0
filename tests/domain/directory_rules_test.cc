// The directory: who sets up what, and what a municipality begins with.
#include "server/domain/directory_rules.h"

#include <gtest/gtest.h>

#include "server/domain/policy.h"
#include "tests/testing/world.h"

namespace samsyn::domain {
namespace {

TEST(CreateMunicipality, BeginsWithACoordinator) {
  Picture empty;
  const absl::Time now = absl::FromUnixSeconds(1795795200);
  Transaction transaction(empty, "municipalities/0192", {"system", ""}, now, 1, "r");
  ASSERT_TRUE(CreateMunicipality("0192", "Nynäshamn", "Stockholms län", transaction).ok());
  const auto municipality = transaction.Get<v1::Municipality>("municipalities/0192");
  ASSERT_NE(municipality, nullptr);
  EXPECT_EQ(municipality->display_name(), "Nynäshamn");
  EXPECT_TRUE(DueTimeOf(*transaction.Find("municipalities/0192")).has_value());
  const auto member = transaction.Get<v1::Member>("municipalities/0192/members/samordnare");
  ASSERT_NE(member, nullptr);
  EXPECT_TRUE(HasRole(*member, v1::ROLE_COORDINATOR));
  const auto organisation = transaction.Get<v1::Organisation>(member->organisation());
  ASSERT_NE(organisation, nullptr);
  EXPECT_TRUE(organisation->authority());
  EXPECT_EQ(ReasonOf(CreateMunicipality("0192", "Nynäshamn", "Stockholms län", transaction)),
            v1::ERROR_REASON_ID_TAKEN);
}

TEST(CreateMunicipality, RefusesWhatIsNoCode) {
  Picture empty;
  Transaction transaction(empty, "municipalities/0192", {"system", ""}, absl::UnixEpoch(), 1, "r");
  for (const char* code : {"", "19", "01922", "../x", "0a92"}) {
    EXPECT_EQ(ReasonOf(CreateMunicipality(code, "X", "Y", transaction)),
              v1::ERROR_REASON_INVALID_FIELDS)
        << code;
  }
  EXPECT_TRUE(transaction.empty());
}

}  // namespace
}  // namespace samsyn::domain
