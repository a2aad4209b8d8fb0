// `samsynd journal move CODE --to NAME --redis …`: a municipality goes to another Redis while nodes
// use it.
#ifndef SAMSYN_SERVER_PROGRAM_JOURNAL_MOVE_H_
#define SAMSYN_SERVER_PROGRAM_JOURNAL_MOVE_H_

#include <CLI/CLI.hpp>
#include <functional>

#include "server/program/journal_command.h"

namespace samsyn::program {

// As AddJournalCommand, to its group.
void AddMoveCommand(CLI::App& group, JournalArguments& arguments, std::function<int()>& chosen);

}  // namespace samsyn::program

#endif  // SAMSYN_SERVER_PROGRAM_JOURNAL_MOVE_H_
