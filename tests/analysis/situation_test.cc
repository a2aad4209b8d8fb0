// The situation: the same counted step by step as counted at once, and for each viewer the same as
// counting what it may see.
#include "server/analysis/situation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <tuple>

#include "server/analysis/verdicts.h"
#include "tests/testing/world.h"

namespace samsyn::testing {
namespace {

constexpr v1::ReleaseClass kClasses[] = {v1::RELEASE_CLASS_PUBLIC, v1::RELEASE_CLASS_PARTNER,
                                         v1::RELEASE_CLASS_AUTHORITY, v1::RELEASE_CLASS_RESTRICTED};
const absl::Time kNow = absl::FromUnixSeconds(1795795200);

// A picture in which every transaction is one change, with its cells kept beside.
class Ground {
 public:
  Ground() {
    v1::Municipality municipality;
    municipality.set_name(kMunicipality);
    *municipality.mutable_situation_time() = domain::TimestampOf(kNow);
    Put(municipality);
    for (const absl::string_view id : {"kommunen", "polisen", "bostader"}) {
      SetAuthority(id, id != "bostader");
      v1::Member member;
      member.set_name(MemberName(id));
      member.set_organisation(OrganisationName(id));
      member.add_roles(v1::ROLE_REPORTER);
      Put(member);
    }
  }
  void SetAuthority(absl::string_view id, bool authority) {
    v1::Organisation organisation;
    organisation.set_name(OrganisationName(id));
    organisation.set_owner(organisation.name());
    organisation.set_authority(authority);
    Put(organisation);
  }
  void CloseMeeting(absl::string_view id, absl::Time time) {
    v1::Meeting meeting;
    meeting.set_name(absl::StrCat(kMunicipality, "/meetings/", id));
    *meeting.mutable_open_time() = domain::TimestampOf(time - absl::Hours(2));
    *meeting.mutable_close_time() = domain::TimestampOf(time);
    Put(meeting);
  }
  template <typename T>
  void Put(const T& message) {
    auto version = std::make_shared<const v1::Entity>(domain::Wrap(message));
    domain::EntityPtr before = picture_.Put(version);
    Take({before, version});
  }
  void Remove(absl::string_view name) {
    if (domain::EntityPtr before = picture_.Remove(name)) Take({before, nullptr});
  }

  const domain::Picture& picture() const { return picture_; }
  size_t changed() const { return changed_; }
  domain::Audience AudienceFor(absl::string_view id) const {
    return domain::AudienceOf(picture_, {MemberName(id), ""});
  }
  std::shared_ptr<const v1::SituationCell> Cell(absl::string_view id) const {
    return picture_.Get<v1::SituationCell>(absl::StrCat(kMunicipality, "/situations/cells/", id));
  }

 private:
  void Take(std::pair<domain::EntityPtr, domain::EntityPtr> change) {
    const auto cells = situation_.Update(picture_, {change});
    changed_ = cells.size();
    for (const auto& [name, cell] : cells) {
      cell == nullptr ? picture_.Remove(name) : picture_.Put(cell);
    }
  }
  domain::Picture picture_;
  analysis::Situation situation_;
  size_t changed_ = 0;
};

v1::Incident MakeIncident(absl::string_view id) {
  v1::Incident incident;
  incident.set_name(absl::StrCat(kMunicipality, "/incidents/", id));
  incident.set_owner(OrganisationName("polisen"));
  incident.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  incident.set_state(v1::Incident::STATE_CURRENT);
  incident.set_category(v1::CATEGORY_THEFT);
  incident.set_family(v1::FAMILY_THEFT);
  incident.set_area(AreaName("brandbergen"));
  *incident.mutable_occurred_time() = domain::TimestampOf(kNow - absl::Hours(1));
  incident.set_independent_sources(1);
  incident.set_counted(true);
  return incident;
}

TEST(SituationTest, CountsInTheCellOfAreaFamilyAndLabel) {
  Ground ground;
  v1::Incident incident = MakeIncident("a");
  ground.Put(incident);
  const auto cell = ground.Cell("brandbergen.theft.partner");
  ASSERT_NE(cell, nullptr);
  EXPECT_EQ(cell->actual(), 1);
  EXPECT_EQ(cell->owner(), "");
  EXPECT_EQ(cell->release().release_class(), v1::RELEASE_CLASS_PARTNER);
  EXPECT_EQ(domain::TimeOf(cell->period_start_time()), kNow - absl::Hours(24 * 7));
  incident.set_area("");
  incident.set_perceived(true);
  ground.Put(incident);
  EXPECT_EQ(ground.changed(), 2u);
  EXPECT_EQ(ground.Cell("brandbergen.theft.partner"), nullptr);
  EXPECT_EQ(ground.Cell("unlocated.theft.partner")->perceived(), 1);
}

TEST(SituationTest, WhatDoesNotCountMakesNoCell) {
  Ground ground;
  v1::Incident old = MakeIncident("old"), out = MakeIncident("out"), gone = MakeIncident("gone");
  *old.mutable_occurred_time() = domain::TimestampOf(kNow - absl::Hours(24 * 7 * 14));
  out.set_counted(false);
  gone.set_state(v1::Incident::STATE_WITHDRAWN);
  for (const v1::Incident& incident : {old, out, gone}) ground.Put(incident);
  EXPECT_EQ(ground.picture().count(v1::ENTITY_KIND_SITUATION_CELL), 0u);
}

TEST(SituationTest, EqualContentIsNoChange) {
  Ground ground;
  v1::Incident incident = MakeIncident("a");
  ground.Put(incident);
  incident.set_headline("other words");
  incident.set_revision(7);
  ground.Put(incident);
  EXPECT_EQ(ground.changed(), 0u);
}

TEST(SituationTest, TheCloseOfAMeetingBeginsANewPeriodInAllCells) {
  Ground ground;
  ground.Put(MakeIncident("a"));
  v1::Incident later = MakeIncident("b");
  *later.mutable_occurred_time() = domain::TimestampOf(kNow + absl::Hours(3));
  later.set_area("");
  ground.Put(later);
  ground.CloseMeeting("2026-11-27", kNow + absl::Hours(2));
  EXPECT_EQ(ground.changed(), 2u);
  EXPECT_EQ(ground.Cell("brandbergen.theft.partner"), nullptr);
  EXPECT_EQ(ground.Cell("unlocated.theft.partner")->actual(), 1);
  const auto response = analysis::GetSituation(ground.picture(), ground.AudienceFor("bostader"));
  EXPECT_EQ(response.rows_size(), 1);
  EXPECT_EQ(response.previous_meeting(), absl::StrCat(kMunicipality, "/meetings/2026-11-27"));
  EXPECT_EQ(domain::TimeOf(response.period_start_time()), kNow + absl::Hours(2));
}

TEST(SituationTest, CellsOfNamedViewersNameThemInOrderAndTellNobody) {
  Ground ground;
  v1::Incident incident = MakeIncident("a");
  incident.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  incident.mutable_release()->add_organisations(OrganisationName("bostader"));
  ground.Put(incident);
  domain::EntityPtr cell;
  ground.picture().ForEach(v1::ENTITY_KIND_SITUATION_CELL, "", [&](const domain::EntityPtr& one) {
    cell = one;
    return true;
  });
  ASSERT_NE(cell, nullptr);
  const v1::ReleaseState& release = cell->situation_cell().release();
  EXPECT_EQ(release.release_class(), v1::RELEASE_CLASS_RESTRICTED);
  ASSERT_EQ(release.organisations_size(), 2);
  EXPECT_EQ(release.organisations(0), OrganisationName("bostader"));
  const domain::EntityPtr shown = domain::Shown(ground.AudienceFor("bostader"), cell);
  ASSERT_NE(shown, nullptr);
  EXPECT_EQ(shown->situation_cell().release().organisations_size(), 0);
  EXPECT_EQ(domain::Shown(ground.AudienceFor("kommunen"), cell), nullptr);
}

TEST(SituationTest, WhoGetsAPartIsNotCountedTheWhole) {
  Ground ground;
  v1::Incident incident = MakeIncident("a");
  incident.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  incident.mutable_release()->add_organisations(OrganisationName("bostader"));
  incident.mutable_release()->add_organisations(OrganisationName("kommunen"));
  ground.Put(incident);
  const std::string whole = domain::ReleaseLabel(incident.release(), incident.owner(), true);
  v1::Redaction& redaction = *incident.mutable_release()->add_redactions();
  redaction.set_organisation(OrganisationName("bostader"));
  redaction.add_withheld(v1::WITHHELD_TIME);
  ground.Put(incident);
  const std::string part = domain::ReleaseLabel(incident.release(), incident.owner(), true);
  EXPECT_NE(whole, part);
  redaction.set_withheld(0, v1::WITHHELD_TEXT);
  EXPECT_NE(part, domain::ReleaseLabel(incident.release(), incident.owner(), true));
  EXPECT_EQ(ground.picture().count(v1::ENTITY_KIND_SITUATION_CELL), 1u);
  const auto counted = [&](absl::string_view id) {
    return analysis::GetSituation(ground.picture(), ground.AudienceFor(id)).total().actual();
  };
  EXPECT_EQ(counted("kommunen"), 1);
  EXPECT_EQ(counted("polisen"), 1);
  EXPECT_EQ(counted("bostader"), 0);
  v1::Report report;
  report.set_name(absl::StrCat(kMunicipality, "/reports/a"));
  report.set_owner(incident.owner());
  *report.mutable_release() = incident.release();
  report.set_state(v1::Report::STATE_SUBMITTED);
  ground.Put(report);
  const auto sources = [&](absl::string_view id) {
    return analysis::GetSituation(ground.picture(), ground.AudienceFor(id)).sources_size();
  };
  EXPECT_EQ(sources("kommunen"), 1);
  EXPECT_EQ(sources("bostader"), 0) << "how fresh it is would tell its time";
}

TEST(SituationTest, RowsStandByAreaAndFamilyWithTheUnlocatedLast) {
  Ground ground;
  v1::Incident unlocated = MakeIncident("a"), traffic = MakeIncident("b");
  unlocated.set_area("");
  traffic.set_family(v1::FAMILY_TRAFFIC);
  for (const v1::Incident& one : {unlocated, traffic, MakeIncident("c")}) ground.Put(one);
  const auto response = analysis::GetSituation(ground.picture(), ground.AudienceFor("bostader"));
  ASSERT_EQ(response.rows_size(), 3);
  EXPECT_EQ(response.rows(0).family(), v1::FAMILY_THEFT);
  EXPECT_EQ(response.rows(1).family(), v1::FAMILY_TRAFFIC);
  EXPECT_EQ(response.rows(2).area(), "");
}

TEST(SituationTest, UnreviewedReportsAreThoseThatTheViewerMaySee) {
  Ground ground;
  for (int i = 0; i < 4; ++i) {
    v1::Report report;
    report.set_name(absl::StrCat(kMunicipality, "/reports/", i));
    report.set_owner(OrganisationName("polisen"));
    report.mutable_release()->set_release_class(kClasses[i]);
    report.set_state(i == 0 ? v1::Report::STATE_ACCEPTED : v1::Report::STATE_SUBMITTED);
    ground.Put(report);
  }
  const auto unreviewed = [&](absl::string_view id) {
    return analysis::GetSituation(ground.picture(), ground.AudienceFor(id)).unreviewed_reports();
  };
  EXPECT_EQ(unreviewed("bostader"), 1);
  EXPECT_EQ(unreviewed("kommunen"), 2);
  EXPECT_EQ(unreviewed("polisen"), 3);
}

TEST(SituationTest, ACellStandsWithWhatWasBeforeWhenNothingIsThereNow) {
  Ground ground;
  v1::Incident before = MakeIncident("a");
  *before.mutable_occurred_time() = domain::TimestampOf(kNow - absl::Hours(24 * 10));
  ground.Put(before);
  const auto cell = ground.Cell("brandbergen.theft.partner");
  ASSERT_NE(cell, nullptr);
  EXPECT_EQ(cell->actual(), 0);
  ASSERT_EQ(cell->earlier_actual_size(), 12);
  EXPECT_EQ(cell->earlier_actual(11), 1);
  EXPECT_EQ(cell->earlier_perceived_size(), 0);
  EXPECT_EQ(domain::TimeOf(cell->first_time()), kNow - absl::Hours(24 * 10));
  EXPECT_FALSE(cell->has_newest_time());
}

TEST(SituationTest, ACountSaysWhoSaysSo) {
  Ground ground;
  v1::Incident feed = MakeIncident("a"), person = MakeIncident("b"), housing = MakeIncident("c");
  feed.set_source_uri("https://polisen.se/api/events");
  *person.mutable_occurred_time() = domain::TimestampOf(kNow - absl::Hours(3));
  housing.set_owner(OrganisationName("bostader"));
  for (const v1::Incident& one : {feed, person, housing}) ground.Put(one);
  const auto response = analysis::GetSituation(ground.picture(), ground.AudienceFor("kommunen"));
  ASSERT_EQ(response.rows_size(), 1);
  const v1::SituationRow& row = response.rows(0);
  ASSERT_EQ(row.sources_size(), 3);
  EXPECT_EQ(row.sources(0).organisation(), OrganisationName("bostader"));
  EXPECT_EQ(row.sources(1).source_uri(), "");
  EXPECT_EQ(domain::TimeOf(row.sources(1).newest_time()), kNow - absl::Hours(3));
  EXPECT_EQ(row.sources(2).source_uri(), "https://polisen.se/api/events");
  EXPECT_EQ(response.total().sources_size(), 3);
}

TEST(SituationTest, TotalsOfAreasAndFamiliesAddUpToAllOfIt) {
  Ground ground;
  v1::Incident traffic = MakeIncident("b"), unlocated = MakeIncident("c");
  traffic.set_family(v1::FAMILY_TRAFFIC);
  unlocated.set_area("");
  unlocated.set_perceived(true);
  for (const v1::Incident& one : {MakeIncident("a"), traffic, unlocated}) ground.Put(one);
  const auto response = analysis::GetSituation(ground.picture(), ground.AudienceFor("kommunen"));
  EXPECT_EQ(response.areas_size(), 2);
  EXPECT_EQ(response.families_size(), 2);
  EXPECT_EQ(response.total().actual(), 2);
  EXPECT_EQ(response.total().perceived(), 1) << "perceived and actual are never summed";
  EXPECT_EQ(response.total().verdict(),
            absl::StrCat(kMunicipality, "/situations/verdicts/all.all"));
  EXPECT_EQ(response.areas(1).verdict(),
            absl::StrCat(kMunicipality, "/situations/verdicts/unlocated.all"));
}

TEST(SituationTest, VerdictsCarryNoCountsOfTheRunningPeriodAndEachViewersOwnPast) {
  Ground ground;
  for (int week = 1; week <= 12; ++week) {
    for (int i = 0; i < 3; ++i) {
      v1::Incident incident = MakeIncident(absl::StrCat("w", week, "-", i));
      incident.mutable_release()->set_release_class(i == 0 ? v1::RELEASE_CLASS_AUTHORITY
                                                           : v1::RELEASE_CLASS_PARTNER);
      *incident.mutable_occurred_time() =
          domain::TimestampOf(kNow - absl::Hours(24 * 7 * (week + 1)));
      ground.Put(incident);
    }
  }
  const auto earlier = [&](absl::string_view id) {
    const auto verdicts = analysis::Verdicts(ground.picture(), ground.AudienceFor(id));
    for (const v1::SituationVerdict& verdict : verdicts) {
      if (domain::IdOf(verdict.name()) != "brandbergen.theft") continue;
      return verdict.actual().earlier(verdict.actual().earlier_size() - 1);
    }
    return -1;
  };
  EXPECT_EQ(earlier("kommunen"), 3);
  EXPECT_EQ(earlier("bostader"), 2);
  const auto before = analysis::Verdicts(ground.picture(), ground.AudienceFor("bostader"));
  ground.Put(MakeIncident("now"));
  const auto after = analysis::Verdicts(ground.picture(), ground.AudienceFor("bostader"));
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].SerializeAsString(), after[i].SerializeAsString());
  }
}

// Sums by area, family, category: actual, perceived.
using Sums = std::map<std::tuple<std::string, int, int>, std::pair<int, int>>;

// Stands for the twelve earlier periods together.
constexpr int kEarlier = -1;

std::pair<int, int> EarlierOf(const v1::SituationRow& row) {
  std::pair<int, int> sums;
  for (const int count : row.actual_usual().earlier()) sums.first += count;
  for (const int count : row.perceived_usual().earlier()) sums.second += count;
  return sums;
}

std::string LabelOf(const Ground& ground, const v1::Incident& incident) {
  const auto owner = ground.picture().Get<v1::Organisation>(incident.owner());
  return domain::ReleaseLabel(incident.release(), incident.owner(), owner->authority());
}

Sums Direct(const Ground& ground, const domain::Audience& audience) {
  Sums sums;
  const analysis::Period period = analysis::PeriodOf(ground.picture());
  absl::Time first = absl::InfiniteFuture();
  std::vector<std::shared_ptr<const v1::Incident>> seen;
  for (const auto& incident : ground.picture().All<v1::Incident>()) {
    const bool counts = incident->counted() && incident->state() == v1::Incident::STATE_CURRENT;
    if (!counts || !domain::SeesWhole(audience, domain::Wrap(*incident))) continue;
    seen.push_back(incident);
  }
  // Since when there is a past, say the cells in which anything is counted, now or then.
  const auto stands = [&](const v1::Incident& incident) {
    const absl::Time time = domain::TimeOf(incident.occurred_time());
    return time >= period.start ||
           std::any_of(period.earlier.begin(), period.earlier.end(), [&](const auto& window) {
             return window.first <= time && time < window.second;
           });
  };
  for (const auto& incident : seen) {
    const auto in_its_cell = [&](const auto& other) {
      return other->area() == incident->area() && other->family() == incident->family() &&
             LabelOf(ground, *other) == LabelOf(ground, *incident) && stands(*other);
    };
    if (std::any_of(seen.begin(), seen.end(), in_its_cell)) {
      first = std::min(first, domain::TimeOf(incident->occurred_time()));
    }
  }
  for (const auto& incident : seen) {
    const absl::Time time = domain::TimeOf(incident->occurred_time());
    const auto count = [&](int category) {
      auto& [actual, perceived] = sums[{incident->area(), incident->family(), category}];
      ++(incident->perceived() ? perceived : actual);
    };
    if (time >= period.start) {
      sums.insert({{incident->area(), incident->family(), kEarlier}, {0, 0}});
      count(incident->category());
      continue;
    }
    for (const auto& [from, to] : period.earlier) {
      if (time < from || time >= to) continue;
      sums.insert({{incident->area(), incident->family(), kEarlier}, {0, 0}});
      if (from >= first) count(kEarlier);
    }
  }
  return sums;
}

Sums FromRows(const v1::GetSituationResponse& response) {
  Sums sums;
  for (const v1::SituationRow& row : response.rows()) {
    sums[{row.area(), row.family(), kEarlier}] = EarlierOf(row);
    for (const v1::CategoryCount& count : row.categories()) {
      sums[{row.area(), row.family(), count.category()}] = {count.actual(), count.perceived()};
    }
  }
  return sums;
}

// All that is said of the situation, to the byte.
std::string Said(const domain::Picture& picture, const domain::Audience& audience) {
  std::string said = analysis::GetSituation(picture, audience).DebugString();
  for (const v1::SituationVerdict& verdict : analysis::Verdicts(picture, audience)) {
    said += verdict.DebugString();
  }
  return said;
}

// The same entities in a picture that nobody has asked before.
std::unique_ptr<domain::Picture> Copy(const domain::Picture& picture) {
  auto copy = std::make_unique<domain::Picture>();
  for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
    picture.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const domain::EntityPtr& entity) {
      copy->Put(entity);
      return true;
    });
  }
  return copy;
}

void RandomStep(std::mt19937& random, Ground& ground) {
  const auto pick = [&](int below) { return static_cast<int>(random() % below); };
  const char* const organisations[] = {"kommunen", "polisen", "bostader"};
  const char* const areas[] = {"brandbergen", "handen"};
  const int what = pick(40);
  if (what == 0) return ground.SetAuthority(organisations[pick(3)], pick(2) == 0);
  if (what == 1)
    return ground.CloseMeeting(absl::StrCat("m", pick(3)), kNow + absl::Hours(pick(60)));
  if (what == 2) {
    v1::Municipality municipality;
    municipality.set_name(kMunicipality);
    *municipality.mutable_situation_time() = domain::TimestampOf(kNow + absl::Hours(pick(48)));
    return ground.Put(municipality);
  }
  v1::Incident incident = MakeIncident(absl::StrCat("i", pick(25)));
  if (what < 6) return ground.Remove(incident.name());
  incident.set_owner(OrganisationName(organisations[pick(3)]));
  incident.mutable_release()->set_release_class(kClasses[pick(4)]);
  for (const char* id : organisations) {
    if (pick(4) != 0) continue;
    incident.mutable_release()->add_organisations(OrganisationName(id));
    if (pick(3) != 0) continue;
    v1::Redaction& redaction = *incident.mutable_release()->add_redactions();
    redaction.set_organisation(OrganisationName(id));
    redaction.add_withheld(v1::WITHHELD_TEXT);
  }
  incident.set_area(pick(3) == 0 ? "" : AreaName(areas[pick(2)]));
  incident.set_family(static_cast<v1::Family>(1 + pick(3)));
  incident.set_category(static_cast<v1::Category>(1 + pick(3)));
  incident.set_counted(pick(8) != 0);
  incident.set_perceived(pick(3) == 0);
  incident.set_independent_sources(pick(4));
  if (pick(8) == 0) incident.set_state(v1::Incident::STATE_WITHDRAWN);
  *incident.mutable_occurred_time() = domain::TimestampOf(kNow + absl::Hours(pick(2400) - 2300));
  ground.Put(incident);
}

TEST(SituationTest, StepByStepIsTheSameAsAtOnceAndAsCountingWhatOneSees) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    Ground ground;
    for (int step = 0; step < 150; ++step) {
      RandomStep(random, ground);
      analysis::Situation anew;
      ASSERT_TRUE(anew.Rebuild(ground.picture()).empty()) << "step " << step;
      for (const char* id : {"kommunen", "polisen", "bostader"}) {
        const domain::Audience audience = ground.AudienceFor(id);
        ASSERT_EQ(FromRows(analysis::GetSituation(ground.picture(), audience)),
                  Direct(ground, audience))
            << id << " at step " << step;
      }
    }
  }
}

TEST(SituationTest, WhatIsSaidDoesNotFollowFromWhatWasAskedBefore) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    Ground ground;
    for (int step = 0; step < 150; ++step) {
      RandomStep(random, ground);
      // Some ask often, some seldom.
      unsigned seldom = 1;
      for (const char* id : {"kommunen", "polisen", "bostader"}) {
        if (random() % (seldom *= 3) != 0) continue;
        const domain::Audience audience = ground.AudienceFor(id);
        ASSERT_EQ(Said(ground.picture(), audience), Said(*Copy(ground.picture()), audience))
            << id << " at step " << step;
      }
    }
  }
}

}  // namespace
}  // namespace samsyn::testing
