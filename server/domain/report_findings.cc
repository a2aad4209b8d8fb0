#include "server/domain/report_findings.h"

#include <algorithm>
#include <string>
#include <vector>

#include "server/domain/personal_data.h"
#include "server/domain/request_words.h"
#include "server/domain/utf8.h"

namespace samsyn::domain {
namespace {

using Findings = std::vector<v1::TextFinding>;

constexpr size_t kFindingsMost = 100;

v1::TextFinding Finding(v1::TextFinding::Kind kind, const std::string& field, size_t position,
                        size_t length) {
  v1::TextFinding finding;
  finding.set_kind(kind);
  finding.set_field(field);
  finding.set_position(static_cast<int>(position));
  finding.set_length(static_cast<int>(length));
  return finding;
}

void FindMasks(const std::string& field, absl::string_view text, Findings& findings) {
  for (size_t at = text.find(kPersonNumberMask); at != absl::string_view::npos;
       at = text.find(kPersonNumberMask, at + 1)) {
    findings.push_back(Finding(v1::TextFinding::KIND_MASKED_PERSON_NUMBER, field,
                               CharactersIn(text.substr(0, at)) + 1, kPersonNumberMask.size()));
  }
}

v1::TextFinding::Kind KindOf(PersonalData::Kind kind) {
  switch (kind) {
    case PersonalData::Kind::kPersonNumber:
      return v1::TextFinding::KIND_CONFIRMED_NUMBER;
    case PersonalData::Kind::kPlate:
      return v1::TextFinding::KIND_PLATE;
    case PersonalData::Kind::kPhone:
      return v1::TextFinding::KIND_PHONE;
    case PersonalData::Kind::kEmail:
      return v1::TextFinding::KIND_EMAIL;
  }
  return v1::TextFinding::KIND_UNSPECIFIED;
}

}  // namespace

void SetTextFindings(bool confirmed, absl::Time now, v1::Report& report) {
  Findings findings;
  ForEachWords(report, [&](const std::string& field, const std::string& text) {
    const size_t before = findings.size();
    FindMasks(field, text, findings);
    for (const PersonalData& one : PersonalDataIn(text, now)) {
      if (one.kind == PersonalData::Kind::kPersonNumber && !confirmed) continue;
      findings.push_back(Finding(KindOf(one.kind), field, static_cast<size_t>(one.position),
                                 static_cast<size_t>(one.length)));
    }
    std::sort(findings.begin() + static_cast<ptrdiff_t>(before), findings.end(),
              [](const auto& a, const auto& b) { return a.position() < b.position(); });
  });
  if (findings.size() > kFindingsMost) findings.resize(kFindingsMost);
  *report.mutable_text_findings() = {findings.begin(), findings.end()};
}

bool WasMasked(const v1::Report& report) {
  return std::any_of(report.text_findings().begin(), report.text_findings().end(),
                     [](const auto& finding) {
                       return finding.kind() == v1::TextFinding::KIND_MASKED_PERSON_NUMBER;
                     });
}

}  // namespace samsyn::domain
