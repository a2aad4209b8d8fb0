#include "server/domain/repair_rules.h"

#include <string>
#include <utility>

#include "server/domain/places.h"
#include "server/domain/policy.h"
#include "server/domain/refusal.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

using State = v1::Repair::State;

bool IsOpen(State state) {
  return state == v1::Repair::STATE_REPORTED || state == v1::Repair::STATE_ORDERED;
}

std::string ResponsibleAt(const v1::Report& report, const View& view) {
  return ResponsibleFor(view, report.place().empty() ? report.area() : report.place());
}

// COORDINATOR; who answers for it; a reviewer of the owner; and the owner's own system, of what it
// reported itself (R7).
absl::Status RequireMayRepair(const Actor& actor, const v1::Report& report) {
  if (actor.Has(v1::ROLE_COORDINATOR)) return absl::OkStatus();
  const bool owns = report.owner() == actor.organisation();
  const bool answers = report.repair().responsible_organisation() == actor.organisation();
  if (owns && report.has_source() && actor.Has(v1::ROLE_PARTNER_SYSTEM) &&
      WritesSource(actor, report.source().source_uri())) {
    return absl::OkStatus();
  }
  if (answers) {
    return RequireRole(
        actor, {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER, v1::ROLE_REVIEWER, v1::ROLE_COORDINATOR});
  }
  if (owns) return RequireRole(actor, {v1::ROLE_REVIEWER, v1::ROLE_COORDINATOR});
  return Refuse(v1::ERROR_REASON_NOT_YOUR_ORGANISATION,
                {"Only who answers for the repair, who reported the defect or a coordinator says "
                 "how far it has come.",
                 "Bara den som svarar för åtgärden, den som anmälde bristen eller en samordnare "
                 "säger hur långt den har kommit."});
}

absl::Status RequireDefect(const v1::Report& report) {
  if (report.kind() != v1::Report::KIND_PHYSICAL_DEFECT) {
    return RefuseFields({{"name",
                          {"This report is not of a physical defect: nothing is repaired.",
                           "Den här rapporten gäller ingen fysisk brist: inget åtgärdas."}}});
  }
  return RequireState(
      {"The report", "Rapportens"}, report.state(),
      {v1::Report::STATE_SUBMITTED, v1::Report::STATE_ACCEPTED, v1::Report::STATE_MERGED});
}

// Whether the repair may come to stand so.
absl::Status RequireStep(State from, State to) {
  if (from == to || to == v1::Repair::STATE_REPORTED) return absl::OkStatus();
  const Words subject{"The repair", "Åtgärdens"};
  if (to == v1::Repair::STATE_ORDERED) {
    return RequireState(subject, from, {v1::Repair::STATE_REPORTED, v1::Repair::STATE_ORDERED});
  }
  return RequireState(subject, from, {v1::Repair::STATE_REPORTED, v1::Repair::STATE_ORDERED, to});
}

// Before what a change cannot have been: what went before it.
absl::Time EarliestChange(const v1::Repair& repair, State to) {
  if (to == v1::Repair::STATE_REPORTED && !IsOpen(repair.state())) {
    return TimeOf(repair.close_time());
  }
  const bool closes = !IsOpen(to) && repair.has_order_time();
  return TimeOf(closes ? repair.order_time() : repair.open_time());
}

// Who comes to answer for it must see the report. With whom the owner shares it is the owner's to
// know: so others do not pass on what not everybody sees.
void CheckResponsible(const std::string& responsible, const v1::Report& report, const Actor& actor,
                      const Transaction& transaction, Violations& violations) {
  const v1::ReleaseClass its_class = report.release().release_class();
  const bool for_all =
      its_class == v1::RELEASE_CLASS_PUBLIC || its_class == v1::RELEASE_CLASS_PARTNER;
  if (!for_all && !actor.system && actor.organisation() != report.owner()) {
    violations.Add("responsible_organisation",
                   "Only who reported it passes on what not everybody may see.",
                   "Bara den som rapporterade lämnar vidare det som inte alla får se.");
  } else if (!OrganisationMaySee(transaction, responsible, Wrap(report))) {
    violations.Add("responsible_organisation",
                   "This organisation may not see the report: share it first.",
                   "Den aktören får inte se rapporten: dela den först.");
  }
}

absl::Status CheckFields(const v1::UpdateRepairRequest& request, const v1::Report& report,
                         const Actor& actor, const Transaction& transaction) {
  const v1::Repair& repair = report.repair();
  Violations violations;
  if (request.state() == v1::Repair::STATE_DECLINED && request.note().empty() &&
      repair.state() != request.state()) {
    violations.Add("note", "Say why it is not repaired.", "Säg varför det inte åtgärdas.");
  }
  if (request.has_change_time()) {
    const absl::Time time = TimeOf(request.change_time());
    if (time > transaction.now()) {
      violations.Add("change_time", "This lies ahead.", "Detta ligger framåt i tiden.");
    } else if (time < EarliestChange(repair, request.state())) {
      violations.Add("change_time", "This lies before what it follows.",
                     "Detta ligger före det som det följer på.");
    }
  }
  if (!request.responsible_organisation().empty() &&
      request.responsible_organisation() != repair.responsible_organisation()) {
    CheckResponsible(request.responsible_organisation(), report, actor, transaction, violations);
  }
  return std::move(violations).Result();
}

void Move(State to, bool corrects, const google::protobuf::Timestamp& time, v1::Repair& repair) {
  switch (to) {
    case v1::Repair::STATE_REPORTED:
      if (!IsOpen(repair.state())) *repair.mutable_open_time() = time;
      repair.clear_order_time();
      repair.clear_close_time();
      break;
    case v1::Repair::STATE_ORDERED:
      if (corrects || repair.state() != to) *repair.mutable_order_time() = time;
      break;
    default:
      if (corrects || repair.state() != to) *repair.mutable_close_time() = time;
  }
  repair.set_state(to);
}

}  // namespace

bool IsDefect(const v1::Report& report) {
  return report.kind() == v1::Report::KIND_PHYSICAL_DEFECT &&
         (report.state() == v1::Report::STATE_SUBMITTED ||
          report.state() == v1::Report::STATE_ACCEPTED ||
          report.state() == v1::Report::STATE_MERGED);
}

void FollowContent(v1::Report& report, const Transaction& transaction) {
  if (report.kind() != v1::Report::KIND_PHYSICAL_DEFECT) {
    report.clear_repair();
    return;
  }
  const std::string responsible = ResponsibleAt(report, transaction);
  if (report.has_repair()) {
    const auto before = transaction.Get<v1::Report>(report.name());
    if (report.repair().state() == v1::Repair::STATE_REPORTED && before != nullptr &&
        report.repair().responsible_organisation() == ResponsibleAt(*before, transaction)) {
      report.mutable_repair()->set_responsible_organisation(responsible);
    }
    return;
  }
  v1::Repair& repair = *report.mutable_repair();
  repair.set_state(v1::Repair::STATE_REPORTED);
  repair.set_responsible_organisation(responsible);
  *repair.mutable_open_time() =
      report.has_create_time() ? report.create_time() : TimestampOf(transaction.now());
}

absl::Status UpdateRepair(const v1::UpdateRepairRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto seen = See<v1::Report>(transaction, *actor, request.name());
  if (!seen.ok()) return seen.status();
  v1::Report report = **seen;
  FollowContent(report, transaction);  // older reports have none yet
  if (absl::Status may = RequireMayRepair(*actor, report); !may.ok()) return may;
  if (absl::Status same = RequireEtag(request.etag(), report.etag()); !same.ok()) return same;
  if (absl::Status defect = RequireDefect(report); !defect.ok()) return defect;
  if (absl::Status step = RequireStep(report.repair().state(), request.state()); !step.ok()) {
    return step;
  }
  if (!request.responsible_organisation().empty()) {
    absl::Status there = RequireOrganisation(transaction, request.responsible_organisation());
    if (!there.ok()) return there;
  }
  if (absl::Status good = CheckFields(request, report, *actor, transaction); !good.ok())
    return good;
  v1::Repair& repair = *report.mutable_repair();
  const bool same_state = repair.state() == request.state();
  Move(request.state(), request.has_change_time(),
       request.has_change_time() ? request.change_time() : TimestampOf(transaction.now()), repair);
  if (!request.responsible_organisation().empty()) {
    repair.set_responsible_organisation(request.responsible_organisation());
  }
  if (!request.reference().empty()) repair.set_reference(request.reference());
  if (!same_state || !request.note().empty()) repair.set_note(request.note());
  transaction.Answer(report.name());
  if (report.SerializeAsString() != (*seen)->SerializeAsString()) {
    transaction.Put(std::move(report));
  }
  return absl::OkStatus();
}

}  // namespace samsyn::domain
