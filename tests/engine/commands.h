// Commands for tests of the engine, without rules or members.
#ifndef SAMSYN_TESTS_ENGINE_COMMANDS_H_
#define SAMSYN_TESTS_ENGINE_COMMANDS_H_

#include <samsyn/v1/problem.pb.h>

#include <string>

#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/engine/engine.h"

namespace samsyn::engine {

inline constexpr char kName[] = "municipalities/0136";

// Timers fire only when a test asks for it.
inline EngineOptions ByHand() {
  EngineOptions options;
  options.run_timers = false;
  return options;
}

// A command that makes a problem with this statement (once for each request id).
inline Command MakeProblem(const std::string& request_id, const std::string& statement) {
  Command command;
  command.caller.member = "system";
  command.method = "CreateProblem";
  command.request_id = domain::MadeId("test", request_id, 0);
  command.request_digest = Sha256Of(statement);
  command.decide = [statement](domain::Transaction& transaction) {
    v1::Problem problem;
    problem.set_name(domain::NameOf(kName, v1::ENTITY_KIND_PROBLEM, transaction.NewId()));
    problem.set_statement(statement);
    transaction.Answer(problem.name());
    transaction.Put(std::move(problem));
    return absl::OkStatus();
  };
  return command;
}

// A command that takes the only free seat: refused once it is taken.
inline Command TakeSeat(const std::string& request_id) {
  Command command;
  command.caller.member = "system";
  command.method = "CreateProblem";
  command.request_id = domain::MadeId("test", request_id, 0);
  command.decide = [](domain::Transaction& transaction) -> absl::Status {
    const std::string seat = domain::NameOf(kName, v1::ENTITY_KIND_PROBLEM, "seat");
    if (transaction.Find(seat) != nullptr) {
      return domain::Refuse(v1::ERROR_REASON_WRONG_STATE, {"Taken.", "Upptagen."});
    }
    v1::Problem problem;
    problem.set_name(seat);
    transaction.Answer(seat);
    transaction.Put(std::move(problem));
    return absl::OkStatus();
  };
  return command;
}

inline std::string StatementOf(Engine& engine, const std::string& name) {
  return (*engine.FeedOf(kName))->Reading([&](const domain::Picture& picture) {
    const auto problem = picture.Get<v1::Problem>(name);
    return problem == nullptr ? std::string() : problem->statement();
  });
}

inline size_t CountProblems(Engine& engine) {
  return (*engine.FeedOf(kName))->Reading([](const domain::Picture& picture) {
    return picture.count(v1::ENTITY_KIND_PROBLEM);
  });
}

}  // namespace samsyn::engine

#endif  // SAMSYN_TESTS_ENGINE_COMMANDS_H_
