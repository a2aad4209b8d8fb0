#include "server/domain/incident_rules.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <utility>

#include "server/domain/categories.h"
#include "server/domain/names.h"
#include "server/domain/releases.h"
#include "server/domain/utf8.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {
namespace {

using Names = std::vector<std::string>;
using ReportPtr = std::shared_ptr<const v1::Report>;

bool Stands(const v1::Report& report) {
  return report.state() == v1::Report::STATE_ACCEPTED || report.state() == v1::Report::STATE_MERGED;
}

// R9: reports that have it from one source are one, hearsay is none of its own; at least one.
int IndependentSources(const std::vector<ReportPtr>& standing) {
  absl::flat_hash_set<std::string> sources;
  for (const ReportPtr& report : standing) {
    const bool hearsay = report->knowledge() == v1::Report::KNOWLEDGE_HEARD ||
                         report->knowledge() == v1::Report::KNOWLEDGE_RUMOUR;
    if (hearsay) continue;
    sources.insert(report->has_source() ? report->source().source_uri() : report->reporter());
  }
  return std::max(1, static_cast<int>(sources.size()));
}

void Describe(const v1::Report& report, v1::Incident& incident) {
  incident.set_owner(report.owner());
  *incident.mutable_release() = ViewersAlone(report.release());
  incident.set_kind(report.kind());
  incident.set_category(report.category());
  incident.set_family(FamilyOf(report.category()));
  incident.set_area(report.area());
  incident.set_place(report.place());
  incident.clear_point();
  if (report.has_point()) *incident.mutable_point() = report.point();
  *incident.mutable_occurred_time() = report.occurred_time();
  incident.set_severity(report.severity());
  incident.set_perceived(IsPerceived(report.kind(), report.category()));
  incident.set_headline(Shortened(report.text(), kHeadlineCharacters));
  incident.set_source_uri(report.source().source_uri());
}

void SetStanding(const v1::Report& described_by, const std::vector<ReportPtr>& standing,
                 v1::Incident& incident) {
  const bool stands = !standing.empty();
  incident.set_state(stands ? v1::Incident::STATE_CURRENT : v1::Incident::STATE_WITHDRAWN);
  incident.set_counted(stands && !described_by.not_counted() &&
                       Counts(described_by.kind(), described_by.category()));
  incident.set_independent_sources(stands ? IndependentSources(standing) : 0);
  incident.clear_merged_into();
}

// The incident as it is, or a new one.
v1::Incident IncidentNamed(const View& view, absl::string_view name) {
  if (const auto incident = view.Get<v1::Incident>(name)) return *incident;
  v1::Incident incident;
  incident.set_name(std::string(name));
  return incident;
}

void PutIfChanged(v1::Incident after, Transaction& transaction) {
  const auto before = transaction.Get<v1::Incident>(after.name());
  if (before != nullptr && before->SerializeAsString() == after.SerializeAsString()) return;
  const bool moved = before != nullptr &&
                     (before->owner() != after.owner() ||
                      before->release().SerializeAsString() != after.release().SerializeAsString());
  const std::string name = after.name();
  transaction.Put(std::move(after));
  if (moved) RefreshGuards(name, transaction);
}

// The records with those of their reports alone that `keep` lets through; empty ones vanish. The
// reason may speak of a report that is no longer there, and of what it becomes: it is kept whole or
// not at all.
template <typename Keep>
IncidentMerges Trimmed(const IncidentMerges& records, Keep keep) {
  IncidentMerges trimmed;
  for (const v1::IncidentMerge& record : records) {
    v1::IncidentMerge kept = record;
    kept.clear_reports();
    for (const std::string& report : record.reports()) {
      if (keep(report)) kept.add_reports(report);
    }
    if (kept.reports_size() < record.reports_size()) kept.clear_reason();
    if (!kept.reports().empty()) *trimmed.Add() = std::move(kept);
  }
  return trimmed;
}

// How the reports after the first came in: the incident's own records, then of the others what is
// missing there, oldest first.
IncidentMerges RecordsOf(const IncidentMerges& own, const IncidentMerges& others,
                         const Names& reports) {
  if (reports.size() == 1) return {};
  absl::flat_hash_set<std::string> missing(reports.begin() + 1, reports.end());
  const absl::flat_hash_set<std::string> members = missing;
  IncidentMerges records =
      Trimmed(own, [&](const std::string& report) { return members.contains(report); });
  for (const v1::IncidentMerge& record : records) {
    for (const std::string& report : record.reports()) missing.erase(report);
  }
  IncidentMerges more =
      Trimmed(others, [&](const std::string& report) { return missing.contains(report); });
  for (v1::IncidentMerge& record : more) *records.Add() = std::move(record);
  std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
    return TimeOf(a.merge_time()) < TimeOf(b.merge_time());
  });
  return records;
}

// Lets a report say that it is in this incident.
void Settle(const v1::Report& before, absl::string_view incident, Transaction& transaction) {
  v1::Report::State state = before.state();
  if (Stands(before)) {
    state = IncidentFoundedBy(before.name()) == incident ? v1::Report::STATE_ACCEPTED
                                                         : v1::Report::STATE_MERGED;
  }
  if (before.incident() == incident && before.state() == state) return;
  v1::Report report = before;
  report.set_incident(std::string(incident));
  report.set_state(state);
  transaction.Put(std::move(report));
}

// The home of a report that is in another incident, with these reports.
void PutMerged(const v1::Report& report, absl::string_view into, const Names& together,
               Transaction& transaction) {
  v1::Incident home = IncidentNamed(transaction, IncidentFoundedBy(report.name()));
  Describe(report, home);
  home.set_state(v1::Incident::STATE_MERGED);
  home.set_counted(false);
  home.set_independent_sources(0);
  home.set_merged_into(std::string(into));
  home.clear_reports();
  if (!home.merges().empty()) {
    const absl::flat_hash_set<std::string> here(together.begin(), together.end());
    *home.mutable_merges() =
        Trimmed(home.merges(), [&](const std::string& name) { return here.contains(name); });
  }
  PutIfChanged(std::move(home), transaction);
}

// What an incident's reports have in common, by the organisations of `directory`: its first report
// and those with the same label, then those of the next label, and so on.
std::vector<Names> ByRelease(const v1::Incident& incident, const View& directory) {
  std::vector<std::pair<std::string, Names>> groups;
  for (const std::string& name : incident.reports()) {
    const auto report = directory.Get<v1::Report>(name);
    const std::string label =
        report == nullptr ? "" : LabelOf(directory, report->owner(), report->release());
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& known) { return known.first == label; });
    if (group == groups.end()) group = groups.insert(groups.end(), {label, {}});
    group->second.push_back(name);
  }
  std::vector<Names> parts;
  for (auto& [label, names] : groups) parts.push_back(std::move(names));
  return parts;
}

// A reason may speak of what leaves, to people who no longer see it.
IncidentMerges ForgetReasons(const v1::Incident& incident, Transaction& transaction) {
  for (const std::string& report : incident.reports()) {
    v1::Incident home = IncidentNamed(transaction, IncidentFoundedBy(report));
    for (v1::IncidentMerge& record : *home.mutable_merges()) record.clear_reason();
    PutIfChanged(std::move(home), transaction);
  }
  return IncidentNamed(transaction, incident.name()).merges();
}

}  // namespace

std::string IncidentFoundedBy(absl::string_view report) {
  return NameOf(MunicipalityOf(report), v1::ENTITY_KIND_INCIDENT, IdOf(report));
}

void GatherReports(const Names& names, const IncidentMerges& records, Transaction& transaction) {
  const std::string incident = IncidentFoundedBy(names.front());
  std::vector<ReportPtr> reports, standing;
  for (const std::string& name : names) {
    auto report = transaction.Get<v1::Report>(name);
    if (report == nullptr) continue;
    Settle(*report, incident, transaction);
    if (Stands(*report)) standing.push_back(report);
    reports.push_back(std::move(report));
  }
  if (reports.empty()) return;
  v1::Incident after = IncidentNamed(transaction, incident);
  const v1::Report& described_by = standing.empty() ? *reports.front() : *standing.front();
  Describe(described_by, after);
  SetStanding(described_by, standing, after);
  *after.mutable_reports() = {names.begin(), names.end()};
  *after.mutable_merges() = RecordsOf(after.merges(), records, names);
  PutIfChanged(std::move(after), transaction);
  for (const ReportPtr& report : reports) {
    if (report->name() != names.front()) PutMerged(*report, incident, names, transaction);
  }
}

void FollowReports(absl::string_view incident, absl::string_view report, Transaction& transaction) {
  const auto before = transaction.Get<v1::Incident>(incident);
  if (before == nullptr) {
    GatherReports({std::string(report)}, {}, transaction);
  } else if (before->reports_size() == 1) {
    GatherReports({before->reports(0)}, {}, transaction);
  } else {
    SeparateReleases(incident, transaction, transaction);
  }
}

std::vector<std::string> MixedIncidents(const View& directory) {
  std::vector<std::string> mixed;
  directory.ForEach(v1::ENTITY_KIND_INCIDENT, "", [&](const EntityPtr& entity) {
    const v1::Incident& incident = entity->incident();
    if (incident.reports_size() > 1 &&
        incident.release().release_class() == v1::RELEASE_CLASS_AUTHORITY &&
        ByRelease(incident, directory).size() > 1) {
      mixed.push_back(incident.name());
    }
    return true;
  });
  return mixed;
}

void SeparateReleases(absl::string_view incident, const View& directory, Transaction& transaction) {
  const auto before = transaction.Get<v1::Incident>(incident);
  if (before == nullptr || before->reports().empty()) return;
  const std::vector<Names> parts = ByRelease(*before, directory);
  const IncidentMerges records =
      parts.size() > 1 ? ForgetReasons(*before, transaction) : before->merges();
  for (const Names& part : parts) GatherReports(part, records, transaction);
}

}  // namespace samsyn::domain
