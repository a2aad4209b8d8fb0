#include "clients/connectors/survey_import.h"

#include <absl/container/btree_map.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace samsyn::connectors {
namespace {

constexpr size_t kBatchMost = 500;         // indicators in RecordIndicators
constexpr size_t kBatchBytes = 200 << 10;  // of the 256 KiB that a request has

// What the server knows an indicator by.
std::string IdentityOf(v1::Indicator indicator) {
  indicator.clear_value();
  indicator.clear_unit();
  indicator.clear_n();
  indicator.clear_answer_rate_percent();
  indicator.clear_direction();
  indicator.clear_text();
  return indicator.SerializeAsString();
}

// Puts the names of areas into the rows, and finds what is there twice.
void Complete(Survey& survey, const AreaNames& areas) {
  absl::btree_map<std::string, int> lines;  // by identity
  for (SurveyRow& row : survey.rows) {
    const AreaNames::Found found = areas.Find(row.area, row.indicator.mutable_area());
    if (found == AreaNames::Found::kNone || found == AreaNames::Found::kSeveral) {
      const bool none = found == AreaNames::Found::kNone;
      survey.faults.push_back(
          {row.line, "område",
           none ? absl::StrCat("\"", row.area, "\" är inget av kommunens områden")
                : absl::StrCat("\"", row.area, "\" är namn på flera områden"),
           none ? absl::StrCat("\"", row.area, "\" is none of the municipality's areas")
                : absl::StrCat("\"", row.area, "\" is a name of several areas")});
      continue;
    }
    const auto [first, is_new] = lines.emplace(IdentityOf(row.indicator), row.line);
    if (is_new) continue;
    survey.faults.push_back(
        {row.line, "", absl::StrCat("samma mått, område och period som på rad ", first->second),
         absl::StrCat("the same measure, area and period as on line ", first->second)});
  }
  std::stable_sort(survey.faults.begin(), survey.faults.end(),
                   [](const Fault& a, const Fault& b) { return a.line < b.line; });
}

// Takes the next rows, as many as a request holds.
std::vector<v1::Indicator> NextBatch(const Survey& survey, size_t from,
                                     v1::ReleaseClass release_class) {
  std::vector<v1::Indicator> batch;
  size_t bytes = 0;
  for (; from < survey.rows.size() && batch.size() < kBatchMost; ++from) {
    v1::Indicator indicator = survey.rows[from].indicator;
    if (release_class != v1::RELEASE_CLASS_UNSPECIFIED) {
      indicator.mutable_release()->set_release_class(release_class);
    }
    bytes += indicator.ByteSizeLong() + 8;
    if (!batch.empty() && bytes > kBatchBytes) break;
    batch.push_back(std::move(indicator));
  }
  return batch;
}

}  // namespace

SurveySummary ImportSurvey(Survey survey, const AreaNames& areas, v1::ReleaseClass release_class,
                           const Record& record) {
  SurveySummary summary;
  summary.read = static_cast<int64_t>(survey.rows.size());
  Complete(survey, areas);
  summary.faults = std::move(survey.faults);
  summary.unsent = summary.read;
  if (!summary.faults.empty()) return summary;
  for (size_t from = 0; from < survey.rows.size();) {
    const std::vector<v1::Indicator> batch = NextBatch(survey, from, release_class);
    const absl::StatusOr<v1::RecordIndicatorsResponse> response = record(batch);
    if (!response.ok()) {
      summary.status = response.status();
      return summary;
    }
    const auto sent = static_cast<int64_t>(batch.size());
    summary.created += response->created();
    summary.amended += response->amended();
    summary.unchanged += sent - response->created() - response->amended();
    summary.unsent -= sent;
    from += batch.size();
  }
  return summary;
}

}  // namespace samsyn::connectors
