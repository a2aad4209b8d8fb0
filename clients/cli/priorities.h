// `samsyn problem priorities`.
#ifndef SAMSYN_CLIENTS_CLI_PRIORITIES_H_
#define SAMSYN_CLIENTS_CLI_PRIORITIES_H_

#include <absl/time/time.h>
#include <samsyn/v1/problem.pb.h>

#include <string>

#include "clients/cli/command.h"

namespace samsyn::cli {

// Prints the suggested order with every factor in words.
Failure RunPriorities(Invocation& call);

// One of them, as lines; `place` is its number in the order.
std::string PriorityText(const v1::SuggestedPriority& one, int place, absl::Time now,
                         Language language);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_PRIORITIES_H_
