// Pieces that a group keeps for those of its followers who come by later: made once, and gone as
// soon as what they say is no longer the newest.
#include "server/watch/group.h"

#include <gtest/gtest.h>

#include "tests/watch/town.h"

namespace samsyn::watch {
namespace {

using ::samsyn::testing::One;
using ::samsyn::testing::OrganisationName;
using ::samsyn::testing::Release;
using ::samsyn::testing::Town;

domain::EntityPtr Report(absl::string_view id, v1::ReleaseClass release_class) {
  v1::Report report = Town::MakeReport(id, "polisen", Release(release_class), "", "canary");
  report.set_reporter(testing::MemberName("paul"));
  return std::make_shared<v1::Entity>(domain::Wrap(std::move(report)));
}

Group GroupOf(absl::string_view organisation, bool authority) {
  domain::Audience audience;
  audience.municipality = testing::kMunicipality;
  audience.organisation = OrganisationName(organisation);
  audience.authority = authority;
  return {audience, Filter(), std::string(32, 'k')};
}

TEST(GroupTest, WhatIsWithheldIsTakenOutOnceForAllOfAGroup) {
  Ring ring(1 << 20);
  ring.Append(1, Digest{}, One(nullptr, Report("a", v1::RELEASE_CLASS_PARTNER)));
  Group police = GroupOf("polisen", true), housing = GroupOf("bostader", false);
  const Piece own = police.PieceOf(ring, 1), others = housing.PieceOf(ring, 1);
  EXPECT_EQ(own, ring.PieceOf(ring.at(1))) << "nothing is withheld from its owner";
  EXPECT_NE(own->find("members/paul"), std::string::npos);
  EXPECT_NE(others->find("canary"), std::string::npos);
  EXPECT_EQ(others->find("members/paul"), std::string::npos);
  EXPECT_EQ(housing.PieceOf(ring, 1), others);
}

TEST(GroupTest, WhatIsNotInItsViewIsAskedOnceAndStaysNull) {
  Ring ring(1 << 20);
  ring.Append(1, Digest{}, One(nullptr, Report("a", v1::RELEASE_CLASS_RESTRICTED)));
  Group housing = GroupOf("bostader", false);
  EXPECT_EQ(housing.PieceOf(ring, 1), nullptr);
  EXPECT_EQ(housing.PieceOf(ring, 1), nullptr);
}

TEST(GroupTest, NothingIsKeptOfWhatChangedAgain) {
  Ring ring(1 << 20);
  const auto first = Report("a", v1::RELEASE_CLASS_PARTNER);
  const auto second = Report("a", v1::RELEASE_CLASS_RESTRICTED);
  ring.Append(1, Digest{}, One(nullptr, first));
  Group housing = GroupOf("bostader", false);
  const std::weak_ptr<const std::string> kept = housing.PieceOf(ring, 1);
  EXPECT_FALSE(kept.expired());
  std::vector<Seq> superseded;
  ring.Append(2, Digest{}, One(first, second), &superseded);
  housing.Forget(ring, superseded);
  EXPECT_TRUE(kept.expired());
  EXPECT_EQ(housing.PieceOf(ring, 2), nullptr);
}

TEST(GroupTest, NothingIsKeptOfWhatTheRingKeepsNoMore) {
  Ring ring(10);
  ring.Append(1, Digest{}, One(nullptr, Report("a", v1::RELEASE_CLASS_PARTNER)));
  Group housing = GroupOf("bostader", false);
  const std::weak_ptr<const std::string> kept = housing.PieceOf(ring, 1);
  ring.Append(2, Digest{}, One(nullptr, Report("b", v1::RELEASE_CLASS_PARTNER)));
  ring.Append(3, Digest{}, One(nullptr, Report("c", v1::RELEASE_CLASS_PARTNER)));
  housing.Forget(ring, {});
  EXPECT_TRUE(kept.expired());
}

TEST(GroupTest, WhoComesByLaterGetsTheSameAndNothingThatWasNarrowed) {
  Town town;
  testing::Viewer first(town, "bo"), second(town, "bo");
  first.Drain();
  second.Drain();
  town.Put(domain::As<v1::Report>(*Report("a", v1::RELEASE_CLASS_PARTNER)));
  first.Drain();
  town.Put(domain::As<v1::Report>(*Report("b", v1::RELEASE_CLASS_PARTNER)));
  first.Drain();
  second.Drain();
  town.feed().FollowersAt(town.feed().revision());
  town.Put(domain::As<v1::Report>(*Report("a", v1::RELEASE_CLASS_RESTRICTED)));
  first.Drain();
  second.Drain();
}

TEST(KeptPiecesTest, KeepsTheNewestWithinItsBounds) {
  KeptPieces pieces;
  const size_t bytes = KeptPieces::kBytesMost / 100;
  for (Seq seq = 1; seq <= 1'000; ++seq) {
    pieces.Keep(seq, std::make_shared<const std::string>(bytes, 'x'));
  }
  EXPECT_FALSE(pieces.Find(900));
  EXPECT_TRUE(pieces.Find(901));
  EXPECT_TRUE(pieces.Find(1'000));
  for (Seq seq = 1'001; seq <= 10'000; ++seq) pieces.Keep(seq, nullptr);
  EXPECT_FALSE(pieces.Find(10'000 - KeptPieces::kItemsMost));
  EXPECT_TRUE(pieces.Find(10'001 - KeptPieces::kItemsMost));
  pieces.Keep(17, nullptr);
  EXPECT_FALSE(pieces.Find(17)) << "older than what is kept";
  pieces.Keep(20'000, nullptr);
  EXPECT_FALSE(pieces.Find(19'999)) << "never kept";
  EXPECT_EQ(pieces.Find(20'000), absl::optional<Piece>(nullptr));
}

}  // namespace
}  // namespace samsyn::watch
