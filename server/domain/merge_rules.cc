#include "server/domain/merge_rules.h"

#include <absl/container/flat_hash_set.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/incident_rules.h"
#include "server/domain/limits.h"
#include "server/domain/releases.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

using IncidentPtr = std::shared_ptr<const v1::Incident>;

const Words& IncidentSubject() {
  static const auto* const kSubject = new Words{"The incident", "Händelsens"};
  return *kSubject;
}
const Words& ReportSubject() {
  static const auto* const kSubject = new Words{"The report", "Rapportens"};
  return *kSubject;
}

// The incident that a command changes, if the actor sees it, may do so, and read this version.
absl::StatusOr<IncidentPtr> ToChange(const View& view, const Actor& actor, absl::string_view name,
                                     absl::string_view etag) {
  auto incident = See<v1::Incident>(view, actor, name);
  if (!incident.ok()) return incident.status();
  absl::Status may = RequireRole(actor, {v1::ROLE_REVIEWER, v1::ROLE_COORDINATOR});
  if (!may.ok()) return may;
  if (absl::Status same = RequireEtag(etag, (*incident)->etag()); !same.ok()) return same;
  return incident;
}

template <typename Names>
std::string At(const Names& names, const std::string& name) {
  const auto place = std::find(names.begin(), names.end(), name);
  return absl::StrCat("reports[", place - names.begin(), "]");
}

// The incidents of the named reports, each once, in the order in which they are named first.
absl::StatusOr<std::vector<IncidentPtr>> Brought(const v1::MergeReportsRequest& request,
                                                 const v1::Incident& into, const Actor& actor,
                                                 const View& view) {
  std::vector<std::shared_ptr<const v1::Report>> reports;
  for (const std::string& name : request.reports()) {
    auto report = See<v1::Report>(view, actor, name);
    if (!report.ok()) return report.status();
    reports.push_back(*std::move(report));
  }
  Violations violations;
  std::vector<IncidentPtr> brought;
  const std::string label = LabelOf(view, into.owner(), into.release());
  for (const auto& report : reports) {
    absl::Status accepted = RequireState(ReportSubject(), report->state(),
                                         {v1::Report::STATE_ACCEPTED, v1::Report::STATE_MERGED});
    if (!accepted.ok()) return accepted;
    const std::string field = At(request.reports(), report->name());
    if (report->incident() == into.name()) {
      violations.Add(field, "This report is in the incident already.",
                     "Den här rapporten hör redan till händelsen.");
    } else if (LabelOf(view, report->owner(), report->release()) != label) {
      violations.Add(field,
                     "This report has other viewers than the incident: only what the same people "
                     "may see is merged.",
                     "Den här rapporten får ses av andra än händelsen: bara det som samma får se "
                     "förs samman.");
    }
    auto incident = view.Get<v1::Incident>(report->incident());
    if (incident == nullptr) return NotFound(report->incident());
    const bool known = std::any_of(brought.begin(), brought.end(), [&](const IncidentPtr& one) {
      return one->name() == incident->name();
    });
    if (!known) brought.push_back(std::move(incident));
  }
  if (absl::Status good = std::move(violations).Result(); !good.ok()) return good;
  return brought;
}

v1::IncidentMerge RecordOf(const v1::Incident& brought, const v1::MergeReportsRequest& request,
                           const Actor& actor, absl::Time now) {
  v1::IncidentMerge record;
  *record.mutable_reports() = brought.reports();
  *record.mutable_merge_time() = TimestampOf(now);
  record.set_organisation(actor.organisation());
  record.set_reason(request.reason());
  return record;
}

absl::Status LimitReached(Words words, size_t limit) {
  return Refuse(v1::ERROR_REASON_LIMIT_REACHED, std::move(words), {{"limit", absl::StrCat(limit)}});
}

// The reports of one incident are written in one transaction when they are parted, and their names
// and records stand in one entity.
absl::Status RequireRoom(const std::vector<std::string>& reports, const v1::Incident& into,
                         const IncidentMerges& records, const View& view) {
  constexpr size_t kReserve = 2048;  // for what the incident says of itself
  if (reports.size() > kIncidentReports) {
    return LimitReached({absl::StrCat("An incident has at most ", kIncidentReports, " reports."),
                         absl::StrCat("En händelse har högst ", kIncidentReports, " rapporter.")},
                        kIncidentReports);
  }
  size_t named = kReserve, said = 0;
  for (const std::string& name : reports) {
    const auto report = view.Get<v1::Report>(name);
    named += name.size() + 4;
    said += report == nullptr ? 0 : report->ByteSizeLong();
  }
  for (const IncidentMerges* const some : {&into.merges(), &records}) {
    for (const v1::IncidentMerge& record : *some) named += record.ByteSizeLong() + 4;
  }
  if (named > kEntityBytes || said > kIncidentBytes) {
    return LimitReached({"So much does not go into one incident: merge fewer, or give shorter "
                         "reasons.",
                         "Så mycket ryms inte i en händelse: för samman färre, eller skriv kortare "
                         "skäl."},
                        named > kEntityBytes ? kEntityBytes : kIncidentBytes);
  }
  return absl::OkStatus();
}

// What is wrong with the choice of reports that leave; NOT_FOUND for what is not to be seen.
absl::Status CheckParting(const v1::SplitIncidentRequest& request, const v1::Incident& incident,
                          const Actor& actor, const View& view) {
  Violations violations;
  const auto& has = incident.reports();
  for (const std::string& name : request.reports()) {
    if (absl::Status seen = See<v1::Report>(view, actor, name).status(); !seen.ok()) return seen;
    if (std::find(has.begin(), has.end(), name) != has.end()) continue;
    violations.Add(At(request.reports(), name), "This report is not in the incident.",
                   "Den här rapporten hör inte till händelsen.");
  }
  const bool all = std::all_of(has.begin(), has.end(), [&](const std::string& name) {
    const auto& named = request.reports();
    return std::find(named.begin(), named.end(), name) != named.end();
  });
  if (all) {
    violations.Add("reports", "At least one report must stay.",
                   "Minst en rapport måste vara kvar.");
  }
  return std::move(violations).Result();
}

}  // namespace

absl::Status MergeReports(const v1::MergeReportsRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto into = ToChange(transaction, *actor, request.incident(), request.etag());
  if (!into.ok()) return into.status();
  absl::Status current =
      RequireState(IncidentSubject(), (*into)->state(), {v1::Incident::STATE_CURRENT});
  if (!current.ok()) return current;
  const auto brought = Brought(request, **into, *actor, transaction);
  if (!brought.ok()) return brought.status();
  std::vector<std::string> reports((*into)->reports().begin(), (*into)->reports().end());
  IncidentMerges records;
  for (const IncidentPtr& incident : *brought) {
    reports.insert(reports.end(), incident->reports().begin(), incident->reports().end());
    *records.Add() = RecordOf(*incident, request, *actor, transaction.now());
  }
  absl::Status room = RequireRoom(reports, **into, records, transaction);
  if (!room.ok()) return room;
  GatherReports(reports, records, transaction);
  transaction.Answer(request.incident());
  return absl::OkStatus();
}

absl::Status SplitIncident(const v1::SplitIncidentRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto incident = ToChange(transaction, *actor, request.name(), request.etag());
  if (!incident.ok()) return incident.status();
  absl::Status whole = RequireState(IncidentSubject(), (*incident)->state(),
                                    {v1::Incident::STATE_CURRENT, v1::Incident::STATE_WITHDRAWN});
  if (!whole.ok()) return whole;
  absl::Status good = CheckParting(request, **incident, *actor, transaction);
  if (!good.ok()) return good;
  const absl::flat_hash_set<std::string> named(request.reports().begin(), request.reports().end());
  const bool first_named = named.contains((*incident)->reports(0));
  std::vector<std::string> stay, leave;
  for (const std::string& report : (*incident)->reports()) {
    (named.contains(report) == first_named ? stay : leave).push_back(report);
  }
  GatherReports(stay, {}, transaction);
  GatherReports(leave, (*incident)->merges(), transaction);
  transaction.Answer(request.name());
  transaction.Answer(IncidentFoundedBy(leave.front()));
  return absl::OkStatus();
}

}  // namespace samsyn::domain
