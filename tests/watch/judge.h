// A judge for tests of the watch: simple verdicts that say whose they are.
#ifndef SAMSYN_TESTS_WATCH_JUDGE_H_
#define SAMSYN_TESTS_WATCH_JUDGE_H_

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/domain/names.h"
#include "server/domain/visibility.h"
#include "server/watch/feed.h"
#include "tests/testing/world.h"

namespace samsyn::testing {

// What differs between audiences, as it stands in a verdict's `owner`.
inline std::string MarkOf(const domain::Audience& audience) {
  return absl::BytesToHexString(audience.Key());
}

// `area` as "unlocated", "all" or an area's id; the families are "theft" and "all".
inline v1::SituationVerdict VerdictOf(absl::string_view area, absl::string_view family) {
  v1::SituationVerdict verdict;
  verdict.set_name(domain::NameOf(kMunicipality, v1::ENTITY_KIND_SITUATION_VERDICT,
                                  absl::StrCat(area, ".", family)));
  if (area != "unlocated" && area != "all") verdict.set_area(AreaName(area));
  if (family == "theft") verdict.set_family(v1::FAMILY_THEFT);
  return verdict;
}

// How often a judge was asked.
struct Asked {
  int verdicts = 0;
};

// Of each area with a cell that the audience may see: MORE from five counted thefts on, else
// AS_USUAL; and the same of all. Where nothing is counted there is no verdict.
inline std::vector<domain::EntityPtr> JudgeThefts(const domain::Picture& picture,
                                                  const domain::Audience& audience) {
  std::map<std::string, int> counts;
  picture.ForEach(v1::ENTITY_KIND_SITUATION_CELL, "", [&](const domain::EntityPtr& cell) {
    const int actual = cell->situation_cell().actual();
    if (actual == 0 || !domain::CanSee(audience, *cell)) return true;
    const std::string& area = cell->situation_cell().area();
    counts[area.empty() ? "unlocated" : std::string(domain::IdOf(area))] += actual;
    counts["all"] += actual;
    return true;
  });
  std::map<std::string, domain::EntityPtr> verdicts;
  for (const auto& [area, actual] : counts) {
    v1::SituationVerdict verdict = VerdictOf(area, "theft");
    verdict.set_owner(MarkOf(audience));
    verdict.mutable_actual()->set_verdict(actual < 5 ? v1::Usual::VERDICT_AS_USUAL
                                                     : v1::Usual::VERDICT_MORE);
    const std::string name = verdict.name();
    verdicts[name] = std::make_shared<const v1::Entity>(domain::Wrap(std::move(verdict)));
  }
  std::vector<domain::EntityPtr> sorted;
  for (auto& [name, verdict] : verdicts) sorted.push_back(std::move(verdict));
  return sorted;
}

inline watch::Judge TheftJudge(Asked* asked = nullptr) {
  watch::Judge judge;
  judge.verdicts = [asked](const domain::Picture& picture, const domain::Audience& audience) {
    if (asked != nullptr) ++asked->verdicts;
    return JudgeThefts(picture, audience);
  };
  judge.possible = [](const domain::Picture& picture) {
    std::vector<std::string> areas = {"all", "unlocated"};
    for (const auto& area : picture.All<v1::Area>()) {
      areas.emplace_back(domain::IdOf(area->name()));
    }
    std::map<std::string, domain::EntityPtr> sorted;
    for (const std::string& area : areas) {
      for (const absl::string_view family : {"all", "theft"}) {
        v1::SituationVerdict outline = VerdictOf(area, family);
        const std::string name = outline.name();
        sorted[name] = std::make_shared<const v1::Entity>(domain::Wrap(std::move(outline)));
      }
    }
    std::vector<domain::EntityPtr> possible;
    for (auto& [name, outline] : sorted) possible.push_back(std::move(outline));
    return possible;
  };
  return judge;
}

// A cell with thefts as cells of this label have them.
inline v1::SituationCell TheftCell(absl::string_view area, absl::string_view label,
                                   v1::ReleaseState release, int actual) {
  v1::SituationCell cell;
  cell.set_name(domain::NameOf(kMunicipality, v1::ENTITY_KIND_SITUATION_CELL,
                               absl::StrCat(area.empty() ? "unlocated" : area, ".theft.", label)));
  if (!area.empty()) cell.set_area(AreaName(area));
  cell.set_family(v1::FAMILY_THEFT);
  *cell.mutable_release() = std::move(release);
  cell.set_actual(actual);
  return cell;
}

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_WATCH_JUDGE_H_
