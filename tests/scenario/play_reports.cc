// The steps and outcomes that are about reports and about who may see what.
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>

#include "server/domain/access_rules.h"
#include "server/domain/merge_rules.h"
#include "server/domain/report_rules.h"
#include "tests/scenario/play.h"

namespace samsyn::scenario {
namespace {

using testing::AreaName;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using Result = v1::SubmitReportsResult;

std::string SourceUri(const std::string& id) { return absl::StrCat("//scenario.example/", id); }

v1::ReleaseClass ClassOf(const std::string& word) {
  v1::ReleaseClass release = v1::RELEASE_CLASS_UNSPECIFIED;
  v1::ReleaseClass_Parse("RELEASE_CLASS_" + word, &release);
  return release;
}

}  // namespace

void Player::ListSources() {
  world_.AddMember("reviewer", "kommun", {v1::ROLE_REVIEWER});
  world_.AddMember("larm", "bostader", {v1::ROLE_PARTNER_SYSTEM});
  auto larm = world_.Now<v1::Member>(MemberName("larm"));
  larm.add_source_uris(SourceUri("larm"));
  world_.Put(larm);
}

absl::Status Player::Report(const std::string& who, const Words& what) {
  if (what.size() < 3) return Unreadable(what);
  v1::SubmitReportRequest request;
  request.set_municipality(kMunicipality);
  v1::Report& report = *request.mutable_report();
  v1::Category category = v1::CATEGORY_VANDALISM;
  const std::string named = After(what, "category");
  if (!named.empty() && !v1::Category_Parse("CATEGORY_" + named, &category)) {
    return Unreadable(what);
  }
  report.set_category(category);
  report.set_area(AreaName("brandbergen"));
  report.mutable_release()->set_release_class(ClassOf(After(what, "as")));
  v1::Report::Knowledge knowledge = v1::Report::KNOWLEDGE_SEEN;
  const std::string known = After(what, "having");
  if (!known.empty() && !v1::Report::Knowledge_Parse("KNOWLEDGE_" + known, &knowledge)) {
    return Unreadable(what);
  }
  report.set_knowledge(knowledge);
  report.set_text(what[0] == "reports" ? what[2] : what.back());
  *report.mutable_occurred_time() = domain::TimestampOf(world_.now() - absl::Hours(2));
  if (what[0] == "pushes") {
    absl::CivilMinute version;
    const std::string day = After(what, "of");
    if (!ReadTime(day, After(what, "of", day), monday_, &version)) return Unreadable(what);
    v1::Source& source = *report.mutable_source();
    source.set_source_uri(SourceUri(After(what, "from")));
    source.set_source_id(After(what, "id"));
    *source.mutable_source_version_time() =
        domain::TimestampOf(absl::FromCivil(absl::CivilSecond(version), zone_));
    *report.mutable_occurred_time() =
        domain::TimestampOf(absl::FromCivil(absl::CivilSecond(absl::CivilDay(version)), zone_));
  }
  const std::string letter = LetterIn(what);
  const std::string id = domain::MadeId(who, absl::StrCat("report ", ++operations_), 0);
  return Send(who, [=, this] {
    const absl::Status status = world_.Do(who, request, domain::SubmitReport, id);
    if (status.ok()) things_[letter] = world_.results().front();
    return status;
  });
}

absl::Status Player::Review(const std::string& who, const Words& what) {
  v1::ReviewReportRequest request;
  request.set_name(Named(LetterIn(what)));
  request.set_no_personal_data(true);
  request.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
  return world_.Do(who, request, domain::ReviewReport);
}

absl::Status Player::Share(const std::string& who, const Words& what) {
  v1::ReleaseEntityRequest request;
  request.set_municipality(kMunicipality);
  v1::Release& release = *request.mutable_release();
  release.set_entity(Named(LetterIn(what)));
  release.add_organisations(OrganisationName(After(what, "with")));
  release.set_purpose("Gemensam insats i kväll");
  release.set_ground("samtycke");
  v1::Withheld withheld;
  if (v1::Withheld_Parse("WITHHELD_" + After(what, "without"), &withheld)) {
    release.add_withheld(withheld);
  }
  absl::CivilMinute until;
  if (ReadTime(After(what, "until"), what.back(), monday_, &until)) {
    *release.mutable_expire_time() =
        domain::TimestampOf(absl::FromCivil(absl::CivilSecond(until), zone_));
  }
  const absl::Status status = world_.Do(who, request, domain::ReleaseEntity);
  if (status.ok()) releases_[LetterIn(what)] = world_.results().front();
  return status;
}

absl::Status Player::Unshare(const std::string& who, const Words& what) {
  v1::RevokeReleaseRequest request;
  request.set_name(releases_[LetterIn(what)]);
  return world_.Do(who, request, domain::RevokeRelease);
}

absl::Status Player::Reclassify(const std::string& who, const Words& what) {
  v1::SetClassRequest request;
  request.set_name(Named(LetterIn(what)));
  request.set_release_class(ClassOf(After(what, "as")));
  request.set_reason(After(what, "because"));
  return world_.Do(who, request, domain::SetClass);
}

v1::Incident Player::IncidentOf(const std::string& letter) const {
  return world_.Now<v1::Incident>(world_.Now<v1::Report>(Named(letter)).incident());
}

absl::Status Player::Merge(const std::string& who, const Words& what) {
  v1::MergeReportsRequest request;
  request.add_reports(Named(LetterIn(what)));
  request.set_incident(IncidentOf(After(what, "into")).name());
  return world_.Do(who, request, domain::MergeReports);
}

absl::Status Player::Split(const std::string& who, const Words& what) {
  v1::SplitIncidentRequest request;
  request.add_reports(Named(LetterIn(what)));
  request.set_name(IncidentOf(After(what, "from")).name());
  return world_.Do(who, request, domain::SplitIncident);
}

std::string Player::CheckReport(const std::string& outcome) {
  const Words words = absl::StrSplit(outcome, ' ', absl::SkipEmpty());
  if (words.size() > 1 && words[1] == "says") {
    const std::string text = world_.Now<v1::Report>(Named(words[0])).text();
    return Same(words[0], absl::StrCat(words[0], " says ", text), outcome);
  }
  if (words.size() > 1 && words[1] == "incidents") {
    int counted = 0;
    for (const auto& incident : world_.picture().All<v1::Incident>()) {
      counted += incident->counted();
    }
    return Same("it", absl::StrCat(counted), words[0]);
  }
  if (words.size() == 4 && words[1] == "has") {
    const v1::Incident incident = IncidentOf(words[0]);
    const int has =
        words[3] == "sources" ? incident.independent_sources() : incident.reports_size();
    return Same("it", absl::StrCat(has, " ", words[3]), absl::StrCat(words[2], " ", words[3]));
  }
  const int effect = outcome == "new"       ? Result::EFFECT_CREATED
                     : outcome == "amended" ? Result::EFFECT_AMENDED
                                            : Result::EFFECT_UNCHANGED;
  return world_.effect() == effect
             ? ""
             : "it was " + Result::Effect_Name(static_cast<Result::Effect>(world_.effect()));
}

}  // namespace samsyn::scenario
