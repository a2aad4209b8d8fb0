// Prints what the situation says of the police's real feed, for stockholm.py to compare:
//   analysis_stockholm ARCHIVE.jsonl.gz
// Every municipality of the county stands for an area; the events are counted as published, as an
// import would. One JSON object a line: {"at": unix seconds of 05:00, "row": "Haninge.traffic", …}.
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/time/civil_time.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "clients/connectors/parse/polisen.h"
#include "clients/connectors/source.h"
#include "server/analysis/families.h"
#include "server/analysis/situation.h"
#include "server/analysis/verdicts.h"
#include "server/domain/categories.h"
#include "server/domain/names.h"

namespace {

namespace v1 = samsyn::v1;
namespace domain = samsyn::domain;
namespace analysis = samsyn::analysis;

constexpr char kMunicipality[] = "municipalities/0001";

template <typename T>
domain::EntityPtr Version(const T& message) {
  return std::make_shared<const v1::Entity>(domain::Wrap(message));
}

// The incident that an event's newest version would be.
v1::Incident IncidentOf(const samsyn::connectors::PolisenEvent& event,
                        const samsyn::connectors::PolisenReader& reader) {
  const v1::Report report = reader.ToReport(event, event.published);
  v1::Incident incident;
  incident.set_name(absl::StrCat(kMunicipality, "/incidents/", event.id));
  incident.set_owner(absl::StrCat(kMunicipality, "/organisations/polisen"));
  incident.mutable_release()->set_release_class(v1::RELEASE_CLASS_PUBLIC);
  incident.set_state(v1::Incident::STATE_CURRENT);
  incident.set_category(report.category());
  incident.set_family(domain::FamilyOf(report.category()));
  if (!event.place.empty()) {
    incident.set_area(absl::StrCat(kMunicipality, "/areas/", event.place));
  }
  *incident.mutable_occurred_time() = report.occurred_time();
  const v1::Report::Kind kind = report.kind() == v1::Report::KIND_UNSPECIFIED
                                    ? domain::KindFor(report.category())
                                    : report.kind();
  incident.set_counted(!report.not_counted() && domain::Counts(kind, report.category()));
  incident.set_perceived(domain::IsPerceived(kind, report.category()));
  incident.set_independent_sources(1);
  incident.set_source_uri(samsyn::connectors::kPolisenSourceUri);
  return incident;
}

void Print(absl::Time at, const v1::SituationRow& row) {
  const v1::Usual& usual = row.actual_usual();
  nlohmann::json line = {
      {"at", absl::ToUnixSeconds(at)},
      {"row", std::string(domain::IdOf(row.verdict()))},
      {"count", row.actual()},
      {"earlier", std::vector<int>(usual.earlier().begin(), usual.earlier().end())},
      {"verdict", v1::Usual::Verdict_Name(usual.verdict())},
      {"model", v1::Usual::Model_Name(usual.model())},
      {"low", usual.low()},
      {"high", usual.high()}};
  if (usual.has_probability()) line["probability"] = usual.probability();
  std::puts(line.dump().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto text = samsyn::connectors::ReadSource(argv[1]);
  if (!text.ok()) {
    std::fprintf(stderr, "%s\n", std::string(text.status().message()).c_str());
    return 1;
  }
  const samsyn::connectors::PolisenReader reader;
  // By name; later lines are later versions.
  std::map<std::string, std::pair<absl::Time, v1::Incident>> newest;
  for (const absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    const auto event = reader.ReadEvent(line);
    if (!event.ok()) continue;
    v1::Incident incident = IncidentOf(*event, reader);
    std::string name = incident.name();
    newest.insert_or_assign(std::move(name), std::make_pair(event->published, std::move(incident)));
  }
  domain::Picture picture;
  std::multimap<absl::Time, domain::EntityPtr> published;
  for (const auto& [name, one] : newest) published.emplace(one.first, Version(one.second));

  absl::TimeZone zone;
  absl::LoadTimeZone("Europe/Stockholm", &zone);
  analysis::Situation situation;
  domain::Audience everybody;
  everybody.everything = true;
  // Fridays over three years: summer and winter, both changes of clocks.
  for (absl::CivilDay day(2023, 7, 7); day < absl::CivilDay(2026, 5, 29); day += 28) {
    v1::Municipality municipality;
    municipality.set_name(kMunicipality);
    municipality.set_time_zone("Europe/Stockholm");
    const absl::Time at = absl::FromCivil(absl::CivilHour(day) + 5, zone);
    *municipality.mutable_situation_time() = domain::TimestampOf(at);
    // What was published by then.
    std::vector<std::pair<domain::EntityPtr, domain::EntityPtr>> changes;
    const auto end = published.upper_bound(at);
    for (auto it = published.begin(); it != end; it = published.erase(it)) {
      changes.emplace_back(picture.Put(it->second), it->second);
    }
    const domain::EntityPtr after = Version(municipality);
    changes.emplace_back(picture.Put(after), after);
    const auto cells = situation.Update(picture, changes);
    for (const auto& [name, cell] : cells) {
      cell == nullptr ? picture.Remove(name) : picture.Put(cell);
    }
    const v1::GetSituationResponse response = analysis::GetSituation(picture, everybody);
    for (const auto* rows : {&response.rows(), &response.areas(), &response.families()}) {
      for (const v1::SituationRow& row : *rows) Print(at, row);
    }
    Print(at, response.total());
  }
  return 0;
}
