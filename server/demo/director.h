// Runs a play: steps at their times, each a command of a member, decided by the same rules as any
// other, under a clock that the director moves. Steps may add later steps.
#ifndef SAMSYN_SERVER_DEMO_DIRECTOR_H_
#define SAMSYN_SERVER_DEMO_DIRECTOR_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "server/base/digest.h"
#include "server/domain/entity.h"
#include "server/domain/refusal.h"
#include "server/domain/request_shape.h"
#include "server/domain/transaction.h"

namespace samsyn::demo {

// A command as the director hands it over.
struct Command {
  std::string member;  // name, or "system"
  std::string method;
  std::string request_id;
  Digest request_digest{};
  std::function<absl::Status(domain::Transaction&)> decide;
};

// Where the play is played.
struct Stage {
  std::string municipality;  // "municipalities/0136"
  // Moves the clock and fires the timers that came due.
  std::function<absl::Status(absl::Time)> advance;
  // Decides a command; returns the entities that answer.
  std::function<absl::StatusOr<std::vector<std::string>>(Command)> decide;
  // The newest version; null when there is none.
  std::function<domain::EntityPtr(absl::string_view)> find;
};

// Not thread-safe.
class Director {
 public:
  using Step = std::function<absl::Status()>;

  explicit Director(Stage stage) : stage_(std::move(stage)) {}

  // Steps of one time run in the order in which they were added.
  void At(absl::Time time, Step step) { steps_.emplace(time, std::move(step)); }

  // Runs all steps in order; the first error ends it and says in which step. Those after `end` are
  // not run: the play is not that far yet.
  absl::Status Run(absl::Time end);

  // In a step: decides a request of a member and returns the first entity that answers.
  template <typename Request>
  absl::StatusOr<std::string> Do(absl::string_view member, Request request,
                                 absl::Status (*rule)(const Request&, domain::Transaction&)) {
    request.set_request_id(NextId());
    if (absl::Status shape = domain::CheckShape(request); !shape.ok()) {
      return Explained(shape, request.GetTypeName());
    }
    Command command;
    command.member = MemberName(member);
    command.method = Request::descriptor()->name();
    command.method.resize(command.method.size() - absl::string_view("Request").size());
    command.request_id = request.request_id();
    command.request_digest = Sha256Of(request.SerializeAsString());
    command.decide = [request, rule](domain::Transaction& transaction) {
      return rule(request, transaction);
    };
    return Decide(std::move(command));
  }
  // What no request says, by the system.
  absl::StatusOr<std::string> DoAsSystem(absl::string_view method,
                                         std::function<absl::Status(domain::Transaction&)> decide);

  // In a step: the newest version of an entity; an empty one when there is none.
  template <typename T>
  T Get(absl::string_view name) const {
    const domain::EntityPtr entity = stage_.find(name);
    return entity == nullptr || domain::KindOf(*entity) != domain::EntityField<T>::kKind
               ? T()
               : domain::As<T>(*entity);
  }

  absl::Time now() const { return now_; }
  const std::string& municipality() const { return stage_.municipality; }
  // A UUID that no other has and every run has again.
  std::string NextId();

  // "polis" → "municipalities/0136/members/polis", and so on.
  std::string MemberName(absl::string_view id) const { return Below("members", id); }
  std::string OrganisationName(absl::string_view id) const { return Below("organisations", id); }
  std::string UnitName(absl::string_view id) const { return Below("units", id); }
  std::string AreaName(absl::string_view id) const { return Below("areas", id); }

 private:
  std::string Below(absl::string_view collection, absl::string_view id) const {
    return absl::StrCat(stage_.municipality, "/", collection, "/", id);
  }
  absl::StatusOr<std::string> Decide(Command command);
  absl::Status Explained(const absl::Status& status, absl::string_view what) const;

  const Stage stage_;
  std::multimap<absl::Time, Step> steps_;
  absl::Time now_ = absl::InfinitePast();
  int ids_ = 0;
};

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_DIRECTOR_H_
