// Where what is felt and what happened differ, for people: below `samsyn situation show`.
#ifndef SAMSYN_CLIENTS_CLI_GAPS_H_
#define SAMSYN_CLIENTS_CLI_GAPS_H_

#include <google/protobuf/repeated_field.h>
#include <samsyn/v1/situation.pb.h>

#include "clients/cli/command.h"

namespace samsyn::cli {

// Two lines each: what is felt, what happened. Prints nothing where there is none.
Failure PrintGaps(Invocation& call, const google::protobuf::RepeatedPtrField<v1::Gap>& gaps);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_GAPS_H_
