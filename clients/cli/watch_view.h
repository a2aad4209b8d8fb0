// `samsyn watch`: the picture in a terminal, redrawn on change; changes as lines elsewhere.
#ifndef SAMSYN_CLIENTS_CLI_WATCH_VIEW_H_
#define SAMSYN_CLIENTS_CLI_WATCH_VIEW_H_

#include <map>
#include <string>

#include "clients/cli/command.h"
#include "clients/cli/situation_words.h"
#include "clients/cpp/watch_loop.h"

namespace samsyn::cli {

// Runs until Ctrl-C, SIGTERM, or, with --once, until the picture is whole.
Failure RunWatch(Invocation& call);

// What one screen shows: counts of areas × families, what is unusual, deployments, assignments,
// newest reports.
struct Screen {
  std::map<std::string, EntityPtr> entities;
  WatchState state = WatchState::kBroken;
  absl::Time server_time = absl::InfinitePast();
};
std::string Draw(const Screen& screen, Language language, int width, int height);

// A change as a line for people: "rapport 3f2a91c0 · våld · brandbergen · …"; of a verdict what it
// says.
std::string LineOf(const WatchChange& change, const AreaNames& areas, Language language);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_WATCH_VIEW_H_
