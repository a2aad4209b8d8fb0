// The keys of the picture's secondary indexes: what rules look entities up by. An entity stands
// under the keys that `IndexKeysOf` computes from itself alone; `View::Lookup(key)` names the
// entities.
#ifndef SAMSYN_SERVER_DOMAIN_INDEX_KEYS_H_
#define SAMSYN_SERVER_DOMAIN_INDEX_KEYS_H_

#include <absl/strings/str_cat.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <cstdint>
#include <string>

namespace samsyn::domain {

// The report with this source (R8).
inline std::string SourceKey(absl::string_view uri, absl::string_view id) {
  return absl::StrCat("source\n", uri, "\n", id);
}
// The reports of a kind on one of its shelves (report_shelves.h).
inline std::string ShelfKey(int kind, int shelf) {
  return absl::StrCat("shelf\n", kind, "\n", shelf);
}
// The members of an organisation, removed ones too.
inline std::string MembersOfKey(absl::string_view organisation) {
  return absl::StrCat("members\n", organisation);
}
// The meeting that is open: none or one.
inline constexpr absl::string_view kOpenMeetingKey = "meeting-open";
// Meetings that were ever opened.
inline constexpr absl::string_view kMeetingsHeldKey = "meetings-held";
// Meetings whose night lead is in force.
inline constexpr absl::string_view kNightLeadKey = "night-lead";
// Entities that name another: problems their incidents, deployments and what minutes keep of them
// their problem, meetings their priorities, what they leave to the next one and what was open,
// assignments the one that took their place. (They also name their deployment:
// `AssignmentsOfKey`.)
inline std::string LinksKey(absl::string_view named) { return absl::StrCat("links\n", named); }
// Proposed, decided and active deployments to which the unit is committed.
inline std::string CommitmentsOfUnitKey(absl::string_view unit) {
  return absl::StrCat("commitments\n", unit);
}
// All assignments of a unit.
inline std::string AssignmentsOfUnitKey(absl::string_view unit) {
  return absl::StrCat("unit\n", unit);
}
// All assignments of a deployment.
inline std::string AssignmentsOfKey(absl::string_view deployment) {
  return absl::StrCat("assignments\n", deployment);
}
// All field updates of an assignment.
inline std::string UpdatesOfKey(absl::string_view assignment) {
  return absl::StrCat("updates\n", assignment);
}
// All positions on an assignment.
inline std::string PositionsOfKey(absl::string_view assignment) {
  return absl::StrCat("positions\n", assignment);
}
// Active releases of an entity.
inline std::string ReleasesOfKey(absl::string_view entity) {
  return absl::StrCat("releases\n", entity);
}
// All tokens of a member.
inline std::string TokensOfKey(absl::string_view member) {
  return absl::StrCat("tokens\n", member);
}
// The members who belong to a unit, removed ones too.
inline std::string MembersOfUnitKey(absl::string_view unit) { return absl::StrCat("crew\n", unit); }
// All shifts of a unit.
inline std::string ShiftsOfUnitKey(absl::string_view unit) {
  return absl::StrCat("shifts\n", unit);
}
// The devices of a member, the device of a session, the device at an endpoint.
inline std::string DevicesOfKey(absl::string_view member) {
  return absl::StrCat("devices\n", member);
}
inline std::string DevicesOfSessionKey(absl::string_view session) {
  return absl::StrCat("device\n", session);
}
inline std::string EndpointKey(absl::string_view endpoint) {
  return absl::StrCat("endpoint\n", endpoint);
}
// Assignments that are OFFERED: no device has them.
inline constexpr absl::string_view kOfferedKey = "assignments-offered";
// Assignments that became EXPIRED or DECLINED on a day (of the Unix epoch, UTC) and still are.
inline std::string UnmannedKey(int64_t day) { return absl::StrCat("unmanned\n", day); }
inline int64_t DayNumber(absl::Time time) { return absl::ToUnixSeconds(time) / (24 * 3600); }
// What minutes keep of an entity.
inline std::string KeptOfKey(absl::string_view source) { return absl::StrCat("kept\n", source); }
// Round entries and assessments of a meeting, and what its minutes keep.
inline std::string BelowMeetingKey(absl::string_view meeting) {
  return absl::StrCat("meeting\n", meeting);
}

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_INDEX_KEYS_H_
