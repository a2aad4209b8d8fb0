#include "server/analysis/feedback.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/analysis/current_incident.h"
#include "server/domain/incident_rules.h"
#include "server/domain/index_keys.h"
#include "server/domain/refusal.h"

namespace samsyn::analysis {
namespace {

constexpr size_t kDeploymentsMost = 50;

// The problems by name, as they are shown to the audience, that are linked to an incident or to one
// that counts as it.
std::map<std::string, v1::Problem> ProblemsOf(const v1::Incident& incident,
                                              const domain::View& view,
                                              const domain::Audience& audience) {
  std::set<std::string> incidents{incident.name()};
  for (const std::string& report : incident.reports()) {
    incidents.insert(domain::IncidentFoundedBy(report));
  }
  std::map<std::string, v1::Problem> problems;
  for (const std::string& name : incidents) {
    const IncidentPtr linked = CurrentIncident(view, audience, name);
    if (linked == nullptr || linked->name() != incident.name()) continue;
    for (const std::string& namer : view.Lookup(domain::LinksKey(name))) {
      const domain::EntityPtr shown = domain::Shown(audience, view.Find(namer));
      if (shown == nullptr || !shown->has_problem()) continue;
      const auto& links = shown->problem().incidents();
      if (std::find(links.begin(), links.end(), name) != links.end()) {
        problems.emplace(namer, shown->problem());
      }
    }
  }
  return problems;
}

// As the audience is shown them: whoever is not shown a deployment's problem is not told that it
// answers it.
std::vector<v1::FeedbackDeployment> AnswersTo(const std::string& problem, const domain::View& view,
                                              const domain::Audience& audience) {
  std::vector<v1::FeedbackDeployment> answers;
  for (const std::string& name : view.Lookup(domain::LinksKey(problem))) {
    const domain::EntityPtr shown = domain::Shown(audience, view.Find(name));
    if (shown == nullptr || !shown->has_deployment()) continue;
    const v1::Deployment& deployment = shown->deployment();
    if (deployment.problem() != problem) continue;
    v1::FeedbackDeployment& answer = answers.emplace_back();
    answer.set_deployment(name);
    answer.set_problem(problem);
    answer.set_kind(deployment.kind());
    answer.set_state(deployment.state());
    *answer.mutable_window() = deployment.window();
    *answer.mutable_areas() = deployment.areas();
    answer.set_outcome(deployment.follow_up().outcome());
  }
  return answers;
}

}  // namespace

absl::Status GetReportFeedback(const v1::GetReportFeedbackRequest& request,
                               const domain::View& view, const domain::Audience& audience,
                               v1::GetReportFeedbackResponse* response) {
  const domain::EntityPtr entity = view.Find(request.name());
  const domain::EntityPtr shown = domain::Shown(audience, entity);
  if (shown == nullptr || !shown->has_report()) return domain::NotFound(request.name());
  *response->mutable_report() = shown->report();
  if (!domain::SeesWhole(audience, *entity)) return absl::OkStatus();
  const IncidentPtr incident = CurrentIncident(view, audience, shown->report().incident());
  if (incident == nullptr) return absl::OkStatus();
  response->set_incident(incident->name());
  response->set_independent_sources(incident->independent_sources());
  std::vector<v1::FeedbackDeployment> answers;
  for (auto& [name, problem] : ProblemsOf(*incident, view, audience)) {
    for (v1::FeedbackDeployment& answer : AnswersTo(name, view, audience)) {
      answers.push_back(std::move(answer));
    }
    *response->add_problems() = std::move(problem);
  }
  std::sort(answers.begin(), answers.end(), [](const auto& a, const auto& b) {
    const auto time = [](const v1::FeedbackDeployment& one) {
      return domain::TimeOf(one.window().start_time());
    };
    return time(a) != time(b) ? time(a) > time(b) : a.deployment() < b.deployment();
  });
  if (answers.size() > kDeploymentsMost) answers.resize(kDeploymentsMost);
  for (v1::FeedbackDeployment& answer : answers) *response->add_deployments() = std::move(answer);
  return absl::OkStatus();
}

}  // namespace samsyn::analysis
