// Verdicts in a watch: each audience's own, changed ones live, all again on resume, not too often
// under load, and the last of them always.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/watch/town.h"

namespace samsyn::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const v1::ReleaseState kPartner = Release(v1::RELEASE_CLASS_PARTNER);
const v1::ReleaseState kAuthority = Release(v1::RELEASE_CLASS_AUTHORITY);

watch::FeedOptions Every(absl::Duration every, size_t frame_changes = 256) {
  watch::FeedOptions options;
  options.verdicts_every = every;
  options.frame_changes = frame_changes;
  return options;
}

void AddAreas(Town& town, std::initializer_list<absl::string_view> ids) {
  for (const absl::string_view id : ids) {
    v1::Area area;
    area.set_name(AreaName(id));
    *area.mutable_release() = kPartner;
    town.Put(area);
  }
}

// "handen.theft more" of each verdict in a response, and the names without the municipality of what
// was removed.
std::vector<std::string> Said(const v1::WatchResponse& response) {
  std::vector<std::string> said;
  for (const v1::Entity& entity : response.upserted()) {
    if (!entity.has_situation_verdict()) continue;
    const bool more = entity.situation_verdict().actual().verdict() == v1::Usual::VERDICT_MORE;
    said.push_back(absl::StrCat(domain::IdOf(domain::NameOf(entity)), more ? " more" : ""));
  }
  return said;
}
std::vector<std::string> Removed(const v1::WatchResponse& response) {
  std::vector<std::string> removed;
  for (const std::string& name : response.removed()) removed.emplace_back(domain::IdOf(name));
  return removed;
}

TEST(VerdictTest, AWholePictureHoldsThemBeforeItIsCurrent) {
  Town town(Every(absl::ZeroDuration(), 4), TheftJudge());
  AddAreas(town, {"handen", "brandbergen"});
  town.Put(TheftCell("handen", "partner", kPartner, 5));
  town.Put(TheftCell("", "partner", kPartner, 1));
  Viewer viewer(town, "bo");
  std::vector<std::string> said;
  while (viewer.Pull()) {
    for (std::string& one : Said(viewer.last())) said.push_back(std::move(one));
    EXPECT_EQ(viewer.last().current(), !viewer.last().more());
  }
  EXPECT_THAT(said, ElementsAre("all.theft more", "handen.theft more", "unlocated.theft"));
  viewer.ExpectUpToDate();
  viewer.ExpectVerdictsUpToDate();
}

TEST(VerdictTest, WhatFlipsGoesOutWithTheChangeThatItFollowsFrom) {
  Town town(Every(absl::ZeroDuration()), TheftJudge());
  AddAreas(town, {"handen"});
  town.Put(TheftCell("handen", "partner", kPartner, 4));
  Viewer viewer(town, "bo");
  viewer.Drain();
  town.Put(TheftCell("handen", "partner", kPartner, 5));
  ASSERT_TRUE(viewer.Pull());
  EXPECT_EQ(viewer.last().upserted(0).entity_case(), v1::Entity::kSituationCell);
  EXPECT_THAT(Said(viewer.last()), ElementsAre("all.theft more", "handen.theft more"));
  EXPECT_FALSE(viewer.last().resume_token().empty());
  town.Put(TheftCell("handen", "partner", kPartner, 6));
  ASSERT_TRUE(viewer.Pull());
  EXPECT_THAT(Said(viewer.last()), IsEmpty()) << "the same verdict is no change";
  town.Destroy(TheftCell("handen", "partner", kPartner, 0).name());
  ASSERT_TRUE(viewer.Pull());
  EXPECT_THAT(Removed(viewer.last()),
              ElementsAre("handen.theft.partner", "all.theft", "handen.theft"));
  EXPECT_FALSE(viewer.Pull());
}

TEST(VerdictTest, EachAudienceHasItsOwnUnderTheSameName) {
  Town town(Every(absl::ZeroDuration()), TheftJudge());
  AddAreas(town, {"handen"});
  Viewer police(town, "paul"), landlord(town, "bo"), screen(town, "screen");
  for (Viewer* each : {&police, &landlord, &screen}) each->Drain();
  town.Put(TheftCell("handen", "partner", kPartner, 3));
  town.Put(TheftCell("handen", "authority", kAuthority, 2));
  for (Viewer* each : {&police, &landlord, &screen}) {
    each->Drain();  // checks whose each verdict is
    each->ExpectVerdictsUpToDate();
  }
  EXPECT_THAT(Said(police.last()), ElementsAre("all.theft more", "handen.theft more"));
  EXPECT_THAT(Said(landlord.last()), ElementsAre("all.theft", "handen.theft"));
  EXPECT_THAT(Said(screen.last()), ElementsAre("all.theft", "handen.theft"));
  // What only others see changes nothing for the landlord, not even a response.
  town.Put(TheftCell("handen", "authority", kAuthority, 9));
  EXPECT_FALSE(landlord.Pull());
}

TEST(VerdictTest, ChangedRightsBringTheNewAudiencesVerdictsAndNoneOfTheOld) {
  Town town(Every(absl::Seconds(10)), TheftJudge());
  AddAreas(town, {"handen"});
  town.Put(TheftCell("handen", "authority", kAuthority, 9));
  Viewer viewer(town, "paul");
  viewer.Drain();
  EXPECT_EQ(Said(viewer.last()).size(), 2u);
  v1::Organisation police;
  police.set_name(OrganisationName("polisen"));
  police.set_owner(police.name());
  town.Put(police);
  viewer.Drain();  // though the old group's are not yet due again
  viewer.ExpectVerdictsUpToDate();
  EXPECT_THAT(Said(viewer.last()), IsEmpty());
}

TEST(VerdictTest, AnAuditorGetsNone) {
  Town town(Every(absl::ZeroDuration()), TheftJudge());
  town.AddMember("revisor", "kommunen", {v1::ROLE_AUDITOR});
  town.Put(TheftCell("", "partner", kPartner, 9));
  Viewer viewer(town, "revisor");
  viewer.Drain();
  for (const auto& [name, entity] : viewer.client().entities()) {
    EXPECT_FALSE(entity.has_situation_verdict()) << name;
  }
}

TEST(VerdictTest, AFilterPassesTheirKindAndTheirAreas) {
  Town town(Every(absl::ZeroDuration()), TheftJudge());
  AddAreas(town, {"handen", "brandbergen"});
  for (const char* area : {"handen", "brandbergen", ""}) {
    town.Put(TheftCell(area, "partner", kPartner, 1));
  }
  const auto watched = [&](v1::EntityKind kind, const std::string& area) {
    v1::WatchRequest request;
    if (kind != v1::ENTITY_KIND_UNSPECIFIED) request.add_kinds(kind);
    if (!area.empty()) request.add_areas(area);
    request.set_municipality(kMunicipality);
    auto follower = town.feed().Follow({MemberName("bo"), ""}, request);
    EXPECT_TRUE(follower.ok());
    v1::WatchResponse response;
    EXPECT_TRUE(response.ParseFromString(**(*follower)->Next()));
    return Said(response);
  };
  constexpr auto kAny = v1::ENTITY_KIND_UNSPECIFIED;
  EXPECT_THAT(watched(v1::ENTITY_KIND_REPORT, ""), IsEmpty());
  EXPECT_THAT(watched(v1::ENTITY_KIND_SITUATION_VERDICT, ""),
              ElementsAre("all.theft", "brandbergen.theft", "handen.theft", "unlocated.theft"));
  EXPECT_THAT(watched(kAny, AreaName("handen")), ElementsAre("all.theft", "handen.theft"));
  EXPECT_THAT(watched(kAny, "unlocated"), ElementsAre("all.theft", "unlocated.theft"));
}

TEST(VerdictTest, WhoResumesGetsAllAgainAndIsToldWhatIsNoLongerThere) {
  Town town(Every(absl::ZeroDuration()), TheftJudge());
  AddAreas(town, {"handen", "brandbergen"});
  town.Put(TheftCell("handen", "partner", kPartner, 1));
  town.Put(TheftCell("brandbergen", "partner", kPartner, 1));
  Viewer viewer(town, "bo");
  viewer.Drain();
  town.Destroy(TheftCell("handen", "partner", kPartner, 0).name());
  for (const bool restart : {false, true}) {
    if (restart) town.Restart(town.feed().revision() - 2);
    viewer.Follow();
    ASSERT_TRUE(viewer.Pull());
    EXPECT_FALSE(viewer.last().reset());
    EXPECT_TRUE(viewer.last().current());
    EXPECT_THAT(Said(viewer.last()), ElementsAre("all.theft", "brandbergen.theft"));
    auto removed = Removed(viewer.last());
    removed.erase(std::remove(removed.begin(), removed.end(), "handen.theft.partner"),
                  removed.end());
    EXPECT_THAT(removed, UnorderedElementsAre("all.all", "brandbergen.all", "handen.all",
                                              "handen.theft", "unlocated.all", "unlocated.theft"));
    EXPECT_FALSE(viewer.Pull());
    viewer.ExpectVerdictsUpToDate();
  }
}

TEST(VerdictTest, UnderLoadTheyAreWorkedOutSeldomAndTheLastIsNotMissed) {
  Asked asked;
  Town town(Every(absl::Milliseconds(250)), TheftJudge(&asked));
  AddAreas(town, {"handen"});
  Viewer first(town, "bo"), second(town, "bo");
  first.Drain();
  second.Drain();
  EXPECT_EQ(asked.verdicts, 1) << "once for all of a group";
  town.clock().Advance(absl::Seconds(1));
  for (int i = 1; i <= 100; ++i) {
    town.clock().Advance(absl::Milliseconds(10));
    town.Put(TheftCell("handen", "partner", kPartner, i));
    ASSERT_TRUE(first.Pull());
    ASSERT_TRUE(second.Pull());
  }
  EXPECT_EQ(asked.verdicts, 1 + 4);
  town.Put(TheftCell("handen", "partner", kPartner, 1));  // the last flips them
  ASSERT_TRUE(first.Pull());
  EXPECT_THAT(Said(first.last()), IsEmpty());
  EXPECT_FALSE(first.Pull());
  EXPECT_FALSE(town.feed().VerdictsDue());
  town.clock().Advance(absl::Milliseconds(250));
  EXPECT_TRUE(town.feed().VerdictsDue());
  const std::string revision_before = first.client().token();
  ASSERT_TRUE(first.Pull());
  EXPECT_THAT(Said(first.last()), ElementsAre("all.theft", "handen.theft"));
  EXPECT_EQ(first.client().token(), revision_before) << "a unit of its own, at the same position";
  EXPECT_FALSE(town.feed().VerdictsDue());
  second.Drain();
  EXPECT_EQ(asked.verdicts, 1 + 4 + 1);
  for (Viewer* each : {&first, &second}) each->ExpectVerdictsUpToDate();  // asks, too
}

TEST(VerdictTest, ManyGroupsShareTheWorkOfASecond) {
  Asked asked;
  Town town(Every(absl::Milliseconds(250)), TheftJudge(&asked));
  AddAreas(town, {"handen"});
  std::vector<std::unique_ptr<Viewer>> viewers;
  for (int i = 0; i < 20; ++i) {
    const std::string id = absl::StrCat("org", i);
    v1::Organisation organisation;
    organisation.set_name(OrganisationName(id));
    organisation.set_owner(organisation.name());
    town.Put(organisation);
    town.AddMember(id, id, {v1::ROLE_REPORTER});
  }
  for (int i = 0; i < 20; ++i) {
    viewers.push_back(std::make_unique<Viewer>(town, absl::StrCat("org", i)));
    viewers.back()->Drain();
  }
  town.clock().Advance(absl::Seconds(1));
  asked.verdicts = 0;
  for (int i = 1; i <= 100; ++i) {
    town.clock().Advance(absl::Milliseconds(10));
    town.Put(TheftCell("handen", "partner", kPartner, i));
    for (const auto& viewer : viewers) ASSERT_TRUE(viewer->Pull());
  }
  EXPECT_EQ(asked.verdicts, 20 * 2) << "every 750 ms";
  town.clock().Advance(absl::Milliseconds(750));
  for (const auto& viewer : viewers) {
    viewer->Drain();
    viewer->ExpectVerdictsUpToDate();
  }
}

TEST(VerdictTest, NothingIsWorkedOutForWhoDoesNotAsk) {
  Asked asked;
  Town town(Every(absl::ZeroDuration()), TheftJudge(&asked));
  v1::WatchRequest request;
  request.add_kinds(v1::ENTITY_KIND_REPORT);
  Viewer viewer(town, "bo", request, [](const v1::Entity& entity) { return entity.has_report(); });
  viewer.Drain();
  town.Put(TheftCell("", "partner", kPartner, 1));
  EXPECT_FALSE(viewer.Pull());
  EXPECT_FALSE(town.feed().VerdictsDue());
  EXPECT_EQ(asked.verdicts, 0);
}

TEST(VerdictTest, FollowersShareAResponseOnlyWhereTheirVerdictsAreTheSame) {
  Town town(Every(absl::Seconds(1)), TheftJudge());
  AddAreas(town, {"handen"});
  Viewer early(town, "bo"), other(town, "bo");
  early.Drain();
  other.Drain();
  town.clock().Advance(absl::Seconds(1));
  town.Put(TheftCell("handen", "partner", kPartner, 1));
  early.Drain();
  other.Drain();
  town.Put(TheftCell("handen", "partner", kPartner, 9));
  early.Drain();
  other.Drain();  // both at the head, neither has the flipped verdicts
  town.clock().Advance(absl::Seconds(1));
  const auto one = early.follower().Next(), same = other.follower().Next();
  ASSERT_TRUE(one.ok() && same.ok() && *one != nullptr);
  EXPECT_EQ(one->get(), same->get());
  // Somebody who comes now has them from the start, and stands at the same position.
  Viewer late(town, "bo");
  late.Drain();
  late.ExpectVerdictsUpToDate();
  EXPECT_FALSE(late.Pull());
}

TEST(VerdictTest, ManyNeedSeveralResponsesOfOneUnitAndMayChangeMeanwhile) {
  Town town(Every(absl::ZeroDuration(), 3), TheftJudge());
  AddAreas(town, {"a", "b", "c", "d", "e", "f"});
  Viewer viewer(town, "bo");
  viewer.Drain();
  const auto cells = [&](std::initializer_list<std::pair<const char*, int>> counts) {
    town.Commit([&](domain::Transaction& transaction) {
      for (const auto& [area, actual] : counts) {
        transaction.Put(TheftCell(area, "partner", kPartner, actual));
      }
    });
  };
  cells({{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}, {"e", 1}, {"f", 1}});
  for (int i = 0; i < 3; ++i) {  // the cells, and some of the verdicts
    ASSERT_TRUE(viewer.Pull());
    EXPECT_TRUE(viewer.last().more());
  }
  cells({{"a", 9}, {"f", 0}});
  viewer.Drain();
  viewer.ExpectVerdictsUpToDate();
  EXPECT_FALSE(viewer.Pull());
}

}  // namespace
}  // namespace samsyn::testing
