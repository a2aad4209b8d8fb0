#include "clients/cli/priorities.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_replace.h>

#include <algorithm>
#include <vector>

#include "clients/cli/table.h"
#include "clients/cli/times.h"

namespace samsyn::cli {
namespace {

// "0,71" or "0.71".
std::string Number(double number, Language language) {
  std::string text = absl::StrFormat("%.2f", number);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return language == Language::kSwedish ? absl::StrReplaceAll(text, {{".", ","}}) : text;
}

std::string SeverityText(const v1::PriorityFactors& factors, Language language) {
  if (factors.severity() == 0) {
    return std::string(Say(language, "ingen allvarlighet angiven", "no severity said"));
  }
  return absl::StrCat(Say(language, "högsta allvarlighet ", "highest severity "),
                      factors.severity());
}

std::string RecencyText(const v1::PriorityFactors& factors, absl::Time now, Language language) {
  if (!factors.has_newest_time()) {
    return std::string(Say(language, "ingen händelse kopplad", "no incident linked"));
  }
  const absl::Time newest = absl::FromUnixSeconds(factors.newest_time().seconds());
  const int64_t days = std::max<int64_t>(0, absl::ToInt64Hours(now - newest) / 24);
  const absl::string_view age = days == 0   ? Say(language, "i dag", "today")
                                : days == 1 ? Say(language, "för 1 dag sedan", "1 day ago")
                                            : absl::string_view();
  return absl::StrCat(Say(language, "senast ", "newest "), WriteTime(newest), ", ",
                      age.empty() ? absl::StrCat(Say(language, "för ", ""), days,
                                                 Say(language, " dagar sedan", " days ago"))
                                  : std::string(age));
}

std::string UnusualText(const v1::PriorityFactors& factors, Language language) {
  if (factors.more_than_usual() == 0) {
    return std::string(Say(language, "inget fler än vanligt", "nothing more than usual"));
  }
  return absl::StrCat(Say(language, "fler än vanligt i ", "more than usual in "),
                      factors.more_than_usual(),
                      factors.more_than_usual() == 1
                          ? Say(language, " ruta (område och grupp)", " cell (area and family)")
                          : Say(language, " rutor (område och grupp)", " cells (area and family)"));
}

std::string SourcesText(const v1::PriorityFactors& factors, Language language) {
  const int sources = factors.independent_sources();
  return absl::StrCat(sources, sources == 1
                                   ? Say(language, " oberoende källa", " independent source")
                                   : Say(language, " oberoende källor", " independent sources"));
}

}  // namespace

std::string PriorityText(const v1::SuggestedPriority& one, int place, absl::Time now,
                         Language language) {
  const v1::PriorityFactors& factors = one.factors();
  std::string text = absl::StrCat(
      place, ". ", Harmless(one.problem().statement()), " (", ShortId(one.problem().name()),
      ")\n   ", Say(language, "poäng ", "score "), Number(one.score(), language),
      Say(language, ", möten sedan det angavs: ", ", meetings since it was stated: "),
      one.age_meetings(), "\n");
  const auto factor = [&](absl::string_view words, double weight) {
    absl::StrAppend(&text, "   × ", Padded(Number(weight, language), 5), " ", words, "\n");
  };
  factor(SeverityText(factors, language), factors.severity_weight());
  factor(RecencyText(factors, now, language), factors.recency_weight());
  factor(UnusualText(factors, language), factors.unusualness_weight());
  factor(SourcesText(factors, language), factors.sources_weight());
  if (one.deployments_size() > 0) {
    absl::StrAppend(&text, "   ", Say(language, "insatser:", "deployments:"));
    for (const std::string& name : one.deployments()) absl::StrAppend(&text, " ", ShortId(name));
    absl::StrAppend(&text, "\n");
  }
  return text;
}

Failure RunPriorities(Invocation& call) {
  v1::SuggestPrioritiesRequest request;
  request.set_municipality(call.client.municipality());
  v1::SuggestPrioritiesResponse response;
  const CallError error = call.client.Call(call.client.problems(),
                                           &v1::ProblemService::StubInterface::SuggestPriorities,
                                           std::move(request), &response);
  if (!error.ok()) return Failure::Of(error);
  int place = 0;
  for (const v1::SuggestedPriority& one : response.suggestions()) {
    if (call.out.json()) {
      call.out.Json(one);
    } else {
      call.out.stream() << PriorityText(one, ++place, call.now, call.out.language());
    }
  }
  if (call.out.json()) return {};
  call.out.stream() << (place == 0
                            ? Say(call.out.language(), "Inget att visa.", "Nothing to show.")
                            : Say(call.out.language(), "Ett förslag: mötet bestämmer ordningen.",
                                  "A suggestion: the meeting decides the order."))
                    << "\n";
  return {};
}

}  // namespace samsyn::cli
