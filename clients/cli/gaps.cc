#include "clients/cli/gaps.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/indicator.pb.h>

#include <map>
#include <string>

#include "clients/cli/table.h"

namespace samsyn::cli {
namespace {

absl::string_view FeltText(v1::Gap::Standing standing, Language language) {
  switch (standing) {
    case v1::Gap::STANDING_WORSE:
      return Say(language, "upplevs sämre än i kommunen", "feels worse than the municipality");
    case v1::Gap::STANDING_BETTER:
      return Say(language, "upplevs bättre än i kommunen", "feels better than the municipality");
    default:
      return Say(language, "upplevs som i kommunen", "feels as the municipality");
  }
}

absl::string_view HappenedText(v1::Gap::Standing standing, Language language) {
  switch (standing) {
    case v1::Gap::STANDING_WORSE:
      return Say(language, "det händer mer än i de flesta områden",
                 "more happens than in most areas");
    case v1::Gap::STANDING_BETTER:
      return Say(language, "det händer mindre än i de flesta områden",
                 "less happens than in most areas");
    default:
      return Say(language, "det händer som i andra områden", "as much happens as in other areas");
  }
}

std::string Number(double number, Language language) {
  const std::string text = absl::StrCat(number);
  return language == Language::kSwedish ? absl::StrReplaceAll(text, {{".", ","}}) : text;
}

std::string ShareText(const v1::Indicator& indicator, Language language) {
  return absl::StrCat(Number(indicator.value(), language), " % ", Say(language, "av ", "of "),
                      indicator.n());
}

}  // namespace

Failure PrintGaps(Invocation& call, const google::protobuf::RepeatedPtrField<v1::Gap>& gaps) {
  if (gaps.empty()) return {};
  const Language language = call.out.language();
  std::map<std::string, std::string> areas;
  std::map<std::string, v1::Indicator> indicators;
  v1::ListAreasRequest of_areas;
  of_areas.set_municipality(call.client.municipality());
  CallError error = ListAll(
      call.client, "DirectoryService.ListAreas", of_areas,
      [&](const auto& area) { areas[StringOf(area, "name")] = StringOf(area, "display_name"); });
  if (!error.ok()) return Failure::Of(error);
  v1::ListIndicatorsRequest of_indicators;
  of_indicators.set_municipality(call.client.municipality());
  error = ListAll(
      call.client, "IndicatorService.ListIndicators", of_indicators, [&](const auto& message) {
        indicators[StringOf(message, "name")] = dynamic_cast<const v1::Indicator&>(message);
      });
  if (!error.ok()) return Failure::Of(error);
  call.out.stream() << Say(language, "Upplevt och faktiskt skiljer sig (antal, inte per invånare):",
                           "Felt and actual differ (counts, not per inhabitant):")
                    << "\n";
  for (const v1::Gap& gap : gaps) {
    const std::string& name = areas[gap.area()];
    const v1::Indicator& here = indicators[gap.indicator()];
    call.out.stream() << "  " << Harmless(name.empty() ? ShortId(gap.area()) : name) << " "
                      << FeltText(gap.perceived(), language) << ": " << Harmless(here.measure())
                      << ", " << ShareText(here, language) << Say(language, " mot ", " against ")
                      << ShareText(indicators[gap.reference_indicator()], language) << "\n    "
                      << HappenedText(gap.actual(), language) << ": " << gap.incidents()
                      << Say(language, ", medianen är ", ", the median is ")
                      << Number(gap.incidents_median(), language) << "\n";
  }
  return {};
}

}  // namespace samsyn::cli
