// `samsynd journal verify|recover|export|import|restore DIR …`, `samsynd journal move CODE …`: what
// an operator does to journals. Those of a directory are exported, verified and moved while a
// server uses them; for the rest none does.
#ifndef SAMSYN_SERVER_PROGRAM_JOURNAL_COMMAND_H_
#define SAMSYN_SERVER_PROGRAM_JOURNAL_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

#include "server/program/options.h"

namespace samsyn::program {

struct JournalArguments {
  std::string directory;
  std::string file;
  std::string code;  // empty: all, or that of the file
  bool drop_after_damage = false;
  RedisOptions redis;  // none: as a node is configured; none there: without Redis
  std::string to;      // name of the Redis that a municipality is moved to
  bool back = false;
  bool forget = false;
};

// Adds the subcommands. After parsing, `chosen` does what was asked and gives the exit code; it
// stays empty when none was.
void AddJournalCommand(CLI::App& app, JournalArguments& arguments, std::function<int()>& chosen);

}  // namespace samsyn::program

#endif  // SAMSYN_SERVER_PROGRAM_JOURNAL_COMMAND_H_
