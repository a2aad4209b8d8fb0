#include "server/analysis/priorities.h"

#include <absl/container/btree_set.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "server/analysis/current_incident.h"
#include "server/domain/index_keys.h"

namespace samsyn::analysis {
namespace {

constexpr absl::Duration kRecent = absl::Hours(24 * 7 * 12);
constexpr absl::Duration kHalfLife = absl::Hours(24 * 14);
constexpr double kRecencyLeast = 1.0 / 64;
constexpr size_t kSuggestionsMost = 100;
constexpr int kDeploymentsMost = 50;

using Cell = std::pair<std::string, v1::Family>;

// Cells of areas that are more than usual.
absl::btree_set<Cell> MoreThanUsual(absl::Span<const v1::SituationVerdict> verdicts) {
  absl::btree_set<Cell> more;
  for (const v1::SituationVerdict& verdict : verdicts) {
    if (verdict.area().empty() || verdict.family() == v1::FAMILY_UNSPECIFIED) continue;
    if (verdict.actual().verdict() == v1::Usual::VERDICT_MORE ||
        verdict.perceived().verdict() == v1::Usual::VERDICT_MORE) {
      more.emplace(verdict.area(), verdict.family());
    }
  }
  return more;
}

v1::PriorityFactors FactorsOf(const v1::Problem& problem, const domain::View& view,
                              const domain::Audience& audience, const absl::btree_set<Cell>& more,
                              absl::Time now) {
  v1::PriorityFactors factors;
  absl::Time newest = absl::InfinitePast();
  absl::btree_set<v1::Family> families;
  absl::btree_set<std::string> counted;
  for (const std::string& name : problem.incidents()) {
    const IncidentPtr incident = CurrentIncident(view, audience, name);
    if (incident == nullptr || !counted.insert(incident->name()).second) continue;
    const absl::Time time = domain::TimeOf(incident->occurred_time());
    newest = std::max(newest, time);
    families.insert(incident->family());
    if (time < now - kRecent) continue;
    factors.set_severity(std::max(factors.severity(), incident->severity()));
    factors.set_independent_sources(factors.independent_sources() +
                                    incident->independent_sources());
  }
  for (const std::string& area : problem.areas()) {
    for (const v1::Family family : families) {
      if (more.contains({area, family})) {
        factors.set_more_than_usual(factors.more_than_usual() + 1);
      }
    }
  }
  factors.set_severity_weight(std::max(1, factors.severity()));
  factors.set_recency_weight(kRecencyLeast);
  if (newest != absl::InfinitePast()) {
    *factors.mutable_newest_time() = domain::TimestampOf(newest);
    const double ages = std::max(0.0, absl::FDivDuration(now - newest, kHalfLife));
    factors.set_recency_weight(std::max(kRecencyLeast, std::exp2(-ages)));
  }
  factors.set_unusualness_weight(factors.more_than_usual() > 0 ? 2 : 1);
  factors.set_sources_weight(1 + std::log2(std::max(1, factors.independent_sources())));
  return factors;
}

int MeetingsSince(absl::Time time, const domain::View& view, const domain::Audience& audience) {
  int meetings = 0;
  for (const std::string& name : view.Lookup(domain::kMeetingsHeldKey)) {
    const auto meeting = domain::GetVisible<v1::Meeting>(view, audience, name);
    meetings += meeting != nullptr && meeting->has_close_time() &&
                domain::TimeOf(meeting->close_time()) > time;
  }
  return meetings;
}

// Deployments that answer a problem, the newest first.
std::vector<std::string> DeploymentsOf(absl::string_view problem, const domain::View& view,
                                       const domain::Audience& audience) {
  std::vector<std::pair<absl::Time, std::string>> found;
  for (const std::string& name : view.Lookup(domain::LinksKey(problem))) {
    const domain::EntityPtr shown = domain::Shown(audience, view.Find(name));
    if (shown == nullptr || !shown->has_deployment()) continue;
    if (shown->deployment().problem() != problem) continue;
    found.emplace_back(domain::TimeOf(shown->deployment().create_time()), name);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  if (found.size() > kDeploymentsMost) found.resize(kDeploymentsMost);
  std::vector<std::string> names;
  for (auto& [time, name] : found) names.push_back(std::move(name));
  return names;
}

bool IsLive(const v1::Problem& problem) {
  return problem.state() == v1::Problem::STATE_OPEN ||
         problem.state() == v1::Problem::STATE_MONITORED;
}

}  // namespace

std::vector<v1::SuggestedPriority> SuggestPriorities(
    const domain::View& view, const domain::Audience& audience,
    absl::Span<const v1::SituationVerdict> verdicts, absl::Time now) {
  const absl::btree_set<Cell> more = MoreThanUsual(verdicts);
  std::vector<v1::SuggestedPriority> suggestions;
  view.ForEach(v1::ENTITY_KIND_PROBLEM, "", [&](const domain::EntityPtr& entity) {
    if (!domain::SeesWhole(audience, *entity)) return true;
    const domain::EntityPtr shown = domain::Shown(audience, entity);
    if (!IsLive(shown->problem())) return true;
    v1::SuggestedPriority& one = suggestions.emplace_back();
    *one.mutable_problem() = shown->problem();
    *one.mutable_factors() = FactorsOf(one.problem(), view, audience, more, now);
    one.set_score(one.factors().severity_weight() * one.factors().recency_weight() *
                  one.factors().unusualness_weight() * one.factors().sources_weight());
    one.set_age_meetings(
        MeetingsSince(domain::TimeOf(one.problem().create_time()), view, audience));
    return true;
  });
  std::sort(suggestions.begin(), suggestions.end(), [](const auto& a, const auto& b) {
    const auto rank = [](const v1::SuggestedPriority& one) {
      return std::make_tuple(-one.score(), -one.age_meetings(),
                             absl::string_view(one.problem().name()));
    };
    return rank(a) < rank(b);
  });
  if (suggestions.size() > kSuggestionsMost) suggestions.resize(kSuggestionsMost);
  for (v1::SuggestedPriority& one : suggestions) {
    for (std::string& name : DeploymentsOf(one.problem().name(), view, audience)) {
      one.add_deployments(std::move(name));
    }
  }
  return suggestions;
}

}  // namespace samsyn::analysis
