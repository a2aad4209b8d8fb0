#include "server/domain/report_rules.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "server/domain/categories.h"
#include "server/domain/first_class.h"
#include "server/domain/incident_rules.h"
#include "server/domain/index_keys.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"
#include "server/domain/refusal.h"
#include "server/domain/release_changes.h"
#include "server/domain/repair_rules.h"
#include "server/domain/report_content.h"
#include "server/domain/report_findings.h"
#include "server/domain/rule_checks.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {
namespace {

const Words& Subject() {
  static const auto* const kSubject = new Words{"The report", "Rapportens"};
  return *kSubject;
}

// R7: a member writes only the sources that it lists.
absl::Status RequireSource(const Actor& actor, const v1::Source& source) {
  if (WritesSource(actor, source.source_uri())) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_SOURCE_NOT_YOURS,
                {"This source is not listed for you: a coordinator can list it.",
                 "Den här källan är inte upplagd för dig: en samordnare kan lägga upp den."});
}

// The report that a source's id stands for: the actor's organisation's own before another that it
// sees whole. What the actor does not see is not spoken of; then it is a report of its own.
std::shared_ptr<const v1::Report> FindBySource(const View& view, const Actor& actor,
                                               const v1::Source& source) {
  std::shared_ptr<const v1::Report> found;
  for (const std::string& name : view.Lookup(SourceKey(source.source_uri(), source.source_id()))) {
    auto report = GetVisible<v1::Report>(view, actor.audience, name);
    if (report == nullptr ||
        !SeesWholeReleased(actor.audience, report->owner(), report->release())) {
      continue;
    }
    if (report->owner() == actor.organisation()) return report;
    if (found == nullptr) found = std::move(report);
  }
  return found;
}

absl::Status Unchanged(absl::string_view name, Transaction& transaction) {
  transaction.Answer(name);
  transaction.SetEffect(v1::SubmitReportsResult::EFFECT_UNCHANGED);
  return absl::OkStatus();
}

// Whether who sees a report has to be worked out anew.
bool IsReclassified(const View& view, const v1::Report& report) {
  const auto before = view.Get<v1::Report>(report.name());
  if (before == nullptr) return false;
  return before->release().release_class() != report.release().release_class() ||
         (before->category() != report.category() && IsForCoordinators(report.category()));
}

// Puts a report that may have changed in anything, and lets repair and incident follow.
void Commit(v1::Report report, Transaction& transaction) {
  FollowContent(report, transaction);
  if (report.state() == v1::Report::STATE_ACCEPTED && report.incident().empty()) {
    report.set_incident(IncidentFoundedBy(report.name()));
  }
  const std::string name = report.name();
  const std::string incident = report.incident();
  const v1::ReleaseClass its_class = report.release().release_class();
  const bool reclassified = IsReclassified(transaction, report);
  if (reclassified) {
    *report.mutable_release() = DerivedRelease(Wrap(report), its_class, transaction);
  }
  transaction.Answer(name);
  transaction.Put(std::move(report));
  if (!incident.empty()) FollowReports(incident, name, transaction);
  if (reclassified) ShowDecisions(name, its_class, transaction);
}

void Tighten(v1::ReleaseClass to, v1::Report& report) {
  if (to > report.release().release_class()) report.mutable_release()->set_release_class(to);
}

// A report that comes to be about something kept more strictly is tightened with it.
void TightenForCategory(v1::Category before, v1::Report& report) {
  if (report.category() != before && StartsRestricted(report.category())) {
    Tighten(v1::RELEASE_CLASS_RESTRICTED, report);
  }
}

absl::Status CreateReport(const v1::Report& asked, v1::Report content, absl::string_view name,
                          const Actor& actor, Transaction& transaction) {
  if (transaction.count(v1::ENTITY_KIND_REPORT) >= kReportsMost) {
    return Refuse(v1::ERROR_REASON_LIMIT_REACHED,
                  {absl::StrCat("The municipality has ", kReportsMost, " reports, the most."),
                   absl::StrCat("Kommunen har ", kReportsMost, " rapporter, det högsta antalet.")},
                  {{"limit", absl::StrCat(kReportsMost)}});
  }
  v1::Report report = std::move(content);
  report.set_name(std::string(name));
  report.set_owner(actor.organisation());
  report.set_reporter(actor.member->name());
  absl::Status start = RequireMayStart(
      transaction, actor.organisation(), asked.release().release_class(), report.category(),
      IsPublished(asked, transaction), "report.release.release_class");
  if (!start.ok()) return start;
  *report.mutable_release() = FirstRelease(asked.release().release_class(), report.category(),
                                           actor.organisation(), transaction);
  const bool trusted = report.has_source() && IsTrusted(transaction, transaction.municipality(),
                                                        report.source().source_uri());
  report.set_state(trusted && !WasMasked(report) ? v1::Report::STATE_ACCEPTED
                                                 : v1::Report::STATE_SUBMITTED);
  transaction.SetEffect(v1::SubmitReportsResult::EFFECT_CREATED);
  Commit(std::move(report), transaction);
  return absl::OkStatus();
}

// A person has corrected what the source said; what it said then is the last version kept.
bool IsCorrected(const v1::Report& report) {
  if (report.earlier_versions().empty()) return false;
  const v1::SourceVersion& last = *report.earlier_versions().rbegin();
  return TimeOf(last.source_version_time()) == TimeOf(report.source().source_version_time());
}

// R8: whether a version of the source's brings nothing new.
bool BringsNothingNew(const v1::Report& report, const v1::Report& content) {
  const absl::Time had = TimeOf(report.source().source_version_time());
  const absl::Time comes = TimeOf(content.source().source_version_time());
  if (comes < had || SameContent(report, content)) return true;
  const auto& earlier = report.earlier_versions();
  if (comes == had) {
    // Two texts of the same time: the one that was replaced does not come back.
    return std::any_of(earlier.begin(), earlier.end(), [&](const v1::SourceVersion& version) {
      return SaysTheSame(version, content);
    });
  }
  return IsCorrected(report) && SaysTheSame(*earlier.rbegin(), content);
}

// Where a report stands after a newer version of its source's. One in which a person number was
// masked waits until somebody has looked, even if the source is trusted.
v1::Report::State StateAfterVersion(const View& view, absl::string_view municipality,
                                    const v1::Report& before, const v1::Report& report) {
  const bool masked = WasMasked(report);
  const bool open =
      before.state() == v1::Report::STATE_SUBMITTED || before.state() == v1::Report::STATE_RETURNED;
  if (open) {
    const bool trusted = IsTrusted(view, municipality, report.source().source_uri());
    return trusted && !masked && !WasMasked(before) ? v1::Report::STATE_ACCEPTED
                                                    : v1::Report::STATE_SUBMITTED;
  }
  return masked && before.state() == v1::Report::STATE_ACCEPTED ? v1::Report::STATE_SUBMITTED
                                                                : before.state();
}

// R8: a newer version amends. Owner, release and what reviewers decided stay; a class chosen with
// the version may tighten. What it comes to be about tightens, too, as with a new report.
absl::Status AmendFromSource(const v1::Report& before, const v1::Report& asked,
                             const v1::Report& content, Transaction& transaction) {
  if (BringsNothingNew(before, content)) return Unchanged(before.name(), transaction);
  v1::Report report = before;
  ReplaceContent(content, report);
  *report.mutable_text_findings() = content.text_findings();
  if (!IsCorrected(before)) KeepVersion(VersionOf(before), report);
  if (!IsPublished(asked, transaction)) TightenForCategory(before.category(), report);
  Tighten(asked.release().release_class(), report);
  report.set_state(StateAfterVersion(transaction, transaction.municipality(), before, report));
  transaction.SetEffect(v1::SubmitReportsResult::EFFECT_AMENDED);
  Commit(std::move(report), transaction);
  return absl::OkStatus();
}

// The report that the actor asks to change, if it may be seen and has the version that was read.
absl::StatusOr<v1::Report> ToChange(const Transaction& transaction, const Actor& actor,
                                    absl::string_view name, absl::string_view etag) {
  const auto report = See<v1::Report>(transaction, actor, name);
  if (!report.ok()) return report.status();
  if (absl::Status same = RequireEtag(etag, (*report)->etag()); !same.ok()) return same;
  return **report;
}

// The reporter itself, or a reviewer or coordinator of its organisation.
absl::Status RequireMayAmend(const Actor& actor, const v1::Report& report) {
  if (actor.system || report.reporter() == actor.member->name()) return absl::OkStatus();
  if (report.owner() != actor.organisation()) {
    return Refuse(v1::ERROR_REASON_NOT_YOUR_ORGANISATION,
                  {"Only the organisation that reported it may change it.",
                   "Bara den aktör som rapporterade får ändra rapporten."});
  }
  return RequireRole(actor, {v1::ROLE_REVIEWER, v1::ROLE_COORDINATOR});
}

// The class that an amendment asks for may be stricter, never looser.
absl::Status TightenAsAsked(v1::ReleaseClass asked, v1::Report& report) {
  if (asked != v1::RELEASE_CLASS_UNSPECIFIED && asked < report.release().release_class()) {
    return RefuseFields({{"report.release.release_class",
                          {"A class is loosened by a decision of its own, with purpose and ground.",
                           "En klass öppnas genom ett eget beslut, med ändamål och stöd."}}});
  }
  Tighten(asked, report);
  return absl::OkStatus();
}

// R8: what the source said is kept when a person corrects it.
void KeepWhatTheSourceSaid(const v1::Report& before, v1::Report& report) {
  if (!before.has_source()) return;
  *report.mutable_source() = before.source();
  if (!IsCorrected(before) && !SameContent(before, report)) {
    KeepVersion(VersionOf(before), report);
  }
}

absl::Status CheckVerdict(const v1::ReviewReportRequest& request) {
  if (request.verdict() == v1::ReviewReportRequest::VERDICT_ACCEPT) {
    if (request.no_personal_data()) return absl::OkStatus();
    return RefuseFields({{"no_personal_data",
                          {"Confirm that the report holds no personal data.",
                           "Bekräfta att rapporten inte innehåller några personuppgifter."}}});
  }
  if (!request.note().empty()) return absl::OkStatus();
  return RefuseFields({{"note",
                        {"Say why, or what you ask of the reporter.",
                         "Säg varför, eller vad du frågar rapportören."}}});
}

}  // namespace

absl::Status SubmitReport(const v1::SubmitReportRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (request.municipality() != transaction.municipality()) return NotFound(request.municipality());
  absl::Status may = RequireRole(*actor, {v1::ROLE_REPORTER, v1::ROLE_PARTNER_SYSTEM});
  if (!may.ok()) return may;
  const std::string name =
      NameOf(transaction.municipality(), v1::ENTITY_KIND_REPORT, transaction.NewId());
  // A repeat that comes late meets what it made the first time.
  if (transaction.Find(name) != nullptr) return Unchanged(name, transaction);
  std::shared_ptr<const v1::Report> known;
  if (request.report().has_source()) {
    absl::Status listed = RequireSource(*actor, request.report().source());
    if (!listed.ok()) return listed;
    known = FindBySource(transaction, *actor, request.report().source());
  }
  const absl::Time occurred = known == nullptr ? transaction.now() : TimeOf(known->occurred_time());
  auto content = ContentOf(request.report(), transaction, occurred);
  if (!content.ok()) return content.status();
  SetTextFindings(request.not_person_numbers(), transaction.now(), *content);
  if (known != nullptr) {
    return AmendFromSource(*known, request.report(), *content, transaction);
  }
  return CreateReport(request.report(), *std::move(content), name, *actor, transaction);
}

absl::Status AmendReport(const v1::AmendReportRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  auto before = ToChange(transaction, *actor, request.report().name(), request.etag());
  if (!before.ok()) return before.status();
  if (absl::Status may = RequireMayAmend(*actor, *before); !may.ok()) return may;
  absl::Status state = RequireState(Subject(), before->state(),
                                    {v1::Report::STATE_SUBMITTED, v1::Report::STATE_RETURNED,
                                     v1::Report::STATE_ACCEPTED, v1::Report::STATE_MERGED});
  if (!state.ok()) return state;
  const auto content = ContentOf(request.report(), transaction, TimeOf(before->occurred_time()));
  if (!content.ok()) return content.status();
  v1::Report report = *before;
  ReplaceContent(*content, report);
  report.clear_source();
  KeepWhatTheSourceSaid(*before, report);
  absl::Status tightened = TightenAsAsked(request.report().release().release_class(), report);
  if (!tightened.ok()) return tightened;
  TightenForCategory(before->category(), report);
  SetTextFindings(request.not_person_numbers(), transaction.now(), report);
  const bool unseen = IsMachine(*actor->member) && WasMasked(report) &&
                      report.state() == v1::Report::STATE_ACCEPTED;
  if (unseen || report.state() == v1::Report::STATE_RETURNED) {
    report.set_state(v1::Report::STATE_SUBMITTED);
  }
  Commit(std::move(report), transaction);
  return absl::OkStatus();
}

absl::Status ReviewReport(const v1::ReviewReportRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  auto report = ToChange(transaction, *actor, request.name(), request.etag());
  if (!report.ok()) return report.status();
  if (absl::Status may = RequireRole(*actor, {v1::ROLE_REVIEWER}); !may.ok()) return may;
  if (absl::Status good = CheckVerdict(request); !good.ok()) return good;
  absl::Status state;
  switch (request.verdict()) {
    case v1::ReviewReportRequest::VERDICT_ACCEPT:
      state = RequireState(Subject(), report->state(),
                           {v1::Report::STATE_SUBMITTED, v1::Report::STATE_RETURNED});
      report->set_state(v1::Report::STATE_ACCEPTED);
      break;
    // So an acceptance is taken back, too, to be reviewed again.
    case v1::ReviewReportRequest::VERDICT_RETURN:
      state = RequireState(Subject(), report->state(),
                           {v1::Report::STATE_SUBMITTED, v1::Report::STATE_ACCEPTED});
      report->set_state(v1::Report::STATE_RETURNED);
      break;
    default:  // an acceptance can be taken back
      state = RequireState(Subject(), report->state(),
                           {v1::Report::STATE_SUBMITTED, v1::Report::STATE_RETURNED,
                            v1::Report::STATE_ACCEPTED, v1::Report::STATE_MERGED});
      report->set_state(v1::Report::STATE_REJECTED);
  }
  if (!state.ok()) return state;
  report->set_review_note(request.note());
  Commit(*std::move(report), transaction);
  return absl::OkStatus();
}

absl::Status RetractReport(const v1::RetractReportRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  auto report = ToChange(transaction, *actor, request.name(), request.etag());
  if (!report.ok()) return report.status();
  if (absl::Status may = RequireMayAmend(*actor, *report); !may.ok()) return may;
  absl::Status state = RequireState(Subject(), report->state(),
                                    {v1::Report::STATE_SUBMITTED, v1::Report::STATE_RETURNED,
                                     v1::Report::STATE_ACCEPTED, v1::Report::STATE_MERGED});
  if (!state.ok()) return state;
  report->set_state(v1::Report::STATE_RETRACTED);
  if (!request.note().empty()) report->set_review_note(request.note());
  Commit(*std::move(report), transaction);
  return absl::OkStatus();
}

}  // namespace samsyn::domain
