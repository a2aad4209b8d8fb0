// The picture and the overlay over it: versions, indexes, counts, timers, kept requests.
#include "server/domain/picture.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "server/domain/index_keys.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/transaction.h"

namespace samsyn::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kMunicipality[] = "municipalities/0136";

EntityPtr ReportFrom(absl::string_view id, absl::string_view source_id, Revision revision = 1) {
  v1::Report report;
  report.set_name(absl::StrCat(kMunicipality, "/reports/", id));
  report.set_revision(revision);
  if (!source_id.empty()) {
    report.mutable_source()->set_source_uri("u");
    report.mutable_source()->set_source_id(std::string(source_id));
  }
  return std::make_shared<const v1::Entity>(Wrap(std::move(report)));
}
std::string Name(absl::string_view id) { return absl::StrCat(kMunicipality, "/reports/", id); }

std::vector<std::string> All(const View& view, absl::string_view after = "") {
  std::vector<std::string> names;
  view.ForEach(v1::ENTITY_KIND_REPORT, after, [&](const EntityPtr& entity) {
    names.emplace_back(NameOf(*entity).substr(NameOf(*entity).rfind('/') + 1));
    return true;
  });
  return names;
}

TEST(Picture, PutsReplacesAndRemoves) {
  Picture picture;
  EXPECT_EQ(picture.Put(ReportFrom("a", "1", 1)), nullptr);
  const EntityPtr before = picture.Put(ReportFrom("a", "2", 2));
  EXPECT_EQ(RevisionOf(*before), 1);
  EXPECT_EQ(picture.size(), 1u);
  EXPECT_THAT(picture.Lookup(SourceKey("u", "1")), IsEmpty()) << "the old version's keys go";
  EXPECT_THAT(picture.Lookup(SourceKey("u", "2")), ElementsAre(Name("a")));
  EXPECT_EQ(RevisionOf(*picture.Remove(Name("a"))), 2);
  EXPECT_EQ(picture.Remove(Name("a")), nullptr);
  EXPECT_THAT(picture.Lookup(SourceKey("u", "2")), IsEmpty());
  EXPECT_EQ(picture.size(), 0u);
}

TEST(Picture, VisitsInOrderAfterAName) {
  Picture picture;
  for (const char* id : {"c", "a", "b"}) picture.Put(ReportFrom(id, ""));
  EXPECT_THAT(All(picture), ElementsAre("a", "b", "c"));
  EXPECT_THAT(All(picture, Name("a")), ElementsAre("b", "c"));
  EXPECT_EQ(picture.Get<v1::Incident>(Name("a")), nullptr) << "another kind";
}

EntityPtr ReportIn(absl::string_view id, const std::string& area, const std::string& place = "") {
  v1::Report report;
  report.set_name(Name(id));
  report.set_area(area);
  report.set_place(place);
  return std::make_shared<const v1::Entity>(Wrap(std::move(report)));
}

TEST(Picture, VisitsSomeAreasInOrder) {
  Picture picture;
  picture.Put(ReportIn("a", "x"));
  picture.Put(ReportIn("d", "x", "p"));
  picture.Put(ReportIn("b", "y"));
  picture.Put(ReportIn("e", ""));
  picture.Put(ReportIn("c", "z"));
  const auto in = [&](std::vector<std::string> areas, absl::string_view after = "",
                      size_t most = 9) {
    std::vector<std::string> ids;
    picture.by_area().ForEach(v1::ENTITY_KIND_REPORT, areas, after, [&](const EntityPtr& entity) {
      ids.emplace_back(IdOf(NameOf(*entity)));
      return ids.size() < most;
    });
    return ids;
  };
  EXPECT_THAT(in({"x"}), ElementsAre("a", "d"));
  EXPECT_THAT(in({"y", "x"}), ElementsAre("a", "b", "d"));
  EXPECT_THAT(in({"p", "x"}), ElementsAre("a", "d")) << "once, though in both";
  EXPECT_THAT(in({"y", "x"}, Name("a")), ElementsAre("b", "d"));
  EXPECT_THAT(in({"y", "x"}, "", 2), ElementsAre("a", "b"));
  EXPECT_THAT(in({"", "nowhere"}), ElementsAre("e"));
  picture.Put(ReportIn("a", "y"));
  picture.Remove(Name("d"));
  EXPECT_THAT(in({"x", "p"}), IsEmpty());
  EXPECT_THAT(in({"y"}), ElementsAre("a", "b"));
}

TEST(Picture, KnowsTheNextTimer) {
  Picture picture;
  EXPECT_FALSE(picture.NextDue().has_value());
  v1::Release release;
  release.set_name(absl::StrCat(kMunicipality, "/releases/r"));
  release.set_state(v1::Release::STATE_ACTIVE);
  release.mutable_expire_time()->set_seconds(100);
  picture.Put(std::make_shared<const v1::Entity>(Wrap(release)));
  ASSERT_TRUE(picture.NextDue().has_value());
  EXPECT_EQ(picture.NextDue()->first, absl::FromUnixSeconds(100));
  release.set_state(v1::Release::STATE_REVOKED);
  picture.Put(std::make_shared<const v1::Entity>(Wrap(release)));
  EXPECT_FALSE(picture.NextDue().has_value());
}

TEST(R7, RequestsAreKeptForAnHour) {
  Picture picture;
  const absl::Time start = absl::FromUnixSeconds(1'000'000);
  AnsweredRequest request;
  request.principal = "m";
  for (int minute = 0; minute <= 90; minute += 30) {
    request.request_id = absl::StrCat(minute);
    request.time = start + absl::Minutes(minute);
    picture.PutRequest(request);
  }
  EXPECT_EQ(picture.FindRequest("m", "0"), nullptr);
  EXPECT_NE(picture.FindRequest("m", "30"), nullptr) << "exactly an hour";
  EXPECT_NE(picture.FindRequest("m", "90"), nullptr);
  EXPECT_EQ(picture.FindRequest("n", "90"), nullptr) << "the key holds the principal";
}

TEST(Overlay, ReadsThroughAndHidesWhatItTookAway) {
  Picture picture;
  for (const char* id : {"a", "b", "d"}) picture.Put(ReportFrom(id, "1"));
  Overlay overlay(picture);
  overlay.Set(Name("c"), ReportFrom("c", "1"));
  overlay.Set(Name("a"), nullptr);
  overlay.Set(Name("b"), ReportFrom("b", "2"));
  EXPECT_THAT(All(overlay), ElementsAre("b", "c", "d"));
  EXPECT_THAT(overlay.Lookup(SourceKey("u", "1")), ElementsAre(Name("c"), Name("d")));
  EXPECT_THAT(overlay.Lookup(SourceKey("u", "2")), ElementsAre(Name("b")));
  EXPECT_EQ(overlay.Find(Name("a")), nullptr);
  EXPECT_THAT(overlay.changed(), ElementsAre(Name("c"), Name("a"), Name("b")));
  EXPECT_EQ(picture.count(v1::ENTITY_KIND_REPORT), 3u) << "what lies below is untouched";
}

// An overlay over an overlay answers as a picture in which the same was done.
TEST(Overlay, AgreesWithAPictureThatHadTheSameChanges) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    Picture below, plain;
    const auto change = [&](auto set) {
      for (int i = 0; i < 20; ++i) {
        const std::string id(1, static_cast<char>('a' + random() % 10));
        const bool remove = random() % 3 == 0;
        const EntityPtr version = remove ? nullptr : ReportFrom(id, absl::StrCat(random() % 3));
        set(Name(id), version);
        if (version == nullptr) {
          plain.Remove(Name(id));
        } else {
          plain.Put(version);
        }
      }
    };
    change([&](const std::string& name, const EntityPtr& version) {
      if (version == nullptr) {
        below.Remove(name);
      } else {
        below.Put(version);
      }
    });
    Overlay middle(below);
    Overlay top(static_cast<const View&>(middle));
    change([&](const std::string& name, const EntityPtr& v) { middle.Set(name, v); });
    change([&](const std::string& name, const EntityPtr& v) { top.Set(name, v); });
    const auto agree = [&](const View& view) {
      EXPECT_EQ(All(view), All(plain));
      EXPECT_EQ(All(view, Name("d")), All(plain, Name("d")));
      EXPECT_EQ(view.count(v1::ENTITY_KIND_REPORT), plain.count(v1::ENTITY_KIND_REPORT));
      for (const char* id : {"0", "1", "2"}) {
        EXPECT_EQ(view.Lookup(SourceKey("u", id)), plain.Lookup(SourceKey("u", id)));
      }
    };
    agree(top);
    middle.Absorb(top);
    agree(middle);
  }
}

TEST(Transaction, PutFillsInWhatEveryEntityHas) {
  Picture picture;
  const absl::Time now = absl::FromUnixSeconds(1'000);
  Transaction first(picture, kMunicipality, {"m", ""}, now, 7, "r");
  v1::Report report;
  report.set_name(Name("a"));
  first.Put(report);
  const auto made = first.Get<v1::Report>(Name("a"));
  EXPECT_EQ(made->revision(), 7);
  EXPECT_EQ(made->etag(), "\"7\"");
  EXPECT_EQ(TimeOf(made->create_time()), now);
  Transaction second(first, kMunicipality, {"m", ""}, now + absl::Hours(1), 8, "s");
  second.Put(*made);
  EXPECT_EQ(TimeOf(second.Get<v1::Report>(Name("a"))->create_time()), now);
  EXPECT_EQ(TimeOf(second.Get<v1::Report>(Name("a"))->update_time()), now + absl::Hours(1));
  EXPECT_NE(first.NewId(), second.NewId());
  EXPECT_EQ(first.NewId(), Transaction(picture, kMunicipality, {"m", ""}, now, 9, "r").NewId());
}

}  // namespace
}  // namespace samsyn::domain
