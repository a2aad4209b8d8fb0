// The gate (R4): whether a unit may be sent on a deployment, and why not. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_GATE_H_
#define SAMSYN_SERVER_DOMAIN_GATE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/directory.pb.h>

#include <string>
#include <vector>

#include "server/domain/policy.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

// Whether the gate may stop units of these powers: ordningsvakter, väktare, volunteers.
bool IsBound(v1::Unit::Power power);

// A unit that is to be sent out.
struct Outing {
  const v1::Unit& unit;
  const v1::Deployment& deployment;  // where, when, and to do what
  std::string leaves;                // an assignment that it leaves for it; empty: none
};

// What the gate says, from what an audience sees of shifts and other assignments. Never more than
// WARN for police, hosts, field workers, and units of which nobody has said what powers they have.
v1::Gate GateOf(const View& view, const Audience& audience, const Outing& outing);

// GATE_BLOCKED with its reasons, or the codes of what it warns of. Whoever may not know which unit
// it is gets no reasons.
absl::StatusOr<std::vector<v1::Gate::Code>> PassGate(const View& view, const Actor& actor,
                                                     const Outing& outing);
// The same of all units that are committed to a deployment, and whose commitment stands.
absl::Status RequireGatesPassed(const View& view, const Actor& actor,
                                const v1::Deployment& deployment);

// What the gate warned of goes with the commitment.
void SetWarnings(const std::vector<v1::Gate::Code>& warnings, v1::Commitment& commitment);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_GATE_H_
