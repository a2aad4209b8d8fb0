// The life of assignments as far as the rules of deployments, which make and end them, and those of
// assignments, which move them, have it in common: states, rule R3, and what a deployment follows
// from its assignments.
#ifndef SAMSYN_SERVER_DOMAIN_ASSIGNMENT_LIFE_H_
#define SAMSYN_SERVER_DOMAIN_ASSIGNMENT_LIFE_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/directory.pb.h>

#include <optional>
#include <string>
#include <vector>

#include "server/domain/policy.h"
#include "server/domain/transaction.h"

namespace samsyn::domain {

// DONE, NOT_DONE, DECLINED, CANCELLED, REPLACED.
bool IsFinal(v1::Assignment::State state);
// Whether an organisation directs the unit beside its own (ordningsvakt: the police).
bool Directs(absl::string_view organisation, const v1::Unit& unit);
// OFFERED to PAUSED: it holds its unit (R3). EXPIRED does not, though it is not final.
bool IsLive(v1::Assignment::State state);

// When a change happened: by the device, if it says so.
absl::Time HappenedAt(const v1::StateChange& change);
// Whether anybody was on place.
bool WasOnScene(const v1::Assignment& assignment);

// What a unit would be taken by, and what does not count against it.
struct Claim {
  std::string unit;
  v1::TimeWindow window;
  std::string ignored_deployment;  // its commitments and assignments do not count
  std::string ignored_assignment;
  absl::Time given_since = absl::InfinitePast();  // what the unit was given before does not count
};

// R3: the name of a live assignment of the unit in an overlapping window, or of a decided
// deployment to which it is committed and whose assignment is not made yet; nullopt: the unit is
// free.
std::optional<std::string> FindClash(const View& view, const Claim& claim);
// The same among what an audience may know the unit to be in.
std::optional<std::string> FindClashSeen(const View& view, const Audience& audience,
                                         const Claim& claim);
// UNIT_TAKEN; names the clash in metadata `clash` if the actor may see that the unit is in it.
absl::Status UnitTaken(const View& view, const Actor& actor, const v1::Unit& unit,
                       const std::string& clash);
// Both in one; OK when the unit is free.
absl::Status RequireFree(const View& view, const Actor& actor, const Claim& claim);

// A new assignment of a unit, OFFERED, not yet put. Its owner is the unit's organisation; those who
// direct the unit see it, too.
v1::Assignment NewAssignment(const Transaction& transaction, const v1::Deployment& deployment,
                             const v1::Unit& unit, int index);
// When an assignment that is offered now is to be answered.
absl::Time AcknowledgeBy(const Transaction& transaction, const v1::Deployment& deployment);

// The change of state as this command makes it, by its caller; `device_time` if a device says so.
v1::StateChange ChangeTo(const Transaction& transaction, v1::Assignment::State state);
// Moves the state: counts `status_version`, keeps the history, adds up the minutes on scene.
void Move(const v1::StateChange& change, v1::Assignment& assignment);
// When the unit was on scene, by the history; the last time up to a time, if it still is.
struct Stay {
  absl::Time start, end;
};
std::vector<Stay> StaysOf(const v1::Assignment& assignment, absl::Time until);
// Moves it to a final state with a reason, and puts it.
void End(v1::Assignment assignment, v1::Assignment::State state, absl::string_view reason,
         Transaction& transaction);

// Put with guards; an assignment with whether it can reach anybody, too.
void PutAssignment(v1::Assignment assignment, Transaction& transaction);
void PutDeployment(v1::Deployment deployment, Transaction& transaction);

// The commitment of a unit to a deployment; null if it is not committed.
const v1::Commitment* FindCommitment(const v1::Deployment& deployment, absl::string_view unit);
v1::Commitment* FindCommitment(v1::Deployment& deployment, absl::string_view unit);

// After an assignment of a deployment changed in this transaction: DECIDED → ACTIVE when a unit was
// on scene, ACTIVE → COMPLETED when all its assignments are final and none is still to be made. One
// that nobody ever got to stays DECIDED until its window is over.
void FollowAssignments(absl::string_view deployment, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_ASSIGNMENT_LIFE_H_
