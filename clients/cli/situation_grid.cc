#include "clients/cli/situation_grid.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "clients/cli/output.h"
#include "clients/cli/table.h"

namespace samsyn::cli {

void SituationGrid::Add(const std::string& area, v1::Family family, int actual, int perceived) {
  if (family == v1::FAMILY_UNSPECIFIED || (actual == 0 && perceived == 0)) return;
  Count& count = rows_[area][family];
  count.actual += actual;
  count.perceived += perceived;
}

std::string SituationGrid::TextOf(const Count& count) {
  if (count.actual == 0 && count.perceived == 0) return "·";
  if (count.perceived == 0) return absl::StrCat(count.actual);
  return absl::StrCat(count.actual, " (", count.perceived, ")");
}

std::string SituationGrid::Render(Language language, int width) const {
  const auto& families = *v1::Family_descriptor();
  std::vector<std::string> headings = {std::string(Say(language, "Område", "area"))};
  for (int i = 1; i < families.value_count(); ++i) {
    const std::string word = WordOf(*families.value(i), language);
    headings.push_back(word.substr(0, word.find(' ')));  // the first word: eight fit a terminal
  }
  headings.emplace_back(Say(language, "summa", "total"));

  std::vector<std::pair<std::string, const Row*>> ordered;
  const Row* unlocated = nullptr;
  for (const auto& [area, row] : rows_) {
    if (area.empty()) {
      unlocated = &row;
      continue;
    }
    const auto name = names_.find(area);
    ordered.emplace_back(name != names_.end() ? Harmless(name->second) : ShortId(area), &row);
  }
  std::sort(ordered.begin(), ordered.end());
  if (unlocated != nullptr) {
    ordered.emplace_back(Say(language, "(utan plats)", "(unlocated)"), unlocated);
  }

  Table table(headings);
  Row total;
  const auto add = [&](const std::string& heading, const Row& row) {
    std::vector<std::string> cells = {heading};
    Count sum;
    for (int i = 1; i < families.value_count(); ++i) {
      const auto found = row.find(families.value(i)->number());
      const Count count = found == row.end() ? Count{} : found->second;
      sum.actual += count.actual;
      sum.perceived += count.perceived;
      cells.push_back(TextOf(count));
    }
    cells.push_back(TextOf(sum));
    table.Add(std::move(cells));
  };
  for (const auto& [heading, row] : ordered) {
    add(heading, *row);
    for (const auto& [family, count] : *row) {
      total[family].actual += count.actual;
      total[family].perceived += count.perceived;
    }
  }
  add(std::string(Say(language, "Alla", "All")), total);
  return table.Render(width);
}

}  // namespace samsyn::cli
