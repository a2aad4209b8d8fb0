// What the situation costs as incidents grow in number, one JSON object a line; tests/bench/run
// makes a table of it:
//   bench_situation INCIDENTS
// Times are of the processor. The incidents lie in 12 areas and none, 8 families, 4 classes, over
// the three years before; memory is what the counts take beside the picture itself.
#include "server/analysis/situation.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/civil_time.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "server/analysis/verdicts.h"
#include "server/domain/categories.h"

namespace {

namespace v1 = samsyn::v1;
namespace domain = samsyn::domain;
namespace analysis = samsyn::analysis;

constexpr char kMunicipality[] = "municipalities/0136";
const absl::Time kNow = absl::FromCivil(absl::CivilHour(2026, 11, 27, 4), absl::UTCTimeZone());

template <typename T>
domain::EntityPtr Version(const T& message) {
  return std::make_shared<const v1::Entity>(domain::Wrap(message));
}

v1::Incident RandomIncident(std::mt19937& random, absl::string_view id, absl::Duration back) {
  v1::Incident incident;
  incident.set_name(absl::StrCat(kMunicipality, "/incidents/", id));
  const char* const owners[] = {"kommunen", "polisen", "bostader", "fritid"};
  incident.set_owner(absl::StrCat(kMunicipality, "/organisations/", owners[random() % 4]));
  incident.mutable_release()->set_release_class(static_cast<v1::ReleaseClass>(1 + random() % 4));
  incident.set_state(v1::Incident::STATE_CURRENT);
  do {
    incident.set_category(static_cast<v1::Category>(1 + random() % v1::Category_MAX));
  } while (domain::FamilyOf(incident.category()) == v1::FAMILY_UNSPECIFIED);
  incident.set_family(domain::FamilyOf(incident.category()));
  if (const unsigned area = random() % 13; area > 0) {
    incident.set_area(absl::StrCat(kMunicipality, "/areas/a", area));
  }
  const double share = std::uniform_real_distribution<double>(0, 1)(random);
  *incident.mutable_occurred_time() = domain::TimestampOf(kNow - share * back);
  incident.set_independent_sources(1);
  incident.set_counted(true);
  incident.set_perceived(random() % 10 == 0);
  return incident;
}

double ResidentMiB() {
  std::ifstream file("/proc/self/statm");
  long pages = 0, resident = 0;
  file >> pages >> resident;
  return static_cast<double>(resident) * 4096 / (1 << 20);
}

// Of this thread: other load on the machine does not count.
double CpuMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// Microseconds that `work` takes: the median and the 99th of a hundred of so many runs.
template <typename Work>
std::string Took(const char* name, int runs, Work&& work) {
  std::vector<double> took;
  for (int i = 0; i < runs; ++i) {
    const double begin = CpuMicroseconds();
    work();
    took.push_back(CpuMicroseconds() - begin);
  }
  std::sort(took.begin(), took.end());
  return absl::StrFormat(R"("%s_p50_us": %.1f, "%s_p99_us": %.1f)", name, took[took.size() / 2],
                         name, took[took.size() * 99 / 100]);
}

}  // namespace

int main(int argc, char** argv) {
  int incidents = 0;
  if (argc != 2 || !absl::SimpleAtoi(argv[1], &incidents)) return 2;
  std::mt19937 random(1);
  domain::Picture picture;
  v1::Municipality municipality;
  municipality.set_name(kMunicipality);
  municipality.set_time_zone("Europe/Stockholm");
  *municipality.mutable_situation_time() = domain::TimestampOf(kNow);
  picture.Put(Version(municipality));
  for (const char* id : {"kommunen", "polisen", "bostader", "fritid"}) {
    v1::Organisation organisation;
    organisation.set_name(absl::StrCat(kMunicipality, "/organisations/", id));
    organisation.set_authority(id[0] != 'b');
    picture.Put(Version(organisation));
  }
  for (int i = 0; i < incidents; ++i) {
    picture.Put(Version(RandomIncident(random, absl::StrCat(i), absl::Hours(24 * 1096))));
  }
  const double before = ResidentMiB();
  analysis::Situation situation;
  const auto put = [&](const analysis::Situation::Cells& cells) {
    for (const auto& [name, cell] : cells) {
      cell == nullptr ? picture.Remove(name) : picture.Put(cell);
    }
  };
  const double begin = CpuMicroseconds();
  put(situation.Rebuild(picture));
  const double rebuild = (CpuMicroseconds() - begin) / 1000;
  const double memory = ResidentMiB() - before;

  domain::Audience audience;
  audience.municipality = kMunicipality;
  audience.organisation = absl::StrCat(kMunicipality, "/organisations/polisen");
  audience.authority = true;
  int made = 0;
  const std::string cell = Took("cell", 2000, [&] {
    const domain::EntityPtr one =
        Version(RandomIncident(random, absl::StrCat("new", made++), absl::Hours(24)));
    const domain::EntityPtr none = picture.Put(one);
    put(situation.Update(picture, {{none, one}}));
  });
  const std::string get = Took("get", 200, [&] { analysis::GetSituation(picture, audience); });
  const std::string verdicts =
      Took("verdicts", 200, [&] { analysis::Verdicts(picture, audience); });
  int day = 0;
  const std::string recount = Took("recount", 20, [&] {
    *municipality.mutable_situation_time() =
        domain::TimestampOf(kNow + absl::Hours(24 * (++day % 2)));
    const domain::EntityPtr is = Version(municipality);
    const domain::EntityPtr was = picture.Put(is);
    put(situation.Update(picture, {{was, is}}));
  });
  std::printf(
      R"({"incidents": %d, "cells": %d, "rebuild_ms": %.1f, "memory_mib": %.1f, %s, %s, %s, %s})"
      "\n",
      incidents, static_cast<int>(picture.count(v1::ENTITY_KIND_SITUATION_CELL)), rebuild, memory,
      cell.c_str(), get.c_str(), verdicts.c_str(), recount.c_str());
  return 0;
}
