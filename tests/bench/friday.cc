// A Friday evening in many municipalities at once, faster than life: everybody signs in, the
// meeting is held, the night is worked through. tests/bench/friday.py starts it; what is done is in
// friday_model.h, and follows from the seed.
//
//   bench_friday PEOPLE SEED SPEED ADDRESS…
//     PEOPLE: a file, a line each: participant | unit | partner, member, unit, token
//
// Reads commands from its input, and answers each with one JSON object on a line, when all that
// belongs to it has come back: history | arrive | meeting | night SHARE (of the hour) | quiet
// SECONDS | settle (nothing is to come, all who watch are live, all that was acknowledged has been
// seen) | leave
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_split.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/bench/friday_meeting.h"
#include "tests/bench/friday_model.h"
#include "tests/bench/friday_town.h"

namespace samsyn::bench {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(5);

bool AwaitAll(std::vector<std::unique_ptr<Town>>& towns) {
  const absl::Time deadline = absl::Now() + kPatience;
  for (auto& town : towns) {
    while (!town->IsCurrent()) {
      if (absl::Now() > deadline) return false;
      absl::SleepFor(absl::Milliseconds(10));
    }
  }
  return true;
}

template <typename Act>
void InAll(std::vector<std::unique_ptr<Town>>& towns, Act act) {
  std::vector<std::thread> threads;
  for (auto& town : towns) threads.emplace_back([&act, &town] { act(*town); });
  for (std::thread& thread : threads) thread.join();
}

bool Do(World& world, std::vector<std::unique_ptr<Town>>& towns, const std::string& command) {
  std::istringstream words(command);
  std::string what;
  double number = 1;
  words >> what >> number;
  const absl::Duration hour = world.Scaled(3600);
  if (what == "history") {
    InAll(towns, [](Town& town) { town.PushHistory(); });
  } else if (what == "arrive") {
    for (auto& town : towns) town->Arrive();
    absl::SleepFor(world.Scaled(60 * model::kArriveMinutes));
    return AwaitAll(towns);
  } else if (what == "meeting") {
    for (auto& town : towns) town->Live(model::kMeeting, 1);
    const absl::Time end = absl::Now() + hour;
    InAll(towns, [](Town& town) { HoldMeeting(town); });
    absl::SleepFor(end - absl::Now());
  } else if (what == "night") {
    for (auto& town : towns) town->Live(model::kNight, number);
    absl::SleepFor(number * hour);
  } else if (what == "quiet") {
    absl::SleepFor(absl::Seconds(number));
  } else if (what == "settle") {
    const absl::Time deadline = absl::Now() + kPatience;
    while (!world.later.IsIdle() && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(20));
    const bool all = AwaitAll(towns);
    world.tally.missing = world.numbered.AwaitMissing();
    return all;
  } else if (what == "leave") {
    for (auto& town : towns) town->Leave();
  } else {
    return false;
  }
  return true;
}

// People by municipality.
std::vector<std::unique_ptr<Town>> TownsOf(World& world, const char* path, uint64_t seed) {
  std::map<std::string, std::unique_ptr<Town>> towns;
  std::ifstream file(path);
  size_t node = 0;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> one = absl::StrSplit(line, '\t');
    if (one.size() != 4) continue;
    std::unique_ptr<Town>& town = towns[MunicipalityOfToken(one[3])];
    if (town == nullptr) town = std::make_unique<Town>(world, seed + towns.size());
    // People of a municipality are spread over all nodes.
    town->Add(one[0], std::make_unique<Person>(world, node++, one[3], one[1], one[2]));
  }
  std::vector<std::unique_ptr<Town>> all;
  for (auto& [name, town] : towns) all.push_back(std::move(town));
  return all;
}

int Main(int argc, char** argv) {
  uint64_t seed = 0;
  World world;
  if (argc < 5 || !absl::SimpleAtoi(argv[2], &seed) || !absl::SimpleAtod(argv[3], &world.speed)) {
    std::cerr << "see the beginning of tests/bench/friday.cc\n";
    return 2;
  }
  world.addresses.assign(argv + 4, argv + argc);
  std::vector<std::unique_ptr<Town>> towns = TownsOf(world, argv[1], seed);
  std::cout << absl::StrFormat(R"({"municipalities": %d})", towns.size()) << std::endl;
  for (std::string command; std::getline(std::cin, command);) {
    const absl::Time begin = absl::Now();
    const bool done = Do(world, towns, command);
    std::cout << absl::StrFormat(R"({"seconds": %.3f, "done": %s, "did": %s})",
                                 absl::ToDoubleSeconds(absl::Now() - begin),
                                 done ? "true" : "false", world.tally.Json())
              << std::endl;
  }
  for (auto& town : towns) town->Leave();
  // What is still on its way is of no interest; nobody is asked to wait for it.
  std::cout.flush();
  _exit(0);
}

}  // namespace
}  // namespace samsyn::bench

int main(int argc, char** argv) { return samsyn::bench::Main(argc, argv); }
