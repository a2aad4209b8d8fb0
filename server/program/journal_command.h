// `samsynd journal verify|recover|export|import|restore DIR …`: what an operator does to journals
// while no server uses them.
#ifndef SAMSYN_SERVER_PROGRAM_JOURNAL_COMMAND_H_
#define SAMSYN_SERVER_PROGRAM_JOURNAL_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

namespace samsyn::program {

struct JournalArguments {
  std::string directory;
  std::string file;
  std::string code;  // empty: all, or that of the file
  bool drop_after_damage = false;
};

// Adds the subcommands. After parsing, `chosen` does what was asked and gives the exit code; it
// stays empty when none was.
void AddJournalCommand(CLI::App& app, JournalArguments& arguments, std::function<int()>& chosen);

}  // namespace samsyn::program

#endif  // SAMSYN_SERVER_PROGRAM_JOURNAL_COMMAND_H_
