// A quarter of Fridays, played on an engine: what the police published in those weeks, what six
// organisations report (by chance, from a seed), thirteen meetings with all their steps, the nights
// that follow, and what comes of them. The same seed gives the same journal, to the byte.
#ifndef SAMSYN_TESTS_SIMULATION_QUARTER_H_
#define SAMSYN_TESTS_SIMULATION_QUARTER_H_

#include <absl/time/civil_time.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/meeting.pb.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "server/demo/director.h"
#include "server/engine/engine.h"
#include "server/journal/memory_journal.h"

namespace samsyn::simulation {

inline constexpr int kFridays = 13;

struct QuarterOptions {
  uint64_t seed = 1;
  absl::CivilDay first_friday;
  // The police's events come whole weeks later than they did.
  int64_t weeks_moved = 0;
};

// Not thread-safe. Plays when it is made; what goes wrong fails the test that made it.
class Quarter {
 public:
  explicit Quarter(const QuarterOptions& options);
  ~Quarter() { engine_.Stop(); }

  // How many transactions its journal has; its chain must hold.
  journal::Revision Transactions();
  // SHA-256 of what all entries say, byte by byte: the chain without its salts, which are random.
  std::string JournalDigest();
  // What happens to an engine that begins with this journal: the digest of its picture, and of the
  // one that played it.
  std::pair<std::string, std::string> PicturesAfterRestart();

  template <typename T>
  std::vector<T> All() const {
    std::vector<T> all;
    Reading([&](const domain::Picture& picture) {
      for (const auto& one : picture.All<T>()) all.push_back(*one);
    });
    return all;
  }
  // The minutes that a member is given of a meeting, the newest edition or that one.
  v1::GetMinutesResponse MinutesFor(absl::string_view member, const std::string& meeting,
                                    int edition = 0) const;
  // Their digests when they were approved, for the police and for the landlord.
  struct Approved {
    std::string meeting;
    std::string for_police, for_landlord;
  };
  const std::vector<Approved>& approved() const { return approved_; }
  // The window of each week's Saturday shift.
  const std::vector<v1::TimeWindow>& saturdays() const { return saturdays_; }
  int police_events() const { return police_events_; }

 private:
  // One deployment of a Friday.
  struct Plan {
    const char* proposer;
    const char* dispatcher;
    const char* unit;
    const char* area;
    const char* responsible;
    v1::Deployment::Kind kind;
    int day, start_hour, start_minute, end_hour, end_minute;  // past 24: the day after
  };
  static const std::vector<Plan>& Plans();

  void Reading(const std::function<void(const domain::Picture&)>& read) const;
  uint64_t Below(uint64_t end) { return chance_() % end; }
  bool Chance(int percent) { return Below(100) < static_cast<uint64_t>(percent); }
  absl::Time At(absl::CivilDay day, int hour, int minute = 0) const;

  demo::Stage StageOf();
  void PlanSetUp();
  void PlanPoliceEvents();
  void PlanWeek(int week);
  void PlanReports(absl::CivilDay friday);
  void PlanMeeting(int week);
  void PlanNight(absl::CivilDay friday);
  void PlanAfter(int week);

  absl::Status Report(const char* member, absl::Time occurred);
  absl::Status Open();
  absl::Status Round();
  absl::Status Levels(int week);
  absl::Status Priorities();
  absl::Status Decide(const Plan& plan, absl::CivilDay friday, bool decided);
  absl::Status ReadBack(absl::CivilDay friday);
  absl::Status Close(int week);
  absl::Status Answers();
  absl::Status Works();
  absl::Status FollowUps();
  absl::Status Approve();
  absl::Status Advance(v1::Meeting::Phase phase);
  v1::DeviceStamp StampOf(const v1::Assignment& assignment);
  // Assignments that are not final, in order of name.
  std::vector<v1::Assignment> Live() const;

  const QuarterOptions options_;
  std::mt19937_64 chance_;
  journal::MemoryJournalStore store_;
  ManualClock clock_;
  engine::Engine engine_;
  std::unique_ptr<demo::Director> director_;
  std::string meeting_;  // the newest
  std::vector<std::string> problems_;
  std::vector<Approved> approved_;
  std::vector<v1::TimeWindow> saturdays_;
  int police_events_ = 0;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_QUARTER_H_
