#include "server/program/journal_move.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>
#include <absl/time/clock.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "server/base/digest.h"
#include "server/journal/redis/move.h"
#include "server/program/redis_servers.h"

namespace samsyn::program {
namespace {

// A failover meanwhile takes some seconds; then it goes on.
constexpr absl::Duration kTries = absl::Seconds(30);
constexpr absl::Duration kBetweenTries = absl::Milliseconds(500);

int Failed(const absl::Status& status) {
  std::cerr << "samsynd: " << status.message() << "\n";
  return 1;
}

absl::StatusOr<journal::RedisMove::Moved> MoveWithTries(const JournalArguments& arguments,
                                                        const RedisServers& servers,
                                                        journal::RedisCaller& to) {
  std::optional<absl::Time> closed;
  const absl::Time deadline = absl::Now() + kTries;
  const auto reached = [&](journal::RedisMoveStep step) {
    if (step == journal::RedisMoveStep::kClosed && !closed.has_value()) closed = absl::Now();
    return absl::OkStatus();
  };
  while (true) {
    auto moved = journal::RedisMove(arguments.code, servers.all(), to, reached).Run();
    if (moved.ok() && closed.has_value()) {
      moved->pause = std::max(moved->pause, absl::Now() - *closed);
    }
    if (!absl::IsUnavailable(moved.status()) || absl::Now() > deadline) return moved;
    std::cerr << "samsynd: " << moved.status().message() << "; it is tried again\n";
    absl::SleepFor(kBetweenTries);
  }
}

int Move(const JournalArguments& arguments, const RedisServers& servers, journal::RedisCaller& to) {
  const auto moved = MoveWithTries(arguments, servers, to);
  if (!moved.ok()) {
    std::cerr << "samsynd: not moved, or not yet; run it again, or give it up with --back\n";
    return Failed(moved.status());
  }
  if (moved->was_there) {
    std::cout << arguments.code << ": is on the Redis " << to.name() << " already\n";
    return 0;
  }
  std::cout << arguments.code << ": moved from the Redis " << moved->from << " to " << to.name()
            << ", revision " << moved->head.revision << ", digest " << Hex(moved->head.digest)
            << "; writes waited for "
            << absl::StrFormat("%.3f", absl::ToDoubleSeconds(moved->pause)) << " s\n"
            << "  what " << moved->from << " has of it stays until it is removed with --forget\n";
  return 0;
}

int Back(const JournalArguments& arguments, const RedisServers& servers, journal::RedisCaller& to) {
  const absl::Status status = journal::RedisMove(arguments.code, servers.all(), to).GiveUp();
  if (!status.ok()) return Failed(status);
  std::cout << arguments.code << ": stays where it is\n";
  return 0;
}

int Forget(const JournalArguments& arguments, const RedisServers& servers,
           journal::RedisCaller& to) {
  const auto removed = journal::RedisMove(arguments.code, servers.all(), to).Forget();
  if (!removed.ok()) return Failed(removed.status());
  std::cout << arguments.code << ": "
            << (removed->empty() ? "nothing is left to be removed"
                                 : absl::StrCat("removed from ", absl::StrJoin(*removed, ", ")))
            << "\n";
  return 0;
}

int Run(const JournalArguments& arguments) {
  const auto servers = RedisServers::Of(arguments.redis);
  if (!servers.ok()) return Failed(servers.status());
  if (servers->all().empty()) {
    return Failed(
        absl::InvalidArgumentError("say where Redis is: --redis, or --config before journal"));
  }
  journal::RedisCaller* const to = servers->Named(arguments.to);
  if (to == nullptr) {
    return Failed(absl::InvalidArgumentError(absl::StrCat("no --redis is named ", arguments.to)));
  }
  if (arguments.back) return Back(arguments, *servers, *to);
  if (arguments.forget) return Forget(arguments, *servers, *to);
  return Move(arguments, *servers, *to);
}

}  // namespace

void AddMoveCommand(CLI::App& group, JournalArguments& arguments, std::function<int()>& chosen) {
  CLI::App* const move =
      group.add_subcommand("move", "take a municipality to another Redis while nodes use it");
  move->add_option("CODE", arguments.code, "municipality, as 0136")
      ->required()
      ->configurable(false);
  move->add_option("--to", arguments.to, "name of the Redis that it goes to")
      ->required()
      ->configurable(false);
  AddRedisOptions(*move, arguments.redis);
  auto* const back =
      move->add_flag("--back", arguments.back,
                     "give up a move that was begun and is not done: it stays where it is")
          ->configurable(false);
  move->add_flag("--forget", arguments.forget,
                 "remove what others have of it, once the one it went to has it all")
      ->configurable(false)
      ->excludes(back);
  move->callback([&] { chosen = [&] { return Run(arguments); }; });
}

}  // namespace samsyn::program
