// Stops (R15): what a deployment plans, and what an assignment has made of them. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_STOPS_H_
#define SAMSYN_SERVER_DOMAIN_STOPS_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/deployment.pb.h>

#include "server/domain/picture.h"

namespace samsyn::domain {

// INVALID_FIELDS: a stop in an area that is not the deployment's, or outside its window.
absl::Status CheckStops(const v1::Deployment& deployment);
// In order of time.
void SortStops(v1::Deployment& deployment);

// Gives an assignment the stops that its deployment plans, but for those that are over at a time.
// What it made stays made, also where it is planned no more.
void PlanStops(const v1::Deployment& deployment, absl::Time over, v1::Assignment& assignment);
// Another unit takes over: each keeps what it made, the rest goes on.
void HandOverStops(v1::Assignment& old, v1::Assignment& made);

// There is a stop of this number. In another definition it means another stop.
absl::Status RequireStop(int number, int64_t definition_version, const v1::Assignment& assignment);
// A stop was made, unless it was already. Minutes that the clock counts, because the unit was on
// scene then, are not counted again.
void MakeStop(int number, int minutes, absl::Time time, v1::Assignment& assignment);
// The field update that says so; empty if there is none.
std::string UpdateOfStop(const View& view, const v1::Assignment& assignment, int number);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_STOPS_H_
