// Checks that the rules of problems, meetings, deployments and assignments share. Each answers with
// the refusal that it stands for.
#ifndef SAMSYN_SERVER_DOMAIN_RULE_CHECKS_H_
#define SAMSYN_SERVER_DOMAIN_RULE_CHECKS_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/string_view.h>
#include <google/protobuf/repeated_field.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/policy.h"
#include "server/domain/refusal.h"
#include "server/domain/visibility.h"
#include "server/domain/words.h"

namespace samsyn::domain {

// NOT_YOUR_ORGANISATION for whoever gets only a part of an entity that the decision is about: what
// a rule answers, or refuses, would tell of the rest.
absl::Status RequireWhole(const Actor& actor, const v1::Entity& entity);

// The entity that a rule decides over, as it is; NOT_FOUND when the actor does not see it, refused
// when it gets only a part of it.
template <typename T>
absl::StatusOr<std::shared_ptr<const T>> See(const View& view, const Actor& actor,
                                             absl::string_view name) {
  const EntityPtr entity = FindVisible(view, actor.audience, name);
  if (entity == nullptr || KindOf(*entity) != EntityField<T>::kKind) return NotFound(name);
  if (absl::Status whole = RequireWhole(actor, *entity); !whole.ok()) return whole;
  return std::shared_ptr<const T>(entity, &As<T>(*entity));
}

// What is wrong with fields, gathered, so that all of it is answered at once.
class Violations {
 public:
  void Add(absl::string_view field, absl::string_view en, absl::string_view sv) {
    violations_.push_back({std::string(field), {std::string(en), std::string(sv)}});
  }
  // INVALID_FIELDS with all of them, or OK.
  absl::Status Result() && {
    return violations_.empty() ? absl::OkStatus() : RefuseFields(std::move(violations_));
  }

 private:
  std::vector<Violation> violations_;
};

// NOT_FOUND for the first that is not an area, not an organisation of the municipality.
absl::Status RequireAreas(const View& view,
                          const google::protobuf::RepeatedPtrField<std::string>& areas);
absl::Status RequireOrganisation(const View& view, absl::string_view name);

// WRONG_STATE: the subject ({"The deployment", "Insatsens"}) is in this state, and what was asked
// needs another.
template <typename State>
absl::Status WrongState(const Words& subject, State state, std::initializer_list<State> allowed) {
  std::vector<std::string> en, sv, ids;
  for (const State one : allowed) {
    en.push_back(WordsOf(one).en);
    sv.push_back(absl::StrCat("”", WordsOf(one).sv, "”"));
    ids.push_back(IdOf(one));
  }
  return Refuse(v1::ERROR_REASON_WRONG_STATE,
                {absl::StrCat(subject.en, " is ", WordsOf(state).en, "; this needs it to be ",
                              absl::StrJoin(en, " or "), "."),
                 absl::StrCat(subject.sv, " läge är ”", WordsOf(state).sv,
                              "”; det här kräver läget ", absl::StrJoin(sv, " eller "), ".")},
                {{"state", IdOf(state)}, {"allowed", absl::StrJoin(ids, ",")}});
}
template <typename State>
absl::Status RequireState(const Words& subject, State state, std::initializer_list<State> allowed) {
  for (const State one : allowed) {
    if (one == state) return absl::OkStatus();
  }
  return WrongState(subject, state, allowed);
}

// Whose word a command is: the caller's own organisation, or in an open meeting one that is present
// and said it aloud, written down by the chair or the secretary (R1).
struct Speaker {
  std::string organisation;
  std::string recorded_by;  // the member who wrote it down; empty: the organisation itself
};

// Without `on_behalf_of`: the caller's organisation, if the caller has one of the roles.
// Refusals: ROLE_MISSING, MEETING_NOT_OPEN, NOT_PRESENT.
absl::StatusOr<Speaker> SpeakerOf(const View& view, const Actor& actor,
                                  absl::string_view on_behalf_of,
                                  std::initializer_list<v1::Role> roles);

// Whether the actor is the chair of this meeting, or its secretary (by role or by name).
bool IsChairOf(const Actor& actor, const v1::Meeting& meeting);
bool IsSecretaryOf(const Actor& actor, const v1::Meeting& meeting);

// What every member of an organisation sees, whatever else it may be.
Audience AudienceOfOrganisation(const View& view, absl::string_view organisation);

// Whether the members of an organisation may see an entity, the whole of it.
bool OrganisationMaySee(const View& view, absl::string_view organisation, const v1::Entity& entity);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_RULE_CHECKS_H_
