// What a meeting leaves to the next one (R10): deployments that are not decided, not carried out,
// not followed up, and problems that no deployment answers; each with its age. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_CARRY_OVER_H_
#define SAMSYN_SERVER_DOMAIN_CARRY_OVER_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/meeting.pb.h>

#include <vector>

#include "server/domain/picture.h"

namespace samsyn::domain {

// From this age on it is raised to the local crime prevention council's list.
inline constexpr int kRaisedAtAge = 3;

// Whether a deployment answers a problem for a meeting: it is proposed, agreed or running, or was
// decided in it.
bool Answers(const v1::Deployment& deployment, absl::string_view problem,
             const v1::Meeting& meeting);

// Of all there is, whoever sees it: the meeting's guards hide what it names. So each line says only
// what follows from its subject, for all who see that: a problem is answered by deployments alone
// that everybody sees who sees the problem, and whether a deployment was carried out is not asked
// of its assignments, but of whether any unit was committed to it. The oldest first, then by name;
// at most 50.
std::vector<v1::CarryOver> CarriedOver(const View& view, const v1::Meeting& meeting);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_CARRY_OVER_H_
