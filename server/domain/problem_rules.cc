#include "server/domain/problem_rules.h"

#include <algorithm>
#include <set>

#include "server/domain/first_class.h"
#include "server/domain/names.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

constexpr int kIncidents = 100;

const Words& Subject() {
  static const auto* const kSubject = new Words{"The problem", "Problemets"};
  return *kSubject;
}

absl::Status RequireMayState(const Actor& actor) {
  return RequireRole(actor, {v1::ROLE_COORDINATOR, v1::ROLE_CHAIR, v1::ROLE_SECRETARY,
                             v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
}

// The problem that a command changes, if the caller may change it and read this version of it.
absl::StatusOr<v1::Problem> ToChange(const Transaction& transaction, absl::string_view name,
                                     absl::string_view etag) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto problem = See<v1::Problem>(transaction, *actor, name);
  if (!problem.ok()) return problem.status();
  if (!actor->HasAny({v1::ROLE_COORDINATOR, v1::ROLE_CHAIR, v1::ROLE_SECRETARY})) {
    if ((*problem)->owner() != actor->organisation()) {
      return Refuse(v1::ERROR_REASON_NOT_YOUR_ORGANISATION,
                    {"Only the organisation that stated the problem, a coordinator, the chair or "
                     "the secretary may change it.",
                     "Bara aktören som angav problemet, en samordnare, mötesledaren eller "
                     "sekreteraren får ändra det."});
    }
    if (absl::Status may = RequireMayState(*actor); !may.ok()) return may;
  }
  if (absl::Status same = RequireEtag(etag, (*problem)->etag()); !same.ok()) return same;
  return **problem;
}

absl::Status RequireNotClosed(const v1::Problem& problem) {
  return RequireState(Subject(), problem.state(),
                      {v1::Problem::STATE_OPEN, v1::Problem::STATE_MONITORED});
}

void CopyContent(const v1::Problem& from, v1::Problem& to) {
  to.set_statement(from.statement());
  to.set_focus_area(from.focus_area());
  *to.mutable_areas() = from.areas();
  to.set_cause_analysis(from.cause_analysis());
  to.set_baseline(from.baseline());
  to.set_standing(from.standing());
}

absl::Status Commit(v1::Problem problem, Transaction& transaction) {
  SetGuards(transaction, problem);
  transaction.Answer(problem.name());
  transaction.Put(std::move(problem));
  return absl::OkStatus();
}

// Counts what the actor sees alone, so that the limit tells of nothing hidden. What nobody hides
// from anybody is bounded by it, the rest by the size of an entity.
absl::Status RequireRoom(const View& view, const Actor& actor,
                         const std::set<std::string>& incidents) {
  const auto seen = std::count_if(incidents.begin(), incidents.end(), [&](const auto& incident) {
    return FindVisible(view, actor.audience, incident) != nullptr;
  });
  if (seen <= kIncidents) return absl::OkStatus();
  const std::string most = absl::StrCat(kIncidents);
  return Refuse(v1::ERROR_REASON_LIMIT_REACHED,
                {absl::StrCat("A problem can be linked to ", most, " incidents at most."),
                 absl::StrCat("Ett problem kan kopplas till högst ", most, " händelser.")},
                {{"limit", most}});
}

}  // namespace

absl::Status CreateProblem(const v1::CreateProblemRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (absl::Status may = RequireMayState(*actor); !may.ok()) return may;
  if (absl::Status good = RequireAreas(transaction, request.problem().areas()); !good.ok())
    return good;
  v1::Problem problem;
  problem.set_name(
      NameOf(transaction.municipality(), v1::ENTITY_KIND_PROBLEM, transaction.NewId()));
  if (transaction.Find(problem.name()) != nullptr) {  // a repeat that comes very late
    transaction.Answer(problem.name());
    return absl::OkStatus();
  }
  problem.set_owner(actor->organisation());
  const auto first =
      FirstClass(transaction, *actor, request.problem().release().release_class(),
                 v1::RELEASE_CLASS_PARTNER, nullptr, "problem.release.release_class");
  if (!first.ok()) return first.status();
  problem.mutable_release()->set_release_class(*first);
  CopyContent(request.problem(), problem);
  problem.set_state(v1::Problem::STATE_OPEN);
  return Commit(std::move(problem), transaction);
}

absl::Status UpdateProblem(const v1::UpdateProblemRequest& request, Transaction& transaction) {
  auto problem = ToChange(transaction, request.problem().name(), request.etag());
  if (!problem.ok()) return problem.status();
  if (absl::Status open = RequireNotClosed(*problem); !open.ok()) return open;
  if (absl::Status good = RequireAreas(transaction, request.problem().areas()); !good.ok())
    return good;
  CopyContent(request.problem(), *problem);
  problem->set_state(request.monitored() ? v1::Problem::STATE_MONITORED : v1::Problem::STATE_OPEN);
  return Commit(*std::move(problem), transaction);
}

absl::Status LinkIncidents(const v1::LinkIncidentsRequest& request, Transaction& transaction) {
  auto problem = ToChange(transaction, request.name(), request.etag());
  if (!problem.ok()) return problem.status();
  if (absl::Status open = RequireNotClosed(*problem); !open.ok()) return open;
  const auto actor = ActorOf(transaction);
  for (const auto* named : {&request.add(), &request.remove()}) {
    for (const std::string& incident : *named) {
      if (GetVisible<v1::Incident>(transaction, actor->audience, incident) == nullptr) {
        return NotFound(incident);
      }
    }
  }
  std::set<std::string> linked(problem->incidents().begin(), problem->incidents().end());
  linked.insert(request.add().begin(), request.add().end());
  for (const std::string& incident : request.remove()) linked.erase(incident);
  if (!request.add().empty()) {
    if (absl::Status room = RequireRoom(transaction, *actor, linked); !room.ok()) return room;
  }
  problem->clear_incidents();
  for (const std::string& incident : linked) problem->add_incidents(incident);
  return Commit(*std::move(problem), transaction);
}

absl::Status CloseProblem(const v1::CloseProblemRequest& request, Transaction& transaction) {
  auto problem = ToChange(transaction, request.name(), request.etag());
  if (!problem.ok()) return problem.status();
  if (absl::Status open = RequireNotClosed(*problem); !open.ok()) return open;
  problem->set_state(v1::Problem::STATE_CLOSED);
  problem->set_close_note(request.note());
  return Commit(*std::move(problem), transaction);
}

absl::Status ReopenProblem(const v1::ReopenProblemRequest& request, Transaction& transaction) {
  auto problem = ToChange(transaction, request.name(), request.etag());
  if (!problem.ok()) return problem.status();
  if (absl::Status closed = RequireState(Subject(), problem->state(), {v1::Problem::STATE_CLOSED});
      !closed.ok()) {
    return closed;
  }
  problem->set_state(v1::Problem::STATE_OPEN);
  problem->clear_close_note();
  return Commit(*std::move(problem), transaction);
}

}  // namespace samsyn::domain
