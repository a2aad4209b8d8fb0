// Near repeats: within 100 m and 14 days, of one category; and the same as comparing all with all.
#include "server/analysis/near_repeats.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "server/domain/geography.h"
#include "server/domain/names.h"
#include "tests/domain/content_world.h"

namespace samsyn::analysis {
namespace {

using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::OrganisationName;

constexpr absl::Duration kDay = absl::Hours(24);

class NearRepeatsTest : public ::testing::Test {
 protected:
  v1::Incident Make(absl::string_view id, absl::Duration ago, double latitude, double longitude) {
    v1::Incident incident;
    incident.set_name(domain::NameOf(kMunicipality, v1::ENTITY_KIND_INCIDENT, id));
    incident.set_owner(OrganisationName("bostader"));
    incident.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    incident.set_state(v1::Incident::STATE_CURRENT);
    incident.set_counted(true);
    incident.set_category(v1::CATEGORY_BURGLARY);
    incident.mutable_point()->set_latitude_deg(latitude);
    incident.mutable_point()->set_longitude_deg(longitude);
    *incident.mutable_occurred_time() = domain::TimestampOf(world_.now() - ago);
    return incident;
  }
  std::vector<v1::NearRepeat> Repeats(absl::string_view member, absl::Duration since = 7 * kDay,
                                      size_t most = 100) {
    return NearRepeats(world_.picture(), world_.AudienceFor(member), world_.now() - since, most);
  }
  static std::vector<std::string> Ids(const std::vector<v1::NearRepeat>& repeats) {
    std::vector<std::string> ids;
    for (const v1::NearRepeat& one : repeats) {
      ids.push_back(absl::StrCat(domain::IdOf(one.earlier()), " ", domain::IdOf(one.incident())));
    }
    return ids;
  }

  ContentWorld world_;
};

TEST_F(NearRepeatsTest, TheLatestEarlierOneIsNamedWithDistanceAndDays) {
  world_.Put(Make("a", 10 * kDay, 59.1600, 18.1400));
  world_.Put(Make("b", 4 * kDay, 59.1608, 18.1400));
  world_.Put(Make("c", 1 * kDay, 59.1604, 18.1400));
  const auto repeats = Repeats("polis");
  ASSERT_THAT(Ids(repeats), ElementsAre("b c", "a b"));
  EXPECT_NEAR(repeats[0].distance_m(), 44.5, 0.5);
  EXPECT_DOUBLE_EQ(repeats[0].days(), 3);
  EXPECT_DOUBLE_EQ(repeats[1].days(), 6);
  EXPECT_THAT(Ids(Repeats("polis", 2 * kDay)), ElementsAre("b c"))
      << "the later one is of the period";
  EXPECT_THAT(Ids(Repeats("polis", 7 * kDay, 1)), ElementsAre("b c")) << "the newest";
}

TEST_F(NearRepeatsTest, WhatIsNoRepeat) {
  world_.Put(Make("a", 4 * kDay, 59.1600, 18.1400));
  const auto with = [this](auto change) {
    v1::Incident incident = Make("b", 1 * kDay, 59.1600, 18.1400);
    change(incident);
    world_.Put(incident);
    return Ids(Repeats("polis"));
  };
  EXPECT_THAT(with([](auto&) {}), ElementsAre("a b"));
  EXPECT_THAT(with([](auto& one) { one.set_category(v1::CATEGORY_VANDALISM); }), IsEmpty());
  EXPECT_THAT(with([](auto& one) { one.set_category(v1::CATEGORY_THEFT); }), IsEmpty());
  EXPECT_THAT(with([](auto& one) { one.mutable_point()->set_latitude_deg(59.1610); }), IsEmpty());
  EXPECT_THAT(with([](auto& one) { one.clear_point(); }), IsEmpty());
  EXPECT_THAT(with([](auto& one) { one.set_counted(false); }), IsEmpty());
  EXPECT_THAT(with([](auto& one) { one.set_state(v1::Incident::STATE_MERGED); }), IsEmpty());
  EXPECT_THAT(with([](auto& one) { one.set_state(v1::Incident::STATE_WITHDRAWN); }), IsEmpty());
  world_.Put(Make("a", 16 * kDay, 59.1600, 18.1400));
  EXPECT_THAT(with([](auto&) {}), IsEmpty()) << "15 days apart";
}

TEST_F(NearRepeatsTest, R6AnEarlierOneThatIsHiddenMakesNoRepeat) {
  v1::Incident hidden = Make("a", 2 * kDay, 59.1600, 18.1400);
  hidden.set_owner(OrganisationName("polisen"));
  hidden.mutable_release()->set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  world_.Put(hidden);
  world_.Put(Make("b", 1 * kDay, 59.1600, 18.1400));
  EXPECT_THAT(Ids(Repeats("polis")), ElementsAre("a b"));
  EXPECT_THAT(Ids(Repeats("vard")), IsEmpty());
  world_.Put(Make("c", 3 * kDay, 59.1600, 18.1400));
  EXPECT_THAT(Ids(Repeats("polis")), ElementsAre("a b", "c a"));
  EXPECT_THAT(Ids(Repeats("vard")), ElementsAre("c b")) << "the latest that it sees";
}

TEST_F(NearRepeatsTest, SquaresFindWhatComparingAllWithAllFinds) {
  std::mt19937 random(7);
  const auto any = [&](const std::string& id) {
    v1::Incident one = Make(id, absl::Minutes(random() % (30 * 24 * 60)),
                            59.16 + 1e-6 * (random() % 8000), 18.14 + 1e-6 * (random() % 16000));
    if (random() % 2 == 0) one.set_category(v1::CATEGORY_VANDALISM);
    return one;
  };
  for (int i = 0; i < 500; ++i) world_.Put(any(absl::StrCat("i", 1000 + i)));
  std::vector<v1::Incident> all;
  for (int i = 0; i < 500; ++i) {
    v1::Incident moved = any(absl::StrCat("i", 1000 + i));
    if (i % 5 == 0) moved.set_state(v1::Incident::STATE_WITHDRAWN);
    world_.Put(moved);
    if (i % 5 != 0) all.push_back(std::move(moved));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::make_pair(a.occurred_time().seconds(), a.name()) <
           std::make_pair(b.occurred_time().seconds(), b.name());
  });
  std::vector<std::string> expected;
  for (size_t i = 0; i < all.size(); ++i) {
    if (domain::TimeOf(all[i].occurred_time()) < world_.now() - 10 * kDay) continue;
    for (size_t k = i; k-- > 0;) {
      const absl::Duration apart =
          domain::TimeOf(all[i].occurred_time()) - domain::TimeOf(all[k].occurred_time());
      if (apart > 14 * kDay) break;
      if (all[i].category() != all[k].category() ||
          domain::DistanceM(all[i].point(), all[k].point()) > 100) {
        continue;
      }
      expected.insert(expected.begin(),
                      absl::StrCat(domain::IdOf(all[k].name()), " ", domain::IdOf(all[i].name())));
      break;
    }
  }
  ASSERT_GT(expected.size(), 20u);
  EXPECT_EQ(Ids(Repeats("polis", 10 * kDay, 1000)), expected);
}

TEST(Distance, IsThatOfAChart) {
  v1::LatLng a, b;
  a.set_latitude_deg(59.3293);  // Stockholm
  a.set_longitude_deg(18.0686);
  b.set_latitude_deg(57.7089);  // Göteborg
  b.set_longitude_deg(11.9746);
  EXPECT_NEAR(domain::DistanceM(a, b), 397'600, 1500);
  EXPECT_EQ(domain::DistanceM(a, a), 0);
}

}  // namespace
}  // namespace samsyn::analysis
