#include "server/analysis/possible_verdicts.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>

#include "server/analysis/families.h"
#include "server/domain/names.h"

namespace samsyn::analysis {
namespace {

// Adds those of one area; `id` stands in their names.
void AddOf(absl::string_view municipality, absl::string_view id, const std::string& area,
           std::vector<v1::SituationVerdict>& verdicts) {
  for (int number = v1::Family_MIN; number <= v1::Family_MAX; ++number) {
    const auto family = static_cast<v1::Family>(number);
    const absl::string_view word = number == 0 ? "all" : FamilyId(family);
    if (word.empty()) continue;
    v1::SituationVerdict& verdict = verdicts.emplace_back();
    verdict.set_name(domain::NameOf(municipality, v1::ENTITY_KIND_SITUATION_VERDICT,
                                    absl::StrCat(id, ".", word)));
    verdict.set_area(area);
    verdict.set_family(family);
  }
}

}  // namespace

std::vector<v1::SituationVerdict> PossibleVerdicts(const domain::View& view) {
  std::vector<v1::SituationVerdict> verdicts;
  view.ForEach(v1::ENTITY_KIND_MUNICIPALITY, "", [&](const domain::EntityPtr& municipality) {
    const std::string& name = domain::NameOf(*municipality);
    AddOf(name, "all", "", verdicts);
    AddOf(name, AreaId(""), "", verdicts);
    view.ForEach(v1::ENTITY_KIND_AREA, "", [&](const domain::EntityPtr& area) {
      AddOf(name, AreaId(domain::NameOf(*area)), domain::NameOf(*area), verdicts);
      return true;
    });
    return false;
  });
  std::sort(verdicts.begin(), verdicts.end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
  return verdicts;
}

}  // namespace samsyn::analysis
