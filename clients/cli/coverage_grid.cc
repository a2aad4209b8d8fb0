#include "clients/cli/coverage_grid.h"

#include <absl/strings/str_cat.h>
#include <absl/time/time.h>

#include <utility>
#include <vector>

#include "clients/cli/output.h"
#include "clients/cli/table.h"
#include "clients/cli/times.h"

namespace samsyn::cli {
namespace {

std::string CellOf(const v1::CoverageHour& hour) {
  if (hour.state() == v1::CoverageHour::STATE_UNSPECIFIED) return "";
  const std::string units = absl::StrCat(hour.units(), "/", hour.wanted());
  switch (hour.state()) {
    case v1::CoverageHour::STATE_COVERED:
      return units;
    case v1::CoverageHour::STATE_EMPTY:
      return absl::StrCat(units, "!");
    default:
      return absl::StrCat(units, "~");
  }
}

}  // namespace

std::string CoverageGrid(const v1::GetCoverageResponse& coverage, Language language) {
  if (coverage.rows().empty()) {
    return absl::StrCat(Say(language, "Inget att visa.", "Nothing to show."), "\n");
  }
  std::vector<std::string> headings{LabelOf("area", language), LabelOf("power", language)};
  for (const v1::CoverageHour& hour : coverage.rows(0).hours()) {
    const absl::Time start = absl::FromUnixSeconds(hour.start_time().seconds());
    headings.push_back(absl::FormatTime("%H", start, Stockholm()));
  }
  Table table(std::move(headings));
  for (const v1::CoverageRow& row : coverage.rows()) {
    const auto* power = v1::Unit::Power_descriptor()->FindValueByNumber(row.power());
    std::vector<std::string> cells{ShortId(row.area()),
                                   power == nullptr ? "–" : WordOf(*power, language)};
    for (const v1::CoverageHour& hour : row.hours()) cells.push_back(CellOf(hour));
    table.Add(std::move(cells));
  }
  return absl::StrCat(table.Render(),
                      Say(language, "enheter/önskade; ~ tunt eller obesvarat, ! tomt",
                          "units/wanted; ~ thin or unanswered, ! empty"),
                      "\n");
}

}  // namespace samsyn::cli
