// The demonstration of Haninge: what it holds, and that the same now gives the same picture.
#include "server/demo/demonstration.h"

#include <absl/strings/match.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "server/analysis/gaps.h"
#include "server/analysis/merge_candidates.h"
#include "server/demo/defects.h"
#include "server/demo/people.h"
#include "server/demo/reports.h"
#include "server/demo/sharing.h"
#include "server/demo/week.h"
#include "server/domain/names.h"
#include "server/domain/planned_events.h"
#include "server/domain/visibility.h"
#include "server/journal/memory_journal.h"

namespace samsyn::demo {
namespace {

absl::Time At(const char* rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) << error;
  return time;
}

// A demonstration made in memory.
class Made {
 public:
  explicit Made(absl::Time now) : now_(now), clock_(now), engine_(store_, clock_) {
    EXPECT_TRUE(engine_.Start().ok());
    const absl::Status made = MakeHaningeDemonstration(engine_, clock_, now);
    EXPECT_TRUE(made.ok()) << made;
  }
  ~Made() { engine_.Stop(); }

  template <typename T>
  std::vector<T> All() {
    std::vector<T> all;
    const auto feed = engine_.FeedOf("municipalities/0136");
    EXPECT_TRUE(feed.ok());
    (*feed)->Reading([&](const domain::Picture& picture) {
      for (const auto& one : picture.All<T>()) all.push_back(*one);
      return 0;
    });
    return all;
  }
  // Of everything that a viewer could be shown.
  Digest PictureDigest() {
    Sha256 sha;
    const auto feed = engine_.FeedOf("municipalities/0136");
    EXPECT_TRUE(feed.ok());
    (*feed)->Reading([&](const domain::Picture& picture) {
      for (int kind = v1::EntityKind_MIN; kind <= v1::EntityKind_MAX; ++kind) {
        if (!v1::EntityKind_IsValid(kind)) continue;
        picture.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const domain::EntityPtr& one) {
          sha.Update(one->SerializeAsString());
          return true;
        });
      }
      return 0;
    });
    return sha.Finish();
  }
  absl::Time now() const { return now_; }
  engine::Engine& engine() { return engine_; }
  const Clock& clock() const { return clock_; }

 private:
  const absl::Time now_;
  ManualClock clock_;
  journal::MemoryJournalStore store_;
  engine::Engine engine_;
};

TEST(Demonstration, HoldsWhatItPromises) {
  Made made(At("2026-11-26T14:10:00+01:00"));  // a Thursday
  EXPECT_EQ(made.clock().Now(), made.now());
  EXPECT_EQ(made.All<v1::Area>().size(), 12u + 7u) << "seven places in them";
  EXPECT_EQ(made.All<v1::Organisation>().size(), 7u);
  EXPECT_EQ(made.All<v1::Unit>().size(), 7u);
  EXPECT_EQ(made.All<v1::Shift>().size(), 14u);
  EXPECT_EQ(made.All<v1::Problem>().size(), 3u);
  const auto municipality = made.All<v1::Municipality>();
  ASSERT_EQ(municipality.size(), 1u);
  EXPECT_THAT(municipality[0].demonstration(), ::testing::StartsWith("Demonstration."));
  std::set<std::string> members;
  for (const v1::Member& member : made.All<v1::Member>()) members.insert(member.name());
  for (const auto& [file, member] : TokenHolders()) EXPECT_EQ(members.count(member), 1u) << file;
  for (const v1::Organisation& organisation : made.All<v1::Organisation>()) {
    const bool asked = absl::EndsWith(organisation.name(), "/fritidsgarden");
    EXPECT_EQ(organisation.has_authority_change(), asked) << organisation.name();
    const bool authority = absl::EndsWith(organisation.name(), "/kommunen") ||
                           absl::EndsWith(organisation.name(), "/polisen") ||
                           absl::EndsWith(organisation.name(), "/socialtjansten");
    EXPECT_EQ(organisation.authority(), authority) << organisation.name();
  }
}

TEST(Demonstration, PoliceEventsAreMovedMarkedAndTrusted) {
  Made made(At("2026-11-26T14:10:00+01:00"));
  int moved = 0;
  absl::Time newest = absl::InfinitePast();
  for (const v1::Report& report : made.All<v1::Report>()) {
    if (report.source().source_uri() != kMovedPoliceUri) continue;
    ++moved;
    ASSERT_EQ(report.marks_size(), 1);
    EXPECT_EQ(report.marks(0), "demonstration, tiden flyttad 25 veckor");
    EXPECT_EQ(report.state(), v1::Report::STATE_ACCEPTED);
    EXPECT_EQ(report.release().release_class(), v1::RELEASE_CLASS_PUBLIC);
    EXPECT_FALSE(report.has_point());
    newest = std::max(newest, domain::TimeOf(report.create_time()));
  }
  EXPECT_EQ(moved, 21);
  EXPECT_LE(newest, made.now());
  EXPECT_GT(newest, made.now() - absl::Hours(24 * 7));
}

TEST(Demonstration, SurveysBreakWhereTheQuestionChangedAndOneAreaFeelsWorseThanItIs) {
  Made made(At("2026-11-26T14:10:00+01:00"));
  int breaks = 0;
  for (const v1::Indicator& indicator : made.All<v1::Indicator>()) {
    EXPECT_THAT(indicator.text(), ::testing::StartsWith("Påhitta"));
    EXPECT_EQ(indicator.breaks_series(), indicator.measure() == "Oro för att utsättas för brott" &&
                                             indicator.instrument_version() == "2026")
        << indicator.ShortDebugString();
    breaks += indicator.breaks_series();
  }
  EXPECT_EQ(made.All<v1::Indicator>().size(), 43u);
  EXPECT_EQ(breaks, 10);
  const auto feed = made.engine().FeedOf("municipalities/0136");
  ASSERT_TRUE(feed.ok());
  const auto gaps = (*feed)->Reading([&](const domain::Picture& picture) {
    return analysis::Gaps(
        picture, domain::AudienceOf(picture, {"municipalities/0136/members/forvaltare", ""}));
  });
  const auto vega = std::find_if(gaps.begin(), gaps.end(), [](const v1::Gap& gap) {
    return gap.area() == "municipalities/0136/areas/vega";
  });
  ASSERT_NE(vega, gaps.end());
  EXPECT_EQ(vega->perceived(), v1::Gap::STANDING_WORSE);
  EXPECT_NE(vega->actual(), v1::Gap::STANDING_WORSE);
}

TEST(Demonstration, InventedReportsAreMarkedAndMostlyReviewed) {
  Made made(At("2026-11-26T14:10:00+01:00"));
  int invented = 0;
  std::map<v1::Report::State, int> states;
  std::set<std::string> owners, areas;
  std::set<v1::Category> categories;
  std::set<v1::ReleaseClass> classes;
  for (const v1::Report& report : made.All<v1::Report>()) {
    if (report.source().source_uri() == kMovedPoliceUri) continue;
    ++invented;
    ASSERT_EQ(report.marks_size(), 1);
    EXPECT_EQ(report.marks(0), "påhittad");
    EXPECT_FALSE(absl::StrContains(report.text(), "{")) << report.text();
    EXPECT_LE(domain::TimeOf(report.create_time()), made.now());
    ++states[report.state()];
    owners.insert(report.owner());
    areas.insert(report.area());
    categories.insert(report.category());
    classes.insert(report.release().release_class());
  }
  EXPECT_EQ(invented, kInventedReports + kReportsOfSameThings + kDefectsAndEvents + kSharedReports);
  EXPECT_GT(states[v1::Report::STATE_ACCEPTED], 220);
  EXPECT_GE(states[v1::Report::STATE_SUBMITTED], 6);
  EXPECT_LT(states[v1::Report::STATE_SUBMITTED], 20);
  EXPECT_EQ(owners.size(), 7u);
  EXPECT_GE(areas.size(), 10u);
  EXPECT_GE(categories.size(), 15u);
  EXPECT_EQ(classes.size(), 4u);
}

TEST(Demonstration, ABrokenWindowIsMergedAndAnotherIsSuggested) {
  for (const char* now : {"2026-11-26T14:10:00+01:00", "2026-11-28T00:05:00+01:00"}) {
    Made made(At(now));
    int merged = 0;
    for (const v1::Incident& incident : made.All<v1::Incident>()) {
      if (incident.merges().empty()) continue;
      ++merged;
      EXPECT_EQ(incident.reports_size(), 2);
      EXPECT_EQ(incident.independent_sources(), 2);
      EXPECT_EQ(incident.area(), "municipalities/0136/areas/brandbergen");
    }
    EXPECT_EQ(merged, 1) << now;
    domain::Audience everything;
    everything.everything = true;
    v1::ListMergeCandidatesRequest request;
    v1::ListMergeCandidatesResponse response;
    const auto feed = made.engine().FeedOf("municipalities/0136");
    ASSERT_TRUE(feed.ok());
    const absl::Status listed = (*feed)->Reading([&](const domain::Picture& picture) {
      return analysis::ListMergeCandidates(request, picture, everything, made.now(), &response);
    });
    ASSERT_TRUE(listed.ok()) << listed;
    int near_and_of_two = 0;
    for (const v1::MergeCandidate& pair : response.candidates()) {
      near_and_of_two += pair.has_distance_m() && pair.distance_m() < 50 &&
                         pair.incident().owner() != pair.other().owner();
    }
    EXPECT_GE(near_and_of_two, 1) << now;
  }
}

TEST(Demonstration, TheLandlordsDefectsStandInVariousStates) {
  Made made(At("2026-11-26T14:10:00+01:00"));
  std::map<std::string, v1::Repair> of_landlord;  // by id of the place
  int fixed = 0;
  for (const v1::Report& report : made.All<v1::Report>()) {
    fixed += report.repair().state() == v1::Repair::STATE_FIXED;
    if (report.place().empty() || !report.has_repair()) continue;
    EXPECT_EQ(report.repair().responsible_organisation(),
              "municipalities/0136/organisations/exempelbostader");
    of_landlord[std::string(domain::IdOf(report.place()))] = report.repair();
  }
  ASSERT_EQ(of_landlord.size(), 4u);
  EXPECT_EQ(of_landlord["eken-1"].state(), v1::Repair::STATE_DECLINED);
  const v1::Repair& lock = of_landlord["exempelvagen-4a"];
  EXPECT_EQ(lock.state(), v1::Repair::STATE_FIXED);
  EXPECT_EQ(domain::TimeOf(lock.close_time()) - domain::TimeOf(lock.open_time()),
            6 * absl::Hours(24));
  const v1::Repair& dark = of_landlord["exempelgatan-12"];
  EXPECT_EQ(dark.state(), v1::Repair::STATE_ORDERED);
  EXPECT_EQ(made.now() - domain::TimeOf(dark.open_time()), 23 * absl::Hours(24));
  EXPECT_EQ(of_landlord["exempelgatan-12a"].state(), v1::Repair::STATE_REPORTED);
  EXPECT_GE(fixed, 5) << "enough for a median";
}

TEST(Demonstration, TheSocialServicesShareAPartAndHaveAProposalWaiting) {
  Made made(At("2026-11-26T14:10:00+01:00"));
  std::map<v1::Release::State, v1::Release> decisions;
  for (const v1::Release& one : made.All<v1::Release>()) decisions[one.state()] = one;
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_NE(decisions[v1::Release::STATE_PROPOSED].proposed_by(), "");
  const std::string shared = decisions[v1::Release::STATE_ACTIVE].entity();
  const auto feed = made.engine().FeedOf("municipalities/0136");
  (*feed)->Reading([&](const domain::Picture& picture) {
    const domain::Audience police =
        domain::AudienceOf(picture, {"municipalities/0136/members/polis", ""});
    const domain::EntityPtr shown = domain::Shown(police, picture.Find(shared));
    EXPECT_NE(shown, nullptr);
    if (shown == nullptr) return 0;
    EXPECT_EQ(shown->report().release().withheld_size(), 2);
    EXPECT_EQ(shown->report().text(), "");
    EXPECT_FALSE(shown->report().has_point());
    EXPECT_NE(shown->report().area(), "");
    const std::string proposed = decisions[v1::Release::STATE_PROPOSED].entity();
    EXPECT_EQ(domain::Shown(police, picture.Find(proposed)), nullptr);
    return 0;
  });
}

TEST(Demonstration, ThisWeekendHasItsEvents) {
  // The Friday after pay day, and a Friday that is one.
  for (const auto& [now, events] :
       {std::pair("2026-11-27T12:00:00+01:00", 2), std::pair("2026-09-25T12:00:00+02:00", 3)}) {
    Made made(At(now));
    v1::ListPlannedEventsRequest request;
    request.set_municipality("municipalities/0136");
    *request.mutable_window()->mutable_start_time() = domain::TimestampOf(made.now());
    *request.mutable_window()->mutable_end_time() =
        domain::TimestampOf(made.now() + absl::Hours(60));
    v1::ListPlannedEventsResponse response;
    (*made.engine().FeedOf("municipalities/0136"))->Reading([&](const domain::Picture& picture) {
      domain::Audience audience = domain::AudienceOf(picture, {TokenHolders()[0].second, ""});
      EXPECT_TRUE(domain::ListPlannedEvents(request, picture, audience, &response).ok());
      return 0;
    });
    int without_chance = 0;  // some of the invented reports are of events on a Saturday, too
    for (const v1::PlannedOccurrence& one : response.occurrences()) {
      without_chance += one.report().has_occurred_end_time();
    }
    EXPECT_EQ(without_chance, events) << now << response.DebugString();
  }
}

TEST(Demonstration, LastFridayIsClosedAndFollowedUpAndTheNextIsPlanned) {
  // In the middle of a week, on a Friday before and after the meeting's hour, and the night after.
  for (const char* now : {"2026-11-26T14:10:00+01:00", "2026-11-27T08:00:00+01:00",
                          "2026-11-27T18:30:00+01:00", "2026-11-28T00:05:00+01:00"}) {
    Made made(At(now));
    const Week week(made.now());
    const auto meetings = made.All<v1::Meeting>();
    ASSERT_EQ(meetings.size(), 2u) << now;
    EXPECT_EQ(meetings[0].phase(), v1::Meeting::PHASE_CLOSED);
    EXPECT_EQ(domain::TimeOf(meetings[0].close_time()), week.At(week.last_friday(), 19, 25));
    EXPECT_EQ(meetings[0].attending_organisations_size(), 6);
    EXPECT_EQ(meetings[0].priorities_size(), 3);
    EXPECT_EQ(meetings[1].phase(), v1::Meeting::PHASE_PLANNED);
    EXPECT_EQ(domain::TimeOf(meetings[1].scheduled_time()), week.At(week.next_friday(), 18));
    EXPECT_EQ(made.All<v1::RoundEntry>().size(), 7u);
    EXPECT_EQ(made.All<v1::AreaAssessment>().size(), 12u);
    const auto deployments = made.All<v1::Deployment>();
    ASSERT_EQ(deployments.size(), 2u);
    for (const v1::Deployment& deployment : deployments) {
      EXPECT_EQ(deployment.state(), v1::Deployment::STATE_COMPLETED);
      EXPECT_TRUE(deployment.has_follow_up());
      EXPECT_LE(domain::TimeOf(deployment.follow_up().time()), made.now());
    }
    int debriefed = 0;
    int late = 0;
    for (const v1::Assignment& assignment : made.All<v1::Assignment>()) {
      EXPECT_EQ(assignment.state(), v1::Assignment::STATE_DONE);
      debriefed += assignment.has_debrief();
      late += assignment.lateness() != v1::Assignment::LATENESS_UNSPECIFIED;
    }
    EXPECT_EQ(debriefed, 2);
    EXPECT_EQ(late, 1) << "one was unanswered";
    EXPECT_EQ(made.All<v1::Assignment>().size(), 3u);
  }
}

TEST(Demonstration, TheSameNowGivesTheSamePicture) {
  const absl::Time now = At("2026-11-26T14:10:00+01:00");
  Made first(now), second(now);
  EXPECT_EQ(first.PictureDigest(), second.PictureDigest());
  EXPECT_TRUE(first.engine().Verify("municipalities/0136").ok());
}

TEST(Demonstration, BeginsAtAnyTimeOfTheYear) {
  for (const char* now : {"2026-06-01T12:00:00+02:00", "2027-01-02T03:00:00+01:00",
                          "2026-10-25T02:30:00+01:00", "2027-07-05T23:59:59+02:00"}) {
    Made made(At(now));
    EXPECT_EQ(made.All<v1::Report>().size(),
              271u + kReportsOfSameThings + kDefectsAndEvents + kSharedReports)
        << now;
  }
}

}  // namespace
}  // namespace samsyn::demo
