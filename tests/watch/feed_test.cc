// What a watch promises, one test a promise.
#include "server/watch/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "server/domain/refusal.h"
#include "tests/watch/town.h"

namespace samsyn::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const v1::ReleaseState kPartner = Release(v1::RELEASE_CLASS_PARTNER);
const v1::ReleaseState kAuthority = Release(v1::RELEASE_CLASS_AUTHORITY);
const v1::ReleaseState kRestricted = Release(v1::RELEASE_CLASS_RESTRICTED);

std::string ReportName(absl::string_view id) {
  return absl::StrCat(kMunicipality, "/reports/", id);
}

std::vector<std::string> Upserted(const v1::WatchResponse& response) {
  std::vector<std::string> names;
  for (const v1::Entity& entity : response.upserted()) names.push_back(domain::NameOf(entity));
  return names;
}

watch::FeedOptions SmallFrames(size_t changes) {
  watch::FeedOptions options;
  options.frame_changes = changes;
  return options;
}

TEST(WatchTest, TheFirstResponseIsTheWholePictureAndLive) {
  Town town;
  town.Report("a", "polisen", kPartner);
  Viewer viewer(town, "bo");
  ASSERT_TRUE(viewer.Pull());
  EXPECT_TRUE(viewer.last().reset());
  EXPECT_TRUE(viewer.last().current());
  EXPECT_FALSE(viewer.Pull());
  viewer.ExpectUpToDate();
}

TEST(WatchTest, ChangesComeInOrderAndNoneIsMissing) {
  Town town;
  Viewer viewer(town, "bo");
  viewer.Drain();
  for (int i = 0; i < 20; ++i) {
    town.Report(absl::StrCat("r", i), "polisen", kPartner);
    ASSERT_TRUE(viewer.Pull());
    EXPECT_THAT(Upserted(viewer.last()), ElementsAre(ReportName(absl::StrCat("r", i))));
    EXPECT_FALSE(viewer.last().current()) << "said once";
  }
  town.Report("x", "polisen", kPartner);
  town.Report("y", "polisen", kPartner);
  ASSERT_TRUE(viewer.Pull());
  EXPECT_THAT(Upserted(viewer.last()), ElementsAre(ReportName("x"), ReportName("y")));
}

TEST(WatchTest, WhatTheViewerMayNotSeeIsNeverSpokenOf) {
  Town town;
  Viewer viewer(town, "bo");
  viewer.Drain();
  town.Report("secret", "polisen", kAuthority);
  EXPECT_FALSE(viewer.Pull());
  town.Report("secret", "polisen", kRestricted);
  town.Destroy(ReportName("secret"));
  EXPECT_FALSE(viewer.Pull());
  viewer.Drain();
}

TEST(WatchTest, TighteningRemovesByNameAndOnlyForThoseWhoHadIt) {
  Town town;
  Viewer police(town, "paul"), landlord(town, "bo");
  town.Report("a", "polisen", kPartner);
  police.Drain();
  landlord.Drain();
  town.Report("a", "polisen", kAuthority);
  town.Report("b", "polisen", kAuthority);
  ASSERT_TRUE(landlord.Pull());
  EXPECT_THAT(landlord.last().removed(), ElementsAre(ReportName("a")));
  EXPECT_THAT(landlord.last().upserted(), IsEmpty());
  ASSERT_TRUE(police.Pull());
  EXPECT_THAT(police.last().removed(), IsEmpty());
  EXPECT_EQ(police.last().upserted_size(), 2);
}

TEST(WatchTest, WhatComesAndGoesWhileNobodyLooksIsNotSpokenOf) {
  Town town;
  Viewer viewer(town, "bo");
  viewer.Drain();
  town.Report("a", "polisen", kPartner);
  town.Report("a", "polisen", kRestricted);
  EXPECT_FALSE(viewer.Pull());
}

TEST(WatchTest, ReleasesWithinAreShownToTheOwnerOnly) {
  Town town;
  Viewer owner(town, "paul"), named(town, "bo");
  owner.Drain();
  named.Drain();
  town.Report("a", "polisen", Release(v1::RELEASE_CLASS_RESTRICTED, {"bostader"}));
  owner.Drain();
  named.Drain();
  const auto release_of = [](const Viewer& viewer) {
    return viewer.client().entities().at(ReportName("a")).report().release();
  };
  EXPECT_EQ(release_of(owner).organisations_size(), 1);
  EXPECT_EQ(release_of(named).organisations_size(), 0);
}

TEST(WatchTest, LeavingMoreOutReplacesWhatWasSentLiveAndOnResume) {
  const v1::ReleaseState shared = Release(v1::RELEASE_CLASS_RESTRICTED, {"bostader"});
  const v1::ReleaseState part = Without(v1::WITHHELD_TEXT, "bostader", shared);
  Town town;
  Viewer live(town, "bo"), away(town, "bo"), owner(town, "paul");
  town.Report("a", "polisen", shared, "", "Porten 3");
  for (Viewer* viewer : {&live, &away, &owner}) viewer->Drain();
  const auto text_of = [](const Viewer& viewer) {
    return viewer.client().entities().at(ReportName("a")).report().text();
  };
  ASSERT_EQ(text_of(away), "Porten 3");
  town.Report("a", "polisen", part, "", "Porten 3");
  ASSERT_TRUE(live.Pull());
  EXPECT_THAT(Upserted(live.last()), ElementsAre(ReportName("a")));
  EXPECT_EQ(text_of(live), "");
  // What waits for who was away when it was narrowed is narrowed, too.
  away.Follow();
  ASSERT_TRUE(away.Pull());
  EXPECT_FALSE(away.last().reset());
  EXPECT_EQ(text_of(away), "");
  town.Report("b", "polisen", shared, "", "Porten 4");
  town.Report("b", "polisen", part, "", "Porten 4");
  away.Drain();
  EXPECT_EQ(away.last().SerializeAsString().find("Porten"), std::string::npos);
  owner.Drain();
  EXPECT_EQ(text_of(owner), "Porten 3");
}

TEST(WatchTest, APlaceThatIsLeftOutPassesNoFilter) {
  v1::Report report = Town::MakeReport(
      "a", "polisen", Release(v1::RELEASE_CLASS_RESTRICTED, {"bostader"}), "brandbergen");
  report.set_place(AreaName("porten-3"));
  Town town;
  town.Put(report);
  v1::WatchRequest there, around;
  for (v1::WatchRequest* request : {&there, &around}) request->add_kinds(v1::ENTITY_KIND_REPORT);
  there.add_areas(AreaName("porten-3"));
  around.add_areas(AreaName("brandbergen"));
  Viewer at_the_door(town, "bo", there, [](const v1::Entity& entity) {
    return entity.has_report() && entity.report().place() == AreaName("porten-3");
  });
  Viewer in_the_area(town, "bo", around, [](const v1::Entity& entity) {
    return entity.has_report() && entity.report().area() == AreaName("brandbergen");
  });
  at_the_door.Drain();
  in_the_area.Drain();
  EXPECT_EQ(at_the_door.client().entities().size(), 1u);
  *report.mutable_release() = Without(v1::WITHHELD_PLACE, "bostader", report.release());
  town.Put(report);
  ASSERT_TRUE(at_the_door.Pull());
  EXPECT_THAT(at_the_door.last().removed(), ElementsAre(ReportName("a")));
  in_the_area.Drain();
  EXPECT_EQ(in_the_area.client().entities().at(ReportName("a")).report().place(), "");
  report.set_text("other words");
  town.Put(report);
  EXPECT_FALSE(at_the_door.Pull());
}

TEST(WatchTest, AnEntityThatEndsIsRemoved) {
  Town town;
  town.Report("a", "polisen", kPartner);
  Viewer viewer(town, "bo");
  viewer.Drain();
  town.Destroy(ReportName("a"));
  ASSERT_TRUE(viewer.Pull());
  EXPECT_THAT(viewer.last().removed(), ElementsAre(ReportName("a")));
}

TEST(WatchTest, ATransactionThatNeedsSeveralResponsesIsAppliedAsOne) {
  Town town(SmallFrames(3));
  Viewer viewer(town, "bo");
  viewer.Drain();
  const size_t before = viewer.client().entities().size();
  town.Commit([](domain::Transaction& transaction) {
    for (int i = 0; i < 10; ++i) {
      transaction.Put(Town::MakeReport(absl::StrCat("r", i), "polisen", kPartner));
    }
  });
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(viewer.Pull());
    EXPECT_TRUE(viewer.last().more());
    EXPECT_EQ(viewer.client().entities().size(), before);
  }
  ASSERT_TRUE(viewer.Pull());
  EXPECT_FALSE(viewer.last().more());
  EXPECT_EQ(viewer.client().entities().size(), before + 10);
}

TEST(WatchTest, WhatIsTightenedWhileAUnitIsUnderWayIsTakenBackOrNotSent) {
  Town town(SmallFrames(2));
  Viewer viewer(town, "bo");
  viewer.Drain();
  town.Commit([](domain::Transaction& transaction) {
    for (int i = 0; i < 6; ++i) {
      transaction.Put(Town::MakeReport(absl::StrCat("r", i), "polisen", kPartner));
    }
  });
  ASSERT_TRUE(viewer.Pull());                 // r0, r1
  town.Report("r0", "polisen", kRestricted);  // was sent
  town.Report("r5", "polisen", kRestricted);  // was not
  std::vector<std::string> removed;
  while (viewer.Pull()) {
    removed.insert(removed.end(), viewer.last().removed().begin(), viewer.last().removed().end());
  }
  EXPECT_THAT(removed, ElementsAre(ReportName("r0")));
  viewer.ExpectUpToDate();
}

TEST(WatchTest, ProgressMarksCarryTheNewestPositionAndNothingElse) {
  Town town;
  Viewer viewer(town, "bo");
  viewer.Drain();
  town.Report("hidden", "polisen", kRestricted);
  EXPECT_FALSE(viewer.Pull());
  const auto mark = viewer.follower().ProgressMark();
  ASSERT_TRUE(mark.ok());
  v1::WatchResponse response;
  ASSERT_TRUE(response.ParseFromString(**mark));
  EXPECT_EQ(response.revision(), town.feed().revision());
  EXPECT_FALSE(response.reset() || response.more() || response.upserted_size() > 0);
  viewer.request().set_resume_token(response.resume_token());
  auto again = town.feed().Follow({MemberName("bo"), ""}, viewer.request());
  ASSERT_TRUE(again.ok());
  const auto first = (*again)->Next();
  ASSERT_TRUE(first.ok() && *first != nullptr);
  ASSERT_TRUE(response.ParseFromString(**first));
  EXPECT_TRUE(response.current() && !response.reset() && response.upserted_size() == 0);
}

TEST(WatchTest, ResumesAfterARestartWithWhatChangedSince) {
  Town town;
  Viewer viewer(town, "bo");
  town.Report("a", "polisen", kPartner);
  viewer.Drain();
  const domain::Revision at = town.feed().revision();
  town.Report("a", "polisen", kRestricted);
  town.Report("b", "polisen", kPartner);
  town.Restart(at - 1);
  viewer.Follow();
  ASSERT_TRUE(viewer.Pull());
  EXPECT_FALSE(viewer.last().reset());
  EXPECT_TRUE(viewer.last().current());
  EXPECT_THAT(Upserted(viewer.last()), ElementsAre(ReportName("b")));
  EXPECT_THAT(viewer.last().removed(), ElementsAre(ReportName("a")));
}

TEST(WatchTest, ATokenFromBeforeWhatIsKeptResets) {
  Town town;
  Viewer viewer(town, "bo");
  viewer.Drain();
  town.Report("a", "polisen", kPartner);
  town.Report("b", "polisen", kPartner);
  town.Restart(town.feed().revision());
  viewer.Follow();
  ASSERT_TRUE(viewer.Pull());
  EXPECT_TRUE(viewer.last().reset());
  viewer.Drain();
}

TEST(WatchTest, ATokenOfAnotherHistoryResets) {
  Town town, other;
  other.Fork();
  for (Town* each : {&town, &other}) each->Report("a", "polisen", kPartner);
  Viewer viewer(town, "bo"), stranger(other, "bo");
  viewer.Drain();
  auto request = viewer.request();
  request.set_resume_token(viewer.client().token());
  const auto follower = other.feed().Follow({MemberName("bo"), ""}, request);
  ASSERT_TRUE(follower.ok());
  v1::WatchResponse response;
  ASSERT_TRUE(response.ParseFromString(**(*follower)->Next()));
  EXPECT_TRUE(response.reset());
}

TEST(WatchTest, ATokenOfAnotherFilterOrAudienceResets) {
  Town town;
  Viewer viewer(town, "bo");
  viewer.Drain();
  auto request = viewer.request();
  request.set_resume_token(viewer.client().token());
  v1::WatchResponse response;
  const auto other_audience = town.feed().Follow({MemberName("paul"), ""}, request);
  ASSERT_TRUE(response.ParseFromString(**(*other_audience)->Next()));
  EXPECT_TRUE(response.reset());
  request.add_kinds(v1::ENTITY_KIND_REPORT);
  const auto other_filter = town.feed().Follow({MemberName("bo"), ""}, request);
  ASSERT_TRUE(response.ParseFromString(**(*other_filter)->Next()));
  EXPECT_TRUE(response.reset());
}

TEST(WatchTest, AMalformedTokenIsRefusedByField) {
  Town town;
  v1::WatchRequest request;
  for (const std::string& token : {std::string("x"), std::string(41, 'x'), std::string(4096, 1)}) {
    request.set_resume_token(token);
    const auto refused = town.feed().Follow({MemberName("bo"), ""}, request);
    ASSERT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(domain::RefusalOf(refused.status()).violations.front().field, "resume_token");
  }
}

TEST(WatchTest, AChangeOfTheViewersRightsResets) {
  Town town;
  town.Report("a", "polisen", kAuthority);
  Viewer viewer(town, "bo");
  viewer.Drain();
  EXPECT_FALSE(viewer.client().Knows(ReportName("a")));
  v1::Organisation organisation;
  organisation.set_name(OrganisationName("bostader"));
  organisation.set_owner(organisation.name());
  organisation.set_authority(true);
  town.Put(organisation);
  ASSERT_TRUE(viewer.Pull());
  EXPECT_TRUE(viewer.last().reset() && viewer.last().current());
  viewer.Drain();
  EXPECT_TRUE(viewer.client().Knows(ReportName("a")));
  organisation.set_authority(false);
  town.Put(organisation);
  viewer.Drain();
  EXPECT_FALSE(viewer.client().Knows(ReportName("a")));
}

TEST(WatchTest, AnOpenMeetingNarrowsTheWallScreen) {
  Town town;
  town.Report("a", "polisen", kPartner);
  town.Report("b", "kommunen", kRestricted);
  Viewer screen(town, "screen");
  screen.Drain();
  EXPECT_FALSE(screen.client().Knows(ReportName("b")));
  v1::Meeting meeting;
  meeting.set_name(absl::StrCat(kMunicipality, "/meetings/2026-11-27"));
  *meeting.mutable_release() = kPartner;
  *meeting.mutable_open_time() = domain::TimestampOf(town.clock().Now());
  meeting.add_attending_organisations(OrganisationName("kommunen"));
  town.Put(meeting);
  screen.Drain();
  EXPECT_TRUE(screen.client().Knows(ReportName("b")));
  meeting.add_attending_organisations(OrganisationName("polisen"));
  town.Put(meeting);
  screen.Drain();
  EXPECT_FALSE(screen.client().Knows(ReportName("b")));
}

TEST(WatchTest, AnEndedIdentityIsRefusedAtTheNextCall) {
  Town town;
  v1::Token token;
  token.set_name(absl::StrCat(kMunicipality, "/tokens/t"));
  token.set_member(MemberName("bo"));
  token.set_owner(OrganisationName("bostader"));
  *token.mutable_expire_time() = domain::TimestampOf(town.clock().Now() + absl::Hours(1));
  town.Put(token);
  const domain::Caller caller{MemberName("bo"), token.name()};
  const auto expect_ended = [](const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(domain::ReasonOf(status), v1::ERROR_REASON_IDENTITY_ENDED);
  };
  const auto follower = town.feed().Follow(caller, {});
  ASSERT_TRUE(follower.ok());
  ASSERT_TRUE((*follower)->Next().ok());
  town.clock().Advance(absl::Hours(1));
  expect_ended((*follower)->Next().status());
  expect_ended((*follower)->ProgressMark().status());
  town.clock().Advance(-absl::Minutes(1));
  ASSERT_TRUE((*follower)->Next().ok());
  *token.mutable_revoke_time() = domain::TimestampOf(town.clock().Now());
  town.Put(token);
  expect_ended((*follower)->Next().status());
  expect_ended(town.feed().Follow(caller, {}).status());
  Viewer other(town, "paul");
  v1::Member member;
  member.set_name(MemberName("paul"));
  member.set_removed(true);
  town.Put(member);
  expect_ended(other.follower().Next().status());
}

TEST(WatchTest, AFilterPassesKindsAreasAndAUnit) {
  Town town;
  town.Report("in", "polisen", kPartner, "brandbergen");
  town.Report("out", "polisen", kPartner, "handen");
  town.Report("nowhere", "polisen", kPartner);
  v1::FieldUpdate update;
  update.set_name(absl::StrCat(kMunicipality, "/assignments/a/updates/u"));
  update.set_unit(UnitName("vardar"));
  *update.mutable_release() = kPartner;
  town.Put(update);
  v1::WatchRequest request;
  request.add_kinds(v1::ENTITY_KIND_REPORT);
  request.add_kinds(v1::ENTITY_KIND_FIELD_UPDATE);
  request.add_areas(AreaName("brandbergen"));
  request.set_unit(UnitName("other"));
  Viewer viewer(town, "bo", request, [](const v1::Entity& entity) {
    return domain::NameOf(entity) == ReportName("in") ||
           domain::NameOf(entity) == ReportName("moves");
  });
  viewer.Drain();
  EXPECT_EQ(viewer.client().entities().size(), 1u);
  // What moves out of the filter is removed, as what is tightened.
  town.Report("moves", "polisen", kPartner, "brandbergen");
  ASSERT_TRUE(viewer.Pull());
  v1::WatchRequest unlocated;
  unlocated.add_kinds(v1::ENTITY_KIND_REPORT);
  unlocated.add_areas("unlocated");
  Viewer other(town, "bo", unlocated, [](const v1::Entity& entity) {
    return entity.has_report() && entity.report().area().empty();
  });
  other.Drain();
  EXPECT_EQ(other.client().entities().size(), 1u);
}

TEST(WatchTest, WhatMovesOutOfTheFilterIsRemoved) {
  Town town;
  town.Report("a", "polisen", kPartner, "brandbergen");
  v1::WatchRequest request;
  request.add_areas(AreaName("brandbergen"));
  request.add_kinds(v1::ENTITY_KIND_REPORT);
  Viewer viewer(town, "bo", request, [](const v1::Entity& entity) {
    return entity.has_report() && entity.report().area() == AreaName("brandbergen");
  });
  viewer.Drain();
  town.Report("a", "polisen", kPartner, "handen");
  ASSERT_TRUE(viewer.Pull());
  EXPECT_THAT(viewer.last().removed(), ElementsAre(ReportName("a")));
}

TEST(WatchTest, APausedReaderIsResetWhenItFellOffAndCatchesUp) {
  watch::FeedOptions options;
  options.ring_bytes = 64 << 10;
  Town town(options);
  Viewer viewer(town, "bo");
  viewer.Drain();
  for (int i = 0; i < 500; ++i) {
    town.Report(absl::StrCat("r", i), "polisen", kPartner, "", std::string(1000, 'x'));
  }
  ASSERT_TRUE(viewer.Pull());
  EXPECT_TRUE(viewer.last().reset());
  viewer.Drain();
  EXPECT_EQ(viewer.client().resets(), 2);
}

TEST(WatchTest, AFollowerSaysHowFarItIs) {
  Town town(SmallFrames(3));
  Viewer viewer(town, "bo");
  EXPECT_EQ(viewer.follower().position(), watch::kNobodyFollows) << "it loads";
  viewer.Drain();
  const domain::Revision given = town.feed().revision();
  EXPECT_EQ(viewer.follower().position(), given);
  for (const char* const name : {"a", "b", "c", "d"}) town.Report(name, "polisen", kPartner);
  ASSERT_TRUE(viewer.Pull());
  EXPECT_TRUE(viewer.last().more());
  EXPECT_EQ(viewer.follower().position(), given);
  ASSERT_TRUE(viewer.Pull());
  EXPECT_EQ(viewer.follower().position(), given + 4);
}

TEST(WatchTest, AWriterWaitsForFollowersButNotForEver) {
  watch::FeedOptions options;
  options.followers_wait = absl::Milliseconds(50);
  Town town(options);
  for (int i = 0; i < 5; ++i) town.Report(absl::StrCat("r", i), "polisen", kPartner);
  watch::Feed& feed = town.feed();
  const auto waits = [&] {
    const absl::Time begin = absl::Now();
    feed.AwaitFollowers();
    return absl::Now() - begin >= options.followers_wait;
  };
  EXPECT_FALSE(waits()) << "nobody follows";
  feed.FollowersAt(feed.revision() - 1);
  EXPECT_TRUE(waits());
  feed.FollowersAt(feed.revision());
  EXPECT_FALSE(waits());
  feed.FollowersAt(0);
  std::thread follower([&] { feed.FollowersAt(feed.revision()); });
  feed.AwaitFollowers();
  follower.join();
  EXPECT_FALSE(waits());
}

TEST(WatchTest, FollowersOfOneGroupShareAResponse) {
  Town town;
  Viewer first(town, "bo"), second(town, "bo");
  first.Drain();
  second.Drain();
  town.Report("a", "polisen", kPartner);
  const auto one = first.follower().Next(), other = second.follower().Next();
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_EQ(one->get(), other->get());
}

TEST(WatchTest, DerivedEntitiesGoOutWithTheRevisionTheyFollowFrom) {
  Town town;
  Viewer viewer(town, "bo");
  viewer.Drain();
  watch::AppliedEntry entry;
  entry.revision = town.feed().revision() + 1;
  entry.time = town.clock().Now();
  entry.changes.emplace_back(
      ReportName("a"),
      std::make_shared<v1::Entity>(domain::Wrap(Town::MakeReport("a", "polisen", kPartner))));
  int wakes = 0;
  town.feed().SetWake([&] { ++wakes; });
  town.feed().Apply({entry}, [](const domain::Picture& picture, const auto& changes) {
    EXPECT_NE(picture.Find(ReportName("a")), nullptr);
    EXPECT_EQ(changes.size(), 1u);
    v1::SituationCell cell;
    cell.set_name(absl::StrCat(kMunicipality, "/situations/cells/unlocated.theft.partner"));
    *cell.mutable_release() = kPartner;
    return watch::Feed::Derived{{cell.name(), std::make_shared<v1::Entity>(domain::Wrap(cell))}};
  });
  EXPECT_EQ(wakes, 1);
  ASSERT_TRUE(viewer.Pull());
  ASSERT_EQ(viewer.last().upserted_size(), 2);
  EXPECT_TRUE(viewer.last().upserted(1).has_situation_cell());
  EXPECT_EQ(viewer.last().revision(), entry.revision);
  ++entry.revision;
  entry.changes.clear();
  town.feed().Apply({entry}, [](const domain::Picture&, const auto&) {
    return watch::Feed::Derived{
        {absl::StrCat(kMunicipality, "/situations/cells/unlocated.theft.partner"), nullptr}};
  });
  ASSERT_TRUE(viewer.Pull());
  ASSERT_EQ(viewer.last().removed_size(), 1);
}

}  // namespace
}  // namespace samsyn::testing
