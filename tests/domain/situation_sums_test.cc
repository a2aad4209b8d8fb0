// Kept sums: after any history the same as added up anew, for each audience its own.
#include "server/domain/situation_sums.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <thread>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"
#include "tests/testing/world.h"

namespace samsyn::testing {
namespace {

using domain::Audience;
using domain::EntityPtr;
using domain::SituationSum;
using domain::SituationSums;

Audience Of(absl::string_view organisation, bool authority = false) {
  Audience audience;
  audience.municipality = kMunicipality;
  audience.organisation = OrganisationName(organisation);
  audience.authority = authority;
  return audience;
}

// Of different rights, two with the same organisation.
std::vector<Audience> Audiences() {
  std::vector<Audience> all{Of("kommunen", true), Of("polisen", true), Of("bostader"),
                            Of("bostader", true)};
  Audience screen = Of("kommunen");
  screen.screen = true;
  screen.present = {OrganisationName("bostader"), OrganisationName("polisen")};
  screen.present_is_authority = {false, true};
  all.push_back(screen);
  Audience system;
  system.everything = true;
  all.push_back(system);
  Audience nothing = Of("kommunen");
  nothing.nothing = true;
  all.push_back(nothing);
  return all;
}

std::string CellName(absl::string_view area, int family, absl::string_view label) {
  return absl::StrCat(kMunicipality, "/situations/cells/", area, ".", family, ".", label);
}

v1::SituationCell RandomCell(std::mt19937& random) {
  const auto pick = [&](int below) { return static_cast<int>(random() % below); };
  const char* const areas[] = {"", "brandbergen", "handen", "handen-norra"};
  const char* const organisations[] = {"kommunen", "polisen", "bostader"};
  const char* const labels[] = {"partner", "authority", "r-a", "r-b", "r-c"};
  const int label = pick(5);
  const absl::string_view area = areas[pick(4)];
  v1::SituationCell cell;
  cell.set_family(static_cast<v1::Family>(1 + pick(3)));
  cell.set_name(CellName(area.empty() ? "unlocated" : area, cell.family(), labels[label]));
  if (!area.empty()) cell.set_area(AreaName(area));
  v1::ReleaseState& release = *cell.mutable_release();
  release.set_release_class(label == 0   ? v1::RELEASE_CLASS_PARTNER
                            : label == 1 ? v1::RELEASE_CLASS_AUTHORITY
                                         : v1::RELEASE_CLASS_RESTRICTED);
  if (label >= 2) release.add_organisations(OrganisationName(organisations[label - 2]));
  for (int i = pick(3); i > 0; --i) {
    v1::CategoryCount& count = *cell.add_categories();
    count.set_category(static_cast<v1::Category>(i + pick(2)));
    count.set_actual(pick(5));
    count.set_perceived(pick(3));
    cell.set_actual(cell.actual() + count.actual());
    cell.set_perceived(cell.perceived() + count.perceived());
    v1::SourceCount& source = *cell.add_sources();
    source.set_organisation(OrganisationName(organisations[pick(3)]));
    source.set_incidents(1 + pick(4));
    source.mutable_newest_time()->set_seconds(1'795'000'000 + pick(1000));
    *cell.mutable_newest_time() = source.newest_time();
  }
  for (int i = pick(2) * 12; i > 0; --i) cell.add_earlier_actual(pick(4));
  for (int i = pick(2) * 12; i > 0; --i) cell.add_earlier_perceived(pick(4));
  cell.set_independent_sources(pick(9));
  cell.mutable_first_time()->set_seconds(1'700'000'000 + pick(1000));
  return cell;
}

std::string Say(const SituationSum& sum) {
  std::string said = sum.row.ShortDebugString();
  for (const auto* earlier : {&sum.earlier_actual, &sum.earlier_perceived}) {
    absl::StrAppend(&said, " |");
    for (const int count : *earlier) absl::StrAppend(&said, " ", count);
  }
  return absl::StrCat(said, " since ", absl::FormatTime(sum.first, absl::UTCTimeZone()), "\n");
}

// All of it.
std::string Say(const SituationSums& sums) {
  std::string said;
  for (const auto& [place, sum] : sums.rows) said += "row " + Say(sum);
  for (const auto& [area, sum] : sums.areas) said += "area " + Say(sum);
  for (const auto& [family, sum] : sums.families) said += "family " + Say(sum);
  return said + "total " + Say(sums.total);
}

// Of a picture that nobody has asked before.
std::string Anew(const domain::Picture& picture, const Audience& audience) {
  domain::Picture anew;
  picture.ForEach(v1::ENTITY_KIND_SITUATION_CELL, "", [&](const EntityPtr& cell) {
    anew.Put(cell);
    return true;
  });
  return Say(*anew.situation_sums().Of(audience));
}

std::string Kept(const domain::Picture& picture, const Audience& audience) {
  return Say(*picture.situation_sums().Of(audience));
}

// Actual and perceived by area and family, counted from the cells without any sums.
using Counts = std::map<std::pair<std::string, int>, std::pair<int, int>>;

Counts Direct(const domain::Picture& picture, const Audience& audience) {
  Counts counts;
  for (const auto& cell : picture.All<v1::SituationCell>()) {
    if (!domain::SeesWhole(audience, *picture.Find(cell->name()))) continue;
    auto& [actual, perceived] = counts[{cell->area(), cell->family()}];
    actual += cell->actual();
    perceived += cell->perceived();
  }
  return counts;
}

Counts FromRows(const SituationSums& sums) {
  Counts counts;
  for (const auto& [place, sum] : sums.rows) {
    counts[{sum.row.area(), sum.row.family()}] = {sum.row.actual(), sum.row.perceived()};
  }
  return counts;
}

void RandomStep(std::mt19937& random, domain::Picture& picture) {
  v1::SituationCell cell = RandomCell(random);
  if (random() % 3 == 0) {
    picture.Remove(cell.name());
  } else {
    picture.Put(std::make_shared<const v1::Entity>(domain::Wrap(std::move(cell))));
  }
}

TEST(SituationSumsTest, WhatIsKeptIsWhatAddingUpAnewGives) {
  const std::vector<Audience> audiences = Audiences();
  for (unsigned seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    domain::Picture picture;
    for (int step = 0; step < 400; ++step) {
      RandomStep(random, picture);
      // Some ask after every change, some seldom.
      for (size_t i = 0; i < audiences.size(); ++i) {
        if (random() % (1 + 5 * i) != 0) continue;
        const auto sums = picture.situation_sums().Of(audiences[i]);
        ASSERT_EQ(Say(*sums), Anew(picture, audiences[i])) << "audience " << i << " at " << step;
        ASSERT_EQ(FromRows(*sums), Direct(picture, audiences[i]))
            << "audience " << i << " at " << step;
      }
    }
  }
}

TEST(SituationSumsTest, ACellThatNobodyElseSeesIsInNoOtherAudiencesSums) {
  domain::Picture picture;
  v1::SituationCell cell;
  cell.set_name(CellName("handen", 1, "r-a"));
  cell.set_area(AreaName("handen"));
  cell.set_family(v1::FAMILY_VIOLENCE);
  cell.set_actual(7);
  cell.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  cell.mutable_release()->add_organisations(OrganisationName("polisen"));
  for (const char* id : {"polisen", "bostader"}) picture.situation_sums().Of(Of(id));
  picture.Put(std::make_shared<const v1::Entity>(domain::Wrap(cell)));
  EXPECT_EQ(picture.situation_sums().Of(Of("polisen"))->total.row.actual(), 7);
  const auto other = picture.situation_sums().Of(Of("bostader"));
  EXPECT_EQ(other->total.row.actual(), 0);
  EXPECT_TRUE(other->rows.empty() && other->areas.empty() && other->families.empty());
  EXPECT_EQ(other->total.first, absl::InfiniteFuture()) << "not even since when it is known";
  picture.Remove(cell.name());
  EXPECT_TRUE(picture.situation_sums().Of(Of("polisen"))->rows.empty());
}

TEST(SituationSumsTest, WhoWasForgottenGetsTheSame) {
  std::mt19937 random(1);
  domain::Picture picture;
  for (int round = 0; round < 3; ++round) {
    for (int step = 0; step < 50; ++step) RandomStep(random, picture);
    // More than are kept.
    for (int i = 0; i < 200; ++i) {
      const Audience audience = Of(i % 2 == 0 ? "polisen" : absl::StrCat("o", i), i % 3 == 0);
      ASSERT_EQ(Kept(picture, audience), Anew(picture, audience)) << i;
    }
  }
}

TEST(SituationSumsTest, ReadersAtTheSameTimeGetWhatEachGetsAlone) {
  const std::vector<Audience> audiences = Audiences();
  std::mt19937 random(1);
  domain::Picture picture;
  for (int round = 0; round < 20; ++round) {
    for (int step = 0; step < 30; ++step) RandomStep(random, picture);
    std::vector<std::string> expected;
    for (const Audience& audience : audiences) expected.push_back(Anew(picture, audience));
    std::vector<std::thread> readers;
    std::vector<std::string> wrong(8);
    for (size_t reader = 0; reader < wrong.size(); ++reader) {
      readers.emplace_back([&, reader] {
        for (size_t i = 0; i < audiences.size(); ++i) {
          const size_t which = (i + reader / 2) % audiences.size();
          const std::string got = Kept(picture, audiences[which]);
          if (got != expected[which]) wrong[reader] = got;
        }
      });
    }
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(wrong, std::vector<std::string>(wrong.size())) << "round " << round;
  }
}

}  // namespace
}  // namespace samsyn::testing
