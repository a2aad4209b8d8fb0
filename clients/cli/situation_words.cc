#include "clients/cli/situation_words.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>

#include <vector>

#include "clients/cli/output.h"
#include "clients/cli/table.h"
#include "clients/cli/usual_words.h"

namespace samsyn::cli {
namespace {

bool IsUnusual(const v1::Usual& usual) {
  return usual.verdict() == v1::Usual::VERDICT_MORE || usual.verdict() == v1::Usual::VERDICT_FEWER;
}

std::string AreaWord(const std::string& area, const AreaNames& areas, Language language) {
  if (area.empty()) return std::string(Say(language, "(utan plats)", "(unlocated)"));
  const auto found = areas.find(area);
  return found == areas.end() ? ShortId(area) : Harmless(found->second);
}

// Of two things that are counted together people say both: "damage and fire".
std::string FamilyWord(v1::Family family, Language language) {
  const std::string word = WordOf(*v1::Family_descriptor()->FindValueByNumber(family), language);
  return language == Language::kEnglish ? absl::StrReplaceAll(word, {{" ", " and "}}) : word;
}

// What the rows say, each under its heading.
class Lines {
 public:
  explicit Lines(Language language) : language_(language) {}

  void Add(const std::string& heading, const v1::SituationRow& row) {
    AddOne(heading, row.actual(), row.actual_usual());
    if (row.has_perceived_usual()) {
      AddOne(absl::StrCat(heading, Say(language_, ", upplevt", ", perceived")), row.perceived(),
             row.perceived_usual());
    }
  }
  // How many were not worth a line of their own.
  std::string Render() const {
    std::string text = text_;
    std::vector<std::string> others;
    if (as_usual_ > 0) {
      others.push_back(absl::StrCat(as_usual_, Say(language_, " som vanligt", " as usual")));
    }
    if (too_few_ > 0) {
      others.push_back(
          absl::StrCat(too_few_, Say(language_, " för få för att säga", " too few to tell")));
    }
    if (others.empty()) return text;
    return absl::StrCat(text, Say(language_, "I övrigt: ", "Otherwise: "),
                        absl::StrJoin(others, ", "), "\n");
  }

 private:
  void AddOne(const std::string& heading, int count, const v1::Usual& usual) {
    if (IsUnusual(usual)) {
      absl::StrAppend(&text_, heading, ": ", InWords(count, usual, language_), "\n");
    } else if (usual.verdict() == v1::Usual::VERDICT_AS_USUAL) {
      ++as_usual_;
    } else if (usual.verdict() == v1::Usual::VERDICT_TOO_FEW) {
      ++too_few_;
    }
  }

  const Language language_;
  std::string text_;
  int as_usual_ = 0, too_few_ = 0;
};

}  // namespace

std::string InWords(const v1::GetSituationResponse& situation, const AreaNames& areas,
                    Language language) {
  Lines lines(language);
  for (const v1::SituationRow& row : situation.areas()) {
    lines.Add(AreaWord(row.area(), areas, language), row);
  }
  for (const v1::SituationRow& row : situation.families()) {
    lines.Add(FamilyWord(row.family(), language), row);
  }
  for (const v1::SituationRow& row : situation.rows()) {
    lines.Add(absl::StrCat(AreaWord(row.area(), areas, language), ", ",
                           FamilyWord(row.family(), language)),
              row);
  }
  const v1::SituationRow& total = situation.total();
  return absl::StrCat(Say(language, "Allt: ", "All of it: "),
                      InWords(total.actual(), total.actual_usual(), language), "\n",
                      lines.Render());
}

bool IsUnusual(const v1::SituationVerdict& verdict) {
  return IsUnusual(verdict.actual()) || IsUnusual(verdict.perceived());
}

std::string SubjectOf(const v1::SituationVerdict& verdict, const AreaNames& areas,
                      Language language) {
  const bool all_areas = absl::StartsWith(ShortId(verdict.name()), "all.");
  const bool all_families = verdict.family() == v1::FAMILY_UNSPECIFIED;
  if (all_areas && all_families) return std::string(Say(language, "Allt", "All of it"));
  if (all_areas) return FamilyWord(verdict.family(), language);
  const std::string area = AreaWord(verdict.area(), areas, language);
  return all_families ? area : absl::StrCat(area, ", ", FamilyWord(verdict.family(), language));
}

std::string InWords(const v1::SituationVerdict& verdict, const AreaNames& areas,
                    Language language) {
  std::string text =
      absl::StrCat(SubjectOf(verdict, areas, language), ": ", InWords(verdict.actual(), language));
  if (verdict.has_perceived()) {
    absl::StrAppend(&text, Say(language, "; upplevt: ", "; perceived: "),
                    InWords(verdict.perceived(), language));
  }
  return text;
}

}  // namespace samsyn::cli
