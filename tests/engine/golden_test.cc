// Old journals stay readable: what a program of the first version wrote is replayed to the same
// entities, whatever the rules have become.
//
// golden/friday-v1.journal is an export (server/journal/tools.h) of a whole Friday by every command
// of samsyn (tests/clients/end_to_end.py); golden/friday-v1.jsonl are the entities that the program
// of that day had in the end, a line each. Neither is ever made anew; a later version gets files of
// its own:
//   SAMSYN_GOLDEN_IN=EXPORT SAMSYN_GOLDEN_OUT=FILE engine_tests --gtest_also_run_disabled_tests
//     --gtest_filter='*PrintGolden'
#include <absl/strings/str_cat.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "server/journal/sqlite_store.h"
#include "server/journal/tools.h"
#include "tests/engine/commands.h"
#include "tests/journal/scratch_directory.h"

namespace samsyn::engine {
namespace {

using Picture = std::map<std::string, v1::Entity>;

// The entities of a municipality's exported journal. Cells of the situation are left out: they are
// counted by the program of today, not stored.
Picture Replayed(const std::string& path) {
  const journal::ScratchDirectory folder;
  const auto source = journal::FileSource(path);
  EXPECT_TRUE(source.ok()) << source.status();
  if (!source.ok()) return {};
  const auto head = journal::Import(folder.path(), "0136", *source);
  EXPECT_TRUE(head.ok()) << head.status();
  const auto store = journal::SqliteJournalStore::OpenDirectory(folder.path());
  EXPECT_TRUE(store.ok()) << store.status();
  if (!head.ok() || !store.ok()) return {};
  const ManualClock clock(absl::FromUnixSeconds(0));
  Engine engine(**store, clock, ByHand());
  EXPECT_TRUE(engine.Start().ok());
  const auto feed = engine.FeedOf(kName);
  EXPECT_TRUE(feed.ok()) << feed.status();
  if (!feed.ok()) return {};
  EXPECT_EQ((*feed)->revision(), head->revision);
  Picture entities;
  (*feed)->Reading([&](const domain::Picture& picture) {
    for (int kind = v1::EntityKind_MIN; kind <= v1::EntityKind_MAX; ++kind) {
      if (kind == v1::ENTITY_KIND_SITUATION_CELL) continue;
      picture.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const domain::EntityPtr& entity) {
        entities[domain::NameOf(*entity)] = *entity;
        return true;
      });
    }
  });
  return entities;
}

TEST(Golden, AFridayOfTheFirstVersionIsReplayed) {
  Picture replayed = Replayed(SAMSYN_GOLDEN "/friday-v1.journal");
  std::ifstream file(SAMSYN_GOLDEN "/friday-v1.jsonl");
  int kinds = 0, lines = 0;
  std::map<v1::EntityKind, int> seen;
  for (std::string line; std::getline(file, line); ++lines) {
    v1::Entity expected;
    const auto read = google::protobuf::util::JsonStringToMessage(line, &expected);
    ASSERT_TRUE(read.ok()) << read.ToString() << "\n" << line;
    const std::string& name = domain::NameOf(expected);
    kinds += seen[domain::KindOf(expected)]++ == 0 ? 1 : 0;
    EXPECT_EQ(replayed[name].SerializeAsString(), expected.SerializeAsString())
        << name << "\n"
        << replayed[name].ShortDebugString();
    replayed.erase(name);
  }
  EXPECT_GT(lines, 40);
  EXPECT_GE(kinds, 15);
  for (const auto& [name, entity] : replayed) ADD_FAILURE() << "nobody had " << name;
}

// Prints the entities of an export; see the top.
TEST(Golden, DISABLED_PrintGolden) {
  const char* const in = std::getenv("SAMSYN_GOLDEN_IN");
  const char* const out = std::getenv("SAMSYN_GOLDEN_OUT");
  ASSERT_TRUE(in != nullptr && out != nullptr);
  std::ofstream file(out);
  for (const auto& [name, entity] : Replayed(in)) {
    std::string line;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(entity, &line).ok()) << name;
    file << line << "\n";
  }
}

}  // namespace
}  // namespace samsyn::engine
