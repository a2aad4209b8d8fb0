#include "server/domain/incident_rules.h"

#include <utility>

#include "server/domain/categories.h"
#include "server/domain/names.h"
#include "server/domain/releases.h"
#include "server/domain/utf8.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {
namespace {

bool Stands(const v1::Report& report) {
  return report.state() == v1::Report::STATE_ACCEPTED || report.state() == v1::Report::STATE_MERGED;
}

// The first report of an incident that stands; null if none does.
std::shared_ptr<const v1::Report> FirstStanding(const View& view, const v1::Incident& incident) {
  for (const std::string& name : incident.reports()) {
    auto report = view.Get<v1::Report>(name);
    if (report != nullptr && Stands(*report)) return report;
  }
  return nullptr;
}

void Describe(const v1::Report& report, v1::Incident& incident) {
  incident.set_owner(report.owner());
  *incident.mutable_release() = ViewersAlone(report.release());
  incident.set_state(v1::Incident::STATE_CURRENT);
  incident.set_kind(report.kind());
  incident.set_category(report.category());
  incident.set_family(FamilyOf(report.category()));
  incident.set_area(report.area());
  incident.clear_point();
  if (report.has_point()) *incident.mutable_point() = report.point();
  *incident.mutable_occurred_time() = report.occurred_time();
  incident.set_severity(report.severity());
  incident.set_counted(!report.not_counted() && Counts(report.kind(), report.category()));
  incident.set_perceived(IsPerceived(report.kind(), report.category()));
  incident.set_headline(Shortened(report.text(), kHeadlineCharacters));
}

void Withdraw(v1::Incident& incident) {
  incident.set_state(v1::Incident::STATE_WITHDRAWN);
  incident.set_counted(false);
}

bool SameRelease(const v1::Incident& a, const v1::Incident& b) {
  return a.release().SerializeAsString() == b.release().SerializeAsString();
}

}  // namespace

std::string IncidentFoundedBy(absl::string_view report) {
  return NameOf(MunicipalityOf(report), v1::ENTITY_KIND_INCIDENT, IdOf(report));
}

void FollowReports(absl::string_view incident, absl::string_view report, Transaction& transaction) {
  const auto before = transaction.Get<v1::Incident>(incident);
  v1::Incident after;
  if (before != nullptr) {
    after = *before;
  } else {
    after.set_name(std::string(incident));
    after.add_reports(std::string(report));
    after.set_independent_sources(1);
  }
  if (const auto standing = FirstStanding(transaction, after)) {
    Describe(*standing, after);
  } else {
    // What is withdrawn goes on having the release of its report.
    const auto founder = transaction.Get<v1::Report>(after.reports(0));
    if (founder != nullptr) *after.mutable_release() = ViewersAlone(founder->release());
    Withdraw(after);
  }
  if (before != nullptr && before->SerializeAsString() == after.SerializeAsString()) return;
  const bool moved = before != nullptr && !SameRelease(*before, after);
  const std::string name = after.name();
  transaction.Put(std::move(after));
  if (moved) RefreshGuards(name, transaction);
}

}  // namespace samsyn::domain
