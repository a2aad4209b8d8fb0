// What growth costs; tests/bench/growth.py runs it and makes tables of it. One JSON object a line:
//   bench_growth picture DIR INCIDENTS WEEKS
//                                          a municipality whose snapshot holds so many incidents
//   bench_growth live ROUNDS DIR …         what a submit, GetSituation and a watch start cost there
//   bench_growth journal DIR ENTRIES LIVE  a journal of so many entries, with its snapshot
//   bench_growth municipalities DIR CODE … empty municipalities, with their coordinators' tokens
#include <absl/container/flat_hash_map.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>
#include <mimalloc.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/analysis/verdicts.h"
#include "server/domain/names.h"
#include "server/domain/report_rules.h"
#include "server/domain/request_shape.h"
#include "server/domain/visibility.h"
#include "server/engine/codec.h"
#include "server/engine/engine.h"
#include "server/engine/fold.h"
#include "server/journal/sqlite_store.h"
#include "server/program/tokens.h"
#include "tests/bench/growth_town.h"

namespace samsyn::bench {
namespace {

constexpr char kCode[] = "0136";
constexpr char kViewer[] = "municipalities/0136/members/polisen";
constexpr int kSubmits = 100, kReads = 20, kStarts = 20;          // of one kind in a row
constexpr int kWatched = 200;                                     // incidents of the watched area
constexpr absl::Duration kPast = absl::Hours(24 * 1096);          // that a picture holds …
constexpr absl::Duration kLongPast = absl::Hours(3 * 24 * 1096);  // … with WEEKS "same" …
constexpr int kOfPast = 10'000;                     // … all but so many of them before it
constexpr absl::Duration kFresh = absl::Hours(24);  // that a new report is about

// As `Municipality::SaveSnapshotAfter` lets it grow old: half as many entries as there are
// entities, and 20,000.
int64_t SnapshotAge(int64_t entities) { return std::max<int64_t>(20'000, entities / 2); }

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "bench_growth: %s\n", std::string(value.status().message()).c_str());
    std::exit(1);
  }
  return *std::move(value);
}
void OrDie(const absl::Status& status) { OrDie(status.ok() ? absl::StatusOr<int>(0) : status); }

double Seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double ResidentMiB() {
  std::ifstream file("/proc/self/statm");
  long pages = 0, resident = 0;
  file >> pages >> resident;
  return static_cast<double>(resident) * 4096 / (1 << 20);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::unique_ptr<journal::JournalStore> OpenStore(const std::string& directory) {
  return OrDie(journal::SqliteJournalStore::OpenDirectory(directory));
}

// The municipality, with its organisations, areas and the member who reports.
void MakeTown(const std::string& directory) {
  const auto store = OpenStore(directory);
  engine::Engine engine(*store, Clock::System());
  OrDie(engine.Start());
  OrDie(engine.CreateMunicipality(kCode, "Haninge", "Stockholms län"));
  engine::Command command;
  command.caller.member = "system";
  command.method = "ApplySetup";
  command.request_id = domain::MadeId("system", "growth", 0);
  command.decide = [](domain::Transaction& transaction) {
    PutTown(transaction);
    return absl::OkStatus();
  };
  OrDie(engine.SubmitAndWait(kMunicipality, std::move(command)).status());
  OrDie(program::WriteToken(engine, absl::StrCat(kMunicipality, "/members/samordnare"),
                            absl::Now() + absl::Hours(24 * 365),
                            absl::StrCat(directory, "/tokens/", kCode, "-coordinator")));
}

// What the journal holds so far, and where it ends.
engine::SnapshotContent FoldAll(journal::Journal& journal, journal::Head& head) {
  engine::Fold fold({});
  for (journal::Entry& entry : OrDie(journal.Read(0, 1000))) {
    const auto metadata = OrDie(journal::MetadataOf(entry));
    head = OrDie(journal::HeadAfter(head, entry));
    OrDie(fold.Add(entry, absl::FromUnixMicros(metadata.time_us())));
  }
  return OrDie(fold.Take(kMunicipality));
}

// `picture`: reports and their incidents stand in the snapshot alone, so that they are there soon;
// how they are read at start, and what happens then, is as ever. WEEKS "busier": the more of them,
// the more in a week; "same": the more of them, the longer the time before.
int MakePicture(const std::string& directory, int incidents, bool busier) {
  MakeTown(directory);
  const auto store = OpenStore(directory);
  const auto journal = OrDie(store->Open(kCode));
  journal::Snapshot snapshot;
  engine::SnapshotContent content = FoldAll(*journal, snapshot.head);
  Things things(absl::Now());
  for (int i = 0; i < incidents; ++i) {
    const Sent sent = busier || i < kOfPast ? things.Next(i < kWatched ? kWatchedArea : "", kPast)
                                            : things.Next("", kLongPast, kPast);
    auto [report, incident] = things.Decide(sent, snapshot.head.revision);
    content.entities.push_back(std::make_shared<const v1::Entity>(domain::Wrap(std::move(report))));
    content.entities.push_back(
        std::make_shared<const v1::Entity>(domain::Wrap(std::move(incident))));
  }
  // In order of kind and name, as the engine saves it.
  std::sort(content.entities.begin(), content.entities.end(), [](const auto& a, const auto& b) {
    return std::make_pair(domain::KindOf(*a), absl::string_view(domain::NameOf(*a))) <
           std::make_pair(domain::KindOf(*b), absl::string_view(domain::NameOf(*b)));
  });
  snapshot.chunks = engine::EncodeSnapshot(content);
  OrDie(journal->SaveSnapshot(snapshot));
  std::printf(R"({"entities": %d})"
              "\n",
              static_cast<int>(content.entities.size()));
  return 0;
}

// A municipality under load, and what was measured there: microseconds, in order of rounds.
struct Place {
  std::unique_ptr<journal::JournalStore> store;
  std::unique_ptr<engine::Engine> engine;
  std::shared_ptr<watch::Feed> feed;
  size_t incidents = 0, entities = 0, cells = 0, sent = 0, situation_bytes = 0;
  double load_s = 0, memory_mib = 0;
  absl::flat_hash_map<std::string, std::vector<double>> took;
};

Place OpenPlace(const std::string& directory) {
  Place place;
  place.store = OpenStore(directory);
  const double before = ResidentMiB(), begin = Seconds(CLOCK_MONOTONIC);
  place.engine = std::make_unique<engine::Engine>(*place.store, Clock::System());
  OrDie(place.engine->Start());
  place.load_s = Seconds(CLOCK_MONOTONIC) - begin;
  mi_collect(true);  // what the load has freed
  place.memory_mib = ResidentMiB() - before;
  place.feed = OrDie(place.engine->FeedOf(kMunicipality));
  place.feed->Reading([&](const domain::Picture& picture) {
    place.incidents = picture.count(v1::ENTITY_KIND_INCIDENT);
    place.cells = picture.count(v1::ENTITY_KIND_SITUATION_CELL);
    place.entities = picture.size();
    return 0;
  });
  return place;
}

// Runs `work` so many times, each after a run of `before`, which does not count; keeps what one
// took of the clock and of the processor: CLOCK_PROCESS_CPUTIME_ID is of all threads,
// CLOCK_THREAD_CPUTIME_ID without what others still do for what was before.
template <typename Before, typename Work>
void Measure(Place& place, const std::string& name, int times, clockid_t clock, Before&& before,
             Work&& work) {
  std::vector<double> wall;
  double cpu = 0;
  for (int i = 0; i < times; ++i) {
    before(i);
    const double begin = Seconds(CLOCK_MONOTONIC), cpu_begin = Seconds(clock);
    work(i);
    cpu += Seconds(clock) - cpu_begin;
    wall.push_back((Seconds(CLOCK_MONOTONIC) - begin) * 1e6);
  }
  place.took[name + "_cpu_us"].push_back(cpu / times * 1e6);
  place.took[name + "_p50_us"].push_back(Median(wall));
}

void Submit(Place& place, const Sent& sent) {
  const v1::SubmitReportRequest& request = sent.request;
  OrDie(domain::CheckShape(request));
  OrDie(place.engine
            ->SubmitAndWait(kMunicipality, {{sent.member, ""},
                                            "SubmitReport",
                                            request.request_id(),
                                            Sha256Of(request.SerializeAsString()),
                                            [&](domain::Transaction& transaction) {
                                              return domain::SubmitReport(request, transaction);
                                            }})
            .status());
}

void StartWatch(Place& place) {
  v1::WatchRequest request;
  request.set_municipality(kMunicipality);
  request.add_areas(kWatchedArea);
  const auto follower = OrDie(place.feed->Follow({kViewer, ""}, request));
  place.sent = 0;
  while (const watch::Frame frame = OrDie(follower->Next())) place.sent += frame->size();
}

void GetSituation(Place& place) {
  place.feed->Reading([&](const domain::Picture& picture) {
    const auto audience = domain::AudienceOf(picture, {kViewer, ""});
    place.situation_bytes = analysis::GetSituation(picture, audience).ByteSizeLong();
    return 0;
  });
}

// `live`: the places take turns, each warm when it is measured.
int Live(int rounds, const std::vector<std::string>& directories) {
  std::vector<Place> places;
  places.reserve(directories.size());
  for (const std::string& directory : directories) places.push_back(OpenPlace(directory));
  Things things(absl::Now());
  for (int round = 0; round <= rounds; ++round) {
    std::vector<Sent> reports;
    for (int i = 0; i < kSubmits + kReads + kStarts; ++i) {
      reports.push_back(things.Next("", kFresh));
    }
    for (Place& place : places) {
      // Nothing is asked twice of the same picture: a report comes before each question.
      const auto submit = [&](int i) { Submit(place, reports[i]); };
      Measure(
          place, "submit", kSubmits, CLOCK_PROCESS_CPUTIME_ID, [](int) {}, submit);
      Measure(
          place, "get_situation", kReads, CLOCK_THREAD_CPUTIME_ID,
          [&](int i) { submit(kSubmits + i); }, [&](int) { GetSituation(place); });
      Measure(
          place, "watch_start_area", kStarts, CLOCK_THREAD_CPUTIME_ID,
          [&](int i) { submit(kSubmits + kReads + i); }, [&](int) { StartWatch(place); });
      if (round == 0) place.took.clear();  // to be warm
    }
  }
  for (const Place& place : places) {
    std::vector<std::string> figures;
    for (const auto& [name, values] : place.took) {
      figures.push_back(absl::StrFormat(R"("%s": [%s])", name, absl::StrJoin(values, ", ")));
    }
    std::sort(figures.begin(), figures.end());
    std::printf(R"({"incidents": %zu, "entities": %zu, "cells": %zu, "load_s": %.2f, )"
                R"("memory_mib": %.1f, "bytes_an_entity": %.0f, "watch_bytes": %zu, )"
                R"("situation_bytes": %zu, %s})"
                "\n",
                place.incidents, place.entities, place.cells, place.load_s, place.memory_mib,
                place.memory_mib * (1 << 20) / static_cast<double>(place.entities), place.sent,
                place.situation_bytes, absl::StrJoin(figures, ", ").c_str());
  }
  return 0;
}

// `journal`: each source is reported once and then amended, in turn.
int MakeJournal(const std::string& directory, int64_t entries, int live) {
  MakeTown(directory);
  const double begin = Seconds(CLOCK_MONOTONIC);
  const auto store = OpenStore(directory);
  const auto journal = OrDie(store->Open(kCode));
  journal::Head head;
  engine::Fold fold(FoldAll(*journal, head));
  const domain::Picture nothing;
  Things things(absl::Now());
  std::vector<Things::Made> sources;
  for (int i = 0; i < live / 2; ++i) sources.push_back(things.Decide(things.Next("", kPast), 0));
  const journal::Revision snapshot_at = entries - SnapshotAge(live);
  const absl::Time start = absl::Now();
  while (head.revision < entries) {
    std::vector<journal::Entry> batch;
    journal::Head end = head;
    const auto last = std::min<journal::Revision>(
        head.revision + 2048, head.revision < snapshot_at ? snapshot_at : entries);
    while (end.revision < last) {
      const absl::Time now = start + absl::Milliseconds(end.revision);
      domain::Transaction transaction(nothing, kMunicipality, {kViewer, ""}, now, end.revision + 1,
                                      domain::MadeId("growth", "", static_cast<int>(end.revision)));
      things.Amend(sources[end.revision % sources.size()], transaction);
      batch.push_back(OrDie(engine::EncodeEntry(transaction, "SubmitReport", {},
                                                absl::InfiniteFuture(), false, end.digest)));
      end = {end.revision + 1, batch.back().digest};
    }
    head = OrDie(journal->Append(head, batch));
    if (head.revision > snapshot_at) continue;
    for (journal::Entry& entry : batch) {
      OrDie(fold.Add(entry, start + absl::Milliseconds(head.revision)));
    }
    if (head.revision == snapshot_at) {
      OrDie(journal->SaveSnapshot({head, engine::EncodeSnapshot(OrDie(fold.Take(kMunicipality)))}));
    }
  }
  std::printf(R"({"entries": %lld, "snapshot_at": %lld, "seconds": %.1f})"
              "\n",
              static_cast<long long>(head.revision), static_cast<long long>(snapshot_at),
              Seconds(CLOCK_MONOTONIC) - begin);
  return 0;
}

// `municipalities`: as `samsynd --create` makes them, in one process.
int MakeMunicipalities(const std::string& directory, const std::vector<std::string>& codes) {
  const auto store = OpenStore(directory);
  engine::Engine engine(*store, Clock::System());
  OrDie(engine.Start());
  for (const std::string& code : codes) {
    OrDie(engine.CreateMunicipality(code, absl::StrCat("Kommun ", code), "Stockholms län"));
    OrDie(program::WriteToken(engine, absl::StrCat("municipalities/", code, "/members/samordnare"),
                              absl::Now() + absl::Hours(24 * 365),
                              absl::StrCat(directory, "/tokens/", code, "-coordinator")));
  }
  return 0;
}

int Main(const std::vector<std::string>& arguments) {
  const std::string what = arguments.empty() ? "" : arguments[0];
  const auto number = [&](size_t at) {
    int64_t value = 0;
    return absl::SimpleAtoi(arguments[at], &value) ? value : -1;
  };
  if (what == "picture" && arguments.size() == 4) {
    return MakePicture(arguments[1], static_cast<int>(number(2)), arguments[3] == "busier");
  }
  if (what == "live" && arguments.size() >= 3) {
    return Live(static_cast<int>(number(1)), {arguments.begin() + 2, arguments.end()});
  }
  if (what == "journal" && arguments.size() == 4) {
    return MakeJournal(arguments[1], number(2), static_cast<int>(number(3)));
  }
  if (what == "municipalities" && arguments.size() >= 3) {
    return MakeMunicipalities(arguments[1], {arguments.begin() + 2, arguments.end()});
  }
  return 2;
}

}  // namespace
}  // namespace samsyn::bench

int main(int argc, char** argv) { return samsyn::bench::Main({argv + 1, argv + argc}); }
