#include "clients/cli/usual_words.h"

#include <absl/strings/str_cat.h>

namespace samsyn::cli {
namespace {

absl::string_view VerdictIn(Language language, int count, const v1::Usual& usual) {
  switch (usual.verdict()) {
    case v1::Usual::VERDICT_MORE:
      return Say(language, "fler än vanligt", "more than usual");
    case v1::Usual::VERDICT_AS_USUAL:
      // Outside the usual range, but among so many counts some are by chance.
      if (count > usual.high()) {
        return Say(language, "kanske fler än vanligt", "perhaps more than usual");
      }
      if (count < usual.low()) {
        return Say(language, "kanske färre än vanligt", "perhaps fewer than usual");
      }
      return Say(language, "som vanligt", "as usual");
    case v1::Usual::VERDICT_FEWER:
      return Say(language, "färre än vanligt", "fewer than usual");
    case v1::Usual::VERDICT_TOO_FEW:
      return Say(language, "för få för att säga", "too few to tell");
    default:
      return Say(language, "för kort tid för att säga", "too short a time to tell");
  }
}

}  // namespace

std::string RangeOf(const v1::Usual& usual) {
  if (usual.low() == usual.high()) return absl::StrCat(usual.low());
  return absl::StrCat(usual.low(), "–", usual.high());
}

std::string InWords(int count, const v1::Usual& usual, Language language) {
  const absl::string_view verdict = VerdictIn(language, count, usual);
  if (usual.verdict() == v1::Usual::VERDICT_NO_PAST) return absl::StrCat(verdict, " (", count, ")");
  return absl::StrCat(verdict, " (", count, Say(language, ", brukar vara ", ", usually "),
                      RangeOf(usual), ")");
}

std::string InWords(const v1::Usual& usual, Language language) {
  // Without the count, as usual is as usual.
  const std::string verdict(VerdictIn(language, usual.low(), usual));
  if (usual.verdict() == v1::Usual::VERDICT_NO_PAST ||
      usual.verdict() == v1::Usual::VERDICT_TOO_FEW) {
    return verdict;
  }
  return absl::StrCat(verdict, Say(language, " (brukar vara ", " (usually "), RangeOf(usual), ")");
}

}  // namespace samsyn::cli
