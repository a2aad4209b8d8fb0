// Units, permits, shifts and stops for people: what the gate says, the evening's contact list, and
// a plan of stops for a deployment.
#ifndef SAMSYN_CLIENTS_CLI_UNITS_H_
#define SAMSYN_CLIENTS_CLI_UNITS_H_

#include <google/protobuf/message.h>

#include "clients/cli/command.h"

namespace samsyn::cli {

// A unit a line: what the gate says, what it is taken by, why.
Failure PrintChecks(Invocation& call, const google::protobuf::Message& response);

// With --stops-suggested: asks for stops in the areas and the window of the request's deployment.
Failure SuggestStopsIfAsked(Invocation& call, google::protobuf::Message& request);

// Who is out from noon to noon, and on what number.
Failure RunContactList(Invocation& call);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_UNITS_H_
