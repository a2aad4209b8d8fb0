// Entities in order of name, whatever their names have in common.
#include "server/domain/entities_by_name.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace samsyn::domain {
namespace {

constexpr char kReports[] = "municipalities/0136/reports/";

EntityPtr Named(const std::string& name, const std::string& text = "") {
  v1::Report report;
  report.set_name(name);
  report.set_text(text);
  return std::make_shared<const v1::Entity>(Wrap(std::move(report)));
}

std::vector<std::string> NamesAfter(const EntitiesByName& entities, const std::string& name) {
  std::vector<std::string> names;
  for (auto it = entities.After(name); it != entities.end(); ++it) {
    names.push_back(NameOf(*it->entity));
  }
  return names;
}

TEST(EntitiesByName, HasOneVersionOfEach) {
  EntitiesByName entities;
  const EntityPtr first = Named(absl::StrCat(kReports, "a"), "first");
  const EntityPtr second = Named(absl::StrCat(kReports, "a"), "second");
  EXPECT_EQ(entities.Put(first), nullptr);
  EXPECT_EQ(entities.Put(second), first);
  EXPECT_EQ(entities.size(), 1u);
  EXPECT_EQ(entities.After("")->entity, second);
  EXPECT_EQ(entities.Remove(absl::StrCat(kReports, "b")), nullptr);
  EXPECT_EQ(entities.Remove(absl::StrCat(kReports, "a")), second);
  EXPECT_TRUE(entities.empty());
}

TEST(EntitiesByName, AreInTheOrderOfAllLetters) {
  // Shorter and longer than what stands beside an entity, alike in that and not, with letters on
  // both sides of the slash.
  EntitiesByName entities;
  std::map<std::string, EntityPtr> expected;
  std::mt19937 random(7);
  const std::string letters = "-./0az\xc3";
  for (int i = 0; i < 3'000; ++i) {
    std::string name = kReports;
    if (random() % 2 == 0) name += "12345678";
    for (int length = static_cast<int>(random() % 12); length > 0; --length) {
      name += letters[random() % letters.size()];
    }
    if (random() % 4 == 0) {
      EXPECT_EQ(entities.Remove(name) != nullptr, expected.erase(name) == 1) << name;
    } else {
      const EntityPtr entity = Named(name);
      entities.Put(entity);
      expected[name] = entity;
    }
  }
  ASSERT_EQ(entities.size(), expected.size());
  std::vector<std::string> names;
  for (const auto& [name, entity] : expected) names.push_back(name);
  EXPECT_EQ(NamesAfter(entities, ""), names);
  for (const std::string& name : {names[100], names[500] + "-", std::string(kReports)}) {
    const auto after = expected.upper_bound(name);
    EXPECT_EQ(NamesAfter(entities, name),
              std::vector<std::string>(names.begin() + std::distance(expected.begin(), after),
                                       names.end()))
        << name;
  }
}

}  // namespace
}  // namespace samsyn::domain
