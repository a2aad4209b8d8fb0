// Runs a row of the table: request from the values given, call, print.
#ifndef SAMSYN_CLIENTS_CLI_RUNNER_H_
#define SAMSYN_CLIENTS_CLI_RUNNER_H_

#include <string>
#include <vector>

#include "clients/cli/command.h"

namespace samsyn::cli {

Failure RunCommand(const Command& command, Invocation& call);

// The flag without dashes, brackets and dots: the key of `Values`.
std::string KeyOf(const Arg& arg);
bool IsWord(const Arg& arg);      // given by place, not by "--"
bool IsOptional(const Arg& arg);  // a word in brackets, or an option that is not required
bool TakesMany(const Arg& arg);   // a word that ends in "..."
// Whether it takes no value: the field is a bool, or a row's own flag is named so.
bool IsFlag(const Command& command, const Arg& arg);

// The words of a command line with a meeting given by place ("meeting close 2026-11-27") as
// --meeting=2026-11-27.
std::vector<std::string> WithMeetingNamed(std::vector<std::string> words);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_RUNNER_H_
