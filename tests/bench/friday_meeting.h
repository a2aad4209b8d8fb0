// A simulated municipality: its people, and what they do by the hour (friday_model.h).
#ifndef SAMSYN_TESTS_BENCH_FRIDAY_MEETING_H_
#define SAMSYN_TESTS_BENCH_FRIDAY_MEETING_H_

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/bench/friday_model.h"
#include "tests/bench/friday_town.h"

namespace samsyn::bench {

// A unit in the field, and what its phone knows of its assignment. Thread-safe.
class FieldUnit {
 public:
  explicit FieldUnit(std::unique_ptr<Person> person) : person_(std::move(person)) {}
  Person& person() { return *person_; }

  void Heard(const v1::WatchResponse& response, std::mt19937_64& chance);
  // Each does nothing while there is no assignment that it fits.
  void Step();
  void Note();
  void ShowPosition();

 private:
  void Took(const v1::Assignment& assignment);
  v1::Assignment Mine();
  v1::DeviceStamp StampLocked();
  void Deliver();
  void Answer(v1::AcknowledgeAssignmentRequest::Answer answer);

  const std::unique_ptr<Person> person_;
  std::mutex mutex_;
  v1::Assignment assignment_;  // the newest version; guarded by mutex_, as what follows
  int64_t sequence_ = 0;
  bool answering_ = false;
  double seen_seconds_ = 0, accepted_seconds_ = 0;  // how long this one takes
};

// Not thread-safe, but for what its people do by themselves.
class Town {
 public:
  Town(World& world, uint64_t seed) : world_(world), chance_(seed) {}
  void Add(const std::string& kind, std::unique_ptr<Person> person);

  void PushHistory();
  void Arrive();  // over the first minutes: all sign in, and watch
  void Live(const model::Hour& hour, double share);
  void Leave();
  bool IsCurrent();

  World& world() { return world_; }
  Person& participant(size_t n) { return *participants_[n]; }
  Person& chair() { return *participants_[0]; }
  FieldUnit& unit(size_t n) { return *units_[n]; }
  std::string Organisation(size_t n) { return chair().Name("organisations", absl::StrCat("o", n)); }
  std::string Area(size_t n) { return chair().Name("areas", absl::StrCat("a", n % model::kAreas)); }
  uint64_t Below(uint64_t end) { return chance_() % end; }

 private:
  // So often in the time, at times by chance.
  void Spread(double times, double hours, std::function<void()> act);
  void ArriveOne(Person& person, bool situation,
                 std::function<void(const v1::WatchResponse&)> heard);
  void Report(Person& person, size_t area, size_t kind, bool reviewed, double review_seconds);
  void PartnerReport(size_t area, size_t kind, int number);
  void Read(Person& person, size_t which);
  void AskSituation(Person& person);
  double Exponential(double mean) { return std::exponential_distribution<>(1 / mean)(chance_); }

  World& world_;
  std::mt19937_64 chance_;
  std::vector<std::unique_ptr<Person>> participants_;
  std::vector<std::unique_ptr<FieldUnit>> units_;
  std::unique_ptr<Person> partner_;
  int pushed_ = 0;
};

// The meeting, step by step as its people take them, at the minutes of its hour.
void HoldMeeting(Town& town);

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FRIDAY_MEETING_H_
