// samsynd processes, killed (SIGKILL) and started again while clients use them over gRPC: what was
// acknowledged is there, once and in order, and everybody is shown it as it is.
#include "tests/simulation/many_processes.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "tests/simulation/many_clients.h"
#include "tests/simulation/many_tally.h"
#include "tests/testing/redis_process.h"

namespace samsyn::simulation {
namespace {

Plan PlanOf(std::function<void(Progress&)> beside) {
  Plan plan;
  plan.seed = Seed();
  plan.steps = 30;
  plan.beside = std::move(beside);
  return plan;
}

TEST(ManyProcessesTest, ANodeWithAJournalOfItsOwnIsKilledAndComesBack) {
  SCOPED_TRACE(absl::StrCat("SAMSYN_SEED=", Seed()));
  ManyProcesses nodes(SAMSYND_PATH, 1, {});
  RunTogether(nodes, PlanOf([&](Progress& progress) {
                for (int i = 0; i < 4; ++i) {
                  progress.AwaitAcknowledged(20);
                  nodes.Kill(0);
                  nodes.Start(0);
                }
                progress.AwaitAcknowledged(20);
              }));
}

TEST(ManyProcessesTest, NodesOnRedisAreKilledAndComeBack) {
  SCOPED_TRACE(absl::StrCat("SAMSYN_SEED=", Seed()));
  testing::RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  ManyProcesses nodes(SAMSYND_PATH, 3, {"--redis", redis.AtSocket().Text()});
  RunTogether(nodes, PlanOf([&](Progress& progress) {
                for (int node = 0; node < 3; ++node) {
                  progress.AwaitAcknowledged(10);
                  nodes.Kill(node);
                  progress.AwaitAcknowledged(10);
                  nodes.Start(node);
                }
                progress.AwaitAcknowledged(10);
              }));
}

TEST(ManyProcessesTest, NodesGoOnWhenTheirRedisComesBack) {
  SCOPED_TRACE(absl::StrCat("SAMSYN_SEED=", Seed()));
  testing::RedisProcess redis;
  ASSERT_TRUE(redis.Start());
  ManyProcesses nodes(SAMSYND_PATH, 2, {"--redis", redis.AtSocket().Text()});
  RunTogether(nodes, PlanOf([&](Progress& progress) {
                progress.AwaitAcknowledged(20);
                redis.Kill();
                progress.AwaitSteps(3);
                ASSERT_TRUE(redis.Start());
                progress.AwaitAcknowledged(20);
              }));
}

}  // namespace
}  // namespace samsyn::simulation
