#include "server/domain/report_content.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "server/domain/categories.h"
#include "server/domain/geography.h"
#include "server/domain/limits.h"
#include "server/domain/places.h"
#include "server/domain/recurrence.h"
#include "server/domain/refusal.h"
#include "server/domain/releases.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

constexpr int kVersionsKept = 20;

// A letter for the source and a digit for the content: "A1" to "F6".
bool IsAdmiraltyCode(absl::string_view code) {
  return code.size() == 2 && code[0] >= 'A' && code[0] <= 'F' && code[1] >= '1' && code[1] <= '6';
}

void CheckTimes(const v1::Report& report, absl::Time now, std::vector<Violation>& violations) {
  const bool planned = report.kind() == v1::Report::KIND_PLANNED_EVENT;
  const absl::Time latest = now + (planned ? kEventAhead : kReportAhead);
  const absl::Time occurred = TimeOf(report.occurred_time());
  if (occurred > latest) {
    violations.push_back({"report.occurred_time",
                          {"This lies too far ahead: at most 24 hours, planned events 2 years.",
                           "Detta ligger för långt fram: högst 24 timmar, planerade evenemang "
                           "2 år."}});
  } else if (occurred < now - kReportBack) {
    violations.push_back(
        {"report.occurred_time",
         {"This lies more than 10 years back.", "Detta ligger mer än 10 år tillbaka."}});
  }
  if (!report.has_occurred_end_time()) return;
  const absl::Time end = TimeOf(report.occurred_end_time());
  if (end < occurred) {
    violations.push_back(
        {"report.occurred_end_time",
         {"It cannot have ended before it began.", "Det kan inte ha slutat innan det började."}});
  } else if (end > latest) {
    violations.push_back(
        {"report.occurred_end_time", {"This lies too far ahead.", "Detta ligger för långt fram."}});
  }
}

std::vector<Violation> ContentViolations(const v1::Report& report, const Transaction& transaction) {
  std::vector<Violation> violations;
  if (report.has_recurrence()) {
    violations = WrongRecurrence(report, ZoneOf(transaction, transaction.municipality()));
  }
  CheckTimes(report, transaction.now(), violations);
  if (report.has_point() && IsAreaLevelOnly(report.category())) {
    violations.push_back({"report.point",
                          {"This category is kept at area level: leave the point out.",
                           "Denna kategori hålls på områdesnivå: utelämna punkten."}});
  }
  if (!report.admiralty_code().empty() && !IsAdmiraltyCode(report.admiralty_code())) {
    violations.push_back(
        {"report.admiralty_code",
         {"A rating goes from \"A1\" to \"F6\".", "En bedömning går från \"A1\" till \"F6\"."}});
  }
  if (!report.source().link().empty() && !absl::StartsWith(report.source().link(), "https://")) {
    violations.push_back({"report.source.link",
                          {"This must be an https address.", "Detta måste vara en https-adress."}});
  }
  return violations;
}

// Puts the place where it belongs, area and place from the point where none is given.
void Locate(const View& view, v1::Report& content, std::vector<Violation>& violations) {
  const bool place_given = !content.place().empty();
  const std::string asked = content.area();
  const auto area_given = view.Get<v1::Area>(asked);
  if (area_given != nullptr && IsPlace(area_given->kind())) {
    if (!place_given) content.set_place(asked);
    content.set_area(CountedArea(view, asked));
  }
  const bool area_level = IsAreaLevelOnly(content.category());
  if (content.has_point() && content.place().empty() && !area_level) {
    const std::string place = PlaceAt(view, content.point());
    const bool fits = content.area().empty() || content.area() == CountedArea(view, place);
    if (!place.empty() && fits) content.set_place(place);
  }
  if (content.place().empty()) {
    if (content.area().empty() && content.has_point()) {
      content.set_area(AreaAt(view, content.point()));
    }
    return;
  }
  const auto place = view.Get<v1::Area>(content.place());
  const std::string area = CountedArea(view, content.place());
  if (!IsPlace(place->kind())) {
    violations.push_back({"report.place",
                          {"A place is a property, an address or an entrance.",
                           "En plats är en fastighet, en adress eller en port."}});
  } else if (area_level) {
    violations.push_back({place_given ? "report.place" : "report.area",
                          {"This category is kept at area level: leave the place out.",
                           "Denna kategori hålls på områdesnivå: utelämna platsen."}});
  } else if (!asked.empty() && asked != content.place() && asked != area) {
    violations.push_back({"report.place",
                          {absl::StrCat("This place lies in ", area, "."),
                           absl::StrCat("Den här platsen ligger i ", area, ".")}});
  }
  content.set_area(area);
}

v1::ReleaseClass DefaultClass(v1::Category category, const v1::Organisation* owner) {
  if (StartsRestricted(category)) return v1::RELEASE_CLASS_RESTRICTED;
  if (owner == nullptr) return v1::RELEASE_CLASS_PARTNER;
  if (owner->kind() == v1::ORGANISATION_KIND_SOCIAL_SERVICES) return v1::RELEASE_CLASS_RESTRICTED;
  return owner->default_class() == v1::RELEASE_CLASS_UNSPECIFIED ? v1::RELEASE_CLASS_PARTNER
                                                                 : owner->default_class();
}

}  // namespace

bool IsPublished(const v1::Report& asked, const Transaction& transaction) {
  return asked.has_source() && IsAreaLevelOnly(asked.category()) &&
         asked.release().release_class() == v1::RELEASE_CLASS_PUBLIC &&
         IsTrusted(transaction, transaction.municipality(), asked.source().source_uri());
}

absl::StatusOr<v1::Report> ContentOf(const v1::Report& asked, const Transaction& transaction,
                                     absl::Time occurred_time) {
  v1::Report content;
  ReplaceContent(asked, content);
  if (content.kind() == v1::Report::KIND_UNSPECIFIED) content.set_kind(KindFor(asked.category()));
  if (!content.has_occurred_time()) {
    *content.mutable_occurred_time() = TimestampOf(occurred_time);
  }
  std::vector<Violation> violations = ContentViolations(content, transaction);
  if (IsPublished(asked, transaction)) {
    content.clear_area();
    content.clear_place();
  } else {
    for (const std::string* named : {&content.area(), &content.place()}) {
      if (!named->empty() && transaction.Get<v1::Area>(*named) == nullptr) return NotFound(*named);
    }
    Locate(transaction, content, violations);
  }
  if (!violations.empty()) return RefuseFields(std::move(violations));
  return content;
}

void ReplaceContent(const v1::Report& content, v1::Report& report) {
  report.set_kind(content.kind());
  report.set_category(content.category());
  report.set_focus_area(content.focus_area());
  report.set_area(content.area());
  report.clear_point();
  if (content.has_point()) *report.mutable_point() = content.point();
  report.set_point_precision_m(content.point_precision_m());
  report.clear_occurred_time();
  if (content.has_occurred_time()) *report.mutable_occurred_time() = content.occurred_time();
  report.clear_occurred_end_time();
  if (content.has_occurred_end_time()) {
    *report.mutable_occurred_end_time() = content.occurred_end_time();
  }
  report.set_text(content.text());
  report.set_severity(content.severity());
  report.set_knowledge(content.knowledge());
  report.set_admiralty_code(content.admiralty_code());
  report.clear_source();
  if (content.has_source()) *report.mutable_source() = content.source();
  report.set_place_text(content.place_text());
  report.set_not_counted(content.not_counted());
  *report.mutable_marks() = content.marks();
  report.clear_recurrence();
  if (content.has_recurrence()) *report.mutable_recurrence() = content.recurrence();
  report.set_place(content.place());
}

bool SameContent(const v1::Report& a, const v1::Report& b) {
  v1::Report left, right;
  ReplaceContent(a, left);
  ReplaceContent(b, right);
  if (left.has_source()) left.mutable_source()->clear_source_version_time();
  if (right.has_source()) right.mutable_source()->clear_source_version_time();
  return left.SerializeAsString() == right.SerializeAsString();
}

v1::SourceVersion VersionOf(const v1::Report& report) {
  v1::SourceVersion version;
  *version.mutable_source_version_time() = report.source().source_version_time();
  version.set_text(report.text());
  version.set_category(report.category());
  version.set_source_type(report.source().source_type());
  version.set_place_text(report.place_text());
  *version.mutable_occurred_time() = report.occurred_time();
  return version;
}

bool SaysTheSame(const v1::SourceVersion& version, const v1::Report& content) {
  v1::SourceVersion its = VersionOf(content);
  *its.mutable_source_version_time() = version.source_version_time();
  return its.SerializeAsString() == version.SerializeAsString();
}

void KeepVersion(v1::SourceVersion version, v1::Report& report) {
  constexpr size_t kReserve = 2048;  // for what is set around the content
  auto& versions = *report.mutable_earlier_versions();
  *versions.Add() = std::move(version);
  while (!versions.empty() &&
         (versions.size() > kVersionsKept || report.ByteSizeLong() + kReserve > kEntityBytes)) {
    versions.DeleteSubrange(0, 1);
  }
}

v1::ReleaseState FirstRelease(v1::ReleaseClass chosen, v1::Category category,
                              absl::string_view owner, const View& view) {
  v1::ReleaseState release;
  const auto organisation = view.Get<v1::Organisation>(owner);
  release.set_release_class(chosen != v1::RELEASE_CLASS_UNSPECIFIED
                                ? chosen
                                : DefaultClass(category, organisation.get()));
  if (IsForCoordinators(category) && release.release_class() != v1::RELEASE_CLASS_AUTHORITY) {
    SetOrganisations(CoordinatingOrganisations(view), owner, release);
  }
  return release;
}

bool IsTrusted(const View& view, absl::string_view municipality, absl::string_view source_uri) {
  const auto entity = view.Get<v1::Municipality>(municipality);
  if (entity == nullptr) return false;
  return std::any_of(
      entity->trusted_sources().begin(), entity->trusted_sources().end(),
      [&](const v1::TrustedSource& source) { return source.source_uri() == source_uri; });
}

}  // namespace samsyn::domain
